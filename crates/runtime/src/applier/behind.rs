//! What is left behind: what a wave of timers changed reaches its own rows with the commit, and its lists in a quieter moment. So
//! do the rows that it packed.
//!
//! A wave comes at once and whoever is written to waits for the commit, not for a list. Writing the lists is half of what such a
//! commit would cost, so it only notes which cells they are, one row for all of them, and the sweep does the rest later.

use super::{Applier, batch::Batch};
use crate::{Domain, sql};
use base::{Id, MINUTE, Time};
use std::collections::{BTreeMap, VecDeque};
use store::{StoreError, Value, Write};

/// Lists that are this late are written though the wave goes on, and no others are left behind meanwhile.
const LATE: i64 = MINUTE;
/// Cells taken up in one commit: when nothing else is going on, and beside other work.
const IDLE_CELLS: usize = 2_000;
const BUSY_CELLS: usize = 256;

/// What one commit left behind.
#[derive(Default)]
struct Note {
    seq: i64,
    at: Time,
    /// The number of the commit; 0: that of a process before this one.
    number: u64,
    /// Rows were packed, and are not written out yet.
    has_rows: bool,
    cells: Vec<Id>,
}

/// Which cells' lists wait.
#[derive(Default)]
pub(crate) struct Behind {
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

    /// The cell's row is in this commit, its lists are not.
    pub fn leave(&mut self, id: Id) {
        self.new.as_mut().expect("a wave opened it").cells.push(id);
    }

    fn note(&mut self, note: Note) {
        self.cells += note.cells.len();
        self.notes.push_back(note);
    }

    /// Bytes of memory and of notes that wait.
    pub fn bytes(&self) -> usize {
        self.cells * size_of::<Id>() + self.notes.len() * size_of::<Note>()
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
    /// The changed cells of the batch that go back to their rows at once and whose lists are left behind: those a wave of timers
    /// took out of their table. Its rows that may wait are packed.
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
        self.behind.new = Some(Note { seq, at: now, number, has_rows, cells: Vec::new() });
        self.working.take_clean()
    }

    /// Writes down which cells this commit leaves behind.
    pub(super) fn note_behind(&mut self, writes: &mut Vec<Write>) {
        let Some(note) = self.behind.new.take() else {
            return;
        };
        if !note.cells.is_empty() {
            let packed: Vec<u8> = note.cells.iter().flat_map(|id| id.0).collect();
            let row = [self.working.partition.into(), note.seq.into(), Value::Blob(packed)];
            writes.push(Write::one(&sql::BEHIND_INSERT, row));
        }
        self.behind.note(note);
    }

    /// Hands cells whose lists wait to the sweep, after what was packed with them is written out: many in a quiet moment (`idle`),
    /// few beside other work, and none then that are not late.
    pub(crate) async fn take_up(&mut self, now: Time, idle: bool) -> Result<(), StoreError> {
        let most = match idle {
            true if self.working.dirty_len().0 < IDLE_CELLS => IDLE_CELLS,
            false if self.behind.is_late(now) => BUSY_CELLS,
            _ => return Ok(()),
        };
        if let Some(note) = self.behind.notes.front_mut()
            && note.has_rows
        {
            // Before that they cannot be read.
            if note.number > self.landed {
                return Ok(());
            }
            note.has_rows = false;
            let seq = note.seq;
            return self.unpack_rows(seq).await;
        }
        let mut taken: Vec<Id> = Vec::new();
        while taken.len() < most
            && let Some(note) = self.behind.notes.front_mut()
            && !note.has_rows
        {
            let from = note.cells.len().saturating_sub(most - taken.len());
            taken.extend(note.cells.drain(from..));
            if note.cells.is_empty() {
                self.behind.taken = note.seq;
                self.behind.notes.pop_front();
            }
        }
        self.behind.cells -= taken.len();
        self.load(Vec::new(), taken.clone()).await?;
        taken.into_iter().for_each(|id| self.working.list_again(id));
        Ok(())
    }

    /// Reads what a process before this one left behind.
    pub(super) async fn load_behind(&mut self, now: Time) -> Result<(), StoreError> {
        let partition = [self.working.partition.into()];
        let mut notes: BTreeMap<i64, Note> = BTreeMap::new();
        for row in self.db.query(&sql::BEHIND_ALL, &partition).await? {
            let cells = row.blob("cells").as_chunks().0.iter().map(|id| Id(*id));
            notes.entry(row.int("seq")).or_default().cells = cells.collect();
        }
        for row in self.db.query(&sql::BEHIND_ROWS_ALL, &partition).await? {
            notes.entry(row.int("seq")).or_default().has_rows = true;
        }
        for (seq, note) in notes {
            self.behind.note(Note { seq, at: now, ..note });
            self.sequences.raise_image(seq);
        }
        Ok(())
    }

    /// Lets go of the notes on cells that are in their lists.
    pub(super) fn drop_behind(&mut self, writes: &mut Vec<Write>) {
        if let Some(through) = self.behind.end_cycle() {
            let row = [self.working.partition.into(), through.into()];
            writes.push(Write::one(&sql::BEHIND_DROP, row));
        }
    }
}
