//! The workspace's own times in the fold: when a start event by the clock is due, and the customers it goes through, slice by
//! slice. Where a slice ends stands in the same commit as the journeys that it began: a process that dies goes on from there,
//! and a slice that is sent twice does nothing the second time.

use super::{
    Beginning, Start, StartKind, Starting,
    begin::{Subject, begin_journey},
    events,
};
use crate::{
    cell::{Cell, SCHEDULE_CELL, Schedule, StartRun, StartTime},
    domain::Ritorno,
    flows::journey::Stage,
    ledger::{About, decide},
    shared::{Shared, Workspace},
};
use base::{Id, IdMaker, Time, stable_hash};
use feel::{Env, Value};
use runtime::{Need, World};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// The next customers that an occurrence is to go through.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Slice {
    pub flow: String,
    /// The start event's id.
    pub at: String,
    pub due: Time,
    /// Where the slice before ended: if another one has been there meanwhile, this one does nothing.
    pub after: Id,
    /// In the order of their ids; none: there are no more.
    pub cells: Vec<Id>,
}

/// What a slice answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sliced {
    /// Where to go on; `None`: the occurrence is over.
    pub after: Option<Id>,
}

impl Slice {
    /// The cells that its fold looks up.
    pub(crate) fn touches(&self, cells: &mut Vec<Id>) {
        cells.push(SCHEDULE_CELL);
        cells.extend(&self.cells);
    }
}

/// Times follow the flows that are switched on: called after each change of one.
pub(crate) fn settle_schedules(domain: &Ritorno, world: &mut World<'_, Ritorno>) -> Result<(), Need> {
    let shared = world.shared().clone();
    let starts = shared.starts(&domain.compiler);
    let mut cell = world.take(SCHEDULE_CELL)?;
    let before = cell.schedule.clone();
    let mut schedule = cell.schedule.take().map(|schedule| *schedule).unwrap_or_default();
    let is_on = |time: &StartTime| starts.schedule(&time.flow, &time.at).is_some_and(|on| on.version == time.version);
    schedule.times.retain(is_on);
    for start in &starts.schedules {
        if schedule.times.iter().any(|time| time.flow == start.flow && *time.at == *start.id()) {
            continue;
        }
        let first =
            with_env(&shared, world.now(), |env| start.compiled.definition.first_start(start.event().node, env));
        // A date that is past when the flow is switched on is past.
        if let Some((due, left)) = first.filter(|(due, _)| *due > world.now() || !is_single(start)) {
            let (flow, at) = (start.flow.clone(), start.id().into());
            schedule.times.push(StartTime { flow, version: start.version, at, due, left });
        }
    }
    schedule.runs.retain(|run| shared.flow(&run.flow).is_some_and(|flow| flow.enabled.is_some()));
    cell.schedule = (schedule != Schedule::default()).then(|| Box::new(schedule));
    if cell.schedule != before {
        world.put(SCHEDULE_CELL, cell);
    }
    Ok(())
}

/// Whether it fires once, at a date.
fn is_single(start: &Start) -> bool {
    let node = start.compiled.definition.node(start.event().node);
    matches!(node.catch(), Some(bpmn::Catch::Timer(timer)) if matches!(timer.when, bpmn::When::Date(_)))
}

fn with_env<T>(shared: &Workspace, now: Time, ask: impl Fn(&Env<'_>) -> T) -> T {
    let nothing: BTreeMap<String, Value> = BTreeMap::new();
    let zone = shared.settings.zone();
    ask(&Env { scope: &nothing, now, zone: &zone })
}

/// When the cell of the times wants to be looked at.
pub(in crate::flows) fn next_due(schedule: &Schedule) -> Option<Time> {
    schedule.times.iter().map(|time| time.due).min()
}

/// Times that are due: each begins to go through the customers.
pub(crate) fn fold_timer(domain: &Ritorno, world: &mut World<'_, Ritorno>) -> Result<(), Need> {
    let (shared, now) = (world.shared().clone(), world.now());
    let starts = shared.starts(&domain.compiler);
    let mut cell = world.take(SCHEDULE_CELL)?;
    let Some(mut schedule) = cell.schedule.take() else { return Ok(()) };
    let (due, later): (Vec<_>, Vec<_>) = schedule.times.into_iter().partition(|time| time.due <= now);
    schedule.times = later;
    for time in due {
        let Some(start) = starts.schedule(&time.flow, &time.at) else { continue };
        begin_run(world, &mut schedule.runs, start, &time);
        let next = with_env(&shared, now, |env| {
            start.compiled.definition.next_start(start.event().node, time.due, time.left, env)
        });
        schedule.times.extend(next.map(|(due, left)| StartTime { due, left, ..time }));
    }
    cell.schedule = Some(schedule);
    world.put(SCHEDULE_CELL, cell);
    Ok(())
}

fn begin_run(world: &mut World<'_, Ritorno>, runs: &mut Vec<StartRun>, start: &Start, time: &StartTime) {
    let now = world.now();
    let about = About { flow: time.flow.to_string(), ..About::default() };
    let is_under_way = runs.iter().any(|run| run.flow == time.flow && run.at == time.at);
    let reason = match (now - time.due > start.compiled.max_age, is_under_way) {
        (true, _) => Some("event_too_old"),
        (false, true) => Some("schedule_under_way"),
        (false, false) => None,
    };
    if let Some(reason) = reason {
        return decide(world, &about, "not_started", json!({ "reason": reason, "due_at": time.due }));
    }
    decide(world, &about, "schedule_began", json!({ "at": time.at, "due_at": time.due }));
    runs.push(StartRun {
        flow: time.flow.clone(),
        version: time.version,
        at: time.at.clone(),
        due: time.due,
        began_at: now,
        after: Id::ZERO,
        asked: 0,
        begun: 0,
    });
}

/// Begins the flow for the customers of a slice that its filter takes.
pub(crate) fn fold_slice(domain: &Ritorno, world: &mut World<'_, Ritorno>, slice: &Slice) -> Result<(), Need> {
    let shared = world.shared().clone();
    let mut times = world.take(SCHEDULE_CELL)?;
    let of = |run: &&mut StartRun| *run.flow == *slice.flow && *run.at == *slice.at && run.due == slice.due;
    let Some(schedule) = &mut times.schedule else { return over(world) };
    let Some(run) = schedule.runs.iter_mut().find(of) else { return over(world) };
    if run.after != slice.after {
        world.reply(json!(Sliced { after: Some(run.after) }));
        return Ok(());
    }
    if let Some(last) = slice.cells.iter().max() {
        let start = start_of(domain, &shared, run);
        for id in &slice.cells {
            run.asked += 1;
            if let Some(start) = &start {
                run.begun += u64::from(begin_for(domain, world, &shared, start, run, *id)?);
            }
        }
        run.after = *last;
        world.reply(json!(Sliced { after: Some(*last) }));
    } else {
        let about = About { flow: run.flow.to_string(), ..About::default() };
        let detail = json!({ "at": run.at, "due_at": run.due, "asked": run.asked, "begun": run.begun });
        decide(world, &about, "schedule_done", detail);
        schedule.runs.retain_mut(|run| !of(&run));
        over(world)?;
    }
    world.put(SCHEDULE_CELL, times);
    Ok(())
}

fn over(world: &mut World<'_, Ritorno>) -> Result<(), Need> {
    world.reply(json!(Sliced { after: None }));
    Ok(())
}

/// The start event in the version with which the occurrence began: others may be switched on meanwhile.
fn start_of(domain: &Ritorno, shared: &Workspace, run: &StartRun) -> Option<Start> {
    let flow = shared.flow(&run.flow)?;
    let compiled = domain.compiler.compile(flow.version(run.version)?).ok()?;
    let is_it = |start: &super::StartEvent| {
        matches!(start.kind, StartKind::Schedule) && compiled.definition.node(start.node).id == *run.at
    };
    let nth = compiled.starts.iter().position(is_it)?;
    Some(Start::new(flow, run.version, compiled, nth))
}

/// Whether a journey began. Who was not known when the occurrence began is not asked, nor who was joined to another since.
fn begin_for(
    domain: &Ritorno,
    world: &mut World<'_, Ritorno>,
    shared: &Shared,
    start: &Start,
    run: &StartRun,
    id: Id,
) -> Result<bool, Need> {
    let mut cell: Box<Cell> = world.take(id)?;
    let facts = &cell.facts;
    if id == SCHEDULE_CELL || facts.merged_into.is_some() || facts.keys.is_empty() || facts.created_at > run.began_at {
        return Ok(false);
    }
    let payload = feel::from_json(&json!({ "name": "Schedule", "properties": { "due_at": run.due } }));
    let mut stage = Stage { domain, customer: id, cell: &mut cell, shared };
    if !events::accepts(&stage, world, start, None, &payload) {
        return Ok(false);
    }
    let cause = [start.flow.as_bytes(), &run.due.0.to_be_bytes(), &id.0].concat();
    let starting = Starting {
        code: "journey_scheduled",
        id: Some(IdMaker::new(world.now(), stable_hash(&cause), 0).next_id()),
        ..Starting::default()
    };
    let beginning = Beginning { start, subject: Subject::default(), payload: &payload };
    let is_begun = begin_journey(&mut stage, world, &beginning, starting).is_ok();
    if is_begun {
        world.stamp(id);
    }
    world.put(id, cell);
    Ok(is_begun)
}
