//! Which name means what: the event, then a job's result, the variables of the scopes from the inside out, the journey's, the
//! flow's parameters, and last what the caller knows.

use crate::State;
use feel::{Scope, Value};
use std::collections::BTreeMap;

/// The layers, innermost first.
pub(super) struct Layers<'a> {
    /// What filters and output mappings see as `event`.
    pub event: Option<&'a Value>,
    /// The variables of the job that was completed, for its output mappings; what else is known for one evaluation.
    pub job: Option<&'a BTreeMap<String, Value>>,
    pub state: &'a State,
    /// Where the token stands.
    pub scope: Option<u32>,
    pub parameters: &'a [(String, Value)],
    pub outer: &'a dyn Scope,
}

impl Layers<'_> {
    fn own(&self, name: &str) -> Option<&Value> {
        let event = self.event.filter(|_| name == "event");
        let job = || self.job.and_then(|job| job.get(name));
        let parameter = || self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        event.or_else(job).or_else(|| self.local(name)).or_else(|| self.state.variables.get(name)).or_else(parameter)
    }

    fn local(&self, name: &str) -> Option<&Value> {
        let mut next = self.scope;
        while let Some(scope) = next.and_then(|id| self.state.scope(id)) {
            if let Some(value) = scope.variables.get(name) {
                return Some(value);
            }
            next = scope.parent;
        }
        None
    }
}

impl Scope for Layers<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        self.own(name).cloned().or_else(|| self.outer.get(name))
    }

    fn get_path(&self, path: &[String]) -> Option<Value> {
        let (root, rest) = path.split_first()?;
        match self.own(root) {
            Some(value) => Some(value.at(rest)),
            None => self.outer.get_path(path),
        }
    }
}
