//! A cart made by Medusa's Store API (version 2): <https://docs.medusajs.com/api/store#carts>.

use super::super::{
    client::{Client, MadeCart, PullError, WantedCart, WantedLine, added},
    json::Json,
};
use crate::web::Call;
use serde_json::{Value, json};

pub(in super::super) async fn make_cart(client: &Client, wanted: &WantedCart) -> Result<MadeCart, PullError> {
    if client.credential("publishable_key").is_empty() {
        let reason = "the shop makes carts only with the credential publishable_key: an API key of its sales channel";
        return Err(PullError::Denied(reason.to_owned()));
    }
    let items: Vec<Value> = wanted.lines.iter().filter_map(item).collect();
    let region = client.credential("region_id");
    let body = |items: &[Value]| match region {
        "" => json!({ "items": items }),
        region => json!({ "items": items, "region_id": region }),
    };
    let cart = match post(client, "/store/carts", body(&items)).await {
        // One product that is gone refuses all of them: they are added one by one.
        Err(PullError::Failed(_)) => one_by_one(client, &items, body(&[])).await?,
        other => other?,
    };
    let id = cart.text("id").ok_or_else(|| PullError::Failed("the shop made a cart without an id".to_owned()))?;
    if let Some(code) = &wanted.coupon {
        // A coupon that does not fit is no reason to be without the products.
        match post(client, &format!("/store/carts/{id}/promotions"), json!({ "promo_codes": [code] })).await {
            Ok(_) | Err(PullError::Failed(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let pieces = |line: &Json| {
        let quantity = line.text("quantity").and_then(|text| text.parse().ok()).unwrap_or(0);
        Some((line.id("variant_id")?, quantity))
    };
    let in_cart = cart.get("items").list().iter().filter_map(pieces).collect();
    Ok(MadeCart { id, token: None, added: added(&wanted.lines, in_cart) })
}

fn item(line: &WantedLine) -> Option<Value> {
    Some(json!({ "variant_id": line.variant_id.as_ref()?, "quantity": line.quantity }))
}

async fn one_by_one(client: &Client, items: &[Value], empty: Value) -> Result<Json, PullError> {
    let mut cart = post(client, "/store/carts", empty).await?;
    let id = cart.text("id").ok_or_else(|| PullError::Failed("the shop made a cart without an id".to_owned()))?;
    for item in items {
        match post(client, &format!("/store/carts/{id}/line-items"), item.clone()).await {
            Ok(changed) => cart = changed,
            Err(PullError::Failed(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(cart)
}

async fn post(client: &Client, path: &str, body: Value) -> Result<Json, PullError> {
    let call = Call::post(client.url(path, &[]), body.to_string());
    let (json, _) = client.json(call.with("x-publishable-api-key", client.credential("publishable_key"))).await?;
    Ok(json.get("cart").clone())
}
