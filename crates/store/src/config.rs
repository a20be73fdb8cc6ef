//! Where the database is and how much of the machine it may use.

use crate::StoreError;
use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum DbUrl {
    /// One file (and its `-wal`, `-shm` and `.lock` beside it): `sqlite:PATH`.
    SqliteFile(PathBuf),
    /// Lost when closed; not durable: `sqlite::memory:`.
    SqliteMemory,
    /// `postgres://user:password@host:port/database?sslmode=…`; `sslmode` is `disable`, `prefer` (default), `require` or
    /// `verify-full`, the last with the system's certificates or those of `sslrootcert=FILE`.
    Postgres(String),
}

impl FromStr for DbUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<DbUrl, StoreError> {
        let text = text.trim();
        if text == "sqlite::memory:" {
            return Ok(DbUrl::SqliteMemory);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(DbUrl::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")) {
            Some(path) if !path.is_empty() => Ok(DbUrl::SqliteFile(PathBuf::from(path))),
            // The text may hold a password, so the message does not repeat it.
            _ => Err(StoreError::Config(
                "the database address is neither sqlite:PATH nor sqlite::memory: nor postgres://USER@HOST/DATABASE"
                    .to_owned(),
            )),
        }
    }
}

impl fmt::Debug for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// For logs: without the password.
impl fmt::Display for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DbUrl::SqliteFile(path) => write!(f, "sqlite:{}", path.display()),
            DbUrl::SqliteMemory => f.write_str("sqlite::memory:"),
            DbUrl::Postgres(url) => {
                let place = url
                    .rsplit_once('@')
                    .map_or_else(|| url.split_once("://").map_or("", |(_, rest)| rest), |(_, place)| place);
                write!(f, "postgres://{}", place.split('?').next().unwrap_or_default())
            }
        }
    }
}

/// Where the database is and how much it may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DbConfig {
    pub url: DbUrl,
    /// SQLite: page caches of all connections together. Half is the writer's, half the readers'.
    pub page_cache_bytes: usize,
    /// SQLite: reader threads, at least one.
    pub readers: usize,
    /// PostgreSQL: connections of the pool (one more listens for wake-ups).
    pub pool_size: usize,
    /// PostgreSQL: a statement that runs longer fails with [`StoreError::Timeout`].
    pub statement_timeout: Duration,
    /// How long an interactive transaction may last (SQLite, where it keeps the writer) or stand idle (PostgreSQL).
    pub transaction_timeout: Duration,
}

impl From<DbUrl> for DbConfig {
    fn from(url: DbUrl) -> DbConfig {
        DbConfig {
            url,
            page_cache_bytes: 32 << 20,
            readers: 2,
            pool_size: 8,
            statement_timeout: Duration::from_secs(30),
            transaction_timeout: Duration::from_secs(10),
        }
    }
}

impl FromStr for DbConfig {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<DbConfig, StoreError> {
        text.parse::<DbUrl>().map(DbConfig::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_shown_without_the_password() {
        let check =
            |text: &str, expected: &str| assert_eq!(text.parse::<DbUrl>().expect("an address").to_string(), expected);
        check("sqlite:/srv/shop/ritorno.db", "sqlite:/srv/shop/ritorno.db");
        check("sqlite:shop.db", "sqlite:shop.db");
        check("sqlite:///srv/a.db", "sqlite:/srv/a.db");
        check("sqlite::memory:", "sqlite::memory:");
        check("postgres://ann:s3@cret@db.example:5433/shop?sslmode=require", "postgres://db.example:5433/shop");
        check("postgresql://localhost/shop", "postgres://localhost/shop");
    }

    #[test]
    fn other_addresses_are_refused_without_repeating_them() {
        for text in ["", "sqlite:", "mysql://ann:secret@host/shop", "shop.db"] {
            let error = text.parse::<DbUrl>().expect_err("refused").to_string();
            assert!(!error.contains("secret") && error.contains("sqlite:PATH"), "{error}");
        }
    }
}
