//! Taking in a batch: duplicates out, what the fold needs in, one event after another.

use super::{Applier, seen::SeenKey};
use crate::{
    Domain, Effect, Event, Key, NewEvent,
    counter::Sums,
    pulse::{DOUBLED, Pulse},
    sql,
    world::RowGroups,
    world::Upserts,
};
use base::{Id, Time};
use bytes::Bytes;
use serde_json::Value as Json;
use std::{
    collections::{HashMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
};
use store::{Row, Rows, Sql, StoreError, Value, Write};

/// What became of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    Applied,
    /// Known already: acknowledged and dropped.
    Duplicate,
    /// Its fold failed, for this reason. A command's caller is told; any other event is kept in quarantine.
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

impl Answer {
    pub(crate) fn new(position: i64, verdict: Verdict) -> Answer {
        Answer { position, verdict, reply: None }
    }
}

/// An event read from the log.
pub enum Stored<I> {
    Event(Event<I>),
    /// This binary cannot read it, for this reason.
    Unread(Event<()>, String),
}

/// Everything a batch will write, gathered while it is folded.
#[derive(Default)]
pub(crate) struct Batch {
    pub log: RowGroups,
    /// The rows of the loop's own events among them.
    pub own_log: RowGroups,
    /// Rows packed by an earlier commit, now to be written out.
    pub unpacked: Vec<Write>,
    /// There are effects among them.
    pub has_unpacked_effects: bool,
    pub seen: Vec<(i64, i64, i64)>,
    pub stamps: Vec<(i64, Id, i64)>,
    pub inserts: RowGroups,
    pub upserts: Upserts,
    pub counts: Sums,
    pub pulse: Pulse,
    pub effects: Vec<Effect>,
    /// The effects above, to be found fast.
    pub effect_ids: HashSet<(Id, Time), foldhash::fast::RandomState>,
    pub dropped_effects: Vec<(Id, Time)>,
    pub keys: Vec<(Key, Option<Id>)>,
    /// The rows of the timer table from the first to the second were taken out, and no others stood between them.
    pub timers_taken: Option<((Time, Id), (Time, Id))>,
    /// Answers for whoever waits in another process: the reply, or why the event was refused.
    pub answers: Vec<(i64, Json)>,
    pub folded: usize,
    pub announcements: Vec<Json>,
}

/// The stretch of log positions that shares one chunk of the timeline index.
pub(crate) const CHUNK: i64 = 65_536;

impl<D: Domain> Applier<D> {
    /// Gives the events their places in the log and folds them; nothing is durable before the batch is sealed and written.
    /// After an error the state in memory is of no use any more: open it again.
    pub async fn receive(&mut self, events: Vec<NewEvent<D::Input>>, now: Time) -> Result<Vec<Answer>, StoreError> {
        self.look_who_listens();
        self.received = self.received.max(now);
        let duplicates = self.duplicates(&events).await?;
        let new = events.iter().zip(&duplicates).filter(|(_, known)| !**known);
        self.prefetch(new.map(|(event, _)| &event.input)).await?;
        let mut answers = Vec::with_capacity(events.len());
        for (event, duplicate) in events.into_iter().zip(duplicates) {
            answers.push(if duplicate {
                self.batch.pulse.add(DOUBLED, event.source, self.received, self.received);
                Answer::new(0, Verdict::Duplicate)
            } else {
                let position = self.sequences.next_position();
                let event = self.place(event, position);
                self.fold(event).await?
            });
        }
        Ok(answers)
    }

    /// Folds events of the loop's own at positions that were drawn for them, the first of them at `first`, up to which everything is
    /// folded. Their rows go with the batch. After an error the state in memory is of no use any more.
    pub(crate) async fn receive_own(
        &mut self,
        events: Vec<NewEvent<D::Input>>,
        first: i64,
        received: Time,
    ) -> Result<(), StoreError> {
        self.look_who_listens();
        self.received = self.received.max(received);
        self.prefetch(events.iter().map(|event| &event.input)).await?;
        for (event, position) in events.into_iter().zip(first..) {
            let event = self.place(event, position);
            self.fold(event).await?;
        }
        Ok(())
    }

    /// Folds events that are already in the log, in its order. After an error the state in memory is of no use any more.
    pub async fn apply(&mut self, events: Vec<Stored<D::Input>>) -> Result<Vec<Answer>, StoreError> {
        self.look_who_listens();
        let read = events.iter().filter_map(|event| match event {
            Stored::Event(event) => Some(&event.input),
            Stored::Unread(..) => None,
        });
        self.prefetch(read).await?;
        let mut answers = Vec::with_capacity(events.len());
        for event in events {
            let (position, received) = match &event {
                Stored::Event(event) => (event.position, event.received),
                Stored::Unread(event, _) => (event.position, event.received),
            };
            self.position = position;
            self.received = self.received.max(received);
            answers.push(match event {
                Stored::Event(event) => self.fold(event).await?,
                Stored::Unread(event, reason) => self.refuse_unread(&event, reason),
            });
        }
        Ok(answers)
    }

    fn look_who_listens(&mut self) {
        self.working.is_heard = self.live.as_ref().is_none_or(|live| live.receiver_count() > 0);
    }

    /// Gives the event its place and writes the log rows that are this process's to write.
    fn place(&mut self, event: NewEvent<D::Input>, position: i64) -> Event<D::Input> {
        self.position = position;
        let partition = self.working.partition;
        // A clock in 2031 happened when we heard of it.
        let occurred = event.occurred.min(self.received);
        let is_own = event.kind == "timer";
        if self.writes_log || is_own && self.sweeper.enabled {
            let row = [
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
            ];
            let log = if is_own { &mut self.batch.own_log } else { &mut self.batch.log };
            log.push(&sql::EVENT_INSERT, row);
            if let Some(key) = SeenKey::of(&event.message_id, event.sent, self.received) {
                self.batch.seen.push((key.minute, key.hash, position));
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
            let Some(key) = SeenKey::of(&event.message_id, event.sent, self.received) else {
                continue;
            };
            if !self.recent.insert(&key) {
                duplicates[i] = true;
                continue;
            }
            if self.writes_log {
                for minute in key.minutes() {
                    keys.push([self.working.partition.into(), minute.into(), key.hash.into()]);
                    asked.entry((minute, key.hash)).or_default().push(i);
                }
            }
        }
        if keys.is_empty() {
            return Ok(duplicates);
        }
        for row in self.read_each(&sql::EVENT_SEEN_FIND, keys).await? {
            let found = asked.get(&(row.int("minute"), row.int("hash")));
            for &i in found.into_iter().flatten() {
                duplicates[i] |= *events[i].message_id == *row.text("message_id");
            }
        }
        Ok(duplicates)
    }

    /// Loads what the batch will look up, in two reads: keys, then cells.
    async fn prefetch<'e>(&mut self, inputs: impl Iterator<Item = &'e D::Input>) -> Result<(), StoreError>
    where
        D: 'e,
    {
        let (mut keys, mut cells) = (Vec::new(), Vec::new());
        for input in inputs {
            // A panic here is found again by the fold, which quarantines the event.
            let touches = || self.domain.touches(input, &mut keys, &mut cells);
            let _ = catch_unwind(AssertUnwindSafe(touches));
        }
        keys.retain(|key| match self.working.find(key) {
            Some(id) => {
                cells.extend(id);
                false
            }
            None => true,
        });
        self.load(keys, cells).await
    }

    /// Reads keys, their cells and further cells into memory; what does not exist is remembered as absent.
    pub(crate) async fn load(&mut self, mut keys: Vec<Key>, mut cells: Vec<Id>) -> Result<(), StoreError> {
        let partition = self.working.partition;
        if !keys.is_empty() {
            keys.sort_unstable();
            keys.dedup();
            let mut rows = Rows::with_capacity(2, keys.len());
            for key in &keys {
                rows.push([partition.into(), Value::Text(key.as_str().to_owned())]);
            }
            for row in self.read_each(&sql::KEYS_FIND, rows).await? {
                let id = row.id("cell");
                self.working.loaded_key(Key::stored(row.text("key")), Some(id));
                cells.push(id);
            }
            // What was found stays as it is.
            for key in keys {
                self.working.loaded_key(key, None);
            }
        }
        cells.retain(|id| !self.working.knows(*id));
        cells.sort_unstable();
        cells.dedup();
        if cells.is_empty() {
            return Ok(());
        }
        let (mut rows, mut images) = (Rows::with_capacity(2, cells.len()), Rows::new(5));
        for id in &cells {
            match self.behind.images.asks(*id) {
                Some([seq, id, first, length]) => images.push([partition.into(), seq, id, first, length]),
                None => rows.push([partition.into(), (*id).into()]),
            }
        }
        let expected = images.len();
        let images = self.read_each(&sql::BEHIND_IMAGE, images).await?;
        if images.len() < expected {
            return Err(StoreError::Other("images that were left behind are gone".to_owned()));
        }
        for row in images.into_iter().chain(self.read_each(&sql::CELLS_FIND, rows).await?) {
            let (indexed, data) = super::commit::unpack(row.blob("data"));
            self.working.loaded(row.id("id"), data, indexed);
        }
        for id in cells {
            self.working.loaded(id, Bytes::new(), None);
        }
        Ok(())
    }

    /// What is committed, read the shortest way.
    pub(super) async fn read(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        match &mut self.reader {
            Some(reader) => reader.query(sql, params),
            None => self.db.query(sql, params).await,
        }
    }

    async fn read_each(&mut self, sql: &'static Sql, keys: Rows) -> Result<Vec<Row>, StoreError> {
        match &mut self.reader {
            // Without a disk (the simulator) everything there is stands in memory.
            _ if keys.is_empty() || !self.sweeper.enabled => Ok(Vec::new()),
            Some(reader) => reader.query_each(sql, keys),
            None => self.db.query_each(sql, keys).await,
        }
    }

    /// Events folded since the last seal.
    pub fn folded(&self) -> usize {
        self.batch.folded
    }

    /// The effects of the batch not yet sealed, for a driver that carries them out itself (the simulator).
    pub fn take_effects(&mut self) -> Vec<Effect> {
        self.batch.effect_ids.clear();
        std::mem::take(&mut self.batch.effects)
    }
}
