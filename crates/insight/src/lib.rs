//! **Reads facts**: who gets the credit for an order, and the reports over what the fold has counted.
//!
//! Never sends anything and never decides what to do. Start reading at [`attribution`], then [`reports`].

pub mod attribution;
pub mod reports;
