//! Flows: BPMN files, their versions, and the journeys that run on them.

pub mod api;
mod check;
pub mod commands;
pub mod compiled;
mod decisions;
mod due;
mod errands;
pub mod incidents;
pub mod journey;
pub mod journeys;
mod look_again;
pub mod models_api;
mod names;
mod ready_made;
pub mod reasons;
mod scope;
pub mod sql;
mod start;
pub(crate) mod steer;
mod steer_api;
mod triggered;

pub use commands::ImportFlow;
pub use compiled::{Compiled, Compiler, in_words};
pub use due::due;
pub use look_again::look_again;
pub use ready_made::{READY_MADE, ReadyMade, ReadyMadeFiles};
pub(crate) use start::count;
pub use start::start_due;
pub use triggered::start_by_event;

/// The message of a start event that waits for a cart to stand idle: no event has this name.
pub const CART_IDLE: &str = "Cart Idle";
/// A flow starts no journey for a cart that fell idle longer ago than this, unless it says otherwise (`ritorno:maxAge`).
pub const MAX_AGE: i64 = 48 * base::HOUR;
/// Marketing later than this after it was meant is dropped, unless the flow says otherwise (`ritorno:latest`).
pub const LATEST: i64 = 6 * base::HOUR;
/// Journeys of one customer at a time.
pub const JOURNEYS_MAX: usize = 50;
/// How deep flows may call each other.
pub const CALLS_MAX: u8 = 8;
