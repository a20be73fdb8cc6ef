//! Starting journeys for carts that fell idle.

use super::{
    CART_IDLE, JOURNEYS_MAX,
    journey::{self, Stage, begin},
};
use crate::{
    cell::{Journey, Start},
    domain::Ritorno,
    ledger::{About, decide},
};
use base::{HOUR, IdMaker, Time, stable_hash};
use crm::carts::Cart;
use runtime::World;
use serde_json::json;

/// Starts each enabled flow for each open cart that has been idle for as long as the flow says, once per cart.
pub fn start_due(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>) {
    let now = world.now();
    let mut due: Vec<(Time, Box<str>, Cart)> = Vec::new();
    for flow in stage.shared.flows.iter().filter(|flow| flow.enabled.is_some()) {
        let Some(idle) = flow.idle else { continue };
        for cart in stage.cell.facts.book.open_carts().filter(|cart| cart.has_products()) {
            let at = cart.last_activity_at + idle;
            if at <= now && !stage.cell.action.has_started(&flow.id, cart) {
                due.push((at, flow.id.clone(), cart.clone()));
            }
        }
    }
    due.sort_by(|a, b| (a.0, &a.1, a.2.id).cmp(&(b.0, &b.1, b.2.id)));
    for (at, flow, cart) in due {
        // What was refused before makes room for this word.
        stage.cell.action.starts.retain(|start| start.cart != cart.id || start.flow != flow);
        stage.cell.action.starts.push(Start { flow: flow.clone(), cart: cart.id, at, refused_at: None });
        let is_started = start(stage, world, &flow, &cart, at);
        if let (false, Some(word)) = (is_started, stage.cell.action.starts.last_mut()) {
            word.refused_at = Some(cart.last_activity_at);
        }
    }
    stage.cell.action.trim();
}

/// Starts one flow for one cart; `false`: it was refused, with the reason in the ledger.
fn start(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, flow: &str, cart: &Cart, idle_at: Time) -> bool {
    let (now, late) = (world.now(), i64::from(cart.late_hours));
    let cart = cart.id;
    let about = About { customer: stage.customer, cart: Some(cart), journey: None, flow: flow.to_owned() };
    let mut refuse = |reason: serde_json::Value| {
        decide(world, &about, "not_started", reason);
        false
    };
    let shared = stage.shared;
    let Some(known) = shared.flow(flow) else { return false };
    let Some(version) = known.enabled.and_then(|number| known.version(number)) else { return false };
    let compiled = match stage.domain.compiler.compile(version) {
        Ok(compiled) => compiled,
        Err(error) => return refuse(json!({ "reason": "the flow does not compile", "detail": error })),
    };
    let Some(trigger) = compiled.trigger else { return false };
    // The cart fell idle long ago, or what we last heard of it is history.
    if now - idle_at > compiled.max_age || late.saturating_mul(HOUR) > compiled.max_age {
        return refuse(json!({ "reason": "too_old", "idle_at": idle_at }));
    }
    if stage.cell.action.journeys.len() >= JOURNEYS_MAX {
        return refuse(json!({ "reason": "too_many_journeys", "limit": JOURNEYS_MAX }));
    }
    // The id follows from the cause: this flow for this cart, once.
    let cause = [flow.as_bytes(), &cart.0].concat();
    let id = IdMaker::new(now, stable_hash(&cause), 0).next_id();
    let seed = stable_hash(&[stage.customer.0.as_slice(), flow.as_bytes()].concat());
    let run = Journey {
        id,
        flow: flow.into(),
        version: version.number,
        cart: Some(cart),
        started_at: world.now(),
        state: bpmn::State::with_seed(seed),
        caller: None,
    };
    count(stage, world, "journeys_started", flow, "", "", 1, 0);
    let named = stage.cell.facts.book.cart(cart).and_then(|cart| cart.shop_id.as_deref().map(str::to_owned));
    let properties = json!({ "cart_id": named.unwrap_or_else(|| cart.to_string()), "idle_at": idle_at });
    let payload = feel::from_json(&json!({ "name": CART_IDLE, "properties": properties }));
    let start = journey::Start { trigger, payload: &payload, code: "journey_started", idle_at: Some(idle_at) };
    begin(stage, world, run, &compiled, start);
    true
}

/// Adds to a roll-up of today.
pub(crate) fn count(
    stage: &Stage<'_>,
    world: &mut World<'_, Ritorno>,
    metric: &'static str,
    flow: &str,
    step: &str,
    currency: &str,
    n: i64,
    minor: i64,
) {
    let day = stage.shared.settings.day(world.now());
    let counter =
        runtime::Counter { day, metric, flow: flow.to_owned(), step: step.to_owned(), currency: currency.to_owned() };
    world.count(counter, n, minor);
}
