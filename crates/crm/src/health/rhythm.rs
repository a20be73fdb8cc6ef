//! How regularly a source speaks, and whether it has fallen silent. Pure.

use serde::Serialize;
use std::collections::BTreeMap;

/// Hours that are looked back at.
pub(super) const HOURS: i64 = 14 * 24;
/// A source that spoke in fewer hours than this has no rhythm yet.
const HOURS_SPOKEN_MIN: usize = 24;
/// Nobody is told of a silence shorter than this.
const SILENCE_MIN: i64 = 2;

/// A silence, in whole hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Silence {
    /// Whole hours since the last event.
    pub hours: i64,
    /// The longest silence of the last 14 days before this one; `null`: the source has spoken too little to have a rhythm.
    pub usual_hours: Option<i64>,
    /// It is silent for longer than half as much again as it ever was: somebody should look.
    pub is_alarm: bool,
}

/// `counts` are events by hour (since 1970), `now` is the hour that has begun.
pub(super) fn silence(counts: &BTreeMap<i64, i64>, now: i64) -> Option<Silence> {
    let last = *counts.iter().rev().find(|(_, n)| **n > 0)?.0;
    let hours = (now - last - 1).max(0);
    let spoken: Vec<i64> = counts.iter().filter(|(_, n)| **n > 0).map(|(hour, _)| *hour).collect();
    let usual = spoken.windows(2).map(|pair| pair[1] - pair[0] - 1).max().unwrap_or(0);
    let usual_hours = (spoken.len() >= HOURS_SPOKEN_MIN).then_some(usual);
    // Half as much again as ever: 3 hours where it never paused, 12 where it sleeps for 8 at night.
    let is_alarm = usual_hours.is_some_and(|usual| hours >= SILENCE_MIN.max(usual + (usual + 1) / 2) && hours > usual);
    Some(Silence { hours, usual_hours, is_alarm })
}

/// Events of today up to this hour, and those of the same weekday a week ago up to the same hour.
pub(super) fn against_last_week(counts: &BTreeMap<i64, i64>, now: i64) -> (i64, i64) {
    let day = now - now.rem_euclid(24);
    let sum = |from: i64, until: i64| counts.range(from..=until).map(|(_, n)| n).sum();
    (sum(day, now), sum(day - 7 * 24, now - 7 * 24))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_told_where_it_is_unusual() {
        let check = |spoken: &[i64], now: i64, expected: Option<(i64, Option<i64>, bool)>| {
            let counts = spoken.iter().map(|hour| (*hour, 3)).collect();
            let found = silence(&counts, now).map(|s| (s.hours, s.usual_hours, s.is_alarm));
            assert_eq!(found, expected, "{} hours, now {now}", spoken.len());
        };
        let always: Vec<i64> = (0..100).collect();
        check(&[], 100, None);
        check(&always, 100, Some((0, Some(0), false)));
        check(&always, 101, Some((1, Some(0), false)));
        check(&always, 102, Some((2, Some(0), true)));
        // Sleeps for eight hours a night.
        let days: Vec<i64> = (0..96).filter(|hour| hour % 24 >= 8).collect();
        check(&days, 96 + 8, Some((8, Some(8), false)));
        check(&days, 96 + 11, Some((11, Some(8), false)));
        check(&days, 96 + 12, Some((12, Some(8), true)));
        check(&[1, 5], 90, Some((84, None, false)));
    }

    #[test]
    fn today_is_compared_with_the_same_hours_a_week_ago() {
        let counts: BTreeMap<i64, i64> = (0..24 * 9).map(|hour| (hour, if hour < 24 * 7 { 2 } else { 1 })).collect();
        assert_eq!(against_last_week(&counts, 24 * 7 + 9), (10, 20));
        assert_eq!(against_last_week(&BTreeMap::new(), 24 * 7 + 9), (0, 0));
    }
}
