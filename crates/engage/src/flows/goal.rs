//! The goal of a flow: what its journeys are to lead to, within which time. Counted once for each journey, also after it has
//! ended, on the day on which it began, so that a rate compares like with like.

use super::{compiled::duration_of, count_on, journey::Stage};
use crate::{
    cell::Goal,
    domain::Ritorno,
    ledger::{About, decide},
    shop::ORDER_COMPLETED,
};
use base::{Currency, DAY, Time, minor_of, stable_hash};
use feel::Value;
use runtime::World;
use serde_json::json;

/// What `ritorno:goal` of a process says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalOf {
    pub event: Box<str>,
    /// Microseconds from the journey's start.
    pub within: i64,
}

/// Where nothing is said.
const WITHIN: i64 = 7 * DAY;
/// The longest time that a goal is waited for.
const WITHIN_MAX: i64 = 366 * DAY;

impl GoalOf {
    /// `order within P7D`, `Review Submitted within 14 days`, `order`: the name of an event (`order` is `Order Completed`) and
    /// how long it may take, seven days where nothing is said.
    pub fn read(text: &str) -> Result<GoalOf, String> {
        let wrong = || format!("ritorno:goal is {text:?}: an event and a time are expected, such as order within P7D");
        let (event, within) = match text.split_once(" within ") {
            Some((event, within)) => (event.trim(), span(within.trim()).ok_or_else(wrong)?),
            None => (text.trim(), WITHIN),
        };
        if event.is_empty() || event.starts_with('=') || within > WITHIN_MAX {
            return Err(wrong());
        }
        let event = if event.eq_ignore_ascii_case("order") { ORDER_COMPLETED } else { event };
        Ok(GoalOf { event: event.into(), within })
    }
}

/// `P7D`, `7 days`, `48 hours`.
fn span(text: &str) -> Option<i64> {
    if text.starts_with('P') {
        return duration_of(text);
    }
    let (number, unit) = text.split_once(' ')?;
    let number: i64 = number.parse().ok().filter(|number| *number > 0)?;
    let unit = match unit.trim().trim_end_matches('s') {
        "day" => DAY,
        "hour" => base::HOUR,
        _ => return None,
    };
    number.checked_mul(unit)
}

/// An event reached the customer at this time: journeys whose goal it is have reached it.
pub fn reached(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, name: &str, at: Time, payload: &Value) {
    if stage.cell.action.goals.is_empty() {
        return;
    }
    let (event, now) = (stable_hash(name.as_bytes()), world.now());
    let goals = &mut stage.cell.action.goals;
    // Events come late: a goal is missed for good a while after its time.
    goals.retain(|goal| goal.until + LATE > now);
    let is_reached = |goal: &Goal| goal.event == event && at >= goal.started_at && at <= goal.until;
    if !goals.iter().any(is_reached) {
        return;
    }
    let (reached, left): (Vec<Goal>, Vec<Goal>) = std::mem::take(goals).into_iter().partition(is_reached);
    stage.cell.action.goals = left;
    for goal in reached {
        let (currency, minor) = worth(stage, payload);
        count_on(stage, world, goal.started_at, "goals_reached", &goal.flow, currency.as_str(), 1, minor);
        let about = About {
            customer: stage.customer,
            cart: goal.cart,
            journey: Some(goal.journey),
            flow: goal.flow.to_string(),
        };
        let hours = (at - goal.started_at) / base::HOUR;
        decide(
            world,
            &about,
            "goal_reached",
            json!({ "event": name, "hours": hours, "minor": minor, "currency": currency }),
        );
    }
}

/// How late an event may come and still count.
const LATE: i64 = 2 * DAY;

/// What the event is worth: the total it says, in minor units.
fn worth(stage: &Stage<'_>, payload: &Value) -> (Currency, i64) {
    let said = |name: &str| payload.at(&["properties".to_owned(), name.to_owned()]);
    let currency = match said("currency") {
        Value::String(text) => Currency::parse(&text),
        _ => None,
    };
    let currency = currency.unwrap_or(stage.shared.settings.currency);
    let number = |value: Value| match value {
        Value::Number(number) => Some(number),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let total = ["total", "value", "revenue"].into_iter().find_map(|name| number(said(name)));
    (currency, total.and_then(|total| minor_of(total, currency)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_an_event_and_a_time() {
        let check = |text: &str, expected: Option<(&str, i64)>| {
            let read = GoalOf::read(text).ok();
            assert_eq!(read.as_ref().map(|goal| (&*goal.event, goal.within)), expected, "{text}");
        };
        check("order within P7D", Some(("Order Completed", 7 * DAY)));
        check("order within 7 days", Some(("Order Completed", 7 * DAY)));
        check("Order", Some(("Order Completed", 7 * DAY)));
        check("Review Submitted within 48 hours", Some(("Review Submitted", 2 * DAY)));
        check("Store Visited within PT12H", Some(("Store Visited", DAY / 2)));
        check("order within a week", None);
        check("order within P7Y", None);
        check("=cart.total", None);
        check(" within P7D", None);
    }
}
