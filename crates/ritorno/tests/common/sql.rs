//! What every test of a whole server reads from the tables.

use store::Sql;

pub static HEAD: Sql = Sql::one("SELECT max(position) AS position FROM event WHERE partition = $1");
pub static OUTBOX: Sql = Sql::one("SELECT count(*) AS n FROM effect WHERE partition = $1 AND run_at <= $2");
pub static SENDING: Sql = Sql::one("SELECT count(*) AS n FROM message WHERE partition = $1 AND state = 'sending'");
pub static REFUSED: Sql = Sql::one("SELECT kind, name, reason FROM refused WHERE partition = $1");
pub static DECISIONS: Sql =
    Sql::one("SELECT customer, flow, code, data FROM decision WHERE partition = $1 ORDER BY position, n");
