//! Folding PostgreSQL's codes into our few kinds.

use super::bind::Misfit;
use crate::{StoreError, error::closed, sql::shorten};
use deadpool_postgres::PoolError;
use std::error::Error as _;
use tokio_postgres::{
    Error,
    error::SqlState,
    types::{WasNull, WrongType},
};

/// The error of a statement.
pub(super) fn fold(error: &Error, text: &str) -> StoreError {
    let Some(db) = error.as_db_error() else {
        // Ours are mistakes in a call; what else the driver says is about the connection.
        let source = error.source();
        let mistake =
            source.is_some_and(|source| source.is::<Misfit>() || source.is::<WrongType>() || source.is::<WasNull>());
        let conversion = source.is_some_and(|source| {
            source.is::<std::num::TryFromIntError>()
                || source.is::<std::str::Utf8Error>()
                || source.is::<std::array::TryFromSliceError>()
        });
        let message = chain(error);
        return if mistake || conversion {
            StoreError::Other(format!("{message}: {}", shorten(text)))
        } else {
            StoreError::Unavailable(message)
        };
    };
    let code = db.code();
    match *code {
        SqlState::UNIQUE_VIOLATION => {
            StoreError::Duplicate { what: db.constraint().or(db.table()).unwrap_or("an unnamed constraint").to_owned() }
        }
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED | SqlState::LOCK_NOT_AVAILABLE => {
            StoreError::Busy
        }
        SqlState::QUERY_CANCELED => StoreError::Timeout,
        SqlState::DISK_FULL => StoreError::Full,
        SqlState::CARDINALITY_VIOLATION => StoreError::Other(format!(
            "{}: the rows of one write must have different keys: {}",
            db.message(),
            shorten(text)
        )),
        _ => match &code.code()[..2] {
            "23" => StoreError::Constraint(db.message().to_owned()),
            // Connections, resources, an operator who stops the server, a system error (an I/O error) on its side.
            "08" | "53" | "57" | "58" => StoreError::Unavailable(db.message().to_owned()),
            "28" | "3D" => StoreError::Config(format!("postgresql refuses us: {}", db.message())),
            _ => StoreError::Other(format!("{}: {}", db.message(), shorten(text))),
        },
    }
}

/// The error of a connection that could not be had.
pub(super) fn fold_pool(error: &PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) => fold(error, "connecting"),
        PoolError::Closed => closed(),
        PoolError::Timeout(_) => StoreError::Unavailable("no connection became free in time".to_owned()),
        other => StoreError::Unavailable(other.to_string()),
    }
}

/// A statement failed only because an earlier one of its transaction did.
pub(super) fn is_follow_up(error: &Error) -> bool {
    error.code() == Some(&SqlState::IN_FAILED_SQL_TRANSACTION)
}

/// The schema changed under a prepared statement.
pub(super) fn is_stale_plan(error: &Error) -> bool {
    error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED)
        && error.as_db_error().is_some_and(|db| db.message().contains("cached plan must not change"))
}

/// The driver's message with its causes: its own says only which step failed.
fn chain(error: &Error) -> String {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !message.contains(&cause_text) {
            message = format!("{message}: {cause_text}");
        }
        source = cause.source();
    }
    message
}
