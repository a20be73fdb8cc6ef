//! Vendure: what our subscriber posts as `{topic, at, data}`, and objects of the Admin API.
//!
//! Requests carry `x-vendure-signature`, the base64 HMAC-SHA256 of the body. Vendure keeps amounts in hundredths whatever the
//! currency (its default money strategy): <https://docs.vendure.io/reference/typescript-api/money/money-strategy/>. Its times of
//! change have whole seconds, within which a cart may change several times: the envelope's `at` tells those apart.

mod cart;
mod client;
mod coupon;

pub(super) use cart::make_cart;
pub(super) use client::page;
pub(super) use coupon::make_coupon;

use super::{
    Body, Headers, Ignored, NotSigned, Out, Shop, Taken, Verdict, Words, envelope,
    facts::{Cart, Line, Order, Person, Product, Refund, Shipment, Stock, Totals},
    json::Json,
    not_recognised, read, sent_at,
    sign::{self, Encoding},
};
use base::{Currency, Time};
use rust_decimal::Decimal;

pub static SHOP: Shop = Shop {
    name: "vendure",
    topic_header: Some("x-vendure-topic"),
    delivery_header: None,
    words: Words {
        words: &[
            "order",
            "orders",
            "activeOrder",
            "customer",
            "customers",
            "product",
            "products",
            "productVariant",
            "productVariants",
            "variant",
            "variants",
            "collection",
            "collections",
            "stockMovement",
            "stockMovements",
            "items",
        ],
    },
    read,
    verify,
};

fn verify(headers: &Headers<'_>, body: &[u8], secret: &str) -> Result<(), NotSigned> {
    sign::hmac_sha256(headers, "x-vendure-signature", "", Encoding::Base64, body, secret.as_bytes())
}

type Said<T> = Result<T, String>;

fn read(body: &Body<'_>, out: &mut Out<'_>) -> Result<Verdict, String> {
    let json = body.data;
    if json.has("errors") || json.has("errorCode") {
        let message = json.text_of(&["message", "errors.0.message"]);
        return Err(format!("the shop answered with an error: {}", message.unwrap_or_default()));
    }
    // A change of state comes with the order inside.
    let json = if json.get("order").fields().is_empty() { json } else { json.get("order") };
    let at = sent_at(body);
    let normal = body.topic.map(|topic| topic.to_ascii_lowercase());
    let (kind, action) = match normal.as_deref() {
        Some(topic) => topic.split_once(['/', '.']).unwrap_or((topic, "")),
        None => (recognised(json).or(body.word).unwrap_or_default(), ""),
    };
    let is_deleted = action.starts_with("delete");
    match envelope::singular(kind) {
        "order" | "order-line" | "activeOrder" => order(json, at, is_deleted && kind == "order", out),
        "customer" if is_deleted => {
            let gone = Person { id: json.id("id"), ..Person::default() };
            out.about_person("Customer Deleted", &gone, at, Json::object([])).map(|()| Taken)
        }
        "customer" => {
            let mut person = person(json)?;
            person.updated_at = person.updated_at.max(at);
            out.person(&person).map(|()| Taken)
        }
        "variant" | "productVariant" | "product-variant" => variant(json, at, is_deleted, out).map(|()| Taken),
        "product" => product(json, at, is_deleted, out).map(|()| Taken),
        "collection" => collection(json, at, is_deleted, out).map(|()| Taken),
        "stock" | "stockMovement" | "stock-movement" => movement(json, at, out).map(|()| Taken),
        "refund" => refund_alone(json, at, out).map(|()| Taken),
        "account" | "login" | "logout" | "asset" | "payment" | "fulfillment" | "promotion" | "coupon" => {
            Ok(Ignored(format!("{kind} say nothing that is kept: orders and customers tell it")))
        }
        _ => Err(not_recognised(body)),
    }
}

fn recognised(json: &Json) -> Option<&'static str> {
    let all = |names: &[&str]| json.has_all(names);
    let any = |names: &[&str]| json.has_any(names);
    Some(match () {
        () if any(&["code"]) && any(&["orderPlacedAt", "totalWithTax", "lines"]) => "order",
        () if any(&["emailAddress"]) => "customer",
        () if all(&["type", "quantity"]) && any(&["variantId", "productVariant"]) => "stock",
        () if all(&["stockOnHand", "variantId", "stockLocationId"]) => "stock",
        () if all(&["sku"]) && any(&["productId", "enabled", "priceWithTax", "price", "product"]) => "variant",
        () if all(&["slug"]) && any(&["variants", "variantList", "optionGroups"]) => "product",
        () if all(&["slug"]) && any(&["isRoot", "breadcrumbs", "parentId", "filters"]) => "collection",
        _ => return None,
    })
}

fn time(json: &Json, name: &str) -> Said<Option<Time>> {
    json.time(name, &jiff::tz::TimeZone::UTC)
}

/// Hundredths to the currency's own unit.
fn money(json: &Json, names: &[&str]) -> Said<Option<Decimal>> {
    Ok(json.amount_of(names)?.and_then(|hundredths| hundredths.checked_div(Decimal::ONE_HUNDRED)))
}

fn person(json: &Json) -> Said<Person> {
    let address = json.at("addresses.0");
    Ok(Person {
        id: json.id("id"),
        email: read::address(json.text("emailAddress")),
        phone: json.text("phoneNumber").or_else(|| address.text("phoneNumber")),
        first_name: json.text("firstName"),
        last_name: json.text("lastName"),
        country: address.text_of(&["country.code", "countryCode"]),
        address: address_of(address),
        updated_at: time(json, "updatedAt")?,
        more: vec![("created_at", time(json, "createdAt")?.into()), ("title", json.text("title").into())],
        ..Person::default()
    })
}

fn address_of(json: &Json) -> Json {
    let street: Vec<String> = ["streetLine1", "streetLine2"].into_iter().filter_map(|name| json.text(name)).collect();
    let said = Json::object([
        ("street", (!street.is_empty()).then(|| street.join(", ")).into()),
        ("city", json.text("city").into()),
        ("postalCode", json.text("postalCode").into()),
        ("state", json.text("province").into()),
        ("country", json.text_of(&["country.code", "countryCode"]).into()),
    ]);
    if said.fields().is_empty() { Json::Null } else { said }
}

fn line(json: &Json) -> Said<Line> {
    let variant = json.get("productVariant");
    Ok(Line {
        id: json.id("id"),
        product_id: json.id_of(&["productId", "productVariant.productId", "productVariant.product.id"]),
        variant_id: json.id("variantId").or_else(|| variant.id("id")),
        sku: json.text("sku").or_else(|| variant.text("sku")),
        name: json.text("name").or_else(|| variant.text("name")),
        url: json.text("url"),
        image_url: json.text_of(&["featuredAsset.preview", "productVariant.featuredAsset.preview", "imageUrl"]),
        quantity: json.amount("quantity")?,
        price: money(json, &["discountedUnitPriceWithTax", "unitPriceWithTax", "unitPrice"])?,
        total: money(json, &["discountedLinePriceWithTax", "linePriceWithTax"])?,
        ..Line::default()
    })
}

/// An order is a cart until it is placed; both are known by its code.
fn order(json: &Json, at: Option<Time>, is_deleted: bool, out: &mut Out<'_>) -> Said<Verdict> {
    let id = json.id_of(&["code", "id"]).ok_or("the order has neither a code nor an id")?;
    if is_deleted {
        let said = Json::object([("cart_id", id.clone().into()), ("order_id", id.clone().into())]);
        out.about_object("Order Deleted", &id, at, said);
        return Ok(Taken);
    }
    let state = json.text("state").ok_or("the order has no state: the subscriber must send the whole order")?;
    let customer = json.get("customer");
    let mut whose = if customer.fields().is_empty() { Person::default() } else { person(customer)? };
    let shipping = json.get("shippingAddress");
    whose.phone = whose.phone.or_else(|| shipping.text("phoneNumber"));
    whose.country = whose.country.or_else(|| shipping.text_of(&["countryCode", "country.code"]));
    let lines = json.get("lines").list().iter().map(line).collect::<Said<Vec<_>>>()?;
    let totals = Totals {
        currency: json.currency("currencyCode")?,
        total: money(json, &["totalWithTax", "total"])?,
        subtotal: money(json, &["subTotalWithTax", "subTotal"])?,
        shipping: money(json, &["shippingWithTax", "shipping"])?,
        coupons: json.get("couponCodes").list().iter().filter_map(Json::as_text).collect(),
        ..Totals::default()
    };
    let (created_at, changed_at) = (time(json, "createdAt")?, time(json, "updatedAt")?);
    let placed_at = time(json, "orderPlacedAt")?;
    let is_cart = matches!(&*state, "Created" | "Draft" | "AddingItems" | "ArrangingPayment");
    if placed_at.is_none() && (is_cart || state == "Cancelled") {
        let cart = Cart {
            id: Some(id),
            // A cart that was cancelled has nothing in it any more.
            lines: if is_cart { lines } else { Vec::new() },
            totals,
            url: json.text_of(&["recoveryUrl", "customFields.recoveryUrl"]),
            is_checkout: state == "ArrangingPayment",
            created_at,
            updated_at: changed_at.max(at),
            person: whose,
            more: vec![("state", state.into()), ("shop_order_id", json.id("id").into())],
            ..Cart::default()
        };
        return out.cart(&cart).map(|()| Taken);
    }
    let updated_at = changed_at.max(at);
    let paid =
        matches!(&*state, "PaymentSettled" | "PartiallyShipped" | "Shipped" | "PartiallyDelivered" | "Delivered");
    let order = Order {
        number: Some(id.clone()),
        cart_id: Some(id.clone()),
        lines,
        placed_at: placed_at.or(changed_at),
        updated_at,
        payment_status: Some(if paid { "paid" } else { "authorized" }.to_owned()).filter(|_| state != "Cancelled"),
        payment_method: json.text_of(&["payments.0.method"]),
        is_cancelled: state == "Cancelled",
        is_delivered: state == "Delivered",
        shipments: shipments(json, &id, &state, updated_at)?,
        refunds: refunds(json, &id, totals.currency)?,
        email: whose.email.clone(),
        person: whose,
        totals,
        status: Some(state),
        more: vec![("shop_order_id", json.id("id").into())],
        id,
        ..Order::default()
    };
    out.order(&order).map(|()| Taken)
}

fn shipments(json: &Json, id: &str, state: &str, at: Option<Time>) -> Said<Vec<Shipment>> {
    let mut shipments = Vec::new();
    for parcel in json.get("fulfillments").list() {
        let status = parcel.text("state");
        if !matches!(status.as_deref(), Some("Shipped" | "Delivered" | "Cancelled")) {
            continue;
        }
        shipments.push(Shipment {
            id: parcel.id("id"),
            order_id: id.to_owned(),
            at: time(parcel, "updatedAt")?.or(at),
            is_delivered: status.as_deref() == Some("Delivered"),
            is_cancelled: status.as_deref() == Some("Cancelled"),
            status,
            carrier: parcel.text("method"),
            tracking_number: parcel.text("trackingCode"),
            ..Shipment::default()
        });
    }
    if shipments.is_empty() && matches!(state, "Shipped" | "PartiallyShipped") {
        shipments.push(Shipment { order_id: id.to_owned(), at, ..Shipment::default() });
    }
    Ok(shipments)
}

fn refunds(json: &Json, id: &str, currency: Option<Currency>) -> Said<Vec<Refund>> {
    let mut refunds = Vec::new();
    for refund in json.get("payments").list().iter().flat_map(|payment| payment.get("refunds").list()) {
        if refund.text("state").is_none_or(|state| state == "Settled") {
            refunds.push(Refund { currency, ..refund_of(refund, id.to_owned())? });
        }
    }
    Ok(refunds)
}

fn refund_of(json: &Json, order_id: String) -> Said<Refund> {
    Ok(Refund {
        id: json.id("id"),
        order_id,
        at: time(json, "createdAt")?,
        total: money(json, &["total"])?,
        reason: json.text("reason"),
        ..Refund::default()
    })
}

fn refund_alone(json: &Json, at: Option<Time>, out: &mut Out<'_>) -> Said<()> {
    let order = json.id_of(&["orderCode", "order.code"]).ok_or("the refund has no orderCode")?;
    let refund = refund_of(json, order)?;
    out.refund(&Refund { at: refund.at.or(at), ..refund })
}

fn variant(json: &Json, at: Option<Time>, is_deleted: bool, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the variant has no id")?;
    if is_deleted {
        out.about_shop("Variant Deleted", &id, at, Json::object([("variant_id", id.clone().into())]));
        return Ok(());
    }
    let level = json.get("stockLevel");
    let variant = Product {
        id: json.id_of(&["productId", "product.id"]),
        variant_id: Some(id),
        sku: json.text("sku"),
        name: json.text("name"),
        images: json.text_of(&["featuredAsset.preview"]).into_iter().collect(),
        currency: json.currency("currencyCode")?,
        price: money(json, &["priceWithTax", "price"])?,
        is_active: json.flag("enabled"),
        stock: json.amount("stockOnHand")?,
        // The shop's pages see a word instead of a count.
        is_in_stock: level.as_text().map(|level| level != "OUT_OF_STOCK" && level != "0"),
        updated_at: time(json, "updatedAt")?.or(at),
        ..Product::default()
    };
    out.product(&variant)
}

fn product(json: &Json, at: Option<Time>, is_deleted: bool, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the product has no id")?;
    if is_deleted {
        out.about_shop("Product Deleted", &id, at, Json::object([("product_id", id.clone().into())]));
        return Ok(());
    }
    let names = |name: &str| json.get(name).list().iter().filter_map(|entry| entry.text("name")).collect();
    let product = Product {
        id: Some(id),
        name: json.text("name"),
        images: json.text_of(&["featuredAsset.preview"]).into_iter().collect(),
        categories: names("collections"),
        tags: names("facetValues"),
        is_active: json.flag("enabled"),
        updated_at: time(json, "updatedAt")?.or(at),
        more: vec![("handle", json.text("slug").into())],
        ..Product::default()
    };
    out.product(&product)?;
    json.get("variants").list().iter().try_for_each(|inner| {
        let mut inner = inner.clone();
        inner.set("productId", json.get("id").clone());
        variant(&inner, at, false, out)
    })
}

fn collection(json: &Json, at: Option<Time>, is_deleted: bool, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the collection has no id")?;
    let name = if is_deleted { "Collection Deleted" } else { "Collection Updated" };
    let said = Json::object([
        ("collection_id", id.clone().into()),
        ("name", json.text("name").into()),
        ("handle", json.text("slug").into()),
        ("parent_id", json.id_of(&["parentId", "parent.id"]).into()),
    ]);
    out.about_shop(name, &id, time(json, "updatedAt")?.or(at), said);
    Ok(())
}

/// A webhook's movement is a change, not a level; the API lists levels.
fn movement(json: &Json, at: Option<Time>, out: &mut Out<'_>) -> Said<()> {
    let variant_id = json.id_of(&["variantId", "productVariant.id"]).ok_or("the stock movement names no variant")?;
    if let Some(quantity) = json.amount("stockOnHand")? {
        return out.stock(&Stock {
            variant_id: Some(variant_id),
            product_id: json.id("productId"),
            sku: json.text("sku"),
            location_id: json.id("stockLocationId"),
            quantity: Some(quantity),
            at: time(json, "updatedAt")?.or(at),
            ..Stock::default()
        });
    }
    // Allocations and releases set pieces aside for an order; the count does not change by them.
    let kind = json.text("type").unwrap_or_default();
    let quantity = json.amount("quantity")?;
    let counts = !matches!(kind.as_str(), "ALLOCATION" | "RELEASE");
    if !counts {
        let said = Json::object([
            ("variant_id", variant_id.clone().into()),
            ("type", kind.into()),
            ("quantity", quantity.into()),
        ]);
        out.about_shop("Stock Reserved", &variant_id, time(json, "createdAt")?.or(at), said);
        return Ok(());
    }
    let stock = Stock {
        variant_id: Some(variant_id),
        location_id: json.id("stockLocationId"),
        delta: quantity,
        at: time(json, "createdAt")?.or(at),
        ..Stock::default()
    };
    out.stock(&stock)
}
