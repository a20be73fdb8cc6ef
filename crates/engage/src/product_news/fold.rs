//! What a slice of news does to each customer in it.

use crate::{
    cell::{Cell, SCHEDULE_CELL},
    domain::Ritorno,
    flows::{journey::Stage, starts},
    shop::keep_small,
};
use base::Id;
use crm::{catalogue::BACK_IN_STOCK, customers::Facts};
use runtime::{Need, World};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// News of one customer that are told at once; of more the newest count.
const EACH_MAX: usize = 10;

/// What happened to a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductNews {
    pub name: String,
    pub product_id: String,
    pub properties: Json,
}

/// News, and customers some of whom they concern.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewsSlice {
    /// The log's position of the last of them.
    pub until: i64,
    pub news: Vec<ProductNews>,
    pub cells: Vec<Id>,
}

/// Tells each customer of the slice what concerns them.
pub(crate) fn fold_slice(domain: &Ritorno, world: &mut World<'_, Ritorno>, slice: &NewsSlice) -> Result<(), Need> {
    let shared = world.shared().clone();
    for id in &slice.cells {
        let id = world.living(domain, *id)?;
        let mut cell: Box<Cell> = world.take(id)?;
        let is_person = id != SCHEDULE_CELL && cell.entry.is_none() && !cell.facts.is_crowd;
        if !is_person || cell.action.news >= slice.until {
            continue;
        }
        let concerned: Vec<(&ProductNews, Option<Id>)> =
            slice.news.iter().filter_map(|news| concerns(&cell.facts, news).map(|cart| (news, cart))).collect();
        if concerned.is_empty() {
            continue;
        }
        cell.action.news = slice.until;
        for (news, cart) in concerned.iter().skip(concerned.len().saturating_sub(EACH_MAX)) {
            if news.name == BACK_IN_STOCK {
                // Who asked to be told once is told once.
                cell.facts.grant_wish(&news.product_id);
            }
            let mut stage = Stage { domain, customer: id, cell: &mut cell, shared: &shared };
            starts::raise(&mut stage, world, &news.name, *cart, news.properties.clone());
        }
        keep_small(domain, world, id, &mut cell);
        world.stamp(id);
        world.put(id, cell);
    }
    Ok(())
}

/// Whether news concern a customer: `Some` with the open cart that holds the product, or `Some(None)` where it was asked for.
fn concerns(facts: &Facts, news: &ProductNews) -> Option<Option<Id>> {
    let sku = news.properties.get("sku").and_then(Json::as_str);
    // Of a product with variants only the one that is meant; who does not say which means any.
    let is_it = |product: &str, other: Option<&str>| {
        *product == *news.product_id && sku.zip(other).is_none_or(|(sku, other)| sku == other)
    };
    let holds = |cart: &&crm::carts::Cart| {
        cart.lines.iter().any(|line| line.count() > 0 && is_it(&line.product_id, line.sku.as_deref()))
    };
    let cart = facts.book.open_carts().filter(holds).max_by_key(|cart| cart.last_activity_at);
    match cart {
        Some(cart) => Some(Some(cart.id)),
        None => facts.wishes.iter().any(|wish| is_it(&wish.product_id, wish.sku.as_deref())).then_some(None),
    }
}
