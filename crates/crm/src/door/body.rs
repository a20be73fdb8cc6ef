//! The bytes of a call: read within a bound, unzipped within the same bound, and freed of what forms put around them.

use super::answer::Answer;
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use flate2::read::MultiGzDecoder;
use futures_util::StreamExt;
use std::io::Read;

/// How much of a body that is too large is still read and thrown away, so that its sender sees the answer and not a closed
/// connection.
const DRAIN_MAX: usize = 32 << 20;

/// The body as JSON text, of at most `bytes_max` bytes after gunzip.
pub(super) async fn read(headers: &HeaderMap, body: Body, bytes_max: usize) -> Result<Bytes, Answer> {
    let raw = receive(headers, body, bytes_max).await?;
    let encoding = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let plain = match encoding.trim().to_ascii_lowercase().as_str() {
        // No JSON begins with these two bytes: some clients zip and do not say so.
        "" | "identity" if !raw.starts_with(&[0x1f, 0x8b]) => raw,
        "" | "identity" | "gzip" | "x-gzip" => unzip(&raw, bytes_max)?,
        _ => {
            return Err(Answer::Wrong("the body's Content-Encoding is not gzip".to_owned()));
        }
    };
    Ok(unwrap_form(plain))
}

fn too_large(bytes_max: usize) -> Answer {
    Answer::Wrong(format!("the body is larger than {} KB: send fewer events at once", bytes_max >> 10))
}

async fn receive(headers: &HeaderMap, body: Body, bytes_max: usize) -> Result<Bytes, Answer> {
    let said: Option<usize> = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let mut stream = body.into_data_stream();
    let mut first = Bytes::new();
    let mut whole: Vec<u8> = Vec::new();
    let mut length = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Answer::Wrong("the body ended before its end".to_owned()))?;
        length += chunk.len();
        if length > DRAIN_MAX || said.is_some_and(|said| said > DRAIN_MAX) {
            return Err(too_large(bytes_max));
        }
        if length > bytes_max {
            whole = Vec::new();
        } else if first.is_empty() {
            // Most bodies come in one piece, which is then never copied.
            first = chunk;
        } else {
            if whole.is_empty() {
                whole.reserve(said.unwrap_or(0).clamp(length, bytes_max));
                whole.extend_from_slice(&first);
            }
            whole.extend_from_slice(&chunk);
        }
    }
    match length {
        _ if length > bytes_max => Err(too_large(bytes_max)),
        _ if whole.is_empty() => Ok(first),
        _ => Ok(whole.into()),
    }
}

/// Unzips as far as the bound, whatever the size that the sender promises.
fn unzip(raw: &[u8], bytes_max: usize) -> Result<Bytes, Answer> {
    let mut plain = Vec::with_capacity((raw.len() * 4).min(bytes_max + 1));
    let read = MultiGzDecoder::new(raw).take(bytes_max as u64 + 1).read_to_end(&mut plain);
    if plain.len() > bytes_max {
        return Err(too_large(bytes_max));
    }
    read.map_err(|_| Answer::Wrong("the body is not valid gzip".to_owned()))?;
    Ok(plain.into())
}

/// Takes away a byte order mark, and the form's `data=` around JSON that is encoded as a form field.
fn unwrap_form(body: Bytes) -> Bytes {
    let body = match body.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => body.slice_ref(rest),
        None => body,
    };
    match body.strip_prefix(b"data=") {
        Some(field) => unescape(field).into(),
        None => body,
    }
}

/// Percent-decodes a form's field; what follows the next `&` is another field.
fn unescape(field: &[u8]) -> Vec<u8> {
    let field = field.split(|b| *b == b'&').next().unwrap_or_default();
    let mut plain = Vec::with_capacity(field.len());
    let mut i = 0;
    while i < field.len() {
        let digits = field.get(i + 1..i + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match (field[i], digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(byte)) => {
                plain.push(byte);
                i += 2;
            }
            (b'+', _) => plain.push(b' '),
            (byte, _) => plain.push(byte),
        }
        i += 1;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn zip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    #[test]
    fn a_bomb_is_stopped_at_the_bound() {
        let bomb = zip(&vec![b' '; 8 << 20]);
        assert!(bomb.len() < 20_000);
        assert!(matches!(unzip(&bomb, 500 << 10), Err(Answer::Wrong(_))));
        assert_eq!(unzip(&zip(b"{}"), 2).expect("fits").as_ref(), b"{}");
        assert!(unzip(&zip(b"{} "), 2).is_err(), "one byte too many");
        assert!(unzip(&zip(b"{\"a\":1}")[..12], 500).is_err(), "cut off");
    }

    #[test]
    fn forms_that_are_json_are_read() {
        let check = |body: &str, json: &str| assert_eq!(unwrap_form(Bytes::from(body.to_owned())), json.as_bytes());
        check("{\"a\":1}", "{\"a\":1}");
        check("\u{feff}{}", "{}");
        check("data=%7B%22a%22%3A%22b+c%22%7D&x=1", "{\"a\":\"b c\"}");
        check("data=%zz%", "%zz%");
    }
}
