//! The crate from outside: files in and out, what is refused, what runs.

mod cases;
mod common;
mod drawing;
mod flows;
mod properties;
mod refusals;
mod round_trip;
mod semantics;
mod waits;
