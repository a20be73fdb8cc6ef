//! Magento and Adobe Commerce: Adobe I/O events (`com.adobe.commerce.observer.sales_order_save_commit_after` …), the bodies of
//! the integration starter kit, of the REST API, and what our module posts as `{topic, at, data}`.
//!
//! Adobe I/O signs with RSA (`x-adobe-digital-signature-1` and `-2`, base64, PKCS #1 v1.5 with SHA-256) and Commerce's own
//! webhooks do likewise (`x-adobe-commerce-webhook-signature`): then the secret is the public key as PEM. With any other secret
//! the request must carry our module's `x-ritorno-signature`. Magento Open Source has no webhooks of its own.
//!
//! Times have no zone and are UTC: <https://developer.adobe.com/commerce/php/development/components/>.

mod client;
mod coupon;
mod sales;
mod things;

pub(super) use client::page;
pub(super) use coupon::make_coupon;

use super::{
    Body, Headers, Ignored, NotSigned, OUR_SIGNATURE, Out, Shop, Taken, Verdict, Words, envelope,
    json::Json,
    not_recognised, sent_at,
    sign::{self, Encoding},
};

pub static SHOP: Shop = Shop {
    name: "magento",
    topic_header: Some("x-adobe-event-code"),
    delivery_header: Some("x-adobe-event-id"),
    words: Words {
        words: &[
            "order",
            "orders",
            "customer",
            "customers",
            "product",
            "products",
            "cart",
            "quote",
            "creditmemo",
            "shipment",
            "category",
            "stockItem",
            "stock_item",
            "entity",
        ],
    },
    read,
    verify,
};

fn verify(headers: &Headers<'_>, body: &[u8], secret: &str) -> Result<(), NotSigned> {
    if secret.contains("-----BEGIN") {
        let names =
            ["x-adobe-digital-signature-1", "x-adobe-digital-signature-2", "x-adobe-commerce-webhook-signature"];
        return sign::rsa_sha256(headers, &names, body, secret);
    }
    sign::hmac_sha256(headers, OUR_SIGNATURE, "", Encoding::Hex, body, secret.as_bytes())
}

fn read(body: &Body<'_>, out: &mut Out<'_>) -> Result<Verdict, String> {
    let json = body.data;
    let of_schema = json.text("type").is_some_and(|kind| matches!(kind.as_str(), "object" | "array"));
    if of_schema && json.has_any(&["properties", "items"]) {
        return Ok(Ignored("a JSON schema, which describes bodies and is none".to_owned()));
    }
    if json.fields().is_empty() {
        return Err(not_recognised(body));
    }
    if json.has("message") && !json.has_any(&["id", "entity_id", "increment_id"]) && json.fields().len() <= 3 {
        return Err(format!("the shop answered with an error: {}", json.text("message").unwrap_or_default()));
    }
    let normal = body.topic.map(|topic| topic.to_ascii_lowercase());
    let (kind, is_deleted) = match normal.as_deref() {
        Some(topic) => {
            let kind = kind_of_topic(topic, json).ok_or_else(|| not_recognised(body))?;
            (kind, topic.contains("delete"))
        }
        None => {
            let by_word = || body.word.and_then(|word| kind_of_topic(envelope::singular(word), json));
            (by_word().or_else(|| recognised(json)).ok_or_else(|| not_recognised(body))?, false)
        }
    };
    match kind {
        "quote" => sales::quote(json, sent_at(body), out),
        "order" => sales::order(json, out).map(|()| Taken),
        "order_status" => sales::order_status(json, out).map(|()| Taken),
        "creditmemo" => sales::credit_memo(json, out).map(|()| Taken),
        "shipment" => sales::shipment(json, out).map(|()| Taken),
        "customer" if is_deleted => things::customer_deleted(json, out).map(|()| Taken),
        "customer" => things::customer(json, out).map(|()| Taken),
        "subscriber" => things::subscriber(json, out).map(|()| Taken),
        "product" if is_deleted => things::product_deleted(json, out).map(|()| Taken),
        "product" => things::product(json, out).map(|()| Taken),
        "category" => things::category(json, out, is_deleted).map(|()| Taken),
        "stock" => things::stock(json, out).map(|()| Taken),
        other => Ok(Ignored(format!("{other} say nothing that is kept"))),
    }
}

/// The kind that a topic names: an event's code, a path of the starter kit (`customer/commerce/updated`) or our own.
fn kind_of_topic(topic: &str, json: &Json) -> Option<&'static str> {
    let has = |word: &str| topic.contains(word);
    Some(match () {
        () if has("check-stock") || has("check_stock") => "questions of the checkout",
        () if has("customer_group") || has("group-") || has("group_") => "customer groups",
        () if has("creditmemo") || has("credit_memo") || has("refund") => "creditmemo",
        () if has("shipment_track") => "tracks: the shipment lists them, and as such",
        () if has("shipment") => "shipment",
        () if has("invoice") => "invoices: the order tells what is paid, and as such",
        () if has("status_history") => "notes on orders: the order tells its status, and as such",
        () if has("stock") || has("inventory") || has("source_item") => "stock",
        () if has("salesrule") || has("sales_rule") => "price rules",
        () if has("newsletter") || has("subscriber") => "subscriber",
        () if has("quote") || has("cart") || has("checkout") => "quote",
        () if has("order") && is_status_alone(json) => "order_status",
        () if has("order") => "order",
        () if has("customer_address") => "addresses of their own",
        () if has("customer") => "customer",
        () if has("category") => "category",
        () if has("product") => "product",
        _ => return None,
    })
}

/// What an outer system tells of an order: its id and status.
fn is_status_alone(json: &Json) -> bool {
    json.has("status") && !json.has_any(&["items", "grand_total", "base_grand_total", "increment_id", "total_due"])
}

fn recognised(json: &Json) -> Option<&'static str> {
    let all = |names: &[&str]| json.has_all(names);
    let any = |names: &[&str]| json.has_any(names);
    Some(match () {
        () if any(&["customer_group_code"]) || all(&["id", "taxClassId"]) => "customer groups",
        () if any(&["sourceItems", "source_items", "source_code"]) => "stock",
        () if any(&["is_in_stock", "salable_quantity"]) && any(&["qty", "quantity", "product_id", "sku"]) => "stock",
        () if all(&["invoice_id", "order_id"])
            || any(&["creditmemo_status", "adjustment_positive"]) && any(&["order_id"]) =>
        {
            "creditmemo"
        }
        () if any(&["tracks", "shipment_status"]) && any(&["order_id", "orderId"]) => "shipment",
        () if all(&["track_number", "order_id"]) => "tracks: the shipment lists them, and as such",
        () if any(&["items_qty", "items_count", "reserved_order_id"]) && any(&["items", "is_active", "currency"]) => {
            "quote"
        }
        () if any(&["real_order_id"]) => "order",
        () if all(&["increment_id"]) && any(&["grand_total", "base_grand_total", "items"]) && !any(&["order_id"]) => {
            "order"
        }
        () if all(&["increment_id", "order_id"]) && any(&["base_grand_total"]) => {
            "invoices: the order tells what is paid, and as such"
        }
        () if all(&["cart_id", "items"]) => "questions of the checkout",
        () if all(&["id", "status", "notifyCustomer"]) => "order_status",
        () if all(&["email"]) && any(&["firstname", "lastname"]) => "customer",
        () if any(&["subscriber_email", "subscriber_status"]) => "subscriber",
        () if all(&["sku"]) && any(&["attribute_set_id", "type_id", "visibility", "price", "name"]) => "product",
        () if any(&["parent_id", "parent_category"]) && any(&["path", "level"]) => "category",
        () if all(&["rule_id"]) || any(&["simple_action"]) => "price rules",
        () if all(&["increment_id", "status"]) => "order",
        _ => return None,
    })
}
