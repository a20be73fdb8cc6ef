//! Customers: one cell per person, found by identities, joined when an anonymous one becomes known.

pub mod api;
mod apply;
mod identify;
mod model;
mod rows;
mod search;
pub mod sql;
mod tags;
#[cfg(test)]
mod tests;
mod traits;
mod wishes;
pub(crate) mod words;

pub(crate) use apply::cart_named;
pub use apply::{Applied, Scene, Side, apply_shop, cart_of_event};
pub use identify::{Holder, Resolved, address_key, key_of, merge_into, resolve, take_cart, touches};
pub use model::{Browse, Consent, Facts, Profile, Totals};
pub use rows::{change_order_row, hash_of, let_go_rows, list_rows, move_order_rows, order_rows};
pub use tags::{TAG_CHARS_MAX, TAGS_MAX, Tag, Tags, count_tags, tag_key, tag_of};
pub use traits::apply_traits;
pub use wishes::Wish;
