//! What a change of the catalogue means to those who wait for it: running out, back, cheaper, new. Each is a row in the commit of
//! the event that caused it, in the log's order, and an announcement on the live stream.

use super::{
    fold::Shelf,
    model::{Ids, Place, Product, Variant},
    price::Price,
    sql,
    stock::Stock,
};
use base::{Currency, Id, Money, Time};
use runtime::World;
use serde_json::{Value as Json, json};
use store::Value;

pub const STOCK_LOW: &str = "Stock Low";
pub const BACK_IN_STOCK: &str = "Back In Stock";
pub const PRICE_DROPPED: &str = "Price Dropped";
pub const PRODUCT_ADDED: &str = "Product Added To Catalogue";

/// What a variant was before an event.
pub(super) struct Before {
    is_told: bool,
    stock: Stock,
    /// Whether the stock of single places was known.
    has_places: bool,
    prices: Vec<(Currency, i64)>,
}

impl Before {
    pub fn of(product: &Product, ids: &Ids) -> Before {
        let is_told = product.words.is_told();
        let Some(place) = product.place_of(ids) else {
            return Before { is_told, stock: Stock::default(), has_places: false, prices: Vec::new() };
        };
        let variant = product.at(place);
        let price = |price: &Price| Some((price.currency, price.now()?));
        Before {
            is_told,
            stock: variant.stock(),
            has_places: has_places(variant),
            prices: variant.prices.iter().filter_map(price).collect(),
        }
    }
}

fn has_places(variant: &Variant) -> bool {
    variant.levels.iter().any(|level| !level.place.is_empty() && level.quantity().is_some())
}

/// Raises what the event brought about.
pub(super) fn raise<D: Shelf>(
    world: &mut World<'_, D>,
    id: Id,
    product: &Product,
    place: Place,
    before: &Before,
    currency: Currency,
    low: i64,
    at: Time,
) {
    let variant = product.at(place);
    let mut raised: Vec<(&'static str, Json)> = Vec::new();
    if !before.is_told && product.words.is_told() && !product.is_deleted() {
        let price = product.price_range(currency);
        let price = price.map(|(currency, low, _)| (Money::new(low, currency).decimal().to_string(), currency));
        let (price, currency) = price.unzip();
        raised.push((PRODUCT_ADDED, json!({ "price": price, "currency": currency })));
    }
    // The first word on single places is no change: it replaces what was said of all together.
    let is_comparable = before.has_places == has_places(variant);
    let after = variant.stock();
    if is_comparable && !product.is_deleted() && !variant.is_deleted() {
        let has_come = before.stock.is_available == Some(false) && after.is_available == Some(true);
        if has_come {
            raised.push((BACK_IN_STOCK, json!({ "stock": after.quantity })));
        }
        if let (Some(was), Some(is)) = (before.stock.quantity, after.quantity)
            && is <= low
            && is > 0
            && was > low
        {
            raised.push((STOCK_LOW, json!({ "stock": is })));
        }
    }
    for (currency, was) in &before.prices {
        if let Some(is) = variant.price(*currency).and_then(Price::now).filter(|is| is < was) {
            let decimal = |minor: i64| Money::new(minor, *currency).decimal().to_string();
            raised.push((
                PRICE_DROPPED,
                json!({ "price": decimal(is), "price_before": decimal(*was), "currency": currency }),
            ));
        }
    }
    for (name, mut properties) in raised {
        name_product(&mut properties, product, variant);
        let row = [
            world.partition().into(),
            world.position().into(),
            world.next_line().into(),
            at.into(),
            Value::Static(name),
            id.into(),
            Value::Text(properties.to_string()),
        ];
        world.insert(&sql::PRODUCT_EVENT_INSERT, row);
        world.announce(|| json!({ "kind": "product_event", "name": name, "product": id, "properties": properties }));
    }
}

fn name_product(properties: &mut Json, product: &Product, variant: &Variant) {
    properties["product_id"] = json!(product.id);
    properties["sku"] = json!(variant.sku);
    properties["name"] = json!(product.name);
    if let Some(id) = &variant.id {
        properties["variant_id"] = json!(id);
        properties["variant"] = json!(variant.name);
    }
}
