//! Workspaces: a shop or brand each. The id of one is the `partition` of everything it owns.

use super::{DeskError, checked_name, sql};
use base::{Clock, Rng, Time};
use store::{Db, Row, StoreError, Value, Write};

/// A workspace, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// The partition.
    pub id: i64,
    pub name: String,
    pub created_at: Time,
}

impl Workspace {
    fn of(row: &Row) -> Workspace {
        Workspace { id: row.int("id"), name: row.text("name").to_owned(), created_at: row.time("created_at") }
    }
}

/// All workspaces, oldest first.
pub async fn list_workspaces(db: &Db) -> Result<Vec<Workspace>, StoreError> {
    Ok(db.query(&sql::WORKSPACES, &[]).await?.iter().map(Workspace::of).collect())
}

/// The oldest workspace; it is made where there is none.
pub async fn create_workspace_if_none(
    db: &Db,
    clock: &dyn Clock,
    rng: &dyn Rng,
    name: &str,
) -> Result<Workspace, DeskError> {
    loop {
        if let Some(first) = list_workspaces(db).await?.into_iter().next() {
            return Ok(first);
        }
        let name = checked_name("the workspace's name", name)?;
        let row = [name.into(), clock.now().into(), new_secret(rng)];
        db.write(vec![Write::one(&sql::WORKSPACE_FIRST, row)]).await?;
    }
}

/// One more workspace.
pub async fn create_workspace(db: &Db, clock: &dyn Clock, rng: &dyn Rng, name: &str) -> Result<Workspace, DeskError> {
    let (name, created_at) = (checked_name("the workspace's name", name)?, clock.now());
    let row = [Value::Text(name.clone()), created_at.into(), new_secret(rng)];
    let id = insert_numbered(db, &sql::WORKSPACE_NEXT, &row).await?;
    Ok(Workspace { id, name, created_at })
}

/// Gives a workspace another name.
pub async fn rename_workspace(db: &Db, workspace: i64, name: &str) -> Result<(), DeskError> {
    let name = checked_name("the workspace's name", name)?;
    db.write(vec![Write::one(&sql::WORKSPACE_RENAME, [workspace.into(), name.into()])]).await?;
    Ok(())
}

/// The 32 bytes from which the workspace's link tokens are derived; `None`: no such workspace.
pub async fn workspace_secret(db: &Db, workspace: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let rows = db.query(&sql::WORKSPACE_FIND, &[workspace.into()]).await?;
    Ok(rows.into_iter().next().map(|mut row| row.take_blob("secret")))
}

fn new_secret(rng: &dyn Rng) -> Value {
    let mut secret = vec![0u8; 32];
    rng.fill(&mut secret);
    Value::Blob(secret)
}

/// Runs a text that draws the next number and answers it. Two at once may draw the same: the loser draws again.
pub(super) async fn insert_numbered(db: &Db, sql: &'static store::Sql, row: &[Value]) -> Result<i64, StoreError> {
    for _ in 0..20 {
        let mut tx = db.begin().await?;
        match tx.query(sql, row).await {
            Ok(rows) => {
                let id = rows.first().map(|row| row.int("id"));
                tx.commit().await?;
                return id.ok_or_else(|| StoreError::Other("the statement answered no number".to_owned()));
            }
            Err(StoreError::Duplicate { what }) if !what.contains("name") => {}
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Busy)
}
