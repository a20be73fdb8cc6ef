//! The simulator, as a shop's developer runs it: the built binary, a file of events, one JSON object.

mod arguments;
mod command_line;
mod coupons;
mod facts;
mod identities;
mod recovery;
mod rig;
mod two_branch;
