//! `ritorno simulate`: the same fold over a file of events, in memory, in virtual time, without a network.
//!
//! Each line is received at its own `timestamp`; the clock never goes back. Timers fire between lines, messages are "sent" at
//! the instant the loop grants them.

mod output;
mod run;

pub use run::Simulation;

use crate::flow_files;
use base::Time;
use engage::commands::ImportFlow;
use run::LINE_MAX;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

/// What to simulate.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Events in the shape of Segment's calls, one JSON object a line; `-` reads standard input.
    pub events: PathBuf,
    /// A flow to switch on: a BPMN file, or the name of a ready-made one (two-branch-follow-up, three-step-recovery). Several
    /// times for several flows. Templates that lie beside the file (NAME.LANGUAGE.html, NAME.LANGUAGE.txt) are used.
    #[arg(long = "flow", env = "RITORNO_FLOW", value_name = "FLOW.bpmn")]
    pub flows: Vec<PathBuf>,
    /// A parameter of the flows, such as threshold=2000. Several times, or with semicolons between.
    #[arg(long = "set", env = "RITORNO_SET", value_name = "NAME=VALUE", value_delimiter = ';')]
    pub set: Vec<String>,
    /// Where to stop: an instant (2026-03-31T00:00:00Z), or a time after the last event (+96h, +4d, +PT96H). Timers run on until
    /// then; lines after an instant are left out. Default: at the last event.
    #[arg(long, env = "RITORNO_UNTIL", value_name = "RFC3339|+DURATION")]
    pub until: Option<String>,
    /// One JSON object instead of tables.
    #[arg(long, env = "RITORNO_JSON", value_parser = clap::builder::BoolishValueParser::new())]
    pub json: bool,
}

/// Lines whose reason is printed; further ones are counted.
const REASONS_MAX: u64 = 1_000;

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
    let mut known: Vec<String> = Vec::new();
    for file in files {
        let import = flow_files::read(file)?;
        flow_files::check(file, &import)?;
        let definition = bpmn::Definition::compile(&import.xml).map_err(|p| engage::flows::in_words(&p))?;
        let names: Vec<&String> = definition.parameters().iter().map(|(name, _)| name).collect();
        let own = parameters.iter().filter(|(name, _)| names.contains(name)).map(|(n, v)| (n.clone(), v.clone()));
        let flow = ImportFlow { parameters: own.collect(), ..import };
        flow_files::check(file, &flow)?;
        let new: Vec<String> = names.into_iter().filter(|name| !known.contains(name)).cloned().collect();
        known.extend(new);
        flows.push(flow);
    }
    match parameters.keys().find(|name| !known.contains(name)) {
        Some(name) if flows.is_empty() => Err(format!("--set {name}: there is no --flow whose parameter it could be")),
        Some(name) => Err(format!("--set {name}: no flow has this parameter; there are: {}", known.join(", "))),
        None => Ok(flows),
    }
}

/// Carries out `ritorno simulate`: the result goes to standard output, what was left out to standard error.
pub async fn simulate(options: Options) -> Result<(), String> {
    let until = options.until.as_deref().map(Until::parse).transpose()?;
    let flows = read_flows(&options.flows, &options.set)?;
    let named = |e: std::io::Error| format!("{}: {e}", options.events.display());
    let file: Box<dyn Read> = match options.events == Path::new("-") {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(std::fs::File::open(&options.events).map_err(named)?),
    };
    let mut simulation = Simulation::open(flows).await?;
    if let Some(Until::At(end)) = until {
        simulation.end_at(end);
    }
    let mut lines = BufReader::with_capacity(1 << 20, file);
    let mut told = Told { file: options.events.display().to_string(), ..Told::default() };
    let mut line = Vec::new();
    while read_line(&mut lines, &mut line).map_err(named)? {
        told.lines += 1;
        let text = std::str::from_utf8(&line).map_err(|_| "it is not UTF-8".to_owned());
        let done = match text.map(|text| text.trim_start_matches('\u{feff}').trim()) {
            _ if line.len() > LINE_MAX => Err(format!("the event is larger than {} KB", LINE_MAX >> 10)),
            Ok("") => Ok(()),
            Ok(text) => simulation.line(text).await,
            Err(error) => Err(error),
        };
        if let Err(reason) = done {
            told.left_out(&reason);
        }
    }
    told.close(simulation.after_end());
    let report = simulation.finish(until).await?;
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let written = if options.json { report.write_json(&mut out) } else { report.write_tables(&mut out) };
    match written.and_then(|()| out.flush()) {
        // Whoever reads has read enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(|e| format!("the result could not be written: {e}")),
    }
}

/// What standard error is told: the server would quarantine these lines, and there is no place for them in the result.
#[derive(Default)]
struct Told {
    file: String,
    /// Lines read so far.
    lines: u64,
    left_out: u64,
}

impl Told {
    fn left_out(&mut self, reason: &str) {
        self.left_out += 1;
        if self.left_out <= REASONS_MAX {
            eprintln!("{}:{}: {reason}", self.file, self.lines);
        }
    }

    fn close(&self, after_end: u64) {
        let (file, lines) = (&self.file, self.lines);
        if self.left_out > 0 {
            let above = if self.left_out > REASONS_MAX { "the first of " } else { "" };
            eprintln!("{file}: {} of {lines} lines were left out, {above}their reasons above", self.left_out);
        }
        if after_end > 0 {
            eprintln!("{file}: {after_end} of {lines} lines come after --until and were left out");
        }
    }
}

/// Reads one line without its end; of one that is too long only so much that it is seen to be. `false`: there are no more.
fn read_line(from: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    let mut has_begun = false;
    loop {
        let read = from.fill_buf()?;
        if read.is_empty() {
            return Ok(has_begun);
        }
        has_begun = true;
        let end = read.iter().position(|byte| *byte == b'\n');
        let part = &read[..end.unwrap_or(read.len())];
        let room = (LINE_MAX + 1).saturating_sub(line.len());
        line.extend_from_slice(&part[..part.len().min(room)]);
        let used = part.len() + usize::from(end.is_some());
        from.consume(used);
        if end.is_some() {
            return Ok(true);
        }
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
        check("2026-11-21T18:00:00+01:00", Time::parse("2026-11-21T17:00:00Z").ok().map(Until::At));
        check("96h", None);
        check("+soon", None);
        check("+-4d", None);
    }

    #[test]
    fn a_line_of_any_length_takes_bounded_memory() {
        let text = [b"a\n".as_slice(), &vec![b'x'; 3 << 20], b"\n\nlast"].concat();
        let mut from = BufReader::with_capacity(4 << 10, text.as_slice());
        let (mut line, mut lengths) = (Vec::new(), Vec::new());
        while read_line(&mut from, &mut line).unwrap() {
            lengths.push(line.len());
        }
        assert_eq!(lengths, [1, LINE_MAX + 1, 0, 4]);
        assert!(line.capacity() <= 2 * (LINE_MAX + 1));
    }
}
