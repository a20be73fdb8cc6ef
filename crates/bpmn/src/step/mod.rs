//! The pure step: one command moves one journey until nothing is ready.

use crate::{Definition, FlowId, NodeId, State};
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
}

/// Moves the journey by one command and goes on until nothing is ready, through at most 1,000 nodes (what is still ready
/// then becomes an incident).
pub fn step(
    _definition: &Definition,
    _state: &mut State,
    _command: Command,
    _env: &Env,
) -> Result<Vec<Effect>, Rejected> {
    Err(Rejected::NotStarted)
}
