//! A model: its decisions, what each requires, and how one is decided.

use super::{
    Problem,
    boxed::{Boxed, Definition, conformed, function},
};
use crate::{
    Env, Limit, Reason, Type, Value,
    eval::{Local, Names, Run},
};
use std::{collections::BTreeMap, sync::Arc};

/// Requirements of requirements of …: deeper chains are refused.
const CHAIN_MAX: usize = 64;

/// What was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// Null where a limit was reached.
    pub value: Value,
    /// Why parts gave null, as of an expression.
    pub reasons: Vec<Reason>,
    pub limit: Option<Limit>,
    /// Which rules matched, of each decision table that was asked, in the order in which they were.
    pub matched: Vec<Matched>,
}

/// The rules of a decision table that matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// The id of the table's element.
    pub table: String,
    /// By their places in the table, from 1. Of the hit policy `FIRST` the first alone.
    pub rules: Vec<usize>,
}

/// What a decision reads from outside the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// A name, or a path such as `cart.total`.
    pub name: String,
    pub of: Type,
}

/// A decision model, read once and used many times, from many threads.
#[derive(Debug)]
pub struct Model {
    pub(super) name: String,
    /// By id, as are the rest.
    pub(super) inputs: BTreeMap<String, Input>,
    pub(super) decisions: BTreeMap<String, Decision>,
    pub(super) knowledge: BTreeMap<String, Knowledge>,
    /// Ids of the decisions in the order of the file.
    pub(super) order: Vec<String>,
    pub(super) problems: Vec<Problem>,
}

#[derive(Debug)]
pub(super) struct Input {
    pub name: String,
    pub of: Type,
}

#[derive(Debug)]
pub(super) struct Decision {
    pub name: String,
    /// Its name inside the decisions that require it.
    pub variable: String,
    pub of: Type,
    /// Ids of inputs, decisions and knowledge.
    pub requires: Vec<String>,
    pub logic: Option<Boxed>,
    pub line: u32,
}

#[derive(Debug)]
pub(super) struct Knowledge {
    pub name: String,
    pub requires: Vec<String>,
    pub definition: Option<Arc<Definition>>,
    pub line: u32,
}

/// The decisions of one request: each is decided once.
struct Deciding<'m, 'r> {
    model: &'m Model,
    run: &'r Run<'r>,
    known: BTreeMap<&'m str, Value>,
    under_way: Vec<&'m str>,
}

impl Model {
    /// The model's name, as its file says it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is wrong or left out, in the order of the file. A model with problems decides as far as it can: a part that has
    /// one is null.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The decisions in the order of the file: id and name.
    pub fn decisions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.order.iter().map(|id| (id.as_str(), self.decisions[id].name.as_str()))
    }

    /// The id of the decision that has this id or else this name.
    fn find(&self, decision: &str) -> Option<&str> {
        let by_name = || self.decisions.iter().find(|(_, other)| other.name == decision);
        self.decisions.get_key_value(decision).or_else(by_name).map(|(id, _)| id.as_str())
    }

    /// Makes the decision with this id or name, and those that it requires. Input data are the names of the scope, as is
    /// every name that the model does not say. The error names a decision that is not there.
    pub fn decide(&self, decision: &str, env: &Env) -> Result<Decided, String> {
        let Some(id) = self.find(decision) else {
            let known: Vec<&str> = self.decisions().map(|(_, name)| name).collect();
            return Err(format!("there is no decision {decision}; the model has: {}", known.join(", ")));
        };
        let run = Run::new(env, true);
        let value = Deciding { model: self, run: &run, known: BTreeMap::new(), under_way: Vec::new() }.decision(id);
        let limit = run.limit();
        let matched = run.take_matched().into_iter().map(|(table, rules)| Matched { table, rules }).collect();
        let value = if limit.is_some() { Value::Null } else { value };
        Ok(Decided { value, reasons: run.into_reasons(), limit, matched })
    }

    /// What a decision and those that it requires read from outside, as far as its tables and literal expressions say it; each
    /// once, in the order of the file. A name that the model itself gives (a required decision) is not among them.
    pub fn reads(&self, decision: &str) -> Vec<Read> {
        let mut reads: Vec<Read> = Vec::new();
        let (mut seen, mut next) = (Vec::new(), self.find(decision).into_iter().collect::<Vec<_>>());
        while let Some(id) = next.pop() {
            let Some(decision) = self.decisions.get(id).filter(|_| !seen.contains(&id)) else { continue };
            seen.push(id);
            let own: Vec<&str> = decision.requires.iter().filter_map(|id| self.given(id)).collect();
            for read in decision.logic.iter().flat_map(Boxed::reads) {
                let is_own = own.iter().any(|own| read.name == **own || read.name.starts_with(&format!("{own}.")));
                if !is_own && reads.iter().all(|known| known.name != read.name) {
                    reads.push(read);
                }
            }
            next.extend(decision.requires.iter().rev().map(String::as_str));
        }
        reads
    }

    /// The name by which another decision or knowledge is known to what requires it.
    fn given(&self, id: &str) -> Option<&str> {
        let decision = self.decisions.get(id).map(|decision| decision.variable.as_str());
        decision.or(self.knowledge.get(id).map(|known| known.name.as_str()))
    }

    /// Notes requirements that lead back to where they start, or nowhere.
    pub(super) fn check_requirements(&mut self) {
        let mut problems = Vec::new();
        let nodes = self.decisions.iter().map(|(id, decision)| (id, &decision.requires, decision.line));
        let nodes = nodes.chain(self.knowledge.iter().map(|(id, known)| (id, &known.requires, known.line)));
        for (id, requires, line) in nodes {
            let problem =
                |message: String| Problem { element: Some(id.clone()), line, cell: None, message, unsupported: false };
            for required in requires.iter().filter(|required| !self.has(required)) {
                let foreign = required.contains('#') || required.contains(':');
                let mut problem = problem(format!("it requires {required}, which is not in this file"));
                problem.unsupported = foreign;
                problems.push(problem);
            }
            if self.leads_back(id) {
                problems.push(problem("its requirements lead back to itself".into()));
            }
        }
        self.problems.extend(problems);
        self.problems.sort_by_key(|problem| problem.line);
    }

    fn has(&self, id: &str) -> bool {
        self.inputs.contains_key(id) || self.decisions.contains_key(id) || self.knowledge.contains_key(id)
    }

    fn requires(&self, id: &str) -> &[String] {
        let decision = self.decisions.get(id).map(|decision| &decision.requires);
        decision.or(self.knowledge.get(id).map(|known| &known.requires)).map_or(&[], Vec::as_slice)
    }

    fn leads_back(&self, start: &str) -> bool {
        let (mut seen, mut next) = (std::collections::BTreeSet::new(), self.requires(start).iter().collect::<Vec<_>>());
        while let Some(id) = next.pop() {
            if id == start {
                return true;
            }
            if seen.insert(id) {
                next.extend(self.requires(id));
            }
        }
        false
    }
}

impl<'m> Deciding<'m, '_> {
    fn decision(&mut self, id: &'m str) -> Value {
        if let Some(known) = self.known.get(id) {
            return known.clone();
        }
        let Some(decision) = self.model.decisions.get(id) else {
            return Value::Null;
        };
        let Some(logic) = &decision.logic else {
            self.run.note(0, || format!("the decision {} says nothing", decision.name));
            return Value::Null;
        };
        if self.under_way.len() == CHAIN_MAX || self.under_way.contains(&id) {
            self.run.note(0, || format!("the requirements of {} lead back to itself, or too far", decision.name));
            return Value::Null;
        }
        self.under_way.push(id);
        let required = self.required(&decision.requires);
        self.under_way.pop();
        let local = Local { outer: None, names: Names::Entries(&required) };
        let value = logic.eval(self.run, Some(&local));
        let value = conformed(value, &decision.of, self.run, || format!("the decision {}", decision.name));
        self.known.insert(id, value.clone());
        value
    }

    /// The values of what is required, by the names that they have.
    fn required(&mut self, ids: &'m [String]) -> BTreeMap<String, Value> {
        let mut values = BTreeMap::new();
        for id in ids {
            if let Some(input) = self.model.inputs.get(id) {
                let given = self.run.env.scope.get(&input.name).unwrap_or_default();
                let value = conformed(given, &input.of, self.run, || format!("the input {}", input.name));
                values.insert(input.name.clone(), value);
            } else if let Some(decision) = self.model.decisions.get(id) {
                let value = self.decision(id);
                values.insert(decision.variable.clone(), value);
            } else if let Some(known) = self.model.knowledge.get(id) {
                let value = self.function(id);
                values.insert(known.name.clone(), value);
            }
        }
        values
    }

    /// A business knowledge model as a function that sees those it requires.
    fn function(&mut self, id: &'m str) -> Value {
        let Some(known) = self.model.knowledge.get(id) else {
            return Value::Null;
        };
        let Some(definition) = &known.definition else {
            return Value::Null;
        };
        if self.under_way.len() == CHAIN_MAX || self.under_way.contains(&id) {
            return Value::Null;
        }
        self.under_way.push(id);
        let captured = self.required(&known.requires);
        self.under_way.pop();
        function(definition, captured)
    }
}
