//! Where a journey went, as the ledger keeps it: every journey leaves such a row, so it is written short.
//!
//! `{"path": "start >begin gate >large* send", "read": [{"cart.total": 2500}]}`: the ids of what was entered, and behind `>` the
//! flows that were taken, from what was entered last (`other>flow` where it was something else). `*`: a condition was read, its
//! values are the next of `read`. `?` behind an id: it waits for a person. Read back, it is a list again, one object each.

use base::Time;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What a step of the way is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Place {
    Entered { at: String },
    Waits { at: String, waits_for: &'static str },
    Took { from: String, took: String, read: BTreeMap<String, Value> },
}

pub const A_PERSON: &str = "a person";

/// The way of one journey in one event.
pub struct Way<'a> {
    /// Of the first word on a journey: since when the cart had been idle for long enough.
    pub idle_at: Option<Time>,
    /// Of the first word on a journey.
    pub version: Option<u32>,
    pub path: &'a [Place],
}

impl Serialize for Way<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        if let Some(idle_at) = &self.idle_at {
            map.serialize_entry("idle_at", idle_at)?;
        }
        if let Some(version) = &self.version {
            map.serialize_entry("version", version)?;
        }
        match short(self.path) {
            Some((path, read)) => {
                map.serialize_entry("path", &path)?;
                if !read.is_empty() {
                    map.serialize_entry("read", &read)?;
                }
            }
            None => map.serialize_entry("path", self.path)?,
        }
        map.end()
    }
}

/// `None`: an id has a character that means something here.
fn short(path: &[Place]) -> Option<(String, Vec<&BTreeMap<String, Value>>)> {
    let is_plain = |id: &str| !id.is_empty() && !id.contains([' ', '>', '*', '?']);
    let (mut text, mut reads, mut last) = (String::with_capacity(160), Vec::new(), "");
    for place in path {
        let gap = if text.is_empty() { "" } else { " " };
        let (Place::Entered { at: id } | Place::Waits { at: id, .. } | Place::Took { took: id, .. }) = place;
        if !is_plain(id) {
            return None;
        }
        text.push_str(gap);
        match place {
            Place::Entered { at } => {
                last = at;
                text.push_str(at);
            }
            Place::Waits { at, waits_for } => {
                if *waits_for != A_PERSON {
                    return None;
                }
                text.push_str(at);
                text.push('?');
            }
            Place::Took { from, took, read } => {
                let from = if from == last { "" } else { from };
                if !from.is_empty() && !is_plain(from) {
                    return None;
                }
                text.push_str(from);
                text.push('>');
                text.push_str(took);
                if !read.is_empty() {
                    text.push('*');
                    reads.push(read);
                }
            }
        }
    }
    Some((text, reads))
}

/// What a row says, with its path as a list of objects.
pub fn read(data: &str) -> Value {
    let mut data: Value = serde_json::from_str(data).unwrap_or_default();
    if let Value::Object(said) = &mut data {
        lengthen(said);
    }
    data
}

fn lengthen(said: &mut Map<String, Value>) {
    let Some(Value::String(path)) = said.get("path") else { return };
    let path = path.clone();
    let mut reads = match said.remove("read") {
        Some(Value::Array(reads)) => reads.into_iter(),
        _ => Vec::new().into_iter(),
    };
    let (mut places, mut last) = (Vec::new(), "");
    for word in path.split_whitespace() {
        if let Some((from, took)) = word.split_once('>') {
            let from = if from.is_empty() { last } else { from };
            let (took, read) = match took.strip_suffix('*') {
                Some(took) => (took, reads.next().unwrap_or_default()),
                None => (took, json!({})),
            };
            places.push(json!({ "from": from, "took": took, "read": read }));
        } else if let Some(at) = word.strip_suffix('?') {
            places.push(json!({ "at": at, "waits_for": A_PERSON }));
        } else {
            last = word;
            places.push(json!({ "at": word }));
        }
    }
    said.insert("path".to_owned(), Value::Array(places));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(at: &str) -> Place {
        Place::Entered { at: at.to_owned() }
    }

    fn took(from: &str, took: &str, read: &[(&str, i64)]) -> Place {
        let read = read.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        Place::Took { from: from.to_owned(), took: took.to_owned(), read }
    }

    #[track_caller]
    fn check(path: &[Place], stored: Value) {
        let text = serde_json::to_string(&Way { idle_at: None, version: Some(1), path }).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), stored);
        assert_eq!(read(&text), json!({ "version": 1, "path": path }));
    }

    #[test]
    fn a_path_is_stored_short_and_read_back_whole() {
        check(&[], json!({ "version": 1, "path": "" }));
        check(
            &[
                entered("start"),
                took("start", "f1", &[]),
                entered("gate"),
                took("gate", "large", &[("total", 7)]),
                entered("send"),
            ],
            json!({ "version": 1, "path": "start >f1 gate >large* send", "read": [{ "total": 7 }] }),
        );
        // Two branches at once: what is left is not what was entered last.
        check(
            &[
                entered("split"),
                took("split", "a", &[]),
                took("split", "b", &[]),
                entered("x"),
                took("split", "c", &[("n", 1)]),
            ],
            json!({ "version": 1, "path": "split >a >b x split>c*", "read": [{ "n": 1 }] }),
        );
        check(
            &[entered("ask"), Place::Waits { at: "ask".to_owned(), waits_for: A_PERSON }],
            json!({ "version": 1, "path": "ask ask?" }),
        );
    }

    #[test]
    fn an_id_with_a_character_of_the_short_form_is_stored_long() {
        for id in ["two words", "a>b", "what?", "star*", ""] {
            let path = [entered(id)];
            check(&path, json!({ "version": 1, "path": [{ "at": id }] }));
        }
    }
}
