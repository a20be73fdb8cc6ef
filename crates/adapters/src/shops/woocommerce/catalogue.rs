//! Products, variations, categories, stock and reviews.

use super::super::{
    Out,
    facts::{Person, Product, Stock},
    json::Json,
    read,
};
use super::sales::time;

type Said<T> = Result<T, String>;

fn common(json: &Json, out: &Out<'_>) -> Said<Product> {
    let names = |name: &str| -> Vec<String> {
        json.get(name).list().iter().filter_map(|entry| entry.text("name")).map(read::plain).collect()
    };
    let images = json.get("images").list().iter().chain([json.get("image")]);
    // An empty sale price is no price of zero.
    let regular = json.amount("regular_price")?;
    let price = match json.amount("price")? {
        Some(price) => Some(price),
        None => regular,
    };
    Ok(Product {
        sku: json.text("sku"),
        name: json.text("name").map(read::plain),
        url: json.text("permalink"),
        images: images.filter_map(|image| image.text("src")).collect(),
        compare_at_price: regular.filter(|regular| price.is_some_and(|price| price < *regular)),
        price,
        categories: names("categories"),
        tags: names("tags"),
        brand: names("brands").into_iter().next(),
        is_active: json.text("status").map(|status| status == "publish"),
        stock: json.amount("stock_quantity")?,
        is_in_stock: in_stock(json),
        updated_at: match time(json, "date_modified", out)? {
            Some(time) => Some(time),
            None => time(json, "date_created", out)?,
        },
        more: vec![
            ("product_type", json.text("type").into()),
            ("is_virtual", json.flag("virtual").into()),
            ("is_downloadable", json.flag("downloadable").into()),
            ("is_purchasable", json.flag("purchasable").into()),
            ("low_stock_amount", json.amount("low_stock_amount")?.into()),
            ("created_at", time(json, "date_created", out)?.into()),
        ],
        ..Product::default()
    })
}

fn in_stock(json: &Json) -> Option<bool> {
    match json.text("stock_status") {
        Some(status) => Some(status != "outofstock"),
        None => json.flag("in_stock"),
    }
}

pub(super) fn product(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let product = Product { id: json.id("id"), ..common(json, out)? };
    if product.id.is_none() {
        return Err("the product has no id".to_owned());
    }
    out.product(&product)
}

pub(super) fn variation(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let options: Vec<String> =
        json.get("attributes").list().iter().filter_map(|a| a.text("option")).map(read::plain).collect();
    let mut variation = common(json, out)?;
    variation.variant_id = json.id("id");
    variation.id = json.id("parent_id");
    variation.name = variation.name.or_else(|| (!options.is_empty()).then(|| options.join(", ")));
    variation.more.push(("options", if options.is_empty() { Json::Null } else { options.into() }));
    if variation.variant_id.is_none() {
        return Err("the variation has no id".to_owned());
    }
    out.product(&variation)
}

pub(super) fn deleted(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the deleted product has no id")?;
    out.about_shop("Product Deleted", &id, None, Json::object([("product_id", id.clone().into())]));
    Ok(())
}

/// A line of the stock report: a product, or a variation where it has a parent.
pub(super) fn stock(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let (id, parent) = (json.id("id"), json.id("parent_id"));
    let is_variation = parent.is_some();
    let stock = Stock {
        product_id: parent.or_else(|| id.clone()),
        variant_id: id.filter(|_| is_variation),
        sku: json.text("sku"),
        quantity: json.amount("stock_quantity")?,
        is_in_stock: in_stock(json),
        ..Stock::default()
    };
    out.stock(&stock)
}

pub(super) fn category(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the category has no id")?;
    let said = Json::object([
        ("collection_id", id.clone().into()),
        ("name", json.text("name").map(read::plain).into()),
        ("handle", json.text("slug").into()),
        ("parent_id", json.id("parent").into()),
        ("image_url", json.text_of(&["image.src"]).into()),
    ]);
    out.about_shop("Collection Updated", &id, None, said);
    Ok(())
}

pub(super) fn review(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id");
    let person =
        Person { id: json.id("customer_id"), email: read::address(json.text("reviewer_email")), ..Person::default() };
    let said = Json::object([
        ("review_id", id.into()),
        ("product_id", json.id("product_id").into()),
        ("rating", json.amount("rating")?.into()),
        ("status", json.text("status").into()),
        ("is_verified", json.flag("verified").into()),
        ("reviewer", json.text("reviewer").into()),
        ("email", person.email.clone().into()),
        ("review", json.text("review").into()),
    ]);
    out.about_person("Review Submitted", &person, time(json, "date_created", out)?, said)
}
