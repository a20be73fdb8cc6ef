//! What starts a journey, asked before there is one.

use super::layers::Layers;
use crate::{Definition, Kind, NodeId, State, definition::Text, elements::Catch};
use base::Time;
use feel::{Env, Expression, Value};

impl Definition {
    /// Whether a start event asks anything of the event that starts a journey, or keeps something of it.
    pub fn reads_event(&self, trigger: NodeId) -> bool {
        let node = self.node(trigger);
        let has_filter = match &node.kind {
            Kind::StartEvent { catch: Some(Catch::Message(message)), .. } => message.filter.is_some(),
            _ => true,
        };
        has_filter || !node.outputs.is_empty()
    }

    /// Does the filter of a start event let this event start a journey? It sees `event`, the parameters and the caller's
    /// names; without a filter every event does. A conditional start asks its condition.
    pub fn accepts(&self, trigger: NodeId, event: &Value, env: &Env) -> bool {
        let Kind::StartEvent { catch: Some(catch), .. } = &self.node(trigger).kind else {
            return true;
        };
        let condition = match catch {
            Catch::Message(message) => message.filter.as_ref(),
            Catch::Signal(signal) => signal.filter.as_ref(),
            Catch::Timer(timer) => timer.filter.as_ref(),
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

    /// The value of an expression as a journey sees it: its variables, the parameters, and last the caller's names.
    pub fn evaluate(&self, expression: &Expression, state: &State, env: &Env) -> Value {
        let layers =
            Layers { event: None, job: None, state, scope: None, parameters: self.parameters(), outer: env.scope };
        expression.eval(&Env { scope: &layers, ..*env })
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
