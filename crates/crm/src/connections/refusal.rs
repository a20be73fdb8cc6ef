//! Why a shop has not taken what is written to it.

use adapters::shops::client::PullError;

/// Why a shop has not taken it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteRefusal {
    /// It will not take it another time either.
    pub is_final: bool,
    /// When to ask again, where the shop says it.
    pub after_s: Option<u64>,
    pub reason: String,
}

pub(super) fn finally(reason: String) -> WriteRefusal {
    WriteRefusal { is_final: true, after_s: None, reason }
}

pub(super) fn later(reason: String) -> WriteRefusal {
    WriteRefusal { is_final: false, after_s: None, reason }
}

pub(super) fn refused(error: PullError) -> WriteRefusal {
    match error {
        PullError::Later { after_s, reason } => WriteRefusal { is_final: false, after_s: Some(after_s), reason },
        PullError::Failed(reason) => later(reason),
        PullError::Denied(reason) | PullError::Unsupported(reason) => finally(reason),
    }
}
