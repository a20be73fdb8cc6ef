//! Customers over HTTP: the list and the search, the timeline, the orders and what was ever bought. One customer's whole page
//! is action's, because journeys and messages are on it.

use super::{Facts, search, sql, tags::tag_key};
use crate::{
    api::{Amount, ApiState, Spot, Walk, chunk_at},
    carts::api::OrderView,
    desk::{Area, Caller, store_problem},
};
use axum::{Json, extract::State};
use base::{Id, Time};
use http_kit::{OpenApiRouter, Page, Paging, PagingQuery, PathOf, Problem, QueryOf, Refused, routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use store::{Row, Rows};

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_customers))
        .routes(routes!(list_customer_events))
        .routes(routes!(list_tags))
        .routes(routes!(list_customer_orders))
        .routes(routes!(list_customer_products))
}

/// A customer in a list.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CustomerItem {
    #[schema(value_type = String)]
    pub id: Id,
    /// The shop's own id.
    pub user_id: Option<String>,
    pub email: Option<String>,
    pub name: String,
    pub phone: Option<String>,
    /// The owning agent.
    #[schema(value_type = Option<String>)]
    pub agent: Option<Id>,
    pub orders: i64,
    /// Ordered less refunded, in the currency they spend most in.
    pub revenue: Option<Amount>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    pub tags: Vec<String>,
}

impl CustomerItem {
    pub(super) fn of_row(row: &Row) -> CustomerItem {
        CustomerItem {
            id: row.id("id"),
            user_id: row.opt_text("user_id").map(str::to_owned),
            email: row.opt_text("email").map(str::to_owned),
            name: row.text("name").to_owned(),
            phone: row.opt_text("phone").map(str::to_owned),
            agent: row.opt_id("agent"),
            orders: row.int("orders"),
            revenue: Amount::of(Some(row.int("revenue")), row.opt_text("currency")),
            created_at: row.time("created_at"),
            tags: row.opt_text("tags").and_then(|tags| serde_json::from_str(tags).ok()).unwrap_or_default(),
        }
    }

    pub(super) fn of_facts(id: Id, facts: &Facts) -> CustomerItem {
        let text = |value: &Option<Box<str>>| value.as_deref().map(str::to_owned);
        let top = facts.totals.iter().max_by_key(|t| t.revenue);
        CustomerItem {
            id,
            user_id: facts.key('u').map(str::to_owned),
            email: text(&facts.profile.email),
            name: facts.full_name(),
            phone: text(&facts.profile.phone),
            agent: facts.profile.agent,
            orders: i64::from(facts.totals.iter().map(|t| t.orders).sum::<u32>()),
            revenue: top.map(|t| Amount::new(t.revenue - t.refunded, t.currency)),
            created_at: facts.created_at,
            tags: facts.tags.names().map(str::to_owned).collect(),
        }
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListCustomers {
    /// The beginning of an e-mail address, user id, order or cart id; or how words of the name or of the address begin, or the
    /// phone number. A page of a search may be short, or empty, while `next` says that there is more to look through.
    q: Option<String>,
    /// Those of this agent.
    #[param(value_type = Option<String>)]
    agent: Option<Id>,
    /// Those with this tag, whatever its case.
    tag: Option<String>,
}

/// Customers, newest first.
#[utoipa::path(get, path = "/customers", tag = "customers", params(ListCustomers, PagingQuery),
    security(("key" = ["customers:read"])), responses((status = 200, body = Page<CustomerItem>), Refused))]
async fn list_customers(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<ListCustomers>,
    paging: Paging,
) -> Result<Json<Page<CustomerItem>>, Problem> {
    caller.read(Area::Customers)?;
    if let Some(q) = asked.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let filter = search::Filter { agent: asked.agent, tag: asked.tag.as_deref().map(tag_key) };
        return search::search(&state, &caller, q, &filter, &paging).await.map(Json);
    }
    let before: Id = paging.after()?.unwrap_or(search::LAST);
    let (workspace, limit) = (caller.workspace.into(), paging.rows().into());
    let tag = asked.tag.as_deref().map(tag_key).filter(|tag| !tag.is_empty());
    let rows = match (asked.agent, tag) {
        (Some(agent), Some(tag)) => {
            let params = [workspace, agent.into(), tag.into(), before.into(), limit];
            state.query(&sql::CUSTOMERS_TAGGED_OF_AGENT, &params).await?
        }
        (None, Some(tag)) => {
            state.query(&sql::CUSTOMERS_TAGGED, &[workspace, tag.into(), before.into(), limit]).await?
        }
        (Some(agent), None) => {
            state.query(&sql::CUSTOMERS_OF_AGENT, &[workspace, before.into(), agent.into(), limit]).await?
        }
        (None, None) => state.query(&sql::CUSTOMERS, &[workspace, before.into(), limit]).await?,
    };
    let items = rows.iter().map(CustomerItem::of_row).collect();
    Ok(Json(Page::of(items, &paging, |item: &CustomerItem| item.id)))
}

/// A tag in use.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct TagInUse {
    /// As it is written; where customers have it in several ways, one of them.
    name: String,
    /// How many have it.
    customers: i64,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListTags {
    /// How the tag begins, whatever its case.
    q: Option<String>,
}

/// The tags in use, by name, with how many customers have each.
#[utoipa::path(get, path = "/tags", tag = "customers", params(ListTags, PagingQuery),
    security(("key" = ["customers:read"])), responses((status = 200, body = Page<TagInUse>), Refused))]
async fn list_tags(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<ListTags>,
    paging: Paging,
) -> Result<Json<Page<TagInUse>>, Problem> {
    caller.read(Area::Customers)?;
    let first = asked.q.as_deref().map(tag_key).unwrap_or_default();
    // No tag has control characters, so nothing stands between a tag and itself with one behind it.
    let from = paging.after::<String>()?.map_or_else(|| first.clone(), |last| format!("{last}\u{1}"));
    let params = [caller.workspace.into(), from.into(), format!("{first}\u{10ffff}").into(), paging.rows().into()];
    let rows = state.query(&sql::TAGS, &params).await?;
    let tag = |row: &Row| TagInUse { name: row.text("name").to_owned(), customers: row.int("n") };
    Ok(Json(Page::of(rows.iter().map(tag).collect(), &paging, |tag: &TagInUse| tag_key(&tag.name))))
}

/// An event on a customer's timeline.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct TimelineEvent {
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
    /// As it was received.
    #[schema(value_type = Object)]
    payload: Value,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListEvents {
    /// Also what the machinery says to itself: timers, and what senders ask and report.
    #[serde(default)]
    all: bool,
}

/// What a person would not call an event.
const MACHINERY: [&str; 5] = ["message.claim", "message.outcome", "cells.touch", "tags.claim", "tags.outcome"];

pub(crate) fn is_machinery(kind: &str, name: &str) -> bool {
    kind == "timer" || MACHINERY.contains(&name)
}

/// Everything that happened to a customer, newest first, those joined to them included.
#[utoipa::path(get, path = "/customers/{id}/timeline", tag = "customers", params(("id" = String, Path), ListEvents, PagingQuery),
    security(("key" = ["customers:read"])), responses((status = 200, body = Page<TimelineEvent>), Refused))]
async fn list_customer_events(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    QueryOf(asked): QueryOf<ListEvents>,
    paging: Paging,
) -> Result<Json<Page<TimelineEvent>>, Problem> {
    caller.read(Area::Customers)?;
    let (id, facts) = state.customer(&caller, id).await?;
    let ids = everyone(id, &facts);
    let partition = caller.workspace;
    let head = state.handle(&caller).status().appended();
    let oldest_chunk =
        chunk_at(&state.db, partition, head, facts.created_at).await.map_err(|error| store_problem(&error))?;
    let walk = Walk { db: &state.db, partition, ids: &ids, head, oldest_chunk };
    let before = paging.after()?.unwrap_or(Spot::NEWEST);
    let key = |chunk: i64, id: Id, before: Spot, limit: i64| {
        vec![partition.into(), chunk.into(), id.into(), before.0.into(), limit.into()]
    };
    let (items, next) = walk
        .newest(&runtime::sql::EVENTS_OF_CELL, before, paging.limit, key, |row| {
            let event = timeline_event(row);
            let is_shown = asked.all || !is_machinery(&event.kind, &event.name);
            (Spot(event.position, 0), is_shown.then_some(event))
        })
        .await
        .map_err(|error| store_problem(&error))?;
    Ok(Json(Page { items, next: next.map(|spot| http_kit::Cursor::encode(&spot)) }))
}

fn timeline_event(row: &Row) -> TimelineEvent {
    TimelineEvent {
        position: row.int("position"),
        occurred_at: row.time("occurred_at"),
        received_at: row.time("received_at"),
        kind: row.text("kind").to_owned(),
        name: row.text("name").to_owned(),
        source: row.int("source"),
        payload: serde_json::from_str(row.text("payload")).unwrap_or_default(),
    }
}

/// The customer and everyone joined to them: what happened to those is still theirs.
pub fn everyone(id: Id, facts: &Facts) -> Vec<Id> {
    let mut ids = vec![id];
    ids.extend(facts.absorbed.iter().copied().filter(|other| *other != id));
    ids
}

/// A customer's orders, newest first: all of them, for ever.
#[utoipa::path(get, path = "/customers/{id}/orders", tag = "customers", params(("id" = String, Path), PagingQuery),
    security(("key" = ["customers:read"])), responses((status = 200, body = Page<OrderView>), Refused))]
async fn list_customer_orders(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    paging: Paging,
) -> Result<Json<Page<OrderView>>, Problem> {
    caller.read(Area::Customers)?;
    let (id, facts) = state.customer(&caller, id).await?;
    let (at, before) = paging.after::<(Time, String)>()?.unwrap_or((Time::MAX, String::new()));
    let mut keys = Rows::new(5);
    for id in everyone(id, &facts) {
        keys.push([caller.workspace.into(), id.into(), at.into(), before.as_str().into(), paging.rows().into()]);
    }
    let rows = state.db.query_each(&sql::ORDERS_OF, keys).await.map_err(|error| store_problem(&error))?;
    let mut orders: Vec<OrderView> = rows.iter().map(OrderView::of_row).collect();
    orders.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
    Ok(Json(Page::of(orders, &paging, |order| (order.at, order.id.clone()))))
}

/// A product that a customer bought.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct BoughtProduct {
    product_id: String,
    name: Option<String>,
    pieces: i64,
    /// In how many orders.
    orders: i64,
    #[schema(value_type = String, format = DateTime)]
    first_bought_at: Time,
    #[schema(value_type = String, format = DateTime)]
    last_bought_at: Time,
}

/// What a customer ever bought, by product id. Cancelled orders do not count.
#[utoipa::path(get, path = "/customers/{id}/products", tag = "customers", params(("id" = String, Path), PagingQuery),
    security(("key" = ["customers:read"])), responses((status = 200, body = Page<BoughtProduct>), Refused))]
async fn list_customer_products(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    paging: Paging,
) -> Result<Json<Page<BoughtProduct>>, Problem> {
    caller.read(Area::Customers)?;
    let (id, facts) = state.customer(&caller, id).await?;
    let after: String = paging.after()?.unwrap_or_default();
    let mut keys = Rows::new(4);
    for id in everyone(id, &facts) {
        keys.push([caller.workspace.into(), id.into(), after.as_str().into(), paging.rows().into()]);
    }
    let rows = state.db.query_each(&sql::PRODUCTS_OF, keys).await.map_err(|error| store_problem(&error))?;
    let mut products: BTreeMap<String, BoughtProduct> = BTreeMap::new();
    for row in &rows {
        let bought = BoughtProduct {
            product_id: row.text("product_id").to_owned(),
            name: row.opt_text("name").map(str::to_owned),
            pieces: row.int("pieces"),
            orders: row.int("orders"),
            first_bought_at: row.time("first_at"),
            last_bought_at: row.time("last_at"),
        };
        match products.get_mut(&bought.product_id) {
            Some(known) => {
                known.name = known.name.take().or(bought.name);
                known.pieces += bought.pieces;
                known.orders += bought.orders;
                known.first_bought_at = known.first_bought_at.min(bought.first_bought_at);
                known.last_bought_at = known.last_bought_at.max(bought.last_bought_at);
            }
            None => drop(products.insert(bought.product_id.clone(), bought)),
        }
    }
    let products = products.into_values().collect();
    Ok(Json(Page::of(products, &paging, |product: &BoughtProduct| product.product_id.clone())))
}
