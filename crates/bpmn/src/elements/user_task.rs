//! User task: a person has something to do. Its assignment and dates come to the caller as inputs; who has it stands in the
//! journey, so that two people do not claim the same task.

use super::unsupported;
use crate::{
    Effect, Kind, Waiting,
    compile::Source,
    definition::Mapping,
    step::run::{Arrival, Run},
};

pub(super) fn compile(source: &mut Source) -> Kind {
    unsupported::check_activity(source);
    Kind::UserTask
}

/// Who is to do it and until when, as inputs: `assignee`, `candidateGroups`, `candidateUsers`, `dueDate`, `followUpDate`.
pub(crate) fn assignment(source: &mut Source) -> Vec<Mapping> {
    let mut mappings = Vec::new();
    for (element, names) in [
        ("assignmentDefinition", ["assignee", "candidateGroups", "candidateUsers"].as_slice()),
        ("taskSchedule", &["dueDate", "followUpDate"]),
    ] {
        let Some(element) = source.zeebe(element) else {
            continue;
        };
        for name in names {
            let text = element.attribute(name).filter(|text| !text.trim().is_empty());
            if let Some(text) = text {
                let source = source.text(text, name);
                mappings.push(Mapping { target: (*name).to_string(), source });
            }
        }
    }
    mappings
}

pub(super) fn perform(run: &mut Run, arrival: Arrival) {
    let (node, inputs) = (arrival.node, run.inputs(arrival.node, arrival.scope));
    let attributes = run.definition.node(node).attributes.clone();
    let named = inputs.iter().find(|(name, _)| name == "assignee");
    let assignee = named.and_then(|(_, value)| value.as_str()).map(str::to_string);
    if let Some(token) = run.try_park(arrival, Waiting::User { assignee }) {
        run.effects.push(Effect::UserTask { token, node, inputs, attributes });
    }
}
