//! Asking for a coupon, and taking the question back.

use super::{COUPON, COUPONS_MAX, Coupon, Gives};
use crate::{cell::Journey, domain::Ritorno, flows::journey::Stage, messages::Job};
use base::{Currency, DAY, Id, IdMaker, Money, minor_of, stable_hash};
use feel::Value;
use runtime::{Effect, World};
use rust_decimal::{Decimal, prelude::ToPrimitive};

/// How long a code is good for where the task does not say it.
const DAYS: i64 = 7;
const DAYS_MAX: i64 = 366;
const PREFIX_MAX: usize = 12;

/// Queues the coupon of a task; the error is why the journey has to stop.
pub fn queue(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, run: &Journey, job: &Job) -> Result<(), String> {
    if stage.cell.action.coupons.len() >= COUPONS_MAX {
        return Err(format!("the customer has {COUPONS_MAX} coupons under way already"));
    }
    let cart = run.cart.and_then(|cart| stage.cell.facts.book.cart(cart));
    let currency = cart.and_then(|cart| cart.currency).unwrap_or(stage.shared.settings.currency);
    let now = world.now();
    let cause = [run.id.0.as_slice(), &job.token.to_be_bytes(), b"coupon"].concat();
    let coupon = Coupon {
        id: IdMaker::new(now, stable_hash(&cause), i64::from(job.token)).next_id(),
        journey: run.id,
        flow: run.flow.clone(),
        step: job.step.as_str().into(),
        token: job.token,
        cart: run.cart,
        shop: text(job, "shop").map(Into::into),
        prefix: prefix(job)?.into(),
        gives: gives(job, currency)?,
        minimum: money(job, "minimum", currency)?,
        queued_at: now,
        ends_at: now.plus(days(job)? * DAY),
        run_at: now,
        attempt: 0,
    };
    world.effect(effect_of(stage.customer, &coupon));
    stage.cell.action.coupons.push(coupon);
    Ok(())
}

fn text<'a>(job: &'a Job, name: &str) -> Option<&'a str> {
    job.input(name).map(str::trim).filter(|text| !text.is_empty())
}

/// A number, be it written as a text; the error says what it is instead.
fn number(job: &Job, name: &str) -> Result<Option<Decimal>, String> {
    let wrong = |value: &Value| format!("{name} is {}, which is no number above 0", feel::to_text(value));
    match job.value(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) if *number > Decimal::ZERO => Ok(Some(*number)),
        Some(value) => {
            let said = value.as_str().map(str::trim);
            if said == Some("") {
                return Ok(None);
            }
            let read = said.and_then(|text| text.parse::<Decimal>().ok()).filter(|number| *number > Decimal::ZERO);
            read.map(Some).ok_or_else(|| wrong(value))
        }
    }
}

fn money(job: &Job, name: &str, currency: Currency) -> Result<Option<Money>, String> {
    let Some(amount) = number(job, name)? else { return Ok(None) };
    let minor = minor_of(amount, currency).filter(|minor| *minor > 0);
    let minor = minor.ok_or_else(|| format!("{name} is {amount}, which is no number above 0"))?;
    Ok(Some(Money::new(minor, currency)))
}

fn gives(job: &Job, currency: Currency) -> Result<Gives, String> {
    let (percent, amount) = (number(job, "percent")?, money(job, "amount", currency)?);
    match (percent, amount) {
        (Some(_), Some(_)) => Err("the coupon says both percent and amount: say one".to_owned()),
        (None, None) => Err("the coupon says neither percent nor amount".to_owned()),
        (None, Some(money)) => Ok(Gives::Amount(money)),
        (Some(percent), None) => {
            let hundredths = percent.checked_mul(Decimal::ONE_HUNDRED).and_then(|number| number.round().to_u32());
            let hundredths = hundredths.filter(|hundredths| (1..=10_000).contains(hundredths));
            let hundredths =
                hundredths.ok_or_else(|| format!("percent is {percent}, which is not between 0 and 100"))?;
            Ok(Gives::Percent(hundredths))
        }
    }
}

fn days(job: &Job) -> Result<i64, String> {
    let Some(days) = number(job, "days")? else { return Ok(DAYS) };
    let whole = days.round().to_i64().filter(|days| (1..=DAYS_MAX).contains(days));
    whole.ok_or_else(|| format!("days is {days}, which is not between 1 and {DAYS_MAX}"))
}

fn prefix(job: &Job) -> Result<String, String> {
    let prefix = text(job, "prefix").unwrap_or_default().to_ascii_uppercase();
    let is_plain = prefix.len() <= PREFIX_MAX && prefix.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let wrong = || format!("prefix is {prefix:?}, which is not at most {PREFIX_MAX} letters, digits and hyphens");
    is_plain.then_some(prefix.clone()).ok_or_else(wrong)
}

pub(super) fn effect_of(customer: Id, coupon: &Coupon) -> Effect {
    let attempt = i64::from(coupon.attempt);
    Effect { id: coupon.id, run_at: coupon.run_at, kind: COUPON, cell: customer, attempt }
}

/// Takes a journey's question back. A code that a maker has in hand already may still be made; nobody is told of it.
pub fn withdraw(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, journey: Id, token: u32) {
    let is_meant = |coupon: &Coupon| coupon.journey == journey && coupon.token == token;
    if let Some(i) = stage.cell.action.coupons.iter().position(is_meant) {
        let coupon = stage.cell.action.coupons.remove(i);
        world.drop_effect(coupon.id, coupon.run_at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_task_says_wrong_is_told() {
        let check = |inputs: &[(&str, &str)], expected: &str| {
            let inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
            let job = Job { token: 1, step: "give".to_owned(), inputs: inputs.collect(), attributes: Vec::new() };
            let found = gives(&job, Currency::EUR)
                .and_then(|gives| days(&job).map(|days| format!("{gives:?} {days}")))
                .and_then(|found| prefix(&job).map(|prefix| format!("{found} {prefix}")))
                .unwrap_or_else(|reason| reason);
            assert!(found.contains(expected), "{found}");
        };
        check(&[("percent", "12.5")], "Percent(1250) 7");
        check(&[("percent", " 10 "), ("days", "3"), ("prefix", "back-")], "Percent(1000) 3 BACK-");
        check(&[("amount", "5"), ("percent", "")], "minor: 500");
        check(&[], "neither percent nor amount");
        check(&[("percent", "10"), ("amount", "5")], "say one");
        check(&[("percent", "120")], "percent is 120, which is not between 0 and 100");
        check(&[("percent", "ten")], "percent is ten, which is no number above 0");
        check(&[("amount", "-5")], "amount is -5, which is no number above 0");
        check(&[("amount", "5"), ("days", "0.2")], "days is 0.2, which is not between 1 and 366");
        check(&[("amount", "5"), ("prefix", "a b")], "prefix is \"A B\", which is not");
    }
}
