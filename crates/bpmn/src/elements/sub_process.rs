//! Sub-process: its own scope of variables, from its inputs; it ends when its last token ends, and its outputs go to the scope
//! around it. As an event sub-process it begins by an event, in the scope that it stands in.

use super::unsupported;
use crate::{
    Kind,
    compile::Source,
    step::run::{Arrival, Run},
};

pub(super) fn compile(source: &mut Source) -> Kind {
    if source.is_event_sub_process() {
        if source.element.attribute("isForCompensation") == Some("true") {
            source.problem(
                "compensation_sub_process",
                "an event sub-process is no compensation handler: use a sub-process",
            );
        }
        return Kind::EventSubProcess;
    }
    unsupported::check_activity(source);
    Kind::SubProcess
}

/// Begins inside the scope that was opened for it.
pub(super) fn perform(run: &mut Run, arrival: Arrival) {
    let Some(scope) = arrival.scope else { return };
    for (name, value) in run.inputs(arrival.node, arrival.scope) {
        run.set_local(scope, name, value);
    }
    let begin = run.definition.node(arrival.node).starts.first().copied();
    match (run.watch_event_starts(Some(scope), Some(arrival.node)), begin) {
        (Err(reason), _) => run.incident(arrival, reason),
        (Ok(()), Some(start)) => run.arrive(Arrival { node: start, via: None, scope: Some(scope), again: false }),
        (Ok(()), None) => run.incident(arrival, "the sub-process has no start event".into()),
    }
}
