//! The worker that fetches feeds: takes one whose time has come, asks for it only if it changed, and reads it as it arrives.

use super::{FeedOutcome, ProductFeed, complete, sql};
use crate::{
    catalogue::{Import, import_named, note_import},
    connections::Connections,
    desk::Actor,
};
use adapters::web::{Call, Opened, WebError};
use base::{MINUTE, Time};
use futures_util::stream;
use std::{sync::Arc, time::Duration};
use store::{StoreError, Value, Write};
use tokio::{sync::watch, task::JoinSet};

/// How often the worker looks whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// A worker that says nothing for so long has lost the feed to another process.
const LEASE: i64 = 5 * MINUTE;
const KEEP_EVERY: Duration = Duration::from_secs(60);
/// The largest feed.
const BYTES_MAX: u64 = 1 << 30;
/// Feeds fetched side by side.
const TOGETHER: usize = 2;
/// The delay after a first failure; twice as long each further time, up to the feed's own schedule.
const DELAY: i64 = 5 * MINUTE;
const REDIRECTS_MAX: usize = 4;

/// Fetches the feeds of all workspaces.
pub struct Fetcher {
    state: Connections,
    /// This process, in the leases.
    owner: String,
}

/// How a fetch ended.
struct Ended {
    outcome: FeedOutcome,
    error: Option<String>,
    missing: u64,
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Ended {
    fn failed(reason: impl Into<String>) -> Ended {
        let error = Some(reason.into());
        Ended { outcome: FeedOutcome::Failed, error, missing: 0, etag: None, last_modified: None }
    }
}

impl Fetcher {
    pub fn new(state: Connections, owner: String) -> Arc<Fetcher> {
        Arc::new(Fetcher { state, owner })
    }

    /// Works until the process stops.
    pub async fn run(self: Arc<Fetcher>, mut stop: watch::Receiver<bool>) {
        let mut tasks = JoinSet::new();
        while !*stop.borrow() {
            if tasks.len() < TOGETHER
                && let Err(error) = self.look(&mut tasks).await
            {
                tracing::warn!(%error, "which feeds are due could not be read");
            }
            while let Some(ended) = tasks.try_join_next() {
                if let Err(error) = ended {
                    tracing::error!(%error, "the fetch of a feed broke off; it is begun anew");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
        }
        // What was begun is begun anew by the next process: a row that is read again changes nothing.
        tasks.shutdown().await;
    }

    /// Does what is due now and returns when it is done.
    pub async fn run_once(self: Arc<Fetcher>) -> Result<(), StoreError> {
        let mut tasks = JoinSet::new();
        self.look(&mut tasks).await?;
        while tasks.join_next().await.is_some() {}
        Ok(())
    }

    async fn look(self: &Arc<Fetcher>, tasks: &mut JoinSet<()>) -> Result<(), StoreError> {
        let (db, now) = (&self.state.desk.db, self.state.desk.clock.now());
        for row in db.query(&sql::FEEDS_DUE, &[now.into()]).await? {
            if tasks.len() >= TOGETHER {
                break;
            }
            let feed = ProductFeed::of(&row, now);
            let key =
                [feed.workspace.into(), feed.id.into(), Value::from(&self.owner), (now + LEASE).into(), now.into()];
            match db.write(vec![Write::one(&sql::FEED_LEASE, key).expect(1)]).await {
                // Another process was faster.
                Err(StoreError::Fenced) => continue,
                other => drop(other?),
            }
            let fetcher = self.clone();
            tasks.spawn(async move {
                if let Err(error) = fetcher.work(&feed).await {
                    tracing::warn!(%error, feed = %feed.id, "the end of a fetch could not be written down");
                }
            });
        }
        Ok(())
    }

    async fn work(&self, feed: &ProductFeed) -> Result<(), StoreError> {
        let ended = tokio::select! {
            ended = self.fetch(feed) => ended,
            error = self.keep(feed) => return Err(error),
        };
        let now = self.state.desk.clock.now();
        let (every, failed) = (feed.every_minutes * MINUTE, ended.outcome == FeedOutcome::Failed);
        let tries = if failed { feed.tries + 1 } else { 0 };
        let next = if failed { (DELAY << feed.tries.clamp(0, 10)).min(every) } else { every };
        let is_new = matches!(ended.outcome, FeedOutcome::TakenIn | FeedOutcome::HeldBack);
        let row = [
            feed.workspace.into(),
            feed.id.into(),
            Value::from(&self.owner),
            ended.etag.into(),
            ended.last_modified.into(),
            feed.next_at.into(),
            now.plus(next).into(),
            now.into(),
            is_new.then_some(now).into(),
            Value::Static(ended.outcome.as_str()),
            ended.error.map(|error| error.chars().take(500).collect::<String>()).into(),
            (ended.missing as i64).into(),
            tries.into(),
        ];
        self.state.desk.db.write(vec![Write::one(&sql::FEED_SAVE, row)]).await.map(|_| ())
    }

    /// Keeps the feed for this process; ends only where it cannot.
    async fn keep(&self, feed: &ProductFeed) -> StoreError {
        loop {
            tokio::time::sleep(KEEP_EVERY).await;
            let until = self.state.desk.clock.now() + LEASE;
            let key = [feed.workspace.into(), feed.id.into(), Value::from(&self.owner), until.into()];
            if let Err(error) = self.state.desk.db.write(vec![Write::one(&sql::FEED_LEASE_KEEP, key).expect(1)]).await {
                return error;
            }
        }
    }

    async fn fetch(&self, feed: &ProductFeed) -> Ended {
        let at = self.state.desk.clock.now();
        let opened = match self.open(feed).await {
            Ok(opened) => opened,
            Err(error) => return self.not_opened(feed, at, error.to_string()).await,
        };
        match opened.status {
            200 => self.take_in(feed, at, opened).await,
            304 => Ended {
                outcome: FeedOutcome::Unchanged,
                error: None,
                missing: 0,
                etag: feed.etag.clone(),
                last_modified: feed.last_modified.clone(),
            },
            status => self.not_opened(feed, at, format!("the address answered {status}")).await,
        }
    }

    /// The list of imports shows the first of several failures in a row.
    async fn not_opened(&self, feed: &ProductFeed, at: Time, reason: String) -> Ended {
        if feed.tries == 0 {
            let actor = actor_of(feed);
            if let Err(error) = note_import(&self.state.desk, &actor, at, &feed.source, &feed.url, &reason).await {
                tracing::warn!(%error, "a failed import could not be written down");
            }
        }
        Ended::failed(reason)
    }

    async fn open(&self, feed: &ProductFeed) -> Result<Opened, WebError> {
        let mut url = feed.url.clone();
        for _ in 0..REDIRECTS_MAX {
            let mut call = Call::get(&url);
            if let Some(etag) = &feed.etag {
                call = call.with("if-none-match", etag);
            }
            if let Some(time) = &feed.last_modified {
                call = call.with("if-modified-since", time);
            }
            let opened = self.state.web.open(call, BYTES_MAX).await?;
            // Each address on the way is checked as the first one was.
            match opened.moved_to(&url) {
                Some(next) => url = next,
                None => return Ok(opened),
            }
        }
        Err(WebError::Address(format!("{}: it is sent on more than {REDIRECTS_MAX} times", feed.url)))
    }

    async fn take_in(&self, feed: &ProductFeed, at: Time, opened: Opened) -> Ended {
        let header = |name: &str| opened.header(name).map(str::to_owned);
        let (etag, last_modified) = (header("etag"), header("last-modified"));
        let handle = (self.state.loops)(feed.workspace);
        let import = Import {
            desk: self.state.desk.clone(),
            currency: crate::catalogue::currency_of(&handle),
            handle,
            actor: actor_of(feed),
            source: feed.source.clone(),
            format: feed.format(),
            file: feed.url.clone(),
        };
        let body = stream::unfold(opened, |mut opened| async move {
            let chunk = opened.chunk().await.transpose()?;
            Some((chunk.map_err(|error| error.to_string()), opened))
        });
        let (answer, named) = match import_named(import, body).await {
            Ok(done) => done,
            Err(error) => return Ended::failed(error.to_string()),
        };
        if let Some(error) = answer.error {
            return Ended::failed(error);
        }
        let mut ended = Ended { outcome: FeedOutcome::TakenIn, error: None, missing: 0, etag, last_modified };
        if feed.is_complete {
            match complete::close(&self.state, feed, &named, at).await {
                Err(reason) => return Ended::failed(reason),
                Ok(complete::Closed { held: Some((missing, reason)), .. }) => {
                    // Without a mark the file is read again the next time.
                    ended = Ended { outcome: FeedOutcome::HeldBack, missing, ..Ended::failed(reason) };
                }
                Ok(closed) if closed.deleted > 0 => {
                    let row = [feed.workspace.into(), answer.id.into(), (closed.deleted as i64).into()];
                    let write = Write::one(&crate::catalogue::sql::FEED_IMPORT_DELETED, row);
                    if let Err(error) = self.state.desk.db.write(vec![write]).await {
                        return Ended::failed(error.to_string());
                    }
                }
                Ok(_) => {}
            }
        }
        ended
    }
}

fn actor_of(feed: &ProductFeed) -> Actor {
    Actor { workspace: feed.workspace, name: feed.asked_by.clone() }
}
