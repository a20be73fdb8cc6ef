//! How each source speaks: what was taken in and what came twice, by the hour, in the commit of the events themselves. It knows no
//! shop's word; who reads it makes a page of it.

use crate::Origin;
use base::{DAY, HOUR, SECOND, Time};
use store::{Rows, Value};

/// Events taken in; `minor` is how many seconds after they happened, added up, of those that are no history.
pub const TAKEN: &str = "source.taken";
/// Those of them that were brought in as history: how long ago they happened is no delay.
pub const HISTORY: &str = "source.history";
/// Events that were known already.
pub const DOUBLED: &str = "source.doubled";

/// Counts of one batch.
#[derive(Default)]
pub(crate) struct Pulse {
    /// By what, source and hour since 1970. A batch has few sources and an hour or two: looking along them is the fastest way.
    counts: Vec<((&'static str, i64, i64), (i64, i64))>,
}

impl Pulse {
    /// An event that was taken in.
    pub fn take(&mut self, origin: Origin, source: i64, received: Time, occurred: Time) {
        if origin == Origin::History {
            self.add(TAKEN, source, received, received);
            self.add(HISTORY, source, received, received);
        } else {
            self.add(TAKEN, source, received, occurred);
        }
    }

    /// An event of a source; those of Ritorno itself (0) are not counted.
    pub fn add(&mut self, metric: &'static str, source: i64, received: Time, occurred: Time) {
        if source == 0 {
            return;
        }
        let key = (metric, source, received.0.div_euclid(HOUR));
        let lag_s = ((received - occurred) / SECOND).max(0);
        match self.counts.iter_mut().find(|(known, _)| *known == key) {
            Some((_, (n, lag))) => (*n, *lag) = (*n + 1, lag.saturating_add(lag_s)),
            None => self.counts.push((key, (1, lag_s))),
        }
    }

    /// Rows of the roll-ups, in the order of their keys: the day since 1970 in UTC, the source, the hour of the day in two digits.
    pub fn rows(mut self, partition: i64) -> Rows {
        self.counts.sort_unstable();
        let mut rows = Rows::with_capacity(8, self.counts.len());
        for ((metric, source, hour), (n, lag)) in self.counts {
            let (day, hour) = (hour.div_euclid(DAY / HOUR), hour.rem_euclid(DAY / HOUR));
            rows.push([
                partition.into(),
                Value::Static(metric),
                day.into(),
                Value::Text(source.to_string()),
                Value::Text(format!("{hour:02}")),
                Value::Static(""),
                n.into(),
                lag.into(),
            ]);
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_is_no_delay() {
        let (noon, year) = (Time(12 * HOUR), 365 * DAY);
        let mut pulse = Pulse::default();
        pulse.take(Origin::Outside, 7, noon, noon.plus(-3 * SECOND));
        pulse.take(Origin::History, 7, noon, noon.plus(-year));
        pulse.take(Origin::Ours, 0, noon, noon);
        pulse.counts.sort_unstable();
        assert_eq!(pulse.counts, [((HISTORY, 7, 12), (1, 0)), ((TAKEN, 7, 12), (2, 3))]);
    }
}
