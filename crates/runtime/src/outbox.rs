//! Effects: what is to be carried out after a commit. A worker asks for one, the loop decides; see `engage` for what they are.

use base::{Id, Time};
use store::{Db, Row, StoreError, Value};

/// One thing to do, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Derived from its cause (journey, step, visit): the second lock against doing it twice.
    pub id: Id,
    /// Not before this.
    pub run_at: Time,
    /// The domain's word for what to do.
    pub kind: &'static str,
    /// The cell that decides about it.
    pub cell: Id,
    /// How often it was tried before.
    pub attempt: i64,
}

/// An effect waiting in the outbox, as a worker reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub id: Id,
    pub run_at: Time,
    pub kind: String,
    pub cell: Id,
    pub attempt: i64,
}

/// The effects that are due, oldest first, at most `limit`.
pub async fn due(db: &Db, partition: i64, now: Time, limit: i64) -> Result<Vec<Waiting>, StoreError> {
    let rows = db.query(&crate::sql::EFFECTS_DUE, &[partition.into(), now.into(), limit.into()]).await?;
    Ok(rows.iter().map(waiting).collect())
}

/// The effects of one kind that are due, oldest first, at most `limit`.
pub async fn due_of(
    db: &Db,
    partition: i64,
    kind: &'static str,
    now: Time,
    limit: i64,
) -> Result<Vec<Waiting>, StoreError> {
    let params = [partition.into(), now.into(), limit.into(), Value::Static(kind)];
    let rows = db.query(&crate::sql::EFFECTS_DUE_OF, &params).await?;
    Ok(rows.iter().map(waiting).collect())
}

fn waiting(row: &Row) -> Waiting {
    Waiting {
        id: row.id("id"),
        run_at: row.time("run_at"),
        kind: row.text("kind").to_owned(),
        cell: row.id("cell"),
        attempt: row.int("attempt"),
    }
}

/// When the next effect wants to run.
pub async fn next_run(db: &Db, partition: i64) -> Result<Option<Time>, StoreError> {
    let rows = db.query(&crate::sql::EFFECT_NEXT, &[Value::Int(partition)]).await?;
    Ok(rows.first().and_then(|row| row.opt_time("run_at")))
}
