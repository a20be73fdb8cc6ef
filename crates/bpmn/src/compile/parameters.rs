//! The named parameters of a flow: `ritorno:parameters="wait_hours=24; threshold=2000"`.

use super::source::problem_at;
use crate::{Problem, Severity, xml::Element};
use feel::{Decimal, Value};

/// Reads the declared parameters and puts the given values in their place, each read as what the declared one is.
pub(crate) fn read(process: &Element, given: &[(String, String)], problems: &mut Vec<Problem>) -> Vec<(String, Value)> {
    let mut attributes = process.attributes_of(crate::RITORNO);
    let text = attributes.find(|(name, _)| *name == "parameters").map_or("", |(_, value)| value);
    let mut parameters = Vec::<(String, Value)>::new();
    for part in split(text) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (name.trim(), value.trim());
        if !is_name(name) || value.is_empty() {
            let message =
                format!("the parameter {part:?} is not written as name=value; the next one comes after a semicolon");
            problems.push(problem_at(process, "wrong_parameter", message));
        } else if parameters.iter().any(|(earlier, _)| earlier == name) {
            problems.push(problem_at(process, "wrong_parameter", format!("the parameter {name} is declared twice")));
        } else {
            parameters.push((name.to_string(), constant(value)));
        }
    }
    for (name, text) in given {
        match parameters.iter_mut().find(|(declared, _)| declared == name) {
            Some((_, declared)) => match in_place_of(declared, text) {
                Ok(value) => *declared = value,
                Err(expected) => {
                    let text: String = text.chars().take(80).collect();
                    problems.push(unfit(format!("the parameter {name} cannot be {text:?}: {expected}")));
                }
            },
            None => {
                let known: Vec<&str> = parameters.iter().map(|(name, _)| name.as_str()).collect();
                let known = if known.is_empty() { "none".into() } else { known.join(", ") };
                problems.push(unfit(format!("the flow has no parameter {name}; it has: {known}")));
            }
        }
    }
    parameters
}

/// A given value that the flow cannot take: the file itself is as it should be.
fn unfit(message: String) -> Problem {
    Problem { severity: Severity::Unfit, ..Problem::of_file("wrong_parameter", message) }
}

/// A text read as the kind of value that it replaces; the error says what is expected there.
///
/// Where the file has a number that is not negative, a negative one is refused: hours and amounts of money have no meaning
/// below 0, and a flow that counts backwards says so by its own value.
fn in_place_of(declared: &Value, text: &str) -> Result<Value, String> {
    let text = text.trim();
    match declared {
        Value::Number(number) => {
            let is_signed = number.is_sign_negative();
            let least = if is_signed { "" } else { ", 0 or more" };
            let expected = || format!("a number is expected{least}, such as {number}");
            let given = Decimal::from_str_exact(text).map_err(|_| expected())?;
            if given.is_sign_negative() && !given.is_zero() && !is_signed { Err(expected()) } else { Ok(given.into()) }
        }
        Value::Bool(_) => match constant(text) {
            truth @ Value::Bool(_) => Ok(truth),
            _ => Err("true or false is expected".to_owned()),
        },
        // Not by its looks: a text may well be "12" or "true".
        _ => {
            let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            Ok(Value::from(inner.unwrap_or(text)))
        }
    }
}

/// A number, a boolean, a text in double quotes, else the text as it stands.
pub(crate) fn constant(text: &str) -> Value {
    let text = text.trim();
    match text {
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    if let Ok(number) = Decimal::from_str_exact(text) {
        return Value::Number(number);
    }
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    Value::from(inner.unwrap_or(text))
}

/// The parts between semicolons; those inside double quotes do not count.
fn split(text: &str) -> Vec<&str> {
    let mut quoted = false;
    let parts = text.split(|c: char| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn is_name(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    starts && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}
