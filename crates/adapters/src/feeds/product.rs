//! A row of a feed as a product: the names of Google Merchant, and what shops write instead of them.

use super::Row;
use base::{Currency, Time, stable_hash};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};
use std::str::FromStr;

/// A product, or a variant of one, as a feed says it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Product {
    pub id: String,
    /// The product that this is a variant of.
    pub group: Option<String>,
    /// The row before was of the same group, so the product itself is told already.
    pub(super) is_group_told: bool,
    pub sku: Option<String>,
    pub name: Option<String>,
    pub url: Option<String>,
    pub images: Vec<String>,
    pub brand: Option<String>,
    pub categories: Vec<String>,
    pub tags: Vec<String>,
    pub kind: Option<String>,
    pub barcode: Option<String>,
    /// What tells the variant from its sisters: colour, size, material.
    pub options: Vec<String>,
    pub price: Option<Decimal>,
    pub compare_at: Option<Decimal>,
    pub currency: Option<Currency>,
    pub stock: Option<Decimal>,
    pub is_in_stock: Option<bool>,
    pub sells_beyond: Option<bool>,
    pub is_active: Option<bool>,
}

/// Which product a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Naming {
    Product(String),
    Variant {
        product: String,
        id: String,
    },
    /// It has no id.
    Nothing,
    /// It is no row at all, so nobody can say.
    Unreadable,
}

impl Naming {
    pub(super) fn of(row: &Row) -> Naming {
        let fields = Fields(row);
        match (fields.id(), fields.group()) {
            (None, _) => Naming::Nothing,
            (Some(id), Some(product)) if product != id => Naming::Variant { product, id },
            (Some(id), _) => Naming::Product(id),
        }
    }
}

impl Product {
    /// Reads a row; the error is why it is no product. `currency` is that of prices which name none.
    pub fn of(row: &Row, currency: Currency) -> Result<Product, String> {
        let fields = Fields(row);
        let sku = fields.sku();
        let id = fields.id().ok_or("the row has no id")?;
        let (regular, said) = fields.price(&["price", "regular_price", "price_value"])?;
        let (sale, said_of_sale) = fields.price(&["sale_price", "special_price", "sale_price_value"])?;
        let named = fields.one(&["currency", "price_currency", "currency_code"]);
        let named = match named {
            Some(code) => Some(Currency::parse(&code).ok_or_else(|| format!("{code:?} is not an ISO 4217 currency"))?),
            None => None,
        };
        let price = sale.or(regular);
        let availability = fields.one(&["availability", "stock_status", "is_in_stock", "in_stock"]);
        let availability = availability.map(|said| availability_of(&said)).transpose()?;
        let mut images = fields.all(&["image_link", "image_url", "image", "picture", "imageurl", "images"]);
        images.extend(fields.all(&["additional_image_link", "additional_image_links", "additional_images"]));
        let images = images.iter().flat_map(|list| list.split(',')).map(|url| url.trim().to_owned());
        let name = fields.one(&["title", "name", "product_name"]);
        if name.is_none() && price.is_none() && availability.is_none() && fields.one(STOCK).is_none() {
            return Err(format!("the row of {id} says nothing of it: no title, price, availability or quantity"));
        }
        Ok(Product {
            group: fields.group().filter(|group| *group != id),
            is_group_told: false,
            id,
            sku,
            name,
            url: fields.one(&["link", "url", "product_url", "permalink"]),
            images: images.filter(|url| !url.is_empty()).collect(),
            brand: fields.one(&["brand", "manufacturer", "vendor"]),
            categories: fields.all(&["product_type", "category", "categories", "google_product_category"]),
            tags: fields.all(&[
                "tags",
                "custom_label_0",
                "custom_label_1",
                "custom_label_2",
                "custom_label_3",
                "custom_label_4",
            ]),
            kind: fields.kind(),
            barcode: fields.one(&["gtin", "ean", "barcode", "upc", "isbn"]),
            options: fields.all(&["color", "colour", "size", "material", "pattern", "option", "options"]),
            compare_at: regular.filter(|regular| price.is_some_and(|price| price < *regular)),
            price,
            currency: said_of_sale.or(said).or(named).or(price.map(|_| currency)),
            stock: fields.number(STOCK)?,
            is_in_stock: availability.map(|(is_there, _)| is_there),
            sells_beyond: availability.map(|(_, sells_beyond)| sells_beyond),
            is_active: fields.flag(&["is_active", "active", "published", "enabled"])?,
        })
    }

    /// The calls of the row, as JSON: the product, and where it is a variant that too. `shop` is the name that the source gives
    /// itself, `at` when the feed was read.
    pub fn calls(&self, shop: &str, at: Time) -> Vec<String> {
        let mut calls = Vec::with_capacity(2);
        match &self.group {
            None => {
                let mut properties = self.of_product(&self.id);
                self.add_trade(&mut properties);
                calls.push(call("Product Updated", "product", &self.id, shop, at, properties));
            }
            Some(group) => {
                if !self.is_group_told {
                    calls.push(call("Product Updated", "product", group, shop, at, self.of_product(group)));
                }
                let mut properties = Map::new();
                properties.insert("product_id".to_owned(), json!(group));
                properties.insert("variant_id".to_owned(), json!(self.id));
                let name = if self.options.is_empty() { self.name.clone() } else { Some(self.options.join(", ")) };
                put(&mut properties, "name", name);
                put(&mut properties, "image_url", self.images.first().cloned());
                self.add_trade(&mut properties);
                calls.push(call("Variant Updated", "variant", &self.id, shop, at, properties));
            }
        }
        calls
    }

    fn of_product(&self, id: &str) -> Map<String, Json> {
        let mut properties = Map::new();
        properties.insert("product_id".to_owned(), json!(id));
        for (name, text) in [("name", &self.name), ("url", &self.url), ("brand", &self.brand), ("kind", &self.kind)] {
            put(&mut properties, name, text.clone());
        }
        for (name, list) in [("images", &self.images), ("categories", &self.categories), ("tags", &self.tags)] {
            if !list.is_empty() {
                properties.insert(name.to_owned(), json!(list));
            }
        }
        put(&mut properties, "is_active", self.is_active);
        properties
    }

    /// What is said of a thing that is bought.
    fn add_trade(&self, properties: &mut Map<String, Json>) {
        let decimal = |amount: Option<Decimal>| amount.map(|amount| amount.to_string());
        put(properties, "sku", self.sku.clone());
        put(properties, "barcode", self.barcode.clone());
        put(properties, "price", decimal(self.price));
        put(properties, "compare_at_price", decimal(self.compare_at));
        put(properties, "currency", self.currency.map(|currency| currency.to_string()));
        put(properties, "stock_quantity", decimal(self.stock));
        put(properties, "is_in_stock", self.is_in_stock);
        put(properties, "sells_beyond_stock", self.sells_beyond);
    }
}

const STOCK: &[&str] =
    &["quantity", "stock", "stock_quantity", "inventory", "qty", "inventory_quantity", "sell_on_google_quantity"];

fn put(properties: &mut Map<String, Json>, name: &str, value: Option<impl Into<Json>>) {
    if let Some(value) = value {
        properties.insert(name.to_owned(), value.into());
    }
}

fn call(event: &str, kind: &str, id: &str, shop: &str, at: Time, properties: Map<String, Json>) -> String {
    let properties = Json::Object(properties);
    let version = stable_hash(properties.to_string().as_bytes());
    json!({
        "type": "track",
        "event": event,
        "anonymousId": format!("shop:{shop}"),
        "messageId": format!("{shop}:feed:{kind}:{id}:{version:016x}"),
        "timestamp": at.to_string(),
        "properties": properties,
    })
    .to_string()
}

struct Fields<'a>(&'a Row);

impl Fields<'_> {
    fn sku(&self) -> Option<String> {
        self.one(&["sku", "variant_sku", "mpn", "item_number"])
    }

    fn id(&self) -> Option<String> {
        self.one(&["id", "product_id", "item_id", "variant_id", "offer_id"]).or_else(|| self.sku())
    }

    fn group(&self) -> Option<String> {
        self.one(&["item_group_id", "parent_id", "parent_sku", "group_id"])
    }

    fn one(&self, names: &[&str]) -> Option<String> {
        let find =
            |name: &&str| self.0.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim().to_owned());
        names.iter().filter_map(find).find(|value| !value.is_empty())
    }

    fn all(&self, names: &[&str]) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for (_, value) in self.0.0.iter().filter(|(known, _)| names.contains(&known.as_str())) {
            let value = value.trim();
            if !value.is_empty() && !all.iter().any(|known| known == value) {
                all.push(value.to_owned());
            }
        }
        all
    }

    fn price(&self, names: &[&str]) -> Result<(Option<Decimal>, Option<Currency>), String> {
        match self.one(names) {
            Some(text) => money(&text).map(|(amount, currency)| (Some(amount), currency)),
            None => Ok((None, None)),
        }
    }

    fn number(&self, names: &[&str]) -> Result<Option<Decimal>, String> {
        let Some(text) = self.one(names) else { return Ok(None) };
        decimal(&text).map(Some).map_err(|reason| format!("{}: {reason}", names[0]))
    }

    fn flag(&self, names: &[&str]) -> Result<Option<bool>, String> {
        let Some(text) = self.one(names) else { return Ok(None) };
        match text.to_lowercase().as_str() {
            "true" | "1" | "yes" | "y" | "sì" | "si" | "active" | "publish" | "published" => Ok(Some(true)),
            "false" | "0" | "no" | "n" | "draft" | "inactive" | "archived" => Ok(Some(false)),
            _ => Err(format!("{} is {text:?}, true or false was expected", names[0])),
        }
    }

    fn kind(&self) -> Option<String> {
        if let Some(kind) = self.one(&["kind", "product_kind"]) {
            return Some(kind);
        }
        let is = |name: &str| self.flag(&[name]).ok().flatten() == Some(true);
        (is("is_digital") || is("digital") || is("downloadable") || is("is_downloadable")).then(|| "digital".to_owned())
    }
}

/// Whether there are any, and whether it is sold when there are none.
fn availability_of(said: &str) -> Result<(bool, bool), String> {
    let word = said.trim().rsplit('/').next().unwrap_or_default().to_lowercase().replace([' ', '-'], "_");
    match word.as_str() {
        "in_stock" | "instock" | "available" | "true" | "1" | "yes" | "disponibile" | "limited_availability" => {
            Ok((true, false))
        }
        "out_of_stock" | "outofstock" | "sold_out" | "soldout" | "false" | "0" | "no" | "unavailable" | "esaurito"
        | "discontinued" => Ok((false, false)),
        "preorder" | "pre_order" | "backorder" | "onbackorder" | "back_order" | "available_for_order" => {
            Ok((false, true))
        }
        _ => Err(format!("availability {said:?} is none of in_stock, out_of_stock, preorder, backorder")),
    }
}

/// An amount with or without its currency: `12.50 EUR`, `EUR 12,50`, `€ 1.234,50`.
pub(super) fn money(text: &str) -> Result<(Decimal, Option<Currency>), String> {
    let wrong = || format!("price {:?} is no amount, such as 12.50 EUR", text.chars().take(40).collect::<String>());
    let (mut digits, mut word) = (String::new(), String::new());
    for c in text.trim().chars() {
        match c {
            '0'..='9' | '.' | ',' | '-' => digits.push(c),
            '\'' | '’' => {}
            c if c.is_whitespace() => {}
            c => word.push(c),
        }
    }
    let currency = match word.as_str() {
        "" => None,
        "€" => Some(Currency::EUR),
        "£" => Currency::parse("GBP"),
        "US$" => Currency::parse("USD"),
        // Many countries' money is a dollar: the shop's own, if it is one.
        "$" => None,
        code => Some(Currency::parse(code).ok_or_else(wrong)?),
    };
    let amount = decimal(&digits)
        .map_err(|reason| format!("price {:?}: {reason}", text.chars().take(40).collect::<String>()))?;
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err(format!("price {text:?} is negative"));
    }
    Ok((amount, currency))
}

/// A number with a point or a comma before its decimals, and the other between thousands. `1.234` and `1,234` alone can be read in
/// two ways and are refused.
fn decimal(text: &str) -> Result<Decimal, String> {
    let text = text.trim();
    let shown: String = text.chars().take(40).collect();
    let wrong = || format!("{shown:?} is no number");
    let (points, commas) = (text.matches('.').count(), text.matches(',').count());
    let last = text.rfind(['.', ',']);
    let behind = last.map_or(0, |last| text.len() - last - 1);
    let whole_groups = |separator: char| {
        let mut groups = text.trim_start_matches('-').split(separator);
        groups.next().is_some_and(|first| (1..=3).contains(&first.len())) && groups.all(|group| group.len() == 3)
    };
    let plain = match (points, commas) {
        (0, 0) => text.to_owned(),
        (1, 0) | (0, 1)
            if behind == 3 && !text.starts_with(['0', '-']) && whole_groups(if points == 1 { '.' } else { ',' }) =>
        {
            return Err(format!("{shown:?} can be read in two ways: write it without a separator of thousands"));
        }
        (1, 0) => text.to_owned(),
        (0, 1) => text.replace(',', "."),
        (_, 0) if whole_groups('.') => text.replace('.', ""),
        (0, _) if whole_groups(',') => text.replace(',', ""),
        // Both: the last one is before the decimals.
        (_, 1) if last == text.find(',') => text.replace('.', "").replace(',', "."),
        (1, _) if last == text.find('.') => text.replace(',', ""),
        _ => return Err(wrong()),
    };
    Decimal::from_str(&plain).map_err(|_| wrong())
}
