//! Functions from one type to another, and on truth.

use super::{Args, Builtin};
use crate::{Value, compare, json::parse_decimal, print::to_text};

pub(super) const TABLE: &[Builtin] = &[
    Builtin { name: "string", signatures: &[&["from"]], run: |a, _| a.has(0).then(|| Value::from(to_text(a.get(0)))) },
    Builtin {
        name: "number",
        signatures: &[&["from"], &["from", "?grouping separator", "?decimal separator"]],
        run: |a, _| number(a),
    },
    Builtin {
        name: "not",
        signatures: &[&["negand"]],
        run: |a, _| match a.get(0) {
            Value::Bool(value) => Some(Value::Bool(!value)),
            _ => None,
        },
    },
    Builtin { name: "is defined", signatures: &[&["value"]], run: |a, _| Some(Value::Bool(a.has(0))) },
    Builtin {
        name: "get or else",
        signatures: &[&["value", "default"]],
        run: |a, _| Some(a.get(usize::from(!a.has(0))).clone()),
    },
    Builtin {
        name: "is",
        signatures: &[&["~value1", "~value2"]],
        run: |a, _| Some(Value::Bool(same(a.get(0), a.get(1)))),
    },
];

fn number(a: &Args) -> Option<Value> {
    if let Value::Number(number) = a.get(0) {
        return Some((*number).into());
    }
    let mut text = a.text(0)?.to_string();
    for (place, allowed) in [(1, [" ", ",", "."].as_slice()), (2, &[",", "."])] {
        let Value::String(separator) = a.get(place) else {
            if a.has(place) {
                return None;
            }
            continue;
        };
        if !allowed.contains(&&**separator) || a.get(1) == a.get(2) {
            return None;
        }
        text = text.replace(&**separator, if place == 1 { "" } else { "." });
    }
    let digits = text.trim_start_matches('-');
    let plain = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if plain { parse_decimal(&text.to_lowercase()).map(Value::from) } else { None }
}

/// The same type, the same value, and for times the same zone.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::DateTime(left), Value::DateTime(right)) => left == right && left.time_zone() == right.time_zone(),
        (Value::Time(left), Value::Time(right)) => left == right,
        _ => compare::equals(left, right) == Some(true),
    }
}
