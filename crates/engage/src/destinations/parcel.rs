//! What goes over, from the customer's cell as it is now.

use super::{Handed, Handover};
use crate::{cell::Cell, shared::Shared};
use adapters::crms::{Parcel, Record};
use base::{Currency, Id, Money};
use crm::{
    carts::{Cart, Line, Order},
    customers::Facts,
};

/// The longest name and the longest list of products that go over, in characters.
const NAME_MAX: usize = 120;
const PRODUCTS_MAX: usize = 8_000;
/// Lines of an order that go over as records of their own.
const LINES_MAX: usize = 500;

/// With an order goes its cart: it is closed over there, where it is there.
pub(super) fn of(cell: &Cell, customer: Id, handover: &Handover, shared: &Shared) -> Parcel {
    let facts = &cell.facts;
    let order = handover.order.as_deref().and_then(|order| facts.book.order(order));
    let order = order.filter(|_| handover.object == Handed::Order);
    let cart = match handover.object {
        Handed::Customer => None,
        Handed::Cart => handover.cart,
        Handed::Order => order.and_then(|order| order.cart).or(handover.cart),
    };
    let cart = cart.and_then(|cart| facts.book.cart(cart));
    Parcel {
        contact: contact(facts, customer, shared),
        cart: cart.map(|cart| cart_record(cart, shared)),
        order: order.map(|order| order_record(order, shared)),
        lines: order.map(lines).unwrap_or_default(),
    }
}

fn contact(facts: &Facts, customer: Id, shared: &Shared) -> Record {
    let profile = &facts.profile;
    // A whole name is taken apart at its first space.
    let (first, last) = match &profile.name {
        Some(name) => name.split_once(' ').unwrap_or(("", name)),
        None => (profile.first_name.as_deref().unwrap_or_default(), profile.last_name.as_deref().unwrap_or_default()),
    };
    let own = facts.book.orders.iter().filter(|order| order.is_own() && order.cancelled_at.is_none());
    let currency = shared.settings.currency;
    let spent = facts.totals.iter().find(|totals| totals.currency == currency);
    Record::new(customer.to_string())
        .text("email", profile.email.as_deref())
        .text("phone", profile.phone.as_deref())
        .text("user_id", facts.key('u'))
        .text("first_name", Some(first.trim()))
        .text("last_name", Some(last.trim()))
        .number("orders", Some(facts.totals.iter().map(|totals| totals.orders).sum::<u32>()))
        .number("spent", spent.map(|totals| Money::new(totals.revenue - totals.refunded, currency).decimal()))
        .at("last_order_at", own.map(|order| order.at).max())
}

fn cart_record(cart: &Cart, shared: &Shared) -> Record {
    let currency = cart.currency.unwrap_or(shared.settings.currency);
    let pieces: i64 = cart.lines.iter().map(Line::count).sum();
    let named = name_of(&cart.lines);
    let name = if named.is_empty() { cart.shop_id.as_deref().unwrap_or_default() } else { &named };
    Record::new(cart.id.to_string())
        .text("name", Some(name))
        .text("shop_id", cart.shop_id.as_deref())
        .text("state", Some(cart.state.as_str()))
        .number("total", cart.total().map(|minor| Money::new(minor, currency).decimal()))
        .text("currency", Some(currency.as_str()))
        .number("pieces", Some(pieces))
        .text("products", Some(&products(&cart.lines, currency)))
        .text("checkout_url", cart.checkout_url.as_deref())
        .at("last_activity_at", Some(cart.last_activity_at))
        .at("abandoned_at", cart.abandoned_at)
        .text("order_id", cart.order_id.as_deref())
}

fn order_record(order: &Order, shared: &Shared) -> Record {
    let word = if shared.settings.language.starts_with("it") { "Ordine" } else { "Order" };
    Record::new(&*order.id)
        .text("name", Some(&format!("{word} {}", order.id)))
        .number("total", order.total.map(|minor| Money::new(minor, order.currency).decimal()))
        .text("currency", Some(order.currency.as_str()))
        .at("at", Some(order.at))
        .text("products", Some(&products(&order.lines, order.currency)))
}

fn lines(order: &Order) -> Vec<Record> {
    let sold = order.lines.iter().filter(|line| line.count() > 0).take(LINES_MAX);
    let line = |(n, line): (usize, &Line)| {
        Record::new(format!("{}:{}", order.id, n + 1))
            .text("name", Some(title(line)))
            .text("sku", line.sku.as_deref())
            .number("quantity", Some(line.count()))
            .number("price", line.price.map(|minor| Money::new(minor, order.currency).decimal()))
    };
    sold.enumerate().map(line).collect()
}

fn title(line: &Line) -> &str {
    line.name.as_deref().unwrap_or(&line.product_id)
}

/// What a list over there shows: the first products.
fn name_of(lines: &[Line]) -> String {
    let names: Vec<&str> = lines.iter().filter(|line| line.count() > 0).map(title).collect();
    names.join(", ").chars().take(NAME_MAX).collect()
}

/// One product a line, for people: `2 × Scarpe, 89.00 EUR`.
fn products(lines: &[Line], currency: Currency) -> String {
    let line = |line: &Line| {
        let price = line.price.map(|minor| format!(", {} {currency}", Money::new(minor, currency).decimal()));
        format!("{} × {}{}", line.count(), title(line), price.unwrap_or_default())
    };
    let sold = lines.iter().filter(|line| line.count() > 0).map(line);
    sold.collect::<Vec<_>>().join("\n").chars().take(PRODUCTS_MAX).collect()
}
