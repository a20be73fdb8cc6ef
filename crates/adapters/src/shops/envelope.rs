//! Taking the wrapping off: what a webhook, a page of an API or an event bus puts around the objects that count.

use super::json::Json;

/// Wrappings inside each other that are taken off.
const WRAPS_MAX: usize = 8;
/// Objects of one body.
const BODIES_MAX: usize = 10_000;

/// One object of a body with what its wrapping says of it.
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    /// The topic that a wrapping names.
    pub topic: Option<&'a str>,
    /// The word around the object, such as `order`.
    pub word: Option<&'a str>,
    /// When the wrapping was sent.
    pub at: Option<&'a Json>,
    pub data: &'a Json,
}

/// The words that a shop puts around its objects, singular and plural.
pub struct Words {
    pub words: &'static [&'static str],
}

/// What stands beside the objects of a page without saying anything of them.
const PAGING: &[&str] = &[
    "_links",
    "_type",
    "_v",
    "count",
    "cursor",
    "extensions",
    "hasMore",
    "limit",
    "links",
    "next",
    "offset",
    "page",
    "pageInfo",
    "per_page",
    "previous",
    "query",
    "search_criteria",
    "sorting",
    "start",
    "total",
    "totalItems",
    "total_count",
    "jsonrpc",
    "ok",
    "success",
    "status_code",
    "request_id",
];

/// The objects within a body; an empty list holds none.
pub fn bodies<'a>(json: &'a Json, words: &Words) -> Result<Vec<Body<'a>>, String> {
    let mut found = Vec::new();
    open(Body { topic: None, word: None, at: None, data: json }, words, 0, &mut found)?;
    Ok(found)
}

fn open<'a>(body: Body<'a>, words: &Words, depth: usize, found: &mut Vec<Body<'a>>) -> Result<(), String> {
    if depth > WRAPS_MAX {
        return Err(format!("the body has more than {WRAPS_MAX} wrappings"));
    }
    if let Json::List(list) = body.data {
        if list.len() > BODIES_MAX {
            return Err(format!("the body lists {} objects, at most {BODIES_MAX} are read at once", list.len()));
        }
        return list.iter().try_for_each(|data| open(Body { data, ..body }, words, depth + 1, found));
    }
    let inner = inside(&body, words);
    if inner.is_empty() {
        if found.len() == BODIES_MAX {
            return Err(format!("the body holds more than {BODIES_MAX} objects"));
        }
        found.push(body);
        return Ok(());
    }
    inner.into_iter().try_for_each(|body| open(body, words, depth + 1, found))
}

/// What is within one wrapping; nothing: there is no wrapping.
fn inside<'a>(body: &Body<'a>, words: &Words) -> Vec<Body<'a>> {
    let json = body.data;
    let fields = json.fields();
    let data = json.get("data");
    let is_some = |value: &Json| matches!(value, Json::Object(_) | Json::List(_));
    // A subscriber of ours, or an event bus: `{topic, at, data}`, `{name, data}`, a cloud event.
    if let (Some(topic), true) = (topic_of(json), is_some(data)) {
        let at = ["at", "occurred_at", "time"].into_iter().map(|name| json.get(name)).find(|at| !at.is_null());
        // Adobe puts the object under `value`, beside the word of what was done.
        let data = Some(data.get("value")).filter(|value| is_some(value)).unwrap_or(data);
        return vec![Body { topic: Some(topic), at: at.or(body.at), data, ..*body }];
    }
    if let (true, event @ Json::Object(_)) = (json.has_any(&["event_id", "recipient_client_id"]), json.get("event")) {
        return vec![Body { data: event, ..*body }];
    }
    let is_beside = |name: &str| PAGING.contains(&name);
    let others: Vec<_> = fields.iter().filter(|(name, _)| !is_beside(name)).collect();
    if let [(name, value)] = &others[..] {
        if !is_some(value) {
            return Vec::new();
        }
        if matches!(name.as_str(), "data" | "edges" | "nodes" | "node" | "hits" | "results") {
            return vec![Body { data: value, ..*body }];
        }
        if name == "items" && fields.len() > 1 {
            return vec![Body { data: value, ..*body }];
        }
        if words.words.contains(&name.as_str()) {
            return vec![Body { word: Some(name), data: value, ..*body }];
        }
    }
    // A batch: what was made, changed and taken away.
    if !others.is_empty() && others.iter().all(|(name, _)| matches!(name.as_str(), "create" | "update" | "delete")) {
        return others
            .iter()
            .filter(|(_, value)| is_some(value))
            .map(|(name, value)| Body { word: Some(name), data: value, ..*body })
            .collect();
    }
    Vec::new()
}

/// What an envelope calls its event.
fn topic_of(json: &Json) -> Option<&str> {
    let Json::Text(topic) = ["topic", "type", "event", "name", "hook"]
        .into_iter()
        .map(|name| json.get(name))
        .find(|value| matches!(value, Json::Text(text) if text.contains(['.', '/', '_'])))?
    else {
        return None;
    };
    Some(topic)
}

/// `order` of `orders`, `addresses` or `order`.
pub fn singular(word: &str) -> &str {
    match word {
        "addresses" => "address",
        "order_histories" => "order_history",
        "inventories" => "inventory",
        "categories" => "category",
        _ => word.strip_suffix('s').filter(|rest| !rest.ends_with('s')).unwrap_or(word),
    }
}
