//! Events that came before somebody waited for them.

use crate::{NodeId, codec};
use base::Time;
use feel::Value;
use minicbor::{Decode, Encode};

/// More are not kept: the oldest goes.
pub(crate) const KEPT_MAX: usize = 16;

/// An event that a wait with `ritorno:since` may still take.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct KeptEvent {
    #[n(0)]
    pub name: String,
    /// The business keys that it carries.
    #[n(1)]
    pub keys: Vec<String>,
    #[n(2)]
    pub at: Time,
    #[cbor(n(3), with = "codec::value")]
    pub payload: Value,
    /// The nodes that took it: each once, so that a loop does not take the same event again.
    #[n(4)]
    pub(crate) taken_by: Vec<NodeId>,
}
