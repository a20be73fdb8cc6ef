//! The position of one journey: its tokens and its variables.

use crate::{FlowId, NodeId, codec};
use base::Time;
use feel::Value;
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// The position of one journey in the definition that started it. `State::default()` has not started.
///
/// Encoded as CBOR with numbered fields: a new field gets the next number, and what older data means never changes.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct State {
    #[n(0)]
    format: Format,
    #[n(1)]
    pub(crate) phase: Phase,
    #[n(2)]
    pub(crate) tokens: Vec<Token>,
    #[n(3)]
    pub(crate) next_token: u32,
    #[cbor(n(4), with = "codec::variables")]
    pub(crate) variables: BTreeMap<String, Value>,
    /// What weighted splits are drawn from.
    #[n(5)]
    pub(crate) seed: u64,
}

/// The version of the encoding: 1. Decoding refuses any other, so that an older program does not misread a newer state.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Format;

const FORMAT: u8 = 1;

impl<C> Encode<C> for Format {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u8(FORMAT)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Format {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        match d.u8()? {
            FORMAT => Ok(Format),
            other => {
                let message = format!("journey state of format {other}; this program reads {FORMAT}");
                Err(minicbor::decode::Error::message(message))
            }
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub(crate) enum Phase {
    #[default]
    #[n(0)]
    New,
    #[n(1)]
    Running,
    #[n(2)]
    Ended,
}

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
}

/// What a token waits for.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub enum Waiting {
    #[n(0)]
    Timer {
        #[n(0)]
        due: Time,
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
    #[n(2)]
    Job,
    #[n(3)]
    User,
    /// At a parallel join, for the other incoming flows.
    #[n(4)]
    Join,
    /// For a person.
    #[n(5)]
    Incident {
        #[n(0)]
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
        State { seed, ..State::default() }
    }

    /// The earliest instant at which [`crate::Command::FireTimers`] has something to do.
    pub fn next_due(&self) -> Option<Time> {
        let due = |token: &Token| match token.waiting {
            Waiting::Timer { due } => Some(due),
            _ => None,
        };
        self.tokens.iter().filter_map(due).min()
    }

    pub fn is_started(&self) -> bool {
        self.phase != Phase::New
    }

    /// Over: at an end event or called off. Nothing waits any more.
    pub fn is_ended(&self) -> bool {
        self.phase == Phase::Ended
    }

    /// Everything that may move the journey on; what waits for other tokens or for a person's retry is not among it.
    pub fn waits(&self) -> impl Iterator<Item = Wait<'_>> {
        self.tokens.iter().filter_map(|token| {
            let kind = match &token.waiting {
                Waiting::Timer { due } => WaitKind::Timer { due: *due },
                Waiting::Message { name, key } => WaitKind::Message { name, key: key.as_deref() },
                Waiting::Job => WaitKind::Job,
                Waiting::User => WaitKind::User,
                Waiting::Join | Waiting::Incident { .. } => return None,
            };
            Some(Wait { token: token.id, node: token.node, kind })
        })
    }

    /// The tokens that wait for a person, with the reason.
    pub fn incidents(&self) -> impl Iterator<Item = (u32, NodeId, &str)> {
        self.tokens.iter().filter_map(|token| match &token.waiting {
            Waiting::Incident { reason } => Some((token.id, token.node, reason.as_str())),
            _ => None,
        })
    }

    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub fn variables(&self) -> &BTreeMap<String, Value> {
        &self.variables
    }
}
