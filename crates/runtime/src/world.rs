//! What a fold sees and what it may do.

use crate::{Counter, Domain, Effect, Key, Need, applier::Working};
use base::{Id, IdMaker, Time};
use serde_json::Value as Json;
use std::{collections::BTreeMap, sync::Arc};
use store::{Rows, Sql, Value, Write};

/// What one event did, kept apart until its fold has succeeded.
pub(crate) struct Done<D: Domain> {
    pub cells: Vec<(Id, Box<D::Cell>)>,
    /// When each of the cells wants to fire.
    pub dues: Vec<Option<Time>>,
    pub shared: Option<Arc<D::Shared>>,
    pub keys: Vec<(Key, Option<Id>)>,
    pub stamps: Vec<Id>,
    pub inserts: RowGroups,
    pub upserts: Vec<(&'static Sql, Box<[u8]>, Vec<Value>)>,
    /// Of counters, by their number.
    pub counts: Vec<(usize, i64, i64)>,
    pub effects: Vec<Effect>,
    pub dropped_effects: Vec<(Id, Time)>,
    pub reply: Option<Json>,
    pub announcements: Vec<Json>,
    pub lines: i64,
}

impl<D: Domain> Default for Done<D> {
    fn default() -> Self {
        Done {
            cells: Vec::new(),
            dues: Vec::new(),
            shared: None,
            keys: Vec::new(),
            stamps: Vec::new(),
            inserts: RowGroups::default(),
            upserts: Vec::new(),
            counts: Vec::new(),
            effects: Vec::new(),
            dropped_effects: Vec::new(),
            reply: None,
            announcements: Vec::new(),
            lines: 0,
        }
    }
}

/// The fold's view of the workspace: reads come from memory (a miss is a [`Need`]), writes are kept until the fold succeeds.
pub struct World<'a, D: Domain> {
    pub(crate) working: &'a mut Working<D>,
    pub(crate) done: Done<D>,
    pub(crate) ids: IdMaker,
    pub(crate) position: i64,
    now: Time,
}

impl<'a, D: Domain> World<'a, D> {
    /// `done` is empty; it may come from an event before this one, for its memory.
    pub(crate) fn new(
        working: &'a mut Working<D>,
        done: Done<D>,
        ids: IdMaker,
        position: i64,
        now: Time,
    ) -> World<'a, D> {
        World { working, done, ids, position, now }
    }

    /// The received time of the event: the only `now` there is.
    pub fn now(&self) -> Time {
        self.now
    }

    pub fn position(&self) -> i64 {
        self.position
    }

    pub fn partition(&self) -> i64 {
        self.working.partition
    }

    pub fn new_id(&mut self) -> Id {
        self.ids.next_id()
    }

    pub fn shared(&self) -> &D::Shared {
        self.done.shared.as_ref().unwrap_or(&self.working.shared)
    }

    /// As [`shared`](Self::shared), to hold on to while the world is changed; costs nothing.
    pub fn shared_handle(&self) -> Arc<D::Shared> {
        self.done.shared.as_ref().unwrap_or(&self.working.shared).clone()
    }

    pub fn shared_mut(&mut self) -> &mut D::Shared {
        let current = &self.working.shared;
        Arc::make_mut(self.done.shared.get_or_insert_with(|| current.clone()))
    }

    /// Which cell a key leads to.
    pub fn find(&self, key: &Key) -> Result<Option<Id>, Need> {
        if let Some((_, id)) = self.done.keys.iter().rev().find(|(k, _)| k == key) {
            return Ok(*id);
        }
        self.working.find(key).ok_or_else(|| Need::Key(key.clone()))
    }

    /// Makes a key lead to a cell from now on.
    pub fn bind(&mut self, key: Key, id: Id) {
        self.done.keys.push((key, Some(id)));
    }

    /// Makes a key lead nowhere.
    pub fn unbind(&mut self, key: Key) {
        self.done.keys.push((key, None));
    }

    /// Follows cells that were folded into others to the one that lives.
    pub fn living(&mut self, domain: &D, id: Id) -> Result<Id, Need> {
        let mut id = id;
        for _ in 0..32 {
            match domain.successor(self.cell(id)?) {
                Some(next) => id = next,
                None => break,
            }
        }
        Ok(id)
    }

    /// Reads a cell; one that does not exist yet is empty.
    pub fn cell(&mut self, id: Id) -> Result<&D::Cell, Need> {
        if let Some(i) = self.done.cells.iter().position(|(i, _)| *i == id) {
            return Ok(&self.done.cells[i].1);
        }
        self.working.cell(id).ok_or(Need::Cell(id))
    }

    /// The cell, to change and [`put`](Self::put) back; until then others see it as it was.
    pub fn take(&mut self, id: Id) -> Result<Box<D::Cell>, Need> {
        if let Some((_, cell)) = self.done.cells.iter().find(|(i, _)| *i == id) {
            return Ok(cell.clone());
        }
        self.working.take(id).ok_or(Need::Cell(id))
    }

    pub fn put(&mut self, id: Id, cell: Box<D::Cell>) {
        match self.done.cells.iter_mut().find(|(i, _)| *i == id) {
            Some(slot) => slot.1 = cell,
            None => self.done.cells.push((id, cell)),
        }
    }

    /// A cell that does not exist yet; it is empty until [`put`](Self::put).
    pub fn create(&mut self) -> Id {
        let id = self.new_id();
        self.done.cells.push((id, Box::default()));
        id
    }

    /// Puts the event on a customer's timeline.
    pub fn stamp(&mut self, id: Id) {
        if !self.done.stamps.contains(&id) {
            self.done.stamps.push(id);
        }
    }

    /// Adds a row that is written in this commit.
    pub fn insert<const N: usize>(&mut self, sql: &'static Sql, row: [Value; N]) {
        self.done.inserts.push(sql, row.map(storable));
    }

    /// Writes a row in this commit that replaces the one with the same key; within a commit the last one counts.
    pub fn upsert<const N: usize>(&mut self, sql: &'static Sql, key: &[u8], row: [Value; N]) {
        self.upsert_row(sql, key, row.into());
    }

    /// As [`upsert`](Self::upsert), for a row made elsewhere.
    pub fn upsert_row(&mut self, sql: &'static Sql, key: &[u8], row: Vec<Value>) {
        let row = row.into_iter().map(storable).collect();
        self.done.upserts.push((sql, key.into(), row));
    }

    /// A number that no other line of this event has.
    pub fn next_line(&mut self) -> i64 {
        self.done.lines += 1;
        self.done.lines
    }

    /// Something for the live stream, sent once the commit is durable; made only where somebody listens.
    pub fn announce(&mut self, what: impl FnOnce() -> Json) {
        if self.working.is_heard {
            self.done.announcements.push(what());
        }
    }

    /// Adds to a roll-up: `n` occurrences worth `minor` minor units together.
    pub fn count(&mut self, counter: Counter<'_>, n: i64, minor: i64) {
        self.done.counts.push((self.working.counters.number(counter), n, minor));
    }

    /// Something to be carried out after the commit.
    pub fn effect(&mut self, effect: Effect) {
        self.done.effects.push(effect);
    }

    /// Takes an effect off the outbox: it was granted, or nobody wants it any more.
    pub fn drop_effect(&mut self, id: Id, run_at: Time) {
        self.done.dropped_effects.push((id, run_at));
    }

    /// The answer to whoever waits for this event; with none the answer is `null`.
    pub fn reply(&mut self, reply: Json) {
        self.done.reply = Some(reply);
    }
}

/// Rows written by a sweep.
pub struct Sweep<'a> {
    pub partition: i64,
    pub now: Time,
    pub(crate) rows: &'a mut RowGroups,
}

impl Sweep<'_> {
    /// Writes a list row; keys must differ within one cell.
    pub fn write(&mut self, sql: &'static Sql, row: Vec<Value>) {
        let row = row.into_iter().map(storable).collect();
        self.rows.push_vec(sql, row);
    }
}

/// The value as both engines store it: PostgreSQL has no text with the character NUL, and one such row would stop the loop.
pub(crate) fn storable(value: Value) -> Value {
    match value {
        Value::Text(text) if text.contains('\0') => Value::Text(text.replace('\0', "\u{fffd}")),
        Value::Raw(bytes) if bytes.contains(&0) => {
            Value::Text(String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}"))
        }
        value => value,
    }
}

/// Rows gathered by statement, in the order in which the statements first came.
#[derive(Default)]
pub struct RowGroups {
    groups: Vec<(&'static Sql, Rows)>,
}

impl RowGroups {
    fn group(&mut self, sql: &'static Sql, width: usize) -> &mut Rows {
        // A handful of statements: looking along them is the fastest way.
        let known = self.groups.iter().position(|(s, _)| std::ptr::eq(*s, sql));
        let i = known.unwrap_or_else(|| {
            self.groups.push((sql, Rows::new(width)));
            self.groups.len() - 1
        });
        &mut self.groups[i].1
    }

    pub fn push<const N: usize>(&mut self, sql: &'static Sql, row: [Value; N]) {
        self.group(sql, N).push(row);
    }

    pub fn push_vec(&mut self, sql: &'static Sql, row: Vec<Value>) {
        self.group(sql, row.len()).push_vec(row);
    }

    /// Moves the rows of `other` behind these.
    pub(crate) fn append(&mut self, other: &mut RowGroups) {
        for (sql, rows) in &mut other.groups {
            if !rows.is_empty() {
                self.group(sql, rows.width()).append(rows);
            }
        }
    }

    /// How many rows of each statement there are, for [`truncate`](Self::truncate).
    pub(crate) fn lens(&self, lens: &mut Vec<usize>) {
        lens.clear();
        lens.extend(self.groups.iter().map(|(_, rows)| rows.len()));
    }

    /// Lets go of what came since [`lens`](Self::lens).
    pub(crate) fn truncate(&mut self, lens: &[usize]) {
        for (i, (_, rows)) in self.groups.iter_mut().enumerate() {
            rows.truncate(lens.get(i).copied().unwrap_or(0));
        }
    }

    /// Takes out the rows of one statement.
    pub(crate) fn take(&mut self, sql: &'static Sql) -> Option<Rows> {
        let known = self.groups.iter().position(|(s, _)| std::ptr::eq(*s, sql));
        known.map(|i| self.groups.remove(i).1)
    }

    pub fn into_writes(self) -> impl Iterator<Item = Write> {
        let full = self.groups.into_iter().filter(|(_, rows)| !rows.is_empty());
        full.map(|(sql, rows)| Write::new(sql, rows))
    }
}

/// Rows of which the last one with a key counts, by statement and in the order of their keys.
#[derive(Default)]
pub(crate) struct Upserts {
    groups: Vec<(&'static Sql, BTreeMap<Box<[u8]>, Vec<Value>>)>,
}

impl Upserts {
    pub fn insert(&mut self, sql: &'static Sql, key: Box<[u8]>, row: Vec<Value>) {
        let known = self.groups.iter().position(|(s, _)| std::ptr::eq(*s, sql));
        let i = known.unwrap_or_else(|| {
            self.groups.push((sql, BTreeMap::new()));
            self.groups.len() - 1
        });
        self.groups[i].1.insert(key, row);
    }

    pub fn into_writes(self) -> impl Iterator<Item = Write> {
        self.groups.into_iter().map(|(sql, rows)| Write::new(sql, Rows::from_vecs(rows.into_values().collect())))
    }
}
