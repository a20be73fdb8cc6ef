//! What became of a coupon: the shop takes the code, will take it later, or does not.

use super::{Coupon, GIVE_UP_AFTER, Gives, VARIABLE, claim::about, queue::effect_of};
use crate::{
    domain::Ritorno,
    flows::journey::{Stage, advance},
    ledger::decide,
    retry,
};
use base::{HOUR, Id};
use bpmn::Command;
use feel::Value;
use runtime::World;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A maker's word on one attempt.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    pub coupon: Id,
    pub customer: Id,
    pub attempt: u32,
    pub ended: Ended,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The shop takes the code.
    Done { code: String, shop: String },
    /// Not now; again after so many seconds, where that was said.
    Later { after_s: Option<u64>, reason: String },
    /// Not at all.
    Refused { reason: String },
}

/// Settles an attempt. Of an attempt before the last one only "done" counts: it is the same code.
pub fn settle(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, outcome: &Outcome) {
    let Some(i) = stage.cell.action.coupons.iter().position(|known| known.id == outcome.coupon) else {
        world.reply(json!({ "no": "unknown" }));
        return;
    };
    let is_done = matches!(outcome.ended, Ended::Done { .. });
    if !is_done && stage.cell.action.coupons[i].attempt != outcome.attempt {
        world.reply(json!({ "no": "taken" }));
        return;
    }
    world.reply(json!({ "ok": true }));
    let coupon = stage.cell.action.coupons[i].clone();
    world.drop_effect(coupon.id, coupon.run_at);
    match &outcome.ended {
        Ended::Done { code, shop } => {
            stage.cell.action.coupons.remove(i);
            done(stage, world, &coupon, code, shop);
        }
        Ended::Refused { reason } => {
            stage.cell.action.coupons.remove(i);
            fail(stage, world, &coupon, format!("the shop does not take the coupon: {reason}"));
        }
        Ended::Later { after_s, reason } => later(stage, world, i, *after_s, reason),
    }
    stage.cell.trim();
}

fn done(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, coupon: &Coupon, code: &str, shop: &str) {
    let data = json!({ "step": coupon.step, "shop": shop, "code": code, "ends_at": coupon.ends_at });
    decide(world, &about(stage, coupon), "coupon_made", data);
    crate::flows::count(stage, world, "coupons_made", &coupon.flow, &coupon.step, "", 1, 0);
    let (percent, amount) = match coupon.gives {
        Gives::Percent(hundredths) => (Value::Number(Decimal::new(i64::from(hundredths), 2).normalize()), Value::Null),
        Gives::Amount(money) => (Value::Null, Value::Number(money.decimal())),
    };
    let fields = [
        ("code", Value::from(code)),
        ("ends_at", Value::from(coupon.ends_at.to_string().as_str())),
        ("percent", percent),
        ("amount", amount),
    ];
    let value = Value::Context(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
    let variables = vec![(VARIABLE.to_owned(), value)];
    advance(stage, world, coupon.journey, Command::CompleteJob { token: coupon.token, variables });
}

/// A person sees it among the journeys that stopped, with the shop's words.
fn fail(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, coupon: &Coupon, reason: String) {
    crate::flows::count(stage, world, "coupons_failed", &coupon.flow, &coupon.step, "", 1, 0);
    advance(stage, world, coupon.journey, Command::FailJob { token: coupon.token, reason });
}

fn later(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, i: usize, after_s: Option<u64>, reason: &str) {
    let (customer, now) = (stage.customer, world.now());
    let coupon = &mut stage.cell.action.coupons[i];
    let give_up_at = coupon.queued_at.plus(GIVE_UP_AFTER);
    if now >= give_up_at {
        let coupon = stage.cell.action.coupons.remove(i);
        let hours = GIVE_UP_AFTER / HOUR;
        return fail(stage, world, &coupon, format!("the shop did not take the coupon in {hours} hours: {reason}"));
    }
    coupon.run_at = now.plus(retry::wait(coupon.attempt, after_s, coupon.id)).min(give_up_at);
    world.effect(effect_of(customer, coupon));
    if coupon.attempt == 1 {
        let coupon = coupon.clone();
        let data = json!({ "step": coupon.step, "detail": reason });
        decide(world, &about(stage, &coupon), "coupon_delayed", data);
    }
}
