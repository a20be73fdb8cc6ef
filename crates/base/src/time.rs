//! Time: integer microseconds UTC, and the clock as a parameter.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    ops::{Add, Sub},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

pub const MILLISECOND: i64 = 1_000;
pub const SECOND: i64 = 1_000_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// An instant: microseconds since 1970-01-01T00:00:00Z. Shown and read as RFC 3339 UTC with `Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Time(#[n(0)] pub i64);

impl Time {
    pub const MIN: Time = Time(i64::MIN);
    pub const MAX: Time = Time(i64::MAX);

    /// The minute the instant lies in, counted from 1970.
    pub fn minute(self) -> i64 {
        self.0.div_euclid(MINUTE)
    }

    /// Adds microseconds, staying at the ends of the range instead of wrapping.
    pub fn plus(self, micros: i64) -> Time {
        Time(self.0.saturating_add(micros))
    }

    pub fn timestamp(self) -> jiff::Timestamp {
        // One second inside the library's range (years -9999 to 9999), whose ends carry nanoseconds.
        let (first, last) = (jiff::Timestamp::MIN.as_second() + 1, jiff::Timestamp::MAX.as_second() - 1);
        let micros = self.0.clamp(first * SECOND, last * SECOND);
        jiff::Timestamp::from_microsecond(micros).expect("clamped to what a timestamp holds")
    }

    /// Reads RFC 3339 (`2026-11-21T18:05:27.021Z`, `…+01:00`), a space instead of `T`, or a bare date (midnight UTC). The last
    /// hours of the year 9999 lie beyond what the library holds and are read as its last instant, two days earlier at most.
    pub fn parse(text: &str) -> Result<Time, TimeError> {
        let text = text.trim();
        if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
            return Ok(Time(timestamp.as_microsecond()));
        }
        // Without an offset we read UTC: what a server that forgets it nearly always means.
        if let Ok(local) = text.parse::<jiff::civil::DateTime>()
            && let Ok(zoned) = local.to_zoned(jiff::tz::TimeZone::UTC)
        {
            return Ok(Time(zoned.timestamp().as_microsecond()));
        }
        if let Ok(pieces) = jiff::fmt::temporal::Pieces::parse(text)
            && pieces.date().year() == 9999
        {
            return Ok(Time(jiff::Timestamp::MAX.as_microsecond()));
        }
        Err(TimeError(text.chars().take(40).collect()))
    }
}

/// The text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time (RFC 3339, such as 2026-11-21T18:05:27Z)")]
pub struct TimeError(String);

impl Add<i64> for Time {
    type Output = Time;
    fn add(self, micros: i64) -> Time {
        self.plus(micros)
    }
}

impl Sub<Time> for Time {
    type Output = i64;
    /// The microseconds between two instants.
    fn sub(self, other: Time) -> i64 {
        self.0.saturating_sub(other.0)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.timestamp(), f)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Time::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Where the time comes from. Production code never asks the system directly.
pub trait Clock: Send + Sync {
    fn now(&self) -> Time;
}

pub type SharedClock = Arc<dyn Clock>;

#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    fn now(&self) -> Time {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Time(since.map_or(0, |d| d.as_micros() as i64))
    }
}

/// A clock that stands where it is put: for tests and for the simulator.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn new(at: Time) -> ManualClock {
        ManualClock(AtomicI64::new(at.0))
    }

    /// Moves to `at`; never back.
    pub fn set(&self, at: Time) {
        self.0.fetch_max(at.0, Ordering::SeqCst);
    }

    pub fn advance(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Time {
        Time(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_the_forms_that_clients_send() {
        let check = |text: &str, micros: i64| assert_eq!(Time::parse(text).map(|t| t.0), Ok(micros), "{text}");
        check("1970-01-01T00:00:01Z", 1_000_000);
        check("1970-01-01T01:00:01+01:00", 1_000_000);
        check("1970-01-01T00:00:01.5Z", 1_500_000);
        check("1970-01-01 00:00:01", 1_000_000);
        check("1970-01-02", DAY);
        check("0001-01-01T00:00:00Z", -62_135_596_800_000_000);
        check("9999-12-30T21:59:59Z", 253_402_207_199_000_000);
        for last in ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999+00:00", "9999-12-31", "9999-12-31 23:59:59"] {
            check(last, jiff::Timestamp::MAX.as_microsecond());
        }
        assert!(Time::parse("9999-12-32T00:00:00Z").is_err() && Time::parse("10000-01-01").is_err());
        assert!(Time::parse("yesterday").is_err());
        assert!(Time::parse("").is_err());
    }

    #[test]
    fn far_away_times_print_without_panic() {
        assert!(Time::MAX.to_string().ends_with('Z'));
        assert!(!Time::MIN.to_string().is_empty());
        assert_eq!(Time(0).to_string(), "1970-01-01T00:00:00Z");
    }
}
