//! What tests share: both databases, fresh for each test; a scriptable mail server and a scriptable web server; the way to
//! shared test data.
//!
//! Never ships: only `[dev-dependencies]` name it. Start reading at [`on_both!`].

mod databases;
mod postgres;
pub mod smtp;
pub mod web;

pub use databases::{Fresh, databases, on_both_engines, postgres_absent};
pub use postgres::PostgresServer;
pub use store;
pub use tempfile::TempDir;
pub use tokio;

use std::path::PathBuf;

/// Declares tests that run on a fresh SQLite file and on a fresh PostgreSQL database, one after the other:
///
/// ```text
/// testkit::on_both! {
///     async fn a_row_reads_back(db: Db) {
///         db.ping().await.unwrap();
///     }
/// }
/// ```
///
/// Both engines always. Without PostgreSQL the test fails and says what to install, unless `RITORNO_TEST_NO_POSTGRES=1`,
/// with which it says that it skips.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: Db) $body:block)*) => {
        $(
            $(#[$meta])*
            #[test]
            fn $name() {
                async fn body($db: $crate::store::Db) $body
                $crate::on_both_engines(stringify!($name), body);
            }
        )*
    };
}

/// A file or folder of the shared test data, or `None` (and a line that says so) where it is absent: the test returns then.
/// `RITORNO_SHARED_DATA` says where it lies; by default `../shared/data` beside the repository.
/// Paths are from the crate's folder, where tests run: a target folder that came from another clone would remember that one.
pub fn shared_data(path: &str) -> Option<PathBuf> {
    let root =
        std::env::var_os("RITORNO_SHARED_DATA").map_or_else(|| PathBuf::from("../../../shared/data"), PathBuf::from);
    let found = root.join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: no shared test data {path} (set RITORNO_SHARED_DATA to its folder)");
    None
}
