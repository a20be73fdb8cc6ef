//! Appending on PostgreSQL: any process, one short transaction per group of events.
//!
//! The row of `log_head` is locked from the draw of the positions to the commit, so position order is commit order and a
//! reader that has seen position n has seen everything before it (gaps are allowed).

use super::Seat;
use crate::{
    AppendError, Domain, NewEvent,
    applier::{Answer, Verdict, seen_key},
    handle::Ask,
    sql,
};
use std::{collections::HashSet, sync::atomic::Ordering};
use store::{Rows, StoreError, Value, Write};
use tokio::sync::{mpsc, oneshot};

/// Events appended in one transaction.
const GROUP_EVENTS: usize = 4_000;

/// Someone who wants to know when a position is applied.
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
    seat: std::sync::Arc<Seat<D>>,
    mut inbox: mpsc::UnboundedReceiver<Ask<D::Input>>,
    reads: mpsc::UnboundedSender<Ask<D::Input>>,
    watches: mpsc::UnboundedSender<Watch>,
) {
    let mut stop = seat.stop.clone();
    loop {
        let first = tokio::select! {
            ask = inbox.recv() => ask,
            _ = stop.changed() => None,
        };
        let Some(first) = first else { return };
        let (mut events, mut waiting) = (Vec::new(), Vec::new());
        let mut next = Some(first);
        while let Some(ask) = next.take() {
            match ask {
                Ask::Append {
                    events: more,
                    reply,
                    applied,
                    ..
                } => {
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
                let newest = answers.iter().map(|a| a.position).max().unwrap_or(0);
                seat.handle
                    .status
                    .appended
                    .fetch_max(newest, Ordering::Relaxed);
                let mut answers = answers.into_iter();
                for (reply, n, applied) in waiting {
                    let mine: Vec<Answer> = answers.by_ref().take(n).collect();
                    let positions: Vec<i64> =
                        mine.iter().map(|a| a.position).filter(|p| *p > 0).collect();
                    if applied && !positions.is_empty() {
                        let _ = watches.send(Watch { positions, reply });
                    } else {
                        let _ = reply.send(Ok(mine));
                    }
                }
                if let Err(error) = seat.db.notify(&channel(seat.handle.partition), "").await {
                    tracing::debug!(error = %error, "an append could not be announced; the applier looks by itself");
                }
            }
            Err(error) => {
                for (reply, _, _) in waiting {
                    let _ = reply.send(Err(AppendError::Unavailable(error.to_string())));
                }
            }
        }
    }
}

/// One transaction: draw positions, drop what is known, insert the rest.
pub(super) async fn append<D: Domain>(
    seat: &Seat<D>,
    events: &[NewEvent<D::Input>],
) -> Result<Vec<Answer>, StoreError> {
    let partition = seat.handle.partition;
    let n = events.len() as i64;
    let mut tx = seat.db.begin().await?;
    let head = tx
        .query(
            &sql::HEAD_ADVANCE,
            &[partition.into(), n.into(), seat.clock.now().into()],
        )
        .await?;
    let head = head
        .first()
        .ok_or_else(|| StoreError::Other(format!("workspace {partition} has no log head")))?;
    let (last, received) = (head.int("position"), head.time("received_at"));
    let keys: Vec<Option<(i64, i64)>> = events
        .iter()
        .map(|e| seen_key(&e.message_id, e.sent, received))
        .collect();
    let mut asked = Rows::new(3);
    for (event, key) in events.iter().zip(&keys) {
        let Some((minute, hash)) = *key else { continue };
        for back in 0..if event.sent.is_none() { 2 } else { 1 } {
            asked.push([partition.into(), (minute + back).into(), hash.into()]);
        }
    }
    let mut known: HashSet<(i64, Box<str>)> = HashSet::new();
    if !asked.is_empty() {
        for row in tx.query_each(&sql::EVENT_SEEN_FIND, asked).await? {
            known.insert((row.int("hash"), row.text("message_id").into()));
        }
    }
    let (mut rows, mut seen) = (Rows::new(10), Rows::new(4));
    let mut answers = Vec::with_capacity(events.len());
    for (i, (event, key)) in events.iter().zip(&keys).enumerate() {
        let position = last - n + 1 + i as i64;
        if let Some((minute, hash)) = *key {
            if !known.insert((hash, event.message_id.clone())) {
                answers.push(Answer {
                    position: 0,
                    verdict: Verdict::Duplicate,
                    reply: None,
                });
                continue;
            }
            seen.push([
                partition.into(),
                minute.into(),
                hash.into(),
                position.into(),
            ]);
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
        answers.push(Answer {
            position,
            verdict: Verdict::Applied,
            reply: None,
        });
    }
    if !rows.is_empty() {
        tx.write(vec![
            Write::new(&sql::EVENT_INSERT, rows),
            Write::new(&sql::EVENT_SEEN_INSERT, seen),
        ])
        .await?;
    }
    tx.commit().await?;
    Ok(answers)
}
