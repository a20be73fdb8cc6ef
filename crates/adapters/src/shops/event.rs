//! An event in Segment's shape, as the one door takes it.

use super::json::Json;
use base::Time;
use serde::{Serialize, Serializer, ser::SerializeMap};

/// A call as the door takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// `track`, `identify`, `page`, `screen` or `alias`.
    pub kind: &'static str,
    /// Of a track call; the page's of the others.
    pub name: Option<String>,
    pub user_id: Option<String>,
    pub anonymous_id: Option<String>,
    /// Of an alias call: the id that is the same person.
    pub previous_id: Option<String>,
    /// When it happened in the shop; `None`: the shop does not say.
    pub timestamp: Option<Time>,
    /// By the clock of who sent it, where that is not the shop's server: the door corrects the timestamp by it.
    pub sent_at: Option<Time>,
    /// The same for the same state of the same object, however often and by whichever way it comes.
    pub message_id: String,
    pub properties: Json,
    pub traits: Json,
    pub context: Json,
}

impl Event {
    /// The call as JSON text, amounts with the digits that the shop sent.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers that were read as JSON are written as such")
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", self.kind)?;
        let texts = [
            (if self.kind == "track" { "event" } else { "name" }, &self.name),
            ("userId", &self.user_id),
            ("anonymousId", &self.anonymous_id),
            ("previousId", &self.previous_id),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                map.serialize_entry(name, text)?;
            }
        }
        if let Some(timestamp) = self.timestamp {
            map.serialize_entry("timestamp", &timestamp)?;
        }
        if let Some(sent_at) = self.sent_at {
            map.serialize_entry("sentAt", &sent_at)?;
        }
        map.serialize_entry("messageId", &self.message_id)?;
        for (name, value) in [("properties", &self.properties), ("traits", &self.traits), ("context", &self.context)] {
            if !value.is_null() {
                map.serialize_entry(name, value)?;
            }
        }
        map.end()
    }
}
