//! WooCommerce's REST API: <https://woocommerce.github.io/woocommerce-rest-api-docs/>.
//!
//! Pages are numbered, in the order of ids: an object that changes meanwhile stays where it is. The API lists no carts, and
//! customers cannot be asked for by their time of change.

use super::super::{
    client::{Ask, Client, Kind, Object, Page, PullError, basic, list_at, number_of},
    json::Json,
};
use crate::web::{Answer, Call};

const ROWS: usize = 100;
/// Products on a page: each one that varies is asked for its variations.
const PRODUCTS: usize = 20;
/// Pages of variations of one product.
const VARIATION_PAGES: u64 = 20;

pub(in super::super) async fn page(client: &Client, ask: &Ask<'_>) -> Result<Page, PullError> {
    let (list, rows, topic) = match ask.kind {
        Kind::Customers => ("customers", ROWS, "customer.updated"),
        Kind::Products => ("products", PRODUCTS, "product.updated"),
        _ => ("orders", ROWS, "order.updated"),
    };
    let number = number_of(ask.cursor, 1);
    let mut query = vec![
        ("per_page", rows.to_string()),
        ("page", number.to_string()),
        ("orderby", "id".to_owned()),
        ("order", "asc".to_owned()),
    ];
    if ask.kind == Kind::Customers {
        query.push(("role", "all".to_owned()));
    } else if let Some(since) = ask.since {
        // The instant itself is left out by the shop.
        let before = since.plus(-base::SECOND).to_string();
        query.extend([("modified_after", before), ("dates_are_gmt", "true".to_owned())]);
    }
    let (json, answer) = get(client, list, &query).await?;
    let items = list_at(&json, "")?;
    let mut page = Page::of(items, topic);
    if ask.kind == Kind::Products {
        for product in items.iter().filter(|product| !product.get("variations").list().is_empty()) {
            variations(client, product, &mut page.objects).await?;
        }
    }
    let pages = header_count(&answer, "x-wp-totalpages");
    let has_more = !items.is_empty() && pages.map_or(items.len() == rows, |pages| number < pages);
    page.next = has_more.then(|| (number + 1).to_string());
    page.total = header_count(&answer, "x-wp-total");
    Ok(page)
}

async fn variations(client: &Client, product: &Json, objects: &mut Vec<Object>) -> Result<(), PullError> {
    let Some(id) = product.id("id") else { return Ok(()) };
    for number in 1..=VARIATION_PAGES {
        let query = [("per_page", ROWS.to_string()), ("page", number.to_string())];
        let (json, _) = get(client, &format!("products/{id}/variations"), &query).await?;
        let items = list_at(&json, "")?;
        for item in items {
            let mut item = item.clone();
            item.set("parent_id", product.get("id").clone());
            item.set("type", "variation".into());
            objects.push(Object { topic: "product.updated", body: item.to_string().into_bytes() });
        }
        if items.len() < ROWS {
            break;
        }
    }
    Ok(())
}

async fn get(client: &Client, list: &str, query: &[(&str, String)]) -> Result<(Json, Answer), PullError> {
    let url = client.url(&format!("/wp-json/wc/{}/{list}", client.version()), query);
    let pass = basic(client.credential("consumer_key"), client.credential("consumer_secret"));
    client.json(Call::get(url).with("authorization", pass)).await
}

fn header_count(answer: &Answer, name: &str) -> Option<u64> {
    answer.header(name)?.trim().parse().ok()
}
