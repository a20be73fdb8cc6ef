//! Products, variants, collections, stock and places.

use super::super::{
    Out,
    facts::{Product, Stock},
    json::Json,
};
use super::sales::{listed, time};

type Said<T> = Result<T, String>;

/// A product and each of its variants, an event each: a product may have two thousand.
pub(super) fn product(json: &Json, out: &mut Out<'_>, action: &str) -> Said<()> {
    let id = json.id_of(&["id", "product_id"]).ok_or("the product has no id")?;
    if action == "delete" {
        return deleted("Product Deleted", "product_id", &id, out);
    }
    let images = images(json);
    let variants: Vec<&Json> = listed(json, "variants");
    let mut categories: Vec<String> = json.text_of(&["product_type", "productType"]).into_iter().collect();
    categories.extend(json.text_of(&["category.full_name", "category.fullName"]));
    let tags = match json.get("tags") {
        Json::Text(text) => text.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect(),
        list => list.list().iter().filter_map(Json::as_text).collect(),
    };
    let is_active = match json.text("status") {
        Some(status) => Some(status.eq_ignore_ascii_case("active")),
        None => json.has("published_at").then(|| !json.get("published_at").is_null()),
    };
    let product = Product {
        id: Some(id.clone()),
        name: json.text("title"),
        url: json.text_of(&["onlineStoreUrl", "online_store_url"]),
        images: images.iter().map(|(_, url)| url.clone()).collect(),
        price: variants.first().map(|variant| variant.amount("price")).transpose()?.flatten(),
        compare_at_price: variants
            .first()
            .map(|v| v.amount_of(&["compare_at_price", "compareAtPrice"]))
            .transpose()?
            .flatten(),
        brand: json.text("vendor"),
        categories,
        tags,
        is_active,
        updated_at: time(json, &["updated_at", "updatedAt"])?,
        more: vec![
            ("handle", json.text("handle").into()),
            ("created_at", time(json, &["created_at", "createdAt"])?.into()),
            ("published_at", time(json, &["published_at", "publishedAt"])?.into()),
        ],
        ..Product::default()
    };
    out.product(&product)?;
    for variant in variants {
        let image = variant.id("image_id").and_then(|id| images.iter().find(|(known, _)| known.as_ref() == Some(&id)));
        variant_of(variant, Some(&product), image.map(|(_, url)| url.clone()), out)?;
    }
    Ok(())
}

/// Images with their ids.
fn images(json: &Json) -> Vec<(Option<String>, String)> {
    let mut found: Vec<(Option<String>, String)> = Vec::new();
    for image in [listed(json, "images"), vec![json.get("image"), json.get("featuredImage")]].concat() {
        if let Some(url) = image.text_of(&["src", "url"])
            && !found.iter().any(|(_, known)| *known == url)
        {
            found.push((image.id("id"), url));
        }
    }
    found
}

pub(super) fn variant(json: &Json, out: &mut Out<'_>, action: &str) -> Said<()> {
    match action {
        "delete" => deleted("Variant Deleted", "variant_id", &json.id("id").ok_or("the variant has no id")?, out),
        _ => variant_of(json, None, None, out),
    }
}

fn variant_of(json: &Json, product: Option<&Product>, image: Option<String>, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("a variant has no id")?;
    let stock = json.amount_of(&["inventory_quantity", "inventoryQuantity"])?;
    let options: Vec<String> =
        ["option1", "option2", "option3"].into_iter().filter_map(|name| json.text(name)).collect();
    let variant = Product {
        id: json.id_of(&["product_id", "product.id"]).or_else(|| product.and_then(|product| product.id.clone())),
        variant_id: Some(id),
        sku: json.text("sku"),
        name: json.text("title"),
        images: image.into_iter().chain(json.text_of(&["image.src", "image.url"])).take(1).collect(),
        price: json.amount("price")?,
        compare_at_price: json.amount_of(&["compare_at_price", "compareAtPrice"])?,
        stock,
        updated_at: time(json, &["updated_at", "updatedAt"])?.or(product.and_then(|product| product.updated_at)),
        more: vec![
            ("barcode", json.text("barcode").into()),
            ("options", if options.is_empty() { Json::Null } else { options.into() }),
            ("inventory_item_id", json.id_of(&["inventory_item_id", "inventoryItem.id"]).into()),
            (
                "inventory_policy",
                json.text_of(&["inventory_policy", "inventoryPolicy"]).map(|p| p.to_lowercase()).into(),
            ),
        ],
        ..Product::default()
    };
    out.product(&variant)
}

fn deleted(name: &str, field: &'static str, id: &str, out: &mut Out<'_>) -> Said<()> {
    out.about_shop(name, id, None, Json::object([(field, id.into())]));
    Ok(())
}

pub(super) fn collection(json: &Json, out: &mut Out<'_>, action: &str) -> Said<()> {
    let id = json.id_of(&["id", "collection_id"]).ok_or("the collection has no id")?;
    // A deleted one says no more than its id.
    if action == "delete" || !json.has_any(&["title", "handle"]) {
        return deleted("Collection Deleted", "collection_id", &id, out);
    }
    let said = Json::object([
        ("collection_id", id.clone().into()),
        ("name", json.text("title").into()),
        ("handle", json.text("handle").into()),
        ("image_url", json.text_of(&["image.src", "image.url"]).into()),
        ("published_at", time(json, &["published_at"])?.into()),
    ]);
    out.about_shop("Collection Updated", &id, time(json, &["updated_at", "updatedAt"])?, said);
    Ok(())
}

pub(super) fn stock_level(json: &Json, out: &mut Out<'_>, action: &str) -> Said<()> {
    let item = json.id_of(&["inventory_item_id", "item.id"]).ok_or("the stock level has no inventory_item_id")?;
    let stock = Stock {
        item_id: Some(item),
        location_id: json.id_of(&["location_id", "location.id"]),
        quantity: json.amount("available")?,
        is_removed: action == "disconnect" || !json.has_any(&["available", "quantities"]),
        at: time(json, &["updated_at", "updatedAt"])?,
        ..Stock::default()
    };
    out.stock(&stock)
}

/// What is counted in stock: the link from a count to the product's sku.
pub(super) fn stock_item(json: &Json, out: &mut Out<'_>, action: &str) -> Said<()> {
    let id = json.id("id").ok_or("the inventory item has no id")?;
    if action == "delete" || !json.has_any(&["sku", "tracked"]) {
        return deleted("Stock Item Deleted", "inventory_item_id", &id, out);
    }
    let said = Json::object([
        ("inventory_item_id", id.clone().into()),
        ("sku", json.text("sku").into()),
        ("is_tracked", json.flag("tracked").into()),
        ("cost", json.amount_of(&["cost", "unitCost.amount"])?.into()),
    ]);
    out.about_shop("Stock Item Updated", &id, time(json, &["updated_at", "updatedAt"])?, said);
    Ok(())
}

pub(super) fn location(json: &Json, out: &mut Out<'_>, action: &str) -> Said<()> {
    let id = json.id("id").ok_or("the location has no id")?;
    if action == "delete" {
        return deleted("Store Deleted", "location_id", &id, out);
    }
    let said = Json::object([
        ("location_id", id.clone().into()),
        ("name", json.text("name").into()),
        ("street", json.text("address1").into()),
        ("city", json.text("city").into()),
        ("postal_code", json.text("zip").into()),
        ("country", json.text_of(&["country_code", "country"]).into()),
        ("phone", json.text("phone").into()),
        ("is_active", json.flag("active").into()),
    ]);
    out.about_shop("Store Updated", &id, time(json, &["updated_at"])?, said);
    Ok(())
}
