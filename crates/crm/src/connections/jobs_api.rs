//! Backfills and reconciliations over HTTP: started, watched, paused and ended.

use super::{
    Connections, Job, NewJob, Purpose, api::found, find_job, jobs::Steer, list_jobs, rows, start_job, steer_job,
};
use crate::desk::{Area, Caller, store_problem};
use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use base::{HOUR, Id};
use http_kit::{JsonBody, OpenApiRouter, Page, Paging, PagingQuery, PathOf, Problem, QueryOf, Refused, routes};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// The routes of a connection's jobs.
pub(super) fn routes() -> OpenApiRouter<Connections> {
    OpenApiRouter::new()
        .routes(routes!(jobs))
        .routes(routes!(job))
        .routes(routes!(backfill))
        .routes(routes!(reconcile))
        .routes(routes!(pause_job))
        .routes(routes!(resume_job))
        .routes(routes!(cancel_job))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct JobFilter {
    /// Only backfills, or only reconciliations.
    purpose: Option<Purpose>,
}

/// A connection's backfills and reconciliations, newest first.
#[utoipa::path(get, operation_id = "list_connection_jobs", path = "/api/v1/connections/{source}/jobs", tag = "connections",
    params(("source" = i64, Path), JobFilter, PagingQuery), responses((status = 200, body = Page<Job>), Refused))]
async fn jobs(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(source): PathOf<i64>,
    QueryOf(filter): QueryOf<JobFilter>,
    paging: Paging,
) -> Result<Json<Page<Job>>, Problem> {
    caller.read(Area::Sources)?;
    let connection = found(&state, &caller, source).await?;
    let found = list_jobs(&state, &connection, filter.purpose, paging.after()?, paging.rows()).await;
    Ok(Json(Page::of(found.map_err(|error| store_problem(&error))?, &paging, |job| job.id)))
}

async fn one_job(state: &Connections, caller: &Caller, source: i64, id: Id) -> Result<Job, Problem> {
    let job = find_job(state, caller.workspace, id).await.map_err(|error| store_problem(&error))?;
    let missing =
        || Problem::not_found("connections.no_such_job", format!("there is no job {id} of the source {source}"));
    job.filter(|job| job.source == source).ok_or_else(missing)
}

/// One of them: how far it is, and what it found.
#[utoipa::path(get, operation_id = "find_connection_job", path = "/api/v1/connections/{source}/jobs/{id}", tag = "connections",
    params(("source" = i64, Path), ("id" = String, Path)), responses((status = 200, body = Job), Refused))]
async fn job(
    State(state): State<Connections>,
    caller: Caller,
    PathOf((source, id)): PathOf<(i64, Id)>,
) -> Result<Json<Job>, Problem> {
    caller.read(Area::Sources)?;
    one_job(&state, &caller, source, id).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartBackfill {
    /// Of what the shop's API lists; none: all of it.
    #[serde(default)]
    kinds: Vec<String>,
    /// Only what changed since then; none: all there is.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<base::Time>,
}

/// Bring in what the shop has from before, as history: one job for each kind. Nobody is written to because of it.
#[utoipa::path(post, operation_id = "start_backfill", path = "/api/v1/connections/{source}/backfill", tag = "connections", params(("source" = i64, Path)),
    request_body = StartBackfill, responses((status = 202, body = Vec<Job>), Refused))]
async fn backfill(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(source): PathOf<i64>,
    JsonBody(body): JsonBody<StartBackfill>,
) -> Result<impl IntoResponse, Problem> {
    caller.write(Area::Sources)?;
    let connection = found(&state, &caller, source).await?;
    let new = NewJob { purpose: Purpose::Backfill, kinds: body.kinds, since: body.since, asked_by: caller.name() };
    Ok((StatusCode::ACCEPTED, Json(start_job(&state, &connection, new).await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartReconciliation {
    /// How far back to look, 48 if not said, at most 90 days.
    hours: Option<i64>,
}

/// Compare what changed lately at the shop with what is known here, and bring in what is missing.
#[utoipa::path(post, operation_id = "start_reconciliation", path = "/api/v1/connections/{source}/reconcile", tag = "connections", params(("source" = i64, Path)),
    request_body = StartReconciliation, responses((status = 202, body = Vec<Job>), Refused))]
async fn reconcile(
    State(state): State<Connections>,
    caller: Caller,
    PathOf(source): PathOf<i64>,
    JsonBody(body): JsonBody<StartReconciliation>,
) -> Result<impl IntoResponse, Problem> {
    caller.write(Area::Sources)?;
    let connection = found(&state, &caller, source).await?;
    let now = state.desk.clock.now();
    let since = now.plus(body.hours.unwrap_or(48).clamp(1, 10_000).saturating_mul(-HOUR)).max(rows::earliest(now));
    let new = NewJob { purpose: Purpose::Reconcile, kinds: Vec::new(), since: Some(since), asked_by: caller.name() };
    Ok((StatusCode::ACCEPTED, Json(start_job(&state, &connection, new).await?)))
}

async fn steer(state: &Connections, caller: &Caller, source: i64, id: Id, what: Steer) -> Result<Json<Job>, Problem> {
    caller.write(Area::Sources)?;
    let job = one_job(state, caller, source, id).await?;
    steer_job(state, &job, what).await?;
    one_job(state, caller, source, id).await.map(Json)
}

/// Pause a job after the page that it is at.
#[utoipa::path(post, operation_id = "pause_connection_job", path = "/api/v1/connections/{source}/jobs/{id}/pause", tag = "connections",
    params(("source" = i64, Path), ("id" = String, Path)), responses((status = 200, body = Job), Refused))]
async fn pause_job(
    State(state): State<Connections>,
    caller: Caller,
    PathOf((source, id)): PathOf<(i64, Id)>,
) -> Result<Json<Job>, Problem> {
    steer(&state, &caller, source, id, Steer::Pause).await
}

/// Go on where a job stopped, at once.
#[utoipa::path(post, operation_id = "resume_connection_job", path = "/api/v1/connections/{source}/jobs/{id}/resume", tag = "connections",
    params(("source" = i64, Path), ("id" = String, Path)), responses((status = 200, body = Job), Refused))]
async fn resume_job(
    State(state): State<Connections>,
    caller: Caller,
    PathOf((source, id)): PathOf<(i64, Id)>,
) -> Result<Json<Job>, Problem> {
    steer(&state, &caller, source, id, Steer::Resume).await
}

/// End a job; what it brought in stays.
#[utoipa::path(post, operation_id = "cancel_connection_job", path = "/api/v1/connections/{source}/jobs/{id}/cancel", tag = "connections",
    params(("source" = i64, Path), ("id" = String, Path)), responses((status = 200, body = Job), Refused))]
async fn cancel_job(
    State(state): State<Connections>,
    caller: Caller,
    PathOf((source, id)): PathOf<(i64, Id)>,
) -> Result<Json<Job>, Problem> {
    steer(&state, &caller, source, id, Steer::Cancel).await
}
