//! The position of one journey: its tokens and its variables.

use crate::NodeId;
use base::Time;
use feel::Value;
use std::collections::BTreeMap;

/// The position of one journey in the definition that started it. `State::default()` has not started.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub(crate) tokens: Vec<Token>,
    pub(crate) next_token: u32,
    pub(crate) variables: BTreeMap<String, Value>,
    pub(crate) ended: bool,
    pub(crate) seed: u64,
}

/// A token that waits at a node.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// Never used twice in a journey: each visit to a node has its own, so journey and token name one job for ever.
    pub id: u32,
    pub node: NodeId,
    pub waiting: Waiting,
}

/// What a token waits for.
#[derive(Clone, Debug, PartialEq)]
pub enum Waiting {
    Timer {
        due: Time,
    },
    Message {
        key: Option<String>,
    },
    Job,
    User,
    /// At a parallel join, for the other incoming flows.
    Join,
    /// For a person.
    Incident {
        reason: String,
    },
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
    Job,
    User,
}

impl State {
    /// A journey that has not started, with the number that its weighted splits are drawn from (the same number draws
    /// the same branches).
    pub fn with_seed(seed: u64) -> State {
        State {
            seed,
            ..State::default()
        }
    }

    /// The earliest instant at which [`crate::Command::FireTimers`] has something to do.
    pub fn next_due(&self) -> Option<Time> {
        None
    }

    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Everything that may move the journey on by itself.
    pub fn waits(&self) -> impl Iterator<Item = Wait<'_>> {
        std::iter::empty()
    }

    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub fn variables(&self) -> &BTreeMap<String, Value> {
        &self.variables
    }
}
