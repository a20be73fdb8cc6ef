//! From a call's JSON to a [`Call`].

use super::{
    Act, AgentTrait, Call, OrderSaid, ShopEvent, Traits, What,
    ga4::segment_name,
    props::{Object, RawProps, amount, kind_of, text},
};
use crate::{
    catalogue,
    customers::{TAGS_MAX, tag_of},
};
use base::{Time, stable_hash};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The outside of a call: who, when and what kind, read before anything else.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    pub kind: &'static str,
    /// The event's name; the page's for a page.
    pub name: Box<str>,
    pub message_id: Option<Box<str>>,
    /// The event's own time as sent.
    pub timestamp: Option<Time>,
    pub sent_at: Option<Time>,
}

#[derive(Deserialize)]
struct RawCall<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    event: Option<&'a RawValue>,
    #[serde(borrow, default)]
    name: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "userId")]
    user_id: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "anonymousId")]
    anonymous_id: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "previousId")]
    previous_id: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "messageId")]
    message_id: Option<&'a RawValue>,
    // Fields of their own, not aliases: a body that holds both spellings is understood.
    #[serde(borrow, default, rename = "user_id")]
    user_id_snake: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "anonymous_id")]
    anonymous_id_snake: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "previous_id")]
    previous_id_snake: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "message_id")]
    message_id_snake: Option<&'a RawValue>,
    #[serde(borrow, default)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "originalTimestamp")]
    original_timestamp: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "sentAt")]
    sent_at: Option<&'a RawValue>,
    #[serde(borrow, default)]
    traits: Option<&'a RawValue>,
    #[serde(borrow, default)]
    properties: Option<&'a RawValue>,
    #[serde(borrow, default)]
    context: Option<&'a RawValue>,
}

fn not_a_call(error: serde_json::Error) -> String {
    format!("the event is not a JSON object of a call: {error}")
}

fn read(payload: &[u8]) -> Result<RawCall<'_>, String> {
    serde_json::from_slice::<Object<_>>(payload).map(|raw| raw.0).map_err(not_a_call)
}

const KINDS: [&str; 6] = ["track", "identify", "page", "screen", "group", "alias"];

/// Reads the outside of a call; `kind` is the one its address says, else the call's own `type` counts.
pub fn read_envelope(payload: &[u8], kind: Option<&'static str>) -> Result<Envelope, String> {
    envelope_of(&read(payload)?, kind)
}

/// Reads a call; the error is the reason for quarantine, in words.
pub fn parse_call(kind: &str, name: &str, payload: &[u8]) -> Result<Call, String> {
    call_of(&read(payload)?, kind, name, payload)
}

/// As [`read_envelope`] and then [`parse_call`], in one pass over the text. An outside that cannot be read is the outer error,
/// a call that is not understood the inner one; both are reasons for quarantine.
pub fn read_call(payload: &str, kind: Option<&'static str>) -> Result<(Envelope, Result<Call, String>), String> {
    let Object(raw) = serde_json::from_str::<Object<RawCall<'_>>>(payload).map_err(not_a_call)?;
    let envelope = envelope_of(&raw, kind)?;
    let call = call_of(&raw, envelope.kind, &envelope.name, payload.as_bytes());
    Ok((envelope, call))
}

fn envelope_of(raw: &RawCall<'_>, kind: Option<&'static str>) -> Result<Envelope, String> {
    let kind = match (kind, raw.kind.as_deref()) {
        (Some(kind), _) => kind,
        (None, Some(named)) => *KINDS.iter().find(|k| **k == named).ok_or_else(|| {
            format!(
                "type {:?} is not one of track, identify, page, screen, group, alias",
                named.chars().take(40).collect::<String>()
            )
        })?,
        (None, None) => return Err("the event has no type".to_owned()),
    };
    let time = |name: &str, value: Option<&RawValue>| -> Result<Option<Time>, String> {
        match text(name, value)? {
            Some(text) => Time::parse(&text).map(Some).map_err(|e| format!("{name}: {e}")),
            None => Ok(None),
        }
    };
    let name = match kind {
        "track" => segment_name(&text("event", raw.event)?.ok_or("the track call has no event name")?).into(),
        "page" | "screen" => text("name", raw.name)?.unwrap_or_default(),
        _ => Box::default(),
    };
    Ok(Envelope {
        kind,
        name,
        message_id: text("messageId", raw.message_id.or(raw.message_id_snake))?,
        timestamp: match time("timestamp", raw.timestamp)? {
            Some(timestamp) => Some(timestamp),
            None => time("originalTimestamp", raw.original_timestamp)?,
        },
        sent_at: time("sentAt", raw.sent_at)?,
    })
}

fn call_of(raw: &RawCall<'_>, kind: &str, name: &str, payload: &[u8]) -> Result<Call, String> {
    let user_id = text("userId", raw.user_id.or(raw.user_id_snake))?;
    let anonymous_id = text("anonymousId", raw.anonymous_id.or(raw.anonymous_id_snake))?;
    let act = match kind {
        "identify" => Act::Identify(Box::new(traits(raw.traits, raw.context)?)),
        "alias" => Act::Alias {
            previous_id: text("previousId", raw.previous_id.or(raw.previous_id_snake))?
                .ok_or("the alias call has no previousId")?,
        },
        "page" | "screen" => Act::Page { is_product: false },
        "group" => Act::Group,
        "track" => {
            let shop = anonymous_id.as_deref().and_then(|id| id.strip_prefix(catalogue::SHOP_PREFIX));
            let name = segment_name(name);
            if let Some(event) = shop_event(name, raw.properties)? {
                Act::Shop(Box::new(event))
            } else if let Some(said) = catalogue::read(name, shop.unwrap_or_default(), raw.properties)? {
                Act::Catalogue(Box::new(said))
            } else if shop.is_some() && user_id.is_none() {
                Act::OfShop
            } else {
                Act::Other
            }
        }
        other => return Err(format!("{other:?} is not a kind of call")),
    };
    if user_id.is_none() && anonymous_id.is_none() {
        // A shop's server may know an order by its object alone; everything else needs a person.
        let has_object = matches!(&act, Act::Catalogue(_))
            || matches!(&act, Act::Shop(event) if event.cart_id.is_some() || event.order_id.is_some() || event.checkout_id.is_some());
        if !has_object {
            return Err("the event has neither userId nor anonymousId".to_owned());
        }
    }
    let id = text("messageId", raw.message_id.or(raw.message_id_snake))?;
    let tie = id.map_or_else(|| stable_hash(payload), |id| stable_hash(id.as_bytes()));
    Ok(Call { user_id, anonymous_id, tie, act })
}

fn traits(raw: Option<&RawValue>, context: Option<&RawValue>) -> Result<Traits, String> {
    let mut traits = Traits { locale: locale(context), ..Traits::default() };
    let Some(raw) = raw.filter(|raw| raw.get() != "null") else { return Ok(traits) };
    let map: std::collections::BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(raw.get())
        .map_err(|_| format!("traits is {}, an object was expected", kind_of(raw.get())))?;
    for (name, value) in map {
        let value_text = |to: &mut Option<Box<str>>| -> Result<(), String> {
            *to = text(&name, Some(value))?;
            Ok(())
        };
        match &*name {
            "email" => {
                value_text(&mut traits.email)?;
                traits.email = traits.email.take().map(|email| email.to_lowercase().into());
            }
            "phone" => value_text(&mut traits.phone)?,
            "firstName" | "first_name" => value_text(&mut traits.first_name)?,
            "lastName" | "last_name" => value_text(&mut traits.last_name)?,
            "name" => value_text(&mut traits.name)?,
            "language" => value_text(&mut traits.language)?,
            "timeZone" | "timezone" => value_text(&mut traits.time_zone)?,
            "address" => traits.address = Some(value.get().into()),
            "agent" => traits.agent = agent(value)?,
            "consent" => traits.consent = consent(value)?,
            "tags" => match tags(value) {
                Some(said) => traits.tags = Some(said),
                None => traits.open.push((name.as_ref().into(), value.get().into())),
            },
            _ => traits.open.push((name.as_ref().into(), value.get().into())),
        }
    }
    Ok(traits)
}

/// The language of `context.locale` (`it-IT`), which the browser SDKs send.
fn locale(context: Option<&RawValue>) -> Option<Box<str>> {
    #[derive(Deserialize)]
    struct Context<'a> {
        #[serde(borrow, default)]
        locale: Option<Cow<'a, str>>,
    }
    let context: Context<'_> = serde_json::from_str(context?.get()).ok()?;
    context.locale.filter(|l| (2..=35).contains(&l.len())).map(|l| l.as_ref().into())
}

fn agent(value: &RawValue) -> Result<Option<AgentTrait>, String> {
    if value.get().starts_with('{') {
        let props: std::collections::BTreeMap<Cow<'_, str>, &RawValue> =
            serde_json::from_str(value.get()).map_err(|e| format!("agent: {e}"))?;
        let email = text("agent.email", props.get("email").copied())?.ok_or("the agent trait has no email")?;
        let name = text("agent.name", props.get("name").copied())?;
        return Ok(Some(AgentTrait::Person { email: email.to_lowercase().into(), name }));
    }
    Ok(text("agent", Some(value))?.map(AgentTrait::Id))
}

fn consent(value: &RawValue) -> Result<Vec<(Box<str>, Box<str>, bool)>, String> {
    use std::collections::BTreeMap;
    let purposes: BTreeMap<String, BTreeMap<String, Option<bool>>> =
        serde_json::from_str(value.get()).map_err(|_| {
            "consent is not an object of purposes with channels, such as {\"marketing\":{\"email\":true}}".to_owned()
        })?;
    let mut said = Vec::new();
    for (purpose, channels) in purposes {
        for (channel, granted) in channels {
            if let Some(granted) = granted {
                said.push((purpose.as_str().into(), channel.into(), granted));
            }
        }
    }
    Ok(said)
}

/// Tags as a list of texts, or as one text with commas; what is no tag is left out. `None`: it is neither, and stays a property.
fn tags(value: &RawValue) -> Option<Vec<Box<str>>> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        List(Vec<serde_json::Value>),
        Text(String),
        Nothing(()),
    }
    let names: Vec<String> = match serde_json::from_str(value.get()).ok()? {
        Said::List(list) => {
            let text = |value: &serde_json::Value| match value {
                serde_json::Value::String(text) => Some(text.clone()),
                serde_json::Value::Number(number) => Some(number.to_string()),
                _ => None,
            };
            list.iter().filter_map(text).collect()
        }
        Said::Text(text) => text.split(',').map(str::to_owned).collect(),
        Said::Nothing(()) => Vec::new(),
    };
    Some(names.iter().filter_map(|name| tag_of(name)).take(TAGS_MAX).map(Into::into).collect())
}

/// Reads the properties of a shop event; `None` where the name is not one of ours.
fn shop_event(name: &str, properties: Option<&RawValue>) -> Result<Option<ShopEvent>, String> {
    const KNOWN: [&str; 28] = [
        "Product Viewed",
        "Product Added to Wishlist",
        "Product Removed from Wishlist",
        "Product Back In Stock Requested",
        "Product Added",
        "Product Removed",
        "Cart Viewed",
        "Cart Updated",
        "Checkout Started",
        "Checkout Step Viewed",
        "Checkout Step Completed",
        "Payment Info Entered",
        "Coupon Entered",
        "Coupon Applied",
        "Coupon Removed",
        "Order Completed",
        "Order Refunded",
        "Order Cancelled",
        "Deal Stage Changed",
        "Agent Contacted",
        "Order Updated",
        "Order Edited",
        "Order Shipped",
        "Order Shipment Cancelled",
        "Order Delivered",
        "Order Deleted",
        "Cart Deleted",
        "Checkout Deleted",
    ];
    if !KNOWN.contains(&name) {
        return Ok(None);
    }
    let raw: RawProps<'_> = match properties.filter(|p| p.get() != "null") {
        Some(properties) => {
            serde_json::from_str::<Object<_>>(properties.get())
                .map_err(|e| format!("properties is {}: {e}", kind_of(properties.get())))?
                .0
        }
        None => RawProps::default(),
    };
    let what = match name {
        "Product Viewed" => What::ProductViewed(raw.one()?),
        "Product Added to Wishlist" => What::ProductWished { item: raw.one()?, is_once: false },
        "Product Back In Stock Requested" => What::ProductWished { item: raw.one()?, is_once: true },
        "Product Removed from Wishlist" => What::ProductUnwished(raw.one()?),
        "Product Added" => What::ProductAdded(raw.one_or_more()?),
        "Product Removed" => What::ProductRemoved(raw.one_or_more()?),
        "Cart Viewed" => What::CartViewed(raw.items()?),
        "Cart Updated" => What::CartUpdated { items: raw.items()?, url: text("checkout_url", raw.checkout_url)? },
        "Checkout Started" => {
            What::CheckoutStarted { items: raw.items()?, url: text("checkout_url", raw.checkout_url)? }
        }
        "Checkout Step Viewed" | "Checkout Step Completed" => {
            let step = amount("step", raw.step)?;
            What::CheckoutStep { step: step.and_then(|step| i64::try_from(step).ok()) }
        }
        "Payment Info Entered" => What::PaymentInfoEntered,
        "Coupon Entered" | "Coupon Applied" => What::CouponEntered(text("coupon_id", raw.coupon_id.or(raw.coupon))?),
        "Coupon Removed" => What::CouponRemoved(text("coupon_id", raw.coupon_id.or(raw.coupon))?),
        "Order Completed" => {
            let total = match amount("total", raw.total)? {
                Some(total) => Some(total),
                None => amount("value", raw.value)?.or(amount("revenue", raw.revenue)?),
            };
            let email = text("email", raw.email)?.map(|email| email.to_lowercase().into());
            What::OrderCompleted(OrderSaid { items: raw.items()?, total, email })
        }
        "Order Refunded" => What::OrderRefunded {
            total: amount("total", raw.total)?.or(amount("value", raw.value)?),
            items: raw.items()?,
        },
        "Order Cancelled" => What::OrderCancelled,
        "Deal Stage Changed" => {
            let stage = text("stage", raw.stage)?.ok_or("Deal Stage Changed has no stage")?;
            What::DealStageChanged { stage, pipeline: text("pipeline", raw.pipeline)? }
        }
        "Agent Contacted" => {
            let agent = match raw.agent {
                Some(agent) => self::agent(agent)?.map(|agent| match agent {
                    AgentTrait::Id(id) => id,
                    AgentTrait::Person { email, .. } => email,
                }),
                None => None,
            };
            What::AgentContacted { agent, outcome: text("outcome", raw.outcome)? }
        }
        _ => What::Told,
    };
    let event = ShopEvent {
        cart_id: text("cart_id", raw.cart_id.or(raw.cart_id_camel))?,
        checkout_id: text("checkout_id", raw.checkout_id.or(raw.checkout_id_camel))?,
        order_id: text("order_id", raw.order_id.or(raw.order_id_camel).or(raw.transaction_id))?,
        currency: raw.currency()?,
        coupon: match what {
            What::CheckoutStarted { .. } | What::CheckoutStep { .. } | What::PaymentInfoEntered => {
                text("coupon", raw.coupon)?
            }
            _ => None,
        },
        what,
    };
    let names_order = matches!(event.what, What::OrderCompleted(_) | What::OrderRefunded { .. } | What::OrderCancelled);
    if names_order && event.order_id.is_none() {
        return Err(format!("{name} has no order_id"));
    }
    Ok(Some(event))
}
