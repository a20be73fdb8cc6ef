//! SQL of journeys and of the Perché ledger.

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
  PRIMARY KEY (partition, position, n)) WITHOUT ROWID;
CREATE INDEX decision_customer ON decision (partition, chunk, customer);
",
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
