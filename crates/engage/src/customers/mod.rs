//! One customer's whole page, and what a person does on it.

mod actions;
pub mod api;
