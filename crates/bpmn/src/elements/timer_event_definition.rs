//! Waiting for a time: a duration from now, or a date. Never early; a time that is past fires at once.

use crate::{
    BPMN, Kind, Waiting,
    compile::Source,
    definition::Text,
    step::run::{Arrival, Run},
    xml::Element,
};
use base::{DAY, Time};
use feel::{
    Expression, Value,
    temporal::{IsoDuration, parse_date, parse_date_time, parse_iso_duration},
};
use jiff::{Span, ToSpan, Zoned, civil, tz::TimeZone};

/// When a timer fires.
#[derive(Debug, Clone)]
pub struct Timer {
    pub when: When,
    /// `ritorno:calendar="local"`: days are days of the calendar, not 24 hours each.
    pub local_days: bool,
    /// `ritorno:at="09:00"`: then go on to the next time the clocks of the zone show this.
    pub at: Option<civil::Time>,
}

/// The two kinds of timer.
#[derive(Debug, Clone)]
pub enum When {
    /// ISO 8601 text, or a formula that gives a duration or such a text.
    Duration(Text),
    /// ISO 8601 text, or a formula that gives a date and time, a date (its midnight) or such a text. Without a zone it lies
    /// in that of the environment.
    Date(Text),
}

impl Timer {
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let (When::Duration(text) | When::Date(text)) = &self.when;
        let formula = match text {
            Text::Formula(formula) => Some(formula),
            Text::Constant(_) => None,
        };
        formula.into_iter()
    }

    /// The instant at which it fires if it opens now, or why there is none.
    pub(crate) fn due(&self, run: &Run) -> Result<Time, String> {
        let (now, zone) = (run.env.now, run.env.zone);
        let (text, due) = match &self.when {
            When::Duration(text) => {
                let duration = duration_of(&run.text(text));
                (text, duration.and_then(|duration| after(now, duration, self.local_days, zone)))
            }
            When::Date(text) => (text, instant_of(&run.text(text), zone)),
        };
        let due = due.and_then(|due| match self.at {
            Some(clock) => next_at(due, clock, zone),
            None => Some(due),
        });
        due.ok_or_else(|| match text {
            Text::Constant(value) => format!("the timer {} has no time", feel::to_text(value)),
            Text::Formula(formula) => {
                let value = feel::to_text(&run.text(text));
                format!("the timer {} gives {value}, which is no time to wait for", formula.source())
            }
        })
    }
}

pub(super) fn compile(source: &mut Source, definition: &Element) -> Kind {
    let given: Vec<&Element> = definition.children().filter(|child| child.local().starts_with("time")).collect();
    let [given] = given.as_slice() else {
        source.problem("the timer needs one of timeDuration and timeDate");
        return Kind::PassThrough;
    };
    let text = source.text(&given.text(), "the timer");
    // A formula that is not understood is null here, and was said already.
    let written = match &text {
        Text::Constant(value @ Value::String(_)) => Some(value),
        _ => None,
    };
    let when = if given.is(BPMN, "timeDuration") {
        if written.is_some_and(|value| duration_of(value).is_none()) {
            source.problem(format!(
                "{:?} is not an ISO 8601 duration such as PT24H or P2D; a formula starts with =",
                given.text()
            ));
        }
        When::Duration(text)
    } else if given.is(BPMN, "timeDate") {
        if written.is_some_and(|value| instant_of(value, &TimeZone::UTC).is_none()) {
            source.problem(format!(
                "{:?} is not an ISO 8601 date and time such as 2026-11-27T09:00:00+01:00; a formula starts with =",
                given.text()
            ));
        }
        When::Date(text)
    } else {
        source.problem("a repeating timer is not executed here: use timeDuration or timeDate");
        return Kind::PassThrough;
    };
    Kind::TimerCatch(Timer { when, local_days: local_days(source), at: clock(source) })
}

fn local_days(source: &mut Source) -> bool {
    match source.ritorno("calendar") {
        None | Some("fixed") => false,
        Some("local") => true,
        Some(other) => {
            source.problem(format!("ritorno:calendar is local or fixed, not {other:?}"));
            false
        }
    }
}

fn clock(source: &mut Source) -> Option<civil::Time> {
    let text = source.ritorno("at")?;
    match feel::temporal::parse_time(text) {
        Some(time) if time.zone.is_none() => Some(time.time),
        _ => {
            source.problem(format!("ritorno:at is a time such as 09:00, not {text:?}"));
            None
        }
    }
}

pub(super) fn enter(run: &mut Run, arrival: Arrival, timer: &Timer) {
    match timer.due(run) {
        Ok(due) if due <= run.env.now => run.complete(arrival.node, None),
        Ok(due) => {
            run.park(arrival, None, Waiting::Timer { due });
        }
        Err(reason) => run.incident(arrival, reason),
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

fn zoned(at: civil::DateTime, zone: &TimeZone) -> Option<Zoned> {
    zone.to_ambiguous_zoned(at).compatible().ok()
}

/// Rounded up, so that nothing fires early.
fn time_of(at: &Zoned) -> Time {
    let nanoseconds = at.timestamp().as_nanosecond();
    let micros = nanoseconds.div_euclid(1_000) + i128::from(nanoseconds.rem_euclid(1_000) != 0);
    Time(i64::try_from(micros).unwrap_or(i64::MAX))
}

/// Months (and days, where they are days of the calendar) move on the calendar of the zone, the rest by exactly so much.
fn after(now: Time, duration: IsoDuration, local_days: bool, zone: &TimeZone) -> Option<Time> {
    let days = if local_days { duration.micros / DAY } else { 0 };
    if duration.months == 0 && days == 0 {
        return now.0.checked_add(duration.micros).map(Time);
    }
    let calendar = Span::new().try_months(duration.months).ok()?.try_days(days).ok()?;
    let at = now.timestamp().to_zoned(zone.clone()).checked_add(calendar).ok()?;
    time_of(&at).0.checked_add(duration.micros - days * DAY).map(Time)
}

/// The first instant from `due` on at which the clocks show the time.
fn next_at(due: Time, clock: civil::Time, zone: &TimeZone) -> Option<Time> {
    let date = due.timestamp().to_zoned(zone.clone()).date();
    let same_day = time_of(&zoned(date.to_datetime(clock), zone)?);
    if same_day >= due {
        return Some(same_day);
    }
    let tomorrow = date.checked_add(1.day()).ok()?;
    zoned(tomorrow.to_datetime(clock), zone).as_ref().map(time_of)
}
