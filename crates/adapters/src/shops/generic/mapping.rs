//! The mapping document, read and checked before any body is.

use super::super::{json::Json, sign::Encoding};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

/// Rules, and fields of one rule.
const RULES_MAX: usize = 100;
const FIELDS_MAX: usize = 200;
const DEPTH_MAX: usize = 8;

/// How the bodies of one shop become events.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub name: String,
    pub(super) zone: Option<TimeZone>,
    pub(super) signature: Option<Signature>,
    pub(super) events: Vec<Rule>,
}

/// What is wrong with a mapping, with the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mapping is wrong: {0}")]
pub struct WrongMapping(pub String);

#[derive(Debug, Clone)]
pub(super) struct Signature {
    pub header: String,
    pub prefix: String,
    pub encoding: Encoding,
    /// The header with the time, which is then signed too, as `time.body`.
    pub time_header: Option<String>,
    pub tolerance_s: i64,
}

#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub kind: &'static str,
    pub event: Option<String>,
    pub each: Option<String>,
    when: Vec<Condition>,
    pub user_id: Option<Source>,
    pub anonymous_id: Option<Source>,
    pub previous_id: Option<Source>,
    pub timestamp: Option<Source>,
    pub message_id: Option<Source>,
    pub properties: Vec<(String, Field)>,
    pub traits: Vec<(String, Field)>,
}

#[derive(Debug, Clone)]
struct Condition {
    /// `None`: the topic.
    path: Option<String>,
    is: Option<Vec<String>>,
    exists: Option<bool>,
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Path(String),
    Value(Json),
    /// A number in minor units.
    Minor {
        path: String,
        digits: u32,
    },
}

#[derive(Debug, Clone)]
pub(super) enum Field {
    One(Source),
    Each { path: String, fields: Vec<(String, Field)> },
    Object(Vec<(String, Field)>),
}

type Said<T> = Result<T, String>;

impl Mapping {
    /// Reads a mapping document.
    pub fn read(text: &str) -> Result<Mapping, WrongMapping> {
        let json = Json::read(text).map_err(|e| WrongMapping(e.replace("the body", "it")))?;
        mapping(&json).map_err(WrongMapping)
    }
}

fn mapping(json: &Json) -> Said<Mapping> {
    only(json, &["name", "zone", "signature", "events"], "the document")?;
    let zone = match json.text("zone") {
        Some(name) => Some(TimeZone::get(&name).map_err(|_| format!("zone {name:?} is not an IANA time zone"))?),
        None => None,
    };
    let rules = json.get("events").list();
    if rules.is_empty() || rules.len() > RULES_MAX {
        return Err(format!("\"events\" must be a list of 1 to {RULES_MAX} rules"));
    }
    let events = rules.iter().enumerate().map(|(n, rule)| self::rule(rule).map_err(|e| format!("events.{n}: {e}")));
    Ok(Mapping {
        name: json.text("name").unwrap_or_else(|| "generic".to_owned()),
        zone,
        signature: signature(json.get("signature"))?,
        events: events.collect::<Said<_>>()?,
    })
}

/// A name that nobody reads is a mistake of whoever wrote it.
fn only(json: &Json, names: &[&str], place: &str) -> Said<()> {
    if !matches!(json, Json::Object(_)) {
        return Err(format!("{place} is {}, an object was expected", json.kind()));
    }
    match json.fields().iter().find(|(name, _)| !names.contains(&name.as_str())) {
        Some((name, _)) => Err(format!("{place} has {name:?}; it may have {}", names.join(", "))),
        None => Ok(()),
    }
}

fn signature(json: &Json) -> Said<Option<Signature>> {
    if json.is_null() {
        return Ok(None);
    }
    only(json, &["header", "prefix", "encoding", "time_header", "tolerance_s"], "signature")?;
    let encoding = match json.text("encoding").as_deref() {
        Some("hex") => Encoding::Hex,
        Some("base64") | None => Encoding::Base64,
        Some(other) => return Err(format!("signature.encoding {other:?} is neither hex nor base64")),
    };
    let tolerance = json.amount("tolerance_s")?.map_or(Ok(300), i64::try_from);
    Ok(Some(Signature {
        header: json.text("header").ok_or("signature.header is missing")?,
        prefix: json.text("prefix").unwrap_or_default(),
        encoding,
        time_header: json.text("time_header"),
        tolerance_s: tolerance.map_err(|_| "signature.tolerance_s is too large")?,
    }))
}

fn rule(json: &Json) -> Said<Rule> {
    const NAMES: &[&str] = &[
        "type",
        "event",
        "each",
        "when",
        "user_id",
        "anonymous_id",
        "previous_id",
        "timestamp",
        "message_id",
        "properties",
        "traits",
    ];
    only(json, NAMES, "the rule")?;
    let kind = match json.text("type").as_deref() {
        None | Some("track") => "track",
        Some("identify") => "identify",
        Some("alias") => "alias",
        Some(other) => return Err(format!("type {other:?} is not one of track, identify, alias")),
    };
    let event = json.text("event");
    if (kind == "track") != event.is_some() {
        return Err("a track rule names its \"event\", and only that".to_owned());
    }
    let source = |name: &str| match json.get(name) {
        Json::Null => Ok(None),
        said => self::source(said).map(Some).map_err(|e| format!("{name}: {e}")),
    };
    Ok(Rule {
        kind,
        event,
        each: json.text("each"),
        when: conditions(json.get("when"))?,
        user_id: source("user_id")?,
        anonymous_id: source("anonymous_id")?,
        previous_id: source("previous_id")?,
        timestamp: source("timestamp")?,
        message_id: source("message_id")?,
        properties: fields(json.get("properties"), "properties", 0)?,
        traits: fields(json.get("traits"), "traits", 0)?,
    })
}

fn conditions(json: &Json) -> Said<Vec<Condition>> {
    let one = std::slice::from_ref(json);
    let list = match json {
        Json::Null => return Ok(Vec::new()),
        Json::List(list) => list,
        _ => one,
    };
    list.iter().map(condition).collect()
}

fn condition(json: &Json) -> Said<Condition> {
    only(json, &["path", "topic", "is", "exists"], "when")?;
    let is = match json.get("is") {
        Json::Null => json.text("topic").map(|topic| vec![topic]),
        Json::List(list) => Some(list.iter().filter_map(scalar).collect()),
        value => Some(scalar(value).into_iter().collect()),
    };
    let path = json.text("path");
    if path.is_none() && !json.has("topic") {
        return Err("when names neither a path nor a topic".to_owned());
    }
    let exists = json.flag("exists");
    if is.is_none() && exists.is_none() {
        return Err("when says neither \"is\" nor \"exists\"".to_owned());
    }
    Ok(Condition { path, is, exists })
}

fn scalar(json: &Json) -> Option<String> {
    match json {
        Json::Bool(value) => Some(value.to_string()),
        other => other.as_text(),
    }
}

fn source(json: &Json) -> Said<Source> {
    match json {
        Json::Text(path) => Ok(Source::Path(path.clone())),
        Json::Object(_) if json.has("value") => {
            only(json, &["value"], "a fixed value")?;
            Ok(Source::Value(json.get("value").clone()))
        }
        Json::Object(_) => {
            only(json, &["path", "minor_digits"], "a field")?;
            let path = json.text("path").ok_or("a field has no path")?;
            match json.amount("minor_digits")? {
                None => Ok(Source::Path(path)),
                Some(digits) => {
                    let digits = u32::try_from(digits).ok().filter(|digits| *digits <= 6);
                    Ok(Source::Minor { path, digits: digits.ok_or("minor_digits is not a number from 0 to 6")? })
                }
            }
        }
        other => Err(format!("{} is no path", other.kind())),
    }
}

fn fields(json: &Json, place: &str, depth: usize) -> Said<Vec<(String, Field)>> {
    if json.is_null() {
        return Ok(Vec::new());
    }
    if !matches!(json, Json::Object(_)) {
        return Err(format!("{place} is {}, an object was expected", json.kind()));
    }
    if json.fields().len() > FIELDS_MAX || depth > DEPTH_MAX {
        return Err(format!("{place} has more than {FIELDS_MAX} fields or {DEPTH_MAX} levels"));
    }
    let field = |(name, value): &(String, Json)| -> Said<(String, Field)> {
        let place = format!("{place}.{name}");
        let field = if value.has("each") {
            only(value, &["each", "fields"], &place)?;
            let path = value.text("each").ok_or_else(|| format!("{place}: each is no path"))?;
            Field::Each { path, fields: fields(value.get("fields"), &place, depth + 1)? }
        } else if value.has("fields") {
            only(value, &["fields"], &place)?;
            Field::Object(fields(value.get("fields"), &place, depth + 1)?)
        } else {
            Field::One(source(value).map_err(|e| format!("{place}: {e}"))?)
        };
        Ok((name.clone(), field))
    };
    json.fields().iter().map(field).collect()
}

/// The value at a path, from the element or, after `$.`, from the whole body.
fn at<'a>(path: &str, element: &'a Json, whole: &'a Json) -> &'a Json {
    match path.strip_prefix('$') {
        Some(rest) => whole.at(rest),
        None => element.at(path),
    }
}

impl Source {
    pub fn find(&self, element: &Json, whole: &Json) -> Said<Json> {
        Ok(match self {
            Source::Path(path) => at(path, element, whole).clone(),
            Source::Value(value) => value.clone(),
            Source::Minor { path, digits } => {
                let found = Json::object([("amount", at(path, element, whole).clone())]);
                let amount = found.amount("amount").map_err(|e| e.replacen("amount", path, 1))?;
                amount.and_then(|amount| amount.checked_div(Decimal::from(10i64.pow(*digits)))).into()
            }
        })
    }
}

impl Field {
    pub fn find(&self, element: &Json, whole: &Json) -> Said<Json> {
        match self {
            Field::One(source) => source.find(element, whole),
            Field::Object(fields) => super::object(fields, element, whole),
            Field::Each { path, fields } => match at(path, element, whole) {
                Json::Null => Ok(Json::Null),
                Json::List(list) => {
                    list.iter().map(|one| super::object(fields, one, whole)).collect::<Said<_>>().map(Json::List)
                }
                other => Err(format!("{path} is {}, a list was expected", other.kind())),
            },
        }
    }
}

impl Rule {
    /// The event's name, else the kind of call.
    pub fn title(&self) -> &str {
        self.event.as_deref().unwrap_or(self.kind)
    }

    pub fn holds(&self, topic: Option<&str>, element: &Json, whole: &Json) -> bool {
        self.when.iter().all(|condition| {
            let found = match &condition.path {
                Some(path) => scalar(at(path, element, whole)),
                None => topic.map(str::to_owned),
            };
            let there = match &condition.path {
                Some(path) => !at(path, element, whole).is_null(),
                None => topic.is_some(),
            };
            condition.exists.is_none_or(|exists| exists == there)
                && condition.is.as_ref().is_none_or(|wanted| found.is_some_and(|found| wanted.contains(&found)))
        })
    }
}
