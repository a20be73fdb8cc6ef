//! The catalogue: products with variants, prices and stock, stores and collections, as the shops tell of them.
//!
//! Each is a cell of its own, found by the ids of the source that speaks ([`keys`]). An event on it is taken before anybody asks
//! which customer it is about ([`said`]), changes the cell ([`fold`], pure), and may raise what others wait for ([`events`]).
//! Lists are rows written in sweeps ([`rows`]); one product's page reads its cell through the loop ([`api`]).

pub mod api;
mod apply;
mod events;
mod feeds;
mod fold;
mod keys;
mod lookup;
mod model;
mod named;
mod price;
mod rows;
mod said;
pub mod sql;
mod stock;
#[cfg(test)]
mod tests;
mod view;
mod words;

pub use api::{currency_of, product_of};
pub use events::{BACK_IN_STOCK, PRICE_DROPPED, PRODUCT_ADDED, STOCK_LOW};
pub use feeds::{FeedAnswer, Import, append_calls, import, import_named, note_import};
pub use fold::{Shelf, fold};
pub use keys::{product_key, touches};
pub use lookup::variant_of;
pub use model::{Collection, Entry, Ids, Product, ProductKind, Store, Variant};
pub use named::Named;
pub use rows::{StockState, list_rows};
pub use said::{SHOP_PREFIX, Said, Spoken, is_of_catalogue, read};
