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
            source.problem("wrong_attribute", format!("ritorno:split is weighted, not {other:?}"));
            false
        }
    };
    Kind::ExclusiveGateway { default: None, weighted }
}

pub(super) fn enter(run: &mut Run, arrival: Arrival, default: Option<FlowId>) {
    let definition = run.definition;
    let node = definition.node(arrival.node);
    if node.outgoing.is_empty() {
        return run.end_path(arrival.node);
    }
    let mut read = Vec::new();
    for id in &node.outgoing {
        if default == Some(*id) {
            continue;
        }
        let flow = definition.flow(*id);
        if flow.is_foreign {
            return run.incident(arrival, format!("the condition of the flow {} is not FEEL", flow.title()));
        }
        let Some(condition) = &flow.condition else {
            return run.take(arrival, *id, read);
        };
        if run.decide(condition, arrival.scope, &mut read).is_true() {
            return run.take(arrival, *id, read);
        }
    }
    match default {
        Some(id) => run.take(arrival, id, read),
        None => run.incident(arrival, no_way_out(&read)),
    }
}

pub(super) fn no_way_out(read: &[(String, Value)]) -> String {
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
            return run.take(arrival, *id, Vec::new());
        }
        drawn -= weight;
    }
}
