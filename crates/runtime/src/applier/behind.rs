//! Lists left behind: what a wave of timers changed reaches its own rows with the commit, and its lists in a quieter moment.
//!
//! A wave comes at once and whoever is written to waits for the commit, not for a list. Writing the lists is half of what such a
//! commit would cost, so it only notes which cells they are, one row for all of them, and the sweep does the rest later.

use super::{Applier, batch::Batch};
use crate::{Domain, sql};
use base::{Id, MINUTE, Time};
use std::collections::VecDeque;
use store::{StoreError, Value, Write};

/// Lists that are this late are written though the wave goes on, and no others are left behind meanwhile.
const LATE: i64 = MINUTE;
/// Cells taken up in one commit: when nothing else is going on, and beside other work.
const IDLE_CELLS: usize = 2_000;
const BUSY_CELLS: usize = 256;

/// The cells one commit left behind.
struct Note {
    seq: i64,
    at: Time,
    cells: Vec<Id>,
}

/// Which cells' lists wait.
#[derive(Default)]
pub(crate) struct Behind {
    notes: VecDeque<Note>,
    cells: usize,
    /// Those of the batch that is being sealed.
    new: Vec<Id>,
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
        self.new.push(id);
    }

    fn note(&mut self, seq: i64, at: Time, cells: Vec<Id>) {
        self.cells += cells.len();
        self.notes.push_back(Note { seq, at, cells });
    }

    /// Bytes of memory and of notes that wait.
    pub fn bytes(&self) -> usize {
        self.cells * size_of::<Id>()
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
    /// took out of their table.
    pub(super) fn left_behind(&mut self, batch: &Batch, now: Time) -> Vec<(Id, Box<D::Cell>)> {
        let is_wave = batch.timers_taken.is_some() && batch.folded >= self.limits.wave;
        if !(self.sweeper.enabled && is_wave && self.behind.has_room(self.limits.behind_cells, now)) {
            return Vec::new();
        }
        self.working.take_clean()
    }

    /// Writes down which cells this commit leaves behind.
    pub(super) fn note_behind(&mut self, writes: &mut Vec<Write>, now: Time) {
        let cells = std::mem::take(&mut self.behind.new);
        if cells.is_empty() {
            return;
        }
        let seq = self.sequences.next_image();
        let packed: Vec<u8> = cells.iter().flat_map(|id| id.0).collect();
        let row = [self.working.partition.into(), seq.into(), Value::Blob(packed)];
        writes.push(Write::one(&sql::BEHIND_INSERT, row));
        self.behind.note(seq, now, cells);
    }

    /// Hands cells whose lists wait to the sweep: many in a quiet moment (`idle`), few beside other work, and none then that are
    /// not late.
    pub(crate) async fn take_up(&mut self, now: Time, idle: bool) -> Result<(), StoreError> {
        let most = match idle {
            true if self.working.dirty_len().0 < IDLE_CELLS => IDLE_CELLS,
            false if self.behind.is_late(now) => BUSY_CELLS,
            _ => return Ok(()),
        };
        let mut taken: Vec<Id> = Vec::new();
        while taken.len() < most
            && let Some(note) = self.behind.notes.front_mut()
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
        for row in self.db.query(&sql::BEHIND_ALL, &[self.working.partition.into()]).await? {
            let cells = row.blob("cells").as_chunks().0.iter().map(|id| Id(*id));
            self.behind.note(row.int("seq"), now, cells.collect());
            self.sequences.raise_image(row.int("seq"));
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
