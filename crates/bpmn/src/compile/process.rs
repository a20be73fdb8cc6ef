//! Which process of the file runs, and which of its parts are only for the reader.

use super::problem_at;
use crate::{BPMN, Problem, xml::Element};

/// The one process that runs: the only one, or of several the only one marked executable (the others are the other
/// side of a collaboration).
pub(crate) fn find(root: &Element) -> Result<&Element, Problem> {
    let is_process = |child: &&Element| child.is(BPMN, "process");
    let processes: Vec<&Element> = root.children().filter(is_process).collect();
    let found = match processes.as_slice() {
        [] => {
            return Err(problem_at(root, "the file has no process: draw one and save it again"));
        }
        [process] => process,
        several => {
            let executable = |process: &&&Element| process.attribute("isExecutable") == Some("true");
            let mut executable = several.iter().filter(executable);
            match (executable.next(), executable.next()) {
                (Some(process), None) => process,
                _ => {
                    let message = "the file has several processes: mark the one that runs as executable, and no other";
                    return Err(problem_at(root, message));
                }
            }
        }
    };
    if found.attribute("id").is_none_or(str::is_empty) {
        return Err(problem_at(found, "the process has no id"));
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
            | "sequenceFlow"
    )
}
