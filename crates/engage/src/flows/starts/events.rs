//! Flows that begin by what happens: an event of the shop, a person's word, something that a capability raises.

use super::{
    Beginning, Start, Starting,
    begin::{Subject, begin_journey},
};
use crate::{
    domain::Ritorno,
    flows::{goal, journey, journey::Stage, scope::StepScope},
};
use base::Id;
use feel::{Env, Value};
use runtime::World;
use serde_json::{Value as Json, json};

/// Starts each enabled flow that begins by this event. `age` is how long ago the event was, in microseconds.
pub fn start_by_event(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    name: &str,
    age: i64,
    cart: Option<Id>,
    payload: impl Fn() -> Value,
) {
    let starts = stage.starts();
    let wanted = starts.by_event(name);
    if wanted.is_empty() || stage.cell.facts.is_crowd {
        return;
    }
    let payload = payload();
    let order = match payload.at(&["properties".to_owned(), "order_id".to_owned()]) {
        Value::String(order) => Some(order.to_string()),
        _ => None,
    };
    for start in wanted {
        if accepts(stage, world, start, cart, &payload) {
            let subject = Subject { cart, order: order.as_deref() };
            let starting = Starting { age, ..Starting::default() };
            // Why not is as it should be, or told in the ledger.
            let _ = begin_journey(stage, world, &Beginning { start, subject, payload: &payload }, starting);
        }
    }
}

/// Whether the filter of a start event is true.
pub(in crate::flows) fn accepts(
    stage: &Stage<'_>,
    world: &World<'_, Ritorno>,
    start: &Start,
    cart: Option<Id>,
    payload: &Value,
) -> bool {
    let scope = StepScope { cell: stage.cell, customer: stage.customer, cart, shared: stage.shared };
    let zone = stage.shared.settings.zone();
    let env = Env { scope: &scope, now: world.now(), zone: &zone };
    start.compiled.definition.accepts(start.event().node, payload, &env)
}

/// What Ritorno itself has found out about a customer, or a person did here, reaches the journeys that wait for it and begins
/// flows, just as the shop's event of that name does. `properties` is an object; the cart's id is added where there is one.
pub fn raise(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    name: &str,
    cart: Option<Id>,
    mut properties: Json,
) {
    if let Some(id) = cart {
        let named = stage.cell.facts.book.cart(id).and_then(|cart| cart.shop_id.as_deref().map(str::to_owned));
        properties["cart_id"] = json!(named.unwrap_or_else(|| id.to_string()));
    }
    let payload = feel::from_json(&json!({ "name": name, "properties": properties }));
    goal::reached(stage, world, name, world.now(), &payload);
    journey::deliver(stage, world, name, cart, &payload);
    start_by_event(stage, world, name, 0, cart, || payload.clone());
}
