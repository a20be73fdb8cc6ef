//! Products, variants, collections and stock.

use super::super::{
    Out,
    facts::{Product, Stock},
    json::Json,
};
use super::time;
use base::Time;

type Said<T> = Result<T, String>;

pub(super) fn product(json: &Json, at: Option<Time>, is_deleted: bool, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the product has no id")?;
    if is_deleted {
        out.about_shop("Product Deleted", &id, at, Json::object([("product_id", id.clone().into())]));
        return Ok(());
    }
    let named = |name: &str, field: &str| -> Vec<String> {
        json.get(name).list().iter().filter_map(|entry| entry.text(field)).collect()
    };
    let images = json.get("images").list().iter().filter_map(|image| image.text("url"));
    let mut categories = named("categories", "name");
    categories.extend(json.text_of(&["collection.title", "type.value"]));
    let product = Product {
        id: Some(id.clone()),
        name: json.text("title"),
        images: json.text("thumbnail").into_iter().chain(images).collect(),
        categories,
        tags: named("tags", "value"),
        is_active: json.text("status").map(|status| status == "published"),
        updated_at: time(json, "updated_at")?.or(at),
        more: vec![("handle", json.text("handle").into()), ("created_at", time(json, "created_at")?.into())],
        ..Product::default()
    };
    out.product(&product)?;
    json.get("variants").list().iter().try_for_each(|inner| variant(inner, Some(&id), at, false, out))
}

pub(super) fn variant(
    json: &Json,
    product: Option<&String>,
    at: Option<Time>,
    is_deleted: bool,
    out: &mut Out<'_>,
) -> Said<()> {
    let id = json.id("id").ok_or("the variant has no id")?;
    if is_deleted {
        out.about_shop("Variant Deleted", &id, at, Json::object([("variant_id", id.clone().into())]));
        return Ok(());
    }
    let calculated = json.get("calculated_price");
    let price = match calculated.amount("calculated_amount")? {
        Some(price) => Some(price),
        None => json.amount_of(&["prices.0.amount"])?,
    };
    let variant = Product {
        id: json.id_of(&["product_id", "product.id"]).or_else(|| product.cloned()),
        variant_id: Some(id),
        sku: json.text("sku"),
        name: json.text("title"),
        currency: json.currency_of(&["calculated_price.currency_code", "prices.0.currency_code"])?,
        price,
        compare_at_price: calculated
            .amount("original_amount")?
            .filter(|original| price.is_some_and(|price| price < *original)),
        stock: json.amount("inventory_quantity")?,
        updated_at: time(json, "updated_at")?.or(at),
        more: vec![
            ("barcode", json.text_of(&["barcode", "ean", "upc"]).into()),
            ("inventory_item_id", json.id_of(&["inventory_items.0.inventory_item_id"]).into()),
        ],
        ..Product::default()
    };
    out.product(&variant)
}

pub(super) fn collection(json: &Json, at: Option<Time>, is_deleted: bool, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the collection has no id")?;
    let name = if is_deleted { "Collection Deleted" } else { "Collection Updated" };
    let said = Json::object([
        ("collection_id", id.clone().into()),
        ("name", json.text_of(&["title", "name"]).into()),
        ("handle", json.text("handle").into()),
        ("parent_id", json.id("parent_category_id").into()),
    ]);
    out.about_shop(name, &id, time(json, "updated_at")?.or(at), said);
    Ok(())
}

pub(super) fn level(json: &Json, at: Option<Time>, out: &mut Out<'_>) -> Said<()> {
    let item = json.id_of(&["inventory_item_id", "inventory_item.id"]).ok_or("the level has no inventory_item_id")?;
    level_of(json, item, json.text("sku"), at, out)
}

fn level_of(json: &Json, item: String, sku: Option<String>, at: Option<Time>, out: &mut Out<'_>) -> Said<()> {
    let quantity = match json.amount("available_quantity")? {
        Some(available) => Some(available),
        None => json.amount("stocked_quantity")?,
    };
    let stock = Stock {
        item_id: Some(item),
        sku,
        location_id: json.id("location_id"),
        quantity,
        at: time(json, "updated_at")?.or(at),
        ..Stock::default()
    };
    out.stock(&stock)
}

/// What is counted, and its levels where they come with it.
pub(super) fn item(json: &Json, at: Option<Time>, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the inventory item has no id")?;
    let said = Json::object([("inventory_item_id", id.clone().into()), ("sku", json.text("sku").into())]);
    out.about_shop("Stock Item Updated", &id, time(json, "updated_at")?.or(at), said);
    let levels = json.get("location_levels").list().iter();
    levels.into_iter().try_for_each(|level| level_of(level, id.clone(), json.text("sku"), at, out))
}

pub(super) fn location(json: &Json, at: Option<Time>, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the location has no id")?;
    let said = Json::object([
        ("location_id", id.clone().into()),
        ("name", json.text("name").into()),
        ("street", json.text_of(&["address.address_1"]).into()),
        ("city", json.text_of(&["address.city"]).into()),
        ("postal_code", json.text_of(&["address.postal_code"]).into()),
        ("country", json.text_of(&["address.country_code"]).into()),
    ]);
    out.about_shop("Store Updated", &id, time(json, "updated_at")?.or(at), said);
    Ok(())
}
