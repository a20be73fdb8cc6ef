//! Sweeps: cells, keys and timer rows reach their own tables, a slice of the id space at each commit.
//!
//! A cycle walks once through what was dirty when it began, in the order of the ids. When it ends all of that has been swept,
//! so every image older than the cycle's beginning can go: oldest first, and a slice at each commit too. Writing neighbours
//! together is what makes it cheap: a page is written once for all its cells.
//!
//! When more changes than memory holds, that no longer pays: a cell that has to be read from its row to be changed would get an
//! image now and be written to its row a moment later. Such a cell goes back to its row in the same commit, without an image.

use super::{
    Applier, Limits,
    commit::{self, add},
    fold::panic_text,
    recover::TableDue,
    working::{Buffer, encode_tight},
};
use crate::{
    Domain, sql,
    world::{RowGroups, Sweep},
};
use base::{Id, MILLISECOND, SECOND, Time};
use bytes::Bytes;
use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
};
use store::{Rows, Value, Write};

/// What an image row costs beside its data.
pub(crate) const IMAGE_OVERHEAD: usize = 48;

/// How long a cycle takes beside other work: with much to sweep, and with little. By time and not by commits, else small commits would
/// sweep all the more often and each would take the longer for it.
const CYCLE: i64 = 5 * SECOND;
const SMALL_CYCLE: i64 = SECOND;
/// Up to here there is little to sweep.
const SMALL: usize = 1_024;
/// A sweep follows the last one after so long at the earliest, and counts as much time at the most: most commits that bring one event
/// stay as short as they can be, and none after a pause becomes long.
const SWEEP_EVERY: i64 = 20 * MILLISECOND;
const SWEEP_LONGEST: i64 = 100 * MILLISECOND;
/// Close to the bounds of memory: events within which a cycle is over, and cells for each event at the least, because the cycle must win
/// against what comes in.
const TIGHT_CYCLE_EVENTS: usize = 32_768;
const TIGHT_CELLS: usize = 3;
/// A commit counts as at least so many events there.
const TIGHT_EVENTS: usize = 32;
/// Within so long the images go that a cycle has left behind, and at least so many rows at once.
const DROP: i64 = SECOND / 2;
const DROP_ROWS_MIN: i64 = 256;
/// Cells swept in one commit when nothing else is going on; keeps the commit short for whoever comes next.
const IDLE_CELLS: usize = 2_000;

/// Where the sweep stands.
pub(crate) struct Sweeper {
    /// Images up to this one are gone.
    dropped: i64,
    /// Those that can go.
    outdated: Option<Outdated>,
    /// Images up to this one can go when the cycle ends.
    cycle_began_at: i64,
    /// Images kept, in bytes, and how many of them were there when the cycle began.
    pub image_bytes: usize,
    cycle_began_bytes: usize,
    pub shared_dirty: bool,
    /// When a commit last had its share of the cycle.
    swept_at: Time,
    /// What is changed far from memory goes back to its row at once.
    writes_through: bool,
    /// Cells with images that are kept: those that can go, since before the cycle began, and since then.
    imaged: [HashSet<Id, foldhash::fast::RandomState>; 3],
    /// Off in the simulator, whose state lives and dies in memory.
    pub enabled: bool,
    /// Whether keys are swept. Where other processes look them up, each commit writes its own.
    pub has_keys: bool,
}

/// Images of cells that have all been swept since.
struct Outdated {
    through: i64,
    /// How many numbers they had when they began to go: as many rows at the most, because workspaces share the numbers.
    len: i64,
    bytes: usize,
}

impl Sweeper {
    /// Images of so many bytes are there, after the first of these numbers and up to the second.
    pub fn new((dropped, image_seq): (i64, i64), image_bytes: usize, enabled: bool, has_keys: bool) -> Sweeper {
        Sweeper {
            dropped,
            outdated: None,
            cycle_began_at: image_seq,
            image_bytes,
            cycle_began_bytes: 0,
            shared_dirty: false,
            swept_at: Time(0),
            writes_through: false,
            imaged: Default::default(),
            enabled,
            has_keys,
        }
    }

    /// The cell has an image.
    pub fn imaged(&mut self, id: Id) {
        self.imaged[2].insert(id);
    }

    pub fn has_image(&self, id: Id) -> bool {
        self.imaged.iter().any(|ids| ids.contains(&id))
    }

    /// The next images to go, after the first of these numbers and up to the second: the share of so long a time, or all.
    fn drop_next(&mut self, elapsed: i64, all: bool) -> Option<(i64, i64)> {
        let outdated = self.outdated.as_mut()?;
        let left = outdated.through - self.dropped;
        let share = (outdated.len * elapsed / DROP).max(DROP_ROWS_MIN);
        let next = if all { left } else { share.min(left) };
        let bytes = (outdated.bytes as u128 * next as u128 / left.max(1) as u128) as usize;
        outdated.bytes -= bytes;
        self.image_bytes -= bytes.min(self.image_bytes);
        let after = self.dropped;
        self.dropped += next;
        if next == left {
            self.outdated = None;
            self.imaged[0].clear();
        }
        Some((after, self.dropped))
    }
}

/// Changed cells that get no image of their own in this commit.
pub(super) struct Through<C> {
    /// Their rows and lists come later.
    pub behind: Vec<(Id, Box<C>)>,
    /// They go back to their rows.
    pub listed: Vec<(Id, Box<C>)>,
}

/// What a sweep writes of cells.
struct CellRows {
    cells: Rows,
    /// Timers put into their table, and those taken out.
    timers: Rows,
    gone: Rows,
    lists: RowGroups,
    /// How many there were before the cell that is being listed.
    before: Vec<usize>,
    scratch: Buffer,
}

impl CellRows {
    fn with_capacity(cells: usize) -> CellRows {
        CellRows {
            cells: Rows::with_capacity(3, cells),
            timers: Rows::new(3),
            gone: Rows::new(3),
            lists: RowGroups::default(),
            before: Vec::new(),
            scratch: Buffer::default(),
        }
    }
}

impl<D: Domain> Applier<D> {
    /// The changed cells of the batch that go back to their rows at once.
    pub(super) fn written_through(&mut self) -> Vec<(Id, Box<D::Cell>)> {
        let (dirty, images) = (self.working.dirty_bytes, self.sweeper.image_bytes);
        let Limits { dirty_bytes, image_bytes, .. } = self.limits;
        let sweeper = &mut self.sweeper;
        // Begun at the half and ended at the quarter, so that it does not change with every commit.
        let parts = if sweeper.writes_through { 4 } else { 2 };
        sweeper.writes_through = sweeper.enabled && (dirty > dirty_bytes / parts || images > image_bytes / parts);
        if sweeper.writes_through { self.working.take_fresh() } else { Vec::new() }
    }

    /// Adds this commit's share of the sweep, `folded` events being in it, and the cells that go back to their rows at once.
    pub(super) fn sweep(
        &mut self,
        writes: &mut Vec<Write>,
        through: Through<D::Cell>,
        folded: usize,
        (now, idle): (Time, bool),
    ) {
        if !self.sweeper.enabled {
            return;
        }
        let is_tight = self.working.dirty_bytes > self.limits.dirty_bytes / 4 * 3
            || self.sweeper.image_bytes > self.limits.image_bytes / 4 * 3;
        let folded = folded.max(TIGHT_EVENTS);
        let elapsed = match now - self.sweeper.swept_at {
            0..SWEEP_EVERY => 0,
            // Also where the clock was put back.
            elapsed => elapsed.clamp(SWEEP_EVERY, SWEEP_LONGEST) as usize,
        };
        if elapsed > 0 || idle {
            self.sweeper.swept_at = now;
        }
        let share = |len: usize| match (idle, is_tight) {
            (true, _) => IDLE_CELLS,
            (false, true) => (len * folded / TIGHT_CYCLE_EVENTS).max(TIGHT_CELLS * folded),
            (false, false) => (len * elapsed).div_ceil(if len < SMALL { SMALL_CYCLE } else { CYCLE } as usize),
        };
        let (cells, keys) = self.working.dirty_len();
        self.sweep_cells(writes, through, now, share(cells));
        self.sweep_keys(writes, share(keys));
        if std::mem::take(&mut self.sweeper.shared_dirty) {
            let data = commit::pack(None, &super::working::encode(&*self.working.shared));
            let row = [self.working.partition.into(), Id::ZERO.into(), Value::Blob(data)];
            writes.push(Write::one(&sql::CELL_PUT, row));
        }
        if elapsed > 0 || idle || is_tight {
            let elapsed = if idle { SWEEP_LONGEST } else { elapsed as i64 };
            if let Some((after, through)) = self.sweeper.drop_next(elapsed, is_tight) {
                let row = [self.working.partition.into(), after.into(), through.into()];
                writes.push(Write::one(&sql::IMAGES_DROP, row));
            }
        }
        if self.working.is_cycle_over() && self.sweeper.outdated.is_none() {
            self.end_cycle(writes);
        }
    }

    fn sweep_cells(&mut self, writes: &mut Vec<Write>, through: Through<D::Cell>, now: Time, share: usize) {
        let ids = self.working.sweep_cells(share);
        let mut rows = CellRows::with_capacity(ids.len() + through.listed.len() + through.behind.len());
        for id in ids {
            let data = self.working.slot(id).expect("a dirty cell has a slot").data.clone();
            let cell = catch_unwind(AssertUnwindSafe(|| super::working::decode::<D::Cell>(&data)));
            let listed = cell.map(|mut cell| self.listed(id, &mut cell, now, &mut rows));
            self.put_row(id, listed.ok().flatten().unwrap_or(data), &mut rows);
        }
        for (id, cell) in through.behind {
            let data = encode_tight(&*cell, &mut rows.scratch);
            let indexed = self.put_timer(id, data.clone(), &mut rows);
            self.behind.leave(id, indexed, &data);
            self.working.unused(id);
        }
        for (id, mut cell) in through.listed {
            let listed = self.listed(id, &mut cell, now, &mut rows);
            let data = listed.unwrap_or_else(|| super::working::encode(&*cell).into());
            self.put_row(id, data, &mut rows);
        }
        add(writes, &sql::TIMER_DELETE, rows.gone);
        add(writes, &sql::TIMER_PUT, rows.timers);
        add(writes, &sql::CELL_PUT, rows.cells);
        writes.extend(rows.lists.into_writes());
    }

    /// The cell's own row and its timer's.
    fn put_row(&mut self, id: Id, data: Bytes, rows: &mut CellRows) {
        let packed = commit::pack(self.put_timer(id, data.clone(), rows), &data);
        rows.cells.push([self.working.partition.into(), id.into(), Value::Blob(packed)]);
    }

    /// The row of the cell's timer; answers its due time. The cell is durable with this commit.
    fn put_timer(&mut self, id: Id, data: Bytes, rows: &mut CellRows) -> Option<Time> {
        let partition: Value = self.working.partition.into();
        let slot = self.working.slot(id).expect("a cell that is swept has a slot");
        let (indexed, due) = (slot.indexed, slot.due);
        // One timer row a cell, at its due time or earlier: a later due only moves inside the cell.
        let stays = due.is_none_or(|due| indexed.is_some_and(|indexed| indexed <= due));
        let index = if stays { indexed } else { due };
        if let (false, Some(due)) = (stays, due) {
            rows.timers.push([partition.clone(), due.into(), id.into()]);
            self.front.put(due, id);
            if let Some(indexed) = indexed {
                rows.gone.push([partition.clone(), indexed.into(), id.into()]);
                self.front.remove(indexed, id);
            }
            if let TableDue::Known(known) = self.table_due {
                let first = known.map_or(due, |known| known.min(due));
                self.table_due = TableDue::Known(Some(first));
            }
        }
        self.working.swept(id, data, index);
        index
    }

    /// Has the domain write the cell's list rows; answers the cell as it is then. `None`: it could not.
    fn listed(&mut self, id: Id, cell: &mut D::Cell, now: Time, rows: &mut CellRows) -> Option<Bytes> {
        let partition = self.working.partition;
        let (domain, shared) = (&self.domain, &self.working.shared);
        let CellRows { lists, before, scratch, .. } = rows;
        lists.lens(before);
        let listed = catch_unwind(AssertUnwindSafe(|| {
            let mut sweep = Sweep { partition, now, rows: &mut *lists };
            domain.list(id, cell, shared, &mut sweep);
            encode_tight(cell, scratch)
        }));
        match listed {
            Ok(cell) => Some(cell),
            Err(panic) => {
                lists.truncate(before);
                let reason = panic_text(panic.as_ref());
                tracing::error!(cell = %id, reason, "the lists do not show the cell as it is now");
                None
            }
        }
    }

    fn sweep_keys(&mut self, writes: &mut Vec<Write>, share: usize) {
        let keys = self.working.sweep_keys(share);
        commit::put_keys(writes, self.working.partition, keys);
    }

    /// The cycle has passed everything, and what the last one left behind is gone: images from before it began can go, and the
    /// next begins.
    fn end_cycle(&mut self, writes: &mut Vec<Write>) {
        self.drop_behind(writes);
        let sweeper = &mut self.sweeper;
        // The empty one becomes that of the cycle that begins.
        sweeper.imaged.rotate_left(1);
        let (through, bytes) = (sweeper.cycle_began_at, sweeper.cycle_began_bytes);
        if bytes > 0 {
            sweeper.outdated = Some(Outdated { through, len: through - sweeper.dropped, bytes });
        } else if sweeper.image_bytes == 0 {
            // Other workspaces go on counting.
            sweeper.dropped = self.sequences.image();
        }
        sweeper.cycle_began_at = self.sequences.image();
        sweeper.cycle_began_bytes = sweeper.image_bytes - bytes;
        self.working.begin_cycle();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_go_in_slices_and_all_of_them() {
        let sweeper = || {
            let mut sweeper = Sweeper::new((1_000, 11_000), 5_000_007, true, true);
            sweeper.imaged[0].insert(Id::ZERO);
            sweeper.outdated = Some(Outdated { through: 11_000, len: 10_000, bytes: 5_000_003 });
            sweeper
        };
        let mut slow = sweeper();
        let mut slices = Vec::new();
        while let Some(slice) = slow.drop_next(SWEEP_EVERY, false) {
            assert_eq!(slow.has_image(Id::ZERO), slice.1 < 11_000, "an image counts until it is gone");
            slices.push(slice);
        }
        assert!(slices.iter().all(|(after, through)| through - after <= 400), "{slices:?}");
        assert!(slices.windows(2).all(|pair| pair[0].1 == pair[1].0), "{slices:?}");
        assert_eq!((slices[0].0, slices[slices.len() - 1].1, slow.image_bytes), (1_000, 11_000, 4));
        let mut few = sweeper();
        few.outdated = Some(Outdated { through: 1_200, len: 200, bytes: 9 });
        assert_eq!(few.drop_next(SWEEP_EVERY, false), Some((1_000, 1_200)), "a few go at once");
        let mut tight = sweeper();
        assert_eq!((tight.drop_next(0, true), tight.image_bytes), (Some((1_000, 11_000)), 4));
    }
}
