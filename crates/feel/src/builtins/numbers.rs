//! Functions on numbers.

use super::{Args, Builtin};
use crate::Value;
use rust_decimal::{Decimal, MathematicalOps, RoundingStrategy};

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "decimal",
        signatures: &[&["n", "scale"]],
        run: |a, _| rounded(a, RoundingStrategy::MidpointNearestEven),
    },
    Builtin {
        name: "floor",
        signatures: &[&["n", "?scale"]],
        run: |a, _| rounded(a, RoundingStrategy::ToNegativeInfinity),
    },
    Builtin {
        name: "ceiling",
        signatures: &[&["n", "?scale"]],
        run: |a, _| rounded(a, RoundingStrategy::ToPositiveInfinity),
    },
    Builtin {
        name: "round up",
        signatures: &[&["n", "scale"]],
        run: |a, _| rounded(a, RoundingStrategy::AwayFromZero),
    },
    Builtin { name: "round down", signatures: &[&["n", "scale"]], run: |a, _| rounded(a, RoundingStrategy::ToZero) },
    Builtin {
        name: "round half up",
        signatures: &[&["n", "scale"]],
        run: |a, _| rounded(a, RoundingStrategy::MidpointAwayFromZero),
    },
    Builtin {
        name: "round half down",
        signatures: &[&["n", "scale"]],
        run: |a, _| rounded(a, RoundingStrategy::MidpointTowardZero),
    },
    Builtin { name: "abs", signatures: &[&["n"]], run: |a, _| absolute(a.get(0)) },
    Builtin {
        name: "modulo",
        signatures: &[&["dividend", "divisor"]],
        run: |a, _| {
            let (dividend, divisor) = (a.number(0)?, a.number(1)?);
            // The remainder has the sign of the divisor.
            let remainder = dividend.checked_rem(divisor)?;
            let opposite = !remainder.is_zero() && remainder.is_sign_negative() != divisor.is_sign_negative();
            if opposite { remainder.checked_add(divisor) } else { Some(remainder) }.map(Value::from)
        },
    },
    Builtin { name: "sqrt", signatures: &[&["number"]], run: |a, _| a.number(0)?.sqrt().map(Value::from) },
    Builtin { name: "log", signatures: &[&["number"]], run: |a, _| a.number(0)?.checked_ln().map(Value::from) },
    Builtin { name: "exp", signatures: &[&["number"]], run: |a, _| a.number(0)?.checked_exp().map(Value::from) },
    Builtin { name: "odd", signatures: &[&["number"]], run: |a, _| Some(Value::Bool(!remainder_of_two(a)?.is_zero())) },
    Builtin { name: "even", signatures: &[&["number"]], run: |a, _| Some(Value::Bool(remainder_of_two(a)?.is_zero())) },
];

/// Rounds to so many digits after the point; below zero to tens, hundreds, …
fn rounded(a: &Args, strategy: RoundingStrategy) -> Option<Value> {
    let number = a.number(0)?;
    let scale = if a.0.len() > 1 { a.whole(1)? } else { 0 };
    if !(-6111..=6176).contains(&scale) {
        return None;
    }
    if let Ok(places) = u32::try_from(scale) {
        return Some(number.round_dp_with_strategy(places, strategy).into());
    }
    let Ok(places) = u32::try_from(-scale) else {
        return None;
    };
    if places > 27 {
        return Some(Decimal::ZERO.into());
    }
    let unit = Decimal::from_i128_with_scale(10i128.pow(places), 0);
    let units = number.checked_div(unit)?.round_dp_with_strategy(0, strategy);
    units.checked_mul(unit).map(Value::from)
}

fn absolute(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) => Some(number.abs().into()),
        Value::DayTime(micros) => micros.checked_abs().map(Value::DayTime),
        Value::YearMonth(months) => months.checked_abs().map(Value::YearMonth),
        _ => None,
    }
}

fn remainder_of_two(a: &Args) -> Option<Decimal> {
    let number = a.number(0)?;
    if number.is_integer() { number.checked_rem(Decimal::TWO) } else { None }
}
