//! Vendure's Admin API (GraphQL): <https://docs.vendure.io/reference/graphql-api/admin/queries/>.
//!
//! Lists are paged by `skip` in the order of ids, so that an object changed meanwhile moves no other out of the window.

use super::super::{
    client::{Ask, Client, Kind, Object, Page, PullError, count_at, list_at, number_of},
    json::Json,
};
use crate::web::Call;

/// Vendure's own limit of a list is 1,000.
const ROWS: u64 = 100;

const LOGIN: &str = "mutation($username: String!, $password: String!) { login(username: $username, password: $password, \
    rememberMe: true) { __typename ... on ErrorResult { errorCode message } } }";

const ORDER: &str = "id code state active currencyCode subTotalWithTax shippingWithTax totalWithTax couponCodes createdAt updatedAt \
    orderPlacedAt customer { id emailAddress firstName lastName phoneNumber } shippingAddress { phoneNumber countryCode } \
    lines { id quantity unitPriceWithTax discountedUnitPriceWithTax linePriceWithTax discountedLinePriceWithTax \
      featuredAsset { preview } productVariant { id sku name productId } } \
    fulfillments { id state method trackingCode updatedAt } payments { method state refunds { id total state reason createdAt } }";
const CUSTOMER: &str = "id createdAt updatedAt title firstName lastName emailAddress phoneNumber \
    addresses { streetLine1 streetLine2 city postalCode province phoneNumber country { code } }";
const PRODUCT: &str = "id name slug enabled createdAt updatedAt featuredAsset { preview } facetValues { name } collections { name } \
    variants { id sku name enabled priceWithTax currencyCode stockOnHand updatedAt featuredAsset { preview } }";
const VARIANT: &str = "id sku productId stockLevels { stockOnHand stockLocationId updatedAt }";

pub(in super::super) async fn page(client: &Client, ask: &Ask<'_>) -> Result<Page, PullError> {
    let skip = number_of(ask.cursor, 0);
    let (list, options, fields, filter, topic) = match ask.kind {
        Kind::Customers => ("customers", "CustomerListOptions", CUSTOMER, None, "customer/updated"),
        Kind::Products => ("products", "ProductListOptions", PRODUCT, None, "product/updated"),
        Kind::Stock => ("productVariants", "ProductVariantListOptions", VARIANT, None, "stock/level"),
        Kind::Carts => ("orders", "OrderListOptions", ORDER, Some(true), "order/updated"),
        Kind::Orders => ("orders", "OrderListOptions", ORDER, Some(false), "order/updated"),
    };
    let query =
        format!("query($options: {options}) {{ {list}(options: $options) {{ totalItems items {{ {fields} }} }} }}");
    let mut wanted = serde_json::Map::new();
    if let Some(since) = ask.since {
        // `after` leaves the instant itself out, and the shop's times have whole seconds.
        let before = since.plus(-base::SECOND).to_string();
        wanted.insert("updatedAt".to_owned(), serde_json::json!({ "after": before }));
    }
    if let Some(is_open) = filter {
        wanted.insert("orderPlacedAt".to_owned(), serde_json::json!({ "isNull": is_open }));
    }
    let options = serde_json::json!({ "take": ROWS, "skip": skip, "sort": { "id": "ASC" }, "filter": wanted });
    let json = ask_shop(client, &query, serde_json::json!({ "options": options })).await?;
    let items = list_at(&json, &format!("data.{list}.items"))?;
    let total = count_at(&json, &format!("data.{list}.totalItems"));
    let page = if ask.kind == Kind::Stock { levels(items, topic) } else { Page::of(items, topic) };
    let after = skip + items.len() as u64;
    let has_more = !items.is_empty() && total.map_or(items.len() as u64 == ROWS, |total| after < total);
    Ok(Page { next: has_more.then(|| after.to_string()), total, ..page })
}

/// One object for each place that holds a variant.
fn levels(variants: &[Json], topic: &'static str) -> Page {
    let mut objects = Vec::new();
    for variant in variants {
        for level in variant.get("stockLevels").list() {
            let mut level = level.clone();
            level.set("variantId", variant.get("id").clone());
            level.set("productId", variant.get("productId").clone());
            level.set("sku", variant.get("sku").clone());
            objects.push(Object { topic, body: level.to_string().into_bytes() });
        }
    }
    Page { objects, ..Page::default() }
}

/// Asks as somebody who is signed in; a session that ended is begun anew, once.
pub(super) async fn ask_shop(client: &Client, query: &str, variables: serde_json::Value) -> Result<Json, PullError> {
    for is_again in [false, true] {
        let session = session(client, is_again).await?;
        let (json, _) = client.json(call(client, query, &variables, Some(&session))).await?;
        let Some(error) = json.get("errors").list().first() else { return Ok(json) };
        let message = error.text("message").unwrap_or_default();
        if error.at("extensions.code").as_text().as_deref() != Some("FORBIDDEN") {
            return Err(PullError::Failed(format!("the shop answered with an error: {message}")));
        }
    }
    let reason = "the shop does not let this administrator read it: check the name, the password and the role";
    Err(PullError::Denied(reason.to_owned()))
}

fn call(client: &Client, query: &str, variables: &serde_json::Value, session: Option<&str>) -> Call {
    let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
    let call = Call::post(client.url("/admin-api", &[]), body);
    match session.and_then(|session| session.split_once(' ')) {
        Some(("cookie", cookies)) => call.with("cookie", cookies),
        Some((_, token)) => call.with("authorization", format!("Bearer {token}")),
        None => call,
    }
}

/// `bearer TOKEN` or `cookie A=B; C=D`, whichever way the shop tells it.
async fn session(client: &Client, is_again: bool) -> Result<String, PullError> {
    let own = client.credential("token");
    if !own.is_empty() {
        return Ok(format!("bearer {own}"));
    }
    let mut kept = client.session.lock().await;
    if let (Some(session), false) = (&*kept, is_again) {
        return Ok(session.clone());
    }
    let variables =
        serde_json::json!({ "username": client.credential("username"), "password": client.credential("password") });
    let (json, answer) = client.json(call(client, LOGIN, &variables, None)).await?;
    if json.at("data.login.__typename").as_text().as_deref() != Some("CurrentUser") {
        let message = json.text_of(&["data.login.message", "errors.0.message"]).unwrap_or_default();
        return Err(PullError::Denied(format!("the shop does not sign us in: {message}")));
    }
    let cookies: Vec<&str> = answer.all("set-cookie").iter().filter_map(|cookie| cookie.split(';').next()).collect();
    let session = match answer.header("vendure-auth-token") {
        Some(token) => format!("bearer {token}"),
        None if !cookies.is_empty() => format!("cookie {}", cookies.join("; ")),
        None => {
            return Err(PullError::Failed("the shop signed us in and gave neither a token nor a cookie".to_owned()));
        }
    };
    *kept = Some(session.clone());
    Ok(session)
}
