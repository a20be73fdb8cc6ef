//! **Acts**: flows and their journeys, messages and the gates they pass, the money they earn, and the fold that joins all of
//! it with the facts.
//!
//! Never talks to the outside within a fold: what is to be done goes to the outbox, and a worker asks before it does it.
//! Start reading at [`domain`], then [`flows`] and [`messages`].

pub mod api;
pub mod cell;
pub mod commands;
pub mod coupons;
pub mod customers;
pub mod delivery;
pub mod desk;
pub mod destinations;
pub mod domain;
pub mod flows;
pub mod ledger;
pub mod links;
pub mod live;
pub mod messages;
pub mod money;
pub mod product_news;
pub mod public;
pub mod refills;
mod retry;
pub mod routes;
pub mod shared;
mod shop;
pub mod tag_writes;
pub mod tasks;
pub mod templates;

pub use domain::Ritorno;

/// The tables of this crate, in order.
pub static MIGRATIONS: &[store::Migration] = &[
    flows::sql::MIGRATION,
    messages::sql::MIGRATION,
    money::sql::MIGRATION,
    flows::sql::CARTS,
    tasks::sql::MIGRATION,
    flows::sql::CARTS_ONLY,
    destinations::sql::MIGRATION,
    product_news::sql::MIGRATION,
    coupons::sql::MIGRATION,
    tag_writes::sql::MIGRATION,
];
