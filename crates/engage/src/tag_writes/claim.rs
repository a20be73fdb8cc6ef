//! A writer asks; the loop says what is to be different at the shop, or that nobody wants it any more.

use super::{LEASE, entry::ids_of, queue::effect_of};
use crate::{
    domain::Ritorno,
    flows::journey::Stage,
    ledger::{About, decide},
};
use base::{Id, Time};
use crm::{connections::TagShop, customers::tag_key};
use runtime::World;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claim {
    pub write: Id,
    pub customer: Id,
    pub run_at: Time,
}

/// The yes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    pub write: Id,
    pub customer: Id,
    pub attempt: u32,
    /// The source of the shop's connection, and its name.
    pub source: i64,
    pub shop: String,
    /// What the shop calls the customer.
    pub ids: Vec<String>,
    pub add: Vec<String>,
    pub remove: Vec<String>,
}

/// Decides on a claim and replies: a [`Grant`] under `grant`, else a reason under `no`.
pub fn claim(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, claim: &Claim) {
    let found = stage.cell.action.tag_writes.iter().position(|known| known.id == claim.write);
    let Some(i) = found.filter(|i| stage.cell.action.tag_writes[*i].run_at == claim.run_at) else {
        world.drop_effect(claim.write, claim.run_at);
        world.reply(json!({ "no": if found.is_some() { "taken" } else { "unknown" } }));
        return;
    };
    if stage.shared.hold.is_some() {
        world.reply(json!({ "no": "held" }));
        return;
    }
    world.drop_effect(claim.write, claim.run_at);
    let source = stage.cell.action.tag_writes[i].source;
    let Some(shop) = stage.shared.tag_shops.iter().find(|shop| shop.source == source) else {
        stage.cell.action.tag_writes.remove(i);
        world.reply(json!({ "no": "not_told" }));
        return;
    };
    let ids = ids_of(shop, &stage.cell.facts, &stage.cell.action.accounts);
    if ids.is_empty() {
        stage.cell.action.tag_writes.remove(i);
        without_account(stage, world, source, &shop.name);
        world.reply(json!({ "no": "no_account" }));
        return;
    }
    let write = &mut stage.cell.action.tag_writes[i];
    write.take_back();
    write.sent = std::mem::take(&mut write.changed);
    write.attempt += 1;
    write.tries += 1;
    write.run_at = world.now().plus(LEASE);
    world.effect(effect_of(stage.customer, write));
    let grant = grant(stage, i, shop, ids);
    world.reply(json!({ "grant": grant }));
}

/// What the customer has now is to be there, what they have no more is not: never what was meant when it was queued.
fn grant(stage: &Stage<'_>, i: usize, shop: &TagShop, ids: Vec<String>) -> Grant {
    let write = &stage.cell.action.tag_writes[i];
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for name in &write.sent {
        let key = tag_key(name);
        match stage.cell.facts.tags.names().find(|known| tag_key(known) == key) {
            Some(known) => add.push(known.to_owned()),
            None => remove.push(name.to_string()),
        }
    }
    Grant {
        write: write.id,
        customer: stage.customer,
        attempt: write.attempt,
        source: shop.source,
        shop: shop.name.clone(),
        ids,
        add,
        remove,
    }
}

/// Says once that there is nowhere to write to.
pub(super) fn without_account(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, source: i64, shop: &str) {
    if !stage.cell.action.no_account.contains(&source) {
        stage.cell.action.no_account.push(source);
        decide(world, &about(stage), "tags_no_account", json!({ "shop": shop }));
    }
}

pub(super) fn about(stage: &Stage<'_>) -> About {
    About { customer: stage.customer, ..About::default() }
}
