//! The apply loop's body, without the loop: one workspace's state in memory, the fold of a batch, and its commit.
//!
//! It is driven by [`crate::driver`] in a server and by the simulator with a virtual clock. Everything here runs on one
//! thread at a time; the only I/O is loading what a fold needs and writing commits.

mod ahead;
mod batch;
mod behind;
mod behind_images;
mod commit;
mod fold;
mod front;
mod packed;
mod packed_effects;
mod recover;
mod seen;
mod sweep;
mod working;

pub use batch::{Answer, Stored, Verdict};
pub(crate) use behind_images::image_in;
pub use commit::{Sealed, cell_of};
pub(crate) use fold::panic_text;
pub use recover::Opening;
pub(crate) use recover::create_rows;
pub(crate) use seen::SeenKey;
pub use working::Working;
pub use working::{decode, encode};

use crate::{
    Domain, Key, Sequences,
    lease::{Lease, Moved},
    world::Done,
};
use base::Time;
use std::sync::Arc;
use store::{Db, LocalReader};

/// Bounds of one workspace's loop.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Events folded into one commit.
    pub batch_events: usize,
    /// Timers fired into one commit: so many that what they touch stays near the processor.
    pub batch_timers: usize,
    /// Batches of timers read out of their table at once.
    pub front_batches: usize,
    /// Encoded cells kept in memory, clean ones included.
    pub cache_bytes: usize,
    /// Encoded cells not yet swept to their rows; beyond this the door says 429.
    pub dirty_bytes: usize,
    /// Images kept before a sweep must have passed them.
    pub image_bytes: usize,
    /// Timers in one batch from which on their cells' lists are left behind, to be written in a quieter moment.
    pub wave: usize,
    /// Cells whose lists may be left behind.
    pub behind_cells: usize,
    /// Effects that each commit of a wave puts in the outbox at once while more timers are due: about as many as workers begin
    /// until the next one.
    pub wave_effects: usize,
    /// PostgreSQL: events that may be in the log and not applied; beyond this the door says 429.
    pub backlog_events: i64,
    /// PostgreSQL: how long a lease holds without a sign of life, in microseconds of the server's clock. The holder renews it
    /// at each commit and at least every third of this.
    pub lease: i64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            batch_events: 4_000,
            batch_timers: 320,
            front_batches: 128,
            cache_bytes: 64 << 20,
            dirty_bytes: 96 << 20,
            image_bytes: 192 << 20,
            wave: 256,
            behind_cells: 1 << 20,
            wave_effects: 20,
            backlog_events: 400_000,
            lease: 10 * base::SECOND,
        }
    }
}

/// One workspace's log, cells and timers.
pub struct Applier<D: Domain> {
    pub(crate) domain: Arc<D>,
    pub(crate) db: Db,
    /// Reads on the loop's own thread, where the engine can.
    pub(crate) reader: Option<LocalReader>,
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
    /// What the last event did, emptied: its memory serves the next one.
    pub(crate) spare: Done<D>,
    /// What the last timer touched, emptied, for the same reason.
    pub(crate) spare_touches: (Vec<Key>, Vec<base::Id>),
    pub(crate) sweeper: sweep::Sweeper,
    pub(crate) behind: behind::Behind,
    pub(crate) recent: seen::Recent,
    /// Commits sealed so far, and how many of them are in the database.
    pub(crate) commits: u64,
    pub(crate) landed: u64,
    pub(crate) sequences: Arc<Sequences>,
    /// The earliest timer row in the table.
    pub(crate) table_due: recover::TableDue,
    pub(crate) front: front::Front,
    pub(crate) ahead: Option<ahead::Ahead<D::Cell>>,
    pub(crate) front_ahead: Option<ahead::FrontAhead>,
    /// Whether this process writes the log's rows itself (SQLite) or reads what was appended (PostgreSQL).
    pub(crate) writes_log: bool,
    /// The live stream; `None`: whoever drives this takes the announcements.
    pub(crate) live: Option<tokio::sync::broadcast::Sender<Arc<serde_json::Value>>>,
    /// When the loop last left word that it runs.
    pub(crate) alive_at: Time,
    opened_at: Time,
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

    /// The cell's timer does not fire before `until`.
    pub(crate) fn postpone(&mut self, id: base::Id, until: Time) {
        self.working.postpone(id, until);
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether the door must push back until sweeps have caught up.
    pub fn is_full(&self) -> bool {
        self.working.dirty_bytes > self.limits.dirty_bytes || self.sweeper.image_bytes > self.limits.image_bytes
    }

    pub(crate) fn epoch(&self) -> i64 {
        self.lease.epoch
    }

    /// The step that moves the position, says that the loop is alive and proves that the lease is still ours, for the commit with
    /// this number: the next one, or the last one again, which may be written only when nothing is folded that is not sealed.
    fn moves(&self, number: u64, now: Time) -> store::Write {
        let (position, received, alive_at) = (self.position, self.received, self.alive_at.max(now));
        let to = Moved { position, received, alive_at, before: self.commits, number };
        self.lease.moves(self.working.partition, to, self.limits.lease)
    }

    /// The step that renews the lease, to be written alone.
    pub(crate) fn renewal(&self, now: Time) -> store::Write {
        self.moves(self.commits, now)
    }

    /// The step that says that the loop runs, if nothing has said so for `every` microseconds.
    pub(crate) fn heartbeat(&mut self, now: Time, every: i64) -> Option<store::Write> {
        if now - self.alive_at < every {
            return None;
        }
        self.alive_at = now;
        Some(self.renewal(now))
    }

    /// Bytes of cells not yet swept, and of the notes on those whose lists wait.
    pub fn dirty_bytes(&self) -> usize {
        self.working.dirty_bytes + self.behind.bytes()
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
        let rows = self.batch.inserts.take(sql);
        rows.map_or(Vec::new(), |rows| rows.iter().map(<[store::Value]>::to_vec).collect())
    }

    /// Closes the batch without writing it: cells go back to their encoded form in memory. Only the simulator has no disk.
    pub fn settle_in_memory(&mut self) {
        self.batch = batch::Batch::default();
        self.working.encode_touched();
    }

    /// A cell as it stands now, encoded; `None` where there is none.
    pub async fn read_cell(&mut self, id: base::Id) -> Result<Option<bytes::Bytes>, store::StoreError> {
        if !self.working.knows(id) {
            self.load(Vec::new(), vec![id]).await?;
        }
        Ok(self.working.encoded(id))
    }

    /// Which cell a key leads to.
    pub async fn read_key(&mut self, key: &crate::Key) -> Result<Option<base::Id>, store::StoreError> {
        if self.working.find(key).is_none() {
            self.load(vec![key.clone()], Vec::new()).await?;
        }
        Ok(self.working.find(key).flatten())
    }
}
