//! Measuring the machine at hand: how many journeys it carries, and what each costs.

mod journeys;
pub mod machine;
pub mod place;
mod sql;

pub use journeys::{Options, run};
