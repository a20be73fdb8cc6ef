//! Equality and order between values, three-valued: `None` is null, "these cannot be compared".

use crate::{Range, TimeOfDay, Value};
use std::cmp::Ordering;

/// `a = b`. Null equals null alone; values of different types cannot be compared.
pub fn equals(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Null, Value::Null) => Some(true),
        (Value::Null, _) | (_, Value::Null) => Some(false),
        (Value::List(left), Value::List(right)) => {
            if left.len() != right.len() {
                return Some(false);
            }
            all(left.iter().zip(right).map(|(left, right)| equals(left, right)))
        }
        (Value::Context(left), Value::Context(right)) => {
            if !left.keys().eq(right.keys()) {
                return Some(false);
            }
            all(left.values().zip(right.values()).map(|(left, right)| equals(left, right)))
        }
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::Range(left), Value::Range(right)) => Some(left == right),
        _ => compare(left, right).map(Ordering::is_eq),
    }
}

/// False where one is false, else unknown where one is unknown.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

/// The order of two values of one type that has an order: numbers, strings (by character), dates, times, dates and times
/// (by the instant, whatever the zones), durations.
pub fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Some(left.cmp(right)),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::DateTime(left), Value::DateTime(right)) => {
            // One at a known place, one anywhere: nobody can say.
            let comparable = left.time_zone().is_unknown() == right.time_zone().is_unknown();
            comparable.then(|| left.timestamp().cmp(&right.timestamp()))
        }
        (Value::DayTime(left), Value::DayTime(right)) => Some(left.cmp(right)),
        (Value::YearMonth(left), Value::YearMonth(right)) => Some(left.cmp(right)),
        (Value::Time(left), Value::Time(right)) => compare_times(left, right),
        _ => None,
    }
}

fn compare_times(left: &TimeOfDay, right: &TimeOfDay) -> Option<Ordering> {
    match (left.utc_nanoseconds(), right.utc_nanoseconds()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        (None, None) => Some(left.time.cmp(&right.time)),
        // A wall clock somewhere against a time at a known place: nobody can say.
        _ => None,
    }
}

/// Is the value between the ends of the range?
pub fn contains(range: &Range, value: &Value) -> Option<bool> {
    let above = match &range.start {
        None => Some(true),
        Some(start) => compare(value, start).map(|order| order.is_gt() || (range.start_included && order.is_eq())),
    };
    let below = match &range.end {
        None => Some(true),
        Some(end) => compare(value, end).map(|order| order.is_lt() || (range.end_included && order.is_eq())),
    };
    and(above, below)
}

/// Three-valued conjunction.
pub fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Three-valued disjunction.
pub fn or(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}
