//! The list rows of the catalogue: written in sweeps, only where they changed.

use super::{
    model::{Collection, Entry, Product, Store},
    sql,
    stock::Stock,
};
use crate::customers::{hash_of, words};
use base::{Currency, Id, stable_hash};
use runtime::Sweep;
use store::{Sql, Value};

/// Words that a product is found by, at most.
const WORDS_MAX: usize = 40;

/// How a product stands, as the list filters it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StockState {
    InStock,
    /// It, or a variant of it, is running out.
    Low,
    Out,
    /// Nobody said.
    Unknown,
}

impl StockState {
    pub fn as_str(self) -> &'static str {
        match self {
            StockState::InStock => "in_stock",
            StockState::Low => "low",
            StockState::Out => "out",
            StockState::Unknown => "unknown",
        }
    }

    pub fn parse(text: &str) -> StockState {
        match text {
            "in_stock" => StockState::InStock,
            "low" => StockState::Low,
            "out" => StockState::Out,
            _ => StockState::Unknown,
        }
    }

    /// Of one variant, or of a product without variants. `low`: how many pieces are few; 0: never.
    pub fn of(stock: Stock, low: i64) -> StockState {
        match stock {
            Stock { is_available: Some(false), .. } => StockState::Out,
            Stock { quantity: Some(quantity), .. } if quantity > 0 && quantity <= low => StockState::Low,
            Stock { is_available: Some(true), .. } => StockState::InStock,
            _ => StockState::Unknown,
        }
    }

    /// Of a whole product.
    pub fn of_product(product: &Product, low: i64) -> StockState {
        let all = StockState::of(product.stock(), 0);
        let is_low = || product.sold().any(|variant| StockState::of(variant.stock(), low) == StockState::Low);
        if all == StockState::InStock && is_low() { StockState::Low } else { all }
    }
}

/// Writes the rows of a product, store or collection that differ from what was last written.
pub fn list_rows(id: Id, entry: &mut Entry, currency: Currency, low: i64, sweep: &mut Sweep<'_>) {
    match entry {
        Entry::Product(product) => list_product(id, product, currency, low, sweep),
        Entry::Store(store) => {
            let row = store_row(sweep.partition, id, store);
            write_once(&sql::STORE_PUT, row, &mut store.listed, sweep);
        }
        Entry::Collection(collection) => {
            let row = collection_row(sweep.partition, id, collection);
            write_once(&sql::COLLECTION_PUT, row, &mut collection.listed, sweep);
        }
    }
}

fn write_once(sql: &'static Sql, row: Vec<Value>, listed: &mut u64, sweep: &mut Sweep<'_>) {
    let hash = hash_of(&row);
    if *listed != hash {
        sweep.write(sql, row);
        *listed = hash;
    }
}

fn list_product(id: Id, product: &mut Product, currency: Currency, low: i64, sweep: &mut Sweep<'_>) {
    // What has no id yet is no product that a person could find.
    if product.id.is_none() || product.merged_into.is_some() {
        return;
    }
    let partition = sweep.partition;
    let known = std::mem::take(&mut product.listed);
    let found_by = words_of(product);
    let row = product_row(partition, id, product, currency, low, &found_by.join(" "));
    let mut listed = vec![hash_of(&row)];
    if !known.contains(&listed[0]) {
        sweep.write(&sql::PRODUCT_PUT, row);
    }
    let is_gone = product.is_deleted();
    let lists: [(&'static Sql, &'static Sql, Vec<String>); 2] = [
        (&sql::PRODUCT_WORDS_DELETE, &sql::PRODUCT_WORD_PUT, if is_gone { Vec::new() } else { found_by }),
        (
            &sql::PRODUCT_CATEGORIES_DELETE,
            &sql::PRODUCT_CATEGORY_PUT,
            product.categories.iter().map(|category| category.to_string()).filter(|_| !is_gone).collect(),
        ),
    ];
    for (n, (delete, put, texts)) in lists.into_iter().enumerate() {
        let hash = stable_hash(format!("{n}\0{}", texts.join("\0")).as_bytes());
        if !known.contains(&hash) {
            if !known.is_empty() {
                sweep.write(delete, vec![partition.into(), id.into()]);
            }
            for text in texts {
                sweep.write(put, vec![partition.into(), id.into(), Value::Text(text)]);
            }
        }
        listed.push(hash);
    }
    product.listed = listed;
}

/// What a product is found by: name, brand, ids, and the skus and barcodes of its variants.
fn words_of(product: &Product) -> Vec<String> {
    let mut found_by = words::of_text(product.name.as_deref().unwrap_or_default());
    found_by.extend(words::of_text(product.brand.as_deref().unwrap_or_default()));
    let whole = |text: &str| text.to_lowercase().split_whitespace().collect::<String>();
    found_by.extend(product.id.as_deref().map(whole));
    for variant in std::iter::once(&product.own).chain(&product.variants) {
        if found_by.len() >= WORDS_MAX {
            break;
        }
        found_by.extend([&variant.sku, &variant.barcode, &variant.id].into_iter().flatten().map(|id| whole(id)));
    }
    found_by.truncate(WORDS_MAX);
    found_by.sort_unstable();
    found_by.dedup();
    found_by
}

fn product_row(partition: i64, id: Id, product: &Product, currency: Currency, low: i64, found_by: &str) -> Vec<Value> {
    let range = product.price_range(currency);
    let name = product.name.as_deref().or(product.own.sku.as_deref()).unwrap_or_default();
    vec![
        partition.into(),
        id.into(),
        Value::Text(product.shop.to_string()),
        Value::Text(product.id.as_deref().unwrap_or_default().to_owned()),
        Value::Text(name.to_owned()),
        text(&product.brand),
        product.kind.map(|kind| kind.as_str().to_owned()).into(),
        product.images.first().map(|image| image.to_string()).into(),
        text(&product.url),
        range.map(|(currency, ..)| currency.to_string()).into(),
        range.map(|(_, min, _)| min).into(),
        range.map(|(_, _, max)| max).into(),
        product.stock().quantity.into(),
        Value::Static(StockState::of_product(product, low).as_str()),
        i64::from(product.is_active != Some(false)).into(),
        i64::from(product.is_deleted()).into(),
        (product.variants.iter().filter(|variant| !variant.is_deleted()).count() as i64).into(),
        product.changed_at.into(),
        Value::Text(found_by.to_owned()),
    ]
}

fn store_row(partition: i64, id: Id, store: &Store) -> Vec<Value> {
    let name = store.name.as_deref().unwrap_or(&store.id);
    vec![
        partition.into(),
        id.into(),
        Value::Text(store.shop.to_string()),
        Value::Text(store.id.to_string()),
        Value::Text(name.to_owned()),
        text(&store.street),
        text(&store.city),
        text(&store.postal_code),
        text(&store.country),
        text(&store.phone),
        store.place.map(|(latitude, _)| i64::from(latitude)).into(),
        store.place.map(|(_, longitude)| i64::from(longitude)).into(),
        i64::from(store.is_active != Some(false)).into(),
        i64::from(super::model::is_gone(store.deleted_at, store.words.said_at)).into(),
    ]
}

fn collection_row(partition: i64, id: Id, collection: &Collection) -> Vec<Value> {
    let name = collection.name.as_deref().unwrap_or(&collection.id);
    vec![
        partition.into(),
        id.into(),
        Value::Text(collection.shop.to_string()),
        Value::Text(collection.id.to_string()),
        Value::Text(name.to_owned()),
        text(&collection.handle),
        text(&collection.parent),
        text(&collection.image),
        i64::from(super::model::is_gone(collection.deleted_at, collection.words.said_at)).into(),
    ]
}

fn text(value: &Option<Box<str>>) -> Value {
    value.as_deref().map(str::to_owned).into()
}
