//! Connections over HTTP: who may write sources makes and changes them.

use super::{
    Connection, ConnectionState, ConnectionView, Connections, NewConnection, ShopKind, create_connection,
    find_connection, hooks, jobs_api, list_connections, rejected::RejectedBody, rows, sql, trial, views,
};
use crate::desk::{Area, Caller, DeskError, audit_entry, store_problem};
use adapters::shops::client::{Ask, Client, Kind};
use axum::{Extension, Json, extract::State, http::StatusCode, response::IntoResponse};
use base::Id;
use bytes::Bytes;
use http_kit::{
    JsonBody, OpenApiRouter, Page, Paging, PagingQuery, PathOf, Problem, QueryOf, Refused, Unrepeatable, routes,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Value, Write};
use utoipa::{IntoParams, ToSchema};

/// The connections' routes, below `/api/v1`.
pub fn router(state: Connections) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(shops))
        .routes(routes!(list, create))
        .routes(routes!(read, change, delete))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(rotate))
        .routes(routes!(check))
        .routes(routes!(list_rejected))
        .routes(routes!(read_rejected))
        .routes(routes!(replay_rejected))
        .routes(routes!(drop_rejected))
        .merge(jobs_api::routes())
        .routes(routes!(trial::try_mapping))
        .with_state(state)
}

pub(super) async fn found(state: &Connections, caller: &Caller, source: i64) -> Result<Connection, Problem> {
    let found = find_connection(state, caller.workspace, source).await.map_err(|error| store_problem(&error))?;
    found.ok_or_else(|| rows::gone(source).into())
}

/// The kinds of shops that can be connected.
#[utoipa::path(get, operation_id = "list_shop_kinds", path = "/api/v1/shops", tag = "connections",
    responses((status = 200, body = Vec<ShopKind>), Refused))]
async fn shops(caller: Caller) -> Result<Json<Vec<ShopKind>>, Problem> {
    caller.read(Area::Sources)?;
    Ok(Json(views::shop_kinds()))
}

/// The shops that are connected.
#[utoipa::path(get, operation_id = "list_connections", path = "/api/v1/connections", tag = "connections", params(PagingQuery),
    responses((status = 200, body = Page<ConnectionView>), Refused))]
async fn list(
    State(state): State<Connections>,
    caller: Caller,
    paging: Paging,
) -> Result<Json<Page<ConnectionView>>, Problem> {
    caller.read(Area::Sources)?;
    let after = paging.after()?.unwrap_or(0);
    let found = list_connections(&state, caller.workspace, after, paging.rows()).await;
    let found = found.map_err(|error| store_problem(&error))?;
    let views = found.iter().map(|connection| ConnectionView::of(&state, connection)).collect();
    Ok(Json(Page::of(views, &paging, |view: &ConnectionView| view.source)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateConnection {
    /// The name of its source, which is made where there is none.
    name: String,
    /// The id of a source that is there already, in the place of a name.
    source: Option<i64>,
    /// One of those that `/shops` lists.
    shop: String,
    /// Where the shop is, such as `https://my-shop.example`; none: webhooks only.
    #[serde(default)]
    base_url: String,
    /// The IANA zone of times that name none; UTC if not said.
    zone: Option<String>,
    /// The currency of amounts that name none.
    currency: Option<String>,
    /// Put before the ids of customers, carts and orders, for the second of two shops of one kind.
    namespace: Option<String>,
    /// The mapping document of a generic shop.
    mapping: Option<String>,
    /// What the shop signs with; none: one is made up and shown this once.
    secret: Option<String>,
    /// What the shop's API needs, by name.
    #[serde(default)]
    credentials: BTreeMap<String, String>,
    api_version: Option<String>,
    /// Where the storefront shows a cart that is brought back, with the places `{cart}`, `{token}`, `{products}`, `{coupon}` and
    /// `{cart_id}`; none: Ritorno lists the cart itself.
    cart_link: Option<String>,
    /// Tags that people and flows give are written to the shop; not, if not said.
    writes_tags: Option<bool>,
    /// Minutes between two reconciliations, 60 if not said; 0: only by hand.
    reconcile_minutes: Option<i64>,
}

/// A connection just made.
#[derive(Serialize, ToSchema)]
struct CreatedConnection {
    #[serde(flatten)]
    connection: ConnectionView,
    /// The secret, where it was made up here. Shown once, to be typed in at the shop.
    secret: Option<String>,
}

/// Connect a shop.
#[utoipa::path(post, operation_id = "create_connection", path = "/api/v1/connections", tag = "connections", request_body = CreateConnection,
    responses((status = 201, body = CreatedConnection), Refused))]
async fn create(
    State(state): State<Connections>,
    caller: Caller,
    JsonBody(body): JsonBody<CreateConnection>,
) -> Result<impl IntoResponse, Problem> {
    caller.write(Area::Sources)?;
    let new = NewConnection {
        name: body.name,
        source: body.source,
        shop: body.shop,
        base_url: body.base_url,
        zone: body.zone,
        currency: body.currency,
        namespace: body.namespace,
        mapping: body.mapping,
        secret: body.secret,
        credentials: body.credentials,
        api_version: body.api_version,
        cart_link: body.cart_link,
        writes_tags: body.writes_tags,
        reconcile_minutes: body.reconcile_minutes,
    };
    let created = create_connection(&state, &caller.actor(), new).await?;
    let connection = ConnectionView::of(&state, &created.connection);
    let body = CreatedConnection { connection, secret: created.made_secret };
    Ok((StatusCode::CREATED, Extension(Unrepeatable), Json(body)))
}

/// One connection.
#[utoipa::path(get, operation_id = "find_connection", path = "/api/v1/connections/{source}", tag = "connections", params(("source" = i64, Path)),
    responses((status = 200, body = ConnectionView), Refused))]
async fn read(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(source): PathOf<i64>,
) -> Result<Json<ConnectionView>, Problem> {
    caller.read(Area::Sources)?;
    let connection = found(&state, &caller, source).await?;
    Ok(Json(ConnectionView::of(&state, &connection)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeConnection {
    base_url: Option<String>,
    zone: Option<String>,
    /// An empty text: none.
    currency: Option<String>,
    /// An empty text: none.
    namespace: Option<String>,
    mapping: Option<String>,
    /// Those named here; an empty text takes one away.
    #[serde(default)]
    credentials: BTreeMap<String, String>,
    api_version: Option<String>,
    /// Where the storefront shows a cart that is brought back, with the places `{cart}`, `{token}`, `{products}`, `{coupon}` and
    /// `{cart_id}`; an empty text: none.
    cart_link: Option<String>,
    /// Tags that people and flows give are written to the shop.
    writes_tags: Option<bool>,
    reconcile_minutes: Option<i64>,
}

/// Change a connection; what is not said stays.
#[utoipa::path(patch, operation_id = "change_connection", path = "/api/v1/connections/{source}", tag = "connections", params(("source" = i64, Path)),
    request_body = ChangeConnection, responses((status = 200, body = ConnectionView), Refused))]
async fn change(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(source): PathOf<i64>,
    JsonBody(body): JsonBody<ChangeConnection>,
) -> Result<Json<ConnectionView>, Problem> {
    caller.write(Area::Sources)?;
    let connection = found(&state, &caller, source).await?;
    let said = rows::Change {
        base_url: body.base_url,
        zone: body.zone,
        currency: body.currency.map(Some),
        namespace: body.namespace.map(Some),
        mapping: body.mapping,
        credentials: body.credentials,
        api_version: body.api_version,
        cart_link: body.cart_link,
        writes_tags: body.writes_tags,
        reconcile_minutes: body.reconcile_minutes,
    };
    let changed = rows::change(&state, &caller.actor(), connection, said).await?;
    Ok(Json(ConnectionView::of(&state, &changed)))
}

/// Remove a connection. Its webhooks are refused from now on; what came in stays.
#[utoipa::path(delete, operation_id = "delete_connection", path = "/api/v1/connections/{source}", tag = "connections", params(("source" = i64, Path)),
    responses((status = 204), Refused))]
async fn delete(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(source): PathOf<i64>,
) -> Result<StatusCode, Problem> {
    caller.write(Area::Sources)?;
    let connection = found(&state, &caller, source).await?;
    rows::delete(&state, &caller.actor(), &connection).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn turn(
    state: &Connections,
    caller: &Caller,
    source: i64,
    to: ConnectionState,
) -> Result<Json<ConnectionView>, Problem> {
    caller.write(Area::Sources)?;
    let connection = found(state, caller, source).await?;
    rows::set_state(state, &caller.actor(), &connection, to).await?;
    let connection = found(state, caller, source).await?;
    Ok(Json(ConnectionView::of(state, &connection)))
}

/// Pause a connection: its webhooks are kept aside, its API is not asked.
#[utoipa::path(post, operation_id = "pause_connection", path = "/api/v1/connections/{source}/pause", tag = "connections", params(("source" = i64, Path)),
    responses((status = 200, body = ConnectionView), Refused))]
async fn pause(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(source): PathOf<i64>,
) -> Result<Json<ConnectionView>, Problem> {
    turn(&state, &caller, source, ConnectionState::Paused).await
}

/// Put a connection to work again, be it paused or uninstalled.
#[utoipa::path(post, operation_id = "resume_connection", path = "/api/v1/connections/{source}/resume", tag = "connections", params(("source" = i64, Path)),
    responses((status = 200, body = ConnectionView), Refused))]
async fn resume(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(source): PathOf<i64>,
) -> Result<Json<ConnectionView>, Problem> {
    turn(&state, &caller, source, ConnectionState::Active).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RotateSecret {
    /// What the shop signs with from now on; none: one is made up and shown this once.
    secret: Option<String>,
    /// Hours in which the one before is believed too, 24 if not said.
    keep_hours: Option<i64>,
}

/// A secret just changed.
#[derive(Serialize, ToSchema)]
struct RotatedSecret {
    /// The new one, where it was made up here. Shown once.
    secret: Option<String>,
}

/// Change the secret that the shop signs with.
#[utoipa::path(post, operation_id = "rotate_connection_secret", path = "/api/v1/connections/{source}/rotate", tag = "connections", params(("source" = i64, Path)),
    request_body = RotateSecret, responses((status = 200, body = RotatedSecret), Refused))]
async fn rotate(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(source): PathOf<i64>,
    JsonBody(body): JsonBody<RotateSecret>,
) -> Result<impl IntoResponse, Problem> {
    caller.write(Area::Sources)?;
    let connection = found(&state, &caller, source).await?;
    let hours = body.keep_hours.unwrap_or(24);
    let secret = rows::rotate(&state, &caller.actor(), &connection, body.secret, hours).await?;
    Ok((Extension(Unrepeatable), Json(RotatedSecret { secret })))
}

/// What one call to the shop's API showed.
#[derive(Serialize, ToSchema)]
struct CheckedConnection {
    is_ok: bool,
    /// Why not, and what to do.
    reason: Option<String>,
    /// How many orders the shop has, where it says it.
    orders: Option<u64>,
}

/// Ask the shop's API once, to see whether address and credentials are right.
#[utoipa::path(post, operation_id = "check_connection", path = "/api/v1/connections/{source}/check", tag = "connections", params(("source" = i64, Path)),
    responses((status = 200, body = CheckedConnection), Refused))]
async fn check(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(source): PathOf<i64>,
) -> Result<Json<CheckedConnection>, Problem> {
    caller.write(Area::Sources)?;
    let connection = found(&state, &caller, source).await?;
    let asked = match Client::new(state.web.clone(), &connection.shop, connection.access()) {
        Ok(client) => {
            let page = client.page(&Ask { kind: Kind::Orders, since: None, cursor: None }).await;
            page.map_err(|error| error.to_string())
        }
        Err(reason) => Err(reason),
    };
    Ok(Json(match asked {
        Ok(page) => CheckedConnection { is_ok: true, reason: None, orders: page.total },
        Err(reason) => CheckedConnection { is_ok: false, reason: Some(reason), orders: None },
    }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RejectedFilter {
    /// `open`, `replayed` or `dropped`; all of them if not said.
    state: Option<String>,
}

/// What the shop said and was not understood, newest first.
#[utoipa::path(get, operation_id = "list_rejected_bodies", path = "/api/v1/connections/{source}/rejected", tag = "connections",
    params(("source" = i64, Path), RejectedFilter, PagingQuery), responses((status = 200, body = Page<RejectedBody>), Refused))]
async fn list_rejected(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(source): PathOf<i64>,
    QueryOf(filter): QueryOf<RejectedFilter>,
    paging: Paging,
) -> Result<Json<Page<RejectedBody>>, Problem> {
    caller.read(Area::Sources)?;
    let before = paging.after()?.unwrap_or(Id([0xff; 16]));
    let params = [
        caller.workspace.into(),
        source.into(),
        before.into(),
        Value::Text(filter.state.unwrap_or_default()),
        paging.rows().into(),
    ];
    let rows = state.desk.db.query(&sql::REJECTED, &params).await.map_err(|error| store_problem(&error))?;
    Ok(Json(Page::of(rows.iter().map(RejectedBody::of).collect(), &paging, |body: &RejectedBody| body.id)))
}

async fn rejected(state: &Connections, caller: &Caller, source: i64, id: Id) -> Result<RejectedBody, Problem> {
    let params = [caller.workspace.into(), source.into(), id.into()];
    let rows = state.desk.db.query(&sql::REJECTED_FIND, &params).await.map_err(|error| store_problem(&error))?;
    let missing =
        || Problem::not_found("connections.no_such_body", format!("there is no body {id} that was not understood"));
    rows.first().map(RejectedBody::of).ok_or_else(missing)
}

/// One of them, whole.
#[utoipa::path(get, operation_id = "find_rejected_body", path = "/api/v1/connections/{source}/rejected/{id}", tag = "connections",
    params(("source" = i64, Path), ("id" = String, Path)), responses((status = 200, body = RejectedBody), Refused))]
async fn read_rejected(
    State(state): State<Connections>,
    caller: Caller,
    PathOf((source, id)): PathOf<(i64, Id)>,
) -> Result<Json<RejectedBody>, Problem> {
    caller.read(Area::Sources)?;
    rejected(&state, &caller, source, id).await.map(Json)
}

/// What reading it again gave.
#[derive(Serialize, ToSchema)]
struct ReplayedBody {
    /// Events that it became.
    events: usize,
    /// How many of those were new.
    accepted: usize,
    /// Why parts of it say nothing that is kept.
    ignored: Vec<String>,
}

/// Read a body again, after a fix of the server, the mapping or the connection.
#[utoipa::path(post, operation_id = "replay_rejected_body", path = "/api/v1/connections/{source}/rejected/{id}/replay", tag = "connections",
    params(("source" = i64, Path), ("id" = String, Path)), responses((status = 200, body = ReplayedBody), Refused))]
async fn replay_rejected(
    State(state): State<Connections>,
    caller: Caller,
    PathOf((source, id)): PathOf<(i64, Id)>,
) -> Result<Json<ReplayedBody>, Problem> {
    caller.write(Area::Sources)?;
    let connection = found(&state, &caller, source).await?;
    let kept = rejected(&state, &caller, source, id).await?;
    if kept.state != "open" || !kept.is_whole {
        let why = if kept.is_whole {
            format!("it was {} already", kept.state)
        } else {
            "only its beginning was kept".to_owned()
        };
        return Err(Problem::conflict("connections.body_closed", why));
    }
    let body = Bytes::from(kept.body.into_bytes());
    let now = state.desk.clock.now();
    let read = hooks::read(&connection, kept.topic.as_deref(), &body, now, kept.is_history)?;
    if let Some(again) = read.rejected.first() {
        return Err(Problem::unprocessable("connections.not_understood", again.reason.clone()));
    }
    let (events, ignored) = (read.taken.events.len(), read.ignored.clone());
    let appended = hooks::put(&state, &connection, now, read).await?;
    close(&state, &caller, source, id, "replayed").await?;
    Ok(Json(ReplayedBody { events, accepted: appended.accepted, ignored }))
}

/// Let a body go for good.
#[utoipa::path(post, operation_id = "drop_rejected_body", path = "/api/v1/connections/{source}/rejected/{id}/drop", tag = "connections",
    params(("source" = i64, Path), ("id" = String, Path)), responses((status = 204), Refused))]
async fn drop_rejected(
    State(state): State<Connections>,
    caller: Caller,
    PathOf((source, id)): PathOf<(i64, Id)>,
) -> Result<StatusCode, Problem> {
    caller.write(Area::Sources)?;
    rejected(&state, &caller, source, id).await?;
    close(&state, &caller, source, id, "dropped").await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn close(state: &Connections, caller: &Caller, source: i64, id: Id, to: &'static str) -> Result<(), Problem> {
    let row = [caller.workspace.into(), source.into(), id.into(), Value::Static(to)];
    let action = if to == "dropped" { "connection.body_dropped" } else { "connection.body_replayed" };
    let now = state.desk.clock.now();
    let detail = serde_json::json!({ "source": source });
    let entry = audit_entry(&caller.actor(), now, &*state.desk.rng, action, &id.to_string(), &detail);
    let closed = state.desk.db.write(vec![Write::one(&sql::REJECTED_CLOSE, row), entry]).await;
    closed.map(|_| ()).map_err(|error| DeskError::from(error).into())
}
