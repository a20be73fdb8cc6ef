//! SQL of journeys and of the Perché ledger.

use feel::sql::{Column, ColumnType};
use std::collections::BTreeMap;
use store::{Migration, Sql};

pub const MIGRATION: Migration = Migration::new(
    "engage/0001_flows",
    "
CREATE TABLE journey (partition BIGINT NOT NULL, id BLOB NOT NULL, customer BLOB NOT NULL, flow TEXT NOT NULL, version BIGINT NOT NULL,
  cart BLOB, state TEXT NOT NULL, node TEXT NOT NULL, started_at BIGINT NOT NULL, ended_at BIGINT, due_at BIGINT, reason TEXT,
  PRIMARY KEY (partition, id)) WITHOUT ROWID;
CREATE INDEX journey_flow ON journey (partition, flow, state, id);
CREATE TABLE decision (partition BIGINT NOT NULL, position BIGINT NOT NULL, n BIGINT NOT NULL, chunk BIGINT NOT NULL, customer BLOB NOT NULL,
  cart BLOB, journey BLOB, flow TEXT NOT NULL, at BIGINT NOT NULL, code TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (partition, chunk, customer, position, n)) WITHOUT ROWID;
",
);

pub const CARTS: Migration =
    Migration::new("engage/0004_journey_cart", "CREATE INDEX journey_cart ON journey (partition, cart, id);");

/// Journeys that are about no cart are not looked up by one.
pub const CARTS_ONLY: Migration = Migration::new(
    "engage/0006_journey_cart_only",
    "DROP INDEX journey_cart; CREATE INDEX journey_cart ON journey (partition, cart, id) WHERE cart IS NOT NULL;",
);

pub static JOURNEY_PUT: Sql = Sql::one(
    "INSERT INTO journey (partition, id, customer, flow, version, cart, state, node, started_at, ended_at, due_at, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (partition, id) DO UPDATE SET customer = excluded.customer, state = excluded.state, node = excluded.node,
       ended_at = excluded.ended_at, due_at = excluded.due_at, reason = excluded.reason",
);
pub static DECISION_INSERT: Sql = Sql::one(
    "INSERT INTO decision (partition, position, n, chunk, customer, cart, journey, flow, at, code, data)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
);

/// Journeys of one flow in one state before an id (ids carry the time of the start), newest first.
pub static JOURNEYS: Sql = Sql::one(
    "SELECT j.id, j.customer, j.flow, j.version, j.cart, j.state, j.node, j.started_at, j.ended_at, j.due_at, j.reason, u.name, u.email,
       u.agent
     FROM journey j LEFT JOIN customer u ON u.partition = j.partition AND u.id = j.customer
     WHERE j.partition = $1 AND j.flow = $2 AND j.state = $3 AND j.id < $4
     ORDER BY j.id DESC
     LIMIT $5",
);
/// The newest journeys for one cart. Without the name of the index SQLite walks the whole key, because that has the order.
pub static JOURNEYS_OF_CART: Sql = Sql::pair(
    "SELECT j.id, j.customer, j.flow, j.version, j.cart, j.state, j.node, j.started_at, j.ended_at, j.due_at, j.reason, u.name, u.email,
       u.agent
     FROM journey j INDEXED BY journey_cart LEFT JOIN customer u ON u.partition = j.partition AND u.id = j.customer
     WHERE j.partition = $1 AND j.cart = $2
     ORDER BY j.id DESC
     LIMIT $3",
    "SELECT j.id, j.customer, j.flow, j.version, j.cart, j.state, j.node, j.started_at, j.ended_at, j.due_at, j.reason, u.name, u.email,
       u.agent
     FROM journey j LEFT JOIN customer u ON u.partition = j.partition AND u.id = j.customer
     WHERE j.partition = $1 AND j.cart = $2
     ORDER BY j.id DESC
     LIMIT $3",
);
pub static JOURNEY_FIND: Sql = Sql::one(
    "SELECT j.id, j.customer, j.flow, j.version, j.cart, j.state, j.node, j.started_at, j.ended_at, j.due_at, j.reason, u.name, u.email,
       u.agent
     FROM journey j LEFT JOIN customer u ON u.partition = j.partition AND u.id = j.customer
     WHERE j.partition = $1 AND j.id = $2",
);
/// Where the journeys of a flow have stopped, and why.
pub static INCIDENTS: Sql = Sql::one(
    "SELECT node, reason, count(*) AS n
     FROM journey
     WHERE partition = $1 AND flow = $2 AND state = 'incident'
     GROUP BY node, reason
     ORDER BY node, reason",
);
/// How many journeys each flow has, by state.
pub static JOURNEY_FIGURES: Sql = Sql::one(
    "SELECT flow, state, count(*) AS n
     FROM journey
     WHERE partition = $1
     GROUP BY flow, state
     ORDER BY flow, state",
);
/// Each flow's journeys that began and goals that were set and reached, of all days: some thousands of rows at most, as they
/// are one a day.
pub static FLOW_SUMS: Sql = Sql::one(
    "SELECT flow, metric, currency, CAST(sum(n) AS BIGINT) AS n, CAST(sum(minor) AS BIGINT) AS minor
     FROM rollup
     WHERE partition = $1 AND metric IN ('journeys_started', 'goals_set', 'goals_reached')
     GROUP BY flow, metric, currency
     ORDER BY flow, metric, currency",
);
/// Customers after one of whom a condition on the columns of their list row is true (its placeholders count from `$4`).
pub fn customers_where(condition: &str) -> String {
    format!(
        "SELECT id
     FROM customer
     WHERE partition = $1 AND id > $2 AND merged_into IS NULL AND ({condition})
     ORDER BY id
     LIMIT $3"
    )
}

/// What a filter may read of a customer's list row.
pub fn customer_columns() -> BTreeMap<String, Column> {
    let column = |sql: &str, of| Column { sql: sql.to_owned(), of };
    [
        ("customer.email", column("email", ColumnType::Text)),
        ("customer.user_id", column("user_id", ColumnType::Text)),
        ("customer.name", column("name", ColumnType::Text)),
        ("customer.orders", column("orders", ColumnType::Number { scale: 0, max: i64::from(u32::MAX) })),
    ]
    .map(|(name, column)| (name.to_owned(), column))
    .into()
}

/// Open carts with products that stood still since between two instants: those that a flow would take up, and (counted by the
/// same text with other instants) those it would find too old. By currency, with what they are worth.
pub static CARTS_IDLE: Sql = Sql::one(
    "SELECT currency, count(*) AS n, CAST(COALESCE(sum(total), 0) AS BIGINT) AS total
     FROM cart
     WHERE partition = $1 AND state IN ('active', 'abandoned') AND pieces > 0 AND last_activity_at > $2 AND last_activity_at <= $3
     GROUP BY currency
     ORDER BY currency",
);
/// One customer's decisions within a chunk of the log before (position, line), newest first.
pub static DECISIONS_OF: Sql = Sql::one(
    "SELECT position, n, cart, journey, flow, at, code, data
     FROM decision
     WHERE partition = $1 AND chunk = $2 AND customer = $3 AND (position, n) < ($4, $5)
     ORDER BY position DESC, n DESC
     LIMIT $6",
);
