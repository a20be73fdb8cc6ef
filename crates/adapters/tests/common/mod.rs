//! What the tests of the SMTP client share.

use adapters::smtp::{Accepted, Envelope, SendError, SmtpClient, SmtpConfig};
use std::time::Duration;
use testkit::smtp::SmtpSink;

pub const MESSAGE: &str = "Message-ID: <1@shop.example>\r\nSubject: Ciao\r\n\r\nHello\r\n.hidden dot\r\n";

pub fn envelope() -> Envelope {
    Envelope { from: "shop@shop.example".into(), to: vec!["anna@example.com".into()] }
}

/// What answers at all answers within this, however busy the machine is.
pub const PATIENT: Duration = Duration::from_secs(20);
pub fn config(sink: &SmtpSink) -> SmtpConfig {
    let mut config: SmtpConfig = sink.url().parse().expect("the sink writes urls we read");
    (config.command_timeout, config.data_timeout) = (PATIENT, PATIENT);
    config
}

pub async fn send(client: &SmtpClient) -> Result<Accepted, SendError> {
    client.send(&envelope(), MESSAGE.as_bytes()).await
}

pub fn kind(result: &Result<Accepted, SendError>) -> String {
    match result {
        Ok(_) => "accepted".into(),
        Err(SendError::Transient { code, .. }) => format!("transient {}", code.unwrap_or(0)),
        Err(SendError::Permanent { code, .. }) => format!("permanent {}", code.unwrap_or(0)),
        Err(SendError::Unknown { .. }) => "unknown".into(),
    }
}
