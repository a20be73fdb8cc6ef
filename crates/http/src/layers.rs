//! What every answer carries: a request id, headers that protect the browser, and one line in the log.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use base::{Rng, SharedClock, token};
use std::sync::Arc;

/// The id of a request, in its extensions, in the log and in the header `X-Request-Id` of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub Arc<str>);

/// What the layers need of the process.
#[derive(Clone)]
pub struct Shell {
    pub clock: SharedClock,
    pub rng: Arc<dyn Rng>,
    /// Whether people reach us by https: then browsers are told to stay with it.
    pub is_https: bool,
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request an id (a caller's own is kept where it is short and plain) and writes one line when it is answered: the
/// route's pattern, never the address itself, which may hold a token or an e-mail address.
///
/// Use with `axum::middleware::from_fn_with_state(shell, observe)`, as a layer of the router, not around it.
pub async fn observe(State(shell): State<Shell>, mut request: Request, next: Next) -> Response {
    let id = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| is_plain(id));
    let id: Arc<str> = id.map_or_else(|| token(&*shell.rng, 16).into(), Into::into);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "-".into(), |path| path.as_str().to_owned());
    let began = shell.clock.now();
    let mut response = next.run(request).await;
    let duration_us = shell.clock.now() - began;
    let status = response.status().as_u16();
    tracing::debug!(request.id = &*id, http.method = %method, http.route = route, http.status = status, duration_us, "answered");
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn is_plain(id: &str) -> bool {
    (8..=64).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; \
    base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/// Headers that protect the browser; what a handler set itself stays.
pub async fn security_headers(
    State(shell): State<Shell>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    if shell.is_https {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    response
}
