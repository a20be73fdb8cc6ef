//! What one journey causes in others: flows that it calls, signals that it throws. All of it in the same commit, each journey
//! back in the cell before the next one moves.

use super::{
    CALLS_MAX, Compiled, JOURNEYS_MAX, count,
    journey::{Stage, Start, advance_alone, begin_alone, recheck_alone},
    starts::{Beginning, Starting, Subject, Touched, accepts, begin_with},
};
use crate::{
    cell::{Caller, Journey},
    domain::Ritorno,
    shared::FlowVersion,
};
use base::{Id, IdMaker, stable_hash};
use bpmn::{Binding, Command, Effect, State, WaitKind};
use feel::Value;
use runtime::World;
use std::{collections::VecDeque, sync::Arc};

type Variables = Vec<(String, Value)>;

/// Calls, signals and looks of one command. More are refused, because flows that begin each other without waiting would never end.
const ERRANDS_MAX: usize = 200;

/// What is still to be done elsewhere, in the order in which it came up.
#[derive(Default)]
pub(super) struct Errands(VecDeque<Errand>);

enum Errand {
    Call {
        from: Origin,
        token: u32,
        process: String,
        binding: Binding,
        variables: Variables,
    },
    CancelCalled {
        caller: Id,
        token: u32,
    },
    Tell {
        journey: Id,
        command: Command<'static>,
    },
    Signal {
        from: Origin,
        name: String,
        payload: Value,
    },
    /// A task changed something of the customer that conditions may read.
    LookAgain(Touched),
}

/// The journey that something comes from.
struct Origin {
    journey: Id,
    flow: Box<str>,
    version: u32,
    cart: Option<Id>,
    depth: u8,
}

impl Origin {
    fn of(run: &Journey) -> Origin {
        let depth = run.caller.map_or(0, |caller| caller.depth);
        Origin { journey: run.id, flow: run.flow.clone(), version: run.version, cart: run.cart, depth }
    }
}

impl Errands {
    /// Other journeys look again at what a task touched.
    pub fn look_again(&mut self, touched: Touched) {
        if touched != Touched::NOTHING {
            self.0.push_back(Errand::LookAgain(touched));
        }
    }

    /// Notes what an effect has to do with other journeys; gives the effect back where there is more to it.
    pub fn take(&mut self, effect: Effect, run: &Journey) -> Option<Effect> {
        let from = || Origin::of(run);
        let errand = match effect {
            Effect::StartChild { token, process, binding, variables, .. } => {
                Errand::Call { from: from(), token, process, binding, variables }
            }
            Effect::CancelChild { token } => Errand::CancelCalled { caller: run.id, token },
            Effect::Signal { name, payload, .. } => Errand::Signal { from: from(), name, payload },
            Effect::ThrewToCaller { code, message, variables } => {
                let caller = run.caller?;
                Errand::Tell {
                    journey: caller.journey,
                    command: Command::ThrowError { token: caller.token, code, message, variables },
                }
            }
            Effect::EscalatedToCaller { code, variables } => {
                let caller = run.caller?;
                let command = Command::Escalate { token: caller.token, code, variables };
                Errand::Tell { journey: caller.journey, command }
            }
            // A called flow that is called off by its own exit rule has done what there was to do. Where its caller called it
            // off, nobody waits for it any more.
            Effect::Ended { .. } | Effect::Cancelled { .. } => {
                if let Some(caller) = run.caller {
                    let variables = run.state.variables().iter().map(|(n, v)| (n.clone(), v.clone())).collect();
                    let command = Command::CompleteChild { token: caller.token, variables };
                    self.0.push_back(Errand::Tell { journey: caller.journey, command });
                }
                return Some(effect);
            }
            other => return Some(other),
        };
        self.0.push_back(errand);
        None
    }
}

/// Does everything that came up, and what comes up on the way.
pub(super) fn run(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, mut errands: Errands) {
    let mut done = 0;
    while let Some(errand) = errands.0.pop_front() {
        match errand {
            Errand::Tell { journey, command } => advance_alone(stage, world, journey, command, &mut errands),
            Errand::CancelCalled { caller, token } => {
                let is_called = |run: &&Journey| run.caller.is_some_and(|of| (of.journey, of.token) == (caller, token));
                let called = stage.cell.action.journeys.iter().find(is_called).map(|run| run.id);
                if let Some(journey) = called {
                    let command = Command::Cancel { reason: "the journey went on without it".to_owned() };
                    advance_alone(stage, world, journey, command, &mut errands);
                }
            }
            Errand::Call { from, token, process, binding, variables } => {
                done += 1;
                let called = match done > ERRANDS_MAX {
                    true => Err(format!("the flow calls others {ERRANDS_MAX} times without waiting")),
                    false => call(stage, world, &from, token, &process, &binding, variables, &mut errands),
                };
                if let Err(reason) = called {
                    let command = Command::FailJob { token, reason };
                    advance_alone(stage, world, from.journey, command, &mut errands);
                }
            }
            Errand::Signal { from, name, payload } => {
                done += 1;
                if done > ERRANDS_MAX {
                    tracing::warn!(journey = %from.journey, signal = name, "too many signals in one event");
                    continue;
                }
                broadcast(stage, world, &from, &name, &payload, &mut errands);
            }
            Errand::LookAgain(touched) => {
                done += 1;
                if done > ERRANDS_MAX {
                    tracing::warn!(customer = %stage.customer, "flows change the customer back and forth without waiting");
                    continue;
                }
                recheck_alone(stage, world, touched, &mut errands);
            }
        }
    }
}

/// Begins a called flow; the error is why the caller has to stop.
fn call(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    from: &Origin,
    token: u32,
    process: &str,
    binding: &Binding,
    variables: Variables,
    errands: &mut Errands,
) -> Result<(), String> {
    if from.depth >= CALLS_MAX {
        return Err(format!("flows call each other more than {CALLS_MAX} deep"));
    }
    if stage.cell.action.journeys.len() >= JOURNEYS_MAX {
        return Err(format!("the customer has {JOURNEYS_MAX} journeys under way already"));
    }
    let (version, compiled) = meant(stage, from, process, binding)?;
    compiled.may_run().map_err(|problems| format!("the called flow {process} cannot run: {problems}"))?;
    let trigger = compiled.definition.manual_start();
    let trigger = trigger.ok_or_else(|| format!("the called flow {process} has no start without an event"))?;
    let cause = [from.journey.0.as_slice(), &token.to_be_bytes()].concat();
    let run = Journey {
        id: IdMaker::new(world.now(), stable_hash(&cause), 0).next_id(),
        flow: process.into(),
        version,
        cart: from.cart,
        started_at: world.now(),
        state: State::child(seed(stage, process), variables),
        caller: Some(Caller { journey: from.journey, token, depth: from.depth + 1 }),
    };
    count(stage, world, "journeys_started", process, "", "", 1, 0);
    let start = Start { trigger, payload: &Value::Null, code: "journey_called", idle_at: None };
    begin_alone(stage, world, run, &compiled, start, errands);
    Ok(())
}

/// What a customer's weighted splits in a flow are drawn from.
fn seed(stage: &Stage<'_>, flow: &str) -> u64 {
    stable_hash(&[stage.customer.0.as_slice(), flow.as_bytes()].concat())
}

/// The version that a call means. The latest is the one that is switched on; the deployed one the newest that was there when
/// the calling version was made.
fn meant(stage: &Stage<'_>, from: &Origin, process: &str, binding: &Binding) -> Result<(u32, Arc<Compiled>), String> {
    let flow = stage.shared.flow(process).ok_or_else(|| format!("there is no flow {process} to call"))?;
    let compile = |version: &FlowVersion| stage.domain.compiler.compile(version).ok();
    let found: Option<(u32, Arc<Compiled>)> = match binding {
        Binding::Latest => {
            let enabled = flow.enabled.and_then(|number| flow.version(number));
            let enabled = enabled.ok_or_else(|| format!("the called flow {process} is switched off"))?;
            compile(enabled).map(|compiled| (enabled.number, compiled))
        }
        Binding::Deployment => {
            let own = stage.shared.flow(&from.flow).and_then(|own| own.version(from.version));
            let was_there = |version: &&FlowVersion| own.is_none_or(|own| version.made_at <= own.made_at);
            let known = flow.versions.iter().rev().find(was_there);
            known.and_then(|version| Some((version.number, compile(version)?)))
        }
        Binding::Tag(tag) => {
            let mut known = flow.versions.iter().rev().filter_map(|version| Some((version.number, compile(version)?)));
            known.find(|(_, compiled)| compiled.definition.version_tag() == Some(tag))
        }
    };
    found.ok_or_else(|| format!("the flow {process} has no version such as the call wants"))
}

/// A signal reaches every other journey of the customer that waits for it, and starts the flows that begin by it.
fn broadcast(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    from: &Origin,
    name: &str,
    payload: &Value,
    errands: &mut Errands,
) {
    let waits = |run: &Journey| {
        run.state.waits().any(|wait| matches!(wait.kind, WaitKind::Signal { name: waited } if waited == name))
    };
    let others: Vec<Id> = stage
        .cell
        .action
        .journeys
        .iter()
        .filter(|run| run.id != from.journey && waits(run))
        .map(|run| run.id)
        .collect();
    for journey in others {
        advance_alone(stage, world, journey, Command::Signal { name, id: None, payload }, errands);
    }
    let starts = stage.starts();
    for start in starts.by_signal(name) {
        if !accepts(stage, world, start, from.cart, payload) {
            continue;
        }
        let subject = Subject { cart: from.cart, order: None };
        let starting = Starting { code: "journey_signalled", ..Starting::default() };
        // Why not is as it should be, or told in the ledger.
        let _ = begin_with(stage, world, &Beginning { start, subject, payload }, starting, errands);
    }
}
