//! SQL of the quarantine. Its table is the runtime's (`refused`), which also puts in what its fold refuses.

use store::Sql;

/// Newest first; a long body only by its beginning.
pub static QUARANTINE: Sql = Sql::one(
    "SELECT id, received_at, source, kind, name, reason, substr(body, 1, 4000) AS body, state
     FROM refused
     WHERE partition = $1 AND id < $2 AND (CAST($3 AS TEXT) = '' OR state = CAST($3 AS TEXT))
     ORDER BY id DESC
     LIMIT $4",
);
pub static QUARANTINED: Sql = Sql::one(
    "SELECT id, received_at, source, kind, name, reason, body, state
     FROM refused
     WHERE partition = $1 AND id = $2",
);
pub static QUARANTINE_CLOSE: Sql =
    Sql::one("UPDATE refused SET state = $3 WHERE partition = $1 AND id = $2 AND state = 'open'");
/// The first event of the log at or after a position.
pub static EVENT_FROM: Sql = Sql::one(
    "SELECT position, received_at FROM event WHERE partition = $1 AND position >= $2 ORDER BY position LIMIT 1",
);
pub static EVENT_LAST: Sql =
    Sql::one("SELECT position, received_at FROM event WHERE partition = $1 ORDER BY position DESC LIMIT 1");
/// The events received at one instant, from the first position of that instant on.
pub static EVENTS_AT: Sql = Sql::one(
    "SELECT kind, name, message_id
     FROM event
     WHERE partition = $1 AND position >= $2 AND received_at = $3
     ORDER BY position
     LIMIT 10000",
);
