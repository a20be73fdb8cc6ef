//! What starts a journey, asked before there is one.

use super::layers::Layers;
use crate::{Definition, Kind, NodeId, State, definition::Text, elements::Catch};
use base::Time;
use feel::{Env, Value};

impl Definition {
    /// Does the filter of a start event let this event start a journey? It sees `event`, the parameters and the caller's
    /// names; without a filter every event does. A conditional start asks its condition.
    pub fn accepts(&self, trigger: NodeId, event: &Value, env: &Env) -> bool {
        let Kind::StartEvent { catch: Some(catch), .. } = &self.node(trigger).kind else {
            return true;
        };
        let condition = match catch {
            Catch::Message(message) => message.filter.as_ref(),
            Catch::Signal(signal) => signal.filter.as_ref(),
            Catch::Condition(condition) => Some(condition),
            _ => None,
        };
        let Some(condition) = condition else { return true };
        self.with_nothing(Some(event), env, |env| condition.eval(env).is_true())
    }

    /// When a timer start event fires first after the flow was enabled; with how many occurrences are left for
    /// [`Definition::next_start`]. `None` where it never does, or is no timer.
    pub fn first_start(&self, trigger: NodeId, env: &Env) -> Option<(Time, Option<u32>)> {
        let Kind::StartEvent { catch: Some(Catch::Timer(timer)), .. } = &self.node(trigger).kind else { return None };
        self.with_nothing(None, env, |env| timer.first(env, &|text| value(text, env)).ok())
    }

    /// When it fires again, after it was due: the next of its times after `env.now`.
    pub fn next_start(&self, trigger: NodeId, due: Time, left: Option<u32>, env: &Env) -> Option<(Time, Option<u32>)> {
        let Kind::StartEvent { catch: Some(Catch::Timer(timer)), .. } = &self.node(trigger).kind else { return None };
        self.with_nothing(None, env, |env| timer.next(due, left, env, &|text| value(text, env)))
    }

    /// With the parameters and what the caller knows; there are no variables yet.
    fn with_nothing<T>(&self, event: Option<&Value>, env: &Env, ask: impl Fn(&Env) -> T) -> T {
        let state = State::default();
        let layers =
            Layers { event, job: None, state: &state, scope: None, parameters: self.parameters(), outer: env.scope };
        ask(&Env { scope: &layers, ..*env })
    }
}

fn value(text: &Text, env: &Env) -> Value {
    match text {
        Text::Constant(value) => value.clone(),
        Text::Formula(formula) => formula.eval(env),
    }
}
