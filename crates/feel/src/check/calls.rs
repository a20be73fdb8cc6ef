//! What the functions of the language take and give.

use super::{Checker, article, goes_with, text_of};
use crate::{Type, ast::Expr, builtins::Builtin, temporal};

impl Checker<'_> {
    pub(super) fn call(&mut self, builtin: &Builtin, arguments: &[Expr]) -> Type {
        let types: Vec<Type> = arguments.iter().map(|argument| self.infer(argument)).collect();
        for ((argument, of), wanted) in arguments.iter().zip(&types).zip(parameters(builtin.name)) {
            // A list of one stands for its item.
            let single = matches!(of, Type::List(item) if goes_with(item, wanted));
            if !goes_with(of, wanted) && !single {
                let message = format!("{} needs a {wanted}, and this is {}", builtin.name, article(of));
                self.problem(argument, message, format!("call it as {}", builtin.usage()));
            }
        }
        if let [argument] = arguments
            && let Some(text) = text_of(argument)
            && !is_readable(builtin.name, text)
        {
            let name = if builtin.name == "@" { "date, time or duration" } else { builtin.name };
            let message = format!("{text:?} is no {name}");
            self.problem(argument, message, example(builtin.name));
        }
        if ["@", "duration"].contains(&builtin.name) {
            let text = arguments.first().and_then(text_of);
            let value = text.and_then(|text| temporal::parse_at(text, &jiff::tz::TimeZone::UTC));
            return value.map_or(Type::Any, |value| Type::of(&value));
        }
        result(builtin.name, &types).unwrap_or_default()
    }
}

/// Whether a constant text can become what the function makes of texts.
fn is_readable(name: &str, text: &str) -> bool {
    match name {
        "date" => temporal::parse_date(text).is_some(),
        "time" => temporal::parse_time(text).is_some(),
        "date and time" => {
            temporal::parse_date(text).is_some() || temporal::parse_date_time(text, &jiff::tz::TimeZone::UTC).is_some()
        }
        "duration" => temporal::parse_duration(text).is_some(),
        "number" => crate::json::parse_decimal(text).is_some(),
        _ => true,
    }
}

fn example(name: &str) -> &'static str {
    match name {
        "date" => "write it as \"2026-11-22\"",
        "time" => "write it as \"09:30:00\"",
        "date and time" => "write it as \"2026-11-22T09:30:00\"",
        "duration" => "write it as \"P1D\" (a day), \"PT36H\" (36 hours) or \"P1M\" (a month)",
        _ => "write digits, with a point before the decimals",
    }
}

/// The types of the first parameters, where they are of one type alone.
fn parameters(name: &str) -> &'static [Type] {
    use Type::{Any, Boolean, DayTime, Number, String};
    match name {
        "substring" => &[String, Number, Number],
        "string length" | "upper case" | "lower case" | "trim" => &[String],
        "substring before" | "substring after" | "contains" | "starts with" | "ends with" | "split" => {
            &[String, String]
        }
        "matches" => &[String, String, String],
        "replace" => &[String, String, String, String],
        "string join" => &[Any, String],
        "decimal" | "floor" | "ceiling" | "round up" | "round down" | "round half up" | "round half down"
        | "modulo" => &[Number, Number],
        "sqrt" | "log" | "exp" | "odd" | "even" => &[Number],
        "not" => &[Boolean],
        "sublist" => &[Any, Number, Number],
        "insert before" | "remove" => &[Any, Number],
        "time" => &[Any, Number, Number, DayTime],
        _ => &[],
    }
}

/// The type of what the function gives.
fn result(name: &str, arguments: &[Type]) -> Option<Type> {
    let item = || match arguments {
        [Type::List(of)] => (**of).clone(),
        [first, ..] => first.clone(),
        [] => Type::Any,
    };
    let list = || arguments.first().cloned().map(|of| if matches!(of, Type::List(_)) { of } else { Type::list(of) });
    Some(match name {
        "now" | "date and time" => Type::DateTime,
        "today" | "date" => Type::Date,
        "time" => Type::Time,
        "years and months duration" => Type::YearMonth,
        "day of week" | "month of year" | "string" | "substring" | "upper case" | "lower case" | "trim"
        | "substring before" | "substring after" | "replace" | "string join" => Type::String,
        "day of year" | "week of year" | "number" | "string length" | "count" | "sum" | "product" | "mean"
        | "median" | "stddev" | "decimal" | "floor" | "ceiling" | "round up" | "round down" | "round half up"
        | "round half down" | "modulo" | "sqrt" | "log" | "exp" => Type::Number,
        "not" | "contains" | "starts with" | "ends with" | "matches" | "list contains" | "all" | "any" | "odd"
        | "even" | "is defined" | "is" | "is empty" | "before" | "after" | "meets" | "met by" | "overlaps"
        | "overlaps before" | "overlaps after" | "finishes" | "finished by" | "includes" | "during" | "starts"
        | "started by" | "coincides" => Type::Boolean,
        "min" | "max" | "abs" => item(),
        "mode" => Type::list(Type::Number),
        "index of" => Type::list(Type::Number),
        "split" => Type::list(Type::String),
        "sublist" | "insert before" | "remove" | "reverse" | "distinct values" | "duplicate values" | "sort"
        | "append" => list()?,
        _ => return None,
    })
}
