//! What stands after a dot.

use crate::Value;

/// The named part of a value: an entry of a context, a component of a date or duration, or of a list the same part of
/// each item. Null where there is none.
pub fn property(value: &Value, name: &str) -> Value {
    match value {
        Value::Context(entries) => entries.get(name).cloned().unwrap_or_default(),
        _ => Value::Null,
    }
}
