//! SQL of the quarantine. Its table is the runtime's (`refused`), which also puts in what its fold refuses.

use store::Sql;

/// Newest first.
pub static QUARANTINE: Sql = Sql::one(
    "SELECT id, received_at, source, kind, name, reason, body, state
     FROM refused
     WHERE partition = $1 AND id < $2 AND ($3 = '' OR state = $3)
     ORDER BY id DESC
     LIMIT $4",
);
pub static QUARANTINED: Sql = Sql::one(
    "SELECT id, received_at, source, kind, name, reason, body, state
     FROM refused
     WHERE partition = $1 AND id = $2",
);
/// Whoever moves it out of `open` has it.
pub static QUARANTINE_CLOSE: Sql =
    Sql::one("UPDATE refused SET state = $3 WHERE partition = $1 AND id = $2 AND state = 'open'");
pub static QUARANTINE_REOPEN: Sql = Sql::one(
    "UPDATE refused SET state = 'open', reason = $3 WHERE partition = $1 AND id = $2 AND state = 'replayed'",
);
