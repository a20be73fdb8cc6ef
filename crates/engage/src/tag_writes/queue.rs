//! A customer's tags were changed here: the shops are to hear of it.

use super::{GATHER, SHOPS_MAX, TAGS, entry::Account, entry::TagWrite};
use crate::{cell::Cell, domain::Ritorno, flows::journey::Stage, shared::Shared};
use base::Id;
use crm::{
    connections::TagShop,
    customers::{Tags, tag_key},
};
use runtime::{Effect, World};
use serde::{Deserialize, Serialize};

/// Ids of one customer that are kept by the shop that said them.
const ACCOUNTS_MAX: usize = 8;

/// Which shops are told of tags from now on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetShops {
    pub shops: Vec<TagShop>,
}

/// Takes over which shops are told. What waits for another one is let go when a writer asks for it.
pub fn set_shops(world: &mut World<'_, Ritorno>, mut said: SetShops) {
    said.shops.truncate(SHOPS_MAX);
    if world.shared().tag_shops != said.shops {
        world.shared_mut().tag_shops = said.shops;
    }
}

/// Queues what a person or a flow changed of the customer's tags, for each shop that is told of it. `before`: as they were.
pub fn queue(stage: &mut Stage<'_>, world: &mut World<'_, Ritorno>, before: &Tags) {
    if stage.shared.tag_shops.is_empty() || stage.cell.facts.is_crowd {
        return;
    }
    let changed = changed(before, &stage.cell.facts.tags);
    if changed.is_empty() {
        return;
    }
    for shop in &stage.shared.tag_shops {
        let writes = &mut stage.cell.action.tag_writes;
        let i = writes.iter().position(|known| known.source == shop.source).unwrap_or_else(|| {
            let now = world.now();
            let write = TagWrite {
                id: world.new_id(),
                source: shop.source,
                changed: Vec::new(),
                sent: Vec::new(),
                queued_at: now,
                run_at: now.plus(GATHER),
                attempt: 0,
                tries: 0,
            };
            world.effect(effect_of(stage.customer, &write));
            writes.push(write);
            writes.len() - 1
        });
        changed.iter().for_each(|name| writes[i].note(name));
    }
}

/// The names that stand in one of the two alone.
fn changed(before: &Tags, after: &Tags) -> Vec<String> {
    let only = |of: &Tags, other: &Tags| -> Vec<String> {
        let others: Vec<String> = other.names().map(tag_key).collect();
        of.names().filter(|name| !others.contains(&tag_key(name))).map(str::to_owned).collect()
    };
    let mut names = only(before, after);
    names.extend(only(after, before));
    names
}

pub(super) fn effect_of(customer: Id, write: &TagWrite) -> Effect {
    Effect { id: write.id, run_at: write.run_at, kind: TAGS, cell: customer, attempt: i64::from(write.attempt) }
}

/// Keeps which shop gave the customer an id, where the id does not tell.
pub fn remember(cell: &mut Cell, shared: &Shared, source: i64, id: Option<&str>) {
    let is_meant = |shop: &&TagShop| shop.source == source && shop.namespace.is_none() && !shop.is_alone;
    let (Some(id), Some(_)) = (id, shared.tag_shops.iter().find(is_meant)) else { return };
    let accounts = &mut cell.action.accounts;
    if accounts.len() < ACCOUNTS_MAX && !accounts.iter().any(|known| known.source == source && *known.id == *id) {
        accounts.push(Account { source, id: id.into() });
    }
}
