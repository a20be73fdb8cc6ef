//! What finds a product, a store or a collection: ids of the source that speaks, each kind of id by itself.

use super::{
    model::Ids,
    said::{Said, Spoken},
};
use runtime::Key;

const PRODUCT: char = 'P';
const VARIANT: char = 'V';
const SKU: char = 'S';
const ITEM: char = 'I';
const STORE: char = 'L';
const COLLECTION: char = 'G';

/// Ids of two shops may be the same: the source's name is part of the key.
fn key(kind: char, shop: &str, id: &str) -> Key {
    Key::new(kind, &format!("{shop}\u{1f}{id}"))
}

pub fn product_key(shop: &str, id: &str) -> Key {
    key(PRODUCT, shop, id)
}

pub(super) fn sku_key(shop: &str, sku: &str) -> Key {
    key(SKU, shop, sku)
}

pub(super) fn store_key(shop: &str, id: &str) -> Key {
    key(STORE, shop, id)
}

pub(super) fn collection_key(shop: &str, id: &str) -> Key {
    key(COLLECTION, shop, id)
}

/// The keys of a variant's ids, the surest first: product, variant, stock item, sku.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Keys {
    pub product: Option<Key>,
    pub variant: Option<Key>,
    pub item: Option<Key>,
    pub sku: Option<Key>,
}

impl Keys {
    pub fn of(shop: &str, ids: &Ids) -> Keys {
        let of = |kind: char, id: &Option<Box<str>>| id.as_deref().map(|id| key(kind, shop, id));
        Keys {
            product: of(PRODUCT, &ids.product),
            variant: of(VARIANT, &ids.variant),
            item: of(ITEM, &ids.item),
            sku: of(SKU, &ids.sku),
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &Key> {
        [&self.product, &self.variant, &self.item, &self.sku].into_iter().flatten()
    }
}

/// The keys that the fold of an event on the catalogue will look up.
pub fn touches(said: &Said, keys: &mut Vec<Key>) {
    let shop = &said.shop;
    let ids = match &said.what {
        Spoken::Product(said) => &said.ids,
        Spoken::Stock(said) => &said.ids,
        Spoken::ProductDeleted(ids)
        | Spoken::VariantDeleted(ids)
        | Spoken::StockItem(ids)
        | Spoken::StockItemDeleted(ids) => ids,
        Spoken::Store(said) => return keys.push(store_key(shop, &said.id)),
        Spoken::StoreDeleted(id) => return keys.push(store_key(shop, id)),
        Spoken::Collection(said) => return keys.push(collection_key(shop, &said.id)),
        Spoken::CollectionDeleted(id) => return keys.push(collection_key(shop, id)),
    };
    keys.extend(Keys::of(shop, ids).all().cloned());
}
