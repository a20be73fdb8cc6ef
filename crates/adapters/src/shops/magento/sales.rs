//! Quotes (carts), orders, credit memos and shipments.
//!
//! An order is known by its increment id, which is what the shop's pages say. Credit memos and shipments name it by the
//! `order_id` of the database; whoever subscribes to them adds `order.increment_id`.

use super::super::{
    Ignored, Out, Taken, Verdict,
    facts::{Cart, Line, Order, Person, Refund, Shipment, Totals},
    json::Json,
    read,
};
use base::{Currency, Time};
use jiff::tz::TimeZone;

type Said<T> = Result<T, String>;

/// A time: always UTC.
pub(super) fn time(json: &Json, names: &[&str]) -> Said<Option<Time>> {
    json.time_of(names, &TimeZone::UTC)
}

fn currency(json: &Json) -> Said<Option<Currency>> {
    json.currency_of(&[
        "order_currency_code",
        "quote_currency_code",
        "currency.quote_currency_code",
        "currency.store_currency_code",
        "store_currency_code",
        "global_currency_code",
        "base_currency_code",
    ])
}

fn lines(json: &Json) -> Said<Vec<Line>> {
    let items = match json.get("items") {
        list @ Json::List(_) => list.list(),
        page => page.get("items").list(),
    };
    // A configurable product and the simple one within it are one line: the parent has the price, the child is not sold twice.
    let parents: Vec<&Json> = items.iter().filter(|item| item.id("parent_item_id").is_none()).collect();
    let mut lines = Vec::new();
    for item in parents {
        let child = item
            .id_of(&["item_id", "id"])
            .and_then(|id| items.iter().find(|i| i.id("parent_item_id").as_ref() == Some(&id)));
        lines.push(Line {
            id: item.id_of(&["item_id", "id", "entityId"]),
            product_id: item.id_of(&["product_id", "product.id"]),
            variant_id: child.and_then(|child| child.id("product_id")),
            sku: item.text("sku"),
            name: item.text("name"),
            variant: child.and_then(|child| child.text("name")),
            image_url: item.text_of(&["extension_attributes.image_url", "image_url"]),
            url: item.text_of(&["extension_attributes.product_url", "product_url"]),
            quantity: item.amount_of(&["qty_ordered", "qty"])?,
            price: item.amount_of(&["price_incl_tax", "price"])?,
            total: item.amount_of(&["row_total_incl_tax", "row_total"])?,
            ..Line::default()
        });
    }
    Ok(lines)
}

fn totals(json: &Json) -> Said<Totals> {
    let coupon = json.text_of(&["coupon_code", "totals.coupon_code"]);
    Ok(Totals {
        currency: currency(json)?,
        total: json.amount_of(&["grand_total", "totals.grand_total", "base_grand_total"])?,
        subtotal: json.amount_of(&["subtotal_incl_tax", "subtotal", "totals.subtotal"])?,
        // Discounts stand there as what they change: less than nothing.
        discount: json.amount_of(&["discount_amount", "totals.discount_amount"])?.map(|amount| amount.abs()),
        tax: json.amount_of(&["tax_amount", "totals.tax_amount"])?,
        shipping: json.amount_of(&["shipping_incl_tax", "shipping_amount", "totals.shipping_incl_tax"])?,
        coupons: coupon.into_iter().collect(),
    })
}

fn person(json: &Json) -> Person {
    let billing = json.get("billing_address");
    let address = if billing.fields().is_empty() { json.at("addresses.0") } else { billing };
    let customer = json.get("customer");
    Person {
        id: json.id("customer_id").or_else(|| customer.id("id")),
        email: read::address(json.text_of(&["customer_email", "customer.email", "billing_address.email"])),
        phone: address.text("telephone"),
        first_name: json.text_of(&["customer_firstname", "customer.firstname"]).or_else(|| address.text("firstname")),
        last_name: json.text_of(&["customer_lastname", "customer.lastname"]).or_else(|| address.text("lastname")),
        country: address.text("country_id"),
        address: address_of(address),
        ..Person::default()
    }
}

pub(super) fn address_of(json: &Json) -> Json {
    let street = match json.get("street") {
        Json::List(parts) => Some(parts.iter().filter_map(Json::as_text).collect::<Vec<_>>().join(", ")),
        text => text.as_text(),
    };
    let said = Json::object([
        ("street", street.filter(|street| !street.is_empty()).into()),
        ("city", json.text("city").into()),
        ("postalCode", json.text("postcode").into()),
        ("state", json.text_of(&["region_code", "region.region_code", "region.region", "region"]).into()),
        ("country", json.text("country_id").into()),
    ]);
    if said.fields().is_empty() { Json::Null } else { said }
}

pub(super) fn quote(json: &Json, at: Option<Time>, out: &mut Out<'_>) -> Said<Verdict> {
    let id = json.id_of(&["entity_id", "id", "quote_id", "cart_id"]).ok_or("the quote has no entity_id")?;
    if json.flag("is_active") == Some(false) && json.id("reserved_order_id").is_some() {
        return Ok(Ignored("the quote was ordered: its order tells of it".to_owned()));
    }
    let reserved = json.text("reserved_order_id");
    let cart = Cart {
        id: Some(id),
        lines: lines(json)?,
        totals: totals(json)?,
        url: json.text_of(&["recovery_url", "extension_attributes.recovery_url"]),
        // Magento reserves the order's number when the payment step begins.
        is_checkout: reserved.is_some(),
        order_id: reserved,
        created_at: time(json, &["created_at"])?,
        updated_at: match time(json, &["updated_at"])? {
            Some(time) => Some(time),
            None => at,
        },
        person: person(json),
        more: vec![
            ("store_id", json.text("store_id").into()),
            ("is_active", json.flag("is_active").into()),
            ("note", json.text("customer_note").into()),
        ],
        ..Cart::default()
    };
    out.cart(&cart).map(|()| Taken)
}

/// The number of the order that this is about, and whether it is only the database's.
fn order_id(json: &Json) -> Option<(String, bool)> {
    const NUMBERS: &[&str] = &["increment_id", "real_order_id"];
    const OTHERS: &[&str] = &["order.increment_id", "order_increment_id", "extension_attributes.order_increment_id"];
    let is_of_order = json.has_any(&["order_id", "orderId"]);
    let number = if is_of_order { json.id_of(OTHERS) } else { json.id_of(NUMBERS) };
    if let Some(number) = number {
        return Some((number, false));
    }
    json.id_of(&["order_id", "orderId", "entity_id", "id"]).map(|id| (id, true))
}

pub(super) fn order(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let (id, _) = order_id(json).ok_or("the order has neither an increment_id nor an entity_id")?;
    let (state, status) = (json.text("state"), json.text("status"));
    let person = person(json);
    let is = |word: &str| state.as_deref() == Some(word) || status.as_deref() == Some(word);
    let (is_cancelled, is_delivered) = (is("canceled"), is("delivered"));
    let total_paid = json.amount("total_paid")?;
    let order = Order {
        number: json.text_of(&["increment_id", "real_order_id"]),
        cart_id: json.id("quote_id"),
        lines: lines(json)?,
        totals: totals(json)?,
        placed_at: time(json, &["created_at"])?,
        updated_at: time(json, &["updated_at"])?,
        payment_status: total_paid.map(|paid| if paid.is_zero() { "unpaid" } else { "paid" }.to_owned()),
        payment_method: json.text_of(&["payment.method", "payment.additional_information.method_title"]),
        is_cancelled,
        is_delivered,
        status: status.or(state),
        email: person.email.clone(),
        person,
        more: vec![
            ("order_entity_id", json.id("entity_id").into()),
            ("total_paid", total_paid.into()),
            ("total_refunded", json.amount("total_refunded")?.into()),
            ("store_id", json.text("store_id").into()),
            ("note", json.text("customer_note").into()),
        ],
        id,
        ..Order::default()
    };
    out.order(&order)
}

pub(super) fn order_status(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let (id, is_entity) = order_id(json).ok_or("the order's status has no order id")?;
    let status = json.text("status").ok_or("the order's status says no status")?;
    let at = time(json, &["updated_at"])?;
    let said = Json::object([
        ("order_id", id.clone().into()),
        ("order_id_is_entity", is_entity.then_some(true).into()),
        ("status", status.clone().into()),
    ]);
    out.about_object("Order Updated", &id, at, said.clone());
    let name = match status.as_str() {
        "canceled" | "cancelled" => "Order Cancelled",
        "shipped" => "Order Shipped",
        "delivered" => "Order Delivered",
        _ => return Ok(()),
    };
    out.about_object(name, &id, at, said);
    Ok(())
}

/// Money counts on the order that the pages know: a memo that names only the database's id would count on none.
pub(super) fn credit_memo(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let (order_id, is_entity) = order_id(json).ok_or("the credit memo has no order_id")?;
    if is_entity {
        return Err(format!(
            "the credit memo names its order by the database's id {order_id} alone: add order.increment_id to the event's fields"
        ));
    }
    let total = json.amount_of(&["grand_total", "base_grand_total"])?;
    let refund = Refund {
        id: json.id_of(&["increment_id", "entity_id"]),
        order_id,
        at: time(json, &["created_at"])?,
        currency: currency(json)?,
        total,
        lines: lines(json)?,
        reason: json.text_of(&["customer_note", "comments.0.comment"]),
    };
    out.refund(&refund)
}

pub(super) fn shipment(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let (order_id, _) = order_id(json).ok_or("the shipment has no order_id")?;
    let track = json.at("tracks.0");
    let shipment = Shipment {
        id: json.id_of(&["increment_id", "entity_id", "id"]),
        order_id,
        at: time(json, &["updated_at", "created_at"])?,
        carrier: track.text_of(&["title", "carrier_code", "carrierCode"]),
        tracking_number: track.text_of(&["track_number", "trackNumber", "number"]),
        status: json.text("shipment_status"),
        lines: lines(json)?,
        ..Shipment::default()
    };
    out.shipment(&shipment)
}
