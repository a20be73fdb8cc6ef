//! Waiting for a time: a duration from now, a date, or again and again. Never early; a time that is past fires at once.

mod calendar;
mod cron;
mod cycle;

pub use cron::Cron;
pub use cycle::Cycle;

use crate::{BPMN, compile::Source, definition::Text, xml::Element};
use base::Time;
use calendar::{after, next_at, time_of, zoned};
use feel::{
    Env, Expression, Value,
    temporal::{IsoDuration, parse_date, parse_date_time, parse_iso_duration},
};
use jiff::{civil, tz::TimeZone};

/// When a timer fires.
#[derive(Debug, Clone)]
pub struct Timer {
    pub when: When,
    /// `ritorno:calendar="local"`: days are days of the calendar, not 24 hours each.
    pub local_days: bool,
    /// `ritorno:at="09:00"`: then go on to the next time the clocks of the zone show this.
    pub at: Option<civil::Time>,
}

/// The three kinds of timer.
#[derive(Debug, Clone)]
pub enum When {
    /// ISO 8601 text, or a formula that gives a duration or such a text.
    Duration(Text),
    /// ISO 8601 text, or a formula that gives a date and time, a date (its midnight) or such a text. Without a zone it lies
    /// in that of the environment.
    Date(Text),
    /// `R3/PT1H`, `R/2026-12-01T09:00:00Z/P1D`, or six fields of cron such as `0 0 9 * * MON-FRI`; or a formula that gives
    /// such a text or a duration.
    Cycle(Text),
}

/// When it fires next, and how often from then on, that time included: 0 for ever, `None` once.
pub(crate) type Due = (Time, Option<u32>);

impl Timer {
    fn text(&self) -> &Text {
        let (When::Duration(text) | When::Date(text) | When::Cycle(text)) = &self.when;
        text
    }

    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.text().formula().into_iter()
    }

    /// When it fires first if it opens now, or why it does not. `value` evaluates texts.
    pub(crate) fn first(&self, env: &Env, value: &dyn Fn(&Text) -> Value) -> Result<Due, String> {
        let text = self.text();
        let given = value(text);
        let due = match &self.when {
            When::Duration(_) => {
                let duration = duration_of(&given);
                duration.and_then(|duration| after(env.now, duration, self.local_days, env.zone)).map(|due| (due, None))
            }
            When::Date(_) => instant_of(&given, env.zone).map(|due| (due, None)),
            When::Cycle(_) => {
                cycle_of(&given, env.zone).and_then(|cycle| cycle.first(env.now, self.local_days, env.zone))
            }
        };
        let due = due.and_then(|(due, left)| Some((self.moved(due, env.zone)?, left)));
        due.ok_or_else(|| match text.formula() {
            None => format!("the timer {} has no time", feel::to_text(&given)),
            Some(formula) => {
                format!("the timer {} gives {}, which is no time to wait for", formula.source(), feel::to_text(&given))
            }
        })
    }

    /// When a repeating timer that was due fires again: the next of its times after now. What was missed counts, and is
    /// not made up for. `None`: never again.
    pub(crate) fn next(&self, due: Time, left: Option<u32>, env: &Env, value: &dyn Fn(&Text) -> Value) -> Option<Due> {
        let cycle = cycle_of(&value(self.text()), env.zone)?;
        let (due, left) = cycle.next(due, left?, env.now, self.local_days, env.zone)?;
        Some((self.moved(due, env.zone)?, Some(left)))
    }

    fn moved(&self, due: Time, zone: &TimeZone) -> Option<Time> {
        match self.at {
            Some(clock) => next_at(due, clock, zone),
            None => Some(due),
        }
    }
}

pub(super) fn compile(source: &mut Source, definition: &Element) -> Result<Timer, String> {
    let given: Vec<&Element> = definition.children().filter(|child| child.local().starts_with("time")).collect();
    let [given] = given.as_slice() else {
        return Err(source.refuse("missing_time", "the timer needs one of timeDuration, timeDate and timeCycle"));
    };
    let written = given.text();
    let text = source.text(&written, "the timer");
    // A formula that is not understood is null here, and was said already.
    let constant = match &text {
        Text::Constant(value @ Value::String(_)) => Some(value.clone()),
        _ => None,
    };
    let fits = |test: fn(&Value) -> bool| constant.as_ref().is_none_or(test);
    let (when, wrong) = if given.is(BPMN, "timeDuration") {
        let is_ok = fits(|value| duration_of(value).is_some());
        (When::Duration(text), (!is_ok).then_some("an ISO 8601 duration such as PT24H or P2D"))
    } else if given.is(BPMN, "timeDate") {
        let is_ok = fits(|value| instant_of(value, &TimeZone::UTC).is_some());
        (When::Date(text), (!is_ok).then_some("an ISO 8601 date and time such as 2026-11-27T09:00:00+01:00"))
    } else {
        let is_ok = fits(|value| cycle_of(value, &TimeZone::UTC).is_some());
        (
            When::Cycle(text),
            (!is_ok).then_some("a repetition such as R3/PT1H, or six fields of cron such as 0 0 9 * * MON-FRI"),
        )
    };
    if let Some(expected) = wrong {
        let message = format!("{written:?} is not {expected}; a formula starts with =");
        return Err(source.refuse("wrong_time", message));
    }
    Ok(Timer { when, local_days: local_days(source), at: clock(source) })
}

fn local_days(source: &mut Source) -> bool {
    match source.ritorno("calendar") {
        None | Some("fixed") => false,
        Some("local") => true,
        Some(other) => {
            source.problem("wrong_attribute", format!("ritorno:calendar is local or fixed, not {other:?}"));
            false
        }
    }
}

fn clock(source: &mut Source) -> Option<civil::Time> {
    let text = source.ritorno("at")?;
    match feel::temporal::parse_time(text) {
        Some(time) if time.zone.is_none() => Some(time.time),
        _ => {
            source.problem("wrong_attribute", format!("ritorno:at is a time such as 09:00, not {text:?}"));
            None
        }
    }
}

fn duration_of(value: &Value) -> Option<IsoDuration> {
    match value {
        Value::DayTime(micros) => Some(IsoDuration { months: 0, micros: *micros }),
        Value::YearMonth(months) => Some(IsoDuration { months: *months, micros: 0 }),
        Value::String(text) => parse_iso_duration(text.trim()),
        _ => None,
    }
}

fn instant_of(value: &Value, zone: &TimeZone) -> Option<Time> {
    let midnight = |date: civil::Date| zoned(date.at(0, 0, 0, 0), zone);
    match value {
        Value::DateTime(at) => Some(time_of(at)),
        Value::Date(date) => midnight(*date).as_ref().map(time_of),
        Value::String(text) => {
            let text = text.trim();
            let at = parse_date_time(text, zone).or_else(|| midnight(parse_date(text)?))?;
            Some(time_of(&at))
        }
        _ => None,
    }
}

fn cycle_of(value: &Value, zone: &TimeZone) -> Option<Cycle> {
    match value {
        Value::String(text) => Cycle::parse(text.trim(), zone),
        other => Cycle::every(duration_of(other)?),
    }
}
