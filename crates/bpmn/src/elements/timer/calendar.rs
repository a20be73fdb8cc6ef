//! Moving on the calendar of a zone.

use base::{DAY, Time};
use feel::temporal::IsoDuration;
use jiff::{Span, ToSpan, Zoned, civil, tz::TimeZone};

pub(super) fn zoned(at: civil::DateTime, zone: &TimeZone) -> Option<Zoned> {
    zone.to_ambiguous_zoned(at).compatible().ok()
}

/// Rounded up, so that nothing fires early.
pub(super) fn time_of(at: &Zoned) -> Time {
    let nanoseconds = at.timestamp().as_nanosecond();
    let micros = nanoseconds.div_euclid(1_000) + i128::from(nanoseconds.rem_euclid(1_000) != 0);
    Time(i64::try_from(micros).unwrap_or(i64::MAX))
}

/// Months (and days, where they are days of the calendar) move on the calendar of the zone, the rest by exactly so much.
pub(super) fn after(now: Time, duration: IsoDuration, local_days: bool, zone: &TimeZone) -> Option<Time> {
    let days = if local_days { duration.micros / DAY } else { 0 };
    if duration.months == 0 && days == 0 {
        return now.0.checked_add(duration.micros).map(Time);
    }
    let calendar = Span::new().try_months(duration.months).ok()?.try_days(days).ok()?;
    let at = now.timestamp().to_zoned(zone.clone()).checked_add(calendar).ok()?;
    time_of(&at).0.checked_add(duration.micros - days * DAY).map(Time)
}

/// The first instant from `due` on at which the clocks show the time.
pub(super) fn next_at(due: Time, clock: civil::Time, zone: &TimeZone) -> Option<Time> {
    let date = due.timestamp().to_zoned(zone.clone()).date();
    let same_day = time_of(&zoned(date.to_datetime(clock), zone)?);
    if same_day >= due {
        return Some(same_day);
    }
    let tomorrow = date.checked_add(1.day()).ok()?;
    zoned(tomorrow.to_datetime(clock), zone).as_ref().map(time_of)
}
