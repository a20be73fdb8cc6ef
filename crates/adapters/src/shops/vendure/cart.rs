//! A cart made by Vendure's Shop API: <https://docs.vendure.io/reference/graphql-api/shop/mutations/#additemtoorder>.
//!
//! Each visitor has a session with one active order. We are a visitor of our own: the session's token is what opens the order in
//! the storefront (<https://docs.vendure.io/guides/storefront/connect-api/#managing-sessions>).

use super::super::{
    client::{Client, MadeCart, PullError, WantedCart, WantedLine, added},
    json::Json,
};
use crate::web::Call;
use serde_json::json;

const BEGIN: &str = "query { activeOrder { code } }";
const FOUND: &str = "query { activeOrder { code lines { quantity productVariant { id } } } }";
const COUPON: &str = "mutation($code: String!) { applyCouponCode(couponCode: $code) { __typename } }";

#[derive(Default)]
struct Visitor {
    token: Option<String>,
    cookies: String,
}

pub(in super::super) async fn make_cart(client: &Client, wanted: &WantedCart) -> Result<MadeCart, PullError> {
    let mut visitor = Visitor::default();
    // The first call makes the session: several products added without one would each begin an order of their own.
    ask(client, &mut visitor, BEGIN, json!({})).await?;
    let mut lines: &[WantedLine] = &wanted.lines;
    while !lines.is_empty() {
        let Some(stopped_at) = add(client, &mut visitor, lines).await? else { break };
        // An unknown variant ends the request it is in: the lines after it are asked for anew.
        lines = &lines[stopped_at + 1..];
    }
    if let Some(code) = &wanted.coupon {
        // A coupon that does not fit is no reason to be without the products.
        ask(client, &mut visitor, COUPON, json!({ "code": code })).await?;
    }
    let found = ask(client, &mut visitor, FOUND, json!({})).await?;
    let order = found.at("data.activeOrder");
    let Some(id) = order.text("code") else {
        return Err(PullError::Failed("the shop has none of the cart's products any more".to_owned()));
    };
    let pieces = |line: &Json| {
        let quantity = line.text("quantity").and_then(|text| text.parse().ok()).unwrap_or(0);
        Some((line.get("productVariant").id("id")?, quantity))
    };
    let in_cart = order.get("lines").list().iter().filter_map(pieces).collect();
    Ok(MadeCart { id, token: visitor.token, added: added(&wanted.lines, in_cart) })
}

/// Adds lines one after another in one request; `Some`: the line at which the shop stopped.
async fn add(client: &Client, visitor: &mut Visitor, lines: &[WantedLine]) -> Result<Option<usize>, PullError> {
    let (mut names, mut fields, mut variables) = (String::new(), String::new(), serde_json::Map::new());
    for (n, line) in lines.iter().enumerate() {
        let Some(variant) = &line.variant_id else { continue };
        names.push_str(&format!("$v{n}: ID!, $q{n}: Int!, "));
        fields.push_str(&format!("l{n}: addItemToOrder(productVariantId: $v{n}, quantity: $q{n}) {{ __typename }} "));
        variables.insert(format!("v{n}"), json!(variant));
        variables.insert(format!("q{n}"), json!(line.quantity));
    }
    if fields.is_empty() {
        return Ok(None);
    }
    let query = format!("mutation({}) {{ {}}}", names.trim_end_matches(", "), fields);
    let answer = ask(client, visitor, &query, variables.into()).await?;
    let Some(error) = answer.get("errors").list().first() else { return Ok(None) };
    let at = error.at("path.0").as_text().and_then(|alias| alias.strip_prefix('l')?.parse::<usize>().ok());
    match at.filter(|at| *at < lines.len()) {
        Some(at) => Ok(Some(at)),
        None => {
            let message = error.text("message").unwrap_or_default();
            Err(PullError::Failed(format!("the shop answered with an error: {message}")))
        }
    }
}

async fn ask(
    client: &Client,
    visitor: &mut Visitor,
    query: &str,
    variables: serde_json::Value,
) -> Result<Json, PullError> {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let mut call = Call::post(client.url("/shop-api", &[]), body);
    let channel = client.credential("channel_token");
    if !channel.is_empty() {
        call = call.with("vendure-token", channel);
    }
    if let Some(token) = &visitor.token {
        call = call.with("authorization", format!("Bearer {token}"));
    } else if !visitor.cookies.is_empty() {
        call = call.with("cookie", visitor.cookies.clone());
    }
    let (json, answer) = client.json(call).await?;
    if let Some(token) = answer.header("vendure-auth-token").filter(|token| !token.is_empty()) {
        visitor.token = Some(token.to_owned());
    }
    let cookies: Vec<&str> = answer.all("set-cookie").iter().filter_map(|cookie| cookie.split(';').next()).collect();
    if !cookies.is_empty() {
        visitor.cookies = cookies.join("; ");
    }
    Ok(json)
}
