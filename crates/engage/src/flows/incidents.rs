//! What stopped on a flow, put together by reason, and trying all of one kind again.

use super::{api::flow_of, journeys::Stopped, reasons::Incident, sql, steer::SteerJourney};
use crate::api::ApiState;
use axum::{Json, extract::State};
use base::Id;
use crm::desk::{Area, Caller};
use http_kit::{Cursor, JsonBody, OpenApiRouter, PathOf, Problem, Refused, routes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_incidents)).routes(routes!(retry_incidents))
}

/// Journeys looked at in one request: each try is a commit of its own, and a person watches how far it has come.
const SLICE: usize = 25;

/// Journeys of a flow that stopped at one element for one reason.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct IncidentGroup {
    /// The element's id.
    at: String,
    /// Its title, in the newest version.
    name: String,
    /// Names the reason for trying all of them again; `other` stands for every one that is not known.
    code: String,
    /// One of the journeys' reasons: the names and numbers in it may differ between them.
    stopped: Stopped,
    journeys: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct FlowIncidents {
    /// Those with the most journeys first.
    groups: Vec<IncidentGroup>,
}

fn code_of(reason: &str) -> String {
    let said = Incident::read(reason).and_then(|said| serde_json::to_value(said.code).ok());
    said.and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_else(|| "other".to_owned())
}

/// Where the journeys of a flow have stopped, and why. Behind the log by at most a few seconds.
#[utoipa::path(get, path = "/flows/{id}/incidents", tag = "flows", params(("id" = String, Path)),
    security(("key" = ["flows:read"])), responses((status = 200, body = FlowIncidents), Refused))]
async fn list_incidents(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<FlowIncidents>, Problem> {
    caller.read(Area::Flows)?;
    let shared = state.shared(&caller);
    let newest = flow_of(&shared, &id)?.newest();
    let compiled = newest.and_then(|version| state.domain.compiler.compile(version).ok());
    let title = |at: &str| {
        let definition = compiled.as_ref().map(|compiled| &compiled.definition);
        let node = definition.and_then(|definition| definition.find_node(at).map(|node| definition.node(node)));
        node.map_or_else(|| at.to_owned(), |node| node.title().to_owned())
    };
    let mut groups: BTreeMap<(String, String), IncidentGroup> = BTreeMap::new();
    for row in state.query(&sql::INCIDENTS, &[caller.workspace.into(), id.as_str().into()]).await? {
        let (at, reason) = (row.text("node").to_owned(), row.opt_text("reason").unwrap_or_default());
        let code = code_of(reason);
        let group = groups.entry((at.clone(), code.clone())).or_insert_with(|| IncidentGroup {
            name: at.split(' ').map(title).collect::<Vec<_>>().join(", "),
            at,
            code,
            stopped: Stopped::of(reason),
            journeys: 0,
        });
        group.journeys += row.int("n");
    }
    let mut groups: Vec<IncidentGroup> = groups.into_values().collect();
    groups.sort_by(|a, b| b.journeys.cmp(&a.journeys).then_with(|| a.at.cmp(&b.at)));
    Ok(Json(FlowIncidents { groups }))
}

#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RetryIncidentsBody {
    /// Only those that stopped at this element; all of them where nothing is said.
    at: Option<String>,
    /// Only those that stopped for this reason.
    code: Option<String>,
    /// Where to go on: the `next` of the answer before.
    cursor: Option<String>,
}

/// How far trying again has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
struct RetriedIncidents {
    /// Journeys of this slice that were tried again.
    retried: usize,
    /// Of those, the ones that stopped again.
    stopped_again: usize,
    /// Ask again with it as `cursor` for the next slice; `null`: these were the last.
    next: Option<String>,
}

/// Tries the journeys again that stopped on a flow for the same reason, a slice at a time: ask with `next` until there is none.
/// What stopped again is not tried twice.
#[utoipa::path(post, path = "/flows/{id}/incidents/retry", tag = "flows", params(("id" = String, Path)),
    request_body = RetryIncidentsBody,
    security(("key" = ["flows:write"])), responses((status = 200, body = RetriedIncidents), Refused))]
async fn retry_incidents(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<RetryIncidentsBody>,
) -> Result<Json<RetriedIncidents>, Problem> {
    caller.write(Area::Flows)?;
    flow_of(&state.shared(&caller), &id)?;
    let before: Id = match body.cursor.as_deref() {
        Some(cursor) => Cursor::decode(cursor)?,
        None => Id([0xff; 16]),
    };
    let params: [store::Value; 5] =
        [caller.workspace.into(), id.as_str().into(), "incident".into(), before.into(), (SLICE as i64 + 1).into()];
    let rows = state.query(&sql::JOURNEYS, &params).await?;
    let next = (rows.len() > SLICE).then(|| Cursor::encode(&rows[SLICE - 1].id("id")));
    let (mut retried, mut stopped_again) = (0, 0);
    for row in rows.iter().take(SLICE) {
        let is_there = body.at.as_deref().is_none_or(|at| row.text("node") == at);
        let reason = row.opt_text("reason").unwrap_or_default();
        if !is_there || body.code.as_deref().is_some_and(|code| code != code_of(reason)) {
            continue;
        }
        let journey = row.id("id");
        let (customer, cell) = state.customer(&caller, row.id("customer")).await?;
        let tokens = |cell: &crate::cell::Cell| -> Vec<u32> {
            let run = cell.action.journeys.iter().find(|run| run.id == journey);
            run.into_iter().flat_map(|run| run.state.incidents()).map(|(token, ..)| token).collect()
        };
        let stopped = tokens(&cell);
        // The list may be behind: this one goes on already.
        if stopped.is_empty() {
            continue;
        }
        for token in stopped {
            let said = SteerJourney { customer, journey, token: Some(token), ..SteerJourney::default() };
            state.carry_out(&caller, "journey.retry", &said).await?;
        }
        retried += 1;
        let (_, cell) = state.customer(&caller, customer).await?;
        stopped_again += usize::from(!tokens(&cell).is_empty());
    }
    Ok(Json(RetriedIncidents { retried, stopped_again, next }))
}
