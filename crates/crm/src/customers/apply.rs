//! What a call does to a customer's facts. Pure.

use super::model::{Facts, OPEN_MAX, Totals};
use crate::{
    calls::{Item, OrderSaid, ShopEvent, Traits, What},
    carts::{CartDiff, CartOp, OpItem, OpKind, Order, Rules, total_of, Line},
};
use base::{Currency, Time, minor_of};

/// What an event turned out to be, for those who act on it.
#[derive(Debug, Clone, PartialEq)]
pub enum Applied {
    Nothing,
    /// A new order, with its id.
    Ordered(Box<str>),
    /// Minor units given back on an order.
    Refunded { order: Box<str>, minor: i64, currency: Currency },
    /// An agent spoke with the customer about a cart.
    Contacted { cart: Option<base::Id>, agent: Option<Box<str>>, outcome: Option<Box<str>> },
    StageMoved { cart: base::Id, stage: Box<str> },
}

/// Applies traits; a trait that is not said stays as it is.
pub fn apply_traits(facts: &mut Facts, traits: &Traits, at: Time) {
    let set = |to: &mut Option<Box<str>>, from: &Option<Box<str>>| {
        if from.is_some() {
            to.clone_from(from);
        }
    };
    let profile = &mut facts.profile;
    set(&mut profile.email, &traits.email);
    set(&mut profile.phone, &traits.phone);
    set(&mut profile.first_name, &traits.first_name);
    set(&mut profile.last_name, &traits.last_name);
    set(&mut profile.name, &traits.name);
    set(&mut profile.language, &traits.language);
    set(&mut profile.time_zone, &traits.time_zone);
    set(&mut profile.address, &traits.address);
    for (name, value) in &traits.open {
        profile.open.retain(|(known, _)| known != name);
        let size: usize = profile.open.iter().map(|(n, v)| n.len() + v.len()).sum();
        if **value != *"null" && size + name.len() + value.len() <= OPEN_MAX {
            profile.open.push((name.clone(), value.clone()));
        }
    }
    for (purpose, channel, is_granted) in &traits.consent {
        facts.say_consent(purpose, channel, *is_granted, at, "trait");
    }
}

/// Applies a shop event. `person` counts views and takes orders and money; `object` says whether the cart is theirs too.
pub fn apply_shop(facts: &mut Facts, event: &ShopEvent, at: Time, tie: u64, rules: Rules, shop_currency: Currency) -> Applied {
    let currency = event.currency.unwrap_or(shop_currency);
    let op = |kind: OpKind| CartOp {
        at,
        tie,
        cart_id: event.cart_id.clone(),
        checkout_id: event.checkout_id.clone(),
        currency: Some(currency),
        kind,
    };
    let items = |items: &[Item]| items.iter().map(|item| op_item(item, currency)).collect::<Vec<_>>();
    match &event.what {
        What::ProductViewed(_) => facts.products_viewed = facts.products_viewed.saturating_add(1),
        What::ProductAdded(item) => facts.book.record(op(OpKind::Add(op_item(item, currency))), rules),
        What::ProductRemoved(item) => facts.book.record(op(OpKind::Remove(op_item(item, currency))), rules),
        What::CartViewed(list) if list.is_empty() => {}
        What::CartViewed(list) => facts.book.record(op(OpKind::Viewed(items(list))), rules),
        What::CartUpdated(list) => facts.book.record(op(OpKind::Snapshot(items(list))), rules),
        What::CheckoutStarted { items: list, url } => {
            let kind = OpKind::Checkout { items: items(list), order_id: event.order_id.clone(), url: url.clone() };
            facts.book.record(op(kind), rules);
        }
        What::CheckoutStep { step } => facts.book.record(op(OpKind::Step(*step)), rules),
        What::PaymentInfoEntered => facts.book.record(op(OpKind::Payment), rules),
        What::CouponEntered(code) => facts.book.record(op(OpKind::Coupon { code: code.clone(), is_entered: true }), rules),
        What::CouponRemoved(code) => facts.book.record(op(OpKind::Coupon { code: code.clone(), is_entered: false }), rules),
        What::OrderCompleted(said) => return apply_order(facts, event, said, at, op(OpKind::Order(Box::default())), rules),
        What::OrderRefunded { total } => return refund(facts, event, *total, currency),
        What::OrderCancelled => {
            let order = facts.book.orders.iter_mut().find(|o| Some(&o.id) == event.order_id.as_ref());
            if let Some(order) = order {
                order.cancelled_at = Some(at);
            }
        }
        What::DealStageChanged { stage } => {
            if let Some(cart) = cart_named(facts, event.cart_id.as_deref()) {
                facts.book.move_deal(cart, stage, at);
                return Applied::StageMoved { cart, stage: stage.clone() };
            }
        }
        What::AgentContacted { agent, outcome } => {
            let cart = cart_named(facts, event.cart_id.as_deref());
            return Applied::Contacted { cart, agent: agent.clone(), outcome: outcome.clone() };
        }
    }
    Applied::Nothing
}

/// The cart that a command or event names by the shop's id, or by ours; without a name the newest open one.
pub(crate) fn cart_named(facts: &Facts, named: Option<&str>) -> Option<base::Id> {
    let carts = &facts.book.carts;
    let Some(named) = named else { return carts.iter().rev().find(|cart| cart.is_open()).map(|cart| cart.id) };
    let by_shop = carts.iter().rev().find(|cart| cart.shop_id.as_deref() == Some(named));
    by_shop.or_else(|| carts.iter().find(|cart| named.parse() == Ok(cart.id))).map(|cart| cart.id)
}

/// The cart that an event was about: the one it changed, else the one it names.
pub fn cart_of_event(facts: &Facts, event: &ShopEvent, changed: &[CartDiff]) -> Option<base::Id> {
    let newest = changed.iter().filter_map(|diff| diff.after.as_ref()).max_by_key(|cart| cart.last_activity_at);
    newest.map(|cart| cart.id).or_else(|| cart_named(facts, event.cart_id.as_deref()))
}

fn apply_order(facts: &mut Facts, event: &ShopEvent, said: &OrderSaid, at: Time, mut op: CartOp, rules: Rules) -> Applied {
    let order_id = event.order_id.clone().expect("an order without an id is refused when it is read");
    let currency = op.currency.expect("set for each operation");
    op.kind = OpKind::Order(order_id.clone());
    let lines: Vec<Line> = said
        .items
        .iter()
        .map(|item| {
            let item = op_item(item, currency);
            Line {
                product_id: item.product_id,
                sku: item.sku,
                name: item.name,
                url: item.url,
                image_url: item.image_url,
                quantity: item.quantity.unwrap_or(1),
                price: item.price,
            }
        })
        .collect();
    let total = said.total.and_then(|total| minor_of(total, currency)).or_else(|| total_of(&lines).filter(|_| !lines.is_empty()));
    if facts.profile.email.is_none() {
        facts.profile.email.clone_from(&said.email);
    }
    let order = Order { id: order_id.clone(), at, currency, total, refunded: 0, cart: None, lines, cancelled_at: None };
    let known = facts.book.order(&order_id).cloned();
    facts.book.record_order(order, op, rules);
    let after = facts.book.order(&order_id).and_then(|order| order.total).unwrap_or(0);
    let totals = totals_in(facts, currency);
    match known {
        // Heard twice, under two message ids: the earlier one counts.
        Some(known) => totals.revenue += after - known.total.unwrap_or(0),
        None => {
            totals.orders += 1;
            totals.revenue += after;
            return Applied::Ordered(order_id);
        }
    }
    Applied::Nothing
}

fn totals_in(facts: &mut Facts, currency: Currency) -> &mut Totals {
    let i = facts.totals.iter().position(|t| t.currency == currency).unwrap_or_else(|| {
        facts.totals.push(Totals { currency, orders: 0, revenue: 0, refunded: 0 });
        facts.totals.len() - 1
    });
    &mut facts.totals[i]
}

fn refund(facts: &mut Facts, event: &ShopEvent, total: Option<rust_decimal::Decimal>, currency: Currency) -> Applied {
    let order_id = event.order_id.clone().expect("a refund without an order id is refused when it is read");
    let order = facts.book.orders.iter_mut().find(|order| order.id == order_id);
    let said = total.and_then(|total| minor_of(total, currency));
    let left = order.as_ref().and_then(|order| order.total.map(|t| t - order.refunded));
    // Without an amount the whole order went back.
    let Some(minor) = said.or(left).filter(|minor| *minor > 0) else { return Applied::Nothing };
    if let Some(order) = order {
        order.refunded = order.refunded.saturating_add(minor);
    }
    totals_in(facts, currency).refunded += minor;
    Applied::Refunded { order: order_id, minor, currency }
}

fn op_item(item: &Item, currency: Currency) -> OpItem {
    OpItem {
        product_id: item.product_id.clone(),
        sku: item.sku.clone(),
        name: item.name.clone(),
        url: item.url.clone(),
        image_url: item.image_url.clone(),
        quantity: item.quantity,
        price: item.price.and_then(|price| minor_of(price, currency)),
    }
}
