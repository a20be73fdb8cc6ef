//! **Facts**: customers, identities, carts, orders, deals, consent and agents, and the desk: workspaces, people, sources,
//! keys and the ingestion door; products, stock and stores.
//!
//! Never decides what to do: it says what is. Start reading at [`calls`] (what comes in), [`customers`] (whom it is about)
//! and [`carts`] (the fold).

pub mod api;
pub mod calls;
pub mod carts;
pub mod catalogue;
pub mod connections;
pub mod customers;
pub mod desk;
pub mod door;
pub mod events;
pub mod health;
pub mod product_feeds;
pub mod routes;

/// The tables of this crate, in order.
pub static MIGRATIONS: &[store::Migration] = &[
    customers::sql::MIGRATION,
    desk::sql::MIGRATION,
    connections::sql::MIGRATION,
    catalogue::sql::MIGRATION,
    product_feeds::sql::MIGRATION,
    customers::sql::INTEREST,
    connections::sql::WRITES,
    connections::sql::TAGS,
];
