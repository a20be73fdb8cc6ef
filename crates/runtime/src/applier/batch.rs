//! Folding a batch: duplicates out, what the fold needs in, one event after another.

use super::Applier;
use crate::{
    Counter, Domain, Effect, Event, FoldError, Key, Need, NewEvent, World, sql,
    world::{Done, RowGroups},
};
use base::{Id, IdMaker, Time, stable_hash};
use bytes::Bytes;
use serde_json::{Value as Json, json};
use std::{
    collections::{BTreeMap, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
};
use store::{Rows, Sql, StoreError, Value};

/// What became of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    Applied,
    /// Known already: acknowledged and dropped.
    Duplicate,
    /// Its fold failed; it is kept in quarantine with this reason.
    Refused(String),
}

/// The answer to one event.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub position: i64,
    pub verdict: Verdict,
    /// What the fold replied.
    pub reply: Option<Json>,
}

/// Everything a batch will write, gathered while it is folded.
#[derive(Default)]
pub(crate) struct Batch {
    pub events: Vec<Vec<Value>>,
    pub seen: Vec<(i64, i64, i64)>,
    pub stamps: Vec<(i64, Id, i64)>,
    pub inserts: RowGroups,
    pub upserts: HashMap<usize, (&'static Sql, BTreeMap<u64, Vec<Value>>)>,
    pub counts: HashMap<Counter, (i64, i64)>,
    pub effects: Vec<Effect>,
    pub dropped_effects: Vec<(Id, Time)>,
    pub keys: Vec<(Key, Option<Id>)>,
    pub timer_rows: Vec<(Time, Id)>,
    /// Answers for whoever waits in another process: the reply, or why the event was refused.
    pub answers: Vec<(i64, Json)>,
    pub folded: usize,
    pub announcements: Vec<Json>,
}

/// A look-up that keeps missing is a defect of the fold, not of the event; this many are more than any fold needs.
const NEEDS_MAX: usize = 256;

/// The stretch of log positions that shares one chunk of the timeline index.
pub(crate) const CHUNK: i64 = 65_536;

impl<D: Domain> Applier<D> {
    /// Gives the events their places in the log and folds them; nothing is durable before the batch is sealed and written.
    pub async fn receive(
        &mut self,
        events: Vec<NewEvent<D::Input>>,
        now: Time,
    ) -> Result<Vec<Answer>, StoreError> {
        self.received = self.received.max(now);
        let duplicates = self.duplicates(&events).await?;
        self.prefetch(
            events
                .iter()
                .zip(&duplicates)
                .filter(|(_, d)| !**d)
                .map(|(e, _)| &e.input),
        )
        .await?;
        let mut answers = Vec::with_capacity(events.len());
        for (event, duplicate) in events.into_iter().zip(duplicates) {
            if duplicate {
                answers.push(Answer {
                    position: 0,
                    verdict: Verdict::Duplicate,
                    reply: None,
                });
                continue;
            }
            let event = self.place(event);
            answers.push(self.fold(event).await?);
        }
        Ok(answers)
    }

    /// Folds events that are already in the log.
    pub async fn apply(&mut self, events: Vec<Event<D::Input>>) -> Result<Vec<Answer>, StoreError> {
        self.prefetch(events.iter().map(|e| &e.input)).await?;
        let mut answers = Vec::with_capacity(events.len());
        for event in events {
            self.position = event.position;
            self.received = self.received.max(event.received);
            answers.push(self.fold(event).await?);
        }
        Ok(answers)
    }

    /// Draws the next position and writes the log rows.
    fn place(&mut self, event: NewEvent<D::Input>) -> Event<D::Input> {
        self.position = self.sequences.next_position();
        let (position, partition) = (self.position, self.working.partition);
        // A clock in 2031 happened when we heard of it.
        let occurred = event.occurred.min(self.received);
        if self.writes_log {
            self.batch.events.push(vec![
                position.into(),
                partition.into(),
                self.received.into(),
                occurred.into(),
                event.origin.code().into(),
                event.source.into(),
                Value::Static(event.kind),
                Value::Text(event.name.to_string()),
                Value::Text(event.message_id.to_string()),
                Value::Raw(event.payload.clone()),
            ]);
            if let Some((minute, hash)) = seen_key(&event.message_id, event.sent, self.received) {
                self.batch.seen.push((minute, hash, position));
            }
        }
        Event {
            position,
            received: self.received,
            occurred,
            origin: event.origin,
            source: event.source,
            kind: event.kind,
            name: event.name,
            message_id: event.message_id,
            payload: event.payload,
            input: event.input,
        }
    }

    /// Which of the events are known: in this batch, in a commit under way, or in the log.
    async fn duplicates(&mut self, events: &[NewEvent<D::Input>]) -> Result<Vec<bool>, StoreError> {
        let mut duplicates = vec![false; events.len()];
        let mut asked: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
        let mut keys = Rows::new(3);
        for (i, event) in events.iter().enumerate() {
            let Some((minute, hash)) = seen_key(&event.message_id, event.sent, self.received)
            else {
                continue;
            };
            let known = self.recent.entry((minute, hash)).or_default();
            if known.iter().any(|(_, id)| *id == event.message_id) {
                duplicates[i] = true;
                continue;
            }
            known.push((self.commits, event.message_id.clone()));
            if self.writes_log {
                // Without a time of its own the id alone counts, today's and yesterday's.
                let days = if event.sent.is_none() { 2 } else { 1 };
                for back in 0..days {
                    keys.push([
                        self.working.partition.into(),
                        (minute + back).into(),
                        hash.into(),
                    ]);
                    asked.entry((minute + back, hash)).or_default().push(i);
                }
            }
        }
        if keys.is_empty() {
            return Ok(duplicates);
        }
        for row in self.db.query_each(&sql::EVENT_SEEN_FIND, keys).await? {
            for &i in asked
                .get(&(row.int("minute"), row.int("hash")))
                .into_iter()
                .flatten()
            {
                duplicates[i] |= *events[i].message_id == *row.text("message_id");
            }
        }
        Ok(duplicates)
    }

    /// Loads what the batch will look up, in two reads: keys, then cells.
    async fn prefetch<'e>(
        &mut self,
        inputs: impl Iterator<Item = &'e D::Input>,
    ) -> Result<(), StoreError>
    where
        D: 'e,
    {
        let (mut keys, mut cells) = (Vec::new(), Vec::new());
        for input in inputs {
            self.domain.touches(input, &mut keys, &mut cells);
        }
        keys.retain(|key| self.working.find(key).is_none());
        keys.sort();
        keys.dedup();
        if !keys.is_empty() {
            self.load(&keys, &[]).await?;
        }
        for key in &keys {
            cells.extend(self.working.find(key).flatten());
        }
        cells.retain(|id| !self.working.knows(*id));
        cells.sort();
        cells.dedup();
        if !cells.is_empty() {
            self.load(&[], &cells).await?;
        }
        Ok(())
    }

    /// Reads keys and cells into memory; what does not exist is remembered as absent. The cells of known keys come along.
    pub(crate) async fn load(&mut self, keys: &[Key], cells: &[Id]) -> Result<(), StoreError> {
        let partition = self.working.partition;
        let mut cells: Vec<Id> = cells.to_vec();
        if !keys.is_empty() {
            let mut rows = Rows::new(2);
            for key in keys {
                rows.push([partition.into(), Value::Text(key.as_str().to_owned())]);
            }
            let found = self.db.query_each(&sql::KEYS_FIND, rows).await?;
            for key in keys {
                self.working.loaded_key(key.clone(), None);
            }
            for row in found {
                let id = row.id("cell");
                self.working
                    .loaded_key(Key::stored(row.text("key")), Some(id));
                cells.push(id);
            }
        }
        cells.retain(|id| !self.working.knows(*id));
        cells.sort();
        cells.dedup();
        if cells.is_empty() {
            return Ok(());
        }
        let mut rows = Rows::new(2);
        for id in &cells {
            rows.push([partition.into(), (*id).into()]);
        }
        for row in self.db.query_each(&sql::CELLS_FIND, rows).await? {
            let (indexed, data) = super::commit::unpack(row.blob("data"));
            self.working.loaded(row.id("id"), data, indexed);
        }
        for id in cells {
            self.working.loaded(id, Bytes::new(), None);
        }
        Ok(())
    }

    /// Folds one event, loading what it turns out to need.
    async fn fold(&mut self, event: Event<D::Input>) -> Result<Answer, StoreError> {
        self.batch.folded += 1;
        let domain = self.domain.clone();
        let mut answer = Answer {
            position: event.position,
            verdict: Verdict::Applied,
            reply: None,
        };
        for _ in 0..NEEDS_MAX {
            let ids = IdMaker::new(event.received, self.seed, event.position);
            let mut world = World::new(&mut self.working, ids, event.position, event.received);
            // A panic in a fold is that event's trouble alone: its writes are in `world.done`, which is dropped.
            let folded = catch_unwind(AssertUnwindSafe(|| domain.fold(&event, &mut world)));
            let done = world.done;
            let reason = match folded {
                Ok(Ok(())) => {
                    answer.reply = self.absorb(&event, done);
                    return Ok(answer);
                }
                Ok(Err(FoldError::Need(Need::Key(key)))) => {
                    self.load(&[key], &[]).await?;
                    continue;
                }
                Ok(Err(FoldError::Need(Need::Cell(id)))) => {
                    self.load(&[], &[id]).await?;
                    continue;
                }
                Ok(Err(FoldError::Refused(reason))) => reason,
                Err(panic) => format!("the fold panicked: {}", panic_text(panic.as_ref())),
            };
            answer.verdict = Verdict::Refused(self.refuse(&event, reason));
            return Ok(answer);
        }
        answer.verdict =
            Verdict::Refused(self.refuse(&event, "the fold asked for too many cells".to_owned()));
        Ok(answer)
    }

    /// Keeps an event whose fold failed, with its reason.
    fn refuse(&mut self, event: &Event<D::Input>, reason: String) -> String {
        if event.kind == "timer" {
            // The cell stays due: it is tried again in an hour, not at once and for ever.
            let (mut keys, mut cells) = (Vec::new(), Vec::new());
            self.domain.touches(&event.input, &mut keys, &mut cells);
            cells
                .into_iter()
                .for_each(|id| self.working.postpone(id, event.received + base::HOUR));
        }
        if event.kind == "command" && !self.writes_log {
            self.batch
                .answers
                .push((event.position, json!({ "refused": reason })));
        }
        self.keep_refused(event, &reason);
        reason
    }

    /// Keeps a stored event that this binary cannot read.
    pub(crate) fn refuse_unread(&mut self, event: &Event<()>, reason: String) {
        self.position = event.position;
        self.batch.folded += 1;
        self.keep_refused(event, &reason);
    }

    fn keep_refused<I>(&mut self, event: &Event<I>, reason: &str) {
        tracing::warn!(
            event.position = event.position,
            event.kind = event.kind,
            reason,
            "an event could not be folded"
        );
        let id = IdMaker::new(event.received, !self.seed, event.position).next_id();
        self.batch.inserts.push(
            &sql::REFUSED_PUT,
            vec![
                self.working.partition.into(),
                id.into(),
                event.received.into(),
                event.source.into(),
                Value::Static(event.kind),
                Value::Text(event.name.to_string()),
                Value::Text(reason.to_owned()),
                Value::Raw(event.payload.clone()),
            ],
        );
    }

    /// Takes over what a successful fold did.
    fn absorb(&mut self, event: &Event<D::Input>, done: Done<D>) -> Option<Json> {
        if let Some(shared) = done.shared {
            self.working.shared = shared;
            self.working.shared_changed = true;
        }
        for (id, cell) in done.cells {
            let mut due = self.domain.due(&cell, &self.working.shared);
            if event.kind == "timer" && due.is_some_and(|due| due <= event.received) {
                // A timer that leaves its cell due again would fire for ever.
                tracing::error!(cell = %id, "a timer did not move its cell on; it waits a minute");
                due = Some(event.received + base::MINUTE);
            }
            self.working.change(id, cell, due);
        }
        for (key, id) in done.keys {
            self.working.dirty_keys.insert(key.clone(), id);
            self.batch.keys.push((key, id));
        }
        let chunk = event.position / CHUNK;
        self.batch.stamps.extend(
            done.stamps
                .into_iter()
                .map(|id| (chunk, id, event.position)),
        );
        for (sql, row) in done.inserts {
            self.batch.inserts.push(sql, row);
        }
        for (sql, key, row) in done.upserts {
            let address = std::ptr::from_ref(sql).addr();
            self.batch
                .upserts
                .entry(address)
                .or_insert_with(|| (sql, BTreeMap::new()))
                .1
                .insert(key, row);
        }
        for (counter, n, minor) in done.counts {
            let sum = self.batch.counts.entry(counter).or_default();
            *sum = (sum.0 + n, sum.1 + minor);
        }
        self.batch.announcements.extend(done.announcements);
        self.batch.effects.extend(done.effects);
        for (id, run_at) in done.dropped_effects {
            // Made and taken back within one batch: neither row is written.
            match self
                .batch
                .effects
                .iter()
                .position(|e| e.id == id && e.run_at == run_at)
            {
                Some(i) => drop(self.batch.effects.remove(i)),
                None => self.batch.dropped_effects.push((id, run_at)),
            }
        }
        if event.kind == "command" && !self.writes_log {
            self.batch
                .answers
                .push((event.position, json!({ "reply": done.reply })));
        }
        done.reply
    }

    /// Events folded since the last seal.
    pub fn folded(&self) -> usize {
        self.batch.folded
    }

    /// The effects of the batch not yet sealed, for a driver that carries them out itself (the simulator).
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.batch.effects)
    }
}

/// What makes an event a duplicate: the minute of its own time as sent and a hash of its id. An event without a time goes by
/// days, on numbers that no minute has.
pub(crate) fn seen_key(message_id: &str, sent: Option<Time>, received: Time) -> Option<(i64, i64)> {
    if message_id.is_empty() {
        return None;
    }
    let (minute, micros) = match sent {
        Some(sent) => (sent.minute(), sent.0),
        None => (i64::MIN / 2 - received.minute() / 1440, 0),
    };
    // The exact time is part of the hash: the same id at another time is another event.
    let hash = stable_hash(message_id.as_bytes()) ^ (micros as u64).rotate_left(17);
    Some((minute, hash as i64))
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no text")
}
