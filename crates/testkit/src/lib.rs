//! (in the making)
pub mod smtp;
