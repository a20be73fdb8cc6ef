//! Tells shops of the tags that are due: asks the loop for each customer, speaks to the shop, says what became of it. And tells
//! the loop which shops are told.

use super::{Claim, Ended, Grant, Outcome, SHOPS_MAX, SetShops, sql};
use crate::{commands, delivery::Known};
use base::SharedClock;
use crm::{
    calls::Input,
    connections::{Connections, TagChange, ToldTags, note_refused_tags, tag_shops, write_tags},
};
use runtime::{AppendError, Handle};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use store::{Db, Row, StoreError};
use tokio::{sync::watch, task::JoinSet};

/// Customers written at once in one writer; with the pause between two looks this is a pace that every shop bears.
const AT_ONCE: i64 = 4;
/// The outbox, and which shops are told, is looked at this often.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// All calls for one customer together; well within the time after which another writer takes it.
const WRITE_WITHIN: Duration = Duration::from_secs(90);

/// What writes tags for one workspace.
pub struct Writer {
    db: Db,
    clock: SharedClock,
    handle: Handle<Input>,
    shops: Connections,
    known: Known,
}

impl Writer {
    pub fn new(clock: SharedClock, handle: Handle<Input>, shops: Connections) -> Writer {
        Writer { db: shops.desk.db.clone(), clock, handle, shops, known: Known::default() }
    }

    /// Tells the loop which shops are told, where it believes otherwise. Returns whether something may be asked for: not in a
    /// hold, and not before the loop has read the workspace.
    async fn agree(&self) -> Result<bool, StoreError> {
        let Some(shared) = self.known.of(self.handle.shared()) else { return Ok(false) };
        let mut shops = tag_shops(&self.shops, self.handle.partition()).await?;
        shops.truncate(SHOPS_MAX);
        if shops != shared.tag_shops {
            let command = commands::new("tags.shops", &SetShops { shops }, self.clock.now());
            if let Err(error) = self.handle.command(command).await {
                tracing::debug!(%error, "which shops are told of tags was not heard");
            }
        }
        Ok(shared.hold.is_none())
    }

    async fn due(&self) -> Result<Vec<Claim>, StoreError> {
        let params = [self.handle.partition().into(), self.clock.now().into(), AT_ONCE.into()];
        let due = self.db.query(&sql::TAGS_DUE, &params).await?;
        let claim = |row: &Row| Claim { write: row.id("id"), customer: row.id("cell"), run_at: row.time("run_at") };
        Ok(due.iter().map(claim).collect())
    }

    /// One customer at one shop, from the question to the word on what became of it.
    async fn carry(&self, claim: &Claim) {
        let reply = match self.handle.command(commands::new("tags.claim", claim, self.clock.now())).await {
            Ok(reply) => reply,
            Err(error) => {
                tracing::debug!(write = %claim.write, %error, "a claim was not answered");
                return tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let Some(grant) = reply.get("grant") else { return };
        let grant: Grant = match serde_json::from_value(grant.clone()) {
            Ok(grant) => grant,
            Err(error) => return tracing::error!(write = %claim.write, %error, "a grant cannot be read"),
        };
        let Grant { write, customer, attempt, source, shop, ids, add, remove } = grant;
        let change = TagChange { add, remove };
        let told = write_tags(&self.shops, self.handle.partition(), source, &ids, &change);
        let ended = match tokio::time::timeout(WRITE_WITHIN, told).await {
            Ok(Ok(ToldTags::Written { left_out })) => {
                Ended::Written { added: change.add, removed: change.remove, left_out }
            }
            Ok(Ok(ToldTags::NoAccount)) => Ended::NoAccount,
            Ok(Ok(ToldTags::Gone)) => Ended::Gone,
            Ok(Err(refusal)) if refusal.is_final => Ended::Refused { reason: refusal.reason },
            Ok(Err(refusal)) => Ended::Later { after_s: refusal.after_s, reason: refusal.reason },
            Err(_) => Ended::Later { after_s: None, reason: "it takes too long to answer".to_owned() },
        };
        let outcome = Outcome { write, customer, attempt, shop, ended };
        if let Some(reason) = self.report(outcome).await.as_ref().and_then(|reply| reply["refused"].as_str()) {
            note_refused_tags(&self.shops, self.handle.partition(), source, reason).await;
        }
    }

    /// Says what became of it, until the loop has heard; else it is simply done again.
    async fn report(&self, outcome: Outcome) -> Option<Value> {
        let mut pause = Duration::from_millis(50);
        for _ in 0..8 {
            match self.handle.command(commands::new("tags.outcome", &outcome, self.clock.now())).await {
                Ok(reply) => return Some(reply),
                Err(AppendError::Refused(_) | AppendError::Slow(_)) => return None,
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(Duration::from_secs(10));
        }
        tracing::warn!(write = %outcome.write, "the loop did not hear what became of tags; they are written again");
        None
    }
}

/// Writes tags until the process stops; what is under way then is finished.
pub async fn run(writer: Arc<Writer>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = write_due(&writer).await {
            tracing::warn!(%error, "the outbox cannot be read now");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Writes what is due now, as many as go at once, and returns when the loop has heard of each; says how many there were.
pub async fn write_due(writer: &Arc<Writer>) -> Result<usize, StoreError> {
    if !writer.agree().await? {
        return Ok(0);
    }
    let due = writer.due().await?;
    let (count, mut under_way) = (due.len(), JoinSet::new());
    for claim in due {
        let writer = writer.clone();
        under_way.spawn(async move { writer.carry(&claim).await });
    }
    while under_way.join_next().await.is_some() {}
    Ok(count)
}
