//! Flows: BPMN files, their versions, and the journeys that run on them.

pub mod api;
mod check;
pub mod commands;
pub mod compiled;
mod counts;
mod decisions;
mod due;
mod errands;
mod exit;
mod goal;
pub mod incidents;
mod jobs;
pub mod journey;
pub mod journeys;
mod look_again;
pub mod models_api;
mod names;
mod ready_made;
pub mod reasons;
mod scope;
pub mod sql;
pub mod starts;
pub(crate) mod steer;
mod steer_api;

pub use commands::ImportFlow;
pub use compiled::{Compiled, Compiler, in_words};
pub(crate) use counts::count;
use counts::count_on;
pub use due::due;
pub(crate) use exit::{EXIT_RULE, is_open_for};
pub use goal::{GoalOf, reached};
pub(crate) use jobs::HAND_OVER as HAND_OVER_TASK;
pub use look_again::look_again;
pub use ready_made::{READY_MADE, ReadyMade, ReadyMadeFiles};
pub use starts::{CART_IDLE, Touched, start_by_event, start_due};

/// A flow starts no journey for a cart that fell idle longer ago than this, unless it says otherwise (`ritorno:maxAge`).
pub const MAX_AGE: i64 = 48 * base::HOUR;
/// Marketing later than this after it was meant is dropped, unless the flow says otherwise (`ritorno:latest`).
pub const LATEST: i64 = 6 * base::HOUR;
/// Journeys of one customer at a time.
pub const JOURNEYS_MAX: usize = 50;
/// How deep flows may call each other.
pub const CALLS_MAX: u8 = 8;
