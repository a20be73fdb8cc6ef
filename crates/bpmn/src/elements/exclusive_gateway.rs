//! Exclusive gateway: the first flow in document order whose condition is true; the default only if none is; neither is an
//! incident. As a join it passes every token. With weights, chance decides.

use crate::{
    FlowId, Kind,
    compile::Source,
    step::run::{Arrival, Run},
};
use feel::Value;

pub(super) fn compile(source: &mut Source) -> Kind {
    let weighted = match source.ritorno("split") {
        None => false,
        Some("weighted") => true,
        Some(other) => {
            source.problem(format!("ritorno:split is weighted, not {other:?}"));
            false
        }
    };
    Kind::ExclusiveGateway { default: None, weighted }
}

pub(super) fn enter(run: &mut Run, arrival: Arrival, default: Option<FlowId>) {
    let node = run.definition.node(arrival.node);
    if node.outgoing.is_empty() {
        return run.end_path(arrival.node);
    }
    let mut read = Vec::new();
    for id in &node.outgoing {
        if default == Some(*id) {
            continue;
        }
        let Some(condition) = &run.definition.flow(*id).condition else {
            return run.take(arrival.node, *id, read);
        };
        let (value, reads) = run.decide(condition);
        for one in reads {
            if !read.iter().any(|(name, _)| *name == one.0) {
                read.push(one);
            }
        }
        if value.is_true() {
            return run.take(arrival.node, *id, read);
        }
    }
    match default {
        Some(id) => run.take(arrival.node, id, read),
        None => run.incident(arrival, no_way_out(&read)),
    }
}

fn no_way_out(read: &[(String, Value)]) -> String {
    let values: Vec<String> = read.iter().map(|(name, value)| format!("{name} = {}", feel::to_text(value))).collect();
    format!("no condition is true and there is no default flow ({})", values.join(", "))
}

/// Draws a flow by the weights. The draw depends on the journey's seed and the gateway's id alone: it is the same in a
/// replay, and in the next version of the flow.
pub(super) fn draw(run: &mut Run, arrival: Arrival) {
    let node = run.definition.node(arrival.node);
    let weight = |id: &FlowId| u64::from(run.definition.flow(*id).weight.unwrap_or(0));
    let total: u64 = node.outgoing.iter().map(weight).sum();
    if total == 0 {
        return run.incident(arrival, "the weights of this split add up to nothing".into());
    }
    let mut drawn = base::stable_hash_seeded(run.state.seed, node.id.as_bytes()) % total;
    for id in &node.outgoing {
        let weight = weight(id);
        if drawn < weight {
            return run.take(arrival.node, *id, Vec::new());
        }
        drawn -= weight;
    }
}
