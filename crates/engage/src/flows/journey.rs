//! Moving a journey: one command, everything it causes, in one commit.

use super::{
    Compiled, EXIT_RULE,
    decisions::Made,
    errands::{self, Errands},
    exit::{self, Exit},
    jobs,
    scope::StepScope,
    sql,
    starts::{Starts, Touched},
};
use crate::{
    cell::{Cell, Journey},
    coupons, destinations,
    domain::Ritorno,
    ledger::{
        About, decide, decide_in,
        path::{A_PERSON, Place, Way},
    },
    messages,
    shared::Shared,
    tasks,
};
use base::{Id, Time};
use bpmn::{Command, Effect, NodeId, Rejected, WaitKind};
use feel::{Env, Value};
use runtime::World;
use serde::Serialize;
use serde_json::json;
use std::{collections::VecDeque, sync::Arc};

/// The cell and the workspace as a step sees them.
pub struct Stage<'a> {
    pub domain: &'a Ritorno,
    pub customer: Id,
    pub cell: &'a mut Cell,
    pub shared: &'a Shared,
}

impl Stage<'_> {
    /// What begins journeys in this workspace.
    pub fn starts(&self) -> Arc<Starts> {
        self.shared.starts(&self.domain.compiler).clone()
    }

    /// The compiled version that a journey runs on.
    pub fn compiled(&self, journey: &Journey) -> Option<Arc<Compiled>> {
        let version = self.shared.flow(&journey.flow)?.version(journey.version)?;
        self.domain.compiler.compile(version).ok()
    }

    pub fn about(&self, journey: &Journey) -> About {
        About { customer: self.customer, cart: journey.cart, journey: Some(journey.id), flow: journey.flow.to_string() }
    }
}

/// Carries out a command on a journey of the cell, and everything that it causes in others; says whether the journey took it.
/// A journey that ends leaves the cell.
pub fn advance(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, journey: Id, command: Command<'_>) -> bool {
    advance_told(stage, world, journey, command).is_taken
}

/// As [`advance`]; the error is why the journey did not take it, `None` where it is not under way.
pub(super) fn told(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    journey: Id,
    command: Command<'_>,
) -> Result<(), Option<Rejected>> {
    let advanced = advance_told(stage, world, journey, command);
    if advanced.is_taken { Ok(()) } else { Err(advanced.rejected) }
}

/// What became of a command.
#[derive(Debug, Default, Clone, Copy)]
struct Advanced {
    is_taken: bool,
    rejected: Option<Rejected>,
    /// A wait for one alone has taken the message.
    took_only: bool,
}

fn advance_told(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, journey: Id, command: Command<'_>) -> Advanced {
    let mut errands = Errands::default();
    let advanced = advance_one(stage, world, journey, command, &mut errands);
    errands::run(stage, world, errands);
    advanced
}

/// As [`advance`], without what it causes in others.
pub(super) fn advance_alone(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    journey: Id,
    command: Command<'_>,
    errands: &mut Errands,
) {
    advance_one(stage, world, journey, command, errands);
}

fn advance_one(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    journey: Id,
    command: Command<'_>,
    errands: &mut Errands,
) -> Advanced {
    let Some(i) = stage.cell.action.journeys.iter().position(|j| j.id == journey) else { return Advanced::default() };
    // Out of the cell while it moves; it goes back to where it stood.
    let mut run = stage.cell.action.journeys.remove(i);
    let Some(compiled) = stage.compiled(&run) else {
        stage.cell.action.journeys.insert(i, run);
        return Advanced::default();
    };
    // The way out is looked at before every step, whatever the step comes from.
    let is_over =
        !matches!(command, Command::Cancel { .. }) && exit::is_open(stage, world, &compiled, &run.state, run.cart);
    let command = if is_over { Command::Cancel { reason: EXIT_RULE.to_owned() } } else { command };
    let moved = moves(stage, world, &mut run, &compiled, command, errands);
    let (is_taken, rejected) = (moved.is_ok(), moved.as_ref().err().copied());
    let Moves { path, end, took_only, touched, .. } = moved.unwrap_or_default();
    errands.look_again(touched);
    if !path.is_empty() {
        decide(world, &stage.about(&run), "journey_moved", Way { idle_at: None, version: None, path: &path });
    }
    tasks::settle(stage, world, &run, &compiled);
    settle(stage, world, i, run, &compiled, end);
    Advanced { is_taken, rejected, took_only }
}

/// Puts a new journey on its way, with everything that it causes in others.
pub fn begin(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    run: Journey,
    compiled: &Compiled,
    start: Start<'_>,
) {
    let mut errands = Errands::default();
    begin_alone(stage, world, run, compiled, start, &mut errands);
    errands::run(stage, world, errands);
}

/// How a journey begins.
pub struct Start<'a> {
    pub trigger: NodeId,
    /// The event, as the start event's filter and outputs see it.
    pub payload: &'a Value,
    /// The word of the ledger for such a beginning.
    pub code: &'static str,
    /// Since when the cart had been idle for long enough.
    pub idle_at: Option<Time>,
}

/// As [`begin`], without what it causes in others: one decision says why it began and where it went.
pub(super) fn begin_alone(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    mut run: Journey,
    compiled: &Compiled,
    start: Start<'_>,
    errands: &mut Errands,
) {
    // Its word comes before those of what it did, though it is known after them.
    let line = world.next_line();
    let command = Command::Start { trigger: start.trigger, payload: start.payload };
    let moved = moves(stage, world, &mut run, compiled, command, errands);
    let is_started = moved.is_ok();
    let Moves { path, end, touched, .. } = moved.unwrap_or_default();
    errands.look_again(touched);
    let started = Way { idle_at: start.idle_at, version: Some(run.version), path: &path };
    decide_in(world, line, &stage.about(&run), start.code, started);
    if is_started {
        tasks::settle(stage, world, &run, compiled);
        settle(stage, world, stage.cell.action.journeys.len(), run, compiled, end);
    }
}

/// What a command did to a journey.
#[derive(Default)]
struct Moves {
    path: Vec<Place>,
    end: Option<serde_json::Value>,
    took_only: bool,
    /// What its tasks changed of the customer.
    touched: Touched,
    /// Tasks and decisions done at once.
    done: usize,
}

/// Carries out a command and everything that it causes in the journey itself; the error: the journey did not take it.
fn moves(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    run: &mut Journey,
    compiled: &Compiled,
    command: Command<'_>,
    errands: &mut Errands,
) -> Result<Moves, Rejected> {
    let zone = stage.shared.settings.zone();
    let mut queue = VecDeque::from([command]);
    let (mut taken, mut moves) = (Err(Rejected::NotWaiting), Moves::default());
    while let Some(command) = queue.pop_front() {
        let scope = StepScope { cell: stage.cell, customer: stage.customer, cart: run.cart, shared: stage.shared };
        let env = Env { scope: &scope, now: world.now(), zone: &zone };
        let effects = match bpmn::step(&compiled.definition, &mut run.state, command, &env) {
            Ok(effects) => effects,
            Err(rejected) => {
                taken = taken.or(Err(rejected));
                continue;
            }
        };
        taken = Ok(());
        for effect in effects {
            if let Effect::Decide { token, node, decision, context, .. } = effect {
                moves.done += 1;
                let scope =
                    StepScope { cell: stage.cell, customer: stage.customer, cart: run.cart, shared: stage.shared };
                let env = Env { scope: &scope, now: world.now(), zone: &zone };
                queue.push_back(match moves.done > AT_ONCE_MAX {
                    true => answer(token, Err(too_many())),
                    false => {
                        let decided = compiled.decisions.decide(&decision, &context, &scope, &env);
                        let decided = decided.map(|(value, made)| {
                            let at = &compiled.definition.node(node).id;
                            decide(world, &stage.about(run), "decision_made", Decided { at, made });
                            value
                        });
                        answer(token, decided)
                    }
                });
                continue;
            }
            let effect = match errands.take(effect, run) {
                Some(effect) => effect,
                None => continue,
            };
            carry_out(stage, world, compiled, run, effect, &mut queue, &mut moves);
        }
    }
    taken.map(|()| moves)
}

/// Tasks and decisions that one command may cause: each begins a new round of steps, so a loop of them would never be cut short.
const AT_ONCE_MAX: usize = 1_000;

fn too_many() -> String {
    format!("the journey did {AT_ONCE_MAX} tasks and decisions without waiting: is there a loop without a timer?")
}

fn answer(token: u32, decided: Result<Value, String>) -> Command<'static> {
    match decided {
        Ok(result) => Command::CompleteDecision { token, result },
        Err(reason) => Command::FailJob { token, reason },
    }
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

/// A decision on the way, for the ledger.
#[derive(Serialize)]
struct Decided<'a> {
    at: &'a str,
    #[serde(flatten)]
    made: Made,
}

/// One effect of a step: to the outbox, to the ledger, or back into the journey.
fn carry_out<'c>(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    compiled: &Compiled,
    run: &Journey,
    effect: Effect,
    queue: &mut VecDeque<Command<'c>>,
    moves: &mut Moves,
) {
    let path = &mut moves.path;
    let id_of = |node: NodeId| compiled.definition.node(node).id.clone();
    match effect {
        Effect::Job { token, node, kind, inputs, attributes } => {
            let job = messages::Job { token, step: id_of(node), inputs, attributes };
            match kind.as_str() {
                jobs::SEND_EMAIL => messages::queue(stage, world, compiled, run, &job),
                jobs::HAND_OVER => {
                    if let Err(reason) = destinations::queue(stage, world, run, &job) {
                        queue.push_back(Command::FailJob { token, reason });
                    }
                }
                jobs::COUPON => {
                    if let Err(reason) = coupons::queue(stage, world, run, &job) {
                        queue.push_back(Command::FailJob { token, reason });
                    }
                }
                _ if moves.done >= AT_ONCE_MAX => queue.push_back(Command::FailJob { token, reason: too_many() }),
                kind => {
                    moves.done += 1;
                    queue.push_back(match jobs::carry_out(stage, world, compiled, run, kind, &job) {
                        Ok(touched) => {
                            moves.touched = moves.touched.and(touched);
                            Command::CompleteJob { token, variables: Vec::new() }
                        }
                        Err(reason) => Command::FailJob { token, reason },
                    });
                }
            }
        }
        Effect::UserTask { token, node, inputs, .. } => {
            tasks::opened(stage, world, run, compiled, (token, node), &inputs);
            path.push(Place::Waits { at: id_of(node), waits_for: A_PERSON });
        }
        Effect::Assigned { token, assignee } => tasks::assigned(stage, run.id, token, assignee),
        Effect::CancelJob { token } => {
            messages::withdraw(stage, world, run.id, token, "the journey went on without it");
            destinations::withdraw(stage, world, run.id, token);
            coupons::withdraw(stage, world, run.id, token);
        }
        Effect::Entered { node } => path.push(Place::Entered { at: id_of(node) }),
        Effect::TookFlow { node, flow, read } => {
            let read = read.into_iter().map(|(name, value)| (name, feel::to_json(&value))).collect();
            path.push(Place::Took { from: id_of(node), took: compiled.definition.flow(flow).id.clone(), read });
        }
        Effect::Incident { node, reason, .. } => {
            decide(world, &stage.about(run), "incident", json!({ "at": id_of(node), "reason": reason }));
        }
        Effect::Heavy { bytes } => decide(world, &stage.about(run), "journey_heavy", json!({ "bytes": bytes })),
        Effect::Took { is_only, .. } => moves.took_only |= is_only,
        // This goes to other journeys, or was answered before.
        Effect::Decide { .. }
        | Effect::StartChild { .. }
        | Effect::CancelChild { .. }
        | Effect::ThrewToCaller { .. }
        | Effect::EscalatedToCaller { .. }
        | Effect::Signal { .. } => {}
        Effect::Ended { node, .. } => moves.end = Some(json!({ "state": "ended", "at": id_of(node) })),
        Effect::Cancelled { reason } => moves.end = Some(json!({ "state": "ended", "reason": reason })),
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
    let mut is_taken = false;
    for id in ids {
        let Some(run) = stage.cell.action.journeys.iter().find(|j| j.id == id) else { continue };
        let Some(compiled) = stage.compiled(run) else { continue };
        let waits =
            run.state.waits().any(|wait| matches!(wait.kind, WaitKind::Message { name: waited, .. } if waited == name));
        let looks_back = compiled.definition.looked_back_names().iter().any(|known| known == name);
        let is_about = run.cart.is_none() || run.cart == cart;
        // The log holds each event once, so it needs no name here.
        let message = Command::Message { name, keys: &keys, id: None, is_taken, payload };
        let told = if waits || looks_back { advance_told(stage, world, id, message) } else { Advanced::default() };
        is_taken |= told.took_only;
        // One that was only kept for a wait to come has not been waited for.
        let taken = told.is_taken && waits;
        if !taken && is_about && compiled.exit.as_ref().and_then(Exit::event) == Some(name) {
            advance(stage, world, id, Command::Cancel { reason: format!("{name} came") });
        }
    }
}

/// Has the journeys look again at what may be otherwise now: those whose way out reads something that was touched, then those
/// that wait for a condition that does. One whose condition is as it was does nothing.
pub fn recheck(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, touched: Touched) {
    let mut errands = Errands::default();
    recheck_alone(stage, world, touched, &mut errands);
    errands::run(stage, world, errands);
}

/// As [`recheck`], without what it causes in others.
pub(super) fn recheck_alone(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    touched: Touched,
    errands: &mut Errands,
) {
    if stage.cell.action.journeys.is_empty() || touched == Touched::NOTHING {
        return;
    }
    for journey in exit::may_leave(stage, touched) {
        let is_over = |run: &Journey| run.id == journey && exit::is_open_for(stage, world, run);
        if stage.cell.action.journeys.iter().any(is_over) {
            advance_alone(stage, world, journey, Command::Cancel { reason: EXIT_RULE.to_owned() }, errands);
        }
    }
    let waits = |run: &Journey| run.state.waits().any(|wait| wait.kind == WaitKind::Condition);
    let reads = |compiled: &Compiled| {
        compiled.definition.conditions().any(|condition| Touched::read_by(condition).meets(touched))
    };
    let is_meant = |run: &&Journey| waits(run) && stage.compiled(run).is_some_and(|compiled| reads(&compiled));
    let ids: Vec<Id> = stage.cell.action.journeys.iter().filter(is_meant).map(|run| run.id).collect();
    for id in ids {
        advance_alone(stage, world, id, Command::Recheck, errands);
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
    let stopped = run.state.incidents().next().map(|(_, _, reason)| reason.to_owned());
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
        reason.or(stopped.filter(|_| state == "incident")).into(),
    ]
}
