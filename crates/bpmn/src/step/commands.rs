//! One function per command. Each first makes sure that it has something to do: a rejected command leaves the state as it
//! was.

use super::{
    Command, Effect, Rejected,
    limits::{KEPT_BYTES_MAX, TAKEN_MAX, VARIABLES_MAX, weight},
    run::{Arrival, Run},
    throw::Thrown,
};
use crate::{
    FlowId, Kind, NodeId, Token, Waiting,
    elements::error_event_definition::Which,
    state::{KEPT_MAX, KeptEvent, Phase},
};
use base::Time;
use feel::Value;

type Done = Result<(), Rejected>;
type Variables = Vec<(String, Value)>;

pub(super) fn carry_out(run: &mut Run, command: Command) -> Done {
    match command {
        Command::Start { trigger, payload } => start(run, trigger, payload),
        Command::FireTimers => fire_timers(run),
        Command::Message { name, keys, id, is_taken, payload } => message(run, name, keys, id, is_taken, payload),
        Command::Signal { name, id, payload } => signal(run, name, id, payload),
        Command::Recheck => recheck(run),
        Command::CompleteJob { token, variables } => {
            complete(run, token, variables, |waiting| *waiting == Waiting::Job)
        }
        Command::CompleteUserTask { token, variables } => {
            complete(run, token, variables, |waiting| matches!(waiting, Waiting::User { .. }))
        }
        Command::CompleteDecision { token, result } => complete_decision(run, token, result),
        Command::CompleteChild { token, variables } => complete_child(run, token, variables),
        Command::AssignUserTask { token, assignee, claim } => assign(run, token, assignee, claim),
        Command::FailJob { token, reason } => fail(run, token, reason),
        Command::ThrowError { token, code, message, variables } => throw_error(run, token, code, message, variables),
        Command::Escalate { token, code, variables } => escalate(run, token, code, variables),
        Command::SetVariables { token, variables } => set_variables(run, token, variables),
        Command::RetryIncident { token } => retry_incident(run, token),
        Command::ResolveIncident { token, flow, variables } => resolve_incident(run, token, flow, variables),
        Command::Cancel { reason } => {
            run.drain(None, false);
            run.end();
            run.effects.push(Effect::Cancelled { reason });
            Ok(())
        }
    }
}

fn start(run: &mut Run, trigger: NodeId, payload: &Value) -> Done {
    if run.state.phase != Phase::New {
        return Err(Rejected::AlreadyStarted);
    }
    let node = run.definition.nodes.get(trigger.index());
    if !node.is_some_and(|node| node.parent.is_none() && matches!(node.kind, Kind::StartEvent { .. })) {
        return Err(Rejected::NotAStart);
    }
    run.state.phase = Phase::Running;
    let watched = run.watch_event_starts(None, None);
    run.write_outputs(trigger, None, None, Some(payload), None);
    let arrival = Arrival { node: trigger, via: None, scope: None, again: false };
    match run.overflow().map_or(watched, Err) {
        Ok(()) => run.arrive(arrival),
        Err(reason) => run.incident(arrival, reason),
    }
    Ok(())
}

/// Timers fire in the order of their times, then of their opening; of one gateway the first alone.
fn fire_timers(run: &mut Run) -> Done {
    let due = |token: &Token| match token.waiting {
        Waiting::Timer { due, .. } if due <= run.env.now => Some((due, token.id)),
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

/// Takes every wait that is open now, once each; a wait that opens behind one of them waits for the next message, unless it
/// looks back.
fn message(run: &mut Run, name: &str, keys: &[&str], id: Option<u64>, is_taken: bool, payload: &Value) -> Done {
    if id.is_some_and(|id| run.state.taken.contains(&id)) {
        return Err(Rejected::Duplicate);
    }
    let mut only_one_is_taken = is_taken;
    let mut hits = Vec::new();
    for token in &run.state.tokens {
        if !run.takes(token, name, keys, payload) {
            continue;
        }
        if run.is_only_one(token.node) && std::mem::replace(&mut only_one_is_taken, true) {
            continue;
        }
        hits.push(token.clone());
    }
    let is_kept = run.definition.looked_back.iter().any(|known| known == name);
    if hits.is_empty() && !is_kept {
        return Err(Rejected::NotWaiting);
    }
    run.remember_taken(id);
    if is_kept {
        let taken_by = hits.iter().map(|token| token.node).collect();
        let payload = if weight(payload) > KEPT_BYTES_MAX { Value::Null } else { payload.clone() };
        let keys = keys.iter().map(ToString::to_string).collect();
        run.state.kept.push(KeptEvent { name: name.to_string(), keys, at: run.env.now, payload, taken_by });
        if run.state.kept.len() > KEPT_MAX {
            run.state.kept.remove(0);
        }
    }
    for token in hits {
        // An earlier one may have ended it.
        if run.state.tokens.iter().any(|other| other.id == token.id) {
            run.took(&token);
            run.fire(token.id, Some(payload));
        }
    }
    Ok(())
}

impl Run<'_> {
    pub(super) fn took(&mut self, token: &Token) {
        let is_only = self.is_only_one(token.node);
        self.effects.push(Effect::Took { token: token.id, node: token.node, is_only });
    }

    fn remember_taken(&mut self, id: Option<u64>) {
        let Some(id) = id else { return };
        self.state.taken.push(id);
        if self.state.taken.len() > TAKEN_MAX {
            self.state.taken.remove(0);
        }
    }
}

fn signal(run: &mut Run, name: &str, id: Option<u64>, payload: &Value) -> Done {
    if id.is_some_and(|id| run.state.taken.contains(&id)) {
        return Err(Rejected::Duplicate);
    }
    if !run.broadcast(name, payload) {
        return Err(Rejected::NotWaiting);
    }
    run.remember_taken(id);
    Ok(())
}

/// The conditions are looked at when everything has settled, as after each command.
fn recheck(run: &mut Run) -> Done {
    let waits = |token: &Token| matches!(token.waiting, Waiting::Condition { .. });
    if run.state.tokens.iter().any(waits) { Ok(()) } else { Err(Rejected::NotWaiting) }
}

/// The token, if it waits for what the command is about.
fn find(run: &Run, id: u32, fits: impl Fn(&Waiting) -> bool) -> Result<Token, Rejected> {
    match run.state.tokens.iter().find(|token| token.id == id) {
        Some(token) if fits(&token.waiting) => Ok(token.clone()),
        None if id < run.state.next_token => Err(Rejected::AlreadyLeft),
        _ => Err(Rejected::NotWaiting),
    }
}

fn complete(run: &mut Run, id: u32, variables: Variables, fits: impl Fn(&Waiting) -> bool) -> Done {
    let token = find(run, id, fits)?;
    run.remove(id);
    run.complete_task(token.node, token.scope, variables);
    Ok(())
}

fn complete_decision(run: &mut Run, id: u32, result: Value) -> Done {
    let token = find(run, id, |waiting| *waiting == Waiting::Job)?;
    let Kind::Decision(decision) = &run.definition.node(token.node).kind else {
        return Err(Rejected::NotWaiting);
    };
    let variables = vec![(decision.result.clone(), result)];
    run.remove(id);
    run.complete_task(token.node, token.scope, variables);
    Ok(())
}

fn complete_child(run: &mut Run, id: u32, mut variables: Variables) -> Done {
    let token = find(run, id, |waiting| *waiting == Waiting::Child)?;
    let node = run.definition.node(token.node);
    if let Kind::Call(call) = &node.kind
        && !call.all_out
        && node.outputs.is_empty()
    {
        variables.clear();
    }
    run.remove(id);
    run.complete_task(token.node, token.scope, variables);
    Ok(())
}

fn assign(run: &mut Run, id: u32, assignee: Option<String>, claim: bool) -> Done {
    let token = find(run, id, |waiting| matches!(waiting, Waiting::User { .. }))?;
    if let Waiting::User { assignee: Some(has) } = &token.waiting
        && claim
        && assignee.as_ref() != Some(has)
    {
        return Err(Rejected::Claimed);
    }
    for token in run.state.tokens.iter_mut().filter(|token| token.id == id) {
        token.waiting = Waiting::User { assignee: assignee.clone() };
    }
    run.effects.push(Effect::Assigned { token: id, assignee });
    Ok(())
}

fn is_work(waiting: &Waiting) -> bool {
    matches!(waiting, Waiting::Job | Waiting::User { .. } | Waiting::Child)
}

fn fail(run: &mut Run, id: u32, reason: String) -> Done {
    let token = find(run, id, |waiting| matches!(waiting, Waiting::Job | Waiting::Child))?;
    run.stop(token, reason);
    Ok(())
}

impl Run<'_> {
    /// A token becomes an incident, and keeps its id.
    fn stop(&mut self, token: Token, reason: String) {
        self.remove(token.id);
        let (id, node) = (token.id, token.node);
        self.state.tokens.push(Token { waiting: Waiting::Incident { reason: reason.clone() }, ..token });
        self.effects.push(Effect::Incident { token: id, node, reason });
    }
}

fn throw_error(run: &mut Run, id: u32, code: String, message: String, variables: Variables) -> Done {
    let token = find(run, id, is_work)?;
    // Its job is over: what is ended by the error calls off the rest.
    run.remove(id);
    let thrown = Thrown { which: Which::Error, code, message, variables };
    if run.climb(token.scope, Some((token.node, id)), &thrown) {
        return Ok(());
    }
    if run.state.is_child {
        let arrival = Arrival { node: token.node, via: token.via, scope: token.scope, again: true };
        run.uncaught(arrival, &thrown);
        return Ok(());
    }
    let about = if thrown.message.is_empty() { String::new() } else { format!(": {}", thrown.message) };
    run.stop(token, format!("nothing catches the error {}{about}", thrown.code));
    Ok(())
}

fn escalate(run: &mut Run, id: u32, code: String, variables: Variables) -> Done {
    let token = find(run, id, is_work)?;
    let thrown = Thrown { which: Which::Escalation, code, message: String::new(), variables };
    run.climb(token.scope, Some((token.node, id)), &thrown);
    Ok(())
}

fn set_variables(run: &mut Run, token: Option<u32>, variables: Variables) -> Done {
    let scope = match token {
        None => None,
        Some(id) => find(run, id, |_| true)?.scope,
    };
    let more: usize = variables.iter().map(|(name, value)| name.len() + 3 + weight(value)).sum();
    if run.variables_weight() + more > VARIABLES_MAX {
        return Err(Rejected::TooLarge);
    }
    variables.into_iter().for_each(|(name, value)| run.set(scope, name, value));
    Ok(())
}

/// The node is entered again, with a new token id: a job that is tried again is a new job.
fn retry_incident(run: &mut Run, id: u32) -> Done {
    let token = find(run, id, |waiting| matches!(waiting, Waiting::Incident { .. }))?;
    let arrival = Arrival { node: token.node, via: token.via, scope: token.scope, again: true };
    run.remove(id);
    run.arrive(arrival);
    Ok(())
}

fn resolve_incident(run: &mut Run, id: u32, flow: Option<FlowId>, variables: Variables) -> Done {
    let token = find(run, id, |waiting| matches!(waiting, Waiting::Incident { .. }))?;
    let node = run.definition.node(token.node);
    let is_way = |flow: FlowId| node.outgoing.contains(&flow);
    let is_choice =
        matches!(node.kind, Kind::ExclusiveGateway { .. } | Kind::InclusiveGateway { .. } | Kind::EventBasedGateway);
    match flow {
        Some(flow) if !is_way(flow) => return Err(Rejected::NoSuchFlow),
        None if is_choice && node.outgoing.len() > 1 => return Err(Rejected::NoSuchFlow),
        _ => {}
    }
    run.remove(id);
    variables.into_iter().for_each(|(name, value)| run.set(token.scope, name, value));
    match flow {
        Some(flow) if !node.is_activity() => {
            run.take(Arrival { node: token.node, via: None, scope: token.scope, again: true }, flow, Vec::new());
        }
        _ => run.finish_node(token.node, token.scope),
    }
    Ok(())
}
