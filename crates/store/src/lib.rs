//! The database: one SQL text, two thin drivers. SQLite (bundled; one file, one writer thread, group commit) and
//! PostgreSQL 15+ (pooled, prepared, arrays instead of many rows).
//!
//! Never knows a domain word: tables, keys and what they mean belong to the callers. Never lets an engine's error code out:
//! callers see the few kinds of [`StoreError`].
//!
//! Start reading at [`Db`]. The texts are [`Sql`], the values [`Value`] and [`Rows`], a step of a transaction is a [`Write`].
//!
//! # What a portable text may use
//! `$1…` placeholders, columns of the types BIGINT, DOUBLE PRECISION, TEXT and BLOB, and what means the same on both engines.
//! Two rules follow from PostgreSQL:
//! - A [`Write`] with several rows becomes one statement over `unnest(…)`. Such a statement does not see its own earlier rows,
//!   and `ON CONFLICT DO UPDATE` refuses the same key twice: **callers de-duplicate the keys of one `Write`**.
//! - A placeholder must have a type that the server can find: write `CAST($1 AS BIGINT)` where it stands alone.
//!
//! Text must not hold the character NUL (PostgreSQL refuses it).

mod config;
mod db;
mod error;
mod migration;
mod postgres;
mod row;
mod sql;
mod sqlite;
mod value;
mod wake;

pub use config::{DbConfig, DbUrl};
pub use db::{Db, Engine, Tx};
pub use error::StoreError;
pub use migration::Migration;
pub use postgres::Lane;
pub use row::Row;
pub use sql::Sql;
pub use sqlite::{LocalReader, PAGE_BYTES};
pub use value::{Rows, Value, Write};
pub use wake::Listener;
