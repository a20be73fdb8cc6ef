//! Carts, checkouts, orders, refunds and parcels.

use super::super::{
    Ignored, Out, Taken, Verdict,
    facts::{Cart, Line, Order, Person, Refund, Shipment, Totals},
    json::Json,
    read,
};
use super::people;
use base::{Currency, Time};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

type Said<T> = Result<T, String>;

/// Amounts are in the shop's own currency; what the customer saw is named beside them.
fn currency(json: &Json) -> Said<Option<Currency>> {
    json.currency_of(&[
        "currency",
        "currencyCode",
        "total_price_set.shop_money.currency_code",
        "totalPriceSet.shopMoney.currencyCode",
    ])
}

/// A time of the shop; each has its offset.
pub(super) fn time(json: &Json, names: &[&str]) -> Said<Option<Time>> {
    json.time_of(names, &TimeZone::UTC)
}

/// The objects of a field that is a list, or GraphQL's page of one.
pub(super) fn listed<'a>(json: &'a Json, name: &str) -> Vec<&'a Json> {
    match json.get(name) {
        Json::List(list) => list.iter().collect(),
        page @ Json::Object(_) => {
            let nodes = page.get("nodes").list().iter();
            nodes.chain(page.get("edges").list().iter().map(|edge| edge.get("node"))).collect()
        }
        _ => Vec::new(),
    }
}

fn lines(json: &Json) -> Said<Vec<Line>> {
    let name = if json.has("line_items") { "line_items" } else { "lineItems" };
    listed(json, name).into_iter().map(line).collect()
}

fn line(json: &Json) -> Said<Line> {
    let price = json.amount_of(&[
        "discounted_price",
        "price",
        "discountedUnitPriceSet.shopMoney.amount",
        "originalUnitPriceSet.shopMoney.amount",
        "variant_price",
    ])?;
    Ok(Line {
        id: json.id_of(&["key", "id"]),
        product_id: json.id_of(&["product_id", "product.id"]),
        variant_id: json.id_of(&["variant_id", "variant.id"]),
        sku: json.text_of(&["sku", "variant.sku"]),
        name: json.text_of(&["title", "name", "presentment_title", "product_title"]),
        variant: json.text_of(&["variant_title", "variantTitle", "presentment_variant_title", "variant.title"]),
        url: json.text("url"),
        image_url: json.text_of(&["image_url", "image.url", "image", "featured_image.url"]),
        brand: json.text("vendor"),
        quantity: json.amount("quantity")?,
        price,
        total: json.amount("line_price")?,
    })
}

fn totals(json: &Json) -> Said<Totals> {
    let mut coupons: Vec<String> = listed(json, "discount_codes").iter().filter_map(|code| code.text("code")).collect();
    coupons.extend(listed(json, "discountCodes").iter().filter_map(|code| code.as_text()));
    let shipping = match json
        .amount_of(&["total_shipping_price_set.shop_money.amount", "totalShippingPriceSet.shopMoney.amount"])?
    {
        Some(shipping) => Some(shipping),
        None => sum(&listed(json, "shipping_lines"), "price")?,
    };
    Ok(Totals {
        currency: currency(json)?,
        total: json.amount_of(&["total_price", "totalPriceSet.shopMoney.amount"])?,
        subtotal: json.amount_of(&["subtotal_price", "subtotalPriceSet.shopMoney.amount"])?,
        discount: json.amount_of(&["total_discounts", "totalDiscountsSet.shopMoney.amount"])?,
        tax: json.amount_of(&["total_tax", "totalTaxSet.shopMoney.amount"])?,
        shipping,
        coupons,
    })
}

/// The sum of a field over a list; `None`: the list is empty.
fn sum(list: &[&Json], name: &str) -> Said<Option<Decimal>> {
    let mut total = None;
    for value in list {
        if let Some(amount) = value.amount(name)? {
            total =
                Some(total.unwrap_or(Decimal::ZERO).checked_add(amount).ok_or(format!("the {name}s are too large"))?);
        }
    }
    Ok(total)
}

/// A cart has neither a customer nor a currency of its own; its prices say the currency.
pub(super) fn cart(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id_of(&["token", "id"]).ok_or("the cart has no token")?;
    let priced = "line_items.0.price_set.shop_money.currency_code";
    let lines = lines(json)?;
    let mut total = Some(Decimal::ZERO);
    for line in &lines {
        let of_line = || line.price?.checked_mul(line.quantity?);
        total = total.zip(line.total.or_else(of_line)).and_then(|(sum, line)| sum.checked_add(line));
    }
    let total = total.filter(|_| !lines.is_empty());
    let cart = Cart {
        id: Some(id),
        totals: Totals { currency: json.currency_of(&["currency", priced])?, total, ..Totals::default() },
        lines,
        created_at: time(json, &["created_at"])?,
        updated_at: time(json, &["updated_at"])?,
        more: vec![("note", json.text("note").into())],
        ..Cart::default()
    };
    out.cart(&cart)
}

pub(super) fn checkout(json: &Json, out: &mut Out<'_>) -> Said<Verdict> {
    let checkout_id = json.id_of(&["token", "id"]);
    let id = json.id("cart_token").or_else(|| checkout_id.clone()).ok_or("the checkout has no token")?;
    let mut person = people::of_sale(json)?;
    people::agreed(&mut person, json);
    let is_done = !json.get("completed_at").is_null() || !json.get("completedAt").is_null();
    let cart = Cart {
        id: Some(id),
        checkout_id,
        lines: lines(json)?,
        totals: totals(json)?,
        url: json.text_of(&["abandoned_checkout_url", "abandonedCheckoutUrl", "web_url", "recovery_url"]),
        is_checkout: true,
        checkout_at: time(json, &["created_at", "createdAt"])?,
        created_at: time(json, &["created_at", "createdAt"])?,
        updated_at: time(json, &["updated_at", "updatedAt"])?,
        person,
        more: vec![
            ("presentment_currency", json.text("presentment_currency").into()),
            ("note", json.text("note").into()),
            ("completed_at", time(json, &["completed_at", "completedAt"])?.into()),
            ("affiliation", json.text("source_name").into()),
        ],
        ..Cart::default()
    };
    if is_done && cart.lines.is_empty() {
        return Ok(Ignored("the checkout is completed: its order tells of it".to_owned()));
    }
    out.cart(&cart).map(|()| Taken)
}

pub(super) fn checkout_deleted(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id_of(&["cart_token", "token", "id"]).ok_or("the checkout has neither a token nor a cart_token")?;
    let said = Json::object([
        ("cart_id", json.id_of(&["cart_token"]).into()),
        ("checkout_id", json.id_of(&["token"]).into()),
        ("shop_checkout_id", json.id("id").into()),
    ]);
    if !said.has_any(&["cart_id", "checkout_id"]) {
        return Err("the deleted checkout has neither a token nor a cart_token".to_owned());
    }
    out.about_object("Checkout Deleted", &id, None, said);
    Ok(())
}

pub(super) fn order_deleted(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the deleted order has no id")?;
    out.about_object("Order Deleted", &id, None, Json::object([("order_id", id.clone().into())]));
    Ok(())
}

pub(super) fn order_edited(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let edit = if json.has("order_edit") { json.get("order_edit") } else { json };
    let id = edit.id("order_id").ok_or("the edit of an order has no order_id")?;
    let said = Json::object([
        ("order_id", id.clone().into()),
        ("edit_id", edit.id("id").into()),
        ("added", edit.at("line_items.additions").clone()),
        ("removed", edit.at("line_items.removals").clone()),
    ]);
    out.about_object("Order Edited", &id, time(edit, &["committed_at", "created_at"])?, said);
    Ok(())
}

pub(super) fn order(json: &Json, out: &mut Out<'_>, action: &str) -> Said<()> {
    let id = json.id("id").ok_or("the order has no id")?;
    let totals = totals(json)?;
    let cancelled_at = time(json, &["cancelled_at", "cancelledAt"])?;
    let mut person = people::of_sale(json)?;
    people::agreed(&mut person, json);
    let mut refunds = Vec::new();
    for refund in listed(json, "refunds") {
        refunds.extend(refund_of(refund, Some(&id), totals.currency)?);
    }
    let mut shipments = Vec::new();
    for parcel in listed(json, "fulfillments") {
        shipments.push(shipment_of(parcel, Some(&id))?);
    }
    let gateways = json.get("payment_gateway_names").list().first().and_then(Json::as_text);
    let more = vec![
        ("presentment_currency", json.text("presentment_currency").into()),
        ("current_total", json.amount_of(&["current_total_price", "currentTotalPriceSet.shopMoney.amount"])?.into()),
        ("affiliation", json.text_of(&["source_name", "sourceName"]).into()),
        ("is_test", json.flag("test").filter(|test| *test).into()),
        ("order_status_url", json.text_of(&["order_status_url", "statusPageUrl"]).into()),
        ("landing_site", json.text("landing_site").into()),
        ("referring_site", json.text("referring_site").into()),
        ("note", json.text("note").into()),
    ];
    let order = Order {
        number: json.text_of(&["name", "order_number"]),
        cart_id: json.id_of(&["cart_token", "checkout_token"]),
        checkout_id: json.id_of(&["checkout_token"]),
        lines: lines(json)?,
        totals,
        placed_at: time(json, &["processed_at", "processedAt", "created_at", "createdAt"])?,
        updated_at: time(json, &["updated_at", "updatedAt"])?,
        status: if json.get("closed_at").is_null() { None } else { Some("closed".to_owned()) },
        payment_status: json.text_of(&["financial_status", "displayFinancialStatus"]).map(|s| s.to_lowercase()),
        fulfilment_status: json.text_of(&["fulfillment_status", "displayFulfillmentStatus"]).map(|s| s.to_lowercase()),
        payment_method: json.text("gateway").or(gateways),
        is_cancelled: cancelled_at.is_some() || action == "cancelled",
        cancelled_at,
        cancel_reason: json.text_of(&["cancel_reason", "cancelReason"]),
        refunds,
        shipments,
        person,
        email: read::address(json.text_of(&["email", "contact_email"])),
        more,
        id,
        ..Order::default()
    };
    out.order(&order)
}

pub(super) fn refund(json: &Json, out: &mut Out<'_>) -> Said<Verdict> {
    if json.id("id").is_none() {
        return Ok(Ignored("a refund that is only calculated has no id and moves no money".to_owned()));
    }
    match refund_of(json, None, None)? {
        Some(refund) => out.refund(&refund).map(|()| Taken),
        None => Ok(Ignored("the refund gives no money and no product back".to_owned())),
    }
}

/// A refund's amount is what its transactions paid back, else the worth of what came back; `None`: neither.
fn refund_of(json: &Json, order: Option<&String>, currency: Option<Currency>) -> Said<Option<Refund>> {
    let order_id =
        json.id_of(&["order_id", "order.id"]).or_else(|| order.cloned()).ok_or("the refund has no order_id")?;
    let paid: Vec<&Json> = listed(json, "transactions")
        .into_iter()
        .filter(|t| t.text("kind").is_none_or(|kind| kind.eq_ignore_ascii_case("refund")))
        .filter(|t| t.text("status").is_none_or(|status| status.eq_ignore_ascii_case("success")))
        .collect();
    let items = [listed(json, "refund_line_items"), listed(json, "refundLineItems")].concat();
    let mut total = match sum(&paid, "amount")? {
        Some(total) => Some(total),
        None => json.amount_of(&["totalRefundedSet.shopMoney.amount"])?,
    };
    let mut came_back = Vec::new();
    let mut worth = None;
    for item in &items {
        let of_line = if item.has("line_item") { item.get("line_item") } else { item.get("lineItem") };
        let line = Line { quantity: item.amount("quantity")?, ..self::line(of_line)? };
        let tax = item.amount("total_tax")?.unwrap_or(Decimal::ZERO);
        let of_price = || line.price?.checked_mul(line.quantity?);
        let subtotal = item.amount("subtotal")?.or_else(of_price);
        let of_item = subtotal.unwrap_or(Decimal::ZERO).checked_add(tax);
        let sum = of_item.and_then(|of_item| worth.unwrap_or(Decimal::ZERO).checked_add(of_item));
        worth = Some(sum.ok_or("the amounts of the refund are too large")?);
        came_back.push(line);
    }
    total = total.or(worth);
    if total.is_none() {
        return Ok(None);
    }
    let said = json.currency_of(&[
        "transactions.0.currency",
        "refund_line_items.0.subtotal_set.shop_money.currency_code",
        "total_duties_set.shop_money.currency_code",
        "totalRefundedSet.shopMoney.currencyCode",
    ])?;
    Ok(Some(Refund {
        id: json.id("id"),
        order_id,
        // The same in the refund's own body and in its order's, so that it counts once.
        at: time(json, &["created_at", "createdAt", "processed_at"])?,
        currency: currency.or(said),
        total,
        lines: came_back,
        reason: json.text("note"),
    }))
}

pub(super) fn fulfilment(json: &Json, out: &mut Out<'_>) -> Said<Verdict> {
    out.shipment(&shipment_of(json, None)?).map(|()| Taken)
}

fn shipment_of(json: &Json, order: Option<&String>) -> Said<Shipment> {
    let order_id = json.id_of(&["order_id", "order.id"]).or_else(|| order.cloned());
    let status = json.text_of(&["shipment_status", "displayStatus", "status"]).map(|s| s.to_lowercase());
    let is = |word: &str| {
        json.text("status").is_some_and(|s| s.eq_ignore_ascii_case(word)) || status.as_deref() == Some(word)
    };
    Ok(Shipment {
        id: json.id("id"),
        order_id: order_id.ok_or("the fulfillment has no order_id")?,
        at: time(json, &["updated_at", "updatedAt", "created_at", "createdAt"])?,
        is_delivered: status.as_deref() == Some("delivered"),
        is_cancelled: ["cancelled", "canceled", "failure", "error"].into_iter().any(is),
        status,
        carrier: json.text_of(&["tracking_company", "trackingInfo.0.company"]),
        tracking_number: json.text_of(&["tracking_number", "tracking_numbers.0", "trackingInfo.0.number"]),
        tracking_url: json.text_of(&["tracking_url", "tracking_urls.0", "trackingInfo.0.url"]),
        lines: lines(json)?,
        email: read::address(json.text("email")),
    })
}

pub(super) fn fulfilment_event(json: &Json, out: &mut Out<'_>) -> Said<Verdict> {
    let Some(order_id) = json.id("order_id") else {
        return Ok(Ignored("a step of a parcel that names no order; the fulfillment tells its state".to_owned()));
    };
    let status = json.text("status").map(|s| s.to_lowercase());
    let shipment = Shipment {
        id: json.id("fulfillment_id"),
        order_id,
        at: time(json, &["happened_at", "created_at"])?,
        is_delivered: status.as_deref() == Some("delivered"),
        status,
        ..Shipment::default()
    };
    out.shipment(&shipment).map(|()| Taken)
}

/// Whose sale it is; the customer's own record comes first, the addresses fill what it leaves open.
pub(super) fn fill_from_addresses(person: &mut Person, json: &Json) {
    for name in ["billing_address", "shipping_address", "billingAddress", "shippingAddress"] {
        let address = json.get(name);
        if person.first_name.is_none() && person.last_name.is_none() {
            person.first_name = address.text_of(&["first_name", "firstName"]);
            person.last_name = address.text_of(&["last_name", "lastName"]);
        }
        person.phone = person.phone.take().or_else(|| address.text("phone"));
        person.country =
            person.country.take().or_else(|| address.text_of(&["country_code", "countryCodeV2", "country"]));
    }
}
