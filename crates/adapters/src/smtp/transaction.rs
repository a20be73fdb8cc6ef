//! One message over one connection, and what a failure at each point means.

use super::{
    Accepted, Envelope, Refused, SendError, SmtpConfig,
    address::{WireAddress, to_wire},
    connection::{Connection, Lost, Offers, Reply},
};
use memchr::memchr2;
use tokio::time::Instant;

/// `\r\n.\r\n`: no server accepts before it has these bytes.
const END_MARK: usize = 5;
/// The most plain bytes of one TLS record (RFC 8446 §5.1).
const RECORD: usize = 16_384;

/// A message ready for the wire, made once however often it is tried.
pub(super) struct Mail {
    from: WireAddress,
    to: Vec<Recipient>,
    eight_bit: bool,
    /// The message's own length, for SIZE.
    size: usize,
    /// Lines ended by CRLF, leading dots doubled, the end mark behind.
    content: Vec<u8>,
}

/// One recipient as given, and as it goes on the wire or why it cannot.
struct Recipient {
    given: String,
    wire: Result<WireAddress, &'static str>,
}

/// What our own refusals say for a code: 553, mailbox name not allowed (RFC 5321 §4.2.3).
const NAME_NOT_ALLOWED: u16 = 553;

impl Mail {
    /// Checks the sender and prepares the content; the errors are permanent.
    pub fn new(envelope: &Envelope, message: &[u8]) -> Result<Mail, SendError> {
        let from = match envelope.from.as_str() {
            "" => WireAddress { text: String::new(), needs_utf8: false },
            from => to_wire(from).map_err(|why| SendError::permanent(format!("the sender {from:?} {why}"), None))?,
        };
        if envelope.to.is_empty() {
            return Err(SendError::permanent("the message has no recipient", None));
        }
        let recipient = |given: &String| Recipient { given: given.clone(), wire: to_wire(given) };
        let mail = Mail {
            from,
            to: envelope.to.iter().map(recipient).collect(),
            eight_bit: !message.is_ascii(),
            size: message.len(),
            content: to_content(message),
        };
        match mail.to.iter().all(|to| to.wire.is_err()) {
            true => Err(only_refusals(&mail.split(true).1)),
            false => Ok(mail),
        }
    }

    /// The recipients this server can be asked about, and those refused without asking: a bad one never blocks the others.
    fn split(&self, utf8_offered: bool) -> (Vec<(&str, &WireAddress)>, Vec<Refused>) {
        let (mut good, mut refused) = (Vec::with_capacity(self.to.len()), Vec::new());
        for Recipient { given, wire } in &self.to {
            let why = match wire {
                Ok(wire) if wire.needs_utf8 && !utf8_offered => {
                    "has letters beyond ASCII and the server does not offer SMTPUTF8"
                }
                Ok(wire) => {
                    good.push((given.as_str(), wire));
                    continue;
                }
                Err(why) => *why,
            };
            let text = format!("the address {given:?} {why}");
            refused.push(Refused { recipient: given.clone(), code: NAME_NOT_ALLOWED, text });
        }
        (good, refused)
    }

    /// What this server could never take, found before it is asked.
    fn check_offers(&self, offers: &Offers) -> Result<(), SendError> {
        if self.from.needs_utf8 && !offers.utf8 {
            let text = "the sender has letters beyond ASCII and the server does not offer SMTPUTF8";
            return Err(SendError::permanent(text, None));
        }
        if self.eight_bit && !offers.eight_bit {
            let text = "the message has bytes beyond ASCII and the server does not offer 8BITMIME";
            return Err(SendError::permanent(text, None));
        }
        match offers.size_max {
            Some(max) if self.size > max => {
                let text = format!("the message has {} bytes and the server takes {max} at most", self.size);
                Err(SendError::permanent(text, None))
            }
            _ => Ok(()),
        }
    }

    fn mail_command(&self, offers: &Offers, needs_utf8: bool) -> String {
        let mut command = format!("MAIL FROM:<{}>", self.from.text);
        if offers.size {
            command.push_str(&format!(" SIZE={}", self.size));
        }
        if self.eight_bit {
            command.push_str(" BODY=8BITMIME");
        }
        if needs_utf8 {
            command.push_str(" SMTPUTF8");
        }
        command.push_str("\r\n");
        command
    }
}

/// Lines ended by CRLF whatever they ended with (a lone CR or LF is how a second message is smuggled in), leading dots
/// doubled (RFC 5321 §4.5.2), the end mark behind.
fn to_content(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + message.len() / 32 + END_MARK);
    let mut rest = message;
    while !rest.is_empty() {
        if rest[0] == b'.' {
            out.push(b'.');
        }
        let Some(end) = memchr2(b'\r', b'\n', rest) else {
            out.extend_from_slice(rest);
            break;
        };
        out.extend_from_slice(&rest[..end]);
        out.extend_from_slice(b"\r\n");
        let crlf = rest[end..].starts_with(b"\r\n");
        rest = &rest[end + if crlf { 2 } else { 1 }..];
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

/// What a failure leaves of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Good for the next message, after RSET.
    Keep,
    Drop,
    /// It died before any content: on a connection out of the pool that says nothing about the server.
    Dead,
}

pub(super) struct Failure {
    pub error: SendError,
    pub fate: Fate,
}

fn fail(error: SendError, fate: Fate) -> Failure {
    Failure { error, fate }
}

/// What the server has said to the commands so far.
struct Progress<'a> {
    /// The recipients asked about, as given.
    asked: Vec<(&'a str, &'a WireAddress)>,
    mail_refused: Option<Reply>,
    refused: Vec<Refused>,
    data: Option<Reply>,
}

impl Progress<'_> {
    /// No recipient is left to send to.
    fn all_refused(&self, recipients: usize) -> bool {
        self.refused.len() == recipients
    }

    /// The verdict on the message, if the replies so far hold one.
    fn verdict(&self, recipients: usize) -> Option<SendError> {
        match &self.mail_refused {
            Some(reply) => Some(refusal(reply, None)),
            None => self.all_refused(recipients).then(|| only_refusals(&self.refused)),
        }
    }
}

/// All recipients are refused: one that may come back is worth another try for all.
fn only_refusals(refused: &[Refused]) -> SendError {
    let worst = refused.iter().find(|r| r.code < 500).or(refused.first()).expect("a message has a recipient");
    match worst.code {
        ..500 => SendError::Transient { code: Some(worst.code), text: worst.text.clone() },
        500.. => SendError::Permanent {
            code: Some(worst.code),
            text: worst.text.clone(),
            recipient: Some(worst.recipient.clone()),
        },
    }
}

fn refusal(reply: &Reply, recipient: Option<&str>) -> SendError {
    let (code, text) = (Some(reply.code), reply.text());
    match reply.code {
        500.. => SendError::Permanent { code, text, recipient: recipient.map(str::to_owned) },
        _ => SendError::Transient { code, text },
    }
}

#[derive(Clone, Copy)]
enum Command {
    Reset,
    Mail,
    Rcpt(usize),
    Data,
}

/// Sends the message. On `Ok` the connection may be used again.
pub(super) async fn transact(
    connection: &mut Connection,
    mail: &Mail,
    config: &SmtpConfig,
    start_by: Instant,
) -> Result<Accepted, Failure> {
    mail.check_offers(&connection.offers).map_err(|e| fail(e, Fate::Keep))?;
    let (asked, refused) = mail.split(connection.offers.utf8);
    let progress = Progress { asked, refused, mail_refused: None, data: None };
    if let Some(error) = progress.verdict(mail.to.len()) {
        return Err(fail(error, Fate::Keep));
    }
    let progress = negotiate(connection, mail, progress, config, start_by).await?;
    let verdict = progress.verdict(mail.to.len());
    match (progress.data, verdict) {
        // The server wants content although nobody is to have it: closing is the only way not to send a message.
        (Some(data), Some(error)) if data.code == 354 => Err(fail(error, Fate::Drop)),
        (_, Some(error)) => Err(fail(error, Fate::Keep)),
        (Some(data), None) if data.code == 354 => send_content(connection, mail, config, progress.refused).await,
        (Some(data), None) if data.code >= 400 => Err(fail(refusal(&data, None), Fate::Keep)),
        (data, None) => {
            let said = data.map_or_else(|| "nothing".to_owned(), |d| d.text());
            Err(fail(SendError::transient(format!("asking to send: the server said {said}")), Fate::Drop))
        }
    }
}

/// MAIL, RCPT and DATA: in one write where the server takes it, else one by one.
async fn negotiate<'a>(
    connection: &mut Connection,
    mail: &Mail,
    mut progress: Progress<'a>,
    config: &SmtpConfig,
    start_by: Instant,
) -> Result<Progress<'a>, Failure> {
    let mut commands = Vec::with_capacity(progress.asked.len() + 3);
    if connection.needs_reset {
        commands.push((Command::Reset, "RSET\r\n".to_owned()));
    }
    let needs_utf8 = mail.from.needs_utf8 || progress.asked.iter().any(|(_, wire)| wire.needs_utf8);
    commands.push((Command::Mail, mail.mail_command(&connection.offers, needs_utf8)));
    for (n, (_, wire)) in progress.asked.iter().enumerate() {
        commands.push((Command::Rcpt(n), format!("RCPT TO:<{}>\r\n", wire.text)));
    }
    commands.push((Command::Data, "DATA\r\n".to_owned()));

    let pipelined = connection.offers.pipelining;
    let soon = || (Instant::now() + config.command_timeout).min(start_by);
    let lost = |lost: Lost| fail(lost.while_doing("asking to send"), Fate::Dead);
    // From here to the server's word on the content the transaction is open.
    connection.needs_reset = true;
    if pipelined {
        let all: String = commands.iter().map(|(_, line)| line.as_str()).collect();
        connection.write_commands(&all, soon()).await.map_err(lost)?;
    }
    for (command, line) in commands {
        if !pipelined {
            if progress.verdict(mail.to.len()).is_some() {
                break;
            }
            connection.write_commands(&line, soon()).await.map_err(lost)?;
        }
        let heard = match connection.read_reply(soon()).await {
            Ok(reply) => take_reply(&mut progress, command, reply),
            Err(e) => Err(lost(e)),
        };
        if let Err(failure) = heard {
            // A server that refuses and hangs up at once has still refused.
            return Err(match progress.verdict(mail.to.len()) {
                Some(error) => fail(error, Fate::Drop),
                None => failure,
            });
        }
    }
    Ok(progress)
}

fn take_reply(progress: &mut Progress<'_>, command: Command, reply: Reply) -> Result<(), Failure> {
    if reply.code == 421 {
        // The server is closing, whatever the command was.
        return Err(fail(refusal(&reply, None), Fate::Dead));
    }
    let odd = |fate| {
        let text = format!("asking to send: the server said {}", reply.text());
        Err(fail(SendError::Transient { code: Some(reply.code), text }, fate))
    };
    match command {
        Command::Reset if !reply.is_positive() => return odd(Fate::Dead),
        Command::Mail | Command::Rcpt(_) if (300..400).contains(&reply.code) => {
            return odd(Fate::Drop);
        }
        Command::Mail if !reply.is_positive() => progress.mail_refused = Some(reply),
        Command::Rcpt(n) if !reply.is_positive() => {
            let recipient = progress.asked[n].0.to_owned();
            progress.refused.push(Refused { recipient, code: reply.code, text: reply.text() });
        }
        Command::Reset | Command::Mail | Command::Rcpt(_) => {}
        Command::Data => progress.data = Some(reply),
    }
    Ok(())
}

/// The content and the end mark, and the server's last word. Here a failure becomes unknown.
async fn send_content(
    connection: &mut Connection,
    mail: &Mail,
    config: &SmtpConfig,
    refused: Vec<Refused>,
) -> Result<Accepted, Failure> {
    let by = Instant::now() + config.data_timeout;
    let content = &mail.content;
    let mark = content.len() - END_MARK;
    let mut written = 0;
    while written < content.len() {
        let end = if connection.encrypted { record_end(written, content.len()) } else { content.len() };
        match connection.write_some(&content[written..end], by).await {
            Ok(n) => written += n,
            Err(lost) if written <= mark => {
                return Err(fail(lost.while_doing("sending the content"), Fate::Drop));
            }
            Err(lost) => return Err(unknown(&lost)),
        }
    }
    connection.flush(by).await.map_err(|lost| unknown(&lost))?;
    let reply = connection.read_reply(by).await.map_err(|lost| unknown(&lost))?;
    match reply.code {
        200..300 => {
            connection.needs_reset = false;
            Ok(Accepted { reply: reply.text(), refused })
        }
        300..400 => Err(fail(SendError::Unknown { text: format!("the server said {}", reply.text()) }, Fate::Drop)),
        421 => Err(fail(refusal(&reply, None), Fate::Drop)),
        _ => Err(fail(refusal(&reply, None), Fate::Keep)),
    }
}

fn unknown(lost: &Lost) -> Failure {
    fail(SendError::Unknown { text: format!("after the end of the message: {lost}") }, Fate::Drop)
}

/// Where the next write on an encrypted connection ends: one record at most, and the end mark never split between two.
/// So a write that failed at or before the mark's first byte cannot have shown the peer any of the mark: a record is read
/// whole or not at all.
fn record_end(from: usize, len: usize) -> usize {
    let end = (from + RECORD).min(len);
    if end < len && len - end < END_MARK { len - END_MARK } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_has_clean_lines_doubled_dots_and_one_end_mark() {
        let check = |message: &str, expected: &str| {
            assert_eq!(String::from_utf8(to_content(message.as_bytes())).unwrap(), expected, "{message:?}");
        };
        check("", "\r\n.\r\n");
        check("a", "a\r\n.\r\n");
        check("a\r\n", "a\r\n.\r\n");
        check(".\r\n", "..\r\n.\r\n");
        check("a\r\n.\r\nMAIL", "a\r\n..\r\nMAIL\r\n.\r\n");
        check("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n");
        check("a\r.\rb", "a\r\n..\r\nb\r\n.\r\n");
        check("a\r\n..b\r\n\r\n", "a\r\n...b\r\n\r\n.\r\n");
        check("\n\r\n\r", "\r\n\r\n\r\n.\r\n");
    }

    #[test]
    fn the_end_mark_is_never_split_between_two_records() {
        for len in [5, 100, RECORD, RECORD + 1, RECORD + 4, RECORD + 5, 2 * RECORD + 3, 100_000] {
            let (mut at, mut writes) = (0, 0);
            while at < len {
                let end = record_end(at, len);
                assert!(end > at && end - at <= RECORD, "{len}");
                assert!(end == len || len - end >= END_MARK, "{len}: the mark is split at {end}");
                (at, writes) = (end, writes + 1);
            }
            assert!(writes <= len / RECORD + 1);
        }
    }
}
