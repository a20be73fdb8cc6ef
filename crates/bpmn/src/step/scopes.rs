//! Opening, completing and ending scopes.

use super::{
    Effect,
    run::{Arrival, Run},
};
use crate::{
    Kind, NodeId, Waiting,
    elements::{Catch, multi_instance},
    state::{Completed, Scope},
};
use feel::Value;
use std::collections::BTreeMap;

impl Run<'_> {
    pub fn open_scope(&mut self, node: NodeId, parent: Option<u32>) -> u32 {
        let id = self.next_id();
        self.state.scopes.push(Scope {
            id,
            node,
            parent,
            variables: BTreeMap::new(),
            repeat: None,
            index: None,
            interrupted: false,
            handles: None,
        });
        id
    }

    /// A sub-process, or an activity with something on its border that waits.
    pub fn needs_scope(&self, node: NodeId) -> bool {
        let node = self.definition.node(node);
        let waits = |boundary: &NodeId| {
            let catch = self.definition.node(*boundary).catch();
            matches!(catch, Some(Catch::Message(_) | Catch::Timer(_) | Catch::Signal(_) | Catch::Condition(_)))
        };
        matches!(node.kind, Kind::SubProcess) || node.boundaries.iter().any(waits)
    }

    /// Opens the scope of an activity, with the events on its border; or says why one of them cannot wait.
    pub fn open_activity(&mut self, arrival: Arrival) -> Result<u32, String> {
        let definition = self.definition;
        let mut waits = Vec::new();
        for boundary in &definition.node(arrival.node).boundaries {
            let Some(catch) = definition.node(*boundary).catch() else { continue };
            if let Some(waiting) = catch.waiting(self, arrival.scope)? {
                waits.push((*boundary, waiting));
            }
        }
        let scope = self.open_scope(arrival.node, arrival.scope);
        for (node, waiting) in waits {
            self.park(Arrival { node, via: None, scope: Some(scope), again: false }, None, waiting);
        }
        Ok(scope)
    }

    /// Opens the starts of the event sub-processes of a scope.
    pub fn watch_event_starts(&mut self, scope: Option<u32>, activity: Option<NodeId>) -> Result<(), String> {
        let definition = self.definition;
        let mut waits = Vec::new();
        for sub in definition.event_subs(activity) {
            let Some(start) = definition.node(*sub).starts.first().copied() else { continue };
            let Some(catch) = definition.node(start).catch() else { continue };
            if let Some(waiting) = catch.waiting(self, scope)? {
                waits.push((start, waiting));
            }
        }
        for (node, waiting) in waits {
            self.park(Arrival { node, via: None, scope, again: false }, None, waiting);
        }
        Ok(())
    }

    /// A catch event or a receive task is over: its output mappings are written, its flows taken.
    pub fn complete(&mut self, node: NodeId, scope: Option<u32>, event: Option<&Value>) {
        let to = self.outside_of(node, scope);
        self.write_outputs(node, scope, to, event, None);
        self.finish_node(node, scope);
    }

    /// An activity that did its work at once.
    pub fn complete_activity(&mut self, arrival: Arrival, variables: Vec<(String, Value)>) {
        self.complete_task(arrival.node, arrival.scope, variables);
    }

    /// A job or user task is over.
    pub fn complete_task(&mut self, node: NodeId, scope: Option<u32>, variables: Vec<(String, Value)>) {
        let definition = self.definition;
        let to = self.outside_of(node, scope);
        let item = scope.filter(|id| to != scope && self.state.scope(*id).is_some_and(|scope| scope.index.is_some()));
        let outputs = &definition.node(node).outputs;
        match item {
            // What one of several items gives stays with it, for the output element.
            Some(item) => variables.iter().cloned().for_each(|(name, value)| self.set_local(item, name, value)),
            None if outputs.is_empty() => {
                variables.iter().cloned().for_each(|(name, value)| self.set(to, name, value));
            }
            None => {}
        }
        if !outputs.is_empty() {
            let variables: BTreeMap<String, Value> = variables.into_iter().collect();
            self.write_outputs(node, scope, to, None, Some(&variables));
        }
        self.finish_node(node, scope);
    }

    /// From where an activity writes: outside of the scope that is its own.
    fn outside_of(&self, node: NodeId, scope: Option<u32>) -> Option<u32> {
        match scope {
            Some(id) if self.state.node_of(scope) == Some(node) => self.state.parent_of(id),
            _ => scope,
        }
    }

    /// What is done is left, unless what it gave does not fit.
    pub(super) fn finish_node(&mut self, node: NodeId, scope: Option<u32>) {
        if let Some(reason) = self.overflow() {
            return self.incident(Arrival { node, via: None, scope, again: true }, reason);
        }
        match scope {
            Some(id) if self.state.node_of(scope) == Some(node) => self.complete_scope(id),
            _ => {
                self.remember(node, scope, None);
                self.leave(node, scope);
            }
        }
    }

    /// Everything in the scope is done: it closes, and what is around it goes on.
    pub fn complete_scope(&mut self, id: u32) {
        let Some(scope) = self.state.scope(id) else { return };
        let (node, parent, index, handles) = (scope.node, scope.parent, scope.index, scope.handles);
        let is_body = matches!(self.definition.node(node).kind, Kind::SubProcess) && scope.repeat.is_none();
        if is_body {
            self.write_outputs(node, Some(id), parent, None, None);
            if let Some(reason) = self.overflow() {
                return self.incident(Arrival { node, via: None, scope: Some(id), again: true }, reason);
            }
        }
        let item = index.zip(parent);
        let mut is_enough = false;
        if let Some((index, around)) = item {
            multi_instance::gather(self, id, around, index);
            is_enough = multi_instance::is_enough(self, id, around);
        }
        self.close(id);
        let has_inside = self.state.completed.iter().any(|completed| completed.scope == Some(id));
        let inside = has_inside.then_some(id);
        match (item, handles) {
            (Some((_, around)), _) => {
                if let Some(body) = inside {
                    self.state.completed.push(Completed { node, scope: parent, body: Some(body) });
                }
                multi_instance::item_done(self, around, is_enough);
            }
            (None, Some(token)) => {
                self.forget(Some(id));
                self.handler_done(token);
            }
            (None, None) if matches!(self.definition.node(node).kind, Kind::EventSubProcess) => {
                if let Some(body) = inside {
                    self.state.completed.push(Completed { node, scope: parent, body: Some(body) });
                }
            }
            (None, None) => {
                self.remember(node, parent, inside);
                self.leave(node, parent);
            }
        }
    }

    /// The scope goes, with the events that watched over it.
    fn close(&mut self, id: u32) {
        self.state.tokens.retain(|token| token.scope != Some(id));
        self.state.scopes.retain(|scope| scope.id != id);
    }

    /// What was completed may be compensated later, where something undoes it.
    fn remember(&mut self, node: NodeId, scope: Option<u32>, body: Option<u32>) {
        if self.handler_of(node).is_some() {
            if let Some(body) = body {
                self.forget(Some(body));
            }
            self.state.completed.push(Completed { node, scope, body: None });
        } else if body.is_some() {
            self.state.completed.push(Completed { node, scope, body });
        }
    }

    /// Nothing that was completed in a scope is compensated any more.
    pub(super) fn forget(&mut self, scope: Option<u32>) {
        let mut gone = vec![scope];
        while let Some(scope) = gone.pop() {
            let bodies = self.state.completed.iter().filter(|completed| completed.scope == scope);
            gone.extend(bodies.filter_map(|completed| completed.body).map(Some));
            self.state.completed.retain(|completed| completed.scope != scope);
        }
    }

    /// An interrupting event: the activity of the scope ends. Gives the scope around it.
    pub(super) fn interrupt(&mut self, scope: u32) -> Option<u32> {
        let parent = self.state.parent_of(scope);
        self.drain(Some(scope), false);
        self.forget(Some(scope));
        self.state.scopes.retain(|other| other.id != scope);
        parent
    }

    /// Takes all tokens in a scope away and calls off their jobs, with the scopes inside. `keep_border`: the events on the
    /// border of its own activity go on waiting.
    pub fn drain(&mut self, scope: Option<u32>, keep_border: bool) {
        let inner: Vec<u32> = self.state.scopes.iter().map(|inner| inner.id).collect();
        let inner: Vec<u32> =
            inner.into_iter().filter(|id| Some(*id) != scope && self.state.is_within(Some(*id), scope)).collect();
        let own = self.state.node_of(scope);
        let is_border =
            |node: NodeId| matches!(self.definition.node(node).kind, Kind::Boundary { host, .. } if Some(host) == own);
        let is_inside = |other: Option<u32>| other == scope || other.is_some_and(|id| inner.contains(&id));
        self.ready.retain(|arrival| !is_inside(arrival.scope));
        let mut kept = Vec::with_capacity(self.state.tokens.len());
        for token in std::mem::take(&mut self.state.tokens) {
            let stays = keep_border && token.scope == scope && is_border(token.node);
            if stays || !is_inside(token.scope) {
                kept.push(token);
                continue;
            }
            match token.waiting {
                Waiting::Job | Waiting::User { .. } => self.effects.push(Effect::CancelJob { token: token.id }),
                Waiting::Child => self.effects.push(Effect::CancelChild { token: token.id }),
                _ => {}
            }
        }
        self.state.tokens = kept;
        self.state.scopes.retain(|other| !inner.contains(&other.id));
        for id in inner {
            self.forget(Some(id));
        }
    }
}
