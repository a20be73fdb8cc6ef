//! Salesforce B2C Commerce (Commerce Cloud): baskets, orders, customers, products and stock as OCAPI (`basket_id`) and SCAPI
//! (`basketId`) say them, and what our cartridge posts as `{topic, at, data}` of the same objects.
//!
//! Commerce Cloud has no webhooks of its own: our cartridge signs with `x-ritorno-signature`. The objects:
//! <https://developer.salesforce.com/docs/commerce/commerce-api/references>.

mod client;
mod parts;

pub(super) use client::page;

use super::{
    Body, Headers, Ignored, NotSigned, OUR_SIGNATURE, Out, Shop, Taken, Verdict, Words, envelope,
    json::Json,
    not_recognised, sent_at,
    sign::{self, Encoding},
};

pub static SHOP: Shop = Shop {
    name: "sfcc",
    topic_header: Some("x-ritorno-topic"),
    delivery_header: None,
    words: Words {
        words: &[
            "basket",
            "baskets",
            "order",
            "orders",
            "customer",
            "customers",
            "product",
            "products",
            "inventory",
            "inventories",
            "records",
            "store",
            "stores",
            "category",
            "categories",
        ],
    },
    read,
    verify,
};

fn verify(headers: &Headers<'_>, body: &[u8], secret: &str) -> Result<(), NotSigned> {
    sign::hmac_sha256(headers, OUR_SIGNATURE, "", Encoding::Hex, body, secret.as_bytes())
}

fn read(body: &Body<'_>, out: &mut Out<'_>) -> Result<Verdict, String> {
    let json = &camel(body.data);
    if json.has("fault") || json.has_all(&["title", "type", "detail"]) {
        let message = json.text_of(&["fault.message", "detail"]);
        return Err(format!("the shop answered with an error: {}", message.unwrap_or_default()));
    }
    let normal = body.topic.map(|topic| topic.to_ascii_lowercase());
    let by_word = || body.word.map(envelope::singular).filter(|word| *word != "record");
    let (kind, action) = match normal.as_deref() {
        Some(topic) => topic.split_once(['.', '/']).unwrap_or((topic, "")),
        None => (recognised(json).or_else(by_word).unwrap_or_default(), ""),
    };
    match envelope::singular(kind) {
        "basket" | "cart" | "checkout" => parts::basket(json, sent_at(body), out).map(|()| Taken),
        "order" => parts::order(json, out).map(|()| Taken),
        "customer" if action.starts_with("delete") => parts::customer_deleted(json, out).map(|()| Taken),
        "customer" => parts::customer(json, out),
        "product" if action.starts_with("delete") => parts::product_deleted(json, out).map(|()| Taken),
        "product" => parts::product(json, out).map(|()| Taken),
        "inventory" | "stock" => parts::stock(json, out).map(|()| Taken),
        "category" => parts::category(json, out).map(|()| Taken),
        "store" => parts::store(json, out).map(|()| Taken),
        "list" | "promotion" | "coupon" => Ok(Ignored("lists and promotions say nothing that is kept".to_owned())),
        _ => Err(not_recognised(body)),
    }
}

fn recognised(json: &Json) -> Option<&'static str> {
    let all = |names: &[&str]| json.has_all(names);
    let any = |names: &[&str]| json.has_any(names);
    Some(match () {
        () if any(&["orderNo"]) => "order",
        () if any(&["basketId"]) => "basket",
        () if any(&["customerId", "customerNo"]) && any(&["authType", "login", "email", "customerNo"]) => "customer",
        () if all(&["id"]) && any(&["ats", "allocation"]) => "inventory",
        () if any(&["sku"]) && any(&["onHand", "ats"]) => "inventory",
        () if any(&["productId", "id"])
            && any(&["productName", "imageGroups", "inventory", "master", "shortDescription"]) =>
        {
            "product"
        }
        () if any(&["productId"]) && any(&["hitType", "priceMax", "image"]) => "product",
        () if all(&["id", "latitude", "longitude"]) => "store",
        () if all(&["id", "parentCategoryId"]) || all(&["id", "categories"]) => "category",
        _ => return None,
    })
}

/// The object with SCAPI's names: OCAPI says `basket_id` for `basketId`. What a shop added itself (`c_…`) and what OCAPI marks
/// (`_type`) stays.
fn camel(json: &Json) -> Json {
    match json {
        Json::Object(fields) => {
            Json::Object(fields.iter().map(|(name, value)| (camel_name(name), camel(value))).collect())
        }
        Json::List(list) => Json::List(list.iter().map(camel).collect()),
        other => other.clone(),
    }
}

fn camel_name(name: &str) -> String {
    if name.starts_with('_') || name.starts_with("c_") || !name.contains('_') {
        return name.to_owned();
    }
    let mut to = String::with_capacity(name.len());
    let mut is_next_upper = false;
    for c in name.chars() {
        match c {
            '_' => is_next_upper = true,
            c if is_next_upper => {
                to.extend(c.to_uppercase());
                is_next_upper = false;
            }
            c => to.push(c),
        }
    }
    to
}
