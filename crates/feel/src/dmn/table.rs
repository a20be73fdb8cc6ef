//! Decision tables: which rules match, and what the hit policy makes of them.

use super::boxed::conformed;
use crate::{
    Expression, Type, UnaryTests, Value,
    ast::Test,
    compare,
    eval::{Locals, Run},
};
use std::{cmp::Ordering, collections::BTreeMap};

/// What becomes of the rules that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HitPolicy {
    /// At most one may match.
    Unique,
    /// Several may match if they say the same.
    Any,
    /// The one whose outputs stand first in the lists of output values.
    Priority,
    /// The first in the order of the table.
    First,
    /// All, in the order of the table.
    RuleOrder,
    /// All, in the order of the lists of output values.
    OutputOrder,
    /// All, in any order.
    Collect,
    Sum,
    Count,
    Min,
    Max,
}

#[derive(Debug, Clone)]
pub(super) struct Table {
    /// The id of the element, for reasons.
    pub id: String,
    pub policy: HitPolicy,
    pub inputs: Vec<Input>,
    pub outputs: Vec<Output>,
    pub rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
pub(super) struct Input {
    pub expression: Expression,
    pub of: Type,
    pub allowed: Option<UnaryTests>,
}

#[derive(Debug, Clone)]
pub(super) struct Output {
    /// Of the entry that it becomes, where there are several.
    pub name: String,
    pub of: Type,
    pub allowed: Option<UnaryTests>,
    pub default: Option<Expression>,
}

#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub tests: Vec<UnaryTests>,
    /// None for an empty cell.
    pub results: Vec<Option<Expression>>,
}

impl Table {
    pub fn eval(&self, run: &Run, locals: Locals) -> Value {
        let mut values = Vec::with_capacity(self.inputs.len());
        for input in &self.inputs {
            let value = run.eval(&input.expression.tree, locals);
            let value = conformed(value, &input.of, run, || format!("the input {}", input.expression.source()));
            let refused =
                input.allowed.as_ref().is_some_and(|allowed| allowed.passes(&value, run, locals) == Some(false));
            if refused {
                run.note(0, || {
                    let found = crate::cases::quoted(&value);
                    format!("{}: {found} is not among the values allowed for {}", self.id, input.expression.source())
                });
                return Value::Null;
            }
            values.push(value);
        }
        let matching = |rule: &&Rule| {
            rule.tests.iter().zip(&values).all(|(test, value)| test.passes(value, run, locals) == Some(true))
        };
        let mut hits: Vec<(usize, Vec<Value>)> = Vec::new();
        for (index, rule) in self.rules.iter().enumerate().filter(|(_, rule)| matching(rule)) {
            hits.push((index + 1, self.results(rule, run, locals)));
            if self.policy == HitPolicy::First {
                break;
            }
        }
        run.matched(&self.id, hits.iter().map(|(rule, _)| *rule));
        if hits.is_empty() {
            return self.default(run, locals);
        }
        run.made(self.decided(hits, run, locals))
    }

    fn results(&self, rule: &Rule, run: &Run, locals: Locals) -> Vec<Value> {
        let cells = rule.results.iter().zip(&self.outputs);
        let value = |(cell, output): (&Option<Expression>, &Output)| {
            let value = cell.as_ref().map_or(Value::Null, |cell| run.eval(&cell.tree, locals));
            conformed(value, &output.of, run, || format!("the output {}", output.name))
        };
        cells.map(value).collect()
    }

    fn default(&self, run: &Run, locals: Locals) -> Value {
        if self.outputs.iter().all(|output| output.default.is_none()) {
            run.note(0, || format!("{}: no rule matches", self.id));
            return Value::Null;
        }
        let value =
            |output: &Output| output.default.as_ref().map_or(Value::Null, |default| run.eval(&default.tree, locals));
        self.shaped(self.outputs.iter().map(value).collect())
    }

    /// One output as it is, several as a context.
    fn shaped(&self, mut values: Vec<Value>) -> Value {
        if values.len() == 1 {
            return values.remove(0);
        }
        let names = self.outputs.iter().map(|output| output.name.clone());
        Value::Context(names.zip(values).collect::<BTreeMap<_, _>>())
    }

    fn decided(&self, mut hits: Vec<(usize, Vec<Value>)>, run: &Run, locals: Locals) -> Value {
        match self.policy {
            HitPolicy::Unique if hits.len() > 1 => {
                self.refused(run, &hits, "match, but only one may");
                Value::Null
            }
            HitPolicy::Any if hits.iter().any(|(_, values)| *values != hits[0].1) => {
                self.refused(run, &hits, "match, but do not say the same");
                Value::Null
            }
            HitPolicy::Unique | HitPolicy::Any | HitPolicy::First => self.shaped(hits.remove(0).1),
            HitPolicy::Priority => {
                self.order(&mut hits, run, locals);
                self.shaped(hits.remove(0).1)
            }
            HitPolicy::OutputOrder => {
                self.order(&mut hits, run, locals);
                Value::List(hits.into_iter().map(|(_, values)| self.shaped(values)).collect())
            }
            HitPolicy::RuleOrder | HitPolicy::Collect => {
                Value::List(hits.into_iter().map(|(_, values)| self.shaped(values)).collect())
            }
            HitPolicy::Count => Value::from(hits.len() as i64),
            HitPolicy::Sum | HitPolicy::Min | HitPolicy::Max => {
                let column = |place: usize| hits.iter().map(|(_, values)| values[place].clone()).collect();
                let totals = (0..self.outputs.len()).map(|place| aggregate(self.policy, column(place)));
                self.shaped(totals.collect())
            }
        }
    }

    fn refused(&self, run: &Run, hits: &[(usize, Vec<Value>)], what: &str) {
        run.note(0, || {
            let rules: Vec<String> = hits.iter().map(|(rule, _)| rule.to_string()).collect();
            format!("{}: the rules {} {what}", self.id, rules.join(", "))
        });
    }

    /// By the places of the outputs in their lists of output values, the first output first.
    fn order(&self, hits: &mut [(usize, Vec<Value>)], run: &Run, locals: Locals) {
        let lists: Vec<Vec<Value>> = self.outputs.iter().map(|output| output.values(run, locals)).collect();
        let places = |values: &[Value]| -> Vec<usize> {
            let found = values.iter().zip(&lists).map(|(value, list)| {
                list.iter().position(|listed| compare::equals(listed, value) == Some(true)).unwrap_or(list.len())
            });
            found.collect()
        };
        hits.sort_by_cached_key(|(_, values)| places(values));
    }
}

impl Output {
    /// The listed output values, one by one.
    fn values(&self, run: &Run, locals: Locals) -> Vec<Value> {
        let tests = self.allowed.as_ref().and_then(UnaryTests::tests).unwrap_or_default();
        let value = |test: &Test| match test {
            Test::Value(value) => run.eval(value, locals),
            _ => Value::Null,
        };
        tests.iter().map(value).collect()
    }
}

fn aggregate(policy: HitPolicy, values: Vec<Value>) -> Value {
    let wanted = match policy {
        HitPolicy::Min => Ordering::Less,
        HitPolicy::Max => Ordering::Greater,
        _ => {
            let numbers: Option<Vec<_>> = values.iter().map(Value::as_number).collect();
            let sum = numbers.and_then(|numbers| {
                numbers.into_iter().try_fold(crate::Decimal::ZERO, |sum, number| sum.checked_add(number))
            });
            return sum.into();
        }
    };
    let mut best: Option<Value> = None;
    for value in values {
        match best.as_ref().map(|best| compare::compare(&value, best)) {
            None => best = Some(value),
            Some(Some(order)) if order == wanted => best = Some(value),
            Some(Some(_)) => {}
            Some(None) => return Value::Null,
        }
    }
    best.into()
}
