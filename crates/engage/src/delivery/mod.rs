//! Delivery: a courier takes what is due from the outbox, asks the loop for each, sends it, and says what came of it.
//!
//! The order is what keeps a message from going twice: the loop has counted the message as *sending* before its first byte
//! leaves, and every retry asks again. What the courier cannot say (it died, the connection ended after the last byte) the
//! loop finds out by silence.

mod mail;

pub use mail::compose;

use crate::{
    commands,
    domain::Ritorno,
    links::Links,
    messages::{self, Claim, Grant, Outcome, Result_},
};
use adapters::smtp::{Envelope, SendError, SmtpClient};
use base::{Id, SharedClock};
use crm::calls::Input;
use runtime::{AppendError, Handle, outbox};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};
use store::Db;
use tokio::sync::{Semaphore, watch};

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
    pub smtp: SmtpClient,
    pub patience: Patience,
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

/// Delivers until the process stops; what is under way then is finished, for at most twenty seconds.
pub async fn run(courier: Arc<Courier>, mut stop: watch::Receiver<bool>) {
    let slots = Arc::new(Semaphore::new(UNDER_WAY_MAX));
    let under_way: Arc<Mutex<HashSet<Id>>> = Arc::default();
    while !*stop.borrow() {
        if is_held(&courier) {
            // Nothing is granted before the hold is released: asking would only fill the log.
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
            continue;
        }
        let free = slots.available_permits();
        let due =
            match outbox::due(&courier.db, courier.handle.partition(), courier.clock.now(), (UNDER_WAY_MAX * 2) as i64)
                .await
            {
                Ok(due) => due,
                Err(error) => {
                    tracing::warn!(error = %error, "the outbox cannot be read now");
                    Vec::new()
                }
            };
        let mut started = 0;
        for effect in due.into_iter().filter(|effect| effect.kind == messages::EMAIL) {
            if started == free {
                break;
            }
            let is_new = under_way.lock().expect("nobody panics while holding it").insert(effect.id);
            if !is_new {
                continue;
            }
            started += 1;
            let permit = slots.clone().acquire_owned().await.expect("the semaphore is never closed");
            let (courier, under_way) = (courier.clone(), under_way.clone());
            tokio::spawn(async move {
                let send_within = courier.patience.send_within;
                let claim = Claim { message: effect.id, customer: effect.cell, run_at: effect.run_at, send_within };
                courier.deliver(&claim).await;
                under_way.lock().expect("as above").remove(&effect.id);
                drop(permit);
            });
        }
        // A full round may have left more behind.
        let pause = if started > 0 && started == free { Duration::from_millis(5) } else { LOOK_EVERY };
        tokio::select! {
            () = courier.handle.effects().notified() => {}
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
    let all = slots.acquire_many(UNDER_WAY_MAX as u32);
    let _ = tokio::time::timeout(Duration::from_secs(20), all).await;
}

fn is_held(courier: &Courier) -> bool {
    let data = courier.handle.shared();
    !data.is_empty() && runtime::applier::decode::<crate::shared::Shared>(&data).hold.is_some()
}

impl Courier {
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
        let mail = match compose(&self.domain, &self.handle, &self.links, grant, self.clock.now()) {
            Ok(mail) => mail,
            Err(reason) => return (Result_::Refused, reason),
        };
        if self.clock.now() >= grant.begin_before {
            return (Result_::NotBegun, "the grant ran out before the message began".to_owned());
        }
        let envelope = Envelope { from: grant.from.clone(), to: vec![grant.to.clone()] };
        match self.smtp.send(&envelope, &mail).await {
            Ok(_) => (Result_::Sent, String::new()),
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
