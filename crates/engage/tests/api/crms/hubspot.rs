//! HubSpot: properties, schemas, batch upserts and associations, in the shapes that its reference gives.

use super::{Answers, Asked, Double, Record};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

pub const TOKEN: &str = "pat-eu1-test";
const CART_TYPE: &str = "2-3456789";

/// A property: its type, and whether its values are unique.
type Properties = BTreeMap<String, (String, bool)>;

#[derive(Default, Clone)]
pub struct Hubspot {
    properties: BTreeMap<String, Properties>,
    groups: BTreeSet<(String, String)>,
    schema: Option<Json>,
    pub records: BTreeMap<String, Vec<Record>>,
    /// From, to: each with its type.
    pub associations: BTreeSet<(String, String)>,
    last_id: u64,
}

impl Hubspot {
    pub async fn start() -> Double<Hubspot> {
        let mut hubspot = Hubspot { last_id: 100, ..Hubspot::default() };
        for (object, names) in [
            ("contacts", "email:string phone:string firstname:string lastname:string"),
            (
                "deals",
                "dealname:string amount:number closedate:datetime dealstage:stage pipeline:pipeline description:string deal_currency_code:currency",
            ),
            ("line_items", "name:string hs_sku:string quantity:number price:number"),
        ] {
            let property = |pair: &str| {
                let (name, kind) = pair.split_once(':').unwrap();
                (name.to_owned(), (kind.to_owned(), name == "email"))
            };
            hubspot.properties.insert(object.to_owned(), names.split(' ').map(property).collect());
        }
        Double::start(|_| hubspot).await
    }

    /// The records of a type; the carts' is `carts`.
    pub fn of(&self, object: &str) -> Vec<Record> {
        let object = if object == "carts" { CART_TYPE } else { object };
        self.records.get(object).cloned().unwrap_or_default()
    }

    /// A contact that somebody made over there by hand.
    pub fn add_contact(&mut self, email: &str) -> String {
        self.last_id += 1;
        let record = Record { id: self.last_id.to_string(), values: [("email".to_owned(), json!(email))].into() };
        self.records.entry("contacts".to_owned()).or_default().push(record);
        self.last_id.to_string()
    }

    fn add_property(&mut self, object: &str, body: &Json) -> (u16, Json) {
        if let Some(answer) = unknown(body, &["name", "label", "type", "fieldType", "groupName", "hasUniqueValue"]) {
            return answer;
        }
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let group = (object.to_owned(), text("groupName").to_owned());
        let is_own_group = object == CART_TYPE && group.1.ends_with("_information");
        if !is_own_group && !self.groups.contains(&group) {
            return wrong(format!("property group {} does not exist", group.1));
        }
        if let Err(reason) = check_kind(body) {
            return wrong(reason);
        }
        let properties = self.properties.get_mut(object).unwrap();
        if properties.contains_key(text("name")) {
            return taken(format!("A property named {} already exists", text("name")));
        }
        let is_unique = body["hasUniqueValue"] == true;
        properties.insert(text("name").to_owned(), (text("type").to_owned(), is_unique));
        (201, body.clone())
    }

    fn add_schema(&mut self, body: &Json) -> (u16, Json) {
        let known =
            ["name", "labels", "primaryDisplayProperty", "requiredProperties", "properties", "associatedObjects"];
        if let Some(answer) = unknown(body, &known) {
            return answer;
        }
        if self.schema.is_some() {
            return taken("Object schema already exists".to_owned());
        }
        let mut properties = Properties::new();
        for property in body["properties"].as_array().unwrap() {
            if let Some(answer) = unknown(property, &["name", "label", "type", "fieldType", "hasUniqueValue"]) {
                return answer;
            }
            if let Err(reason) = check_kind(property) {
                return wrong(reason);
            }
            let kind = property["type"].as_str().unwrap().to_owned();
            properties
                .insert(property["name"].as_str().unwrap().to_owned(), (kind, property["hasUniqueValue"] == true));
        }
        let shown = body["primaryDisplayProperty"].as_str().unwrap();
        let required = body["requiredProperties"].as_array().unwrap();
        if !properties.contains_key(shown)
            || required.iter().any(|name| !properties.contains_key(name.as_str().unwrap()))
        {
            return wrong("primaryDisplayProperty and requiredProperties must be among the properties".to_owned());
        }
        assert_eq!(body["associatedObjects"], json!(["CONTACT"]));
        let mut schema = body.clone();
        schema["objectTypeId"] = json!(CART_TYPE);
        schema["fullyQualifiedName"] = json!(format!("p145_{}", body["name"].as_str().unwrap()));
        self.properties.insert(CART_TYPE.to_owned(), properties);
        self.schema = Some(schema.clone());
        (201, schema)
    }

    fn upsert(&mut self, object: &str, body: &Json) -> (u16, Json) {
        let Some(properties) = self.properties.get(object).cloned() else {
            return (
                404,
                json!({ "status": "error", "message": "Unable to infer object type", "category": "OBJECT_NOT_FOUND" }),
            );
        };
        let inputs = body["inputs"].as_array().cloned().unwrap_or_default();
        if inputs.is_empty() || inputs.len() > 100 || unknown(body, &["inputs"]).is_some() {
            return wrong("inputs must have 1 to 100 items".to_owned());
        }
        let mut results = Vec::new();
        for input in &inputs {
            if let Some(answer) = unknown(input, &["id", "idProperty", "properties", "objectWriteTraceId"]) {
                return answer;
            }
            let (id_property, id) = (input["idProperty"].as_str().unwrap_or_default(), &input["id"]);
            if !properties.get(id_property).is_some_and(|(_, is_unique)| *is_unique) {
                return wrong(format!("{id_property} is not a unique identifier property of {object}"));
            }
            let values = input["properties"].as_object().cloned().unwrap_or_default();
            for (name, value) in &values {
                if let Err(reason) = check_value(&properties, name, value) {
                    return wrong(format!(
                        "Property values were not valid: [{{\"isValid\":false,\"message\":\"{reason}\"}}]"
                    ));
                }
            }
            match self.put(object, id_property, id, &values) {
                Ok(result) => results.push(result),
                Err(answer) => return answer,
            }
        }
        (
            200,
            json!({ "status": "COMPLETE", "results": results, "startedAt": "2026-11-21T08:00:00Z", "completedAt": "2026-11-21T08:00:00Z" }),
        )
    }

    fn put(&mut self, object: &str, by: &str, id: &Json, values: &Map<String, Json>) -> Result<Json, (u16, Json)> {
        let records = self.records.entry(object.to_owned()).or_default();
        let found = records.iter().position(|record| record.values.get(by) == Some(id));
        let email = values.get("email").filter(|_| object == "contacts");
        let other = records.iter().position(|record| email.is_some() && record.values.get("email") == email);
        if let Some(other) = other.filter(|other| Some(*other) != found) {
            return Err(taken(format!("Contact already exists. Existing ID: {}", records[other].id)));
        }
        let is_new = found.is_none();
        let i = found.unwrap_or_else(|| {
            self.last_id += 1;
            let values = [(by.to_owned(), id.clone())].into();
            records.push(Record { id: self.last_id.to_string(), values });
            records.len() - 1
        });
        records[i].values.extend(values.iter().map(|(name, value)| (name.clone(), value.clone())));
        Ok(json!({ "id": records[i].id, "properties": values, "new": is_new, "archived": false }))
    }

    fn associate(&mut self, from: (&str, &str), to: (&str, &str)) -> (u16, Json) {
        let is_there = |(object, id): (&str, &str)| self.of(object).iter().any(|record| record.id == id);
        if !is_there(from) || !is_there(to) {
            return (
                404,
                json!({ "status": "error", "message": "resource not found", "category": "OBJECT_NOT_FOUND" }),
            );
        }
        self.associations.insert((format!("{}/{}", from.0, from.1), format!("{}/{}", to.0, to.1)));
        (200, json!({ "status": "COMPLETE", "results": [{ "from": { "id": from.1 }, "to": { "id": to.1 } }] }))
    }
}

impl Answers for Hubspot {
    fn answer(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        if asked.bearer != TOKEN {
            return (
                401,
                json!({ "status": "error", "message": "Authentication credentials not found", "category": "INVALID_AUTHENTICATION" }),
            );
        }
        let body = asked.json();
        match (asked.method, asked.path) {
            ("GET", ["crm", "v3", "properties", object]) => {
                let names = self.properties[*object].keys().map(|name| json!({ "name": name }));
                (200, json!({ "results": names.collect::<Vec<_>>() }))
            }
            ("POST", ["crm", "v3", "properties", object, "groups"]) => {
                let group = (object.to_string(), body["name"].as_str().unwrap().to_owned());
                assert!(body["label"].is_string());
                if !self.groups.insert(group) {
                    return taken("A property group with that name already exists".to_owned());
                }
                (201, body)
            }
            ("POST", ["crm", "v3", "properties", object]) => self.add_property(object, &body),
            ("GET", ["crm", "v3", "schemas"]) => {
                let named = |schema: &Json| {
                    let mut schema = schema.clone();
                    let names = self.properties[CART_TYPE].keys().map(|name| json!({ "name": name }));
                    schema["properties"] = names.collect();
                    schema
                };
                (200, json!({ "results": self.schema.iter().map(named).collect::<Vec<_>>() }))
            }
            ("POST", ["crm", "v3", "schemas"]) => self.add_schema(&body),
            ("POST", ["crm", "v3", "objects", object, "batch", "upsert"]) => self.upsert(object, &body),
            ("PUT", ["crm", "v4", "objects", from, id, "associations", "default", to, other]) => {
                self.associate((from, id), (to, other))
            }
            ("POST", ["crm", "v4", "associations", from, to, "batch", "associate", "default"]) => {
                for pair in body["inputs"].as_array().unwrap() {
                    let ids = (pair["from"]["id"].as_str().unwrap(), pair["to"]["id"].as_str().unwrap());
                    let answer = self.associate((from, ids.0), (to, ids.1));
                    if answer.0 != 200 {
                        return answer;
                    }
                }
                (200, json!({ "status": "COMPLETE", "results": [] }))
            }
            _ => (404, json!({ "status": "error", "message": format!("no such resource: {:?}", asked.path) })),
        }
    }
}

fn wrong(message: String) -> (u16, Json) {
    (400, json!({ "status": "error", "message": message, "correlationId": "c", "category": "VALIDATION_ERROR" }))
}

fn taken(message: String) -> (u16, Json) {
    (409, json!({ "status": "error", "message": message, "correlationId": "c", "category": "CONFLICT" }))
}

fn unknown(body: &Json, known: &[&str]) -> Option<(u16, Json)> {
    let fields = body.as_object()?;
    let name = fields.keys().find(|name| !known.contains(&name.as_str()))?;
    Some(wrong(format!("Invalid input JSON: Unrecognized field \"{name}\"")))
}

fn check_kind(property: &Json) -> Result<(), String> {
    let pair = (property["type"].as_str().unwrap_or_default(), property["fieldType"].as_str().unwrap_or_default());
    let is_known =
        [("string", "text"), ("string", "textarea"), ("number", "number"), ("datetime", "date")].contains(&pair);
    let is_named = property["name"].as_str().is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    });
    if is_known && is_named && property["label"].is_string() {
        Ok(())
    } else {
        Err(format!("wrong property {property}"))
    }
}

fn check_value(properties: &Properties, name: &str, value: &Json) -> Result<(), String> {
    let Some((kind, _)) = properties.get(name) else { return Err(format!("Property {name} does not exist")) };
    let Some(text) = value.as_str() else { return Err(format!("{name} is not a string")) };
    let is_right = match kind.as_str() {
        "number" => text.parse::<f64>().is_ok(),
        "datetime" => base::Time::parse(text).is_ok(),
        "stage" => ["appointmentscheduled", "closedwon", "closedlost"].contains(&text),
        "pipeline" => text == "default",
        "currency" => ["EUR", "USD"].contains(&text),
        _ => true,
    };
    if is_right { Ok(()) } else { Err(format!("{text} was not a valid {kind} for {name}")) }
}
