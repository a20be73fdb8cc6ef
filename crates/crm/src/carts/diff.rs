//! What changed between two states of a book: what the roll-ups count and what flows react to.

use super::{Book, Cart, Deal};

/// One cart, before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct CartDiff {
    pub before: Option<Cart>,
    pub after: Option<Cart>,
    pub deal_before: Option<Deal>,
    pub deal_after: Option<Deal>,
}

/// The carts (with their deals) that differ.
pub fn diffs(before: &Book, after: &Book) -> Vec<CartDiff> {
    let mut all = Vec::new();
    for cart in &after.carts {
        let old = before.cart(cart.id);
        let (deal_before, deal_after) = (before.deal_of(cart.id), after.deal_of(cart.id));
        if old != Some(cart) || deal_before != deal_after {
            all.push(CartDiff {
                before: old.cloned(),
                after: Some(cart.clone()),
                deal_before: deal_before.cloned(),
                deal_after: deal_after.cloned(),
            });
        }
    }
    all
}
