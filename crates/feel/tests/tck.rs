//! The expressions of the DMN compatibility kit: how many give the expected value, by group. docs/feel.md has the figures,
//! and why those that fail do.

use base::Time;
use feel::{Env, cases};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Passing cases may only grow.
const PASSING_MIN: usize = 1_535;

#[test]
fn the_compatibility_kit_passes_at_least_as_before() {
    let Some(file) = testkit::shared_data("feel-tck/cases.ndjson") else { return };
    let zone = TimeZone::unknown();
    let scope = BTreeMap::new();
    let env = Env { scope: &scope, now: Time::parse("2026-11-21T12:00:00Z").unwrap(), zone: &zone };
    let report = cases::run(&std::fs::read_to_string(file).unwrap(), &env).unwrap();
    for failure in &report.failures {
        eprintln!("{} {}: {}", failure.group, failure.case, failure.said);
    }
    for (group, counts) in report.groups.iter().filter(|(_, counts)| counts.failed > 0) {
        eprintln!("{group}: {} of {}", counts.passed, counts.passed + counts.failed + counts.skipped);
    }
    let total = report.total();
    eprintln!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    assert!(total.passed >= PASSING_MIN, "only {} cases pass", total.passed);
}
