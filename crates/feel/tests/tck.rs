//! The expressions of the DMN compatibility kit: how many give the expected value, by group.
//!
//! Wide parts of the language are not here yet (user-defined functions, regular expressions, `instance of`, range
//! functions); the floor holds what is.

use base::Time;
use feel::{Env, Expression, Value, compare, from_json, to_text};
use jiff::tz::TimeZone;
use std::{collections::BTreeMap, path::PathBuf};

/// Passing cases may only grow.
const PASSING_MIN: usize = 1_400;

fn cases() -> Option<String> {
    let folder = match std::env::var_os("RITORNO_SHARED_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from("../../../shared/data"),
    };
    std::fs::read_to_string(folder.join("feel-tck/cases.ndjson")).ok()
}

fn expected(json: &serde_json::Value, env: &Env) -> Value {
    let call = |name: &str, text: &str| {
        let text = text.replace('"', "\\\"");
        Expression::parse(&format!("{name}(\"{text}\")")).map_or(Value::Null, |e| e.eval(env))
    };
    match json {
        serde_json::Value::Array(items) => Value::List(items.iter().map(|item| expected(item, env)).collect()),
        serde_json::Value::Object(fields) => {
            let Some((kind, value)) = fields.iter().next() else {
                return Value::Null;
            };
            if kind == "context" {
                let entries = value.as_object().into_iter().flatten();
                let read = |(name, value): (&String, _)| (name.clone(), expected(value, env));
                return Value::Context(entries.map(read).collect());
            }
            let text = value.as_str().unwrap_or_default();
            match kind.as_str() {
                "decimal" | "double" | "integer" => call("number", text),
                "boolean" => Value::Bool(text == "true"),
                "date" => call("date", text),
                "time" => call("time", text),
                "dateTime" => call("date and time", text),
                "duration" | "dayTimeDuration" | "yearMonthDuration" => call("duration", text),
                _ => Value::from(text),
            }
        }
        other => from_json(other),
    }
}

#[test]
fn the_compatibility_kit_passes_at_least_as_before() {
    let Some(text) = cases() else {
        eprintln!("skipped: no shared data (set RITORNO_SHARED_DATA)");
        return;
    };
    let zone = TimeZone::UTC;
    let scope = BTreeMap::new();
    let env = Env { scope: &scope, now: Time::parse("2026-11-21T12:00:00Z").unwrap(), zone: &zone };
    let mut groups: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let show = std::env::var("FEEL_TCK_SHOW").unwrap_or_default();
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let (group, expr) = (case["group"].as_str().unwrap(), case["expr"].as_str().unwrap());
        let wanted = expected(&case["expected"], &env);
        // Where the kit expects an error or null, refusing the text is the earlier form of it.
        let parsed = Expression::parse(expr);
        let found = parsed.as_ref().map_or(Value::Null, |expression| expression.eval(&env));
        let count = groups.entry(group.to_string()).or_default();
        count.1 += 1;
        if compare::equals(&found, &wanted) == Some(true) {
            count.0 += 1;
        } else if !show.is_empty() && group.contains(&show) {
            let why = parsed.err().map_or(String::new(), |error| format!(" ({error})"));
            eprintln!("{group} {expr} = {}, expected {}{why}", to_text(&found), to_text(&wanted));
        }
    }
    let (passed, total) = groups.values().fold((0, 0), |sum, c| (sum.0 + c.0, sum.1 + c.1));
    for (group, (passed, total)) in groups.iter().filter(|(_, (passed, total))| passed < total) {
        eprintln!("{group}: {passed}/{total}");
    }
    eprintln!("passed {passed} of {total}");
    assert!(passed >= PASSING_MIN, "only {passed} of {total} cases pass");
}
