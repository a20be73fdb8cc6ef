//! What a feed that names everything names no more is taken away: products, and variants of products that are still there.
//! Nothing is, where the file was cut short or holds rows of which nobody can say what they name, and where more than a third
//! would go at once: then a person is asked.

use super::{ProductFeed, sql};
use crate::{
    catalogue::{Named, append_calls, product_of},
    connections::Connections,
};
use base::{Id, Time};
use serde_json::json;
use store::Row;

/// Rows of the catalogue read at once.
const PAGE: i64 = 2_000;
/// Products looked into for their variants, in one run.
const LOOKED_INTO_MAX: usize = 10_000;
/// One in so many may go without a person's word.
const LOSS: u64 = 3;

/// What became of what the feed names no more.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Closed {
    /// Products and variants that were taken away.
    pub deleted: u64,
    /// Products that are missing and stay, and why.
    pub held: Option<(u64, String)>,
}

/// Takes away what `named` has not. `at`: when the feed was read.
pub(super) async fn close(state: &Connections, feed: &ProductFeed, named: &Named, at: Time) -> Result<Closed, String> {
    if let Some(reason) = named.unsure() {
        return Ok(Closed { held: Some((0, reason)), ..Closed::default() });
    }
    let (mut known, mut missing, mut fewer) = (0u64, Vec::new(), Vec::new());
    let mut after = Id::ZERO;
    loop {
        let params = [feed.workspace.into(), (&feed.source).into(), after.into(), PAGE.into()];
        let rows = state.desk.db.query(&sql::FEED_KNOWN, &params).await.map_err(|error| error.to_string())?;
        for row in rows.iter().filter(|row| !row.text("product_id").is_empty()) {
            known += 1;
            match named.variants_of(row.text("product_id")) {
                None => missing.push(row.text("product_id").to_owned()),
                Some(variants) if row.int("variants") > variants && fewer.len() < LOOKED_INTO_MAX => {
                    fewer.push(row.id("id"));
                }
                Some(_) => {}
            }
        }
        let Some(last) = rows.last().map(|row: &Row| row.id("id")) else { break };
        after = last;
    }
    let lost = missing.len() as u64;
    if lost * LOSS > known && !feed.accepts_loss {
        let reason = format!("the feed names {lost} of {known} products no more: that is more than a third at once");
        return Ok(Closed { held: Some((lost, reason)), ..Closed::default() });
    }
    let mut calls: Vec<String> =
        missing.iter().map(|id| call("Product Deleted", feed, at, id, &json!({ "product_id": id }))).collect();
    let handle = (state.loops)(feed.workspace);
    for id in fewer {
        let Some(product) = product_of(&handle, id).await else { continue };
        let Some(product_id) = product.id.as_deref() else { continue };
        for variant in product.variants.iter().filter(|variant| !variant.is_deleted()) {
            if let Some(id) = variant.id.as_deref().filter(|id| !named.has_variant(product_id, id)) {
                let said = json!({ "product_id": product_id, "variant_id": id });
                calls.push(call("Variant Deleted", feed, at, &format!("{product_id}:{id}"), &said));
            }
        }
    }
    append_calls(&state.desk, &handle, feed.workspace, &feed.source, &calls).await?;
    Ok(Closed { deleted: calls.len() as u64, held: None })
}

fn call(event: &str, feed: &ProductFeed, at: Time, id: &str, properties: &serde_json::Value) -> String {
    let shop = &feed.source;
    json!({
        "type": "track", "event": event, "anonymousId": format!("shop:{shop}"), "timestamp": at.to_string(),
        "messageId": format!("{shop}:feed:gone:{id}:{at}"), "properties": properties,
    })
    .to_string()
}
