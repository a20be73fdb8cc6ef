//! What is left behind: what a wave of timers changed is in its commit, one row for all, and reaches its own rows and its lists in a
//! quieter moment. So do the rows that it packed.
//!
//! A wave comes at once and whoever is written to waits for the commit, not for a list. Writing rows and lists is most of what such a
//! commit would cost, so the sweep does that later.

use super::{
    Applier,
    batch::Batch,
    behind_images::{BehindImages, images_of},
    packed_effects::PackedEffects,
};
use crate::{Domain, sql};
use base::{Id, MINUTE, Time};
use std::collections::{BTreeMap, HashMap, VecDeque};
use store::{Rows, StoreError, Value, Write};

/// Effects and lists that are this late are written though the wave goes on, and no others are left behind meanwhile.
pub(super) const LATE: i64 = MINUTE;
/// So many cells or more are taken up in one commit when nothing else is going on; beside other work those of one commit.
const IDLE_CELLS: usize = 2_000;

/// What it takes to know where an image is.
const PLACE_BYTES: usize = 48;

/// What one commit left behind.
#[derive(Default)]
struct Note {
    seq: i64,
    at: Time,
    /// The number of the commit; 0: that of a process before this one.
    number: u64,
    /// Rows were packed, and are not written out yet.
    has_rows: bool,
    cells: usize,
}

/// Which cells' lists wait.
#[derive(Default)]
pub(crate) struct Behind {
    pub images: BehindImages,
    pub effects: PackedEffects,
    notes: VecDeque<Note>,
    cells: usize,
    /// That of the batch that is being sealed.
    new: Option<Note>,
    /// Notes up to here were handed to the sweep: by now, when its cycle began, and when the last one did, so that those are in
    /// their lists.
    taken: i64,
    taken_before_cycle: i64,
    dropped: i64,
}

impl Behind {
    /// Whether more may be left behind, up to `max` cells.
    pub fn has_room(&self, max: usize, now: Time) -> bool {
        self.cells < max && !self.is_late(now)
    }

    fn is_late(&self, now: Time) -> bool {
        self.notes.front().is_some_and(|note| now - note.at >= LATE)
    }

    /// The cell's image is in this commit, its row and its lists are not.
    pub fn leave(&mut self, id: Id, indexed: Option<Time>, cell: &[u8]) {
        self.images.push(id, indexed, cell);
        self.new.as_mut().expect("a wave opened it").cells += 1;
    }

    fn note(&mut self, note: Note) {
        self.cells += note.cells;
        self.notes.push_back(note);
    }

    /// Bytes of memory, roughly.
    pub fn bytes(&self) -> usize {
        self.images.len() * PLACE_BYTES + self.notes.len() * size_of::<Note>() + self.effects.bytes()
    }

    /// Whether notes wait only for the sweep to pass.
    pub fn is_passing(&self) -> bool {
        self.taken > self.dropped
    }

    /// The sweep has passed all that was handed to it before its cycle began: up to where notes can go, if some can.
    pub fn end_cycle(&mut self) -> Option<i64> {
        let done = std::mem::replace(&mut self.taken_before_cycle, self.taken);
        let can_go = done > self.dropped;
        self.dropped = self.dropped.max(done);
        can_go.then_some(done)
    }
}

impl<D: Domain> Applier<D> {
    /// The changed cells of the batch whose rows and lists are left behind: those of a wave of timers that were as in their rows. Its
    /// rows that may wait are packed.
    pub(super) fn left_behind(
        &mut self,
        batch: &mut Batch,
        writes: &mut Vec<Write>,
        now: Time,
    ) -> Vec<(Id, Box<D::Cell>)> {
        let is_wave = batch.timers_taken.is_some() && batch.folded >= self.limits.wave;
        if !(self.sweeper.enabled && is_wave && self.behind.has_room(self.limits.behind_cells, now)) {
            return Vec::new();
        }
        let (seq, number) = (self.sequences.next_image(), self.commits + 1);
        let has_rows = self.pack_rows(batch, seq, writes);
        self.pack_effects(batch, seq, writes, now);
        self.behind.images.begin(seq);
        self.behind.new = Some(Note { seq, at: now, number, has_rows, cells: 0 });
        self.working.take_clean()
    }

    /// Writes down what this commit leaves behind, and which cells have changed of those that others did.
    pub(super) fn note_behind(&mut self, writes: &mut Vec<Write>) {
        let partition: Value = self.working.partition.into();
        let changed = self.behind.images.take_changed().into_iter();
        let rows: Vec<Vec<Value>> = changed.map(|(seq, id)| vec![partition.clone(), seq.into(), id.into()]).collect();
        super::commit::add(writes, &sql::BEHIND_CHANGED_INSERT, Rows::from_vecs(rows));
        let Some(note) = self.behind.new.take() else {
            return;
        };
        if note.cells > 0 {
            let [cells, lengths, body] = self.behind.images.take_new().into_values();
            let row = [partition, note.seq.into(), cells, lengths, body];
            writes.push(Write::one(&sql::BEHIND_INSERT, row));
        }
        self.behind.note(note);
    }

    /// Has the next commit put packed effects in the outbox. Then hands cells whose lists wait to the sweep, after what was packed
    /// with them is written out: many in a quiet moment (`idle`), few beside other work, and none then that are not late.
    pub async fn take_up(&mut self, now: Time, idle: bool) -> Result<(), StoreError> {
        if self.unpack_effects(now).await? {
            return Ok(());
        }
        let most = match idle {
            true if self.working.dirty_len().0 < IDLE_CELLS => IDLE_CELLS,
            false if self.behind.is_late(now) => 1,
            _ => return Ok(()),
        };
        let mut taken = 0;
        while taken < most
            && let Some(note) = self.behind.notes.front_mut()
        {
            // Before that it cannot be read.
            if note.number > self.landed {
                return Ok(());
            }
            let seq = note.seq;
            if std::mem::take(&mut note.has_rows) {
                return self.unpack_rows(seq).await;
            }
            taken += note.cells;
            self.behind.cells -= note.cells;
            self.behind.taken = seq;
            self.behind.notes.pop_front();
            self.take_up_cells(seq).await?;
        }
        Ok(())
    }

    /// All cells of a note at once: from here on its images are like any others that the sweep will have passed.
    async fn take_up_cells(&mut self, seq: i64) -> Result<(), StoreError> {
        for row in self.read(&sql::BEHIND_OF, &[self.working.partition.into(), seq.into()]).await? {
            if row.blob("lengths").is_empty() {
                let ids: Vec<Id> = row.blob("cells").as_chunks().0.iter().map(|id| Id(*id)).collect();
                self.load(Vec::new(), ids.clone()).await?;
                ids.into_iter().for_each(|id| self.working.list_again(id));
                continue;
            }
            for (id, indexed, data) in images_of(&row)? {
                // One that changed since has an image of its own or was listed, or is in a newer note.
                if self.behind.images.take(id, seq) {
                    self.working.loaded(id, data, indexed);
                    self.sweeper.imaged(id);
                    self.working.list_again(id);
                }
            }
        }
        Ok(())
    }

    /// Reads what a process before this one left behind; `imaged` are the cells with images of their own, newest number each.
    pub(super) async fn load_behind(&mut self, imaged: &HashMap<Id, i64>, now: Time) -> Result<(), StoreError> {
        let partition = [self.working.partition.into()];
        let mut changed: HashMap<Id, i64> = HashMap::new();
        for row in self.db.query(&sql::BEHIND_CHANGED_ALL, &partition).await? {
            let seq = changed.entry(row.id("cell")).or_default();
            *seq = (*seq).max(row.int("seq"));
        }
        let mut notes: BTreeMap<i64, Note> = BTreeMap::new();
        for row in self.db.query(&sql::BEHIND_ALL, &partition).await? {
            self.behind.images.restore(&row, imaged, &changed);
            notes.entry(row.int("seq")).or_default().cells = row.blob("cells").len() / size_of::<Id>();
        }
        for row in self.db.query(&sql::BEHIND_ROWS_ALL, &partition).await? {
            notes.entry(row.int("seq")).or_default().has_rows = true;
        }
        self.load_packed_effects(now).await?;
        for (seq, note) in notes {
            self.behind.note(Note { seq, at: now, ..note });
            self.sequences.raise_image(seq);
        }
        Ok(())
    }

    /// Lets go of the notes on cells that are in their lists.
    pub(super) fn drop_behind(&mut self, writes: &mut Vec<Write>) {
        if let Some(through) = self.behind.end_cycle() {
            for sql in [&sql::BEHIND_DROP, &sql::BEHIND_CHANGED_DROP] {
                writes.push(Write::one(sql, [self.working.partition.into(), through.into()]));
            }
        }
    }
}
