//! FEEL and DMN on the command line: one expression, a list of cases, a model with its tests.

use base::{Clock, SystemClock, Time};
use feel::{
    Env, Expression, Value,
    cases::{self, Report},
    dmn::{self, Model},
};
use jiff::tz::TimeZone;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Evaluates one expression and prints its value as JSON. On standard error: why parts of it gave null.
pub fn eval(text: &str, context: Option<&str>, now: Option<&str>, zone: &str) -> Result<(), String> {
    let text = text.strip_prefix('=').unwrap_or(text);
    let expression = Expression::parse(text).map_err(|error| error.to_string())?;
    let scope = scope(context)?;
    let now = match now {
        Some(text) => {
            Time::parse(text).map_err(|_| format!("--now {text:?} is no time such as 2026-11-22T09:00:00Z"))?
        }
        None => SystemClock.now(),
    };
    let zone = TimeZone::get(zone).map_err(|_| format!("--zone {zone:?} is no time zone such as Europe/Rome"))?;
    let explained = expression.explain(&Env { scope: &scope, now, zone: &zone });
    for reason in &explained.reasons {
        eprintln!("at character {}: {}", reason.at + 1, reason.message);
    }
    if let Some(limit) = explained.limit {
        return Err(limit.to_string());
    }
    println!("{}", feel::to_json(&explained.value));
    Ok(())
}

fn scope(context: Option<&str>) -> Result<BTreeMap<String, Value>, String> {
    let Some(text) = context else {
        return Ok(BTreeMap::new());
    };
    let json: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("--context is no JSON object: {error}"))?;
    match feel::from_json(&json) {
        Value::Context(entries) => Ok(entries),
        _ => Err("--context is no JSON object, such as {\"cart\": {\"total\": 100}}".into()),
    }
}

/// Runs a file of cases, one a line.
pub fn test_cases(file: &Path, json: bool) -> Result<(), String> {
    let text = read(file)?;
    let report = with_env(|env| cases::run(&text, env)).map_err(|error| format!("{}: {error}", file.display()))?;
    say(&report, json, "cases")
}

/// Runs a model's files of tests.
pub fn test_model(model: &Path, tests: &[PathBuf], json: bool) -> Result<(), String> {
    let of_file = |file: &Path, error: dmn::Problem| format!("{}: {error}", file.display());
    let read_model = Model::read(&read(model)?).map_err(|error| of_file(model, error))?;
    for problem in read_model.problems() {
        eprintln!("{}: {problem}", model.display());
    }
    let group = model.file_stem().unwrap_or_default().to_string_lossy();
    let mut report = Report::default();
    for file in tests {
        let text = read(file)?;
        with_env(|env| dmn::testing::run(&read_model, &text, env, &group, &mut report))
            .map_err(|error| of_file(file, error))?;
    }
    say(&report, json, "results")
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

/// Cases see this machine's clock, and no zone: what they write without one stays without one.
fn with_env<T>(run: impl FnOnce(&Env) -> T) -> T {
    let (scope, zone) = (BTreeMap::new(), TimeZone::unknown());
    run(&Env { scope: &scope, now: SystemClock.now(), zone: &zone })
}

fn say(report: &Report, json: bool, what: &str) -> Result<(), String> {
    let total = report.total();
    if json {
        println!("{}", report.to_json());
    } else {
        for failure in &report.failures {
            println!("{} {}: {}", failure.group, failure.case, failure.said);
        }
        for (name, counts) in &report.groups {
            println!(
                "{name:<44} {:>5} passed {:>5} failed {:>5} skipped",
                counts.passed, counts.failed, counts.skipped
            );
        }
        println!("{:<44} {:>5} passed {:>5} failed {:>5} skipped", "all", total.passed, total.failed, total.skipped);
    }
    let tried = total.passed + total.failed;
    if total.failed == 0 { Ok(()) } else { Err(format!("{} of {tried} {what} fail", total.failed)) }
}
