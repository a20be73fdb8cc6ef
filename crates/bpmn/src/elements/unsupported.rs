//! What is kept when a file is read, but does not run: each with what to draw instead.

use crate::{BPMN, Kind, ZEEBE, compile::Source};

pub(super) fn compile(source: &mut Source) -> Kind {
    let local = source.element.local();
    let advice = match local {
        "complexGateway" => "use exclusive, inclusive or parallel gateways",
        "transaction" => "draw a sub-process, with error and compensation events",
        "adHocSubProcess" => "draw the order of its steps in a sub-process",
        "choreographyTask" | "subChoreography" | "callChoreography" => "draw a process",
        _ => "remove it",
    };
    source.unsupported("unsupported_element", format!("<{local}> is not executed here: {advice}"))
}

/// Loops on an activity.
pub(super) fn check_activity(source: &mut Source) {
    if source.element.child(BPMN, "standardLoopCharacteristics").is_some() {
        source.problem("standard_loop", "a looping activity is not executed: draw the loop with an exclusive gateway");
    }
}

/// Zeebe extensions that would change what the element does, if they were executed.
pub(super) fn check_extensions(source: &mut Source) {
    let Some(extensions) = source.element.child(BPMN, "extensionElements") else {
        return;
    };
    let local = source.element.local();
    let known: &[&str] = match local {
        "serviceTask" | "sendTask" => &["taskDefinition", "taskHeaders"],
        "scriptTask" => &["taskDefinition", "taskHeaders", "script"],
        "businessRuleTask" => &["taskDefinition", "taskHeaders", "calledDecision"],
        "callActivity" => &["calledElement"],
        "userTask" => {
            &["userTask", "assignmentDefinition", "taskSchedule", "formDefinition", "taskHeaders", "priorityDefinition"]
        }
        "intermediateThrowEvent" | "endEvent" => &["taskDefinition", "taskHeaders"],
        "startEvent" => &["formDefinition"],
        _ => &[],
    };
    for child in extensions.children().filter(|child| child.in_namespace(ZEEBE)) {
        let found = child.local();
        if !known.contains(&found) && !matches!(found, "ioMapping" | "properties" | "modelerTemplate") {
            source.problem("unsupported_extension", format!("zeebe:{found} is not executed on <{local}>: remove it"));
        }
    }
}
