//! Values from JSON and to JSON.

use crate::Value;
use rust_decimal::Decimal;
use serde_json::{Map, Number};
use std::str::FromStr;

/// A JSON value as a value of the language. A number is read from its decimal text, never through a float's binary
/// digits; one that a decimal cannot hold is null. Dates are not guessed: a string stays a string.
pub fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => parse_decimal(&number.to_string()).into(),
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(from_json).collect()),
        serde_json::Value::Object(entries) => {
            Value::Context(entries.iter().map(|(name, value)| (name.clone(), from_json(value))).collect())
        }
    }
}

/// A value as JSON: dates, times, durations and ranges as the text that `string()` gives, whole numbers as integers,
/// functions as null.
pub fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null | Value::Function(_) => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => number_to_json(number),
        Value::String(text) => serde_json::Value::String(text.to_string()),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Context(entries) => {
            entries.iter().map(|(name, value)| (name.clone(), to_json(value))).collect::<Map<_, _>>().into()
        }
        other => serde_json::Value::String(crate::print::to_text(other)),
    }
}

/// Reads plain (`18.99`) and scientific (`1e3`) decimal texts.
pub(crate) fn parse_decimal(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_str(text)).or_else(|_| Decimal::from_scientific(text)).ok()
}

fn number_to_json(number: &Decimal) -> serde_json::Value {
    let number = number.normalize();
    if number.scale() == 0
        && let Ok(whole) = i64::try_from(number)
    {
        return whole.into();
    }
    let float: Option<f64> = number.to_string().parse().ok();
    float.and_then(Number::from_f64).map_or(serde_json::Value::Null, serde_json::Value::Number)
}
