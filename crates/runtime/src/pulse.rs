//! How each source speaks: what was taken in and what came twice, by the hour, in the commit of the events themselves. It knows no
//! shop's word; who reads it makes a page of it.

use base::{DAY, HOUR, SECOND, Time};
use store::{Rows, Value};

/// Events taken in; `minor` is how many seconds after they happened, added up.
pub const TAKEN: &str = "source.taken";
/// Events that were known already.
pub const DOUBLED: &str = "source.doubled";

/// Counts of one batch.
#[derive(Default)]
pub(crate) struct Pulse {
    /// By what, source and hour since 1970. A batch has few sources and an hour or two: looking along them is the fastest way.
    counts: Vec<((&'static str, i64, i64), (i64, i64))>,
}

impl Pulse {
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
