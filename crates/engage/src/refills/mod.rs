//! Carts filled again at a headless shop, when the link of a message is opened: the shop's API makes a new cart of the same lines.
//!
//! Whoever opens the link asks first ([`claim`]); the loop says that it is under way already, where the cart is that was made
//! before, or yes, with what goes in. What the shop made is said to the loop ([`done`]): from then on what is heard of the new cart
//! is about the old one, its order included, and the link leads to the new one for everybody who opens it. Start reading at
//! [`Refill`].

use crate::{
    cell::Cell,
    domain::Ritorno,
    flows::journey::Stage,
    ledger::{About, decide},
};
use base::{DAY, Id, SECOND, Time};
use crm::{
    carts::{Cart, CartState},
    customers::{key_of, take_cart},
};
use minicbor::{Decode, Encode};
use runtime::{FoldError, Key, World};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A visitor who was told to go on and says nothing for so long has gone: another one may.
const LEASE: i64 = 20 * SECOND;
/// A cart made longer ago is made anew: shops let old ones go.
const KEPT: i64 = 30 * DAY;
/// Refills that a cell keeps.
const REFILLS_MAX: usize = 8;

/// A cart that is being filled again, or was.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Refill {
    /// Our id of it.
    #[n(0)]
    pub cart: Id,
    /// When somebody was told to go on, or the shop had made it.
    #[n(1)]
    pub at: Time,
    /// Where the storefront shows it; `None` while it is under way.
    #[n(2)]
    pub address: Option<Box<str>>,
    #[n(3)]
    pub left_out: Vec<LeftOut>,
}

/// A product of which the shop put fewer pieces into the cart than there were.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct LeftOut {
    #[n(0)]
    pub name: Box<str>,
    /// Pieces that are in it.
    #[n(1)]
    pub added: i64,
    /// Pieces that were wanted.
    #[n(2)]
    pub wanted: i64,
}

/// May the cart be filled again?
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claim {
    pub customer: Id,
    pub cart: Id,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Yes, now.
    Go,
    /// Somebody else is at it.
    UnderWay,
    /// It was.
    There { address: String, left_out: Vec<LeftOut> },
    /// There is no such cart, or it was ordered.
    Gone,
}

/// What the shop made, or why it made nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    pub customer: Id,
    pub cart: Id,
    /// The name of the shop's source.
    pub shop: String,
    pub ended: Ended,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    Made {
        /// What the new cart is called here.
        id: String,
        address: String,
        left_out: Vec<LeftOut>,
    },
    Failed {
        reason: String,
    },
}

/// Keys that the fold of an outcome looks up.
pub fn touches(outcome: &Outcome) -> Option<Key> {
    match &outcome.ended {
        Ended::Made { id, .. } => Some(key_of('c', id)),
        Ended::Failed { .. } => None,
    }
}

/// Answers a visitor.
pub fn claim(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, claim: &Claim) {
    let now = world.now();
    let answer = answer(stage.cell, claim.cart, now);
    if answer == Answer::Go {
        keep(stage.cell, Refill { cart: claim.cart, at: now, address: None, left_out: Vec::new() });
    }
    world.reply(json!({ "answer": answer }));
}

fn answer(cell: &Cell, cart: Id, now: Time) -> Answer {
    let is_ordered = |cart: &Cart| matches!(cart.state, CartState::Recovered | CartState::Converted);
    if cell.facts.book.cart(cart).is_none_or(is_ordered) {
        return Answer::Gone;
    }
    let Some(known) = cell.action.refills.iter().find(|known| known.cart == cart) else { return Answer::Go };
    match &known.address {
        None if now < known.at.plus(LEASE) => Answer::UnderWay,
        Some(address) if now < known.at.plus(KEPT) => {
            Answer::There { address: address.to_string(), left_out: known.left_out.clone() }
        }
        _ => Answer::Go,
    }
}

fn keep(cell: &mut Cell, refill: Refill) {
    let refills = &mut cell.action.refills;
    refills.retain(|known| known.cart != refill.cart);
    if refills.len() == REFILLS_MAX {
        refills.remove(0);
    }
    refills.push(refill);
}

/// Writes down what became of it. What is heard of the new cart from now on, or was heard before this, is about the old one.
pub fn done(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, outcome: &Outcome) {
    let about = About { customer: stage.customer, cart: Some(outcome.cart), ..About::default() };
    match &outcome.ended {
        Ended::Made { id, address, left_out } => {
            let book = &mut stage.cell.facts.book;
            let before = book.cart(outcome.cart).map(|cart| cart.shop_id.clone());
            if let Some(before) = before {
                book.same_cart(id, before.as_deref());
            }
            let refill = Refill {
                cart: outcome.cart,
                at: world.now(),
                address: Some(address.as_str().into()),
                left_out: left_out.clone(),
            };
            keep(stage.cell, refill);
            let names: Vec<&str> = left_out.iter().map(|left| &*left.name).collect();
            let code = if names.is_empty() { "cart_refilled" } else { "cart_refilled_in_part" };
            decide(world, &about, code, json!({ "shop": outcome.shop, "made": id, "products": names.join(", ") }));
        }
        Ended::Failed { reason } => {
            stage.cell.action.refills.retain(|known| known.cart != outcome.cart || known.address.is_some());
            decide(world, &about, "cart_refill_failed", json!({ "shop": outcome.shop, "detail": reason }));
        }
    }
    world.reply(json!({ "ok": true }));
}

/// The new cart is its customer's, by the id that the shop's webhooks and orders name.
pub fn own(domain: &Ritorno, world: &mut World<'_, Ritorno>, outcome: &Outcome) -> Result<(), FoldError> {
    match &outcome.ended {
        Ended::Made { id, .. } => take_cart(domain, world, outcome.customer, id).map_err(FoldError::from),
        Ended::Failed { .. } => Ok(()),
    }
}
