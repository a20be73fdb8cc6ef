//! The desk: workspaces, agents, people, sources and keys.

mod model;

pub use model::{Agent, Settings, is_address};
