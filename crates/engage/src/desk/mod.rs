//! What belongs to the workspace, as a person changes it: settings, agents, and the hold.

pub mod api;
pub(crate) mod pipelines;
pub mod pipelines_api;
