//! Starting journeys by what happens: an event of the shop, a person's word, with the filter and the re-entry that the start
//! event says.

use super::{
    CART_IDLE, Compiled, JOURNEYS_MAX, count,
    journey::{Stage, Start, begin},
    scope::StepScope,
};
use crate::{
    cell::{self, Journey},
    domain::Ritorno,
    ledger::{About, decide},
};
use base::{Id, stable_hash};
use bpmn::{Definition, NodeId, Problem, Severity, State};
use feel::{Env, Value};
use runtime::World;
use serde_json::json;
use std::sync::Arc;

/// How often one customer may go through a flow that begins by an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reentry {
    /// Once for each cart; without a cart as [`Reentry::WhileIdle`].
    OncePerCart,
    OnceEver,
    /// Not while another journey of the flow is under way.
    WhileIdle,
    /// At most once in so many microseconds.
    Every(i64),
    Always,
}

impl Reentry {
    fn read(text: Option<&str>) -> Option<Reentry> {
        Some(match text.map_or("once-per-cart", str::trim) {
            "once-per-cart" => Reentry::OncePerCart,
            "once" => Reentry::OnceEver,
            "while-idle" => Reentry::WhileIdle,
            "always" => Reentry::Always,
            other => Reentry::Every(super::compiled::duration_of(other.strip_prefix("every:")?)?),
        })
    }

    /// Whether the customer may go in again now.
    fn allows(self, stage: &Stage<'_>, flow: &str, cart: Option<Id>, now: base::Time) -> bool {
        let mut before = stage.cell.action.starts.iter().filter(|start| *start.flow == *flow);
        match (self, cart) {
            (Reentry::Always, _) => true,
            (Reentry::OnceEver, _) => before.next().is_none(),
            (Reentry::Every(pause), _) => before.all(|start| start.at + pause <= now),
            (Reentry::OncePerCart, Some(cart)) => before.all(|start| start.cart != cart),
            (Reentry::OncePerCart | Reentry::WhileIdle, _) => {
                stage.cell.action.journeys.iter().all(|run| *run.flow != *flow)
            }
        }
    }
}

/// A start event that takes an event by its name.
#[derive(Debug, Clone)]
pub struct Trigger {
    pub node: NodeId,
    pub event: Box<str>,
    pub reentry: Reentry,
}

/// The start events that take events, and what is wrong with the start events of a flow.
pub(super) fn compile(definition: &Definition) -> (Vec<Trigger>, Vec<Problem>) {
    let (mut triggers, mut problems) = (Vec::new(), Vec::new());
    let mut unfit = |node: NodeId, rule, message: String| {
        let node = definition.node(node);
        let (element, name) = (Some(node.id.clone()), node.name.clone());
        problems.push(Problem { rule, severity: Severity::Unfit, element, name, message, line: None });
    };
    for trigger in definition.triggers() {
        match Reentry::read(trigger.attribute("reentry")) {
            Some(reentry) if trigger.message != CART_IDLE => {
                triggers.push(Trigger { node: trigger.node, event: trigger.message.into(), reentry });
            }
            Some(_) => {}
            None => {
                let found = trigger.attribute("reentry").unwrap_or_default();
                let known = "once-per-cart, once, while-idle, always, or every: with a duration such as every:P30D";
                unfit(trigger.node, "wrong_reentry", format!("ritorno:reentry is {found:?}; it may be {known}"));
            }
        }
    }
    for (node, catch) in definition.other_triggers() {
        if !matches!(catch, bpmn::Catch::Signal(_)) {
            let message = "nothing begins a flow by a timer or a condition yet: begin it by an event, and wait inside";
            unfit(node, "unsupported_start", message.to_owned());
        }
    }
    (triggers, problems)
}

/// Starts each enabled flow that begins by this event. `age` is how long ago the event was, in microseconds.
pub fn start_by_event(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    name: &str,
    age: i64,
    cart: Option<Id>,
    payload: impl Fn() -> Value,
) {
    let mut wanted: Vec<(Box<str>, u32, Arc<Compiled>)> = Vec::new();
    for flow in &stage.shared.flows {
        let Some(version) = flow.enabled.and_then(|number| flow.version(number)) else { continue };
        let Ok(compiled) = stage.domain.compiler.compile(version) else { continue };
        if compiled.events.iter().any(|trigger| *trigger.event == *name) {
            wanted.push((flow.id.clone(), version.number, compiled));
        }
    }
    if wanted.is_empty() || stage.cell.facts.is_crowd {
        return;
    }
    let payload = payload();
    for (flow, version, compiled) in wanted {
        for trigger in compiled.events.iter().filter(|trigger| *trigger.event == *name) {
            if accepts(stage, world, &compiled, trigger, cart, &payload)
                && trigger.reentry.allows(stage, &flow, cart, world.now())
            {
                start(stage, world, &flow, version, &compiled, trigger, age, cart, &payload);
            }
        }
    }
}

fn accepts(
    stage: &Stage<'_>,
    world: &World<'_, Ritorno>,
    compiled: &Compiled,
    trigger: &Trigger,
    cart: Option<Id>,
    payload: &Value,
) -> bool {
    let scope = StepScope { cell: stage.cell, customer: stage.customer, cart, shared: stage.shared };
    let zone = stage.shared.settings.zone();
    compiled.definition.accepts(trigger.node, payload, &Env { scope: &scope, now: world.now(), zone: &zone })
}

fn start(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    flow: &str,
    version: u32,
    compiled: &Compiled,
    trigger: &Trigger,
    age: i64,
    cart: Option<Id>,
    payload: &Value,
) {
    let about = About { customer: stage.customer, cart, journey: None, flow: flow.to_owned() };
    let refused = match (age > compiled.max_age, stage.cell.action.journeys.len() >= JOURNEYS_MAX) {
        (true, _) => Some("event_too_old"),
        (false, true) => Some("too_many_journeys"),
        (false, false) => None,
    };
    if let Some(reason) = refused {
        return decide(world, &about, "not_started", json!({ "reason": reason }));
    }
    let started = cell::Start { flow: flow.into(), cart: cart.unwrap_or(Id::ZERO), at: world.now(), refused_at: None };
    stage.cell.action.starts.push(started);
    stage.cell.action.trim();
    count(stage, world, "journeys_started", flow, "", "", 1, 0);
    let run = Journey {
        id: world.new_id(),
        flow: flow.into(),
        version,
        cart,
        started_at: world.now(),
        state: State::with_seed(stable_hash(&[stage.customer.0.as_slice(), flow.as_bytes()].concat())),
        caller: None,
    };
    let start = Start { trigger: trigger.node, payload, code: "journey_triggered", idle_at: None };
    begin(stage, world, run, compiled, start);
}
