//! Reading ahead: while a batch of timers is folded, the cells of the next one are read and decoded elsewhere, and from time to time
//! the next rows of the timer table.

use super::{Applier, commit::unpack, recover::timer_rows, working::decode};
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

/// The next rows of the timer table.
pub(crate) enum FrontAhead {
    /// To be read once this commit is in the database: what commits after it do is watched.
    From(u64),
    /// Those due at this time are on their way.
    Reading(Time, JoinHandle<Result<Vec<(Time, Id)>, StoreError>>),
}

impl<D: Domain> Applier<D> {
    pub(super) fn front_rows(&self) -> usize {
        self.limits.batch_timers * self.limits.front_batches
    }

    /// Starts to read the rows after those known, when half of them are left: a wave that had to wait until the table tells the
    /// truth again, and then for the rows, would stand still.
    pub(super) fn read_front_ahead(&mut self, now: Time) {
        let Some((due, cell)) = self.front.cut().filter(|_| self.front.len() <= self.front_rows() / 2) else {
            return;
        };
        match self.front_ahead {
            None => {
                self.front.watch();
                self.front_ahead = Some(FrontAhead::From(self.commits));
            }
            Some(FrontAhead::From(number)) if self.landed >= number => {
                let (db, partition, limit) = (self.db.clone(), self.working.partition, self.front_rows());
                let reading = tokio::spawn(async move {
                    let params = [partition.into(), due.into(), cell.into(), now.into(), (limit as i64).into()];
                    Ok(timer_rows(&db.query(&sql::TIMERS_AFTER, &params).await?))
                });
                self.front_ahead = Some(FrontAhead::Reading(now, reading));
            }
            _ => {}
        }
    }

    /// Takes in the rows of the timer table that were read ahead, when those before them are used up; whether there were any.
    pub(super) async fn meet_front(&mut self) -> Result<bool, StoreError> {
        let Some(FrontAhead::Reading(now, reading)) = self.front_ahead.take() else {
            return Ok(false);
        };
        let rows = reading.await.map_err(|error| StoreError::Other(format!("timers were not read: {error}")))??;
        let limit = self.front_rows();
        Ok(self.front.follow(rows, limit, now) && !self.front.is_empty())
    }

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
