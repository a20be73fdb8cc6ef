//! Boxed expressions: what a decision or a cell of one consists of.

use super::{model::Read, table::Table};
use crate::{
    Expression, Type, Value, compare,
    eval::{Local, Locals, Names, Run, calls},
    function::{Callable, Function, Invoked},
};
use std::{collections::BTreeMap, sync::Arc};

#[derive(Debug, Clone)]
pub(super) enum Boxed {
    Literal(Expression),
    Table(Box<Table>),
    Context(Vec<Entry>),
    List(Vec<Boxed>),
    /// Names of the columns, and rows.
    Relation(Vec<String>, Vec<Vec<Boxed>>),
    /// The called function, and its arguments by name.
    Invocation(Box<Boxed>, Vec<(String, Boxed)>),
    Function(Arc<Definition>),
    If(Box<[Boxed; 3]>),
    /// What is filtered, and the condition.
    Filter(Box<[Boxed; 2]>),
    Loop(Kind, String, Box<[Boxed; 2]>),
    /// What is left out, and why.
    Missing(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    For,
    Some,
    Every,
}

/// An entry of a context; the one without a name is the result of all of it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub name: Option<String>,
    pub of: Type,
    pub value: Boxed,
}

/// A function whose body is boxed.
#[derive(Debug)]
pub(super) struct Definition {
    pub parameters: Vec<(String, Type)>,
    pub body: Boxed,
    pub result: Type,
}

struct Bound {
    definition: Arc<Definition>,
    /// The names that were visible where it was defined.
    captured: BTreeMap<String, Value>,
}

impl Invoked for Bound {
    fn parameters(&self) -> &[(String, Type)] {
        &self.definition.parameters
    }

    fn invoke(&self, arguments: BTreeMap<String, Value>, run: &Run) -> Value {
        let outside = Local { outer: None, names: Names::Entries(&self.captured) };
        let inside = Local { outer: Some(&outside), names: Names::Entries(&arguments) };
        let value = self.definition.body.eval(run, Some(&inside));
        conformed(value, &self.definition.result, run, || "the function's result".into())
    }
}

/// The value as one of the type, or null and the reason.
pub(super) fn conformed(value: Value, of: &Type, run: &Run, what: impl FnOnce() -> String) -> Value {
    let found = Type::of(&value);
    calls::conform(value, of).unwrap_or_else(|| {
        run.note(0, || format!("{} is {found}, not {of}", what()));
        Value::Null
    })
}

/// A definition as a value, with the names that it can see.
pub(super) fn function(definition: &Arc<Definition>, captured: BTreeMap<String, Value>) -> Value {
    Value::Function(Function::new(Callable::Model(Box::new(Bound { definition: definition.clone(), captured }))))
}

impl Boxed {
    /// The names that tables and literal expressions read, with the types of a table's inputs.
    pub fn reads(&self) -> Vec<Read> {
        let names = |expression: &Expression| {
            expression.names().into_iter().map(|name| Read { name, of: Type::Any }).collect::<Vec<_>>()
        };
        match self {
            Boxed::Literal(expression) => names(expression),
            Boxed::Table(table) => {
                let inputs = table.inputs.iter().flat_map(|input| match names(&input.expression) {
                    // The type of the expression is that of the name only where it is nothing but the name.
                    one if one.len() == 1 && one[0].name == input.expression.source().trim() => {
                        vec![Read { of: input.of.clone(), ..one[0].clone() }]
                    }
                    several => several,
                });
                let results = table.rules.iter().flat_map(|rule| rule.results.iter().flatten()).flat_map(names);
                inputs.chain(results).collect()
            }
            _ => Vec::new(),
        }
    }

    pub fn eval(&self, run: &Run, locals: Locals) -> Value {
        run.deeper(|| self.eval_inside(run, locals))
    }

    fn eval_inside(&self, run: &Run, locals: Locals) -> Value {
        match self {
            Boxed::Literal(expression) => run.eval(&expression.tree, locals),
            Boxed::Table(table) => table.eval(run, locals),
            Boxed::Context(entries) => context(entries, run, locals),
            Boxed::List(items) => run.made(Value::List(items.iter().map(|item| item.eval(run, locals)).collect())),
            Boxed::Relation(columns, rows) => {
                let row = |cells: &Vec<Boxed>| {
                    let values = cells.iter().map(|cell| cell.eval(run, locals));
                    Value::Context(columns.iter().cloned().zip(values).collect())
                };
                run.made(Value::List(rows.iter().map(row).collect()))
            }
            Boxed::Invocation(callee, arguments) => {
                let callee = callee.eval(run, locals);
                let Value::Function(function) = callee else {
                    run.note(0, || "what is invoked is no function".into());
                    return Value::Null;
                };
                let named = arguments.iter().map(|(name, value)| (name.clone(), value.eval(run, locals))).collect();
                run.invoke_named(0, &function, named)
            }
            Boxed::Function(definition) => run.made(function(definition, calls::visible(locals))),
            Boxed::If(parts) => {
                let [condition, yes, no] = &**parts;
                let taken = if condition.eval(run, locals).is_true() { yes } else { no };
                taken.eval(run, locals)
            }
            Boxed::Filter(parts) => filter(&parts[0], &parts[1], run, locals),
            Boxed::Loop(kind, name, parts) => iterate(*kind, name, parts, run, locals),
            Boxed::Missing(why) => {
                run.note(0, || why.clone());
                Value::Null
            }
        }
    }
}

fn context(entries: &[Entry], run: &Run, locals: Locals) -> Value {
    let mut made = BTreeMap::new();
    for entry in entries {
        let local = Local { outer: locals, names: Names::Entries(&made) };
        let value = entry.value.eval(run, Some(&local));
        let Some(name) = &entry.name else {
            return value;
        };
        let value = conformed(value, &entry.of, run, || format!("the entry {name}"));
        made.insert(name.clone(), value);
    }
    run.made(Value::Context(made))
}

fn filter(list: &Boxed, condition: &Boxed, run: &Run, locals: Locals) -> Value {
    let items = match list.eval(run, locals) {
        Value::List(items) => items,
        Value::Null => Vec::new(),
        single => vec![single],
    };
    if let Boxed::Literal(condition) = condition {
        return run.filtered(items, &condition.tree, locals);
    }
    let passes = |item: &Value| {
        let local = Local { outer: locals, names: Names::Item(item) };
        condition.eval(run, Some(&local)).is_true()
    };
    run.made(Value::List(items.into_iter().filter(passes).collect()))
}

fn iterate(kind: Kind, name: &str, parts: &[Boxed; 2], run: &Run, locals: Locals) -> Value {
    let [source, body] = parts;
    let Some(items) = run.items(0, source.eval(run, locals)) else {
        return Value::Null;
    };
    let mut results = Value::List(Vec::new());
    let mut decided = Some(kind == Kind::Every);
    for item in &items {
        let value = {
            let partial = Local { outer: locals, names: Names::One("partial", &results) };
            body.eval(run, Some(&Local { outer: Some(&partial), names: Names::One(name, item) }))
        };
        let truth = if let Value::Bool(truth) = &value { Some(*truth) } else { None };
        match kind {
            Kind::For => {
                if let Value::List(results) = &mut results {
                    results.push(value);
                }
            }
            Kind::Some => decided = compare::or(decided, truth),
            Kind::Every => decided = compare::and(decided, truth),
        }
    }
    if kind == Kind::For { run.made(results) } else { decided.into() }
}
