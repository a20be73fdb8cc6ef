//! Cron with six fields: second, minute, hour, day of the month, month, day of the week.

use super::calendar::{time_of, zoned};
use base::Time;
use jiff::{ToSpan, civil, tz::TimeZone};

/// Days that are looked through for the next occurrence: four years and a day find each 29 February.
const DAYS_MAX: usize = 366 * 8 + 2;

/// The times of one cron text. Sets are bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Cron {
    seconds: u64,
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    /// Sunday is bit 0.
    weekdays: u64,
    /// Neither of the two days is a star: one of them is enough, as in every cron.
    either_day: bool,
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Cron {
    /// Reads six fields, or one of `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly`. `None` where a field is
    /// not understood (lists, ranges, steps, names of months and days are).
    pub fn parse(text: &str) -> Option<Cron> {
        let text = match text {
            "@hourly" => "0 0 * * * *",
            "@daily" | "@midnight" => "0 0 0 * * *",
            "@weekly" => "0 0 0 * * SUN",
            "@monthly" => "0 0 0 1 * *",
            "@yearly" | "@annually" => "0 0 0 1 1 *",
            other => other,
        };
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [second, minute, hour, day, month, weekday] = fields.as_slice() else { return None };
        let weekdays = field(weekday, 0, 7, &WEEKDAYS, 0)?;
        Some(Cron {
            seconds: field(second, 0, 59, &[], 0)?,
            minutes: field(minute, 0, 59, &[], 0)?,
            hours: field(hour, 0, 23, &[], 0)?,
            days: field(day, 1, 31, &[], 0)?,
            months: field(month, 1, 12, &MONTHS, 1)?,
            // 7 is Sunday too.
            weekdays: (weekdays | weekdays >> 7) & 0x7f,
            either_day: !is_any(day) && !is_any(weekday),
        })
    }

    /// The first occurrence after an instant, by the clocks of the zone. A time that the clocks leave out is the moment after
    /// the gap; one that they show twice occurs at the first.
    pub(super) fn after(&self, now: Time, zone: &TimeZone) -> Option<Time> {
        let mut date = now.timestamp().to_zoned(zone.clone()).date();
        for _ in 0..DAYS_MAX {
            if self.has_day(date)
                && let Some(found) = self.on(date, now, zone)
            {
                return Some(found);
            }
            date = date.checked_add(1.day()).ok()?;
        }
        None
    }

    fn has_day(&self, date: civil::Date) -> bool {
        let month = self.months & (1 << date.month()) != 0;
        let day = self.days & (1 << date.day()) != 0;
        let weekday = self.weekdays & (1 << date.weekday().to_sunday_zero_offset()) != 0;
        month && if self.either_day { day || weekday } else { day && weekday }
    }

    fn on(&self, date: civil::Date, now: Time, zone: &TimeZone) -> Option<Time> {
        for hour in bits(self.hours) {
            // The last moment of the hour tells whether any of it is still to come.
            let last = time_of(&zoned(date.at(hour, 59, 59, 0), zone)?);
            if last <= now {
                continue;
            }
            for minute in bits(self.minutes) {
                for second in bits(self.seconds) {
                    let at = time_of(&zoned(date.at(hour, minute, second, 0), zone)?);
                    if at > now {
                        return Some(at);
                    }
                }
            }
        }
        None
    }
}

fn bits(set: u64) -> impl Iterator<Item = i8> {
    (0..64i8).filter(move |bit| set & (1 << bit) != 0)
}

fn is_any(text: &str) -> bool {
    matches!(text, "*" | "?")
}

/// A list of numbers, ranges and steps; `first` is the number of the first name.
fn field(text: &str, least: u32, most: u32, names: &[&str], first: u32) -> Option<u64> {
    let number = |text: &str| {
        let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let value = named.map_or_else(|| text.parse().ok(), |index| Some(index as u32 + first))?;
        (least..=most).contains(&value).then_some(value)
    };
    let mut set = 0u64;
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<u32>().ok().filter(|step| *step > 0)?),
            None => (part, 1),
        };
        let (from, to) = if is_any(range) {
            (least, most)
        } else if let Some((from, to)) = range.split_once('-') {
            (number(from)?, number(to)?)
        } else {
            let from = number(range)?;
            (from, if part.contains('/') { most } else { from })
        };
        if from > to {
            return None;
        }
        for value in (from..=to).step_by(step as usize) {
            set |= 1 << value;
        }
    }
    (set != 0).then_some(set)
}
