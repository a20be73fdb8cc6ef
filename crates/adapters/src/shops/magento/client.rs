//! Magento's REST API: <https://developer.adobe.com/commerce/webapi/rest/>, with the token of an integration.
//!
//! Lists that have an id are paged by it (everything after the last one seen), so that nothing moves from page to page; beyond
//! the last page Magento answers with the last page again, so the others are paged by count.

use super::super::{
    client::{Ask, Client, Kind, Page, PullError, count_at, list_at, number_of},
    json::Json,
};
use crate::web::Call;
use base::Time;

const ROWS: u64 = 100;

pub(in super::super) async fn page(client: &Client, ask: &Ask<'_>) -> Result<Page, PullError> {
    match ask.kind {
        Kind::Customers => by_id(client, ask, "customers/search", "entity_id", "id", "customer").await,
        Kind::Products => by_id(client, ask, "products", "entity_id", "id", "product").await,
        Kind::Orders => by_id(client, ask, "orders", "entity_id", "entity_id", "order").await,
        Kind::Carts => by_count(client, ask, "carts/search", "quote").await,
        Kind::Stock => by_count(client, ask, "inventory/source-items", "source_item").await,
    }
}

/// Conditions, all of which hold, in the words of `searchCriteria`.
fn criteria(conditions: &[(&str, &str, String)], sort: Option<&str>, number: u64) -> Vec<(String, String)> {
    let mut query = Vec::new();
    for (n, (field, condition, value)) in conditions.iter().enumerate() {
        let group = format!("searchCriteria[filter_groups][{n}][filters][0]");
        query.push((format!("{group}[field]"), (*field).to_owned()));
        query.push((format!("{group}[condition_type]"), (*condition).to_owned()));
        query.push((format!("{group}[value]"), value.clone()));
    }
    if let Some(sort) = sort {
        query.push(("searchCriteria[sortOrders][0][field]".to_owned(), sort.to_owned()));
        query.push(("searchCriteria[sortOrders][0][direction]".to_owned(), "ASC".to_owned()));
    }
    query.push(("searchCriteria[pageSize]".to_owned(), ROWS.to_string()));
    query.push(("searchCriteria[currentPage]".to_owned(), number.to_string()));
    query
}

/// Magento keeps UTC, and reads times as `2026-11-22 10:00:00`.
fn clock(at: Time) -> String {
    at.timestamp().strftime("%Y-%m-%d %H:%M:%S").to_string()
}

async fn by_id(
    client: &Client,
    ask: &Ask<'_>,
    path: &str,
    column: &str,
    field: &str,
    topic: &'static str,
) -> Result<Page, PullError> {
    let after = number_of(ask.cursor, 0);
    let mut conditions = vec![(column, "gt", after.to_string())];
    conditions.extend(ask.since.map(|since| ("updated_at", "gteq", clock(since))));
    let json = get(client, path, criteria(&conditions, Some(column), 1)).await?;
    let items = list_at(&json, "items")?;
    let last = items.iter().filter_map(|item| item.id(field)?.parse::<u64>().ok()).max();
    if last.is_some_and(|last| last <= after) {
        return Err(PullError::Failed("the shop repeats a page that it gave already".to_owned()));
    }
    // The count is of what is still left, as the condition on the id is part of the question.
    let left = count_at(&json, "total_count").unwrap_or(if items.len() as u64 >= ROWS { u64::MAX } else { 0 });
    let next = last.filter(|_| left > items.len() as u64).map(|last| last.to_string());
    let total = count_at(&json, "total_count").filter(|_| after == 0);
    Ok(Page { next, total, ..Page::of(items, topic) })
}

async fn by_count(client: &Client, ask: &Ask<'_>, path: &str, topic: &'static str) -> Result<Page, PullError> {
    let number = number_of(ask.cursor, 1);
    let mut conditions = Vec::new();
    if ask.kind == Kind::Carts {
        conditions.push(("is_active", "eq", "1".to_owned()));
        conditions.extend(ask.since.map(|since| ("updated_at", "gteq", clock(since))));
    }
    let json = get(client, path, criteria(&conditions, None, number)).await?;
    let total = count_at(&json, "total_count");
    let seen = (number - 1) * ROWS;
    let items = list_at(&json, "items")?;
    let is_beyond = number > 1 && total.is_some_and(|total| seen >= total);
    let items = if is_beyond { &[] } else { items };
    let has_more = !items.is_empty() && total.map_or(items.len() as u64 == ROWS, |total| seen + ROWS < total);
    Ok(Page { next: has_more.then(|| (number + 1).to_string()), total, ..Page::of(items, topic) })
}

pub(super) async fn get(client: &Client, path: &str, query: Vec<(String, String)>) -> Result<Json, PullError> {
    let query: Vec<(&str, String)> = query.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let url = client.url(&format!("/rest/{}/{path}", client.version()), &query);
    let pass = format!("Bearer {}", client.credential("access_token"));
    client.json(Call::get(url).with("authorization", pass)).await.map(|(json, _)| json)
}
