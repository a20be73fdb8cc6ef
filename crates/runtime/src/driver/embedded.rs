//! The loop on SQLite: append and apply are one commit, so what is acknowledged is applied.
//!
//! Arrival-driven: whatever waits becomes one batch. While one batch is being written the next is folded.

use super::{Seat, answer_read, nap};
use crate::{
    AppendError, Domain, NewEvent,
    applier::{Answer, Applier},
    handle::Ask,
};
use std::{future::Future, pin::Pin, sync::atomic::Ordering, time::Duration};
use store::StoreError;
use tokio::sync::{mpsc, oneshot};

/// Without an event for this long the loop sweeps at full speed.
const QUIET: Duration = Duration::from_millis(200);

type Waiting = (oneshot::Sender<Result<Vec<Answer>, AppendError>>, Vec<Answer>);
type Writing = Pin<Box<dyn Future<Output = Result<Vec<u64>, StoreError>> + Send>>;

/// A commit on its way to the disk, and who waits for it.
struct Flight {
    writing: Writing,
    number: u64,
    has_effects: bool,
    announcements: Vec<serde_json::Value>,
    waiting: Vec<Waiting>,
    position: i64,
}

/// Runs until the process stops; after a failed commit everything in memory is dropped and read again.
pub(super) async fn run<D: Domain>(seat: Seat<D>, mut inbox: mpsc::UnboundedReceiver<Ask<D::Input>>) {
    loop {
        match serve(&seat, &mut inbox).await {
            Ok(()) => return,
            Err(error) => {
                seat.handle.status.is_running.store(false, Ordering::Relaxed);
                tracing::error!(partition = seat.handle.partition, error = %error, "the loop starts again from the last commit");
                // Whoever waits now is told to send again; the message ids keep that safe.
                while let Ok(ask) = inbox.try_recv() {
                    if let Ask::Append { reply, .. } = ask {
                        let _ = reply.send(Err(AppendError::Unavailable(error.to_string())));
                    }
                }
                if seat.is_stopping() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

async fn serve<D: Domain>(seat: &Seat<D>, inbox: &mut mpsc::UnboundedReceiver<Ask<D::Input>>) -> Result<(), StoreError> {
    let Some(mut applier) = seat.open(true).await? else {
        return Err(StoreError::Other("another process applies this workspace".to_owned()));
    };
    let now = seat.clock.now();
    if let Some(event) = applier.woke(now) {
        applier.receive(vec![event], now).await?;
        applier.commit(now, false).await?;
    }
    seat.publish(&applier);
    seat.report(&applier);
    seat.handle.status.is_running.store(true, Ordering::Relaxed);
    let mut stop = seat.stop.clone();
    let mut folded: Vec<Waiting> = Vec::new();
    let mut flight: Option<Flight> = None;
    // Sweeping waits for a quiet moment: a commit that only brings one event must stay as short as it can be.
    let mut last_work = tokio::time::Instant::now();
    loop {
        let has_room = applier.folded() < applier.limits().batch_events;
        let due = applier.next_due_known();
        tokio::select! {
            biased;
            written = async { flight.as_mut().expect("checked").writing.as_mut().await }, if flight.is_some() => {
                let flight = flight.take().expect("checked");
                land(seat, &mut applier, flight, written)?;
            }
            ask = inbox.recv(), if has_room => match ask {
                Some(ask) => gather(seat, &mut applier, inbox, ask, &mut folded).await?,
                None => return Ok(()),
            },
            () = tokio::time::sleep(nap(seat.clock.now(), due)), if flight.is_none() && !*stop.borrow() => {
                fire(seat, &mut applier).await?;
            }
            _ = stop.changed(), if flight.is_none() => {
                return finish(seat, applier, folded).await;
            }
        }
        if flight.is_none() {
            // Between any two commits, sweeps included: what is due never waits for a quiet moment.
            fire(seat, &mut applier).await?;
            if applier.folded() > 0 {
                last_work = tokio::time::Instant::now();
            }
            let is_quiet = last_work.elapsed() >= QUIET && inbox.is_empty();
            flight = take_off(seat, &mut applier, &mut folded, is_quiet);
        }
    }
}

/// Folds everything that waits, up to the size of a batch.
async fn gather<D: Domain>(
    seat: &Seat<D>,
    applier: &mut Applier<D>,
    inbox: &mut mpsc::UnboundedReceiver<Ask<D::Input>>,
    first: Ask<D::Input>,
    folded: &mut Vec<Waiting>,
) -> Result<(), StoreError> {
    let mut events: Vec<NewEvent<D::Input>> = Vec::new();
    let mut waiting = Vec::new();
    let room = applier.limits().batch_events - applier.folded();
    let mut next = Some(first);
    while let Some(ask) = next.take() {
        match ask {
            Ask::Append { events: more, reply, .. } => {
                waiting.push((reply, more.len()));
                events.extend(more);
            }
            read => answer_read(applier, read).await?,
        }
        if events.len() < room {
            next = inbox.try_recv().ok();
        }
    }
    if events.is_empty() {
        return Ok(());
    }
    let answers = match applier.receive(events, seat.clock.now()).await {
        Ok(answers) => answers,
        Err(error) => {
            for (reply, _) in waiting {
                let _ = reply.send(Err(AppendError::Unavailable(error.to_string())));
            }
            return Err(error);
        }
    };
    let mut answers = answers.into_iter();
    folded.extend(waiting.into_iter().map(|(reply, n)| (reply, answers.by_ref().take(n).collect())));
    Ok(())
}

/// Seals what was folded and starts writing it.
fn take_off<D: Domain>(seat: &Seat<D>, applier: &mut Applier<D>, folded: &mut Vec<Waiting>, idle: bool) -> Option<Flight> {
    let position = applier.position();
    let Some(sealed) = applier.seal(seat.clock.now(), idle) else {
        // Duplicates alone write nothing.
        for (reply, answers) in folded.drain(..) {
            let _ = reply.send(Ok(answers));
        }
        return None;
    };
    if sealed.shared_changed {
        seat.publish(applier);
    }
    let db = seat.db.clone();
    Some(Flight {
        writing: Box::pin(async move { db.write(sealed.writes).await }),
        number: sealed.number,
        has_effects: sealed.has_effects,
        announcements: sealed.announcements,
        waiting: std::mem::take(folded),
        position,
    })
}

/// A commit is on the disk, or not.
fn land<D: Domain>(seat: &Seat<D>, applier: &mut Applier<D>, flight: Flight, written: Result<Vec<u64>, StoreError>) -> Result<(), StoreError> {
    match written {
        Ok(_) => {
            applier.written(flight.number);
            seat.report(applier);
            seat.handle.status.position.store(flight.position, Ordering::Relaxed);
            for (reply, answers) in flight.waiting {
                let _ = reply.send(Ok(answers));
            }
            seat.handle.broadcast(flight.announcements);
            if flight.has_effects {
                seat.handle.effects.notify_waiters();
                seat.handle.effects.notify_one();
            }
            Ok(())
        }
        Err(error) => {
            for (reply, _) in flight.waiting {
                let _ = reply.send(Err(AppendError::Unavailable(error.to_string())));
            }
            Err(error)
        }
    }
}

/// Fires what is due. Everything received up to now has been folded: the batch before this one saw to it.
async fn fire<D: Domain>(seat: &Seat<D>, applier: &mut Applier<D>) -> Result<(), StoreError> {
    let now = seat.clock.now();
    if applier.next_due().await?.is_some_and(|due| due <= now) {
        let timers = applier.due_timers(now).await?;
        applier.receive(timers, now).await?;
    }
    // A row of the timer table may have turned out to be nobody's: then there is no commit to say so.
    seat.report_due(applier);
    Ok(())
}

/// The last commit before the process ends: everything folded, then sweep by sweep.
async fn finish<D: Domain>(seat: &Seat<D>, mut applier: Applier<D>, folded: Vec<Waiting>) -> Result<(), StoreError> {
    let now = seat.clock.now();
    let result = applier.commit(now, true).await;
    for (reply, answers) in folded {
        let _ = reply.send(result.as_ref().map(|_| answers).map_err(|e| AppendError::Unavailable(e.to_string())));
    }
    result?;
    for _ in 0..1_000 {
        if applier.commit(now, true).await?.is_none() {
            break;
        }
    }
    seat.handle.status.is_running.store(false, Ordering::Relaxed);
    Ok(())
}
