//! The demonstration's SQL.

use store::Sql;

/// Notices to agents that nobody has read, older than `$2`.
pub static NOTICES_UNREAD: Sql =
    Sql::one("SELECT id FROM notice WHERE partition = $1 AND at < $2 AND read_at IS NULL ORDER BY at, id LIMIT 500");
