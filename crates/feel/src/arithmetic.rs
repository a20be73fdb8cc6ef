//! `+ - * / **` between values. What has no answer (other types, an overflow, a division by zero) is null.

use crate::{TimeOfDay, Value, ast::Arithmetic, temporal};
use jiff::{Span, Zoned, civil::Date, tz::TimeZone};
use rust_decimal::{Decimal, MathematicalOps};

/// The longest string that `+` makes, in bytes.
const STRING_BYTES_MAX: usize = 65_536;
const DAY_NANOSECONDS: i64 = 86_400_000_000_000;

/// Applies the operator. The zone is where a date becomes an instant (its midnight).
pub(crate) fn apply(operator: Arithmetic, left: &Value, right: &Value, zone: &TimeZone) -> Value {
    let result = match operator {
        Arithmetic::Add => add(left, right).or_else(|| add(right, left)),
        Arithmetic::Subtract => subtract(left, right, zone),
        Arithmetic::Multiply => multiply(left, right).or_else(|| multiply(right, left)),
        Arithmetic::Divide => divide(left, right),
        Arithmetic::Power => match (left, right) {
            (Value::Number(base), Value::Number(exponent)) => power(*base, *exponent).map(Value::from),
            _ => None,
        },
    };
    result.unwrap_or_default()
}

/// One order of the operands; the caller tries the other too, so texts alone must not depend on it.
fn add(left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.checked_add(*right).map(Value::from),
        (Value::String(left), Value::String(right)) => {
            let fits = left.len() + right.len() <= STRING_BYTES_MAX;
            fits.then(|| Value::from(format!("{left}{right}")))
        }
        (Value::DayTime(left), Value::DayTime(right)) => left.checked_add(*right).map(Value::DayTime),
        (Value::YearMonth(left), Value::YearMonth(right)) => left.checked_add(*right).map(Value::YearMonth),
        (at, Value::DayTime(micros)) => shift(at, *micros),
        (at, Value::YearMonth(months)) => shift_months(at, *months),
        _ => None,
    }
}

/// Moves a date, a time or a date and time by microseconds. An instant moves by exactly that much, whatever the clocks
/// do; a date by whole days.
pub(crate) fn shift(at: &Value, micros: i64) -> Option<Value> {
    match at {
        Value::DateTime(at) => {
            let timestamp = at.timestamp().checked_add(Span::new().try_microseconds(micros).ok()?);
            Some(Value::DateTime(timestamp.ok()?.to_zoned(at.time_zone().clone())))
        }
        Value::Date(date) => {
            let days = micros.div_euclid(base::DAY);
            date.checked_add(Span::new().try_days(days).ok()?).ok().map(Value::Date)
        }
        Value::Time(time) => {
            let moved = temporal::nanoseconds(time.time) + micros % base::DAY * 1_000;
            let moved = moved.rem_euclid(DAY_NANOSECONDS);
            let span = Span::new().try_nanoseconds(moved).ok()?;
            let moved = jiff::civil::Time::midnight().checked_add(span).ok()?;
            Some(Value::Time(TimeOfDay { time: moved, zone: time.zone.clone() }))
        }
        _ => None,
    }
}

/// Moves a date or a date and time by months on the calendar of its zone; the 31st becomes the last day where the month
/// is shorter.
pub(crate) fn shift_months(at: &Value, months: i32) -> Option<Value> {
    let span = Span::new().try_months(months).ok()?;
    match at {
        Value::Date(date) => date.checked_add(span).ok().map(Value::Date),
        Value::DateTime(at) => at.checked_add(span).ok().map(Value::DateTime),
        _ => None,
    }
}

fn subtract(left: &Value, right: &Value, zone: &TimeZone) -> Option<Value> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.checked_sub(*right).map(Value::from),
        (Value::DayTime(left), Value::DayTime(right)) => left.checked_sub(*right).map(Value::DayTime),
        (Value::YearMonth(left), Value::YearMonth(right)) => left.checked_sub(*right).map(Value::YearMonth),
        (at, Value::DayTime(micros)) => shift(at, micros.checked_neg()?),
        (at, Value::YearMonth(months)) => shift_months(at, months.checked_neg()?),
        (Value::Time(left), Value::Time(right)) => {
            let both = left.utc_nanoseconds().zip(right.utc_nanoseconds());
            let (left, right) = match both {
                Some(pair) => pair,
                None if left.zone.is_none() && right.zone.is_none() => {
                    (temporal::nanoseconds(left.time), temporal::nanoseconds(right.time))
                }
                None => return None,
            };
            Some(Value::DayTime((left - right) / 1_000))
        }
        (Value::Date(left), Value::Date(right)) => {
            // Whole days, also where a clock change lies between them.
            let days = left.since(*right).ok()?.get_days();
            Some(Value::DayTime(i64::from(days) * base::DAY))
        }
        _ => {
            let (left, right) = (instant(left, zone)?, instant(right, zone)?);
            if left.time_zone().is_unknown() != right.time_zone().is_unknown() {
                return None;
            }
            let micros = left.timestamp().as_microsecond() - right.timestamp().as_microsecond();
            Some(Value::DayTime(micros))
        }
    }
}

/// A date and time, or the midnight of a date in the zone (in UTC where there is none).
fn instant(value: &Value, zone: &TimeZone) -> Option<Zoned> {
    match value {
        Value::DateTime(at) => Some(at.clone()),
        Value::Date(date) if zone.is_unknown() => temporal::zoned(date.at(0, 0, 0, 0), &TimeZone::UTC),
        Value::Date(date) => temporal::zoned(date.at(0, 0, 0, 0), zone),
        _ => None,
    }
}

fn multiply(left: &Value, right: &Value) -> Option<Value> {
    let Value::Number(factor) = right else {
        return None;
    };
    match left {
        Value::Number(number) => number.checked_mul(*factor).map(Value::from),
        Value::DayTime(micros) => whole_micros(Decimal::from(*micros).checked_mul(*factor)?),
        Value::YearMonth(months) => whole_months(Decimal::from(*months).checked_mul(*factor)?),
        _ => None,
    }
}

fn divide(left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            left.checked_div(*right).map(|quotient| quotient.normalize().into())
        }
        (Value::DayTime(micros), Value::Number(divisor)) => whole_micros(Decimal::from(*micros).checked_div(*divisor)?),
        (Value::YearMonth(months), Value::Number(divisor)) => {
            whole_months(Decimal::from(*months).checked_div(*divisor)?)
        }
        (Value::DayTime(left), Value::DayTime(right)) => {
            Decimal::from(*left).checked_div((*right).into()).map(Value::from)
        }
        (Value::YearMonth(left), Value::YearMonth(right)) => {
            Decimal::from(*left).checked_div((*right).into()).map(Value::from)
        }
        _ => None,
    }
}

fn whole_micros(micros: Decimal) -> Option<Value> {
    i64::try_from(micros.trunc()).ok().map(Value::DayTime)
}

fn whole_months(months: Decimal) -> Option<Value> {
    i32::try_from(months.trunc()).ok().map(Value::YearMonth)
}

/// Exact for whole exponents, else by logarithms.
fn power(base: Decimal, exponent: Decimal) -> Option<Decimal> {
    let Some(whole) = exponent.is_integer().then(|| i64::try_from(exponent).ok()).flatten() else {
        return if base.is_zero() || base.is_sign_negative() { None } else { base.checked_powd(exponent) };
    };
    if base.is_zero() && whole < 0 {
        return None;
    }
    let (mut result, mut square, mut left) = (Decimal::ONE, base, whole.unsigned_abs());
    while left > 0 {
        if left % 2 == 1 {
            result = result.checked_mul(square)?;
        }
        left /= 2;
        if left > 0 {
            square = square.checked_mul(square)?;
        }
    }
    if whole < 0 { Decimal::ONE.checked_div(result).map(|quotient| quotient.normalize()) } else { Some(result) }
}

/// The date of an instant or a date.
pub(crate) fn date_of(value: &Value) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::DateTime(at) => Some(at.date()),
        _ => None,
    }
}
