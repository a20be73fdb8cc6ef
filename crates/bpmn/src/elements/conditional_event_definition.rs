//! Conditional events: looked at again whenever something happens to the journey, and when the caller says that what the
//! condition reads has changed. Never polled.

use crate::{BPMN, compile::Source, xml::Element};
use feel::Expression;

pub(super) fn compile(source: &mut Source, definition: &Element) -> Result<Expression, String> {
    let text = definition.child(BPMN, "condition").map(Element::text).unwrap_or_default();
    if text.is_empty() {
        return Err(
            source.refuse("missing_condition", "the event has no condition: write one, such as = cart.total > 100")
        );
    }
    source.formula(&text, "the condition").ok_or_else(|| format!("the condition {text:?} is not FEEL"))
}
