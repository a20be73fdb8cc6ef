//! The `ritorno:` attributes: which may stand where. An unknown one is a problem, because a misspelt cap must not mean
//! "no cap".

use super::source::problem_at;
use crate::{BPMN, Problem, RITORNO, xml::Element};

/// The attributes that an element may have.
fn known(local: &str) -> &'static [&'static str] {
    match local {
        "process" => &["parameters", "cap", "latest", "maxAge", "goal", "exit", "businessKey"],
        "startEvent" => &[
            "idleHours",
            "reentry",
            "filter",
            "at",
            "calendar",
            "since",
            "delivery",
            "property",
            "repeat",
            "daysBefore",
            "daysAfter",
        ],
        "sendTask" | "serviceTask" => &["purpose", "quietHours", "cap", "goal"],
        "userTask" => &["purpose", "quietHours", "cap", "goal", "fields"],
        "sequenceFlow" => &["weight"],
        "exclusiveGateway" => &["split"],
        "scriptTask" | "businessRuleTask" | "callActivity" | "subProcess" => &["goal"],
        "intermediateThrowEvent" | "endEvent" => &["purpose", "quietHours", "cap", "goal"],
        "intermediateCatchEvent" | "boundaryEvent" => &["filter", "at", "calendar", "since", "delivery"],
        "receiveTask" => &["filter", "since", "delivery"],
        _ => &[],
    }
}

/// Checks the whole file; what is kept for other tools has none of our attributes.
pub(crate) fn check(element: &Element, problems: &mut Vec<Problem>) {
    if element.in_namespace(RITORNO) {
        let message = format!("<{}>: ritorno facts are attributes of BPMN elements, never elements", element.tag);
        problems.push(problem_at(element, "wrong_attribute", message));
    }
    for (name, value) in element.attributes_of(RITORNO) {
        let known = if element.in_namespace(BPMN) { known(element.local()) } else { &[] };
        if let Some(message) = fault(element.local(), name, value, known) {
            problems.push(problem_at(element, "wrong_attribute", message));
        }
    }
    for child in element.children() {
        check(child, problems);
    }
}

fn fault(local: &str, name: &str, value: &str, known: &[&str]) -> Option<String> {
    if !known.contains(&name) {
        let known = if known.is_empty() { "none".into() } else { known.join(", ") };
        return Some(format!("unknown attribute ritorno:{name} on <{local}>; known here: {known}"));
    }
    if name == "purpose" && !matches!(value, "marketing" | "service") {
        return Some(format!("ritorno:purpose is marketing or service, not {value:?}"));
    }
    let formula = value.trim().strip_prefix('=')?;
    let error = feel::Expression::parse(formula).err()?;
    Some(format!("ritorno:{name} is not understood: {error}, in {value:?}"))
}
