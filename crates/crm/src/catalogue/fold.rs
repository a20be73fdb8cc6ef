//! An event on the catalogue finds its product, store or collection, changes it, and raises what others wait for.

use super::{
    events::{self, Before},
    keys::{Keys, collection_key, store_key},
    model::{Collection, Entry, Ids, Place, Product, Store, VARIANTS_MAX},
    said::{Said, Spoken},
};
use crate::calls::Input;
use base::{Currency, HOUR, Id};
use runtime::{Domain, Event, Key, Need, Origin, World};

/// A domain of whose cells some are a product, a store or a collection.
pub trait Shelf: Domain {
    fn entry(cell: &Self::Cell) -> Option<&Entry>;
    fn set_entry(cell: &mut Self::Cell, entry: Entry);
    /// What prices are in where the shop does not say.
    fn currency(shared: &Self::Shared) -> Currency;
    /// At how many pieces a variant is running out; 0: never.
    fn low_stock(shared: &Self::Shared) -> i64;
}

/// Events older than this at their arrival are history: they are read, and nothing is raised.
const HISTORY_AFTER: i64 = 48 * HOUR;
/// The largest product, encoded: a cell's bound is 64 KiB.
const PRODUCT_BYTES_MAX: usize = 60 << 10;
/// Fewer variants than this are not measured.
const VARIANTS_SMALL: usize = 24;

/// Applies an event on the catalogue.
pub fn fold<D: Shelf>(domain: &D, event: &Event<Input>, said: &Said, world: &mut World<'_, D>) -> Result<(), Need> {
    let (shop, at) = (&said.shop, event.occurred);
    match &said.what {
        Spoken::Store(said) => with_store(world, shop, &said.id, |store| store.hear(said, at)),
        Spoken::StoreDeleted(id) => {
            with_store(world, shop, id, |store| store.deleted_at = store.deleted_at.max(Some(at)))
        }
        Spoken::Collection(said) => with_collection(world, shop, &said.id, |collection| collection.hear(said, at)),
        Spoken::CollectionDeleted(id) => with_collection(world, shop, id, |collection| {
            collection.deleted_at = collection.deleted_at.max(Some(at));
        }),
        Spoken::Product(_)
        | Spoken::ProductDeleted(_)
        | Spoken::VariantDeleted(_)
        | Spoken::Stock(_)
        | Spoken::StockItem(_)
        | Spoken::StockItemDeleted(_) => fold_product(domain, event, said, world),
    }
}

fn fold_product<D: Shelf>(domain: &D, event: &Event<Input>, said: &Said, world: &mut World<'_, D>) -> Result<(), Need> {
    let ids = match &said.what {
        Spoken::Product(said) => &said.ids,
        Spoken::Stock(said) => &said.ids,
        Spoken::ProductDeleted(ids)
        | Spoken::VariantDeleted(ids)
        | Spoken::StockItem(ids)
        | Spoken::StockItemDeleted(ids) => ids,
        _ => unreachable!("stores and collections are folded by themselves"),
    };
    let (id, mut product) = resolve(domain, world, &said.shop, ids)?;
    world.stamp(id);
    let at = event.occurred;
    let currency = D::currency(world.shared());
    let before = Before::of(&product, ids);
    let place = match &said.what {
        Spoken::Product(said) => product.hear(said, at, currency),
        Spoken::Stock(said) => product.hear_stock(said, at),
        Spoken::StockItem(ids) => product.place_for(ids),
        Spoken::ProductDeleted(_) => {
            product.deleted_at = product.deleted_at.max(Some(at));
            product.changed_at = product.changed_at.max(at);
            None
        }
        Spoken::VariantDeleted(ids) => {
            product.changed_at = product.changed_at.max(at);
            if let Some(place @ Place::Variant(_)) = product.place_for(ids) {
                let variant = product.at_mut(place);
                variant.deleted_at = variant.deleted_at.max(Some(at));
            }
            None
        }
        Spoken::StockItemDeleted(ids) => {
            if let Some(place) = product.place_of(ids) {
                product.at_mut(place).levels.iter_mut().for_each(|level| level.remove(at));
            }
            None
        }
        _ => None,
    };
    let is_past = event.origin == Origin::History || event.received - event.occurred > HISTORY_AFTER;
    if let (Some(place), false) = (place, is_past) {
        let low = D::low_stock(world.shared());
        events::raise(world, id, &product, place, &before, currency, low, at);
    }
    keep_small(&mut product);
    put(world, id, Entry::Product(product))
}

/// The product that the ids mean, and its cell: found, joined from what was heard of it under other ids, or made.
fn resolve<D: Shelf>(domain: &D, world: &mut World<'_, D>, shop: &str, ids: &Ids) -> Result<(Id, Product), Need> {
    let keys = Keys::of(shop, ids);
    let product = living(domain, world, keys.product.as_ref())?;
    let variant = living(domain, world, keys.variant.as_ref())?;
    let item = living(domain, world, keys.item.as_ref())?;
    let sku = living(domain, world, keys.sku.as_ref())?;
    let mut home = product;
    for found in [variant, item, sku].into_iter().flatten() {
        // A variant that is known already says whose it is; one that names another product has moved there.
        let is_free =
            ids.product.is_none() || read(world, found)?.id.is_none() || read(world, found)?.id == ids.product;
        if home.is_none() && is_free {
            home = Some(found);
        }
    }
    let (home, mut known) = match home {
        Some(home) => (home, read(world, home)?),
        None => (world.create(), Product { shop: shop.into(), created_at: world.now(), ..Product::default() }),
    };
    if known.id.is_none() {
        known.id.clone_from(&ids.product);
    }
    for found in [variant, item, sku].into_iter().flatten() {
        if found != home && read(world, found)?.merged_into.is_none() {
            join(world, found, home, &mut known, ids)?;
        }
    }
    for key in keys.all() {
        if world.find(key)? != Some(home) {
            world.bind(key.clone(), home);
        }
    }
    Ok((home, known))
}

/// Joins what was heard of under other ids with the product that it turns out to be; of a product with an id of its own only the
/// variant goes over.
fn join<D: Shelf>(world: &mut World<'_, D>, from: Id, into: Id, product: &mut Product, ids: &Ids) -> Result<(), Need> {
    let mut other = read(world, from)?;
    if other.id.is_none() {
        let old = std::mem::take(&mut other);
        product.absorb(old.clone());
        let closed =
            Product { shop: old.shop, created_at: old.created_at, merged_into: Some(into), ..Product::default() };
        return put(world, from, Entry::Product(Product { listed: old.listed, ..closed }));
    }
    let moved = ids.variant.as_ref().and_then(|id| other.variants.iter().position(|v| v.id.as_ref() == Some(id)));
    if let Some(moved) = moved.filter(|_| product.variants.len() < VARIANTS_MAX) {
        let variant = other.variants.remove(moved);
        product.absorb_variant(variant);
        put(world, from, Entry::Product(other))?;
    }
    Ok(())
}

fn living<D: Shelf>(domain: &D, world: &mut World<'_, D>, key: Option<&Key>) -> Result<Option<Id>, Need> {
    let Some(key) = key else { return Ok(None) };
    match world.find(key)? {
        Some(id) => world.living(domain, id).map(Some),
        None => Ok(None),
    }
}

fn read<D: Shelf>(world: &mut World<'_, D>, id: Id) -> Result<Product, Need> {
    Ok(D::entry(world.cell(id)?).and_then(Entry::product).cloned().unwrap_or_default())
}

fn put<D: Shelf>(world: &mut World<'_, D>, id: Id, entry: Entry) -> Result<(), Need> {
    let mut cell = Box::<D::Cell>::default();
    D::set_entry(&mut cell, entry);
    world.put(id, cell);
    Ok(())
}

/// Keeps a product within its bound: first old prices and further pictures go, then the last variants, which are counted.
pub(super) fn keep_small(product: &mut Product) {
    let size = |product: &Product| runtime::applier::encode(product).len();
    if product.variants.len() < VARIANTS_SMALL || size(product) <= PRODUCT_BYTES_MAX {
        return;
    }
    product.slim();
    product.shed(|product| size(product) <= PRODUCT_BYTES_MAX);
}

fn with_store<D: Shelf>(
    world: &mut World<'_, D>,
    shop: &str,
    id: &str,
    change: impl FnOnce(&mut Store),
) -> Result<(), Need> {
    let cell = cell_of(world, store_key(shop, id))?;
    let mut store = match D::entry(world.cell(cell)?) {
        Some(Entry::Store(store)) => store.clone(),
        _ => Store { shop: shop.into(), id: id.into(), ..Store::default() },
    };
    change(&mut store);
    world.stamp(cell);
    put(world, cell, Entry::Store(store))
}

fn with_collection<D: Shelf>(
    world: &mut World<'_, D>,
    shop: &str,
    id: &str,
    change: impl FnOnce(&mut Collection),
) -> Result<(), Need> {
    let cell = cell_of(world, collection_key(shop, id))?;
    let mut collection = match D::entry(world.cell(cell)?) {
        Some(Entry::Collection(collection)) => collection.clone(),
        _ => Collection { shop: shop.into(), id: id.into(), ..Collection::default() },
    };
    change(&mut collection);
    world.stamp(cell);
    put(world, cell, Entry::Collection(collection))
}

/// The cell that a key leads to, made where there is none.
fn cell_of<D: Shelf>(world: &mut World<'_, D>, key: Key) -> Result<Id, Need> {
    if let Some(id) = world.find(&key)? {
        return Ok(id);
    }
    let id = world.create();
    world.bind(key, id);
    Ok(id)
}
