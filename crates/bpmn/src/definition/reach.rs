//! Which nodes can still send a token to a join, by which of its flows.

use super::{Definition, FlowId, Kind, NodeId};
use crate::elements::Throw;

/// Of one join: for each incoming flow the nodes from which a token can come by it without passing the join itself.
#[derive(Debug, Clone)]
pub(crate) struct Reach {
    pub node: NodeId,
    flows: Vec<(FlowId, Vec<u64>)>,
}

impl Reach {
    /// Whether a token that leaves `from` can come by the flow.
    pub fn reaches(&self, from: NodeId, flow: FlowId) -> bool {
        let found = self.flows.iter().find(|(known, _)| *known == flow);
        found.is_some_and(|(_, nodes)| nodes[from.index() / 64] & (1 << (from.index() % 64)) != 0)
    }
}

/// Computes it for every gateway that joins.
pub(crate) fn of_joins(definition: &Definition) -> Vec<Reach> {
    let is_join = |kind: &Kind| matches!(kind, Kind::ParallelGateway | Kind::InclusiveGateway { .. });
    let joins = definition.nodes().filter(|(_, node)| is_join(&node.kind) && node.incoming.len() > 1);
    let joins: Vec<NodeId> = joins.map(|(id, _)| id).collect();
    if joins.is_empty() {
        return Vec::new();
    }
    let before = predecessors(definition);
    let of = |join: NodeId| {
        let incoming = definition.node(join).incoming.iter();
        let flows = incoming.map(|flow| (*flow, backwards(definition.flow(*flow).source, join, &before)));
        Reach { node: join, flows: flows.collect() }
    };
    joins.into_iter().map(of).collect()
}

/// The nodes whose tokens may come to a node next: by a flow, by a link, and from an activity to the events on its border.
fn predecessors(definition: &Definition) -> Vec<Vec<NodeId>> {
    let mut before = vec![Vec::new(); definition.nodes.len()];
    for flow in &definition.flows {
        before[flow.target.index()].push(flow.source);
    }
    for (id, node) in definition.nodes() {
        match node.kind {
            Kind::Boundary { host, .. } => before[id.index()].push(host),
            Kind::IntermediateThrow(Throw::Link { target }) => before[target.index()].push(id),
            _ => {}
        }
    }
    before
}

fn backwards(from: NodeId, without: NodeId, before: &[Vec<NodeId>]) -> Vec<u64> {
    let mut seen = vec![0u64; before.len().div_ceil(64)];
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        let (word, bit) = (node.index() / 64, 1u64 << (node.index() % 64));
        if node == without || seen[word] & bit != 0 {
            continue;
        }
        seen[word] |= bit;
        open.extend(&before[node.index()]);
    }
    seen
}
