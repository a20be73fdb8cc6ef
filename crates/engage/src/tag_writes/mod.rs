//! Tags written back to the shops: what people and flows give and take away here, the shops are told of.
//!
//! Only those two doors queue a write ([`queue`]), never what a shop says of itself: so nothing goes back and forth. It is an
//! entry in the customer's cell for each shop that is told, and an effect, in the commit of the change; further changes join the
//! entry that waits. A [`Writer`] takes the effect and asks; the loop says what is to be different as the customer stands now
//! ([`claim`]), the writer has the shop's API change it and says what became of that ([`settle`]). Done again it changes nothing.
//!
//! Which shops are told is a setting of their connections, which are no facts of the log: the writer says it to the loop
//! whenever it has changed ([`set_shops`]), so that nothing is queued where no shop is told. Start reading at [`TagWrite`].

mod claim;
mod entry;
mod outcome;
mod queue;
pub mod sql;
mod writer;

pub use claim::{Claim, Grant, claim};
pub use entry::{Account, TagWrite};
pub use outcome::{Ended, Outcome, settle};
pub use queue::{SetShops, queue, remember, set_shops};
pub use writer::{Writer, run, write_due};

use base::{DAY, MINUTE, SECOND};

/// The kind of effect that a write is.
pub const TAGS: &str = "tags";
/// Shops of one workspace that are told of tags.
const SHOPS_MAX: usize = 16;
/// A person mostly gives several tags one after another: they go together.
const GATHER: i64 = 2 * SECOND;
/// A writer that was told to go on and says nothing for so long has died: another one takes it.
const LEASE: i64 = 5 * MINUTE;
/// After so long it is told, and not tried any more.
const GIVE_UP_AFTER: i64 = DAY;
