//! What a product's cell raises (back in stock, running out, cheaper) reaches the customers whom it concerns: those who have the
//! product in an open cart, and those who asked for it.
//!
//! A product never names its customers: its event is a row, and whoever works for the workspace ([`News`]) finds the customers
//! by their list rows and tells them slice by slice, each slice a command. Its fold ([`fold_slice`]) looks at each customer as
//! they are by then, and remembers in the cell up to where they were told: a slice that comes twice tells nobody twice.

mod fold;
mod rounds;
pub mod sql;

pub(crate) use fold::fold_slice;
pub use fold::{NewsSlice, ProductNews};
pub use rounds::News;
