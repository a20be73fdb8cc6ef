//! Functions on contexts.

use super::{Args, Builtin};
use crate::Value;
use std::collections::BTreeMap;

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "get value",
        signatures: &[&["m", "key"], &["context", "key"]],
        run: |a, _| match a.get(0) {
            Value::Context(entries) => entries.get(a.text(1)?).cloned(),
            _ => None,
        },
    },
    Builtin {
        name: "get entries",
        signatures: &[&["m"], &["context"]],
        run: |a, _| match a.get(0) {
            Value::Context(entries) => {
                Some(Value::List(entries.iter().map(|(key, value)| entry(key, value.clone())).collect()))
            }
            _ => None,
        },
    },
    Builtin {
        name: "context put",
        signatures: &[&["context", "key", "value"], &["context", "keys", "value"]],
        run: |a, _| match a.get(1) {
            Value::List(keys) => put_deep(a.get(0), keys, a.get(2)),
            _ => put(a),
        },
    },
    Builtin {
        name: "context merge",
        signatures: &[&["contexts"]],
        run: |a, _| {
            let mut merged = BTreeMap::new();
            for context in a.list(0)? {
                let Value::Context(entries) = context else {
                    return None;
                };
                merged.extend(entries.clone());
            }
            Some(Value::Context(merged))
        },
    },
    Builtin {
        name: "context",
        signatures: &[&["entries"]],
        run: |a, _| {
            let mut made = BTreeMap::new();
            for one in a.list(0)? {
                let Value::Context(one) = one else {
                    return None;
                };
                let key = one.get("key")?.as_str()?.to_string();
                if made.insert(key, one.get("value")?.clone()).is_some() {
                    return None;
                }
            }
            Some(Value::Context(made))
        },
    },
];

fn entry(key: &str, value: Value) -> Value {
    Value::Context(BTreeMap::from([("key".into(), Value::from(key)), ("value".into(), value)]))
}

fn put(a: &Args) -> Option<Value> {
    let Value::Context(entries) = a.get(0) else {
        return None;
    };
    let mut entries = entries.clone();
    entries.insert(a.text(1)?.to_string(), a.get(2).clone());
    Some(Value::Context(entries))
}

/// Puts a value at the keys, one inside the other; the contexts on the way must be there.
fn put_deep(into: &Value, keys: &[Value], value: &Value) -> Option<Value> {
    let Value::Context(entries) = into else {
        return None;
    };
    let (key, rest) = keys.split_first()?;
    let key = key.as_str()?;
    let value = match rest {
        [] => value.clone(),
        rest => put_deep(entries.get(key)?, rest, value)?,
    };
    let mut entries = entries.clone();
    entries.insert(key.to_string(), value);
    Some(Value::Context(entries))
}
