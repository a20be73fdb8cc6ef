//! `ritorno flows check` and `ritorno flows format`: what is wrong with BPMN files, and a file as it is written again.

use crate::flow_files;
use bpmn::{Definition, Model, Problem, Severity};
use serde::Serialize;
use std::{io::Read, path::Path};

/// A file that is larger is not read to its end: what reads BPMN takes less.
const BYTES_MAX: u64 = 16 << 20;

/// What is said of one file.
#[derive(Debug, Serialize)]
pub struct Checked {
    file: String,
    /// It can be imported; with `--publish`, it can be switched on.
    ok: bool,
    refusals: Vec<Finding>,
    warnings: Vec<Finding>,
}

/// One thing, and what to do about it.
#[derive(Debug, Serialize)]
struct Finding {
    /// The id of the BPMN element; null where the file as a whole is meant.
    element: Option<String>,
    name: Option<String>,
    rule: &'static str,
    advice: String,
    #[serde(skip)]
    line: Option<u32>,
}

/// Checks the files and prints what was found; the error says how many were refused.
pub fn check(files: &[impl AsRef<Path>], publish: bool, json: bool) -> Result<(), String> {
    let mut refused = 0;
    for file in files {
        let checked = check_file(file.as_ref(), publish);
        refused += usize::from(!checked.ok);
        if json {
            println!("{}", serde_json::to_string(&checked).map_err(|e| e.to_string())?);
        } else {
            print(&checked, publish);
        }
    }
    match refused {
        0 => Ok(()),
        _ => Err(format!("{refused} of {} files refused", files.len())),
    }
}

fn print(checked: &Checked, publish: bool) {
    let verdict = match (checked.ok, publish) {
        (true, true) => "can run",
        (true, false) => "can be imported",
        (false, _) => "is refused",
    };
    println!("{} {verdict}", checked.file);
    for (what, findings) in [("refused", &checked.refusals), ("warning", &checked.warnings)] {
        for finding in findings {
            let places = [finding.name.as_ref().map(|name| format!("{name:?}")), finding.element.clone()];
            let mut place: Vec<String> = places.into_iter().flatten().collect();
            place.extend(finding.line.map(|line| format!("line {line}")));
            println!("  {what}: {} [{}] {}", place.join(", "), finding.rule, finding.advice);
        }
    }
}

/// Everything about one file.
pub fn check_file(path: &Path, publish: bool) -> Checked {
    let file = path.display().to_string();
    let problems = match read(path) {
        Ok(xml) => problems_of(path, &xml, publish),
        Err(problem) => vec![problem],
    };
    let least = if publish { Severity::Unfit } else { Severity::Broken };
    let (refusals, warnings): (Vec<Problem>, Vec<Problem>) =
        problems.into_iter().partition(|problem| problem.severity >= least);
    let findings = |problems: Vec<Problem>| problems.into_iter().map(finding).collect();
    Checked { file, ok: refusals.is_empty(), refusals: findings(refusals), warnings: findings(warnings) }
}

fn finding(problem: Problem) -> Finding {
    let Problem { rule, element, name, message, line, .. } = problem;
    Finding { element, name, rule, advice: message, line }
}

fn problems_of(path: &Path, xml: &str, publish: bool) -> Vec<Problem> {
    let mut problems = Definition::problems(xml);
    let is_fit = problems.iter().all(|problem| problem.severity == Severity::Notice);
    // What only the whole of flow, templates and parameters shows.
    if publish && is_fit {
        let whole = flow_files::read(path).and_then(|import| flow_files::check(path, &import));
        problems.extend(whole.err().map(|reason| of_file("not_enabled", reason)));
    }
    problems
}

/// Text of a file, or of a ready-made flow.
fn read(path: &Path) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    match std::fs::File::open(path) {
        Ok(file) => {
            let read = file.take(BYTES_MAX + 1).read_to_end(&mut bytes);
            read.map_err(|error| of_file("unreadable", format!("the file cannot be read: {error}")))?;
        }
        Err(_) => {
            return flow_files::read(path).map(|import| import.xml).map_err(|reason| of_file("unreadable", reason));
        }
    }
    if bytes.len() as u64 > BYTES_MAX {
        return Err(of_file("too_large", format!("the file is larger than {} MiB", BYTES_MAX >> 20)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        of_file("not_xml", format!("the file is not UTF-8 from byte {at} on: save it in this encoding"))
    })
}

fn of_file(rule: &'static str, message: String) -> Problem {
    Problem { rule, severity: Severity::Broken, element: None, name: None, message, line: None }
}

/// A file read into the model and written again.
pub fn format(path: &Path) -> Result<String, String> {
    let said = |problems: Vec<Problem>| engage::flows::in_words(&problems);
    let xml = read(path).map_err(|problem| format!("{}: {problem}", path.display()))?;
    Model::parse(&xml).map(|model| model.to_xml()).map_err(|problems| format!("{}: {}", path.display(), said(problems)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(name: &str, text: &[u8]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), text).unwrap();
        folder
    }

    #[test]
    fn what_cannot_run_is_a_warning_at_import_and_refused_before_switching_on() {
        let xml = "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'><process id='p'><startEvent id='s'/>\
            <serviceTask id='t' name='Scrivi'/><sequenceFlow id='f' sourceRef='s' targetRef='t'/></process></definitions>";
        let folder = write("flow.bpmn", xml.as_bytes());
        let path = folder.path().join("flow.bpmn");
        let said = |publish| {
            let checked = check_file(&path, publish);
            let rules =
                |findings: &[Finding]| findings.iter().map(|finding| finding.rule).collect::<Vec<_>>().join(" ");
            (checked.ok, rules(&checked.refusals), rules(&checked.warnings))
        };
        assert_eq!(said(false), (true, String::new(), "plain_start untyped_task".into()));
        assert_eq!(said(true), (false, "untyped_task".into(), "plain_start".into()));
        let line = serde_json::to_value(check_file(&path, true)).unwrap();
        assert_eq!(line["refusals"][0]["element"], "t");
        assert_eq!(line["refusals"][0]["name"], "Scrivi");
        assert!(line["refusals"][0]["advice"].as_str().unwrap().contains("set its type"));
    }

    #[test]
    fn a_file_that_is_no_bpmn_is_refused_without_an_element() {
        for text in [&b"<a"[..], b"\xff\xfe", b"", b"<x/>"] {
            let folder = write("flow.bpmn", text);
            let line = serde_json::to_value(check_file(&folder.path().join("flow.bpmn"), false)).unwrap();
            assert_eq!(line["ok"], false);
            assert!(line["refusals"][0]["element"].is_null(), "{line}");
        }
        assert!(!check_file(Path::new("/nowhere/flow.bpmn"), false).ok);
    }

    #[test]
    fn ready_made_flows_can_run() {
        for flow in engage::flows::READY_MADE {
            let checked = check_file(Path::new(flow.stem), true);
            assert!(checked.ok, "{checked:?}");
        }
    }

    #[test]
    fn formatting_writes_the_model_again() {
        let stem = engage::flows::READY_MADE[0].stem;
        let xml = engage::flows::ReadyMade::find(stem).unwrap().xml;
        assert_eq!(format(Path::new(stem)).unwrap(), xml);
    }
}
