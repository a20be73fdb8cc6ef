//! Coupons that flows have a shop take: one code for one journey, for one order.
//!
//! A task asks for it ([`queue`]): an entry in the customer's cell and an effect, in the commit of the step. A [`Maker`] takes the
//! effect and asks; the loop says what the code is to give, or that nobody wants it any more ([`claim`]); the maker has the shop's
//! API take the code and says what became of it ([`settle`]). The code follows from the journey and the step by the workspace's
//! secret: nobody guesses it, and whatever is interrupted is done again with the same one. Start reading at [`Coupon`], then
//! [`queue`].

mod claim;
mod code;
mod entry;
mod maker;
mod outcome;
mod queue;
pub mod sql;

pub use claim::{Claim, Grant, claim};
pub use code::code_of;
pub use entry::{Coupon, Gives};
pub use maker::{Maker, make_due, run};
pub use outcome::{Ended, Outcome, settle};
pub use queue::{queue, withdraw};

use base::{DAY, MINUTE};

/// The kind of effect that a coupon is.
pub const COUPON: &str = "coupon";
/// The name of the variable in which a journey finds its coupon, and of the place that templates show it at.
pub const VARIABLE: &str = "coupon";
/// Coupons of one customer under way at a time.
const COUPONS_MAX: usize = 16;
/// A maker that was told to go on and says nothing for so long has died: another one takes it.
const LEASE: i64 = 5 * MINUTE;
/// After so long a person is told. What is offered because of an abandoned cart is of no use much later.
const GIVE_UP_AFTER: i64 = DAY;
