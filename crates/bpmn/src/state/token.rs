//! A token, and what it waits for.

use crate::{FlowId, NodeId};
use base::Time;
use minicbor::{Decode, Encode};

/// A token that waits at a node.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Token {
    /// Never used twice in a journey: each visit to a node has its own, so journey and token name one job for ever.
    #[n(0)]
    pub id: u32,
    #[n(1)]
    pub node: NodeId,
    #[n(2)]
    pub waiting: Waiting,
    /// The flow it came by.
    #[n(3)]
    pub via: Option<FlowId>,
    /// The waits that one event-based gateway opened: the first that comes closes the others.
    #[n(4)]
    pub group: Option<u32>,
    /// `None`: the process itself. An event on the border of an activity waits in the activity's scope, the start of an event
    /// sub-process in the scope that it would interrupt.
    #[n(5)]
    pub scope: Option<u32>,
}

/// What a token waits for.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Waiting {
    #[n(0)]
    Timer {
        #[n(0)]
        due: Time,
        /// Of a repeating timer, how often it will fire yet; 0 for ever. `None`: once.
        #[n(1)]
        left: Option<u32>,
    },
    /// The name stands here, and not only in the definition, so that subscriptions are listed from the state alone.
    #[n(1)]
    Message {
        #[n(0)]
        name: String,
        /// `None`: any message with the name.
        #[n(1)]
        key: Option<String>,
    },
    /// For a job, or a decision.
    #[n(2)]
    Job,
    #[n(3)]
    User {
        /// Who has it.
        #[n(0)]
        assignee: Option<String>,
    },
    /// At a parallel or inclusive join, for the other incoming flows.
    #[n(4)]
    Join,
    /// For a person.
    #[n(5)]
    Incident {
        #[n(0)]
        reason: String,
    },
    #[n(6)]
    Signal {
        #[n(0)]
        name: String,
    },
    /// For a condition to become true.
    #[n(7)]
    Condition {
        /// It was true when last looked at.
        #[n(0)]
        was: bool,
    },
    /// For the journey that a call activity started.
    #[n(8)]
    Child,
    /// For the handlers of a compensation.
    #[n(9)]
    Compensation,
}

/// One thing that may move the journey on.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait<'a> {
    pub token: u32,
    pub node: NodeId,
    pub kind: WaitKind<'a>,
}

/// What is waited for.
#[derive(Clone, Debug, PartialEq)]
pub enum WaitKind<'a> {
    Timer { due: Time },
    Message { name: &'a str, key: Option<&'a str> },
    Signal { name: &'a str },
    Condition,
    Job,
    User,
    Child,
}

impl Token {
    pub(crate) fn wait(&self) -> Option<Wait<'_>> {
        let kind = match &self.waiting {
            Waiting::Timer { due, .. } => WaitKind::Timer { due: *due },
            Waiting::Message { name, key } => WaitKind::Message { name, key: key.as_deref() },
            Waiting::Signal { name } => WaitKind::Signal { name },
            Waiting::Condition { .. } => WaitKind::Condition,
            Waiting::Job => WaitKind::Job,
            Waiting::User { .. } => WaitKind::User,
            Waiting::Child => WaitKind::Child,
            Waiting::Join | Waiting::Incident { .. } | Waiting::Compensation => return None,
        };
        Some(Wait { token: self.id, node: self.node, kind })
    }
}
