//! A message as it arrived, read as a mail program reads it. Enough of MIME for our own messages and no more.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

/// An accepted message.
#[derive(Debug, Clone)]
pub struct Received {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// As it came, dots undoubled.
    pub raw: Vec<u8>,
    /// Which connection brought it, from 1.
    pub connection: usize,
    pub encrypted: bool,
    /// Who had signed in.
    pub user: Option<String>,
}

impl Received {
    pub(super) fn new(
        from: String,
        to: Vec<String>,
        raw: Vec<u8>,
        connection: usize,
        encrypted: bool,
        user: Option<String>,
    ) -> Received {
        Received { from, to, raw, connection, encrypted, user }
    }

    /// All headers in order: unfolded, encoded words decoded.
    pub fn headers(&self) -> Vec<(String, String)> {
        split_part(&self.raw).0
    }

    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<String> {
        find_header(&self.headers(), name).map(str::to_owned)
    }

    pub fn subject(&self) -> String {
        self.header("Subject").unwrap_or_default()
    }

    /// With its angle brackets; empty where there is none.
    pub fn message_id(&self) -> String {
        self.header("Message-ID").unwrap_or_default()
    }

    /// The first text/plain part, decoded; line ends are `\n`.
    pub fn text(&self) -> String {
        find_part(&self.raw, "text/plain", 0).unwrap_or_default()
    }

    /// The first text/html part, decoded; line ends are `\n`.
    pub fn html(&self) -> String {
        find_part(&self.raw, "text/html", 0).unwrap_or_default()
    }
}

fn find_header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// The headers and the body behind the first empty line.
fn split_part(raw: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let (head, body) = match memchr::memmem::find(raw, b"\r\n\r\n") {
        Some(end) => (&raw[..end], &raw[end + 4..]),
        None => match raw.strip_prefix(b"\r\n") {
            Some(body) => (&raw[..0], body),
            None => (raw, &raw[raw.len()..]),
        },
    };
    let head = String::from_utf8_lossy(head).replace("\r\n ", " ").replace("\r\n\t", " ");
    let header =
        |line: &str| line.split_once(':').map(|(name, value)| (name.trim().to_owned(), decode_words(value.trim())));
    (head.split("\r\n").filter_map(header).collect(), body)
}

fn find_part(raw: &[u8], kind: &str, depth: usize) -> Option<String> {
    let (headers, body) = split_part(raw);
    let content_type = find_header(&headers, "Content-Type").unwrap_or("text/plain");
    let lower = content_type.to_ascii_lowercase();
    if lower.starts_with("multipart/") && depth < 5 {
        let boundary = content_type.split("boundary=").nth(1)?.split(';').next()?.trim().trim_matches('"');
        // The line break before a boundary belongs to it.
        let mark = format!("\r\n--{boundary}");
        let text = format!("\r\n{}", String::from_utf8_lossy(body));
        return text
            .split(&mark)
            .skip(1)
            .take_while(|part| !part.starts_with("--"))
            .find_map(|part| find_part(part.strip_prefix("\r\n").unwrap_or(part).as_bytes(), kind, depth + 1));
    }
    if !lower.starts_with(kind) {
        return None;
    }
    let encoding = find_header(&headers, "Content-Transfer-Encoding").unwrap_or_default().to_ascii_lowercase();
    let decoded = match encoding.as_str() {
        "quoted-printable" => quoted_printable(body, false),
        "base64" => {
            let clean: Vec<u8> = body.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
            BASE64.decode(clean).ok()?
        }
        _ => body.to_vec(),
    };
    Some(String::from_utf8_lossy(&decoded).replace("\r\n", "\n"))
}

/// RFC 2045 §6.7, and its variant in headers (RFC 2047 §4.2), where an underscore is a space.
fn quoted_printable(text: &[u8], in_header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'=' => {
                let digit = |n: usize| tail.get(n).and_then(|b| (*b as char).to_digit(16));
                if let (Some(high), Some(low)) = (digit(0), digit(1)) {
                    out.push((high * 16 + low) as u8);
                    rest = &tail[2..];
                } else if tail.starts_with(b"\r\n") {
                    rest = &tail[2..];
                } else {
                    out.push(b'=');
                }
            }
            b'_' if in_header => out.push(b' '),
            byte => out.push(*byte),
        }
    }
    out
}

/// `=?utf-8?B?…?=` and `=?utf-8?Q?…?=`, neighbours joined; anything else stays as it is.
fn decode_words(text: &str) -> String {
    let mut out: Vec<u8> = Vec::new();
    let mut rest = text;
    let mut after_word = false;
    while let Some(start) = rest.find("=?") {
        let word = rest[start + 2..].split_once('?').and_then(|(charset, tail)| {
            let (encoding, tail) = tail.split_once('?')?;
            let (content, tail) = tail.split_once("?=")?;
            let bytes = match encoding {
                "B" | "b" => BASE64.decode(content).ok()?,
                "Q" | "q" => quoted_printable(content.as_bytes(), true),
                _ => return None,
            };
            charset.eq_ignore_ascii_case("utf-8").then_some((bytes, tail))
        });
        let Some((bytes, tail)) = word else {
            out.extend_from_slice(&rest.as_bytes()[..start + 2]);
            (rest, after_word) = (&rest[start + 2..], false);
            continue;
        };
        let between = &rest[..start];
        if !(after_word && between.trim().is_empty()) {
            out.extend_from_slice(between.as_bytes());
        }
        out.extend_from_slice(&bytes);
        (rest, after_word) = (tail, true);
    }
    out.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(raw: &str) -> Received {
        Received::new("a@x".into(), vec!["b@x".into()], raw.replace('\n', "\r\n").into_bytes(), 1, false, None)
    }

    #[test]
    fn headers_are_unfolded_and_decoded() {
        let mail = received(
            "Subject: =?utf-8?Q?Perch=C3=A9?=\n =?UTF-8?B?IG5vPw==?= si\nX-Long: a\n b\nMessage-ID: <1@x>\n\nbody\n",
        );
        assert_eq!(mail.subject(), "Perché no? si");
        assert_eq!(mail.header("x-long").as_deref(), Some("a b"));
        assert_eq!(mail.message_id(), "<1@x>");
        assert_eq!(mail.text(), "body\n");
        assert_eq!(mail.html(), "");
    }

    #[test]
    fn both_parts_of_an_alternative_are_found() {
        let mail = received(
            "Content-Type: multipart/alternative; boundary=\"b1\"\n\n--b1\nContent-Type: text/plain\n\
             Content-Transfer-Encoding: quoted-printable\n\ncaff=C3=A8 =\nlungo\n\n--b1\nContent-Type: text/html\n\
             Content-Transfer-Encoding: base64\n\nPHA+\nY2k8L3A+\n--b1--\n",
        );
        assert_eq!(mail.text().trim_end(), "caffè lungo");
        assert_eq!(mail.html(), "<p>ci</p>");
    }
}
