//! The log over HTTP. One request looks through at most [`WINDOW`] positions and says where it goes on.

use super::sql;
use crate::{
    api::{ApiState, Spot, Walk, chunk_at},
    calls::{Input, parse_call},
    carts::api::Owner,
    customers::{self, api::everyone},
    desk::{Area, Caller, store_problem},
};
use axum::{Json, extract::State};
use base::{Id, Time};
use http_kit::{Cursor, OpenApiRouter, Paging, PagingQuery, Problem, QueryOf, Refused, routes};
use runtime::{Handle, Key};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use store::{Row, Rows};

/// Positions of the log that one request looks through.
const WINDOW: i64 = 16_384;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_events))
}

/// An event of the log.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct LogEvent {
    /// Its place in the log.
    position: i64,
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Time,
    #[schema(value_type = String, format = DateTime)]
    received_at: Time,
    /// `track`, `identify`, `page`, …; `command` and `timer` are Ritorno's own.
    kind: String,
    name: String,
    /// The source it came through; 0 is Ritorno itself.
    source: i64,
    /// Whom it is about, as far as its own names lead to somebody by now. Needs `customers:read`.
    customer: Option<Owner>,
    /// As it was received, as on the timeline; `null` without `customers:read`.
    #[schema(value_type = Option<Object>)]
    payload: Option<Value>,
}

/// A stretch of the log.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct LogPage {
    /// Newest first; behind `after` oldest first.
    items: Vec<LogEvent>,
    /// Pass it as `cursor` for what is older; `null`: this is the log's beginning. The items may be few, or none, where only so
    /// much of the log was looked through.
    next: Option<String>,
    /// Pass it as `after` to hear what came since.
    seen_to: i64,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListLog {
    /// What came behind this position, oldest first.
    after: Option<i64>,
    /// Events of this name.
    name: Option<String>,
    /// Events through this source; 0 is Ritorno itself.
    source: Option<i64>,
    /// Events of this customer and of those joined to them.
    #[param(value_type = Option<String>)]
    customer: Option<Id>,
    /// Also what the machinery says to itself: timers, and what senders ask and report.
    #[serde(default)]
    all: bool,
}

/// Events of the workspace as they stand in the log, those not applied yet included.
#[utoipa::path(get, path = "/events", tag = "events", params(ListLog, PagingQuery),
    security(("key" = ["events:read"])), responses((status = 200, body = LogPage), Refused))]
async fn list_events(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<ListLog>,
    paging: Paging,
) -> Result<Json<LogPage>, Problem> {
    caller.read(Area::Events)?;
    let head = state.handle(&caller).status().appended();
    let mut page = match (asked.customer, asked.after) {
        (Some(customer), _) => of_customer(&state, &caller, customer, &asked, &paging, head).await?,
        (None, Some(after)) => upwards(&state, &caller, after.max(0), &asked, &paging, head).await?,
        (None, None) => downwards(&state, &caller, &asked, &paging, head).await?,
    };
    match caller.read(Area::Customers) {
        Ok(()) => name_customers(&state, &caller, &mut page.items).await?,
        Err(_) => page.items.iter_mut().for_each(|item| item.payload = None),
    }
    Ok(Json(page))
}

async fn window(
    state: &ApiState,
    caller: &Caller,
    sql: &'static store::Sql,
    (from, to): (i64, i64),
    asked: &ListLog,
    limit: i64,
) -> Result<Vec<LogEvent>, Problem> {
    let params = [
        caller.workspace.into(),
        from.into(),
        to.into(),
        asked.name.as_deref().unwrap_or_default().into(),
        asked.source.unwrap_or(-1).into(),
        i64::from(asked.all).into(),
        limit.into(),
    ];
    Ok(state.query(sql, &params).await?.iter().map(log_event).collect())
}

async fn downwards(
    state: &ApiState,
    caller: &Caller,
    asked: &ListLog,
    paging: &Paging,
    head: i64,
) -> Result<LogPage, Problem> {
    let before = paging.after::<Spot>()?.map_or(head + 1, |spot| spot.0.clamp(1, head + 1));
    let from = (before - WINDOW).max(1);
    let mut items = window(state, caller, &sql::EVENTS_DOWN, (from, before), asked, paging.rows()).await?;
    let is_full = items.len() > paging.limit;
    items.truncate(paging.limit);
    let next = match items.last() {
        Some(last) if is_full => Some(last.position),
        _ => Some(from).filter(|from| *from > 1),
    };
    Ok(LogPage { items, next: next.map(|position| Cursor::encode(&Spot(position, 0))), seen_to: head })
}

async fn upwards(
    state: &ApiState,
    caller: &Caller,
    after: i64,
    asked: &ListLog,
    paging: &Paging,
    head: i64,
) -> Result<LogPage, Problem> {
    let to = after.saturating_add(1 + WINDOW).min(head + 1);
    let mut items = window(state, caller, &sql::EVENTS_UP, (after + 1, to), asked, paging.rows()).await?;
    let is_full = items.len() > paging.limit;
    items.truncate(paging.limit);
    let seen_to = match items.last() {
        Some(last) if is_full => last.position,
        _ => (to - 1).max(after.min(head)),
    };
    Ok(LogPage { items, next: None, seen_to })
}

/// By the index of the customer's own events; name and source only choose among those of the page.
async fn of_customer(
    state: &ApiState,
    caller: &Caller,
    customer: Id,
    asked: &ListLog,
    paging: &Paging,
    head: i64,
) -> Result<LogPage, Problem> {
    caller.read(Area::Customers)?;
    let (id, facts) = state.customer(caller, customer).await?;
    let (ids, partition) = (everyone(id, &facts), caller.workspace);
    let oldest_chunk =
        chunk_at(&state.db, partition, head, facts.created_at).await.map_err(|error| store_problem(&error))?;
    let walk = Walk { db: &state.db, partition, ids: &ids, head, oldest_chunk };
    let before = paging.after()?.unwrap_or(Spot::NEWEST);
    let key = |chunk: i64, id: Id, before: Spot, limit: i64| {
        vec![partition.into(), chunk.into(), id.into(), before.0.into(), limit.into()]
    };
    let read = |row: &Row| (Spot(row.int("position"), 0), Some(log_event(row)));
    let found = walk.newest(&runtime::sql::EVENTS_OF_CELL, before, paging.limit, key, read).await;
    let (mut items, mut next) = found.map_err(|error| store_problem(&error))?;
    items.retain(|event| {
        asked.name.as_ref().is_none_or(|name| *name == event.name)
            && asked.source.is_none_or(|source| source == event.source)
            && (asked.all || !customers::api::is_machinery(&event.kind, &event.name))
            && asked.after.is_none_or(|after| event.position > after)
    });
    if asked.after.is_some() {
        items.reverse();
        next = None;
    }
    Ok(LogPage { items, next: next.map(|spot| Cursor::encode(&spot)), seen_to: head })
}

fn log_event(row: &Row) -> LogEvent {
    LogEvent {
        position: row.int("position"),
        occurred_at: row.time("occurred_at"),
        received_at: row.time("received_at"),
        kind: row.text("kind").to_owned(),
        name: row.text("name").to_owned(),
        source: row.int("source"),
        customer: None,
        payload: Some(serde_json::from_str(row.text("payload")).unwrap_or_default()),
    }
}

/// Says whom each event is about. The log itself does not know: its names are looked up as the fold did.
async fn name_customers(state: &ApiState, caller: &Caller, items: &mut [LogEvent]) -> Result<(), Problem> {
    let handle = state.handle(caller);
    let mut found: Vec<Option<Id>> = Vec::with_capacity(items.len());
    let mut known = HashMap::new();
    for item in items.iter() {
        found.push(whom(&handle, item, &mut known).await);
    }
    let mut ids: Vec<Id> = found.iter().copied().flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut keys = Rows::new(2);
    for id in &ids {
        keys.push([caller.workspace.into(), (*id).into()]);
    }
    let rows = state.db.query_each(&sql::CUSTOMER_NAME, keys).await.map_err(|error| store_problem(&error))?;
    let names: HashMap<Id, Owner> = rows.iter().map(|row| (row.id("customer"), Owner::of_row(row))).collect();
    for (item, id) in items.iter_mut().zip(found) {
        // One that is not listed yet has an id and no name.
        let unnamed = |id| Owner { id, name: String::new(), email: None, agent: None };
        item.customer = id.map(|id| names.get(&id).cloned().unwrap_or_else(|| unnamed(id)));
    }
    Ok(())
}

async fn whom(handle: &Handle<Input>, event: &LogEvent, known: &mut HashMap<Key, Option<Id>>) -> Option<Id> {
    let payload = event.payload.as_ref()?;
    let own = match event.kind.as_str() {
        "command" => Some("customer"),
        "timer" => Some("cell"),
        _ => None,
    };
    if let Some(field) = own {
        return payload.get(field)?.as_str()?.parse().ok().filter(|id: &Id| !id.is_zero());
    }
    let call = parse_call(&event.kind, &event.name, payload.to_string().as_bytes()).ok()?;
    let mut keys = Vec::new();
    customers::touches(&call, &mut keys);
    for key in keys {
        let id = match known.get(&key) {
            Some(id) => *id,
            None => {
                let id = handle.find(key.clone()).await;
                known.insert(key, id);
                id
            }
        };
        if id.is_some() {
            return id;
        }
    }
    None
}
