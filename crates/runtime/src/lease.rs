//! The fenced lease: one applier per workspace. On SQLite the operating system's lock on the data folder already gives that;
//! the row is kept there too, so that both engines run the same steps.

use crate::sql;
use base::Time;
use store::{Db, StoreError, Value, Write};

/// Our epoch. A commit under an older one touches no row and fails whole ([`StoreError::Fenced`]).
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub epoch: i64,
}

/// A lease and where the fold stood when we took it.
pub(crate) struct Taken {
    pub lease: Lease,
    pub position: i64,
    pub received: Time,
    pub alive_at: Time,
}

impl Lease {
    /// Takes the lease if nobody holds it; `owner` names this process, who may always take its own again. It holds for `length`
    /// microseconds by the clock of the database, so that processes need not agree on the time.
    pub async fn take(db: &Db, partition: i64, owner: &str, length: i64) -> Result<Option<Taken>, StoreError> {
        let mut tx = db.begin().await?;
        let params = [partition.into(), Value::Text(owner.to_owned()), length.into()];
        let rows = tx.query(&sql::LEASE_TAKE, &params).await?;
        tx.commit().await?;
        Ok(rows.first().map(|row| Taken {
            lease: Lease { epoch: row.int("epoch") },
            position: row.int("position"),
            received: row.time("received_at"),
            alive_at: row.time("alive_at"),
        }))
    }

    /// The step that moves the position, and proves that the lease is still ours and the commit before this one written.
    pub fn moves(&self, partition: i64, to: Moved, length: i64) -> Write {
        let Moved { position, received, alive_at, before, number } = to;
        let row = [
            partition.into(),
            self.epoch.into(),
            position.into(),
            received.into(),
            alive_at.into(),
            length.into(),
            (before as i64).into(),
            (number as i64).into(),
        ];
        Write::one(&sql::APPLIED_MOVE, row).expect(1)
    }
}

/// Where a commit leaves the fold.
pub(crate) struct Moved {
    pub position: i64,
    pub received: Time,
    pub alive_at: Time,
    /// The number of the commit before it under this lease, and its own; the same, where it only renews the lease.
    pub before: u64,
    pub number: u64,
}
