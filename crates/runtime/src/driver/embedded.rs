//! The loop on SQLite: append and apply are one commit, so what is acknowledged is applied.
//!
//! Arrival-driven: whatever waits becomes one batch. While one batch is being written the next is folded, and sealed once it
//! is full, so that the writer need not wait for it.

use super::{HEARTBEAT, QUIET, Seat, Stop, answer_read, guarded, nap};
use crate::{
    AppendError, Domain, NewEvent,
    applier::{Answer, Applier},
    handle::Ask,
};
use base::Time;
use bytes::Bytes;
use std::{future::Future, pin::Pin, sync::atomic::Ordering, task::Poll, time::Duration};
use store::{StoreError, Write};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

/// How long a loop waits before it opens its state again.
const REOPEN_PAUSE: Duration = Duration::from_millis(500);

type Reply = oneshot::Sender<Result<Vec<Answer>, AppendError>>;
type Waiting = (Reply, Vec<Answer>);
type Writing = Pin<Box<dyn Future<Output = Result<Vec<u64>, StoreError>> + Send>>;

/// A commit, and who waits for it.
struct Load {
    writes: Vec<Write>,
    /// `None`: it only says that the loop runs.
    number: Option<u64>,
    position: i64,
    has_effects: bool,
    shared: Option<Bytes>,
    announcements: Vec<serde_json::Value>,
    waiting: Vec<Waiting>,
}

/// A commit on its way to the disk.
struct Flight {
    writing: Writing,
    load: Load,
}

/// Runs until the process stops; after a failed commit everything in memory is dropped and read again.
pub(super) async fn run<D: Domain>(seat: Seat<D>, mut inbox: mpsc::UnboundedReceiver<Ask<D::Input>>) {
    loop {
        let served = guarded(serve(&seat, &mut inbox)).await;
        seat.handle.status.is_running.store(false, Ordering::Relaxed);
        let Err(error) = served else { return };
        tracing::error!(partition = seat.handle.partition, error = %error, "the loop starts again from the last commit");
        // Whoever waits now is told to send again; the message ids keep that safe. Readers ask again by themselves.
        while let Ok(ask) = inbox.try_recv() {
            if let Ask::Append { reply, .. } = ask {
                refuse(reply, &error);
            }
        }
        if seat.stop() != Stop::No {
            return;
        }
        tokio::time::sleep(REOPEN_PAUSE).await;
    }
}

fn refuse(reply: Reply, error: &StoreError) {
    let _ = reply.send(Err(AppendError::Unavailable(error.to_string())));
}

async fn serve<D: Domain>(
    seat: &Seat<D>,
    inbox: &mut mpsc::UnboundedReceiver<Ask<D::Input>>,
) -> Result<(), StoreError> {
    let Some(mut applier) = seat.open(true).await? else {
        return Err(StoreError::Other("another process applies this workspace".to_owned()));
    };
    let now = seat.turn();
    if let Some(event) = applier.woke() {
        applier.receive(vec![event], now).await?;
        applier.commit(now, false).await?;
    }
    seat.publish(&applier);
    seat.report(&applier, applier.position());
    seat.handle.status.is_running.store(true, Ordering::Relaxed);
    let mut stop = seat.stop.clone();
    let mut folded: Vec<Waiting> = Vec::new();
    let mut flight: Option<Flight> = None;
    // Sealed while another one is under way.
    let mut next: Option<Load> = None;
    let mut last_work = Instant::now();
    // Timers are in the batch that is being folded.
    let mut has_fired = false;
    loop {
        if flight.is_none()
            && let Some(load) = next.take()
        {
            flight = Some(take_off(seat, load).await);
        } else if flight.is_none() {
            let now = seat.turn();
            match seat.stop() {
                Stop::No => {}
                Stop::Cleanly => return finish(seat, applier, folded).await,
                Stop::AtOnce => return Ok(()),
            }
            // Everything received up to now has been folded: the batch is what comes before the timers.
            if !has_fired {
                fire(&mut applier, now).await?;
            }
            if applier.has_work() {
                last_work = Instant::now();
            }
            // Sweeping waits for a quiet moment, unless the door is closed until it is done.
            let is_quiet = last_work.elapsed() >= QUIET || applier.is_full();
            let idle = is_quiet && !applier.has_work() && inbox.is_empty();
            applier.take_up(now, idle).await?;
            if let Some(load) = seal(seat, &mut applier, &mut folded, idle) {
                flight = Some(take_off(seat, load).await);
            }
            has_fired = false;
        }
        // The next timers are folded while that is written, and what is full is sealed.
        if flight.is_some() && next.is_none() {
            let is_full = applier.folded() >= applier.limits().batch_events;
            if !has_fired && (inbox.is_empty() || is_full) {
                has_fired = fire(&mut applier, seat.turn()).await?;
            }
            let has_batch = has_fired && applier.folded() >= applier.limits().batch_timers;
            if (has_batch || is_full) && seat.stop() == Stop::No {
                next = seal(seat, &mut applier, &mut folded, false);
                has_fired = false;
            }
        }
        let has_room = applier.folded() < applier.limits().batch_events;
        let sleep = nap(seat.clock.now(), applier.next_due_known());
        tokio::select! {
            biased;
            written = async { flight.as_mut().expect("checked").writing.as_mut().await }, if flight.is_some() => {
                let Flight { load, .. } = flight.take().expect("checked");
                if let Err(error) = land(seat, &mut applier, load, written) {
                    let waiting = next.into_iter().flat_map(|load| load.waiting);
                    waiting.for_each(|(reply, _)| refuse(reply, &error));
                    return Err(error);
                }
            }
            ask = inbox.recv(), if has_room => match ask {
                Some(ask) => gather(seat, &mut applier, inbox, ask, &mut folded).await?,
                None => return Ok(()),
            },
            // Wakes the loop, which looks by itself.
            _ = stop.changed(), if flight.is_none() => {}
            () = tokio::time::sleep(sleep), if flight.is_none() => {}
        }
    }
}

/// Folds the timers that are due, at most a batch of them; says whether there were any.
async fn fire<D: Domain>(applier: &mut Applier<D>, now: Time) -> Result<bool, StoreError> {
    if applier.next_due().await?.is_none_or(|due| due > now) {
        return Ok(false);
    }
    let timers = applier.due_timers(now).await?;
    let has_fired = !timers.is_empty();
    applier.receive(timers, now).await?;
    Ok(has_fired)
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
    let room = applier.limits().batch_events.saturating_sub(applier.folded());
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
    let answers = match applier.receive(events, seat.turn()).await {
        Ok(answers) => answers,
        Err(error) => {
            waiting.into_iter().for_each(|(reply, _)| refuse(reply, &error));
            return Err(error);
        }
    };
    let mut answers = answers.into_iter();
    folded.extend(waiting.into_iter().map(|(reply, n)| (reply, answers.by_ref().take(n).collect())));
    Ok(())
}

/// The write, handed to the writer's thread before anything else is folded here.
async fn started(writing: impl Future<Output = Result<Vec<u64>, StoreError>> + Send + 'static) -> Writing {
    let mut writing: Writing = Box::pin(writing);
    match futures_util::poll!(&mut writing) {
        Poll::Ready(written) => Box::pin(std::future::ready(written)),
        Poll::Pending => writing,
    }
}

/// Makes a commit of what was folded.
fn seal<D: Domain>(seat: &Seat<D>, applier: &mut Applier<D>, folded: &mut Vec<Waiting>, idle: bool) -> Option<Load> {
    let now = seat.clock.now();
    let Some(sealed) = applier.seal(now, idle) else {
        // Duplicates alone write nothing.
        for (reply, answers) in folded.drain(..) {
            let _ = reply.send(Ok(answers));
        }
        let beat = applier.heartbeat(now, HEARTBEAT)?;
        return Some(Load {
            writes: vec![beat],
            number: None,
            position: applier.position(),
            has_effects: false,
            shared: None,
            announcements: Vec::new(),
            waiting: Vec::new(),
        });
    };
    Some(Load {
        shared: sealed.shared_changed.then(|| crate::applier::encode(applier.shared()).into()),
        writes: sealed.writes,
        number: Some(sealed.number),
        position: sealed.position,
        has_effects: sealed.has_effects,
        announcements: sealed.announcements,
        waiting: std::mem::take(folded),
    })
}

/// Starts writing a commit.
async fn take_off<D: Domain>(seat: &Seat<D>, mut load: Load) -> Flight {
    let (db, writes) = (seat.db.clone(), std::mem::take(&mut load.writes));
    Flight { writing: started(async move { db.write(writes).await }).await, load }
}

/// A commit is on the disk, or not.
fn land<D: Domain>(
    seat: &Seat<D>,
    applier: &mut Applier<D>,
    load: Load,
    written: Result<Vec<u64>, StoreError>,
) -> Result<(), StoreError> {
    if let Err(error) = written {
        let waiting = load.waiting.into_iter();
        waiting.for_each(|(reply, _)| refuse(reply, &error));
        return Err(error);
    }
    if let Some(number) = load.number {
        applier.written(number);
    }
    // Whoever is answered finds what the answer says.
    if let Some(shared) = load.shared {
        seat.shared.send_replace(shared);
    }
    seat.report(applier, load.position);
    for (reply, answers) in load.waiting {
        let _ = reply.send(Ok(answers));
    }
    seat.handle.broadcast(load.announcements);
    if load.has_effects {
        seat.wake_workers();
    }
    Ok(())
}

/// The last commits before the process ends: everything folded, then sweep by sweep.
async fn finish<D: Domain>(seat: &Seat<D>, mut applier: Applier<D>, folded: Vec<Waiting>) -> Result<(), StoreError> {
    let result = applier.commit(seat.clock.now(), true).await;
    for (reply, answers) in folded {
        match &result {
            Ok(_) => drop(reply.send(Ok(answers))),
            Err(error) => refuse(reply, error),
        }
    }
    result?;
    applier.sweep_out(seat.clock.now()).await?;
    seat.report(&applier, applier.position());
    Ok(())
}
