//! Commerce Cloud's OCAPI: orders by the Shop API, the rest by the Data API, with a client of Account Manager (client credentials):
//! <https://developer.salesforce.com/docs/commerce/b2c-commerce/references/b2c-commerce-ocapi/b2c-api-doc.html>.
//!
//! A search gives at most so many hits from a start; the API lists no baskets, which our cartridge posts.

use super::super::{
    client::{Ask, Client, Kind, Page, PullError, basic, count_at, list_at, number_of},
    json::Json,
};
use crate::web::Call;
use serde_json::{Value, json};

const ROWS: u64 = 100;
/// Where Account Manager gives tokens; the credential `auth_url` names another place.
const AUTH_URL: &str = "https://account.demandware.com/dwsso/oauth2/access_token";

pub(in super::super) async fn page(client: &Client, ask: &Ask<'_>) -> Result<Page, PullError> {
    let start = number_of(ask.cursor, 0);
    let (site, version) = (client.credential("site_id"), client.version());
    let named = |name: &str, other: &str| match client.credential(name) {
        "" => other.to_owned(),
        said => said.to_owned(),
    };
    let data = format!("/s/-/dw/data/{version}");
    let (path, changed, inside, sort, topic) = match ask.kind {
        Kind::Orders => {
            (format!("/s/{site}/dw/shop/{version}/order_search"), "last_modified", "data", "order_no", "order.updated")
        }
        Kind::Customers => {
            let list = named("customer_list", site);
            (
                format!("{data}/customer_lists/{list}/customer_search"),
                "last_modified",
                "data",
                "customer_no",
                "customer.updated",
            )
        }
        Kind::Products => {
            (format!("{data}/product_search?site_id={site}"), "last_modified", "", "id", "product.updated")
        }
        _ => {
            let list = named("inventory_list", "inventory");
            let query = [("start", start.to_string()), ("count", ROWS.to_string()), ("select", "(**)".to_owned())];
            let url = client.url(&format!("{data}/inventory_lists/{list}/product_inventory_records"), &query);
            let json = ask_shop(client, || Call::get(url.clone())).await?;
            return paged(&json, start, "data", "", "inventory.updated");
        }
    };
    let all = json!({ "match_all_query": {} });
    let query = match ask.since {
        None => all,
        Some(since) => {
            let filter =
                json!({ "range_filter": { "field": changed, "from": since.to_string(), "from_inclusive": true } });
            json!({ "filtered_query": { "filter": filter, "query": all } })
        }
    };
    let body = json!({ "query": query, "select": "(**)", "expand": Value::Array(Vec::new()), "start": start, "count": ROWS,
        "sorts": [{ "field": sort, "sort_order": "asc" }] });
    let url = client.url(&path, &[]);
    let json = ask_shop(client, || Call::post(url.clone(), body.to_string())).await?;
    paged(&json, start, "hits", inside, topic)
}

fn paged(json: &Json, start: u64, list: &str, inside: &str, topic: &'static str) -> Result<Page, PullError> {
    let total = count_at(json, "total");
    // Without a hit the list is left away.
    let hits = if json.has(list) { list_at(json, list)? } else { &[] };
    let objects: Vec<Json> =
        hits.iter().map(|hit| if inside.is_empty() { hit } else { hit.get(inside) }.clone()).collect();
    let after = start + objects.len() as u64;
    let has_more = !objects.is_empty() && total.is_some_and(|total| after < total);
    Ok(Page { next: has_more.then(|| after.to_string()), total, ..Page::of(&objects, topic) })
}

/// Asks with a token; one that ran out is got anew, once.
async fn ask_shop(client: &Client, call: impl Fn() -> Call) -> Result<Json, PullError> {
    let answer = client.json(call().with("authorization", token(client, false).await?)).await;
    match answer {
        Err(PullError::Denied(_)) => {
            client.json(call().with("authorization", token(client, true).await?)).await.map(|(json, _)| json)
        }
        other => other.map(|(json, _)| json),
    }
}

async fn token(client: &Client, is_again: bool) -> Result<String, PullError> {
    let mut kept = client.session.lock().await;
    if let (Some(token), false) = (&*kept, is_again) {
        return Ok(token.clone());
    }
    let place = match client.credential("auth_url") {
        "" => AUTH_URL,
        said => said,
    };
    let pass = basic(client.credential("client_id"), client.credential("client_secret"));
    let call = Call::post(format!("{place}?grant_type=client_credentials"), String::new()).with("authorization", pass);
    let (json, _) = client.json(call).await?;
    let token =
        json.text("access_token").ok_or_else(|| PullError::Failed("the shop gave no access token".to_owned()))?;
    let token = format!("Bearer {token}");
    *kept = Some(token.clone());
    Ok(token)
}
