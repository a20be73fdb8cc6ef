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
    let id = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| is_plain(id));
    let id: Arc<str> = id.map_or_else(|| token(&*shell.rng, 16).into(), Into::into);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "-".into(), |path| path.as_str().to_owned());
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
    (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; \
    base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/// Headers that protect the browser; what a handler set itself stays.
pub async fn security_headers(State(shell): State<Shell>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if shell.is_https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware::from_fn_with_state, routing::get};
    use base::{ManualClock, SeededRng};
    use tower::ServiceExt;

    async fn answer(is_https: bool, path: &str, request_id: &str) -> Response {
        let shell = Shell { clock: Arc::new(ManualClock::default()), rng: Arc::new(SeededRng::new(1)), is_https };
        let router: Router = Router::new()
            .route("/", get(async || "hello"))
            .route("/framed", get(async || ([(header::CONTENT_SECURITY_POLICY, "frame-ancestors *")], "")))
            .layer(from_fn_with_state(shell.clone(), security_headers))
            .layer(from_fn_with_state(shell, observe));
        let request =
            Request::builder().uri(path).header("x-request-id", request_id).body(Body::empty()).expect("a request");
        router.oneshot(request).await.expect("routers answer")
    }

    #[tokio::test]
    async fn answers_protect_the_browser_and_keep_what_a_handler_says() {
        let plain = answer(false, "/", "").await;
        let header = |response: &Response, name: &str| {
            let value = response.headers().get(name);
            value.map_or("", |value| value.to_str().expect("text")).to_owned()
        };
        assert!(header(&plain, "content-security-policy").starts_with("default-src 'self'"));
        assert_eq!(header(&plain, "x-content-type-options"), "nosniff");
        assert_eq!(header(&plain, "strict-transport-security"), "");
        let https = answer(true, "/", "").await;
        assert!(header(&https, "strict-transport-security").starts_with("max-age="));
        let framed = answer(true, "/framed", "").await;
        assert_eq!(header(&framed, "content-security-policy"), "frame-ancestors *");
    }

    #[tokio::test]
    async fn a_request_id_is_kept_where_it_is_plain() {
        for (sent, is_kept) in [("abc-123_X.9", true), ("short", false), ("with a space in it", false), ("", false)] {
            let response = answer(false, "/", sent).await;
            let id = response.headers()["x-request-id"].to_str().expect("text");
            assert_eq!(id == sent, is_kept, "{sent}");
            assert!(id.len() >= 8);
        }
    }
}
