//! SQL of messages and of notices to agents.

use store::{Migration, Sql};

pub const MIGRATION: Migration = Migration::new(
    "engage/0002_messages",
    "
CREATE TABLE message (partition BIGINT NOT NULL, id BLOB NOT NULL, customer BLOB NOT NULL, cart BLOB, journey BLOB, flow TEXT NOT NULL,
  version BIGINT NOT NULL, step TEXT NOT NULL, channel TEXT NOT NULL, template TEXT NOT NULL, recipient TEXT NOT NULL, state TEXT NOT NULL,
  queued_at BIGINT NOT NULL, sent_at BIGINT, address TEXT, sender TEXT, reply_to TEXT, language TEXT, context TEXT, reason TEXT,
  attempt BIGINT NOT NULL, PRIMARY KEY (partition, id)) WITHOUT ROWID;
CREATE INDEX message_state ON message (partition, state, id);
CREATE TABLE notice (partition BIGINT NOT NULL, id BLOB NOT NULL, agent BLOB, customer BLOB NOT NULL, cart BLOB, flow TEXT NOT NULL,
  reason TEXT NOT NULL, at BIGINT NOT NULL, read_at BIGINT, PRIMARY KEY (partition, id)) WITHOUT ROWID;
",
);

pub static MESSAGE_PUT: Sql = Sql::one(
    "INSERT INTO message (partition, id, customer, cart, journey, flow, version, step, channel, template, recipient, state, queued_at,
       sent_at, address, sender, reply_to, language, context, reason, attempt)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
     ON CONFLICT (partition, id) DO UPDATE SET customer = excluded.customer, state = excluded.state, sent_at = excluded.sent_at,
       address = COALESCE(excluded.address, message.address), sender = COALESCE(excluded.sender, message.sender),
       reply_to = COALESCE(excluded.reply_to, message.reply_to), language = COALESCE(excluded.language, message.language),
       context = COALESCE(excluded.context, message.context), reason = excluded.reason, attempt = excluded.attempt",
);
pub static NOTICE_INSERT: Sql = Sql::one(
    "INSERT INTO notice (partition, id, agent, customer, cart, flow, reason, at, read_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)
     ON CONFLICT (partition, id) DO NOTHING",
);
