//! Sources and keys.

use crate::desk::{Area, Caller, DeskError, DeskState, Key, KeyKind, NewKey, Permissions, Source, keys, sources};
use axum::{Extension, Json, extract::State, http::StatusCode, response::IntoResponse};
use base::Id;
use http_kit::{JsonBody, NOT_ALLOWED, Page, Paging, PagingQuery, PathOf, Problem, Refused, Unrepeatable};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where events come from.
#[utoipa::path(get, path = "/api/v1/sources", tag = "sources", params(PagingQuery),
    responses((status = 200, body = Page<Source>), Refused))]
pub(super) async fn list_sources(
    State(desk): State<DeskState>,
    caller: Caller,
    paging: Paging,
) -> Result<Json<Page<Source>>, Problem> {
    caller.read(Area::Sources)?;
    let after = paging.after()?.unwrap_or(0);
    let rows = sources::list_sources(&desk.db, caller.workspace, after, paging.rows()).await;
    Ok(Json(Page::of(rows.map_err(DeskError::from)?, &paging, |source| source.id)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateSource {
    /// Unique in the workspace.
    name: String,
    /// `browser`, `server` or another short word.
    kind: String,
}

/// Make a source.
#[utoipa::path(post, path = "/api/v1/sources", tag = "sources", request_body = CreateSource,
    responses((status = 201, body = Source), Refused))]
pub(super) async fn create_source(
    State(desk): State<DeskState>,
    caller: Caller,
    JsonBody(body): JsonBody<CreateSource>,
) -> Result<impl IntoResponse, Problem> {
    caller.write(Area::Sources)?;
    let (clock, rng) = (&*desk.clock, &*desk.rng);
    let source = sources::create_source(&desk.db, clock, rng, &caller.actor(), &body.name, &body.kind).await?;
    Ok((StatusCode::CREATED, Json(source)))
}

/// The workspace's keys, revoked ones too. Their texts are not kept.
#[utoipa::path(get, operation_id = "list_keys", path = "/api/v1/keys", tag = "sources", params(PagingQuery),
    responses((status = 200, body = Page<Key>), Refused))]
pub(super) async fn list(
    State(desk): State<DeskState>,
    caller: Caller,
    paging: Paging,
) -> Result<Json<Page<Key>>, Problem> {
    caller.read(Area::Sources)?;
    let rows = keys::list_keys(&desk.db, caller.workspace, paging.after()?, paging.rows()).await;
    Ok(Json(Page::of(rows.map_err(DeskError::from)?, &paging, |key| key.id)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateKey {
    kind: KeyKind,
    name: String,
    /// For an `api` key: `customers:read`, …, `*`.
    #[serde(default)]
    scopes: Vec<String>,
    /// The source of its events; if not said, the one with the key's name.
    source: Option<i64>,
}

/// A key just made.
#[derive(Serialize, ToSchema)]
pub(super) struct CreatedKey {
    #[serde(flatten)]
    key: Key,
    /// The key itself. Shown once.
    text: String,
}

/// Make a key. Nobody gives a key more than they may themselves.
#[utoipa::path(post, operation_id = "create_key", path = "/api/v1/keys", tag = "sources", request_body = CreateKey,
    responses((status = 201, body = CreatedKey), Refused))]
pub(super) async fn create(
    State(desk): State<DeskState>,
    caller: Caller,
    JsonBody(body): JsonBody<CreateKey>,
) -> Result<impl IntoResponse, Problem> {
    caller.write(Area::Sources)?;
    let wanted = Permissions::from_scopes(body.scopes.iter().map(String::as_str));
    let wanted = wanted.map_err(|error| Problem::unprocessable("keys.wrong_scopes", error.to_string()))?;
    if !caller.permissions.include(wanted) {
        return Err(Problem::forbidden(NOT_ALLOWED, "a key cannot have scopes that its maker has not"));
    }
    let CreateKey { kind, name, scopes, source } = &body;
    let new = NewKey { kind: *kind, name, scopes, source: *source };
    let made = keys::create_key(&desk.db, &*desk.clock, &*desk.rng, &caller.actor(), new).await?;
    desk.keys.refresh().await.map_err(DeskError::from)?;
    let body = CreatedKey { key: made.key, text: made.text };
    Ok((StatusCode::CREATED, Extension(Unrepeatable), Json(body)))
}

/// Revoke a key. It stops working everywhere within a second.
#[utoipa::path(delete, operation_id = "revoke_key", path = "/api/v1/keys/{id}", tag = "sources", params(("id" = String, Path)),
    responses((status = 204), Refused))]
pub(super) async fn revoke(
    State(desk): State<DeskState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<StatusCode, Problem> {
    caller.write(Area::Sources)?;
    if !keys::revoke_key(&desk.db, &*desk.clock, &*desk.rng, &caller.actor(), id).await? {
        return Err(Problem::not_found("keys.not_found", format!("there is no live key {id}")));
    }
    desk.keys.refresh().await.map_err(DeskError::from)?;
    Ok(StatusCode::NO_CONTENT)
}
