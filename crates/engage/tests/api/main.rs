//! The API over the real runtime, on both databases, with a clock that stands where it is put.

mod document;
mod flows;
mod live;
mod reads;
mod reports;
mod rig;
mod writes;
