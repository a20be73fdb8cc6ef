//! Tokens: only their hash is stored, and they are compared without telling how far they agree.

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The SHA-256 of a token. Tokens are random and long, so nothing slower is needed.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
pub fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// As [`same_bytes`], for texts.
pub fn same_text(a: &str, b: &str) -> bool {
    same_bytes(a.as_bytes(), b.as_bytes())
}

/// Lowercase hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The value of a cookie of the request.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name).then_some(value)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; xritorno=no; ritorno=yes".parse().expect("a header"));
        assert_eq!(cookie(&headers, "ritorno"), Some("yes"));
        assert_eq!(cookie(&headers, "b"), None);
    }

    #[test]
    fn equal_means_every_byte() {
        assert!(same_text("abc", "abc") && !same_text("abc", "abd") && !same_text("abc", "ab") && same_text("", ""));
    }
}
