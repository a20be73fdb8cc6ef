//! Customers: one cell per person, found by identities, joined when an anonymous one becomes known.

pub mod api;
mod apply;
mod identify;
mod model;
mod rows;
mod search;
pub mod sql;

pub(crate) use apply::cart_named;
pub use apply::{Applied, apply_shop, apply_traits, cart_of_event};
pub use identify::{Holder, Resolved, address_key, key_of, merge_into, resolve, touches};
pub use model::{Consent, Facts, Profile, Totals};
pub use rows::{hash_of, list_rows, order_rows};
