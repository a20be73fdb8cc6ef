//! Medusa's Admin API (version 2): <https://docs.medusajs.com/api/admin>, with a secret key.
//!
//! Lists are paged by `offset` in the order of ids, which carry the time at which they were made. The Admin API lists no carts:
//! our subscriber posts them.

use super::super::client::{Ask, Client, Kind, Object, Page, PullError, basic, count_at, list_at, number_of};
use crate::web::Call;

const ROWS: u64 = 100;

const ORDER: &str = "+email,+currency_code,*items,*items.variant,*customer,*shipping_address,*billing_address,*fulfillments,\
    *fulfillments.labels,*payment_collections,*payment_collections.payments,*payment_collections.payments.refunds,\
    +total,+subtotal,+tax_total,+discount_total,+shipping_total,*promotions";

pub(in super::super) async fn page(client: &Client, ask: &Ask<'_>) -> Result<Page, PullError> {
    let (list, fields, topic) = match ask.kind {
        Kind::Customers => ("customers", "*addresses", "customer.updated"),
        Kind::Products => {
            ("products", "*variants,*variants.prices,*images,*categories,*tags,*collection", "product.updated")
        }
        Kind::Stock => ("inventory_items", "*location_levels", "inventory_item.updated"),
        _ => ("orders", ORDER, "order.updated"),
    };
    let offset = number_of(ask.cursor, 0);
    let mut query = vec![
        ("limit", ROWS.to_string()),
        ("offset", offset.to_string()),
        ("order", "id".to_owned()),
        ("fields", fields.to_owned()),
    ];
    query.extend(ask.since.map(|since| ("updated_at[$gte]", since.to_string())));
    let url = client.url(&format!("/admin/{}", list.replace('_', "-")), &query);
    let pass = basic(client.credential("secret_key"), "");
    let (json, _) = client.json(Call::get(url).with("authorization", pass)).await?;
    let items = list_at(&json, list)?;
    let total = count_at(&json, "count");
    let after = offset + items.len() as u64;
    let has_more = !items.is_empty() && total.map_or(items.len() as u64 == ROWS, |total| after < total);
    let mut page = Page::of(items, topic);
    for level in items.iter().flat_map(|item| item.get("location_levels").list()) {
        page.objects.push(Object { topic: "inventory_level.updated", body: level.to_string().into_bytes() });
    }
    Ok(Page { next: has_more.then(|| after.to_string()), total, ..page })
}
