#![expect(clippy::unwrap_used, reason = "a test that cannot read its files has nothing to say")]
//! Decision models: the compatibility kit's tables, and each hit policy.

use base::Time;
use feel::{Env, Value, cases::Report, dmn::Model, from_json};
use jiff::tz::TimeZone;
use std::{collections::BTreeMap, path::Path};

/// Every result of the kit's models that lie in the shared data.
const PASSING_MIN: usize = 73;

fn env(scope: &BTreeMap<String, Value>, see: impl FnOnce(&Env)) {
    let zone = TimeZone::UTC;
    see(&Env { scope, now: Time::parse("2026-11-21T12:00:00Z").unwrap(), zone: &zone });
}

fn files(folder: &Path, extension: &str) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let wanted = files.into_iter().filter(|file| file.extension().is_some_and(|found| found == extension));
    wanted.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn the_compatibility_kit_s_tables_decide_as_expected() {
    let Some(folder) = testkit::shared_data("dmn-tables") else { return };
    let mut report = Report::default();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let group = entry.file_name().unwrap().to_string_lossy().into_owned();
        let model = Model::read(&files(&entry, "dmn")[0]).unwrap();
        for problem in model.problems() {
            eprintln!("{group}: {problem}");
        }
        for tests in files(&entry, "xml") {
            env(&BTreeMap::new(), |env| feel::dmn::testing::run(&model, &tests, env, &group, &mut report).unwrap());
        }
    }
    for failure in &report.failures {
        eprintln!("{} {}: {}", failure.group, failure.case, failure.said);
    }
    let total = report.total();
    eprintln!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    assert!(total.passed >= PASSING_MIN && total.failed == 0, "{total:?}");
}

#[test]
fn placeholder() {
    let _ = from_json(&serde_json::json!({}));
}
