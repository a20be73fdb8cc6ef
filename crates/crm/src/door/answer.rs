//! What the door answers: Segment's own form, and the headers with which a browser lets a page read it.

use super::Wrong;
use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// An answer to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// Durable, in the log or in quarantine; the same for what was known already.
    Taken,
    /// The call itself is wrong, in words.
    Wrong(String),
    UnknownKey,
    /// A key that is not for sending.
    NotAllowed,
    Busy {
        retry_after_s: u64,
    },
    Unavailable,
}

impl From<Wrong> for Answer {
    fn from(Wrong(message): Wrong) -> Answer {
        Answer::Wrong(message)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (status, message, retry_after_s) = match self {
            Answer::Taken => return Json(json!({ "success": true })).into_response(),
            Answer::Wrong(message) => (StatusCode::BAD_REQUEST, message, None),
            Answer::UnknownKey => {
                let message = "the write key is unknown or revoked, or there is none: send it as the user name of basic \
                    authentication, as a bearer token, or as writeKey in the body; a Snowplow tracker says it as its app id or \
                    in its path, /snowplow/KEY";
                (StatusCode::UNAUTHORIZED, message.to_owned(), None)
            }
            Answer::NotAllowed => {
                let message =
                    "this key may not send events: use a write or secret key, or one with the scope events:write";
                (StatusCode::FORBIDDEN, message.to_owned(), None)
            }
            Answer::Busy { retry_after_s } => {
                let message = format!("too many events are waiting, send this again in {retry_after_s} s");
                (StatusCode::TOO_MANY_REQUESTS, message, Some(retry_after_s))
            }
            Answer::Unavailable => {
                let message = "the events could not be stored now, send this again";
                (StatusCode::SERVICE_UNAVAILABLE, message.to_owned(), Some(1))
            }
        };
        let mut response = (status, Json(json!({ "success": false, "message": message }))).into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Any page may send here: a write key is public, and no cookie is looked at.
pub(super) fn for_any_origin(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Retry-After"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    response
}

/// What a browser asks before it sends JSON or an Authorization header from another origin.
pub(super) async fn preflight(asked: HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    let wanted = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let usual = HeaderValue::from_static("authorization, content-type, content-encoding");
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.unwrap_or(usual));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, OPTIONS"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    headers.insert(header::VARY, HeaderValue::from_static("Access-Control-Request-Headers"));
    response
}
