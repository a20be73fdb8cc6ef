//! PrestaShop's webservice: <https://devdocs.prestashop-project.org/9/webservice/>, as JSON, with a key of the shop.
//!
//! Everything is paged by id (all after the last one seen). The webservice tells a cart's rows without prices.

use super::super::{
    client::{Ask, Client, Kind, Page, PullError, basic, number_of},
    json::Json,
};
use crate::web::Call;

const ROWS: usize = 100;
/// Ids are unsigned numbers of 32 bits.
const ID_MAX: u64 = 4_294_967_295;

pub(in super::super) async fn page(client: &Client, ask: &Ask<'_>) -> Result<Page, PullError> {
    let (list, topic, has_time) = match ask.kind {
        Kind::Customers => ("customers", "customer.updated", true),
        Kind::Products => ("products", "product.updated", true),
        Kind::Stock => ("stock_availables", "stock_available.updated", false),
        Kind::Carts => ("carts", "cart.updated", true),
        Kind::Orders => ("orders", "order.updated", true),
    };
    let after = number_of(ask.cursor, 0);
    let mut query = vec![
        ("output_format", "JSON".to_owned()),
        ("display", "full".to_owned()),
        ("sort", "[id_ASC]".to_owned()),
        ("limit", ROWS.to_string()),
        ("filter[id]", format!("[{},{ID_MAX}]", after + 1)),
    ];
    if let (Some(since), true) = (ask.since, has_time) {
        // The shop's times are in its own zone.
        let local = since.timestamp().to_zoned(client.access.zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
        query.extend([("date", "1".to_owned()), ("filter[date_upd]", format!("[{local},2099-12-31 23:59:59]"))]);
    }
    let url = client.url(&format!("/api/{list}"), &query);
    let (json, _) = client.json(Call::get(url).with("authorization", basic(client.credential("key"), ""))).await?;
    // An empty list is said as `[]`, without its name.
    let items: &[Json] = match (&json, json.get(list)) {
        (Json::List(_), _) => &[],
        (_, Json::List(items)) => items,
        (_, other) => {
            let reason = format!("the shop's answer has {} at {list:?} where a list was expected", other.kind());
            return Err(PullError::Failed(reason));
        }
    };
    let last = items.iter().filter_map(|item| item.id("id")?.parse::<u64>().ok()).max();
    if last.is_some_and(|last| last <= after) {
        return Err(PullError::Failed("the shop repeats a page that it gave already".to_owned()));
    }
    // The webservice says no count, and a shop may give fewer than it is asked for: the last page is the empty one.
    let next = last.map(|last| last.to_string());
    Ok(Page { next, ..Page::of(items, topic) })
}
