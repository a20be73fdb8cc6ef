//! What carries a finished mail away: a mail server, or whatever else takes one.

use adapters::{
    mime::{self, Message},
    smtp::{Envelope, SendError, SmtpClient},
};
use base::Id;
use std::pin::Pin;

/// A mail on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub envelope: Envelope,
    pub message: Message,
    /// The customer and the message that it is, for one of ours; a test or a password link is none.
    pub about: Option<(Id, Id)>,
}

/// A mail being sent.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), SendError>> + Send + 'a>>;

/// Carries mails. Its errors keep apart what certainly was not sent from what may have been: on that rests that nobody is
/// written to twice.
pub trait Transport: Send + Sync {
    /// Sends one mail to its one reader.
    fn send(&self, mail: Mail) -> Sending<'_>;

    /// How many it carries at once.
    fn width(&self) -> usize;
}

impl Transport for SmtpClient {
    fn send(&self, mail: Mail) -> Sending<'_> {
        Box::pin(async move {
            let refused =
                |e: mime::MimeError| SendError::Permanent { code: None, text: e.to_string(), recipient: None };
            let bytes = mime::build(&mail.message).map_err(refused)?;
            SmtpClient::send(self, &mail.envelope, &bytes).await.map(drop)
        })
    }

    fn width(&self) -> usize {
        self.config().connections_max
    }
}
