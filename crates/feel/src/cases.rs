//! Cases with an expected value, one a line: how `ritorno feel test` measures the language against a list from elsewhere.

use crate::{Decimal, Env, Expression, Value, compare, from_json, json, temporal, to_text};
use std::collections::BTreeMap;

/// How many cases passed, by group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub groups: BTreeMap<String, Counts>,
    pub failures: Vec<Failure>,
}

/// Counts of one group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    /// Not tried, because they need what is left out on purpose.
    pub skipped: usize,
}

/// A case that did not give what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub group: String,
    pub case: String,
    /// What was asked, what came, and what should have come.
    pub said: String,
}

/// How one case ended.
pub(crate) enum Ended {
    Passed,
    Skipped,
    Failed(String),
}

impl Report {
    pub(crate) fn add(&mut self, group: &str, case: &str, ended: Ended) {
        let counts = self.groups.entry(group.to_string()).or_default();
        match ended {
            Ended::Passed => counts.passed += 1,
            Ended::Skipped => counts.skipped += 1,
            Ended::Failed(said) => {
                counts.failed += 1;
                self.failures.push(Failure { group: group.into(), case: case.into(), said });
            }
        }
    }

    /// The counts of all groups together.
    pub fn total(&self) -> Counts {
        self.groups.values().fold(Counts::default(), |sum, counts| Counts {
            passed: sum.passed + counts.passed,
            failed: sum.failed + counts.failed,
            skipped: sum.skipped + counts.skipped,
        })
    }

    /// `{"passed": …, "failed": …, "skipped": …, "groups": {NAME: {…}}}`; the numbers are integers.
    pub fn to_json(&self) -> serde_json::Value {
        let numbers = |counts: &Counts| serde_json::json!({"passed": counts.passed, "failed": counts.failed, "skipped": counts.skipped});
        let mut json = numbers(&self.total());
        json["groups"] = self.groups.iter().map(|(name, counts)| (name.clone(), numbers(counts))).collect();
        json
    }
}

/// Runs cases written as JSON objects, one a line: `group`, `case`, `expr`, and `expected`, which is null, a list,
/// `{"context": {…}}` or a value with its type as in `{"decimal": "1"}`. The error names the first line that is none.
///
/// Where null is expected, a text that is refused is the earlier form of it. A number with eight or more decimals was
/// rounded or cut by whoever wrote it down: less than one unit in its last place apart is the same. Cases with functions
/// of other languages are skipped.
pub fn run(text: &str, env: &Env) -> Result<Report, String> {
    let mut report = Report::default();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = |what: &str| format!("line {}: {what}", index + 1);
        let case: serde_json::Value = serde_json::from_str(line).map_err(|error| place(&error.to_string()))?;
        let field = |name: &str| case[name].as_str().ok_or_else(|| place(&format!("there is no text {name:?}")));
        let (group, name, expr) = (field("group")?, case["case"].as_str().unwrap_or_default(), field("expr")?);
        let wanted = case.get("expected").ok_or_else(|| place("there is no \"expected\""))?;
        let wanted = expected(wanted, env).map_err(|error| place(&error))?;
        report.add(group, name, ended(expr, &wanted, env));
    }
    Ok(report)
}

fn ended(expr: &str, wanted: &Value, env: &Env) -> Ended {
    if expr.split(|c: char| !c.is_alphanumeric()).any(|word| word == "external") {
        return Ended::Skipped;
    }
    let (found, why) = match Expression::parse(expr) {
        Ok(expression) => (expression.eval(env), String::new()),
        Err(error) => (Value::Null, format!(" ({error})")),
    };
    if matches(&found, wanted) {
        return Ended::Passed;
    }
    Ended::Failed(format!("{expr} is {}, expected {}{why}", quoted(&found), quoted(wanted)))
}

pub(crate) fn quoted(value: &Value) -> String {
    if let Value::String(text) = value { format!("{text:?}") } else { to_text(value) }
}

/// Is the value what was expected? As `=` says, but for numbers that were rounded when they were written down.
pub(crate) fn matches(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Number(found), Value::Number(wanted)) => {
            let rounded = wanted.scale() >= 8 && wanted.scale() <= 28;
            let apart = found.checked_sub(*wanted).unwrap_or(Decimal::MAX).abs();
            apart.is_zero() || (rounded && apart < Decimal::new(1, wanted.scale()))
        }
        (Value::List(found), Value::List(wanted)) => {
            found.len() == wanted.len() && found.iter().zip(wanted).all(|(found, wanted)| matches(found, wanted))
        }
        (Value::Context(found), Value::Context(wanted)) => {
            let same = |(name, wanted): (&String, &Value)| found.get(name).is_some_and(|found| matches(found, wanted));
            found.len() == wanted.len() && wanted.iter().all(same)
        }
        _ => compare::equals(found, wanted) == Some(true),
    }
}

fn expected(json: &serde_json::Value, env: &Env) -> Result<Value, String> {
    match json {
        serde_json::Value::Array(items) => {
            items.iter().map(|item| expected(item, env)).collect::<Result<_, _>>().map(Value::List)
        }
        serde_json::Value::Object(fields) => {
            let (kind, value) = fields.iter().next().ok_or("an expected value has no type")?;
            if kind == "context" {
                let entries = value.as_object().ok_or("an expected context is no object")?;
                let read = |(name, value): (&String, &serde_json::Value)| Ok((name.clone(), expected(value, env)?));
                return entries.iter().map(read).collect::<Result<_, String>>().map(Value::Context);
            }
            let text = value.as_str().ok_or_else(|| format!("the {kind} is no text"))?;
            typed(kind, text, env).ok_or_else(|| format!("{text:?} is no {kind}"))
        }
        other => Ok(from_json(other)),
    }
}

/// A value from its text and the name of its type in XML Schema.
pub(crate) fn typed(kind: &str, text: &str, env: &Env) -> Option<Value> {
    match kind {
        "decimal" | "double" | "integer" | "float" | "int" | "long" => {
            json::parse_decimal(&text.trim().to_lowercase()).map(Value::from)
        }
        "boolean" => Some(Value::Bool(text.trim() == "true")),
        "date" => temporal::parse_date(text.trim()).map(Value::Date).or(Some(Value::Null)),
        "time" => temporal::parse_time(text.trim()).map(Value::Time),
        "dateTime" => temporal::parse_date_time(text.trim(), env.zone).map(Value::DateTime).or(Some(Value::Null)),
        "duration" | "dayTimeDuration" | "yearMonthDuration" => temporal::parse_duration(text.trim()),
        _ => Some(Value::from(text)),
    }
}
