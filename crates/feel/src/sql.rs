//! Conditions as SQL: one text for SQLite and PostgreSQL that selects the rows of which the condition is true.
//!
//! Only a few nodes are translated: `and`, `or`, `not`, comparisons, `between`, `in`, tests for null, `+ - *` and `if` on
//! what columns hold, text functions with a fixed pattern, and every constant part, which is evaluated first. Any other node
//! is refused with its place; nothing is translated by half. Numbers are whole numbers with a fixed number of decimals, as
//! the tables hold them, and no result can leave 64 bits: each column says how large it may be, and what could grow beyond is
//! refused. So what the database says is what the evaluator says, also where values are null.

use crate::{
    Decimal, Env, Expression, Value,
    ast::{Arithmetic, Comparison, Expr, Kind, Test},
    builtins::Builtin,
    eval::{Run, described},
};
use std::collections::BTreeMap;

/// A column that a name of the expression means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The SQL of the column, such as `c.total_spent`. Its author trusts it.
    pub sql: String,
    pub of: ColumnType,
}

/// What a column holds; any may be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// A BIGINT that stands for a number with this many decimals (0 for whole numbers, 2 for cents), never further from zero
    /// than `max` of its units.
    Number {
        scale: u32,
        max: i64,
    },
    Text,
    /// A BIGINT, 0 for false.
    Flag,
    /// A BIGINT of microseconds UTC.
    Instant,
}

/// A condition as SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// To stand after `WHERE`; true exactly where the expression is true, false or null elsewhere.
    pub sql: String,
    /// For `$n` and those after it, in order.
    pub parameters: Vec<Parameter>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameter {
    Int(i64),
    Text(String),
}

/// Why an expression cannot become SQL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at character {}): {advice}", at + 1)]
pub struct Refusal {
    pub message: String,
    /// Characters (not bytes) before the place.
    pub at: usize,
    /// What to do instead.
    pub advice: String,
}

/// Microseconds of any instant, and of durations beside it, stay within these.
const MICROS_MAX: i128 = 1 << 60;
/// A text function counts characters; no text is longer.
const LENGTH_MAX: i128 = 1 << 31;

impl Expression {
    /// The expression as a condition on columns by dotted name, as in `customer.total`. Constant parts are evaluated with
    /// the environment's clock and zone. Placeholders count from `first`.
    pub fn to_sql(&self, columns: &BTreeMap<String, Column>, env: &Env, first: usize) -> Result<Condition, Refusal> {
        let run = Run::new(env, false);
        let mut writer = Writer { columns, run: &run, parameters: Vec::new() };
        let sql = writer.truth(&self.tree, false)?;
        match run.limit() {
            Some(limit) => refuse(&self.tree, limit.to_string(), "make the constant parts smaller"),
            None => Ok(numbered(&sql, &writer.parameters, first)),
        }
    }
}

/// The SQL of a part, by what it gives.
#[derive(Clone)]
enum Term {
    Truth(String),
    /// The scale, and the largest distance from zero in its units.
    Number(String, u32, i128),
    Text(String),
    Instant(String),
    /// Microseconds, and the largest distance from zero.
    Duration(String, i128),
    Constant(Value),
}

struct Writer<'a> {
    columns: &'a BTreeMap<String, Column>,
    run: &'a Run<'a>,
    /// Marked in the text as `\u{1}` and the index; numbered at the end, because a part may turn out to be superfluous.
    parameters: Vec<Parameter>,
}

type Written<T> = Result<T, Refusal>;

fn refuse<T>(at: &Expr, message: impl Into<String>, advice: &str) -> Written<T> {
    Err(Refusal { message: message.into(), at: at.at as usize, advice: advice.into() })
}

impl Writer<'_> {
    fn parameter(&mut self, parameter: Parameter) -> String {
        let kind = if matches!(parameter, Parameter::Int(_)) { "BIGINT" } else { "TEXT" };
        let known = self.parameters.iter().position(|other| *other == parameter);
        let place = known.unwrap_or_else(|| {
            self.parameters.push(parameter);
            self.parameters.len() - 1
        });
        format!("CAST({MARK}{place} AS {kind})")
    }

    /// A part as a condition. With `exact`, false and null are told apart; else both may stand for "not true", which lets the
    /// database use its indexes.
    fn truth(&mut self, part: &Expr, exact: bool) -> Written<String> {
        match &part.kind {
            _ if !part.reads() => {
                let value = self.run.eval(part, None);
                truth_of(part, &value)
            }
            Kind::And(left, right) => Ok(format!("({} AND {})", self.truth(left, exact)?, self.truth(right, exact)?)),
            Kind::Or(left, right) => Ok(format!("({} OR {})", self.truth(left, exact)?, self.truth(right, exact)?)),
            Kind::Compare(comparison, left, right) => {
                let (left, right) = (self.term(left)?, self.term(right)?);
                self.compare(part, *comparison, left, right, exact)
            }
            Kind::Between(parts) => {
                let [value, low, high] = &**parts;
                let (value, low, high) = (self.term(value)?, self.term(low)?, self.term(high)?);
                let low = self.compare(part, Comparison::GreaterOrEqual, value.clone(), low, exact)?;
                let high = self.compare(part, Comparison::LessOrEqual, value, high, exact)?;
                Ok(format!("({low} AND {high})"))
            }
            Kind::In(value, tests) => {
                let term = self.term(value)?;
                let tests = tests.iter().map(|test| self.test(&term, test, exact)).collect::<Written<Vec<_>>>()?;
                Ok(format!("({})", tests.join(" OR ")))
            }
            Kind::If(parts) => {
                let [condition, yes, no] = &**parts;
                let (condition, yes, no) =
                    (self.truth(condition, false)?, self.truth(yes, exact)?, self.truth(no, exact)?);
                Ok(format!("(CASE WHEN {condition} THEN {yes} ELSE {no} END)"))
            }
            Kind::Call(builtin, arguments) if builtin.name == "not" => {
                Ok(format!("(NOT {})", self.truth(&arguments[0], true)?))
            }
            Kind::Call(builtin, arguments) => self.text_test(part, builtin, arguments),
            _ => match self.term(part)? {
                Term::Truth(sql) => Ok(sql),
                _ => refuse(part, "this is neither true nor false", "compare it with something"),
            },
        }
    }

    /// `starts with`, `ends with` and `contains` with a fixed text, by functions that both databases have.
    fn text_test(&mut self, part: &Expr, builtin: &Builtin, arguments: &[Expr]) -> Written<String> {
        if !["starts with", "ends with", "contains"].contains(&builtin.name) {
            return refuse(
                part,
                format!("the function {} cannot be used on columns", builtin.name),
                "use comparisons, in, between, not, starts with, ends with, contains or string length",
            );
        }
        let [text, pattern] = arguments else {
            return refuse(part, "two texts are needed", "give the text and what to look for");
        };
        let (Term::Text(text), Term::Constant(pattern)) = (self.term(text)?, self.term(pattern)?) else {
            return refuse(
                part,
                format!("{} needs a text column and a fixed text", builtin.name),
                "write the text in quotes",
            );
        };
        let pattern = match pattern {
            Value::String(pattern) => pattern.to_string(),
            _ => return Ok(UNKNOWN.into()),
        };
        if pattern.contains('\0') {
            return refuse(part, "the text has a zero character, which no column holds", "leave it out");
        }
        // Every text contains the empty one; null still says nothing.
        if pattern.is_empty() {
            return Ok(format!("({text} = {text})"));
        }
        let length = pattern.chars().count();
        let pattern = self.parameter(Parameter::Text(pattern));
        Ok(match builtin.name {
            "starts with" => format!("(substr({text}, 1, {length}) = {pattern})"),
            // A text that is shorter gives all of itself, which is unequal by its length.
            "ends with" => format!("(substr({text}, length({text}) - {}) = {pattern})", length - 1),
            _ => format!("(replace({text}, {pattern}, '') <> {text})"),
        })
    }

    fn test(&mut self, value: &Term, test: &Test, exact: bool) -> Written<String> {
        let with = match test {
            Test::Compare(comparison, with) => {
                let right = self.term(with)?;
                return self.compare(with, *comparison, value.clone(), right, exact);
            }
            Test::Value(with) | Test::Holds(with) | Test::Truth(with) => with,
        };
        if with.reads() {
            let right = self.term(with)?;
            return self.compare(with, Comparison::Equal, value.clone(), right, exact);
        }
        match self.run.eval(with, None) {
            Value::Null if matches!(with.kind, Kind::Range(_)) => Ok(UNKNOWN.into()),
            Value::List(items) => {
                let mut tests = Vec::new();
                for item in items {
                    tests.push(self.one_of(with, value, item, exact)?);
                }
                Ok(if tests.is_empty() { FALSE.into() } else { format!("({})", tests.join(" OR ")) })
            }
            other => self.one_of(with, value, other, exact),
        }
    }

    /// Equal to a constant, or in a constant range.
    fn one_of(&mut self, at: &Expr, value: &Term, with: Value, exact: bool) -> Written<String> {
        let Value::Range(range) = with else {
            return self.compare(at, Comparison::Equal, value.clone(), Term::Constant(with), exact);
        };
        let mut ends = Vec::new();
        let start = if range.start_included { Comparison::GreaterOrEqual } else { Comparison::Greater };
        let end = if range.end_included { Comparison::LessOrEqual } else { Comparison::Less };
        for (comparison, bound) in [(start, range.start), (end, range.end)] {
            if let Some(bound) = bound {
                ends.push(self.compare(at, comparison, value.clone(), Term::Constant(bound), exact)?);
            }
        }
        Ok(format!("({})", ends.join(" AND ")))
    }

    fn compare(&mut self, at: &Expr, comparison: Comparison, left: Term, right: Term, exact: bool) -> Written<String> {
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if let (Term::Constant(left), Term::Constant(right)) = (&left, &right) {
            let result = crate::eval::compared(comparison, left, right);
            return truth_of(at, &result.into());
        }
        // Null equals null alone, and has no order.
        if let (Term::Constant(Value::Null), other) | (other, Term::Constant(Value::Null)) = (&left, &right) {
            let sql = other.sql();
            return Ok(match comparison {
                Comparison::Equal => format!("({sql} IS NULL)"),
                Comparison::NotEqual => format!("({sql} IS NOT NULL)"),
                _ => UNKNOWN.into(),
            });
        }
        if !equality && matches!((&left, &right), (Term::Text(_), _) | (_, Term::Text(_))) {
            return refuse(
                at,
                "texts have no order that all databases share",
                "compare texts with =, !=, in or starts with",
            );
        }
        let constant = matches!(&left, Term::Constant(_)) || matches!(&right, Term::Constant(_));
        let (left, right) = self.aligned(at, left, right)?;
        let sign = match comparison {
            // A column beside a constant: where null may count as false, the plain sign can use an index.
            Comparison::Equal if constant && !exact => "=",
            Comparison::Equal => "IS NOT DISTINCT FROM",
            Comparison::NotEqual => "IS DISTINCT FROM",
            other => other.sign(),
        };
        Ok(format!("({left} {sign} {right})"))
    }

    /// Both sides as SQL of one kind and scale.
    fn aligned(&mut self, at: &Expr, left: Term, right: Term) -> Written<(String, String)> {
        let (left, right) = (self.fixed(at, left, &right)?, right);
        let right = self.fixed(at, right, &left)?;
        Ok(match (left, right) {
            (Term::Number(left, scale, max), Term::Number(right, other, other_max)) => {
                let wanted = scale.max(other);
                (scaled(at, left, scale, max, wanted)?.0, scaled(at, right, other, other_max, wanted)?.0)
            }
            (Term::Text(left), Term::Text(right))
            | (Term::Instant(left), Term::Instant(right))
            | (Term::Truth(left), Term::Truth(right))
            | (Term::Duration(left, _), Term::Duration(right, _)) => (left, right),
            (left, right) => {
                let message = format!("{} and {} cannot be compared", left.name(), right.name());
                return refuse(at, message, "compare values of one type");
            }
        })
    }

    /// A constant as a parameter, of the kind that the term beside it has.
    fn fixed(&mut self, at: &Expr, term: Term, beside: &Term) -> Written<Term> {
        let Term::Constant(value) = term else {
            return Ok(term);
        };
        Ok(match value {
            Value::Null => match beside {
                Term::Number(..) | Term::Constant(Value::Number(_)) => {
                    Term::Number("CAST(NULL AS BIGINT)".into(), 0, 0)
                }
                Term::Instant(_) | Term::Constant(Value::DateTime(_)) => Term::Instant("CAST(NULL AS BIGINT)".into()),
                Term::Duration(..) | Term::Constant(Value::DayTime(_)) => {
                    Term::Duration("CAST(NULL AS BIGINT)".into(), 0)
                }
                Term::Text(_) | Term::Constant(Value::String(_)) => Term::Text("CAST(NULL AS TEXT)".into()),
                _ => Term::Truth(UNKNOWN.into()),
            },
            Value::Number(number) => {
                let number = number.normalize();
                let Ok(units) = i64::try_from(number.mantissa()) else {
                    return refuse(at, "the number has too many digits for a column", "use at most 18 digits");
                };
                Term::Number(self.parameter(Parameter::Int(units)), number.scale(), i128::from(units).abs())
            }
            Value::String(text) if text.contains('\0') => {
                return refuse(at, "the text has a zero character, which no column holds", "leave it out");
            }
            Value::String(text) => Term::Text(self.parameter(Parameter::Text(text.to_string()))),
            Value::Bool(truth) => Term::Truth(if truth { TRUE } else { FALSE }.into()),
            Value::DateTime(instant) => {
                let micros = instant.timestamp().as_microsecond();
                if instant.timestamp().as_nanosecond() % 1_000 != 0 {
                    return refuse(at, "columns know whole microseconds", "leave out the digits after the sixth");
                }
                Term::Instant(self.parameter(Parameter::Int(micros)))
            }
            Value::DayTime(micros) => Term::Duration(self.parameter(Parameter::Int(micros)), i128::from(micros).abs()),
            other => {
                let advice = match (&other, beside) {
                    (Value::Date(_), Term::Instant(_)) => "write date and time(\"…\") instead of a date",
                    (Value::YearMonth(_), _) => "move the column to the other side: joined < now() - duration(\"P1M\")",
                    _ => "use a number, a text, true, false, a date and time, or a duration of days and time",
                };
                return refuse(at, format!("{} cannot stand beside a column", described(&other)), advice);
            }
        })
    }

    fn term(&mut self, part: &Expr) -> Written<Term> {
        match &part.kind {
            _ if !part.reads() => Ok(Term::Constant(self.run.eval(part, None))),
            Kind::Path(path) => self.column(part, &path.join(".")),
            Kind::Arithmetic(operator, left, right) => {
                let (left, right) = (self.term(left)?, self.term(right)?);
                self.arithmetic(part, *operator, left, right)
            }
            Kind::Negate(inner) => match self.term(inner)? {
                Term::Number(sql, scale, max) => Ok(Term::Number(format!("(-{sql})"), scale, max)),
                Term::Duration(sql, max) => Ok(Term::Duration(format!("(-{sql})"), max)),
                Term::Constant(Value::Null) => Ok(Term::Constant(Value::Null)),
                other => {
                    refuse(part, format!("{} has no opposite", other.name()), "use - before numbers and durations")
                }
            },
            Kind::If(parts) => self.choice(part, parts),
            Kind::Call(builtin, arguments) if builtin.name == "string length" => match self.term(&arguments[0])? {
                Term::Text(sql) => Ok(Term::Number(format!("length({sql})"), 0, LENGTH_MAX)),
                other => refuse(part, format!("{} has no length", other.name()), "use string length on a text column"),
            },
            Kind::And(..) | Kind::Or(..) | Kind::Compare(..) | Kind::Between(_) | Kind::In(..) | Kind::Call(..) => {
                self.truth(part, true).map(Term::Truth)
            }
            kind => refuse(
                part,
                format!("{} cannot be used on columns", name_of(kind)),
                "use comparisons, and, or, not, in, between, and + - * on columns",
            ),
        }
    }

    fn column(&self, part: &Expr, name: &str) -> Written<Term> {
        let Some(Column { sql, of }) = self.columns.get(name) else {
            let known: Vec<&str> = self.columns.keys().map(String::as_str).collect();
            return refuse(part, format!("there is no column for {name}"), &crate::check::nearest(name, &known));
        };
        let sql = sql.clone();
        Ok(match *of {
            ColumnType::Number { scale, max } => Term::Number(sql, scale, i128::from(max).abs()),
            ColumnType::Text => Term::Text(sql),
            ColumnType::Flag => Term::Truth(format!("({sql} <> 0)")),
            ColumnType::Instant => Term::Instant(sql),
        })
    }

    /// `if` between values of one kind.
    fn choice(&mut self, part: &Expr, parts: &[Expr; 3]) -> Written<Term> {
        let [condition, yes, no] = parts;
        let condition = self.truth(condition, false)?;
        let (yes, no) = (self.term(yes)?, self.term(no)?);
        if let (Term::Constant(Value::Null), Term::Constant(Value::Null)) = (&yes, &no) {
            return Ok(Term::Constant(Value::Null));
        }
        let yes = self.fixed(part, yes, &no)?;
        let no = self.fixed(part, no, &yes)?;
        let either = |yes: &str, no: &str| format!("(CASE WHEN {condition} THEN {yes} ELSE {no} END)");
        Ok(match (yes, no) {
            (Term::Number(yes, scale, max), Term::Number(no, other, other_max)) => {
                let wanted = scale.max(other);
                let (yes, max) = scaled(part, yes, scale, max, wanted)?;
                let (no, other_max) = scaled(part, no, other, other_max, wanted)?;
                Term::Number(either(&yes, &no), wanted, max.max(other_max))
            }
            (Term::Text(yes), Term::Text(no)) => Term::Text(either(&yes, &no)),
            (Term::Instant(yes), Term::Instant(no)) => Term::Instant(either(&yes, &no)),
            (Term::Duration(yes, max), Term::Duration(no, other)) => Term::Duration(either(&yes, &no), max.max(other)),
            (Term::Truth(yes), Term::Truth(no)) => Term::Truth(either(&yes, &no)),
            _ => return refuse(part, "both branches must be of one type", "write one type after then and else"),
        })
    }

    fn arithmetic(&mut self, at: &Expr, operator: Arithmetic, left: Term, right: Term) -> Written<Term> {
        // Whatever is done with null is null.
        if let (Term::Constant(Value::Null), _) | (_, Term::Constant(Value::Null)) = (&left, &right) {
            return Ok(Term::Constant(Value::Null));
        }
        let left = self.fixed(at, left, &right)?;
        let right = self.fixed(at, right, &left)?;
        let sign = operator.sign();
        match (operator, left, right) {
            (Arithmetic::Add | Arithmetic::Subtract, Term::Number(left, a, max), Term::Number(right, b, other)) => {
                let wanted = a.max(b);
                let ((left, max), (right, other)) =
                    (scaled(at, left, a, max, wanted)?, scaled(at, right, b, other, wanted)?);
                Ok(Term::Number(format!("({left} {sign} {right})"), wanted, bounded(at, max + other)?))
            }
            (Arithmetic::Multiply, Term::Number(left, a, max), Term::Number(right, b, other)) => {
                let max = max.checked_mul(other).unwrap_or(i128::MAX);
                Ok(Term::Number(format!("({left} * {right})"), a + b, bounded(at, max)?))
            }
            (Arithmetic::Subtract, Term::Instant(left), Term::Instant(right)) => {
                Ok(Term::Duration(format!("({left} - {right})"), MICROS_MAX))
            }
            (Arithmetic::Add, Term::Instant(instant), Term::Duration(by, max))
            | (Arithmetic::Add, Term::Duration(by, max), Term::Instant(instant))
            | (Arithmetic::Subtract, Term::Instant(instant), Term::Duration(by, max)) => {
                // A calendar that ends in the year 9999 has no answer beyond; the database would have one.
                if max > i128::from(100 * 365 * base::DAY) {
                    let advice = "move the duration to the other side of the comparison, or use less than 100 years";
                    return refuse(at, "the duration beside a column may be too long", advice);
                }
                Ok(Term::Instant(format!("({instant} {sign} {by})")))
            }
            (Arithmetic::Add | Arithmetic::Subtract, Term::Duration(left, max), Term::Duration(right, other)) => {
                Ok(Term::Duration(format!("({left} {sign} {right})"), bounded(at, max + other)?))
            }
            (Arithmetic::Divide, ..) => {
                refuse(at, "columns cannot be divided", "multiply the other side of the comparison instead")
            }
            (_, left, right) => {
                let message = format!("{sign} has no answer for {} and {}", left.name(), right.name());
                refuse(at, message, "use + - * on numbers, and + - on dates and times with durations")
            }
        }
    }
}

const MARK: char = '\u{1}';

/// Gives the parameters that the text has kept their numbers, in the order of their first use.
fn numbered(sql: &str, parameters: &[Parameter], first: usize) -> Condition {
    let mut parts = sql.split(MARK);
    let mut text = parts.next().unwrap_or_default().to_string();
    let mut used: Vec<usize> = Vec::new();
    for part in parts {
        let (digits, rest) = part.split_at(part.find(' ').unwrap_or(part.len()));
        let index = digits.parse().unwrap_or_default();
        let place = used.iter().position(|known| *known == index).unwrap_or_else(|| {
            used.push(index);
            used.len() - 1
        });
        text.push_str(&format!("${}{rest}", first + place));
    }
    Condition { sql: text, parameters: used.into_iter().map(|index| parameters[index].clone()).collect() }
}

/// In other units: more decimals, so larger numbers.
fn scaled(at: &Expr, sql: String, scale: u32, max: i128, wanted: u32) -> Written<(String, i128)> {
    if wanted == scale {
        return Ok((sql, max));
    }
    let Some(factor) = 10i128.checked_pow(wanted - scale).filter(|factor| *factor <= i128::from(i64::MAX)) else {
        return refuse(at, "the number has too many decimals for a column", "round it");
    };
    let max = bounded(at, max.checked_mul(factor).unwrap_or(i128::MAX))?;
    Ok((format!("({sql} * {factor})"), max))
}

fn bounded(at: &Expr, max: i128) -> Written<i128> {
    if max > i128::from(i64::MAX) {
        return refuse(at, "the result may be too large for the database", "use smaller factors, or fewer decimals");
    }
    Ok(max)
}

const TRUE: &str = "(1 = 1)";
const FALSE: &str = "(1 = 0)";
const UNKNOWN: &str = "(NULL = 1)";

fn truth_of(at: &Expr, value: &Value) -> Written<String> {
    match value {
        Value::Bool(true) => Ok(TRUE.into()),
        Value::Bool(false) => Ok(FALSE.into()),
        Value::Null => Ok(UNKNOWN.into()),
        other => refuse(at, format!("{} is neither true nor false", described(other)), "compare it with something"),
    }
}

impl Term {
    fn sql(&self) -> &str {
        match self {
            Term::Truth(sql)
            | Term::Number(sql, ..)
            | Term::Text(sql)
            | Term::Instant(sql)
            | Term::Duration(sql, _) => sql,
            Term::Constant(_) => "NULL",
        }
    }

    fn name(&self) -> String {
        match self {
            Term::Truth(_) => "a condition".into(),
            Term::Number(..) => "a number".into(),
            Term::Text(_) => "a text".into(),
            Term::Instant(_) => "a date and time".into(),
            Term::Duration(..) => "a duration".into(),
            Term::Constant(value) => described(value),
        }
    }
}

fn name_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::For(..) => "for",
        Kind::Some(..) => "some",
        Kind::Every(..) => "every",
        Kind::Filter(..) => "a filter",
        Kind::List(_) => "a list of columns",
        Kind::Context(_) => "a context",
        Kind::Range(_) => "a range of columns",
        Kind::InstanceOf(..) => "instance of",
        Kind::Property(..) => "a part of a value",
        Kind::Function(_) | Kind::Invoke(..) => "a function",
        _ => "this",
    }
}

/// The units of a number in a column of this scale, or `None` where it has more decimals or does not fit.
pub fn units(number: Decimal, scale: u32) -> Option<i64> {
    let number = number.normalize();
    let places = scale.checked_sub(number.scale())?;
    i64::try_from(number.mantissa().checked_mul(10i128.checked_pow(places)?)?).ok()
}
