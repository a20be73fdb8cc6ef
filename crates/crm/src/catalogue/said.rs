//! What an event says of the catalogue: read strictly, so that a wrong price is a reason for quarantine and no fact.

use super::model::{Ids, ProductKind};
use crate::calls::{amount, kind_of, text};
use base::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;
use std::{borrow::Cow, collections::BTreeMap};

/// An event on the catalogue, and which source's.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The name that the source gives itself; empty: the workspace's own server.
    pub shop: Box<str>,
    pub what: Spoken,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Spoken {
    Product(Box<ProductSaid>),
    ProductDeleted(Ids),
    VariantDeleted(Ids),
    Stock(Box<StockSaid>),
    /// Which sku is counted under which id.
    StockItem(Ids),
    StockItemDeleted(Ids),
    Store(Box<StoreSaid>),
    StoreDeleted(Box<str>),
    Collection(Box<CollectionSaid>),
    CollectionDeleted(Box<str>),
}

/// A product or a variant as its event says it; what is not said stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProductSaid {
    pub ids: Ids,
    pub is_variant: bool,
    pub name: Option<Box<str>>,
    pub url: Option<Box<str>>,
    pub images: Option<Vec<Box<str>>>,
    pub brand: Option<Box<str>>,
    pub categories: Option<Vec<Box<str>>>,
    pub tags: Option<Vec<Box<str>>>,
    pub kind: Option<ProductKind>,
    pub is_active: Option<bool>,
    pub barcode: Option<Box<str>>,
    pub sells_beyond: Option<bool>,
    pub currency: Option<Currency>,
    /// Major units.
    pub price: Option<Decimal>,
    pub compare_at: Option<Decimal>,
    pub stock: Option<i64>,
    pub is_in_stock: Option<bool>,
}

/// Pieces at a place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StockSaid {
    pub ids: Ids,
    /// Empty: all places together.
    pub place: Box<str>,
    pub quantity: Option<i64>,
    pub delta: Option<i64>,
    pub is_in_stock: Option<bool>,
    pub is_removed: bool,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct StoreSaid {
    pub id: Box<str>,
    pub name: Option<Box<str>>,
    pub street: Option<Box<str>>,
    pub city: Option<Box<str>>,
    pub postal_code: Option<Box<str>>,
    pub country: Option<Box<str>>,
    pub phone: Option<Box<str>>,
    /// Latitude and longitude in millionths of a degree.
    pub place: Option<(i32, i32)>,
    pub is_active: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct CollectionSaid {
    pub id: Box<str>,
    pub name: Option<Box<str>>,
    pub handle: Option<Box<str>>,
    pub parent: Option<Box<str>>,
    pub image: Option<Box<str>>,
}

/// How the anonymous id of what a shop says of itself begins.
pub const SHOP_PREFIX: &str = "shop:";

const NAMES: [&str; 11] = [
    "Product Updated",
    "Variant Updated",
    "Product Deleted",
    "Variant Deleted",
    "Stock Level Changed",
    "Stock Item Updated",
    "Stock Item Deleted",
    "Store Updated",
    "Store Deleted",
    "Collection Updated",
    "Collection Deleted",
];

/// Whether an event of this name is about the catalogue.
pub fn is_of_catalogue(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Pieces that we believe; beyond that somebody means "without end".
const PIECES_MAX: i64 = 1_000_000_000;
const IMAGES_MAX: usize = 8;
const IMAGE_LENGTH_MAX: usize = 400;
const CATEGORIES_MAX: usize = 16;
const CATEGORY_LENGTH_MAX: usize = 120;
const TAGS_MAX: usize = 40;
const TAG_LENGTH_MAX: usize = 60;
const NAME_LENGTH_MAX: usize = 250;
const ID_LENGTH_MAX: usize = 200;

/// Reads the properties of an event on the catalogue; `None` where the name is none of its names.
pub fn read(name: &str, shop: &str, properties: Option<&RawValue>) -> Result<Option<Said>, String> {
    if !is_of_catalogue(name) {
        return Ok(None);
    }
    let properties = properties.ok_or_else(|| format!("{name} has no properties"))?;
    let fields: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(properties.get())
        .map_err(|_| format!("properties is {}, an object was expected", kind_of(properties.get())))?;
    let fields = Fields(fields);
    let what = match name {
        "Product Updated" => fields.product(false)?,
        "Variant Updated" => fields.product(true)?,
        "Product Deleted" => Spoken::ProductDeleted(fields.named()?),
        "Variant Deleted" => Spoken::VariantDeleted(fields.named()?),
        "Stock Level Changed" => fields.stock()?,
        "Stock Item Updated" => Spoken::StockItem(fields.named()?),
        "Stock Item Deleted" => Spoken::StockItemDeleted(fields.named()?),
        "Store Updated" => fields.store()?,
        "Store Deleted" => Spoken::StoreDeleted(fields.id("location_id")?),
        "Collection Updated" => fields.collection()?,
        _ => Spoken::CollectionDeleted(fields.id("collection_id")?),
    };
    Ok(Some(Said { shop: cut(shop, ID_LENGTH_MAX), what }))
}

struct Fields<'a>(BTreeMap<Cow<'a, str>, &'a RawValue>);

impl Fields<'_> {
    fn text(&self, name: &str, length_max: usize) -> Result<Option<Box<str>>, String> {
        let said = text(name, self.0.get(name).copied())?;
        Ok(said.map(|said| if said.len() > length_max { cut(&said, length_max) } else { said }))
    }

    fn id(&self, name: &str) -> Result<Box<str>, String> {
        self.text(name, ID_LENGTH_MAX)?.ok_or_else(|| format!("the event has no {name}"))
    }

    fn amount(&self, name: &str) -> Result<Option<Decimal>, String> {
        amount(name, self.0.get(name).copied())
    }

    /// Whole pieces; of 1.5 m there is one.
    fn pieces(&self, name: &str) -> Result<Option<i64>, String> {
        let said = self.amount(name)?.map(|said| said.floor());
        Ok(said.map(|said| {
            let most = Decimal::from(PIECES_MAX);
            i64::try_from(said.clamp(-most, most)).unwrap_or(0)
        }))
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, String> {
        let Some(raw) = self.0.get(name) else { return Ok(None) };
        match raw.get().trim_matches('"').to_ascii_lowercase().as_str() {
            "null" | "" => Ok(None),
            "true" | "1" | "yes" => Ok(Some(true)),
            "false" | "0" | "no" => Ok(Some(false)),
            _ => Err(format!("{name} is {}, true or false was expected", kind_of(raw.get()))),
        }
    }

    /// A list of texts, or one text; the first ones of many.
    fn list(&self, name: &str, max: usize, length_max: usize) -> Result<Option<Vec<Box<str>>>, String> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum One {
            Text(String),
            Named { name: String },
            Other(IgnoredAny),
        }
        let Some(raw) = self.0.get(name).filter(|raw| raw.get() != "null") else { return Ok(None) };
        if !raw.get().starts_with('[') {
            return Ok(text(name, Some(raw))?.map(|one| vec![cut(&one, length_max)]));
        }
        let all: Vec<One> = serde_json::from_str(raw.get()).map_err(|e| format!("{name}: {e}"))?;
        let mut list: Vec<Box<str>> = Vec::new();
        for one in all {
            let (One::Text(text) | One::Named { name: text }) = one else { continue };
            let text = cut(text.trim(), length_max);
            if !text.is_empty() && !text.contains('\0') && !list.contains(&text) && list.len() < max {
                list.push(text);
            }
        }
        Ok(Some(list))
    }

    fn ids(&self) -> Result<Ids, String> {
        let id = |name: &str| self.text(name, ID_LENGTH_MAX);
        Ok(Ids {
            product: id("product_id")?,
            variant: id("variant_id")?,
            sku: id("sku")?,
            item: id("inventory_item_id")?,
        })
    }

    fn named(&self) -> Result<Ids, String> {
        let ids = self.ids()?;
        if ids.is_empty() {
            return Err("the event names no product: product_id, variant_id, sku or inventory_item_id".to_owned());
        }
        Ok(ids)
    }

    fn product(&self, is_variant: bool) -> Result<Spoken, String> {
        let mut ids = self.named()?;
        let is_variant = is_variant || ids.variant.is_some();
        if !is_variant && ids.product.is_none() {
            ids.product.clone_from(&ids.sku);
        }
        let images = self.images()?;
        let currency = match self.text("currency", 8)? {
            Some(code) => Some(Currency::parse(&code).ok_or_else(|| format!("{code:?} is not an ISO 4217 currency"))?),
            None => None,
        };
        let price = self.amount("price")?;
        if let Some(price) = price.filter(Decimal::is_sign_negative).filter(|price| !price.is_zero()) {
            return Err(format!("price {price} is negative"));
        }
        let policy = self.text("inventory_policy", 40)?;
        let sells_beyond = match policy.as_deref() {
            Some("continue") => Some(true),
            Some(_) => Some(false),
            None => self.flag("sells_beyond_stock")?,
        };
        Ok(Spoken::Product(Box::new(ProductSaid {
            is_variant,
            name: self.text("name", NAME_LENGTH_MAX)?,
            url: self.text("url", IMAGE_LENGTH_MAX)?.filter(|url| is_web(url)),
            images,
            brand: self.text("brand", CATEGORY_LENGTH_MAX)?,
            categories: self.list("categories", CATEGORIES_MAX, CATEGORY_LENGTH_MAX)?,
            tags: self.list("tags", TAGS_MAX, TAG_LENGTH_MAX)?,
            kind: self.kind()?,
            is_active: self.flag("is_active")?,
            barcode: self.text("barcode", ID_LENGTH_MAX)?,
            sells_beyond,
            currency,
            price,
            compare_at: self.amount("compare_at_price")?,
            stock: self.pieces("stock_quantity")?,
            is_in_stock: self.flag("is_in_stock")?,
            ids,
        })))
    }

    /// The first picture, and the others where there are several. What is no web address is none.
    fn images(&self) -> Result<Option<Vec<Box<str>>>, String> {
        let mut images: Vec<Box<str>> = self.list("image_url", 1, usize::MAX)?.unwrap_or_default();
        images.extend(self.list("images", IMAGES_MAX, usize::MAX)?.unwrap_or_default());
        images.retain(|url| is_web(url) && url.len() <= IMAGE_LENGTH_MAX);
        let mut kept: Vec<Box<str>> = Vec::new();
        for url in images {
            if !kept.contains(&url) && kept.len() < IMAGES_MAX {
                kept.push(url);
            }
        }
        Ok((!kept.is_empty()).then_some(kept))
    }

    fn kind(&self) -> Result<Option<ProductKind>, String> {
        for name in ["kind", "product_kind"] {
            if let Some(kind) = self.text(name, 100)?.and_then(|word| ProductKind::parse(&word)) {
                return Ok(Some(kind));
            }
        }
        let said = |name: &str| Ok::<_, String>(self.flag(name)? == Some(true));
        if said("is_downloadable")? || said("is_digital")? {
            return Ok(Some(ProductKind::Digital));
        }
        if let Some(kind) = self.text("product_type", 100)?.and_then(|word| ProductKind::parse(&word)) {
            // WooCommerce and PrestaShop call a product simple and virtual at once.
            let is_service = kind == ProductKind::Physical && said("is_virtual")?;
            return Ok(Some(if is_service { ProductKind::Service } else { kind }));
        }
        if said("is_virtual")? || self.flag("requires_shipping")? == Some(false) {
            return Ok(Some(ProductKind::Service));
        }
        Ok(None)
    }

    fn stock(&self) -> Result<Spoken, String> {
        Ok(Spoken::Stock(Box::new(StockSaid {
            ids: self.named()?,
            place: self.text("location_id", ID_LENGTH_MAX)?.unwrap_or_default(),
            quantity: self.pieces("quantity")?,
            delta: self.pieces("delta")?,
            is_in_stock: self.flag("is_in_stock")?,
            is_removed: self.flag("is_removed")? == Some(true),
        })))
    }

    fn store(&self) -> Result<Spoken, String> {
        let degrees = |name: &str, most: i64| -> Result<Option<i32>, String> {
            let Some(said) = self.amount(name)? else { return Ok(None) };
            if said.abs() > Decimal::from(most) {
                return Err(format!("{name} {said} is beyond {most} degrees"));
            }
            Ok(i32::try_from((said * Decimal::from(1_000_000)).round()).ok())
        };
        let (latitude, longitude) = (degrees("latitude", 90)?, degrees("longitude", 180)?);
        Ok(Spoken::Store(Box::new(StoreSaid {
            id: self.id("location_id")?,
            name: self.text("name", NAME_LENGTH_MAX)?,
            street: self.text("street", NAME_LENGTH_MAX)?,
            city: self.text("city", CATEGORY_LENGTH_MAX)?,
            postal_code: self.text("postal_code", 40)?,
            country: self.text("country", CATEGORY_LENGTH_MAX)?,
            phone: self.text("phone", 60)?,
            // Shops that know no place say 0, 0.
            place: latitude.zip(longitude).filter(|place| *place != (0, 0)),
            is_active: self.flag("is_active")?,
        })))
    }

    fn collection(&self) -> Result<Spoken, String> {
        Ok(Spoken::Collection(Box::new(CollectionSaid {
            id: self.id("collection_id")?,
            name: self.text("name", NAME_LENGTH_MAX)?,
            handle: self.text("handle", NAME_LENGTH_MAX)?,
            parent: self.text("parent_id", ID_LENGTH_MAX)?,
            image: self.text("image_url", IMAGE_LENGTH_MAX)?,
        })))
    }
}

/// Whether a text may stand behind a link or a picture.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://") || (url.starts_with('/') && !url.starts_with("//"))
}

fn cut(text: &str, length_max: usize) -> Box<str> {
    let mut end = text.len().min(length_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].into()
}
