//! The money: what an order is worth to whom, counted at the order, and again where a late word changes it.

pub mod api;
pub mod sql;

use crate::{
    cell::Cell,
    domain::Ritorno,
    ledger::{About, decide},
    shared::Shared,
};
use base::{Currency, Id, Time};
use crm::carts::{Cart, CartDiff, CartState, OrderMark, Place, Snapshot};
use insight::attribution::{Earned, Touch, share};
use runtime::{Counter, World};
use serde_json::json;
use store::Value;

/// Counts what a change of carts means: abandoned, recovered, converted, and back where a late event says so.
pub fn count_carts(world: &mut World<'_, Ritorno>, shared: &Shared, diffs: &[CartDiff]) {
    for diff in diffs {
        let (before, after) = (diff.before.as_ref(), diff.after.as_ref());
        for (cart, sign) in [(before, -1), (after, 1)] {
            let Some(cart) = cart else { continue };
            let counts = |world: &mut World<'_, Ritorno>, metric, at: Option<Time>| {
                if let Some(at) = at {
                    add(world, shared, metric, at, cart, sign);
                }
            };
            counts(world, "carts_abandoned", cart.abandoned_at);
            counts(world, "carts_recovered", cart.closed_at.filter(|_| cart.state == CartState::Recovered));
            counts(world, "carts_converted", cart.closed_at.filter(|_| cart.state == CartState::Converted));
        }
    }
}

fn add(world: &mut World<'_, Ritorno>, shared: &Shared, metric: &'static str, at: Time, cart: &Cart, sign: i64) {
    let currency = cart.currency.unwrap_or(shared.settings.currency);
    let counter = Counter { day: shared.settings.day(at), metric, flow: "", step: "", currency: currency.as_str() };
    // The value of a cart may still change; a day's count of carts is what the report divides by.
    world.count(counter, sign, 0);
}

/// One order's credit: who earned how much of it.
#[derive(PartialEq)]
struct Share {
    cart: Id,
    at: Time,
    currency: Currency,
    minor: i64,
    earned: Earned,
}

impl Share {
    /// What an order earned, if it recovered a cart and stands.
    fn of(order: &OrderMark, cart: Option<&Cart>, touches: &[Touch]) -> Option<Share> {
        let cart =
            cart.filter(|cart| cart.state == CartState::Recovered && cart.order_id.as_ref() == Some(&order.id))?;
        let (abandoned_at, minor) = (cart.abandoned_at?, order.total?);
        if order.cancelled_at.is_some() || order.place == Place::CartElsewhere {
            return None;
        }
        let earned = share(touches, cart.id, abandoned_at, order.at, minor);
        Some(Share { cart: cart.id, at: order.at, currency: order.currency, minor, earned })
    }

    /// The parts, one a touch: linear, last interaction, and whether an agent closed it.
    fn parts(&self) -> Vec<(&Touch, i64, i64, bool)> {
        match &self.earned {
            Earned::Nobody => Vec::new(),
            Earned::Agent { touches } => touches.iter().map(|touch| (touch, 0, 0, true)).collect(),
            Earned::Touches(credits) => credits.iter().map(|c| (&c.touch, c.linear, c.last, false)).collect(),
        }
    }
}

/// Writes the credits of orders that an event placed or changed: what was credited before is taken back, so that a late word
/// leaves the sums as if it had come in time. `touches` is how many there were before the event.
pub fn settle(
    world: &mut World<'_, Ritorno>,
    shared: &Shared,
    cell: &Cell,
    customer: Id,
    before: &Snapshot,
    touches: usize,
) {
    let book = &cell.facts.book;
    let known = cell.action.touches.get(..touches).unwrap_or(&cell.action.touches);
    for order in &book.orders {
        let old = before.order(&order.id);
        let Some(cart) = order.cart.or(old.and_then(|old| old.cart)) else { continue };
        let order = &OrderMark::of(order);
        let cart_after =
            book.cart(cart).or_else(|| book.let_go.iter().find(|(gone, _)| gone.id == cart).map(|(gone, _)| gone));
        if old == Some(order) && before.cart(cart) == cart_after && known.len() == cell.action.touches.len() {
            continue;
        }
        let old = old.and_then(|old| Share::of(old, old.cart.and_then(|cart| before.cart(cart)), known));
        let new = Share::of(order, cart_after, &cell.action.touches);
        if old != new {
            write(world, shared, customer, &order.id, old.as_ref(), new.as_ref());
        }
    }
}

fn write(
    world: &mut World<'_, Ritorno>,
    shared: &Shared,
    customer: Id,
    order: &str,
    old: Option<&Share>,
    new: Option<&Share>,
) {
    for (share, sign) in [(old, -1), (new, 1)] {
        share.into_iter().for_each(|share| count(world, shared, share, sign));
    }
    let parts = new.map(Share::parts).unwrap_or_default();
    let stale = old.map(Share::parts).unwrap_or_default();
    // Rows that no part needs any more stay, worth nothing.
    let rows = parts
        .iter()
        .map(|part| (*part, new))
        .chain(stale.iter().skip(parts.len()).map(|(touch, ..)| ((*touch, 0, 0, false), old)));
    for (n, ((touch, linear, last, is_agent), share)) in rows.enumerate() {
        let share = share.expect("a part is part of something");
        world.upsert(
            &sql::CREDIT_PUT,
            format!("{order}\0{n}").as_bytes(),
            [
                world.partition().into(),
                customer.into(),
                Value::Text(order.to_owned()),
                (n as i64).into(),
                share.at.into(),
                Value::Static(touch.kind.as_str()),
                touch.at.into(),
                touch.message.into(),
                Value::Text(touch.flow.to_string()),
                Value::Text(touch.step.to_string()),
                Value::Text(share.currency.to_string()),
                linear.into(),
                last.into(),
                is_agent.into(),
                share.minor.into(),
            ],
        );
    }
    let sums = |f: fn(&(&Touch, i64, i64, bool)) -> i64| parts.iter().map(f).sum::<i64>();
    let (code, agent) = match new.map(|share| (&share.earned, share.minor)) {
        None => ("order_uncredited", 0),
        Some((Earned::Nobody, _)) => ("order_unattributed", 0),
        Some((Earned::Agent { .. }, minor)) => ("order_agent_closed", minor),
        Some((Earned::Touches(_), _)) => ("order_credited", 0),
    };
    let share = new.or(old).expect("one of them is there");
    let about = About { customer, cart: Some(share.cart), ..About::default() };
    let data = json!({
        "order": order, "currency": share.currency, "minor": share.minor, "touches": parts.len(), "is_recovered": new.is_some(),
        "linear_minor": sums(|part| part.1), "last_interaction_minor": sums(|part| part.2), "agent_closed_minor": agent,
    });
    decide(world, &about, code, data);
}

/// Adds an order's credit to the roll-ups of its day, or takes it off again.
fn count(world: &mut World<'_, Ritorno>, shared: &Shared, share: &Share, sign: i64) {
    let (day, currency) = (shared.settings.day(share.at), share.currency.as_str());
    let counter = |metric, flow, step| Counter { day, metric, flow, step, currency };
    match &share.earned {
        Earned::Nobody => {}
        Earned::Agent { .. } => world.count(counter("agent_closed", "", ""), sign, sign * share.minor),
        Earned::Touches(credits) => {
            for credit in credits {
                world.count(
                    counter("credit_linear", &credit.touch.flow, &credit.touch.step),
                    sign,
                    sign * credit.linear,
                );
                if credit.last != 0 {
                    world.count(
                        counter("credit_last", &credit.touch.flow, &credit.touch.step),
                        sign,
                        sign * credit.last,
                    );
                }
            }
            world.count(counter("orders_credited", "", ""), sign, sign * share.minor);
        }
    }
}
