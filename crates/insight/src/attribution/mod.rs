//! Attribution: which messages, clicks and contacts share in an order.
//!
//! *Linear*: each touch the same share, odd cents to the earliest. *Last interaction*: everything to the last touch. A sale in
//! which an agent's contact is among the touches is the agent's, and stands apart from both. Shares add up to the order to
//! the cent.

use base::{DAY, Id, Time};
use minicbor::{Decode, Encode};

/// Touches older than this before the order do not count.
pub const WINDOW: i64 = 30 * DAY;

/// What a touch was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum TouchKind {
    #[n(0)]
    Message,
    #[n(1)]
    Click,
    /// An agent spoke with the customer.
    #[n(2)]
    Contact,
    #[n(3)]
    Visit,
}

impl TouchKind {
    pub fn as_str(self) -> &'static str {
        match self {
            TouchKind::Message => "message",
            TouchKind::Click => "click",
            TouchKind::Contact => "contact",
            TouchKind::Visit => "visit",
        }
    }
}

/// One meeting with the customer about a cart.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Touch {
    #[n(0)]
    pub at: Time,
    #[n(1)]
    pub kind: TouchKind,
    #[n(2)]
    pub cart: Option<Id>,
    #[n(3)]
    pub message: Option<Id>,
    #[n(4)]
    pub flow: Box<str>,
    #[n(5)]
    pub step: Box<str>,
    #[n(6)]
    pub agent: Option<Box<str>>,
}

/// One touch's share of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Credit {
    pub touch: Touch,
    /// Minor units.
    pub linear: i64,
    pub last: i64,
}

/// Who earned an order.
#[derive(Debug, Clone, PartialEq)]
pub enum Earned {
    /// Nobody touched the customer between the cart's abandonment and the order.
    Nobody,
    /// An agent's contact was among the touches.
    Agent {
        touches: Vec<Touch>,
    },
    Touches(Vec<Credit>),
}

/// Shares an order of `minor` minor units among the touches from `abandoned_at` to `ordered_at`, at most [`WINDOW`] back.
pub fn share(touches: &[Touch], cart: Id, abandoned_at: Time, ordered_at: Time, minor: i64) -> Earned {
    let from = abandoned_at.max(ordered_at + -WINDOW);
    let mut counted: Vec<Touch> = touches
        .iter()
        .filter(|touch| touch.cart.is_none_or(|c| c == cart) && touch.at >= from && touch.at <= ordered_at)
        .cloned()
        .collect();
    counted.sort_by_key(|touch| touch.at);
    if counted.is_empty() {
        return Earned::Nobody;
    }
    if counted.iter().any(|touch| touch.kind == TouchKind::Contact) {
        return Earned::Agent { touches: counted };
    }
    let shares = linear(minor, counted.len());
    let last = counted.len() - 1;
    let credits = counted.into_iter().zip(shares).enumerate();
    Earned::Touches(
        credits.map(|(i, (touch, linear))| Credit { touch, linear, last: if i == last { minor } else { 0 } }).collect(),
    )
}

/// Equal shares of an amount; what does not divide goes to the earliest, one minor unit each.
fn linear(minor: i64, n: usize) -> impl Iterator<Item = i64> {
    let n = n as i64;
    let (share, odd) = (minor.div_euclid(n), minor.rem_euclid(n));
    (0..n).map(move |i| share + i64::from(i < odd))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::HOUR;

    fn touch(hours: i64, kind: TouchKind) -> Touch {
        Touch {
            at: Time(hours * HOUR),
            kind,
            cart: None,
            message: None,
            flow: "f".into(),
            step: "s".into(),
            agent: None,
        }
    }

    fn check(touches: &[Touch], minor: i64, expected: &[(i64, i64)]) {
        let earned = share(touches, Id::ZERO, Time(0), Time(100 * HOUR), minor);
        let Earned::Touches(credits) = earned else { panic!("{earned:?}") };
        assert_eq!(credits.iter().map(|c| (c.linear, c.last)).collect::<Vec<_>>(), expected);
        assert_eq!(credits.iter().map(|c| c.linear).sum::<i64>(), minor);
        assert_eq!(credits.iter().map(|c| c.last).sum::<i64>(), minor);
    }

    #[test]
    fn odd_cents_go_to_the_earliest() {
        let three = [touch(1, TouchKind::Message), touch(2, TouchKind::Click), touch(3, TouchKind::Message)];
        check(&three, 10_000, &[(3_334, 0), (3_333, 0), (3_333, 10_000)]);
        check(&three, 10_001, &[(3_334, 0), (3_334, 0), (3_333, 10_001)]);
        check(&three[..1], 1, &[(1, 1)]);
    }

    #[test]
    fn an_agents_contact_takes_the_whole_order() {
        let touches = [touch(1, TouchKind::Message), touch(2, TouchKind::Contact)];
        assert!(matches!(share(&touches, Id::ZERO, Time(0), Time(9 * HOUR), 100), Earned::Agent { .. }));
    }

    #[test]
    fn touches_before_the_abandonment_or_after_the_order_do_not_count() {
        let touches = [touch(1, TouchKind::Message), touch(200, TouchKind::Click)];
        assert_eq!(share(&touches, Id::ZERO, Time(2 * HOUR), Time(100 * HOUR), 100), Earned::Nobody);
        let old = [touch(0, TouchKind::Message)];
        assert_eq!(share(&old, Id::ZERO, Time(0), Time(31 * DAY), 100), Earned::Nobody);
    }
}
