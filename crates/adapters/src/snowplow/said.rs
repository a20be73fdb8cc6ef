//! What a tracked event says: on this both the reader of events and that of e-commerce stand.

use crate::shops::json::Json;

/// The vendor of Snowplow's e-commerce schemas.
pub(super) const ECOMMERCE: &str = "com.snowplowanalytics.snowplow.ecommerce";

/// What a tracked event says, without who and when.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    pub kind: &'static str,
    pub name: Option<String>,
    pub previous_id: Option<String>,
    pub properties: Json,
    pub traits: Json,
}

impl Said {
    pub fn track(name: &str, properties: Json) -> Said {
        Said { kind: "track", name: Some(name.to_owned()), previous_id: None, properties, traits: Json::Null }
    }

    pub fn page(kind: &'static str, name: Option<String>, properties: Json) -> Said {
        Said { kind, name, previous_id: None, properties, traits: Json::Null }
    }
}
