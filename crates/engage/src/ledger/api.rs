//! The ledger over HTTP: why Ritorno did what it did to a customer.

use super::words::{Names, Why, why};
use crate::{
    api::ApiState,
    domain::Ritorno,
    flows::{reasons::Incident, sql},
    shared::Shared,
};
use axum::{Json, extract::State};
use base::{Id, Time};
use crm::{
    api::{Spot, Walk, chunk_at},
    customers::{Facts, api::everyone},
    desk::{Area, Caller, store_problem},
};
use http_kit::{Cursor, OpenApiRouter, Page, Paging, PagingQuery, PathOf, Problem, Refused, routes};
use serde::Serialize;
use serde_json::Value;
use store::Row;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_customer_decisions))
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Decision {
    /// The event that it followed from, by its place in the log.
    pub position: i64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// `journey_started`, `message_skipped`, …
    pub code: String,
    #[schema(value_type = Option<String>)]
    pub cart: Option<Id>,
    #[schema(value_type = Option<String>)]
    pub journey: Option<Id>,
    /// Empty where no flow had a part in it.
    pub flow: String,
    /// What it was decided by.
    #[schema(value_type = Object)]
    pub data: Value,
    pub why: Why,
}

/// The names of the workspace's flows and of their elements.
pub struct FlowNames<'a> {
    pub shared: &'a Shared,
    pub domain: &'a Ritorno,
}

impl Names for FlowNames<'_> {
    fn flow(&self, id: &str) -> Option<String> {
        self.shared.flow(id).map(|flow| flow.name.clone())
    }

    fn step(&self, flow: &str, id: &str) -> Option<String> {
        let newest = self.shared.flow(flow)?.newest()?;
        let compiled = self.domain.compiler.compile(newest).ok()?;
        let node = compiled.definition.find_node(id)?;
        Some(compiled.definition.node(node).title().to_owned())
    }
}

/// Every decision about a customer, newest first, each with its reason in words.
#[utoipa::path(get, path = "/customers/{id}/decisions", tag = "customers", params(("id" = String, Path), PagingQuery),
    security(("key" = ["customers:read"])), responses((status = 200, body = Page<Decision>), Refused))]
async fn list_customer_decisions(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    paging: Paging,
) -> Result<Json<Page<Decision>>, Problem> {
    caller.read(Area::Customers)?;
    let (id, cell) = state.customer(&caller, id).await?;
    let before = paging.after()?.unwrap_or(Spot::NEWEST);
    let about = Asked { customer: id, facts: &cell.facts, since: cell.facts.created_at, journey: None };
    let (items, next) = decisions(&state, &caller, &about, before, paging.limit).await?;
    Ok(Json(Page { items, next: next.map(|spot| Cursor::encode(&spot)) }))
}

/// Whose decisions are wanted.
pub(crate) struct Asked<'a> {
    pub customer: Id,
    pub facts: &'a Facts,
    /// There are none from before.
    pub since: Time,
    /// Those about one journey alone.
    pub journey: Option<Id>,
}

/// Decisions before a place, newest first, and where to go on.
pub(crate) async fn decisions(
    state: &ApiState,
    caller: &Caller,
    asked: &Asked<'_>,
    before: Spot,
    limit: usize,
) -> Result<(Vec<Decision>, Option<Spot>), Problem> {
    let (db, partition) = (&state.facts.db, caller.workspace);
    let head = state.handle(caller).status().appended();
    let oldest_chunk = chunk_at(db, partition, head, asked.since).await.map_err(|error| store_problem(&error))?;
    let ids = everyone(asked.customer, asked.facts);
    let shared = state.shared(caller);
    let names = FlowNames { shared: &shared, domain: &state.domain };
    let key = |chunk: i64, id: Id, before: Spot, limit: i64| {
        vec![partition.into(), chunk.into(), id.into(), before.0.into(), before.1.into(), limit.into()]
    };
    let walk = Walk { db, partition, ids: &ids, head, oldest_chunk };
    let read = |row: &Row| {
        let spot = Spot(row.int("position"), row.int("n"));
        let is_wanted = asked.journey.is_none() || row.opt_id("journey") == asked.journey;
        (spot, is_wanted.then(|| decision(row, &names)))
    };
    walk.newest(&sql::DECISIONS_OF, before, limit, key, read).await.map_err(|error| store_problem(&error))
}

fn decision(row: &Row, names: &FlowNames<'_>) -> Decision {
    let (code, flow) = (row.text("code"), row.text("flow"));
    let mut data = super::path::read(row.text("data"));
    if code == "incident"
        && let Some(said) = data.get("reason").and_then(Value::as_str).and_then(Incident::read)
    {
        // So that whoever reads it is told in their own language.
        data["said"] = serde_json::json!(said);
    }
    Decision {
        position: row.int("position"),
        at: row.time("at"),
        why: why(code, flow, &data, names),
        code: code.to_owned(),
        cart: row.opt_id("cart"),
        journey: row.opt_id("journey"),
        flow: flow.to_owned(),
        data,
    }
}
