//! Signals: broadcast to every journey that waits for the name, and to every flow that starts by it.

use crate::{BPMN, compile::Source, xml::Element};
use feel::Expression;

/// A signal that is waited for or thrown.
#[derive(Debug, Clone)]
pub struct Signal {
    pub name: String,
    /// Must be true of the `event`, where it is waited for.
    pub filter: Option<Expression>,
}

pub(super) fn compile(source: &mut Source, definition: &Element) -> Result<Signal, String> {
    let named = source.referred(definition, "signalRef", "signal")?;
    let name = named.and_then(|signal| signal.attribute("name")).unwrap_or_default().trim();
    if name.is_empty() || name.starts_with('=') {
        return Err(source.refuse("missing_signal", "the event needs a signal with a fixed name: choose one"));
    }
    debug_assert!(definition.in_namespace(BPMN));
    let filter = source.ritorno("filter");
    let filter = filter.and_then(|text| source.formula(text, "ritorno:filter"));
    Ok(Signal { name: name.to_string(), filter })
}
