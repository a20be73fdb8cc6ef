//! What the shop's catalogue says of its shelf on a day: prices with the sales of the season, and what is left of each size. The
//! same day says the same, so a feed that is read again after a restart changes nothing.

use super::{
    catalogue::{Kind, PRODUCTS, Product},
    season::zone,
};
use base::{DAY, Time, stable_hash};
use serde_json::{Value as Json, json};

/// Where the feed comes from, as the list of feeds names it.
pub const SOURCE: &str = "Negozio (catalogo)";
/// The file's name.
pub const FILE: &str = "catalogo.json";

/// The feed of this day, one object for each thing that can be bought. `shop_url`: where the shop's pages are, without a slash at
/// the end.
pub fn feed(shop_url: &str, at: Time) -> Json {
    let rows = PRODUCTS.iter().flat_map(|product| match product.sizes {
        [] => vec![row(shop_url, product, None, at)],
        sizes => sizes.iter().map(|size| row(shop_url, product, Some(size), at)).collect(),
    });
    rows.collect()
}

fn row(shop_url: &str, product: &Product, size: Option<&str>, at: Time) -> Json {
    let left = left_of(product, size, at);
    let mut row = json!({
        "id": size.map_or(product.id.to_owned(), |size| format!("{}-{size}", product.id)),
        "title": product.it.name,
        "price": amount(product.price),
        "availability": if left > 0 { "in stock" } else { "out of stock" },
        "quantity": left,
        "link": format!("{shop_url}/p/{}", product.id),
        "image_link": format!("{shop_url}/files/img/{}.svg", product.id),
        "brand": super::catalogue::SHOP,
        "product_type": category(product.kind),
    });
    if let Some(size) = size {
        row["item_group_id"] = json!(product.id);
        row["size"] = json!(size);
    }
    if is_in_sale(product, at) {
        row["sale_price"] = json!(amount(product.price / 100 * 80));
    }
    row
}

/// Cents with their two decimals, and the currency.
fn amount(cents: i64) -> String {
    format!("{}.{:02} EUR", cents / 100, cents % 100)
}

fn category(kind: Kind) -> &'static str {
    match kind {
        Kind::Boots => "Scarpe",
        Kind::Tents => "Tende",
        Kind::Clothing => "Abbigliamento",
        Kind::Gear => "Attrezzatura",
    }
}

/// Whether the season's sale takes a fifth off: in winter what is wanted in summer, in summer what is wanted in winter.
fn is_in_sale(product: &Product, at: Time) -> bool {
    let date = at.timestamp().to_zoned(zone()).date();
    match product.season {
        1 => matches!((date.month(), date.day()), (1, 8..) | (2, ..=20)),
        2 => matches!((date.month(), date.day()), (7, 5..) | (8, ..)),
        _ => false,
    }
}

/// How many are left: a delivery every few weeks, then fewer by the day.
fn left_of(product: &Product, size: Option<&str>, at: Time) -> i64 {
    let name = format!("{} {}", product.id, size.unwrap_or_default());
    let chance = stable_hash(name.as_bytes());
    let weeks = 2 + (chance % 4) as i64;
    let day = at.0.div_euclid(DAY) + (chance >> 8 & 63) as i64;
    let (delivery, since) = (day.div_euclid(7 * weeks), day.rem_euclid(7 * weeks));
    let chance = stable_hash(format!("{name} {delivery}").as_bytes());
    let delivered = if size.is_some() { 14 + (chance % 20) as i64 } else { 20 + (chance % 60) as i64 };
    // Most of it goes before the next delivery; of some there is none for a while.
    let sold = delivered * since * (42 + (chance >> 16 & 63) as i64) / (100 * 7 * weeks);
    (delivered - sold).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::HOUR;

    fn day(text: &str) -> Time {
        Time::parse(text).expect("a time")
    }

    fn find<'a>(feed: &'a Json, id: &str) -> &'a Json {
        feed.as_array().and_then(|rows| rows.iter().find(|row| row["id"] == id)).expect("it is sold")
    }

    #[test]
    fn each_product_is_on_the_shelf_in_each_size() {
        let feed = feed("http://shop.example", day("2026-05-04T10:00:00Z"));
        let things: usize = PRODUCTS.iter().map(|product| product.sizes.len().max(1)).sum();
        assert_eq!(feed.as_array().map(Vec::len), Some(things));
        assert_eq!(find(&feed, "alba-42")["item_group_id"], "alba");
        assert_eq!(find(&feed, "larice")["price"], "289.00 EUR");
    }

    #[test]
    fn a_season_s_things_are_cheaper_when_the_other_season_is_on() {
        let check = |at: &str, id: &str, sale: Option<&str>| {
            assert_eq!(find(&feed("", day(at)), id)["sale_price"].as_str(), sale, "{id} on {at}");
        };
        check("2026-01-20T10:00:00Z", "larice", Some("231.20 EUR"));
        check("2026-07-20T10:00:00Z", "larice", None);
        check("2026-07-20T10:00:00Z", "nevaio", Some("23.20 EUR"));
        check("2026-01-20T10:00:00Z", "nevaio", None);
        check("2026-01-20T10:00:00Z", "alba-42", None);
    }

    #[test]
    fn a_day_says_the_same_whenever_it_is_asked_and_weeks_bring_scarcity_and_plenty() {
        let (morning, evening) = (day("2026-05-04T06:00:00Z"), day("2026-05-04T18:00:00Z"));
        assert_eq!(feed("", morning), feed("", evening));
        let year: Vec<i64> = (0..365)
            .flat_map(|n| PRODUCTS.iter().map(move |product| (n, product)))
            .map(|(n, product)| left_of(product, product.sizes.first().copied(), morning.plus(n * 24 * HOUR)))
            .collect();
        assert!(year.contains(&0), "something sells out");
        assert!(year.iter().any(|left| (1..=5).contains(left)), "something runs low");
        assert!(year.iter().all(|left| (0..80).contains(left)));
    }
}
