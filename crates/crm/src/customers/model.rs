//! What is known of a customer.

use crate::carts::Book;
use base::{Currency, Id, Time};
use minicbor::{Decode, Encode};
use runtime::Key;

/// The facts section of a customer's cell.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct Facts {
    #[n(0)]
    pub created_at: Time,
    #[n(1)]
    pub keys: Vec<Key>,
    #[n(2)]
    pub profile: Profile,
    #[n(3)]
    pub consent: Vec<Consent>,
    #[n(4)]
    pub book: Book,
    /// By currency.
    #[n(5)]
    pub totals: Vec<Totals>,
    #[n(6)]
    pub last_seen: Time,
    #[n(7)]
    pub pages: u32,
    #[n(8)]
    pub products_viewed: u32,
    /// The customer this one was joined to; nothing else is kept here then.
    #[n(9)]
    pub merged_into: Option<Id>,
    /// Customers joined to this one: their timelines are ours.
    #[n(10)]
    pub absorbed: Vec<Id>,
    /// Hashes of the list rows as they were last written, so that an unchanged row is not written again.
    #[n(11)]
    pub listed: Vec<u64>,
    #[n(12)]
    pub events: u64,
}

/// Who it is, as far as we know.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct Profile {
    #[n(0)]
    pub email: Option<Box<str>>,
    #[n(1)]
    pub phone: Option<Box<str>>,
    #[n(2)]
    pub first_name: Option<Box<str>>,
    #[n(3)]
    pub last_name: Option<Box<str>>,
    #[n(4)]
    pub name: Option<Box<str>>,
    #[n(5)]
    pub language: Option<Box<str>>,
    #[n(6)]
    pub time_zone: Option<Box<str>>,
    /// JSON text.
    #[n(7)]
    pub address: Option<Box<str>>,
    /// The owning agent's id.
    #[n(8)]
    pub agent: Option<Id>,
    /// Open properties: name and JSON text.
    #[n(9)]
    pub open: Vec<(Box<str>, Box<str>)>,
}

/// A word on one purpose and channel.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Consent {
    #[n(0)]
    pub purpose: Box<str>,
    #[n(1)]
    pub channel: Box<str>,
    #[n(2)]
    pub is_granted: bool,
    #[n(3)]
    pub at: Time,
    /// Where it was said: `trait`, `unsubscribe`, `person`.
    #[n(4)]
    pub source: Box<str>,
}

/// What a customer bought, in one currency.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Totals {
    #[n(0)]
    pub currency: Currency,
    #[n(1)]
    pub orders: u32,
    /// Minor units.
    #[n(2)]
    pub revenue: i64,
    #[n(3)]
    pub refunded: i64,
}

/// Bytes of open properties kept for a customer.
pub const OPEN_MAX: usize = 8 << 10;

impl Facts {
    pub fn key(&self, kind: char) -> Option<&str> {
        self.keys.iter().find(|key| key.kind() == kind).map(Key::value)
    }

    /// The shop's word for this customer: the user id as sent, else the e-mail address, else an anonymous id.
    pub fn label(&self) -> &str {
        self.key('u').or(self.profile.email.as_deref()).or_else(|| self.key('a')).unwrap_or("")
    }

    pub fn full_name(&self) -> String {
        let profile = &self.profile;
        if let Some(name) = &profile.name {
            return name.to_string();
        }
        [profile.first_name.as_deref(), profile.last_name.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    pub fn consent(&self, purpose: &str, channel: &str) -> Option<&Consent> {
        self.consent.iter().find(|c| *c.purpose == *purpose && *c.channel == *channel)
    }

    /// Keeps the newest word on a purpose and channel.
    pub fn say_consent(&mut self, purpose: &str, channel: &str, is_granted: bool, at: Time, source: &str) {
        let known = self.consent.iter().position(|c| *c.purpose == *purpose && *c.channel == *channel);
        match known {
            Some(i) if self.consent[i].at > at => {}
            Some(i) => {
                let known = &mut self.consent[i];
                (known.is_granted, known.at, known.source) = (is_granted, at, source.into());
            }
            None if self.consent.len() < 64 => self.consent.push(Consent {
                purpose: purpose.into(),
                channel: channel.into(),
                is_granted,
                at,
                source: source.into(),
            }),
            None => {}
        }
    }

    /// Whether this person ever bought something.
    pub fn has_bought(&self) -> bool {
        self.totals.iter().any(|t| t.orders > 0)
    }
}
