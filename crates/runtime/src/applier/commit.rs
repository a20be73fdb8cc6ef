//! Sealing a batch: one transaction out of everything that was folded.

use super::{
    Applier,
    batch::Batch,
    packed_effects,
    sweep::{self, Through},
};
use crate::{Domain, Key, sql};
use base::{Id, Time};
use bytes::Bytes;
use minicbor::{Decoder, Encoder};
use std::collections::BTreeMap;
use store::{Rows, StoreError, Value, Write};

/// The cell id under which a commit's new keys stand among the images.
pub(crate) const KEYS_IMAGE: Id = Id([0xff; 16]);

/// The most that a due time takes before a cell.
const PACK_OVERHEAD: usize = 10;

/// A sealed batch: to be written as one transaction, then reported back with [`Applier::written`].
pub struct Sealed {
    pub writes: Vec<Write>,
    /// The number of the commit, for [`Applier::written`].
    pub number: u64,
    /// Where the fold stands with this commit.
    pub position: i64,
    /// Effects were put in the outbox: wake the workers.
    pub has_effects: bool,
    /// The workspace's own state changed: publish it.
    pub shared_changed: bool,
    /// For the live stream, once this is written.
    pub announcements: Vec<serde_json::Value>,
}

impl<D: Domain> Applier<D> {
    /// Makes one transaction of what was folded since the last seal; `idle` lets it sweep more. `None`: nothing to write.
    pub fn seal(&mut self, now: Time, idle: bool) -> Option<Sealed> {
        if !(self.has_work() || idle && self.wants_sweep()) {
            self.working.forget_fresh();
            return None;
        }
        let mut batch = std::mem::take(&mut self.batch);
        let announcements = std::mem::take(&mut batch.announcements);
        let (has_effects, folded) = (!batch.effects.is_empty() || batch.has_unpacked_effects, batch.folded);
        let keys = std::mem::take(&mut batch.keys);
        let mut writes = Vec::with_capacity(24);
        self.behind.effects.note(self.working.partition, &batch.dropped_effects, &mut writes);
        let behind = self.left_behind(&mut batch, &mut writes, now);
        self.log_rows(&mut writes, &mut batch);
        let through = self.written_through();
        let shared_changed = self.images(&mut writes, &keys, through.iter().map(|(id, _)| *id));
        if !self.sweeper.has_keys {
            self.key_rows(&mut writes, keys);
        }
        self.state_rows(&mut writes, batch);
        self.sweep(&mut writes, Through { behind, listed: through }, folded, (now, idle));
        self.note_behind(&mut writes);
        self.alive_at = self.alive_at.max(now);
        writes.push(self.moves(self.commits + 1, now));
        self.commits += 1;
        self.working.sealed(self.commits);
        self.recent.sealed(self.commits);
        Some(Sealed {
            writes,
            number: self.commits,
            position: self.position,
            has_effects,
            shared_changed,
            announcements,
        })
    }

    /// Whether something was folded that is not sealed yet.
    pub fn has_work(&self) -> bool {
        let Batch { folded, timers_taken, unpacked, .. } = &self.batch;
        *folded > 0 || timers_taken.is_some() || !unpacked.is_empty() || self.working.is_touched()
    }

    /// The log, what its duplicates are found by, and the timelines.
    fn log_rows(&self, writes: &mut Vec<Write>, batch: &mut Batch) {
        let partition: Value = self.working.partition.into();
        writes.append(&mut batch.unpacked);
        writes.extend(std::mem::take(&mut batch.log).into_writes());
        writes.extend(std::mem::take(&mut batch.own_log).into_writes());
        batch.seen.sort_unstable();
        let mut rows = Rows::with_capacity(4, batch.seen.len());
        for (minute, hash, position) in &batch.seen {
            rows.push([partition.clone(), (*minute).into(), (*hash).into(), (*position).into()]);
        }
        add(writes, &sql::EVENT_SEEN_INSERT, rows);
        batch.stamps.sort_unstable();
        let mut rows = Rows::with_capacity(4, batch.stamps.len());
        for (chunk, id, position) in &batch.stamps {
            rows.push([partition.clone(), (*chunk).into(), (*id).into(), (*position).into()]);
        }
        add(writes, &sql::EVENT_CUSTOMER_INSERT, rows);
    }

    /// What the folds wrote: their own rows, counts, effects, timers taken out, answers.
    fn state_rows(&mut self, writes: &mut Vec<Write>, mut batch: Batch) {
        let partition: Value = self.working.partition.into();
        writes.extend(batch.inserts.into_writes());
        writes.extend(batch.upserts.into_writes());
        let counts = self.working.counters.rows(self.working.partition, std::mem::take(&mut batch.counts));
        add(writes, &sql::ROLLUP_ADD, counts);
        add(writes, &sql::ROLLUP_ADD, batch.pulse.rows(self.working.partition));
        // What is taken back goes before what is put, which may be the same again.
        let mut rows = Rows::with_capacity(3, batch.dropped_effects.len());
        for (id, run_at) in batch.dropped_effects {
            rows.push([partition.clone(), run_at.into(), id.into()]);
        }
        add(writes, &sql::EFFECT_DELETE, rows);
        add(writes, &sql::EFFECT_PUT, packed_effects::rows(self.working.partition, batch.effects.into_iter()));
        if let Some(((first, first_id), (last, last_id))) = batch.timers_taken {
            let row = [partition.clone(), first.into(), first_id.into(), last.into(), last_id.into()];
            writes.push(Write::one(&sql::TIMERS_DELETE, row));
        }
        let mut rows = Rows::with_capacity(3, batch.answers.len());
        for (position, answer) in batch.answers {
            rows.push([partition.clone(), position.into(), Value::Text(answer.to_string())]);
        }
        add(writes, &sql::ANSWER_PUT, rows);
    }

    /// One image of each touched cell, of the workspace's own state if it changed, and of the new keys. `through`: cells that
    /// go to their rows instead.
    fn images(
        &mut self,
        writes: &mut Vec<Write>,
        keys: &[(Key, Option<Id>)],
        through: impl Iterator<Item = Id>,
    ) -> bool {
        let partition = self.working.partition;
        let touched = self.working.encode_touched();
        let through = through.inspect(|id| self.behind.images.change(*id));
        let outdated: Vec<Id> = through.filter(|id| self.sweeper.has_image(*id)).collect();
        touched.iter().for_each(|(id, ..)| self.behind.images.change(*id));
        if self.sweeper.enabled {
            touched.iter().for_each(|(id, ..)| self.sweeper.imaged(*id));
            outdated.iter().for_each(|id| self.sweeper.imaged(*id));
        }
        let mut rows = Rows::with_capacity(4, touched.len() + 2);
        let mut bytes = 0;
        let mut push_image = |id: Id, data: Vec<u8>| {
            bytes += data.len() + sweep::IMAGE_OVERHEAD;
            let seq = self.sequences.next_image();
            rows.push([partition.into(), seq.into(), id.into(), Value::Blob(data)]);
        };
        for (id, indexed, data) in touched {
            push_image(id, pack(indexed, &data));
        }
        // An older image would count for more than the row: a newer one says that the row counts.
        outdated.into_iter().for_each(|id| push_image(id, Vec::new()));
        let shared_changed = std::mem::take(&mut self.working.shared_changed);
        if shared_changed {
            let data = super::working::encode(&*self.working.shared);
            push_image(Id::ZERO, pack(None, &data));
            self.sweeper.shared_dirty = true;
        }
        if self.sweeper.has_keys && !keys.is_empty() {
            push_image(KEYS_IMAGE, super::working::encode(&keys));
        }
        self.sweeper.image_bytes += bytes;
        add(writes, &sql::IMAGE_INSERT, rows);
        shared_changed
    }

    /// The rows of new keys, where other processes look them up too and no sweep may be waited for.
    fn key_rows(&mut self, writes: &mut Vec<Write>, keys: Vec<(Key, Option<Id>)>) {
        // The last word on each key counts.
        let keys: BTreeMap<Key, Option<Id>> = keys.into_iter().collect();
        keys.keys().for_each(|key| self.working.key_written(key));
        put_keys(writes, self.working.partition, keys);
    }

    /// A sealed batch is in the database: what was kept only until then may go.
    pub fn written(&mut self, number: u64) {
        self.landed = self.landed.max(number);
        self.recent.written(number);
        self.working.trim(self.limits.cache_bytes, self.landed);
    }

    /// Whether everything sealed is in the database.
    pub(crate) fn is_landed(&self) -> bool {
        self.landed == self.commits
    }

    /// Seals and writes what was folded, in one go: for a driver without a pipeline.
    pub async fn commit(&mut self, now: Time, idle: bool) -> Result<Option<u64>, StoreError> {
        self.take_up(now, idle).await?;
        self.write_sealed(now, idle).await
    }

    async fn write_sealed(&mut self, now: Time, idle: bool) -> Result<Option<u64>, StoreError> {
        let Some(sealed) = self.seal(now, idle) else {
            return Ok(None);
        };
        let number = sealed.number;
        self.db.write(sealed.writes).await?;
        self.written(number);
        Ok(Some(number))
    }

    /// Writes everything to its own rows and lets the images go: at the end of a process, and after an erasure. Lists left behind
    /// stay so: nobody waits for them to end a process.
    pub async fn sweep_out(&mut self, now: Time) -> Result<(), StoreError> {
        while self.write_sealed(now, true).await?.is_some() {}
        let beat = self.renewal(now);
        self.db.write(vec![beat]).await.map(drop)
    }

    /// Whether an idle commit would have something to sweep, or images to let go.
    pub(crate) fn wants_sweep(&self) -> bool {
        self.sweeper.enabled && {
            let is_left = self.sweeper.image_bytes > 0 || self.behind.is_passing();
            self.working.is_dirty() || self.sweeper.shared_dirty || is_left
        }
    }
}

/// Adds a step, unless it has no rows.
pub(super) fn add(writes: &mut Vec<Write>, sql: &'static store::Sql, rows: Rows) {
    if !rows.is_empty() {
        writes.push(Write::new(sql, rows));
    }
}

/// Writes keys to their own rows; each key once.
pub(super) fn put_keys(writes: &mut Vec<Write>, partition: i64, keys: impl IntoIterator<Item = (Key, Option<Id>)>) {
    let (mut puts, mut deletes) = (Rows::new(3), Rows::new(2));
    for (key, id) in keys {
        let text = Value::Text(key.as_str().to_owned());
        match id {
            Some(id) => puts.push([partition.into(), text, id.into()]),
            None => deletes.push([partition.into(), text]),
        }
    }
    add(writes, &sql::KEY_PUT, puts);
    add(writes, &sql::KEY_DELETE, deletes);
}

/// The stored form of a cell: the due time of its row in the timer table, then the cell.
pub(crate) fn pack(indexed: Option<Time>, cell: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(cell.len() + PACK_OVERHEAD);
    pack_onto(&mut data, indexed, cell);
    data
}

/// [`pack`] at the end of something.
pub(super) fn pack_onto(data: &mut Vec<u8>, indexed: Option<Time>, cell: &[u8]) {
    let mut encoder = Encoder::new(&mut *data);
    match indexed {
        Some(due) => encoder.i64(due.0).map(drop),
        None => encoder.null().map(drop),
    }
    .expect("writing to a vector cannot fail");
    data.extend_from_slice(cell);
}

/// Takes a stored cell apart.
pub(crate) fn unpack(data: &[u8]) -> (Option<Time>, Bytes) {
    let mut decoder = Decoder::new(data);
    let indexed = match decoder.datatype() {
        Ok(minicbor::data::Type::Null) => decoder.null().map(|()| None),
        _ => decoder.i64().map(|due| Some(Time(due))),
    }
    .expect("a stored cell begins with its due time");
    (indexed, Bytes::copy_from_slice(&data[decoder.position()..]))
}

/// The cell within a stored row or image, for readers outside the loop.
pub fn cell_of(data: &[u8]) -> Bytes {
    unpack(data).1
}
