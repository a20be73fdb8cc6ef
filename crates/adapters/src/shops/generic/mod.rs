//! Any shop that posts JSON, by a mapping: a document that says where in the body each field of an event stands.
//!
//! ```json
//! { "name": "my shop",
//!   "zone": "Europe/Rome",
//!   "signature": { "header": "x-signature", "encoding": "hex", "prefix": "sha256=" },
//!   "events": [
//!     { "when": { "path": "event", "is": "order.paid" },
//!       "each": "data.orders",
//!       "event": "Order Completed",
//!       "user_id": "customer.id",
//!       "timestamp": "paid_at",
//!       "message_id": "id",
//!       "properties": {
//!         "order_id": "id",
//!         "currency": { "value": "EUR" },
//!         "total": { "path": "total_cents", "minor_digits": 2 },
//!         "products": { "each": "items", "fields": { "product_id": "sku", "quantity": "qty", "price": "price" } } } } ] }
//! ```
//!
//! A text is a path: names with dots between, numbers for elements of a list; `$.` before it starts at the whole body instead of
//! the element of `each`. Amounts keep their digits; `properties`, `traits` and `context` hold what paths find.

mod mapping;

pub use mapping::{Mapping, WrongMapping};

use super::{
    Event, Headers, NotSigned, Parsed, Refusal, Settings,
    json::Json,
    sign::{self},
};
use base::{SECOND, Time, stable_hash};
use mapping::{Field, Rule, Source};
use rust_decimal::Decimal;

/// Elements that one body may list.
const ELEMENTS_MAX: usize = 10_000;

impl Mapping {
    /// Reads a body. Each rule whose condition holds makes its events.
    pub fn parse(&self, topic: Option<&str>, body: &[u8], settings: &Settings) -> Result<Parsed, Refusal> {
        let text = std::str::from_utf8(body).map_err(|_| Refusal("the body is not UTF-8".to_owned()))?;
        let whole = Json::read(text.trim_start_matches('\u{feff}').trim()).map_err(Refusal)?;
        let mut parsed = Parsed::default();
        let mut is_meant = false;
        for rule in &self.events {
            let elements: Vec<&Json> = match &rule.each {
                None => vec![&whole],
                Some(path) => match whole.at(path) {
                    Json::List(list) => list.iter().take(ELEMENTS_MAX + 1).collect(),
                    Json::Null => Vec::new(),
                    one => vec![one],
                },
            };
            if elements.len() > ELEMENTS_MAX {
                return Err(Refusal(format!("the body lists more than {ELEMENTS_MAX} elements")));
            }
            for element in elements {
                if !rule.holds(topic, element, &whole) {
                    continue;
                }
                is_meant = true;
                match self.event(rule, element, &whole, settings) {
                    Ok(event) => parsed.events.push(event),
                    Err(reason) => parsed.refused.push(format!("{}: {reason}", rule.title())),
                }
            }
        }
        if parsed.events.is_empty() && !parsed.refused.is_empty() {
            return Err(Refusal(super::joined(&parsed.refused)));
        }
        if !is_meant {
            parsed.ignored.push("no rule of the mapping is about this body".to_owned());
        }
        Ok(parsed)
    }

    /// Whether the body is signed as the mapping says. Without a `signature` in the mapping nothing is.
    pub fn verify(&self, headers: &Headers<'_>, body: &[u8], secret: &str, now: Time) -> Result<(), NotSigned> {
        let Some(signature) = &self.signature else {
            return Err(NotSigned::NoSignature("(the mapping names none: add \"signature\")".to_owned()));
        };
        let Some(time_header) = &signature.time_header else {
            return sign::hmac_sha256(
                headers,
                &signature.header,
                &signature.prefix,
                signature.encoding,
                body,
                secret.as_bytes(),
            );
        };
        let said = headers.get(time_header).ok_or_else(|| NotSigned::NoTime(time_header.clone()))?.trim();
        // The time is signed with the body, so that neither can be exchanged.
        let message = [said.as_bytes(), b".", body].concat();
        sign::hmac_sha256(
            headers,
            &signature.header,
            &signature.prefix,
            signature.encoding,
            &message,
            secret.as_bytes(),
        )?;
        let wrapped =
            Json::object([("at", said.parse::<i64>().map_or_else(|_| said.into(), |n| Decimal::from(n).into()))]);
        let at = wrapped.time("at", &jiff::tz::TimeZone::UTC).ok().flatten();
        let at = at.ok_or_else(|| NotSigned::NoTime(time_header.clone()))?;
        let (seconds, tolerance) = ((now - at).saturating_abs() / SECOND, signature.tolerance_s);
        if seconds > tolerance { Err(NotSigned::TooOld { seconds, tolerance }) } else { Ok(()) }
    }

    fn event(&self, rule: &Rule, element: &Json, whole: &Json, settings: &Settings) -> Result<Event, String> {
        let find = |source: &Option<Source>| match source {
            Some(source) => source.find(element, whole).map(|found| found.as_id()),
            None => Ok(None),
        };
        let prefixed = |id: Option<String>| match (&settings.namespace, id) {
            (Some(namespace), Some(id)) => Some(format!("{namespace}:{id}")),
            (_, id) => id,
        };
        let zone = self.zone.as_ref().unwrap_or(&settings.zone);
        let timestamp = match &rule.timestamp {
            Some(source) => Json::object([("timestamp", source.find(element, whole)?)]).time("timestamp", zone)?,
            None => None,
        };
        let user_id = prefixed(find(&rule.user_id)?);
        let anonymous_id = prefixed(find(&rule.anonymous_id)?);
        let properties = object(&rule.properties, element, whole)?;
        let traits = object(&rule.traits, element, whole)?;
        let names_object = properties.has_any(&["order_id", "cart_id", "checkout_id"]);
        if user_id.is_none() && anonymous_id.is_none() && !names_object {
            return Err("neither user_id nor anonymous_id finds anything, and no order_id or cart_id either".to_owned());
        }
        let source = settings.namespace.as_deref().unwrap_or(&self.name);
        let own = find(&rule.message_id)?.unwrap_or_else(|| {
            let said = format!("{properties}{traits}{user_id:?}{anonymous_id:?}");
            format!("{:016x}", stable_hash(said.as_bytes()))
        });
        Ok(Event {
            kind: rule.kind,
            name: rule.event.clone(),
            user_id,
            anonymous_id,
            previous_id: prefixed(find(&rule.previous_id)?),
            timestamp,
            sent_at: None,
            message_id: format!("{source}:{}:{own}", rule.title().to_lowercase().replace(' ', "-")),
            properties,
            traits,
            context: Json::object([("source", self.name.as_str().into())]),
        })
    }
}

fn object(fields: &[(String, Field)], element: &Json, whole: &Json) -> Result<Json, String> {
    let mut to = Json::Object(Vec::new());
    for (name, field) in fields {
        let value = field.find(element, whole).map_err(|reason| format!("{name}: {reason}"))?;
        to.set(name, value);
    }
    Ok(if to.fields().is_empty() { Json::Null } else { to })
}
