//! What the customer's cell keeps of hand-overs.

use base::{Id, Time};
use minicbor::{Decode, Encode};

/// What a task hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Handed {
    #[n(0)]
    Customer,
    #[n(1)]
    Cart,
    #[n(2)]
    Order,
}

impl Handed {
    pub fn as_str(self) -> &'static str {
        match self {
            Handed::Customer => "customer",
            Handed::Cart => "cart",
            Handed::Order => "order",
        }
    }
}

/// Something to be handed over to another CRM, from the task that asks for it until the CRM has it or refuses it.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Handover {
    /// Derived from journey and visit.
    #[n(0)]
    pub id: Id,
    #[n(1)]
    pub journey: Id,
    #[n(2)]
    pub flow: Box<str>,
    /// The flow's element.
    #[n(3)]
    pub step: Box<str>,
    /// The journey's visit to it.
    #[n(4)]
    pub token: u32,
    #[n(5)]
    pub object: Handed,
    /// The cart of the journey.
    #[n(6)]
    pub cart: Option<Id>,
    /// The order that is meant.
    #[n(7)]
    pub order: Option<Box<str>>,
    /// The name of the destination.
    #[n(8)]
    pub destination: Box<str>,
    /// Only with the customer's yes; else as long as there is no no.
    #[n(9)]
    pub needs_consent: bool,
    #[n(10)]
    pub queued_at: Time,
    /// When the outbox runs it.
    #[n(11)]
    pub run_at: Time,
    #[n(12)]
    pub attempt: u32,
}

/// What a record of ours is called in another CRM.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Remote {
    #[n(0)]
    pub destination: Id,
    #[n(1)]
    pub object: Handed,
    /// Our own id of it.
    #[n(2)]
    pub about: Box<str>,
    #[n(3)]
    pub id: Box<str>,
}
