//! What is thrown: errors and escalations, which climb from scope to scope, and compensation.

use super::{
    Effect,
    run::{Arrival, Run},
};
use crate::{
    Kind, NodeId,
    elements::{Catch, error_event_definition::Which},
    state::Completed,
};
use feel::Value;

/// An error or an escalation on its way.
#[derive(Debug, Clone)]
pub(crate) struct Thrown {
    pub which: Which,
    pub code: String,
    pub message: String,
    pub variables: Vec<(String, Value)>,
}

impl Thrown {
    /// What output mappings see as `event`.
    pub fn event(&self) -> Value {
        let mut entries: std::collections::BTreeMap<String, Value> = self.variables.iter().cloned().collect();
        let (code, message) = match self.which {
            Which::Error => ("errorCode", "errorMessage"),
            Which::Escalation => ("escalationCode", "escalationMessage"),
        };
        entries.insert(code.into(), Value::from(self.code.as_str()));
        entries.insert(message.into(), Value::from(self.message.as_str()));
        Value::Context(entries)
    }

    /// How well a catch event fits: by the code, or because it catches all.
    pub fn fit(&self, catch: Option<&Catch>) -> Option<Fit> {
        let code = match (catch, self.which) {
            (Some(Catch::Error { code }), Which::Error) | (Some(Catch::Escalation { code }), Which::Escalation) => code,
            _ => return None,
        };
        match code {
            None => Some(Fit::All),
            Some(code) if *code == self.code => Some(Fit::Code),
            Some(_) => None,
        }
    }
}

/// A code comes before one that catches all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    Code,
    All,
}

impl Run<'_> {
    /// An error that nothing caught: it goes to the caller of this journey, or is an incident.
    pub fn uncaught(&mut self, arrival: Arrival, thrown: &Thrown) {
        if self.state.is_child {
            self.drain(None, false);
            self.end();
            let Thrown { code, message, variables, .. } = thrown.clone();
            self.effects.push(Effect::ThrewToCaller { code, message, variables });
            return;
        }
        let about = if thrown.message.is_empty() { String::new() } else { format!(": {}", thrown.message) };
        self.incident(arrival, format!("nothing catches the error {}{about}", thrown.code));
    }

    /// What undoes an activity.
    pub(super) fn handler_of(&self, node: NodeId) -> Option<NodeId> {
        let boundaries = self.definition.node(node).boundaries.iter();
        let mut handlers = boundaries.filter_map(|boundary| match self.definition.node(*boundary).catch() {
            Some(Catch::Compensation { handler }) => *handler,
            _ => None,
        });
        handlers.next()
    }

    /// Begins the handlers of what was completed in the scope, all at once, the newest first; each once. Inside an event
    /// sub-process the scope around it is meant. Says whether there is any.
    pub fn compensate(&mut self, token: u32, scope: Option<u32>, activity: Option<NodeId>) -> bool {
        let mut base = scope;
        while let Some(id) = base
            && let Some(node) = self.state.node_of(base)
            && matches!(self.definition.node(node).kind, Kind::EventSubProcess)
        {
            base = self.state.parent_of(id);
        }
        let is_meant =
            |completed: &Completed| completed.scope == base && activity.is_none_or(|node| completed.node == node);
        let (mut open, mut rest): (Vec<Completed>, Vec<Completed>) =
            std::mem::take(&mut self.state.completed).into_iter().partition(is_meant);
        let mut handlers = Vec::new();
        // From the end: the newest first, and what is inside a sub-process in its place.
        while let Some(completed) = open.pop() {
            match completed.body {
                None => handlers.extend(self.handler_of(completed.node)),
                Some(body) => {
                    let (inside, others): (Vec<_>, Vec<_>) =
                        rest.into_iter().partition(|other| other.scope == Some(body));
                    open.extend(inside);
                    rest = others;
                }
            }
        }
        self.state.completed = rest;
        for handler in &handlers {
            let scope = self.open_scope(*handler, base);
            if let Some(scope) = self.state.scope_mut(scope) {
                scope.handles = Some(token);
            }
            self.arrive(Arrival { node: *handler, via: None, scope: Some(scope), again: false });
        }
        !handlers.is_empty()
    }

    /// A handler is done; after the last of them the event that asked for the compensation goes on.
    pub(super) fn handler_done(&mut self, token: u32) {
        if self.state.scopes.iter().any(|scope| scope.handles == Some(token)) {
            return;
        }
        if let Some(token) = self.remove(token) {
            self.leave(token.node, token.scope);
        }
    }
}
