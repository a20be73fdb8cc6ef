//! An error or an escalation looks for who catches it: the event sub-processes of a scope, then the events on the border of
//! its activity, then the same around it.

use super::{
    Effect,
    run::Run,
    throw::{Fit, Thrown},
};
use crate::{Kind, NodeId, Waiting, elements::error_event_definition::Which};

impl Run<'_> {
    /// Climbs from a scope; `task` is the activity whose job throws, with its token. Says whether something
    /// caught it. An escalation that nobody catches goes to the caller of the journey, if there is one, and is forgotten.
    pub fn climb(&mut self, from: Option<u32>, task: Option<(NodeId, u32)>, thrown: &Thrown) -> bool {
        if let Some((task, token)) = task.filter(|(task, _)| self.state.node_of(from) != Some(*task))
            && let Some(boundary) = self.best_boundary(task, thrown)
        {
            // Without a scope its token is all there is of it.
            if self.ends(boundary) {
                self.call_off(token);
            }
            self.go_on_from(boundary, from, Some(&thrown.event()), thrown.variables.clone());
            return true;
        }
        let (mut scope, mut came_from) = (from, None);
        loop {
            if let Some(start) = self.best_event_sub(scope, came_from, thrown) {
                let interrupting = self.ends(start);
                self.begin_event_sub(start, scope, interrupting, Some(&thrown.event()), thrown.variables.clone());
                return true;
            }
            let Some(id) = scope else { break };
            let (node, parent) = (self.state.node_of(scope), self.state.parent_of(id));
            // The events on the border belong to all items together.
            let is_outermost = node != self.state.node_of(parent);
            if let Some(node) = node.filter(|_| is_outermost)
                && let Some(boundary) = self.best_boundary(node, thrown)
            {
                if self.ends(boundary) {
                    self.interrupt(id);
                }
                self.go_on_from(boundary, parent, Some(&thrown.event()), thrown.variables.clone());
                return true;
            }
            (came_from, scope) = (node, parent);
        }
        if thrown.which == Which::Escalation && self.state.is_child {
            let (code, variables) = (thrown.code.clone(), thrown.variables.clone());
            self.effects.push(Effect::EscalatedToCaller { code, variables });
        }
        false
    }

    /// Interrupting: the activity, or what is around the event sub-process, ends.
    fn ends(&self, node: NodeId) -> bool {
        match self.definition.node(node).kind {
            Kind::Boundary { interrupting, .. } | Kind::StartEvent { interrupting, .. } => interrupting,
            _ => false,
        }
    }

    fn best_boundary(&self, activity: NodeId, thrown: &Thrown) -> Option<NodeId> {
        let boundaries = self.definition.node(activity).boundaries.iter();
        self.best(boundaries.copied(), thrown)
    }

    /// The code comes before one that catches all; of several, the first drawn.
    fn best(&self, catching: impl Iterator<Item = NodeId>, thrown: &Thrown) -> Option<NodeId> {
        let fitting = catching.filter_map(|node| Some((thrown.fit(self.definition.node(node).catch())?, node)));
        let fitting: Vec<(Fit, NodeId)> = fitting.collect();
        fitting.iter().min_by_key(|(fit, _)| *fit).map(|(_, node)| *node)
    }

    /// An event sub-process of the scope. The one that throws does not catch itself, and after an interrupting one has begun
    /// no other begins.
    fn best_event_sub(&self, scope: Option<u32>, came_from: Option<NodeId>, thrown: &Thrown) -> Option<NodeId> {
        let found = scope.map(|id| self.state.scope(id));
        let (activity, interrupted, is_body) = match found {
            None => (None, self.state.interrupted, true),
            Some(found) => {
                let found = found?;
                (Some(found.node), found.interrupted, found.repeat.is_none())
            }
        };
        if interrupted || !is_body {
            return None;
        }
        let subs = self.definition.event_subs(activity).iter().filter(|sub| Some(**sub) != came_from);
        let starts: Vec<NodeId> = subs.filter_map(|sub| self.definition.node(*sub).starts.first().copied()).collect();
        self.best(starts.into_iter(), thrown)
    }

    /// The token of a task goes, if it is there yet, and its job is called off.
    fn call_off(&mut self, token: u32) {
        let effect = match self.remove(token).map(|token| token.waiting) {
            Some(Waiting::Job | Waiting::User { .. }) => Effect::CancelJob { token },
            Some(Waiting::Child) => Effect::CancelChild { token },
            _ => return,
        };
        self.effects.push(effect);
    }
}
