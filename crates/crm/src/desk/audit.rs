//! The audit log: who did what at the desk. Only ever appended to.

use super::{new_id, sql};
use base::{Id, Rng, Time};
use serde::Serialize;
use serde_json::Value as Json;
use store::{Db, StoreError, Value, Write};

/// Who acts, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub workspace: i64,
    /// `person:ID`, `key:ID`, or `command line`.
    pub name: String,
}

impl Actor {
    /// Someone with a shell on the server.
    pub fn command_line(workspace: i64) -> Actor {
        Actor { workspace, name: "command line".to_owned() }
    }
}

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AuditEntry {
    #[schema(value_type = String)]
    pub id: Id,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// `person:ID`, `key:ID`, or `command line`.
    pub actor: String,
    /// What was done, in the past tense: `key.revoked`.
    pub action: String,
    /// The id of what it was done to.
    pub object: String,
    #[schema(value_type = Object)]
    pub detail: Json,
}

/// The step that writes an entry: put it in the transaction of what it tells of. No secrets in `detail`.
pub fn entry(actor: &Actor, at: Time, rng: &dyn Rng, action: &'static str, object: &str, detail: &Json) -> Write {
    Write::one(
        &sql::AUDIT_INSERT,
        [
            actor.workspace.into(),
            new_id(rng, at).into(),
            at.into(),
            Value::from(&actor.name),
            Value::Static(action),
            object.into(),
            Value::Text(detail.to_string()),
        ],
    )
}

/// The workspace's entries before `before` (`None`: from the newest), newest first, at most `rows`.
pub async fn list_audit(db: &Db, workspace: i64, before: Option<Id>, rows: i64) -> Result<Vec<AuditEntry>, StoreError> {
    let before = before.unwrap_or(Id([0xff; 16]));
    let found = db.query(&sql::AUDIT, &[workspace.into(), before.into(), rows.into()]).await?;
    let entry = |row: &store::Row| AuditEntry {
        id: row.id("id"),
        at: row.time("at"),
        actor: row.text("actor").to_owned(),
        action: row.text("action").to_owned(),
        object: row.text("object").to_owned(),
        detail: serde_json::from_str(row.text("detail")).unwrap_or(Json::Null),
    };
    Ok(found.iter().map(entry).collect())
}
