//! SQL of the feeds by address.

use store::{Migration, Sql};

pub const MIGRATION: Migration = Migration::new(
    "crm/0004_product_feeds",
    "
CREATE TABLE product_feed (workspace BIGINT NOT NULL, id BLOB NOT NULL, source TEXT NOT NULL, url TEXT NOT NULL, format TEXT NOT NULL,
  every_minutes BIGINT NOT NULL, is_complete BIGINT NOT NULL, is_paused BIGINT NOT NULL, etag TEXT, last_modified TEXT,
  next_at BIGINT NOT NULL, asked_by TEXT NOT NULL, accepts_loss BIGINT NOT NULL, fetched_at BIGINT, changed_at BIGINT, outcome TEXT,
  error TEXT, missing BIGINT NOT NULL, tries BIGINT NOT NULL, created_at BIGINT NOT NULL, worker TEXT, worker_until BIGINT,
  PRIMARY KEY (workspace, id)) WITHOUT ROWID;
CREATE UNIQUE INDEX product_feed_source ON product_feed (workspace, source);
ALTER TABLE feed_import ADD COLUMN deleted BIGINT NOT NULL DEFAULT 0;
",
);

pub static FEED_INSERT: Sql = Sql::one(
    "INSERT INTO product_feed (workspace, id, source, url, format, every_minutes, is_complete, is_paused, next_at, asked_by, accepts_loss,
       missing, tries, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, 0, 0, 0, $8)",
);
pub static FEEDS: Sql = Sql::one(
    "SELECT workspace, id, source, url, format, every_minutes, is_complete, is_paused, etag, last_modified, next_at, asked_by, accepts_loss,
       fetched_at, changed_at, outcome, error, missing, tries, created_at, worker_until
     FROM product_feed
     WHERE workspace = $1 AND id > $2
     ORDER BY id
     LIMIT $3",
);
pub static FEED_FIND: Sql = Sql::one(
    "SELECT workspace, id, source, url, format, every_minutes, is_complete, is_paused, etag, last_modified, next_at, asked_by, accepts_loss,
       fetched_at, changed_at, outcome, error, missing, tries, created_at, worker_until
     FROM product_feed
     WHERE workspace = $1 AND id = $2",
);
/// Those whose time has come and that nobody fetches, in all workspaces.
pub static FEEDS_DUE: Sql = Sql::one(
    "SELECT workspace, id, source, url, format, every_minutes, is_complete, is_paused, etag, last_modified, next_at, asked_by, accepts_loss,
       fetched_at, changed_at, outcome, error, missing, tries, created_at, worker_until
     FROM product_feed
     WHERE is_paused = 0 AND next_at <= $1 AND (worker_until IS NULL OR worker_until < $1)
     ORDER BY next_at, workspace, id
     LIMIT 20",
);
/// What was at another address says nothing of this one.
pub static FEED_CHANGE: Sql = Sql::one(
    "UPDATE product_feed
     SET url = $3, format = $4, every_minutes = $5, is_complete = $6, is_paused = $7, next_at = $8, etag = NULL, last_modified = NULL
     WHERE workspace = $1 AND id = $2",
);
/// Now, and whole even if the file is the one that was read last.
pub static FEED_RUN: Sql = Sql::one(
    "UPDATE product_feed
     SET next_at = $3, asked_by = $4, accepts_loss = $5, is_paused = 0, tries = 0, etag = NULL, last_modified = NULL
     WHERE workspace = $1 AND id = $2",
);
pub static FEED_DELETE: Sql = Sql::one("DELETE FROM product_feed WHERE workspace = $1 AND id = $2");
/// One process fetches a feed at a time; whoever says nothing until `$4` has lost it.
pub static FEED_LEASE: Sql = Sql::one(
    "UPDATE product_feed SET worker = $3, worker_until = $4
     WHERE workspace = $1 AND id = $2 AND is_paused = 0 AND (worker_until IS NULL OR worker_until < $5)",
);
pub static FEED_LEASE_KEEP: Sql =
    Sql::one("UPDATE product_feed SET worker_until = $4 WHERE workspace = $1 AND id = $2 AND worker = $3");
/// How it ended, and when it is fetched again; whoever changed it meanwhile or wants it at once has the last word on that.
pub static FEED_SAVE: Sql = Sql::one(
    "UPDATE product_feed
     SET etag = CASE WHEN next_at = $6 THEN $4 ELSE NULL END,
       last_modified = CASE WHEN next_at = $6 THEN $5 ELSE NULL END, next_at = CASE WHEN next_at = $6 THEN $7 ELSE next_at END,
       asked_by = CASE WHEN next_at = $6 THEN 'schedule' ELSE asked_by END,
       accepts_loss = CASE WHEN next_at = $6 THEN 0 ELSE accepts_loss END, fetched_at = $8,
       changed_at = COALESCE($9, changed_at), outcome = $10, error = $11, missing = $12, tries = $13, worker = NULL, worker_until = NULL
     WHERE workspace = $1 AND id = $2 AND worker = $3",
);
/// What of a source is in the catalogue.
pub static FEED_KNOWN: Sql = Sql::one(
    "SELECT id, product_id, variants
     FROM product
     WHERE partition = $1 AND shop = $2 AND is_deleted = 0 AND id > $3
     ORDER BY id
     LIMIT $4",
);

/// Every text, for the test that prepares them.
pub static ALL: &[&Sql] = &[
    &FEED_INSERT,
    &FEEDS,
    &FEED_FIND,
    &FEEDS_DUE,
    &FEED_CHANGE,
    &FEED_RUN,
    &FEED_DELETE,
    &FEED_LEASE,
    &FEED_LEASE_KEEP,
    &FEED_SAVE,
    &FEED_KNOWN,
];
