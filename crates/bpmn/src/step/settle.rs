//! When nothing is ready: what follows from that. Scopes whose last token ended are complete, joins that wait for nobody fire,
//! waits that look back find what came before them, conditions are looked at.

use super::run::Run;
use crate::{Kind, Token, Waiting, elements::Catch, state::KeptEvent};
use feel::Value;

impl Run<'_> {
    /// One such thing, if there is one. Says whether something may be ready now.
    pub(super) fn settle(&mut self) -> bool {
        if self.state.phase == crate::state::Phase::Ended {
            return false;
        }
        self.complete_empty_scope() || self.fire_inclusive_join() || self.look_back() || self.look_at_conditions()
    }

    /// Of a sub-process nothing is left but events that watch over it. Inner ones come first.
    fn complete_empty_scope(&mut self) -> bool {
        if self.state.scopes.is_empty() {
            return false;
        }
        let is_body = |node| matches!(self.definition.node(node).kind, Kind::SubProcess | Kind::EventSubProcess);
        let is_empty = |id: u32| {
            let has_token = self.state.tokens.iter().any(|token| token.scope == Some(id) && !self.is_watcher(token));
            !has_token && !self.state.scopes.iter().any(|inner| inner.parent == Some(id))
        };
        let mut scopes = self.state.scopes.iter().rev();
        let found = scopes.find(|scope| scope.repeat.is_none() && is_body(scope.node) && is_empty(scope.id));
        let Some(id) = found.map(|scope| scope.id) else { return false };
        self.complete_scope(id);
        true
    }

    fn look_back(&mut self) -> bool {
        while let Some(id) = self.looking_back.pop_front() {
            let Some(token) = self.state.tokens.iter().find(|token| token.id == id).cloned() else { continue };
            let Some(place) = self.state.kept.iter().position(|kept| self.is_looked_for(&token, kept)) else {
                continue;
            };
            let kept = &mut self.state.kept[place];
            kept.taken_by.push(token.node);
            let payload: Value = kept.payload.clone();
            // One that stays open may find more.
            self.looking_back.push_back(id);
            self.took(&token);
            self.fire(id, Some(&payload));
            return true;
        }
        false
    }

    fn is_looked_for(&self, token: &Token, kept: &KeptEvent) -> bool {
        let Some(Catch::Message(message)) = self.definition.node(token.node).catch() else { return false };
        let Some(since) = message.since else { return false };
        let keys: Vec<&str> = kept.keys.iter().map(String::as_str).collect();
        self.env.now.0.saturating_sub(kept.at.0) <= since
            && !kept.taken_by.contains(&token.node)
            && self.takes(token, &kept.name, &keys, &kept.payload)
    }

    /// A condition that has become true since it was last looked at.
    fn look_at_conditions(&mut self) -> bool {
        let waiting = |token: &Token| match token.waiting {
            Waiting::Condition { was } => Some((token.id, was)),
            _ => None,
        };
        let tokens: Vec<(u32, bool)> = self.state.tokens.iter().filter_map(waiting).collect();
        for (id, was) in tokens {
            let Some(token) = self.state.tokens.iter().find(|token| token.id == id) else { continue };
            let Some(Catch::Condition(condition)) = self.definition.node(token.node).catch() else { continue };
            let is = self.eval_with(condition, token.scope, None, None).is_true();
            if is && !was {
                self.fire(id, None);
                return true;
            }
            if was
                && !is
                && let Some(token) = self.state.tokens.iter_mut().find(|token| token.id == id)
            {
                token.waiting = Waiting::Condition { was: false };
            }
        }
        false
    }
}
