//! SQL of credits.

use store::{Migration, Sql};

pub const MIGRATION: Migration = Migration::new(
    "engage/0003_money",
    "
CREATE TABLE credit (partition BIGINT NOT NULL, customer BLOB NOT NULL, order_id TEXT NOT NULL, n BIGINT NOT NULL, ordered_at BIGINT NOT NULL,
  kind TEXT NOT NULL, touched_at BIGINT NOT NULL, message BLOB, flow TEXT NOT NULL, step TEXT NOT NULL, currency TEXT NOT NULL,
  linear BIGINT NOT NULL, last BIGINT NOT NULL, is_agent BIGINT NOT NULL, order_minor BIGINT NOT NULL,
  PRIMARY KEY (partition, order_id, n)) WITHOUT ROWID;
CREATE INDEX credit_time ON credit (partition, ordered_at);
",
);

pub static CREDIT_PUT: Sql = Sql::one(
    "INSERT INTO credit (partition, customer, order_id, n, ordered_at, kind, touched_at, message, flow, step, currency, linear, last,
       is_agent, order_minor)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     ON CONFLICT (partition, order_id, n) DO UPDATE SET customer = excluded.customer, ordered_at = excluded.ordered_at,
       kind = excluded.kind, touched_at = excluded.touched_at, message = excluded.message, flow = excluded.flow, step = excluded.step,
       currency = excluded.currency, linear = excluded.linear, last = excluded.last, is_agent = excluded.is_agent,
       order_minor = excluded.order_minor",
);

/// Credits of orders within [from, to) before (time, order, line), newest first.
pub static CREDITS: Sql = Sql::one(
    "SELECT c.order_id, c.n, c.ordered_at, c.kind, c.touched_at, c.message, c.flow, c.step, c.currency, c.linear, c.last, c.is_agent,
       c.order_minor, c.customer, u.name, u.email, u.agent
     FROM credit c LEFT JOIN customer u ON u.partition = c.partition AND u.id = c.customer
     WHERE c.partition = $1 AND c.ordered_at >= $2 AND c.ordered_at < $3 AND (c.ordered_at, c.order_id, c.n) < ($4, $5, $6)
     ORDER BY c.ordered_at DESC, c.order_id DESC, c.n DESC
     LIMIT $7",
);
