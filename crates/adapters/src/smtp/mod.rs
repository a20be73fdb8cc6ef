//! A small pipelining SMTP client (RFC 5321, 2920, 3207, 4954, 6531): pooled connections, MAIL + RCPT + DATA in one write,
//! content and end mark in one write, no Nagle delay.
//!
//! The heart is [`SendError`]: it tells what certainly did not happen ([`SendError::Transient`], [`SendError::Permanent`])
//! from what may have ([`SendError::Unknown`]). The line is the first byte of the end mark: a server accepts nothing before
//! it has the mark whole, so a failure before that byte left is safe to repeat, and a silence after it is not.

pub(crate) mod address;
mod client;
mod config;
mod connection;
mod tls;
mod transaction;

pub use client::{Ping, SmtpClient};
pub use config::{ConfigError, SmtpConfig, Tls};

/// From whom and to whom, for the server; what the reader sees stands in the message's headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// A bare address; empty for a message that wants no bounce.
    pub from: String,
    /// Bare addresses, one at least.
    pub to: Vec<String>,
}

/// The server took the message for at least one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// What it said after the end mark, often with its queue id.
    pub reply: String,
    /// The recipients it did not take; the others have the message.
    pub refused: Vec<Refused>,
}

/// One recipient the server did not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub recipient: String,
    /// 4xx: may be tried again; 5xx: final.
    pub code: u16,
    pub text: String,
}

/// Why a message is not known to be accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The server certainly does not have the message, and a later try may succeed: a 4xx, no connection, a timeout or a
    /// lost connection before the end mark left. What the server says against *us* before any message (greeting, STARTTLS,
    /// password) stands here even where its code is 5xx: it says nothing against the message or its reader.
    #[error("not sent, may be tried again: {text}")]
    Transient { code: Option<u16>, text: String },
    /// The server certainly does not have the message and will not take it: a 5xx on sender, recipient or content, or an
    /// address or size that cannot be sent (then without a code).
    #[error("refused for good: {text}")]
    Permanent {
        code: Option<u16>,
        text: String,
        /// The recipient it is about; `None` when it is about the sender or the content.
        recipient: Option<String>,
    },
    /// The end mark left (possibly in part) and no answer came: the message may be on its way. Never send it again
    /// without asking a person, unless twice is better than never.
    #[error("may have been accepted: {text}")]
    Unknown { text: String },
}

impl SendError {
    /// The server's code, where there was one.
    pub fn code(&self) -> Option<u16> {
        match self {
            SendError::Transient { code, .. } | SendError::Permanent { code, .. } => *code,
            SendError::Unknown { .. } => None,
        }
    }

    pub(crate) fn transient(text: impl Into<String>) -> SendError {
        SendError::Transient { code: None, text: text.into() }
    }

    pub(crate) fn permanent(text: impl Into<String>, recipient: Option<&str>) -> SendError {
        SendError::Permanent { code: None, text: text.into(), recipient: recipient.map(str::to_owned) }
    }
}
