//! The values of FEEL.

use crate::Function;
use jiff::{Zoned, civil, tz::TimeZone};
use rust_decimal::Decimal;
use std::{collections::BTreeMap, sync::Arc};

/// A value of FEEL. `==` between values is the structural equality of Rust; the three-valued `=` of the language is
/// [`crate::compare::equals`].
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    /// 28 significant digits; what would not fit is null.
    Number(Decimal),
    String(Arc<str>),
    List(Vec<Value>),
    Context(BTreeMap<String, Value>),
    Date(civil::Date),
    Time(TimeOfDay),
    /// An instant with the zone it is shown in. Compared by the instant.
    DateTime(Zoned),
    /// A duration of days and time, in microseconds.
    DayTime(i64),
    /// A duration of years and months, in months.
    YearMonth(i32),
    Range(Box<Range>),
    Function(Function),
}

/// A time of day, perhaps with a zone.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeOfDay {
    pub time: civil::Time,
    /// `None` for a time as a clock on the wall shows it.
    pub zone: Option<TimeZone>,
}

/// What lies between two ends: `[1..3)`, or open on one side as in `< 5`.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// `None` where the range has no lower end.
    pub start: Option<Value>,
    pub start_included: bool,
    /// `None` where the range has no upper end.
    pub end: Option<Value>,
    pub end_included: bool,
}

impl Value {
    /// The name of the type as the language writes it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "Null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::List(_) => "list",
            Value::Context(_) => "context",
            Value::Date(_) => "date",
            Value::Time(_) => "time",
            Value::DateTime(_) => "date and time",
            Value::DayTime(_) => "days and time duration",
            Value::YearMonth(_) => "years and months duration",
            Value::Range(_) => "range",
            Value::Function(_) => "function",
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// True for the boolean true alone: null and any other value are not true.
    pub fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true))
    }

    /// What stands at the names after this value, as after dots; null where there is nothing.
    pub fn at(&self, names: &[String]) -> Value {
        crate::property::walk(self, names)
    }

    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = self { Some(text) } else { None }
    }

    pub fn as_number(&self) -> Option<Decimal> {
        if let Value::Number(number) = self { Some(*number) } else { None }
    }

    /// An instant in a zone.
    pub fn date_time(at: base::Time, zone: &TimeZone) -> Value {
        Value::DateTime(at.timestamp().to_zoned(zone.clone()))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Number(value.into())
    }
}

impl From<Decimal> for Value {
    fn from(value: Decimal) -> Value {
        Value::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::String(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::String(value.into())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}
