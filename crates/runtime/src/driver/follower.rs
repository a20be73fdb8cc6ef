//! A process on PostgreSQL that does not apply a workspace: it reads from the tables, and waits for its turn. And the desk at
//! which callers wait for what is applied, wherever that happens.

use super::{NAP, Seat, Stop, appender::Watch};
use crate::{
    AppendError, Domain,
    applier::{Answer, Verdict, cell_of, image_in},
    handle::Ask,
    sql,
};
use base::Id;
use bytes::Bytes;
use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use store::{Db, Rows, StoreError, Value};
use tokio::{sync::mpsc, time::Instant};

/// How long a command waits to be applied before its caller is told that it is slow.
const COMMAND_WAIT: Duration = Duration::from_secs(30);
/// How often a follower looks where the applier stands while somebody waits for it.
const LOOK: Duration = Duration::from_millis(15);
/// Answers kept in memory for callers whose append is still being acknowledged.
const ANSWERS_MAX: usize = 10_000;

/// Where callers wait.
pub(super) struct Desk<I> {
    pub reads: mpsc::UnboundedReceiver<Ask<I>>,
    pub watches: mpsc::UnboundedReceiver<Watch>,
    waiting: Vec<(Watch, Instant)>,
    /// What this process folded itself: it need not be read.
    answers: BTreeMap<i64, Answer>,
}

impl<I> Desk<I> {
    pub fn new(reads: mpsc::UnboundedReceiver<Ask<I>>, watches: mpsc::UnboundedReceiver<Watch>) -> Desk<I> {
        Desk { reads, watches, waiting: Vec::new(), answers: BTreeMap::new() }
    }

    pub fn watch(&mut self, watch: Watch) {
        self.waiting.push((watch, Instant::now()));
    }

    /// Keeps the answer of a command that was folded here, though not yet written.
    pub fn note(&mut self, answer: Answer) {
        self.answers.insert(answer.position, answer);
        if self.answers.len() > ANSWERS_MAX {
            self.answers.pop_first();
        }
    }

    pub fn forget_answers(&mut self) {
        self.answers.clear();
    }

    /// Answers those whose positions are applied.
    pub async fn settle<D: Domain>(&mut self, seat: &Seat<D>, applied: i64) -> Result<(), StoreError> {
        while let Ok(watch) = self.watches.try_recv() {
            self.watch(watch);
        }
        let mut i = 0;
        while i < self.waiting.len() {
            let (watch, since) = &self.waiting[i];
            if watch.positions.iter().any(|position| *position > applied) {
                if since.elapsed() > COMMAND_WAIT {
                    let (watch, _) = self.waiting.swap_remove(i);
                    let slow = AppendError::Slow(COMMAND_WAIT.as_secs());
                    let _ = watch.reply.send(Err(slow));
                } else {
                    i += 1;
                }
                continue;
            }
            let mut answers = Vec::with_capacity(watch.positions.len());
            for position in &watch.positions {
                answers.push(match self.answers.get(position) {
                    Some(answer) => answer.clone(),
                    None => read_answer(seat, *position).await?,
                });
            }
            let (watch, _) = self.waiting.swap_remove(i);
            let _ = watch.reply.send(Ok(answers));
        }
        Ok(())
    }
}

/// Follows for a part of a lease, after which it is time to ask for the lease again.
pub(super) async fn follow<D: Domain>(seat: &Arc<Seat<D>>, desk: &mut Desk<D::Input>) -> Result<(), StoreError> {
    let part = Duration::from_micros(seat.limits.lease as u64) / 4;
    let until = Instant::now() + part;
    desk.forget_answers();
    let mut seen = None;
    while Instant::now() < until && seat.stop() == Stop::No {
        let params = [seat.handle.partition.into()];
        let rows = seat.db.query(&sql::APPLIED_READ, &params).await?;
        let position = rows.first().map_or(0, |row| row.int("position"));
        if seen.replace(position) != Some(position) {
            let status = &seat.handle.status;
            status.position.store(position, Ordering::Relaxed);
            if let Some(row) = rows.first() {
                let received = row.int("received_at");
                status.received.store(received, Ordering::Relaxed);
            }
            // After a long stop of everybody, whoever leads next says first that sending is held: until then a process that
            // sends does not know.
            let now = seat.clock.now();
            let down = rows.first().map_or(0, |row| now - row.time("alive_at"));
            if !seat.applies || seat.domain.woke(down, now).is_none() {
                let shared = read_cell(seat, Id::ZERO).await?.unwrap_or_default();
                seat.shared.send_if_modified(|known| {
                    let has_changed = *known != shared;
                    *known = shared;
                    has_changed
                });
            }
        }
        desk.settle(seat, position).await?;
        let mut look_at = Instant::now() + NAP.min(part);
        loop {
            if !desk.waiting.is_empty() {
                look_at = look_at.min(Instant::now() + LOOK);
            }
            tokio::select! {
                Some(ask) = desk.reads.recv() => read_outside(seat, ask).await?,
                Some(watch) = desk.watches.recv() => desk.watch(watch),
                () = tokio::time::sleep_until(look_at) => break,
            }
        }
    }
    Ok(())
}

/// The stored answer of an applied event.
async fn read_answer<D: Domain>(seat: &Seat<D>, position: i64) -> Result<Answer, StoreError> {
    let params = [seat.handle.partition.into(), position.into()];
    let rows = seat.db.query(&sql::ANSWER_FIND, &params).await?;
    let body = rows.first().and_then(|row| serde_json::from_str(row.text("body")).ok());
    let body: serde_json::Value = body.unwrap_or_default();
    if let Some(reason) = body.get("refused").and_then(|reason| reason.as_str()) {
        return Ok(Answer::new(position, Verdict::Refused(reason.to_owned())));
    }
    Ok(Answer {
        reply: body.get("reply").filter(|reply| !reply.is_null()).cloned(),
        ..Answer::new(position, Verdict::Applied)
    })
}

/// Reads for callers in a process that does not apply.
async fn read_outside<D: Domain>(seat: &Arc<Seat<D>>, ask: Ask<D::Input>) -> Result<(), StoreError> {
    match ask {
        Ask::Cell { id, reply } => drop(reply.send(read_cell(seat, id).await?)),
        Ask::Find { key, reply } => {
            let text = Value::Text(key.as_str().to_owned());
            let keys = Rows::one([seat.handle.partition.into(), text]);
            let rows = seat.db.query_each(&sql::KEYS_FIND, keys).await?;
            let _ = reply.send(rows.first().map(|row| row.id("cell")));
        }
        Ask::Append { .. } => unreachable!("appends are gathered by the appender"),
    }
    Ok(())
}

/// A cell: its newest image, else its own row.
async fn read_cell<D: Domain>(seat: &Seat<D>, id: Id) -> Result<Option<Bytes>, StoreError> {
    stored_cell(&seat.db, seat.handle.partition, id).await
}

/// A cell as of the last commit, read past the loop: for a process that runs none. `Id::ZERO` is the workspace's own.
pub async fn stored_cell(db: &Db, partition: i64, id: Id) -> Result<Option<Bytes>, StoreError> {
    let params = [partition.into(), id.into()];
    let images = db.query(&sql::IMAGE_NEWEST, &params).await?;
    let own = images.first();
    // Among those of a wave there may be a newer one.
    for row in db.query(&sql::BEHIND_NEWEST, &params).await? {
        if own.is_none_or(|own| own.int("seq") < row.int("seq"))
            && let Some(data) = image_in(&row, id)?
        {
            return Ok(Some(data));
        }
    }
    // An empty one says that the row is newer.
    if let Some(row) = own.filter(|row| !row.blob("data").is_empty()) {
        return Ok(Some(cell_of(row.blob("data"))));
    }
    let key = Rows::one([partition.into(), id.into()]);
    let rows = db.query_each(&sql::CELLS_FIND, key).await?;
    Ok(rows.first().map(|row| cell_of(row.blob("data"))))
}
