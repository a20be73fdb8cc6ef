//! The loop on PostgreSQL: one applier per workspace under a fenced lease, any number of processes that append and read.
//!
//! Here is the process that holds the lease; [`super::follower`] is what the others do meanwhile. Like on SQLite the next
//! stretch of the log is folded while the commits of the last ones are under way.

use super::{
    QUIET, Seat, Stop, answer_read, appender,
    follower::{self, Desk},
    guarded, nap,
};
use crate::{
    Domain, Event, Origin,
    applier::{Applier, Stored, panic_text},
    event::kind_from,
    handle::Ask,
    sql,
};
use base::Time;
use bytes::Bytes;
use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use store::{Lane, Row, StoreError, Write};
use tokio::{
    sync::mpsc,
    task::{JoinError, JoinHandle},
    time::Instant,
};

/// How long a loop waits after an error before it looks again.
const RETRY_PAUSE: Duration = Duration::from_millis(300);
/// Commits under way at once: one is carried out, others are with the server already so that it need not wait for the next fold.
const FLIGHTS_MAX: usize = 3;
/// Events read at once, at the least.
const READ_MIN: usize = 64;
/// Answers are kept this many positions back, for processes that ask across the network.
const ANSWERS_KEPT: i64 = 200_000;

/// A commit.
struct Load {
    writes: Vec<Write>,
    /// `None`: it only renews the lease.
    number: Option<u64>,
    position: i64,
    has_effects: bool,
    shared: Option<Bytes>,
    announcements: Vec<serde_json::Value>,
}

/// A commit on its way.
struct Flight {
    writing: JoinHandle<Result<Vec<u64>, StoreError>>,
    load: Load,
}

pub(super) async fn run<D: Domain>(seat: Seat<D>, inbox: mpsc::UnboundedReceiver<Ask<D::Input>>) {
    let seat = Arc::new(seat);
    let (reads, reads_in) = mpsc::unbounded_channel();
    let (watches, watches_in) = mpsc::unbounded_channel();
    let appends = tokio::spawn(appender::run(seat.clone(), inbox, reads, watches));
    let mut desk = Desk::new(reads_in, watches_in);
    while seat.stop() == Stop::No {
        let served = guarded(serve(&seat, &mut desk)).await;
        seat.handle.status.is_running.store(false, Ordering::Relaxed);
        match served {
            Ok(()) => continue,
            Err(StoreError::Fenced) => {
                tracing::warn!(partition = seat.handle.partition, "another process took the lease; this one follows");
            }
            Err(error) => {
                tracing::error!(partition = seat.handle.partition, error = %error, "the loop starts again from the last commit");
            }
        }
        tokio::time::sleep(RETRY_PAUSE).await;
    }
    let _ = appends.await;
}

/// Leads as long as it has the lease, or follows for a while.
async fn serve<D: Domain>(seat: &Arc<Seat<D>>, desk: &mut Desk<D::Input>) -> Result<(), StoreError> {
    if seat.applies
        && let Some(applier) = seat.open(false).await?
    {
        return lead(seat, applier, desk).await;
    }
    follower::follow(seat, desk).await
}

/// Applies as the holder of the lease.
async fn lead<D: Domain>(
    seat: &Arc<Seat<D>>,
    mut applier: Applier<D>,
    desk: &mut Desk<D::Input>,
) -> Result<(), StoreError> {
    let mut wake = seat.db.listen(&appender::channel(seat.handle.partition)).await?;
    if let Some(event) = applier.woke() {
        appender::append(seat, &[event]).await?;
    }
    // What was folded before a failed commit was not so.
    desk.forget_answers();
    seat.publish(&applier);
    seat.report(&applier, applier.position());
    seat.handle.status.is_running.store(true, Ordering::Relaxed);
    let mut stop = seat.stop.clone();
    let mut lane = seat.db.lane().await?;
    let mut flights: VecDeque<Flight> = VecDeque::new();
    let mut course = Course {
        has_more: true,
        timers_until: 0,
        has_fired: false,
        drawn: None,
        answers_dropped_at: 0,
        last_work: Instant::now(),
        renewed: Instant::now(),
    };
    loop {
        let has_room = applier.folded() < applier.limits().batch_events;
        if course.has_more && has_room {
            course.has_more = read_log(seat, &mut applier, desk, i64::MAX).await?;
        }
        if flights.is_empty() {
            match seat.stop() {
                Stop::No => {}
                Stop::Cleanly => return resign(seat, applier).await,
                Stop::AtOnce => return Ok(()),
            }
            if let Some(load) = course.seal(seat, &mut applier, desk).await? {
                flights.push_back(take_off(&mut lane, load));
            }
        }
        // The next timers are folded while that is written, and what is full is sealed and waits behind it.
        if !flights.is_empty() && flights.len() < FLIGHTS_MAX {
            if !course.has_more && !course.has_fired {
                course.fire(seat, &mut applier, desk, seat.turn()).await?;
            }
            let limits = applier.limits();
            let is_full = applier.folded() >= limits.batch_events;
            let has_batch = !course.has_more && applier.folded() >= limits.batch_timers;
            if (has_batch || is_full)
                && seat.stop() == Stop::No
                && let Some(load) = course.seal(seat, &mut applier, desk).await?
            {
                flights.push_back(take_off(&mut lane, load));
                continue;
            }
        }
        desk.settle(seat, seat.handle.status.position()).await?;
        let can_read = course.has_more && applier.folded() < applier.limits().batch_events;
        let sleep = nap(seat.clock.now(), applier.next_due_known());
        tokio::select! {
            biased;
            written = async { (&mut flights.front_mut().expect("checked").writing).await }, if !flights.is_empty() => {
                let Flight { load, .. } = flights.pop_front().expect("checked");
                course.renewed = Instant::now();
                land(seat, &mut applier, load, written)?;
            }
            Some(ask) = desk.reads.recv() => answer_read(&mut applier, ask).await?,
            Some(watch) = desk.watches.recv() => desk.watch(watch),
            () = std::future::ready(()), if can_read => {}
            _ = wake.recv() => course.has_more = true,
            () = seat.appended.notified() => course.has_more = true,
            _ = stop.changed(), if flights.is_empty() => {}
            // A missed wake-up is made good here.
            () = tokio::time::sleep(sleep.max(Duration::from_millis(1))), if flights.is_empty() => course.has_more = true,
        }
    }
}

/// Where a leading loop stands.
struct Course {
    /// There may be events in the log that were not read.
    has_more: bool,
    /// Timers appended up to this position are on their way; the next ones wait for them.
    timers_until: i64,
    /// Timers were fired since the last commit took off.
    has_fired: bool,
    /// Positions for the timers after those that are folded now, on their way: the first of a batch, and their time.
    drawn: Option<JoinHandle<Result<(i64, Time), StoreError>>>,
    answers_dropped_at: i64,
    last_work: Instant,
    renewed: Instant,
}

impl Course {
    /// Fires the timers that are due. What is caught up folds them at once and writes them with its commit; behind a backlog they are
    /// appended, and folded when it is their turn.
    async fn fire<D: Domain>(
        &mut self,
        seat: &Arc<Seat<D>>,
        applier: &mut Applier<D>,
        desk: &mut Desk<D::Input>,
        now: Time,
    ) -> Result<(), StoreError> {
        // They go to the end of the log, behind everything received before. Behind a backlog only those are fired that all
        // of it up to their time has been folded for: an order in the rest may still call the others off.
        let until = if self.has_more { now.min(applier.received()) } else { now };
        let is_due = applier.next_due().await?.is_some_and(|due| due <= until);
        if applier.position() < self.timers_until || !is_due {
            return Ok(());
        }
        if self.has_more {
            let timers = applier.due_timers(until).await?;
            if !timers.is_empty() {
                let answers = appender::append(seat, &timers).await?;
                let positions = answers.iter().map(|answer| answer.position);
                self.timers_until = positions.max().unwrap_or(0);
                self.has_fired = true;
            }
            return Ok(());
        }
        let drawn = match self.drawn.take() {
            Some(drawn) => Some(drawn.await.map_err(|error| StoreError::Other(format!("no positions: {error}")))??),
            None => None,
        };
        // Something later may have been folded since.
        let drawn = drawn.filter(|(first, _)| applier.position() < *first);
        let until = drawn.map_or(until, |(_, received)| until.min(received));
        let timers = applier.due_timers(until).await?;
        if timers.is_empty() {
            return Ok(());
        }
        let (first, received) = match drawn {
            Some(drawn) => drawn,
            None => appender::draw(seat.clone(), timers.len() as i64).await?,
        };
        let last = first + timers.len() as i64 - 1;
        seat.handle.status.appended.fetch_max(last, Ordering::Relaxed);
        // Whatever was appended before the draw comes before them.
        while applier.position() < first - 1 && read_log(seat, applier, desk, first).await? {}
        let most = applier.limits().batch_timers;
        if timers.len() == most && applier.next_due_known().is_some_and(|due| due <= until) {
            self.drawn = Some(tokio::spawn(appender::draw(seat.clone(), most as i64)));
        }
        applier.receive_own(timers, first, received).await?;
        self.has_fired = true;
        Ok(())
    }

    /// Fires what is due and makes a commit of what was folded.
    async fn seal<D: Domain>(
        &mut self,
        seat: &Arc<Seat<D>>,
        applier: &mut Applier<D>,
        desk: &mut Desk<D::Input>,
    ) -> Result<Option<Load>, StoreError> {
        let now = seat.turn();
        if !self.has_fired {
            self.fire(seat, applier, desk, now).await?;
        }
        self.has_fired = false;
        if applier.has_work() {
            self.last_work = Instant::now();
        }
        let is_quiet = self.last_work.elapsed() >= QUIET || applier.is_full();
        let idle = is_quiet && !self.has_more && !applier.has_work();
        applier.take_up(now, idle).await?;
        let Some(sealed) = applier.seal(now, idle) else {
            let length = Duration::from_micros(applier.limits().lease as u64);
            let is_late = self.renewed.elapsed() > length / 3;
            return Ok(is_late.then(|| Load {
                writes: vec![applier.renewal(now)],
                number: None,
                position: applier.position(),
                has_effects: false,
                shared: None,
                announcements: Vec::new(),
            }));
        };
        let mut writes = sealed.writes;
        if sealed.position - self.answers_dropped_at > ANSWERS_KEPT / 4 {
            self.answers_dropped_at = sealed.position;
            let before = sealed.position - ANSWERS_KEPT;
            let row = [seat.handle.partition.into(), before.into()];
            writes.insert(0, Write::one(&sql::ANSWERS_DROP, row));
        }
        let shared = sealed.shared_changed.then(|| crate::applier::encode(applier.shared()).into());
        Ok(Some(Load {
            writes,
            number: Some(sealed.number),
            position: sealed.position,
            has_effects: sealed.has_effects,
            shared,
            announcements: sealed.announcements,
        }))
    }
}

/// Sends a commit to the server, which carries it out behind the others. After one that fails none is written: each asks for the number
/// of the one before it.
fn take_off(lane: &mut Lane, mut load: Load) -> Flight {
    Flight { writing: lane.send(std::mem::take(&mut load.writes)), load }
}

/// A commit is in the database, or not.
fn land<D: Domain>(
    seat: &Seat<D>,
    applier: &mut Applier<D>,
    load: Load,
    written: Result<Result<Vec<u64>, StoreError>, JoinError>,
) -> Result<(), StoreError> {
    written.map_err(|error| StoreError::Other(format!("the commit was not finished: {error}")))??;
    if let Some(number) = load.number {
        applier.written(number);
    }
    // Whoever is answered, once the position is known, finds what the answer says.
    if let Some(shared) = load.shared {
        seat.shared.send_replace(shared);
    }
    seat.report(applier, load.position);
    seat.handle.broadcast(load.announcements);
    if load.has_effects {
        seat.wake_workers();
    }
    Ok(())
}

/// Folds the next stretch of the log, before the position `end`; says whether there may be more at once.
async fn read_log<D: Domain>(
    seat: &Arc<Seat<D>>,
    applier: &mut Applier<D>,
    desk: &mut Desk<D::Input>,
    end: i64,
) -> Result<bool, StoreError> {
    let room = applier.limits().batch_events.saturating_sub(applier.folded());
    let limit = room.max(READ_MIN) as i64;
    let params = [seat.handle.partition.into(), applier.position().into(), end.into(), limit.into()];
    let rows = seat.db.query(&sql::EVENTS_BETWEEN, &params).await?;
    let is_more = rows.len() as i64 == limit;
    let mut events = Vec::with_capacity(rows.len());
    for mut row in rows {
        let event = read_event(&mut row);
        let parse = || seat.domain.parse(event.kind, &event.name, &event.payload);
        // The door parsed it once already: what cannot be read now is a newer binary's word, or a defect of this one.
        let parsed = catch_unwind(AssertUnwindSafe(parse))
            .unwrap_or_else(|panic| Err(format!("reading it panicked: {}", panic_text(panic.as_ref()))));
        events.push(match parsed {
            Ok(input) => Stored::Event(event.with(input)),
            Err(reason) => Stored::Unread(event, reason),
        });
    }
    let kinds = events.iter().map(|event| match event {
        Stored::Event(event) => event.kind,
        Stored::Unread(event, _) => event.kind,
    });
    let kinds: Vec<&str> = kinds.collect();
    for (answer, kind) in applier.apply(events).await?.into_iter().zip(kinds) {
        if kind == "command" {
            desk.note(answer);
        }
    }
    Ok(is_more)
}

/// A stored event, not yet parsed.
pub fn read_event(row: &mut Row) -> Event<()> {
    Event {
        position: row.int("position"),
        received: row.time("received_at"),
        occurred: row.time("occurred_at"),
        origin: Origin::from_code(row.int("origin")),
        source: row.int("source"),
        kind: kind_from(row.text("kind")),
        name: row.text("name").into(),
        message_id: row.text("message_id").into(),
        payload: Bytes::from(row.take_text("payload")),
        input: (),
    }
}

/// Sweeps, then gives the lease back so that another process need not wait for its end.
async fn resign<D: Domain>(seat: &Arc<Seat<D>>, mut applier: Applier<D>) -> Result<(), StoreError> {
    // The sweep may take a while; each of its commits renews the lease.
    applier.sweep_out(seat.clock.now()).await?;
    let row = [seat.handle.partition.into(), applier.epoch().into()];
    let release = Write::one(&sql::LEASE_RELEASE, row);
    seat.db.write(vec![release]).await?;
    Ok(())
}
