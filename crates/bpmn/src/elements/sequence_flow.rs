//! Sequence flow: its condition and its weight.

use crate::{BPMN, compile::Source};
use feel::Expression;

/// The condition, in FEEL.
pub(crate) fn condition(source: &mut Source) -> Option<Expression> {
    let element = source.element.child(BPMN, "conditionExpression")?;
    let language = element.attribute("language").unwrap_or("feel");
    if !language.to_lowercase().contains("feel") {
        source.problem(format!("the condition is written in {language}: write it in FEEL"));
        return None;
    }
    let text = element.text();
    if text.is_empty() {
        source.problem("the condition is empty: write one, such as = cart.total >= 100, or remove it");
        return None;
    }
    source.formula(&text, "the condition")
}

/// The part in a weighted split.
pub(crate) fn weight(source: &mut Source) -> Option<u32> {
    let text = source.ritorno("weight")?;
    let weight = text.trim().parse().ok();
    if weight.is_none() {
        source.problem(format!("ritorno:weight is a whole number such as 50, not {text:?}"));
    }
    weight
}
