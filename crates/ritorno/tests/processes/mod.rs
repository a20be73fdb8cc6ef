//! What the tests of whole servers share: the built binary as a process of its own, and a client that speaks to it.

mod http;
mod process;

pub use http::{Client, basic, batch_request};
pub use process::{Process, Site, free_address};
