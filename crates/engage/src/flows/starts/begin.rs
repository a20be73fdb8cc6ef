//! The one place where a journey begins that nobody called: everything that may be in the way, the evidence for re-entry, the
//! goal, and the first steps.

use super::{NotStarted, Start};
use crate::{
    cell::{Goal, Journey},
    domain::Ritorno,
    flows::{
        JOURNEYS_MAX, count,
        errands::{self, Errands},
        exit,
        journey::{self, Stage, begin_alone},
    },
    ledger::{About, decide},
};
use base::{Id, Time, stable_hash, stable_hash_seeded};
use feel::Value;
use runtime::World;
use serde_json::json;

/// What a journey is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    pub cart: Option<Id>,
    /// The shop's id of the order.
    pub order: Option<&'a str>,
}

impl Subject<'_> {
    /// What stands for the order in a list of ids.
    pub(super) fn order_id(&self) -> Option<Id> {
        let order = self.order?.as_bytes();
        let halves = [stable_hash(order), stable_hash_seeded(3, order)].map(u64::to_be_bytes);
        Id::from_slice(&halves.concat())
    }
}

/// A journey that is to begin.
pub struct Beginning<'a> {
    pub start: &'a Start,
    pub subject: Subject<'a>,
    /// The event, as the start event's filter and outputs see it.
    pub payload: &'a Value,
}

/// How it begins.
pub struct Starting {
    /// The word of the ledger.
    pub code: &'static str,
    /// How long ago it was that it came up, in microseconds.
    pub age: i64,
    /// Since when the cart had been idle for long enough.
    pub idle_at: Option<Time>,
    /// Where it follows from the cause.
    pub id: Option<Id>,
    pub variables: Vec<(String, Value)>,
    /// Re-entry is not asked.
    pub is_anyway: bool,
}

impl Default for Starting {
    fn default() -> Starting {
        Starting { code: "journey_triggered", age: 0, idle_at: None, id: None, variables: Vec::new(), is_anyway: false }
    }
}

/// Begins a journey with everything that it causes in others, or says why not; what a person should know of that stands in the
/// ledger then.
pub fn begin_journey(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    beginning: &Beginning<'_>,
    starting: Starting,
) -> Result<Id, NotStarted> {
    let mut errands = Errands::default();
    let begun = begin_with(stage, world, beginning, starting, &mut errands);
    errands::run(stage, world, errands);
    begun
}

/// As [`begin_journey`], without what it causes in others.
pub(in crate::flows) fn begin_with(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    beginning: &Beginning<'_>,
    starting: Starting,
    errands: &mut Errands,
) -> Result<Id, NotStarted> {
    let Beginning { start, subject, payload } = beginning;
    let now = world.now();
    if let Some(reason) = in_the_way(stage, world, beginning, &starting) {
        if reason.is_told() {
            let about =
                About { customer: stage.customer, cart: subject.cart, journey: None, flow: start.flow.to_string() };
            let detail = match (reason, starting.idle_at) {
                (NotStarted::TooOld, Some(at)) => json!({ "reason": "too_old", "idle_at": at }),
                (NotStarted::TooManyJourneys, _) => json!({ "reason": reason.as_str(), "limit": JOURNEYS_MAX }),
                _ => json!({ "reason": reason.as_str() }),
            };
            decide(world, &about, "not_started", detail);
        }
        return Err(reason);
    }
    let about = match start.reentry() {
        super::Reentry::OncePerOrder => subject.order_id().or(subject.cart),
        _ => subject.cart.or_else(|| subject.order_id()),
    };
    let due = starting.idle_at.unwrap_or(now);
    stage.cell.action.begin(&start.flow, about.unwrap_or(Id::ZERO), due, now);
    stage.cell.trim();
    let id = starting.id.unwrap_or_else(|| world.new_id());
    count(stage, world, "journeys_started", &start.flow, "", "", 1, 0);
    if let Some(goal) = &start.compiled.goal {
        count(stage, world, "goals_set", &start.flow, "", "", 1, 0);
        stage.cell.action.goals.push(Goal {
            journey: id,
            flow: start.flow.clone(),
            version: start.version,
            cart: subject.cart,
            started_at: now,
            until: now + goal.within,
            event: stable_hash(goal.event.as_bytes()),
        });
    }
    let seed = stable_hash(&[stage.customer.0.as_slice(), start.flow.as_bytes()].concat());
    let run = Journey {
        id,
        flow: start.flow.clone(),
        version: start.version,
        cart: subject.cart,
        started_at: now,
        state: bpmn::State::with_variables(seed, starting.variables),
        caller: None,
    };
    let first = journey::Start { trigger: start.event().node, payload, code: starting.code, idle_at: starting.idle_at };
    begin_alone(stage, world, run, &start.compiled, first, errands);
    Ok(id)
}

fn in_the_way(
    stage: &Stage<'_>,
    world: &World<'_, Ritorno>,
    beginning: &Beginning<'_>,
    starting: &Starting,
) -> Option<NotStarted> {
    let Beginning { start, subject, .. } = beginning;
    if stage.cell.facts.is_crowd {
        return Some(NotStarted::NotAPerson);
    }
    if !starting.is_anyway
        && let Some(refusal) = start.reentry().refuses(&stage.cell.action, &start.flow, subject, world.now())
    {
        return Some(refusal);
    }
    if starting.age > start.compiled.max_age {
        return Some(if starting.idle_at.is_some() { NotStarted::TooOld } else { NotStarted::EventTooOld });
    }
    if stage.cell.action.journeys.len() >= JOURNEYS_MAX {
        return Some(NotStarted::TooManyJourneys);
    }
    let state = bpmn::State::default();
    exit::is_open(stage, world, &start.compiled, &state, subject.cart).then_some(NotStarted::ExitRule)
}
