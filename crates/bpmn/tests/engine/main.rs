//! The crate from outside: files in and out, what is refused, what runs.

mod blocks;
mod cases;
mod common;
mod drawing;
mod flows;
mod golden;
mod hostile;
mod miwg;
mod properties;
mod refusals;
mod round_trip;
mod semantics;
mod waits;
