//! Carts, orders and deals of one customer: a pure fold over shop operations in the order in which they happened.
//!
//! Operations may arrive late, tied or shuffled. The book keeps the last [`OPS_MAX`] of them; one that comes last is applied
//! in place, one that comes late makes the book fold again. So the facts are a function of what happened, not of when we
//! heard of it. Time that a timer let pass is an operation too, and each operation remembers under which rules it was
//! recorded, so that a later change of the workspace's mind does not rewrite what was.

pub mod api;
mod book;
mod deals;
mod diff;
mod fold;
mod model;
mod orders;
mod pipelines;
pub mod sql;
#[cfg(test)]
mod tests;

pub use book::{Book, OPS_MAX};
pub use diff::{CartDiff, OrderMark, Snapshot, diffs};
pub use fold::Rules;
pub use model::{
    Cart, CartOp, CartState, Deal, Line, OpItem, OpKind, Order, PIPELINE, Place, STAGE_ABANDONED, STAGE_WON, StageWord,
    total_of,
};
pub use orders::{Heard, OrderChange};
pub use pipelines::{Pipeline, PipelineError, PipelineSaid, Pipelines, Stage, StageKind, StageSaid};
