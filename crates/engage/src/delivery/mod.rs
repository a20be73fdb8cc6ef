//! Delivery: a courier takes what is due from the outbox, asks the loop for each, sends it, and says what came of it.
//!
//! The order is what keeps a message from going twice: the loop has counted the message as *sending* before its first byte
//! leaves, and every retry asks again. What the courier cannot say (it died, the connection ended after the last byte) the
//! loop finds out by silence.

mod mail;
mod transport;

pub use mail::compose;
pub use transport::{Mail, Sending, Transport};

use crate::{
    commands,
    domain::Ritorno,
    links::Links,
    messages::{self, Claim, Grant, Outcome, Result_},
    shared::Shared,
};
use adapters::smtp::{Envelope, SendError};
use base::{Id, SharedClock};
use bytes::Bytes;
use crm::calls::Input;
use runtime::{AppendError, Handle, outbox};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};
use store::{Db, StoreError};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
};

/// Messages under way at once in one courier.
const UNDER_WAY_MAX: usize = 64;
/// The outbox is looked at this often when nobody wakes the courier.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What a courier of one workspace needs.
pub struct Courier {
    pub db: Db,
    pub clock: SharedClock,
    pub domain: Arc<Ritorno>,
    pub handle: Handle<Input>,
    pub links: Links,
    pub transport: Arc<dyn Transport>,
    pub patience: Patience,
    pub known: Known,
}

/// How long things may take, in microseconds; it goes into the log with each claim and outcome, because the fold has no
/// configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// From a message's first byte to the mail server's answer. At least [`adapters::smtp::SmtpConfig::send_time_max`], or
    /// messages would be in doubt while they are still on their way.
    pub send_within: i64,
    /// The first wait after a mail server said "later".
    pub retry_after: i64,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience { send_within: messages::SEND_WITHIN, retry_after: messages::RETRY_AFTER }
    }
}

/// The workspace's own state, decoded once for each change of it.
#[derive(Default)]
pub struct Known(Mutex<(Bytes, Arc<Shared>)>);

impl Known {
    /// `None`: the loop has not read it yet.
    pub(crate) fn of(&self, bytes: Bytes) -> Option<Arc<Shared>> {
        if bytes.is_empty() {
            return None;
        }
        let mut known = self.0.lock().expect("decoding does not panic");
        // The same place in memory, which we hold, is the same state.
        if known.0.as_ptr() != bytes.as_ptr() || known.0.len() != bytes.len() {
            *known = (bytes.clone(), Arc::new(runtime::applier::decode(&bytes)));
        }
        Some(known.1.clone())
    }
}

type UnderWay = Arc<Mutex<HashSet<Id>>>;

/// Delivers until the process stops; what is under way then is finished, for at most twenty seconds.
pub async fn run(courier: Arc<Courier>, mut stop: watch::Receiver<bool>) {
    // Some are asked for or settled while others are on the wire; many more would only wait for a connection.
    let under_way_max = (courier.transport.width() * 4).clamp(4, UNDER_WAY_MAX);
    let slots = Arc::new(Semaphore::new(under_way_max));
    let under_way = UnderWay::default();
    while !*stop.borrow() {
        let first = tokio::select! {
            slot = slots.clone().acquire_owned() => slot.expect("the semaphore is never closed"),
            _ = stop.changed() => break,
        };
        // In a hold nothing is granted, and before the loop has read the workspace nobody knows whether there is one.
        let may_ask = courier.shared().is_some_and(|shared| shared.hold.is_none());
        if may_ask && round(&courier, &slots, first, &under_way).await > 0 {
            continue;
        }
        tokio::select! {
            () = courier.handle.effects().notified(), if may_ask => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
    let all = slots.acquire_many(under_way_max as u32);
    let _ = tokio::time::timeout(Duration::from_secs(20), all).await;
}

/// Starts as many of the due messages as there are free slots; says how many.
async fn round(
    courier: &Arc<Courier>,
    slots: &Arc<Semaphore>,
    first: OwnedSemaphorePermit,
    under_way: &UnderWay,
) -> usize {
    let limit = (UNDER_WAY_MAX * 2) as i64;
    let partition = courier.handle.partition();
    let due = outbox::due_of(&courier.db, partition, messages::EMAIL, courier.clock.now(), limit).await;
    let due = due.unwrap_or_else(|error| {
        tracing::warn!(error = %error, "the outbox cannot be read now");
        Vec::new()
    });
    let (mut slot, mut started) = (Some(first), 0);
    for effect in due {
        if under_way.lock().expect("nobody panics while holding it").contains(&effect.id) {
            continue;
        }
        let Some(permit) = slot.take().or_else(|| slots.clone().try_acquire_owned().ok()) else { break };
        under_way.lock().expect("as above").insert(effect.id);
        started += 1;
        let (courier, under_way) = (courier.clone(), under_way.clone());
        tokio::spawn(async move {
            let send_within = courier.patience.send_within;
            let claim = Claim { message: effect.id, customer: effect.cell, run_at: effect.run_at, send_within };
            courier.deliver(&claim).await;
            under_way.lock().expect("as above").remove(&effect.id);
            drop(permit);
        });
    }
    started
}

/// Delivers everything that is due now and returns when the loop has heard of each; says how many there were. For whoever
/// moves the clock by hand and must not move it while a message is under way.
pub async fn deliver_due(courier: &Arc<Courier>) -> Result<usize, StoreError> {
    let limit = (UNDER_WAY_MAX * 4) as i64;
    let partition = courier.handle.partition();
    let due = outbox::due_of(&courier.db, partition, messages::EMAIL, courier.clock.now(), limit).await?;
    let mut under_way = JoinSet::new();
    let count = due.len();
    for effect in due {
        let courier = courier.clone();
        under_way.spawn(async move {
            let send_within = courier.patience.send_within;
            let claim = Claim { message: effect.id, customer: effect.cell, run_at: effect.run_at, send_within };
            courier.deliver(&claim).await;
        });
    }
    while under_way.join_next().await.is_some() {}
    Ok(count)
}

impl Courier {
    fn shared(&self) -> Option<Arc<Shared>> {
        self.known.of(self.handle.shared())
    }

    /// One message from the question to the word on what came of it.
    async fn deliver(&self, claim: &Claim) {
        let reply = match self.handle.command(commands::new("message.claim", claim, self.clock.now())).await {
            Ok(reply) => reply,
            Err(error) => {
                // Not granted, so not sent: the effect is still there and will be asked for again.
                tracing::debug!(message = %claim.message, error = %error, "a claim was not answered");
                tokio::time::sleep(LOOK_EVERY).await;
                return;
            }
        };
        let Some(grant) = reply.get("grant") else { return };
        let grant: Grant = match serde_json::from_value(grant.clone()) {
            Ok(grant) => grant,
            Err(error) => return tracing::error!(message = %claim.message, error = %error, "a grant cannot be read"),
        };
        let (result, detail) = self.send(&grant).await;
        self.report(Outcome {
            message: grant.message,
            customer: grant.customer,
            attempt: grant.attempt,
            result,
            detail,
            retry_after: self.patience.retry_after,
        })
        .await;
    }

    async fn send(&self, grant: &Grant) -> (Result_, String) {
        let shared = self.shared().unwrap_or_default();
        let message = match compose(&self.domain, &shared, &self.links, grant, self.clock.now()) {
            Ok(message) => message,
            Err(reason) => return (Result_::Refused, reason),
        };
        if self.clock.now() >= grant.begin_before {
            return (Result_::NotBegun, "the grant ran out before the message began".to_owned());
        }
        let envelope = Envelope { from: grant.from.clone(), to: vec![grant.to.clone()] };
        let mail = Mail { envelope, message, about: Some((grant.customer, grant.message)) };
        match self.transport.send(mail).await {
            Ok(()) => (Result_::Sent, String::new()),
            Err(SendError::Transient { code, text }) => (Result_::Later, in_words(code, &text)),
            Err(SendError::Permanent { code, text, .. }) => (Result_::Refused, in_words(code, &text)),
            Err(SendError::Unknown { text }) => (Result_::Unknown, text),
        }
    }

    /// Says what came of it, until the loop has heard: silence would put a sent message in doubt.
    async fn report(&self, outcome: Outcome) {
        let mut pause = Duration::from_millis(50);
        for _ in 0..12 {
            match self.handle.command(commands::new("message.outcome", &outcome, self.clock.now())).await {
                Ok(_) | Err(AppendError::Refused(_) | AppendError::Slow(_)) => return,
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(Duration::from_secs(10));
        }
        tracing::error!(message = %outcome.message, "the loop did not hear what became of a message; it will be in doubt");
    }
}

fn in_words(code: Option<u16>, text: &str) -> String {
    match code {
        Some(code) => format!("{code} {text}"),
        None => text.to_owned(),
    }
}
