//! One workspace's state in memory: encoded cells, the decoded ones of the batch, keys, and the timers not yet in the table.

mod cache;

use super::ahead::Found;
use crate::{Domain, Key, counter::Counters};
use base::{Id, Time};
use bytes::Bytes;
use cache::SLOT_BYTES;
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// A cell at rest in memory.
pub(crate) struct Slot {
    /// The stored form; empty = there is no such cell.
    pub data: Bytes,
    /// Not yet in its own row.
    pub dirty: bool,
    /// Looked at since the cache last came by.
    pub used: bool,
    /// The due time of its row in the timer table.
    pub indexed: Option<Time>,
    /// When it next wants to fire.
    pub due: Option<Time>,
    /// The commit that last wrote its row: before it is in the database the row there is an older one.
    written_in: u64,
}

struct KeySlot {
    id: Option<Id>,
    /// In no commit yet that writes its own row.
    dirty: bool,
    /// As of [`Slot`].
    written_in: u64,
}

/// Everything a fold can see.
pub struct Working<D: Domain> {
    pub(crate) partition: i64,
    pub(crate) shared: Arc<D::Shared>,
    pub(crate) shared_changed: bool,
    slots: Map<Id, Slot>,
    /// Decoded cells of this batch; encoded again when it is sealed.
    hot: Map<Id, Box<D::Cell>>,
    /// Cells changed in this batch.
    touched: HashSet<Id, foldhash::fast::RandomState>,
    /// Cells whose row in the timer table was taken out in this batch: each gets an image that says so.
    unindexed: HashSet<Id, foldhash::fast::RandomState>,
    /// Cells that came from their own rows in this batch.
    fresh: Vec<Id>,
    /// The commit that is sealed next.
    pub(crate) sealing: u64,
    /// Somebody listens to the live stream.
    pub(crate) is_heard: bool,
    /// Keys known; `None`: known to lead nowhere. Clean ones are a cache.
    keys: Map<Key, KeySlot>,
    /// Keys and cells not yet in their own rows.
    dirty_keys: Dirty<Key>,
    dirty: Dirty<Id>,
    pub(crate) dirty_bytes: usize,
    cache: cache::Cache,
    pub(crate) counters: Counters,
    /// Cells let go while others are read ahead.
    evicted: Option<HashSet<Id, foldhash::fast::RandomState>>,
    /// Due cells that the table does not have at that time or earlier.
    due: BTreeSet<(Time, Id)>,
    /// Cells whose timer failed, and when it is tried again.
    retries: Map<Id, Time>,
}

/// What waits to be swept: in this cycle, and in the next one, to which everything goes that becomes dirty meanwhile. So a
/// cycle ends, however much comes in ahead of it.
struct Dirty<T> {
    /// Sorted, the first one last.
    now: Vec<T>,
    next: Vec<T>,
}

impl<T> Default for Dirty<T> {
    fn default() -> Self {
        Dirty { now: Vec::new(), next: Vec::new() }
    }
}

impl<T: Ord> Dirty<T> {
    /// Something that was clean; its slot knows that it is not any more.
    fn insert(&mut self, item: T) {
        self.next.push(item);
    }

    fn len(&self) -> usize {
        self.now.len() + self.next.len()
    }

    /// The next ones of this cycle, neighbours together.
    fn take(&mut self, n: usize) -> Vec<T> {
        let mut taken = self.now.split_off(self.now.len().saturating_sub(n));
        taken.reverse();
        taken
    }

    /// Begins a cycle; the last one has ended.
    fn begin(&mut self) {
        assert!(self.now.is_empty(), "a cycle ends before the next begins");
        std::mem::swap(&mut self.now, &mut self.next);
        self.now.sort_unstable_by(|a, b| b.cmp(a));
        self.next.shrink_to(self.now.len());
    }
}

impl<D: Domain> Working<D> {
    pub(crate) fn new(partition: i64) -> Working<D> {
        Working {
            partition,
            shared: Arc::default(),
            shared_changed: false,
            slots: Map::default(),
            hot: Map::default(),
            touched: HashSet::default(),
            unindexed: HashSet::default(),
            fresh: Vec::new(),
            sealing: 1,
            is_heard: true,
            keys: Map::default(),
            dirty_keys: Dirty::default(),
            dirty: Dirty::default(),
            dirty_bytes: 0,
            cache: cache::Cache::default(),
            counters: Counters::default(),
            evicted: None,
            due: BTreeSet::new(),
            retries: Map::default(),
        }
    }

    /// Where a key leads; `None`: not known here.
    pub(crate) fn find(&self, key: &Key) -> Option<Option<Id>> {
        self.keys.get(key).map(|slot| slot.id)
    }

    /// Takes in a key as the database has it.
    pub(crate) fn loaded_key(&mut self, key: Key, id: Option<Id>) {
        self.keys.entry(key).or_insert(KeySlot { id, dirty: false, written_in: 0 });
    }

    /// The key leads there from now on. `is_swept`: its row waits for a sweep, else it comes with the batch.
    pub(crate) fn change_key(&mut self, key: Key, id: Option<Id>, is_swept: bool) {
        let slot = KeySlot { id, dirty: true, written_in: 0 };
        let was_dirty = self.keys.insert(key.clone(), slot).is_some_and(|slot| slot.dirty);
        if is_swept && !was_dirty {
            self.dirty_keys.insert(key);
        }
    }

    /// The batch writes the key's own row.
    pub(crate) fn key_written(&mut self, key: &Key) {
        if let Some(slot) = self.keys.get_mut(key) {
            (slot.dirty, slot.written_in) = (false, self.sealing);
        }
    }

    /// Takes the next keys of the sweep; they count as written to their own rows.
    pub(crate) fn sweep_keys(&mut self, n: usize) -> Vec<(Key, Option<Id>)> {
        let keys = self.dirty_keys.take(n).into_iter().map(|key| {
            let slot = self.keys.get_mut(&key).expect("a dirty key is known");
            (slot.dirty, slot.written_in) = (false, self.sealing);
            (key, slot.id)
        });
        keys.collect()
    }

    /// Takes the next cells of the sweep, which are then reported with [`swept`](Self::swept).
    pub(crate) fn sweep_cells(&mut self, n: usize) -> Vec<Id> {
        self.dirty.take(n)
    }

    /// Whether the sweep has passed everything that was dirty when its cycle began.
    pub(crate) fn is_cycle_over(&self) -> bool {
        self.dirty.now.is_empty() && self.dirty_keys.now.is_empty()
    }

    pub(crate) fn begin_cycle(&mut self) {
        self.dirty.begin();
        self.dirty_keys.begin();
    }

    /// Whether sweeps have something to write.
    pub(crate) fn is_dirty(&self) -> bool {
        self.dirty.len() > 0 || self.dirty_keys.len() > 0
    }

    /// Cells and keys not yet in their own rows.
    pub(crate) fn dirty_len(&self) -> (usize, usize) {
        (self.dirty.len(), self.dirty_keys.len())
    }

    pub(crate) fn knows(&self, id: Id) -> bool {
        self.slots.contains_key(&id)
    }

    /// The cell, decoded if it is in memory.
    pub(crate) fn cell(&mut self, id: Id) -> Option<&D::Cell> {
        if !self.hot.contains_key(&id) {
            let slot = self.slots.get_mut(&id)?;
            slot.used = true;
            self.hot.insert(id, Box::new(decode(&slot.data)));
        }
        self.hot.get(&id).map(|cell| &**cell)
    }

    /// The cell to be changed, decoded. Where nothing of it waits for its image it is moved out, because the stored form can
    /// be decoded again should the fold fail; else it is a copy.
    pub(crate) fn take(&mut self, id: Id) -> Option<Box<D::Cell>> {
        if self.touched.contains(&id) {
            return self.cell(id).map(|cell| Box::new(cell.clone()));
        }
        if let Some(cell) = self.hot.remove(&id) {
            return Some(cell);
        }
        let slot = self.slots.get_mut(&id)?;
        slot.used = true;
        Some(Box::new(decode(&slot.data)))
    }

    pub(crate) fn encoded(&mut self, id: Id) -> Option<Bytes> {
        if self.touched.contains(&id) {
            return self.hot.get(&id).map(|cell| Bytes::from(encode(&**cell)));
        }
        let slot = self.slots.get(&id)?;
        (!slot.data.is_empty()).then(|| slot.data.clone())
    }

    pub(crate) fn ids(&self) -> Vec<Id> {
        let mut ids: Vec<Id> = self.slots.keys().copied().collect();
        ids.retain(|id| !id.is_zero());
        ids.sort_unstable();
        ids
    }

    pub(crate) fn slot(&self, id: Id) -> Option<&Slot> {
        self.slots.get(&id)
    }

    /// Takes in a cell read from the database; an absent one is remembered as empty.
    pub(crate) fn loaded(&mut self, id: Id, data: Bytes, indexed: Option<Time>) {
        if self.slots.contains_key(&id) {
            return;
        }
        self.cache.came_in(id, data.len());
        if !data.is_empty() {
            self.fresh.push(id);
        }
        let slot = Slot { data, dirty: false, used: true, indexed, due: indexed, written_in: 0 };
        self.slots.insert(id, slot);
    }

    /// From now on what is let go is remembered, until the next [`arrived`](Self::arrived).
    pub(super) fn watch_evictions(&mut self) {
        self.evicted.get_or_insert_default().clear();
    }

    /// Takes in cells that were read since [`watch_evictions`](Self::watch_evictions). What is in memory, or was meanwhile, may be
    /// newer than what was read.
    pub(super) fn arrived(&mut self, found: Vec<Found<D::Cell>>) {
        let evicted = self.evicted.take().unwrap_or_default();
        for Found { id, indexed, data, cell } in found {
            if self.slots.contains_key(&id) || evicted.contains(&id) {
                continue;
            }
            self.loaded(id, data, indexed);
            if let Some(cell) = cell {
                self.hot.insert(id, cell);
            }
        }
    }

    /// A cell was changed by the fold: `due` is when it wants to fire now.
    pub(crate) fn change(&mut self, id: Id, cell: Box<D::Cell>, due: Option<Time>) {
        self.hot.insert(id, cell);
        self.touched.insert(id);
        let slot = self.slots.entry(id).or_insert_with(|| {
            self.cache.came_in(id, 0);
            Slot { data: Bytes::new(), dirty: false, used: true, indexed: None, due: None, written_in: 0 }
        });
        slot.used = true;
        self.set_due(id, due);
    }

    /// The cell wants to fire at `due`, or when it is tried again after a failure.
    pub(crate) fn set_due(&mut self, id: Id, due: Option<Time>) {
        let retry = self.retries.get(&id);
        let due = due.map(|due| retry.map_or(due, |retry| due.max(*retry)));
        let Some(slot) = self.slots.get_mut(&id) else {
            return;
        };
        let old = std::mem::replace(&mut slot.due, due);
        let indexed = slot.indexed;
        self.arm(id, old, due, indexed);
    }

    /// Keeps [`Working::due`]: a cell stands there when its due time is earlier than its row in the table.
    fn arm(&mut self, id: Id, old: Option<Time>, due: Option<Time>, indexed: Option<Time>) {
        if let Some(old) = old {
            self.due.remove(&(old, id));
        }
        if let Some(due) = due
            && indexed.is_none_or(|indexed| due < indexed)
        {
            self.due.insert((due, id));
        }
    }

    /// The cell's timer failed: it does not fire again before `until`.
    pub(crate) fn postpone(&mut self, id: Id, until: Time) {
        self.retries.insert(id, until);
        self.set_due(id, Some(until));
    }

    /// The cell's timer was folded: it may fire again as it likes.
    pub(crate) fn forgive(&mut self, id: Id) {
        if !self.retries.is_empty() {
            self.retries.remove(&id);
        }
    }

    /// The cell's row in the timer table was taken out; it wants to fire at `due`. The cell gets a new image that says so.
    pub(crate) fn unindex(&mut self, id: Id, due: Option<Time>) {
        let Some(slot) = self.slots.get_mut(&id) else {
            return;
        };
        slot.indexed = None;
        if !slot.data.is_empty() {
            self.unindexed.insert(id);
        }
        self.set_due(id, due);
    }

    /// When the first of the cells fires that the timer table does not have.
    pub(crate) fn first_due(&self) -> Option<Time> {
        self.due.first().map(|(due, _)| *due)
    }

    /// Such cells that are due at `now`, earliest first, at most `n`.
    pub(crate) fn due(&self, now: Time, n: usize) -> Vec<(Time, Id)> {
        let range = self.due.range(..=(now, Id([0xff; 16])));
        range.take(n).copied().collect()
    }

    /// Puts decoded cells back to rest.
    pub(crate) fn cool(&mut self) {
        self.hot.clear();
    }

    /// Whether cells were changed since the last seal.
    pub(crate) fn is_touched(&self) -> bool {
        !self.touched.is_empty() || !self.unindexed.is_empty()
    }

    /// Nothing was changed of what came from its row: it is like everything else from here on.
    pub(crate) fn forget_fresh(&mut self) {
        self.fresh.clear();
    }

    /// Takes out the cells that came from their own rows in this batch and were changed: they can go back there at once, and
    /// are then reported with [`swept`](Self::swept).
    pub(crate) fn take_fresh(&mut self) -> Vec<(Id, Box<D::Cell>)> {
        let mut fresh = std::mem::take(&mut self.fresh);
        fresh.sort_unstable();
        // One whose lists are written anew waits for its sweep like others that do.
        fresh.retain(|id| self.slots.get(id).is_some_and(|slot| !slot.dirty));
        self.take_touched(fresh)
    }

    /// As [`take_fresh`](Self::take_fresh), with those that were in memory, but not those that have no row yet.
    pub(crate) fn take_clean(&mut self) -> Vec<(Id, Box<D::Cell>)> {
        let is_clean = |id: &Id| self.slots.get(id).is_some_and(|slot| !slot.dirty && !slot.data.is_empty());
        let mut clean: Vec<Id> = self.touched.iter().copied().filter(is_clean).collect();
        clean.sort_unstable();
        self.take_touched(clean)
    }

    fn take_touched(&mut self, ids: Vec<Id>) -> Vec<(Id, Box<D::Cell>)> {
        let (touched, hot, unindexed) = (&mut self.touched, &mut self.hot, &mut self.unindexed);
        let changed = ids.into_iter().filter(|id| touched.remove(id));
        let taken = changed.map(|id| {
            unindexed.remove(&id);
            (id, hot.remove(&id).expect("a touched cell is decoded"))
        });
        taken.collect()
    }

    /// The cell is durable as it is, and its lists are not: the sweep writes row and lists again.
    pub(crate) fn list_again(&mut self, id: Id) {
        if let Some(slot) = self.slots.get(&id)
            && !slot.dirty
            && !slot.data.is_empty()
        {
            let data = slot.data.clone();
            self.store(id, data);
        }
    }

    /// Encodes the cells changed in this batch and keeps that form: (id, due time of its row in the timer table, data).
    pub(crate) fn encode_touched(&mut self) -> Vec<(Id, Option<Time>, Bytes)> {
        let mut touched: Vec<Id> = self.touched.drain().collect();
        touched.sort_unstable();
        let mut images = Vec::with_capacity(touched.len());
        let mut scratch = Buffer::default();
        for id in touched {
            let cell = self.hot.get(&id).expect("a touched cell is decoded");
            let data = encode_tight(&**cell, &mut scratch);
            self.unindexed.remove(&id);
            images.push((id, self.store(id, data.clone()), data));
        }
        let mut unindexed: Vec<Id> = self.unindexed.drain().collect();
        unindexed.sort_unstable();
        for id in unindexed {
            let slot = self.slots.get(&id).expect("a cell that needs an image has a slot until it is swept");
            let data = slot.data.clone();
            images.push((id, self.store(id, data.clone()), data));
        }
        // Decoded cells are worth keeping within a batch only: at rest the encoded form is a fifth of the memory.
        self.hot.clear();
        self.fresh.clear();
        images
    }

    /// Puts the encoded form of a changed cell in its slot; answers the due time of its row in the timer table.
    fn store(&mut self, id: Id, data: Bytes) -> Option<Time> {
        let slot = self.slots.get_mut(&id).expect("a changed cell has a slot until it is swept");
        self.cache.change(&slot.data, &data);
        if slot.dirty {
            self.dirty_bytes = self.dirty_bytes + data.len() - slot.data.len();
        } else {
            self.dirty_bytes += data.len() + SLOT_BYTES;
            slot.dirty = true;
            self.dirty.insert(id);
        }
        slot.data = data;
        slot.indexed
    }

    /// Takes in the newest image of a cell, which is not in its own row yet.
    pub(crate) fn restore(&mut self, id: Id, data: Bytes, indexed: Option<Time>) {
        self.loaded(id, Bytes::new(), indexed);
        self.store(id, data);
    }

    /// The cell was written to its own row, with its timer row at `indexed`.
    pub(crate) fn swept(&mut self, id: Id, data: Bytes, indexed: Option<Time>) {
        if let Some(slot) = self.slots.get_mut(&id) {
            if slot.dirty {
                slot.dirty = false;
                self.dirty_bytes -= slot.data.len() + SLOT_BYTES;
            }
            self.cache.change(&slot.data, &data);
            slot.data = data;
            slot.indexed = indexed;
            slot.written_in = self.sealing;
            let due = slot.due;
            self.arm(id, due, due, indexed);
        }
    }
}

/// The decoded form; nothing stored is the empty cell.
pub fn decode<T: Default + for<'b> minicbor::Decode<'b, ()>>(data: &[u8]) -> T {
    if data.is_empty() {
        return T::default();
    }
    minicbor::decode(data).expect("a cell that we encoded decodes: golden files hold this for older versions")
}

/// The stored form.
pub fn encode<T: minicbor::Encode<()>>(cell: &T) -> Vec<u8> {
    let mut data = Buffer(Vec::with_capacity(256));
    minicbor::encode(cell, &mut data).expect("writing to a vector cannot fail");
    data.0
}

/// The stored form in exactly as much memory as it needs; `scratch` serves one cell after another.
pub(crate) fn encode_tight<T: minicbor::Encode<()>>(cell: &T, scratch: &mut Buffer) -> Bytes {
    scratch.0.clear();
    minicbor::encode(cell, &mut *scratch).expect("writing to a vector cannot fail");
    Bytes::copy_from_slice(&scratch.0)
}

/// A vector to encode into. A stored form is made of heads of one to nine bytes, each of which would cost two calls if the
/// compiler did not see through them.
#[derive(Default)]
pub(crate) struct Buffer(Vec<u8>);

impl minicbor::encode::Write for Buffer {
    type Error = std::convert::Infallible;

    #[inline(always)]
    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}
