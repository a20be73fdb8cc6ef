//! Whether the events of a source still have the shape that they had: property names and their kinds, in two samples of the log.
//! Pure.

use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Events of one name that a sample must have to say anything.
const EVENTS_MIN: u32 = 10;
/// Properties of one event that are looked at, and names of events of one source.
const PROPERTIES_MAX: usize = 200;
const NAMES_MAX: usize = 500;
/// What is told at most.
const CHANGES_MAX: usize = 200;

/// What became of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Most events have it now, none had it.
    New,
    /// Most events had it, none has it now.
    Vanished,
    /// It is of another kind: a text where a number was.
    Retyped,
}

/// A change in the shape of a source's events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Drift {
    pub source: i64,
    /// The event's name; `identify` for traits.
    pub event: String,
    pub property: String,
    pub change: Change,
    /// Its kinds a week before: `text`, `number`, `boolean`, `list`, `object`.
    pub before: Vec<&'static str>,
    pub now: Vec<&'static str>,
}

/// What the events of one name look like.
#[derive(Default)]
struct Shape {
    events: u32,
    /// How many events have a property, and of which kinds it was.
    properties: BTreeMap<String, (u32, BTreeSet<&'static str>)>,
}

/// Events of a while, by source and name.
#[derive(Default)]
pub(super) struct Sample(BTreeMap<(i64, String), Shape>);

impl Sample {
    pub fn add(&mut self, source: i64, kind: &str, name: &str, payload: &Value) {
        let (name, fields) = match kind {
            "track" => (name, payload.get("properties")),
            "identify" => ("identify", payload.get("traits")),
            _ => return,
        };
        let key = (source, name.to_owned());
        if self.0.len() >= NAMES_MAX && !self.0.contains_key(&key) {
            return;
        }
        let shape = self.0.entry(key).or_default();
        shape.events += 1;
        for (property, value) in fields.and_then(Value::as_object).into_iter().flatten() {
            let Some(kind) = kind_of(value) else { continue };
            if shape.properties.len() >= PROPERTIES_MAX && !shape.properties.contains_key(property) {
                continue;
            }
            let (n, kinds) = shape.properties.entry(property.clone()).or_default();
            *n += 1;
            kinds.insert(kind);
        }
    }

    /// What is different now from what it was.
    pub fn changes_to(&self, now: &Sample) -> Vec<Drift> {
        let mut changes = Vec::new();
        for ((source, event), after) in &now.0 {
            let Some(before) = self.0.get(&(*source, event.clone())) else { continue };
            if before.events < EVENTS_MIN || after.events < EVENTS_MIN {
                continue;
            }
            let names: BTreeSet<&String> = before.properties.keys().chain(after.properties.keys()).collect();
            for property in names {
                let of = |shape: &Shape| match shape.properties.get(property) {
                    Some((n, kinds)) => (*n * 2 > shape.events, *n, kinds.iter().copied().collect()),
                    None => (false, 0, Vec::new()),
                };
                let ((was_usual, had, before), (is_usual, has, now)) = (of(before), of(after));
                let change = match (was_usual, had, is_usual, has) {
                    (_, 0, true, _) => Change::New,
                    (true, _, _, 0) => Change::Vanished,
                    (true, _, true, _) if before.iter().all(|kind| !now.contains(kind)) => Change::Retyped,
                    _ => continue,
                };
                let (event, property) = (event.clone(), property.clone());
                changes.push(Drift { source: *source, event, property, change, before, now });
                if changes.len() >= CHANGES_MAX {
                    return changes;
                }
            }
        }
        changes
    }
}

fn kind_of(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample(events: &[(u32, Value)]) -> Sample {
        let mut sample = Sample::default();
        for (n, properties) in events {
            (0..*n).for_each(|_| sample.add(1, "track", "Order Completed", &json!({ "properties": properties })));
        }
        sample
    }

    fn check(before: &[(u32, Value)], now: &[(u32, Value)], expected: &[(&str, Change)]) {
        let found = sample(before).changes_to(&sample(now));
        let found: Vec<(&str, Change)> = found.iter().map(|drift| (drift.property.as_str(), drift.change)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn new_vanished_and_retyped_properties_are_told() {
        let one = json!({ "total": 1, "order_id": "a" });
        check(&[(20, one.clone())], &[(20, one.clone())], &[]);
        check(&[(20, one.clone())], &[(20, json!({ "total": 1, "order_id": "a", "tax": 1 }))], &[("tax", Change::New)]);
        check(&[(20, one.clone())], &[(20, json!({ "order_id": "a" }))], &[("total", Change::Vanished)]);
        check(&[(20, one.clone())], &[(20, json!({ "total": "1", "order_id": "a" }))], &[("total", Change::Retyped)]);
    }

    #[test]
    fn what_few_events_have_or_too_few_events_say_is_no_drift() {
        let (with, without) = (json!({ "a": 1, "coupon": "X" }), json!({ "a": 1 }));
        check(&[(20, without.clone()), (3, with.clone())], &[(20, without.clone())], &[]);
        check(&[(20, without.clone())], &[(20, without.clone()), (3, with.clone())], &[]);
        check(&[(20, with.clone())], &[(9, without.clone())], &[]);
        check(&[], &[(20, with)], &[]);
    }
}
