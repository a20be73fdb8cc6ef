//! SQL of destinations.

use store::{Migration, Sql};

pub const MIGRATION: Migration = Migration::new(
    "engage/0007_destinations",
    "
CREATE TABLE destination (workspace BIGINT NOT NULL, id BLOB NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, base_url TEXT NOT NULL,
  credentials TEXT NOT NULL, settings TEXT NOT NULL, found TEXT NOT NULL, is_checked BIGINT NOT NULL, created_at BIGINT NOT NULL,
  last_ok_at BIGINT, handed_over BIGINT NOT NULL, last_error TEXT, last_error_at BIGINT, PRIMARY KEY (workspace, id)) WITHOUT ROWID;
CREATE UNIQUE INDEX destination_name ON destination (workspace, name);
CREATE INDEX effect_hand_over ON effect (partition, run_at, id) WHERE kind = 'hand_over';
",
);

/// What is due of [`super::HAND_OVER`], oldest first. The kind stands here as a text, or its index would not serve: among a million
/// messages that are due the few hand-overs are found at once.
pub static HANDOVERS_DUE: Sql = Sql::one(
    "SELECT id, run_at, cell FROM effect
     WHERE partition = $1 AND run_at <= $2 AND kind = 'hand_over'
     ORDER BY run_at, id
     LIMIT $3",
);

pub static DESTINATION_INSERT: Sql = Sql::one(
    "INSERT INTO destination (workspace, id, name, kind, base_url, credentials, settings, found, is_checked, created_at, handed_over)
     VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', 0, $8, 0)",
);
/// In the order in which they were made.
pub static DESTINATIONS: Sql = Sql::one(
    "SELECT workspace, id, name, kind, base_url, credentials, settings, found, is_checked, created_at, last_ok_at, handed_over, last_error,
       last_error_at
     FROM destination
     WHERE workspace = $1 AND id > $2
     ORDER BY id
     LIMIT $3",
);
pub static DESTINATION_FIND: Sql = Sql::one(
    "SELECT workspace, id, name, kind, base_url, credentials, settings, found, is_checked, created_at, last_ok_at, handed_over, last_error,
       last_error_at
     FROM destination
     WHERE workspace = $1 AND id = $2",
);
pub static DESTINATION_BY_NAME: Sql = Sql::one(
    "SELECT workspace, id, name, kind, base_url, credentials, settings, found, is_checked, created_at, last_ok_at, handed_over, last_error,
       last_error_at
     FROM destination
     WHERE workspace = $1 AND name = $2",
);
pub static DESTINATION_CHANGE: Sql = Sql::one(
    "UPDATE destination SET name = $3, base_url = $4, credentials = $5, settings = $6, found = $7, is_checked = $8
     WHERE workspace = $1 AND id = $2",
);
pub static DESTINATION_DELETE: Sql = Sql::one("DELETE FROM destination WHERE workspace = $1 AND id = $2");
pub static DESTINATION_CHECKED: Sql =
    Sql::one("UPDATE destination SET found = $3, is_checked = 1, last_ok_at = $4 WHERE workspace = $1 AND id = $2");
pub static DESTINATION_DONE: Sql =
    Sql::one("UPDATE destination SET last_ok_at = $3, handed_over = handed_over + 1 WHERE workspace = $1 AND id = $2");
pub static DESTINATION_TROUBLE: Sql =
    Sql::one("UPDATE destination SET last_error = $3, last_error_at = $4 WHERE workspace = $1 AND id = $2");
