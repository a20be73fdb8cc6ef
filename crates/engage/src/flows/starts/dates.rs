//! Flows that begin by a date among the customer's properties: a birthday each year, the end of a contract once; so many days
//! before or after, at an hour of the shop's clock.
//!
//! An occurrence is a function of the property, so that a changed one moves the timer and one taken away stops it. Of
//! occurrences that are past none begins a journey that is older than the flow's `ritorno:maxAge`.

use super::{
    Beginning, CUSTOMER_DATE, Start, Starting, Starts,
    begin::{Subject, begin_journey},
    events,
};
use crate::{cell::Cell, domain::Ritorno, flows::journey::Stage};
use base::Time;
use bpmn::{Definition, Node};
use crm::customers::Facts;
use jiff::{
    ToSpan,
    civil::{self, Date, date},
    tz::TimeZone,
};
use runtime::World;
use serde_json::json;
use std::borrow::Cow;

/// A date of a customer that a start event waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateOf {
    /// The name of the customer's property.
    pub property: Box<str>,
    pub is_yearly: bool,
    /// Days from the date; below zero before it.
    pub days: i32,
    /// The hour of the shop's clock.
    pub at: civil::Time,
}

/// Days before or after.
const DAYS_MAX: i64 = 366;

impl DateOf {
    /// The error says in words what is wrong.
    pub(super) fn read(definition: &Definition, node: &Node) -> Result<DateOf, String> {
        let property = node.attribute("property").map(str::trim).filter(|name| !name.is_empty());
        let property = property
            .ok_or("a start by a date needs ritorno:property: the name of the customer's property, such as birthday")?;
        let is_yearly = match node.attribute("repeat").map(str::trim) {
            None | Some("once") => false,
            Some("yearly") => true,
            Some(other) => return Err(format!("ritorno:repeat is once or yearly, not {other:?}")),
        };
        let days = |name: &str| match node.attribute(name) {
            None => Ok(None),
            Some(text) => {
                let days = definition.value_of(text).as_number().and_then(|days| i64::try_from(days).ok());
                let days = days.filter(|days| (0..=DAYS_MAX).contains(days));
                days.map(Some)
                    .ok_or_else(|| format!("ritorno:{name} is {text:?}: whole days from 0 to {DAYS_MAX} are expected"))
            }
        };
        let days = match (days("daysBefore")?, days("daysAfter")?) {
            (Some(_), Some(_)) => {
                return Err("ritorno:daysBefore and ritorno:daysAfter: only one of them can be".to_owned());
            }
            (before, after) => after.unwrap_or(0) - before.unwrap_or(0),
        };
        let at = node.attribute("at").unwrap_or("09:00").trim();
        let at =
            at.parse().map_err(|_| format!("ritorno:at is {at:?}: an hour of the clock is expected, such as 09:00"))?;
        Ok(DateOf { property: property.into(), is_yearly, days: i32::try_from(days).unwrap_or(0), at })
    }

    /// The first occurrence after an instant; `None`: there is none, or no such date.
    pub fn after(&self, facts: &Facts, after: Time, zone: &TimeZone) -> Option<Occurrence> {
        let said = Said::of(&property(facts, &self.property)?, zone)?;
        if !self.is_yearly {
            return self.on(said.date()?, 0, zone).filter(|occurrence| occurrence.at > after);
        }
        let year = after.timestamp().to_zoned(zone.clone()).year();
        // With the days between, an occurrence may lie in the year beside that of its date.
        let mut years = (year - 1..=year + 2).filter(|year| said.year.is_none_or(|born| *year >= born));
        years.find_map(|year| {
            let on = said.in_year(year)?;
            let years = said.year.map_or(0, |born| year - born);
            self.on(on, years, zone).filter(|occurrence| occurrence.at > after)
        })
    }

    fn on(&self, on: Date, years: i16, zone: &TimeZone) -> Option<Occurrence> {
        let day = on.checked_add(self.days.days()).ok()?;
        // An hour that the clocks leave out is the moment after the gap, one that they show twice the first.
        let at = day.to_datetime(self.at).to_zoned(zone.clone()).ok()?;
        Some(Occurrence { at: Time(at.timestamp().as_microsecond()), on, years })
    }
}

/// One time that a date comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// When the journey is to begin.
    pub at: Time,
    /// The date itself.
    pub on: Date,
    /// The how-manieth anniversary; 0 where the year is not known or counts for nothing.
    pub years: i16,
}

/// A date as the property says it.
struct Said {
    year: Option<i16>,
    month: i8,
    day: i8,
}

impl Said {
    /// `1980-05-31`, a date and time (its date on the shop's clock), `--05-31` or `05-31`.
    fn of(text: &str, zone: &TimeZone) -> Option<Said> {
        let text = text.trim();
        let of_date = |date: Date| Said { year: Some(date.year()), month: date.month(), day: date.day() };
        if let Ok(date) = text.parse::<Date>().or_else(|_| text.parse::<civil::DateTime>().map(|at| at.date()))
            && !text.ends_with('Z')
        {
            return Some(of_date(date));
        }
        if let Ok(at) = Time::parse(text) {
            return Some(of_date(at.timestamp().to_zoned(zone.clone()).date()));
        }
        let (month, day) = text.strip_prefix("--").unwrap_or(text).split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        // A leap year has every day there is.
        Date::new(2024, month, day).ok()?;
        Some(Said { year: None, month, day })
    }

    fn date(&self) -> Option<Date> {
        Date::new(self.year?, self.month, self.day).ok()
    }

    /// The date in a year; 29 February is the last of the month in a common one.
    fn in_year(&self, year: i16) -> Option<Date> {
        Date::new(year, self.month, self.day)
            .ok()
            .or_else(|| (self.month == 2 && self.day == 29).then(|| date(year, 2, 28)))
    }
}

/// A property of a customer as text.
fn property<'f>(facts: &'f Facts, name: &str) -> Option<Cow<'f, str>> {
    if name == "created_at" {
        return Some(Cow::Owned(facts.created_at.to_string()));
    }
    let (_, json) = facts.profile.open.iter().find(|(known, _)| **known == *name)?;
    serde_json::from_str::<String>(json).ok().map(Cow::Owned)
}

/// Since when occurrences count: what was before the flow was switched on, before the customer was known, or has been told.
fn since(cell: &Cell, start: &Start) -> Time {
    let told = cell.action.told(start.hash).unwrap_or(Time::MIN);
    told.max(start.since).max(cell.facts.created_at)
}

/// When the next date of a cell comes.
pub(super) fn next_due(cell: &Cell, starts: &Starts, zone: &TimeZone) -> Option<Time> {
    if starts.dates.is_empty() || cell.facts.is_crowd {
        return None;
    }
    let dues = starts.dates.iter().filter_map(|start| start.date()?.after(&cell.facts, since(cell, start), zone));
    dues.map(|occurrence| occurrence.at).min()
}

/// Starts the flows whose date has come.
pub(super) fn start_due(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>) {
    let (starts, now) = (stage.starts(), world.now());
    if starts.dates.is_empty() || stage.cell.facts.is_crowd {
        return;
    }
    let zone = stage.shared.settings.zone();
    for start in &starts.dates {
        let Some(date) = start.date() else { continue };
        let next = |after| date.after(&stage.cell.facts, after, &zone).filter(|occurrence| occurrence.at <= now);
        let Some(mut occurrence) = next(since(stage.cell, start)) else { continue };
        // Of several that were missed the last one counts.
        while let Some(later) = next(occurrence.at) {
            occurrence = later;
        }
        stage.cell.action.tell(start.hash, now);
        let age = now - occurrence.at;
        if age > start.compiled.max_age {
            continue;
        }
        let properties =
            json!({ "property": date.property, "date": occurrence.on.to_string(), "years": occurrence.years });
        let payload = feel::from_json(&json!({ "name": CUSTOMER_DATE, "properties": properties }));
        if events::accepts(stage, world, start, None, &payload) {
            let starting = Starting { code: "journey_dated", age, ..Starting::default() };
            let beginning = Beginning { start, subject: Subject::default(), payload: &payload };
            let _ = begin_journey(stage, world, &beginning, starting);
        }
    }
    let is_known = |hash: u64| {
        starts
            .dates
            .iter()
            .map(|start| start.hash)
            .chain(starts.browses.iter().map(|(start, _)| start.hash))
            .any(|known| known == hash)
    };
    stage.cell.action.told.retain(|told| is_known(told.start));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).expect("an instant")
    }

    #[track_caller]
    fn check(of: (&str, bool, i32, &str), said: &str, after: &str, expected: Option<(&str, &str, i16)>) {
        let (property, is_yearly, days, clock) = of;
        let date =
            DateOf { property: property.into(), is_yearly, days, at: clock.parse().expect("an hour of the clock") };
        let mut facts = Facts::default();
        facts.profile.open.push(("birthday".into(), json!(said).to_string().into()));
        let zone = TimeZone::get("Europe/Rome").expect("a zone");
        let found = date.after(&facts, at(after), &zone);
        let found = found.map(|found| (found.at.to_string(), found.on.to_string(), found.years));
        let expected = expected.map(|(due, on, years)| (at(due).to_string(), on.to_owned(), years));
        assert_eq!(found, expected, "{of:?} {said} after {after}");
    }

    const YEARLY: (&str, bool, i32, &str) = ("birthday", true, 0, "09:00");
    const ONCE: (&str, bool, i32, &str) = ("birthday", false, 0, "09:00");

    #[test]
    fn a_birthday_comes_each_year_at_the_shops_hour() {
        check(YEARLY, "1980-12-05", "2026-11-21T08:00:00Z", Some(("2026-12-05T08:00:00Z", "2026-12-05", 46)));
        check(YEARLY, "1980-12-05", "2026-12-05T08:00:00Z", Some(("2027-12-05T08:00:00Z", "2027-12-05", 47)));
        check(YEARLY, "1980-07-05", "2026-01-01T08:00:00Z", Some(("2026-07-05T07:00:00Z", "2026-07-05", 46)));
        check(YEARLY, "--07-05", "2026-01-01T08:00:00Z", Some(("2026-07-05T07:00:00Z", "2026-07-05", 0)));
        check(YEARLY, "07-05", "2026-01-01T08:00:00Z", Some(("2026-07-05T07:00:00Z", "2026-07-05", 0)));
        check(YEARLY, "1980-12-05T23:30:00Z", "2026-11-21T08:00:00Z", Some(("2026-12-06T08:00:00Z", "2026-12-06", 46)));
        check(YEARLY, "2030-12-05", "2026-11-21T08:00:00Z", None);
    }

    #[test]
    fn days_before_and_after_count_from_the_date() {
        check(
            ("birthday", true, -7, "09:00"),
            "1980-01-03",
            "2026-12-01T00:00:00Z",
            Some(("2026-12-27T08:00:00Z", "2027-01-03", 47)),
        );
        check(
            ("birthday", true, 3, "18:30"),
            "1980-12-30",
            "2026-12-31T00:00:00Z",
            Some(("2027-01-02T17:30:00Z", "2026-12-30", 46)),
        );
        check(
            ("birthday", false, -30, "09:00"),
            "2027-03-31",
            "2026-12-01T00:00:00Z",
            Some(("2027-03-01T08:00:00Z", "2027-03-31", 0)),
        );
    }

    #[test]
    fn the_29th_of_february_is_the_28th_in_a_common_year() {
        check(YEARLY, "1984-02-29", "2026-11-21T08:00:00Z", Some(("2027-02-28T08:00:00Z", "2027-02-28", 43)));
        check(YEARLY, "1984-02-29", "2027-11-21T08:00:00Z", Some(("2028-02-29T08:00:00Z", "2028-02-29", 44)));
        check(YEARLY, "--02-29", "2027-11-21T08:00:00Z", Some(("2028-02-29T08:00:00Z", "2028-02-29", 0)));
        check(ONCE, "2027-02-29", "2026-11-21T08:00:00Z", None);
    }

    #[test]
    fn the_clocks_of_the_shop_decide_also_where_they_jump() {
        // On 28 March 2027 the clocks of Rome go from 2 to 3, on 31 October from 3 back to 2.
        let at_night = ("birthday", true, 0, "02:30");
        check(at_night, "1980-03-28", "2026-11-21T08:00:00Z", Some(("2027-03-28T01:30:00Z", "2027-03-28", 47)));
        check(at_night, "1980-10-31", "2026-11-21T08:00:00Z", Some(("2027-10-31T00:30:00Z", "2027-10-31", 47)));
    }

    #[test]
    fn one_date_comes_once_and_what_is_none_never() {
        check(ONCE, "2026-12-05", "2026-11-21T08:00:00Z", Some(("2026-12-05T08:00:00Z", "2026-12-05", 0)));
        check(ONCE, "2026-12-05", "2026-12-05T08:00:00Z", None);
        check(ONCE, "soon", "2026-11-21T08:00:00Z", None);
        check(ONCE, "05-31", "2026-11-21T08:00:00Z", None);
        check(YEARLY, "02-30", "2026-11-21T08:00:00Z", None);
        check(("renewal", false, 0, "09:00"), "2026-12-05", "2026-11-21T08:00:00Z", None);
    }
}
