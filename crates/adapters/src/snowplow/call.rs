//! From the fields of tracked events to calls.

use super::{
    said::{ECOMMERCE, Said},
    shop,
    wire::{Described, Schema, entities, long_text, message_id, own_event, times},
};
use crate::shops::{Event, json::Json};
use std::collections::{BTreeMap, HashSet};

/// The vendor of Snowplow's own schemas.
pub(super) const SNOWPLOW: &str = "com.snowplowanalytics.snowplow";
/// The vendor of the one schema that is ours: a call as the Segment clients make it, for what Snowplow has no word for.
const OURS: &str = "ritorno";
/// Figures of the page and the browser that nobody asks for later.
const NOISE: [&str; 6] = [
    "web_page",
    "browser_context",
    "PerformanceTiming",
    "performance_navigation_timing",
    "http_client_hints",
    "client_session",
];
/// Entities of a shop's own that are kept beside an event.
const ENTITIES_MAX: usize = 20;

/// What tracked events say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    pub events: Vec<Event>,
    /// Why events that are understood say nothing we keep.
    pub ignored: Vec<String>,
    /// The places of those that are not understood, and why.
    pub refused: Vec<(usize, String)>,
}

/// Reads tracked events; `app_id` is left out where it is this: a key that came in its place is no fact.
pub fn parse(tracked: &[Json], key: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let items = shop::items_of_orders(tracked);
    let mut identified = HashSet::new();
    for (place, fields) in tracked.iter().enumerate() {
        match read(fields, &items, key) {
            Ok(Read::Events(events)) => {
                // A page names its visitor with each event: once for each body is enough.
                let is_news = |event: &Event| {
                    event.kind != "identify"
                        || identified.insert(format!("{:?} {:?} {}", event.user_id, event.anonymous_id, event.traits))
                };
                parsed.events.extend(events.into_iter().filter(is_news));
            }
            Ok(Read::Nothing(why)) => parsed.ignored.push(why),
            Err(reason) => parsed.refused.push((place, reason)),
        }
    }
    parsed
}

enum Read {
    Events(Vec<Event>),
    /// It is understood and says nothing we keep, for this reason.
    Nothing(String),
}

fn read(fields: &Json, items: &BTreeMap<String, Vec<Json>>, key: &str) -> Result<Read, String> {
    if !matches!(fields, Json::Object(_)) {
        return Err(format!("data: {} stands where an event was expected", fields.kind()));
    }
    let entities = entities(fields)?;
    let kind = fields.text("e").unwrap_or_default();
    let said = match kind.as_str() {
        "pv" => vec![page_of(fields)],
        "pp" => return Ok(Read::Nothing("a page ping".to_owned())),
        "se" => vec![structured(fields)?],
        "tr" => vec![shop::order_of_fields(fields, items)?],
        "ti" => match shop::item_alone(fields, items)? {
            Some(said) => vec![said],
            None => return Ok(Read::Nothing("a line of the order beside it".to_owned())),
        },
        "ue" => described(fields, &own_event(fields)?, &entities)?,
        other => return Err(format!("e: {other:?} is not one of pv, pp, se, tr, ti, ue")),
    };
    make(fields, &entities, said, key).map(Read::Events)
}

fn page_of(fields: &Json) -> Said {
    let properties = Json::object([
        ("url", long_text(fields, "url").into()),
        ("title", long_text(fields, "page").into()),
        ("referrer", long_text(fields, "refr").into()),
    ]);
    Said::page("page", fields.text("page"), properties)
}

/// A structured event keeps its category in its name: `Product Added` is a word of ours, `video: play` is the shop's.
fn structured(fields: &Json) -> Result<Said, String> {
    let action = fields.text("se_ac").ok_or("se_ac: the structured event has no action")?;
    let name = match fields.text("se_ca") {
        Some(category) => format!("{category}: {action}"),
        None => format!(": {action}"),
    };
    let properties = Json::object([
        ("category", fields.text("se_ca").into()),
        ("action", action.into()),
        ("label", fields.text("se_la").into()),
        ("property", fields.text("se_pr").into()),
        ("value", fields.amount("se_va").map_err(|why| format!("se_va: {why}"))?.into()),
    ]);
    Ok(Said::track(&name, properties))
}

/// A self-describing event: of the shop, of Snowplow's own, of ours, or of anybody's.
fn described(fields: &Json, event: &Described, entities: &[Described]) -> Result<Vec<Said>, String> {
    let Described { schema: Schema { vendor, name, version }, data } = event;
    let text = |field: &str| data.text(field);
    Ok(match (vendor.as_str(), name.as_str()) {
        // An action without a type is a page that is looked at.
        (ECOMMERCE, "snowplow_ecommerce_action") if text("type").is_none() => vec![page_of(fields)],
        (ECOMMERCE, "snowplow_ecommerce_action") => shop::action(data, entities)?,
        (SNOWPLOW, "add_to_cart") => vec![shop::old_cart_change("Product Added", data)?],
        (SNOWPLOW, "remove_from_cart") => vec![shop::old_cart_change("Product Removed", data)?],
        (SNOWPLOW | "com.snowplowanalytics.mobile", "screen_view") => {
            vec![Said::page("screen", text("name"), Json::object([("screen_id", text("id").into())]))]
        }
        (SNOWPLOW, "site_search") => {
            let terms: Vec<String> = data.get("terms").list().iter().filter_map(Json::as_text).collect();
            let results = data.get("totalResults").clone();
            vec![Said::track(
                "Products Searched",
                Json::object([("query", terms.join(" ").into()), ("results", results)]),
            )]
        }
        (SNOWPLOW, "link_click") => {
            let properties =
                Json::object([("url", text("targetUrl").into()), ("element_id", text("elementId").into())]);
            vec![Said::track("Link Clicked", properties)]
        }
        (OURS, "call") => vec![own_call(data)?],
        // The vendor stays in the name, so that nobody's `purchase` is taken for an order of which we know the fields.
        _ => {
            let mut properties = match data {
                Json::Object(_) => data.clone(),
                _ => Json::Object(Vec::new()),
            };
            if !properties.has("schema_version") {
                properties.set("schema_version", version.as_str().into());
            }
            vec![Said::track(&format!("{vendor}/{name}"), properties)]
        }
    })
}

/// `iglu:ritorno/call/jsonschema/1-0-0`: who and when are the tracker's.
fn own_call(data: &Json) -> Result<Said, String> {
    let kind = data.text("type").unwrap_or_default();
    let kinds = ["track", "identify", "page", "screen", "alias"];
    let kind = kinds.into_iter().find(|known| *known == kind);
    let kind = kind.ok_or_else(|| format!("call: its type is not one of {}", kinds.join(", ")))?;
    let name = data.text_of(if kind == "track" { &["event"] } else { &["name"] });
    if kind == "track" && name.is_none() {
        return Err("call: the track call has no event name".to_owned());
    }
    let object = |name: &str| Some(data.get(name)).filter(|value| matches!(value, Json::Object(_))).cloned();
    Ok(Said {
        kind,
        name,
        previous_id: data.text("previousId"),
        properties: object("properties").unwrap_or_default(),
        traits: object("traits").unwrap_or_default(),
    })
}

/// Who, when and where: the same for all that one tracked event says.
fn make(fields: &Json, entities: &[Described], said: Vec<Said>, key: &str) -> Result<Vec<Event>, String> {
    let (timestamp, sent_at) = times(fields)?;
    let own = message_id(fields);
    let entity = |vendor: &str, name: &str| entities.iter().find(|entity| entity.schema.is(vendor, name));
    let user = entity(ECOMMERCE, "user").map_or(&Json::Null, |user| &user.data);
    let session = entity(SNOWPLOW, "client_session").map_or(&Json::Null, |session| &session.data);
    let user_id = fields.text("uid").or_else(|| user.text("id"));
    let anonymous_id = fields.text("duid").or_else(|| session.text("userId")).or_else(|| fields.text("nuid"));
    let context = context(fields, entities, key);
    let make = |said: Said, message_id: String| Event {
        kind: said.kind,
        name: said.name,
        user_id: user_id.clone(),
        anonymous_id: anonymous_id.clone(),
        previous_id: said.previous_id,
        timestamp,
        sent_at,
        message_id,
        properties: said.properties,
        traits: said.traits,
        context: context.clone(),
    };
    let mut events = Vec::with_capacity(said.len() + 1);
    let traits = shop::traits(user, entity(ECOMMERCE, "checkout_step").map(|step| &step.data));
    if !traits.is_null() && (user_id.is_some() || anonymous_id.is_some()) {
        let said = Said { kind: "identify", name: None, previous_id: None, properties: Json::Null, traits };
        events.push(make(said, format!("{own}-identify")));
    }
    for (n, said) in said.into_iter().enumerate() {
        let message_id = if n == 0 { own.clone() } else { format!("{own}-{}", n + 1) };
        events.push(make(said, message_id));
    }
    Ok(events)
}

fn context(fields: &Json, entities: &[Described], key: &str) -> Json {
    let page_entity = entities.iter().find(|entity| entity.schema.is(ECOMMERCE, "page"));
    let page_said = page_entity.map_or(&Json::Null, |page| &page.data);
    let page = Json::object([
        ("url", long_text(fields, "url").into()),
        ("title", long_text(fields, "page").into()),
        ("referrer", long_text(fields, "refr").into()),
        ("type", page_said.text("type").into()),
    ]);
    let is_kept = |entity: &&Described| {
        let of_ecommerce = entity.schema.vendor == ECOMMERCE;
        !of_ecommerce && !NOISE.contains(&entity.schema.name.as_str())
    };
    let kept = entities.iter().filter(is_kept).take(ENTITIES_MAX).map(|Described { schema, data }| {
        let schema = format!("{}/{}/{}", schema.vendor, schema.name, schema.version);
        Json::object([("schema", schema.into()), ("data", data.clone())])
    });
    let kept: Vec<Json> = kept.collect();
    let or_nothing = |json: Json| if json.fields().is_empty() && json.list().is_empty() { Json::Null } else { json };
    Json::object([
        ("source", "snowplow".into()),
        ("tracker", fields.text("tv").into()),
        ("app_id", fields.text("aid").filter(|app_id| app_id != key).into()),
        ("platform", fields.text("p").into()),
        ("locale", fields.text("lang").or_else(|| page_said.text("locale")).into()),
        ("timezone", fields.text("tz").into()),
        ("session", fields.text("sid").into()),
        ("page", or_nothing(page)),
        ("entities", or_nothing(Json::List(kept))),
    ])
}
