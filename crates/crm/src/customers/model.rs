//! What is known of a customer.

use super::{
    tags::Tags,
    wishes::{Moment, Wish},
};
use crate::carts::{Book, Order};
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
    /// Not a person: a shared login, a robot, a shop's test account. It is only counted, and never written to.
    #[n(13)]
    pub is_crowd: bool,
    #[n(14)]
    #[cbor(default)]
    pub tags: Tags,
    /// Products looked at since the last time that something was put in a cart or ordered.
    #[n(15)]
    pub browse: Option<Browse>,
    /// Products that the customer asked for.
    #[cbor(n(16), default, skip_if = "Vec::is_empty")]
    pub wishes: Vec<Wish>,
    /// Products whose wish has ended since the rows were last written.
    #[cbor(n(17), default, skip_if = "Vec::is_empty")]
    pub ended_wishes: Vec<Box<str>>,
    /// When products were last taken off the list or bought: a wish of before may come late.
    #[cbor(n(18), default, skip_if = "Vec::is_empty")]
    pub unwished: Vec<(Box<str>, Moment)>,
}

/// Looking at products and putting none in a cart.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Browse {
    /// The first view.
    #[n(0)]
    pub since: Time,
    /// The last view.
    #[n(1)]
    pub last_at: Time,
    #[n(2)]
    pub views: u32,
    /// The product last looked at.
    #[n(3)]
    pub product_id: Box<str>,
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
    /// When traits were last said.
    #[n(10)]
    pub said_at: Time,
    /// The traits that were said earlier than that, and when: an old word that comes late changes only what is older still.
    #[n(11)]
    pub older: Vec<(Box<str>, Time)>,
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
/// Bytes of an address kept.
pub(super) const ADDRESS_MAX: usize = 2 << 10;
/// Characters kept of the product last looked at.
const PRODUCT_MAX: usize = 80;
/// The longest name of a purpose or channel.
const WORD_MAX: usize = 64;

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
        [profile.first_name.as_deref(), profile.last_name.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub fn consent(&self, purpose: &str, channel: &str) -> Option<&Consent> {
        self.consent.iter().find(|c| *c.purpose == *purpose && *c.channel == *channel)
    }

    /// Keeps the newest word on a purpose and channel; of two at one instant the stricter.
    pub fn say_consent(&mut self, purpose: &str, channel: &str, is_granted: bool, at: Time, source: &str) {
        if purpose.len() > WORD_MAX || channel.len() > WORD_MAX {
            return;
        }
        let known = self.consent.iter().position(|c| *c.purpose == *purpose && *c.channel == *channel);
        match known {
            Some(i) if self.consent[i].at > at => {}
            Some(i) if self.consent[i].at == at && is_granted => {}
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

    /// A product was looked at. What comes late is only counted.
    pub fn view(&mut self, product: &str, at: Time) {
        // Nobody looks at things before they did something with a cart.
        if self.book.carts.iter().any(|cart| cart.last_activity_at >= at) {
            return;
        }
        let product_id = || product.chars().take(PRODUCT_MAX).collect::<String>().into();
        match &mut self.browse {
            Some(browse) => {
                browse.views = browse.views.saturating_add(1);
                browse.since = browse.since.min(at);
                if at >= browse.last_at {
                    (browse.last_at, browse.product_id) = (at, product_id());
                }
            }
            None => self.browse = Some(Browse { since: at, last_at: at, views: 1, product_id: product_id() }),
        }
    }

    /// The customer did something with a cart or an order: from then on nothing was only looked at.
    pub fn stop_browsing(&mut self, at: Time) {
        if self.browse.as_ref().is_some_and(|browse| browse.last_at <= at) {
            self.browse = None;
        }
    }

    /// Counts what an order brought, when it is new or has changed.
    pub fn count_order(&mut self, before: Option<&Order>, after: Option<&Order>) {
        for (order, sign) in [(before, -1i64), (after, 1)] {
            let Some(order) = order.filter(|order| order.is_own() && order.cancelled_at.is_none()) else { continue };
            let i = self.totals.iter().position(|t| t.currency == order.currency).unwrap_or_else(|| {
                self.totals.push(Totals { currency: order.currency, orders: 0, revenue: 0, refunded: 0 });
                self.totals.len() - 1
            });
            let totals = &mut self.totals[i];
            totals.orders = totals.orders.saturating_add_signed(sign as i32);
            totals.revenue = totals.revenue.saturating_add(sign * order.total.unwrap_or(0));
            totals.refunded = totals.refunded.saturating_add(sign * order.refunded);
        }
    }

    /// Whether this person ever bought something.
    pub fn has_bought(&self) -> bool {
        self.totals.iter().any(|t| t.orders > 0)
    }
}
