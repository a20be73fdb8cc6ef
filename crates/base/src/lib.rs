//! Words that several crates share: time and the clock, chance, ids, money, stable hashes.
//!
//! Never does I/O (the system clock and the system's randomness, behind the traits [`Clock`] and [`Rng`], are the one
//! exception). Start reading at [`Time`] and [`Money`].

mod hash;
mod id;
mod money;
mod rng;
mod time;

pub use hash::{stable_hash, stable_hash_seeded};
pub use id::{Id, IdMaker};
pub use money::{AmountError, Currency, Money, minor_from_decimal, minor_of};
pub use rng::{Rng, SeededRng, SystemRng, token};
pub use time::{Clock, DAY, HOUR, MILLISECOND, MINUTE, ManualClock, SECOND, SharedClock, SystemClock, Time, TimeError};
