//! Messages: queued by a journey, asked for by a worker, decided by the loop, carried out, and settled by what came of it.

pub mod api;
mod claim;
mod context;
mod gates;
pub mod notices;
mod outcome;
mod preview;
mod queue;
pub mod reasons;
mod rows;
pub mod sql;

pub use claim::{Claim, Grant, claim};
pub use context::{agent_context, context};
pub use gates::suppression_key;
pub use outcome::{Outcome, Result_, doubt, settle};
pub use queue::{EMAIL, Job, notify_agent, queue, resolve, withdraw};
pub use rows::list_row;

use base::{MINUTE, SECOND};

/// A granted message must be on its way within this (or within its [`Claim::send_within`], where that is shorter), or the
/// worker asks again.
pub const BEGIN_WITHIN: i64 = 30 * SECOND;
/// How long a message may be on its way before silence puts it in doubt, where the claim does not say: twice what the mail
/// client gives itself (`SmtpConfig::send_time_max`).
pub const SEND_WITHIN: i64 = 5 * MINUTE;
/// How long a mail server that said "later" is left alone at first, where the outcome does not say.
pub const RETRY_AFTER: i64 = MINUTE;
/// How often a message is tried while the mail server says "later".
pub const ATTEMPTS_MAX: u32 = 10;
