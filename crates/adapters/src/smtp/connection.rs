//! One connection: opening it (greeting, EHLO, STARTTLS, AUTH), writing commands, reading replies, each within a deadline.

use super::{SendError, SmtpConfig, Tls};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use rustls::pki_types::ServerName;
use smtp_proto::{Error as ProtoError, response::parser::ResponseReceiver};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::TcpStream,
    time::{Instant, timeout_at},
};
use tokio_rustls::TlsConnector;

/// The most of a reply that is kept: it ends up in logs and on pages.
const REPLY_CHARS_MAX: usize = 500;

pub(super) trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

/// What the server offers after EHLO.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Offers {
    pub pipelining: bool,
    pub eight_bit: bool,
    pub utf8: bool,
    pub starttls: bool,
    pub auth_plain: bool,
    pub auth_login: bool,
    pub size: bool,
    /// Bytes; `None` where the server names no limit.
    pub size_max: Option<usize>,
}

impl Offers {
    /// Reads the lines after the first of an EHLO reply; unknown ones are passed over.
    fn read(text: &str) -> Offers {
        let mut offers = Offers::default();
        for line in text.lines().skip(1) {
            let line = line.trim().to_ascii_uppercase();
            // Some old servers write `AUTH=PLAIN LOGIN`.
            let mut words = line.split([' ', '=']).filter(|w| !w.is_empty());
            match words.next() {
                Some("PIPELINING") => offers.pipelining = true,
                Some("8BITMIME") => offers.eight_bit = true,
                Some("SMTPUTF8") => offers.utf8 = true,
                Some("STARTTLS") => offers.starttls = true,
                Some("SIZE") => {
                    offers.size = true;
                    offers.size_max = words.next().and_then(|w| w.parse().ok()).filter(|n| *n > 0);
                }
                Some("AUTH") => {
                    for mechanism in words {
                        offers.auth_plain |= mechanism == "PLAIN";
                        offers.auth_login |= mechanism == "LOGIN";
                    }
                }
                _ => {}
            }
        }
        offers
    }
}

/// A server's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub code: u16,
    /// With its line breaks, for EHLO.
    raw: String,
    /// The enhanced status (RFC 3463), zeros where there is none.
    enhanced: [u8; 3],
}

impl Reply {
    pub fn is_positive(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// `451 4.7.1 greylisted, come back later`: one line, no control characters, bounded.
    pub fn text(&self) -> String {
        let mut text = self.code.to_string();
        let [class, subject, detail] = self.enhanced;
        if class > 0 {
            text.push_str(&format!(" {class}.{subject}.{detail}"));
        }
        for word in self.raw.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
            text.push(' ');
            text.push_str(word);
        }
        match text.char_indices().nth(REPLY_CHARS_MAX) {
            Some((end, _)) => text[..end].to_owned(),
            None => text,
        }
    }

    /// Against us rather than against a message: tried again, whatever the code.
    fn refuses_us(&self, doing: &str) -> SendError {
        SendError::Transient { code: Some(self.code), text: format!("{doing}: the server said {}", self.text()) }
    }
}

/// The connection is of no more use.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    #[error("the server closed the connection")]
    Closed,
    #[error("connection lost: {0}")]
    Io(io::Error),
    #[error("no answer in time")]
    Timeout,
    #[error("the answer is not SMTP")]
    Garbled,
}

impl Lost {
    pub fn while_doing(&self, doing: &str) -> SendError {
        SendError::transient(format!("{doing}: {self}"))
    }
}

pub(super) struct Connection {
    stream: Box<dyn Io>,
    /// Bytes received and not yet read as a reply, from `at` on.
    input: Vec<u8>,
    at: usize,
    pub offers: Offers,
    pub encrypted: bool,
    pub greeting: String,
    /// The last transaction was left open: RSET goes before the next MAIL.
    pub needs_reset: bool,
    /// It has been in the pool: it may have died there.
    pub reused: bool,
    pub idle_since: Instant,
}

impl Connection {
    /// Connects and makes the connection ready for MAIL. Everything here happens before a message, so every error is
    /// transient.
    pub async fn open(
        config: &SmtpConfig,
        connector: Option<&TlsConnector>,
        start_by: Instant,
    ) -> Result<Connection, SendError> {
        let soon = |limit: Duration| (Instant::now() + limit).min(start_by);
        let doing = format!("connecting to {config}");
        let tcp =
            match timeout_at(soon(config.connect_timeout), TcpStream::connect((config.host.as_str(), config.port)))
                .await
            {
                Ok(Ok(tcp)) => tcp,
                Ok(Err(e)) => return Err(Lost::Io(e).while_doing(&doing)),
                Err(_) => return Err(Lost::Timeout.while_doing(&doing)),
            };
        // Without it the second small write of a transaction waits for the peer's delayed ACK: 40 ms a message.
        tcp.set_nodelay(true).map_err(|e| Lost::Io(e).while_doing(&doing))?;
        let mut connection = Connection {
            stream: Box::new(tcp),
            input: Vec::new(),
            at: 0,
            offers: Offers::default(),
            encrypted: false,
            greeting: String::new(),
            needs_reset: false,
            reused: false,
            idle_since: Instant::now(),
        };
        if config.tls == Tls::Implicit {
            connection = connection.encrypt(config, connector, soon(config.connect_timeout)).await?;
        }
        let greeting = connection.read_reply(soon(config.command_timeout)).await.map_err(|e| e.while_doing(&doing))?;
        if greeting.code != 220 {
            return Err(greeting.refuses_us(&doing));
        }
        connection.greeting = greeting.text();
        connection.greet(config, soon(config.command_timeout)).await?;
        if matches!(config.tls, Tls::Opportunistic | Tls::Required) {
            connection = connection.start_tls(config, connector, start_by).await?;
        }
        if let Some((user, password)) = &config.auth {
            connection.authenticate(config, user, password, soon(config.command_timeout)).await?;
        }
        tracing::debug!(smtp.server = %config, smtp.encrypted = connection.encrypted, "smtp connection opened");
        Ok(connection)
    }

    /// EHLO, or HELO for a server that does not know it.
    async fn greet(&mut self, config: &SmtpConfig, by: Instant) -> Result<(), SendError> {
        let reply = self.ask("greeting", &format!("EHLO {}\r\n", config.helo_name), by).await?;
        if reply.is_positive() {
            self.offers = Offers::read(&reply.raw);
            return Ok(());
        }
        if reply.code == 421 || reply.code < 500 {
            return Err(reply.refuses_us("greeting"));
        }
        self.offers = Offers::default();
        let reply = self.ask("greeting", &format!("HELO {}\r\n", config.helo_name), by).await?;
        if reply.is_positive() { Ok(()) } else { Err(reply.refuses_us("greeting")) }
    }

    async fn start_tls(
        mut self,
        config: &SmtpConfig,
        connector: Option<&TlsConnector>,
        start_by: Instant,
    ) -> Result<Connection, SendError> {
        let soon = |limit: Duration| (Instant::now() + limit).min(start_by);
        let required = config.tls == Tls::Required;
        if !self.offers.starttls {
            return match required {
                true => Err(SendError::transient(format!("{config} offers no STARTTLS, which tls=required asks for"))),
                false => Ok(self),
            };
        }
        let reply = self.ask("starting tls", "STARTTLS\r\n", soon(config.command_timeout)).await?;
        if reply.code != 220 {
            return match required || reply.code == 421 {
                true => Err(reply.refuses_us("starting tls")),
                false => Ok(self),
            };
        }
        // What came in before the handshake was not encrypted: somebody put words into the server's mouth.
        if self.at < self.input.len() {
            return Err(SendError::transient("starting tls: unencrypted bytes followed the server's consent"));
        }
        let mut connection = self.encrypt(config, connector, soon(config.connect_timeout)).await?;
        connection.greet(config, soon(config.command_timeout)).await?;
        Ok(connection)
    }

    async fn encrypt(
        mut self,
        config: &SmtpConfig,
        connector: Option<&TlsConnector>,
        by: Instant,
    ) -> Result<Connection, SendError> {
        let doing = format!("tls with {config}");
        let connector = connector.expect("made whenever tls is not none");
        let name = ServerName::try_from(config.host.clone())
            .map_err(|_| SendError::transient(format!("{doing}: the host name cannot stand in a certificate")))?;
        let tls = match timeout_at(by, connector.connect(name, self.stream)).await {
            Ok(Ok(tls)) => tls,
            Ok(Err(e)) => {
                return Err(SendError::transient(format!(
                    "{doing}: {e} (for a server on this machine tls=none will do; accept_invalid_certs=true is for tests)"
                )));
            }
            Err(_) => return Err(Lost::Timeout.while_doing(&doing)),
        };
        self.stream = Box::new(tls);
        self.encrypted = true;
        Ok(self)
    }

    async fn authenticate(
        &mut self,
        config: &SmtpConfig,
        user: &str,
        password: &str,
        by: Instant,
    ) -> Result<(), SendError> {
        if !self.encrypted && config.tls != Tls::None {
            return Err(SendError::transient(format!(
                "{config} offers no encryption and the password is not sent without it: write tls=none if that is meant"
            )));
        }
        let doing = "signing in";
        let reply = if self.offers.auth_plain {
            let secret = BASE64.encode(format!("\0{user}\0{password}"));
            self.ask(doing, &format!("AUTH PLAIN {secret}\r\n"), by).await?
        } else if self.offers.auth_login {
            let mut reply = self.ask(doing, "AUTH LOGIN\r\n", by).await?;
            for secret in [user, password] {
                if reply.code == 334 {
                    reply = self.ask(doing, &format!("{}\r\n", BASE64.encode(secret)), by).await?;
                }
            }
            reply
        } else {
            return Err(SendError::transient(format!("{config} offers neither AUTH PLAIN nor AUTH LOGIN")));
        };
        if reply.code == 235 { Ok(()) } else { Err(reply.refuses_us(doing)) }
    }

    async fn ask(&mut self, doing: &str, command: &str, by: Instant) -> Result<Reply, SendError> {
        self.write_commands(command, by).await.map_err(|e| e.while_doing(doing))?;
        self.read_reply(by).await.map_err(|e| e.while_doing(doing))
    }

    /// Writes commands (whole lines) at once.
    pub async fn write_commands(&mut self, commands: &str, by: Instant) -> Result<(), Lost> {
        let write = async {
            self.stream.write_all(commands.as_bytes()).await?;
            self.stream.flush().await
        };
        match timeout_at(by, write).await {
            Ok(done) => done.map_err(Lost::Io),
            Err(_) => Err(Lost::Timeout),
        }
    }

    /// Writes part of the content, once; how much of it was taken (and may have left). On an encrypted connection one call
    /// makes one record at most, so that a failed call has not sent all it was given.
    pub async fn write_some(&mut self, bytes: &[u8], by: Instant) -> Result<usize, Lost> {
        match timeout_at(by, self.stream.write(bytes)).await {
            Ok(Ok(0)) => Err(Lost::Closed),
            Ok(Ok(n)) => Ok(n),
            Ok(Err(e)) => Err(Lost::Io(e)),
            Err(_) => Err(Lost::Timeout),
        }
    }

    pub async fn flush(&mut self, by: Instant) -> Result<(), Lost> {
        match timeout_at(by, self.stream.flush()).await {
            Ok(done) => done.map_err(Lost::Io),
            Err(_) => Err(Lost::Timeout),
        }
    }

    pub async fn read_reply(&mut self, by: Instant) -> Result<Reply, Lost> {
        let mut receiver = ResponseReceiver::default();
        loop {
            let mut bytes = self.input[self.at..].iter();
            let parsed = receiver.parse(&mut bytes);
            self.at = self.input.len() - bytes.len();
            match parsed {
                Ok(reply) if (200..600).contains(&reply.code) => {
                    return Ok(Reply { code: reply.code, enhanced: reply.esc, raw: reply.message });
                }
                Err(ProtoError::NeedsMoreData { .. }) => {}
                Ok(_) | Err(_) => return Err(Lost::Garbled),
            }
            self.input.clear();
            self.at = 0;
            match timeout_at(by, self.stream.read_buf(&mut self.input)).await {
                Ok(Ok(0)) => return Err(Lost::Closed),
                Ok(Ok(_)) => {}
                Ok(Err(e)) => return Err(Lost::Io(e)),
                Err(_) => return Err(Lost::Timeout),
            }
        }
    }

    /// Whether an idle connection still looks open: nothing was received since its last reply, not even the end. A server
    /// that says goodbye (421) or closes is seen here without a round trip.
    pub fn is_quiet(&mut self) -> bool {
        let mut byte = [0u8; 1];
        let mut context = Context::from_waker(Waker::noop());
        self.at == self.input.len()
            && matches!(Pin::new(&mut self.stream).poll_read(&mut context, &mut ReadBuf::new(&mut byte)), Poll::Pending)
    }

    /// Says goodbye, waiting a second at most; what the server answers is of no interest.
    pub async fn quit(mut self) {
        let by = Instant::now() + Duration::from_secs(1);
        if self.write_commands("QUIT\r\n", by).await.is_ok() {
            let _ = self.read_reply(by).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_are_read_whatever_their_order_and_case() {
        let check = |text: &str, expected: Offers| assert_eq!(Offers::read(text), expected, "{text}");
        check("mail.example", Offers::default());
        check("PIPELINING is my name\nHELP", Offers::default());
        check(
            "mail.example\nPipelining\nSIZE 1000\n8BITMIME\nAUTH CRAM-MD5 LOGIN\nX-OTHER y",
            Offers {
                pipelining: true,
                size: true,
                size_max: Some(1000),
                eight_bit: true,
                auth_login: true,
                ..Offers::default()
            },
        );
        check("m\nAUTH=PLAIN\nSIZE 0", Offers { auth_plain: true, size: true, ..Offers::default() });
        check("m\r\nSTARTTLS\r\nSMTPUTF8", Offers { starttls: true, utf8: true, ..Offers::default() });
    }
}
