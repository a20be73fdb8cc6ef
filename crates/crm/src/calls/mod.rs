//! Calls: what a Segment client sends, read into our words.
//!
//! A call that names a shop event we know is read strictly (a negative quantity or an unknown currency is a reason for
//! quarantine); anything else is kept as it came.

mod ga4;
mod parse;
mod props;
#[cfg(test)]
mod tests;

pub use parse::{Envelope, parse_call, read_call, read_envelope};
pub(crate) use props::{amount, kind_of, text};

use base::{Currency, Time};
use rust_decimal::Decimal;
use serde_json::value::RawValue;

/// One call of the tracking API.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub user_id: Option<Box<str>>,
    pub anonymous_id: Option<Box<str>>,
    /// A hash of the message id: the last word on the order of events with one time.
    pub tie: u64,
    pub act: Act,
}

/// What the call says.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Identify(Box<Traits>),
    /// The id that was in use before, and is the same person.
    Alias {
        previous_id: Box<str>,
    },
    Page {
        is_product: bool,
    },
    Group,
    Shop(Box<ShopEvent>),
    /// A word of a shop on what it sells: about nobody in particular.
    Catalogue(Box<crate::catalogue::Said>),
    /// Another word of a shop on itself: kept, and about nobody.
    OfShop,
    /// A track call with a name we keep but do not understand.
    Other,
}

/// Traits that we understand; the others stay open properties.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Traits {
    pub email: Option<Box<str>>,
    pub phone: Option<Box<str>>,
    pub first_name: Option<Box<str>>,
    pub last_name: Option<Box<str>>,
    pub name: Option<Box<str>>,
    pub language: Option<Box<str>>,
    /// The language of the device (`context.locale`), for those who never say theirs.
    pub locale: Option<Box<str>>,
    pub time_zone: Option<Box<str>>,
    pub address: Option<Box<str>>,
    pub agent: Option<AgentTrait>,
    /// (purpose, channel, granted)
    pub consent: Vec<(Box<str>, Box<str>, bool)>,
    /// The shop's whole list of tags; `None`: nothing was said.
    pub tags: Option<Vec<Box<str>>>,
    /// Everything else, as JSON text by name; `null` takes a property away.
    pub open: Vec<(Box<str>, Box<str>)>,
}

/// The `agent` trait.
#[derive(Debug, Clone, PartialEq)]
pub enum AgentTrait {
    Id(Box<str>),
    Person { email: Box<str>, name: Option<Box<str>> },
}

/// A line as an event names it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Item {
    pub product_id: Box<str>,
    pub sku: Option<Box<str>>,
    pub name: Option<Box<str>>,
    pub url: Option<Box<str>>,
    pub image_url: Option<Box<str>>,
    /// `None`: the event says nothing; one is meant when adding, all when removing.
    pub quantity: Option<i64>,
    pub price: Option<Decimal>,
    /// What the shop calls the variant: its API puts it into a cart by this.
    pub variant_id: Option<Box<str>>,
}

/// A shop event that we understand.
#[derive(Debug, Clone, PartialEq)]
pub struct ShopEvent {
    pub cart_id: Option<Box<str>>,
    pub checkout_id: Option<Box<str>>,
    pub order_id: Option<Box<str>>,
    pub currency: Option<Currency>,
    /// The coupon that an event on a checkout names.
    pub coupon: Option<Box<str>>,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq)]
pub enum What {
    ProductViewed(Item),
    /// On a wish list, or asked for until it is back (`is_once`).
    ProductWished {
        item: Item,
        is_once: bool,
    },
    ProductUnwished(Item),
    /// Segment's event names one product, GA4's may name several.
    ProductAdded(Vec<Item>),
    ProductRemoved(Vec<Item>),
    CartViewed(Vec<Item>),
    /// The whole cart, and the shop's own link that brings it back.
    CartUpdated {
        items: Vec<Item>,
        url: Option<Box<str>>,
    },
    CheckoutStarted {
        items: Vec<Item>,
        url: Option<Box<str>>,
    },
    CheckoutStep {
        step: Option<i64>,
    },
    PaymentInfoEntered,
    CouponEntered(Option<Box<str>>),
    CouponRemoved(Option<Box<str>>),
    OrderCompleted(OrderSaid),
    /// The amount where it is said, else the products that went back, else all of it.
    OrderRefunded {
        total: Option<Decimal>,
        items: Vec<Item>,
    },
    OrderCancelled,
    /// What a shop's server tells of an order, cart or checkout that changes none of our facts yet: whoever sent it may know no
    /// more than the object, and the object's owner is who it is about.
    Told,
    DealStageChanged {
        stage: Box<str>,
        /// `None`: the one that abandoned carts are in.
        pipeline: Option<Box<str>>,
    },
    AgentContacted {
        agent: Option<Box<str>>,
        outcome: Option<Box<str>>,
    },
}

/// What an `Order Completed` says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OrderSaid {
    pub items: Vec<Item>,
    pub total: Option<Decimal>,
    pub email: Option<Box<str>>,
}

/// A command of ours: its name and its data.
#[derive(Debug, Clone)]
pub struct Command {
    pub name: Box<str>,
    pub data: Box<RawValue>,
}

/// Everything that the fold is given.
#[derive(Debug, Clone)]
pub enum Input {
    Call(Box<Call>),
    Command(Box<Command>),
    /// The timers of this cell are due.
    Timer {
        cell: base::Id,
    },
}

/// When an event happened: its own time, corrected by how far the client's clock is off, never after it was received.
pub fn corrected(sent: Option<Time>, sent_at: Option<Time>, received: Time) -> Time {
    match (sent, sent_at) {
        (Some(sent), Some(sent_at)) => Time(received.0.saturating_sub(sent_at.0.saturating_sub(sent.0))).min(received),
        (Some(sent), None) => sent.min(received),
        (None, _) => received,
    }
}
