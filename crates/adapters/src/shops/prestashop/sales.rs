//! Carts, orders and what becomes of them.

use super::super::{
    Out,
    facts::{Cart, Line, Order, Person, Refund, Shipment, Totals},
    json::Json,
    read,
};
use super::rows;
use base::{Currency, Time};

type Said<T> = Result<T, String>;

/// A time, in the shop's zone.
pub(super) fn time(json: &Json, name: &str, out: &Out<'_>) -> Said<Option<Time>> {
    json.time(name, &out.settings.zone)
}

/// The webservice names a currency by the shop's own number; our module writes the letters beside it.
fn currency(json: &Json) -> Said<Option<Currency>> {
    json.currency_of(&["currency_iso", "currency", "currency_code"])
}

/// What our module adds of the customer, or their number alone.
fn person(json: &Json) -> Person {
    let customer = json.get("customer");
    Person {
        // Guests have a number of their own too, a new one for each order.
        id: json.id("id_customer"),
        email: read::address(customer.text("email").or_else(|| json.text("email"))),
        first_name: customer.text("firstname"),
        last_name: customer.text("lastname"),
        phone: customer.text_of(&["phone_mobile", "phone"]),
        language: json.text("language_iso"),
        country: json.text("country_iso"),
        ..Person::default()
    }
}

fn line(json: &Json) -> Said<Line> {
    let product = json.id_of(&["id_product", "product_id"]);
    Ok(Line {
        id: json.id("id"),
        product_id: product,
        variant_id: json.id_of(&["id_product_attribute", "product_attribute_id"]),
        sku: json.text_of(&["product_reference", "reference"]),
        name: json.text_of(&["product_name", "name"]),
        url: json.text("url"),
        image_url: json.text("image_url"),
        quantity: json.amount_of(&["quantity", "product_quantity"])?,
        price: json.amount_of(&["unit_price_tax_incl", "price_wt", "price", "product_price"])?,
        ..Line::default()
    })
}

fn codes(json: &Json) -> Vec<String> {
    let coupons = rows(json, "cart_rules", "cart_rule").into_iter().filter_map(|rule| rule.text("code"));
    coupons.chain(json.get("coupons").list().iter().filter_map(Json::as_text)).collect()
}

pub(super) fn cart(json: &Json, at: Option<Time>, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the cart has no id")?;
    let lines = rows(json, "cart_rows", "cart_row").into_iter().map(line).collect::<Said<Vec<_>>>()?;
    let mut person = person(json);
    if person.id.is_none() {
        person.visitor = json.id("id_guest").map(|guest| format!("guest-{guest}"));
    }
    let cart = Cart {
        id: Some(id),
        lines,
        totals: Totals {
            currency: currency(json)?,
            total: json.amount_of(&["total_paid", "total", "order_total"])?,
            coupons: codes(json),
            ..Totals::default()
        },
        url: json.text_of(&["recovery_url", "checkout_url"]),
        // An address for the delivery is chosen in the checkout.
        is_checkout: json.id("id_address_delivery").is_some() && json.id("id_carrier").is_some(),
        created_at: time(json, "date_add", out)?,
        updated_at: match time(json, "date_upd", out)? {
            Some(time) => Some(time),
            None => at,
        },
        person,
        more: vec![
            ("currency_id", json.id("id_currency").into()),
            ("language_id", json.id("id_lang").into()),
            ("store_id", json.id("id_shop").into()),
        ],
        ..Cart::default()
    };
    out.cart(&cart)
}

/// What the states of a new shop mean; a shop may add others.
fn state_of(id: &str) -> &'static str {
    match id {
        "1" => "awaiting_cheque",
        "2" => "paid",
        "3" => "processing",
        "4" => "shipped",
        "5" => "delivered",
        "6" => "cancelled",
        "7" => "refunded",
        "8" => "payment_error",
        "9" => "backorder_paid",
        "10" => "awaiting_bank_wire",
        "11" => "paid_remotely",
        "12" => "backorder_unpaid",
        "13" => "awaiting_cash_on_delivery",
        _ => "",
    }
}

pub(super) fn order(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the order has no id")?;
    let state = json.id("current_state").ok_or("the order has no current_state")?;
    let lines = rows(json, "order_rows", "order_row").into_iter().map(line).collect::<Said<Vec<_>>>()?;
    let totals = Totals {
        currency: currency(json)?,
        total: json.amount_of(&["total_paid_tax_incl", "total_paid"])?,
        subtotal: json.amount_of(&["total_products_wt", "total_products"])?,
        discount: json.amount_of(&["total_discounts_tax_incl", "total_discounts"])?,
        shipping: json.amount_of(&["total_shipping_tax_incl", "total_shipping"])?,
        coupons: codes(json),
        tax: None,
    };
    let person = person(json);
    let placed_at = time(json, "date_add", out)?;
    let updated_at = time(json, "date_upd", out)?;
    let is = |word: &str| state_of(&state) == word;
    // The webservice tells amounts of partial refunds in order slips; this state is the whole order.
    let whole = is("refunded").then(|| Refund {
        id: Some(format!("{id}-whole")),
        order_id: id.clone(),
        at: placed_at,
        currency: totals.currency,
        total: totals.total,
        ..Refund::default()
    });
    let order = Order {
        number: json.text("reference"),
        cart_id: json.id("id_cart"),
        lines,
        placed_at,
        updated_at,
        payment_status: json.flag("valid").map(|valid| if valid { "paid" } else { "unpaid" }.to_owned()),
        payment_method: json.text_of(&["payment", "module"]),
        is_cancelled: is("cancelled"),
        is_delivered: is("delivered"),
        delivered_at: time(json, "delivery_date", out)?.filter(|_| is("delivered")),
        shipments: parcel(json, &id, &state, updated_at),
        refunds: whole.filter(|refund| refund.total.is_some()).into_iter().collect(),
        status: Some(if state_of(&state).is_empty() { state.clone() } else { state_of(&state).to_owned() }),
        email: person.email.clone(),
        person,
        more: vec![
            ("state_id", state.clone().into()),
            ("currency_id", json.id("id_currency").into()),
            ("store_id", json.id("id_shop").into()),
            ("note", json.text("note").into()),
        ],
        totals,
        id: id.clone(),
        ..Order::default()
    };
    out.order(&order)
}

fn parcel(json: &Json, id: &str, state: &str, at: Option<Time>) -> Vec<Shipment> {
    let number = json.text("shipping_number");
    if number.is_none() && state_of(state) != "shipped" {
        return Vec::new();
    }
    vec![Shipment { order_id: id.to_owned(), at, tracking_number: number, ..Shipment::default() }]
}

/// A step of an order's life.
pub(super) fn history(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id_order").ok_or("the order's history has no id_order")?;
    let state = json.id("id_order_state").ok_or("the order's history has no id_order_state")?;
    let at = time(json, "date_add", out)?;
    let word = state_of(&state);
    let said = Json::object([
        ("order_id", id.clone().into()),
        ("status", if word.is_empty() { state.clone().into() } else { word.into() }),
        ("state_id", state.clone().into()),
    ]);
    out.about_object("Order Updated", &id, at, said.clone());
    match word {
        "cancelled" => out.about_object("Order Cancelled", &id, at, said),
        "shipped" => out.about_object("Order Shipped", &id, at, said),
        "delivered" => out.about_object("Order Delivered", &id, at, said),
        _ => {}
    }
    Ok(())
}

/// A credit slip: what went back, products and shipping.
pub(super) fn slip(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let order_id = json.id("id_order").ok_or("the order slip has no id_order")?;
    let products = json.amount_of(&["total_products_tax_incl", "amount"])?;
    let shipping = json.amount_of(&["total_shipping_tax_incl", "shipping_cost_amount"])?;
    let total = match (products, shipping) {
        (Some(products), Some(shipping)) => {
            Some(products.checked_add(shipping).ok_or("the amounts of the order slip are too large")?)
        }
        (products, shipping) => products.or(shipping),
    };
    let refund = Refund { id: json.id("id"), order_id, at: time(json, "date_add", out)?, total, ..Refund::default() };
    out.refund(&refund)
}

pub(super) fn carrier(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let shipment = Shipment {
        id: json.id("id"),
        order_id: json.id("id_order").ok_or("the order's carrier has no id_order")?,
        at: time(json, "date_add", out)?,
        tracking_number: json.text("tracking_number"),
        ..Shipment::default()
    };
    out.shipment(&shipment)
}
