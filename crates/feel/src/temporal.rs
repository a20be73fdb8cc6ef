//! Dates, times and durations from their ISO 8601 texts.

use crate::{TimeOfDay, Value};
use base::{DAY, HOUR, MINUTE, SECOND};
use jiff::{
    Zoned,
    civil::{self, Date, DateTime},
    tz::{Offset, TimeZone},
};

/// A duration as written: what a person means by months cannot be said in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsoDuration {
    pub months: i32,
    /// Weeks, days (of 24 hours), hours, minutes and seconds, in microseconds.
    pub micros: i64,
}

impl TimeOfDay {
    /// Nanoseconds after midnight UTC (below zero or above a day in other zones), where the zone is known. A named zone
    /// counts with its standard offset, because a time without a date has no summer.
    pub fn utc_nanoseconds(&self) -> Option<i64> {
        let zone = self.zone.as_ref()?;
        let offset = zone.to_offset(jiff::Timestamp::UNIX_EPOCH).seconds();
        Some(nanoseconds(self.time) - i64::from(offset) * 1_000_000_000)
    }
}

/// Nanoseconds after midnight.
pub(crate) fn nanoseconds(time: civil::Time) -> i64 {
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    seconds * 1_000_000_000 + i64::from(time.subsec_nanosecond())
}

/// Is the text one that `@"…"` can stand for?
pub(crate) fn is_temporal(text: &str) -> bool {
    parse_at(text, &TimeZone::UTC).is_some()
}

/// The value of `@"text"`.
pub(crate) fn parse_at(text: &str, zone: &TimeZone) -> Option<Value> {
    parse_duration(text)
        .or_else(|| parse_date(text).map(Value::Date))
        .or_else(|| parse_time(text).map(Value::Time))
        .or_else(|| parse_date_time(text, zone).map(Value::DateTime))
}

/// `2026-11-21`, years with four digits or more.
pub fn parse_date(text: &str) -> Option<Date> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut parts = digits.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let padded = year.len() > 4 && year.starts_with('0');
    if parts.next().is_some() || year.len() < 4 || padded || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let year: i16 = number(year)?.try_into().ok()?;
    let year = if negative { -year } else { year };
    Date::new(year, number(month)?.try_into().ok()?, number(day)?.try_into().ok()?).ok()
}

/// `10:30:00`, `10:30`, `10:30:00.5Z`, `10:30:00+01:00`, `10:30:00@Europe/Rome`.
pub fn parse_time(text: &str) -> Option<TimeOfDay> {
    let (time, zone) = split_zone(text);
    let zone = match zone {
        Some(zone) => Some(parse_zone(zone)?),
        None => None,
    };
    Some(TimeOfDay { time: parse_clock(time)?, zone })
}

/// A date, `T`, and a time; where the text names no zone the one given is meant. A time that a clock change leaves out is
/// read with the offset from before the change.
pub fn parse_date_time(text: &str, zone: &TimeZone) -> Option<Zoned> {
    let (date, time) = text.split_once('T')?;
    let mut date = parse_date(date)?;
    // The midnight that ends a day.
    let time = match time.strip_prefix("24:00:00") {
        Some(zone) => {
            date = date.tomorrow().ok()?;
            parse_time(&format!("00:00:00{zone}")).filter(|time| time.time == civil::Time::midnight())?
        }
        None => parse_time(time)?,
    };
    let zone = time.zone.unwrap_or_else(|| zone.clone());
    zoned(DateTime::from_parts(date, time.time), &zone)
}

pub(crate) fn zoned(at: DateTime, zone: &TimeZone) -> Option<Zoned> {
    zone.to_ambiguous_zoned(at).compatible().ok()
}

fn split_zone(text: &str) -> (&str, Option<&str>) {
    match text.find(['Z', '+', '-', '@']) {
        Some(at) => (&text[..at], Some(&text[at..])),
        None => (text, None),
    }
}

/// `Z`, `+01:00`, `@Europe/Rome`.
pub(crate) fn parse_zone(text: &str) -> Option<TimeZone> {
    if text == "Z" {
        return Some(TimeZone::UTC);
    }
    if let Some(name) = text.strip_prefix('@') {
        return TimeZone::get(name).ok();
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let mut parts = text.get(1..)?.split(':');
    let (hours, minutes) = (parts.next()?, parts.next()?);
    let seconds = parts.next().unwrap_or("00");
    let two_digits = [hours, minutes, seconds].iter().all(|part| part.len() == 2);
    if parts.next().is_some() || !two_digits {
        return None;
    }
    let (hours, minutes, seconds) = (number(hours)?, number(minutes)?, number(seconds)?);
    if hours > 18 || minutes > 59 || seconds > 59 {
        return None;
    }
    let offset = Offset::from_seconds(sign * (hours * 3600 + minutes * 60 + seconds)).ok()?;
    Some(TimeZone::fixed(offset))
}

fn parse_clock(text: &str) -> Option<civil::Time> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut parts = whole.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next());
    let fits = hour.len() == 2 && minute.len() == 2 && second.is_none_or(|s| s.len() == 2);
    if !fits || parts.next().is_some() || (fraction.is_some() && second.is_none()) {
        return None;
    }
    let second = second.map_or(Some(0), number)?;
    let nanosecond = fraction.map_or(Some(0), |digits| fraction_of_second(digits, 9))?;
    civil::Time::new(
        number(hour)?.try_into().ok()?,
        number(minute)?.try_into().ok()?,
        second.try_into().ok()?,
        nanosecond.try_into().ok()?,
    )
    .ok()
}

/// `5` with 9 places is 500,000,000; digits beyond the places are cut.
fn fraction_of_second(digits: &str, places: usize) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let cut = &digits[..digits.len().min(places)];
    let value: i64 = cut.parse().ok()?;
    Some(value * 10i64.pow((places - cut.len()) as u32))
}

fn number(digits: &str) -> Option<i32> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// A duration of the language: years and months, or days and time, never both.
pub fn parse_duration(text: &str) -> Option<Value> {
    let duration = parse_iso_duration(text)?;
    let body = text.trim_start_matches(['-', 'P']);
    let (date_part, time_part) = body.split_once('T').map_or((body, false), |(d, _)| (d, true));
    let by_months = date_part.contains(['Y', 'M']);
    let by_time = time_part || date_part.contains(['D', 'W']);
    match (by_months, by_time) {
        (true, false) => Some(Value::YearMonth(duration.months)),
        (false, true) => Some(Value::DayTime(duration.micros)),
        _ => None,
    }
}

/// `P1Y2M`, `P1DT2H30M`, `PT0.5S`, `P2W`, `-PT1H`; both kinds of parts may stand together, as ISO 8601 allows.
pub fn parse_iso_duration(text: &str) -> Option<IsoDuration> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let rest = rest.strip_prefix('P')?;
    let (date, time) = match rest.split_once('T') {
        // "PT" alone says nothing.
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (rest, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let date = amounts(date, "YMWD")?;
    let time = amounts(time, "HMS")?;
    let months = date[0].0.checked_mul(12)?.checked_add(date[1].0)?;
    let mut micros = date[2].0.checked_mul(7 * DAY)?.checked_add(date[3].0.checked_mul(DAY)?)?;
    micros = micros.checked_add(time[0].0.checked_mul(HOUR)?)?;
    micros = micros.checked_add(time[1].0.checked_mul(MINUTE)?)?;
    micros = micros.checked_add(time[2].0.checked_mul(SECOND)?)?.checked_add(time[2].1)?;
    Some(IsoDuration { months: i32::try_from(sign * months).ok()?, micros: sign * micros })
}

/// Numbers, each followed by its unit, in the order of the units; each with its fraction in millionths, which seconds
/// alone may have.
fn amounts(text: &str, units: &str) -> Option<Vec<(i64, i64)>> {
    let mut found = vec![(0, 0); units.len()];
    let (mut rest, mut next_unit) = (text, 0);
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let place = units.find(&rest[end..=end])?;
        if place < next_unit {
            return None;
        }
        next_unit = place + 1;
        let (whole, fraction) = match rest[..end].split_once('.') {
            Some((whole, fraction)) if &rest[end..=end] == "S" => (whole, Some(fraction)),
            Some(_) => return None,
            None => (&rest[..end], None),
        };
        if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        // `0.S` has no digits after its point, which the standard allows.
        let fraction = fraction.filter(|digits| !digits.is_empty());
        let fraction = fraction.map_or(Some(0), |digits| fraction_of_second(digits, 6))?;
        found[place] = (whole.parse().ok()?, fraction);
        rest = &rest[end + 1..];
    }
    Some(found)
}
