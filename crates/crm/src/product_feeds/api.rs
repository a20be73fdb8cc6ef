//! Feeds by address over HTTP.

use super::{ProductFeed, list_feeds, rows};
use crate::{
    connections::Connections,
    desk::{Area, Caller, store_problem},
};
use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use base::Id;
use http_kit::{JsonBody, OpenApiRouter, Page, Paging, PagingQuery, PathOf, Problem, Refused, routes};
use serde::Deserialize;
use utoipa::ToSchema;

/// The routes, with their state.
pub fn router(state: Connections) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(change, delete))
        .routes(routes!(run))
        .with_state(state)
}

/// Feeds that are fetched from an address.
#[utoipa::path(get, operation_id = "list_product_feeds", path = "/api/v1/catalogue/feeds", tag = "catalogue", params(PagingQuery),
    security(("key" = ["catalogue:read"])), responses((status = 200, body = Page<ProductFeed>), Refused))]
async fn list(
    State(state): State<Connections>,
    caller: Caller,
    paging: Paging,
) -> Result<Json<Page<ProductFeed>>, Problem> {
    caller.read(Area::Catalogue)?;
    let after = paging.after()?.unwrap_or(Id::ZERO);
    let found = list_feeds(&state, caller.workspace, after, paging.rows()).await;
    Ok(Json(Page::of(found.map_err(|error| store_problem(&error))?, &paging, |feed: &ProductFeed| feed.id)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateProductFeed {
    /// Whose products these are; the source is made if there is none of this name.
    source: String,
    /// Where the file is.
    url: String,
    /// `csv`, `xml` or `json`; recognised from the content where it is not said.
    #[serde(default)]
    format: String,
    /// 60, 360 or 1440; a day where it is not said.
    every_minutes: Option<i64>,
    /// It names everything that is sold: what it names no more is taken away.
    #[serde(default)]
    is_complete: bool,
}

/// Have a feed fetched from an address, now and by a schedule.
#[utoipa::path(post, operation_id = "create_product_feed", path = "/api/v1/catalogue/feeds", tag = "catalogue",
    request_body = CreateProductFeed, security(("key" = ["catalogue:write"])),
    responses((status = 201, body = ProductFeed), Refused))]
async fn create(
    State(state): State<Connections>,
    caller: Caller,
    JsonBody(body): JsonBody<CreateProductFeed>,
) -> Result<impl IntoResponse, Problem> {
    caller.write(Area::Catalogue)?;
    let said = rows::Said {
        url: Some(body.url),
        format: Some(body.format),
        every_minutes: body.every_minutes,
        is_complete: Some(body.is_complete),
        is_paused: None,
    };
    let id = rows::create(&state, &caller.actor(), &body.source, said).await?;
    Ok((StatusCode::CREATED, Json(found(&state, &caller, id).await?)))
}

async fn found(state: &Connections, caller: &Caller, id: Id) -> Result<ProductFeed, Problem> {
    let found = rows::find_feed(state, caller.workspace, id).await.map_err(|error| store_problem(&error))?;
    found.ok_or_else(|| rows::gone(id).into())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeProductFeed {
    url: Option<String>,
    /// `csv`, `xml`, `json`, or empty: recognised from the content.
    format: Option<String>,
    /// 60, 360 or 1440.
    every_minutes: Option<i64>,
    is_complete: Option<bool>,
    is_paused: Option<bool>,
}

/// Change a feed: it is fetched anew.
#[utoipa::path(patch, operation_id = "change_product_feed", path = "/api/v1/catalogue/feeds/{id}", tag = "catalogue",
    params(("id" = String, Path)), request_body = ChangeProductFeed, security(("key" = ["catalogue:write"])),
    responses((status = 200, body = ProductFeed), Refused))]
async fn change(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<ChangeProductFeed>,
) -> Result<Json<ProductFeed>, Problem> {
    caller.write(Area::Catalogue)?;
    let feed = found(&state, &caller, id).await?;
    let said = rows::Said {
        url: body.url,
        format: body.format,
        every_minutes: body.every_minutes,
        is_complete: body.is_complete,
        is_paused: body.is_paused,
    };
    rows::change(&state, &caller.actor(), &feed, said).await?;
    Ok(Json(found(&state, &caller, id).await?))
}

/// Fetch a feed no more. What it brought stays.
#[utoipa::path(delete, operation_id = "delete_product_feed", path = "/api/v1/catalogue/feeds/{id}", tag = "catalogue",
    params(("id" = String, Path)), security(("key" = ["catalogue:write"])), responses((status = 204), Refused))]
async fn delete(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<StatusCode, Problem> {
    caller.write(Area::Catalogue)?;
    let feed = found(&state, &caller, id).await?;
    rows::delete(&state, &caller.actor(), &feed).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RunProductFeed {
    /// Take away what a complete feed names no more, however much that is.
    #[serde(default)]
    accepts_loss: bool,
}

/// Fetch a feed now, even if it is the file that was read last.
#[utoipa::path(post, operation_id = "run_product_feed", path = "/api/v1/catalogue/feeds/{id}/run", tag = "catalogue",
    params(("id" = String, Path)), request_body = RunProductFeed, security(("key" = ["catalogue:write"])),
    responses((status = 202, body = ProductFeed), Refused))]
async fn run(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<RunProductFeed>,
) -> Result<impl IntoResponse, Problem> {
    caller.write(Area::Catalogue)?;
    let feed = found(&state, &caller, id).await?;
    rows::run(&state, &caller.actor(), &feed, body.accepts_loss).await?;
    Ok((StatusCode::ACCEPTED, Json(found(&state, &caller, id).await?)))
}
