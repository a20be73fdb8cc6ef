//! Why something was not taken, and whether to try again.

use crate::web::{Answer, WebError};

/// Longest words of the other side that are kept, in characters.
const WORDS_MAX: usize = 300;
/// Who says a longer time is asked again after this one, in seconds.
const LATER_MAX_S: u64 = 24 * 3600;

/// Why it was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CrmError {
    /// It may be taken another time; after so many seconds, where that was said.
    #[error("{reason}")]
    Later { after_s: Option<u64>, reason: String },
    /// It will not be taken as it is: a person must see to it.
    #[error("{0}")]
    Refused(String),
}

impl CrmError {
    pub(super) fn later(reason: impl Into<String>) -> CrmError {
        CrmError::Later { after_s: None, reason: reason.into() }
    }
}

impl From<WebError> for CrmError {
    fn from(error: WebError) -> CrmError {
        match error {
            // Time does not change which addresses may be called.
            WebError::Address(_) => CrmError::Refused(error.to_string()),
            _ => CrmError::later(error.to_string()),
        }
    }
}

/// `Retry-After` in seconds, where it is a number.
pub(super) fn retry_after(answer: &Answer) -> Option<u64> {
    let said: f64 = answer.header("retry-after")?.trim().parse().ok()?;
    (said.is_finite() && said >= 0.0).then(|| (said.ceil() as u64).clamp(1, LATER_MAX_S))
}

/// What is meant by a status that every API gives alike; `None`: it says more about it itself.
pub(super) fn of_status(answer: &Answer, words: &str) -> Option<CrmError> {
    let status = answer.status;
    let said = if words.is_empty() { format!("answered {status}") } else { format!("answered {status}: {words}") };
    match status {
        408 | 423 | 425 | 429 | 477 | 500..=599 => Some(CrmError::Later { after_s: retry_after(answer), reason: said }),
        300..=399 => Some(CrmError::Refused(format!("{said}: it is at another address"))),
        401 => Some(CrmError::Refused(format!("{said}: check the credentials"))),
        _ => None,
    }
}

/// What it says, short enough to be kept.
pub(super) fn words(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WORDS_MAX).collect();
    line.trim().to_owned()
}
