//! What is known of a product, a store and a collection: cells of their own, as customers are.

use super::{
    price::Price,
    stock::{Level, Stock},
    words::Words,
};
use base::{Currency, Id, Time};
use minicbor::{Decode, Encode};

/// Something of the shop's that is no customer, with a cell to itself.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[expect(clippy::large_enum_variant, reason = "it stands in a box, and nearly all of them are products")]
pub enum Entry {
    #[n(0)]
    Product(#[n(0)] Product),
    #[n(1)]
    Store(#[n(0)] Store),
    #[n(2)]
    Collection(#[n(0)] Collection),
}

impl Entry {
    pub fn product(&self) -> Option<&Product> {
        match self {
            Entry::Product(product) => Some(product),
            _ => None,
        }
    }

    /// The cell it was joined to: what was heard of by a sku or stock item alone turned out to be a known product's.
    pub fn merged_into(&self) -> Option<Id> {
        self.product().and_then(|product| product.merged_into)
    }
}

/// How a product reaches who buys it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    #[n(0)]
    Physical,
    /// Downloaded, or used over the network.
    #[n(1)]
    Digital,
    #[n(2)]
    Course,
    #[n(3)]
    Service,
    #[n(4)]
    GiftCard,
}

impl ProductKind {
    pub fn as_str(self) -> &'static str {
        match self {
            ProductKind::Physical => "physical",
            ProductKind::Digital => "digital",
            ProductKind::Course => "course",
            ProductKind::Service => "service",
            ProductKind::GiftCard => "gift_card",
        }
    }

    /// The kind that a shop's word means; `None`: it means none of them.
    pub fn parse(word: &str) -> Option<ProductKind> {
        let word = word.trim().to_lowercase();
        let word = word.rsplit('>').next().unwrap_or_default().trim();
        Some(match word {
            "physical" | "simple" | "variable" | "configurable" | "bundle" | "grouped" => ProductKind::Physical,
            "digital" | "download" | "downloadable" | "ebook" | "e-book" | "software" | "licence" | "license" => {
                ProductKind::Digital
            }
            "course" | "corso" | "workshop" | "training" | "webinar" | "lesson" | "lezione" => ProductKind::Course,
            "service" | "servizio" | "booking" | "appointment" | "virtual" => ProductKind::Service,
            "gift_card" | "gift card" | "giftcard" | "buono regalo" => ProductKind::GiftCard,
            _ => return None,
        })
    }
}

/// A product with its variants. At most 60 KiB, encoded: every list here is bounded.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct Product {
    /// The source that tells of it, by the name it gives itself; ids are its own.
    #[n(0)]
    pub shop: Box<str>,
    /// The shop's id; `None` while only a variant, sku or stock item of it was heard of.
    #[n(1)]
    pub id: Option<Box<str>>,
    #[n(2)]
    pub created_at: Time,
    #[n(3)]
    pub words: Words,
    #[n(4)]
    pub name: Option<Box<str>>,
    #[n(5)]
    pub url: Option<Box<str>>,
    /// Addresses of pictures, the first one first.
    #[n(6)]
    pub images: Vec<Box<str>>,
    #[n(7)]
    pub brand: Option<Box<str>>,
    #[n(8)]
    pub categories: Vec<Box<str>>,
    #[n(9)]
    pub tags: Vec<Box<str>>,
    #[n(10)]
    pub kind: Option<ProductKind>,
    /// Whether the shop offers it.
    #[n(11)]
    pub is_active: Option<bool>,
    /// The product itself, where it is sold without choosing a variant.
    #[n(12)]
    pub own: Variant,
    #[n(13)]
    pub variants: Vec<Variant>,
    /// Words on further variants, which are not kept.
    #[n(14)]
    pub beyond: u32,
    /// The shop took it away, unless something was said of it since.
    #[n(15)]
    pub deleted_at: Option<Time>,
    #[n(16)]
    pub merged_into: Option<Id>,
    /// Hashes of the list rows as they were last written.
    #[n(17)]
    pub listed: Vec<u64>,
    /// The newest word on anything of it.
    #[n(18)]
    pub changed_at: Time,
}

/// What is bought: a size, a colour, or the product as it is.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct Variant {
    /// The shop's id; `None`: the product itself, or one that only a sku or stock item was heard of.
    #[n(0)]
    pub id: Option<Box<str>>,
    #[n(1)]
    pub sku: Option<Box<str>>,
    /// What its pieces are counted under.
    #[n(2)]
    pub item: Option<Box<str>>,
    /// Which one it is, in words.
    #[n(3)]
    pub name: Option<Box<str>>,
    #[n(4)]
    pub image: Option<Box<str>>,
    #[n(5)]
    pub barcode: Option<Box<str>>,
    #[n(6)]
    pub is_active: Option<bool>,
    /// It is sold when there are none, too.
    #[n(7)]
    pub sells_beyond: bool,
    #[n(8)]
    pub words: Words,
    /// By currency.
    #[n(9)]
    pub prices: Vec<Price>,
    #[n(10)]
    pub levels: Vec<Level>,
    /// Words on the stock of further places, which are not kept.
    #[n(11)]
    pub places_beyond: u32,
    #[n(12)]
    pub deleted_at: Option<Time>,
}

/// A place that holds stock or that people walk into.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct Store {
    #[n(0)]
    pub shop: Box<str>,
    #[n(1)]
    pub id: Box<str>,
    #[n(2)]
    pub words: Words,
    #[n(3)]
    pub name: Option<Box<str>>,
    #[n(4)]
    pub street: Option<Box<str>>,
    #[n(5)]
    pub city: Option<Box<str>>,
    #[n(6)]
    pub postal_code: Option<Box<str>>,
    #[n(7)]
    pub country: Option<Box<str>>,
    #[n(8)]
    pub phone: Option<Box<str>>,
    /// Latitude and longitude in millionths of a degree.
    #[n(9)]
    pub place: Option<(i32, i32)>,
    #[n(10)]
    pub is_active: Option<bool>,
    #[n(11)]
    pub deleted_at: Option<Time>,
    #[n(12)]
    pub listed: u64,
}

/// A collection or category of the shop.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct Collection {
    #[n(0)]
    pub shop: Box<str>,
    #[n(1)]
    pub id: Box<str>,
    #[n(2)]
    pub words: Words,
    #[n(3)]
    pub name: Option<Box<str>>,
    #[n(4)]
    pub handle: Option<Box<str>>,
    #[n(5)]
    pub parent: Option<Box<str>>,
    #[n(6)]
    pub image: Option<Box<str>>,
    #[n(7)]
    pub deleted_at: Option<Time>,
    #[n(8)]
    pub listed: u64,
}

/// Variants kept of a product.
pub(super) const VARIANTS_MAX: usize = 250;
/// Places kept of a variant.
pub(super) const PLACES_MAX: usize = 100;
/// Currencies kept of a variant.
pub(super) const CURRENCIES_MAX: usize = 8;

/// Whether something that was taken away is still away: nothing later was said of it.
pub(super) fn is_gone(deleted_at: Option<Time>, said_at: Time) -> bool {
    deleted_at.is_some_and(|deleted| deleted >= said_at)
}

/// By what a variant is known to whoever speaks of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ids {
    pub product: Option<Box<str>>,
    pub variant: Option<Box<str>>,
    pub sku: Option<Box<str>>,
    /// What pieces are counted under.
    pub item: Option<Box<str>>,
}

impl Ids {
    pub fn is_empty(&self) -> bool {
        [&self.product, &self.variant, &self.sku, &self.item].iter().all(|id| id.is_none())
    }
}

impl Product {
    pub fn is_deleted(&self) -> bool {
        is_gone(self.deleted_at, self.words.said_at)
    }

    /// The variants that the shop still has; where there are none, the product itself.
    pub fn sold(&self) -> impl Iterator<Item = &Variant> {
        let mut variants = self.variants.iter().filter(|variant| !variant.is_deleted()).peekable();
        let own = variants.peek().is_none().then_some(&self.own);
        variants.chain(own)
    }

    /// What there is of all variants together, or of the product itself where the variants say nothing.
    pub fn stock(&self) -> Stock {
        let of_variants = self.sold().map(Variant::stock).fold(Stock::default(), Stock::join);
        match of_variants {
            Stock { quantity: None, is_available: None } => self.own.stock(),
            known => known,
        }
    }

    /// The lowest and highest price of what is sold, in one currency: the workspace's where there is one, else the first said.
    pub fn price_range(&self, preferred: Currency) -> Option<(Currency, i64, i64)> {
        let prices = || self.sold().chain([&self.own]).flat_map(|variant| &variant.prices);
        let currency = prices()
            .find(|price| price.currency == preferred)
            .or_else(|| prices().next())
            .map(|price| price.currency)?;
        let of_sold = self.sold().flat_map(|variant| &variant.prices).filter(|price| price.currency == currency);
        let mut all: Vec<i64> = of_sold.filter_map(Price::now).collect();
        if all.is_empty() {
            all.extend(self.own.price(currency).and_then(Price::now));
        }
        Some((currency, *all.iter().min()?, *all.iter().max()?))
    }

    /// The place of the variant that the ids mean.
    pub fn place_of(&self, ids: &Ids) -> Option<Place> {
        let find = |by: &dyn Fn(&Variant) -> bool| self.variants.iter().position(by).map(Place::Variant);
        if let Some(id) = &ids.variant {
            let known = find(&|variant| variant.id.as_ref() == Some(id));
            // One that was heard of by its sku or stock item alone is it.
            let unnamed = |variant: &Variant| {
                let is_item = ids.item.is_some() && variant.item == ids.item;
                let is_sku = ids.sku.is_some() && variant.sku == ids.sku;
                variant.id.is_none() && (is_item || is_sku)
            };
            return known.or_else(|| find(&unnamed));
        }
        if ids.item.is_some() {
            if self.own.item == ids.item {
                return Some(Place::Own);
            }
            if let Some(place) = find(&|variant| variant.item == ids.item) {
                return Some(place);
            }
        }
        if ids.sku.is_some() {
            if self.own.sku == ids.sku {
                return Some(Place::Own);
            }
            if let Some(place) = find(&|variant| variant.sku == ids.sku) {
                return Some(place);
            }
        }
        ids.product.is_some().then_some(Place::Own)
    }

    pub fn at(&self, place: Place) -> &Variant {
        match place {
            Place::Own => &self.own,
            Place::Variant(i) => &self.variants[i],
        }
    }

    pub(super) fn at_mut(&mut self, place: Place) -> &mut Variant {
        match place {
            Place::Own => &mut self.own,
            Place::Variant(i) => &mut self.variants[i],
        }
    }

    /// The place of what the ids mean, made where there is none; `None`: there are too many already.
    pub(super) fn place_for(&mut self, ids: &Ids) -> Option<Place> {
        let place = match self.place_of(ids) {
            Some(place) => place,
            None if self.variants.len() >= VARIANTS_MAX => {
                self.beyond = self.beyond.saturating_add(1);
                return None;
            }
            None => {
                self.variants.push(Variant::default());
                Place::Variant(self.variants.len() - 1)
            }
        };
        let variant = self.at_mut(place);
        for (known, said) in
            [(&mut variant.id, &ids.variant), (&mut variant.sku, &ids.sku), (&mut variant.item, &ids.item)]
        {
            if said.is_some() {
                known.clone_from(said);
            }
        }
        Some(place)
    }

    /// Takes over a product that was heard of by a variant, sku or stock item alone, or one of its variants.
    pub(super) fn absorb(&mut self, mut other: Product) {
        self.created_at = self.created_at.min(other.created_at);
        self.changed_at = self.changed_at.max(other.changed_at);
        let own = std::mem::take(&mut other.own);
        let own = (!own.levels.is_empty() || !own.prices.is_empty()).then_some(own);
        for variant in other.variants.into_iter().chain(own) {
            self.absorb_variant(variant);
        }
    }

    pub(super) fn absorb_variant(&mut self, variant: Variant) {
        let named =
            Ids { product: None, variant: variant.id.clone(), sku: variant.sku.clone(), item: variant.item.clone() };
        // What has no name of its own is the product itself.
        let ids = if named.is_empty() { Ids { product: Some(Box::default()), ..named } } else { named };
        let Some(place) = self.place_for(&ids) else { return };
        self.at_mut(place).absorb(variant);
    }

    /// Lets go of what is needed least, until the encoded product is no larger than it may be.
    pub(super) fn slim(&mut self) {
        for variant in &mut self.variants {
            variant.image = None;
            for price in &mut variant.prices {
                let excess = price.points.len().saturating_sub(4);
                price.points.drain(..excess);
            }
        }
        self.images.truncate(1);
    }

    /// Lets the last variants go until `fits`.
    pub(super) fn shed(&mut self, fits: impl Fn(&Product) -> bool) {
        while !fits(self) && !self.variants.is_empty() {
            let left = self.variants.len() - self.variants.len().div_ceil(8);
            self.beyond = self.beyond.saturating_add((self.variants.len() - left) as u32);
            self.variants.truncate(left);
        }
    }
}

/// Where in a product something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Own,
    Variant(usize),
}

impl Variant {
    pub fn is_deleted(&self) -> bool {
        let priced = self.prices.iter().map(|price| price.said_at).max().unwrap_or(Time::MIN);
        let said_at = if self.words.is_told() { self.words.said_at } else { Time::MIN };
        is_gone(self.deleted_at, said_at.max(priced))
    }

    pub fn stock(&self) -> Stock {
        Stock::of(&self.levels, self.sells_beyond)
    }

    pub fn price(&self, currency: Currency) -> Option<&Price> {
        self.prices.iter().find(|price| price.currency == currency)
    }

    /// The level of a place, made where there is none; `None`: there are too many already.
    pub(super) fn level(&mut self, place: &str) -> Option<&mut Level> {
        if let Some(i) = self.levels.iter().position(|level| *level.place == *place) {
            return Some(&mut self.levels[i]);
        }
        if self.levels.len() >= PLACES_MAX {
            self.places_beyond = self.places_beyond.saturating_add(1);
            return None;
        }
        self.levels.push(Level::new(place));
        self.levels.last_mut()
    }

    /// The price in a currency, made where there is none; `None`: there are too many already.
    pub(super) fn price_mut(&mut self, currency: Currency) -> Option<&mut Price> {
        if let Some(i) = self.prices.iter().position(|price| price.currency == currency) {
            return Some(&mut self.prices[i]);
        }
        if self.prices.len() >= CURRENCIES_MAX {
            return None;
        }
        self.prices.push(Price::new(currency));
        self.prices.last_mut()
    }

    fn absorb(&mut self, other: Variant) {
        if other.words.is_told() && (!self.words.is_told() || other.words.said_at > self.words.said_at) {
            (self.name, self.image) = (other.name, other.image);
            (self.barcode, self.is_active) = (other.barcode, other.is_active);
            (self.sells_beyond, self.words) = (other.sells_beyond, other.words);
        }
        self.deleted_at = self.deleted_at.max(other.deleted_at);
        for level in other.levels {
            if let Some(known) = self.level(&level.place) {
                known.absorb(level);
            }
        }
        for price in other.prices {
            if let Some(known) = self.price_mut(price.currency) {
                known.absorb(price);
            }
        }
    }
}
