//! The gates: everything that may stop a message, asked at the instant it would be sent.

use crate::{
    cell::{Cell, Message, MessageState, Purpose, Recipient},
    domain::Ritorno,
    shared::Shared,
};
use base::{HOUR, Time};
use crm::{carts::CartState, customers::key_of};
use runtime::{Need, World};

/// Why a message may not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    pub code: &'static str,
    /// The journey has nothing left to do either.
    pub ends_journey: bool,
}

fn stop(code: &'static str) -> Option<Stop> {
    Some(Stop { code, ends_journey: false })
}

/// The key under which a suppressed address is kept: a hash, so that it survives an erasure without being the address.
pub fn suppression_key(address: &str) -> runtime::Key {
    let address = address.to_lowercase();
    let (a, b) = (base::stable_hash(address.as_bytes()), base::stable_hash_seeded(2, address.as_bytes()));
    key_of('x', &format!("{a:016x}{b:016x}"))
}

/// The first gate that is shut; `None`: it may go.
pub(super) fn check(cell: &Cell, shared: &Shared, message: &Message, latest: i64, world: &World<'_, Ritorno>) -> Result<Option<Stop>, Need> {
    let now = world.now();
    if message.recipient == Recipient::Agent {
        return Ok(None);
    }
    if let Some(cart) = message.cart {
        match cell.facts.book.cart(cart).map(|cart| (cart.state, cart.has_products())) {
            Some((CartState::Recovered | CartState::Converted, _)) | None => {
                return Ok(Some(Stop { code: "ordered_meanwhile", ends_journey: true }));
            }
            Some((_, false)) => return Ok(stop("cart_empty")),
            Some((CartState::Expired, _)) => return Ok(stop("cart_expired")),
            _ => {}
        }
    }
    let Some(address) = cell.facts.profile.email.as_deref().filter(|address| crm::desk::is_address(address)) else {
        return Ok(stop("no_address"));
    };
    if world.find(&suppression_key(address))?.is_some() {
        return Ok(stop("suppressed"));
    }
    if message.purpose == Purpose::Service {
        return Ok(None);
    }
    if let Some(code) = consent(cell, shared, message) {
        return Ok(stop(code));
    }
    if !message.is_forced && now - message.queued_at > latest {
        return Ok(stop("too_late"));
    }
    if bought_since(cell, message.queued_at) && message.cart.is_none() {
        return Ok(stop("bought_meanwhile"));
    }
    let pause = i64::from(shared.settings.cart_pause_hours) * HOUR;
    if message.cart.is_some() && cell.action.messages.iter().any(|other| counts_for_pause(other, message, now + -pause)) {
        return Ok(stop("cart_pause"));
    }
    Ok(None)
}

/// The trait's word holds; where it says nothing, a cart reminder goes only to someone who bought before.
fn consent(cell: &Cell, shared: &Shared, message: &Message) -> Option<&'static str> {
    match cell.facts.consent("marketing", "email") {
        Some(consent) if consent.is_granted => None,
        Some(_) => Some("consent_refused"),
        None if message.cart.is_some() && shared.settings.remind_buyers && cell.facts.has_bought() => None,
        None => Some("consent_unknown"),
    }
}

fn bought_since(cell: &Cell, since: Time) -> bool {
    cell.facts.book.orders.iter().any(|order| order.at >= since && order.cancelled_at.is_none())
}

/// Whether another marketing message on the same cart is too recent. One in doubt counts as sent.
fn counts_for_pause(other: &Message, message: &Message, since: Time) -> bool {
    let at = match other.state {
        MessageState::Sent => other.sent_at,
        MessageState::Sending | MessageState::InDoubt => other.granted_at,
        _ => None,
    };
    other.id != message.id
        && other.cart == message.cart
        && other.purpose == Purpose::Marketing
        && other.recipient == Recipient::Customer
        && at.is_some_and(|at| at > since)
}
