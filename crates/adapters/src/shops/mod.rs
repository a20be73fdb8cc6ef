//! Shops: what their webhooks and APIs send, read into events as our one door takes them, and whether it is they who sent it.
//!
//! Reading is pure: bytes in, events out; no clock, no network, no database. [`client`] asks the shops' APIs. Start reading at [`Shop`] and [`shops`]; `facts` is the one
//! shape that each shop's parser fills, `events` makes events of it. What is understood and what is not carried stands in
//! `docs/shops.md`.

pub mod client;
mod envelope;
mod event;
mod events;
mod facts;
pub mod generic;
pub mod json;
mod magento;
mod medusa;
mod prestashop;
mod read;
pub mod reason;
mod sfcc;
mod shopify;
mod sign;
#[cfg(test)]
mod tests;
mod vendure;
mod woocommerce;
mod xml;

pub use event::Event;
pub use sign::{NotSigned, signature_of};

use base::{Currency, Time};
use envelope::{Body, Words};
use events::Out;
use jiff::tz::TimeZone;
use json::Json;

/// The header of the signature that our own plug-ins make: hex of the HMAC-SHA256 of the body.
pub const OUR_SIGNATURE: &str = "x-ritorno-signature";

/// What a shop does not say by itself.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The zone of times without one; Magento's are always UTC.
    pub zone: TimeZone,
    /// Of amounts whose currency the body does not name.
    pub currency: Option<Currency>,
    /// Put before the ids of customers, carts and orders, where two shops of one workspace may use the same.
    pub namespace: Option<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { zone: TimeZone::UTC, currency: None, namespace: None }
    }
}

/// The headers of a request; names without regard to case, the last of equal ones counts.
#[derive(Debug, Clone, Copy)]
pub struct Headers<'a>(pub &'a [(&'a str, &'a str)]);

impl<'a> Headers<'a> {
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// What a body says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    pub events: Vec<Event>,
    /// Why objects that are understood say nothing we keep.
    pub ignored: Vec<String>,
    /// Why objects beside those were not understood.
    pub refused: Vec<String>,
}

/// Why nothing of a body is understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// What becomes of one object.
enum Verdict {
    Taken,
    /// It is understood and says nothing we keep, for this reason.
    Ignored(String),
}

use Verdict::{Ignored, Taken};

/// One kind of shop.
pub struct Shop {
    /// As the command line and the interface name it.
    pub name: &'static str,
    /// The header that names the topic of a webhook, where the shop has one.
    pub topic_header: Option<&'static str>,
    /// The header that is the same when one webhook is delivered again.
    pub delivery_header: Option<&'static str>,
    words: Words,
    /// Reads one object. The error says what is missing or wrong in it.
    read: fn(&Body<'_>, &mut Out<'_>) -> Result<Verdict, String>,
    verify: fn(&Headers<'_>, &[u8], &str) -> Result<(), NotSigned>,
}

/// Every shop that can be connected without a mapping.
pub fn shops() -> [&'static Shop; 7] {
    [&shopify::SHOP, &woocommerce::SHOP, &magento::SHOP, &prestashop::SHOP, &sfcc::SHOP, &vendure::SHOP, &medusa::SHOP]
}

/// The shop of this name.
pub fn find_shop(name: &str) -> Option<&'static Shop> {
    shops().into_iter().find(|shop| shop.name == name)
}

impl Shop {
    /// Reads a webhook's or an API's body. Without a topic the kind of each object is recognised from the object.
    pub fn parse(&self, topic: Option<&str>, body: &[u8], settings: &Settings) -> Result<Parsed, Refusal> {
        let json = self.json_of(body).map_err(Refusal)?;
        let mut bodies = envelope::bodies(&json, &self.words).map_err(Refusal)?;
        if bodies.is_empty() {
            return Ok(Parsed { ignored: vec!["the body is an empty list".to_owned()], ..Parsed::default() });
        }
        for body in &mut bodies {
            body.topic = topic.or(body.topic);
        }
        let mut parsed = Parsed::default();
        for body in &bodies {
            let mut out = Out::new(self.name, settings);
            match (self.read)(body, &mut out) {
                Ok(Taken) => parsed.events.append(&mut out.events),
                Ok(Ignored(reason)) => parsed.ignored.push(reason),
                // Nothing of an object that is wrong in one place goes in.
                Err(reason) => parsed.refused.push(format!("{}: {reason}", described(self.name, body))),
            }
        }
        if parsed.events.is_empty() && !parsed.refused.is_empty() {
            return Err(Refusal(joined(&parsed.refused)));
        }
        Ok(parsed)
    }

    /// Whether a request comes from the shop: its signature is that of these very bytes.
    pub fn verify(&self, headers: &Headers<'_>, body: &[u8], secret: &str) -> Result<(), NotSigned> {
        (self.verify)(headers, body, secret)
    }

    fn json_of(&self, body: &[u8]) -> Result<Json, String> {
        let text = std::str::from_utf8(body).map_err(|_| "the body is not UTF-8".to_owned())?;
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.starts_with('<') {
            if self.name == prestashop::SHOP.name {
                return xml::read(text);
            }
            return Err("the body is XML or HTML, JSON was expected".to_owned());
        }
        // What WooCommerce sends when a webhook is made.
        if let Some(id) = text.strip_prefix("webhook_id=") {
            return Ok(Json::object([("webhook_id", id.into())]));
        }
        Json::read(text)
    }
}

/// A body in a reason: the shop, its kind as far as it is said, and its id.
fn described(shop: &str, body: &Body<'_>) -> String {
    let kind = body.topic.or(body.word.map(envelope::singular)).unwrap_or("body");
    let kind: String = kind.chars().take(60).collect();
    match body.data.id_of(&["id", "entity_id", "increment_id", "code", "token", "orderNo", "basketId", "basket_id"]) {
        Some(id) => format!("{shop} {kind} {}", id.chars().take(60).collect::<String>()),
        None => format!("{shop} {kind}"),
    }
}

/// The first reasons, and how many more there are.
pub fn joined(reasons: &[String]) -> String {
    const SHOWN: usize = 3;
    let mut said: Vec<&String> = Vec::new();
    for reason in reasons {
        if !said.contains(&reason) {
            said.push(reason);
        }
    }
    let mut text = said.iter().take(SHOWN).map(|reason| reason.as_str()).collect::<Vec<_>>().join("; ");
    if said.len() > SHOWN {
        text.push_str(&format!("; and {} more", said.len() - SHOWN));
    }
    text
}

/// What is said of an object whose kind nobody knows.
fn not_recognised(body: &Body<'_>) -> String {
    match (body.topic, body.data) {
        (Some(topic), _) => {
            format!("the topic {:?} is not one that is understood", topic.chars().take(60).collect::<String>())
        }
        (None, Json::Object(fields)) => {
            let names: Vec<&str> = fields.iter().take(6).map(|(name, _)| name.as_str()).collect();
            let names: String = names.join(", ").chars().take(120).collect();
            format!("the kind of object is not recognised from its fields ({names}): name its topic")
        }
        (None, other) => format!("it is {}, an object was expected", other.kind()),
    }
}

/// An instant out of a wrapping.
fn sent_at(body: &Body<'_>) -> Option<Time> {
    let wrapped = Json::object([("at", body.at?.clone())]);
    wrapped.time("at", &TimeZone::UTC).ok().flatten()
}
