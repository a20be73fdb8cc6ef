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
pub static NOTICE_READ: Sql =
    Sql::one("UPDATE notice SET read_at = COALESCE(read_at, $3) WHERE partition = $1 AND id = $2");

/// Messages before an id (ids carry the time at which they were queued), newest first.
pub static MESSAGES: Sql = Sql::one(
    "SELECT m.id, m.customer, m.cart, m.journey, m.flow, m.version, m.step, m.channel, m.template, m.recipient, m.state, m.queued_at,
       m.sent_at, m.address, m.sender, m.reply_to, m.language, m.reason, m.attempt, u.name, u.email, u.agent
     FROM message m LEFT JOIN customer u ON u.partition = m.partition AND u.id = m.customer
     WHERE m.partition = $1 AND m.id < $2
     ORDER BY m.id DESC
     LIMIT $3",
);
/// The same, of one state.
pub static MESSAGES_IN_STATE: Sql = Sql::one(
    "SELECT m.id, m.customer, m.cart, m.journey, m.flow, m.version, m.step, m.channel, m.template, m.recipient, m.state, m.queued_at,
       m.sent_at, m.address, m.sender, m.reply_to, m.language, m.reason, m.attempt, u.name, u.email, u.agent
     FROM message m LEFT JOIN customer u ON u.partition = m.partition AND u.id = m.customer
     WHERE m.partition = $1 AND m.state = $2 AND m.id < $3
     ORDER BY m.id DESC
     LIMIT $4",
);
pub static MESSAGE_FIND: Sql = Sql::one(
    "SELECT m.id, m.customer, m.cart, m.journey, m.flow, m.version, m.step, m.channel, m.template, m.recipient, m.state, m.queued_at,
       m.sent_at, m.address, m.sender, m.reply_to, m.language, m.reason, m.attempt, m.context, u.name, u.email, u.agent
     FROM message m LEFT JOIN customer u ON u.partition = m.partition AND u.id = m.customer
     WHERE m.partition = $1 AND m.id = $2",
);
/// Notices before an id, newest first; of one agent where one is given, unread ones alone where `$4` is 1.
pub static NOTICES: Sql = Sql::one(
    "SELECT n.id, n.agent AS to_agent, n.customer, n.cart, n.flow, n.reason, n.at, n.read_at, u.name, u.email, u.agent
     FROM notice n LEFT JOIN customer u ON u.partition = n.partition AND u.id = n.customer
     WHERE n.partition = $1 AND n.id < $2 AND (n.agent = $3 OR $3 IS NULL) AND (n.read_at IS NULL OR $4 = 0)
     ORDER BY n.id DESC
     LIMIT $5",
);
pub static NOTICE_FIND: Sql = Sql::one("SELECT id FROM notice WHERE partition = $1 AND id = $2");
