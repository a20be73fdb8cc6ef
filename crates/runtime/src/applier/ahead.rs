//! Reading ahead: while a batch of timers is folded, the cells of the next one are read and decoded elsewhere.

use super::{Applier, commit::unpack, working::decode};
use crate::{Domain, sql};
use base::{Id, Time};
use bytes::Bytes;
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::{Db, Rows, StoreError};
use tokio::task::JoinHandle;

/// Fewer cells than this, or than a wave, are read when they are needed.
const AHEAD_MIN: usize = 64;

/// A cell as it stands in its row.
pub(super) struct Found<C> {
    pub id: Id,
    pub indexed: Option<Time>,
    pub data: Bytes,
    /// `None`: it cannot be decoded, which is the trouble of whoever asks for it.
    pub cell: Option<Box<C>>,
}

/// Cells on their way.
pub(crate) struct Ahead<C> {
    reading: JoinHandle<Result<Vec<Found<C>>, StoreError>>,
}

impl<D: Domain> Applier<D> {
    /// Starts to read the cells of the timers that come next. Those in memory are left out, and what is let go from now on may have
    /// been changed after it was read: it counts as not read.
    pub(super) fn read_ahead(&mut self, now: Time, limit: usize) {
        let next = self.front.next(now, limit);
        let is_in_row = |id: &Id| !self.working.knows(*id) && !self.behind.images.has(*id);
        let ids: Vec<Id> = next.filter(is_in_row).collect();
        if ids.len() < AHEAD_MIN.min(self.limits.wave) || !self.sweeper.enabled {
            return;
        }
        self.working.watch_evictions();
        let reading = tokio::spawn(read::<D::Cell>(self.db.clone(), self.working.partition, ids));
        self.ahead = Some(Ahead { reading });
    }

    /// Takes in what was read ahead.
    pub(super) async fn meet_ahead(&mut self) -> Result<(), StoreError> {
        let Some(Ahead { reading }) = self.ahead.take() else {
            return Ok(());
        };
        let found = reading.await.map_err(|error| StoreError::Other(format!("cells were not read: {error}")))??;
        self.working.arrived(found);
        Ok(())
    }
}

async fn read<C: Send + Default + for<'b> minicbor::Decode<'b, ()>>(
    db: Db,
    partition: i64,
    mut ids: Vec<Id>,
) -> Result<Vec<Found<C>>, StoreError> {
    ids.sort_unstable();
    ids.dedup();
    let mut keys = Rows::with_capacity(2, ids.len());
    ids.into_iter().for_each(|id| keys.push([partition.into(), id.into()]));
    let rows = db.query_each(&sql::CELLS_FIND, keys).await?;
    let found = rows.iter().map(|row| {
        let (indexed, data) = unpack(row.blob("data"));
        let cell = catch_unwind(AssertUnwindSafe(|| Box::new(decode::<C>(&data)))).ok();
        Found { id: row.id("id"), indexed, data, cell }
    });
    Ok(found.collect())
}
