//! What the desk answers when it does not do it.

use http_kit::{PasswordError, Problem};
use store::StoreError;

/// Why the desk did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeskError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The code and, in words, what to change.
    #[error("{1}")]
    Invalid(&'static str, String),
    #[error("{1}")]
    NotFound(&'static str, String),
    #[error("{1}")]
    Conflict(&'static str, String),
    /// Guesses came too fast.
    #[error("too many attempts, try again in {0} s")]
    TooMany(u64),
    #[error("e-mail address or password is wrong")]
    WrongPassword,
}

/// A database error as the caller of the API sees it: nothing of the engine's text, which the log has.
pub fn store_problem(error: &StoreError) -> Problem {
    if error.is_transient() || matches!(error, StoreError::CommitUnknown(_)) {
        tracing::warn!(%error, "the database did not do it");
        return Problem::unavailable("server.unavailable", "the database cannot do this now, try again in a moment");
    }
    Problem::internal(error)
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Problem {
        match error {
            DeskError::Store(error) => store_problem(&error),
            DeskError::Password(PasswordError::Busy) => {
                Problem::unavailable("server.busy", PasswordError::Busy.to_string())
            }
            DeskError::Password(error) => Problem::internal(&error),
            DeskError::Invalid(code, detail) => Problem::unprocessable(code, detail),
            DeskError::NotFound(code, detail) => Problem::not_found(code, detail),
            DeskError::Conflict(code, detail) => Problem::conflict(code, detail),
            DeskError::TooMany(seconds) => {
                Problem::too_many("auth.too_many_attempts", DeskError::TooMany(seconds).to_string(), seconds)
            }
            DeskError::WrongPassword => {
                Problem::unauthorized("auth.wrong_password", DeskError::WrongPassword.to_string())
            }
        }
    }
}

/// A name a person gives something: trimmed, not empty, not endless, no control characters.
pub(super) fn checked_name(what: &'static str, name: &str) -> Result<String, DeskError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(DeskError::Invalid("desk.wrong_name", format!("{what} must be 1 to 200 visible characters")));
    }
    Ok(name.to_owned())
}
