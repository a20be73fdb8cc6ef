//! Opening a workspace's state: the newest image of each cell, and from there on as if nothing had happened.

use super::{Applier, Limits, Working, batch::Batch, commit, sweep::Sweeper};
use crate::{Domain, NewEvent, Sequences, lease::Lease, sql};
use base::{Id, Time};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use store::{Db, Rows, StoreError, Value, Write};

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
        let Opening {
            partition,
            limits,
            sequences,
            writes_log,
            is_ephemeral,
        } = opening;
        db.write(vec![
            Write::one(&sql::HEAD_CREATE, [partition.into()]),
            Write::one(&sql::APPLIED_CREATE, [partition.into()]),
        ])
        .await?;
        let Some(taken) = Lease::take(&db, partition, owner, now).await? else {
            return Ok(None);
        };
        let mut applier = Applier {
            domain,
            working: Working::new(partition),
            lease: taken.lease,
            limits,
            position: taken.position,
            received: taken.received,
            seed: base::stable_hash(&partition.to_be_bytes()),
            batch: Batch::default(),
            sweeper: Sweeper::new(0, !is_ephemeral),
            recent: HashMap::new(),
            commits: 0,
            sequences,
            table_due: TableDue::Unknown,
            writes_log: writes_log && !is_ephemeral,
            alive_at: taken.alive_at,
            db,
        };
        applier.load_images().await?;
        Ok(Some(applier))
    }

    /// The event that opens the hold, when the loop stood still for too long. A new workspace was never alive.
    pub fn woke(&self, now: Time) -> Option<NewEvent<D::Input>> {
        let down = now - self.alive_at;
        if self.alive_at == Time(0) {
            None
        } else {
            self.domain.woke(down, now)
        }
    }

    async fn load_images(&mut self) -> Result<(), StoreError> {
        let partition = self.working.partition;
        let mut newest: HashMap<Id, (Option<Time>, bytes::Bytes)> = HashMap::new();
        let (mut after, mut bytes) = (0, 0);
        loop {
            let rows = self
                .db
                .query(
                    &sql::IMAGES_ALL,
                    &[partition.into(), after.into(), IMAGES_ROWS.into()],
                )
                .await?;
            for row in &rows {
                after = row.int("seq");
                let (id, data) = (row.id("cell"), row.blob("data"));
                bytes += data.len() + super::sweep::IMAGE_OVERHEAD;
                if id == commit::KEYS_IMAGE {
                    let keys: Vec<(crate::Key, Option<Id>)> = super::working::decode(data);
                    self.working.dirty_keys.extend(keys);
                } else {
                    newest.insert(id, commit::unpack(data));
                }
            }
            if (rows.len() as i64) < IMAGES_ROWS {
                break;
            }
        }
        self.sweeper = Sweeper::new(after, self.sweeper.enabled);
        self.sweeper.began_with(bytes);
        match newest.remove(&Id::ZERO) {
            Some((_, data)) => {
                self.working.shared = super::working::decode(&data);
                self.sweeper.shared_dirty = true;
            }
            None => {
                let rows = self
                    .db
                    .query_each(
                        &sql::CELLS_FIND,
                        Rows::one([partition.into(), Id::ZERO.into()]),
                    )
                    .await?;
                if let Some(row) = rows.first() {
                    self.working.shared =
                        super::working::decode(&commit::cell_of(row.blob("data")));
                }
            }
        }
        for (id, (indexed, data)) in newest {
            self.working.loaded(id, bytes::Bytes::new(), indexed);
            let cell: D::Cell = super::working::decode(&data);
            let due = self.domain.due(&cell, &self.working.shared);
            self.working.change(id, cell, due);
            self.working.store(id, data);
        }
        self.working.touched.clear();
        self.working.hot.clear();
        Ok(())
    }

    /// When the next timer wants to fire, as far as known; looks into the table when it must.
    pub async fn next_due(&mut self) -> Result<Option<Time>, StoreError> {
        if self.table_due == TableDue::Unknown {
            let rows = self
                .db
                .query(&sql::TIMER_NEXT, &[self.working.partition.into()])
                .await?;
            self.table_due = TableDue::Known(rows.first().and_then(|row| row.opt_time("due")));
        }
        Ok(self.next_due_known())
    }

    /// As [`next_due`](Self::next_due), without looking into the table.
    pub fn next_due_known(&self) -> Option<Time> {
        let memory = self.working.due.first().map(|(due, _)| *due);
        match self.table_due {
            TableDue::Known(Some(table)) => Some(memory.map_or(table, |memory| memory.min(table))),
            _ => memory,
        }
    }

    /// The `Timer Fired` events of the cells due at `now`, in order of their due times, at most a batch of them. A row of the
    /// timer table is only an index entry: it is taken out and the cell asked.
    pub async fn due_timers(&mut self, now: Time) -> Result<Vec<NewEvent<D::Input>>, StoreError> {
        let limit = self.limits.batch_timers;
        let mut due: Vec<(Time, Id)> = self
            .working
            .due
            .range(..=(now, Id([0xff; 16])))
            .take(limit)
            .copied()
            .collect();
        if matches!(self.table_due, TableDue::Known(Some(table)) if table <= now)
            || self.table_due == TableDue::Unknown
        {
            due.extend(self.table_hits(now, limit).await?);
        }
        due.sort_unstable();
        let mut seen = HashSet::new();
        due.retain(|(_, id)| seen.insert(*id));
        due.truncate(limit);
        Ok(due
            .into_iter()
            .map(|(due, id)| self.domain.timer(id, due, now))
            .collect())
    }

    /// Takes due rows out of the timer table; returns the cells that really are due.
    async fn table_hits(&mut self, now: Time, limit: usize) -> Result<Vec<(Time, Id)>, StoreError> {
        let partition = self.working.partition;
        let rows = self
            .db
            .query(
                &sql::TIMERS_DUE,
                &[partition.into(), now.into(), Value::Int(limit as i64)],
            )
            .await?;
        self.table_due = TableDue::Unknown;
        let hits: Vec<(Time, Id)> = rows
            .iter()
            .map(|row| (row.time("due"), row.id("cell")))
            .collect();
        let ids: Vec<Id> = hits.iter().map(|(_, id)| *id).collect();
        self.load(&[], &ids).await?;
        let mut due = Vec::new();
        for (row_due, id) in hits {
            self.batch.timer_rows.push((row_due, id));
            let cell = self.working.cell(id).cloned().unwrap_or_default();
            let wants = self.domain.due(&cell, &self.working.shared);
            // The image of this commit must say that the row is gone, or a crash would lose the timer.
            self.working.change(id, cell, wants);
            self.working.unindex(id);
            if let Some(wants) = wants.filter(|wants| *wants <= now) {
                due.push((wants, id));
            }
        }
        Ok(due)
    }
}

/// Where a key leads that is not in its own table yet: the newest word among the images of new keys.
pub(crate) async fn find_in_images(
    db: &Db,
    partition: i64,
    key: &crate::Key,
) -> Result<Option<Id>, StoreError> {
    let rows = db
        .query(
            &sql::IMAGES_OF_CELL,
            &[partition.into(), commit::KEYS_IMAGE.into()],
        )
        .await?;
    let mut found = None;
    for row in rows {
        let keys: Vec<(crate::Key, Option<Id>)> = super::working::decode(row.blob("data"));
        found = keys
            .into_iter()
            .rev()
            .find(|(k, _)| k == key)
            .map_or(found, |(_, id)| id);
    }
    Ok(found)
}
