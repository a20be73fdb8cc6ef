//! The scopes inside a journey.
//!
//! A scope is opened for a sub-process, for an activity that is done for each item of a list (one around all, one for each),
//! for an activity with events on its border, and for a compensation handler. What it holds dies with it.

use super::is_false;
use crate::{NodeId, codec};
use feel::Value;
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// One open scope.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct Scope {
    #[n(0)]
    pub id: u32,
    /// The activity.
    #[n(1)]
    pub node: NodeId,
    #[n(2)]
    pub parent: Option<u32>,
    #[cbor(n(3), with = "codec::variables", skip_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Value>,
    /// The scope around an activity that is done for each item.
    #[n(4)]
    pub repeat: Option<Repeat>,
    /// The scope of one item: its place in the list, from 0.
    #[n(5)]
    pub index: Option<u32>,
    /// An interrupting event sub-process has begun in it.
    #[cbor(n(6), skip_if = "is_false")]
    pub interrupted: bool,
    /// It holds a compensation handler, for the throw event with this token.
    #[n(7)]
    pub handles: Option<u32>,
}

/// How far an activity for each item has come.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub(crate) struct Repeat {
    #[n(0)]
    pub total: u32,
    #[n(1)]
    pub started: u32,
    #[n(2)]
    pub done: u32,
    /// One after the other: the items that have not begun.
    #[cbor(n(3), with = "codec::values", skip_if = "Vec::is_empty")]
    pub items: Vec<Value>,
    /// What the items that are done gave, in the order of the items; null where nothing is there yet.
    #[cbor(n(4), with = "codec::values", skip_if = "Vec::is_empty")]
    pub outputs: Vec<Value>,
}

/// An activity that was completed and may be compensated.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub(crate) struct Completed {
    #[n(0)]
    pub node: NodeId,
    /// The scope in which it was completed.
    #[n(1)]
    pub scope: Option<u32>,
    /// A sub-process without a handler of its own: the scope in which the activities inside were completed.
    #[n(2)]
    pub body: Option<u32>,
}
