//! How a product looks over HTTP.

use super::{
    model::{Place, Product, ProductKind, Variant},
    price::Price,
    rows::StockState,
};
use crate::api::Amount;
use base::{Currency, Id, Time};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use store::Row;

/// From the lowest to the highest price of what is sold.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PriceRange {
    pub low: Amount,
    pub high: Amount,
}

/// A product in a list.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ProductItem {
    #[schema(value_type = String)]
    pub id: Id,
    /// The source that tells of it, by the name it gives itself.
    pub shop: String,
    /// The shop's own id.
    pub product_id: String,
    /// Empty while only variants or stock were heard of.
    pub name: String,
    pub brand: Option<String>,
    /// `physical`, `digital`, `course`, `service` or `gift_card`, where the shop says so.
    pub kind: Option<String>,
    pub image_url: Option<String>,
    pub url: Option<String>,
    /// In the workspace's currency where the shop has one, else in its first; `null`: no price is known.
    pub price: Option<PriceRange>,
    /// Pieces of all variants at all places; below zero where more were sold than there were. `null`: nobody counts them.
    pub stock: Option<i64>,
    pub state: StockState,
    /// Whether the shop offers it.
    pub is_active: bool,
    /// The shop took it away.
    pub is_deleted: bool,
    pub variants: i64,
    /// The newest word of the shop.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Time,
}

impl ProductItem {
    pub(super) fn of_row(row: &Row) -> ProductItem {
        let amount = |column: &str| Amount::of(row.opt_int(column), row.opt_text("currency"));
        let owned = |column: &str| row.opt_text(column).map(str::to_owned);
        ProductItem {
            id: row.id("id"),
            shop: row.text("shop").to_owned(),
            product_id: row.text("product_id").to_owned(),
            name: row.text("name").to_owned(),
            brand: owned("brand"),
            kind: owned("kind"),
            image_url: owned("image_url"),
            url: owned("url"),
            price: amount("price_min").zip(amount("price_max")).map(|(low, high)| PriceRange { low, high }),
            stock: row.opt_int("stock"),
            state: StockState::parse(row.text("state")),
            is_active: row.int("is_active") != 0,
            is_deleted: row.int("is_deleted") != 0,
            variants: row.int("variants"),
            changed_at: row.time("changed_at"),
        }
    }
}

/// A product with everything that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ProductPage {
    #[schema(value_type = String)]
    pub id: Id,
    pub shop: String,
    pub product_id: Option<String>,
    pub name: Option<String>,
    pub brand: Option<String>,
    pub kind: Option<ProductKind>,
    pub url: Option<String>,
    pub images: Vec<String>,
    pub categories: Vec<String>,
    pub tags: Vec<String>,
    pub is_active: Option<bool>,
    pub is_deleted: bool,
    pub price: Option<PriceRange>,
    pub stock: Option<i64>,
    pub state: StockState,
    /// What is bought: its variants, or the product itself (then without `variant_id`).
    pub variants: Vec<VariantView>,
    /// Words on further variants, which are not kept.
    pub variants_beyond: u32,
    /// When it was first heard of.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Time,
    /// What became of it, newest first: `Stock Low`, `Back In Stock`, `Price Dropped`, `Product Added To Catalogue`.
    pub events: Vec<ProductEvent>,
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct VariantView {
    pub variant_id: Option<String>,
    pub sku: Option<String>,
    /// Which one it is, in words.
    pub name: Option<String>,
    pub image_url: Option<String>,
    pub barcode: Option<String>,
    pub is_deleted: bool,
    /// It is sold when there are none, too.
    pub sells_beyond: bool,
    pub stock: Option<i64>,
    pub state: StockState,
    pub prices: Vec<PriceView>,
    pub places: Vec<PlaceView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PriceView {
    pub price: Amount,
    /// What the shop shows struck through, while it is higher.
    pub compare_at: Option<Amount>,
    /// The lowest price in the 30 days before this one began, as directive 98/6/EC wants it said beside a reduction.
    pub lowest_before: Option<Amount>,
    /// Each price and since when, oldest first; the last one holds.
    pub history: Vec<PricePoint>,
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PricePoint {
    #[schema(value_type = String, format = DateTime)]
    pub since: Time,
    pub price: Amount,
}

/// What is at one place.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PlaceView {
    /// The shop's id of the place; empty: all places together.
    pub location_id: String,
    /// The store's name, where the shop tells of it.
    pub name: Option<String>,
    pub quantity: Option<i64>,
    /// Where the shop says no more than whether there are any.
    pub is_in_stock: Option<bool>,
    #[schema(value_type = String, format = DateTime)]
    pub said_at: Time,
}

/// Something that others may wait for.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ProductEvent {
    pub name: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// The place in the log of the event that brought it about.
    pub position: i64,
    #[schema(value_type = Object)]
    pub properties: Json,
}

impl ProductEvent {
    pub(super) fn of_row(row: &Row) -> ProductEvent {
        ProductEvent {
            name: row.text("name").to_owned(),
            at: row.time("at"),
            position: row.int("position"),
            properties: serde_json::from_str(row.text("properties")).unwrap_or_default(),
        }
    }
}

fn owned(text: &Option<Box<str>>) -> Option<String> {
    text.as_deref().map(str::to_owned)
}

fn list(texts: &[Box<str>]) -> Vec<String> {
    texts.iter().map(|text| text.to_string()).collect()
}

impl ProductPage {
    /// `stores` has the names of places by the shop's id.
    pub(super) fn of(
        id: Id,
        product: &Product,
        currency: Currency,
        low: i64,
        stores: &BTreeMap<String, String>,
        events: Vec<ProductEvent>,
    ) -> ProductPage {
        let amount = |minor: i64, currency: Currency| Amount::new(minor, currency);
        let places: Vec<Place> = match product.variants.is_empty() {
            true => vec![Place::Own],
            false => (0..product.variants.len()).map(Place::Variant).collect(),
        };
        ProductPage {
            id,
            shop: product.shop.to_string(),
            product_id: owned(&product.id),
            name: owned(&product.name),
            brand: owned(&product.brand),
            kind: product.kind,
            url: owned(&product.url),
            images: list(&product.images),
            categories: list(&product.categories),
            tags: list(&product.tags),
            is_active: product.is_active,
            is_deleted: product.is_deleted(),
            price: product
                .price_range(currency)
                .map(|(currency, low, high)| PriceRange { low: amount(low, currency), high: amount(high, currency) }),
            stock: product.stock().quantity,
            state: StockState::of_product(product, low),
            variants: places.into_iter().map(|place| variant_view(product.at(place), low, stores)).collect(),
            variants_beyond: product.beyond,
            created_at: product.created_at,
            changed_at: product.changed_at,
            events,
        }
    }
}

fn variant_view(variant: &Variant, low: i64, stores: &BTreeMap<String, String>) -> VariantView {
    let stock = variant.stock();
    let levels = variant.levels.iter().filter(|level| !level.is_gone);
    VariantView {
        variant_id: owned(&variant.id),
        sku: owned(&variant.sku),
        name: owned(&variant.name),
        image_url: owned(&variant.image),
        barcode: owned(&variant.barcode),
        is_deleted: variant.is_deleted(),
        sells_beyond: variant.sells_beyond,
        stock: stock.quantity,
        state: StockState::of(stock, low),
        prices: variant.prices.iter().filter_map(price_view).collect(),
        places: levels
            .map(|level| PlaceView {
                location_id: level.place.to_string(),
                name: stores.get(&*level.place).cloned(),
                quantity: level.quantity(),
                is_in_stock: level.flag(),
                said_at: level.said_at(),
            })
            .collect(),
    }
}

fn price_view(price: &Price) -> Option<PriceView> {
    let amount = |minor: i64| Amount::new(minor, price.currency);
    Some(PriceView {
        price: amount(price.now()?),
        compare_at: price.compare_at().map(amount),
        lowest_before: price.lowest_before().map(amount),
        history: price
            .points
            .iter()
            .map(|(since, minor)| PricePoint { since: *since, price: amount(*minor) })
            .collect(),
    })
}
