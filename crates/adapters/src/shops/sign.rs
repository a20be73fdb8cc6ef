//! Whether a body really comes from the shop. Every comparison takes the same time whatever is wrong.

use super::Headers;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use ring::{hmac, signature};

/// Why a body is not taken for the shop's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    #[error("the request has no header {0}, which holds the signature")]
    NoSignature(String),
    #[error("the header {header} holds no {encoding} signature")]
    Unreadable { header: String, encoding: &'static str },
    #[error("the signature in {0} is not that of this body with this secret")]
    Wrong(String),
    #[error("the secret is empty: set the one that the shop shows")]
    NoSecret,
    #[error("the public key is not a PEM with an RSA key")]
    NoKey,
    #[error("the header {0} holds no time")]
    NoTime(String),
    #[error("the request was signed {seconds} s from now, at most {tolerance} s are believed")]
    TooOld { seconds: i64, tolerance: i64 },
}

/// How the bytes of a signature are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Base64,
    Hex,
}

impl Encoding {
    fn decode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Encoding::Base64 => BASE64.decode(text).ok(),
            Encoding::Hex if text.len().is_multiple_of(2) && text.is_ascii() => {
                (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
            }
            Encoding::Hex => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Encoding::Base64 => "base64",
            Encoding::Hex => "hex",
        }
    }
}

/// The HMAC-SHA256 of `message` stands in a header, after `prefix`.
pub fn hmac_sha256(
    headers: &Headers<'_>,
    header: &str,
    prefix: &str,
    encoding: Encoding,
    message: &[u8],
    secret: &[u8],
) -> Result<(), NotSigned> {
    if secret.is_empty() {
        return Err(NotSigned::NoSecret);
    }
    let said = headers.get(header).ok_or_else(|| NotSigned::NoSignature(header.to_owned()))?.trim();
    let unreadable = || NotSigned::Unreadable { header: header.to_owned(), encoding: encoding.name() };
    let said = said.strip_prefix(prefix).ok_or_else(unreadable)?;
    let tag = encoding.decode(said.trim()).ok_or_else(unreadable)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, message, &tag).map_err(|_| NotSigned::Wrong(header.to_owned()))
}

/// The HMAC-SHA256 of a message: what shops and our own plug-ins write into their header.
pub fn signature_of(secret: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message).as_ref().to_vec()
}

/// The RSA signature (PKCS #1 v1.5 with SHA-256) of `message` stands in base64 in one of these headers; `pem` is the public key.
/// Adobe signs so: <https://developer.adobe.com/events/docs/guides/sdk/sdk-signature-verification>.
pub fn rsa_sha256(headers: &Headers<'_>, names: &[&str], message: &[u8], pem: &str) -> Result<(), NotSigned> {
    let keys = public_keys(pem);
    if keys.is_empty() {
        return Err(NotSigned::NoKey);
    }
    let mut outcome = NotSigned::NoSignature(names.join(" or "));
    for name in names {
        let Some(said) = headers.get(name) else { continue };
        let Ok(signed) = BASE64.decode(said.trim()) else {
            outcome = NotSigned::Unreadable { header: (*name).to_owned(), encoding: "base64" };
            continue;
        };
        for key in &keys {
            let key = signature::UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, key);
            if key.verify(message, &signed).is_ok() {
                return Ok(());
            }
        }
        outcome = NotSigned::Wrong((*name).to_owned());
    }
    Err(outcome)
}

/// The RSA keys of a PEM text, each as the two numbers it is made of (`RSAPublicKey` of RFC 8017).
fn public_keys(pem: &str) -> Vec<Vec<u8>> {
    let mut keys = Vec::new();
    for block in pem.split("-----BEGIN ").skip(1) {
        let Some((label, rest)) = block.split_once("-----") else { continue };
        let Some((body, _)) = rest.split_once("-----END") else { continue };
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let Ok(der) = BASE64.decode(body) else { continue };
        match label {
            "RSA PUBLIC KEY" => keys.push(der),
            "PUBLIC KEY" => keys.extend(inner_key(&der).map(<[u8]>::to_vec)),
            _ => {}
        }
    }
    keys
}

/// The RSA key within a `SubjectPublicKeyInfo` (RFC 5280): a sequence of the algorithm and a bit string that holds it.
fn inner_key(der: &[u8]) -> Option<&[u8]> {
    const SEQUENCE: u8 = 0x30;
    const BIT_STRING: u8 = 0x03;
    /// rsaEncryption, 1.2.840.113549.1.1.1.
    const RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    let (info, _) = value(der, SEQUENCE)?;
    let (algorithm, rest) = value(info, SEQUENCE)?;
    let (bits, _) = value(rest, BIT_STRING)?;
    let (unused, key) = bits.split_first()?;
    (algorithm.starts_with(RSA) && *unused == 0).then_some(key)
}

/// The value at the start of DER text, which must have this tag, and what follows it.
fn value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match *first {
        short @ 0..0x80 => (usize::from(short), rest),
        long => {
            let count = usize::from(long & 0x7f);
            if count == 0 || count > 4 || rest.len() < count {
                return None;
            }
            let length = rest[..count].iter().fold(0usize, |length, byte| length << 8 | usize::from(*byte));
            (length, &rest[count..])
        }
    };
    (*found == tag && rest.len() >= length).then(|| rest.split_at(length))
}
