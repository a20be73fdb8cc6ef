//! The gates: everything that may stop a message, asked at the instant it would be sent.

use crate::{
    cell::{Cell, Message, MessageState, Purpose, Recipient},
    domain::Ritorno,
    shared::Shared,
};
use base::{HOUR, Time};
use crm::{
    carts::{Cart, CartState},
    customers::key_of,
};
use runtime::{Need, World};

/// Why a message may not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    pub code: &'static str,
    /// The journey has nothing left to do either.
    pub ends_journey: bool,
}

fn stop<T>(code: &'static str) -> Result<T, Stop> {
    Err(Stop { code, ends_journey: false })
}

/// The key under which a suppressed address is kept: a hash, so that it survives an erasure without being the address.
pub fn suppression_key(address: &str) -> runtime::Key {
    let address = address.to_lowercase();
    let (a, b) = (base::stable_hash(address.as_bytes()), base::stable_hash_seeded(2, address.as_bytes()));
    key_of('x', &format!("{a:016x}{b:016x}"))
}

/// The first gate that is shut, else why a doubtful message may go (`None`: there was no doubt).
pub(super) fn check(
    cell: &Cell,
    shared: &Shared,
    message: &Message,
    latest: i64,
    world: &World<'_, Ritorno>,
) -> Result<Result<Option<&'static str>, Stop>, Need> {
    let now = world.now();
    if message.recipient == Recipient::Agent {
        let is_there =
            shared.agent_of(cell.facts.profile.agent).is_some_and(|agent| crm::desk::is_address(&agent.email));
        return if is_there { Ok(Ok(None)) } else { Ok(stop("no_agent")) };
    }
    if let Some(stop) = about_cart(cell, message) {
        return Ok(Err(stop));
    }
    let Some(address) = cell.facts.profile.email.as_deref().filter(|address| crm::desk::is_address(address)) else {
        return Ok(stop("no_address"));
    };
    if message.purpose == Purpose::Service {
        // Who unsubscribes is told that messages about orders still arrive.
        return Ok(Ok(None));
    }
    if world.find(&suppression_key(address))?.is_some() {
        return Ok(stop("suppressed"));
    }
    let allowed = match consent(cell, shared, message) {
        Ok(why) => why,
        Err(code) => return Ok(stop(code)),
    };
    if !message.is_forced && now - message.queued_at > latest {
        return Ok(stop("too_late"));
    }
    let pause = i64::from(shared.settings.cart_pause_hours) * HOUR;
    if message.cart.is_some() && cell.action.messages.iter().any(|other| counts_for_pause(other, message, now + -pause))
    {
        return Ok(stop("cart_pause"));
    }
    Ok(Ok(allowed))
}

/// Whether the cart is still worth a word, and the customer has not bought in the meantime.
fn about_cart(cell: &Cell, message: &Message) -> Option<Stop> {
    let ends = |code| Some(Stop { code, ends_journey: true });
    if cell.facts.is_crowd {
        return ends("not_a_person");
    }
    let cart = message.cart.map(|cart| cell.facts.book.cart(cart));
    match cart {
        Some(None) => return ends("cart_gone"),
        Some(Some(cart)) => match (cart.state, cart.has_products()) {
            (CartState::Recovered | CartState::Converted, _) => return ends("ordered_meanwhile"),
            (_, false) => return Some(Stop { code: "cart_empty", ends_journey: false }),
            (CartState::Expired, _) => return Some(Stop { code: "cart_expired", ends_journey: false }),
            _ => {}
        },
        None => {}
    }
    if message.purpose == Purpose::Marketing && bought_meanwhile(cell, message, cart.flatten()) {
        ends("bought_meanwhile")
    } else {
        None
    }
}

/// Whether this person ordered since the journey began; an order that closed no cart we know counts from when this one was
/// left, for it may well have been this one.
fn bought_meanwhile(cell: &Cell, message: &Message, cart: Option<&Cart>) -> bool {
    let journey = cell.action.journeys.iter().find(|journey| journey.id == message.journey);
    let began_at = journey.map_or(message.queued_at, |journey| journey.started_at);
    let orders = cell.facts.book.orders.iter().filter(|order| order.is_own() && order.cancelled_at.is_none());
    orders.into_iter().any(|order| match cart {
        Some(cart) if order.cart.is_none() => order.at >= cart.last_activity_at,
        _ => order.at > began_at,
    })
}

/// The trait's word holds; where it says nothing, a cart reminder goes only to someone who bought before.
fn consent(cell: &Cell, shared: &Shared, message: &Message) -> Result<Option<&'static str>, &'static str> {
    match cell.facts.consent("marketing", "email") {
        Some(consent) if consent.is_granted => Ok(None),
        Some(_) => Err("consent_refused"),
        None if message.cart.is_some() && shared.settings.remind_buyers && cell.facts.has_bought() => {
            Ok(Some("bought_before"))
        }
        None => Err("consent_unknown"),
    }
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
