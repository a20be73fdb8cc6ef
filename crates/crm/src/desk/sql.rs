//! SQL of the desk: workspaces, sources and keys, people and sessions, the audit log, idempotency keys.
//!
//! These are small reference tables: they start with the workspace, or with a hash that is looked up before the workspace is
//! known.

use store::{Migration, Sql};

pub const MIGRATION: Migration = Migration::new(
    "crm/0002_desk",
    "
CREATE TABLE workspace (id BIGINT PRIMARY KEY, name TEXT NOT NULL, created_at BIGINT NOT NULL, secret BLOB NOT NULL);
CREATE TABLE source (id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
  created_at BIGINT NOT NULL);
CREATE UNIQUE INDEX source_name ON source (workspace, name);
CREATE TABLE api_key (hash BLOB NOT NULL PRIMARY KEY, id BLOB NOT NULL, workspace BIGINT NOT NULL, source BIGINT NOT NULL,
  kind TEXT NOT NULL, scopes TEXT NOT NULL, name TEXT NOT NULL, prefix TEXT NOT NULL, created_at BIGINT NOT NULL,
  revoked_at BIGINT, last_used_at BIGINT) WITHOUT ROWID;
CREATE UNIQUE INDEX api_key_id ON api_key (workspace, id);
CREATE TABLE person (id BLOB NOT NULL PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL, password_hash TEXT,
  created_at BIGINT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX person_email ON person (email);
CREATE TABLE membership (workspace BIGINT NOT NULL, person BLOB NOT NULL, role TEXT NOT NULL, agent BLOB, created_at BIGINT NOT NULL,
  disabled_at BIGINT, PRIMARY KEY (workspace, person)) WITHOUT ROWID;
CREATE INDEX membership_person ON membership (person, workspace);
CREATE TABLE session (token BLOB NOT NULL PRIMARY KEY, person BLOB NOT NULL, workspace BIGINT NOT NULL, created_at BIGINT NOT NULL,
  last_seen BIGINT NOT NULL, expires BIGINT NOT NULL, csrf TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX session_person ON session (person, workspace);
CREATE INDEX session_expires ON session (expires);
CREATE TABLE password_reset (token BLOB NOT NULL PRIMARY KEY, person BLOB NOT NULL, expires BIGINT NOT NULL) WITHOUT ROWID;
CREATE INDEX password_reset_person ON password_reset (person);
CREATE INDEX password_reset_expires ON password_reset (expires);
CREATE TABLE audit (workspace BIGINT NOT NULL, id BLOB NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
  object TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (workspace, id)) WITHOUT ROWID;
CREATE TABLE idempotency (caller TEXT NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, at BIGINT NOT NULL, status BIGINT,
  content_type TEXT, body BLOB, PRIMARY KEY (caller, key)) WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);
CREATE TABLE desk_once (name TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL) WITHOUT ROWID;
",
);

// Workspaces.

pub static WORKSPACES: Sql = Sql::one("SELECT id, name, created_at FROM workspace ORDER BY id");
pub static WORKSPACE_FIND: Sql = Sql::one("SELECT id, name, created_at, secret FROM workspace WHERE id = $1");
pub static WORKSPACE_FIRST: Sql =
    Sql::one("INSERT INTO workspace (id, name, created_at, secret) VALUES (1, $1, $2, $3) ON CONFLICT (id) DO NOTHING");
/// Two made at once draw the same number, and one of them is told so. (A pair because the type of `$3` must be said, and bytes
/// have another name on each engine.)
pub static WORKSPACE_NEXT: Sql = Sql::pair(
    "INSERT INTO workspace (id, name, created_at, secret)
     SELECT coalesce(max(id), 0) + 1, CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS BLOB)
     FROM workspace
     RETURNING id",
    "INSERT INTO workspace (id, name, created_at, secret)
     SELECT coalesce(max(id), 0) + 1, CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS BYTEA)
     FROM workspace
     RETURNING id",
);
pub static WORKSPACE_RENAME: Sql = Sql::one("UPDATE workspace SET name = $2 WHERE id = $1");

// Sources.

pub static SOURCES: Sql =
    Sql::one("SELECT id, name, kind, created_at FROM source WHERE workspace = $1 AND id > $2 ORDER BY id LIMIT $3");
pub static SOURCE_FIND: Sql =
    Sql::one("SELECT id, name, kind, created_at FROM source WHERE workspace = $1 AND id = $2");
pub static SOURCE_NAMED: Sql =
    Sql::one("SELECT id, name, kind, created_at FROM source WHERE workspace = $1 AND name = $2");
pub static SOURCE_NEXT: Sql = Sql::one(
    "INSERT INTO source (id, workspace, name, kind, created_at)
     SELECT coalesce(max(id), 0) + 1, CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT)
     FROM source
     RETURNING id",
);

// Keys.

/// Every workspace's: what the cache of live keys holds.
pub static KEYS_LIVE: Sql = Sql::one(
    "SELECT hash, id, workspace, source, kind, scopes, name, last_used_at
     FROM api_key
     WHERE revoked_at IS NULL
     ORDER BY hash",
);
pub static KEYS: Sql = Sql::one(
    "SELECT id, source, kind, scopes, name, prefix, created_at, revoked_at, last_used_at
     FROM api_key
     WHERE workspace = $1 AND id > $2
     ORDER BY id
     LIMIT $3",
);
pub static KEY_INSERT: Sql = Sql::one(
    "INSERT INTO api_key (hash, id, workspace, source, kind, scopes, name, prefix, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);
pub static KEY_REVOKE: Sql =
    Sql::one("UPDATE api_key SET revoked_at = $3 WHERE workspace = $1 AND id = $2 AND revoked_at IS NULL");
pub static KEY_USED: Sql = Sql::one("UPDATE api_key SET last_used_at = $3 WHERE workspace = $1 AND id = $2");

// People.

pub static PERSON_ANY: Sql = Sql::one("SELECT id FROM person ORDER BY id LIMIT 1");
pub static PERSON_INSERT: Sql =
    Sql::one("INSERT INTO person (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)");
pub static PERSON_BY_EMAIL: Sql = Sql::one("SELECT id, password_hash FROM person WHERE email = $1");
pub static PERSON_SET_PASSWORD: Sql = Sql::one("UPDATE person SET password_hash = $2 WHERE id = $1");
pub static MEMBER_INSERT: Sql =
    Sql::one("INSERT INTO membership (workspace, person, role, agent, created_at) VALUES ($1, $2, $3, $4, $5)");
pub static MEMBERS: Sql = Sql::one(
    "SELECT p.id, p.email, p.name, p.password_hash, m.role, m.agent, m.created_at, m.disabled_at
     FROM membership m JOIN person p ON p.id = m.person
     WHERE m.workspace = $1 AND m.person > $2
     ORDER BY m.person
     LIMIT $3",
);
pub static MEMBER_FIND: Sql = Sql::one(
    "SELECT p.id, p.email, p.name, p.password_hash, m.role, m.agent, m.created_at, m.disabled_at
     FROM membership m JOIN person p ON p.id = m.person
     WHERE m.workspace = $1 AND m.person = $2",
);
/// Where a person may work now.
pub static MEMBER_OF: Sql = Sql::one(
    "SELECT w.id, w.name, w.created_at, m.role
     FROM membership m JOIN workspace w ON w.id = m.workspace
     WHERE m.person = $1 AND m.disabled_at IS NULL
     ORDER BY w.id",
);
/// The one who keeps a workspace open cannot be shut out: the last owner stays.
pub static MEMBER_DISABLE: Sql = Sql::one(
    "UPDATE membership SET disabled_at = $3
     WHERE workspace = $1 AND person = $2 AND disabled_at IS NULL
       AND (role <> 'owner' OR EXISTS (
         SELECT 1 FROM membership o
         WHERE o.workspace = $1 AND o.role = 'owner' AND o.person <> $2 AND o.disabled_at IS NULL))",
);
/// Nor can they become something else.
pub static MEMBER_SET_ROLE: Sql = Sql::one(
    "UPDATE membership SET role = $3
     WHERE workspace = $1 AND person = $2
       AND (role <> 'owner' OR $3 = 'owner' OR disabled_at IS NOT NULL OR EXISTS (
         SELECT 1 FROM membership o
         WHERE o.workspace = $1 AND o.role = 'owner' AND o.person <> $2 AND o.disabled_at IS NULL))",
);
/// Changes nothing, and makes whoever does the same wait: two owners cannot shut each other out at one moment.
pub static WORKSPACE_LOCK: Sql = Sql::one("UPDATE workspace SET name = name WHERE id = $1");
pub static MEMBER_ENABLE: Sql =
    Sql::one("UPDATE membership SET disabled_at = NULL WHERE workspace = $1 AND person = $2");
pub static ONCE: Sql = Sql::one("INSERT INTO desk_once (name, at) VALUES ($1, $2)");

// Sessions.

pub static SESSION_INSERT: Sql = Sql::one(
    "INSERT INTO session (token, person, workspace, created_at, last_seen, expires, csrf) VALUES ($1, $2, $3, $4, $5, $6, $7)",
);
/// A session with whom it is and what they may; none where they were disabled since.
pub static SESSION_FIND: Sql = Sql::one(
    "SELECT s.person, s.workspace, s.last_seen, s.expires, s.csrf, p.name, p.email, m.role, m.agent
     FROM session s
     JOIN person p ON p.id = s.person
     JOIN membership m ON m.workspace = s.workspace AND m.person = s.person
     WHERE s.token = $1 AND m.disabled_at IS NULL",
);
pub static SESSION_SEEN: Sql = Sql::one("UPDATE session SET last_seen = $2 WHERE token = $1");
pub static SESSION_MOVE: Sql = Sql::one("UPDATE session SET workspace = $2 WHERE token = $1");
pub static SESSION_DELETE: Sql = Sql::one("DELETE FROM session WHERE token = $1");
pub static SESSIONS_OF: Sql = Sql::one("DELETE FROM session WHERE person = $1");
pub static SESSIONS_HERE: Sql = Sql::one("DELETE FROM session WHERE person = $1 AND workspace = $2");
pub static SESSIONS_EXPIRED: Sql = Sql::one("DELETE FROM session WHERE expires < $1");

// Password resets.

pub static RESET_INSERT: Sql = Sql::one("INSERT INTO password_reset (token, person, expires) VALUES ($1, $2, $3)");
/// Whoever deletes the row has used the link: nobody else can.
pub static RESET_TAKE: Sql = Sql::one("DELETE FROM password_reset WHERE token = $1 AND expires > $2 RETURNING person");
pub static RESETS_OF: Sql = Sql::one("DELETE FROM password_reset WHERE person = $1");
pub static RESETS_EXPIRED: Sql = Sql::one("DELETE FROM password_reset WHERE expires <= $1");

// Audit.

pub static AUDIT_INSERT: Sql = Sql::one(
    "INSERT INTO audit (workspace, id, at, actor, action, object, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
);
pub static AUDIT: Sql = Sql::one(
    "SELECT id, at, actor, action, object, detail
     FROM audit
     WHERE workspace = $1 AND id < $2
     ORDER BY id DESC
     LIMIT $3",
);

// Idempotency keys.

/// Takes a key that is new; touches no row where it is known.
pub static IDEMPOTENCY_CLAIM: Sql = Sql::one(
    "INSERT INTO idempotency (caller, key, request, at) VALUES ($1, $2, $3, $4) ON CONFLICT (caller, key) DO NOTHING",
);
/// Takes a key over whose request never ended: the process died with it.
pub static IDEMPOTENCY_TAKE_OVER: Sql = Sql::one(
    "UPDATE idempotency SET request = $3, at = $4
     WHERE caller = $1 AND key = $2 AND status IS NULL AND at < $5",
);
pub static IDEMPOTENCY_FIND: Sql =
    Sql::one("SELECT request, status, content_type, body FROM idempotency WHERE caller = $1 AND key = $2");
pub static IDEMPOTENCY_KEEP: Sql =
    Sql::one("UPDATE idempotency SET status = $3, content_type = $4, body = $5 WHERE caller = $1 AND key = $2");
pub static IDEMPOTENCY_RELEASE: Sql =
    Sql::one("DELETE FROM idempotency WHERE caller = $1 AND key = $2 AND status IS NULL");
pub static IDEMPOTENCY_EXPIRED: Sql = Sql::one("DELETE FROM idempotency WHERE at < $1");
