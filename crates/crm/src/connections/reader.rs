//! What reads a connection's bodies: a shop's parser, or a mapping in the place of one.

use adapters::shops::{self, Headers, NotSigned, Parsed, Refusal, Settings, Shop, generic::Mapping};
use base::Time;

/// The kind of a shop that is described by a mapping.
pub const GENERIC: &str = "generic";
/// The header that names the topic of a generic shop's webhook.
const GENERIC_TOPIC: &str = "x-topic";

/// Reads and verifies bodies.
#[derive(Clone)]
pub enum Reader {
    Shop(&'static Shop),
    Mapping(Box<Mapping>),
}

impl Reader {
    /// The reader of a kind of shop; the error says what is wrong with the kind or the mapping.
    pub fn of(shop: &str, mapping: Option<&str>) -> Result<Reader, String> {
        if shop == GENERIC {
            let text = mapping.ok_or("a generic shop needs a mapping: a document that says where each field stands")?;
            return Mapping::read(text).map(|mapping| Reader::Mapping(Box::new(mapping))).map_err(|e| e.to_string());
        }
        shops::find_shop(shop).map(Reader::Shop).ok_or_else(|| {
            let known: Vec<&str> = shops::shops().iter().map(|shop| shop.name).collect();
            let said: String = shop.chars().take(40).collect();
            format!("{said:?} is not a shop that is known: {}, {GENERIC}", known.join(", "))
        })
    }

    pub fn parse(&self, topic: Option<&str>, body: &[u8], settings: &Settings) -> Result<Parsed, Refusal> {
        match self {
            Reader::Shop(shop) => shop.parse(topic, body, settings),
            Reader::Mapping(mapping) => mapping.parse(topic, body, settings),
        }
    }

    pub fn verify(&self, headers: &Headers<'_>, body: &[u8], secret: &str, now: Time) -> Result<(), NotSigned> {
        match self {
            Reader::Shop(shop) => shop.verify(headers, body, secret),
            Reader::Mapping(mapping) => mapping.verify(headers, body, secret, now),
        }
    }

    /// The header that names the topic of a webhook.
    pub fn topic_header(&self) -> Option<&'static str> {
        match self {
            Reader::Shop(shop) => shop.topic_header,
            Reader::Mapping(_) => Some(GENERIC_TOPIC),
        }
    }
}
