//! A carrier asks for a hand-over; the loop, with everything acknowledged before applied, says what goes over or why nothing does.

use super::{Handed, Handover, LEASE, SHARING, parcel, queue::effect_of};
use crate::{
    cell::Cell,
    domain::Ritorno,
    flows::{
        EXIT_RULE, is_open_for,
        journey::{Stage, advance},
    },
    ledger::{About, decide},
};
use adapters::crms::Parcel;
use base::{Id, Time};
use bpmn::Command;
use crm::carts::CartState;
use feel::Value;
use runtime::World;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claim {
    pub handover: Id,
    pub customer: Id,
    pub run_at: Time,
}

/// The yes: what goes over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    pub handover: Id,
    pub customer: Id,
    pub attempt: u32,
    /// The destination's name.
    pub destination: String,
    pub parcel: Parcel,
    /// The cart of an order goes over, to be closed, only where it is already: to these destinations.
    pub cart_is_at: Vec<Id>,
    /// It may be there from an attempt of which nothing was heard.
    pub cart_may_be_there: bool,
}

/// Decides on a claim and replies: a [`Grant`] under `grant`, else a reason under `no`.
pub fn claim(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, claim: &Claim) {
    let found = stage.cell.action.handovers.iter().position(|known| known.id == claim.handover);
    let Some(i) = found.filter(|i| stage.cell.action.handovers[*i].run_at == claim.run_at) else {
        // Another carrier has it, or nobody wants it any more.
        world.drop_effect(claim.handover, claim.run_at);
        world.reply(json!({ "no": if found.is_some() { "taken" } else { "unknown" } }));
        return;
    };
    if stage.shared.hold.is_some() {
        world.reply(json!({ "no": "held" }));
        return;
    }
    let handover = stage.cell.action.handovers[i].clone();
    world.drop_effect(handover.id, handover.run_at);
    let is_over = stage.cell.action.journeys.iter().find(|run| run.id == handover.journey);
    if is_over.is_some_and(|run| is_open_for(stage, world, run)) {
        stage.cell.action.handovers.remove(i);
        world.reply(json!({ "no": EXIT_RULE }));
        advance(stage, world, handover.journey, Command::Cancel { reason: EXIT_RULE.to_owned() });
        return;
    }
    if let Some(reason) = why_not(stage.cell, &handover) {
        stage.cell.action.handovers.remove(i);
        world.reply(json!({ "no": reason }));
        skip(stage, world, &handover, reason);
        return;
    }
    let handover = &mut stage.cell.action.handovers[i];
    handover.attempt += 1;
    handover.run_at = world.now().plus(LEASE);
    let handover = handover.clone();
    world.effect(effect_of(stage.customer, &handover));
    let grant = grant(stage, &handover);
    world.reply(json!({ "grant": grant }));
}

pub(super) fn about(stage: &Stage<'_>, handover: &Handover) -> About {
    let (cart, journey) = (handover.cart, Some(handover.journey));
    About { customer: stage.customer, cart, journey, flow: handover.flow.to_string() }
}

/// The task ends without anything having gone over; the flow can read why.
fn skip(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, handover: &Handover, reason: &'static str) {
    let data = json!({
        "step": handover.step, "destination": handover.destination, "object": handover.object.as_str(), "reason": reason,
    });
    decide(world, &about(stage, handover), "hand_over_skipped", data);
    let variables =
        vec![("handed_over".to_owned(), Value::Bool(false)), ("hand_over_reason".to_owned(), Value::from(reason))];
    advance(stage, world, handover.journey, Command::CompleteJob { token: handover.token, variables });
}

/// Why nothing goes over, as things are now.
fn why_not(cell: &Cell, handover: &Handover) -> Option<&'static str> {
    let facts = &cell.facts;
    if facts.is_crowd {
        return Some("not_a_person");
    }
    let words = || facts.consent.iter().filter(|word| &*word.purpose == SHARING);
    if words().any(|word| !word.is_granted) {
        return Some("sharing_refused");
    }
    if handover.needs_consent && words().next().is_none() {
        return Some("sharing_not_allowed");
    }
    if facts.profile.email.is_none() && facts.profile.phone.is_none() {
        return Some("unknown_person");
    }
    match handover.object {
        Handed::Customer => None,
        Handed::Cart => {
            let Some(cart) = handover.cart.and_then(|cart| facts.book.cart(cart)) else { return Some("cart_gone") };
            let is_ordered = matches!(cart.state, CartState::Recovered | CartState::Converted);
            // After an attempt it may be there, and open: then it goes over as what it is now.
            match handover.attempt {
                0 if is_ordered => Some("ordered_meanwhile"),
                0 if !cart.has_products() => Some("cart_empty"),
                _ => None,
            }
        }
        Handed::Order => {
            let order = handover.order.as_deref().and_then(|order| facts.book.order(order));
            match order {
                None => Some("order_gone"),
                Some(order) if order.cancelled_at.is_some() => Some("order_cancelled"),
                Some(_) => None,
            }
        }
    }
}

fn grant(stage: &Stage<'_>, handover: &Handover) -> Grant {
    let action = &stage.cell.action;
    let parcel = parcel::of(stage.cell, stage.customer, handover, stage.shared);
    let cart = parcel.cart.as_ref().map_or("", |cart| cart.id.as_str());
    let is_cart = |about: &str| !cart.is_empty() && about == cart;
    let remotes = action.remotes.iter().filter(|remote| remote.object == Handed::Cart && is_cart(&remote.about));
    let is_under_way = |other: &Handover| {
        other.object == Handed::Cart
            && other.attempt > 0
            && other.destination == handover.destination
            && other.cart.is_some_and(|id| is_cart(&id.to_string()))
    };
    Grant {
        handover: handover.id,
        customer: stage.customer,
        attempt: handover.attempt,
        destination: handover.destination.to_string(),
        cart_is_at: remotes.map(|remote| remote.destination).collect(),
        cart_may_be_there: action.handovers.iter().any(is_under_way),
        parcel,
    }
}
