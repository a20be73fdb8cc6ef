//! SQL of tasks.

use store::{Migration, Sql};

/// `owner` is who has it, to be compared (empty: nobody); `order_at` is what lists are sorted by: when an open one is due (those
/// without a date behind the others), and of one that is over how long ago, negative.
pub const MIGRATION: Migration = Migration::new(
    "engage/0005_tasks",
    "
CREATE TABLE task (partition BIGINT NOT NULL, id BLOB NOT NULL, customer BLOB NOT NULL, cart BLOB, journey BLOB NOT NULL,
  token BIGINT NOT NULL, flow TEXT NOT NULL, version BIGINT NOT NULL, step TEXT NOT NULL, title TEXT NOT NULL, assignee TEXT,
  owner TEXT NOT NULL, groups TEXT NOT NULL, told TEXT NOT NULL, state TEXT NOT NULL, created_at BIGINT NOT NULL, due_at BIGINT,
  order_at BIGINT NOT NULL, over_at BIGINT, done_by TEXT, PRIMARY KEY (partition, id)) WITHOUT ROWID;
CREATE INDEX task_state ON task (partition, state, order_at, id);
CREATE INDEX task_owner ON task (partition, state, owner, order_at, id);
CREATE INDEX task_flow ON task (partition, state, flow, order_at, id);
",
);

pub static TASK_PUT: Sql = Sql::one(
    "INSERT INTO task (partition, id, customer, cart, journey, token, flow, version, step, title, assignee, owner, groups, told, state,
       created_at, due_at, order_at, over_at, done_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
     ON CONFLICT (partition, id) DO UPDATE SET customer = excluded.customer, assignee = excluded.assignee, owner = excluded.owner,
       state = excluded.state, order_at = excluded.order_at, over_at = excluded.over_at, done_by = excluded.done_by",
);

/// Tasks of a state behind a place in the order, up to another.
pub static TASKS: Sql = Sql::one(
    "SELECT t.id, t.customer, t.cart, t.journey, t.token, t.flow, t.version, t.step, t.title, t.assignee, t.groups, t.told, t.state,
       t.created_at, t.due_at, t.order_at, t.over_at, t.done_by, u.name, u.email, u.agent
     FROM task t LEFT JOIN customer u ON u.partition = t.partition AND u.id = t.customer
     WHERE t.partition = $1 AND t.state = $2 AND (t.order_at, t.id) > ($3, $4) AND t.order_at <= $5
     ORDER BY t.order_at, t.id
     LIMIT $6",
);
/// The same of one person, or of nobody; of one flow where `$8` names one.
pub static TASKS_OF: Sql = Sql::one(
    "SELECT t.id, t.customer, t.cart, t.journey, t.token, t.flow, t.version, t.step, t.title, t.assignee, t.groups, t.told, t.state,
       t.created_at, t.due_at, t.order_at, t.over_at, t.done_by, u.name, u.email, u.agent
     FROM task t LEFT JOIN customer u ON u.partition = t.partition AND u.id = t.customer
     WHERE t.partition = $1 AND t.state = $2 AND t.owner = $3 AND (t.order_at, t.id) > ($4, $5) AND t.order_at <= $6
       AND (t.flow = $8 OR $8 = '')
     ORDER BY t.order_at, t.id
     LIMIT $7",
);
/// The same of one flow, whoever has them.
pub static TASKS_IN_FLOW: Sql = Sql::one(
    "SELECT t.id, t.customer, t.cart, t.journey, t.token, t.flow, t.version, t.step, t.title, t.assignee, t.groups, t.told, t.state,
       t.created_at, t.due_at, t.order_at, t.over_at, t.done_by, u.name, u.email, u.agent
     FROM task t LEFT JOIN customer u ON u.partition = t.partition AND u.id = t.customer
     WHERE t.partition = $1 AND t.state = $2 AND t.flow = $3 AND (t.order_at, t.id) > ($4, $5) AND t.order_at <= $6
     ORDER BY t.order_at, t.id
     LIMIT $7",
);
pub static TASK_FIND: Sql = Sql::one(
    "SELECT t.id, t.customer, t.cart, t.journey, t.token, t.flow, t.version, t.step, t.title, t.assignee, t.groups, t.told, t.state,
       t.created_at, t.due_at, t.order_at, t.over_at, t.done_by, u.name, u.email, u.agent
     FROM task t LEFT JOIN customer u ON u.partition = t.partition AND u.id = t.customer
     WHERE t.partition = $1 AND t.id = $2",
);
