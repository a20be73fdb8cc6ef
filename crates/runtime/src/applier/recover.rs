//! Opening a workspace's state: the newest image of each cell, and from there on as if nothing had happened. And the timers:
//! those in memory and those in their table.

use super::{
    Applier, Limits, Working, batch::Batch, behind::Behind, commit, front::Front, seen::Recent, sweep::Sweeper,
};
use crate::{Domain, Key, NewEvent, Sequences, lease::Lease, sql, world::Done};
use base::{Id, Time};
use bytes::Bytes;
use std::{collections::HashMap, sync::Arc};
use store::{Db, Row, Rows, StoreError, Value, Write};

/// Images read at once.
const IMAGES_ROWS: i64 = 5_000;

/// The earliest row of the timer table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableDue {
    Unknown,
    Known(Option<Time>),
}

/// How a workspace is opened.
pub struct Opening {
    pub partition: i64,
    pub limits: Limits,
    pub sequences: Arc<Sequences>,
    /// Write the log's rows with the fold (SQLite), or fold what others appended (PostgreSQL).
    pub writes_log: bool,
    /// Keep nothing but memory: the simulator.
    pub is_ephemeral: bool,
}

impl<D: Domain> Applier<D> {
    /// Takes the lease and loads what was not swept. `None`: another process has the lease.
    pub async fn open(
        domain: Arc<D>,
        db: Db,
        owner: &str,
        opening: Opening,
        now: Time,
    ) -> Result<Option<Applier<D>>, StoreError> {
        let Opening { partition, limits, sequences, writes_log, is_ephemeral } = opening;
        create_rows(&db, partition).await?;
        let Some(taken) = Lease::take(&db, partition, owner, limits.lease).await? else {
            return Ok(None);
        };
        let writes_log = writes_log && !is_ephemeral;
        let table_due = if is_ephemeral { TableDue::Known(None) } else { TableDue::Unknown };
        let reader = if is_ephemeral { None } else { db.local_reader().await? };
        let mut applier = Applier {
            domain,
            reader,
            working: Working::new(partition),
            lease: taken.lease,
            limits,
            position: taken.position,
            received: taken.received,
            seed: base::stable_hash(&partition.to_be_bytes()),
            batch: Batch::default(),
            spare: Done::default(),
            spare_touches: Default::default(),
            sweeper: Sweeper::new((0, 0), 0, !is_ephemeral, writes_log),
            behind: Behind::default(),
            recent: Recent::default(),
            commits: 0,
            landed: 0,
            sequences,
            table_due,
            front: Front::default(),
            ahead: None,
            front_ahead: None,
            writes_log,
            live: None,
            alive_at: taken.alive_at,
            opened_at: now,
            db,
        };
        if !is_ephemeral {
            applier.load_images(now).await?;
        }
        Ok(Some(applier))
    }

    /// The loop is known to have run at `at`, though it left no word of it in the database.
    pub fn was_alive(&mut self, at: Time) {
        self.alive_at = self.alive_at.max(at);
    }

    /// The event that opens the hold, when the loop stood still for too long. A new workspace was never alive.
    pub fn woke(&self) -> Option<NewEvent<D::Input>> {
        let down = self.opened_at - self.alive_at;
        (self.alive_at != Time(0)).then(|| self.domain.woke(down, self.opened_at)).flatten()
    }

    async fn load_images(&mut self, now: Time) -> Result<(), StoreError> {
        let partition = self.working.partition;
        let mut newest: HashMap<Id, (Option<Time>, Bytes)> = HashMap::new();
        let mut imaged: HashMap<Id, i64> = HashMap::new();
        let (mut first, mut after, mut bytes) = (None, 0, 0);
        loop {
            let params = [partition.into(), after.into(), IMAGES_ROWS.into()];
            let rows = self.db.query(&sql::IMAGES_ALL, &params).await?;
            for row in &rows {
                after = row.int("seq");
                first.get_or_insert(after);
                let (id, data) = (row.id("cell"), row.blob("data"));
                bytes += data.len() + super::sweep::IMAGE_OVERHEAD;
                if id == commit::KEYS_IMAGE {
                    let keys: Vec<(Key, Option<Id>)> = super::working::decode(data);
                    for (key, id) in keys {
                        self.working.change_key(key, id, true);
                    }
                } else if data.is_empty() {
                    // Its row is newer.
                    newest.remove(&id);
                } else {
                    newest.insert(id, commit::unpack(data));
                }
                imaged.insert(id, after);
            }
            if (rows.len() as i64) < IMAGES_ROWS {
                break;
            }
        }
        // The process that wrote them may have been another one: ours must count as newer.
        self.sequences.raise_image(after);
        let last = self.sequences.image();
        let dropped = first.map_or(last, |first| first - 1);
        self.sweeper = Sweeper::new((dropped, last), bytes, true, self.sweeper.has_keys);
        imaged.keys().for_each(|id| self.sweeper.imaged(*id));
        self.load_behind(&imaged, now).await?;
        newest.retain(|id, _| !self.behind.images.has(*id));
        let shared = match newest.remove(&Id::ZERO) {
            Some((_, data)) => {
                self.sweeper.shared_dirty = true;
                Some(data)
            }
            None => {
                let key = Rows::one([partition.into(), Id::ZERO.into()]);
                let rows = self.db.query_each(&sql::CELLS_FIND, key).await?;
                rows.first().map(|row| commit::cell_of(row.blob("data")))
            }
        };
        if let Some(data) = shared {
            self.working.shared = Arc::new(super::working::decode(&data));
        }
        for (id, (indexed, data)) in newest {
            self.working.restore(id, data, indexed);
            let due = self.due_of(id);
            self.working.set_due(id, due);
            self.working.cool();
        }
        Ok(())
    }

    /// When the next timer wants to fire; looks into the table when it must. While a commit is under way the answer may leave
    /// out what that one writes.
    pub async fn next_due(&mut self) -> Result<Option<Time>, StoreError> {
        if self.table_due == TableDue::Unknown && self.table_is_true() {
            let params = [self.working.partition.into()];
            let rows = self.read(&sql::TIMER_NEXT, &params).await?;
            let due = rows.first().and_then(|row| row.opt_time("due"));
            self.table_due = TableDue::Known(due);
        }
        Ok(self.next_due_known())
    }

    /// Whether the timer table is as it should be: nothing that we took out or put in is under way.
    fn table_is_true(&self) -> bool {
        self.is_landed() && self.batch.timers_taken.is_none()
    }

    /// As [`next_due`](Self::next_due), without looking into the table.
    pub fn next_due_known(&self) -> Option<Time> {
        let memory = self.working.first_due();
        match self.table_due {
            TableDue::Known(Some(table)) => Some(memory.map_or(table, |memory| memory.min(table))),
            _ => memory,
        }
    }

    /// The `Timer Fired` events of the cells due at `now`, in order of their due times, at most a batch of them. A row of the
    /// timer table is only an index entry: it is taken out and the cell asked.
    pub async fn due_timers(&mut self, now: Time) -> Result<Vec<NewEvent<D::Input>>, StoreError> {
        let limit = self.limits.batch_timers;
        let in_table = match self.table_due {
            TableDue::Known(first) => first.is_some_and(|first| first <= now),
            TableDue::Unknown => true,
        };
        let mut until = now;
        if in_table {
            if self.front.is_empty() && !self.meet_front().await? && self.table_is_true() {
                self.read_front(now).await?;
            }
            self.take_front(now, limit).await?;
            // What is left in the table may come before some of what is in memory.
            until = self.front.passed(now);
        }
        let due = self.working.due(until, limit).into_iter();
        Ok(due.map(|(due, id)| self.domain.timer(id, due, now)).collect())
    }

    /// Reads what the timer table begins with, for several batches.
    async fn read_front(&mut self, now: Time) -> Result<(), StoreError> {
        let limit = self.front_rows();
        let params = [self.working.partition.into(), now.into(), Value::Int(limit as i64)];
        let rows = timer_rows(&self.read(&sql::TIMERS_DUE, &params).await?);
        self.front.fill(rows, limit, now);
        Ok(())
    }

    /// Takes due rows out of the timer table; their cells that really are due stand in memory then.
    async fn take_front(&mut self, now: Time, limit: usize) -> Result<(), StoreError> {
        let hits = self.front.take(now, limit);
        // Beyond a front that is used up and cut there may be more, and nothing earlier than its end.
        let first = self.front.first().or(self.front.cut().map(|(due, _)| due));
        self.table_due = first.map_or(TableDue::Unknown, |first| TableDue::Known(Some(first)));
        // They are the first of all: the commit takes out everything from the first to the last of them.
        if let (Some(&first), Some(&last)) = (hits.first(), hits.last()) {
            let (from, to) = self.batch.timers_taken.unwrap_or((first, last));
            self.batch.timers_taken = Some((from.min(first), to.max(last)));
        }
        let ids: Vec<Id> = hits.iter().map(|(_, id)| *id).collect();
        self.meet_ahead().await?;
        self.load(Vec::new(), ids).await?;
        for (_, id) in hits {
            let due = self.due_of(id);
            // The image of this commit must say that the row is gone, or a crash would lose the timer.
            self.working.unindex(id, due);
        }
        self.read_ahead(now, limit);
        self.read_front_ahead(now);
        Ok(())
    }
}

pub(super) fn timer_rows(rows: &[Row]) -> Vec<(Time, Id)> {
    rows.iter().map(|row| (row.time("due"), row.id("cell"))).collect()
}

/// Makes the workspace's rows where there are none.
pub(crate) async fn create_rows(db: &Db, partition: i64) -> Result<(), StoreError> {
    let created =
        vec![Write::one(&sql::HEAD_CREATE, [partition.into()]), Write::one(&sql::APPLIED_CREATE, [partition.into()])];
    db.write(created).await.map(drop)
}
