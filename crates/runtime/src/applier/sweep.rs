//! Sweeps: cells, keys and timer rows reach their own tables, a slice of the id space at each commit.
//!
//! A cycle walks once through the id space. A cell that was dirty when the cycle began has been swept when it ends, so every
//! image older than the cycle's beginning can go. Writing neighbours together is what makes it cheap: a page is written once
//! for all its cells.

use super::{Applier, commit, recover::TableDue};
use crate::{
    Domain, Key, sql,
    world::{RowGroups, Sweep},
};
use base::{Id, Time};
use store::{Rows, Value, Write};

/// What an image row costs beside its data.
pub(crate) const IMAGE_OVERHEAD: usize = 48;

/// Under load a cycle takes about this many commits.
const CYCLE_COMMITS: usize = 128;
/// Cells swept in one commit when nothing else is going on; keeps the commit short for whoever comes next.
const IDLE_CELLS: usize = 2_000;

/// Where the sweep stands.
pub(crate) struct Sweeper {
    cursor: Id,
    key_cursor: Option<Key>,
    /// Images up to this one can go when the cycle ends.
    cycle_began_at: i64,
    /// Images kept, in bytes, and how many of them were there when the cycle began.
    pub image_bytes: usize,
    cycle_began_bytes: usize,
    pub shared_dirty: bool,
    /// Off in the simulator, whose state lives and dies in memory.
    pub enabled: bool,
}

impl Sweeper {
    /// Images of this many bytes were there at the start.
    pub fn began_with(&mut self, bytes: usize) {
        (self.image_bytes, self.cycle_began_bytes) = (bytes, bytes);
    }

    pub fn new(image_seq: i64, enabled: bool) -> Sweeper {
        Sweeper {
            cursor: Id::ZERO,
            key_cursor: None,
            cycle_began_at: image_seq,
            image_bytes: 0,
            cycle_began_bytes: 0,
            shared_dirty: false,
            enabled,
        }
    }
}

impl<D: Domain> Applier<D> {
    /// Adds this commit's share of the sweep.
    pub(crate) fn sweep(&mut self, writes: &mut Vec<Write>, now: Time, idle: bool) {
        if !self.sweeper.enabled {
            return;
        }
        let share = |len: usize, full: bool| match (idle, full) {
            (true, _) => len.min(IDLE_CELLS),
            // Close to the bound the cycle must win against what comes in.
            (false, true) => (len / (CYCLE_COMMITS / 8)).max(64),
            (false, false) => (len / CYCLE_COMMITS).max(8),
        };
        let is_tight = self.working.dirty_bytes > self.limits.dirty_bytes / 4 * 3
            || self.sweeper.image_bytes > self.limits.image_bytes / 4 * 3;
        let cells_end = self.sweep_cells(writes, now, share(self.working.dirty.len(), is_tight));
        let keys_end = self.sweep_keys(writes, share(self.working.dirty_keys.len(), is_tight));
        if std::mem::take(&mut self.sweeper.shared_dirty) {
            let data = commit::pack(None, &super::working::encode(&self.working.shared));
            writes.push(Write::one(&sql::CELL_PUT, [self.working.partition.into(), Id::ZERO.into(), Value::Blob(data)]));
        }
        // The slower of the two ends the cycle: both have then passed everything that was dirty when it began.
        if cells_end && keys_end {
            self.end_cycle(writes);
        }
    }

    fn sweep_cells(&mut self, writes: &mut Vec<Write>, now: Time, share: usize) -> bool {
        let partition = self.working.partition;
        let ids: Vec<Id> = self.working.dirty.range(self.sweeper.cursor..).take(share).copied().collect();
        let is_end = ids.len() < share || ids.last().is_none_or(|last| self.working.dirty.last() == Some(last));
        let (mut cells, mut timers, mut gone) = (Rows::new(3), Rows::new(3), Rows::new(3));
        let mut lists = RowGroups::default();
        for id in &ids {
            let slot = self.working.slot(*id).expect("a dirty cell has a slot");
            let (indexed, due) = (slot.indexed, slot.due);
            let mut cell: D::Cell = super::working::decode(&slot.data);
            let mut rows = Sweep { partition, now, rows: &mut lists };
            self.domain.list(*id, &mut cell, &self.working.shared, &mut rows);
            // One timer row a cell, at its due time or earlier: a later due only moves inside the cell.
            let stays = due.is_none() || indexed.is_some_and(|indexed| due.is_some_and(|due| indexed <= due));
            let new_index = if stays { indexed } else { due };
            if let (false, Some(due)) = (stays, due) {
                timers.push([partition.into(), due.into(), (*id).into()]);
                if indexed.is_some() {
                    gone.push([partition.into(), indexed.into(), (*id).into()]);
                }
                if let TableDue::Known(known) = self.table_due {
                    self.table_due = TableDue::Known(Some(known.map_or(due, |known| known.min(due))));
                }
            }
            let data = super::working::encode(&cell);
            cells.push([partition.into(), (*id).into(), Value::Blob(commit::pack(new_index, &data))]);
            self.working.swept(*id, data.into(), new_index);
        }
        for (sql, rows) in [(&sql::TIMER_DELETE, gone), (&sql::TIMER_PUT, timers), (&sql::CELL_PUT, cells)] {
            if !rows.is_empty() {
                writes.push(Write::new(sql, rows));
            }
        }
        writes.extend(lists.into_writes());
        self.sweeper.cursor = match ids.last() {
            Some(last) if !is_end => next_id(*last),
            _ if is_end => Id([0xff; 16]),
            _ => self.sweeper.cursor,
        };
        is_end
    }

    fn sweep_keys(&mut self, writes: &mut Vec<Write>, share: usize) -> bool {
        let partition = self.working.partition;
        let from = self.sweeper.key_cursor.clone();
        let range = match &from {
            Some(from) => self.working.dirty_keys.range((std::ops::Bound::Excluded(from.clone()), std::ops::Bound::Unbounded)),
            None => self.working.dirty_keys.range::<Key, _>(..),
        };
        let keys: Vec<(Key, Option<Id>)> = range.take(share).map(|(k, id)| (k.clone(), *id)).collect();
        // No dirty key at all is an end too, or a cycle would never close and cells behind the cursor never be swept.
        let is_end = keys.len() < share || keys.last().is_none_or(|(last, _)| self.working.dirty_keys.last_key_value().is_some_and(|(key, _)| key == last));
        let (mut puts, mut deletes) = (Rows::new(3), Rows::new(2));
        for (key, id) in &keys {
            match id {
                Some(id) => puts.push([partition.into(), Value::Text(key.as_str().to_owned()), (*id).into()]),
                None => deletes.push([partition.into(), Value::Text(key.as_str().to_owned())]),
            }
            self.working.dirty_keys.remove(key);
            self.working.loaded_key(key.clone(), *id);
        }
        for (sql, rows) in [(&sql::KEY_PUT, puts), (&sql::KEY_DELETE, deletes)] {
            if !rows.is_empty() {
                writes.push(Write::new(sql, rows));
            }
        }
        self.sweeper.key_cursor = keys.last().map(|(key, _)| key.clone()).or(from);
        is_end
    }

    /// The cycle has passed everything: images from before it began can go, and the next begins.
    fn end_cycle(&mut self, writes: &mut Vec<Write>) {
        let sweeper = &mut self.sweeper;
        if sweeper.cycle_began_bytes > 0 {
            writes.push(Write::one(&sql::IMAGES_DROP, [self.working.partition.into(), sweeper.cycle_began_at.into()]));
            sweeper.image_bytes = sweeper.image_bytes.saturating_sub(sweeper.cycle_began_bytes);
        }
        sweeper.cycle_began_at = self.sequences.image();
        sweeper.cycle_began_bytes = sweeper.image_bytes;
        sweeper.cursor = Id::ZERO;
        sweeper.key_cursor = None;
    }
}

/// The id after this one.
fn next_id(id: Id) -> Id {
    Id((u128::from_be_bytes(id.0) + 1).to_be_bytes())
}
