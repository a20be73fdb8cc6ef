//! Values as text, as the function `string()` writes them.

use crate::Value;

/// The text of a value.
pub fn to_text(value: &Value) -> String {
    format!("{value:?}")
}
