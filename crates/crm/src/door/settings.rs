//! What the browser SDK asks before it sends: where to, and that nothing else is to be loaded.

use super::{Answer, Door};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /v1/projects/{key}/settings`.
pub(super) async fn settings(State(door): State<Arc<Door>>, Path(key): Path<String>, headers: HeaderMap) -> Response {
    if door.desk.keys.find(&key).is_none_or(|key| !key.may_send()) {
        let message = "the write key is unknown or revoked";
        return (StatusCode::NOT_FOUND, Json(json!({ "success": false, "message": message }))).into_response();
    }
    let Some((protocol, host)) = place(&door.desk.public_url, &headers) else {
        return Answer::Wrong("the request names no host".to_owned()).into_response();
    };
    let mut response = Json(body(&key, &protocol, &host)).into_response();
    // A revoked key stops at the door itself; this only spares a question on each page.
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("public, max-age=60"));
    response
}

/// Where the browser reaches us: the public address if it is set, else the host it asked.
fn place(public_url: &str, headers: &HeaderMap) -> Option<(String, String)> {
    if let Some((protocol, rest)) = public_url.split_once("://") {
        return Some((protocol.to_owned(), rest.to_owned()));
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let host = text("host").filter(|host| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b)))?;
    let protocol =
        text("x-forwarded-proto").filter(|protocol| protocol == "https").unwrap_or_else(|| "http".to_owned());
    Some((protocol, host))
}

fn body(key: &str, protocol: &str, host: &str) -> Value {
    json!({
        "integrations": {
            "Segment.io": {
                "apiKey": key,
                "apiHost": format!("{host}/v1"),
                "protocol": protocol,
                "unbundledIntegrations": [],
                "addBundledMetadata": true,
                "maybeBundledConfigIds": {},
                "versionSettings": { "version": "4.4.7", "componentTypes": ["browser"] },
            }
        },
        "plan": {
            "track": { "__default": { "enabled": true, "integrations": {} } },
            "identify": { "__default": { "enabled": true } },
            "group": { "__default": { "enabled": true } },
        },
        "edgeFunction": {},
        "analyticsNextEnabled": true,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": { "sampleRate": 0 },
        "legacyVideoPluginsEnabled": false,
        "remotePlugins": [],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_sent_where_they_reach_us() {
        let check = |public_url: &str, host: &str, forwarded: &str, expected: Option<(&str, &str)>| {
            let mut headers = HeaderMap::new();
            headers.insert("host", host.parse().expect("a header"));
            headers.insert("x-forwarded-proto", forwarded.parse().expect("a header"));
            let found = place(public_url, &headers);
            assert_eq!(found.as_ref().map(|(protocol, host)| (&**protocol, &**host)), expected);
        };
        check("https://crm.example", "10.0.0.1", "http", Some(("https", "crm.example")));
        check("http://shop.example/crm", "x", "http", Some(("http", "shop.example/crm")));
        check("", "127.0.0.1:4000", "http", Some(("http", "127.0.0.1:4000")));
        check("", "crm.example", "https", Some(("https", "crm.example")));
        check("", "evil.example/\"", "https", None);
    }
}
