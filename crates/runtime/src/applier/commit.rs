//! Sealing a batch: one transaction out of everything that was folded.

use super::{Applier, sweep};
use crate::{Domain, sql, world::RowGroups};
use base::{Id, Time};
use bytes::Bytes;
use minicbor::{Decoder, Encoder};
use std::collections::BTreeMap;
use store::{Rows, StoreError, Value, Write};

/// The cell id under which a commit's new keys stand among the images.
pub(crate) const KEYS_IMAGE: Id = Id([0xff; 16]);

/// A sealed batch: to be written as one transaction, then reported back with [`Applier::written`].
pub struct Sealed {
    pub writes: Vec<Write>,
    /// The number of the commit, for [`Applier::written`].
    pub number: u64,
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
        let has_work = self.batch.folded > 0
            || !self.batch.timer_rows.is_empty()
            || !self.working.touched.is_empty();
        if !has_work && !(idle && self.wants_sweep()) {
            return None;
        }
        let mut batch = std::mem::take(&mut self.batch);
        let announcements = std::mem::take(&mut batch.announcements);
        let partition = self.working.partition;
        let mut writes = Vec::with_capacity(16);
        let has_effects = !batch.effects.is_empty();
        push(&mut writes, &sql::EVENT_INSERT, batch.events);
        let mut seen = batch.seen;
        seen.sort_unstable();
        push(
            &mut writes,
            &sql::EVENT_SEEN_INSERT,
            seen.into_iter().map(|(minute, hash, position)| {
                vec![
                    partition.into(),
                    minute.into(),
                    hash.into(),
                    position.into(),
                ]
            }),
        );
        let mut stamps = batch.stamps;
        stamps.sort_unstable();
        push(
            &mut writes,
            &sql::EVENT_CUSTOMER_INSERT,
            stamps.into_iter().map(|(chunk, id, position)| {
                vec![partition.into(), chunk.into(), id.into(), position.into()]
            }),
        );
        let shared_changed = self.images(&mut writes, batch.keys);
        writes.extend(batch.inserts.into_writes());
        for (_, (sql, rows)) in batch.upserts.into_iter().collect::<BTreeMap<_, _>>() {
            push(&mut writes, sql, rows.into_values());
        }
        let counts: BTreeMap<_, _> = batch
            .counts
            .into_iter()
            .map(|(c, n)| ((c.metric, c.day, c.flow, c.step, c.currency), n))
            .collect();
        push(
            &mut writes,
            &sql::ROLLUP_ADD,
            counts.into_iter().filter(|(_, n)| *n != (0, 0)).map(
                |((metric, day, flow, step, currency), (n, minor))| {
                    vec![
                        partition.into(),
                        Value::Static(metric),
                        day.into(),
                        flow.into(),
                        step.into(),
                        currency.into(),
                        n.into(),
                        minor.into(),
                    ]
                },
            ),
        );
        push(
            &mut writes,
            &sql::EFFECT_DELETE,
            batch
                .dropped_effects
                .into_iter()
                .map(|(id, run_at)| vec![partition.into(), run_at.into(), id.into()]),
        );
        push(
            &mut writes,
            &sql::EFFECT_PUT,
            batch.effects.into_iter().map(|e| {
                vec![
                    partition.into(),
                    e.run_at.into(),
                    e.id.into(),
                    Value::Static(e.kind),
                    e.cell.into(),
                    e.attempt.into(),
                ]
            }),
        );
        push(
            &mut writes,
            &sql::TIMER_DELETE,
            batch
                .timer_rows
                .into_iter()
                .map(|(due, id)| vec![partition.into(), due.into(), id.into()]),
        );
        if !self.writes_log {
            push(
                &mut writes,
                &sql::ANSWER_PUT,
                batch.answers.into_iter().map(|(position, answer)| {
                    vec![
                        partition.into(),
                        position.into(),
                        Value::Text(answer.to_string()),
                    ]
                }),
            );
        }
        self.sweep(&mut writes, now, idle);
        self.alive_at = self.alive_at.max(now);
        writes.push(
            self.lease
                .moves(partition, self.position, self.received, now),
        );
        self.commits += 1;
        self.working.trim(self.limits.cache_bytes);
        Some(Sealed {
            writes,
            number: self.commits,
            has_effects,
            shared_changed,
            announcements,
        })
    }

    /// One image of each touched cell, of the workspace's own state if it changed, and of the new keys.
    fn images(&mut self, writes: &mut Vec<Write>, keys: Vec<(crate::Key, Option<Id>)>) -> bool {
        let partition = self.working.partition;
        let mut rows = Rows::new(4);
        let sequences = self.sequences.clone();
        let mut push_image = |bytes: &mut usize, id: Id, data: Vec<u8>| {
            *bytes += data.len() + sweep::IMAGE_OVERHEAD;
            rows.push([
                partition.into(),
                sequences.next_image().into(),
                id.into(),
                Value::Blob(data),
            ]);
        };
        for id in std::mem::take(&mut self.working.touched) {
            let cell = self
                .working
                .hot
                .get(&id)
                .expect("a touched cell is decoded");
            let data = Bytes::from(super::working::encode(cell));
            let indexed = self.working.slot(id).and_then(|slot| slot.indexed);
            push_image(&mut self.sweeper.image_bytes, id, pack(indexed, &data));
            self.working.store(id, data);
        }
        // Decoded cells are worth keeping within a batch only: at rest the encoded form is a fifth of the memory.
        self.working.hot.clear();
        let shared_changed = std::mem::take(&mut self.working.shared_changed);
        if shared_changed {
            let data = super::working::encode(&self.working.shared);
            push_image(&mut self.sweeper.image_bytes, Id::ZERO, pack(None, &data));
            self.sweeper.shared_dirty = true;
        }
        if !keys.is_empty() {
            let data = super::working::encode(&keys);
            push_image(&mut self.sweeper.image_bytes, KEYS_IMAGE, data);
        }
        if !rows.is_empty() {
            writes.push(Write::new(&sql::IMAGE_INSERT, rows));
        }
        shared_changed
    }

    /// A sealed batch is in the database: what was kept only until then may go.
    pub fn written(&mut self, number: u64) {
        if self.writes_log && self.recent.len() > 50_000 {
            self.recent.retain(|_, known| {
                known.retain(|(commit, _)| *commit >= number);
                !known.is_empty()
            });
        }
    }

    /// Seals and writes what was folded, in one go: for a driver without a pipeline.
    pub async fn commit(&mut self, now: Time, idle: bool) -> Result<Option<u64>, StoreError> {
        let Some(sealed) = self.seal(now, idle) else {
            return Ok(None);
        };
        let number = sealed.number;
        self.db.write(sealed.writes).await?;
        self.written(number);
        Ok(Some(number))
    }

    pub(crate) fn wants_sweep(&self) -> bool {
        !self.working.dirty.is_empty()
            || !self.working.dirty_keys.is_empty()
            || self.sweeper.shared_dirty
    }
}

pub(crate) fn push(
    writes: &mut Vec<Write>,
    sql: &'static store::Sql,
    rows: impl IntoIterator<Item = Vec<Value>>,
) {
    let mut groups = RowGroups::default();
    for row in rows {
        groups.push(sql, row);
    }
    writes.extend(groups.into_writes());
}

/// The stored form of a cell: the due time of its row in the timer table, then the cell.
pub(crate) fn pack(indexed: Option<Time>, cell: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(cell.len() + 10);
    let mut encoder = Encoder::new(&mut data);
    match indexed {
        Some(due) => encoder.i64(due.0).map(drop),
        None => encoder.null().map(drop),
    }
    .expect("writing to a vector cannot fail");
    data.extend_from_slice(cell);
    data
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
