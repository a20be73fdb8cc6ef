//! Which process of the file runs, and which of its parts are only for the reader.

use super::source::{broken_at, problem_at};
use crate::{BPMN, Problem, xml::Element};

/// The process that runs: the only one, or of several the one marked executable (the others are the other side of a
/// collaboration). Where that leaves a choice, the first with something in it stands for the file until somebody chooses.
pub(crate) fn find<'a>(root: &'a Element, problems: &mut Vec<Problem>) -> Result<&'a Element, Problem> {
    let is_process = |child: &&Element| child.is(BPMN, "process");
    let processes: Vec<&Element> = root.children().filter(is_process).collect();
    let found = match processes.as_slice() {
        [] => {
            return Err(broken_at(root, "no_process", "the file has no process: draw one and save it again"));
        }
        [process] => process,
        several => {
            let executable = |process: &&&Element| process.attribute("isExecutable") == Some("true");
            let mut executable = several.iter().filter(executable);
            match (executable.next(), executable.next()) {
                (Some(process), None) => process,
                (first, _) => {
                    let message = "the file has several processes: mark the one that runs as executable, and no other";
                    problems.push(problem_at(root, "several_processes", message));
                    let has_nodes = |process: &&&Element| process.child(BPMN, "sequenceFlow").is_some();
                    first.or_else(|| several.iter().find(has_nodes)).unwrap_or(&several[0])
                }
            }
        }
    };
    if found.attribute("id").is_none_or(str::is_empty) {
        return Err(broken_at(found, "missing_id", "the process has no id"));
    }
    Ok(found)
}

/// Parts of a process that mean something to its reader, not to the engine, and the sequence flows, which are read apart.
pub(crate) fn is_not_executed(local: &str) -> bool {
    matches!(
        local,
        "documentation"
            | "extensionElements"
            | "laneSet"
            | "textAnnotation"
            | "association"
            | "group"
            | "dataObject"
            | "dataObjectReference"
            | "dataStoreReference"
            | "ioSpecification"
            | "property"
            | "auditing"
            | "monitoring"
            | "supportedInterfaceRef"
            | "correlationSubscription"
            | "resourceRole"
            | "performer"
            | "humanPerformer"
            | "potentialOwner"
            | "supports"
            | "multiInstanceLoopCharacteristics"
            | "standardLoopCharacteristics"
            | "incoming"
            | "outgoing"
            | "dataInputAssociation"
            | "dataOutputAssociation"
            | "artifact"
            | "sequenceFlow"
    )
}
