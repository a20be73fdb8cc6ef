//! `ritorno simulate`: the same fold over a file of events, in memory, in virtual time, without a network.
//!
//! Each line is received at its own `timestamp`; the clock never goes back. Timers fire between lines, messages are "sent" at
//! the instant the loop grants them.

mod output;
mod run;

pub use run::Simulation;

use base::Time;
use engage::commands::ImportFlow;
use std::{collections::BTreeMap, path::PathBuf};

/// What to simulate.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Events in the shape of Segment's calls, one JSON object a line.
    pub events: PathBuf,
    /// A flow to switch on: a BPMN file, or the name of a built-in one. May be given several times.
    #[arg(long = "flow", value_name = "FLOW.bpmn")]
    pub flows: Vec<PathBuf>,
    /// A parameter of the flows, such as threshold=2000.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// How long to go on: an instant (RFC 3339) or a time after the last event (+96h, +4d, +PT96H).
    #[arg(long, value_name = "RFC3339|+DURATION")]
    pub until: Option<String>,
    /// One JSON object instead of tables.
    #[arg(long)]
    pub json: bool,
}

/// Where the simulation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    At(Time),
    /// Microseconds after the last event.
    After(i64),
}

impl Until {
    /// Reads `--until`.
    pub fn parse(text: &str) -> Result<Until, String> {
        let wrong = || {
            format!("--until {text:?} is neither an instant (2026-11-21T18:00:00Z) nor a duration (+96h, +4d, +PT96H)")
        };
        let Some(duration) = text.strip_prefix('+') else {
            return Time::parse(text).map(Until::At).map_err(|_| wrong());
        };
        let span: jiff::Span = duration.parse().map_err(|_| wrong())?;
        let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
        i64::try_from(duration.as_micros()).ok().filter(|micros| *micros >= 0).map(Until::After).ok_or_else(wrong)
    }
}

/// Reads the flow files, with the templates that lie beside them (`NAME.LANGUAGE.html` and `.txt`).
pub fn read_flows(files: &[PathBuf], set: &[String]) -> Result<Vec<ImportFlow>, String> {
    let mut parameters = BTreeMap::new();
    for text in set {
        let (name, value) = text.split_once('=').ok_or_else(|| format!("--set {text:?} is not NAME=VALUE"))?;
        parameters.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    let mut flows = Vec::new();
    let mut known = Vec::new();
    for file in files {
        let import = crate::flow_files::read(file)?;
        let definition = bpmn::Definition::compile(&import.xml)
            .map_err(|p| format!("{}:\n{}", file.display(), engage::flows::in_words(&p)))?;
        let mine = |name: &String| definition.parameters().iter().any(|(own, _)| own == name);
        let own = parameters.iter().filter(|(name, _)| mine(name)).map(|(n, v)| (n.clone(), v.clone())).collect();
        known.extend(definition.parameters().iter().map(|(name, _)| name.clone()));
        flows.push(ImportFlow { parameters: own, ..import });
    }
    match parameters.keys().find(|name| !known.contains(name)) {
        Some(name) => Err(format!("--set {name}: no flow has this parameter; there are: {}", known.join(", "))),
        None => Ok(flows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{DAY, HOUR};

    #[test]
    fn until_is_an_instant_or_a_duration() {
        let check = |text: &str, expected: Option<Until>| assert_eq!(Until::parse(text).ok(), expected, "{text}");
        check("+96h", Some(Until::After(96 * HOUR)));
        check("+4d", Some(Until::After(4 * DAY)));
        check("+PT96H", Some(Until::After(96 * HOUR)));
        check("+P4D", Some(Until::After(4 * DAY)));
        check("1970-01-01T01:00:00Z", Some(Until::At(Time(HOUR))));
        check("96h", None);
        check("+soon", None);
        check("+-4d", None);
    }
}
