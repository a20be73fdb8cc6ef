//! (in the making)
pub mod templates;
