//! Data health over HTTP.

use super::{
    alarm::{Alarm, alarms},
    drift::{Drift, Sample},
    rhythm::{HOURS, Silence, against_last_week, silence},
    sql,
};
use crate::{
    api::ApiState,
    connections::{
        Job,
        sql::{CONNECTIONS_OFF, JOBS_COMPARED},
    },
    desk::{Area, Caller, Source, list_sources, store_problem},
    door::sql as door,
};
use axum::{Json, extract::State};
use base::{DAY, HOUR, Id, Time};
use http_kit::{OpenApiRouter, Problem, Refused, routes};
use runtime::pulse::{DOUBLED, HISTORY, TAKEN};
use serde::Serialize;
use std::collections::BTreeMap;
use store::{Row, Value};

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(data_health)).routes(routes!(data_alarms))
}

/// Sources that the page shows.
const SOURCES_MAX: i64 = 200;
/// Events of the log looked at for each of the two samples.
const SAMPLE_EVENTS: i64 = 3_000;
/// How far back the older sample lies.
const WEEK: i64 = 7 * DAY;
/// Positions that a sample reaches back.
const WINDOW: i64 = 65_536;
/// Hours shown as a curve.
const CURVE: i64 = 48;

/// How well each source speaks.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct DataHealth {
    /// Sources, those with an alarm first.
    sources: Vec<SourceHealth>,
    /// Changes in the shape of events between a week ago and now, in samples of the log.
    drift: Vec<Drift>,
    /// How many sources are silent for longer than they ever were.
    alarms: usize,
}

/// Why a source is not at work, or not wholly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Off {
    /// Somebody switched it off: what comes is kept aside.
    Paused,
    /// Its shop's API is not read any more until a person has put something right.
    Stopped,
    /// The shop took our app away.
    Uninstalled,
}

impl Off {
    fn of(row: &Row) -> Off {
        match row.text("state") {
            "uninstalled" => Off::Uninstalled,
            "paused" => Off::Paused,
            _ => Off::Stopped,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct SourceHealth {
    id: i64,
    name: String,
    /// `browser`, `server`, `feed` or another short word.
    kind: String,
    /// To the second where it is among the newest events of the log, else the end of its hour; `null`: nothing in 14 days.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_event_at: Option<Time>,
    /// Seconds from when events happened until they came, on average of the last 24 hours; what was brought in as history does
    /// not count.
    lag_s: Option<i64>,
    /// Events of the last 24 hours that went in.
    events: i64,
    /// Events today up to this hour (UTC), and on the same weekday a week ago up to the same hour.
    events_today: i64,
    events_same_weekday: i64,
    /// Events of the last 24 hours that were known already: they were dropped.
    duplicates: i64,
    /// Events of the last 24 hours that were not understood.
    refused: i64,
    /// Those of them that wait in the quarantine still.
    quarantine_open: i64,
    /// Not understood of all that came, from 0 to 1.
    error_rate: f64,
    /// `null`: nothing came in 14 days.
    silence: Option<Silence>,
    /// Why it is not at work; `null`: it is, as far as is known.
    off: Option<Off>,
    /// The newest comparison with the shop that came to its end; `null`: it is no shop that is compared, or was not yet.
    comparison: Option<Job>,
    /// Events by hour, the oldest first, the hour that has begun last: 48 of them.
    curve: Vec<i64>,
}

/// How well each source speaks: when it was last heard, how much, how late, how often twice or not understood, and whether its
/// events have changed their shape.
#[utoipa::path(get, path = "/data-health", tag = "sources",
    security(("key" = ["events:read"])), responses((status = 200, body = DataHealth), Refused))]
async fn data_health(State(state): State<ApiState>, caller: Caller) -> Result<Json<DataHealth>, Problem> {
    caller.read(Area::Events)?;
    let now = state.clock.now();
    let sources =
        list_sources(&state.db, caller.workspace, 0, SOURCES_MAX).await.map_err(|error| store_problem(&error))?;
    let taken = pulse(&state, &caller, TAKEN, now).await?;
    let history = pulse(&state, &caller, HISTORY, now).await?;
    let doubled = pulse(&state, &caller, DOUBLED, now).await?;
    let since = Id::from_parts(now.plus(-DAY), [0; 10]);
    let refused = state.query(&sql::REFUSED_SINCE, &[caller.workspace.into(), since.into()]).await?;
    let compared = state.query(&JOBS_COMPARED, &[caller.workspace.into()]).await?;
    let mut compared: BTreeMap<i64, Job> = compared.iter().map(Job::of).map(|job| (job.source, job)).collect();
    let off = state.query(&CONNECTIONS_OFF, &[caller.workspace.into()]).await?;
    let off: BTreeMap<i64, Off> = off.iter().map(|row| (row.int("source"), Off::of(row))).collect();
    let (drift, last) = drift(&state, &caller, now).await?;
    let hour = now.0.div_euclid(HOUR);
    let health = |source: &Source| {
        let none = Hours::default();
        let taken = taken.get(&source.id).unwrap_or(&none);
        let history = history.get(&source.id).unwrap_or(&none);
        let doubled = doubled.get(&source.id).unwrap_or(&none);
        let refused = refused.iter().find(|row| row.int("source") == source.id);
        health_of(source, [taken, history, doubled], refused, last.get(&source.id).copied(), hour)
    };
    let mut sources: Vec<SourceHealth> = sources.iter().map(health).collect();
    let is_alarm = |source: &SourceHealth| source.silence.is_some_and(|silence| silence.is_alarm);
    for source in &mut sources {
        source.comparison = compared.remove(&source.id);
        source.off = off.get(&source.id).copied();
    }
    sources.sort_by_key(|source| (!is_alarm(source), source.id));
    let alarms = sources.iter().filter(|source| is_alarm(source)).count();
    Ok(Json(DataHealth { sources, drift, alarms }))
}

/// What somebody should look at before anybody misses it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct DataAlarms {
    alarms: Vec<Alarm>,
}

/// Sources that are silent for longer than they ever were, and shops whose API is not read any more: cheap enough to be asked often.
#[utoipa::path(get, path = "/data-health/alarms", tag = "sources",
    security(("key" = ["events:read"])), responses((status = 200, body = DataAlarms), Refused))]
async fn data_alarms(State(state): State<ApiState>, caller: Caller) -> Result<Json<DataAlarms>, Problem> {
    caller.read(Area::Events)?;
    let alarms = alarms(&state.db, caller.workspace, state.clock.now()).await.map_err(|error| store_problem(&error))?;
    Ok(Json(DataAlarms { alarms }))
}

/// Counts by hour since 1970, and the lag added up.
#[derive(Default)]
pub(super) struct Hours {
    pub counts: BTreeMap<i64, i64>,
    lag_s: BTreeMap<i64, i64>,
}

impl Hours {
    fn sum(counts: &BTreeMap<i64, i64>, hours: i64, until: i64) -> i64 {
        counts.range(until - hours + 1..=until).map(|(_, n)| n).sum()
    }
}

async fn pulse(
    state: &ApiState,
    caller: &Caller,
    metric: &'static str,
    now: Time,
) -> Result<BTreeMap<i64, Hours>, Problem> {
    let from = (now.0.div_euclid(HOUR) - HOURS).div_euclid(DAY / HOUR);
    let rows = state.query(&sql::PULSE, &[caller.workspace.into(), Value::Static(metric), from.into()]).await?;
    Ok(by_hour(&rows))
}

/// Rows of [`sql::PULSE`] by source.
pub(super) fn by_hour(rows: &[Row]) -> BTreeMap<i64, Hours> {
    let mut sources: BTreeMap<i64, Hours> = BTreeMap::new();
    for row in rows {
        let (Ok(source), Ok(hour)) = (row.text("flow").parse(), row.text("step").parse::<i64>()) else { continue };
        let hour = row.int("day") * (DAY / HOUR) + hour;
        let hours = sources.entry(source).or_default();
        hours.counts.insert(hour, row.int("n"));
        hours.lag_s.insert(hour, row.int("minor"));
    }
    sources
}

fn health_of(
    source: &Source,
    [taken, history, doubled]: [&Hours; 3],
    refused: Option<&Row>,
    last: Option<Time>,
    hour: i64,
) -> SourceHealth {
    let events = Hours::sum(&taken.counts, 24, hour);
    let live = events - Hours::sum(&history.counts, 24, hour);
    let refused_of = |column: &str| refused.map_or(0, |row| row.int(column));
    let (events_today, events_same_weekday) = against_last_week(&taken.counts, hour);
    let last_hour = taken.counts.iter().rev().find(|(_, n)| **n > 0).map(|(hour, _)| *hour);
    let all = events + refused_of("n");
    SourceHealth {
        id: source.id,
        name: source.name.clone(),
        kind: source.kind.clone(),
        last_event_at: last.or(last_hour.map(|last| Time((last + 1) * HOUR - base::SECOND))),
        lag_s: (live > 0).then(|| Hours::sum(&taken.lag_s, 24, hour) / live),
        events,
        events_today,
        events_same_weekday,
        duplicates: Hours::sum(&doubled.counts, 24, hour),
        refused: refused_of("n"),
        quarantine_open: refused_of("open"),
        error_rate: if all == 0 { 0.0 } else { refused_of("n") as f64 / all as f64 },
        silence: silence(&taken.counts, hour),
        off: None,
        comparison: None,
        curve: (hour - CURVE + 1..=hour).map(|hour| taken.counts.get(&hour).copied().unwrap_or(0)).collect(),
    }
}

/// Changes in the shape of events, and when each source was last heard among the newest of them.
async fn drift(state: &ApiState, caller: &Caller, now: Time) -> Result<(Vec<Drift>, BTreeMap<i64, Time>), Problem> {
    let head = state.handle(caller).status().appended();
    let week_ago = now.plus(-WEEK);
    let then = position_at(state, caller, head, week_ago).await?;
    let mut last: BTreeMap<i64, Time> = BTreeMap::new();
    let (mut before, mut after) = (Sample::default(), Sample::default());
    let newest = sample(state, caller, i64::MAX).await?;
    for row in &newest {
        let (source, received) = (row.int("source"), row.time("received_at"));
        last.entry(source).or_insert(received);
        // The newest events are of this week, or they say nothing about it.
        if received > week_ago {
            add(&mut after, row);
        }
    }
    sample(state, caller, then).await?.iter().for_each(|row| add(&mut before, row));
    Ok((before.changes_to(&after), last))
}

/// The position before which everything was received before a time: received times never go back in log order, so it is found by
/// halving.
async fn position_at(state: &ApiState, caller: &Caller, head: i64, at: Time) -> Result<i64, Problem> {
    let (mut low, mut high) = (0, head + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let rows = state.query(&door::EVENT_FROM, &[caller.workspace.into(), middle.into()]).await?;
        match rows.first() {
            Some(row) if row.time("received_at") < at => low = row.int("position") + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

async fn sample(state: &ApiState, caller: &Caller, before: i64) -> Result<Vec<Row>, Problem> {
    // Ritorno's own events lie between them: so many positions are looked along, at most.
    let head = state.handle(caller).status().appended() + 1;
    let from = before.min(head) - WINDOW;
    state.query(&sql::SAMPLE, &[caller.workspace.into(), before.into(), from.into(), SAMPLE_EVENTS.into()]).await
}

fn add(sample: &mut Sample, row: &Row) {
    let payload: serde_json::Value = serde_json::from_str(row.text("payload")).unwrap_or_default();
    sample.add(row.int("source"), row.text("kind"), row.text("name"), &payload);
}
