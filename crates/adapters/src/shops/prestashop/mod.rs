//! PrestaShop: objects of the webservice, as XML or as JSON, and what our module posts as `{topic, at, data}` of the same objects
//! with what the webservice leaves out (prices in a cart, the currency's letters, the link that brings a cart back).
//!
//! PrestaShop has no webhooks: our module signs with `x-ritorno-signature`. Times are in the shop's zone, without saying which.
//! The objects: <https://devdocs.prestashop-project.org/8/webservice/resources/>.

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
    name: "prestashop",
    topic_header: Some("x-ritorno-topic"),
    delivery_header: None,
    words: Words {
        words: &[
            "prestashop",
            "cart",
            "carts",
            "order",
            "orders",
            "customer",
            "customers",
            "product",
            "products",
            "combination",
            "combinations",
            "stock_available",
            "stock_availables",
            "address",
            "addresses",
            "order_detail",
            "order_details",
            "order_history",
            "order_histories",
            "cart_rule",
            "cart_rules",
            "order_slip",
            "order_slips",
            "category",
            "categories",
            "store",
            "stores",
            "order_state",
            "order_states",
            "order_carrier",
            "order_carriers",
            "currency",
            "currencies",
        ],
    },
    read,
    verify,
};

fn verify(headers: &Headers<'_>, body: &[u8], secret: &str) -> Result<(), NotSigned> {
    sign::hmac_sha256(headers, OUR_SIGNATURE, "", Encoding::Hex, body, secret.as_bytes())
}

fn read(body: &Body<'_>, out: &mut Out<'_>) -> Result<Verdict, String> {
    let json = body.data;
    if json.has("errors") {
        let message = json.text_of(&["errors.error.message", "errors.0.message", "errors.error.0.message"]);
        return Err(format!("the shop answered with an error: {}", message.unwrap_or_default()));
    }
    let normal = body.topic.map(|topic| topic.to_ascii_lowercase());
    let (word, action) = match normal.as_deref() {
        Some(topic) => topic.split_once(['.', '/']).unwrap_or((topic, "")),
        None => (body.word.or_else(|| recognised(json)).unwrap_or_default(), ""),
    };
    // A list that holds no more than links, or an object of which nothing was filled in.
    let kind = envelope::singular(word);
    let is_blank = |value: &Json| matches!(value, Json::Text(text) if text.is_empty());
    if is_blank(json) && word != kind {
        return Ok(Ignored("an empty list".to_owned()));
    }
    if !kind.is_empty() && json.fields().len() == 1 && json.has("id") && !action.starts_with("delete") {
        return Err("only an id: ask for the objects with display=full".to_owned());
    }
    if json.has("id") && json.id("id").is_none() && kind != "address" {
        return Err(format!("the {kind} has no id: is it a blank template?"));
    }
    match kind {
        "cart" => sales::cart(json, sent_at(body), out).map(|()| Taken),
        "order" => sales::order(json, out).map(|()| Taken),
        "order_history" => sales::history(json, out).map(|()| Taken),
        "order_slip" => sales::slip(json, out).map(|()| Taken),
        "order_carrier" => sales::carrier(json, out).map(|()| Taken),
        "customer" if action.starts_with("delete") => things::customer_deleted(json, out).map(|()| Taken),
        "customer" => things::customer(json, out).map(|()| Taken),
        "address" => things::address(json, out),
        "product" if action.starts_with("delete") => things::product_deleted(json, out).map(|()| Taken),
        "product" => things::product(json, out).map(|()| Taken),
        "combination" => things::combination(json, out).map(|()| Taken),
        "stock_available" => things::stock(json, out).map(|()| Taken),
        "category" => things::category(json, out).map(|()| Taken),
        "store" => things::store(json, out).map(|()| Taken),
        "order_detail" => Ok(Ignored("the lines of an order come with it".to_owned())),
        "cart_rule" => Ok(Ignored("cart rules say nothing that is kept".to_owned())),
        "order_state" | "currency" => Ok(Ignored("the shop's own lists say nothing that is kept".to_owned())),
        _ => Err(not_recognised(body)),
    }
}

/// For bodies without a word around them.
fn recognised(json: &Json) -> Option<&'static str> {
    let all = |names: &[&str]| json.has_all(names);
    Some(match () {
        () if all(&["id_cart", "current_state"]) => "order",
        () if all(&["id_order", "id_order_state"]) => "order_history",
        () if all(&["id_order", "total_products_tax_incl"]) => "order_slip",
        () if all(&["id_order", "tracking_number"]) => "order_carrier",
        () if all(&["id_order", "product_quantity"]) => "order_detail",
        () if all(&["id_guest", "secure_key"]) || all(&["id_cart", "cart_rows"]) => "cart",
        () if all(&["id_product", "depends_on_stock"]) => "stock_available",
        () if all(&["id_product", "minimal_quantity"]) => "combination",
        () if all(&["id_customer", "postcode"]) => "address",
        () if all(&["newsletter", "email"]) || all(&["firstname", "lastname", "email"]) => "customer",
        () if all(&["id_category_default", "price"]) => "product",
        () if all(&["level_depth", "id_parent"]) => "category",
        () if all(&["minimum_amount", "code"]) => "cart_rule",
        _ => return None,
    })
}

/// The objects of an association: a list in JSON, an element with one or several children in XML.
fn rows<'a>(json: &'a Json, plural: &str, singular: &str) -> Vec<&'a Json> {
    let rows = json.get("associations").get(plural);
    match (rows, rows.get(singular)) {
        (Json::List(list), _) | (_, Json::List(list)) => list.iter().collect(),
        (_, one @ Json::Object(_)) => vec![one],
        _ => Vec::new(),
    }
}

/// A text that may stand there in several languages: the first.
fn text_in_language(json: &Json, name: &str) -> Option<String> {
    let value = json.get(name);
    let language = match value.get("language") {
        Json::Null => value,
        languages => languages,
    };
    match language {
        Json::List(list) => list.iter().find_map(|one| one.text("value").or_else(|| one.as_text())),
        one => one.text("value").or_else(|| one.as_text()),
    }
}
