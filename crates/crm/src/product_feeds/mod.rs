//! Product feeds by address: a file that the shop's side puts at an address is fetched by a schedule and taken in as one that was
//! uploaded ([`crate::catalogue::import`]). Of a feed that names everything, what it names no more is taken away.
//!
//! Start reading at [`ProductFeed`], then [`Fetcher`] (the worker) and [`complete`] (what is taken away, and when nothing is).

pub mod api;
mod complete;
mod fetch;
mod model;
mod rows;
pub mod sql;
#[cfg(test)]
mod tests;

pub use fetch::Fetcher;
pub use model::{FeedOutcome, ProductFeed};
pub use rows::list_feeds;
