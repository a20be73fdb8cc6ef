//! Destinations: other CRMs of the workspace, to which flows hand over customers, carts and orders.
//!
//! A task asks for it ([`queue`]): an entry in the customer's cell and an effect, in the commit of the step. A [`Carrier`] takes the
//! effect and asks; the loop says what goes over as of now, or why not ([`claim`]); the carrier speaks to the CRM and says what
//! became of it ([`settle`]). Records are found over there by our ids, so whatever is interrupted is simply done again. Start
//! reading at [`Destination`], then [`queue`].

pub mod api;
mod carrier;
mod claim;
mod entry;
mod model;
mod named;
mod outcome;
mod parcel;
mod queue;
mod rows;
pub mod sql;

pub use carrier::{Carrier, carry_due, run};
pub use claim::{Claim, Grant, claim};
pub use entry::{Handed, Handover, Remote};
pub use model::Destination;
pub use named::missing;
pub use outcome::{Ended, Outcome, settle};
pub use queue::{queue, withdraw};
pub use rows::{
    CheckedDestination, DestinationView, NewDestination, check_destination, create_destination, find_destination,
    list_destinations,
};

use base::{DAY, MINUTE};

/// The kind of effect that a hand-over is.
pub const HAND_OVER: &str = "hand_over";
/// Hand-overs of one customer under way at a time.
const HANDOVERS_MAX: usize = 32;
/// A carrier that was told to hand over and says nothing for so long has died: another one takes it.
const LEASE: i64 = 10 * MINUTE;
/// After so long a person is told.
const GIVE_UP_AFTER: i64 = 3 * DAY;
/// The purpose whose refusal keeps a customer from being handed over: what is known of them is shown to third parties.
pub const SHARING: &str = "sharing";
