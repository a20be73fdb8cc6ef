//! Snowplow: what its trackers send, read into events as our one door takes them.
//!
//! Reading is pure: fields in, events out; no clock, no network, no database. Start reading at [`read_post`] and [`parse`]:
//! `wire` takes the tracker protocol apart, `shop` knows the words of the e-commerce plug-in and the older ones, `call` makes
//! the events. What becomes what stands in `docs/snowplow.md`.
//!
//! The protocol: <https://docs.snowplow.io/docs/fundamentals/canonical-event/>. The e-commerce schemas:
//! <https://github.com/snowplow/iglu-central/tree/master/schemas/com.snowplowanalytics.snowplow.ecommerce>.

mod call;
mod said;
mod shop;
#[cfg(test)]
mod tests;
mod wire;

pub use call::{Parsed, parse};
pub use wire::{app_id, has_fields, read_post, read_query};
