//! Medusa (version 2, and what differs in version 1): what our subscriber posts as `{topic, at, data}` with the whole object, and
//! objects of its Admin and Store API.
//!
//! Medusa's own events say ids alone; our subscriber looks the object up. Requests carry `x-medusa-topic` and
//! `x-medusa-signature`, the hex HMAC-SHA256 of the body. Version 2 says amounts in the currency's own unit, version 1 (whose
//! objects say what `object` they are) in the minor one: <https://docs.medusajs.com/resources/commerce-modules/pricing/concepts>.

mod cart;
mod client;
mod coupon;
mod tags;
mod things;

pub(super) use cart::make_cart;
pub(super) use client::page;
pub(super) use coupon::make_coupon;
pub(super) use tags::write_tags;

use super::{
    Body, Headers, Ignored, NotSigned, Out, Shop, Taken, Verdict, Words, envelope,
    facts::{Cart, Line, Order, Person, Refund, Shipment, Totals},
    json::Json,
    not_recognised, read, sent_at,
    sign::{self, Encoding},
};
use base::{Currency, Time};
use rust_decimal::Decimal;

pub static SHOP: Shop = Shop {
    name: "medusa",
    topic_header: Some("x-medusa-topic"),
    delivery_header: None,
    words: Words {
        words: &[
            "cart",
            "carts",
            "order",
            "orders",
            "customer",
            "customers",
            "product",
            "products",
            "variant",
            "variants",
            "inventory_item",
            "inventory_items",
            "inventory_level",
            "inventory_levels",
            "location_levels",
            "collection",
            "collections",
            "product_category",
            "product_categories",
            "stock_location",
            "stock_locations",
        ],
    },
    read,
    verify,
};

fn verify(headers: &Headers<'_>, body: &[u8], secret: &str) -> Result<(), NotSigned> {
    sign::hmac_sha256(headers, "x-medusa-signature", "", Encoding::Hex, body, secret.as_bytes())
}

type Said<T> = Result<T, String>;

fn read(body: &Body<'_>, out: &mut Out<'_>) -> Result<Verdict, String> {
    let json = body.data;
    if json.has_all(&["type", "message"]) && !json.has("id") {
        return Err(format!("the shop answered with an error: {}", json.text("message").unwrap_or_default()));
    }
    let at = sent_at(body);
    let normal = body.topic.map(|topic| topic.to_ascii_lowercase().replace('-', "_"));
    let (kind, action) = match normal.as_deref() {
        Some(topic) => topic.split_once(['.', '/']).unwrap_or((topic, "")),
        None => (recognised(json).or(body.word).unwrap_or_default(), ""),
    };
    let is_deleted = action.starts_with("delete");
    if !is_deleted && json.fields().len() == 1 && json.has_any(&["id", "ids"]) {
        return Err("only an id: the subscriber must send the whole object".to_owned());
    }
    match envelope::singular(kind) {
        "cart" => cart(json, at, out),
        "order" => match action {
            "fulfillment_created"
            | "fulfillment_canceled"
            | "return_requested"
            | "return_received"
            | "claim_created"
            | "exchange_created"
            | "transfer_requested"
                if !is_order(json) =>
            {
                let id = json.id_of(&["order_id", "id"]).ok_or("the order's event has no order_id")?;
                let said = Json::object([("order_id", id.clone().into()), ("status", action.into())]);
                out.about_object("Order Updated", &id, at, said);
                Ok(Taken)
            }
            _ => order(json, at, action, out).map(|()| Taken),
        },
        "fulfillment" | "shipment" | "delivery" => parcel(json, kind == "delivery", at, out).map(|()| Taken),
        "payment" if action == "refunded" => payment(json, at, out),
        "payment" => Ok(Ignored("payments say nothing that is kept: the order tells them".to_owned())),
        "customer" if is_deleted => {
            let gone = Person { id: json.id("id"), ..Person::default() };
            out.about_person("Customer Deleted", &gone, at, Json::object([])).map(|()| Taken)
        }
        "customer" => {
            let mut whose = person(json)?;
            whose.updated_at = whose.updated_at.or(at);
            out.person(&whose).map(|()| Taken)
        }
        "product" => things::product(json, at, is_deleted, out).map(|()| Taken),
        "product_variant" | "variant" => things::variant(json, None, at, is_deleted, out).map(|()| Taken),
        "product_collection" | "collection" | "product_category" | "product_categorie" => {
            things::collection(json, at, is_deleted, out).map(|()| Taken)
        }
        "inventory_level" | "location_level" => things::level(json, at, out).map(|()| Taken),
        "inventory_item" | "inventory" => things::item(json, at, out).map(|()| Taken),
        "stock_location" => things::location(json, at, out).map(|()| Taken),
        "auth" | "user" | "invite" | "region" | "sales_channel" | "product_tag" | "product_type" | "product_option"
        | "order_edit" | "price_list" | "promotion" => Ok(Ignored(format!("{kind} says nothing that is kept"))),
        _ => Err(not_recognised(body)),
    }
}

fn is_order(json: &Json) -> bool {
    json.has_any(&["display_id", "fulfillment_status", "payment_status"]) && json.has("items")
}

fn recognised(json: &Json) -> Option<&'static str> {
    let all = |names: &[&str]| json.has_all(names);
    let any = |names: &[&str]| json.has_any(names);
    let id = json.text("id").unwrap_or_default();
    Some(match id.split_once('_').map(|(kind, _)| kind) {
        Some("cart") => "cart",
        Some("order") => "order",
        Some("cus") => "customer",
        Some("prod") => "product",
        Some("variant") => "variant",
        Some("iitem") => "inventory_item",
        Some("ilev") => "inventory_level",
        Some("pcol") => "collection",
        Some("pcat") => "product_category",
        Some("sloc") => "stock_location",
        Some("ful") => "fulfillment",
        _ => match () {
            () if is_order(json) => "order",
            () if all(&["items", "region_id"]) => "cart",
            () if any(&["has_account"]) => "customer",
            () if any(&["inventory_item_id"]) && any(&["stocked_quantity"]) => "inventory_level",
            () if all(&["variants", "handle"]) => "product",
            _ => return None,
        },
    })
}

fn time(json: &Json, name: &str) -> Said<Option<Time>> {
    json.time(name, &jiff::tz::TimeZone::UTC)
}

/// An amount as this version says it; version 2 may say it exactly beside (`raw_total`).
struct Money {
    /// Digits of the minor unit that amounts are counted in; 0 in version 2.
    digits: u32,
}

impl Money {
    fn of(json: &Json, currency: Option<Currency>) -> Money {
        Money { digits: if json.has("object") { currency.map_or(2, |currency| currency.digits()) } else { 0 } }
    }

    fn read(&self, json: &Json, names: &[&str]) -> Said<Option<Decimal>> {
        for name in names {
            let exact = json.amount(&format!("raw_{name}.value"))?;
            let said = match (exact, json.get(name)) {
                (Some(exact), _) => Some(exact),
                (None, value @ Json::Object(_)) => value.amount_of(&["value", "numeric_", "numeric"])?,
                (None, _) => json.amount(name)?,
            };
            if let Some(amount) = said {
                return Ok(amount.checked_div(Decimal::from(10i64.pow(self.digits))));
            }
        }
        Ok(None)
    }
}

fn currency(json: &Json) -> Said<Option<Currency>> {
    json.currency_of(&["currency_code", "region.currency_code"])
}

fn person(json: &Json) -> Said<Person> {
    let address = json.at("addresses.0");
    let has_account = json.flag("has_account") != Some(false);
    Ok(Person {
        id: json.id("id").filter(|_| has_account),
        email: read::address(json.text("email")),
        phone: json.text("phone").or_else(|| address.text("phone")),
        first_name: json.text("first_name"),
        last_name: json.text("last_name"),
        country: address.text("country_code").map(|country| country.to_uppercase()),
        address: address_of(address),
        updated_at: time(json, "updated_at")?,
        more: vec![("created_at", time(json, "created_at")?.into()), ("company", json.text("company_name").into())],
        ..Person::default()
    })
}

fn address_of(json: &Json) -> Json {
    let street: Vec<String> = ["address_1", "address_2"].into_iter().filter_map(|name| json.text(name)).collect();
    let said = Json::object([
        ("street", (!street.is_empty()).then(|| street.join(", ")).into()),
        ("city", json.text("city").into()),
        ("postalCode", json.text("postal_code").into()),
        ("state", json.text("province").into()),
        ("country", json.text("country_code").map(|country| country.to_uppercase()).into()),
    ]);
    if said.fields().is_empty() { Json::Null } else { said }
}

/// Whose cart or order it is; who has no account is known by the address alone.
fn of_sale(json: &Json) -> Said<Person> {
    let customer = json.get("customer");
    let mut whose = if customer.fields().is_empty() {
        Person { id: json.id("customer_id"), ..Person::default() }
    } else {
        person(customer)?
    };
    whose.updated_at = None;
    whose.email = whose.email.or_else(|| read::address(json.text("email")));
    whose.language = json.text("locale");
    for name in ["billing_address", "shipping_address"] {
        let address = json.get(name);
        whose.phone = whose.phone.or_else(|| address.text("phone"));
        whose.first_name = whose.first_name.or_else(|| address.text("first_name"));
        whose.last_name = whose.last_name.or_else(|| address.text("last_name"));
        whose.country = whose.country.or_else(|| address.text("country_code").map(|country| country.to_uppercase()));
    }
    Ok(whose)
}

fn lines(json: &Json, money: &Money) -> Said<Vec<Line>> {
    let line = |item: &Json| -> Said<Line> {
        Ok(Line {
            id: item.id("id"),
            product_id: item.id_of(&["product_id", "variant.product_id", "product.id"]),
            variant_id: item.id_of(&["variant_id", "variant.id"]),
            sku: item.text_of(&["variant_sku", "variant.sku"]),
            name: item.text_of(&["product_title", "title"]),
            variant: item.text_of(&["variant_title", "variant.title"]),
            url: None,
            image_url: item.text_of(&["thumbnail", "product.thumbnail"]),
            quantity: match item.get("quantity") {
                Json::Object(_) => item.amount_of(&["quantity.value", "quantity.numeric_"])?,
                _ => item.amount("quantity")?,
            },
            price: money.read(item, &["unit_price"])?,
            total: money.read(item, &["total", "subtotal"])?,
            ..Line::default()
        })
    };
    json.get("items").list().iter().map(line).collect()
}

fn totals(json: &Json, money: &Money, currency: Option<Currency>) -> Said<Totals> {
    let codes = ["promotions", "discounts"].into_iter().flat_map(|name| json.get(name).list());
    Ok(Totals {
        currency,
        total: money.read(json, &["total"])?,
        subtotal: money.read(json, &["item_total", "subtotal"])?,
        discount: money.read(json, &["discount_total"])?,
        tax: money.read(json, &["tax_total"])?,
        shipping: money.read(json, &["shipping_total"])?,
        coupons: codes.filter_map(|code| code.text("code")).collect(),
    })
}

fn cart(json: &Json, at: Option<Time>, out: &mut Out<'_>) -> Said<Verdict> {
    let id = json.id("id").ok_or("the cart has no id")?;
    if !json.has("items") {
        return Err("the cart has no items: the subscriber must send the whole cart".to_owned());
    }
    if !json.get("completed_at").is_null() {
        return Ok(Ignored("the cart was ordered: its order tells of it".to_owned()));
    }
    let currency = currency(json)?;
    let money = Money::of(json, currency);
    let has = |name: &str| !json.get(name).fields().is_empty() || !json.get(name).list().is_empty();
    let cart = Cart {
        id: Some(id),
        lines: lines(json, &money)?,
        totals: totals(json, &money, currency)?,
        url: json.text_of(&["recovery_url", "metadata.recovery_url"]),
        is_checkout: has("shipping_methods") || json.has("payment_collection") && has("payment_collection"),
        created_at: time(json, "created_at")?,
        updated_at: time(json, "updated_at")?.max(at),
        person: of_sale(json)?,
        more: vec![("region_id", json.id("region_id").into()), ("store_id", json.id("sales_channel_id").into())],
        ..Cart::default()
    };
    out.cart(&cart).map(|()| Taken)
}

fn order(json: &Json, at: Option<Time>, action: &str, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the order has no id")?;
    if !json.has("items") && !json.has("total") {
        return Err("the order has neither items nor a total: the subscriber must send the whole order".to_owned());
    }
    let currency = currency(json)?;
    let money = Money::of(json, currency);
    let (status, cancelled_at) = (json.text("status"), time(json, "canceled_at")?);
    let fulfilment = json.text("fulfillment_status");
    let updated_at = time(json, "updated_at")?.max(at);
    let person = of_sale(json)?;
    let mut refunds = Vec::new();
    let of_collections = json.get("payment_collections").list().iter().flat_map(|c| c.get("payments").list());
    for refund in of_collections.chain(json.get("payments").list()).flat_map(|payment| payment.get("refunds").list()) {
        refunds.push(refund_of(refund, &id, currency, &money)?);
    }
    for refund in json.get("refunds").list() {
        refunds.push(refund_of(refund, &id, currency, &money)?);
    }
    let mut shipments = Vec::new();
    for fulfilment in json.get("fulfillments").list() {
        if ["shipped_at", "delivered_at", "canceled_at"].iter().any(|name| !fulfilment.get(name).is_null()) {
            shipments.push(shipment_of(fulfilment, &id, false, updated_at)?);
        }
    }
    let order = Order {
        number: json.text("display_id"),
        cart_id: json.id_of(&["cart_id", "cart.id"]),
        lines: lines(json, &money)?,
        totals: totals(json, &money, currency)?,
        placed_at: time(json, "created_at")?.or(at),
        updated_at,
        payment_status: json.text("payment_status"),
        payment_method: json.text_of(&["payment_collections.0.payments.0.provider_id", "payments.0.provider_id"]),
        is_cancelled: status.as_deref() == Some("canceled") || action == "canceled",
        cancelled_at,
        is_delivered: fulfilment.as_deref() == Some("delivered"),
        fulfilment_status: fulfilment,
        refunds,
        shipments,
        email: read::address(json.text("email")).or_else(|| person.email.clone()),
        person,
        status,
        more: vec![("region_id", json.id("region_id").into()), ("store_id", json.id("sales_channel_id").into())],
        id,
        ..Order::default()
    };
    out.order(&order)
}

fn refund_of(json: &Json, order: &str, currency: Option<Currency>, money: &Money) -> Said<Refund> {
    Ok(Refund {
        id: json.id("id"),
        order_id: order.to_owned(),
        at: time(json, "created_at")?,
        currency,
        total: money.read(json, &["amount"])?,
        reason: json.text_of(&["reason", "note", "refund_reason.label"]),
        ..Refund::default()
    })
}

fn payment(json: &Json, at: Option<Time>, out: &mut Out<'_>) -> Said<Verdict> {
    let Some(order) = json.id_of(&["order_id", "payment_collection.order.id"]) else {
        return Ok(Ignored("the payment names no order: the order lists its refunds".to_owned()));
    };
    let currency = currency(json)?;
    let refunds = json.get("refunds").list();
    if refunds.is_empty() {
        return Ok(Ignored("the payment lists no refunds".to_owned()));
    }
    for refund in refunds {
        let refund = refund_of(refund, &order, currency, &Money::of(json, currency))?;
        out.refund(&Refund { at: refund.at.or(at), ..refund })?;
    }
    Ok(Taken)
}

fn parcel(json: &Json, is_delivery: bool, at: Option<Time>, out: &mut Out<'_>) -> Said<()> {
    let order =
        json.id_of(&["order_id", "order.id"]).ok_or("the parcel has no order_id: the subscriber must add it")?;
    out.shipment(&shipment_of(json, &order, is_delivery, at)?)
}

fn shipment_of(json: &Json, order: &str, is_delivery: bool, at: Option<Time>) -> Said<Shipment> {
    let delivered_at = time(json, "delivered_at")?;
    let cancelled_at = time(json, "canceled_at")?;
    let shipped_at = time(json, "shipped_at")?;
    Ok(Shipment {
        id: json.id("id"),
        order_id: order.to_owned(),
        at: cancelled_at.or(delivered_at).or(shipped_at).or(at),
        is_delivered: delivered_at.is_some() || is_delivery,
        is_cancelled: cancelled_at.is_some(),
        carrier: json.text("provider_id"),
        tracking_number: json.text_of(&[
            "labels.0.tracking_number",
            "tracking_numbers.0",
            "tracking_links.0.tracking_number",
        ]),
        tracking_url: json.text_of(&["labels.0.tracking_url", "tracking_links.0.url"]),
        ..Shipment::default()
    })
}
