//! Has shops take the coupons that are due: asks the loop for each, speaks to the shop, says what became of it.

use super::{Claim, Ended, Grant, Outcome, code_of, sql};
use crate::{commands, delivery::Known};
use base::{Currency, Money, SharedClock};
use crm::{
    calls::Input,
    connections::{Connections, Coupon, Discount, take_coupon},
    desk::workspace_secret,
};
use runtime::{AppendError, Handle};
use std::{sync::Arc, time::Duration};
use store::{Db, Row, StoreError};
use tokio::{sync::watch, task::JoinSet};

/// Coupons made at once in one maker.
const AT_ONCE: i64 = 8;
/// The outbox is looked at this often.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// All calls of one coupon together; well within the time after which another maker takes it.
const MAKE_WITHIN: Duration = Duration::from_secs(90);

/// What makes coupons for one workspace.
pub struct Maker {
    db: Db,
    clock: SharedClock,
    handle: Handle<Input>,
    shops: Connections,
    known: Known,
}

impl Maker {
    pub fn new(clock: SharedClock, handle: Handle<Input>, shops: Connections) -> Maker {
        Maker { db: shops.desk.db.clone(), clock, handle, shops, known: Known::default() }
    }

    async fn due(&self) -> Result<Vec<Claim>, StoreError> {
        let params = [self.handle.partition().into(), self.clock.now().into(), AT_ONCE.into()];
        let due = self.db.query(&sql::COUPONS_DUE, &params).await?;
        let claim = |row: &Row| Claim { coupon: row.id("id"), customer: row.id("cell"), run_at: row.time("run_at") };
        Ok(due.iter().map(claim).collect())
    }

    /// In a hold nothing is granted, and before the loop has read the workspace nobody knows whether there is one.
    fn may_ask(&self) -> bool {
        self.known.of(self.handle.shared()).is_some_and(|shared| shared.hold.is_none())
    }

    /// One coupon from the question to the word on what became of it.
    async fn carry(&self, claim: &Claim) {
        let reply = match self.handle.command(commands::new("coupon.claim", claim, self.clock.now())).await {
            Ok(reply) => reply,
            Err(error) => {
                tracing::debug!(coupon = %claim.coupon, %error, "a claim was not answered");
                return tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let Some(grant) = reply.get("grant") else { return };
        let grant: Grant = match serde_json::from_value(grant.clone()) {
            Ok(grant) => grant,
            Err(error) => return tracing::error!(coupon = %claim.coupon, %error, "a grant cannot be read"),
        };
        let ended = match tokio::time::timeout(MAKE_WITHIN, self.make(&grant)).await {
            Ok(ended) => ended,
            Err(_) => Ended::Later { after_s: None, reason: "it takes too long to answer".to_owned() },
        };
        let Grant { coupon, customer, attempt, .. } = grant;
        self.report(Outcome { coupon, customer, attempt, ended }).await;
    }

    async fn make(&self, grant: &Grant) -> Ended {
        let secret = match workspace_secret(&self.db, self.handle.partition()).await {
            Ok(Some(secret)) => secret,
            // Without it anybody could tell the codes.
            Ok(None) => {
                return Ended::Later { after_s: None, reason: "there is no workspace of this number".to_owned() };
            }
            Err(error) => return Ended::Later { after_s: None, reason: error.to_string() },
        };
        let Some(currency) = Currency::parse(&grant.currency) else {
            return Ended::Refused { reason: format!("{:?} is no currency", grant.currency) };
        };
        let discount = match (grant.percent, grant.amount) {
            (Some(hundredths), _) => Discount::Percent(hundredths),
            (None, amount) => Discount::Amount(Money::new(amount.unwrap_or_default(), currency)),
        };
        let coupon = Coupon {
            code: code_of(&secret, &grant.prefix, grant.journey, grant.visit),
            discount,
            minimum: grant.minimum.map(|minor| Money::new(minor, currency)),
            starts_at: grant.starts_at,
            ends_at: grant.ends_at,
        };
        match take_coupon(&self.shops, self.handle.partition(), grant.shop.as_deref(), &coupon).await {
            Ok(shop) => Ended::Done { code: coupon.code, shop },
            Err(refusal) if refusal.is_final => Ended::Refused { reason: refusal.reason },
            Err(refusal) => Ended::Later { after_s: refusal.after_s, reason: refusal.reason },
        }
    }

    /// Says what became of it, until the loop has heard; else it is simply done again.
    async fn report(&self, outcome: Outcome) {
        let mut pause = Duration::from_millis(50);
        for _ in 0..8 {
            match self.handle.command(commands::new("coupon.outcome", &outcome, self.clock.now())).await {
                Ok(_) | Err(AppendError::Refused(_) | AppendError::Slow(_)) => return,
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(Duration::from_secs(10));
        }
        tracing::warn!(coupon = %outcome.coupon, "the loop did not hear what became of a coupon; it is asked for again");
    }
}

/// Makes coupons until the process stops; what is under way then is finished.
pub async fn run(maker: Arc<Maker>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if maker.may_ask()
            && let Err(error) = make_due(&maker).await
        {
            tracing::warn!(%error, "the outbox cannot be read now");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Makes what is due now, as many as go at once, and returns when the loop has heard of each; says how many there were.
pub async fn make_due(maker: &Arc<Maker>) -> Result<usize, StoreError> {
    let due = maker.due().await?;
    let (count, mut under_way) = (due.len(), JoinSet::new());
    for claim in due {
        let maker = maker.clone();
        under_way.spawn(async move { maker.carry(&claim).await });
    }
    while under_way.join_next().await.is_some() {}
    Ok(count)
}
