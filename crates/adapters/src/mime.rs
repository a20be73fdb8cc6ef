//! A message as bytes: headers and a text and an HTML part (RFC 5322, 2045–2047, 8058).
//!
//! The same input gives the same bytes, always: date and Message-ID are given, the boundary is derived. No value can add a
//! header: what holds a line break or another control character is refused, not repaired.

use crate::smtp::address::to_wire;
use base::Time;
use mail_builder::{
    MessageBuilder,
    headers::{
        HeaderType, address::Address, content_type::ContentType, date::Date, message_id::MessageId, text::Text,
        url::URL,
    },
    mime::MimePart,
};
use std::borrow::Cow;

/// A person or a desk, as shown in From, To and Reply-To.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mailbox {
    /// Shown before the address; may be empty.
    pub name: String,
    /// A bare address.
    pub address: String,
}

impl Mailbox {
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Mailbox {
        Mailbox { name: name.into(), address: address.into() }
    }
}

/// The way out of marketing mail, shown by mail programs as a button of their own (RFC 8058).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribe {
    /// A POST here ends the messages at once, without a question.
    pub url: String,
    /// An address that takes the wish by mail.
    pub mailto: Option<String>,
}

/// Everything a message is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub from: Mailbox,
    pub reply_to: Option<Mailbox>,
    pub to: Mailbox,
    pub subject: String,
    pub date: Time,
    /// `unique@domain`, with or without angle brackets.
    pub message_id: String,
    pub unsubscribe: Option<Unsubscribe>,
    /// More headers, such as `Auto-Submitted`; none that stands above or describes the content.
    pub headers: Vec<(String, String)>,
    pub text: String,
    pub html: String,
}

/// Why a message cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct MimeError {
    /// The header's name.
    pub field: String,
    pub problem: String,
}

fn wrong(field: &str, problem: impl Into<String>) -> MimeError {
    MimeError { field: field.to_owned(), problem: problem.into() }
}

/// Headers that the builder writes itself, or that would change who gets the message and how it is read.
const RESERVED: [&str; 13] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "return-path",
];

/// Longer values are refused: no header we write needs more, and some servers cut the line.
const VALUE_BYTES_MAX: usize = 2_000;

/// Writes the message, lines ended by CRLF, all ASCII unless an address has other letters before its `@`.
pub fn build(message: &Message) -> Result<Vec<u8>, MimeError> {
    let mut builder = MessageBuilder::new().from(mailbox("From", &message.from)?);
    if let Some(reply_to) = &message.reply_to {
        builder = builder.reply_to(mailbox("Reply-To", reply_to)?);
    }
    builder = builder
        .to(mailbox("To", &message.to)?)
        .subject(value("Subject", &message.subject)?)
        .date(Date::new(message.date.0.div_euclid(base::SECOND)))
        .header("Message-ID", MessageId::new(message_id(&message.message_id)?));
    if let Some(unsubscribe) = &message.unsubscribe {
        let mut ways = vec![url("List-Unsubscribe", &unsubscribe.url)?.to_owned()];
        if let Some(address) = &unsubscribe.mailto {
            let address = to_wire(address).map_err(|why| wrong("List-Unsubscribe", format!("{address:?} {why}")))?;
            ways.push(format!("mailto:{}", address.text));
        }
        builder = builder
            .header("List-Unsubscribe", URL::new_list(ways.into_iter()))
            .header("List-Unsubscribe-Post", Text::new("List-Unsubscribe=One-Click"));
    }
    for (name, text) in &message.headers {
        builder = builder.header(header_name(name)?, HeaderType::Text(Text::new(value(name, text)?)));
    }
    let part = |kind: &'static str, body: &str| {
        MimePart::new(ContentType::new(kind).attribute("charset", "utf-8"), body.replace("\r\n", "\n"))
    };
    let parts = vec![part("text/plain", &message.text), part("text/html", &message.html)];
    let alternative = ContentType::new("multipart/alternative").attribute("boundary", boundary(message));
    let mut out = Vec::new();
    builder.body(MimePart::new(alternative, parts)).serialize(&mut out);
    Ok(out)
}

/// Derived, so that the same message is always the same bytes; from the texts too, so that nobody can write it into one.
fn boundary(message: &Message) -> String {
    let seed = base::stable_hash(message.message_id.as_bytes());
    let text = base::stable_hash_seeded(seed, message.text.as_bytes());
    let html = base::stable_hash_seeded(text, message.html.as_bytes());
    // `=_` cannot occur in quoted-printable (RFC 2045 §6.7).
    format!("=_{html:016x}{text:016x}")
}

fn mailbox<'a>(field: &str, mailbox: &'a Mailbox) -> Result<Address<'a>, MimeError> {
    let address = to_wire(&mailbox.address).map_err(|why| wrong(field, format!("{:?} {why}", mailbox.address)))?;
    let name = value(field, &mailbox.name)?.trim().to_owned();
    Ok(Address::new_address((!name.is_empty()).then_some(name), address.text))
}

/// A header's text. What looks like an encoded word (RFC 2047) is broken up: readers would decode it, into anything.
fn value<'a>(field: &str, text: &'a str) -> Result<Cow<'a, str>, MimeError> {
    if let Some(control) = text.chars().find(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(wrong(field, format!("{control:?} may not stand in a header")));
    }
    if text.len() > VALUE_BYTES_MAX {
        return Err(wrong(field, format!("is longer than {VALUE_BYTES_MAX} bytes")));
    }
    Ok(if text.contains("=?") { text.replace("=?", "= ?").into() } else { text.into() })
}

fn message_id(text: &str) -> Result<&str, MimeError> {
    let id = text.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(text);
    let good = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '(' | ')' | '"' | ',' | ';' | '\\');
    let halves = id.split_once('@').is_some_and(|(left, right)| {
        !left.is_empty() && !right.is_empty() && !right.contains('@') && id.len() <= 250 && id.chars().all(good)
    });
    if halves { Ok(id) } else { Err(wrong("Message-ID", format!("{text:?} is not of the form unique@domain"))) }
}

fn url<'a>(field: &str, text: &'a str) -> Result<&'a str, MimeError> {
    let web = text.starts_with("https://") || text.starts_with("http://");
    let clean = text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b','));
    if web && clean && text.len() <= VALUE_BYTES_MAX {
        return Ok(text);
    }
    Err(wrong(field, format!("{text:?} is not a web address in plain ASCII")))
}

fn header_name(name: &str) -> Result<String, MimeError> {
    let lower = name.to_ascii_lowercase();
    if name.is_empty() || name.len() > 60 || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(wrong(name, "is not a header's name"));
    }
    if RESERVED.contains(&lower.as_str()) || lower.starts_with("content-") || lower.starts_with("resent-") {
        return Err(wrong(name, "is written by the message itself"));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Message {
        Message {
            from: Mailbox::new("Marco Verdi", "marco@shop.example"),
            reply_to: Some(Mailbox::new("", "marco.verdi@shop.example")),
            to: Mailbox::new("Niccolò d'È", "anna@example.com"),
            subject: "Hai lasciato qualcosa nel carrello: caffè".into(),
            date: Time::parse("2026-11-21T18:05:27Z").unwrap(),
            message_id: "j1.s2.v3@shop.example".into(),
            unsubscribe: Some(Unsubscribe {
                url: "https://crm.example/u/tok".into(),
                mailto: Some("unsubscribe+tok@shop.example".into()),
            }),
            headers: vec![("X-Ritorno-Journey".into(), "42".into())],
            text: "Gentile Niccolò,\n\n.un punto\nFrom qui\n".into(),
            html: "<p>Gentile Niccolò</p>".into(),
        }
    }

    #[test]
    fn a_message_has_these_bytes() {
        let bytes = String::from_utf8(build(&sample()).unwrap()).unwrap();
        let expected = "From: \"Marco Verdi\" <marco@shop.example>\r\n";
        assert!(
            bytes.starts_with(expected) || bytes.starts_with("From: Marco Verdi <marco@shop.example>\r\n"),
            "{bytes}"
        );
        for line in [
            "Reply-To: <marco.verdi@shop.example>",
            "Date: Sat, 21 Nov 2026 18:05:27 +0000",
            "Message-ID: <j1.s2.v3@shop.example>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "X-Ritorno-Journey: 42",
            "MIME-Version: 1.0",
        ] {
            assert!(bytes.contains(&format!("{line}\r\n")), "{line} in\n{bytes}");
        }
        assert!(
            bytes.contains("<https://crm.example/u/tok>,")
                && bytes.contains("<mailto:unsubscribe+tok@shop.example>\r\n")
        );
        assert!(bytes.is_ascii());
        assert!(!bytes.replace("\r\n", "").contains(['\r', '\n']), "every line ends with CRLF");
        assert!(bytes.lines().all(|line| line.len() <= 78), "{bytes}");
        assert_eq!(bytes.as_bytes(), build(&sample()).unwrap(), "the same again");
        let other = Message { message_id: "other@shop.example".into(), ..sample() };
        assert_ne!(boundary(&other), boundary(&sample()));
    }

    #[test]
    fn no_value_can_add_a_header() {
        let evil = [
            "x\r\nBcc: all@example.com",
            "x\nBcc: all@example.com",
            "x\rBcc: all@example.com",
            "x\r\n\r\n<script>",
            "x\0y",
            "x\u{85}y",
            "x\u{2028}y",
            "\r\n",
            "x\r\n\tfolded",
        ];
        let changes: [fn(&mut Message, &str); 11] = [
            |m, v| m.from.name = v.into(),
            |m, v| m.from.address = format!("a@b{v}"),
            |m, v| m.reply_to = Some(Mailbox::new(v, "a@b")),
            |m, v| m.reply_to = Some(Mailbox::new("", v)),
            |m, v| m.to.name = v.into(),
            |m, v| m.to.address = format!("{v}@b"),
            |m, v| m.subject = v.into(),
            |m, v| m.message_id = format!("a{v}@b"),
            |m, v| m.unsubscribe = Some(Unsubscribe { url: format!("https://a/{v}"), mailto: None }),
            |m, v| m.unsubscribe = Some(Unsubscribe { url: "https://a".into(), mailto: Some(format!("a@b{v}")) }),
            |m, v| m.headers = vec![("X-A".into(), v.into())],
        ];
        for (n, change) in changes.iter().enumerate() {
            for value in evil {
                let mut message = sample();
                change(&mut message, value);
                assert!(build(&message).is_err(), "change {n} with {value:?}");
            }
        }
        for name in ["X-A: b\r\nBcc", "X A", "", "Bcc", "to", "Content-Type", "MIME-Version", "Subject"] {
            let message = Message { headers: vec![(name.into(), "x".into())], ..sample() };
            assert!(build(&message).is_err(), "{name:?}");
        }
    }

    #[test]
    fn what_cannot_be_an_address_an_id_or_a_link_is_refused_by_name() {
        let check = |change: fn(&mut Message), field: &str| {
            let mut message = sample();
            change(&mut message);
            assert_eq!(build(&message).unwrap_err().field, field);
        };
        check(|m| m.from.address = "marco".into(), "From");
        check(|m| m.to.address = String::new(), "To");
        check(|m| m.message_id = "no-domain".into(), "Message-ID");
        check(|m| m.message_id = "<a@b> <c@d>".into(), "Message-ID");
        check(|m| m.unsubscribe.as_mut().unwrap().url = "javascript:x".into(), "List-Unsubscribe");
        check(|m| m.subject = "x".repeat(5_000), "Subject");
    }
}
