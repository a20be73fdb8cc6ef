//! Service task and send task: a job that the caller carries out. A job that fails is an incident; a late result of a job
//! that is gone is rejected.

use super::unsupported;
use crate::{
    Effect, Kind, Waiting,
    compile::Source,
    step::run::{Arrival, Run},
};

pub(super) fn compile(source: &mut Source) -> Kind {
    unsupported::check_activity(source);
    let definition = source.zeebe("taskDefinition");
    let kind = definition.and_then(|element| element.attribute("type")).unwrap_or_default().trim();
    if kind.is_empty() || kind.starts_with('=') {
        source.problem(
            "the task does not say what it does: set its type (zeebe:taskDefinition), such as ritorno:send-email",
        );
    }
    Kind::Job(kind.to_string())
}

pub(super) fn enter(run: &mut Run, arrival: Arrival, kind: &str) {
    let (node, inputs) = (arrival.node, run.inputs(arrival.node));
    let attributes = run.definition.node(node).attributes.clone();
    let token = run.park(arrival, None, Waiting::Job);
    run.effects.push(Effect::Job { token, node, kind: kind.to_string(), inputs, attributes });
}
