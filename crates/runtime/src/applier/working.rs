//! One workspace's state in memory: encoded cells, the decoded ones of the batch, keys, and the timers not yet in the table.

use crate::{Domain, Key};
use base::{Id, Time};
use bytes::Bytes;
use std::collections::{BTreeSet, HashMap, VecDeque};

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
}

/// Everything a fold can see.
pub struct Working<D: Domain> {
    pub(crate) partition: i64,
    pub(crate) shared: D::Shared,
    pub(crate) shared_changed: bool,
    slots: Map<Id, Slot>,
    /// Decoded cells of this batch; encoded again when it is sealed.
    pub(crate) hot: Map<Id, D::Cell>,
    /// Cells changed in this batch.
    pub(crate) touched: BTreeSet<Id>,
    /// Keys known: dirty ones must stay, clean ones (and known absences) are a cache.
    keys: Map<Key, Option<Id>>,
    pub(crate) dirty_keys: std::collections::BTreeMap<Key, Option<Id>>,
    pub(crate) dirty: BTreeSet<Id>,
    pub(crate) dirty_bytes: usize,
    pub(crate) cache_bytes: usize,
    order: VecDeque<Id>,
    /// Due cells that the table does not have at that time or earlier.
    pub(crate) due: BTreeSet<(Time, Id)>,
}

/// What a slot costs beside its data.
const SLOT_BYTES: usize = 96;

impl<D: Domain> Working<D> {
    pub(crate) fn new(partition: i64) -> Working<D> {
        Working {
            partition,
            shared: D::Shared::default(),
            shared_changed: false,
            slots: Map::default(),
            hot: Map::default(),
            touched: BTreeSet::new(),
            keys: Map::default(),
            dirty_keys: std::collections::BTreeMap::new(),
            dirty: BTreeSet::new(),
            dirty_bytes: 0,
            cache_bytes: 0,
            order: VecDeque::new(),
            due: BTreeSet::new(),
        }
    }

    pub(crate) fn find(&self, key: &Key) -> Option<Option<Id>> {
        self.dirty_keys
            .get(key)
            .or_else(|| self.keys.get(key))
            .copied()
    }

    pub(crate) fn knows(&self, id: Id) -> bool {
        self.slots.contains_key(&id) || self.hot.contains_key(&id)
    }

    /// The cell, decoded if it is in memory.
    pub(crate) fn cell(&mut self, id: Id) -> Option<&D::Cell> {
        if !self.hot.contains_key(&id) {
            let slot = self.slots.get_mut(&id)?;
            slot.used = true;
            self.hot.insert(id, decode(&slot.data));
        }
        self.hot.get(&id)
    }

    pub(crate) fn encoded(&mut self, id: Id) -> Option<Bytes> {
        if self.touched.contains(&id) {
            return self.hot.get(&id).map(|cell| Bytes::from(encode(cell)));
        }
        self.slots
            .get(&id)
            .map(|slot| slot.data.clone())
            .filter(|data| !data.is_empty())
    }

    pub(crate) fn ids(&self) -> Vec<Id> {
        let mut ids: Vec<Id> = self
            .slots
            .keys()
            .copied()
            .filter(|id| !id.is_zero())
            .collect();
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
        self.cache_bytes += data.len() + SLOT_BYTES;
        self.order.push_back(id);
        self.slots.insert(
            id,
            Slot {
                data,
                dirty: false,
                used: true,
                indexed,
                due: indexed,
            },
        );
    }

    pub(crate) fn loaded_key(&mut self, key: Key, id: Option<Id>) {
        self.keys.insert(key, id);
    }

    /// A cell was changed by the fold: `due` is when it wants to fire now.
    pub(crate) fn change(&mut self, id: Id, cell: D::Cell, due: Option<Time>) {
        self.hot.insert(id, cell);
        self.touched.insert(id);
        let slot = self.slots.entry(id).or_insert_with(|| {
            self.order.push_back(id);
            self.cache_bytes += SLOT_BYTES;
            Slot {
                data: Bytes::new(),
                dirty: false,
                used: true,
                indexed: None,
                due: None,
            }
        });
        slot.used = true;
        let (old, indexed) = (slot.due, slot.indexed);
        slot.due = due;
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

    /// Looks at the cell again no earlier than `until`.
    pub(crate) fn postpone(&mut self, id: Id, until: Time) {
        if let Some(slot) = self.slots.get_mut(&id) {
            let (old, indexed) = (slot.due, slot.indexed);
            slot.due = Some(until);
            self.arm(id, old, Some(until), indexed);
        }
    }

    /// The cell's row in the timer table was taken out.
    pub(crate) fn unindex(&mut self, id: Id) {
        if let Some(slot) = self.slots.get_mut(&id) {
            slot.indexed = None;
            let due = slot.due;
            self.arm(id, due, due, None);
        }
    }

    /// Puts the encoded form of a changed cell in its slot; the bytes are also its image.
    pub(crate) fn store(&mut self, id: Id, data: Bytes) {
        let slot = self.slots.get_mut(&id).expect("a changed cell has a slot");
        self.cache_bytes = self.cache_bytes + data.len() - slot.data.len();
        if slot.dirty {
            self.dirty_bytes = self.dirty_bytes + data.len() - slot.data.len();
        } else {
            self.dirty_bytes += data.len() + SLOT_BYTES;
            slot.dirty = true;
            self.dirty.insert(id);
        }
        slot.data = data;
    }

    /// The cell was written to its own row, with its timer row at `indexed`.
    pub(crate) fn swept(&mut self, id: Id, data: Bytes, indexed: Option<Time>) {
        if let Some(slot) = self.slots.get_mut(&id) {
            self.cache_bytes = self.cache_bytes + data.len() - slot.data.len();
            if slot.dirty {
                slot.dirty = false;
                self.dirty_bytes -= slot.data.len() + SLOT_BYTES;
            }
            slot.data = data;
            slot.indexed = indexed;
            if let Some(due) = slot.due {
                self.due.remove(&(due, id));
            }
        }
        self.dirty.remove(&id);
    }

    /// Lets go of clean cells and keys beyond the bound, those not looked at since the last round first.
    pub(crate) fn trim(&mut self, cache_bytes: usize) {
        let mut looked = self.order.len();
        while self.cache_bytes > cache_bytes && looked > 0 {
            looked -= 1;
            let Some(id) = self.order.pop_front() else {
                break;
            };
            let Some(slot) = self.slots.get_mut(&id) else {
                continue;
            };
            if slot.dirty || slot.used {
                slot.used = false;
                self.order.push_back(id);
                continue;
            }
            self.cache_bytes -= slot.data.len() + SLOT_BYTES;
            self.slots.remove(&id);
        }
        // Clean keys are cheap to read again; dropping all of them at once keeps no bookkeeping per key.
        if self.keys.len() * 100 > cache_bytes {
            self.keys = Map::default();
        }
    }
}

/// The decoded form; nothing stored is the empty cell.
pub fn decode<T: Default + for<'b> minicbor::Decode<'b, ()>>(data: &[u8]) -> T {
    if data.is_empty() {
        return T::default();
    }
    minicbor::decode(data)
        .expect("a cell that we encoded decodes: golden files hold this for older versions")
}

/// The stored form.
pub fn encode<T: minicbor::Encode<()>>(cell: &T) -> Vec<u8> {
    let mut data = Vec::with_capacity(256);
    minicbor::encode(cell, &mut data).expect("writing to a vector cannot fail");
    data
}
