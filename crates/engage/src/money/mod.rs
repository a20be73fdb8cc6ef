//! The money: what an order is worth to whom, counted once, at the order.

pub mod api;
pub mod sql;

use crate::{cell::Cell, domain::Ritorno, ledger::{About, decide}, shared::Shared};
use base::{Id, Time};
use crm::carts::{Cart, CartDiff, CartState, Order};
use insight::attribution::{Earned, share};
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
    let currency = cart.currency.unwrap_or(shared.settings.currency).to_string();
    let counter = Counter { day: shared.settings.day(at), metric, flow: String::new(), step: String::new(), currency };
    // The value of a cart may still change; a day's count of carts is what the report divides by.
    world.count(counter, sign, 0);
}

/// Shares a recovered order among its touches and writes the credits.
pub fn credit(world: &mut World<'_, Ritorno>, shared: &Shared, cell: &Cell, customer: Id, cart: &Cart, order: &Order) {
    let (Some(abandoned_at), Some(minor)) = (cart.abandoned_at, order.total) else { return };
    let currency = order.currency.to_string();
    let day = shared.settings.day(order.at);
    let about = About { customer, cart: Some(cart.id), ..About::default() };
    let counter = |metric: &'static str, flow: &str, step: &str| Counter {
        day,
        metric,
        flow: flow.to_owned(),
        step: step.to_owned(),
        currency: currency.clone(),
    };
    let row = |world: &mut World<'_, Ritorno>, n: usize, touch: &insight::attribution::Touch, linear: i64, last: i64, is_agent: bool| {
        world.upsert(
            &sql::CREDIT_PUT,
            format!("{}\0{n}", order.id).as_bytes(),
            [
                world_partition(world),
                customer.into(),
                Value::Text(order.id.to_string()),
                (n as i64).into(),
                order.at.into(),
                Value::Static(touch.kind.as_str()),
                touch.at.into(),
                touch.message.into(),
                Value::Text(touch.flow.to_string()),
                Value::Text(touch.step.to_string()),
                Value::Text(currency.clone()),
                linear.into(),
                last.into(),
                is_agent.into(),
                minor.into(),
            ],
        );
    };
    match share(&cell.action.touches, cart.id, abandoned_at, order.at, minor) {
        Earned::Nobody => decide(world, &about, "order_unattributed", json!({ "order": order.id, "minor": minor })),
        Earned::Agent { touches } => {
            for (n, touch) in touches.iter().enumerate() {
                row(world, n, touch, 0, 0, true);
            }
            world.count(counter("agent_closed", "", ""), 1, minor);
            decide(world, &about, "order_agent_closed", json!({ "order": order.id, "minor": minor, "touches": touches.len() }));
        }
        Earned::Touches(credits) => {
            for (n, credit) in credits.iter().enumerate() {
                row(world, n, &credit.touch, credit.linear, credit.last, false);
                world.count(counter("credit_linear", &credit.touch.flow, &credit.touch.step), 1, credit.linear);
                if credit.last != 0 {
                    world.count(counter("credit_last", &credit.touch.flow, &credit.touch.step), 1, credit.last);
                }
            }
            world.count(counter("orders_credited", "", ""), 1, minor);
            decide(world, &about, "order_credited", json!({ "order": order.id, "minor": minor, "touches": credits.len() }));
        }
    }
}

fn world_partition(world: &World<'_, Ritorno>) -> Value {
    world.partition().into()
}
