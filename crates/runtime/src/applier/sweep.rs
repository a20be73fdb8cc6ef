//! Sweeps: cells, keys and timer rows reach their own tables, a slice of the id space at each commit.
//!
//! A cycle walks once through what was dirty when it began, in the order of the ids. When it ends all of that has been swept,
//! so every image older than the cycle's beginning can go. Writing neighbours together is what makes it cheap: a page is
//! written once for all its cells.

use super::{
    Applier,
    commit::{self, add},
    fold::panic_text,
    recover::TableDue,
};
use crate::{
    Domain, sql,
    world::{RowGroups, Sweep},
};
use base::{Id, Time};
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::{Rows, Value, Write};

/// What an image row costs beside its data.
pub(crate) const IMAGE_OVERHEAD: usize = 48;

/// Under load a cycle takes about this many commits.
const CYCLE_COMMITS: usize = 128;
/// Fewer than this wait for a quiet moment: a commit that brings one event must stay as short as it can be.
const DIRTY_MIN: usize = 1_024;
/// Cells swept in one commit when nothing else is going on; keeps the commit short for whoever comes next.
const IDLE_CELLS: usize = 2_000;

/// Where the sweep stands.
pub(crate) struct Sweeper {
    /// Images up to this one can go when the cycle ends.
    cycle_began_at: i64,
    /// Images kept, in bytes, and how many of them were there when the cycle began.
    pub image_bytes: usize,
    cycle_began_bytes: usize,
    pub shared_dirty: bool,
    /// Off in the simulator, whose state lives and dies in memory.
    pub enabled: bool,
    /// Whether keys are swept. Where other processes look them up, each commit writes its own.
    pub has_keys: bool,
}

impl Sweeper {
    /// Images of so many bytes are there, up to `image_seq`.
    pub fn new(image_seq: i64, image_bytes: usize, enabled: bool, has_keys: bool) -> Sweeper {
        Sweeper { cycle_began_at: image_seq, image_bytes, cycle_began_bytes: 0, shared_dirty: false, enabled, has_keys }
    }
}

impl<D: Domain> Applier<D> {
    /// Adds this commit's share of the sweep.
    pub(super) fn sweep(&mut self, writes: &mut Vec<Write>, now: Time, idle: bool) {
        if !self.sweeper.enabled {
            return;
        }
        let is_tight = self.working.dirty_bytes > self.limits.dirty_bytes / 4 * 3
            || self.sweeper.image_bytes > self.limits.image_bytes / 4 * 3;
        let share = |len: usize| match (idle, is_tight) {
            (true, _) => IDLE_CELLS,
            // Close to the bound the cycle must win against what comes in.
            (false, true) => (len / (CYCLE_COMMITS / 8)).max(64),
            (false, false) if len < DIRTY_MIN => 0,
            (false, false) => len / CYCLE_COMMITS,
        };
        let (cells, keys) = self.working.dirty_len();
        self.sweep_cells(writes, now, share(cells));
        self.sweep_keys(writes, share(keys));
        if std::mem::take(&mut self.sweeper.shared_dirty) {
            let data = commit::pack(None, &super::working::encode(&*self.working.shared));
            let row = [self.working.partition.into(), Id::ZERO.into(), Value::Blob(data)];
            writes.push(Write::one(&sql::CELL_PUT, row));
        }
        if self.working.is_cycle_over() {
            self.end_cycle(writes);
        }
    }

    fn sweep_cells(&mut self, writes: &mut Vec<Write>, now: Time, share: usize) {
        let partition = self.working.partition;
        let ids = self.working.sweep_cells(share);
        let (mut cells, mut timers, mut gone) = (Rows::with_capacity(3, ids.len()), Rows::new(3), Rows::new(3));
        let mut lists = RowGroups::default();
        for id in &ids {
            let slot = self.working.slot(*id).expect("a dirty cell has a slot");
            let (indexed, due) = (slot.indexed, slot.due);
            // One timer row a cell, at its due time or earlier: a later due only moves inside the cell.
            let stays = due.is_none_or(|due| indexed.is_some_and(|indexed| indexed <= due));
            let index = if stays { indexed } else { due };
            if let (false, Some(due)) = (stays, due) {
                timers.push([partition.into(), due.into(), (*id).into()]);
                self.front.put(due, *id);
                if let Some(indexed) = indexed {
                    gone.push([partition.into(), indexed.into(), (*id).into()]);
                    self.front.remove(indexed, *id);
                }
                if let TableDue::Known(known) = self.table_due {
                    let first = known.map_or(due, |known| known.min(due));
                    self.table_due = TableDue::Known(Some(first));
                }
            }
            let data = self.listed(*id, now, &mut lists);
            let packed = commit::pack(index, &data);
            cells.push([partition.into(), (*id).into(), Value::Blob(packed)]);
            self.working.swept(*id, data, index);
        }
        add(writes, &sql::TIMER_DELETE, gone);
        add(writes, &sql::TIMER_PUT, timers);
        add(writes, &sql::CELL_PUT, cells);
        writes.extend(lists.into_writes());
    }

    /// Has the domain write the cell's list rows; answers the cell as it is then.
    fn listed(&mut self, id: Id, now: Time, lists: &mut RowGroups) -> bytes::Bytes {
        let slot = self.working.slot(id).expect("a dirty cell has a slot");
        let (partition, data) = (self.working.partition, slot.data.clone());
        let (domain, shared) = (&self.domain, &self.working.shared);
        let mut rows = RowGroups::default();
        let listed = catch_unwind(AssertUnwindSafe(|| {
            let mut cell: D::Cell = super::working::decode(&data);
            let mut sweep = Sweep { partition, now, rows: &mut rows };
            domain.list(id, &mut cell, shared, &mut sweep);
            bytes::Bytes::from(super::working::encode(&cell))
        }));
        match listed {
            Ok(cell) => {
                lists.append(&mut rows);
                cell
            }
            Err(panic) => {
                let reason = panic_text(panic.as_ref());
                tracing::error!(cell = %id, reason, "the lists do not show the cell as it is now");
                data
            }
        }
    }

    fn sweep_keys(&mut self, writes: &mut Vec<Write>, share: usize) {
        let keys = self.working.sweep_keys(share);
        commit::put_keys(writes, self.working.partition, keys);
    }

    /// The cycle has passed everything: images from before it began can go, and the next begins.
    fn end_cycle(&mut self, writes: &mut Vec<Write>) {
        let sweeper = &mut self.sweeper;
        if sweeper.cycle_began_bytes > 0 {
            let row = [self.working.partition.into(), sweeper.cycle_began_at.into()];
            writes.push(Write::one(&sql::IMAGES_DROP, row));
            sweeper.image_bytes -= sweeper.cycle_began_bytes.min(sweeper.image_bytes);
        }
        sweeper.cycle_began_at = self.sequences.image();
        sweeper.cycle_began_bytes = sweeper.image_bytes;
        self.working.begin_cycle();
    }
}
