//! Again and again: ISO 8601 repetitions and cron.

use super::{Cron, after, instant_of};
use base::{DAY, Time};
use feel::{
    Value,
    temporal::{IsoDuration, parse_iso_duration},
};
use jiff::tz::TimeZone;

/// More occurrences than these are not counted one by one when many were missed.
const STEPS_MAX: u32 = 100_000;

/// A timer that repeats.
#[derive(Debug, Clone, PartialEq)]
pub enum Cycle {
    Every {
        /// 0: for ever.
        times: u32,
        /// Of the first occurrence; `None`: one period from now.
        start: Option<Time>,
        period: IsoDuration,
    },
    Cron(Box<Cron>),
}

impl Cycle {
    /// `R3/PT1H`, `R/PT1H`, `R/2026-12-01T09:00:00Z/P1D`, or cron. A start without a zone lies in `zone`.
    pub fn parse(text: &str, zone: &TimeZone) -> Option<Cycle> {
        let Some(rest) = text.strip_prefix('R') else {
            return Cron::parse(text).map(|cron| Cycle::Cron(Box::new(cron)));
        };
        let mut parts = rest.split('/');
        let times = match parts.next()? {
            "" => 0,
            // R-1 is how some write "for ever".
            "-1" => 0,
            // Never at all is no timer.
            digits => digits.parse().ok().filter(|times| *times > 0)?,
        };
        let (first, second, rest) = (parts.next()?, parts.next(), parts.next());
        let (start, period) = match second {
            Some(period) => (Some(instant_of(&Value::from(first), zone)?), period),
            None => (None, first),
        };
        let period = parse_iso_duration(period)?;
        (rest.is_none() && is_forward(period)).then_some(Cycle::Every { times, start, period })
    }

    /// For ever, one period apart.
    pub fn every(period: IsoDuration) -> Option<Cycle> {
        is_forward(period).then_some(Cycle::Every { times: 0, start: None, period })
    }

    pub(super) fn first(&self, now: Time, local_days: bool, zone: &TimeZone) -> Option<(Time, Option<u32>)> {
        match self {
            Cycle::Every { times, start: None, period } => Some((after(now, *period, local_days, zone)?, Some(*times))),
            // Of a start that is past, what was missed counts as gone.
            Cycle::Every { times, start: Some(start), period } => {
                let (mut due, mut left) = (*start, *times);
                if due < now {
                    (due, left) = advance(due, left, *period, now, local_days, zone)?;
                }
                Some((due, Some(left)))
            }
            Cycle::Cron(cron) => Some((cron.after(now, zone)?, Some(0))),
        }
    }

    /// The next occurrence after now, of a timer that was due, and how many are left with it.
    pub(super) fn next(
        &self,
        due: Time,
        left: u32,
        now: Time,
        local_days: bool,
        zone: &TimeZone,
    ) -> Option<(Time, u32)> {
        match self {
            Cycle::Every { period, .. } => advance(due, left, *period, now, local_days, zone),
            Cycle::Cron(cron) => Some((cron.after(now, zone)?, 0)),
        }
    }
}

fn is_forward(period: IsoDuration) -> bool {
    period.months >= 0 && period.micros >= 0 && (period.months > 0 || period.micros > 0)
}

/// From one occurrence to the first one after now. `left`: occurrences with the one that was due; 0 for ever.
fn advance(
    due: Time,
    left: u32,
    period: IsoDuration,
    now: Time,
    local_days: bool,
    zone: &TimeZone,
) -> Option<(Time, u32)> {
    let is_fixed = period.months == 0 && (!local_days || period.micros < DAY);
    let (next, passed) = if is_fixed {
        let passed = (now.0.saturating_sub(due.0)).max(0) / period.micros + 1;
        (Time(due.0.checked_add(passed.checked_mul(period.micros)?)?), u32::try_from(passed).unwrap_or(u32::MAX))
    } else {
        let (mut at, mut passed) = (due, 0);
        // On the calendar the steps are not equal, and are walked one by one.
        while passed < STEPS_MAX && (passed == 0 || at <= now) {
            (at, passed) = (after(at, period, local_days, zone)?, passed + 1);
        }
        (at, passed)
    };
    match left {
        0 => Some((next, 0)),
        _ => left.checked_sub(passed).filter(|left| *left > 0).map(|left| (next, left)),
    }
}
