//! The loop on PostgreSQL: one applier per workspace under a fenced lease, any number of processes that append and read.

use super::{
    NAP, Seat, answer_read,
    appender::{self, Watch},
};
use crate::{
    AppendError, Domain, Event, Origin,
    applier::{Answer, Applier, Sealed, Verdict, cell_of},
    event::kind_from,
    handle::Ask,
    sql,
};
use base::Id;
use bytes::Bytes;
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use store::{Row, Rows, StoreError, Value, Write};
use tokio::sync::mpsc;

/// How long a command waits to be applied before its caller is told that it is slow.
const COMMAND_WAIT: Duration = Duration::from_secs(30);
/// Answers are kept this many positions back, for processes that ask across the network.
const ANSWERS_KEPT: i64 = 200_000;

/// Channels between the appender, the applier and those who wait.
struct Desk<I> {
    reads: mpsc::UnboundedReceiver<Ask<I>>,
    watches: mpsc::UnboundedReceiver<Watch>,
    waiting: Vec<(Watch, tokio::time::Instant)>,
}

pub(super) async fn run<D: Domain>(seat: Seat<D>, inbox: mpsc::UnboundedReceiver<Ask<D::Input>>) {
    let seat = Arc::new(seat);
    let created = vec![
        Write::one(&sql::HEAD_CREATE, [seat.handle.partition.into()]),
        Write::one(&sql::APPLIED_CREATE, [seat.handle.partition.into()]),
    ];
    if let Err(error) = seat.db.write(created).await {
        tracing::warn!(error = %error, "the workspace's rows could not be made yet");
    }
    let (reads, reads_in) = mpsc::unbounded_channel();
    let (watches, watches_in) = mpsc::unbounded_channel();
    let appends = tokio::spawn(appender::run(seat.clone(), inbox, reads, watches));
    let mut desk = Desk {
        reads: reads_in,
        watches: watches_in,
        waiting: Vec::new(),
    };
    while !seat.is_stopping() {
        let opened = if seat.applies {
            seat.open(false).await
        } else {
            Ok(None)
        };
        let result = match opened {
            Ok(Some(applier)) => lead(&seat, applier, &mut desk).await,
            Ok(None) => follow(&seat, &mut desk).await,
            Err(error) => Err(error),
        };
        seat.handle
            .status
            .is_running
            .store(false, Ordering::Relaxed);
        if let Err(error) = result {
            match error {
                StoreError::Fenced => tracing::warn!(
                    partition = seat.handle.partition,
                    "another process took the lease; this one follows"
                ),
                error => {
                    tracing::error!(partition = seat.handle.partition, error = %error, "the loop starts again from the last commit")
                }
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
    let _ = appends.await;
}

/// Applies as the holder of the lease.
async fn lead<D: Domain>(
    seat: &Arc<Seat<D>>,
    mut applier: Applier<D>,
    desk: &mut Desk<D::Input>,
) -> Result<(), StoreError> {
    if let Some(event) = applier.woke(seat.clock.now()) {
        append_own(seat, vec![event]);
    }
    seat.publish(&applier);
    seat.handle.status.is_running.store(true, Ordering::Relaxed);
    let mut wake = seat
        .db
        .listen(&appender::channel(seat.handle.partition))
        .await?;
    let mut answers_dropped_at = 0;
    // Timers appended up to this position are on their way; the next ones wait for them.
    let mut timers_until = 0;
    let mut renewed = tokio::time::Instant::now();
    loop {
        while let Ok(ask) = desk.reads.try_recv() {
            answer_read(&mut applier, ask).await?;
        }
        let more = read_log(seat, &mut applier).await?;
        let now = seat.clock.now();
        if applier.position() >= timers_until
            && applier.next_due().await?.is_some_and(|due| due <= now)
            && !more
        {
            let timers = applier.due_timers(now).await?;
            if !timers.is_empty() {
                timers_until = fire(seat, timers).await?;
            }
        }
        let idle = !more;
        if let Some(Sealed {
            mut writes,
            number,
            has_effects,
            shared_changed,
            announcements,
        }) = applier.seal(now, idle)
        {
            if applier.position() - answers_dropped_at > ANSWERS_KEPT / 4 {
                answers_dropped_at = applier.position();
                writes.push(Write::one(
                    &sql::ANSWERS_DROP,
                    [
                        seat.handle.partition.into(),
                        (answers_dropped_at - ANSWERS_KEPT).into(),
                    ],
                ));
            }
            seat.db.write(writes).await?;
            renewed = tokio::time::Instant::now();
            applier.written(number);
            seat.handle.broadcast(announcements);
            if shared_changed {
                seat.publish(&applier);
            }
            if has_effects {
                seat.handle.effects.notify_waiters();
                seat.handle.effects.notify_one();
            }
        } else if renewed.elapsed() > Duration::from_secs(3) {
            renewed = tokio::time::Instant::now();
            seat.db.write(vec![applier.renewal(now)]).await?;
        }
        seat.report(&applier);
        settle(seat, desk, Some(applier.position())).await?;
        if seat.is_stopping() {
            return resign(seat, applier).await;
        }
        if !more && applier.folded() == 0 {
            let sleep = super::nap(seat.clock.now(), applier.next_due_known());
            tokio::select! {
                _ = wake.recv() => {}
                ask = desk.reads.recv() => if let Some(ask) = ask { answer_read(&mut applier, ask).await? },
                watch = desk.watches.recv() => desk.waiting.extend(watch.map(|w| (w, tokio::time::Instant::now()))),
                () = tokio::time::sleep(sleep.max(Duration::from_millis(1))) => {}
            }
        }
    }
}

/// Folds the next stretch of the log; says whether there may be more at once.
async fn read_log<D: Domain>(
    seat: &Arc<Seat<D>>,
    applier: &mut Applier<D>,
) -> Result<bool, StoreError> {
    let limit = applier.limits().batch_events as i64;
    let params = [
        seat.handle.partition.into(),
        applier.position().into(),
        limit.into(),
    ];
    let rows = seat.db.query(&sql::EVENTS_AFTER, &params).await?;
    let is_more = rows.len() as i64 == limit;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let event = read_event(&row);
        match seat.domain.parse(event.kind, &event.name, &event.payload) {
            Ok(input) => events.push(event.with(input)),
            // The door parsed it once already: an older binary's word. It is kept and can be replayed.
            Err(reason) => applier.refuse_unread(&event, reason),
        }
    }
    applier.apply(events).await?;
    Ok(is_more)
}

/// A stored event, not yet parsed.
pub fn read_event(row: &Row) -> Event<()> {
    Event {
        position: row.int("position"),
        received: row.time("received_at"),
        occurred: row.time("occurred_at"),
        origin: Origin::from_code(row.int("origin")),
        source: row.int("source"),
        kind: kind_from(row.text("kind")),
        name: row.text("name").into(),
        message_id: row.text("message_id").into(),
        payload: Bytes::copy_from_slice(row.text("payload").as_bytes()),
        input: (),
    }
}

/// Appends `Timer Fired` events through the log; returns the newest position.
async fn fire<D: Domain>(
    seat: &Arc<Seat<D>>,
    timers: Vec<crate::NewEvent<D::Input>>,
) -> Result<i64, StoreError> {
    let answers = appender::append(seat, &timers).await?;
    Ok(answers.iter().map(|a| a.position).max().unwrap_or(0))
}

fn append_own<D: Domain>(seat: &Arc<Seat<D>>, events: Vec<crate::NewEvent<D::Input>>) {
    let handle = seat.handle.clone();
    tokio::spawn(async move { handle.append(events).await });
}

/// Waits for the lease, answering reads from the tables.
async fn follow<D: Domain>(
    seat: &Arc<Seat<D>>,
    desk: &mut Desk<D::Input>,
) -> Result<(), StoreError> {
    let partition = seat.handle.partition;
    let until = tokio::time::Instant::now() + Duration::from_secs(2);
    let mut shared_at = None;
    while tokio::time::Instant::now() < until && !seat.is_stopping() {
        let shared = read_cell(seat, Id::ZERO).await?;
        if shared_at.as_ref() != Some(&shared) {
            seat.shared.send_replace(shared.clone().unwrap_or_default());
            shared_at = Some(shared);
        }
        let rows = seat
            .db
            .query(&sql::APPLIED_READ, &[partition.into()])
            .await?;
        let position = rows.first().map_or(0, |row| row.int("position"));
        seat.handle
            .status
            .position
            .store(position, Ordering::Relaxed);
        settle(seat, desk, None).await?;
        let nap = if desk.waiting.is_empty() {
            NAP
        } else {
            Duration::from_millis(15)
        };
        tokio::select! {
            ask = desk.reads.recv() => if let Some(ask) = ask { read_outside(seat, ask).await? },
            watch = desk.watches.recv() => desk.waiting.extend(watch.map(|w| (w, tokio::time::Instant::now()))),
            () = tokio::time::sleep(nap) => {}
        }
    }
    Ok(())
}

/// Answers those whose positions are applied.
async fn settle<D: Domain>(
    seat: &Arc<Seat<D>>,
    desk: &mut Desk<D::Input>,
    applied: Option<i64>,
) -> Result<(), StoreError> {
    while let Ok(watch) = desk.watches.try_recv() {
        desk.waiting.push((watch, tokio::time::Instant::now()));
    }
    if desk.waiting.is_empty() {
        return Ok(());
    }
    let applied = applied.unwrap_or_else(|| seat.handle.status.position());
    let mut still = Vec::new();
    for (watch, since) in std::mem::take(&mut desk.waiting) {
        if watch.positions.iter().any(|p| *p > applied) {
            if since.elapsed() > COMMAND_WAIT {
                let _ = watch
                    .reply
                    .send(Err(AppendError::Slow(COMMAND_WAIT.as_secs())));
            } else {
                still.push((watch, since));
            }
            continue;
        }
        let mut answers = Vec::with_capacity(watch.positions.len());
        for position in watch.positions {
            answers.push(read_answer(seat, position).await?);
        }
        let _ = watch.reply.send(Ok(answers));
    }
    desk.waiting = still;
    Ok(())
}

/// The stored answer of an applied event.
async fn read_answer<D: Domain>(seat: &Arc<Seat<D>>, position: i64) -> Result<Answer, StoreError> {
    let rows = seat
        .db
        .query(
            &sql::ANSWER_FIND,
            &[seat.handle.partition.into(), position.into()],
        )
        .await?;
    let body: serde_json::Value = rows
        .first()
        .and_then(|row| serde_json::from_str(row.text("body")).ok())
        .unwrap_or_default();
    Ok(match body.get("refused").and_then(|r| r.as_str()) {
        Some(reason) => Answer {
            position,
            verdict: Verdict::Refused(reason.to_owned()),
            reply: None,
        },
        None => Answer {
            position,
            verdict: Verdict::Applied,
            reply: body.get("reply").cloned(),
        },
    })
}

/// Reads for callers in a process that does not apply: the newest image, else the cell's own row.
async fn read_outside<D: Domain>(
    seat: &Arc<Seat<D>>,
    ask: Ask<D::Input>,
) -> Result<(), StoreError> {
    match ask {
        Ask::Cell { id, reply } => drop(reply.send(read_cell(seat, id).await?)),
        Ask::Find { key, reply } => {
            let keys = Rows::one([
                seat.handle.partition.into(),
                Value::Text(key.as_str().to_owned()),
            ]);
            let rows = seat.db.query_each(&sql::KEYS_FIND, keys).await?;
            let mut found = rows.first().map(|row| row.id("cell"));
            if found.is_none() {
                found =
                    crate::applier::find_in_images(&seat.db, seat.handle.partition, &key).await?;
            }
            let _ = reply.send(found);
        }
        Ask::Append { .. } => unreachable!("appends are gathered by the appender"),
    }
    Ok(())
}

async fn read_cell<D: Domain>(seat: &Arc<Seat<D>>, id: Id) -> Result<Option<Bytes>, StoreError> {
    let partition = seat.handle.partition;
    let rows = seat
        .db
        .query(&sql::IMAGE_NEWEST, &[partition.into(), id.into()])
        .await?;
    if let Some(row) = rows.first() {
        return Ok(Some(cell_of(row.blob("data"))));
    }
    let rows = seat
        .db
        .query_each(&sql::CELLS_FIND, Rows::one([partition.into(), id.into()]))
        .await?;
    Ok(rows.first().map(|row| cell_of(row.blob("data"))))
}

/// Sweeps, then gives the lease back so that another process need not wait for its end.
async fn resign<D: Domain>(seat: &Arc<Seat<D>>, mut applier: Applier<D>) -> Result<(), StoreError> {
    let now = seat.clock.now();
    for _ in 0..1_000 {
        if applier.commit(now, true).await?.is_none() {
            break;
        }
    }
    let release = Write::one(
        &sql::LEASE_RELEASE,
        [seat.handle.partition.into(), applier.epoch().into()],
    );
    seat.db.write(vec![release]).await?;
    Ok(())
}
