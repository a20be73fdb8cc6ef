//! Compiled flows, kept by version: parsing happens once, not at each step.

use super::{
    decisions::{self, Decisions},
    exit::Exit,
    goal::GoalOf,
    jobs, names,
    starts::{self, StartEvent, StartKind},
};
use crate::{shared::FlowVersion, tasks::fields, templates::Template};
use base::HOUR;
use bpmn::{Definition, Problem, Severity};
use feel::Value;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A version of a flow, ready to run.
pub struct Compiled {
    pub definition: Definition,
    /// Its start events.
    pub starts: Vec<StartEvent>,
    /// Microseconds a cart must stand idle.
    pub idle: Option<i64>,
    pub max_age: i64,
    pub latest: i64,
    pub exit: Option<Exit>,
    pub goal: Option<GoalOf>,
    pub parameters: BTreeMap<String, Value>,
    pub templates: HashMap<Box<str>, Arc<Template>>,
    pub decisions: Decisions,
    /// What keeps it from being switched on, and what somebody should look at.
    pub problems: Vec<Problem>,
}

impl Compiled {
    /// Whether it may be switched on; the error lists what is in the way, one line each.
    pub fn may_run(&self) -> Result<(), String> {
        let unfit: Vec<Problem> = self.problems.iter().filter(|p| p.severity > Severity::Notice).cloned().collect();
        if unfit.is_empty() { Ok(()) } else { Err(in_words(&unfit)) }
    }
}

/// Compiles versions and keeps them; a version is immutable, so an entry never goes stale.
#[derive(Default)]
pub struct Compiler {
    known: RwLock<HashMap<u64, Arc<Compiled>>>,
    asked: AtomicUsize,
}

impl Compiler {
    /// The compiled version, as far as it goes ([`Compiled::may_run`]); the error lists what is broken in the file, one line
    /// each.
    pub fn compile(&self, version: &FlowVersion) -> Result<Arc<Compiled>, String> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let hash = version.fingerprint();
        if let Some(compiled) = self.known.read().expect("nobody panics while holding it").get(&hash) {
            return Ok(compiled.clone());
        }
        let compiled = Arc::new(compile(version)?);
        self.known.write().expect("as above").insert(hash, compiled.clone());
        Ok(compiled)
    }

    /// How often a version was asked for: what an event costs must not grow with the number of flows.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn compile(version: &FlowVersion) -> Result<Compiled, String> {
    let set: Vec<(String, String)> =
        version.parameters.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
    let (definition, mut problems) = Definition::draft(&version.xml, &set).map_err(|problems| in_words(&problems))?;
    let parameters: BTreeMap<String, Value> = definition.parameters().iter().cloned().collect();
    let duration = |name: &str, otherwise: i64| match definition.attribute(name) {
        Some(text) => duration_of(text)
            .ok_or_else(|| format!("{name} {text:?} of {} is not a duration such as PT48H", definition.process_id())),
        None => Ok(otherwise),
    };
    let (max_age, latest) = (duration("maxAge", super::MAX_AGE)?, duration("latest", super::LATEST)?);
    let mut templates = HashMap::new();
    for (name, source) in &version.templates {
        let template = Template::parse(name, source).map_err(|e| format!("template {name}: {e}"))?;
        templates.insert(name.clone(), Arc::new(template));
    }
    let exit = definition.attribute("exit").map(Exit::read).transpose()?;
    let goal = definition.attribute("goal").map(GoalOf::read).transpose()?;
    let decisions = Decisions::compile(version)?;
    problems.extend(decisions::check(&definition, &decisions));
    let (starts, wrong) = starts::compile(&definition);
    problems.extend(wrong);
    problems.extend(jobs::check(&definition));
    problems.extend(names::check(&definition));
    problems.extend(fields::check(&definition));
    let idle = starts.iter().find_map(|start| match start.kind {
        StartKind::CartIdle(idle) => Some(idle),
        _ => None,
    });
    Ok(Compiled { starts, idle, max_age, latest, exit, goal, parameters, templates, decisions, problems, definition })
}

/// Problems as lines a person can act on.
pub fn in_words(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Hours, whole or not, in microseconds.
pub(super) fn hours_of(value: &Value) -> Option<i64> {
    let micros = value.as_number()?.checked_mul(HOUR.into())?.trunc();
    i64::try_from(micros).ok().filter(|micros| *micros > 0)
}

/// An ISO 8601 duration of days and time in microseconds.
pub(crate) fn duration_of(text: &str) -> Option<i64> {
    let span: jiff::Span = text.parse().ok()?;
    let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
    i64::try_from(duration.as_micros()).ok().filter(|micros| *micros > 0)
}

/// Template names that the flow's tasks mention as plain texts.
pub fn template_names(definition: &Definition) -> Vec<String> {
    let mut names = definition.constant_inputs("template");
    names.sort();
    names.dedup();
    names
}
