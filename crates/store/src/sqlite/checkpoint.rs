//! The thread that brings the write-ahead log into the main file, so that no commit has to.

use super::{
    lock::FolderLock,
    session::{PAGE_BYTES, Session, fold},
    writer::Job,
};
use crate::StoreError;
use rusqlite::Connection;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
        mpsc,
    },
    time::Duration,
};

/// A passive checkpoint after so many bytes of new log. With four times as many, commits beside its sync took three times as long, and
/// the throughput was the same.
const PASSIVE_BYTES: u64 = 20 << 20;
/// When the log is longer than this, the next commit starts it again from the front.
const RESTART_BYTES: u64 = 256 << 20;
/// When a reader was in the way, that is tried again after so many bytes more: each try keeps the writer for a moment.
const AGAIN_BYTES: u64 = 80 << 20;
/// How often at the most what came meanwhile is brought over too, and how little may be left then.
const ROUNDS_MAX: usize = 6;
const LITTLE_BYTES: u64 = 2 << 20;
/// With no commit for so long the database is at rest.
const REST: Duration = Duration::from_secs(1);

/// What the writer and the checkpointer know of the write-ahead log.
pub(super) struct Wal {
    /// Pages in the log, told by SQLite after each commit.
    pages: Arc<AtomicU64>,
    /// Pages of the log that the last checkpoint had brought over; a reader that began before them keeps it from going on.
    done: AtomicU64,
    /// Pages in the log when that began.
    tried: AtomicU64,
    /// Pages in the log when it was to start again and a reader was in the way; else 0.
    asked: AtomicU64,
    commits: AtomicU64,
    /// The checkpointer knows that there is something to do.
    told: AtomicBool,
    /// The checkpointer knows that there is much to do.
    pressed: AtomicBool,
    wake: mpsc::Sender<Wake>,
}

enum Wake {
    Written,
    Much,
}

impl Wal {
    /// Hooks into the writer's connection and starts the thread.
    pub(super) fn start(
        writer: &mut Connection,
        checkpointer: Session,
        jobs: tokio::sync::mpsc::WeakSender<Job>,
        lock: Arc<FolderLock>,
    ) -> Result<(Arc<Wal>, std::thread::JoinHandle<()>), StoreError> {
        let (wake, woken) = mpsc::channel();
        let pages = Arc::new(AtomicU64::new(0));
        let hooked = pages.clone();
        writer
            .wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
                hooked.store(u64::try_from(pages).unwrap_or(0), Relaxed);
                Ok(())
            }))
            .map_err(fold)?;
        let (told, pressed) = (AtomicBool::new(false), AtomicBool::new(false));
        let [done, tried, asked, commits] = [0; 4].map(AtomicU64::new);
        let wal = Arc::new(Wal { pages, done, tried, asked, commits, told, pressed, wake });
        // A weak link: when the writer has gone, the channel closes and this thread ends too.
        let shared = Arc::downgrade(&wal);
        let work = move || {
            let _lock = lock;
            while let Ok(wake) = woken.recv() {
                let Some(wal) = shared.upgrade() else { return };
                let mut work = Checkpointer { session: &checkpointer, wal: &wal, jobs: &jobs };
                work.take(&wake);
                let mut seen = wal.commits.load(Relaxed);
                drop(wal);
                loop {
                    let wake = woken.recv_timeout(REST);
                    let Some(wal) = shared.upgrade() else { return };
                    let mut work = Checkpointer { session: &checkpointer, wal: &wal, jobs: &jobs };
                    match wake {
                        Ok(wake) => work.take(&wake),
                        Err(mpsc::RecvTimeoutError::Disconnected) => return,
                        Err(mpsc::RecvTimeoutError::Timeout) => {
                            let commits = wal.commits.load(Relaxed);
                            if commits == seen {
                                work.rest();
                                break;
                            }
                            seen = commits;
                        }
                    }
                }
            }
        };
        let thread = std::thread::Builder::new().name("store-checkpoint".to_owned()).spawn(work);
        let thread = thread.map_err(|error| StoreError::Unavailable(format!("no thread for checkpoints: {error}")))?;
        Ok((wal, thread))
    }

    /// The writer has committed.
    pub(super) fn committed(&self) {
        self.commits.fetch_add(1, Relaxed);
        if self.bytes_since(&self.tried) > PASSIVE_BYTES && !self.pressed.swap(true, Relaxed) {
            let _ = self.wake.send(Wake::Much);
        } else if !self.told.swap(true, Relaxed) {
            let _ = self.wake.send(Wake::Written);
        }
    }

    fn bytes(&self) -> u64 {
        self.pages.load(Relaxed) * u64::from(PAGE_BYTES)
    }

    /// What the log has grown by since it had so many pages.
    fn bytes_since(&self, then: &AtomicU64) -> u64 {
        let (pages, then) = (self.pages.load(Relaxed), then.load(Relaxed));
        // After the log has started again from the front it is shorter than it was.
        let new = if pages < then { pages } else { pages - then };
        new * u64::from(PAGE_BYTES)
    }
}

struct Checkpointer<'a> {
    session: &'a Session,
    wal: &'a Wal,
    jobs: &'a tokio::sync::mpsc::WeakSender<Job>,
}

impl Checkpointer<'_> {
    fn take(&mut self, wake: &Wake) {
        if let Wake::Written = wake {
            return;
        }
        // Again, until little is left: a checkpoint that finds the log as long at its end as at its beginning syncs the main file.
        // So this thread does that after few pages and beside the commits, not the writer after many.
        for round in 0..ROUNDS_MAX {
            let before = self.wal.done.load(Relaxed);
            self.passive();
            let is_stuck = self.wal.done.load(Relaxed) == before;
            if is_stuck || round > 0 && self.wal.bytes_since(&self.wal.done) <= LITTLE_BYTES {
                break;
            }
        }
        if self.wal.bytes() <= RESTART_BYTES {
            self.wal.asked.store(0, Relaxed);
        } else if self.wal.bytes_since(&self.wal.asked) > AGAIN_BYTES {
            self.wal.asked.store(self.wal.pages.load(Relaxed), Relaxed);
            // The writer stands still for the rest.
            self.ask("RESTART");
        }
        self.wal.pressed.store(false, Relaxed);
    }

    /// Nobody has written for a while.
    fn rest(&mut self) {
        self.wal.told.store(false, Relaxed);
        self.passive();
        if self.wal.bytes() > RESTART_BYTES {
            self.ask("TRUNCATE");
        }
    }

    fn passive(&mut self) {
        self.wal.tried.store(self.wal.pages.load(Relaxed), Relaxed);
        if let Some(done) = run(self.session, "PASSIVE") {
            self.wal.done.store(done, Relaxed);
        }
    }

    fn ask(&self, mode: &'static str) {
        if let Some(jobs) = self.jobs.upgrade() {
            let _ = jobs.blocking_send(Job::Checkpoint { mode });
        }
    }
}

/// A checkpoint on the writer's own connection. Readers are waited for only a moment: it is tried again later.
pub(super) fn checkpoint(session: &Session, mode: &'static str) {
    let _ = session.conn.busy_timeout(Duration::from_millis(100));
    run(session, mode);
    let _ = session.conn.busy_timeout(super::session::BUSY_WAIT);
}

/// Runs a checkpoint; answers the pages of the log that are in the main file now.
fn run(session: &Session, mode: &str) -> Option<u64> {
    match pages(session, mode) {
        Ok((_, done)) => u64::try_from(done).ok(),
        Err(error) => {
            tracing::warn!(error = %error, "checkpoint failed: it is tried again after the next commits");
            None
        }
    }
}

/// Whether somebody was in the way, and the pages brought over.
fn pages(session: &Session, mode: &str) -> Result<(bool, i64), StoreError> {
    let text = format!("PRAGMA wal_checkpoint({mode})");
    session.conn.query_row(&text, [], |row| Ok((row.get::<_, i64>(0)? != 0, row.get(2)?))).map_err(fold)
}

/// Rewrites the main file without what was deleted, and empties the log, waiting for readers.
pub(super) fn scrub(session: &Session, has_log: bool) -> Result<(), StoreError> {
    session.run("VACUUM")?;
    if has_log && pages(session, "TRUNCATE")?.0 {
        return Err(StoreError::Busy);
    }
    Ok(())
}
