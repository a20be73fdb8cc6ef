//! The days that a report is about, in the workspace's own zone.

use base::{DAY, SECOND, Time};
use crm::desk::Settings;
use http_kit::Problem;
use jiff::{ToSpan, civil::Date};
use minicbor::Decode;
use serde::Deserialize;

/// Days where nothing is said, today the last of them.
const DAYS: i64 = 30;

/// `?from=2026-11-01&to=2026-11-30`.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AskedPeriod {
    /// The first day, in the workspace's zone; 30 days up to `to` where nothing is said.
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// The last day, counted in full; today where nothing is said.
    #[param(example = "2026-11-30")]
    to: Option<String>,
}

/// Whole days, both ends counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

/// The front of the workspace's own state: its settings. What comes after them is action's.
#[derive(Default, Decode)]
struct Head {
    #[n(0)]
    settings: Settings,
}

/// The settings in a workspace's encoded state.
pub fn settings_of(shared: &[u8]) -> Settings {
    runtime::applier::decode::<Head>(shared).settings
}

impl AskedPeriod {
    /// The days meant, on this day.
    pub fn days(&self, settings: &Settings, now: Time) -> Result<Period, Problem> {
        let today = now.timestamp().to_zoned(settings.zone()).date();
        let to = self.to.as_deref().map(|text| read("to", text)).transpose()?.unwrap_or(today);
        let from = match self.from.as_deref() {
            Some(text) => read("from", text)?,
            None => to.checked_sub((DAYS - 1).days()).unwrap_or(to),
        };
        if from > to {
            return Err(wrong(format!("from {from} is after to {to}")));
        }
        Ok(Period { from, to })
    }
}

fn read(name: &str, text: &str) -> Result<Date, Problem> {
    let date = text.parse::<Date>().ok().filter(|date| (1970..=9000).contains(&date.year()));
    date.ok_or_else(|| {
        wrong(format!("{name} {:?} is not a day such as 2026-11-30", text.chars().take(40).collect::<String>()))
    })
}

fn wrong(detail: String) -> Problem {
    Problem::bad_request("reports.wrong_period", detail)
}

impl Period {
    /// As many days right before these.
    pub fn previous(&self) -> Period {
        let days = i64::from(self.to.since(self.from).map_or(0, |span| span.get_days())) + 1;
        let back = |date: Date| date.checked_sub(days.days()).unwrap_or(Date::MIN);
        Period { from: back(self.from), to: back(self.to) }
    }

    /// First and last day as roll-ups count them: days since 1970.
    pub fn numbers(&self) -> (i64, i64) {
        (number(self.from), number(self.to))
    }

    /// From the first instant of the first day up to, but not with, the first instant after the last.
    pub fn instants(&self, settings: &Settings) -> (Time, Time) {
        let start = |date: Date| {
            let start = date.to_zoned(settings.zone()).map(|zoned| zoned.timestamp().as_microsecond());
            Time(start.unwrap_or(number(date) * DAY))
        };
        (start(self.from), start(self.to.tomorrow().unwrap_or(self.to)))
    }
}

fn number(date: Date) -> i64 {
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_second());
    midnight.div_euclid(DAY / SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: Option<&str>, to: Option<&str>, expected: Result<(&str, &str), ()>) {
        let asked = AskedPeriod { from: from.map(Into::into), to: to.map(Into::into) };
        // Half past midnight in Rome, still the day before in UTC.
        let now = Time::parse("2026-11-20T23:30:00Z").unwrap();
        let found = asked.days(&Settings::default(), now).map(|p| (p.from.to_string(), p.to.to_string()));
        assert_eq!(found.map_err(|_| ()), expected.map(|(from, to)| (from.to_owned(), to.to_owned())));
    }

    #[test]
    fn a_period_is_days_of_the_workspaces_zone() {
        check(None, None, Ok(("2026-10-23", "2026-11-21")));
        check(Some("2026-01-01"), Some("2026-01-01"), Ok(("2026-01-01", "2026-01-01")));
        check(Some("2026-02-02"), Some("2026-01-01"), Err(()));
        check(Some("yesterday"), None, Err(()));
        check(Some("0001-01-01"), None, Err(()));
    }

    #[test]
    fn the_previous_period_is_as_long_and_ends_the_day_before() {
        let period = Period { from: "2026-03-01".parse().unwrap(), to: "2026-03-31".parse().unwrap() };
        let previous = period.previous();
        assert_eq!((previous.from.to_string(), previous.to.to_string()), ("2026-01-29".into(), "2026-02-28".into()));
    }

    #[test]
    fn a_day_with_a_clock_change_begins_and_ends_at_midnight() {
        let settings = Settings::default();
        let day: Date = "2026-03-29".parse().unwrap();
        let (from, to) = Period { from: day, to: day }.instants(&settings);
        assert_eq!((from.to_string(), to.to_string()), ("2026-03-28T23:00:00Z".into(), "2026-03-29T22:00:00Z".into()));
        assert_eq!(settings.day(from), number(day));
        assert_eq!(settings.day(to), number(day) + 1);
    }
}
