//! Orders, carts and customers.
//!
//! An order that waits for its first payment is a cart whose checkout was begun: `payment_url` brings it back.

use super::super::{
    Ignored, Out, Taken, Verdict,
    facts::{Cart, Line, Order, Person, Refund, Totals},
    json::Json,
    read,
};
use base::Time;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

type Said<T> = Result<T, String>;

/// A time: `…_gmt` is UTC, the field without it in the shop's own zone.
pub(super) fn time(json: &Json, name: &str, out: &Out<'_>) -> Said<Option<Time>> {
    match json.time(&format!("{name}_gmt"), &TimeZone::UTC)? {
        Some(time) => Ok(Some(time)),
        None => json.time(name, &out.settings.zone),
    }
}

fn line(json: &Json) -> Said<Line> {
    let quantity = json.amount("quantity")?;
    let price = match json.get("price") {
        // Older versions say it as text, and some plug-ins as nothing that is a number.
        Json::Number(_) | Json::Text(_) => json.amount("price")?,
        _ => None,
    };
    Ok(Line {
        id: json.id("id"),
        product_id: json.id("product_id"),
        variant_id: json.id("variation_id"),
        sku: json.text("sku"),
        name: json.text_of(&["name", "parent_name"]).map(read::plain),
        image_url: json.text_of(&["image.src"]),
        quantity,
        price,
        total: json.amount("total")?,
        ..Line::default()
    })
}

fn totals(json: &Json) -> Said<Totals> {
    let coupons = json.get("coupon_lines").list().iter().filter_map(|coupon| coupon.text("code")).collect();
    Ok(Totals {
        currency: json.currency("currency")?,
        total: json.amount("total")?,
        subtotal: json.amount("subtotal")?,
        discount: json.amount("discount_total")?,
        tax: json.amount("total_tax")?,
        shipping: json.amount("shipping_total")?,
        coupons,
    })
}

fn of_billing(json: &Json) -> Person {
    let billing = json.get("billing");
    let shipping = json.get("shipping");
    let street: Vec<String> = ["address_1", "address_2"].into_iter().filter_map(|name| billing.text(name)).collect();
    let address = Json::object([
        ("street", (!street.is_empty()).then(|| street.join(", ")).into()),
        ("city", billing.text("city").into()),
        ("postalCode", billing.text("postcode").into()),
        ("state", billing.text("state").into()),
        ("country", billing.text("country").into()),
    ]);
    Person {
        email: read::address(billing.text("email")),
        phone: billing.text("phone").or_else(|| shipping.text("phone")),
        first_name: billing.text("first_name").or_else(|| shipping.text("first_name")),
        last_name: billing.text("last_name").or_else(|| shipping.text("last_name")),
        country: billing.text("country").or_else(|| shipping.text("country")),
        address: if address.fields().is_empty() { Json::Null } else { address },
        more: vec![("company", billing.text("company").into())],
        ..Person::default()
    }
}

pub(super) fn order(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the order has no id")?;
    let status = json.text("status").map(|status| status.trim_start_matches("wc-").to_owned());
    let status = status.ok_or("the order has no status")?;
    let person = Person { id: json.id("customer_id"), ..of_billing(json) };
    let lines = json.get("line_items").list().iter().map(line).collect::<Said<Vec<_>>>()?;
    let totals = totals(json)?;
    let created_at = time(json, "date_created", out)?;
    let updated_at = time(json, "date_modified", out)?;
    let paid_at = time(json, "date_paid", out)?;
    let more = vec![
        ("order_key", json.text("order_key").into()),
        ("created_via", json.text("created_via").into()),
        ("note", json.text("customer_note").map(read::plain).into()),
        ("payment_method_id", json.text("payment_method").into()),
        ("attribution", attribution(json)),
        ("parent_order_id", json.id("parent_id").into()),
    ];
    // Our plug-in writes it beside the order.
    let cart_id = json.get("meta_data").list().iter().find(|m| m.text("key").as_deref() == Some("_ritorno_cart_id"));
    let cart_id = cart_id.and_then(|meta| meta.id("value"));
    let waits = matches!(&*status, "pending" | "checkout-draft" | "auto-draft" | "draft" | "failed");
    if waits && paid_at.is_none() {
        let mut more = more;
        more.push(("status", status.clone().into()));
        let cart = Cart {
            id: cart_id,
            checkout_id: Some(format!("order-{id}")),
            lines,
            totals,
            url: json.text("payment_url"),
            order_id: Some(id.clone()),
            is_checkout: true,
            is_order_waiting: true,
            checkout_at: created_at,
            created_at,
            updated_at,
            person,
            more,
        };
        return out.cart(&cart);
    }
    let is_cancelled = matches!(&*status, "cancelled" | "trash");
    let order = Order {
        number: json.text("number"),
        cart_id,
        // While it waited for its payment it was this checkout.
        checkout_id: Some(format!("order-{id}")),
        lines,
        // An order may have waited for its payment for days; until then it was a checkout.
        placed_at: paid_at.or(created_at),
        updated_at,
        payment_status: Some(if paid_at.is_some() { "paid" } else { "unpaid" }.to_owned()),
        payment_method: json.text_of(&["payment_method_title", "payment_method"]).map(read::plain),
        is_cancelled,
        cancelled_at: None,
        refunds: refunds(json, &id, &status, &totals, created_at)?,
        status: Some(status),
        email: person.email.clone(),
        person,
        totals,
        more,
        id,
        ..Order::default()
    };
    out.order(&order)
}

/// The refunds that the order lists. The list says no times: the order's stands in, so that each counts once however often the
/// order is told.
fn refunds(json: &Json, id: &str, status: &str, totals: &Totals, at: Option<Time>) -> Said<Vec<Refund>> {
    let mut refunds = Vec::new();
    for refund in json.get("refunds").list() {
        let total = refund.amount_of(&["total", "amount"])?;
        let refund_id = refund.id("id");
        let reason = refund.text("reason").map(read::plain);
        let order_id = id.to_owned();
        refunds.push(Refund {
            id: refund_id,
            order_id,
            at,
            currency: totals.currency,
            total,
            reason,
            ..Refund::default()
        });
    }
    if refunds.is_empty() && status == "refunded" && totals.total.is_some() {
        refunds.push(Refund {
            id: Some(format!("{id}-whole")),
            order_id: id.to_owned(),
            at,
            currency: totals.currency,
            total: totals.total,
            ..Refund::default()
        });
    }
    Ok(refunds)
}

/// Where the order came from, as WooCommerce's order attribution writes it.
fn attribution(json: &Json) -> Json {
    const PREFIX: &str = "_wc_order_attribution_";
    let mut said = Json::Object(Vec::new());
    for entry in json.get("meta_data").list() {
        if let (Some(key), Some(value)) = (entry.text("key"), entry.text("value"))
            && let Some(name) = key.strip_prefix(PREFIX)
        {
            said.set(name, value.into());
        }
    }
    if said.fields().is_empty() { Json::Null } else { said }
}

/// A refund's own body names its order in its link alone, and its order lists it as well.
pub(super) fn refund(json: &Json) -> Said<Verdict> {
    json.amount("amount")?;
    Ok(Ignored("the refund counts with its order, which lists it".to_owned()))
}

pub(super) fn order_deleted(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the deleted order has no id")?;
    out.about_object("Order Deleted", &id, None, Json::object([("order_id", id.clone().into())]));
    Ok(())
}

pub(super) fn customer(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let mut person = of_billing(json);
    // The analytics' customers have numbers of their own; that of the account stands beside.
    person.id = if json.has("user_id") { json.id("user_id") } else { json.id("id") };
    person.email = read::address(json.text("email")).or(person.email);
    person.first_name = json.text("first_name").or(person.first_name);
    person.last_name = json.text("last_name").or(person.last_name);
    person.language = json.text("locale");
    person.updated_at = match time(json, "date_modified", out)? {
        Some(time) => Some(time),
        None => time(json, "date_created", out)?,
    };
    let created_at = time(json, "date_created", out)?;
    person.more.extend([
        ("created_at", created_at.into()),
        ("username", json.text("username").into()),
        ("role", json.text("role").into()),
        ("is_paying_customer", json.flag("is_paying_customer").into()),
    ]);
    out.person(&person)
}

pub(super) fn customer_deleted(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let person = Person { id: json.id("id"), email: read::address(json.text("email")), ..Person::default() };
    out.about_person("Customer Deleted", &person, None, Json::object([]))
}

/// A cart of the Store API: amounts are whole minor units, and say how many digits those have.
pub(super) fn cart(json: &Json, at: Option<Time>, out: &mut Out<'_>) -> Said<Verdict> {
    let Some(id) = json.id_of(&["cart_id", "id", "cart_hash", "cart_key"]) else {
        return Ok(Ignored(
            "a cart of the Store API without the cart_id that our plug-in adds belongs to nobody".to_owned(),
        ));
    };
    let totals = json.get("totals");
    let mut lines = Vec::new();
    for item in json.get("items").list() {
        let prices = item.get("prices");
        let variation: Vec<String> = item.get("variation").list().iter().filter_map(|v| v.text("value")).collect();
        lines.push(Line {
            id: item.id("key"),
            product_id: item.id_of(&["product_id", "parent_id", "id"]),
            variant_id: item.id("variation_id").or_else(|| (!variation.is_empty()).then(|| item.id("id")).flatten()),
            sku: item.text("sku"),
            name: item.text("name").map(read::plain),
            variant: (!variation.is_empty()).then(|| variation.join(", ")),
            url: item.text("permalink"),
            image_url: item.text_of(&["images.0.src"]),
            quantity: item.amount("quantity")?,
            price: minor(prices, "price", prices)?,
            ..Line::default()
        });
    }
    let coupons = json.get("coupons").list().iter().filter_map(|coupon| coupon.text("code")).collect();
    let mut person = of_billing(&Json::object([("billing", json.get("billing_address").clone())]));
    person.id = json.id_of(&["customer_id", "customer.id"]);
    person.email = person.email.or_else(|| read::address(json.text_of(&["email", "customer.email"])));
    let updated_at = json.time_of(&["updated_at"], &TimeZone::UTC)?.or(at);
    let cart = Cart {
        id: Some(id),
        lines,
        totals: Totals {
            currency: totals.currency_of(&["currency_code"])?,
            total: minor(totals, "total_price", totals)?,
            subtotal: minor(totals, "total_items", totals)?,
            discount: minor(totals, "total_discount", totals)?,
            tax: minor(totals, "total_tax", totals)?,
            shipping: minor(totals, "total_shipping", totals)?,
            coupons,
        },
        url: json.text_of(&["recovery_url", "checkout_url"]),
        is_checkout: json.flag("is_checkout").unwrap_or(false),
        created_at: json.time_of(&["created_at"], &TimeZone::UTC)?,
        updated_at,
        person,
        ..Cart::default()
    };
    out.cart(&cart).map(|()| Taken)
}

fn minor(json: &Json, name: &str, units: &Json) -> Said<Option<Decimal>> {
    let Some(amount) = json.amount(name)? else { return Ok(None) };
    let digits = units.amount("currency_minor_unit")?.and_then(|digits| u32::try_from(digits).ok()).unwrap_or(2);
    let scale = 10i64
        .checked_pow(digits)
        .filter(|_| digits <= 6)
        .ok_or(format!("currency_minor_unit {digits} is too large"))?;
    Ok(amount.checked_div(Decimal::from(scale)))
}
