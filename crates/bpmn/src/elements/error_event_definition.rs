//! Errors and escalations have a code. A catch event with the code comes before one that catches all.

use crate::{compile::Source, definition::Text, xml::Element};
use feel::Value;

/// The code that a catch event wants; `None` catches all.
pub(super) fn caught(source: &mut Source, definition: &Element, which: Which) -> Result<Option<String>, String> {
    let named = source.referred(definition, which.reference(), which.element())?;
    let code = named.and_then(|error| error.attribute(which.code())).unwrap_or_default().trim();
    if code.starts_with('=') {
        let message =
            format!("the code of the {} to catch is fixed, not a formula: write it as it is", which.element());
        return Err(source.refuse("wrong_code", message));
    }
    Ok((!code.is_empty()).then(|| code.to_string()))
}

/// The code that is thrown.
pub(super) fn thrown(source: &mut Source, definition: &Element, which: Which) -> Result<Text, String> {
    let named = source.referred(definition, which.reference(), which.element())?;
    let code = named.and_then(|error| error.attribute(which.code())).unwrap_or_default();
    if code.trim().is_empty() {
        if matches!(which, Which::Escalation) {
            return Ok(Text::Constant(Value::from("")));
        }
        let message = format!("the {} that is thrown has no code: choose one with a code", which.element());
        return Err(source.refuse("missing_code", message));
    }
    Ok(source.text(code, "the code"))
}

/// The two kinds of things that climb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Error,
    Escalation,
}

impl Which {
    fn element(self) -> &'static str {
        match self {
            Which::Error => "error",
            Which::Escalation => "escalation",
        }
    }

    fn reference(self) -> &'static str {
        match self {
            Which::Error => "errorRef",
            Which::Escalation => "escalationRef",
        }
    }

    fn code(self) -> &'static str {
        match self {
            Which::Error => "errorCode",
            Which::Escalation => "escalationCode",
        }
    }
}
