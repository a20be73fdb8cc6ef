//! Moving a journey: one command, everything it causes, in one commit.

use super::{Compiled, scope::StepScope, sql};
use crate::{
    cell::{Cell, Journey},
    domain::Ritorno,
    ledger::{About, decide, decide_in},
    messages,
    shared::Shared,
};
use base::{Id, Time};
use bpmn::{Command, Effect, NodeId, Rejected, WaitKind};
use feel::{Env, Value};
use runtime::World;
use serde::Serialize;
use serde_json::json;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// The cell and the workspace as a step sees them.
pub struct Stage<'a> {
    pub domain: &'a Ritorno,
    pub customer: Id,
    pub cell: &'a mut Cell,
    pub shared: &'a Shared,
}

impl Stage<'_> {
    /// The compiled version that a journey runs on.
    pub fn compiled(&self, journey: &Journey) -> Option<Arc<Compiled>> {
        let version = self.shared.flow(&journey.flow)?.version(journey.version)?;
        self.domain.compiler.compile(version).ok()
    }

    pub fn about(&self, journey: &Journey) -> About {
        About { customer: self.customer, cart: journey.cart, journey: Some(journey.id), flow: journey.flow.to_string() }
    }
}

/// Carries out a command on a journey of the cell; says whether the journey took it. A journey that ends leaves the cell.
pub fn advance(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, journey: Id, command: Command<'_>) -> bool {
    let Some(i) = stage.cell.action.journeys.iter().position(|j| j.id == journey) else { return false };
    // Out of the cell while it moves; it goes back to where it stood.
    let mut run = stage.cell.action.journeys.remove(i);
    let Some(compiled) = stage.compiled(&run) else {
        stage.cell.action.journeys.insert(i, run);
        return false;
    };
    let moved = moves(stage, world, &mut run, &compiled, command);
    let taken = moved.is_some();
    let (path, end) = moved.unwrap_or_default();
    if !path.is_empty() {
        decide(world, &stage.about(&run), "journey_moved", Moved { path: &path });
    }
    settle(stage, world, i, run, &compiled, end);
    taken
}

/// Puts a new journey on its way: one decision says why it began and where it went.
pub fn begin(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    mut run: Journey,
    compiled: &Compiled,
    trigger: NodeId,
    idle_at: Time,
) {
    // Its word comes before those of what it did, though it is known after them.
    let line = world.next_line();
    let moved = moves(stage, world, &mut run, compiled, Command::Start { trigger, payload: &Value::Null });
    let is_started = moved.is_some();
    let (path, end) = moved.unwrap_or_default();
    let started = Started { idle_at, version: run.version, path: &path };
    decide_in(world, line, &stage.about(&run), "journey_started", started);
    if is_started {
        settle(stage, world, stage.cell.action.journeys.len(), run, compiled, end);
    }
}

/// Carries out a command and everything that it causes; `None`: the journey did not take it. Else the path, and the end.
fn moves(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    run: &mut Journey,
    compiled: &Compiled,
    command: Command<'_>,
) -> Option<(Vec<Place>, Option<serde_json::Value>)> {
    let zone = stage.shared.settings.zone();
    let mut queue = VecDeque::from([command]);
    let (mut taken, mut path, mut end) = (false, Vec::new(), None);
    while let Some(command) = queue.pop_front() {
        let scope = StepScope { cell: stage.cell, customer: stage.customer, cart: run.cart, shared: stage.shared };
        let env = Env { scope: &scope, now: world.now(), zone: &zone };
        let effects = match bpmn::step(&compiled.definition, &mut run.state, command, &env) {
            Ok(effects) => effects,
            Err(Rejected::AlreadyLeft | Rejected::NotWaiting | Rejected::Ended) => continue,
            Err(rejected) => {
                tracing::error!(journey = %run.id, error = %rejected, "a journey refused a command");
                continue;
            }
        };
        taken = true;
        for effect in effects {
            carry_out(stage, world, compiled, run, effect, &mut queue, &mut path, &mut end);
        }
    }
    taken.then_some((path, end))
}

/// Back into the cell at `i`, or out of it for good.
fn settle(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    i: usize,
    run: Journey,
    compiled: &Compiled,
    end: Option<serde_json::Value>,
) {
    match end.or_else(|| run.state.is_ended().then(|| json!({ "state": "ended" }))) {
        Some(end) => {
            decide(world, &stage.about(&run), "journey_ended", &end);
            let reason = end.get("reason").and_then(|r| r.as_str()).map(str::to_owned);
            put_row(world, stage.customer, &run, compiled, Some(reason));
        }
        None => stage.cell.action.journeys.insert(i, run),
    }
}

/// What a journey did in one event, for the ledger.
#[derive(Serialize)]
struct Moved<'a> {
    path: &'a [Place],
}

/// The first word on a journey, for the ledger.
#[derive(Serialize)]
struct Started<'a> {
    /// Since when the cart had been idle for long enough.
    idle_at: Time,
    version: u32,
    path: &'a [Place],
}

#[derive(Serialize)]
#[serde(untagged)]
enum Place {
    Entered { at: String },
    Waits { at: String, waits_for: &'static str },
    Took { from: String, took: String, read: BTreeMap<String, serde_json::Value> },
}

/// One effect of a step: to the outbox, to the ledger, or back into the journey.
fn carry_out<'c>(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    compiled: &Compiled,
    run: &Journey,
    effect: Effect,
    queue: &mut VecDeque<Command<'c>>,
    path: &mut Vec<Place>,
    end: &mut Option<serde_json::Value>,
) {
    let id_of = |node: NodeId| compiled.definition.node(node).id.clone();
    match effect {
        Effect::Job { token, node, kind, inputs, attributes } => {
            let job = messages::Job { token, step: id_of(node), inputs, attributes };
            match kind.as_str() {
                "ritorno:send-email" => messages::queue(stage, world, compiled, run, &job),
                "ritorno:notify-agent" => {
                    messages::notify_agent(stage, world, compiled, run, &job);
                    queue.push_back(Command::CompleteJob { token, variables: Vec::new() });
                }
                other => {
                    queue.push_back(Command::FailJob { token, reason: format!("there is no task {other:?} here") })
                }
            }
        }
        Effect::UserTask { node, .. } => path.push(Place::Waits { at: id_of(node), waits_for: "a person" }),
        Effect::CancelJob { token } => {
            messages::withdraw(stage, world, run.id, token, "the journey went on without it")
        }
        Effect::Entered { node } => path.push(Place::Entered { at: id_of(node) }),
        Effect::TookFlow { node, flow, read } => {
            let read = read.into_iter().map(|(name, value)| (name, feel::to_json(&value))).collect();
            path.push(Place::Took { from: id_of(node), took: compiled.definition.flow(flow).id.clone(), read });
        }
        Effect::Incident { node, reason, .. } => {
            decide(world, &stage.about(run), "incident", json!({ "at": id_of(node), "reason": reason }));
        }
        Effect::Decide { token, decision, .. } => {
            queue.push_back(Command::FailJob { token, reason: format!("there is no decision {decision:?} here") });
        }
        Effect::StartChild { token, process, .. } => {
            queue.push_back(Command::FailJob { token, reason: format!("there is no flow {process:?} to call here") });
        }
        Effect::Heavy { bytes } => {
            tracing::warn!(journey = %run.id, bytes, "the variables of a journey are large");
        }
        Effect::Assigned { .. }
        | Effect::CancelChild { .. }
        | Effect::ThrewToCaller { .. }
        | Effect::EscalatedToCaller { .. }
        | Effect::Signal { .. }
        | Effect::Took { .. } => {}
        Effect::Ended { node, .. } => *end = Some(json!({ "state": "ended", "at": id_of(node) })),
        Effect::Cancelled { reason } => *end = Some(json!({ "state": "ended", "reason": reason })),
    }
}

/// Tells every journey of the cell that something happened; each that waits for it goes on. Then those that the event ends
/// without having waited for it are called off.
pub fn deliver(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, name: &str, cart: Option<Id>, payload: &Value) {
    if stage.cell.action.journeys.is_empty() {
        return;
    }
    let mut keys: Vec<String> = cart.iter().map(ToString::to_string).collect();
    // A wait on a customer who was joined to this one is a wait on this one.
    keys.extend(std::iter::once(&stage.customer).chain(&stage.cell.facts.absorbed).map(ToString::to_string));
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let ids: Vec<Id> = stage.cell.action.journeys.iter().map(|journey| journey.id).collect();
    for id in ids {
        let Some(run) = stage.cell.action.journeys.iter().find(|j| j.id == id) else { continue };
        let Some(compiled) = stage.compiled(run) else { continue };
        let waits =
            run.state.waits().any(|wait| matches!(wait.kind, WaitKind::Message { name: waited, .. } if waited == name));
        let looks_back = compiled.definition.looked_back_names().iter().any(|known| known == name);
        let is_about = run.cart.is_some() && run.cart == cart;
        // The log holds each event once, so it needs no name here.
        let message = Command::Message { name, keys: &keys, id: None, is_taken: false, payload };
        let taken = (waits || looks_back) && advance(stage, world, id, message);
        // One that was only kept for a wait to come has not been waited for.
        let taken = taken && waits;
        if !taken && is_about && compiled.exit.as_deref() == Some(name) {
            advance(stage, world, id, Command::Cancel { reason: format!("{name} came") });
        }
    }
}

/// The row of a journey in the lists: at its end at once, else with the sweep of its customer.
pub fn put_row(
    world: &mut World<'_, Ritorno>,
    customer: Id,
    run: &Journey,
    compiled: &Compiled,
    ended: Option<Option<String>>,
) {
    let ended_at = ended.is_some().then(|| world.now());
    let row = row(world.partition(), customer, run, compiled, ended_at, ended.flatten());
    world.upsert_row(&sql::JOURNEY_PUT, &run.id.0, row);
}

/// Where a journey stands, as a list row.
pub fn row(
    partition: i64,
    customer: Id,
    run: &Journey,
    compiled: &Compiled,
    ended_at: Option<base::Time>,
    reason: Option<String>,
) -> Vec<store::Value> {
    let tokens = run.state.tokens();
    let node = tokens.iter().map(|t| compiled.definition.node(t.node).id.as_str()).collect::<Vec<_>>().join(" ");
    let has_incident = tokens.iter().any(|t| matches!(t.waiting, bpmn::Waiting::Incident { .. }));
    let state = match (ended_at.is_some(), has_incident) {
        (true, _) => "ended",
        (false, true) => "incident",
        (false, false) => "waiting",
    };
    vec![
        partition.into(),
        run.id.into(),
        customer.into(),
        store::Value::Text(run.flow.to_string()),
        i64::from(run.version).into(),
        run.cart.into(),
        store::Value::Static(state),
        store::Value::Text(node),
        run.started_at.into(),
        ended_at.into(),
        run.state.next_due().into(),
        reason.into(),
    ]
}
