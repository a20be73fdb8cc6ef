//! Calls of functions.

use super::{Local, Locals, Names, Run, described};
use crate::{
    Type, Value,
    ast::{Expr, Lambda},
    builtins::{self, Args, Builtin},
    function::{Callable, Function},
};
use std::{collections::BTreeMap, sync::Arc};

/// The function of the language by this name, as a value.
pub(super) fn builtin_value(name: &str) -> Option<Value> {
    builtins::find(name).map(|builtin| Value::Function(Function::new(Callable::Builtin(builtin))))
}

impl Run<'_> {
    pub(super) fn call(&self, at: u32, builtin: &'static Builtin, arguments: &[Expr], locals: Locals) -> Value {
        let values: Vec<Value> = arguments.iter().map(|argument| self.eval(argument, locals)).collect();
        self.call_builtin(at, builtin, &values)
    }

    fn call_builtin(&self, at: u32, builtin: &'static Builtin, values: &[Value]) -> Value {
        if !self.pay(1) {
            return Value::Null;
        }
        match (builtin.run)(&Args(values), self) {
            Some(value) => self.made(value),
            None => {
                if !values.iter().any(Value::is_null) {
                    self.note(at, || {
                        let given: Vec<String> = values.iter().map(described).collect();
                        format!("{} has no answer for {}", builtin.name, given.join(" and "))
                    });
                }
                Value::Null
            }
        }
    }

    /// A function with the names that it can see here.
    pub(super) fn closure(&self, lambda: &Arc<Lambda>, locals: Locals) -> Value {
        let captured = visible(locals);
        let weight = captured.values().fold(1, |sum: u32, value| sum.saturating_add(super::weight(value)));
        if !self.pay(weight) {
            return Value::Null;
        }
        Value::Function(Function::new(Callable::Closure { lambda: lambda.clone(), captured }))
    }

    pub(super) fn invocation(
        &self,
        at: u32,
        callee: &Expr,
        arguments: &[Expr],
        names: &[String],
        locals: Locals,
    ) -> Value {
        let function = match self.eval(callee, locals) {
            Value::Function(function) => function,
            other => {
                self.note(at, || format!("{} is no function", described(&other)));
                return Value::Null;
            }
        };
        let values: Vec<Value> = arguments.iter().map(|argument| self.eval(argument, locals)).collect();
        if names.is_empty() {
            return self.invoke(at, &function, values);
        }
        let named = names.iter().cloned().zip(values).collect();
        self.invoke_named(at, &function, named)
    }

    /// Calls with the arguments in order.
    pub(crate) fn invoke(&self, at: u32, function: &Function, values: Vec<Value>) -> Value {
        let parameters = match &*function.0 {
            Callable::Builtin(builtin) if builtin.takes(values.len()) => {
                return self.call_builtin(at, builtin, &values);
            }
            Callable::Builtin(_) => &[],
            Callable::Closure { lambda, .. } => lambda.parameters.as_slice(),
            Callable::Model(model) => model.parameters(),
        };
        if parameters.len() != values.len() {
            self.note(at, || format!("the function takes {} arguments, not {}", parameters.len(), values.len()));
            return Value::Null;
        }
        let names = parameters.iter().map(|(name, _)| name.clone());
        let named = names.zip(values).collect();
        self.invoke_named(at, function, named)
    }

    /// Calls with the arguments by name; one that is not of its parameter's type makes the result null.
    pub(crate) fn invoke_named(&self, at: u32, function: &Function, mut named: BTreeMap<String, Value>) -> Value {
        let parameters = match &*function.0 {
            Callable::Builtin(_) => {
                self.note(at, || "a function of the language held as a value takes its arguments in order".into());
                return Value::Null;
            }
            Callable::Closure { lambda, .. } => lambda.parameters.as_slice(),
            Callable::Model(model) => model.parameters(),
        };
        let known = parameters.iter().all(|(name, _)| named.contains_key(name));
        if !known || named.len() != parameters.len() {
            let wanted: Vec<&str> = parameters.iter().map(|(name, _)| name.as_str()).collect();
            self.note(at, || format!("the function takes ({})", wanted.join(", ")));
            return Value::Null;
        }
        for (name, of) in parameters {
            let given = named.remove(name).unwrap_or_default();
            let Some(value) = conform(given, of) else {
                self.note(at, || format!("the argument {name} is not of the type {of}"));
                return Value::Null;
            };
            named.insert(name.clone(), value);
        }
        if !self.pay(1) {
            return Value::Null;
        }
        match &*function.0 {
            Callable::Closure { lambda, captured } => {
                let outside = Local { outer: None, names: Names::Entries(captured) };
                let inside = Local { outer: Some(&outside), names: Names::Entries(&named) };
                self.eval(&lambda.body, Some(&inside))
            }
            Callable::Model(model) => model.invoke(named, self),
            Callable::Builtin(_) => Value::Null,
        }
    }
}

/// The value as one of the type: itself, a single value as a list of one, or the one item of a list. Null is of every
/// type; `None` where the value is of another.
pub(crate) fn conform(value: Value, of: &Type) -> Option<Value> {
    if value.is_null() || of.holds(&value) {
        return Some(value);
    }
    match (value, of) {
        (Value::List(mut items), of) if items.len() == 1 && !matches!(of, Type::List(_)) => {
            items.pop().filter(|item| of.holds(item))
        }
        (Value::Date(date), Type::DateTime) => {
            let at = crate::temporal::zoned(date.at(0, 0, 0, 0), &jiff::tz::TimeZone::UTC)?;
            Some(Value::DateTime(at))
        }
        (single, Type::List(item)) if item.holds(&single) => Some(Value::List(vec![single])),
        _ => None,
    }
}

/// All names of the expression itself that can be seen, with their values.
pub(crate) fn visible(locals: Locals) -> BTreeMap<String, Value> {
    let mut chain = Vec::new();
    let mut local = locals;
    while let Some(Local { outer, names }) = local {
        chain.push(*names);
        local = *outer;
    }
    let mut seen = BTreeMap::new();
    // The innermost last, so that it wins.
    for names in chain.into_iter().rev() {
        match names {
            Names::One(name, value) => {
                seen.insert(name.to_string(), value.clone());
            }
            Names::Entries(entries) => seen.extend(entries.clone()),
            Names::Item(value) => {
                seen.insert("item".into(), value.clone());
                if let Value::Context(entries) = value {
                    seen.extend(entries.clone());
                }
            }
        }
    }
    seen
}
