//! Sequence flow: its condition and its weight.

use crate::{BPMN, compile::Source};
use feel::Expression;

/// The condition, in FEEL; and whether there is one in another language.
pub(crate) fn condition(source: &mut Source) -> (Option<Expression>, bool) {
    let Some(element) = source.element.child(BPMN, "conditionExpression") else { return (None, false) };
    let language = element.attribute("language").unwrap_or("feel");
    let text = element.text();
    if !language.to_lowercase().contains("feel") {
        let message = format!("the condition is written in {language}: write it in FEEL");
        source.problem("foreign_expression", message);
        return (None, true);
    }
    if text.is_empty() {
        let message = "the condition is empty: write one, such as = cart.total >= 100, or remove it";
        source.problem("missing_condition", message);
        return (None, true);
    }
    let condition = source.formula(&text, "the condition");
    let is_foreign = condition.is_none();
    (condition, is_foreign)
}

/// The part in a weighted split.
pub(crate) fn weight(source: &mut Source) -> Option<u32> {
    let text = source.ritorno("weight")?;
    let weight = text.trim().parse().ok();
    if weight.is_none() {
        source.problem("wrong_attribute", format!("ritorno:weight is a whole number such as 50, not {text:?}"));
    }
    weight
}
