//! What all activities share: they are entered once, may be done for each item of a list, and may have events on their border.

use super::multi_instance;
use crate::{
    Kind,
    step::run::{Arrival, Run},
};

/// A token comes to an activity, or back into the scope that was opened for it.
pub(super) fn enter(run: &mut Run, arrival: Arrival) {
    let definition = run.definition;
    let node = definition.node(arrival.node);
    if run.state.node_of(arrival.scope) == Some(arrival.node) {
        return super::perform(run, arrival);
    }
    if let Some(repeat) = &node.repeat {
        return multi_instance::begin(run, arrival, repeat);
    }
    let is_plain = node.boundaries.is_empty() && !matches!(node.kind, Kind::SubProcess) && !node.for_compensation;
    if is_plain || !run.needs_scope(arrival.node) {
        return super::perform(run, arrival);
    }
    match run.open_activity(arrival) {
        Ok(scope) => super::perform(run, Arrival { scope: Some(scope), ..arrival }),
        Err(reason) => run.incident(arrival, reason),
    }
}
