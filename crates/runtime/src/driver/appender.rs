//! Appending on PostgreSQL: any process, one short transaction per group of events.
//!
//! The row of `log_head` is locked from the draw of the positions to the commit, so position order is commit order and a
//! reader that has seen position n has seen everything before it (gaps are allowed).

use super::{Seat, Stop};
use crate::{
    AppendError, Domain, NewEvent,
    applier::{Answer, SeenKey, Verdict, create_rows},
    handle::Ask,
    pulse::{DOUBLED, Pulse},
    sql,
};
use base::Time;
use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
};
use store::{Rows, StoreError, Value, Write};
use tokio::sync::{mpsc, oneshot};

/// Events appended in one transaction.
const GROUP_EVENTS: usize = 4_000;

/// Someone who wants to know when positions are applied.
pub(super) struct Watch {
    pub positions: Vec<i64>,
    pub reply: oneshot::Sender<Result<Vec<Answer>, AppendError>>,
}

/// The name under which appends of a workspace are announced.
pub(super) fn channel(partition: i64) -> String {
    format!("ritorno_log_{partition}")
}

/// Takes in groups until the process stops.
pub(super) async fn run<D: Domain>(
    seat: Arc<Seat<D>>,
    mut inbox: mpsc::UnboundedReceiver<Ask<D::Input>>,
    reads: mpsc::UnboundedSender<Ask<D::Input>>,
    watches: mpsc::UnboundedSender<Watch>,
) {
    let mut stop = seat.stop.clone();
    while seat.stop() == Stop::No {
        let first = tokio::select! {
            ask = inbox.recv() => ask,
            _ = stop.changed() => continue,
        };
        let Some(first) = first else { return };
        let (mut events, mut waiting) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(ask) = next.take() {
            match ask {
                Ask::Append { events: more, reply, applied, .. } => {
                    waiting.push((reply, more.len(), applied));
                    events.extend(more);
                }
                read => drop(reads.send(read)),
            }
            if events.len() < GROUP_EVENTS {
                next = inbox.try_recv().ok();
            }
        }
        if events.is_empty() {
            continue;
        }
        match append(&seat, &events).await {
            Ok(answers) => {
                let mut answers = answers.into_iter();
                for (reply, n, applied) in waiting {
                    let mine: Vec<Answer> = answers.by_ref().take(n).collect();
                    let positions = mine.iter().map(|a| a.position).filter(|p| *p > 0);
                    let positions: Vec<i64> = positions.collect();
                    if applied && !positions.is_empty() {
                        let _ = watches.send(Watch { positions, reply });
                    } else {
                        let _ = reply.send(Ok(mine));
                    }
                }
            }
            Err(error) => {
                // Also where the commit's outcome is unknown: to send again is safe, the ids are the same.
                for (reply, _, _) in waiting {
                    let _ = reply.send(Err(AppendError::Unavailable(error.to_string())));
                }
            }
        }
    }
}

/// One transaction: draw positions, drop what is known, insert the rest. Wakes the applier, wherever it runs.
pub(super) async fn append<D: Domain>(
    seat: &Seat<D>,
    events: &[NewEvent<D::Input>],
) -> Result<Vec<Answer>, StoreError> {
    match try_append(seat, events).await {
        Err(StoreError::Busy) => try_append(seat, events).await,
        result => result,
    }
}

/// Draws positions for up to `n` events of this process's own, which its next commit writes: the first of them, and the time at which
/// they are received. Everything before them is in the log; what is not used leaves a gap, which readers know.
pub(super) async fn draw<D: Domain>(seat: Arc<Seat<D>>, n: i64) -> Result<(i64, Time), StoreError> {
    let params = [seat.handle.partition.into(), n.into(), seat.clock.now().into()];
    let head = seat.db.query(&sql::HEAD_DRAW, &params).await?;
    let head = head.first().ok_or_else(|| StoreError::Other("the workspace has no log".to_owned()))?;
    Ok((head.int("position") - n + 1, head.time("received_at")))
}

async fn try_append<D: Domain>(seat: &Seat<D>, events: &[NewEvent<D::Input>]) -> Result<Vec<Answer>, StoreError> {
    let status = &seat.handle.status;
    let partition = seat.handle.partition;
    let n = events.len() as i64;
    let mut tx = seat.db.begin().await?;
    let params = [partition.into(), n.into(), seat.clock.now().into()];
    let head = tx.query(&sql::HEAD_ADVANCE, &params).await?;
    let Some(head) = head.first() else {
        // The workspace is new: its rows are made, and the next try finds them.
        drop(tx);
        create_rows(&seat.db, partition).await?;
        return Err(StoreError::Busy);
    };
    let (last, received) = (head.int("position"), head.time("received_at"));
    let keys = events.iter().map(|e| SeenKey::of(&e.message_id, e.sent, received));
    let keys: Vec<Option<SeenKey>> = keys.collect();
    let mut asked = Rows::new(3);
    for key in keys.iter().flatten() {
        for minute in key.minutes() {
            asked.push([partition.into(), minute.into(), key.hash.into()]);
        }
    }
    let mut known: HashSet<(i64, Box<str>)> = HashSet::new();
    for row in tx.query_each(&sql::EVENT_SEEN_FIND, asked).await? {
        known.insert((row.int("hash"), row.text("message_id").into()));
    }
    let mut rows = Rows::with_capacity(10, events.len());
    let mut seen = Rows::with_capacity(4, events.len());
    let mut answers = Vec::with_capacity(events.len());
    let mut pulse = Pulse::default();
    for ((event, key), position) in events.iter().zip(&keys).zip(last - n + 1..) {
        if let Some(key) = key {
            if !known.insert((key.hash, event.message_id.clone())) {
                pulse.add(DOUBLED, event.source, received, received);
                answers.push(Answer::new(0, Verdict::Duplicate));
                continue;
            }
            seen.push([partition.into(), key.minute.into(), key.hash.into(), position.into()]);
        }
        rows.push([
            position.into(),
            partition.into(),
            received.into(),
            event.occurred.min(received).into(),
            event.origin.code().into(),
            event.source.into(),
            Value::Static(event.kind),
            Value::Text(event.name.to_string()),
            Value::Text(event.message_id.to_string()),
            Value::Raw(event.payload.clone()),
        ]);
        answers.push(Answer::new(position, Verdict::Applied));
    }
    let pulse = pulse.rows(partition);
    if rows.is_empty() && pulse.is_empty() {
        return Ok(answers);
    }
    if rows.is_empty() {
        // Duplicates alone: they are counted, and the drawn positions stay as they were.
        drop(tx);
        seat.db.write(vec![Write::new(&sql::ROLLUP_ADD, pulse)]).await?;
        return Ok(answers);
    }
    let mut steps = vec![Write::new(&sql::EVENT_INSERT, rows), Write::new(&sql::EVENT_SEEN_INSERT, seen)];
    if !pulse.is_empty() {
        steps.push(Write::new(&sql::ROLLUP_ADD, pulse));
    }
    tx.write(steps).await?;
    // The applier of this process is woken without the database.
    let is_ours = status.is_running();
    if !is_ours {
        let params = [Value::Text(channel(partition)), Value::Static("")];
        tx.query(&sql::LOG_NOTIFY, &params).await?;
    }
    tx.commit().await?;
    status.appended.fetch_max(last, Ordering::Relaxed);
    seat.appended.notify_one();
    Ok(answers)
}
