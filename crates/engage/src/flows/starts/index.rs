//! The start events of the flows that are switched on, by what begins them. Made once after each change of a flow: an event that
//! nobody listens to costs one look-up, however many flows there are.

use super::{Reentry, StartEvent, StartKind, Touched, dates::DateOf};
use crate::{
    flows::{Compiled, Compiler},
    shared::Flow,
};
use base::{Time, stable_hash};
use std::{collections::HashMap, sync::Arc};

/// A start event of a flow that is switched on.
#[derive(Clone)]
pub struct Start {
    pub flow: Box<str>,
    pub version: u32,
    pub compiled: Arc<Compiled>,
    /// Which of [`Compiled::starts`] it is.
    nth: usize,
    /// Since when the flow is switched on.
    pub since: Time,
    /// Names it in [`crate::cell::Told`].
    pub hash: u64,
}

impl Start {
    /// One of the start events of a version.
    pub(super) fn new(flow: &Flow, version: u32, compiled: Arc<Compiled>, nth: usize) -> Start {
        let id = &compiled.definition.node(compiled.starts[nth].node).id;
        let hash = stable_hash(format!("{}\0{id}", flow.id).as_bytes());
        Start { flow: flow.id.clone(), version, nth, since: flow.enabled_at, hash, compiled }
    }

    pub fn event(&self) -> &StartEvent {
        &self.compiled.starts[self.nth]
    }

    pub fn reentry(&self) -> Reentry {
        self.event().reentry
    }

    /// The id of the start event.
    pub fn id(&self) -> &str {
        &self.compiled.definition.node(self.event().node).id
    }

    /// The date that it waits for.
    pub(super) fn date(&self) -> Option<&DateOf> {
        match &self.event().kind {
            StartKind::Date(date) => Some(date),
            _ => None,
        }
    }
}

/// The index.
#[derive(Default)]
pub struct Starts {
    by_event: HashMap<Box<str>, Vec<Start>>,
    by_signal: HashMap<Box<str>, Vec<Start>>,
    /// By a cart that stands idle: microseconds, and whether the checkout matters.
    pub(super) carts: Vec<(Start, i64, bool)>,
    /// By a customer who only looked: microseconds.
    pub(super) browses: Vec<(Start, i64)>,
    pub(super) dates: Vec<Start>,
    pub(super) conditions: Vec<Start>,
    pub(super) schedules: Vec<Start>,
    /// What any of the conditions reads.
    pub(super) conditions_read: Touched,
}

impl Starts {
    /// Of the flows that are switched on; one that does not compile begins nothing.
    pub fn of(flows: &[Flow], compiler: &Compiler) -> Starts {
        let mut starts = Starts::default();
        for flow in flows {
            let Some(version) = flow.enabled.and_then(|number| flow.version(number)) else { continue };
            let Ok(compiled) = compiler.compile(version) else { continue };
            for (nth, event) in compiled.starts.iter().enumerate() {
                starts.add(Start::new(flow, version.number, compiled.clone(), nth), &event.kind);
            }
        }
        starts
    }

    fn add(&mut self, start: Start, kind: &StartKind) {
        match kind {
            StartKind::Event(name) => self.by_event.entry(name.clone()).or_default().push(start),
            StartKind::Signal(name) => self.by_signal.entry(name.clone()).or_default().push(start),
            StartKind::CartIdle(idle) => self.carts.push((start, *idle, false)),
            StartKind::CheckoutLeft(idle) => self.carts.push((start, *idle, true)),
            StartKind::BrowseLeft(idle) => self.browses.push((start, *idle)),
            StartKind::Date(_) => self.dates.push(start),
            StartKind::Schedule => self.schedules.push(start),
            StartKind::Condition(condition) => {
                self.conditions_read = self.conditions_read.and(Touched::read_by(condition));
                self.conditions.push(start);
            }
            StartKind::Asked => {}
        }
    }

    /// The start events that take an event of this name.
    pub fn by_event(&self, name: &str) -> &[Start] {
        self.by_event.get(name).map_or(&[], Vec::as_slice)
    }

    /// The start events that take a signal of this name.
    pub fn by_signal(&self, name: &str) -> &[Start] {
        self.by_signal.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether some flow begins when something of a customer is due.
    pub fn have_dues(&self) -> bool {
        !(self.carts.is_empty() && self.browses.is_empty() && self.dates.is_empty())
    }

    /// Whether some flow begins by the clock.
    pub fn has_schedules(&self) -> bool {
        !self.schedules.is_empty()
    }

    /// The start event of a flow that begins by the clock, by its id.
    pub fn schedule(&self, flow: &str, id: &str) -> Option<&Start> {
        self.schedules.iter().find(|start| *start.flow == *flow && start.id() == id)
    }
}
