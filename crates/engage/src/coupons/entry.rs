//! What the customer's cell keeps of a coupon while it is made.

use base::{Id, Money, Time};
use minicbor::{Decode, Encode};

/// What a code gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Gives {
    /// Hundredths of a percent.
    #[n(0)]
    Percent(#[n(0)] u32),
    #[n(1)]
    Amount(#[n(0)] Money),
}

/// A coupon from the task that asks for it until the shop has it or refuses it.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Coupon {
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
    /// The cart of the journey.
    #[n(5)]
    pub cart: Option<Id>,
    /// The name of the shop's source; `None`: the one whose API makes coupons.
    #[n(6)]
    pub shop: Option<Box<str>>,
    /// What the code begins with; may be empty.
    #[n(7)]
    pub prefix: Box<str>,
    #[n(8)]
    pub gives: Gives,
    /// What the order must come to.
    #[n(9)]
    pub minimum: Option<Money>,
    #[n(10)]
    pub queued_at: Time,
    #[n(11)]
    pub ends_at: Time,
    /// When the outbox runs it.
    #[n(12)]
    pub run_at: Time,
    #[n(13)]
    pub attempt: u32,
}
