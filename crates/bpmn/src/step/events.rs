//! A wait whose moment has come.

use super::{
    Effect,
    run::{Arrival, Run},
};
use crate::{Kind, NodeId, Token, Waiting, definition::Text, elements::Catch};
use feel::Value;

impl Run<'_> {
    /// A waiting token's moment has come.
    pub fn fire(&mut self, id: u32, event: Option<&Value>) {
        let Some(token) = self.state.tokens.iter().find(|token| token.id == id).cloned() else { return };
        match self.definition.node(token.node).kind {
            Kind::Boundary { interrupting, .. } => self.fire_boundary(&token, interrupting, event),
            Kind::StartEvent { interrupting, .. } => {
                if !interrupting {
                    self.stay(&token);
                }
                self.begin_event_sub(token.node, token.scope, interrupting, event, Vec::new());
            }
            _ => {
                self.remove(id);
                if let Some(group) = token.group {
                    self.state.tokens.retain(|other| other.group != Some(group));
                    self.win(token.via, token.node);
                }
                self.complete(token.node, token.scope, event);
            }
        }
    }

    fn fire_boundary(&mut self, token: &Token, interrupting: bool, event: Option<&Value>) {
        let Some(scope) = token.scope else { return };
        let around = if interrupting {
            self.interrupt(scope)
        } else {
            self.stay(token);
            self.state.parent_of(scope)
        };
        self.go_on_from(token.node, around, event, Vec::new());
    }

    /// A boundary event goes on, in the scope around its activity. Without output mappings the variables of an error stay.
    pub(super) fn go_on_from(
        &mut self,
        node: NodeId,
        around: Option<u32>,
        event: Option<&Value>,
        variables: Vec<(String, Value)>,
    ) {
        self.effects.push(Effect::Entered { node });
        if self.definition.node(node).outputs.is_empty() {
            variables.into_iter().for_each(|(name, value)| self.set(around, name, value));
        }
        self.write_outputs(node, around, around, event, None);
        if let Some(reason) = self.overflow() {
            return self.incident(Arrival { node, via: None, scope: around, again: true }, reason);
        }
        self.leave(node, around);
    }

    /// A wait that does not interrupt stays open: a message as it is, a timer until its next time.
    fn stay(&mut self, token: &Token) {
        let waiting = match &token.waiting {
            Waiting::Timer { due, left } => {
                let timer = match self.definition.node(token.node).catch() {
                    Some(Catch::Timer(timer)) => timer,
                    _ => return,
                };
                // The timer of a border is evaluated around its activity, as it was when it opened.
                let scope = match self.definition.node(token.node).kind {
                    Kind::Boundary { .. } => token.scope.and_then(|scope| self.state.parent_of(scope)),
                    _ => token.scope,
                };
                let value = |text: &Text| self.text(text, scope);
                timer.next(*due, *left, self.env, &value).map(|(due, left)| Waiting::Timer { due, left })
            }
            Waiting::Condition { .. } => Some(Waiting::Condition { was: true }),
            other => Some(other.clone()),
        };
        match waiting {
            None => {
                self.remove(token.id);
            }
            Some(waiting) => {
                if let Some(found) = self.state.tokens.iter_mut().find(|found| found.id == token.id) {
                    found.waiting = waiting;
                }
            }
        }
    }

    /// An event sub-process begins in a scope; interrupting, everything else there ends.
    pub(super) fn begin_event_sub(
        &mut self,
        start: NodeId,
        around: Option<u32>,
        interrupting: bool,
        event: Option<&Value>,
        variables: Vec<(String, Value)>,
    ) {
        let definition = self.definition;
        let Some(sub) = definition.node(start).parent else { return };
        if interrupting {
            self.drain(around, true);
            match around.and_then(|id| self.state.scope_mut(id)) {
                Some(scope) => scope.interrupted = true,
                None => self.state.interrupted = true,
            }
        }
        let scope = self.open_scope(sub, around);
        self.effects.push(Effect::Entered { node: sub });
        if definition.node(start).outputs.is_empty() {
            variables.into_iter().for_each(|(name, value)| self.set_local(scope, name, value));
        }
        for mapping in &definition.node(start).outputs {
            let value = match &mapping.source {
                Text::Constant(value) => value.clone(),
                Text::Formula(formula) => self.eval_with(formula, Some(scope), event, None),
            };
            self.set_local(scope, mapping.target.clone(), value);
        }
        let arrival = Arrival { node: start, via: None, scope: Some(scope), again: false };
        let watched = self.watch_event_starts(Some(scope), Some(sub));
        match self.overflow().map_or(watched, Err) {
            Ok(()) => self.arrive(arrival),
            Err(reason) => self.incident(arrival, reason),
        }
    }

    /// The tokens that wait for a signal and whose filter is true of it; each goes on.
    pub fn broadcast(&mut self, name: &str, payload: &Value) -> bool {
        let hits: Vec<u32> = self.signal_hits(name, payload);
        let is_hit = !hits.is_empty();
        for token in hits {
            self.fire(token, Some(payload));
        }
        is_hit
    }

    fn signal_hits(&self, name: &str, payload: &Value) -> Vec<u32> {
        let hit = |token: &&Token| {
            let Waiting::Signal { name: waited } = &token.waiting else { return false };
            let filter = match self.definition.node(token.node).catch() {
                Some(Catch::Signal(signal)) => signal.filter.as_ref(),
                _ => None,
            };
            waited == name
                && filter.is_none_or(|filter| self.eval_with(filter, token.scope, Some(payload), None).is_true())
        };
        self.state.tokens.iter().filter(hit).map(|token| token.id).collect()
    }

    /// Whether a message token takes an event with this name and one of these keys.
    pub(super) fn takes(&self, token: &Token, name: &str, keys: &[&str], payload: &Value) -> bool {
        let Waiting::Message { name: waited, key: wanted } = &token.waiting else { return false };
        if waited != name || wanted.as_deref().is_some_and(|wanted| !keys.contains(&wanted)) {
            return false;
        }
        let Some(Catch::Message(message)) = self.definition.node(token.node).catch() else { return false };
        let filter = message.filter.as_ref();
        filter.is_none_or(|filter| self.eval_with(filter, token.scope, Some(payload), None).is_true())
    }

    /// Of all waits that an event fits, one alone takes it.
    pub(super) fn is_only_one(&self, node: NodeId) -> bool {
        matches!(self.definition.node(node).catch(), Some(Catch::Message(message)) if message.only_one)
    }
}
