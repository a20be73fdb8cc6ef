//! What stays in memory of what is in the database, and what is let go.

use super::Working;
use crate::Domain;
use base::Id;
use std::collections::VecDeque;

/// What a slot costs beside its data.
pub(super) const SLOT_BYTES: usize = 96;
/// Slots looked at in one round of the cache for each that came in or grew since the last one: two looks let a clean one go, so
/// the cache stays within a third more than what is dirty.
const LOOKS: usize = 8;
/// What a key costs in memory, roughly.
const KEY_BYTES: usize = 100;

/// In which order slots are let go. They go round in a ring, which they enter with the commit after which they came.
#[derive(Default)]
pub(super) struct Cache {
    pub bytes: usize,
    /// Slots made since the last seal.
    new: Vec<Id>,
    /// Those of commits that are not in the database yet, and their numbers.
    under_way: VecDeque<(u64, Vec<Id>)>,
    ring: VecDeque<Id>,
    /// Cells that grew since the last round.
    grown: usize,
}

impl Cache {
    /// A slot was made, for this many bytes.
    pub fn came_in(&mut self, id: Id, bytes: usize) {
        self.bytes += bytes + SLOT_BYTES;
        self.new.push(id);
    }

    /// The data of a slot changes.
    pub fn change(&mut self, old: &[u8], new: &[u8]) {
        self.bytes = self.bytes + new.len() - old.len();
        self.grown += usize::from(new.len() > old.len());
    }
}

impl<D: Domain> Working<D> {
    /// The batch was sealed as the commit with this number.
    pub(crate) fn sealed(&mut self, number: u64) {
        self.sealing = number + 1;
        if !self.cache.new.is_empty() {
            self.cache.under_way.push_back((number, std::mem::take(&mut self.cache.new)));
        }
    }

    /// Nobody will ask for the cell soon: it goes as soon as it is in the database.
    pub(crate) fn unused(&mut self, id: Id) {
        if let Some(slot) = self.slots.get_mut(&id) {
            slot.used = false;
        }
    }

    /// Lets go of clean cells and keys beyond the bound, those not looked at since the last round first. What a commit sweeps
    /// that is not yet in the database stays: those up to `landed` are.
    pub(crate) fn trim(&mut self, cache_bytes: usize, landed: u64) {
        let mut more = std::mem::take(&mut self.cache.grown);
        while let Some((number, ids)) = self.cache.under_way.pop_front() {
            if number > landed {
                self.cache.under_way.push_front((number, ids));
                break;
            }
            for id in ids {
                // A wave of timers passes through memory without driving out what is asked for again, and in as little of it
                // as stays near the processor.
                if !self.let_go(id, landed) {
                    self.cache.ring.push_back(id);
                    more += 1;
                }
            }
        }
        // What is dirty cannot go: looking through all of it at each commit would cost more than the memory is worth.
        let mut looked = self.cache.ring.len().min(more * LOOKS + 64);
        while self.cache.bytes > cache_bytes && looked > 0 {
            looked -= 1;
            let Some(id) = self.cache.ring.pop_front() else {
                break;
            };
            if !self.let_go(id, landed)
                && let Some(slot) = self.slots.get_mut(&id)
            {
                slot.used = false;
                self.cache.ring.push_back(id);
            }
        }
        // Clean keys are cheap to read again; dropping all of them at once keeps no bookkeeping per key.
        let clean = self.keys.len() - self.dirty_keys.len();
        if clean * KEY_BYTES > cache_bytes {
            self.keys.retain(|_, slot| slot.dirty || slot.written_in > landed);
        }
    }

    /// Lets go of the cell, unless it was looked at since the last round or memory alone has it as it is.
    fn let_go(&mut self, id: Id, landed: u64) -> bool {
        let Some(slot) = self.slots.get(&id) else {
            return true;
        };
        let is_under_way = slot.written_in > landed;
        if slot.dirty || slot.used || is_under_way || self.touched.contains(&id) || self.unindexed.contains(&id) {
            return false;
        }
        self.cache.bytes -= slot.data.len() + SLOT_BYTES;
        self.slots.remove(&id);
        self.hot.remove(&id);
        if let Some(evicted) = &mut self.evicted {
            evicted.insert(id);
        }
        true
    }
}
