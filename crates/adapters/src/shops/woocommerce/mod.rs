//! WooCommerce: webhooks (the same objects as the REST API's, version 1 to 3), pages of the REST API, and carts of the Store API,
//! which our plug-in posts as `{topic: "cart.updated", at, data}`.
//!
//! Webhooks carry `X-WC-Webhook-Topic` and `X-WC-Webhook-Signature`, the base64 HMAC-SHA256 of the body with the webhook's
//! secret: <https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks>. Our plug-in signs in the same way.

mod catalogue;
mod client;
mod coupon;
mod sales;
mod tags;

pub(super) use client::page;
pub(super) use coupon::make_coupon;
pub(super) use tags::write_tags;

use super::{
    Body, Headers, Ignored, NotSigned, Out, Shop, Taken, Verdict, Words,
    json::Json,
    not_recognised, sent_at,
    sign::{self, Encoding},
};

pub static SHOP: Shop = Shop {
    name: "woocommerce",
    topic_header: Some("x-wc-webhook-topic"),
    delivery_header: Some("x-wc-webhook-delivery-id"),
    words: Words {
        words: &[
            "order",
            "orders",
            "customer",
            "customers",
            "product",
            "products",
            "coupon",
            "coupons",
            "refund",
            "refunds",
            "cart",
        ],
    },
    read,
    verify,
};

fn verify(headers: &Headers<'_>, body: &[u8], secret: &str) -> Result<(), NotSigned> {
    sign::hmac_sha256(headers, "x-wc-webhook-signature", "", Encoding::Base64, body, secret.as_bytes())
}

fn read(body: &Body<'_>, out: &mut Out<'_>) -> Result<Verdict, String> {
    let json = body.data;
    if json.has("webhook_id") && json.fields().len() == 1 {
        return Ok(Ignored("the greeting of a new webhook".to_owned()));
    }
    if let (Some(message), true) = (json.text_of(&["error.message"]), json.has("error")) {
        return Err(format!("the shop answered with an error: {message}"));
    }
    if let (Some(message), true) = (json.text("message"), json.has_any(&["code", "error"]) && !json.has("id")) {
        return Err(format!("the shop answered with an error: {message}"));
    }
    let normal = body.topic.map(|topic| topic.trim().to_ascii_lowercase());
    let (kind, action) = match normal.as_deref() {
        Some(topic) => {
            let (kind, action) = topic.split_once('.').unwrap_or((topic, ""));
            (kind_of_topic(kind, json).ok_or_else(|| not_recognised(body))?, action)
        }
        None => {
            // A batch says `delete` around what it took away.
            let action = if body.word == Some("delete") { "deleted" } else { "" };
            let by_word = || body.word.and_then(|word| kind_of_topic(super::envelope::singular(word), json));
            (recognised(json).or_else(by_word).ok_or_else(|| not_recognised(body))?, action)
        }
    };
    match (kind, action) {
        ("order", "deleted") => sales::order_deleted(json, out).map(|()| Taken),
        ("order", _) => sales::order(json, out).map(|()| Taken),
        ("cart", _) => sales::cart(json, sent_at(body), out),
        ("customer", "deleted") => sales::customer_deleted(json, out).map(|()| Taken),
        ("customer", _) => sales::customer(json, out).map(|()| Taken),
        ("refund", _) => sales::refund(json),
        ("product", "deleted") => catalogue::deleted(json, out).map(|()| Taken),
        ("product", _) => catalogue::product(json, out).map(|()| Taken),
        ("variation", _) => catalogue::variation(json, out).map(|()| Taken),
        ("stock", _) => catalogue::stock(json, out).map(|()| Taken),
        ("category", _) => catalogue::category(json, out).map(|()| Taken),
        ("review", _) => catalogue::review(json, out).map(|()| Taken),
        (other, _) => Ok(Ignored(format!("{other} say nothing that is kept"))),
    }
}

fn kind_of_topic(kind: &str, json: &Json) -> Option<&'static str> {
    Some(match kind {
        "order" => "order",
        "customer" => "customer",
        "product" if is_variation(json) => "variation",
        "product" => "product",
        "cart" | "checkout" => "cart",
        "refund" => "refund",
        "review" | "product_review" => "review",
        "coupon" => "coupons of the shop",
        "action" => "calls of the shop's own hooks",
        "subscription" => "subscriptions: their orders tell, and as such",
        _ => return None,
    })
}

fn is_variation(json: &Json) -> bool {
    json.text("type").as_deref() == Some("variation")
        || !json.has_any(&["type", "variations", "catalog_visibility"])
            && json.has_all(&["id", "attributes", "regular_price"])
}

fn recognised(json: &Json) -> Option<&'static str> {
    let all = |names: &[&str]| json.has_all(names);
    let any = |names: &[&str]| json.has_any(names);
    Some(match () {
        () if any(&["refunded_by", "refunded_payment"]) => "refund",
        () if any(&["billing_period", "next_payment_date"]) && any(&["line_items", "billing"]) => {
            "subscriptions: their orders tell, and as such"
        }
        () if any(&["order_key"]) && any(&["billing", "line_items", "total"]) => "order",
        () if all(&["line_items", "billing", "status"]) => "order",
        () if any(&["discount_type"]) => "coupons of the shop",
        () if all(&["reviewer", "rating"]) => "review",
        () if all(&["note"]) && any(&["customer_note"]) => "notes on orders",
        () if any(&["delivery_url"]) => "descriptions of webhooks",
        () if all(&["items", "totals"]) => "cart",
        () if all(&["items_sold"]) => "reports",
        () if any(&["orders_count", "net_revenue"]) && !all(&["email"]) => "reports",
        () if all(&["slug", "name", "total"]) => "reports",
        () if is_variation(json) => "variation",
        () if any(&["catalog_visibility"]) => "product",
        () if all(&["name", "regular_price"]) => "product",
        () if all(&["name", "sku", "price"]) => "product",
        () if any(&["stock_status", "stock_quantity"]) && all(&["id"]) => "stock",
        () if any(&["is_paying_customer"]) => "customer",
        () if all(&["email"]) && any(&["username", "role", "first_name", "billing"]) => "customer",
        () if all(&["slug", "display", "parent"]) => "category",
        () if all(&["slug", "order_by"]) => "attributes",
        () if all(&["slug", "count"]) => "tags and terms",
        () if all(&["download_id", "download_url"]) => "downloads",
        () if all(&["default", "value", "label"]) => "settings",
        () if all(&["option_name"]) => "settings",
        () if all(&["meta_data"]) && json.fields().len() == 1 => "further data of objects",
        () if all(&["model", "choices"]) => "generated texts",
        () if all(&["success"]) && json.fields().len() == 1 => "answers",
        _ => return None,
    })
}
