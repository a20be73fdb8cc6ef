//! The loops: one per workspace, woken by what arrives and by what is due. No cron, nothing rebuilt at night.

mod appender;
mod embedded;
mod replicated;

use crate::{
    Domain, Handle, Sequences,
    applier::{Applier, Limits, Opening},
    handle::{Ask, Status},
    sql,
};
use base::{SharedClock, Time};
use bytes::Bytes;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};
use store::{Db, Engine, StoreError};
use tokio::sync::{mpsc, watch};

/// Nothing sleeps longer than this: a clock that is moved, or a wake-up that was missed, is noticed within it.
pub(crate) const NAP: Duration = Duration::from_millis(250);

/// All workspaces of this process.
pub struct Runtime<D: Domain> {
    domain: Arc<D>,
    db: Db,
    clock: SharedClock,
    limits: Limits,
    /// Names this process in the lease.
    owner: String,
    sequences: Arc<Sequences>,
    handles: Mutex<HashMap<i64, Handle<D::Input>>>,
    threads: Mutex<Vec<std::thread::JoinHandle<()>>>,
    stop: watch::Sender<bool>,
    /// Whether this process may apply, or only appends and reads (`--role api` beside a worker).
    applies: bool,
}

/// What a loop needs to run.
pub(crate) struct Seat<D: Domain> {
    pub domain: Arc<D>,
    pub db: Db,
    pub clock: SharedClock,
    pub limits: Limits,
    pub owner: String,
    pub sequences: Arc<Sequences>,
    pub handle: Handle<D::Input>,
    pub shared: watch::Sender<Bytes>,
    pub stop: watch::Receiver<bool>,
    pub applies: bool,
}

impl<D: Domain> Runtime<D> {
    /// Opens the runtime over a migrated database; loops start with [`Runtime::workspace`].
    pub async fn open(domain: Arc<D>, db: Db, clock: SharedClock, limits: Limits, owner: String, applies: bool) -> Result<Arc<Runtime<D>>, StoreError> {
        let last = |rows: Vec<store::Row>, column: &str| rows.first().and_then(|row| row.opt_int(column)).unwrap_or(0);
        let position = last(db.query(&sql::LAST_POSITION, &[]).await?, "position");
        let image = last(db.query(&sql::IMAGE_LAST_SEQ, &[]).await?, "seq");
        Ok(Arc::new(Runtime {
            domain,
            db,
            clock,
            limits,
            owner,
            sequences: Arc::new(Sequences::new(position, image)),
            handles: Mutex::default(),
            threads: Mutex::default(),
            stop: watch::channel(false).0,
            applies,
        }))
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Whether this process may run loops.
    pub fn applies(&self) -> bool {
        self.applies
    }

    pub fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// The workspace's loop, started at the first call.
    pub fn workspace(&self, partition: i64) -> Handle<D::Input> {
        let mut handles = self.handles.lock().expect("no thread panics while it holds this");
        if let Some(handle) = handles.get(&partition) {
            return handle.clone();
        }
        let (asks, inbox) = mpsc::unbounded_channel();
        let (shared, shared_seen) = watch::channel(Bytes::new());
        let handle = Handle::new(partition, asks, shared_seen);
        handles.insert(partition, handle.clone());
        let seat = Seat {
            domain: self.domain.clone(),
            db: self.db.clone(),
            clock: self.clock.clone(),
            limits: self.limits.clone(),
            owner: self.owner.clone(),
            sequences: self.sequences.clone(),
            handle: handle.clone(),
            shared,
            stop: self.stop.subscribe(),
            applies: self.applies,
        };
        let tokio = tokio::runtime::Handle::current();
        // The fold is processor work: a thread of its own keeps it off those that answer requests.
        let thread = std::thread::Builder::new().name(format!("loop-{partition}")).spawn(move || match seat.db.engine() {
            Engine::Sqlite => tokio.block_on(embedded::run(seat, inbox)),
            Engine::Postgres => tokio.block_on(replicated::run(seat, inbox)),
        });
        self.threads.lock().expect("as above").push(thread.expect("the system starts a thread"));
        handle
    }

    /// The loops running in this process.
    pub fn running(&self) -> Vec<Handle<D::Input>> {
        self.handles.lock().expect("as above").values().cloned().collect()
    }

    /// Stops the loops: what was taken in is committed and swept, leases are given back.
    pub async fn close(&self) {
        let _ = self.stop.send(true);
        let threads = std::mem::take(&mut *self.threads.lock().expect("as above"));
        let _ = tokio::task::spawn_blocking(move || threads.into_iter().for_each(|thread| drop(thread.join()))).await;
    }
}

impl<D: Domain> Seat<D> {
    /// Opens the applier; `Ok(None)`: another process has the lease.
    pub(crate) async fn open(&self, writes_log: bool) -> Result<Option<Applier<D>>, StoreError> {
        let opening = Opening {
            partition: self.handle.partition,
            limits: self.limits.clone(),
            sequences: self.sequences.clone(),
            writes_log,
            is_ephemeral: false,
        };
        Applier::open(self.domain.clone(), self.db.clone(), &self.owner, opening, self.clock.now()).await
    }

    pub(crate) fn publish(&self, applier: &Applier<D>) {
        self.shared.send_replace(crate::applier::encode(applier.shared()).into());
    }

    pub(crate) fn report(&self, applier: &Applier<D>) {
        let status: &Status = &self.handle.status;
        status.position.store(applier.position(), Ordering::Relaxed);
        status.received.store(applier.received().0, Ordering::Relaxed);
        status.dirty_bytes.store(applier.dirty_bytes() as i64, Ordering::Relaxed);
        status.is_full.store(applier.is_full(), Ordering::Relaxed);
        self.report_due(applier);
    }

    pub(crate) fn report_due(&self, applier: &Applier<D>) {
        self.handle.status.next_due.store(applier.next_due_known().map_or(0, |due| due.0), Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }
}

/// How long to sleep until `due`, at most a nap.
pub(crate) fn nap(now: Time, due: Option<Time>) -> Duration {
    due.map_or(NAP, |due| Duration::from_micros((due - now).max(0) as u64).min(NAP))
}

/// Answers the asks that only read.
pub(crate) async fn answer_read<D: Domain>(applier: &mut Applier<D>, ask: Ask<D::Input>) -> Result<(), StoreError> {
    match ask {
        Ask::Cell { id, reply } => drop(reply.send(applier.read_cell(id).await?)),
        Ask::Find { key, reply } => drop(reply.send(applier.read_key(&key).await?)),
        Ask::Append { .. } => unreachable!("appends are gathered by the driver"),
    }
    Ok(())
}
