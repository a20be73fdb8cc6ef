//! Other CRMs, to which customers, carts and orders are handed over: HubSpot, Salesforce, and what takes Segment's format, a
//! folder each.
//!
//! Whatever is handed over carries our own id, by which the other side finds it again: handing over twice makes no second
//! record. Start reading at [`Crm::hand_over`], then [`fields`] (what is called how over there).

mod answer;
pub mod fields;
mod hubspot;
mod parcel;
mod salesforce;
mod segment;
#[cfg(test)]
mod tests;

pub use answer::CrmError;
pub use parcel::{Parcel, Record, Said};

use crate::web::Web;
use fields::{FIELDS, Field};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

/// A kind of CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Hubspot,
    Salesforce,
    /// Anything that takes Segment's HTTP format.
    Segment,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Hubspot, Kind::Salesforce, Kind::Segment];

    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Hubspot => "hubspot",
            Kind::Salesforce => "salesforce",
            Kind::Segment => "segment",
        }
    }

    pub fn read(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Where it answers, where everybody's is at one address; else a person says it.
    pub fn base_url(self) -> Option<&'static str> {
        match self {
            Kind::Hubspot => Some("https://api.hubapi.com"),
            Kind::Salesforce => None,
            Kind::Segment => Some("https://api.segment.io"),
        }
    }

    /// What it lets us in by.
    pub fn credentials(self) -> &'static [&'static str] {
        match self {
            Kind::Hubspot => &["token"],
            Kind::Salesforce => &["client_id", "client_secret"],
            Kind::Segment => &["write_key"],
        }
    }

    /// Settings beside the names of fields, each with what holds where nothing is said.
    pub fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Kind::Hubspot => &[("cart_object", "ritorno_cart"), ("pipeline", "default"), ("won_stage", "closedwon")],
            Kind::Salesforce => &[
                ("contact_object", "Contact"),
                ("cart_object", "Ritorno_Cart__c"),
                ("order_object", "Opportunity"),
                ("line_object", "Ritorno_Line__c"),
                ("won_stage", "Closed Won"),
                ("api_version", "62.0"),
            ],
            Kind::Segment => &[],
        }
    }

    /// Whether there is a setting of this name: an option, or a field such as `cart.total`.
    pub fn has_setting(self, name: &str) -> bool {
        let is_field = || FIELDS.iter().any(|field| field.name == name && field.default(self).is_some());
        self.options().iter().any(|(known, _)| *known == name) || is_field()
    }
}

/// One CRM of a workspace.
#[derive(Clone)]
pub struct Target {
    pub kind: Kind,
    /// Without a slash at the end.
    pub base_url: String,
    /// Those of [`Kind::credentials`].
    pub credentials: BTreeMap<String, String>,
    /// Where something is called otherwise than by default; a field with an empty name is left out.
    pub settings: BTreeMap<String, String>,
    /// What [`Crm::set_up`] found there.
    pub found: BTreeMap<String, String>,
}

impl Target {
    fn credential(&self, name: &str) -> &str {
        self.credentials.get(name).map_or("", String::as_str)
    }

    /// An option as it is set, else its default.
    fn option(&self, name: &str) -> &str {
        let said = self.settings.get(name).map(String::as_str).filter(|said| !said.is_empty());
        let default = || self.kind.options().iter().find(|(known, _)| *known == name).map(|(_, default)| *default);
        said.or_else(default).unwrap_or_default()
    }

    /// How a field is called over there; `None`: it is not sent.
    fn name_of<'a>(&'a self, field: &'a Field) -> Option<&'a str> {
        let default = field.default(self.kind)?;
        let said = self.settings.get(field.name).map(String::as_str);
        // Without our id nothing would be found again.
        let said = if field.is_id() { said.filter(|said| !said.is_empty()) } else { said };
        Some(said.unwrap_or(default)).filter(|name| !name.is_empty())
    }

    /// How our id is called over there, in an object: `contact`, `cart`, `order` or `line`.
    fn id_of(&self, object: &str) -> &str {
        let field = FIELDS.iter().find(|field| field.object() == object && field.is_id());
        self.name_of(field.expect("each object has an id")).expect("ids are never left out")
    }
}

/// The ids that records have over there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    pub contact: Option<String>,
    pub cart: Option<String>,
    pub order: Option<String>,
}

/// What a CRM has of what we need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetUp {
    /// To be kept as [`Target::found`].
    pub found: BTreeMap<String, String>,
    /// What was made there now.
    pub made: Vec<String>,
    /// What a person has to make there.
    pub missing: Vec<String>,
}

/// Tokens that were given for a while, in memory alone. Cheap to clone.
#[derive(Clone, Default)]
pub struct Sessions(Arc<Mutex<HashMap<(String, String, String), Session>>>);

#[derive(Clone)]
struct Session {
    token: String,
    /// Where the calls go.
    base_url: String,
}

impl Sessions {
    fn key(target: &Target) -> (String, String, String) {
        let text = |name: &str| target.credential(name).to_owned();
        (target.base_url.clone(), text("client_id"), text("client_secret"))
    }

    fn find(&self, target: &Target) -> Option<Session> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&Sessions::key(target)).cloned()
    }

    fn keep(&self, target: &Target, session: Option<Session>) {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match session {
            Some(session) => drop(sessions.insert(Sessions::key(target), session)),
            None => drop(sessions.remove(&Sessions::key(target))),
        }
    }
}

/// Speaks to one CRM.
pub struct Crm {
    pub web: Web,
    pub sessions: Sessions,
    pub target: Target,
}

impl Crm {
    /// Hands a parcel over: makes or changes the contact, then the cart and the order with its lines, tied together. May be
    /// repeated.
    pub async fn hand_over(&self, parcel: &Parcel) -> Result<Ids, CrmError> {
        match self.target.kind {
            Kind::Hubspot => hubspot::hand_over(self, parcel).await,
            Kind::Salesforce => salesforce::hand_over(self, parcel).await,
            Kind::Segment => segment::hand_over(self, parcel).await,
        }
    }

    /// Looks whether it lets us in and has what we need; makes what is missing where that can be done from here.
    pub async fn set_up(&self) -> Result<SetUp, CrmError> {
        match self.target.kind {
            Kind::Hubspot => hubspot::set_up(self).await,
            Kind::Salesforce => salesforce::set_up(self).await,
            Kind::Segment => segment::set_up(self).await,
        }
    }

    /// The fields of an object that are sent, with their names over there.
    fn fields<'a>(&'a self, object: &'a str) -> impl Iterator<Item = (&'a str, &'static Field)> {
        let of = FIELDS.iter().filter(move |field| field.object() == object);
        of.filter_map(|field| Some((self.target.name_of(field)?, field)))
    }
}
