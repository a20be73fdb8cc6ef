//! Sources: where events come from. A source has keys.

use super::{DeskError, audit, checked_name, sql, workspaces::insert_numbered};
use crate::desk::Actor;
use base::{Clock, Rng, Time};
use serde::Serialize;
use store::{Db, Row, StoreError, Value};

/// Where events come from, such as the shop's pages or its server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Source {
    pub id: i64,
    pub name: String,
    /// `browser`, `server` or another short word.
    pub kind: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

impl Source {
    fn of(row: &Row) -> Source {
        Source {
            id: row.int("id"),
            name: row.text("name").to_owned(),
            kind: row.text("kind").to_owned(),
            created_at: row.time("created_at"),
        }
    }
}

/// The workspace's sources after `after` (0: from the first), at most `rows`.
pub async fn list_sources(db: &Db, workspace: i64, after: i64, rows: i64) -> Result<Vec<Source>, StoreError> {
    let found = db.query(&sql::SOURCES, &[workspace.into(), after.into(), rows.into()]).await?;
    Ok(found.iter().map(Source::of).collect())
}

/// The workspace's source with this id.
pub async fn find_source(db: &Db, workspace: i64, id: i64) -> Result<Option<Source>, StoreError> {
    let found = db.query(&sql::SOURCE_FIND, &[workspace.into(), id.into()]).await?;
    Ok(found.first().map(Source::of))
}

/// Makes a source; names are unique in a workspace.
pub async fn create_source(
    db: &Db,
    clock: &dyn Clock,
    rng: &dyn Rng,
    actor: &Actor,
    name: &str,
    kind: &str,
) -> Result<Source, DeskError> {
    let name = checked_name("the source's name", name)?;
    let kind = checked_name("the source's kind", kind)?;
    if kind.len() > 40 {
        return Err(DeskError::Invalid("sources.wrong_kind", "the source's kind is one short word".to_owned()));
    }
    let created_at = clock.now();
    let row = [actor.workspace.into(), Value::from(&name), Value::from(&kind), created_at.into()];
    let id = match insert_numbered(db, &sql::SOURCE_NEXT, &row).await {
        Err(StoreError::Duplicate { .. }) => {
            return Err(DeskError::Conflict("sources.name_taken", format!("there is a source {name:?} already")));
        }
        other => other?,
    };
    let entry =
        audit::entry(actor, created_at, rng, "source.created", &id.to_string(), &serde_json::json!({ "name": name }));
    db.write(vec![entry]).await?;
    Ok(Source { id, name, kind, created_at })
}

/// The source with this name; it is made where there is none.
pub(crate) async fn source_named(
    db: &Db,
    clock: &dyn Clock,
    rng: &dyn Rng,
    actor: &Actor,
    name: &str,
    kind: &str,
) -> Result<Source, DeskError> {
    for _ in 0..2 {
        let found = db.query(&sql::SOURCE_NAMED, &[actor.workspace.into(), name.trim().into()]).await?;
        if let Some(row) = found.first() {
            return Ok(Source::of(row));
        }
        match create_source(db, clock, rng, actor, name, kind).await {
            // Made by somebody else just now.
            Err(DeskError::Conflict(..)) => {}
            other => return other,
        }
    }
    Err(DeskError::Store(StoreError::Busy))
}
