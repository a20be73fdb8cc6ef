//! One function per command. Each first makes sure that it has something to do: a rejected command leaves the state as it
//! was.

use super::{
    Effect, Rejected,
    run::{Arrival, Run},
};
use crate::{Kind, NodeId, Token, Waiting, state::Phase};
use base::Time;
use feel::Value;

pub(super) fn start(run: &mut Run, trigger: NodeId) -> Result<(), Rejected> {
    if run.state.phase != Phase::New {
        return Err(Rejected::AlreadyStarted);
    }
    let node = run.definition.nodes.get(usize::from(trigger.0));
    if !node.is_some_and(|node| matches!(node.kind, Kind::StartEvent { .. })) {
        return Err(Rejected::NotAStart);
    }
    run.state.phase = Phase::Running;
    run.arrive(Arrival { node: trigger, via: None, again: false });
    Ok(())
}

/// Timers fire in the order of their times, then of their opening; of one gateway the first alone.
pub(super) fn fire_timers(run: &mut Run) -> Result<(), Rejected> {
    let due = |token: &Token| match token.waiting {
        Waiting::Timer { due } if due <= run.env.now => Some((due, token.id)),
        _ => None,
    };
    let mut fired: Vec<(Time, u32)> = run.state.tokens.iter().filter_map(due).collect();
    if fired.is_empty() {
        return Err(Rejected::NotWaiting);
    }
    fired.sort();
    for (_, token) in fired {
        run.fire(token, None);
    }
    Ok(())
}

/// Takes every wait that is open now, once each; a wait that opens behind one of them waits for the next message.
pub(super) fn message(run: &mut Run, name: &str, key: Option<&str>, payload: &Value) -> Result<(), Rejected> {
    let hit = |token: &&Token| {
        let Waiting::Message { name: waited, key: wanted } = &token.waiting else {
            return false;
        };
        let same_key = wanted.is_none() || wanted.as_deref() == key;
        if waited != name || !same_key {
            return false;
        }
        let node = run.definition.nodes.get(usize::from(token.node.0));
        let Some(Kind::MessageCatch(message)) = node.map(|node| &node.kind) else {
            return false;
        };
        let filter = message.filter.as_ref();
        filter.is_none_or(|filter| run.eval_with(filter, Some(payload), None).is_true())
    };
    let hits: Vec<u32> = run.state.tokens.iter().filter(hit).map(|token| token.id).collect();
    if hits.is_empty() {
        return Err(Rejected::NotWaiting);
    }
    for token in hits {
        run.fire(token, Some(payload));
    }
    Ok(())
}

/// The token, if it waits for what the command is about.
fn find<'t>(run: &'t Run, id: u32, fits: impl Fn(&Waiting) -> bool) -> Result<&'t Token, Rejected> {
    match run.state.tokens.iter().find(|token| token.id == id) {
        Some(token) if fits(&token.waiting) => Ok(token),
        None if id < run.state.next_token => Err(Rejected::AlreadyLeft),
        _ => Err(Rejected::NotWaiting),
    }
}

pub(super) fn complete_task(
    run: &mut Run,
    id: u32,
    waiting: &Waiting,
    variables: Vec<(String, Value)>,
) -> Result<(), Rejected> {
    let node = find(run, id, |found| found == waiting)?.node;
    run.remove(id);
    run.complete_task(node, variables);
    Ok(())
}

pub(super) fn fail_job(run: &mut Run, id: u32, reason: String) -> Result<(), Rejected> {
    find(run, id, |waiting| *waiting == Waiting::Job)?;
    for token in run.state.tokens.iter_mut().filter(|token| token.id == id) {
        token.waiting = Waiting::Incident { reason: reason.clone() };
        let (node, reason) = (token.node, reason.clone());
        run.effects.push(Effect::Incident { token: id, node, reason });
    }
    Ok(())
}

/// The node is entered again, with a new token id: a job that is tried again is a new job.
pub(super) fn retry_incident(run: &mut Run, id: u32) -> Result<(), Rejected> {
    let token = find(run, id, |waiting| matches!(waiting, Waiting::Incident { .. }))?;
    let arrival = Arrival { node: token.node, via: token.via, again: true };
    run.remove(id);
    run.arrive(arrival);
    Ok(())
}

pub(super) fn cancel(run: &mut Run, reason: String) {
    run.clear();
    run.effects.push(Effect::Cancelled { reason });
}
