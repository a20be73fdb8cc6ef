//! Carries what is due over: asks the loop for each, speaks to the CRM, says what became of it.

use super::{Claim, Destination, Ended, Grant, Outcome, rows, sql};
use crate::{commands, delivery::Known};
use adapters::{
    crms::{Crm, CrmError, Ids, Sessions},
    web::Web,
};
use base::{Id, SECOND, SharedClock, Time};
use crm::calls::Input;
use runtime::{AppendError, Handle};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Db, Row, StoreError, Value, Write};
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
};

/// Hand-overs under way at once in one carrier.
const UNDER_WAY_MAX: usize = 8;
/// The outbox is looked at this often.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// All calls of one hand-over together; well within the time after which another carrier takes it.
const HAND_OVER_WITHIN: Duration = Duration::from_secs(8 * 60);
/// How long a CRM that said "later", but not for how long, is left alone.
const PAUSE: i64 = 10 * SECOND;

/// What hands over for one workspace.
pub struct Carrier {
    db: Db,
    clock: SharedClock,
    handle: Handle<Input>,
    web: Web,
    sessions: Sessions,
    known: Known,
    /// CRMs that want to be left alone, and until when.
    paused: Mutex<HashMap<Id, Time>>,
    /// Only one at a time makes what a CRM lacks.
    setting_up: tokio::sync::Mutex<()>,
}

impl Carrier {
    pub fn new(db: Db, clock: SharedClock, handle: Handle<Input>, web: Web) -> Carrier {
        Carrier {
            db,
            clock,
            handle,
            web,
            sessions: Sessions::default(),
            known: Known::default(),
            paused: Mutex::default(),
            setting_up: tokio::sync::Mutex::default(),
        }
    }

    async fn due(&self) -> Result<Vec<Claim>, StoreError> {
        let limit = (UNDER_WAY_MAX * 4) as i64;
        let params = [self.handle.partition().into(), self.clock.now().into(), limit.into()];
        let due = self.db.query(&sql::HANDOVERS_DUE, &params).await?;
        let claim = |row: &Row| Claim { handover: row.id("id"), customer: row.id("cell"), run_at: row.time("run_at") };
        Ok(due.iter().map(claim).collect())
    }

    /// In a hold nothing is granted, and before the loop has read the workspace nobody knows whether there is one.
    fn may_ask(&self) -> bool {
        self.known.of(self.handle.shared()).is_some_and(|shared| shared.hold.is_none())
    }

    /// One hand-over from the question to the word on what became of it.
    async fn carry(&self, claim: &Claim) {
        let reply = match self.handle.command(commands::new("handover.claim", claim, self.clock.now())).await {
            Ok(reply) => reply,
            Err(error) => {
                tracing::debug!(handover = %claim.handover, error = %error, "a claim was not answered");
                return tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let Some(grant) = reply.get("grant") else { return };
        let grant: Grant = match serde_json::from_value(grant.clone()) {
            Ok(grant) => grant,
            Err(error) => return tracing::error!(handover = %claim.handover, error = %error, "a grant cannot be read"),
        };
        let (handover, customer, attempt) = (grant.handover, grant.customer, grant.attempt);
        let ended = match tokio::time::timeout(HAND_OVER_WITHIN, self.hand_over(grant)).await {
            Ok(ended) => ended,
            Err(_) => Ended::Later { after_s: None, reason: "it takes too long to answer".to_owned() },
        };
        self.report(Outcome { handover, customer, attempt, ended }).await;
    }

    async fn hand_over(&self, grant: Grant) -> Ended {
        let destination = match rows::named(&self.db, self.handle.partition(), &grant.destination).await {
            Ok(Some(destination)) => destination,
            Ok(None) => return Ended::Refused { reason: "there is no destination of this name".to_owned() },
            Err(error) => return Ended::Later { after_s: None, reason: error.to_string() },
        };
        if let Some(after_s) = self.pause_left(destination.id) {
            return Ended::Later { after_s: Some(after_s), reason: "it wants to be left alone for a while".to_owned() };
        }
        let is_cart_there = grant.cart_may_be_there || grant.cart_is_at.contains(&destination.id);
        let mut parcel = grant.parcel;
        parcel.cart = parcel.cart.filter(|_| parcel.order.is_none() || is_cart_there);
        let result = match self.ready(&destination).await {
            Ok(crm) => crm.hand_over(&parcel).await,
            Err(error) => Err(error),
        };
        self.note(&destination, &result).await;
        match result {
            Ok(Ids { contact, cart, order }) => {
                let of = |record: &Option<adapters::crms::Record>| record.as_ref().map(|record| record.id.clone());
                let contact = contact.map(|id| ("customer".to_owned(), parcel.contact.id.clone(), id));
                let cart = of(&parcel.cart).zip(cart).map(|(about, id)| ("cart".to_owned(), about, id));
                let order = of(&parcel.order).zip(order).map(|(about, id)| ("order".to_owned(), about, id));
                Ended::Done {
                    destination: destination.id,
                    remotes: [contact, cart, order].into_iter().flatten().collect(),
                }
            }
            Err(CrmError::Later { after_s, reason }) => {
                let pause =
                    after_s.map_or(PAUSE, |seconds| i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(SECOND));
                self.paused().insert(destination.id, self.clock.now().plus(pause));
                Ended::Later { after_s, reason }
            }
            Err(CrmError::Refused(reason)) => Ended::Refused { reason },
        }
    }

    /// The CRM with what it needs: one that was not checked since it was last changed is checked now.
    async fn ready(&self, destination: &Destination) -> Result<Crm, CrmError> {
        let crm = |target| Crm { web: self.web.clone(), sessions: self.sessions.clone(), target };
        if destination.is_checked {
            return Ok(crm(destination.target()));
        }
        let _one = self.setting_up.lock().await;
        let again = rows::named(&self.db, self.handle.partition(), &destination.name).await;
        let again = again.map_err(|error| CrmError::Later { after_s: None, reason: error.to_string() })?;
        let mut destination = again.ok_or_else(|| CrmError::Refused("the destination was taken away".to_owned()))?;
        if destination.is_checked {
            return Ok(crm(destination.target()));
        }
        let set_up = crm(destination.target()).set_up().await;
        if let Err(error) = rows::keep(&self.db, &destination, self.clock.now(), &set_up).await {
            tracing::warn!(%error, "what a check found is not kept");
        }
        let set_up = set_up?;
        if !set_up.missing.is_empty() {
            return Err(CrmError::Refused(format!("it lacks {}", set_up.missing.join(", "))));
        }
        destination.found = set_up.found;
        Ok(crm(destination.target()))
    }

    fn paused(&self) -> std::sync::MutexGuard<'_, HashMap<Id, Time>> {
        self.paused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds for which the CRM is still to be left alone.
    fn pause_left(&self, destination: Id) -> Option<u64> {
        let now = self.clock.now();
        let mut paused = self.paused();
        paused.retain(|_, until| *until > now);
        let until = *paused.get(&destination)?;
        Some(((until - now) as u64).div_ceil(SECOND as u64))
    }

    /// For the list of destinations; what counts stands in the log.
    async fn note(&self, destination: &Destination, result: &Result<Ids, CrmError>) {
        let (workspace, id, now) = (destination.workspace.into(), destination.id.into(), self.clock.now().into());
        let write = match result {
            Ok(_) => Write::one(&sql::DESTINATION_DONE, [workspace, id, now]),
            Err(error) => Write::one(&sql::DESTINATION_TROUBLE, [workspace, id, Value::Text(error.to_string()), now]),
        };
        if let Err(error) = self.db.write(vec![write]).await {
            tracing::warn!(%error, "how a destination does is not written down");
        }
    }

    /// Says what became of it, until the loop has heard; else it is simply done again.
    async fn report(&self, outcome: Outcome) {
        let mut pause = Duration::from_millis(50);
        for _ in 0..8 {
            match self.handle.command(commands::new("handover.outcome", &outcome, self.clock.now())).await {
                Ok(_) | Err(AppendError::Refused(_) | AppendError::Slow(_)) => return,
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(Duration::from_secs(10));
        }
        tracing::warn!(handover = %outcome.handover, "the loop did not hear what became of a hand-over; it is done again");
    }
}

/// Hands over until the process stops; what is under way then is finished, for at most twenty seconds.
pub async fn run(carrier: Arc<Carrier>, mut stop: watch::Receiver<bool>) {
    let slots = Arc::new(Semaphore::new(UNDER_WAY_MAX));
    let under_way: Arc<Mutex<HashSet<Id>>> = Arc::default();
    while !*stop.borrow() {
        let due = if carrier.may_ask() { carrier.due().await } else { Ok(Vec::new()) };
        let due = due.unwrap_or_else(|error| {
            tracing::warn!(%error, "the outbox cannot be read now");
            Vec::new()
        });
        for claim in due {
            if under_way.lock().expect("nobody panics while holding it").contains(&claim.handover) {
                continue;
            }
            let Ok(slot) = slots.clone().try_acquire_owned() else { break };
            under_way.lock().expect("as above").insert(claim.handover);
            let (carrier, under_way) = (carrier.clone(), under_way.clone());
            tokio::spawn(async move {
                carrier.carry(&claim).await;
                under_way.lock().expect("as above").remove(&claim.handover);
                drop(slot);
            });
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
    let _ = tokio::time::timeout(Duration::from_secs(20), slots.acquire_many(UNDER_WAY_MAX as u32)).await;
}

/// Hands over everything that is due now and returns when the loop has heard of each; says how many there were. For whoever
/// moves the clock by hand.
pub async fn carry_due(carrier: &Arc<Carrier>) -> Result<usize, StoreError> {
    let due = carrier.due().await?;
    let (count, mut under_way) = (due.len(), JoinSet::new());
    for claim in due {
        let carrier = carrier.clone();
        under_way.spawn(async move { carrier.carry(&claim).await });
    }
    while under_way.join_next().await.is_some() {}
    Ok(count)
}
