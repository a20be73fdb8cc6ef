//! The apply loop's body, without the loop: one workspace's state in memory, the fold of a batch, and its commit.
//!
//! It is driven by [`crate::driver`] in a server and by the simulator with a virtual clock. Everything here runs on one
//! thread at a time; the only I/O is loading what a fold needs and writing commits.

mod batch;
mod commit;
mod recover;
mod sweep;
mod working;

pub(crate) use batch::seen_key;
pub use batch::{Answer, Verdict};
pub use commit::{Sealed, cell_of};
pub use recover::Opening;
pub(crate) use recover::find_in_images;
pub use working::Working;
pub use working::{decode, encode};

use crate::{Domain, Sequences, lease::Lease};
use base::Time;
use std::{collections::HashMap, sync::Arc};
use store::Db;

/// Bounds of one workspace's loop.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Events folded into one commit.
    pub batch_events: usize,
    /// Timers fired into one commit.
    pub batch_timers: usize,
    /// Encoded cells kept in memory, clean ones included.
    pub cache_bytes: usize,
    /// Encoded cells not yet swept to their rows; beyond this the door says 429.
    pub dirty_bytes: usize,
    /// Images kept before a sweep must have passed them.
    pub image_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            batch_events: 4_000,
            batch_timers: 2_000,
            cache_bytes: 64 << 20,
            dirty_bytes: 96 << 20,
            image_bytes: 192 << 20,
        }
    }
}

/// One workspace's log, cells and timers.
pub struct Applier<D: Domain> {
    pub(crate) domain: Arc<D>,
    pub(crate) db: Db,
    pub(crate) working: Working<D>,
    pub(crate) lease: Lease,
    pub(crate) limits: Limits,
    /// Where the fold stands.
    pub(crate) position: i64,
    /// The received time of the newest event: never goes back.
    pub(crate) received: Time,
    pub(crate) seed: u64,
    /// The batch being folded.
    pub(crate) batch: batch::Batch,
    pub(crate) sweeper: sweep::Sweeper,
    /// Hashes of events folded but not yet visible in the database, by (minute, hash).
    pub(crate) recent: HashMap<(i64, i64), Vec<(u64, Box<str>)>>,
    /// Commits sealed so far; an entry of `recent` older than the oldest commit under way is dropped.
    pub(crate) commits: u64,
    pub(crate) sequences: Arc<Sequences>,
    /// The earliest timer row in the table.
    pub(crate) table_due: recover::TableDue,
    /// Whether this process writes the log's rows itself (SQLite) or reads what was appended (PostgreSQL).
    pub(crate) writes_log: bool,
    pub(crate) alive_at: Time,
}

impl<D: Domain> Applier<D> {
    pub fn position(&self) -> i64 {
        self.position
    }

    /// The received time of the newest event folded.
    pub fn received(&self) -> Time {
        self.received
    }

    pub fn shared(&self) -> &D::Shared {
        &self.working.shared
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether the door must push back until sweeps have caught up.
    pub fn is_full(&self) -> bool {
        self.working.dirty_bytes > self.limits.dirty_bytes
            || self.sweeper.image_bytes > self.limits.image_bytes
    }

    pub(crate) fn epoch(&self) -> i64 {
        self.lease.epoch
    }

    /// A commit that only says that the loop is alive and the lease still ours.
    pub(crate) fn renewal(&self, now: Time) -> store::Write {
        self.lease
            .moves(self.working.partition, self.position, self.received, now)
    }

    /// Bytes of cells not yet swept.
    pub fn dirty_bytes(&self) -> usize {
        self.working.dirty_bytes
    }

    /// The cells in memory, the workspace's own aside: all there are, where nothing is ever let go (the simulator).
    pub fn known_cells(&self) -> Vec<base::Id> {
        self.working.ids()
    }

    /// Takes the announcements of what was just folded, for a driver without a live stream.
    pub fn take_announcements(&mut self) -> Vec<serde_json::Value> {
        std::mem::take(&mut self.batch.announcements)
    }

    /// Takes the rows that the batch would insert with this text, for a driver that keeps them itself.
    pub fn take_inserts(&mut self, sql: &'static store::Sql) -> Vec<Vec<store::Value>> {
        self.batch.inserts.take(sql)
    }

    /// Closes the batch without writing it: cells go back to their encoded form in memory. Only the simulator has no disk.
    pub fn settle_in_memory(&mut self) {
        self.batch = batch::Batch::default();
        for id in std::mem::take(&mut self.working.touched) {
            let data = self
                .working
                .hot
                .get(&id)
                .map(working::encode)
                .expect("a touched cell is decoded");
            self.working.store(id, data.into());
        }
        self.working.hot.clear();
    }

    /// A cell as it stands now, encoded; `None` where there is none.
    pub async fn read_cell(
        &mut self,
        id: base::Id,
    ) -> Result<Option<bytes::Bytes>, store::StoreError> {
        if !self.working.knows(id) {
            self.load(&[], &[id]).await?;
        }
        Ok(self.working.encoded(id))
    }

    /// Which cell a key leads to.
    pub async fn read_key(
        &mut self,
        key: &crate::Key,
    ) -> Result<Option<base::Id>, store::StoreError> {
        if self.working.find(key).is_none() {
            self.load(std::slice::from_ref(key), &[]).await?;
        }
        Ok(self.working.find(key).flatten())
    }
}
