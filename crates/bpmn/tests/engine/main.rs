//! The crate from outside: files in and out, what is refused, what runs.

mod common;
mod flows;
mod properties;
mod refusals;
mod round_trip;
mod semantics;
mod waits;
