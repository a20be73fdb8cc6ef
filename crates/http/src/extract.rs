//! Extractors whose rejection is a [`Problem`].

use crate::Problem;
use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::JsonRejection},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

/// A JSON body. Give its type `deny_unknown_fields`, so that a misspelt field is told and not dropped.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<JsonBody<T>, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(JsonBody(body)),
            Err(rejection) => Err(refusal(&rejection)),
        }
    }
}

fn refusal(rejection: &JsonRejection) -> Problem {
    let text = rejection.body_text();
    match rejection {
        _ if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::too_large("http.body_too_large", "the body is larger than this address takes")
        }
        JsonRejection::MissingJsonContentType(_) => {
            Problem::bad_request("http.not_json", "send the body as JSON, with Content-Type: application/json")
        }
        JsonRejection::JsonDataError(_) => Problem::unprocessable("http.wrong_body", text),
        _ => Problem::bad_request("http.not_json", text),
    }
}

/// The query's parameters.
#[derive(Debug)]
pub struct QueryOf<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<QueryOf<T>, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(query)) => Ok(QueryOf(query)),
            Err(rejection) => Err(Problem::bad_request("http.wrong_query", rejection.body_text())),
        }
    }
}

/// The parameters of the path. One that cannot be read names nothing that exists, so the answer is 404.
#[derive(Debug)]
pub struct PathOf<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<PathOf<T>, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(path)) => Ok(PathOf(path)),
            Err(rejection) => Err(Problem::not_found("http.wrong_path", rejection.body_text())),
        }
    }
}
