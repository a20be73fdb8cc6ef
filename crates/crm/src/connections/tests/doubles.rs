//! The shops' APIs as they are published: orders, paged as each shop pages, a few on a page.

use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex};
use testkit::web::{Asked, Reply, WebDouble};

/// Orders on a page of every double.
pub const ROWS: usize = 4;

/// The orders of a shop, which a test may add to.
pub type Orders = Arc<Mutex<Vec<Json>>>;

pub const SHOPS: [&str; 7] = ["shopify", "woocommerce", "vendure", "magento", "prestashop", "sfcc", "medusa"];

/// The credentials that each double asks for.
pub fn credentials(shop: &str) -> Vec<(&'static str, &'static str)> {
    match shop {
        "shopify" => vec![("client_id", "id"), ("client_secret", "app-secret")],
        "woocommerce" => vec![("consumer_key", "ck"), ("consumer_secret", "cs")],
        "vendure" => vec![("username", "superadmin"), ("password", "hush")],
        "prestashop" => vec![("key", "ps")],
        "sfcc" => vec![("client_id", "id"), ("client_secret", "cs"), ("site_id", "Site")],
        "medusa" => vec![("secret_key", "sk")],
        _ => vec![("access_token", "token")],
    }
}

/// The `n`th order of a shop, placed on the 20th of November.
pub fn order(shop: &str, n: usize) -> Json {
    let at = format!("2026-11-20T10:{:02}:{:02}Z", n / 60 % 60, n % 60);
    let local = format!("2026-11-20 10:{:02}:{:02}", n / 60 % 60, n % 60);
    let (id, email) = (n + 1, format!("c{n}@example.com"));
    match shop {
        "shopify" => json!({ "id": id, "name": format!("#{id}"), "created_at": at, "updated_at": at, "currency": "EUR",
            "total_price": "10.00", "financial_status": "paid", "customer": { "id": 500 + n, "email": email },
            "line_items": [{ "id": 1, "product_id": 7, "variant_id": 8, "quantity": 1, "price": "10.00", "title": "Lamp" }] }),
        "woocommerce" => json!({ "id": id, "order_key": format!("wc_{id}"), "status": "processing", "currency": "EUR",
            "total": "10.00", "date_created_gmt": &at[..19], "date_paid_gmt": &at[..19], "date_modified_gmt": &at[..19],
            "customer_id": 500 + n, "billing": { "email": email },
            "line_items": [{ "id": 1, "product_id": 7, "quantity": 1, "total": "10.00", "price": 10, "name": "Lamp" }] }),
        "magento" => {
            json!({ "entity_id": id, "increment_id": format!("{id:09}"), "created_at": local, "updated_at": local,
            "grand_total": 10, "order_currency_code": "EUR", "customer_email": email, "customer_id": 500 + n, "quote_id": id,
            "state": "processing", "status": "processing", "items": [{ "item_id": 1, "product_id": 7, "sku": "L",
                "name": "Lamp", "qty_ordered": 1, "price_incl_tax": 10, "row_total_incl_tax": 10 }] })
        }
        "prestashop" => {
            json!({ "id": id, "id_cart": id.to_string(), "id_customer": (500 + n).to_string(), "current_state": "2",
            "date_add": local, "date_upd": local, "total_paid_tax_incl": "10.00", "reference": format!("R{id}"), "valid": "1",
            "associations": { "order_rows": [{ "id": "1", "product_id": "7", "product_quantity": "1",
                "product_name": "Lamp", "unit_price_tax_incl": "10.00" }] } })
        }
        "sfcc" => json!({ "order_no": format!("{id:08}"), "creation_date": at, "last_modified": at, "currency": "EUR",
            "order_total": 10.0, "status": "new", "confirmation_status": "confirmed", "payment_status": "paid",
            "customer_info": { "customer_id": format!("c{n}"), "email": email }, "product_items": [{ "item_id": "i",
                "product_id": "7", "product_name": "Lamp", "quantity": 1, "base_price": 10, "price": 10 }] }),
        "vendure" => {
            json!({ "id": id.to_string(), "code": format!("CODE{id:04}"), "state": "PaymentSettled", "active": false,
            "currencyCode": "EUR", "totalWithTax": 1000, "subTotalWithTax": 1000, "createdAt": at, "updatedAt": at,
            "orderPlacedAt": at, "customer": { "id": (500 + n).to_string(), "emailAddress": email },
            "lines": [{ "id": "1", "quantity": 1, "unitPriceWithTax": 1000, "linePriceWithTax": 1000,
                "productVariant": { "id": "8", "sku": "L", "name": "Lamp", "productId": "7" } }] })
        }
        _ => {
            json!({ "id": format!("order_{id:04}"), "display_id": id, "status": "pending", "email": email, "currency_code": "eur",
            "total": 10, "created_at": at, "updated_at": at, "customer": { "id": format!("cus_{n}"), "email": email },
            "items": [{ "id": "li", "product_id": "p", "variant_id": "v", "quantity": 1, "unit_price": 10, "title": "Lamp" }] })
        }
    }
}

/// A shop with so many orders and nothing else.
pub async fn start(shop: &'static str, orders: usize) -> (WebDouble, Orders) {
    let all: Orders = Arc::new(Mutex::new((0..orders).map(|n| order(shop, n)).collect()));
    let held = all.clone();
    let double = WebDouble::start(move |asked| {
        let orders = held.lock().unwrap().clone();
        match shop {
            "shopify" => shopify(asked, &orders),
            "woocommerce" => woocommerce(asked, &orders),
            "magento" => magento(asked, &orders),
            "prestashop" => prestashop(asked, &orders),
            "sfcc" => sfcc(asked, &orders),
            "vendure" => vendure(asked, &orders),
            _ => medusa(asked, &orders),
        }
    });
    (double.await, all)
}

fn slice(orders: &[Json], start: usize) -> Vec<Json> {
    orders.iter().skip(start).take(ROWS).cloned().collect()
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or(0)
}

fn shopify(asked: &Asked, orders: &[Json]) -> Reply {
    if asked.path == "/admin/oauth/access_token" {
        let is_right = asked.body[..] == b"client_id=id&client_secret=app-secret&grant_type=client_credentials"[..];
        return match is_right {
            true => Reply::json(json!({ "access_token": "token", "scope": "read_orders", "expires_in": 86399 })),
            false => {
                Reply::status(400, r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#)
            }
        };
    }
    if asked.header("x-shopify-access-token") != "token" {
        return Reply::status(401, r#"{"errors":"[API] Invalid API key or access token"}"#);
    }
    let word = asked.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".json").to_owned();
    if word != "orders" {
        return Reply::json(json!({ word: [] }));
    }
    // The shop takes no filter beside a page's mark.
    if !asked.param("page_info").is_empty() && !asked.param("status").is_empty() {
        return Reply::status(400, r#"{"errors":{"page_info":"Invalid"}}"#);
    }
    let start = number(asked.param("page_info"));
    let reply = Reply::json(json!({ "orders": slice(orders, start) }));
    if start + ROWS >= orders.len() {
        return reply;
    }
    let link = |rel: &str, at: usize| {
        format!("<https://shop.example/admin/api/x/orders.json?limit=4&page_info={at}>; rel=\"{rel}\"")
    };
    reply.with("link", format!("{}, {}", link("previous", 0), link("next", start + ROWS)))
}

fn woocommerce(asked: &Asked, orders: &[Json]) -> Reply {
    if asked.header("authorization") != "Basic Y2s6Y3M=" {
        return Reply::status(
            401,
            r#"{"code":"woocommerce_rest_cannot_view","message":"Sorry, you cannot list resources.","data":{"status":401}}"#,
        );
    }
    let orders = if asked.path == "/wp-json/wc/v3/orders" { orders } else { &[] };
    let page = number(asked.param("page")).max(1);
    Reply::json(Json::Array(slice(orders, (page - 1) * ROWS)))
        .with("x-wp-total", orders.len())
        .with("x-wp-totalpages", orders.len().div_ceil(ROWS))
}

fn magento(asked: &Asked, orders: &[Json]) -> Reply {
    if asked.header("authorization") != "Bearer token" {
        return Reply::status(401, r#"{"message":"The consumer isn't authorized to access %resources."}"#);
    }
    let orders = if asked.path == "/rest/V1/orders" { orders } else { &[] };
    let after = number(asked.param("searchCriteria[filter_groups][0][filters][0][value]"));
    let left: Vec<Json> =
        orders.iter().filter(|o| o["entity_id"].as_u64().is_some_and(|id| id as usize > after)).cloned().collect();
    Reply::json(json!({ "items": slice(&left, 0), "search_criteria": {}, "total_count": left.len() }))
}

fn prestashop(asked: &Asked, orders: &[Json]) -> Reply {
    if asked.header("authorization") != "Basic cHM6" {
        return Reply::status(401, "401 Unauthorized");
    }
    let orders = if asked.path == "/api/orders" { orders } else { &[] };
    let from = asked.param("filter[id]").trim_start_matches('[').split(',').next().map_or(0, number);
    let left: Vec<Json> =
        orders.iter().filter(|o| o["id"].as_u64().is_some_and(|id| id as usize >= from)).cloned().collect();
    if left.is_empty() {
        return Reply::json("[]");
    }
    Reply::json(json!({ "orders": slice(&left, 0) }))
}

fn sfcc(asked: &Asked, orders: &[Json]) -> Reply {
    if asked.path == "/auth" {
        return Reply::json(json!({ "access_token": "bearer-token", "expires_in": 1799 }));
    }
    if asked.header("authorization") != "Bearer bearer-token" {
        return Reply::status(
            401,
            r#"{"fault":{"type":"InvalidAccessTokenException","message":"Unauthorized request!"}}"#,
        );
    }
    if asked.path != "/s/Site/dw/shop/v23_2/order_search" {
        return Reply::json(json!({ "total": 0 }));
    }
    let body: Json = serde_json::from_slice(&asked.body).unwrap_or_default();
    let start = body["start"].as_u64().unwrap_or(0) as usize;
    let hits: Vec<Json> =
        slice(orders, start).into_iter().map(|order| json!({ "_type": "order_search_hit", "data": order })).collect();
    Reply::json(json!({ "_v": "23.2", "count": hits.len(), "hits": hits, "start": start, "total": orders.len() }))
}

fn vendure(asked: &Asked, orders: &[Json]) -> Reply {
    let body: Json = serde_json::from_slice(&asked.body).unwrap_or_default();
    let query = body["query"].as_str().unwrap_or_default();
    if query.contains("login(") {
        let is_right = body["variables"]["password"] == "hush";
        let wrong = json!({ "__typename": "InvalidCredentialsError", "errorCode": "INVALID_CREDENTIALS_ERROR", "message": "no" });
        let said = if is_right { json!({ "__typename": "CurrentUser" }) } else { wrong };
        return Reply::json(json!({ "data": { "login": said } })).with("vendure-auth-token", "session");
    }
    if asked.header("authorization") != "Bearer session" {
        let code = json!({ "code": "FORBIDDEN" });
        return Reply::json(
            json!({ "errors": [{ "message": "You are not authorized", "extensions": code }], "data": null }),
        );
    }
    let list = ["customers", "productVariants", "products", "orders"]
        .into_iter()
        .find(|list| query.contains(&format!(" {list}(")));
    let list = list.unwrap_or("orders");
    let is_orders = list == "orders" && body["variables"]["options"]["filter"]["orderPlacedAt"]["isNull"] == false;
    let orders = if is_orders { orders } else { &[] };
    let skip = body["variables"]["options"]["skip"].as_u64().unwrap_or(0) as usize;
    Reply::json(json!({ "data": { list: { "totalItems": orders.len(), "items": slice(orders, skip) } } }))
}

fn medusa(asked: &Asked, orders: &[Json]) -> Reply {
    if asked.header("authorization") != "Basic c2s6" {
        return Reply::status(401, r#"{"message":"Unauthorized"}"#);
    }
    let word = asked.path.rsplit('/').next().unwrap_or_default().replace('-', "_");
    let orders = if word == "orders" { orders } else { &[] };
    let offset = number(asked.param("offset"));
    Reply::json(json!({ word: slice(orders, offset), "count": orders.len(), "offset": offset, "limit": ROWS }))
}
