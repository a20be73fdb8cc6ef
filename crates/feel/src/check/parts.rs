//! The types of parts of values, of filters and of sums.

use super::{Checker, article, goes_with, nearest};
use crate::{
    Type,
    ast::{Arithmetic, Expr, Kind},
};

impl Checker<'_> {
    /// What stands after a dot.
    pub(super) fn property(&mut self, at: &Expr, of: Type, name: &str) -> Type {
        let known: &[(&str, Type)] = match &of {
            Type::Any | Type::Null => return Type::Any,
            Type::List(item) => return Type::list(self.property(at, (**item).clone(), name)),
            Type::Context(entries) => {
                if let Some(found) = entries.get(name) {
                    return found.clone();
                }
                if !entries.is_empty() {
                    let known: Vec<&str> = entries.keys().map(String::as_str).collect();
                    self.problem(at, format!("there is no {name} here"), nearest(name, &known));
                }
                return Type::Any;
            }
            Type::Range(end) => {
                if ["start", "end"].contains(&name) {
                    return (**end).clone();
                }
                &[("start included", Type::Boolean), ("end included", Type::Boolean)]
            }
            Type::Date => DATE,
            Type::Time => TIME,
            Type::DateTime => DATE_TIME,
            Type::DayTime => {
                &[("days", Type::Number), ("hours", Type::Number), ("minutes", Type::Number), ("seconds", Type::Number)]
            }
            Type::YearMonth => &[("years", Type::Number), ("months", Type::Number)],
            Type::Boolean | Type::Number | Type::String | Type::Function(..) => &[],
        };
        if let Some((_, found)) = known.iter().find(|(known, _)| *known == name) {
            return found.clone();
        }
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let advice =
            if names.is_empty() { "leave out what stands after the dot".into() } else { nearest(name, &names) };
        self.problem(at, format!("{} has no {name}", article(&of)), advice);
        Type::Any
    }

    /// `list[condition]`.
    pub(super) fn filter(&mut self, list: &Expr, condition: &Expr) -> Type {
        let item = match self.infer(list) {
            Type::List(item) => *item,
            single => single,
        };
        let known = self.locals.len();
        self.locals.push(("item".into(), item.clone()));
        if let Type::Context(entries) = &item {
            self.locals.extend(entries.iter().map(|(name, of)| (name.clone(), of.clone())));
        }
        // Of an item of which nothing is known, any name may be a part.
        let found = self.problems.len();
        let of = self.infer(condition);
        let open = matches!(&item, Type::Any) || matches!(&item, Type::Context(entries) if entries.is_empty());
        if open {
            self.problems.truncate(found);
        }
        self.locals.truncate(known);
        if of == Type::Number {
            return item;
        }
        if !goes_with(&of, &Type::Boolean) {
            let message = format!("{} is neither a condition nor a place", article(&of));
            self.problem(condition, message, "write a condition, or a number, between the brackets");
        }
        let unclear = of == Type::Any && !matches!(condition.kind, Kind::Compare(..));
        if unclear { Type::Any } else { Type::list(item) }
    }
}

const DATE: &[(&str, Type)] =
    &[("year", Type::Number), ("month", Type::Number), ("day", Type::Number), ("weekday", Type::Number)];
const TIME: &[(&str, Type)] = &[
    ("hour", Type::Number),
    ("minute", Type::Number),
    ("second", Type::Number),
    ("time offset", Type::DayTime),
    ("timezone", Type::String),
];
const DATE_TIME: &[(&str, Type)] = &[
    ("year", Type::Number),
    ("month", Type::Number),
    ("day", Type::Number),
    ("weekday", Type::Number),
    ("hour", Type::Number),
    ("minute", Type::Number),
    ("second", Type::Number),
    ("time offset", Type::DayTime),
    ("timezone", Type::String),
];

/// The type that an operator gives, or `None` where it has no answer.
pub(super) fn arithmetic(operator: Arithmetic, left: &Type, right: &Type) -> Option<Type> {
    use Type::{Date, DateTime, DayTime, Number, String, Time, YearMonth};
    Some(match (operator, left, right) {
        (_, Number, Number) => Number,
        (Arithmetic::Add, String, String) => String,
        (Arithmetic::Add | Arithmetic::Subtract, DayTime, DayTime) => DayTime,
        (Arithmetic::Add | Arithmetic::Subtract, YearMonth, YearMonth) => YearMonth,
        (Arithmetic::Add | Arithmetic::Subtract, Date, DayTime | YearMonth) => Date,
        (Arithmetic::Add | Arithmetic::Subtract, DateTime, DayTime | YearMonth) => DateTime,
        (Arithmetic::Add | Arithmetic::Subtract, Time, DayTime) => Time,
        (Arithmetic::Add, DayTime | YearMonth, Date) => Date,
        (Arithmetic::Add, DayTime | YearMonth, DateTime) => DateTime,
        (Arithmetic::Add, DayTime, Time) => Time,
        (Arithmetic::Subtract, Date | DateTime, Date | DateTime) | (Arithmetic::Subtract, Time, Time) => DayTime,
        (Arithmetic::Multiply, DayTime, Number) | (Arithmetic::Multiply, Number, DayTime) => DayTime,
        (Arithmetic::Multiply, YearMonth, Number) | (Arithmetic::Multiply, Number, YearMonth) => YearMonth,
        (Arithmetic::Divide, DayTime, Number) => DayTime,
        (Arithmetic::Divide, YearMonth, Number) => YearMonth,
        (Arithmetic::Divide, DayTime, DayTime) | (Arithmetic::Divide, YearMonth, YearMonth) => Number,
        _ => return None,
    })
}
