//! Tasks of people: what waits in a journey until somebody has done it.
//!
//! A task is a user task's place in a journey. That it waits stands in the journey; when it is due, for whom it is and what its
//! person is told stand in the cell beside it, because they were worked out when the journey came there. The row is its index:
//! written with the sweep of its customer, and at once when a person did something.

pub mod api;
pub mod fields;
mod follow;
pub mod rows;
pub mod sql;

pub(crate) use follow::{assigned, opened, put, settle};

/// Open tasks of one customer that have a row; a flow that makes more of them at once draws too much.
pub const TASKS_MAX: usize = 100;
/// The longest text that a task tells its person, in bytes of JSON.
const TOLD_MAX: usize = 1_024;
