//! Inclusive gateway: takes every flow whose condition is true, the default only if none is.
//!
//! As a join it waits for every flow by which a token can still come. A token elsewhere is waited for where it can reach an
//! empty incoming flow, without passing this gateway, and cannot reach a flow that has its token already (BPMN 2.0, table
//! 13.3). Whether that is so is asked when nothing else is ready (`step/joins.rs`).

use super::exclusive_gateway::no_way_out;
use crate::{
    FlowId, Waiting,
    step::run::{Arrival, Run},
};

pub(super) fn enter(run: &mut Run, arrival: Arrival, default: Option<FlowId>) {
    if run.definition.node(arrival.node).incoming.len() > 1 {
        run.park(arrival, None, Waiting::Join);
        return;
    }
    split(run, arrival, default);
}

/// All tokens that were waited for are there.
pub(crate) fn split(run: &mut Run, arrival: Arrival, default: Option<FlowId>) {
    let definition = run.definition;
    let node = definition.node(arrival.node);
    if node.outgoing.is_empty() {
        return run.end_path(arrival.node);
    }
    let (mut taken, mut read) = (Vec::new(), Vec::new());
    for id in node.outgoing.iter().filter(|id| default != Some(**id)) {
        let flow = definition.flow(*id);
        if flow.is_foreign {
            return run.incident(arrival, format!("the condition of the flow {} is not FEEL", flow.title()));
        }
        let is_true = |run: &Run, read: &mut _| match &flow.condition {
            Some(condition) => run.decide(condition, arrival.scope, read).is_true(),
            None => true,
        };
        if is_true(run, &mut read) {
            taken.push(*id);
        }
    }
    if taken.is_empty() {
        match default {
            Some(id) => taken.push(id),
            None => return run.incident(arrival, no_way_out(&read)),
        }
    }
    for id in taken {
        run.take(arrival, id, std::mem::take(&mut read));
    }
}
