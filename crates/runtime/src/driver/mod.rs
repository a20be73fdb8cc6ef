//! The loops: one per workspace, woken by what arrives and by what is due. No cron, nothing rebuilt at night.

mod appender;
mod embedded;
mod follower;
mod replicated;

pub use follower::stored_cell;

use crate::{
    Domain, Handle, Sequences,
    applier::{Applier, Limits, Opening, panic_text},
    handle::{Ask, Status},
    sql,
};
use base::{Id, SharedClock, Time};
use bytes::Bytes;
use futures_util::FutureExt;
use std::{
    collections::HashMap,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use store::{Db, Engine, StoreError};
use tokio::sync::{Notify, mpsc, watch};

/// Nothing sleeps longer than this: a clock that is moved, or a wake-up that was missed, is noticed within it.
pub(crate) const NAP: Duration = Duration::from_millis(250);
/// Without an event for this long a loop sweeps at full speed.
pub(crate) const QUIET: Duration = Duration::from_millis(200);
/// An idle loop leaves word this often that it runs, in microseconds: a start after an hour without events is not a start
/// after an hour down.
pub(crate) const HEARTBEAT: i64 = 30 * base::SECOND;

/// What the loops are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    No,
    /// Finish what was taken in, sweep, give the lease back.
    Cleanly,
    /// Nobody has the runtime any more: leave everything as it is, as after a crash.
    AtOnce,
}

/// All workspaces of this process. Dropped without [`close`](Runtime::close), its loops end as in a crash.
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
    stop: watch::Sender<Stop>,
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
    pub stop: watch::Receiver<Stop>,
    pub applies: bool,
    /// Events were appended by this process.
    pub appended: Notify,
    /// When the loop last turned: what counts as alive when it is opened again in this process.
    turned_at: AtomicI64,
    /// Cells whose timers failed, kept over a reopening.
    retries: Mutex<Vec<(Id, Time)>>,
}

impl<D: Domain> Runtime<D> {
    /// Opens the runtime over a migrated database; loops start with [`Runtime::workspace`]. `owner` names this process and no
    /// other one that may live at the same time.
    pub async fn open(
        domain: Arc<D>,
        db: Db,
        clock: SharedClock,
        limits: Limits,
        owner: String,
        applies: bool,
    ) -> Result<Arc<Runtime<D>>, StoreError> {
        let last = |rows: Vec<store::Row>, column: &str| rows.first().and_then(|row| row.opt_int(column)).unwrap_or(0);
        let (mut position, mut image) = (0, 0);
        // On PostgreSQL positions are drawn in the database, and image numbers go on where a workspace's images end.
        if db.engine() == Engine::Sqlite {
            position = last(db.query(&sql::LAST_POSITION, &[]).await?, "position");
            image = last(db.query(&sql::IMAGE_LAST_SEQ, &[]).await?, "seq");
        }
        Ok(Arc::new(Runtime {
            domain,
            db,
            clock,
            limits,
            owner,
            sequences: Arc::new(Sequences::new(position, image)),
            handles: Mutex::default(),
            threads: Mutex::default(),
            stop: watch::channel(Stop::No).0,
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
        let handle = Handle::new(partition, asks, shared_seen, self.limits.backlog_events);
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
            appended: Notify::new(),
            turned_at: AtomicI64::new(0),
            retries: Mutex::default(),
        };
        let tokio = tokio::runtime::Handle::current();
        // The fold is processor work: a thread of its own keeps it off those that answer requests.
        let thread =
            std::thread::Builder::new().name(format!("loop-{partition}")).spawn(move || match seat.db.engine() {
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
        self.end(Stop::Cleanly).await;
    }

    /// Stops the loops where they are, as a crash would; for tests of what comes after.
    pub async fn crash(&self) {
        self.end(Stop::AtOnce).await;
    }

    async fn end(&self, stop: Stop) {
        self.stop.send_replace(stop);
        let threads = std::mem::take(&mut *self.threads.lock().expect("as above"));
        let join = move || threads.into_iter().for_each(|thread| drop(thread.join()));
        let _ = tokio::task::spawn_blocking(join).await;
    }
}

impl<D: Domain> Drop for Runtime<D> {
    fn drop(&mut self) {
        self.stop.send_if_modified(|stop| {
            let is_running = *stop == Stop::No;
            if is_running {
                *stop = Stop::AtOnce;
            }
            is_running
        });
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
        let (domain, db, now) = (self.domain.clone(), self.db.clone(), self.clock.now());
        let opened = Applier::open(domain, db, &self.owner, opening, now).await?;
        Ok(opened.map(|mut applier| {
            applier.live = Some(self.handle.live.clone());
            applier.was_alive(Time(self.turned_at.load(Ordering::Relaxed)));
            for (id, until) in self.retries.lock().expect("never poisoned").drain(..) {
                applier.postpone(id, until);
            }
            applier
        }))
    }

    /// Notes that the loop turns; returns the time.
    pub(crate) fn turn(&self) -> Time {
        let now = self.clock.now();
        self.turned_at.store(now.0, Ordering::Relaxed);
        now
    }

    pub(crate) fn publish(&self, applier: &Applier<D>) {
        self.shared.send_replace(crate::applier::encode(applier.shared()).into());
    }

    /// Shows figures: `position` is applied and durable.
    pub(crate) fn report(&self, applier: &Applier<D>, position: i64) {
        let status: &Status = &self.handle.status;
        status.position.store(position, Ordering::Relaxed);
        status.received.store(applier.received().0, Ordering::Relaxed);
        status.dirty_bytes.store(applier.dirty_bytes() as i64, Ordering::Relaxed);
        status.is_full.store(applier.is_full(), Ordering::Relaxed);
        status.next_due.store(applier.next_due_known().map_or(0, |due| due.0), Ordering::Relaxed);
    }

    pub(crate) fn stop(&self) -> Stop {
        *self.stop.borrow()
    }

    pub(crate) fn wake_workers(&self) {
        self.handle.effects.notify_waiters();
        self.handle.effects.notify_one();
    }
}

/// Runs a loop's turn; a panic in it is an error like others: the state is read again.
pub(crate) async fn guarded(turn: impl Future<Output = Result<(), StoreError>>) -> Result<(), StoreError> {
    AssertUnwindSafe(turn).catch_unwind().await.unwrap_or_else(|panic| {
        let reason = panic_text(panic.as_ref());
        Err(StoreError::Other(format!("the loop panicked: {reason}")))
    })
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
