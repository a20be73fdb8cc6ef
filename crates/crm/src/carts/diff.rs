//! What changed between two states of a book: what the roll-ups count and what flows react to.

use super::{Book, Cart, Deal, Order, Place};
use base::{Currency, Id, Time};

/// A book's facts before an event.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    pub carts: Vec<Cart>,
    pub deals: Vec<Deal>,
    pub orders: Vec<OrderMark>,
}

/// An order without its lines.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderMark {
    pub id: Box<str>,
    pub at: Time,
    pub currency: Currency,
    pub total: Option<i64>,
    pub refunded: i64,
    pub cart: Option<Id>,
    pub cancelled_at: Option<Time>,
    pub place: Place,
}

impl OrderMark {
    pub fn of(order: &Order) -> OrderMark {
        OrderMark {
            id: order.id.clone(),
            at: order.at,
            currency: order.currency,
            total: order.total,
            refunded: order.refunded,
            cart: order.cart,
            cancelled_at: order.cancelled_at,
            place: order.place,
        }
    }
}

impl Snapshot {
    pub fn of(book: &Book) -> Snapshot {
        let orders = book.orders.iter().map(OrderMark::of).collect();
        Snapshot { carts: book.carts.clone(), deals: book.deals.clone(), orders }
    }

    /// Puts another customer's facts beside these, before a merge.
    pub fn and(mut self, other: Snapshot) -> Snapshot {
        self.carts.extend(other.carts);
        self.deals.extend(other.deals);
        self.orders.extend(other.orders);
        self
    }

    pub fn cart(&self, id: Id) -> Option<&Cart> {
        self.carts.iter().find(|cart| cart.id == id)
    }

    pub fn order(&self, id: &str) -> Option<&OrderMark> {
        self.orders.iter().find(|order| *order.id == *id)
    }
}

/// One cart, before and after; `after` is missing where folding again did away with it.
#[derive(Debug, Clone, PartialEq)]
pub struct CartDiff {
    pub before: Option<Cart>,
    pub after: Option<Cart>,
    pub deal_before: Option<Deal>,
    pub deal_after: Option<Deal>,
}

/// The carts (with their deals) that differ. One that was let go in the meantime counts as it was last.
pub fn diffs(before: &Snapshot, after: &Book) -> Vec<CartDiff> {
    let mut all = Vec::new();
    let deal_before = |id: Id| before.deals.iter().find(|deal| deal.cart == id);
    let let_go = after.let_go.iter().map(|(cart, deal)| (cart, deal.as_ref()));
    for (cart, deal_after) in after.carts.iter().map(|cart| (cart, after.deal_of(cart.id))).chain(let_go) {
        let (old, deal_before) = (before.cart(cart.id), deal_before(cart.id));
        if old != Some(cart) || deal_before != deal_after {
            all.push(CartDiff {
                before: old.cloned(),
                after: Some(cart.clone()),
                deal_before: deal_before.cloned(),
                deal_after: deal_after.cloned(),
            });
        }
    }
    for cart in &before.carts {
        if after.cart(cart.id).is_none() && !after.let_go.iter().any(|(known, _)| known.id == cart.id) {
            let deal_before = deal_before(cart.id).cloned();
            all.push(CartDiff { before: Some(cart.clone()), after: None, deal_before, deal_after: None });
        }
    }
    all
}
