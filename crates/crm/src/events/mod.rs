//! The workspace's log as it is read: what came in, newest first, and what came after a place.

pub mod api;
pub mod lineage;
pub mod sql;
