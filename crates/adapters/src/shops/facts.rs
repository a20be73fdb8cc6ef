//! What a shop's body says, in one shape for all shops: its parser fills these, and `events` makes events of them.

use super::json::Json;
use base::{Currency, Time};
use rust_decimal::Decimal;

/// A person, as a customer's body or an order says them.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// The shop's id of a customer with an account.
    pub id: Option<String>,
    /// The shop's id of a visitor without one.
    pub visitor: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// `it` or `it-IT`.
    pub language: Option<String>,
    /// ISO 3166 letters, or the name where the shop says no letters.
    pub country: Option<String>,
    /// Names as Segment has them: street, city, postalCode, state, country.
    pub address: Json,
    /// Marketing by channel, as the shop says it.
    pub consent: Vec<(&'static str, bool)>,
    pub tags: Option<Vec<String>>,
    pub updated_at: Option<Time>,
    /// Further traits by name.
    pub more: Vec<(&'static str, Json)>,
}

/// A line of a cart or an order.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// The line's own id: the last thing to tell what was bought by.
    pub id: Option<String>,
    pub product_id: Option<String>,
    pub variant_id: Option<String>,
    pub sku: Option<String>,
    pub name: Option<String>,
    /// The variant in words.
    pub variant: Option<String>,
    pub url: Option<String>,
    pub image_url: Option<String>,
    pub brand: Option<String>,
    pub quantity: Option<Decimal>,
    /// Of one piece, major units.
    pub price: Option<Decimal>,
    /// Of the whole line, major units; used where the price of one piece is not said.
    pub total: Option<Decimal>,
}

/// Amounts in major units of [`Totals::currency`].
#[derive(Debug, Clone, Default)]
pub struct Totals {
    pub currency: Option<Currency>,
    pub total: Option<Decimal>,
    pub subtotal: Option<Decimal>,
    pub discount: Option<Decimal>,
    pub tax: Option<Decimal>,
    pub shipping: Option<Decimal>,
    pub coupons: Vec<String>,
}

/// A cart or an open checkout.
#[derive(Debug, Clone, Default)]
pub struct Cart {
    pub id: Option<String>,
    pub checkout_id: Option<String>,
    pub lines: Vec<Line>,
    pub totals: Totals,
    /// The shop's own link that brings the cart back.
    pub url: Option<String>,
    /// The order that it will become, where the shop knows already.
    pub order_id: Option<String>,
    /// The shop tells of the order that waits and not of the cart: what is known of the cart already is not overruled.
    pub is_order_waiting: bool,
    /// The checkout was begun.
    pub is_checkout: bool,
    /// When it was, where the shop says so; else each change of it counts as its beginning.
    pub checkout_at: Option<Time>,
    pub created_at: Option<Time>,
    pub updated_at: Option<Time>,
    pub person: Person,
    pub more: Vec<(&'static str, Json)>,
}

/// An order that was placed.
#[derive(Debug, Clone, Default)]
pub struct Order {
    pub id: String,
    /// What people call it.
    pub number: Option<String>,
    pub cart_id: Option<String>,
    pub checkout_id: Option<String>,
    pub lines: Vec<Line>,
    pub totals: Totals,
    pub placed_at: Option<Time>,
    pub updated_at: Option<Time>,
    pub status: Option<String>,
    pub payment_status: Option<String>,
    pub fulfilment_status: Option<String>,
    pub payment_method: Option<String>,
    pub is_cancelled: bool,
    pub cancelled_at: Option<Time>,
    pub cancel_reason: Option<String>,
    pub refunds: Vec<Refund>,
    pub shipments: Vec<Shipment>,
    /// Brought to the customer, at this time where it is said.
    pub is_delivered: bool,
    pub delivered_at: Option<Time>,
    pub person: Person,
    /// The order's own address, which may be another than its customer's.
    pub email: Option<String>,
    pub more: Vec<(&'static str, Json)>,
}

/// Money that went back.
#[derive(Debug, Clone, Default)]
pub struct Refund {
    pub id: Option<String>,
    pub order_id: String,
    pub at: Option<Time>,
    pub currency: Option<Currency>,
    pub total: Option<Decimal>,
    pub lines: Vec<Line>,
    pub reason: Option<String>,
}

/// A parcel of an order.
#[derive(Debug, Clone, Default)]
pub struct Shipment {
    pub id: Option<String>,
    pub order_id: String,
    pub at: Option<Time>,
    pub status: Option<String>,
    pub is_delivered: bool,
    pub is_cancelled: bool,
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    pub tracking_url: Option<String>,
    pub lines: Vec<Line>,
    pub email: Option<String>,
}

/// A product as it is sold, or one variant of it.
#[derive(Debug, Clone, Default)]
pub struct Product {
    pub id: Option<String>,
    /// Set for a variant.
    pub variant_id: Option<String>,
    pub sku: Option<String>,
    pub name: Option<String>,
    pub url: Option<String>,
    pub images: Vec<String>,
    pub currency: Option<Currency>,
    pub price: Option<Decimal>,
    pub compare_at_price: Option<Decimal>,
    pub brand: Option<String>,
    pub categories: Vec<String>,
    pub tags: Vec<String>,
    pub is_active: Option<bool>,
    pub stock: Option<Decimal>,
    pub is_in_stock: Option<bool>,
    pub updated_at: Option<Time>,
    pub more: Vec<(&'static str, Json)>,
}

/// How many pieces are at a place.
#[derive(Debug, Clone, Default)]
pub struct Stock {
    pub product_id: Option<String>,
    pub variant_id: Option<String>,
    pub sku: Option<String>,
    /// The shop's own id of what is counted.
    pub item_id: Option<String>,
    pub location_id: Option<String>,
    pub quantity: Option<Decimal>,
    /// A change by so many instead of a count.
    pub delta: Option<Decimal>,
    pub is_in_stock: Option<bool>,
    /// No longer counted at this place.
    pub is_removed: bool,
    pub at: Option<Time>,
}
