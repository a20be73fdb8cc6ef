//! Shopify's Admin API (REST): <https://shopify.dev/docs/api/admin-rest>. Its objects are those of the webhooks.
//!
//! An app shows its id and secret and gets a token for a day
//! (<https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant>); apps from before 2026
//! have a token that stays.
//!
//! A page's `Link` header names the next one. The standard bucket holds 40 calls and loses 2 a second; beyond it the answer is
//! 429 with `Retry-After`.

use super::super::{
    client::{Ask, Client, Kind, Page, PullError, json_of, list_at},
    json::Json,
};
use crate::web::{Answer, Call};
use base::Time;

const ROWS: usize = 250;
/// Places that one question for levels may name.
const PLACES: usize = 50;

pub(in super::super) async fn page(client: &Client, ask: &Ask<'_>) -> Result<Page, PullError> {
    let (path, word, topic) = match ask.kind {
        Kind::Customers => ("customers", "customers", "customers/update"),
        Kind::Products => ("products", "products", "products/update"),
        Kind::Carts => ("checkouts", "checkouts", "checkouts/update"),
        Kind::Orders => ("orders", "orders", "orders/updated"),
        Kind::Stock => return stock(client, ask).await,
    };
    let query = match ask.cursor {
        // The shop remembers filter and order of a page under its mark, and takes no others beside it.
        Some(mark) => vec![("limit", ROWS.to_string()), ("page_info", mark.to_owned())],
        None => {
            let mut query = vec![("limit", ROWS.to_string())];
            if matches!(ask.kind, Kind::Orders | Kind::Carts) {
                query.push(("status", if ask.kind == Kind::Orders { "any" } else { "open" }.to_owned()));
            }
            if let Some(since) = ask.since {
                query.push(("updated_at_min", since.to_string()));
            }
            query
        }
    };
    let (json, answer) = get(client, path, &query).await?;
    let page = Page::of(list_at(&json, word)?, topic);
    Ok(Page { next: next_mark(&answer), ..page })
}

/// Places first, then what they hold, a few places at a time. The cursor is `PLACES|MARK`: how many were done, and the shop's own.
async fn stock(client: &Client, ask: &Ask<'_>) -> Result<Page, PullError> {
    let (done, mark) = ask.cursor.and_then(|cursor| cursor.split_once('|')).unwrap_or(("", ""));
    let (json, _) = get(client, "locations", &[]).await?;
    let places = list_at(&json, "locations")?;
    let Ok(done) = done.parse::<usize>() else {
        let next = (!places.is_empty()).then(|| "0|".to_owned());
        return Ok(Page { next, ..Page::of(places, "locations/update") });
    };
    let ids: Vec<String> = places.iter().skip(done).take(PLACES).filter_map(|place| place.id("id")).collect();
    if ids.is_empty() {
        return Ok(Page::default());
    }
    let mut query = vec![("limit", ROWS.to_string())];
    if mark.is_empty() {
        query.push(("location_ids", ids.join(",")));
        query.extend(ask.since.map(|since| ("updated_at_min", since.to_string())));
    } else {
        query.push(("page_info", mark.to_owned()));
    }
    let (json, answer) = get(client, "inventory_levels", &query).await?;
    let page = Page::of(list_at(&json, "inventory_levels")?, "inventory_levels/update");
    let next = match next_mark(&answer) {
        Some(mark) => Some(format!("{done}|{mark}")),
        None => Some(done + PLACES).filter(|next| *next < places.len()).map(|next| format!("{next}|")),
    };
    Ok(Page { next, ..page })
}

async fn get(client: &Client, list: &str, query: &[(&str, String)]) -> Result<(Json, Answer), PullError> {
    let url = client.url(&format!("/admin/api/{}/{list}.json", client.version()), query);
    let answer = ask_shop(client, || Call::get(url.clone()), false).await?;
    Ok((json_of(&answer)?, answer))
}

/// Asks the GraphQL API, for what writes: <https://shopify.dev/docs/api/admin-graphql>.
pub(super) async fn ask_graph(client: &Client, query: &str, variables: serde_json::Value) -> Result<Json, PullError> {
    let url = client.url(&format!("/admin/api/{}/graphql.json", client.version()), &[]);
    let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
    let json = json_of(&ask_shop(client, || Call::post(url.clone(), body.clone()), true).await?)?;
    let Some(error) = json.get("errors").list().first() else { return Ok(json) };
    let message = error.text("message").unwrap_or_default();
    Err(match error.at("extensions.code").as_text().as_deref() {
        Some("THROTTLED") => {
            PullError::Later { after_s: 5, reason: "the shop limits how often it is asked".to_owned() }
        }
        Some("ACCESS_DENIED") => PullError::Denied(format!("the shop does not let the app do this: {message}")),
        Some("INTERNAL_SERVER_ERROR") => PullError::Failed(format!("the shop answered with an error: {message}")),
        _ => PullError::Denied(format!("the shop answered with an error: {message}")),
    })
}

/// Asks with a token; one that ran out is got anew, once.
async fn ask_shop(client: &Client, call: impl Fn() -> Call, is_write: bool) -> Result<Answer, PullError> {
    let lasting = client.credential("access_token");
    if !lasting.is_empty() {
        return ask_with(client, call(), lasting, is_write).await;
    }
    match ask_with(client, call(), &token(client, false).await?, is_write).await {
        Err(PullError::Denied(_)) => ask_with(client, call(), &token(client, true).await?, is_write).await,
        other => other,
    }
}

async fn ask_with(client: &Client, call: Call, token: &str, is_write: bool) -> Result<Answer, PullError> {
    let call = call.with("x-shopify-access-token", token);
    if is_write { client.write(call).await } else { client.call(call).await }
}

async fn token(client: &Client, is_again: bool) -> Result<String, PullError> {
    let mut kept = client.session.lock().await;
    if let (Some(token), false) = (&*kept, is_again) {
        return Ok(token.clone());
    }
    let (id, secret) = (client.credential("client_id"), client.credential("client_secret"));
    let pairs = [("client_id", id), ("client_secret", secret), ("grant_type", "client_credentials")];
    let json = client.sign_in(Call::form(client.url("/admin/oauth/access_token", &[]), &pairs)).await?;
    let token =
        json.text("access_token").ok_or_else(|| PullError::Failed("the shop gave no access token".to_owned()))?;
    *kept = Some(token.clone());
    Ok(token)
}

/// The `page_info` of the link with `rel="next"`.
fn next_mark(answer: &Answer) -> Option<String> {
    let links = answer.header("link")?;
    let next = links.split(',').find(|link| link.contains("rel=\"next\"") || link.contains("rel=next"))?;
    let address = next.split(['<', '>']).nth(1)?;
    let mark = address.split(['?', '&']).find_map(|pair| pair.strip_prefix("page_info="))?;
    Some(mark.to_owned())
}

/// A version named after a quarter is served for at least a year: <https://shopify.dev/docs/api/usage/versioning>.
pub(in super::super) fn version_ends(version: &str) -> Option<Time> {
    let (year, month) = version.split_once('-')?;
    let (year, month): (i32, u32) = (year.parse().ok()?, month.parse().ok()?);
    Time::parse(&format!("{:04}-{month:02}-01", year + 1)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_served_for_a_year() {
        assert_eq!(version_ends("2025-10"), Some(Time::parse("2026-10-01").unwrap()));
        assert_eq!(version_ends("unstable"), None);
        assert_eq!(version_ends(""), None);
    }
}
