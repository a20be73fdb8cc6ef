//! Errors as RFC 9457 problem details.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::borrow::Cow;

/// The code of a refusal for want of a permission.
pub const NOT_ALLOWED: &str = "auth.not_allowed";

/// What went wrong, as `application/problem+json`. The code is stable and for programs; the detail is for people and says
/// what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub status: StatusCode,
    /// `area.what`, such as `sources.not_found`.
    pub code: &'static str,
    pub detail: Cow<'static, str>,
    /// Seconds after which the same call may succeed.
    pub retry_after_s: Option<u64>,
}

/// The JSON of a [`Problem`].
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// `about:blank`: the status says what kind of problem it is, the code which one.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub title: &'static str,
    pub status: u16,
    pub detail: String,
    pub code: &'static str,
}

/// For the `responses(…)` of a route in the OpenAPI document: everything that is refused looks like this.
#[derive(utoipa::IntoResponses)]
#[response(status = "4XX", description = "Refused; the code says why", content_type = "application/problem+json")]
#[expect(dead_code, reason = "it only describes")]
pub struct Refused(ProblemBody);

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $status:ident;)*) => {
        $($(#[$doc])*
        pub fn $name(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Problem {
            Problem { status: StatusCode::$status, code, detail: detail.into(), retry_after_s: None }
        })*
    };
}

impl Problem {
    constructors! {
        /// The call itself is wrong.
        bad_request => BAD_REQUEST;
        /// Nobody is signed in, or the key is unknown.
        unauthorized => UNAUTHORIZED;
        /// Known, but may not.
        forbidden => FORBIDDEN;
        not_found => NOT_FOUND;
        conflict => CONFLICT;
        /// What the caller had seen is no longer so.
        changed => PRECONDITION_FAILED;
        too_large => PAYLOAD_TOO_LARGE;
        /// Well-formed, but cannot be done as it stands.
        unprocessable => UNPROCESSABLE_ENTITY;
        /// Our side; the same call may succeed later.
        unavailable => SERVICE_UNAVAILABLE;
    }

    /// Too many calls; the same one may succeed after so many seconds.
    pub fn too_many(code: &'static str, detail: impl Into<Cow<'static, str>>, retry_after_s: u64) -> Problem {
        Problem {
            status: StatusCode::TOO_MANY_REQUESTS,
            code,
            detail: detail.into(),
            retry_after_s: Some(retry_after_s.max(1)),
        }
    }

    /// A fault of ours: logged whole here, told in general words.
    pub fn internal(error: &dyn std::fmt::Display) -> Problem {
        tracing::error!(%error, "a request failed");
        Problem {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "server.error",
            detail: Cow::Borrowed("something went wrong here, see the server's log"),
            retry_after_s: None,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = ProblemBody {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: self.detail.into_owned(),
            code: self.code,
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// For `Router::fallback` below `/api`.
pub async fn fallback(uri: Uri) -> Problem {
    Problem::not_found("http.no_route", format!("there is nothing at {}", uri.path()))
}

/// For `Router::method_not_allowed_fallback` below `/api`.
pub async fn wrong_method() -> Problem {
    Problem {
        status: StatusCode::METHOD_NOT_ALLOWED,
        code: "http.wrong_method",
        detail: Cow::Borrowed("this address does not take this method, see /api/openapi.json"),
        retry_after_s: None,
    }
}
