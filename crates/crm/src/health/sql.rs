//! SQL of data health: reads the roll-ups of the runtime, the quarantine, and samples of the log.

use store::Sql;

/// Hourly counts of one metric of all sources since a day.
pub static PULSE: Sql = Sql::one(
    "SELECT flow, day, step, n, minor
     FROM rollup
     WHERE partition = $1 AND metric = $2 AND day >= $3
     ORDER BY flow, day, step",
);
/// What of each source went to quarantine since a time (ids carry theirs), and how much of it waits still.
pub static REFUSED_SINCE: Sql = Sql::one(
    "SELECT source, count(*) AS n, count(*) FILTER (WHERE state = 'open') AS open
     FROM refused
     WHERE partition = $1 AND id >= $2
     GROUP BY source
     ORDER BY source",
);
/// Events from outside before a position, newest first: a sample of the log.
pub static SAMPLE: Sql = Sql::one(
    "SELECT position, received_at, source, kind, name, payload
     FROM event
     WHERE partition = $1 AND position < $2 AND position >= $3 AND source <> 0
     ORDER BY position DESC
     LIMIT $4",
);
