//! What is kept when a file is read, but does not run: each with what to draw instead.

use crate::{BPMN, Kind, ZEEBE, compile::Source};

pub(super) fn compile(source: &mut Source) -> Kind {
    let local = source.element.local();
    let advice = match local {
        "inclusiveGateway" => "use exclusive or parallel gateways",
        "complexGateway" => "use exclusive and parallel gateways",
        "subProcess" | "transaction" | "adHocSubProcess" => "draw its steps in the process itself",
        "callActivity" => "draw the steps of the called process here",
        "boundaryEvent" => "use an event-based gateway after the task",
        "scriptTask" => "write the formula as an input or a condition",
        "businessRuleTask" => "use an exclusive gateway with conditions",
        _ => "remove it",
    };
    source.problem(format!("<{local}> is not executed here: {advice}"));
    Kind::PassThrough
}

/// Loops and compensation on an activity.
pub(super) fn check_activity(source: &mut Source) {
    if source.element.child(BPMN, "multiInstanceLoopCharacteristics").is_some() {
        source.problem("an activity for each item of a list is not executed here: draw it once");
    }
    if source.element.child(BPMN, "standardLoopCharacteristics").is_some() {
        source.problem("a looping activity is not executed: draw the loop with an exclusive gateway");
    }
    if source.element.attribute("isForCompensation") == Some("true") {
        source.problem("compensation is not executed here: draw what is to be done as a flow");
    }
}

/// Zeebe extensions that would change what the element does, if they were executed.
pub(super) fn check_extensions(source: &mut Source) {
    let Some(extensions) = source.element.child(BPMN, "extensionElements") else {
        return;
    };
    let known: &[&str] = match source.element.local() {
        "serviceTask" | "sendTask" => &["taskDefinition", "ioMapping", "properties"],
        "userTask" => {
            &["userTask", "assignmentDefinition", "taskSchedule", "formDefinition", "ioMapping", "properties"]
        }
        _ => &["ioMapping", "properties"],
    };
    for child in extensions.children().filter(|child| child.in_namespace(ZEEBE)) {
        if !known.contains(&child.local()) {
            let message = match child.local() {
                "taskHeaders" => "zeebe:taskHeaders are not read: use input mappings".to_string(),
                other => format!("zeebe:{other} is not executed on <{}>: remove it", source.element.local()),
            };
            source.problem(message);
        }
    }
}
