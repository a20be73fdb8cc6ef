//! Functions on strings. Places and lengths count characters, from 1.

use super::{Args, Builtin};
use crate::Value;

pub(super) const TABLE: &[Builtin] = &[
    Builtin { name: "substring", signatures: &[&["string", "start position", "?length"]], run: |a, _| substring(a) },
    Builtin {
        name: "string length",
        signatures: &[&["string"]],
        run: |a, _| Some((a.text(0)?.chars().count() as i64).into()),
    },
    Builtin { name: "upper case", signatures: &[&["string"]], run: |a, _| Some(a.text(0)?.to_uppercase().into()) },
    Builtin { name: "lower case", signatures: &[&["string"]], run: |a, _| Some(a.text(0)?.to_lowercase().into()) },
    Builtin { name: "trim", signatures: &[&["string"]], run: |a, _| Some(a.text(0)?.trim().into()) },
    Builtin {
        name: "substring before",
        signatures: &[&["string", "match"]],
        run: |a, _| {
            let parts = a.text(0)?.split_once(a.text(1)?);
            Some(parts.map_or("", |(before, _)| before).into())
        },
    },
    Builtin {
        name: "substring after",
        signatures: &[&["string", "match"]],
        run: |a, _| {
            let parts = a.text(0)?.split_once(a.text(1)?);
            Some(parts.map_or("", |(_, after)| after).into())
        },
    },
    Builtin {
        name: "contains",
        signatures: &[&["string", "match"]],
        run: |a, _| Some(a.text(0)?.contains(a.text(1)?).into()),
    },
    Builtin {
        name: "starts with",
        signatures: &[&["string", "match"]],
        run: |a, _| Some(a.text(0)?.starts_with(a.text(1)?).into()),
    },
    Builtin {
        name: "ends with",
        signatures: &[&["string", "match"]],
        run: |a, _| Some(a.text(0)?.ends_with(a.text(1)?).into()),
    },
    Builtin { name: "string join", signatures: &[&["list", "?delimiter"]], run: |a, _| join(a) },
];

fn substring(a: &Args) -> Option<Value> {
    let (text, start) = (a.text(0)?, a.whole(1)?);
    let characters = text.chars().count() as i64;
    let from = match start {
        0 => return None,
        start if start > 0 => start - 1,
        start => characters + start,
    };
    if from < 0 {
        return None;
    }
    let length = if a.has(2) { a.whole(2)? } else { characters };
    if length < 1 {
        return None;
    }
    let (from, length) = (usize::try_from(from).ok()?, usize::try_from(length).ok()?);
    Some(text.chars().skip(from).take(length).collect::<String>().into())
}

fn join(a: &Args) -> Option<Value> {
    let delimiter = if a.has(1) { a.text(1)? } else { "" };
    let mut parts = Vec::new();
    for item in a.list(0)? {
        match item {
            Value::String(text) => parts.push(&**text),
            Value::Null => {}
            _ => return None,
        }
    }
    // Every part is on the evaluation's bill already; the delimiters are not.
    let bytes = delimiter.len().checked_mul(parts.len())?;
    if bytes > 1 << 20 { None } else { Some(parts.join(delimiter).into()) }
}
