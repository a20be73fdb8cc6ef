//! How the rest of the program talks to a workspace's loop.

use crate::{
    Key, NewEvent,
    applier::{Answer, Verdict},
};
use base::{Id, Time};
use bytes::Bytes;
use serde_json::Value as Json;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};

/// Events that may wait at the door of one workspace; beyond this it says 429.
const WAITING_EVENTS: usize = 40_000;
/// How often a read asks a loop that starts again, and how long it waits in between.
const READ_TRIES: usize = 20;
const READ_PAUSE: std::time::Duration = std::time::Duration::from_millis(250);
/// How often, and how long between, who brings much asks for room: a minute together.
const ROOM_TRIES: usize = 600;
const ROOM_PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

/// Why an event was not taken in. Nothing of the call is in the log then, except where said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    #[error("too many events are waiting, try again in {retry_after_s} s")]
    Busy { retry_after_s: u64 },
    /// The call may or may not be in the log: sending it again with the same message ids is safe.
    #[error("the log cannot be written now: {0}")]
    Unavailable(String),
    /// A command that the fold refused, with the reason in words.
    #[error("{0}")]
    Refused(String),
    #[error("the command is in the log but was not applied within {0} s; nothing needs to be sent again")]
    Slow(u64),
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Appended {
    pub accepted: usize,
    pub duplicates: usize,
    pub refused: usize,
}

/// A question to the loop.
pub(crate) enum Ask<I> {
    Append {
        events: Vec<NewEvent<I>>,
        /// Answer when the events are applied, not just durable.
        applied: bool,
        reply: oneshot::Sender<Result<Vec<Answer>, AppendError>>,
        _permit: Option<OwnedSemaphorePermit>,
    },
    Cell {
        id: Id,
        reply: oneshot::Sender<Option<Bytes>>,
    },
    Find {
        key: Key,
        reply: oneshot::Sender<Option<Id>>,
    },
}

/// Figures of a loop, for `/metrics`, `/readyz` and the doctor.
#[derive(Debug, Default)]
pub struct Status {
    pub(crate) position: AtomicI64,
    pub(crate) appended: AtomicI64,
    pub(crate) received: AtomicI64,
    pub(crate) dirty_bytes: AtomicI64,
    pub(crate) next_due: AtomicI64,
    pub(crate) is_running: AtomicBool,
    pub(crate) is_full: AtomicBool,
}

impl Status {
    /// The newest event that is applied and durable.
    pub fn position(&self) -> i64 {
        self.position.load(Ordering::Relaxed)
    }

    /// The newest event that is in the log.
    pub fn appended(&self) -> i64 {
        self.appended.load(Ordering::Relaxed).max(self.position())
    }

    /// When the newest applied event was received.
    pub fn received(&self) -> Time {
        Time(self.received.load(Ordering::Relaxed))
    }

    pub fn dirty_bytes(&self) -> i64 {
        self.dirty_bytes.load(Ordering::Relaxed)
    }

    /// When the next timer fires; `None`: none is known.
    pub fn next_due(&self) -> Option<Time> {
        Some(self.next_due.load(Ordering::Relaxed)).filter(|due| *due != 0).map(Time)
    }

    /// Whether a loop of this workspace runs in this process.
    pub fn is_running(&self) -> bool {
        self.is_running.load(Ordering::Relaxed)
    }
}

/// A workspace's loop, from outside. Cheap to clone.
pub struct Handle<I> {
    pub(crate) partition: i64,
    pub(crate) asks: mpsc::UnboundedSender<Ask<I>>,
    pub(crate) waiting: Arc<Semaphore>,
    pub(crate) shared: watch::Receiver<Bytes>,
    pub(crate) status: Arc<Status>,
    pub(crate) effects: Arc<Notify>,
    pub(crate) live: tokio::sync::broadcast::Sender<Arc<Json>>,
    /// Events that may be in the log and not applied.
    pub(crate) backlog_events: i64,
}

impl<I> Clone for Handle<I> {
    fn clone(&self) -> Self {
        Handle {
            partition: self.partition,
            asks: self.asks.clone(),
            waiting: self.waiting.clone(),
            shared: self.shared.clone(),
            status: self.status.clone(),
            effects: self.effects.clone(),
            live: self.live.clone(),
            backlog_events: self.backlog_events,
        }
    }
}

impl<I: Send + Sync + 'static> Handle<I> {
    pub(crate) fn new(
        partition: i64,
        asks: mpsc::UnboundedSender<Ask<I>>,
        shared: watch::Receiver<Bytes>,
        backlog_events: i64,
    ) -> Handle<I> {
        Handle {
            partition,
            asks,
            waiting: Arc::new(Semaphore::new(WAITING_EVENTS)),
            shared,
            status: Arc::default(),
            effects: Arc::default(),
            live: tokio::sync::broadcast::channel(1_024).0,
            backlog_events,
        }
    }

    pub fn partition(&self) -> i64 {
        self.partition
    }

    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Woken when something was put in the outbox. A missed wake-up is harmless: workers look by themselves too.
    pub fn effects(&self) -> &Notify {
        &self.effects
    }

    /// What happens, as it becomes durable. A slow listener misses the oldest.
    pub fn live(&self) -> tokio::sync::broadcast::Receiver<Arc<Json>> {
        self.live.subscribe()
    }

    pub(crate) fn broadcast(&self, announcements: Vec<Json>) {
        for announcement in announcements {
            // Nobody listening is no error.
            let _ = self.live.send(Arc::new(announcement));
        }
    }

    /// Tells who listens what happens beside the log.
    pub fn announce(&self, news: Json) {
        self.broadcast(vec![news]);
    }

    /// Whether so many events would be turned away now.
    pub fn is_busy(&self, events: usize) -> bool {
        self.admit(events).is_err()
    }

    /// The workspace's own state, encoded, as of the last commit that changed it.
    pub fn shared(&self) -> Bytes {
        self.shared.borrow().clone()
    }

    /// Resolves at the next change of the workspace's own state.
    pub async fn shared_changed(&mut self) {
        if self.shared.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Puts events in the log; returns when they are durable.
    pub async fn append(&self, events: Vec<NewEvent<I>>) -> Result<Appended, AppendError> {
        let permit = self.admit(events.len())?;
        self.append_with(events, permit).await
    }

    async fn append_with(
        &self,
        events: Vec<NewEvent<I>>,
        permit: OwnedSemaphorePermit,
    ) -> Result<Appended, AppendError> {
        let mut appended = Appended::default();
        for answer in self.submit(events, false, Some(permit)).await? {
            match answer.verdict {
                Verdict::Applied => appended.accepted += 1,
                Verdict::Duplicate => appended.duplicates += 1,
                Verdict::Refused(_) => appended.refused += 1,
            }
        }
        Ok(appended)
    }

    /// As [`append`](Self::append), for who brings much and can wait: goes in as soon as there is room.
    pub async fn append_in_time(&self, events: Vec<NewEvent<I>>) -> Result<Appended, AppendError> {
        // Whoever is at the door comes first: room is asked for again and again, nobody stands in the queue for it.
        let mut permit = self.admit(events.len());
        for _ in 0..ROOM_TRIES {
            if permit.is_ok() {
                break;
            }
            tokio::time::sleep(ROOM_PAUSE).await;
            permit = self.admit(events.len());
        }
        self.append_with(events, permit?).await
    }

    /// Puts a command in the log and waits until it is applied; returns what the fold replied.
    pub async fn command(&self, event: NewEvent<I>) -> Result<Json, AppendError> {
        // What we do ourselves (outcomes, commands) is never turned away: it relieves the loop.
        let answers = self.submit(vec![event], true, None).await?;
        match answers.into_iter().next() {
            Some(Answer { verdict: Verdict::Refused(reason), .. }) => Err(AppendError::Refused(reason)),
            Some(answer) => Ok(answer.reply.unwrap_or(Json::Null)),
            None => Err(AppendError::Unavailable("the loop gave no answer".to_owned())),
        }
    }

    async fn submit(
        &self,
        mut events: Vec<NewEvent<I>>,
        applied: bool,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<Vec<Answer>, AppendError> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        events.iter_mut().for_each(NewEvent::tidy);
        let (reply, answer) = oneshot::channel();
        let ask = Ask::Append { events, applied, reply, _permit: permit };
        self.asks.send(ask).map_err(|_| AppendError::Unavailable("the server is shutting down".to_owned()))?;
        answer.await.map_err(|_| AppendError::Unavailable("the loop was restarted".to_owned()))?
    }

    /// A place in the queue, or the door's "later".
    fn admit(&self, events: usize) -> Result<OwnedSemaphorePermit, AppendError> {
        let busy = AppendError::Busy { retry_after_s: 1 };
        let status = &self.status;
        let backlog = status.appended() - status.position();
        if status.is_full.load(Ordering::Relaxed) || backlog > self.backlog_events {
            return Err(busy);
        }
        let wanted = events.min(WAITING_EVENTS) as u32;
        let permit = self.waiting.clone().try_acquire_many_owned(wanted);
        permit.map_err(|_| busy)
    }

    /// A cell as it stands, encoded; read through the loop. `None`: there is none, or the loop cannot be asked for
    /// [`READ_TRIES`] tries.
    pub async fn cell(&self, id: Id) -> Option<Bytes> {
        self.read(|reply| Ask::Cell { id, reply }).await.flatten()
    }

    /// The cell that a key leads to; as for [`cell`](Self::cell).
    pub async fn find(&self, key: Key) -> Option<Id> {
        self.read(|reply| Ask::Find { key: key.clone(), reply }).await.flatten()
    }

    /// Asks again when the loop starts again meanwhile.
    async fn read<T>(&self, ask: impl Fn(oneshot::Sender<T>) -> Ask<I>) -> Option<T> {
        for _ in 0..READ_TRIES {
            let (reply, answer) = oneshot::channel();
            self.asks.send(ask(reply)).ok()?;
            if let Ok(answer) = answer.await {
                return Some(answer);
            }
            tokio::time::sleep(READ_PAUSE).await;
        }
        tracing::warn!(partition = self.partition, "a read found no loop to answer it");
        None
    }
}
