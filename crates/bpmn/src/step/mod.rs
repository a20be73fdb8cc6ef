//! The pure step: one command moves one journey until nothing is ready.

mod commands;
pub(crate) mod run;
mod scope;

use crate::{Definition, FlowId, NodeId, State, Waiting, state::Phase};
use feel::{Env, Value};

/// What happens to a journey.
#[derive(Clone, Debug)]
pub enum Command<'a> {
    /// Starts a journey at a start event.
    Start {
        trigger: NodeId,
    },
    /// Fires every timer whose time has come, by `env.now`.
    FireTimers,
    /// Something happened. Takes every token that waits for the name with this key and whose filter is true of the
    /// payload (the filter sees it as `event`).
    Message {
        name: &'a str,
        key: Option<&'a str>,
        payload: &'a Value,
    },
    CompleteJob {
        token: u32,
        variables: Vec<(String, Value)>,
    },
    /// The job cannot be done: an incident that a person reads.
    FailJob {
        token: u32,
        reason: String,
    },
    CompleteUserTask {
        token: u32,
        variables: Vec<(String, Value)>,
    },
    /// Tries again what became an incident.
    RetryIncident {
        token: u32,
    },
    Cancel {
        reason: String,
    },
}

/// What the caller has to do, or to write down.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Carry out a task; answer with [`Command::CompleteJob`] or [`Command::FailJob`].
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
    /// The job or user task is not wanted any more.
    CancelJob {
        token: u32,
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

/// Moves the journey by one command and goes on until nothing is ready, through at most 1,000 nodes (what is still ready
/// then becomes an incident).
///
/// The state must be one that this definition started, or a fresh one.
pub fn step(definition: &Definition, state: &mut State, command: Command, env: &Env) -> Result<Vec<Effect>, Rejected> {
    match (state.phase, &command) {
        (Phase::Ended, _) => return Err(Rejected::Ended),
        (Phase::New, Command::Start { .. } | Command::Cancel { .. }) => {}
        (Phase::New, _) => return Err(Rejected::NotStarted),
        (Phase::Running, _) => {}
    }
    let known = |token: &crate::Token| {
        let flow_known = token.via.is_none_or(|flow| usize::from(flow.0) < definition.flows.len());
        usize::from(token.node.0) < definition.nodes.len() && flow_known
    };
    if !state.tokens.iter().all(known) {
        return Err(Rejected::OtherDefinition);
    }
    let mut run = run::Run::new(definition, state, env);
    match command {
        Command::Start { trigger } => commands::start(&mut run, trigger)?,
        Command::FireTimers => commands::fire_timers(&mut run)?,
        Command::Message { name, key, payload } => {
            commands::message(&mut run, name, key, payload)?;
        }
        Command::CompleteJob { token, variables } => {
            commands::complete_task(&mut run, token, &Waiting::Job, variables)?;
        }
        Command::FailJob { token, reason } => commands::fail_job(&mut run, token, reason)?,
        Command::CompleteUserTask { token, variables } => {
            commands::complete_task(&mut run, token, &Waiting::User, variables)?;
        }
        Command::RetryIncident { token } => commands::retry_incident(&mut run, token)?,
        Command::Cancel { reason } => commands::cancel(&mut run, reason),
    }
    Ok(run.finish())
}

impl Definition {
    /// Does the filter of a start event let this event start a journey? It sees `event`, the parameters and the caller's
    /// names; without a filter every event does.
    pub fn accepts(&self, trigger: NodeId, event: &Value, env: &Env) -> bool {
        let crate::Kind::StartEvent { filter: Some(filter), .. } = &self.node(trigger).kind else {
            return true;
        };
        let layers = scope::Layers {
            event: Some(event),
            job: None,
            variables: &std::collections::BTreeMap::new(),
            parameters: self.parameters(),
            outer: env.scope,
        };
        filter.eval(&Env { scope: &layers, ..*env }).is_true()
    }
}
