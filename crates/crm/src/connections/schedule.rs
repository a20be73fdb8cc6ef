//! When connections are reconciled by themselves: shortly after the last time, and each night a longer way back.

use super::{
    Connections, NewJob, Purpose, find_connection,
    jobs::{compared, insert},
    sql,
};
use base::{DAY, HOUR, MINUTE, Time};
use jiff::tz::TimeZone;
use store::{StoreError, Value, Write};

/// What was compared last is compared again so far back: clocks differ, and shops list what changed a little late.
const OVERLAP: i64 = 15 * MINUTE;
/// The way back at night.
const NIGHT: i64 = 2 * DAY;
/// The hour, by the connection's zone, in which the night's reconciliation starts.
const NIGHT_HOUR: i8 = 3;

/// Starts the reconciliations that are due.
pub(super) async fn look(state: &Connections, now: Time) -> Result<(), StoreError> {
    for row in state.desk.db.query(&sql::CONNECTIONS_DUE, &[now.into()]).await? {
        let (workspace, source) = (row.int("workspace"), row.int("source"));
        let (due, night_at) = (row.time("reconcile_next_at"), row.time("night_at"));
        let is_night = is_night(now, night_at, &TimeZone::get(row.text("zone")).unwrap_or(TimeZone::UTC));
        let next = now.plus(row.int("reconcile_minutes") * MINUTE);
        let night = if is_night { now } else { night_at };
        let key = [workspace.into(), source.into(), due.into(), next.into(), night.into()];
        let mut writes = vec![Write::one(&sql::CONNECTION_SCHEDULED, key).expect(1)];
        let open = [workspace.into(), source.into(), Value::Static(Purpose::Reconcile.as_str())];
        // One that still waits looks as far back as it has to when its turn comes.
        let is_under_way = !state.desk.db.query(&sql::JOBS_OPEN, &open).await?.is_empty();
        if let (Some(connection), false) = (find_connection(state, workspace, source).await?, is_under_way) {
            let short = row.time("reconciled_at").plus(-OVERLAP);
            let since = if is_night { short.min(now.plus(-NIGHT)) } else { short };
            let asked_by = if is_night { "night" } else { "schedule" }.to_owned();
            let new = NewJob { purpose: Purpose::Reconcile, kinds: Vec::new(), since: Some(since), asked_by };
            let kinds = compared(&connection);
            if connection.has_api() && !kinds.is_empty() {
                writes.push(insert(state, &connection, &new, &kinds, now).1);
            }
        }
        match state.desk.db.write(writes).await {
            // Another process was faster.
            Ok(_) | Err(StoreError::Fenced) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn is_night(now: Time, last: Time, zone: &TimeZone) -> bool {
    now - last > 20 * HOUR && now.timestamp().to_zoned(zone.clone()).hour() == NIGHT_HOUR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_is_the_shops_and_comes_once() {
        let check = |now: &str, last: &str, zone: &str, expected: bool| {
            let (now, last) = (Time::parse(now).unwrap(), Time::parse(last).unwrap());
            assert_eq!(is_night(now, last, &TimeZone::get(zone).unwrap()), expected, "{now} {zone}");
        };
        check("2026-11-22T03:10:00Z", "2026-11-21T03:10:00Z", "UTC", true);
        check("2026-11-22T03:50:00Z", "2026-11-22T03:10:00Z", "UTC", false);
        check("2026-11-22T03:10:00Z", "2026-11-21T02:10:00Z", "Europe/Rome", false);
        check("2026-11-22T02:10:00Z", "2026-11-21T02:10:00Z", "Europe/Rome", true);
    }
}
