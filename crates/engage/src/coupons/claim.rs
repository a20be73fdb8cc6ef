//! A maker asks for a coupon; the loop says what it is to give, or that nobody wants it any more.

use super::{Coupon, Gives, LEASE, queue::effect_of};
use crate::{
    domain::Ritorno,
    flows::{
        EXIT_RULE, is_open_for,
        journey::{Stage, advance},
    },
    ledger::About,
};
use base::{Id, Money, Time};
use bpmn::Command;
use runtime::World;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claim {
    pub coupon: Id,
    pub customer: Id,
    pub run_at: Time,
}

/// The yes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    pub coupon: Id,
    pub customer: Id,
    pub attempt: u32,
    /// Of which the code is made, with the visit.
    pub journey: Id,
    pub visit: u32,
    /// The name of the shop's source, where the task says it.
    pub shop: Option<String>,
    pub prefix: String,
    /// Hundredths of a percent; `None`: an amount.
    pub percent: Option<u32>,
    /// Minor units.
    pub amount: Option<i64>,
    pub minimum: Option<i64>,
    /// Of the amounts.
    pub currency: String,
    pub starts_at: Time,
    pub ends_at: Time,
}

/// Decides on a claim and replies: a [`Grant`] under `grant`, else a reason under `no`.
pub fn claim(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, claim: &Claim) {
    let found = stage.cell.action.coupons.iter().position(|known| known.id == claim.coupon);
    let Some(i) = found.filter(|i| stage.cell.action.coupons[*i].run_at == claim.run_at) else {
        world.drop_effect(claim.coupon, claim.run_at);
        world.reply(json!({ "no": if found.is_some() { "taken" } else { "unknown" } }));
        return;
    };
    if stage.shared.hold.is_some() {
        world.reply(json!({ "no": "held" }));
        return;
    }
    let coupon = stage.cell.action.coupons[i].clone();
    world.drop_effect(coupon.id, coupon.run_at);
    let is_over = stage.cell.action.journeys.iter().find(|run| run.id == coupon.journey);
    if is_over.is_some_and(|run| is_open_for(stage, world, run)) {
        stage.cell.action.coupons.remove(i);
        world.reply(json!({ "no": EXIT_RULE }));
        advance(stage, world, coupon.journey, Command::Cancel { reason: EXIT_RULE.to_owned() });
        return;
    }
    let coupon = &mut stage.cell.action.coupons[i];
    coupon.attempt += 1;
    coupon.run_at = world.now().plus(LEASE);
    let coupon = coupon.clone();
    world.effect(effect_of(stage.customer, &coupon));
    let grant = grant(stage, &coupon);
    world.reply(json!({ "grant": grant }));
}

pub(super) fn about(stage: &Stage<'_>, coupon: &Coupon) -> About {
    let (cart, journey) = (coupon.cart, Some(coupon.journey));
    About { customer: stage.customer, cart, journey, flow: coupon.flow.to_string() }
}

fn grant(stage: &Stage<'_>, coupon: &Coupon) -> Grant {
    let (percent, amount) = match coupon.gives {
        Gives::Percent(hundredths) => (Some(hundredths), None),
        Gives::Amount(money) => (None, Some(money)),
    };
    let money: Option<Money> = amount.or(coupon.minimum);
    let currency = money.map_or(stage.shared.settings.currency, |money| money.currency);
    Grant {
        coupon: coupon.id,
        customer: stage.customer,
        attempt: coupon.attempt,
        journey: coupon.journey,
        visit: coupon.token,
        shop: coupon.shop.as_deref().map(str::to_owned),
        prefix: coupon.prefix.to_string(),
        percent,
        amount: amount.map(|money| money.minor),
        minimum: coupon.minimum.map(|money| money.minor),
        currency: currency.as_str().to_owned(),
        starts_at: coupon.queued_at,
        ends_at: coupon.ends_at,
    }
}
