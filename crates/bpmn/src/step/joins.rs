//! Joins that wait: which of them fire, and which wait for nobody.

use super::{
    Effect,
    run::{Arrival, Run},
};
use crate::{FlowId, Kind, NodeId, Token, Waiting, definition::Reach, elements::inclusive_gateway};

/// A join with tokens in one scope: flows that have one, and flows that have none.
struct Gathered {
    node: NodeId,
    scope: Option<u32>,
    arrived: Vec<FlowId>,
    missing: Vec<FlowId>,
}

impl Run<'_> {
    fn gathered(&self) -> Vec<Gathered> {
        let mut found = Vec::<Gathered>::new();
        for token in self.state.tokens.iter().filter(|token| token.waiting == Waiting::Join) {
            let place = found.iter().position(|join| join.node == token.node && join.scope == token.scope);
            let join = match place {
                Some(place) => &mut found[place],
                None => {
                    let missing = self.definition.node(token.node).incoming.clone();
                    found.push(Gathered { node: token.node, scope: token.scope, arrived: Vec::new(), missing });
                    let last = found.len() - 1;
                    &mut found[last]
                }
            };
            if let Some(flow) = token.via
                && let Some(place) = join.missing.iter().position(|missing| *missing == flow)
            {
                join.arrived.push(join.missing.remove(place));
            }
        }
        found
    }

    fn reach(&self, node: NodeId) -> Option<&Reach> {
        self.definition.reach.iter().find(|reach| reach.node == node)
    }

    /// Where the other tokens of a scope stand: those in inner scopes at the activity that the scope belongs to, those behind
    /// an event-based gateway at the gateway.
    fn others(&self, join: &Gathered) -> Vec<NodeId> {
        let is_here = |token: &&Token| {
            let waits_here = token.node == join.node && token.waiting == Waiting::Join;
            token.scope == join.scope && !waits_here && !self.is_watcher(token)
        };
        let place = |token: &Token| match (token.group, token.via) {
            (Some(_), Some(via)) => self.definition.flow(via).source,
            _ => token.node,
        };
        let mut places: Vec<NodeId> = self.state.tokens.iter().filter(is_here).map(place).collect();
        let inner = self.state.scopes.iter().filter(|scope| scope.parent == join.scope);
        places.extend(inner.map(|scope| scope.node));
        places
    }

    /// An inclusive join that no other token can still come to by an empty flow, unless it can come by a full one.
    pub(super) fn fire_inclusive_join(&mut self) -> bool {
        if !self.state.tokens.iter().any(|token| token.waiting == Waiting::Join) {
            return false;
        }
        let is_inclusive =
            |join: &Gathered| matches!(self.definition.node(join.node).kind, Kind::InclusiveGateway { .. });
        let is_waited_for = |join: &Gathered| {
            let Some(reach) = self.reach(join.node) else { return false };
            let comes = |place: NodeId, flows: &[FlowId]| flows.iter().any(|flow| reach.reaches(place, *flow));
            self.others(join).iter().any(|place| comes(*place, &join.missing) && !comes(*place, &join.arrived))
        };
        let joins = self.gathered();
        let Some(join) = joins.iter().find(|join| is_inclusive(join) && !is_waited_for(join)) else { return false };
        for flow in &join.arrived {
            let oldest = self.state.tokens.iter().position(|token| {
                token.node == join.node
                    && token.scope == join.scope
                    && token.via == Some(*flow)
                    && token.waiting == Waiting::Join
            });
            if let Some(place) = oldest {
                self.state.tokens.remove(place);
            }
        }
        let Kind::InclusiveGateway { default } = self.definition.node(join.node).kind else { return false };
        let via = join.arrived.first().copied();
        inclusive_gateway::split(self, Arrival { node: join.node, via, scope: join.scope, again: true }, default);
        true
    }

    /// Joins that nothing can fire any more: an empty flow that nobody can come by, or nothing but joins in the scope.
    pub(super) fn report_deadlocks(&mut self) {
        if !self.state.tokens.iter().any(|token| token.waiting == Waiting::Join) {
            return;
        }
        let joins = self.gathered();
        let is_stuck = |join: &Gathered| {
            let others = self.others(join);
            let is_join = |node: &NodeId| joins.iter().any(|other| other.node == *node && other.scope == join.scope);
            let nobody_comes = self.reach(join.node).is_some_and(|reach| {
                join.missing.iter().any(|flow| !others.iter().any(|place| reach.reaches(*place, *flow)))
            });
            let is_parallel = matches!(self.definition.node(join.node).kind, Kind::ParallelGateway);
            (is_parallel && nobody_comes) || others.iter().all(is_join)
        };
        let stuck: Vec<(NodeId, Option<u32>)> =
            joins.iter().filter(|join| is_stuck(join)).map(|join| (join.node, join.scope)).collect();
        for token in &mut self.state.tokens {
            if token.waiting != Waiting::Join || !stuck.contains(&(token.node, token.scope)) {
                continue;
            }
            let kind = match self.definition.node(token.node).kind {
                Kind::ParallelGateway => "parallel",
                _ => "inclusive",
            };
            let reason = format!(
                "the {kind} gateway waits for a flow that nothing can come by any more: end the branches at one gateway"
            );
            token.waiting = Waiting::Incident { reason: reason.clone() };
            self.effects.push(Effect::Incident { token: token.id, node: token.node, reason });
        }
    }
}
