//! Functions that make and take apart dates, times and durations.

use super::{Args, Builtin};
use crate::{
    TimeOfDay, Value,
    arithmetic::date_of,
    eval::Run,
    temporal::{parse_at, parse_date, parse_date_time, parse_duration, parse_time, zoned},
};
use jiff::{
    civil::{self, Date},
    tz::{Offset, TimeZone},
};

pub(super) const TABLE: &[Builtin] = &[
    // The literal `@"…"`; no name in a text can call it.
    Builtin { name: "@", signatures: &[&["text"]], run: |a, run| parse_at(a.text(0)?, run.env.zone) },
    Builtin { name: "now", signatures: &[&[]], run: |_, run| Some(Value::date_time(run.env.now, clock_zone(run))) },
    Builtin {
        name: "today",
        signatures: &[&[]],
        run: |_, run| {
            let now = run.env.now.timestamp().to_zoned(clock_zone(run).clone());
            Some(Value::Date(now.date()))
        },
    },
    Builtin { name: "date", signatures: &[&["from"], &["year", "month", "day"]], run: |a, _| date(a).map(Value::Date) },
    Builtin {
        name: "time",
        signatures: &[&["from"], &["hour", "minute", "second", "?offset"]],
        run: |a, _| time(a).map(Value::Time),
    },
    Builtin {
        name: "date and time",
        signatures: &[&["from"], &["date", "time"], &["date", "timezone"]],
        run: |a, run| date_and_time(a, run),
    },
    Builtin {
        name: "duration",
        signatures: &[&["from"]],
        run: |a, _| match a.get(0) {
            given @ (Value::DayTime(_) | Value::YearMonth(_)) => Some(given.clone()),
            _ => parse_duration(a.text(0)?),
        },
    },
    Builtin {
        name: "years and months duration",
        signatures: &[&["from", "to"]],
        run: |a, _| Some(Value::YearMonth(whole_months(date_of(a.get(0))?, date_of(a.get(1))?))),
    },
    Builtin {
        name: "day of week",
        signatures: &[&["date"]],
        run: |a, _| Some(weekday_name(date_of(a.get(0))?).into()),
    },
    Builtin {
        name: "day of year",
        signatures: &[&["date"]],
        run: |a, _| Some(i64::from(date_of(a.get(0))?.day_of_year()).into()),
    },
    Builtin {
        name: "week of year",
        signatures: &[&["date"]],
        run: |a, _| Some(i64::from(date_of(a.get(0))?.iso_week_date().week()).into()),
    },
    Builtin {
        name: "month of year",
        signatures: &[&["date"]],
        run: |a, _| Some(month_name(date_of(a.get(0))?).into()),
    },
];

/// Where `now()` is shown: a clock without a zone shows UTC.
fn clock_zone<'a>(run: &'a Run) -> &'a TimeZone {
    const UTC: &TimeZone = &TimeZone::UTC;
    if run.env.zone.is_unknown() { UTC } else { run.env.zone }
}

fn date(a: &Args) -> Option<Date> {
    if a.0.len() == 1 {
        return date_of(a.get(0)).or_else(|| parse_date(a.text(0)?));
    }
    let (year, month, day) = (a.whole(0)?, a.whole(1)?, a.whole(2)?);
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn time(a: &Args) -> Option<TimeOfDay> {
    if a.0.len() == 1 {
        return match a.get(0) {
            Value::Time(time) => Some(time.clone()),
            Value::DateTime(at) => Some(TimeOfDay {
                time: at.time(),
                zone: Some(at.time_zone().clone()).filter(|zone| !zone.is_unknown()),
            }),
            Value::Date(_) => Some(TimeOfDay { time: civil::Time::midnight(), zone: Some(TimeZone::UTC) }),
            _ => parse_time(a.text(0)?),
        };
    }
    let second = a.number(2)?;
    let nanosecond = second.fract().checked_mul(1_000_000_000.into())?.trunc();
    let time = civil::Time::new(
        a.whole(0)?.try_into().ok()?,
        a.whole(1)?.try_into().ok()?,
        second.trunc().try_into().ok()?,
        nanosecond.try_into().ok()?,
    )
    .ok()?;
    let zone = match a.get(3) {
        Value::Null => None,
        Value::DayTime(micros) => {
            let seconds = i32::try_from(micros / base::SECOND).ok()?;
            Some(TimeZone::fixed(Offset::from_seconds(seconds).ok()?))
        }
        _ => return None,
    };
    Some(TimeOfDay { time, zone })
}

fn date_and_time(a: &Args, run: &Run) -> Option<Value> {
    // A second argument that is null is no date alone.
    if a.0.len() > 1 && !a.has(1) {
        return None;
    }
    let zone = run.env.zone;
    let at = match (a.get(0), a.get(1)) {
        (Value::DateTime(at), Value::Null) => at.clone(),
        (Value::Date(date), Value::Null) => zoned(date.at(0, 0, 0, 0), &TimeZone::UTC)?,
        (from, Value::Time(time)) => {
            let zone = time.zone.as_ref().unwrap_or(zone);
            zoned(date_of(from)?.to_datetime(time.time), zone)?
        }
        // The same instant, shown elsewhere.
        (Value::DateTime(at), Value::String(name)) => at.with_time_zone(TimeZone::get(name).ok()?),
        (Value::String(text), Value::Null) => match parse_date(text) {
            Some(date) => zoned(date.at(0, 0, 0, 0), zone)?,
            None => parse_date_time(text, zone)?,
        },
        _ => return None,
    };
    Some(Value::DateTime(at))
}

/// Whole months from one date to another, below zero where the second is earlier.
fn whole_months(from: Date, to: Date) -> i32 {
    let months = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
    let mut between = months(to) - months(from);
    if between > 0 && to.day() < from.day() {
        between -= 1;
    } else if between < 0 && to.day() > from.day() {
        between += 1;
    }
    between
}

fn weekday_name(date: Date) -> &'static str {
    const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    NAMES[date.weekday().to_monday_zero_offset() as usize]
}

fn month_name(date: Date) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    NAMES[date.month() as usize - 1]
}
