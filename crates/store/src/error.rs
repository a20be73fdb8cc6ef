//! What can go wrong, in few kinds. A driver's codes are folded into these inside the driver.

use std::path::PathBuf;

/// Why the database did not do it. Except for [`StoreError::CommitUnknown`], a write that fails has changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A unique or primary key exists already.
    #[error("duplicate key in {what}")]
    Duplicate {
        /// The columns (SQLite: `customer.id`) or the constraint's name (PostgreSQL: `customer_pkey`).
        what: String,
    },
    /// Another constraint says no: NOT NULL, CHECK, a foreign key.
    #[error("constraint refused the row: {0}")]
    Constraint(String),
    /// A [`crate::Write::expect`] did not hold (a lease that another process has taken): the whole transaction is rolled back.
    #[error("the transaction was fenced off: a row it relies on has changed hands")]
    Fenced,
    /// Somebody else holds a lock, or the engine asks to try again.
    #[error("the database is busy: try again")]
    Busy,
    /// The statement ran longer than it may.
    #[error("the statement took too long and was stopped")]
    Timeout,
    /// The database cannot be reached, or is stopping.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The connection broke during the commit: read back whether it happened.
    #[error("the connection broke while committing, so the outcome is unknown: {0}")]
    CommitUnknown(String),
    /// No space is left. Nothing is damaged; it works again once there is space.
    #[error("the disk of the database is full: free some space")]
    Full,
    /// Another process has this data folder open.
    #[error("{} is in use by process {}: stop it, or send it the command", path.display(), pid.map_or("(unknown)".to_owned(), |pid| pid.to_string()))]
    Locked {
        /// The process id written in the lock file; `None` for the moment in which it is not written yet.
        pid: Option<u32>,
        /// The lock file.
        path: PathBuf,
    },
    /// The database was migrated by a newer release.
    #[error(
        "the database has the migration {migration}, which this release does not know: run the newer release again"
    )]
    NewerDatabase {
        /// The first migration that we do not know.
        migration: String,
    },
    /// A released migration was edited.
    #[error("migration {name} differs from the one that was applied: add a new migration instead of editing it")]
    MigrationChanged {
        /// The migration's name.
        name: String,
    },
    /// The address or another setting of the database cannot be used.
    #[error("{0}")]
    Config(String),
    /// A mistake in a statement, or what no caller can act upon.
    #[error("{0}")]
    Other(String),
}

impl StoreError {
    /// Whether the same call may succeed later: nothing was done, and nothing is wrong with the call itself.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::Timeout | Self::Unavailable(_) | Self::Full)
    }
}

/// What a caller sees who asks a database after it was closed.
pub(crate) fn closed() -> StoreError {
    StoreError::Unavailable("it has been closed".to_owned())
}
