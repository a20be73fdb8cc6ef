//! Messages: queued by a journey, asked for by a worker, decided by the loop, carried out, and settled by what came of it.

pub mod api;
mod claim;
mod context;
mod gates;
pub mod notices;
mod outcome;
mod preview;
mod queue;
mod rows;
pub mod sql;

pub use claim::{Claim, Grant, claim};
pub use context::{agent_context, context};
pub use gates::suppression_key;
pub use outcome::{Outcome, Result_, doubt, doubt_at, settle};
pub use queue::{EMAIL, Job, notify_agent, queue, resolve, withdraw};

use base::{MINUTE, SECOND};

/// A granted message must be on its way within this, or the worker asks again.
pub const BEGIN_WITHIN: i64 = 30 * SECOND;
/// The longest a mail server may take to answer once a message is on its way.
pub const SEND_WITHIN: i64 = 15 * MINUTE;
/// How often a message is tried while the mail server says "later".
pub const ATTEMPTS_MAX: u32 = 10;
