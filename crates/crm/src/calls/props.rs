//! Reading properties: lenient where clients are sloppy (numbers as text), strict where a wrong value would be a wrong fact.

use super::Item;
use base::Currency;
use rust_decimal::Decimal;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt, marker::PhantomData, str::FromStr};

/// Lines an event may name; a cart beyond that is not a person's.
pub(super) const ITEMS_MAX: usize = 500;
/// The longest text kept of an id, a name or an address; the rest is cut.
const TEXT_MAX: usize = 500;
/// The largest quantity and price we believe.
const QUANTITY_MAX: i64 = 1_000_000;

/// An object and nothing else: a derived struct would also read a list, taking its elements for fields in order.
pub(super) struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<T>, D::Error> {
        struct OfMap<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfMap<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(OfMap(PhantomData))
    }
}

/// A list of products, of which only so many as a cart may have are kept: a million of them are counted, not stored.
struct Few<'a> {
    products: Vec<Object<RawProps<'a>>>,
    count: usize,
}

impl<'de: 'a, 'a> Deserialize<'de> for Few<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Few<'a>, D::Error> {
        struct OfList<'a>(PhantomData<&'a ()>);

        impl<'de: 'a, 'a> Visitor<'de> for OfList<'a> {
            type Value = Few<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Few<'a>, A::Error> {
                let mut products = Vec::new();
                while products.len() < ITEMS_MAX {
                    let Some(product) = list.next_element()? else { break };
                    products.push(product);
                }
                let mut count = products.len();
                while list.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Few { products, count })
            }
        }

        deserializer.deserialize_seq(OfList(PhantomData))
    }
}

/// The properties that shop events use; each is read only when its event asks for it.
#[derive(Deserialize, Default)]
pub(super) struct RawProps<'a> {
    #[serde(borrow, default)]
    pub cart_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub checkout_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub order_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub currency: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub total: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub value: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub revenue: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub email: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub step: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub coupon: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub coupon_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub stage: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub pipeline: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub agent: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub outcome: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub checkout_url: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub products: Option<&'a RawValue>,
    /// GA4's word for `products`.
    #[serde(borrow, default)]
    pub items: Option<&'a RawValue>,
    /// GA4's word for `order_id`.
    #[serde(borrow, default)]
    pub transaction_id: Option<&'a RawValue>,
    // Fields of their own, not aliases: a body that holds both spellings is understood.
    #[serde(borrow, default, rename = "cartId")]
    pub cart_id_camel: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "checkoutId")]
    pub checkout_id_camel: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "orderId")]
    pub order_id_camel: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "productId")]
    pub product_id_camel: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub item_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub item_name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub item_variant: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub product_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub sku: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub variant: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub variant_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub url: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub image_url: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub quantity: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub price: Option<&'a RawValue>,
}

impl RawProps<'_> {
    /// The product named by the event itself.
    pub fn item(&self) -> Result<Item, String> {
        let sku = text("sku", self.sku)?;
        let variant = text("variant", self.variant.or(self.item_variant))?;
        let product_id = text("product_id", self.product_id.or(self.product_id_camel).or(self.item_id))?;
        let name = text("name", self.name.or(self.item_name))?;
        // GA4 wants an id or a name: where it has the name alone, that is what tells products apart.
        let named = || name.clone().filter(|_| self.item_name.is_some());
        let product_id = product_id.or_else(|| sku.clone()).or_else(named);
        let product_id = product_id.ok_or("the product has neither product_id nor sku")?;
        let quantity = match amount("quantity", self.quantity)? {
            Some(quantity) => Some(whole_quantity(quantity, &product_id)?),
            None => None,
        };
        Ok(Item {
            sku: sku.filter(|sku| *sku != product_id).or(variant),
            variant_id: text("variant_id", self.variant_id)?,
            product_id,
            name,
            url: text("url", self.url)?,
            image_url: text("image_url", self.image_url)?,
            quantity,
            price: amount("price", self.price)?,
        })
    }

    /// The one product that the event is about; of several named in a list the first.
    pub fn one(&self) -> Result<Item, String> {
        if self.names_itself() {
            return self.item();
        }
        self.items()?.into_iter().next().map_or_else(|| self.item(), Ok)
    }

    /// What is put in or taken out: the product that the event itself names, else those of its list. There a missing quantity
    /// is one, as GA4 says.
    pub fn one_or_more(&self) -> Result<Vec<Item>, String> {
        let listed = if self.names_itself() { Vec::new() } else { self.items()? };
        if listed.is_empty() {
            return self.item().map(|item| vec![item]);
        }
        Ok(listed.into_iter().map(|item| Item { quantity: item.quantity.or(Some(1)), ..item }).collect())
    }

    fn names_itself(&self) -> bool {
        let ids = [self.product_id, self.product_id_camel, self.item_id, self.sku];
        ids.into_iter().flatten().any(|id| id.get() != "null")
    }

    pub fn items(&self) -> Result<Vec<Item>, String> {
        let list = self.products.filter(|p| p.get() != "null").or(self.items.filter(|p| p.get() != "null"));
        let Some(products) = list else { return Ok(Vec::new()) };
        let Few { products, count } =
            serde_json::from_str(products.get()).map_err(|e| format!("products is not a list of products: {e}"))?;
        if count > ITEMS_MAX {
            return Err(format!("{count} products in one event, at most {ITEMS_MAX} are a cart"));
        }
        products.iter().map(|product| product.0.item()).collect()
    }

    pub fn currency(&self) -> Result<Option<Currency>, String> {
        let Some(code) = text("currency", self.currency)? else { return Ok(None) };
        Currency::parse(&code).map(Some).ok_or_else(|| format!("{code:?} is not an ISO 4217 currency"))
    }
}

fn whole_quantity(quantity: Decimal, product_id: &str) -> Result<i64, String> {
    if quantity.is_sign_negative() && !quantity.is_zero() {
        return Err(format!("quantity {quantity} of product {product_id} is negative"));
    }
    if quantity > Decimal::from(QUANTITY_MAX) {
        return Err(format!("quantity {quantity} of product {product_id} is beyond {QUANTITY_MAX}"));
    }
    let whole = i64::try_from(quantity).ok().filter(|_| quantity.fract().is_zero());
    whole.ok_or_else(|| format!("quantity {quantity} of product {product_id} is not a whole number"))
}

/// A text, or a number taken as text; `null`, missing and empty are `None`.
pub(crate) fn text(name: &str, value: Option<&RawValue>) -> Result<Option<Box<str>>, String> {
    let Some(value) = value else { return Ok(None) };
    let value = value.get();
    let text: Cow<'_, str> = match value.as_bytes().first() {
        // Without escapes the text stands between its quotes as it is.
        Some(b'"') if !value.contains('\\') => Cow::Borrowed(&value[1..value.len() - 1]),
        Some(b'"') => Cow::Owned(serde_json::from_str(value).map_err(|e| format!("{name}: {e}"))?),
        Some(b'-' | b'0'..=b'9') => Cow::Borrowed(value),
        Some(b'n') => return Ok(None),
        _ => return Err(format!("{name} is {}, a text was expected", kind_of(value))),
    };
    if text.contains('\0') {
        return Err(format!("{name} holds the character NUL"));
    }
    let text = text.trim();
    let mut end = text.len().min(TEXT_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Ok((end > 0).then(|| text[..end].into()))
}

/// A decimal, from a number or from a text that is one; its digits are never seen by a float.
pub(crate) fn amount(name: &str, value: Option<&RawValue>) -> Result<Option<Decimal>, String> {
    let Some(value) = value else { return Ok(None) };
    let raw = value.get();
    let digits = match raw.as_bytes().first() {
        Some(b'-' | b'0'..=b'9') => raw,
        Some(b'"') => raw[1..raw.len() - 1].trim(),
        Some(b'n') => return Ok(None),
        _ => return Err(format!("{name} is {}, a number was expected", kind_of(raw))),
    };
    if digits.is_empty() {
        return Ok(None);
    }
    let parsed = Decimal::from_str(digits).or_else(|_| Decimal::from_scientific(digits));
    parsed.map(Some).map_err(|_| format!("{name} {:?} is not a number", digits.chars().take(40).collect::<String>()))
}

pub(crate) fn kind_of(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "a boolean",
        Some(b'"') => "a text",
        Some(b'n') => "null",
        _ => "a number",
    }
}
