//! Every SQL text of the runtime, and its tables.

use store::{Migration, Sql};

pub static MIGRATIONS: &[Migration] = &[
    Migration::pair("runtime/0001_log", LOG_SQLITE, LOG_POSTGRES),
    Migration::new(
        "runtime/0002_behind",
        "CREATE TABLE behind (partition BIGINT NOT NULL, seq BIGINT NOT NULL, cells BLOB NOT NULL, PRIMARY KEY (partition, seq));",
    ),
    Migration::pair("runtime/0003_behind_rows", BEHIND_ROWS_SQLITE, BEHIND_ROWS_POSTGRES),
    Migration::pair("runtime/0004_behind_images", BEHIND_IMAGES_SQLITE, BEHIND_IMAGES_POSTGRES),
    Migration::new("runtime/0005_commits", "ALTER TABLE applied ADD COLUMN commits BIGINT NOT NULL DEFAULT 0;"),
];

// The one real difference: SQLite's log is keyed by its row id, which costs no second tree; positions are unique there over
// all workspaces. On SQLite `image` has no index by cell, because only a start reads it; on PostgreSQL other processes do.
const LOG_SQLITE: &str = "
CREATE TABLE event (position INTEGER PRIMARY KEY, partition BIGINT NOT NULL, received_at BIGINT NOT NULL, occurred_at BIGINT NOT NULL,
  origin BIGINT NOT NULL, source BIGINT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, message_id TEXT NOT NULL, payload TEXT NOT NULL);
CREATE TABLE event_seen (partition BIGINT NOT NULL, minute BIGINT NOT NULL, hash BIGINT NOT NULL, position BIGINT NOT NULL,
  PRIMARY KEY (partition, minute, hash, position)) WITHOUT ROWID;
CREATE TABLE event_customer (partition BIGINT NOT NULL, chunk BIGINT NOT NULL, cell BLOB NOT NULL, position BIGINT NOT NULL,
  PRIMARY KEY (partition, chunk, cell, position)) WITHOUT ROWID;
CREATE TABLE applied (partition BIGINT PRIMARY KEY, position BIGINT NOT NULL, received_at BIGINT NOT NULL, epoch BIGINT NOT NULL,
  owner TEXT NOT NULL, lease_until BIGINT NOT NULL, alive_at BIGINT NOT NULL);
CREATE TABLE log_head (partition BIGINT PRIMARY KEY, position BIGINT NOT NULL, received_at BIGINT NOT NULL);
CREATE TABLE image (seq INTEGER PRIMARY KEY, partition BIGINT NOT NULL, cell BLOB NOT NULL, data BLOB NOT NULL);
CREATE TABLE cell (partition BIGINT NOT NULL, id BLOB NOT NULL, data BLOB NOT NULL, PRIMARY KEY (partition, id)) WITHOUT ROWID;
CREATE TABLE identity (partition BIGINT NOT NULL, key TEXT NOT NULL, cell BLOB NOT NULL, PRIMARY KEY (partition, key)) WITHOUT ROWID;
CREATE TABLE timer (partition BIGINT NOT NULL, due BIGINT NOT NULL, cell BLOB NOT NULL, PRIMARY KEY (partition, due, cell)) WITHOUT ROWID;
CREATE TABLE effect (partition BIGINT NOT NULL, run_at BIGINT NOT NULL, id BLOB NOT NULL, kind TEXT NOT NULL, cell BLOB NOT NULL,
  attempt BIGINT NOT NULL, PRIMARY KEY (partition, run_at, id)) WITHOUT ROWID;
CREATE TABLE rollup (partition BIGINT NOT NULL, metric TEXT NOT NULL, day BIGINT NOT NULL, flow TEXT NOT NULL, step TEXT NOT NULL,
  currency TEXT NOT NULL, n BIGINT NOT NULL, minor BIGINT NOT NULL, PRIMARY KEY (partition, metric, day, flow, step, currency)) WITHOUT ROWID;
CREATE TABLE refused (partition BIGINT NOT NULL, id BLOB NOT NULL, received_at BIGINT NOT NULL, source BIGINT NOT NULL, kind TEXT NOT NULL,
  name TEXT NOT NULL, reason TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (partition, id)) WITHOUT ROWID;
CREATE TABLE answer (partition BIGINT NOT NULL, position BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (partition, position)) WITHOUT ROWID;
";

const LOG_POSTGRES: &str = "
CREATE TABLE event (position BIGINT NOT NULL, partition BIGINT NOT NULL, received_at BIGINT NOT NULL, occurred_at BIGINT NOT NULL,
  origin BIGINT NOT NULL, source BIGINT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, message_id TEXT NOT NULL, payload TEXT NOT NULL,
  PRIMARY KEY (partition, position));
CREATE TABLE event_seen (partition BIGINT NOT NULL, minute BIGINT NOT NULL, hash BIGINT NOT NULL, position BIGINT NOT NULL,
  PRIMARY KEY (partition, minute, hash, position));
CREATE TABLE event_customer (partition BIGINT NOT NULL, chunk BIGINT NOT NULL, cell BYTEA NOT NULL, position BIGINT NOT NULL,
  PRIMARY KEY (partition, chunk, cell, position));
CREATE TABLE applied (partition BIGINT PRIMARY KEY, position BIGINT NOT NULL, received_at BIGINT NOT NULL, epoch BIGINT NOT NULL,
  owner TEXT NOT NULL, lease_until BIGINT NOT NULL, alive_at BIGINT NOT NULL);
CREATE TABLE log_head (partition BIGINT PRIMARY KEY, position BIGINT NOT NULL, received_at BIGINT NOT NULL);
CREATE TABLE image (partition BIGINT NOT NULL, seq BIGINT NOT NULL, cell BYTEA NOT NULL, data BYTEA NOT NULL, PRIMARY KEY (partition, cell, seq));
CREATE INDEX image_seq ON image (partition, seq);
CREATE TABLE cell (partition BIGINT NOT NULL, id BYTEA NOT NULL, data BYTEA NOT NULL, PRIMARY KEY (partition, id));
CREATE TABLE identity (partition BIGINT NOT NULL, key TEXT NOT NULL, cell BYTEA NOT NULL, PRIMARY KEY (partition, key));
CREATE TABLE timer (partition BIGINT NOT NULL, due BIGINT NOT NULL, cell BYTEA NOT NULL, PRIMARY KEY (partition, due, cell));
CREATE TABLE effect (partition BIGINT NOT NULL, run_at BIGINT NOT NULL, id BYTEA NOT NULL, kind TEXT NOT NULL, cell BYTEA NOT NULL,
  attempt BIGINT NOT NULL, PRIMARY KEY (partition, run_at, id));
CREATE TABLE rollup (partition BIGINT NOT NULL, metric TEXT NOT NULL, day BIGINT NOT NULL, flow TEXT NOT NULL, step TEXT NOT NULL,
  currency TEXT NOT NULL, n BIGINT NOT NULL, minor BIGINT NOT NULL, PRIMARY KEY (partition, metric, day, flow, step, currency));
CREATE TABLE refused (partition BIGINT NOT NULL, id BYTEA NOT NULL, received_at BIGINT NOT NULL, source BIGINT NOT NULL, kind TEXT NOT NULL,
  name TEXT NOT NULL, reason TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (partition, id));
CREATE TABLE answer (partition BIGINT NOT NULL, position BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (partition, position));
";

const BEHIND_ROWS_SQLITE: &str = "
CREATE TABLE behind_rows (partition BIGINT NOT NULL, seq BIGINT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (partition, seq, name));
";

// Not compressed: they are short-lived, and trying costs more than they do.
const BEHIND_ROWS_POSTGRES: &str = "
CREATE TABLE behind_rows (partition BIGINT NOT NULL, seq BIGINT NOT NULL, name TEXT NOT NULL, body BYTEA NOT NULL,
  PRIMARY KEY (partition, seq, name));
ALTER TABLE behind_rows ALTER COLUMN body SET STORAGE EXTERNAL;
";

const BEHIND_IMAGES_SQLITE: &str = "
ALTER TABLE behind ADD COLUMN lengths BLOB NOT NULL DEFAULT x'';
ALTER TABLE behind ADD COLUMN body BLOB NOT NULL DEFAULT x'';
CREATE TABLE behind_changed (partition BIGINT NOT NULL, seq BIGINT NOT NULL, cell BLOB NOT NULL, PRIMARY KEY (partition, cell, seq)) WITHOUT ROWID;
CREATE TABLE behind_effects (partition BIGINT NOT NULL, seq BIGINT NOT NULL, n BIGINT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (partition, seq));
CREATE TABLE behind_effects_dropped (partition BIGINT NOT NULL, run_at BIGINT NOT NULL, id BLOB NOT NULL,
  PRIMARY KEY (partition, run_at, id));
";

const BEHIND_IMAGES_POSTGRES: &str = "
ALTER TABLE behind ADD COLUMN lengths BYTEA NOT NULL DEFAULT '', ADD COLUMN body BYTEA NOT NULL DEFAULT '';
ALTER TABLE behind ALTER COLUMN cells SET STORAGE EXTERNAL, ALTER COLUMN lengths SET STORAGE EXTERNAL,
  ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE TABLE behind_changed (partition BIGINT NOT NULL, seq BIGINT NOT NULL, cell BYTEA NOT NULL, PRIMARY KEY (partition, cell, seq));
CREATE TABLE behind_effects (partition BIGINT NOT NULL, seq BIGINT NOT NULL, n BIGINT NOT NULL, body BYTEA NOT NULL,
  PRIMARY KEY (partition, seq));
CREATE TABLE behind_effects_dropped (partition BIGINT NOT NULL, run_at BIGINT NOT NULL, id BYTEA NOT NULL,
  PRIMARY KEY (partition, run_at, id));
ALTER TABLE behind_effects ALTER COLUMN body SET STORAGE EXTERNAL;
";

pub static EVENT_INSERT: Sql = Sql::one(
    "INSERT INTO event (position, partition, received_at, occurred_at, origin, source, kind, name, message_id, payload)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
);
pub static EVENT_SEEN_INSERT: Sql =
    Sql::one("INSERT INTO event_seen (partition, minute, hash, position) VALUES ($1, $2, $3, $4)");
/// One row per (minute, hash) that is known, with the stored id to compare.
pub static EVENT_SEEN_FIND: Sql = Sql::pair(
    "SELECT s.minute, s.hash, e.message_id
     FROM event_seen s JOIN event e ON e.position = s.position
     WHERE s.partition = $1 AND s.minute = $2 AND s.hash = $3",
    "SELECT s.minute, s.hash, e.message_id
     FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS k (partition, minute, hash)
     JOIN event_seen s ON s.partition = k.partition AND s.minute = k.minute AND s.hash = k.hash
     JOIN event e ON e.partition = s.partition AND e.position = s.position",
);
pub static EVENT_CUSTOMER_INSERT: Sql = Sql::one(
    "INSERT INTO event_customer (partition, chunk, cell, position) VALUES ($1, $2, $3, $4)
     ON CONFLICT (partition, chunk, cell, position) DO NOTHING",
);
pub static EVENTS_AFTER: Sql = Sql::one(
    "SELECT position, received_at, occurred_at, origin, source, kind, name, message_id, payload
     FROM event
     WHERE partition = $1 AND position > $2
     ORDER BY position
     LIMIT $3",
);
/// Those after one position and before another.
pub static EVENTS_BETWEEN: Sql = Sql::one(
    "SELECT position, received_at, occurred_at, origin, source, kind, name, message_id, payload
     FROM event
     WHERE partition = $1 AND position > $2 AND position < $3
     ORDER BY position
     LIMIT $4",
);
/// One customer's timeline within a chunk of the log, newest first.
pub static EVENTS_OF_CELL: Sql = Sql::one(
    "SELECT e.position, e.received_at, e.occurred_at, e.origin, e.source, e.kind, e.name, e.message_id, e.payload
     FROM event_customer c JOIN event e ON e.partition = c.partition AND e.position = c.position
     WHERE c.partition = $1 AND c.chunk = $2 AND c.cell = $3 AND c.position < $4
     ORDER BY c.position DESC
     LIMIT $5",
);
pub static EVENTS_NEWEST: Sql = Sql::one(
    "SELECT position, received_at, occurred_at, origin, source, kind, name, message_id, payload
     FROM event
     WHERE partition = $1 AND position < $2
     ORDER BY position DESC
     LIMIT $3",
);

pub static HEAD_CREATE: Sql = Sql::one(
    "INSERT INTO log_head (partition, position, received_at) VALUES ($1, 0, 0) ON CONFLICT (partition) DO NOTHING",
);
/// Draws `$2` positions and moves the door's clock; the row stays locked until the commit, so position order is commit order.
pub static HEAD_ADVANCE: Sql = Sql::one(
    "UPDATE log_head
     SET position = position + $2, received_at = CASE WHEN received_at > $3 THEN received_at ELSE $3 END
     WHERE partition = $1
     RETURNING position, received_at",
);
/// As [`HEAD_ADVANCE`], alone and without waiting for the disk: a draw that a crash takes back was for rows that are gone with it,
/// and what is durable after it makes it durable.
pub static HEAD_DRAW: Sql = Sql::pair(
    "UPDATE log_head
     SET position = position + $2, received_at = CASE WHEN received_at > $3 THEN received_at ELSE $3 END
     WHERE partition = $1
     RETURNING position, received_at",
    "UPDATE log_head
     SET position = position + $2, received_at = CASE WHEN received_at > $3 THEN received_at ELSE $3 END
     WHERE partition = $1
     RETURNING position, received_at, set_config('synchronous_commit', 'off', true)",
);
pub static HEAD_READ: Sql = Sql::one("SELECT position, received_at FROM log_head WHERE partition = $1");
/// SQLite alone draws positions in memory: one sequence for all workspaces.
pub static LAST_POSITION: Sql = Sql::one(
    "SELECT max(position) AS position
     FROM (SELECT max(position) AS position FROM event
           UNION ALL
           SELECT max(position) AS position FROM applied) AS known",
);
/// Wakes the applier's process, once the transaction is committed.
pub static LOG_NOTIFY: Sql = Sql::pair("SELECT $1, $2", "SELECT pg_notify($1, $2)");

pub static APPLIED_CREATE: Sql = Sql::one(
    "INSERT INTO applied (partition, position, received_at, epoch, owner, lease_until, alive_at)
     VALUES ($1, 0, 0, 0, '', 0, 0)
     ON CONFLICT (partition) DO NOTHING",
);
pub static APPLIED_READ: Sql =
    Sql::one("SELECT position, received_at, epoch, owner, lease_until, alive_at FROM applied WHERE partition = $1");
/// Takes the lease when it is free, ours or past its end, for `$3` microseconds. By the server's clock on PostgreSQL, because
/// those of the processes differ; on SQLite whoever has the data folder is alone, and a lease that still stands is a dead
/// process's.
pub static LEASE_TAKE: Sql = Sql::pair(
    "UPDATE applied
     SET epoch = epoch + 1, commits = 0, owner = $2, lease_until = $3
     WHERE partition = $1
     RETURNING epoch, position, received_at, alive_at",
    "UPDATE applied
     SET epoch = epoch + 1, commits = 0, owner = $2,
       lease_until = CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) + $3
     WHERE partition = $1
       AND (lease_until <= CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) OR owner = $2)
     RETURNING epoch, position, received_at, alive_at",
);
/// Every commit of the applier moves its position under its own epoch, and its number on from that of the commit before it: touching
/// no row means that another one took over, or that the commit before failed.
pub static APPLIED_MOVE: Sql = Sql::pair(
    "UPDATE applied
     SET position = $3, received_at = $4, alive_at = $5, lease_until = $6, commits = $8
     WHERE partition = $1 AND epoch = $2 AND commits = $7",
    "UPDATE applied
     SET position = $3, received_at = $4, alive_at = $5,
       lease_until = CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) + $6, commits = $8
     WHERE partition = $1 AND epoch = $2 AND commits = $7",
);
pub static LEASE_RELEASE: Sql =
    Sql::one("UPDATE applied SET lease_until = 0, owner = '' WHERE partition = $1 AND epoch = $2");

pub static IMAGE_INSERT: Sql = Sql::one("INSERT INTO image (partition, seq, cell, data) VALUES ($1, $2, $3, $4)");
pub static IMAGES_ALL: Sql =
    Sql::one("SELECT seq, cell, data FROM image WHERE partition = $1 AND seq > $2 ORDER BY seq LIMIT $3");
pub static IMAGE_NEWEST: Sql =
    Sql::one("SELECT seq, data FROM image WHERE partition = $1 AND cell = $2 ORDER BY seq DESC LIMIT 1");
/// Those after one number and up to another: without the first, what was deleted just before would be looked through again.
pub static IMAGES_DROP: Sql = Sql::one("DELETE FROM image WHERE partition = $1 AND seq > $2 AND seq <= $3");
/// One sequence numbers them all.
pub static IMAGE_LAST_SEQ: Sql = Sql::one(
    "SELECT max(seq) AS seq
     FROM (SELECT max(seq) AS seq FROM image
           UNION ALL
           SELECT max(seq) AS seq FROM behind
           UNION ALL
           SELECT max(seq) AS seq FROM behind_rows
           UNION ALL
           SELECT max(seq) AS seq FROM behind_effects) AS known",
);
/// Cells whose lists are not written: their ids, 16 bytes each; the lengths of their images, 4 bytes each, the lowest first; and the
/// images, one after another. Without images their rows are as they should be.
pub static BEHIND_INSERT: Sql =
    Sql::one("INSERT INTO behind (partition, seq, cells, lengths, body) VALUES ($1, $2, $3, $4, $5)");
pub static BEHIND_ALL: Sql = Sql::one("SELECT seq, cells, lengths FROM behind WHERE partition = $1 ORDER BY seq");
pub static BEHIND_OF: Sql = Sql::one("SELECT cells, lengths, body FROM behind WHERE partition = $1 AND seq = $2");
/// A cell's image: `$3` is where it begins, from 1.
pub static BEHIND_IMAGE: Sql = Sql::pair(
    "SELECT $3 AS id, substr(body, $4, $5) AS data FROM behind WHERE partition = $1 AND seq = $2",
    "SELECT k.id, substring(b.body FROM k.first::int FOR k.length::int) AS data
     FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bigint[]) AS k (partition, seq, id, first, length)
     JOIN behind b ON b.partition = k.partition AND b.seq = k.seq",
);
/// The newest one that has an image of the cell which still counts.
pub static BEHIND_NEWEST: Sql = Sql::pair(
    "SELECT seq, cells, lengths, body FROM behind AS b
     WHERE partition = $1 AND instr(cells, $2) > 0 AND length(lengths) > 0
       AND NOT EXISTS (SELECT 1 FROM behind_changed AS c WHERE c.partition = b.partition AND c.cell = $2 AND c.seq >= b.seq)
     ORDER BY seq DESC
     LIMIT 1",
    "SELECT seq, cells, lengths, body FROM behind AS b
     WHERE partition = $1 AND position($2 IN cells) > 0 AND length(lengths) > 0
       AND NOT EXISTS (SELECT 1 FROM behind_changed AS c WHERE c.partition = b.partition AND c.cell = $2 AND c.seq >= b.seq)
     ORDER BY seq DESC
     LIMIT 1",
);
pub static BEHIND_DROP: Sql = Sql::one("DELETE FROM behind WHERE partition = $1 AND seq <= $2");
/// The cell has changed since: none of its images up to this one counts.
pub static BEHIND_CHANGED_INSERT: Sql =
    Sql::one("INSERT INTO behind_changed (partition, seq, cell) VALUES ($1, $2, $3)");
pub static BEHIND_CHANGED_ALL: Sql = Sql::one("SELECT seq, cell FROM behind_changed WHERE partition = $1");
pub static BEHIND_CHANGED_DROP: Sql = Sql::one("DELETE FROM behind_changed WHERE partition = $1 AND seq <= $2");
/// Rows of other tables that a commit packed into one, by the name of their statement.
pub static BEHIND_ROWS_INSERT: Sql =
    Sql::one("INSERT INTO behind_rows (partition, seq, name, body) VALUES ($1, $2, $3, $4)");
pub static BEHIND_ROWS_ALL: Sql = Sql::one("SELECT DISTINCT seq FROM behind_rows WHERE partition = $1 ORDER BY seq");
pub static BEHIND_ROWS_OF: Sql = Sql::one("SELECT name, body FROM behind_rows WHERE partition = $1 AND seq = $2");
pub static BEHIND_ROWS_DROP: Sql = Sql::one("DELETE FROM behind_rows WHERE partition = $1 AND seq = $2 AND name = $3");
pub static CELL_PUT: Sql = Sql::one(
    "INSERT INTO cell (partition, id, data) VALUES ($1, $2, $3)
     ON CONFLICT (partition, id) DO UPDATE SET data = excluded.data",
);
pub static CELLS_FIND: Sql = Sql::pair(
    "SELECT id, data FROM cell WHERE partition = $1 AND id = $2",
    "SELECT c.id, c.data FROM unnest($1::bigint[], $2::bytea[]) AS k (partition, id)
     JOIN cell c ON c.partition = k.partition AND c.id = k.id",
);
pub static CELLS_AFTER: Sql = Sql::one("SELECT id FROM cell WHERE partition = $1 AND id > $2 ORDER BY id LIMIT $3");
pub static KEY_PUT: Sql = Sql::one(
    "INSERT INTO identity (partition, key, cell) VALUES ($1, $2, $3)
     ON CONFLICT (partition, key) DO UPDATE SET cell = excluded.cell",
);
pub static KEY_DELETE: Sql = Sql::one("DELETE FROM identity WHERE partition = $1 AND key = $2");
pub static KEYS_FIND: Sql = Sql::pair(
    "SELECT key, cell FROM identity WHERE partition = $1 AND key = $2",
    "SELECT i.key, i.cell FROM unnest($1::bigint[], $2::text[]) AS k (partition, key)
     JOIN identity i ON i.partition = k.partition AND i.key = k.key",
);
pub static KEYS_PREFIX: Sql =
    Sql::one("SELECT key, cell FROM identity WHERE partition = $1 AND key >= $2 AND key < $3 ORDER BY key LIMIT $4");
pub static TIMER_PUT: Sql = Sql::one(
    "INSERT INTO timer (partition, due, cell) VALUES ($1, $2, $3) ON CONFLICT (partition, due, cell) DO NOTHING",
);
pub static TIMER_DELETE: Sql = Sql::one("DELETE FROM timer WHERE partition = $1 AND due = $2 AND cell = $3");
/// Everything from one row to another, in the order in which [`TIMERS_DUE`] finds them. Without the lower end PostgreSQL walks the
/// index over all that was taken out before.
pub static TIMERS_DELETE: Sql =
    Sql::one("DELETE FROM timer WHERE partition = $1 AND (due, cell) >= ($2, $3) AND (due, cell) <= ($4, $5)");
pub static TIMERS_DUE: Sql =
    Sql::one("SELECT due, cell FROM timer WHERE partition = $1 AND due <= $2 ORDER BY due, cell LIMIT $3");
/// Those after one row.
pub static TIMERS_AFTER: Sql = Sql::one(
    "SELECT due, cell FROM timer WHERE partition = $1 AND (due, cell) > ($2, $3) AND due <= $4 ORDER BY due, cell LIMIT $5",
);
pub static TIMER_NEXT: Sql = Sql::one("SELECT min(due) AS due FROM timer WHERE partition = $1");
pub static TIMERS_OVERDUE: Sql = Sql::one("SELECT count(*) AS n FROM timer WHERE partition = $1 AND due <= $2");

pub static EFFECT_PUT: Sql = Sql::one(
    "INSERT INTO effect (partition, run_at, id, kind, cell, attempt) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (partition, run_at, id) DO NOTHING",
);
pub static EFFECT_DELETE: Sql = Sql::one("DELETE FROM effect WHERE partition = $1 AND run_at = $2 AND id = $3");
pub static EFFECTS_DUE: Sql = Sql::one(
    "SELECT id, run_at, kind, cell, attempt FROM effect
     WHERE partition = $1 AND run_at <= $2
     ORDER BY run_at, id
     LIMIT $3",
);
/// Those of one kind: what waits for one worker stands in nobody else's way.
pub static EFFECTS_DUE_OF: Sql = Sql::one(
    "SELECT id, run_at, kind, cell, attempt FROM effect
     WHERE partition = $1 AND run_at <= $2 AND kind = $4
     ORDER BY run_at, id
     LIMIT $3",
);
pub static EFFECT_NEXT: Sql = Sql::one("SELECT min(run_at) AS run_at FROM effect WHERE partition = $1");
/// Those that are packed are among them, also the few of them that were taken back since.
pub static EFFECT_COUNT: Sql = Sql::one(
    "SELECT CAST((SELECT count(*) FROM effect WHERE partition = $1)
       + (SELECT coalesce(sum(n), 0) FROM behind_effects WHERE partition = $1) AS BIGINT) AS n",
);
/// Effects that a commit packed into one row, as rows of the outbox, and how many they are.
pub static BEHIND_EFFECTS_INSERT: Sql =
    Sql::one("INSERT INTO behind_effects (partition, seq, n, body) VALUES ($1, $2, $3, $4)");
pub static BEHIND_EFFECTS_ALL: Sql = Sql::one("SELECT seq FROM behind_effects WHERE partition = $1 ORDER BY seq");
pub static BEHIND_EFFECTS_OF: Sql = Sql::one("SELECT body FROM behind_effects WHERE partition = $1 AND seq = $2");
pub static BEHIND_EFFECTS_DROP: Sql = Sql::one("DELETE FROM behind_effects WHERE partition = $1 AND seq = $2");
/// Those taken back while they were packed.
pub static BEHIND_EFFECTS_DROPPED_INSERT: Sql = Sql::one(
    "INSERT INTO behind_effects_dropped (partition, run_at, id) VALUES ($1, $2, $3)
     ON CONFLICT (partition, run_at, id) DO NOTHING",
);
pub static BEHIND_EFFECTS_DROPPED_ALL: Sql =
    Sql::one("SELECT run_at, id FROM behind_effects_dropped WHERE partition = $1");
pub static BEHIND_EFFECTS_DROPPED_CLEAR: Sql = Sql::one("DELETE FROM behind_effects_dropped WHERE partition = $1");

pub static ROLLUP_ADD: Sql = Sql::one(
    "INSERT INTO rollup (partition, metric, day, flow, step, currency, n, minor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (partition, metric, day, flow, step, currency)
     DO UPDATE SET n = rollup.n + excluded.n, minor = rollup.minor + excluded.minor",
);
pub static REFUSED_PUT: Sql = Sql::one(
    "INSERT INTO refused (partition, id, received_at, source, kind, name, reason, body, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open')
     ON CONFLICT (partition, id) DO NOTHING",
);
pub static ANSWER_PUT: Sql = Sql::one(
    "INSERT INTO answer (partition, position, body) VALUES ($1, $2, $3) ON CONFLICT (partition, position) DO NOTHING",
);
pub static ANSWER_FIND: Sql = Sql::one("SELECT body FROM answer WHERE partition = $1 AND position = $2");
pub static ANSWERS_DROP: Sql = Sql::one("DELETE FROM answer WHERE partition = $1 AND position < $2");

/// All of them, for the test that looks at each.
pub static ALL: &[&Sql] = &[
    &EVENT_INSERT,
    &EVENT_SEEN_INSERT,
    &EVENT_SEEN_FIND,
    &EVENT_CUSTOMER_INSERT,
    &EVENTS_AFTER,
    &EVENTS_OF_CELL,
    &EVENTS_NEWEST,
    &HEAD_CREATE,
    &HEAD_ADVANCE,
    &HEAD_READ,
    &LAST_POSITION,
    &LOG_NOTIFY,
    &APPLIED_CREATE,
    &APPLIED_READ,
    &LEASE_TAKE,
    &APPLIED_MOVE,
    &LEASE_RELEASE,
    &IMAGE_INSERT,
    &IMAGES_ALL,
    &IMAGE_NEWEST,
    &IMAGES_DROP,
    &IMAGE_LAST_SEQ,
    &BEHIND_INSERT,
    &BEHIND_ALL,
    &BEHIND_OF,
    &BEHIND_IMAGE,
    &BEHIND_NEWEST,
    &BEHIND_DROP,
    &BEHIND_CHANGED_INSERT,
    &BEHIND_CHANGED_ALL,
    &BEHIND_CHANGED_DROP,
    &BEHIND_ROWS_INSERT,
    &BEHIND_ROWS_ALL,
    &BEHIND_ROWS_OF,
    &BEHIND_ROWS_DROP,
    &CELL_PUT,
    &CELLS_FIND,
    &CELLS_AFTER,
    &KEY_PUT,
    &KEY_DELETE,
    &KEYS_FIND,
    &KEYS_PREFIX,
    &TIMER_PUT,
    &TIMER_DELETE,
    &TIMERS_DELETE,
    &TIMERS_DUE,
    &TIMERS_AFTER,
    &TIMER_NEXT,
    &TIMERS_OVERDUE,
    &EFFECT_PUT,
    &EFFECT_DELETE,
    &EFFECTS_DUE,
    &EFFECTS_DUE_OF,
    &EFFECT_NEXT,
    &EFFECT_COUNT,
    &BEHIND_EFFECTS_INSERT,
    &BEHIND_EFFECTS_ALL,
    &BEHIND_EFFECTS_OF,
    &BEHIND_EFFECTS_DROP,
    &BEHIND_EFFECTS_DROPPED_INSERT,
    &BEHIND_EFFECTS_DROPPED_ALL,
    &BEHIND_EFFECTS_DROPPED_CLEAR,
    &ROLLUP_ADD,
    &REFUSED_PUT,
    &ANSWER_PUT,
    &ANSWER_FIND,
    &ANSWERS_DROP,
];
