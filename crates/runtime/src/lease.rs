//! The fenced lease: one applier per workspace. On SQLite the operating system's lock on the data folder already gives that;
//! the row is kept there too, so that both engines run the same text.

use crate::sql;
use base::{SECOND, Time};
use store::{Db, StoreError, Value, Write};

/// How long a lease holds without a sign of life. The holder renews at each commit and at least every third of this.
pub(crate) const LEASE: i64 = 10 * SECOND;

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
    /// Takes the lease if nobody holds it; `owner` names this process, who may always take its own again.
    pub async fn take(db: &Db, partition: i64, owner: &str, now: Time) -> Result<Option<Taken>, StoreError> {
        // On SQLite whoever has the data folder is alone: a lease that is still there is a dead process's.
        let free_at = if db.engine() == store::Engine::Sqlite { Time::MAX } else { now };
        let mut tx = db.begin().await?;
        let rows = tx
            .query(&sql::LEASE_TAKE, &[partition.into(), Value::Text(owner.to_owned()), free_at.into(), (now + LEASE).into()])
            .await?;
        tx.commit().await?;
        Ok(rows.first().map(|row| Taken {
            lease: Lease { epoch: row.int("epoch") },
            position: row.int("position"),
            received: row.time("received_at"),
            alive_at: row.time("alive_at"),
        }))
    }

    /// The step of each commit that moves the position and proves that the lease is still ours.
    pub fn moves(&self, partition: i64, position: i64, received: Time, now: Time) -> Write {
        Write::one(
            &sql::APPLIED_MOVE,
            [partition.into(), self.epoch.into(), position.into(), received.into(), now.into(), (now + LEASE).into()],
        )
        .expect(1)
    }
}
