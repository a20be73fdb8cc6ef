//! What became of a write: the shop has it, will take it later, or does not.

use super::{
    GIVE_UP_AFTER,
    claim::{about, without_account},
    queue::effect_of,
};
use crate::{domain::Ritorno, flows::journey::Stage, ledger::decide, retry};
use base::{HOUR, Id};
use runtime::World;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A writer's word on one attempt.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    pub write: Id,
    pub customer: Id,
    pub attempt: u32,
    /// The name of the shop's source.
    pub shop: String,
    pub ended: Ended,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// The shop has it.
    Written {
        added: Vec<String>,
        removed: Vec<String>,
        /// Tags that the shop cannot hold.
        left_out: Vec<String>,
    },
    /// The customer has no account there.
    NoAccount,
    /// The shop has the customer no more.
    Gone,
    /// Not now; again after so many seconds, where that was said.
    Later { after_s: Option<u64>, reason: String },
    /// Not at all.
    Refused { reason: String },
}

/// Settles an attempt; of an attempt before the last one nothing counts, as the last one says all that it said. Replies with the
/// reason under `refused` where the shop will not have it, for whoever looks after the connection.
pub fn settle(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, outcome: &Outcome) {
    let Some(i) = stage.cell.action.tag_writes.iter().position(|known| known.id == outcome.write) else {
        world.reply(json!({ "no": "unknown" }));
        return;
    };
    let write = &mut stage.cell.action.tag_writes[i];
    if write.attempt != outcome.attempt || write.sent.is_empty() {
        world.reply(json!({ "no": "taken" }));
        return;
    }
    let (now, shop, source) = (world.now(), &outcome.shop, write.source);
    world.drop_effect(write.id, write.run_at);
    if let Ended::Later { after_s, reason } = &outcome.ended {
        let give_up_at = write.queued_at.plus(GIVE_UP_AFTER);
        if now < give_up_at {
            write.take_back();
            write.run_at = now.plus(retry::wait(write.tries, *after_s, write.id)).min(give_up_at);
            let (is_first, effect) = (write.tries == 1, effect_of(stage.customer, write));
            world.effect(effect);
            if is_first {
                decide(world, &about(stage), "tags_delayed", json!({ "shop": shop, "detail": reason }));
            }
            world.reply(json!({ "ok": true }));
            return;
        }
    }
    write.sent.clear();
    if write.changed.is_empty() {
        stage.cell.action.tag_writes.remove(i);
    } else {
        // It was changed while the shop was told.
        (write.queued_at, write.run_at, write.tries) = (now, now, 0);
        let effect = effect_of(stage.customer, write);
        world.effect(effect);
    }
    let refused = match &outcome.ended {
        Ended::Written { added, removed, left_out } => {
            let tags = told(added, removed, left_out);
            if !tags.is_empty() {
                decide(world, &about(stage), "tags_written", json!({ "shop": shop, "tags": tags }));
            }
            if !left_out.is_empty() {
                let data = json!({ "shop": shop, "tags": left_out.join(", ") });
                decide(world, &about(stage), "tags_left_out", data);
            }
            None
        }
        Ended::NoAccount => {
            without_account(stage, world, source, shop);
            None
        }
        Ended::Gone => {
            decide(world, &about(stage), "tags_customer_gone", json!({ "shop": shop }));
            None
        }
        Ended::Refused { reason } => Some(reason.clone()),
        Ended::Later { reason, .. } => Some(format!("not in {} hours: {reason}", GIVE_UP_AFTER / HOUR)),
    };
    if let Some(reason) = &refused {
        decide(world, &about(stage), "tags_refused", json!({ "shop": shop, "detail": reason }));
    }
    world.reply(json!({ "ok": true, "refused": refused }));
}

/// `+vip, −b2b`.
fn told(added: &[String], removed: &[String], left_out: &[String]) -> String {
    let added = added.iter().filter(|tag| !left_out.contains(tag)).map(|tag| format!("+{tag}"));
    added.chain(removed.iter().map(|tag| format!("−{tag}"))).collect::<Vec<_>>().join(", ")
}
