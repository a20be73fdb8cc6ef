//! SQL of connections, their jobs and what of theirs was not understood.

use store::{Migration, Sql};

pub const MIGRATION: Migration = Migration::new(
    "crm/0003_connections",
    "
CREATE TABLE connection (workspace BIGINT NOT NULL, source BIGINT NOT NULL, shop TEXT NOT NULL, token TEXT NOT NULL, base_url TEXT NOT NULL,
  zone TEXT NOT NULL, currency TEXT, namespace TEXT, mapping TEXT, secret TEXT NOT NULL, old_secret TEXT, old_secret_until BIGINT,
  credentials TEXT NOT NULL, api_version TEXT NOT NULL, state TEXT NOT NULL, reconcile_minutes BIGINT NOT NULL, created_at BIGINT NOT NULL,
  last_event_at BIGINT, last_error TEXT, last_error_at BIGINT, wrong_signatures BIGINT NOT NULL, reconciled_at BIGINT NOT NULL,
  reconcile_next_at BIGINT NOT NULL, night_at BIGINT NOT NULL, worker TEXT, worker_until BIGINT,
  PRIMARY KEY (workspace, source)) WITHOUT ROWID;
CREATE UNIQUE INDEX connection_token ON connection (token);
CREATE TABLE connection_job (workspace BIGINT NOT NULL, id BLOB NOT NULL, source BIGINT NOT NULL, purpose TEXT NOT NULL, asked_by TEXT NOT NULL,
  state TEXT NOT NULL, kinds TEXT NOT NULL, kind TEXT NOT NULL, since BIGINT, cursor TEXT, pages BIGINT NOT NULL, objects BIGINT NOT NULL,
  total BIGINT, events BIGINT NOT NULL, refused BIGINT NOT NULL, missing BIGINT NOT NULL, differing BIGINT NOT NULL, repaired BIGINT NOT NULL,
  found TEXT NOT NULL, note TEXT, error TEXT, tries BIGINT NOT NULL, next_at BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
  finished_at BIGINT, PRIMARY KEY (workspace, id)) WITHOUT ROWID;
CREATE INDEX connection_job_source ON connection_job (workspace, source, id);
CREATE INDEX connection_job_due ON connection_job (next_at, id) WHERE next_at IS NOT NULL;
CREATE TABLE webhook_rejected (workspace BIGINT NOT NULL, id BLOB NOT NULL, source BIGINT NOT NULL, fingerprint BIGINT NOT NULL,
  received_at BIGINT NOT NULL, times BIGINT NOT NULL, is_history BIGINT NOT NULL, topic TEXT, reason TEXT NOT NULL, body TEXT NOT NULL,
  is_whole BIGINT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (workspace, id)) WITHOUT ROWID;
CREATE UNIQUE INDEX webhook_rejected_body ON webhook_rejected (workspace, source, fingerprint);
CREATE INDEX webhook_rejected_source ON webhook_rejected (workspace, source, id);
",
);

/// What is written to the shop.
pub const WRITES: Migration = Migration::new(
    "crm/0007_connection_writes",
    "
ALTER TABLE connection ADD COLUMN cart_link TEXT NOT NULL DEFAULT '';
",
);

/// Whether tags are written to the shop.
pub const TAGS: Migration = Migration::new(
    "crm/0008_connection_tags",
    "
ALTER TABLE connection ADD COLUMN writes_tags BIGINT NOT NULL DEFAULT 0;
",
);

// Connections.

pub static CONNECTION_INSERT: Sql = Sql::one(
    "INSERT INTO connection (workspace, source, shop, token, base_url, zone, currency, namespace, mapping, secret, credentials, api_version,
       state, reconcile_minutes, created_at, wrong_signatures, reconciled_at, reconcile_next_at, night_at, cart_link,
       writes_tags)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'active', $13, $14, 0, $14, $15, $14, $16, $17)",
);
pub static CONNECTIONS: Sql = Sql::one(
    "SELECT c.workspace, c.source, s.name, c.shop, c.token, c.base_url, c.zone, c.currency, c.namespace, c.mapping, c.secret, c.old_secret,
       c.old_secret_until, c.credentials, c.api_version, c.cart_link, c.writes_tags, c.state, c.reconcile_minutes, c.created_at, c.last_event_at,
       c.last_error, c.last_error_at, c.wrong_signatures, c.reconciled_at
     FROM connection c JOIN source s ON s.id = c.source AND s.workspace = c.workspace
     WHERE c.workspace = $1 AND c.source > $2
     ORDER BY c.source
     LIMIT $3",
);
pub static CONNECTION_FIND: Sql = Sql::one(
    "SELECT c.workspace, c.source, s.name, c.shop, c.token, c.base_url, c.zone, c.currency, c.namespace, c.mapping, c.secret, c.old_secret,
       c.old_secret_until, c.credentials, c.api_version, c.cart_link, c.writes_tags, c.state, c.reconcile_minutes, c.created_at, c.last_event_at,
       c.last_error, c.last_error_at, c.wrong_signatures, c.reconciled_at
     FROM connection c JOIN source s ON s.id = c.source AND s.workspace = c.workspace
     WHERE c.workspace = $1 AND c.source = $2",
);
/// By the end of a webhook's address, which comes before the workspace is known.
pub static CONNECTION_BY_TOKEN: Sql = Sql::one(
    "SELECT c.workspace, c.source, s.name, c.shop, c.token, c.base_url, c.zone, c.currency, c.namespace, c.mapping, c.secret, c.old_secret,
       c.old_secret_until, c.credentials, c.api_version, c.cart_link, c.writes_tags, c.state, c.reconcile_minutes, c.created_at, c.last_event_at,
       c.last_error, c.last_error_at, c.wrong_signatures, c.reconciled_at
     FROM connection c JOIN source s ON s.id = c.source AND s.workspace = c.workspace
     WHERE c.token = $1",
);
pub static CONNECTION_CHANGE: Sql = Sql::one(
    "UPDATE connection SET base_url = $3, zone = $4, currency = $5, namespace = $6, mapping = $7, credentials = $8, api_version = $9,
       reconcile_minutes = $10, cart_link = $11, writes_tags = $12
     WHERE workspace = $1 AND source = $2",
);
pub static CONNECTION_STATE: Sql = Sql::one("UPDATE connection SET state = $3 WHERE workspace = $1 AND source = $2");
/// The secret before is believed until `$4`.
pub static CONNECTION_ROTATE: Sql = Sql::one(
    "UPDATE connection SET old_secret = secret, old_secret_until = $4, secret = $3 WHERE workspace = $1 AND source = $2",
);
pub static CONNECTION_DELETE: Sql = Sql::one("DELETE FROM connection WHERE workspace = $1 AND source = $2");
pub static CONNECTION_JOBS_DELETE: Sql = Sql::one("DELETE FROM connection_job WHERE workspace = $1 AND source = $2");
pub static CONNECTION_REJECTED_DELETE: Sql =
    Sql::one("DELETE FROM webhook_rejected WHERE workspace = $1 AND source = $2");
pub static CONNECTION_HEARD: Sql =
    Sql::one("UPDATE connection SET last_event_at = $3 WHERE workspace = $1 AND source = $2");
pub static CONNECTION_TROUBLE: Sql = Sql::one(
    "UPDATE connection SET last_error = $3, last_error_at = $4, wrong_signatures = wrong_signatures + $5
     WHERE workspace = $1 AND source = $2",
);
/// The connections whose next reconciliation is due, in all workspaces.
pub static CONNECTIONS_DUE: Sql = Sql::one(
    "SELECT workspace, source, shop, zone, reconcile_minutes, reconciled_at, reconcile_next_at, night_at
     FROM connection
     WHERE state = 'active' AND base_url <> '' AND reconcile_minutes > 0 AND reconcile_next_at <= $1
     ORDER BY workspace, source
     LIMIT 100",
);
/// Whoever moves it from what it was has it to do.
pub static CONNECTION_SCHEDULED: Sql = Sql::one(
    "UPDATE connection SET reconcile_next_at = $4, night_at = $5 WHERE workspace = $1 AND source = $2 AND reconcile_next_at = $3",
);
pub static CONNECTION_RECONCILED: Sql =
    Sql::one("UPDATE connection SET reconciled_at = $3 WHERE workspace = $1 AND source = $2 AND reconciled_at < $3");
/// One process works for a connection at a time: it is taken by whoever has it, or when its time is over.
pub static CONNECTION_LEASE: Sql = Sql::one(
    "UPDATE connection SET worker = $3, worker_until = $4
     WHERE workspace = $1 AND source = $2 AND state = 'active' AND (worker IS NULL OR worker = $3 OR worker_until < $5)",
);
/// Kept only by whoever has it, as long as the connection is at work.
pub static CONNECTION_LEASE_KEEP: Sql = Sql::one(
    "UPDATE connection SET worker_until = $4 WHERE workspace = $1 AND source = $2 AND worker = $3 AND state = 'active'",
);
pub static CONNECTION_LEASE_END: Sql = Sql::one(
    "UPDATE connection SET worker = NULL, worker_until = NULL WHERE workspace = $1 AND source = $2 AND worker = $3",
);

// Jobs.

pub static JOB_INSERT: Sql = Sql::one(
    "INSERT INTO connection_job (workspace, id, source, purpose, asked_by, state, kinds, kind, since, pages, objects, events, refused, missing,
       differing, repaired, found, tries, next_at, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8, 0, 0, 0, 0, 0, 0, 0, '[]', 0, $9, $9, $9)",
);
pub static JOB_FIND: Sql = Sql::one(
    "SELECT workspace, id, source, purpose, asked_by, state, kinds, kind, since, cursor, pages, objects, total, events, refused, missing,
       differing, repaired, found, note, error, tries, next_at, created_at, updated_at, finished_at
     FROM connection_job
     WHERE workspace = $1 AND id = $2",
);
/// Newest first; `$3` `''`: of any purpose.
pub static JOBS: Sql = Sql::one(
    "SELECT workspace, id, source, purpose, asked_by, state, kinds, kind, since, cursor, pages, objects, total, events, refused, missing,
       differing, repaired, found, note, error, tries, next_at, created_at, updated_at, finished_at
     FROM connection_job
     WHERE workspace = $1 AND source = $2 AND (CAST($3 AS TEXT) = '' OR purpose = CAST($3 AS TEXT)) AND id < $4
     ORDER BY id DESC
     LIMIT $5",
);
/// Jobs that are to be done now, of connections that are at work, in all workspaces.
pub static JOBS_DUE: Sql = Sql::one(
    "SELECT j.workspace, j.source
     FROM connection_job j JOIN connection c ON c.workspace = j.workspace AND c.source = j.source
     WHERE j.next_at <= $1 AND c.state = 'active'
     ORDER BY j.next_at, j.id
     LIMIT 200",
);
/// The first job of a connection that is to be done now.
pub static JOB_NEXT: Sql = Sql::one(
    "SELECT workspace, id, source, purpose, asked_by, state, kinds, kind, since, cursor, pages, objects, total, events, refused, missing,
       differing, repaired, found, note, error, tries, next_at, created_at, updated_at, finished_at
     FROM connection_job
     WHERE workspace = $1 AND source = $2 AND next_at <= $3
     ORDER BY purpose DESC, id
     LIMIT 1",
);
/// Jobs of a purpose that are not done, in time or waiting.
pub static JOBS_OPEN: Sql = Sql::one(
    "SELECT id, kinds, state
     FROM connection_job
     WHERE workspace = $1 AND source = $2 AND purpose = $3 AND state IN ('waiting', 'running', 'paused', 'stopped')
     ORDER BY id
     LIMIT 100",
);
/// How far a job is; nothing is changed where a person paused or ended it meanwhile.
pub static JOB_SAVE: Sql = Sql::one(
    "UPDATE connection_job SET state = $3, kind = $4, cursor = $5, pages = $6, objects = $7, total = $8, events = $9, refused = $10,
       missing = $11, differing = $12, repaired = $13, found = $14, note = $15, error = $16, tries = $17, next_at = $18, updated_at = $19,
       finished_at = $20
     WHERE workspace = $1 AND id = $2 AND state IN ('waiting', 'running')",
);
/// A person pauses, resumes or ends a job that is in one of the states to which that applies.
pub static JOB_PAUSE: Sql = Sql::one(
    "UPDATE connection_job SET state = 'paused', next_at = NULL, updated_at = $3
     WHERE workspace = $1 AND id = $2 AND state IN ('waiting', 'running', 'stopped')",
);
pub static JOB_RESUME: Sql = Sql::one(
    "UPDATE connection_job SET state = 'waiting', next_at = $3, updated_at = $3, tries = 0
     WHERE workspace = $1 AND id = $2 AND state IN ('paused', 'stopped', 'waiting')",
);
pub static JOB_CANCEL: Sql = Sql::one(
    "UPDATE connection_job SET state = 'cancelled', next_at = NULL, updated_at = $3, finished_at = $3
     WHERE workspace = $1 AND id = $2 AND state IN ('waiting', 'running', 'paused', 'stopped')",
);
/// A shop that limits how often it is asked limits all jobs of its connection.
pub static JOBS_DELAY: Sql = Sql::one(
    "UPDATE connection_job SET next_at = $3 WHERE workspace = $1 AND source = $2 AND state = 'waiting' AND next_at < $3",
);
/// The newest comparison of each connection that came to its end.
pub static JOBS_COMPARED: Sql = Sql::one(
    "SELECT workspace, id, source, purpose, asked_by, state, kinds, kind, since, cursor, pages, objects, total, events, refused, missing,
       differing, repaired, found, note, error, tries, next_at, created_at, updated_at, finished_at
     FROM (
       SELECT j.*, row_number() OVER (PARTITION BY source ORDER BY id DESC) AS place
       FROM connection_job j
       WHERE workspace = $1 AND purpose = 'reconcile' AND state = 'done') AS done
     WHERE place = 1
     ORDER BY source",
);
/// Each connection with why its newest stopped job stopped, if there is one.
pub static CONNECTIONS_TROUBLED: Sql = Sql::one(
    "SELECT c.source, s.name, c.state, j.error
     FROM connection c
       JOIN source s ON s.id = c.source AND s.workspace = c.workspace
       LEFT JOIN connection_job j ON j.workspace = c.workspace AND j.id = (
         SELECT id FROM connection_job
         WHERE workspace = c.workspace AND source = c.source AND state = 'stopped'
         ORDER BY id DESC LIMIT 1)
     WHERE c.workspace = $1 AND (c.state = 'uninstalled' OR j.id IS NOT NULL)
     ORDER BY c.source",
);
/// Connections that are not at work: switched off, or with a job that waits for a person.
pub static CONNECTIONS_OFF: Sql = Sql::one(
    "SELECT source, state
     FROM connection
     WHERE workspace = $1 AND (state <> 'active' OR source IN (
       SELECT source FROM connection_job WHERE workspace = $1 AND state = 'stopped'))
     ORDER BY source",
);
/// Old jobs go, beyond the newest so many of a connection.
pub static JOBS_TRIM: Sql = Sql::one(
    "DELETE FROM connection_job
     WHERE workspace = $1 AND source = $2 AND next_at IS NULL AND state IN ('done', 'cancelled') AND id < (
       SELECT id FROM connection_job WHERE workspace = $1 AND source = $2 ORDER BY id DESC LIMIT 1 OFFSET 500)",
);
pub static ORDER_OF: Sql = Sql::one(
    "SELECT currency, total, refunded, cancelled_at FROM shop_order WHERE partition = $1 AND customer = $2 AND id = $3",
);

// What was not understood.

pub static REJECTED_PUT: Sql = Sql::one(
    "INSERT INTO webhook_rejected (workspace, id, source, fingerprint, received_at, times, is_history, topic, reason, body, is_whole, state)
     VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10, 'open')
     ON CONFLICT (workspace, source, fingerprint) DO UPDATE SET times = webhook_rejected.times + 1, received_at = excluded.received_at,
       reason = excluded.reason, state = 'open'",
);
/// The oldest go, beyond the newest so many of a connection.
pub static REJECTED_TRIM: Sql = Sql::one(
    "DELETE FROM webhook_rejected
     WHERE workspace = $1 AND source = $2 AND id < (
       SELECT id FROM webhook_rejected WHERE workspace = $1 AND source = $2 ORDER BY id DESC LIMIT 1 OFFSET 499)",
);
/// Newest first; a long body only by its beginning.
pub static REJECTED: Sql = Sql::one(
    "SELECT id, source, received_at, times, is_history, topic, reason, substr(body, 1, 4000) AS body, is_whole, state
     FROM webhook_rejected
     WHERE workspace = $1 AND source = $2 AND id < $3 AND (CAST($4 AS TEXT) = '' OR state = CAST($4 AS TEXT))
     ORDER BY id DESC
     LIMIT $5",
);
pub static REJECTED_FIND: Sql = Sql::one(
    "SELECT id, source, received_at, times, is_history, topic, reason, body, is_whole, state
     FROM webhook_rejected
     WHERE workspace = $1 AND source = $2 AND id = $3",
);
pub static REJECTED_CLOSE: Sql = Sql::one(
    "UPDATE webhook_rejected SET state = $4 WHERE workspace = $1 AND source = $2 AND id = $3 AND state = 'open'",
);

/// All of them, for the test that prepares each on both databases.
#[cfg(test)]
pub static ALL: &[&Sql] = &[
    &CONNECTION_INSERT,
    &CONNECTIONS,
    &CONNECTION_FIND,
    &CONNECTION_BY_TOKEN,
    &CONNECTION_CHANGE,
    &CONNECTION_STATE,
    &CONNECTION_ROTATE,
    &CONNECTION_DELETE,
    &CONNECTION_JOBS_DELETE,
    &CONNECTION_REJECTED_DELETE,
    &CONNECTION_HEARD,
    &CONNECTION_TROUBLE,
    &CONNECTIONS_DUE,
    &CONNECTION_SCHEDULED,
    &CONNECTION_RECONCILED,
    &CONNECTION_LEASE,
    &CONNECTION_LEASE_KEEP,
    &CONNECTION_LEASE_END,
    &JOB_INSERT,
    &JOB_FIND,
    &JOBS,
    &JOBS_DUE,
    &JOB_NEXT,
    &JOBS_OPEN,
    &JOB_SAVE,
    &JOB_PAUSE,
    &JOB_RESUME,
    &JOB_CANCEL,
    &JOBS_DELAY,
    &JOBS_COMPARED,
    &CONNECTIONS_TROUBLED,
    &CONNECTIONS_OFF,
    &JOBS_TRIM,
    &ORDER_OF,
    &REJECTED_PUT,
    &REJECTED_TRIM,
    &REJECTED,
    &REJECTED_FIND,
    &REJECTED_CLOSE,
];
