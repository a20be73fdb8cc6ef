//! `Idempotency-Key`: a write that is sent twice is done once, and the second gets the first one's answer.

use crate::Problem;
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};
use std::future::Future;

/// The longest key we take, in characters.
const KEY_MAX: usize = 255;
/// The largest body of a request with a key, and of an answer that is kept.
const BODY_MAX: usize = 2 << 20;

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    /// `None`: it held a secret (see [`Unrepeatable`]) or was too large, and cannot be given again.
    pub body: Option<Vec<u8>>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// New; it is ours now.
    Ours,
    /// Done before, with this answer.
    Done(Answer),
    /// Another request with this key is under way.
    Busy,
    /// Used before, for another request.
    Other,
}

/// Mark of an answer that shows a secret once: put it in the response's extensions, and its body is never stored.
#[derive(Debug, Clone, Copy)]
pub struct Unrepeatable;

/// Who keeps keys and answers, for seven days.
pub trait Remember: Clone + Send + Sync + 'static {
    /// Names the caller; `None`: nobody known, then the key means nothing (and nothing is stored for strangers).
    fn caller(&self, parts: &Parts) -> impl Future<Output = Option<String>> + Send;
    /// Takes the key for this caller.
    fn claim(&self, caller: &str, key: &str, request: [u8; 32]) -> impl Future<Output = Result<Claim, Problem>> + Send;
    /// Keeps the answer.
    fn keep(&self, caller: &str, key: &str, answer: Answer) -> impl Future<Output = Result<(), Problem>> + Send;
    /// Lets the key go: nothing was done.
    fn release(&self, caller: &str, key: &str) -> impl Future<Output = Result<(), Problem>> + Send;
}

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Use with `axum::middleware::from_fn_with_state(store, idempotent::<Store>)`, around the routes that write.
pub async fn idempotent<R: Remember>(State(store): State<R>, request: Request, next: Next) -> Response {
    let is_write = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let Some(key) = request.headers().get(IDEMPOTENCY_KEY).filter(|_| is_write) else {
        return next.run(request).await;
    };
    let key = match key.to_str() {
        Ok(key) if (1..=KEY_MAX).contains(&key.len()) => key.to_owned(),
        _ => {
            let detail = "Idempotency-Key must be 1 to 255 visible characters";
            return Problem::bad_request("idempotency.wrong_key", detail).into_response();
        }
    };
    once(&store, key, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

async fn once<R: Remember>(store: &R, key: String, request: Request, next: Next) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let Some(caller) = store.caller(&parts).await else {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let body = to_bytes(body, BODY_MAX)
        .await
        .map_err(|_| Problem::too_large("http.body_too_large", "a request with an Idempotency-Key is at most 2 MiB"))?;
    match store.claim(&caller, &key, request_hash(&parts, &body)).await? {
        Claim::Ours => {}
        Claim::Done(answer) => return Ok(again(answer)),
        Claim::Busy => {
            let detail = "a request with this Idempotency-Key is being carried out: ask again in a moment";
            return Err(Problem::conflict("idempotency.busy", detail));
        }
        Claim::Other => {
            let detail = "this Idempotency-Key was used for another request: use a new one";
            return Err(Problem::unprocessable("idempotency.other_request", detail));
        }
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let status = response.status();
    if status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::UNAUTHORIZED) {
        store.release(&caller, &key).await?;
        return Ok(response);
    }
    keep(store, &caller, &key, response).await
}

async fn keep<R: Remember>(store: &R, caller: &str, key: &str, response: Response) -> Result<Response, Problem> {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(|error| Problem::internal(&error))?;
    let is_kept = bytes.len() <= BODY_MAX && parts.extensions.get::<Unrepeatable>().is_none();
    let content_type =
        parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let answer = Answer {
        status: parts.status.as_u16(),
        content_type: content_type.to_owned(),
        body: is_kept.then(|| bytes.to_vec()),
    };
    store.keep(caller, key, answer).await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// The first answer, given again.
fn again(answer: Answer) -> Response {
    let Some(body) = answer.body else {
        let detail = "this was done already, and its answer is shown only once";
        return Problem::conflict("idempotency.not_repeatable", detail).into_response();
    };
    let mut response = (StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK), body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if let Ok(content_type) = HeaderValue::from_str(&answer.content_type)
        && !content_type.is_empty()
    {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    headers.insert(HeaderName::from_static("idempotency-replayed"), HeaderValue::from_static("true"));
    response
}

fn request_hash(parts: &Parts, body: &Bytes) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [parts.method.as_str().as_bytes(), parts.uri.to_string().as_bytes(), body] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
