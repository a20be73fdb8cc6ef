//! Service task and send task: a job that the caller carries out. A job that fails is an incident; an error that it throws is
//! caught as one; a late result of a job that is gone is rejected.

use super::unsupported;
use crate::{
    Effect, Kind, Waiting,
    compile::Source,
    step::run::{Arrival, Run},
};

pub(super) fn compile(source: &mut Source) -> Kind {
    unsupported::check_activity(source);
    Kind::Job(kind_of(source))
}

/// The type of the job; empty where it is missing, and said.
pub(super) fn kind_of(source: &mut Source) -> String {
    let definition = source.zeebe("taskDefinition");
    let kind = definition.and_then(|element| element.attribute("type")).unwrap_or_default().trim();
    if kind.is_empty() || kind.starts_with('=') {
        source.problem(
            "untyped_task",
            format!(
                "the {} does not say what it does: set its type (zeebe:taskDefinition), such as ritorno:send-email",
                if source.element.local().ends_with("Event") { "message that is thrown" } else { "task" }
            ),
        );
    }
    kind.to_string()
}

pub(super) fn perform(run: &mut Run, arrival: Arrival, kind: &str) {
    let (node, inputs) = (arrival.node, run.inputs(arrival.node, arrival.scope));
    let attributes = run.definition.node(node).attributes.clone();
    if let Some(token) = run.try_park(arrival, Waiting::Job) {
        run.effects.push(Effect::Job { token, node, kind: kind.to_string(), inputs, attributes });
    }
}
