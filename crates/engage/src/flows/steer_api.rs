//! Journeys over HTTP: what a person does when one has stopped, or waits for them.

use super::{
    journeys::{JourneyPlace, JourneyView, no_journey},
    sql,
    steer::SteerJourney,
};
use crate::api::ApiState;
use axum::{Json, extract::State};
use base::Id;
use crm::desk::{Area, Caller};
use http_kit::{JsonBody, OpenApiRouter, PathOf, Problem, Refused, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(retry_journey))
        .routes(routes!(resolve_incident))
        .routes(routes!(set_variables))
        .routes(routes!(assign_task))
        .routes(routes!(complete_task))
        .routes(routes!(cancel_journey))
}

/// The customer that a journey belongs to now.
pub(super) async fn owner(state: &ApiState, caller: &Caller, id: Id) -> Result<Id, Problem> {
    let rows = state.query(&sql::JOURNEY_FIND, &[caller.workspace.into(), id.into()]).await?;
    let owner = rows.first().map(|row| row.id("customer")).ok_or_else(|| no_journey(id))?;
    Ok(state.customer(caller, owner).await?.0)
}

async fn places(state: &ApiState, caller: &Caller, customer: Id, id: Id) -> Result<Vec<JourneyPlace>, Problem> {
    let (_, cell) = state.customer(caller, customer).await?;
    let shared = state.shared(caller);
    let run = cell.action.journeys.iter().find(|run| run.id == id);
    Ok(run.map(|run| JourneyView::of(run, &cell.action, &shared, &state.domain).places).unwrap_or_default())
}

/// Where a journey stands after what was done.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct Steered {
    /// Empty if it has ended.
    places: Vec<JourneyPlace>,
}

async fn steer(
    state: &ApiState,
    caller: &Caller,
    name: &'static str,
    said: SteerJourney,
) -> Result<Json<Steered>, Problem> {
    caller.write(Area::Flows)?;
    let (id, customer) = (said.journey, owner(state, caller, said.journey).await?);
    state.carry_out(caller, name, &SteerJourney { customer, ..said }).await?;
    Ok(Json(Steered { places: places(state, caller, customer, id).await? }))
}

#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RetryBody {
    /// The place that stopped; every one where nothing is said.
    token: Option<u32>,
}

/// Where a journey stands after another try.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct Retried {
    /// Places tried again.
    retried: usize,
    /// Where it stands now; empty if it has ended.
    places: Vec<JourneyPlace>,
}

/// Tries again what stopped, after a person has mended what was wrong.
#[utoipa::path(post, path = "/journeys/{id}/retry", tag = "flows", params(("id" = String, Path)), request_body = RetryBody,
    security(("key" = ["flows:write"])), responses((status = 200, body = Retried), Refused))]
async fn retry_journey(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<RetryBody>,
) -> Result<Json<Retried>, Problem> {
    caller.write(Area::Flows)?;
    let customer = owner(&state, &caller, id).await?;
    let (_, cell) = state.customer(&caller, customer).await?;
    let run = cell.action.journeys.iter().find(|run| run.id == id);
    let stopped: Vec<u32> = run.into_iter().flat_map(|run| run.state.incidents()).map(|(token, ..)| token).collect();
    let wanted: Vec<u32> =
        stopped.into_iter().filter(|token| body.token.is_none_or(|wanted| wanted == *token)).collect();
    if wanted.is_empty() {
        let detail = format!("journey {id} has not stopped there: nothing waits for a person");
        return Err(Problem::conflict("journeys.no_incident", detail));
    }
    for token in &wanted {
        let said = SteerJourney { customer, journey: id, token: Some(*token), ..SteerJourney::default() };
        state.carry_out(&caller, "journey.retry", &said).await?;
    }
    Ok(Json(Retried { retried: wanted.len(), places: places(&state, &caller, customer, id).await? }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ResolveIncidentBody {
    /// The place that stopped.
    token: u32,
    /// At a gateway: the id of the sequence flow to go on by.
    flow: Option<String>,
    /// What the journey is to keep from now on.
    #[serde(default)]
    variables: Map<String, Value>,
}

/// Goes on behind what stopped, as if it had been done.
#[utoipa::path(post, path = "/journeys/{id}/resolve", tag = "flows", params(("id" = String, Path)), request_body = ResolveIncidentBody,
    security(("key" = ["flows:write"])), responses((status = 200, body = Steered), Refused))]
async fn resolve_incident(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(ResolveIncidentBody { token, flow, variables }): JsonBody<ResolveIncidentBody>,
) -> Result<Json<Steered>, Problem> {
    let said = SteerJourney { journey: id, token: Some(token), flow, variables, ..SteerJourney::default() };
    steer(&state, &caller, "journey.resolve", said).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct VariablesBody {
    /// A place of the journey, whose own variables are meant; else those of the whole journey.
    token: Option<u32>,
    variables: Map<String, Value>,
}

/// Corrects what a journey keeps; what is not named stays.
#[utoipa::path(post, path = "/journeys/{id}/variables", tag = "flows", params(("id" = String, Path)), request_body = VariablesBody,
    security(("key" = ["flows:write"])), responses((status = 200, body = Steered), Refused))]
async fn set_variables(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(VariablesBody { token, variables }): JsonBody<VariablesBody>,
) -> Result<Json<Steered>, Problem> {
    let said = SteerJourney { journey: id, token, variables, ..SteerJourney::default() };
    steer(&state, &caller, "journey.variables", said).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AssignBody {
    token: u32,
    /// Who gets the task; `null` gives it back.
    assignee: Option<String>,
    /// Only where nobody else has it.
    #[serde(default)]
    claim: bool,
}

/// Gives the task that a journey waits for to somebody.
#[utoipa::path(post, path = "/journeys/{id}/assign", tag = "flows", params(("id" = String, Path)), request_body = AssignBody,
    security(("key" = ["flows:write"])), responses((status = 200, body = Steered), Refused))]
async fn assign_task(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(AssignBody { token, assignee, claim }): JsonBody<AssignBody>,
) -> Result<Json<Steered>, Problem> {
    let said = SteerJourney { journey: id, token: Some(token), assignee, claim, ..SteerJourney::default() };
    steer(&state, &caller, "journey.assign", said).await
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CompleteBody {
    token: u32,
    /// What came of it.
    #[serde(default)]
    variables: Map<String, Value>,
}

/// Says that the task a journey waits for is done.
#[utoipa::path(post, path = "/journeys/{id}/complete", tag = "flows", params(("id" = String, Path)), request_body = CompleteBody,
    security(("key" = ["flows:write"])), responses((status = 200, body = Steered), Refused))]
async fn complete_task(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(CompleteBody { token, variables }): JsonBody<CompleteBody>,
) -> Result<Json<Steered>, Problem> {
    let said = SteerJourney { journey: id, token: Some(token), variables, ..SteerJourney::default() };
    steer(&state, &caller, "journey.complete", said).await
}

/// Calls a journey off, with everything that it waits for and the journeys that it called.
#[utoipa::path(post, path = "/journeys/{id}/cancel", tag = "flows", params(("id" = String, Path)),
    security(("key" = ["flows:write"])), responses((status = 200, body = Steered), Refused))]
async fn cancel_journey(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<Json<Steered>, Problem> {
    steer(&state, &caller, "journey.cancel", SteerJourney { journey: id, ..SteerJourney::default() }).await
}
