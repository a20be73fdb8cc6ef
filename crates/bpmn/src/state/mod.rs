//! The position of one journey: its tokens, its scopes and its variables.

mod kept;
mod scope;
mod token;

pub(crate) use kept::KEPT_MAX;
pub use kept::KeptEvent;
pub(crate) use scope::{Completed, Repeat, Scope};
pub use token::{Token, Wait, WaitKind, Waiting};

use crate::{NodeId, codec};
use base::Time;
use feel::Value;
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// The position of one journey in the definition that started it. `State::default()` has not started.
///
/// Encoded as CBOR with numbered fields: a new field gets the next number, and what older data means never changes. Fields
/// that are empty take no room.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct State {
    #[n(0)]
    format: Format,
    #[n(1)]
    pub(crate) phase: Phase,
    #[n(2)]
    pub(crate) tokens: Vec<Token>,
    /// The next id of a token or a scope.
    #[n(3)]
    pub(crate) next_token: u32,
    /// Those of the process itself; scopes have their own.
    #[cbor(n(4), with = "codec::variables")]
    pub(crate) variables: BTreeMap<String, Value>,
    /// What weighted splits are drawn from.
    #[n(5)]
    pub(crate) seed: u64,
    /// In the order of their opening: an inner one behind the one around it.
    #[cbor(n(6), skip_if = "Vec::is_empty")]
    pub(crate) scopes: Vec<Scope>,
    /// An interrupting event sub-process of the process itself has begun: no other begins any more.
    #[cbor(n(7), skip_if = "is_false")]
    pub(crate) interrupted: bool,
    /// A call activity of another journey started this one: an error that nobody catches goes there.
    #[cbor(n(8), skip_if = "is_false")]
    pub(crate) is_child: bool,
    /// Activities that could be compensated, in the order of their completion.
    #[cbor(n(9), skip_if = "Vec::is_empty")]
    pub(crate) completed: Vec<Completed>,
    /// Events that a later wait may look back for.
    #[cbor(n(10), skip_if = "Vec::is_empty")]
    pub(crate) kept: Vec<KeptEvent>,
    /// The ids of the last messages and signals that were taken.
    #[cbor(n(11), skip_if = "Vec::is_empty")]
    pub(crate) taken: Vec<u64>,
}

pub(crate) fn is_false(flag: &bool) -> bool {
    !flag
}

/// The version of the encoding, 2 when written. Version 1 had neither scopes nor what came with them, and is read as it
/// stands; decoding refuses any other, so that an older program does not misread a newer state.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Format;

const FORMAT: u8 = 2;

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
            1..=FORMAT => Ok(Format),
            other => {
                let message = format!("journey state of format {other}; this program reads 1 to {FORMAT}");
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

impl State {
    /// A journey that has not started, with the number that its weighted splits are drawn from (the same number draws
    /// the same branches).
    pub fn with_seed(seed: u64) -> State {
        State { seed, ..State::default() }
    }

    /// A journey that a call activity starts, with what it is given.
    pub fn child(seed: u64, variables: impl IntoIterator<Item = (String, Value)>) -> State {
        State { seed, is_child: true, variables: variables.into_iter().collect(), ..State::default() }
    }

    /// The earliest instant at which [`crate::Command::FireTimers`] has something to do.
    pub fn next_due(&self) -> Option<Time> {
        let due = |token: &Token| match token.waiting {
            Waiting::Timer { due, .. } => Some(due),
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

    /// A call activity of another journey started this one.
    pub fn is_child(&self) -> bool {
        self.is_child
    }

    /// Everything that may move the journey on; what waits for other tokens or for a person's retry is not among it.
    pub fn waits(&self) -> impl Iterator<Item = Wait<'_>> {
        self.tokens.iter().filter_map(Token::wait)
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

    /// The scopes that are open inside the process: sub-processes, activities for each item, activities with events on their
    /// border. Id, activity and the scope around it.
    pub fn scopes(&self) -> impl Iterator<Item = (u32, NodeId, Option<u32>)> {
        self.scopes.iter().map(|scope| (scope.id, scope.node, scope.parent))
    }

    /// Those of the process itself; they stay when the journey has ended.
    pub fn variables(&self) -> &BTreeMap<String, Value> {
        &self.variables
    }

    /// What a token sees: the variables of its scopes over those of the process.
    pub fn variables_at(&self, scope: Option<u32>) -> BTreeMap<String, Value> {
        let mut seen = BTreeMap::new();
        let mut next = scope;
        while let Some(scope) = next.and_then(|id| self.scope(id)) {
            for (name, value) in &scope.variables {
                seen.entry(name.clone()).or_insert_with(|| value.clone());
            }
            next = scope.parent;
        }
        for (name, value) in &self.variables {
            seen.entry(name.clone()).or_insert_with(|| value.clone());
        }
        seen
    }

    /// The events that are kept for waits that look back.
    pub fn kept(&self) -> &[KeptEvent] {
        &self.kept
    }

    pub(crate) fn scope(&self, id: u32) -> Option<&Scope> {
        self.scopes.iter().rfind(|scope| scope.id == id)
    }

    pub(crate) fn scope_mut(&mut self, id: u32) -> Option<&mut Scope> {
        self.scopes.iter_mut().rfind(|scope| scope.id == id)
    }

    /// The activity that a scope belongs to; `None` is the process.
    pub(crate) fn node_of(&self, scope: Option<u32>) -> Option<NodeId> {
        self.scope(scope?).map(|scope| scope.node)
    }

    pub(crate) fn parent_of(&self, scope: u32) -> Option<u32> {
        self.scope(scope).and_then(|scope| scope.parent)
    }

    /// Whether a scope is another one, or inside it.
    pub(crate) fn is_within(&self, scope: Option<u32>, outer: Option<u32>) -> bool {
        let mut next = scope;
        loop {
            match next {
                same if same == outer => return true,
                None => return false,
                Some(id) => next = self.parent_of(id),
            }
        }
    }
}
