//! Effects of a wave of timers that no worker could begin yet: all of one commit in one row, put in the outbox when the wave is over.
//!
//! While more timers are due than a commit takes, each of them puts a few effects in the outbox, as many as workers can begin
//! meanwhile, and packs the others. One that is taken back while it is packed is noted, and is not put there.

use super::{Applier, batch::Batch, packed};
use crate::{Domain, Effect, sql};
use base::{Id, Time};
use std::collections::{HashSet, VecDeque};
use store::{Rows, StoreError, Value, Write};

/// The effects of one commit.
struct Pack {
    seq: i64,
    at: Time,
    /// The number of the commit; 0: that of a process before this one.
    number: u64,
}

/// Which effects are packed.
#[derive(Default)]
pub(crate) struct PackedEffects {
    packs: VecDeque<Pack>,
    /// What is packed, each as a short hash: two that look alike cost a row, nothing else.
    packed: HashSet<u64, foldhash::fast::RandomState>,
    /// Packs up to this one are of a process before this one: of them it is not known what is in them.
    unknown_until: i64,
    /// Those taken back since.
    dropped: HashSet<(Time, Id)>,
}

fn hash(id: Id, run_at: Time) -> u64 {
    let [low, high] = id.0.as_chunks().0 else { unreachable!("an id is two of eight bytes") };
    u64::from_le_bytes(*low) ^ u64::from_le_bytes(*high).rotate_left(32) ^ run_at.0 as u64
}

impl PackedEffects {
    fn may_have(&self, id: Id, run_at: Time) -> bool {
        self.packs.front().is_some_and(|pack| pack.seq <= self.unknown_until) || self.packed.contains(&hash(id, run_at))
    }

    pub fn bytes(&self) -> usize {
        self.packed.len() * 2 * size_of::<u64>()
    }

    /// Notes what a batch takes back of what is packed. Before it packs anything.
    pub fn note(&mut self, partition: i64, dropped: &[(Id, Time)], writes: &mut Vec<Write>) {
        let mut rows = Rows::new(3);
        for (id, run_at) in dropped {
            if self.may_have(*id, *run_at) && self.dropped.insert((*run_at, *id)) {
                rows.push([partition.into(), (*run_at).into(), (*id).into()]);
            }
        }
        super::commit::add(writes, &sql::BEHIND_EFFECTS_DROPPED_INSERT, rows);
    }
}

/// Rows of the outbox.
pub(super) fn rows(partition: i64, effects: impl ExactSizeIterator<Item = Effect>) -> Rows {
    let mut rows = Rows::with_capacity(6, effects.len());
    for effect in effects {
        rows.push([
            partition.into(),
            effect.run_at.into(),
            effect.id.into(),
            Value::Static(effect.kind),
            effect.cell.into(),
            effect.attempt.into(),
        ]);
    }
    rows
}

impl<D: Domain> Applier<D> {
    /// Packs what no worker could begin yet, of a commit of a wave that goes on.
    pub(super) fn pack_effects(&mut self, batch: &mut Batch, seq: i64, writes: &mut Vec<Write>, now: Time) {
        let goes_on = self.next_due_known().is_some_and(|due| due <= now);
        if !goes_on || batch.effects.len() <= self.limits.wave_effects {
            return;
        }
        let packs = &mut self.behind.effects;
        let mut effects = batch.effects.split_off(self.limits.wave_effects);
        // One that was taken back and is put again is not to be taken for what it was before.
        batch.effects.extend(effects.extract_if(.., |e| packs.dropped.contains(&(e.run_at, e.id))));
        let partition = self.working.partition;
        packs.packed.extend(effects.iter().map(|effect| hash(effect.id, effect.run_at)));
        packs.packs.push_back(Pack { seq, at: now, number: self.commits + 1 });
        let n = effects.len() as i64;
        let body = Value::Blob(packed::encode(&rows(partition, effects.into_iter())));
        writes.push(Write::one(&sql::BEHIND_EFFECTS_INSERT, [partition.into(), seq.into(), n.into(), body]));
    }

    /// Has the next commit put those of one commit in the outbox, if that is no commit of a wave. Whether some are left for that.
    pub(super) async fn unpack_effects(&mut self, now: Time) -> Result<bool, StoreError> {
        let is_wave = self.batch.timers_taken.is_some();
        let Some(pack) = self.behind.effects.packs.front() else {
            return Ok(false);
        };
        // Before it is in the database it cannot be read.
        if pack.number > self.landed || is_wave && now - pack.at < super::behind::LATE {
            return Ok(true);
        }
        let partition: Value = self.working.partition.into();
        let params = [partition.clone(), pack.seq.into()];
        let found = self.read(&sql::BEHIND_EFFECTS_OF, &params).await?;
        let packs = &mut self.behind.effects;
        packs.packs.pop_front();
        let unpacked = &mut self.batch.unpacked;
        for row in &found {
            let broken = |error| StoreError::Other(format!("packed effects cannot be read: {error}"));
            let mut rows = Vec::new();
            for effect in packed::decode(row.blob("body")).map_err(broken)?.iter() {
                if let [_, Value::Int(run_at), Value::Blob(id), ..] = effect
                    && let Ok(id) = id.as_slice().try_into().map(Id)
                {
                    packs.packed.remove(&hash(id, Time(*run_at)));
                    if !packs.dropped.contains(&(Time(*run_at), id)) {
                        rows.push(effect.to_vec());
                    }
                }
            }
            super::commit::add(unpacked, &sql::EFFECT_PUT, Rows::from_vecs(rows));
        }
        unpacked.push(Write::one(&sql::BEHIND_EFFECTS_DROP, params));
        if packs.packs.is_empty() {
            packs.packed = HashSet::default();
            if !std::mem::take(&mut packs.dropped).is_empty() {
                unpacked.push(Write::one(&sql::BEHIND_EFFECTS_DROPPED_CLEAR, [partition]));
            }
        }
        self.batch.has_unpacked_effects = true;
        Ok(true)
    }

    /// Takes in what a process before this one packed.
    pub(super) async fn load_packed_effects(&mut self, now: Time) -> Result<(), StoreError> {
        let partition = [self.working.partition.into()];
        for row in self.db.query(&sql::BEHIND_EFFECTS_ALL, &partition).await? {
            let seq = row.int("seq");
            self.behind.effects.packs.push_back(Pack { seq, at: now, number: 0 });
            self.behind.effects.unknown_until = seq;
            self.sequences.raise_image(seq);
        }
        let dropped = self.db.query(&sql::BEHIND_EFFECTS_DROPPED_ALL, &partition).await?;
        self.behind.effects.dropped.extend(dropped.iter().map(|row| (row.time("run_at"), row.id("id"))));
        Ok(())
    }
}
