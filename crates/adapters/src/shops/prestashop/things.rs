//! Customers, their addresses, products, stock and stores.

use super::super::{
    Ignored, Out, Taken, Verdict,
    facts::{Person, Product, Stock},
    json::Json,
    read,
};
use super::{rows, sales::time, text_in_language};

type Said<T> = Result<T, String>;

pub(super) fn customer(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let is_guest = json.flag("is_guest") == Some(true);
    let id = json.id("id").ok_or("the customer has no id")?;
    if json.flag("deleted") == Some(true) {
        return customer_deleted(json, out);
    }
    let groups: Vec<String> = rows(json, "groups", "group").into_iter().filter_map(|group| group.id("id")).collect();
    let mut person = Person {
        id: Some(id),
        email: read::address(json.text("email")),
        first_name: json.text("firstname"),
        last_name: json.text("lastname"),
        language: json.text("language_iso"),
        updated_at: time(json, "date_upd", out)?,
        more: vec![
            ("created_at", time(json, "date_add", out)?.into()),
            ("birthday", json.text("birthday").filter(|day| !day.starts_with("0000")).into()),
            ("company", json.text("company").into()),
            ("is_guest", is_guest.then_some(true).into()),
            ("customer_groups", if groups.is_empty() { Json::Null } else { groups.into() }),
            ("partner_offers", json.flag("optin").into()),
            ("note", json.text("note").into()),
        ],
        ..Person::default()
    };
    person.consent.extend(json.flag("newsletter").map(|granted| ("email", granted)));
    out.person(&person)
}

pub(super) fn customer_deleted(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let person = Person { id: json.id("id"), ..Person::default() };
    out.about_person("Customer Deleted", &person, time(json, "date_upd", out)?, Json::object([]))
}

pub(super) fn address(json: &Json, out: &mut Out<'_>) -> Said<Verdict> {
    let Some(customer) = json.id("id_customer") else {
        // Manufacturers, suppliers and warehouses have addresses too.
        if json.has_any(&["id_manufacturer", "id_supplier", "id_warehouse"]) && json.id("id").is_some() {
            return Ok(Ignored("the address is no customer's".to_owned()));
        }
        return Err("the address has no id_customer: is it a blank template?".to_owned());
    };
    if json.flag("deleted") == Some(true) {
        return Ok(Ignored("the address was taken away".to_owned()));
    }
    let street: Vec<String> = ["address1", "address2"].into_iter().filter_map(|name| json.text(name)).collect();
    let said = Json::object([
        ("street", (!street.is_empty()).then(|| street.join(", ")).into()),
        ("city", json.text("city").into()),
        ("postalCode", json.text("postcode").into()),
        ("country", json.text("country_iso").into()),
    ]);
    let person = Person {
        id: Some(customer),
        phone: json.text_of(&["phone_mobile", "phone"]),
        first_name: json.text("firstname"),
        last_name: json.text("lastname"),
        country: json.text("country_iso"),
        address: if said.fields().is_empty() { Json::Null } else { said },
        updated_at: time(json, "date_upd", out)?,
        more: vec![("company", json.text("company").into())],
        ..Person::default()
    };
    out.person(&person).map(|()| Taken)
}

pub(super) fn product(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let ids = |plural: &str, singular: &str| -> Vec<String> {
        rows(json, plural, singular).into_iter().filter_map(|row| row.id("id")).collect()
    };
    let product = Product {
        id: Some(json.id("id").ok_or("the product has no id")?),
        sku: json.text("reference"),
        name: text_in_language(json, "name"),
        url: json.text("url"),
        images: json.text("image_url").into_iter().collect(),
        price: json.amount_of(&["price_tax_incl", "price"])?,
        brand: json.text("manufacturer_name"),
        categories: ids("categories", "category"),
        is_active: json.flag("active"),
        stock: json.amount("quantity")?,
        updated_at: time(json, "date_upd", out)?,
        more: vec![
            ("product_type", json.text("type").into()),
            ("handle", text_in_language(json, "link_rewrite").into()),
            ("is_virtual", json.flag("is_virtual").into()),
            ("created_at", time(json, "date_add", out)?.into()),
        ],
        ..Product::default()
    };
    out.product(&product)
}

pub(super) fn product_deleted(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the deleted product has no id")?;
    out.about_shop("Product Deleted", &id, None, Json::object([("product_id", id.clone().into())]));
    Ok(())
}

/// A combination's price is what it adds to its product's.
pub(super) fn combination(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let variant = Product {
        id: json.id("id_product"),
        variant_id: Some(json.id("id").ok_or("the combination has no id")?),
        sku: json.text("reference"),
        stock: json.amount("quantity")?,
        more: vec![("price_added", json.amount("price")?.into()), ("barcode", json.text("ean13").into())],
        ..Product::default()
    };
    out.product(&variant)
}

pub(super) fn stock(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let stock = Stock {
        product_id: Some(json.id("id_product").ok_or("the stock has no id_product")?),
        variant_id: json.id("id_product_attribute"),
        location_id: json.id("id_shop").or_else(|| json.text("location")),
        quantity: json.amount("quantity")?,
        ..Stock::default()
    };
    out.stock(&stock)
}

pub(super) fn category(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the category has no id")?;
    let said = Json::object([
        ("collection_id", id.clone().into()),
        ("name", text_in_language(json, "name").into()),
        ("handle", text_in_language(json, "link_rewrite").into()),
        ("parent_id", json.id("id_parent").into()),
        ("is_active", json.flag("active").into()),
    ]);
    out.about_shop("Collection Updated", &id, time(json, "date_upd", out)?, said);
    Ok(())
}

pub(super) fn store(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id("id").ok_or("the store has no id")?;
    let said = Json::object([
        ("location_id", id.clone().into()),
        ("name", text_in_language(json, "name").into()),
        ("street", text_in_language(json, "address1").into()),
        ("city", json.text("city").into()),
        ("postal_code", json.text("postcode").into()),
        ("latitude", json.amount("latitude")?.into()),
        ("longitude", json.amount("longitude")?.into()),
        ("phone", json.text("phone").into()),
        ("is_active", json.flag("active").into()),
    ]);
    out.about_shop("Store Updated", &id, time(json, "date_upd", out)?, said);
    Ok(())
}
