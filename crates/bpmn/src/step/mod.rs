//! The pure step: one command moves one journey until nothing is ready.

mod climb;
mod commands;
mod events;
mod joins;
mod layers;
pub(crate) mod limits;
pub(crate) mod run;
mod scopes;
mod settle;
pub(crate) mod throw;
mod triggers;
mod variables;

use crate::{Definition, FlowId, NodeId, State, elements::Binding, state::Phase};
use feel::{Env, Value};
use std::collections::BTreeMap;

/// What happens to a journey.
#[derive(Clone, Debug)]
pub enum Command<'a> {
    /// Starts a journey at a start event of the process. The output mappings of the event see the payload as `event`.
    Start {
        trigger: NodeId,
        payload: &'a Value,
    },
    /// Fires every timer whose time has come, by `env.now`.
    FireTimers,
    /// Something happened. Takes every token that waits for the name with one of the keys, and whose filter is true of the
    /// payload (the filter sees it as `event`). One that looks back later may take it too, if the flow looks back for the name.
    Message {
        name: &'a str,
        /// The business keys that the event carries.
        keys: &'a [&'a str],
        /// Names the event: what was taken once is not taken again.
        id: Option<u64>,
        /// A wait with `ritorno:delivery="one"` has taken it, in another journey.
        is_taken: bool,
        payload: &'a Value,
    },
    /// A signal that was thrown elsewhere.
    Signal {
        name: &'a str,
        id: Option<u64>,
        payload: &'a Value,
    },
    /// What conditions read has changed ([`Definition::condition_names`]).
    Recheck,
    CompleteJob {
        token: u32,
        variables: Vec<(String, Value)>,
    },
    /// The job cannot be done: an incident that a person reads.
    FailJob {
        token: u32,
        reason: String,
    },
    /// What a decision gave.
    CompleteDecision {
        token: u32,
        result: Value,
    },
    CompleteUserTask {
        token: u32,
        variables: Vec<(String, Value)>,
    },
    /// Gives a user task to somebody, or back. `claim`: only where nobody else has it.
    AssignUserTask {
        token: u32,
        assignee: Option<String>,
        claim: bool,
    },
    /// The called flow has ended, with these variables.
    CompleteChild {
        token: u32,
        variables: Vec<(String, Value)>,
    },
    /// The job, the user task or the called flow ends with a business error.
    ThrowError {
        token: u32,
        code: String,
        message: String,
        variables: Vec<(String, Value)>,
    },
    /// The job, the user task or the called flow reports something and goes on.
    Escalate {
        token: u32,
        code: String,
        variables: Vec<(String, Value)>,
    },
    /// Sets variables: in the scope of a token, else those of the process.
    SetVariables {
        token: Option<u32>,
        variables: Vec<(String, Value)>,
    },
    /// Tries again what became an incident.
    RetryIncident {
        token: u32,
    },
    /// Goes on behind what became an incident, as if it had been done, with these variables; behind a gateway by this flow.
    ResolveIncident {
        token: u32,
        flow: Option<FlowId>,
        variables: Vec<(String, Value)>,
    },
    Cancel {
        reason: String,
    },
}

/// What the caller has to do, or to write down.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Carry out a task; answer with [`Command::CompleteJob`], [`Command::FailJob`] or [`Command::ThrowError`].
    Job {
        token: u32,
        node: NodeId,
        kind: String,
        inputs: Vec<(String, Value)>,
        attributes: Vec<(String, String)>,
    },
    /// A person has something to do; answer with [`Command::CompleteUserTask`].
    UserTask {
        token: u32,
        node: NodeId,
        inputs: Vec<(String, Value)>,
        attributes: Vec<(String, String)>,
    },
    /// Who has a user task now.
    Assigned {
        token: u32,
        assignee: Option<String>,
    },
    /// The job or user task is not wanted any more.
    CancelJob {
        token: u32,
    },
    /// Evaluate a decision over the context and what the caller knows; answer with [`Command::CompleteDecision`] or
    /// [`Command::FailJob`].
    Decide {
        token: u32,
        node: NodeId,
        decision: String,
        binding: Binding,
        context: BTreeMap<String, Value>,
    },
    /// Start another flow, in a [`State::child`]; answer with [`Command::CompleteChild`], [`Command::ThrowError`],
    /// [`Command::Escalate`] or, where there is no such flow, [`Command::FailJob`].
    StartChild {
        token: u32,
        node: NodeId,
        process: String,
        binding: Binding,
        variables: Vec<(String, Value)>,
    },
    /// Cancel the flow that was started for this token.
    CancelChild {
        token: u32,
    },
    /// This journey was started by a call activity and ended by an error that nobody caught: [`Command::ThrowError`] for the
    /// caller.
    ThrewToCaller {
        code: String,
        message: String,
        variables: Vec<(String, Value)>,
    },
    /// The same for an escalation; the journey goes on.
    EscalatedToCaller {
        code: String,
        variables: Vec<(String, Value)>,
    },
    /// Send [`Command::Signal`] to every other journey that waits for the name, and start the flows that begin by it.
    Signal {
        node: NodeId,
        name: String,
        payload: Value,
    },
    /// A message was taken by a token. `is_only`: no other journey's wait for one alone may have it.
    Took {
        token: u32,
        node: NodeId,
        is_only: bool,
    },
    Entered {
        node: NodeId,
    },
    /// A sequence flow was taken out of the node. `read` is what its conditions read to decide.
    TookFlow {
        node: NodeId,
        flow: FlowId,
        read: Vec<(String, Value)>,
    },
    /// The token cannot go on until a person has looked; [`Command::RetryIncident`] tries again.
    Incident {
        token: u32,
        node: NodeId,
        reason: String,
    },
    /// The variables have grown past 2 KiB: they are for ids and the few facts that conditions need.
    Heavy {
        bytes: usize,
    },
    /// The journey is over. Given once, with the node where its last token ended.
    Ended {
        node: NodeId,
        terminate: bool,
    },
    /// The journey was called off.
    Cancelled {
        reason: String,
    },
}

/// Why a command did nothing. The state is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    #[error("the token has already left")]
    AlreadyLeft,
    #[error("nothing waits for this")]
    NotWaiting,
    #[error("this message was taken before")]
    Duplicate,
    #[error("somebody else has the task")]
    Claimed,
    #[error("no such flow leaves the element")]
    NoSuchFlow,
    #[error("the variables are too large")]
    TooLarge,
    #[error("the journey has ended")]
    Ended,
    #[error("the journey has already started")]
    AlreadyStarted,
    #[error("the journey has not started")]
    NotStarted,
    #[error("the node is not a start event")]
    NotAStart,
    #[error("the journey is in another version of the flow")]
    OtherDefinition,
}

/// Moves the journey by one command and goes on until nothing is ready: through at most 1,000 nodes of each scope and 20,000
/// in all (what is still ready then becomes an incident).
///
/// The state must be one that this definition started, or a fresh one.
pub fn step(definition: &Definition, state: &mut State, command: Command, env: &Env) -> Result<Vec<Effect>, Rejected> {
    match (state.phase, &command) {
        (Phase::Ended, _) => return Err(Rejected::Ended),
        (Phase::New, Command::Start { .. } | Command::Cancel { .. }) => {}
        (Phase::New, _) => return Err(Rejected::NotStarted),
        (Phase::Running, _) => {}
    }
    if !fits(definition, state) {
        return Err(Rejected::OtherDefinition);
    }
    let mut run = run::Run::new(definition, state, env);
    commands::carry_out(&mut run, command)?;
    Ok(run.finish())
}

/// Every node and flow that the state names is one of the definition.
fn fits(definition: &Definition, state: &State) -> bool {
    let known = |token: &crate::Token| {
        let flow_known = token.via.is_none_or(|flow| flow.index() < definition.flows.len());
        token.node.index() < definition.nodes.len() && flow_known
    };
    let within = |node: NodeId| node.index() < definition.nodes.len();
    state.tokens.iter().all(known)
        && state.scopes.iter().all(|scope| within(scope.node))
        && state.completed.iter().all(|completed| within(completed.node))
}
