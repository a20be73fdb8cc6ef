//! Customers, products, categories and stock.

use super::super::{
    Out,
    facts::{Person, Product, Stock},
    json::Json,
    read,
};
use super::sales::{address_of, time};

type Said<T> = Result<T, String>;

pub(super) fn customer(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let inner = json.get("data_model");
    let json = if inner.fields().is_empty() { json } else { inner };
    let addresses = json.get("addresses").list();
    let address = addresses.iter().find(|a| a.flag("default_billing") == Some(true)).or(addresses.first());
    let address = address.unwrap_or(&Json::Null);
    let mut person = Person {
        id: json.id_of(&["id", "entity_id"]),
        email: read::address(json.text("email")),
        phone: address.text("telephone"),
        first_name: json.text_of(&["firstname", "name"]),
        last_name: json.text("lastname"),
        country: address.text("country_id"),
        address: address_of(address),
        updated_at: time(json, &["updated_at", "created_at"])?,
        more: vec![
            ("created_at", time(json, &["created_at"])?.into()),
            ("birthday", json.text("dob").into()),
            ("customer_group", json.text("group_id").into()),
            ("store_id", json.text("store_id").into()),
            ("website_id", json.text("website_id").into()),
            ("tax_id", json.text("taxvat").into()),
        ],
        ..Person::default()
    };
    person.consent.extend(json.flag("extension_attributes.is_subscribed").map(|granted| ("email", granted)));
    out.person(&person)
}

pub(super) fn customer_deleted(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let person =
        Person { id: json.id_of(&["id", "entity_id"]), email: read::address(json.text("email")), ..Person::default() };
    out.about_person("Customer Deleted", &person, None, Json::object([]))
}

/// A newsletter subscriber: 1 subscribed, 2 not active, 3 unsubscribed, 4 not confirmed.
pub(super) fn subscriber(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let granted = match json.text_of(&["subscriber_status", "status"]).as_deref() {
        Some("1") => Some(true),
        Some("3") => Some(false),
        _ => None,
    };
    let person = Person {
        id: json.id("customer_id"),
        email: read::address(json.text_of(&["subscriber_email", "email"])),
        consent: granted.map(|granted| ("email", granted)).into_iter().collect(),
        updated_at: time(json, &["change_status_at"])?,
        ..Person::default()
    };
    out.person(&person)
}

pub(super) fn product(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let custom = |name: &str| {
        let attributes = json.get("custom_attributes").list().iter();
        attributes.clone().find(|a| a.text("attribute_code").as_deref() == Some(name)).and_then(|a| a.text("value"))
    };
    let price = json.amount_of(&["price"])?;
    let special = match json.amount_of(&["special_price", "calculated_final_price"])? {
        Some(special) => Some(special),
        None => Json::object([("special_price", custom("special_price").into())]).amount("special_price")?,
    };
    let sale = special.zip(price).filter(|(special, price)| special < price);
    let stock = json.at("extension_attributes.stock_item");
    let categories =
        json.at("extension_attributes.category_links").list().iter().filter_map(|link| link.id("category_id"));
    let more_categories = json.get("category_ids").list().iter().filter_map(Json::as_id);
    let product = Product {
        id: json.id_of(&["id", "entity_id", "product_id"]),
        sku: json.text("sku"),
        name: json.text("name"),
        url: json.text_of(&["url", "product_url"]),
        images: json.get("media_gallery_entries").list().iter().filter_map(|image| image.text("file")).collect(),
        price: sale.map(|(special, _)| special).or(price),
        compare_at_price: sale.map(|(_, price)| price),
        categories: categories.chain(more_categories).collect(),
        is_active: json.text("status").map(|status| status == "1"),
        stock: json.amount_of(&["qty", "quantity_and_stock_status.qty", "extension_attributes.stock_item.qty"])?,
        is_in_stock: stock.flag("is_in_stock").or_else(|| json.flag("is_salable")),
        updated_at: time(json, &["updated_at"])?,
        more: vec![
            ("product_type", json.text("type_id").into()),
            ("handle", json.text("url_key").or_else(|| custom("url_key")).into()),
            ("created_at", time(json, &["created_at"])?.into()),
        ],
        ..Product::default()
    };
    out.product(&product)
}

pub(super) fn product_deleted(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let (id, sku) = (json.id_of(&["id", "entity_id"]), json.text("sku"));
    let object = id.clone().or_else(|| sku.clone()).ok_or("the deleted product has neither an id nor a sku")?;
    out.about_shop("Product Deleted", &object, None, Json::object([("product_id", id.into()), ("sku", sku.into())]));
    Ok(())
}

pub(super) fn category(json: &Json, out: &mut Out<'_>, is_deleted: bool) -> Said<()> {
    let id = json.id_of(&["category_id", "entity_id", "id"]).ok_or("the category has no id")?;
    if is_deleted {
        out.about_shop("Collection Deleted", &id, None, Json::object([("collection_id", id.clone().into())]));
        return Ok(());
    }
    let said = Json::object([
        ("collection_id", id.clone().into()),
        ("name", json.text("name").into()),
        ("handle", json.text("url_key").into()),
        ("url", json.text("url").into()),
        ("parent_id", json.id("parent_id").into()),
        ("is_active", json.flag("is_active").into()),
    ]);
    out.about_shop("Collection Updated", &id, time(json, &["updated_at"])?, said);
    Ok(())
}

/// A stock item, or a list of source items.
pub(super) fn stock(json: &Json, out: &mut Out<'_>) -> Said<()> {
    for name in ["sourceItems", "source_items"] {
        if let list @ Json::List(_) = json.get(name) {
            if list.list().is_empty() {
                return Err(format!("{name} is an empty list"));
            }
            return list.list().iter().try_for_each(|item| level(item, out));
        }
    }
    level(json, out)
}

fn level(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let is_source = json.has_any(&["source", "source_code", "outOfStock"]);
    let is_in_stock = match json.flag("outOfStock") {
        Some(out_of_stock) => Some(!out_of_stock),
        // A source item's status is 1 while it may be sold from there.
        None => json.flag("is_in_stock").or_else(|| json.flag("status").filter(|_| is_source)),
    };
    let stock = Stock {
        product_id: json.id("product_id"),
        sku: json.text("sku"),
        item_id: None,
        location_id: json.text_of(&["source", "source_code", "stock_id"]),
        quantity: json.amount_of(&["qty", "quantity", "salable_quantity"])?,
        is_in_stock,
        at: time(json, &["updated_at"])?,
        ..Stock::default()
    };
    out.stock(&stock)
}
