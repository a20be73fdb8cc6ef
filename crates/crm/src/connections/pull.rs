//! The worker that asks shops' APIs: claims a connection, takes its jobs one after the other and each page by page. A page's
//! events are durable before the job's row says so; whoever does a page again brings in nothing twice.

use super::{
    Connection, Connections, Job, JobState, Purpose, find_connection,
    hooks::{self, Read},
    reconcile, rejected, schedule, sql,
};
use crate::door::{NotKept, Taken, keep};
use adapters::shops::client::{Ask, Client, Page, PullError};
use base::{HOUR, MINUTE, SECOND, Time};
use bytes::Bytes;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{StoreError, Value, Write};
use tokio::sync::watch;

/// How often the worker looks whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A worker that says nothing for so long has lost the connection to another process.
const LEASE: i64 = 3 * MINUTE;
/// The delay after a first failure; twice as long each further time, up to [`DELAY_MAX`].
const DELAY: i64 = 5 * SECOND;
const DELAY_MAX: i64 = HOUR;
/// A shop that says the same page under new marks for ever is stopped here.
const PAGES_MAX: i64 = 5_000_000;
/// Events of one append.
const CHUNK: usize = 2_000;
/// Pages after which a job looks whether a more urgent one waits.
const LOOK_PAGES: i64 = 10;
/// How often a full log is tried again before the job waits.
const BUSY_TRIES: usize = 60;

/// A connection that this process works for; let go whatever becomes of the work.
struct AtWork {
    puller: Arc<Puller>,
    key: (i64, i64),
}

impl AtWork {
    /// `None`: it is worked for already.
    fn of(puller: &Arc<Puller>, key: (i64, i64)) -> Option<AtWork> {
        puller.busy().insert(key).then(|| AtWork { puller: puller.clone(), key })
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.puller.busy().remove(&self.key);
    }
}

/// Asks the shops of all workspaces.
pub struct Puller {
    state: Connections,
    /// This process, in the leases.
    owner: String,
    /// Connections at work in this process.
    busy: Mutex<HashSet<(i64, i64)>>,
}

impl Puller {
    pub fn new(state: Connections, owner: String) -> Arc<Puller> {
        Arc::new(Puller { state, owner, busy: Mutex::default() })
    }

    /// Works until the process stops.
    pub async fn run(self: Arc<Puller>, mut stop: watch::Receiver<bool>) {
        let mut tasks = tokio::task::JoinSet::new();
        while !*stop.borrow() {
            if let Err(error) = self.look(&mut tasks, &stop).await {
                tracing::warn!(%error, "what is to be asked of the shops could not be read");
            }
            while let Some(ended) = tasks.try_join_next() {
                if let Err(error) = ended {
                    tracing::error!(%error, "the work for a shop broke off; it is begun anew");
                }
            }
            tokio::select! {
                () = self.state.work.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Does what is due now and returns when nothing is, for a command line that ends afterwards.
    pub async fn run_once(self: Arc<Puller>) -> Result<(), StoreError> {
        let (_keep, stop) = watch::channel(false);
        let mut tasks = tokio::task::JoinSet::new();
        self.look(&mut tasks, &stop).await?;
        while tasks.join_next().await.is_some() {}
        Ok(())
    }

    async fn look(
        self: &Arc<Puller>,
        tasks: &mut tokio::task::JoinSet<()>,
        stop: &watch::Receiver<bool>,
    ) -> Result<(), StoreError> {
        let now = self.state.desk.clock.now();
        schedule::look(&self.state, now).await?;
        for row in self.state.desk.db.query(&sql::JOBS_DUE, &[now.into()]).await? {
            let key = (row.int("workspace"), row.int("source"));
            let Some(at_work) = AtWork::of(self, key) else { continue };
            let stop = stop.clone();
            tasks.spawn(async move {
                if let Err(error) = at_work.puller.work(key.0, key.1, &stop).await {
                    tracing::warn!(%error, source = key.1, "a shop's job could not go on");
                }
            });
        }
        Ok(())
    }

    fn busy(&self) -> std::sync::MutexGuard<'_, HashSet<(i64, i64)>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a connection and does its jobs, as long as one is due.
    async fn work(&self, workspace: i64, source: i64, stop: &watch::Receiver<bool>) -> Result<(), StoreError> {
        let (db, owner) = (&self.state.desk.db, Value::from(&self.owner));
        let now = self.state.desk.clock.now();
        let lease = [workspace.into(), source.into(), owner.clone(), (now + LEASE).into(), now.into()];
        match db.write(vec![Write::one(&sql::CONNECTION_LEASE, lease).expect(1)]).await {
            // Another process has it, or it is paused.
            Err(StoreError::Fenced) => return Ok(()),
            other => drop(other?),
        }
        let worked = self.jobs(workspace, source, stop).await;
        let end = [workspace.into(), source.into(), owner];
        db.write(vec![Write::one(&sql::CONNECTION_LEASE_END, end)]).await?;
        worked
    }

    async fn jobs(&self, workspace: i64, source: i64, stop: &watch::Receiver<bool>) -> Result<(), StoreError> {
        while !*stop.borrow() {
            let Some(connection) = find_connection(&self.state, workspace, source).await? else { return Ok(()) };
            let now = self.state.desk.clock.now();
            let due = [workspace.into(), source.into(), now.into()];
            let rows = self.state.desk.db.query(&sql::JOB_NEXT, &due).await?;
            let Some(job) = rows.first().map(Job::of) else { return Ok(()) };
            match self.job(&connection, job, stop).await {
                Ok(()) => {}
                // A person paused or ended the job or the connection, or another process took it over: what is left is looked
                // for anew.
                Err(StoreError::Fenced) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Does a job until it ends, waits or is taken away.
    async fn job(&self, connection: &Connection, mut job: Job, stop: &watch::Receiver<bool>) -> Result<(), StoreError> {
        let client = match Client::new(self.state.web.clone(), &connection.shop, connection.access()) {
            Ok(client) => client,
            Err(reason) => {
                self.stopped(connection, &mut job, reason);
                return self.save(connection, &mut job).await;
            }
        };
        job.state = JobState::Running;
        self.save(connection, &mut job).await?;
        let (mut last, mut until) = (None, stop.clone());
        while job.state == JobState::Running && !*stop.borrow() {
            let begun = tokio::time::Instant::now();
            tokio::select! {
                () = self.page(connection, &client, &mut job, &mut last) => {}
                // The next process asks for the page again, and takes nothing in twice.
                _ = until.wait_for(|stops| *stops) => return Ok(()),
            }
            self.save(connection, &mut job).await?;
            if job.state == JobState::Running {
                if job.pages % LOOK_PAGES == 0 && self.has_urgent(connection, &job).await? {
                    return Ok(());
                }
                // The pause holds from call to call: time that the page took counts.
                tokio::time::sleep_until(begun + client.pause()).await;
            }
        }
        if job.state == JobState::Done {
            self.finished(connection, &job).await?;
        }
        Ok(())
    }

    /// Whether a reconciliation waits while a long backfill runs, which then goes on after it.
    async fn has_urgent(&self, connection: &Connection, job: &Job) -> Result<bool, StoreError> {
        let now = self.state.desk.clock.now();
        let due = [connection.workspace.into(), connection.source.into(), now.into()];
        let rows = self.state.desk.db.query(&sql::JOB_NEXT, &due).await?;
        Ok(rows.first().is_some_and(|row| row.id("id") != job.id))
    }

    /// Asks for one page and takes it in. What becomes of the job stands in it afterwards.
    async fn page(&self, connection: &Connection, client: &Client, job: &mut Job, last: &mut Option<Page>) {
        let Some(kind) = job.kind() else {
            return self.stopped(connection, job, format!("{:?} is nothing that a shop is asked for", job.kind));
        };
        let ask = Ask { kind, since: job.since, cursor: job.cursor.as_deref() };
        let outcome = match client.page(&ask).await {
            Ok(page) if is_repeated(&page, job, last) => {
                Err(PullError::Failed("the shop repeats a page that it gave already".to_owned()))
            }
            Ok(_) if job.pages >= PAGES_MAX => {
                Err(PullError::Denied(format!("the shop gave {PAGES_MAX} pages and goes on")))
            }
            other => other,
        };
        let taken = match outcome {
            Ok(page) => {
                *last = Some(page.clone());
                self.take(connection, job, page).await
            }
            Err(error) => Err(error),
        };
        let now = self.state.desk.clock.now();
        match taken {
            Ok(next) => {
                (job.cursor, job.error, job.tries) = (next, None, 0);
                if job.cursor.is_none() && !job.go_on() {
                    (job.state, job.next_at, job.finished_at) = (JobState::Done, None, Some(now));
                }
            }
            Err(PullError::Unsupported(reason)) => {
                job.note = Some(reason);
                if !job.go_on() {
                    (job.state, job.next_at, job.finished_at) = (JobState::Done, None, Some(now));
                }
            }
            Err(PullError::Denied(reason)) => self.stopped(connection, job, reason),
            Err(PullError::Later { after_s, reason }) => {
                let until = now.plus(i64::try_from(after_s).unwrap_or(i64::MAX).saturating_mul(SECOND));
                (job.state, job.next_at, job.error) = (JobState::Waiting, Some(until), Some(reason));
                self.delay_others(connection, until).await;
            }
            Err(PullError::Failed(reason)) => {
                let delay = DELAY.saturating_mul(1 << job.tries.clamp(0, 20)).min(DELAY_MAX);
                (job.state, job.next_at) = (JobState::Waiting, Some(now.plus(delay)));
                (job.tries, job.error) = (job.tries + 1, Some(reason));
            }
        }
        if job.error.is_some() {
            tracing::info!(source = connection.source, job = %job.id, error = job.error, "a shop's job waits");
        }
    }

    /// Takes a page in, whole; the cursor of the next one.
    async fn take(&self, connection: &Connection, job: &mut Job, page: Page) -> Result<Option<String>, PullError> {
        let (next, total, objects) = (page.next, page.total, page.objects.len());
        let (mut events, mut refused) = (0, 0);
        match job.purpose {
            Purpose::Backfill => {
                let mut all = Read::default();
                for object in page.objects {
                    let one = self.read(connection, object.topic, object.body, true)?;
                    refused += one.rejected.len() + one.taken.refused.len();
                    all.rejected.extend(one.rejected);
                    all.taken.refused.extend(one.taken.refused);
                    all.taken.events.extend(one.taken.events);
                }
                events += self.put(connection, all).await?;
            }
            Purpose::Reconcile => {
                let kind = job.kind().expect("the page was asked for by its kind");
                let mut known = Read::default();
                for object in page.objects {
                    let one = self.read(connection, object.topic, object.body, false)?;
                    refused += one.rejected.len() + one.taken.refused.len();
                    events += reconcile::compare(self, connection, job, kind, one, &mut known).await?;
                }
                events += self.put(connection, known).await?;
            }
        }
        job.pages += 1;
        job.objects += objects as i64;
        job.events += events as i64;
        job.refused += refused as i64;
        job.total = total.and_then(|total| i64::try_from(total).ok()).or(job.total);
        Ok(next)
    }

    fn read(&self, of: &Connection, topic: &str, body: Vec<u8>, is_history: bool) -> Result<Read, PullError> {
        let now = self.state.desk.clock.now();
        // A generic shop has no client, so that the only error left is one of ours.
        hooks::read(of, Some(topic), &Bytes::from(body), now, is_history)
            .map_err(|problem| PullError::Failed(problem.detail.into_owned()))
    }

    /// Puts what was read in the log; how many events of it were new. A full log is waited for.
    pub(super) async fn put(&self, connection: &Connection, read: Read) -> Result<usize, PullError> {
        let Connections { desk, loops, .. } = &self.state;
        let (handle, now) = (loops(connection.workspace), desk.clock.now());
        let Read { taken: Taken { mut events, refused }, rejected, .. } = read;
        let mut accepted = 0;
        let mut refused = Some(refused);
        while !events.is_empty() || refused.is_some() {
            let rest = events.split_off(events.len().min(CHUNK));
            let part = std::mem::replace(&mut events, rest);
            // What the door refused goes with the last part, so that it stands there once.
            let beside = if events.is_empty() { refused.take().unwrap_or_default() } else { Vec::new() };
            accepted += self.append(&handle, connection, now, Taken { events: part, refused: beside }).await?;
        }
        let writes = rejected::keep(connection, &*desk.rng, now, rejected);
        if !writes.is_empty() {
            desk.db.write(writes).await.map_err(|error| PullError::Failed(format!("the database: {error}")))?;
        }
        Ok(accepted)
    }

    async fn append(
        &self,
        handle: &runtime::Handle<crate::calls::Input>,
        connection: &Connection,
        now: Time,
        taken: Taken,
    ) -> Result<usize, PullError> {
        let desk = &self.state.desk;
        let mut tries = 0;
        // Asked before anything is handed over: the events are read once.
        while handle.is_busy(taken.events.len()) && tries < BUSY_TRIES {
            tries += 1;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        match keep(desk, handle, connection.workspace, connection.source, now, taken).await {
            Ok(appended) => Ok(appended.accepted),
            Err(NotKept::Busy { retry_after_s }) => {
                let reason = "the log is full: this server takes in more than it can fold".to_owned();
                Err(PullError::Later { after_s: retry_after_s.max(5), reason })
            }
            Err(NotKept::Unavailable) => Err(PullError::Failed("the log cannot be written now".to_owned())),
        }
    }

    async fn delay_others(&self, connection: &Connection, until: Time) {
        let row = [connection.workspace.into(), connection.source.into(), until.into()];
        if let Err(error) = self.state.desk.db.write(vec![Write::one(&sql::JOBS_DELAY, row)]).await {
            tracing::warn!(%error, source = connection.source, "the shop's limit could not be written down");
        }
    }

    fn stopped(&self, connection: &Connection, job: &mut Job, reason: String) {
        tracing::warn!(source = connection.source, job = %job.id, reason, "a shop's job needs a person");
        (job.state, job.next_at, job.error) = (JobState::Stopped, None, Some(reason));
    }

    /// Writes down how far the job is, if the connection is still ours, and tells who listens.
    async fn save(&self, connection: &Connection, job: &mut Job) -> Result<(), StoreError> {
        let now = self.state.desk.clock.now();
        job.updated_at = now;
        let kept =
            [connection.workspace.into(), connection.source.into(), Value::from(&self.owner), (now + LEASE).into()];
        let writes = vec![Write::one(&sql::CONNECTION_LEASE_KEEP, kept).expect(1), job.save()];
        self.state.desk.db.write(writes).await?;
        if let (Some(error), JobState::Stopped | JobState::Waiting) = (&job.error, job.state) {
            hooks::note_trouble(&self.state, connection, now, error, false).await;
        }
        let news = serde_json::json!({ "kind": "connection_job", "job": &*job });
        (self.state.loops)(connection.workspace).announce(news);
        Ok(())
    }

    async fn finished(&self, connection: &Connection, job: &Job) -> Result<(), StoreError> {
        let key = [Value::from(connection.workspace), Value::from(connection.source)];
        let [workspace, source] = key.clone();
        let mut writes = vec![Write::one(&sql::JOBS_TRIM, key)];
        let is_whole = job.purpose == Purpose::Reconcile && job.kinds.first().is_some_and(|kind| kind == "orders");
        if is_whole && job.since.is_none_or(|since| since <= connection.reconciled_at) {
            writes.push(Write::one(&sql::CONNECTION_RECONCILED, [workspace, source, job.created_at.into()]));
        }
        self.state.desk.db.write(writes).await?;
        if job.missing + job.differing > 0 {
            tracing::warn!(source = connection.source, job = %job.id, "reconciled: {}", job.sentence());
        }
        Ok(())
    }

    pub(super) fn state(&self) -> &Connections {
        &self.state
    }
}

/// Whether the shop gives the same page under another mark, or the same mark again.
fn is_repeated(page: &Page, job: &Job, last: &Option<Page>) -> bool {
    let is_same = last.as_ref().is_some_and(|last| !page.objects.is_empty() && last.objects == page.objects);
    is_same || page.next.is_some() && page.next == job.cursor
}
