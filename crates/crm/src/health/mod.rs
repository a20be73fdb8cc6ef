//! Data health: whether each source speaks as it usually does, and whether what it says is still of the same shape.
//!
//! Volumes, lag and duplicates are counted in the commit of the events ([`runtime::pulse`]); what a source's events look like is
//! compared on request, between the newest of the log and those of a week before. Nothing here is rebuilt, nothing scans the log.

pub mod alarm;
pub mod api;
mod drift;
mod rhythm;
pub mod sql;

pub use alarm::{Alarm, Trouble, alarms};
