//! Carts, orders and deals of one customer: a pure fold over shop operations in the order in which they happened.
//!
//! Operations may arrive late, tied or shuffled. The book keeps the last [`OPS_MAX`] of them; one that comes last is applied
//! in place, one that comes late makes the book fold again. So the facts are a function of what happened, not of when we
//! heard of it.

pub mod api;
mod book;
mod diff;
mod fold;
mod model;
pub mod sql;
#[cfg(test)]
mod tests;

pub use book::{Book, OPS_MAX};
pub use diff::{CartDiff, diffs};
pub use fold::Rules;
pub use model::{Cart, CartOp, CartState, Deal, Line, OpKind, OpItem, Order, PIPELINE, STAGE_ABANDONED, STAGE_WON, total_of};
