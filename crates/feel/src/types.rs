//! The types of the language: what `instance of` asks, what a declaration promises.

use crate::Value;
use std::{collections::BTreeMap, fmt};

/// A type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Type {
    #[default]
    Any,
    Null,
    Boolean,
    Number,
    String,
    Date,
    Time,
    DateTime,
    /// Days and time duration.
    DayTime,
    /// Years and months duration.
    YearMonth,
    List(Box<Type>),
    Range(Box<Type>),
    /// A context with at least these entries.
    Context(BTreeMap<String, Type>),
    /// A function of these parameters with this result.
    Function(Vec<Type>, Box<Type>),
}

impl Type {
    pub fn list(of: Type) -> Type {
        Type::List(Box::new(of))
    }

    /// A context with these entries.
    pub fn context<N: Into<String>>(entries: impl IntoIterator<Item = (N, Type)>) -> Type {
        Type::Context(entries.into_iter().map(|(name, of)| (name.into(), of)).collect())
    }

    /// The type that one of these names means; `None` for any other name.
    pub fn named(name: &str) -> Option<Type> {
        Some(match name {
            "Any" => Type::Any,
            "Null" => Type::Null,
            "boolean" => Type::Boolean,
            "number" => Type::Number,
            "string" => Type::String,
            "date" => Type::Date,
            "time" => Type::Time,
            "date and time" | "dateTime" => Type::DateTime,
            "days and time duration" | "dayTimeDuration" => Type::DayTime,
            "years and months duration" | "yearMonthDuration" => Type::YearMonth,
            "list" => Type::list(Type::Any),
            "context" => Type::Context(BTreeMap::new()),
            _ => return None,
        })
    }

    /// Is the value of this type? Null is of the type `Null` alone; a context may have more entries than its type says.
    pub fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Type::Null, Value::Null) => true,
            (_, Value::Null) => false,
            (Type::Any, _)
            | (Type::Boolean, Value::Bool(_))
            | (Type::Number, Value::Number(_))
            | (Type::String, Value::String(_))
            | (Type::Date, Value::Date(_))
            | (Type::Time, Value::Time(_))
            | (Type::DateTime, Value::DateTime(_))
            | (Type::DayTime, Value::DayTime(_))
            | (Type::YearMonth, Value::YearMonth(_)) => true,
            (Type::List(of), Value::List(items)) => items.iter().all(|item| of.holds_or_null(item)),
            (Type::Range(of), Value::Range(range)) => {
                [&range.start, &range.end].into_iter().flatten().all(|v| of.holds(v))
            }
            (Type::Context(wanted), Value::Context(entries)) => {
                wanted.iter().all(|(name, of)| entries.get(name).is_some_and(|value| of.holds_or_null(value)))
            }
            (Type::Function(parameters, _), Value::Function(function)) => {
                function.parameters().is_none_or(|count| count == parameters.len())
            }
            _ => false,
        }
    }

    /// Inside lists and contexts null stands for "not known" and is of every type.
    fn holds_or_null(&self, value: &Value) -> bool {
        value.is_null() || self.holds(value)
    }

    /// The type of a value, as far as it can be said.
    pub fn of(value: &Value) -> Type {
        match value {
            Value::Null => Type::Null,
            Value::Bool(_) => Type::Boolean,
            Value::Number(_) => Type::Number,
            Value::String(_) => Type::String,
            Value::Date(_) => Type::Date,
            Value::Time(_) => Type::Time,
            Value::DateTime(_) => Type::DateTime,
            Value::DayTime(_) => Type::DayTime,
            Value::YearMonth(_) => Type::YearMonth,
            Value::List(items) => {
                let mut types = items.iter().map(Type::of);
                let first = types.next().unwrap_or_default();
                Type::list(types.fold(first, Type::common))
            }
            Value::Context(entries) => {
                Type::context(entries.iter().map(|(name, value)| (name.as_str(), Type::of(value))))
            }
            Value::Range(range) => {
                let end = range.start.as_ref().or(range.end.as_ref());
                Type::Range(Box::new(end.map_or(Type::Any, Type::of)))
            }
            Value::Function(function) => {
                Type::Function(vec![Type::Any; function.parameters().unwrap_or(0)], Box::new(Type::Any))
            }
        }
    }

    /// What is both: null gives way, unlike types are `Any`.
    pub(crate) fn common(self, other: Type) -> Type {
        match (self, other) {
            (Type::Null, other) | (other, Type::Null) => other,
            (left, right) if left == right => left,
            (Type::List(left), Type::List(right)) => Type::list(left.common(*right)),
            _ => Type::Any,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Any => f.write_str("Any"),
            Type::Null => f.write_str("Null"),
            Type::Boolean => f.write_str("boolean"),
            Type::Number => f.write_str("number"),
            Type::String => f.write_str("string"),
            Type::Date => f.write_str("date"),
            Type::Time => f.write_str("time"),
            Type::DateTime => f.write_str("date and time"),
            Type::DayTime => f.write_str("days and time duration"),
            Type::YearMonth => f.write_str("years and months duration"),
            Type::List(of) => write!(f, "list<{of}>"),
            Type::Range(of) => write!(f, "range<{of}>"),
            Type::Context(entries) if entries.is_empty() => f.write_str("context"),
            Type::Context(entries) => {
                let entries: Vec<String> = entries.iter().map(|(name, of)| format!("{name}: {of}")).collect();
                write!(f, "context<{}>", entries.join(", "))
            }
            Type::Function(parameters, result) => {
                let parameters: Vec<String> = parameters.iter().map(ToString::to_string).collect();
                write!(f, "function<{}>->{result}", parameters.join(", "))
            }
        }
    }
}
