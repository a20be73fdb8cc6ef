//! What a shop calls the variant of a line that only its pages told of.

use super::{
    api::any_product_of,
    keys::{product_key, sku_key},
    model::{Ids, Product},
};
use crate::calls::Input;
use runtime::{Handle, Key};

/// Joins that are followed from a key to the product that it is about.
const JOINS_MAX: usize = 8;

/// The shop's id of the variant with a sku; without one, of the product's only variant. `shop`: what speaks of its catalogue, the
/// connection's namespace or else the kind of shop.
pub async fn variant_of(
    handle: &Handle<Input>,
    shop: &str,
    sku: Option<&str>,
    product_id: Option<&str>,
) -> Option<String> {
    if let Some(sku) = sku {
        let product = product_at(handle, sku_key(shop, sku)).await?;
        let place = product.place_of(&Ids { sku: Some(sku.into()), ..Ids::default() })?;
        let variant = product.at(place);
        return variant.id.as_deref().filter(|_| !variant.is_deleted()).map(str::to_owned);
    }
    let product = product_at(handle, product_key(shop, product_id?)).await?;
    let mut sold = product.sold();
    let only = sold.next().filter(|_| product.variants.len() == 1);
    only.filter(|_| sold.next().is_none())?.id.as_deref().map(str::to_owned)
}

async fn product_at(handle: &Handle<Input>, key: Key) -> Option<Product> {
    let mut id = handle.find(key).await?;
    for _ in 0..JOINS_MAX {
        let product = any_product_of(handle, id).await?;
        match product.merged_into {
            Some(next) => id = next,
            None => return Some(product).filter(|product| !product.is_deleted()),
        }
    }
    None
}
