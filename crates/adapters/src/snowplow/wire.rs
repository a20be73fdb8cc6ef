//! The tracker protocol: the fields of an event, its self-describing JSON and its entities.

use crate::shops::json::Json;
use base::{Time, stable_hash, stable_hash_seeded};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// Trackers pad or not, and some leave bits over.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
/// The longest address or title that is kept.
const LONG_MAX: usize = 2_000;

/// The events of a `POST …/tp2`: a self-describing `payload_data` with a list of fields. Each stays as it came, also one that
/// is no object: [`parse`](super::parse) says so of it alone.
pub fn read_post(text: &str, events_max: usize) -> Result<Vec<Json>, String> {
    let body = Json::read(text.trim_start_matches('\u{feff}'))?;
    let Json::Object(fields) = body else {
        return Err(format!("the body is {}, a payload_data of Snowplow's was expected", body.kind()));
    };
    let said = fields.iter().find(|(name, _)| name == "schema").and_then(|(_, value)| value.as_text());
    if let Some(schema) = said.filter(|schema| Schema::read(schema).name != "payload_data") {
        return Err(format!("the body is a {schema}, a payload_data of Snowplow's was expected"));
    }
    let data = fields.into_iter().find(|(name, _)| name == "data").map(|(_, value)| value);
    match data {
        Some(Json::List(events)) if events.len() > events_max => {
            Err(format!("{} events in one body, at most {events_max} go in", events.len()))
        }
        Some(Json::List(events)) => Ok(events),
        _ => Err("the body has no \"data\", a list of events".to_owned()),
    }
}

/// The event of a `GET /i`: its fields are the query.
pub fn read_query(query: &str) -> Json {
    let field = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (plain(name), Json::Text(plain(value)))
    };
    Json::Object(query.split('&').filter(|pair| !pair.is_empty()).map(field).collect())
}

/// Whether a query says anything of the protocol at all: a bare `GET /i` is somebody looking.
pub fn has_fields(fields: &Json) -> bool {
    fields.has_any(&["e", "eid", "p", "aid", "tv"])
}

fn plain(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = bytes.get(i + 1..i + 3).filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        match (bytes[i], hex) {
            (b'%', Some(hex)) => {
                let digits = std::str::from_utf8(hex).expect("two ASCII digits");
                plain.push(u8::from_str_radix(digits, 16).expect("two hex digits"));
                i += 3;
            }
            (b'+', _) => {
                plain.push(b' ');
                i += 1;
            }
            (byte, _) => {
                plain.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// The app id (`aid`) of the first event that says one.
pub fn app_id(events: &[Json]) -> Option<String> {
    events.iter().find_map(|fields| fields.text("aid"))
}

/// What a schema's address says: `iglu:vendor/name/jsonschema/1-0-0`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Schema {
    pub vendor: String,
    pub name: String,
    pub version: String,
}

impl Schema {
    pub fn read(address: &str) -> Schema {
        let path = address.trim().trim_start_matches("iglu:");
        let mut parts = path.split('/').map(|part| part.chars().filter(|c| *c != '\0').take(120).collect::<String>());
        let mut next = || parts.next().unwrap_or_default();
        let (vendor, name, _format) = (next(), next(), next());
        Schema { vendor, name, version: next() }
    }

    pub fn is(&self, vendor: &str, name: &str) -> bool {
        self.vendor == vendor && self.name == name
    }
}

/// A self-describing JSON: an event's own, or an entity beside it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Described {
    pub schema: Schema,
    pub data: Json,
}

impl Described {
    fn read(json: &Json, field: &str) -> Result<Described, String> {
        let schema = json.text("schema").map(|schema| Schema::read(&schema));
        match schema.filter(|schema| !schema.name.is_empty()) {
            Some(schema) => Ok(Described { schema, data: json.get("data").clone() }),
            None => Err(format!("{field}: it is {} without a schema", json.kind())),
        }
    }
}

/// The event that an event of the kind `ue` describes.
pub(super) fn own_event(fields: &Json) -> Result<Described, String> {
    let (field, json) = decoded(fields, "ue_pr", "ue_px")?.ok_or("ue_px: the event describes nothing")?;
    Described::read(json.get("data"), field)
}

/// The entities beside an event.
pub(super) fn entities(fields: &Json) -> Result<Vec<Described>, String> {
    let Some((field, json)) = decoded(fields, "co", "cx")? else { return Ok(Vec::new()) };
    json.get("data").list().iter().map(|entity| Described::read(entity, field)).collect()
}

/// The JSON of a field, plain or as base64; and the name of the field that had it.
fn decoded(fields: &Json, plain: &'static str, coded: &'static str) -> Result<Option<(&'static str, Json)>, String> {
    let unreadable = |field: &str, why: String| format!("{field}: {}", why.replacen("the body", "it", 1));
    match fields.get(plain) {
        Json::Text(text) if !text.trim().is_empty() => {
            return Json::read(text).map(|json| Some((plain, json))).map_err(|why| unreadable(plain, why));
        }
        // Some senders forget that it is a text.
        json @ Json::Object(_) => return Ok(Some((plain, json.clone()))),
        _ => {}
    }
    let Json::Text(text) = fields.get(coded) else { return Ok(None) };
    let standard = |c: char| match c {
        '-' | ' ' => '+',
        '_' => '/',
        c => c,
    };
    // A plus that nobody escaped is a space by now; the letters for addresses are as common as the standard ones.
    let bytes = BASE64.decode(text.trim().chars().map(standard).collect::<String>());
    let bytes = bytes.map_err(|_| format!("{coded}: it is not base64"))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{coded}: it is not UTF-8"))?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    Json::read(&text).map(|json| Some((coded, json))).map_err(|why| unreadable(coded, why))
}

/// When it happened: the time that its sender vouches for, else that of the device. And by the device's clock, when it was
/// sent: nothing where no clock is to be corrected.
pub(super) fn times(fields: &Json) -> Result<(Option<Time>, Option<Time>), String> {
    if let Some(vouched) = millis(fields, "ttm")? {
        return Ok((Some(vouched), None));
    }
    // A sender's own clock that cannot be read corrects nothing.
    Ok((millis(fields, "dtm")?, millis(fields, "stm").unwrap_or(None)))
}

fn millis(fields: &Json, name: &str) -> Result<Option<Time>, String> {
    let Some(digits) = fields.text(name) else { return Ok(None) };
    let micros = digits.parse::<i64>().ok().and_then(|ms| ms.checked_mul(1_000));
    micros.map(|micros| Some(Time(micros))).ok_or_else(|| format!("{name}: {digits:?} is not a time in milliseconds"))
}

/// An address or a title, which may be longer than an id.
pub(super) fn long_text(fields: &Json, name: &str) -> Option<String> {
    let Json::Text(text) = fields.get(name) else { return None };
    let text: String = text.trim().chars().filter(|c| *c != '\0').take(LONG_MAX).collect();
    (!text.is_empty()).then_some(text)
}

/// The id of an event (`eid`). One that its tracker did not number has an id that follows from all it says, except from when
/// it was sent: that changes when it is sent again.
pub(super) fn message_id(fields: &Json) -> String {
    if let Some(id) = fields.text("eid") {
        return id;
    }
    let said: Vec<String> = fields
        .fields()
        .iter()
        .filter(|(name, _)| name != "stm")
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let said = said.join("&");
    format!("~{:016x}{:016x}", stable_hash(said.as_bytes()), stable_hash_seeded(1, said.as_bytes()))
}
