//! Where a call says its key.

use super::Wrong;
use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The key of the Authorization header: the user name of basic authentication, or a bearer token. It wins over the body's;
/// an empty one counts as none. A header of another form names a key that does not exist.
pub(super) fn from_header(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().unwrap_or("-").trim();
    let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
    let key = if scheme.eq_ignore_ascii_case("basic") {
        let decoded = BASE64_STANDARD.decode(rest.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        decoded.map_or_else(|| "-".to_owned(), |pair| pair.split(':').next().unwrap_or_default().to_owned())
    } else if scheme.eq_ignore_ascii_case("bearer") {
        rest.trim().to_owned()
    } else {
        value.to_owned()
    };
    Some(key).filter(|key| !key.is_empty())
}

#[derive(Deserialize)]
struct Keyed<'a> {
    #[serde(borrow, default, rename = "writeKey")]
    write_key: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    batch: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, default, rename = "writeKey")]
    write_key: Option<Cow<'a, str>>,
}

/// The `writeKey` of the body: at the top, else in the first event of the batch.
pub(super) fn from_body(text: &str) -> Result<Option<String>, Wrong> {
    let wrong = |error: serde_json::Error| Wrong(format!("the body is not JSON of a call: {error}"));
    let keyed: Keyed<'_> = serde_json::from_str(text).map_err(wrong)?;
    if !text.trim_start().starts_with('{') {
        return Err(Wrong("the body is not a JSON object".to_owned()));
    }
    if let Some(key) = keyed.write_key.filter(|key| !key.is_empty()) {
        return Ok(Some(key.into_owned()));
    }
    let Some(batch) = keyed.batch else {
        return Ok(None);
    };
    let events: Vec<&RawValue> = serde_json::from_str(batch.get()).unwrap_or_default();
    let first: Option<Event<'_>> = events.first().and_then(|event| serde_json::from_str(event.get()).ok());
    Ok(first.and_then(|event| event.write_key).map(Cow::into_owned))
}

/// The body with stars in place of the key.
pub(super) fn mask(body: &Bytes, key: &str) -> Bytes {
    let text = String::from_utf8_lossy(body);
    text.replace(key, &"*".repeat(key.len())).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_wherever_sdks_put_them() {
        let header = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().expect("a header"));
            from_header(&headers)
        };
        assert_eq!(header("Basic d2tfdGVzdDo=").as_deref(), Some("wk_test"));
        assert_eq!(header("basic d2tfdGVzdA==").as_deref(), Some("wk_test"));
        assert_eq!(header("Bearer wk_test").as_deref(), Some("wk_test"));
        assert_eq!(header("Basic Og=="), None, "an empty user name is no key");
        assert_eq!(header("Basic !!").as_deref(), Some("-"), "what cannot be read is not left out of account");
        let body = |text: &str| from_body(text).expect("JSON");
        assert_eq!(body(r#"{"writeKey":"a","batch":[{"writeKey":"b"}]}"#).as_deref(), Some("a"));
        assert_eq!(body(r#"{"batch":[{"writeKey":"b"}]}"#).as_deref(), Some("b"));
        assert_eq!(body(r#"{"batch":[]}"#), None);
        assert_eq!(body("{\"batch\":7}"), None);
        assert!(from_body("{").is_err() && from_body("5").is_err() && from_body("[]").is_err());
    }
}
