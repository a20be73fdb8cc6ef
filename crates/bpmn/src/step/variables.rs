//! Reading and writing variables. What a task gives goes to the innermost scope that has a variable of the name, else to the
//! process.

use super::{
    Effect,
    layers::Layers,
    limits::{VARIABLES_MANY, VARIABLES_MAX, weight},
    run::Run,
};
use crate::{NodeId, definition::Text};
use feel::{Env, Expression, Value};
use std::collections::BTreeMap;

impl Run<'_> {
    /// What a task is given.
    pub fn inputs(&self, node: NodeId, scope: Option<u32>) -> Vec<(String, Value)> {
        let inputs = self.definition.node(node).inputs.iter();
        inputs.map(|mapping| (mapping.target.clone(), self.text(&mapping.source, scope))).collect()
    }

    pub fn text(&self, text: &Text, scope: Option<u32>) -> Value {
        match text {
            Text::Constant(value) => value.clone(),
            Text::Formula(formula) => self.eval_with(formula, scope, None, None),
        }
    }

    /// A condition's value; the values it read are added, each name once.
    pub fn decide(&self, condition: &Expression, scope: Option<u32>, read: &mut Vec<(String, Value)>) -> Value {
        let layers = self.layers(scope, None, None);
        let env = Env { scope: &layers, ..*self.env };
        for one in condition.reads(&env) {
            if !read.iter().any(|(name, _)| *name == one.0) {
                read.push(one);
            }
        }
        condition.eval(&env)
    }

    pub fn eval_with(
        &self,
        expression: &Expression,
        scope: Option<u32>,
        event: Option<&Value>,
        job: Option<&BTreeMap<String, Value>>,
    ) -> Value {
        let layers = self.layers(scope, event, job);
        expression.eval(&Env { scope: &layers, ..*self.env })
    }

    fn layers<'s>(
        &'s self,
        scope: Option<u32>,
        event: Option<&'s Value>,
        job: Option<&'s BTreeMap<String, Value>>,
    ) -> Layers<'s> {
        Layers { event, job, state: self.state, scope, parameters: &self.definition.parameters, outer: self.env.scope }
    }

    /// Writes a variable where it is known already, from a scope outwards; else it becomes one of the process.
    pub fn set(&mut self, from: Option<u32>, name: String, value: Value) {
        let mut next = from;
        while let Some(scope) = next.and_then(|id| self.state.scope(id)) {
            if scope.variables.contains_key(&name) {
                let id = scope.id;
                return self.set_local(id, name, value);
            }
            next = scope.parent;
        }
        if self.is_light_enough(&name, &value) {
            self.state.variables.insert(name, value);
        }
    }

    /// Writes a variable of a scope.
    pub fn set_local(&mut self, scope: u32, name: String, value: Value) {
        if self.is_light_enough(&name, &value)
            && let Some(scope) = self.state.scope_mut(scope)
        {
            scope.variables.insert(name, value);
        }
    }

    /// Counts what is to be written; what would be too much is not written, and remembered.
    fn is_light_enough(&mut self, name: &str, value: &Value) -> bool {
        let more = name.len() + 3 + weight(value);
        let before = match self.weight {
            Some(known) => known,
            None => self.variables_weight(),
        };
        if before + more > VARIABLES_MAX {
            self.weight = Some(before);
            self.too_large.get_or_insert_with(|| name.to_string());
            return false;
        }
        // What it replaces is counted on until the next step.
        self.weight = Some(before + more);
        if before <= VARIABLES_MANY && before + more > VARIABLES_MANY {
            self.effects.push(Effect::Heavy { bytes: before + more });
        }
        true
    }

    pub(super) fn variables_weight(&self) -> usize {
        let of = |variables: &BTreeMap<String, Value>| -> usize {
            variables.iter().map(|(name, value)| name.len() + 3 + weight(value)).sum()
        };
        let scopes = self.state.scopes.iter().map(|scope| {
            let repeat = scope.repeat.iter().flat_map(|repeat| repeat.items.iter().chain(&repeat.outputs));
            of(&scope.variables) + repeat.map(weight).sum::<usize>()
        });
        of(&self.state.variables) + scopes.sum::<usize>()
    }

    /// Why what was to be written was not, once.
    pub(super) fn overflow(&mut self) -> Option<String> {
        let name = self.too_large.take()?;
        let most = VARIABLES_MAX >> 10;
        Some(format!(
            "the variable {name} does not fit: the variables of a journey hold {most} KiB in all; keep ids and facts, not documents"
        ))
    }

    /// Each mapping sees what the ones before it wrote. `scope` is where they are evaluated, `to` from where they are written.
    pub(super) fn write_outputs(
        &mut self,
        node: NodeId,
        scope: Option<u32>,
        to: Option<u32>,
        event: Option<&Value>,
        job: Option<&BTreeMap<String, Value>>,
    ) {
        let definition = self.definition;
        for mapping in &definition.node(node).outputs {
            let value = match &mapping.source {
                Text::Constant(value) => value.clone(),
                Text::Formula(formula) => self.eval_with(formula, scope, event, job),
            };
            self.set(to, mapping.target.clone(), value);
        }
    }
}
