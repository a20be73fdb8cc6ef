//! The axum kit: problem answers, bodies and pages, request ids, security headers, idempotency keys, passwords and token
//! hashes.
//!
//! Never has a route of its own, and never touches the database: what must be remembered goes through a trait.
//!
//! Start reading at [`Problem`] (what every error becomes) and [`Page`] (what every list becomes).

mod extract;
mod idempotency;
mod layers;
mod page;
mod password;
mod phrase;
mod problem;
mod secret;

pub use extract::{JsonBody, PathOf, QueryOf};
pub use idempotency::{Answer, Claim, Remember, Unrepeatable, idempotent};
pub use layers::{RequestId, Shell, observe, security_headers};
pub use page::{Cursor, LIMIT_DEFAULT, LIMIT_MAX, Page, Paging, PagingQuery};
pub use password::{Hasher, PasswordError};
pub use phrase::{Said, read_phrase};
pub use problem::{NOT_ALLOWED, Problem, ProblemBody, Refused, fallback, wrong_method};
pub use secret::{cookie, hex, same_bytes, same_text, token_hash};
pub use utoipa_axum::{router::OpenApiRouter, routes};
