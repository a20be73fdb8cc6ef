//! Salesforce: OAuth client credentials, describe, and upserts by an external id, one by one and as a collection.

use super::{Answers, Asked, Double, Record, decoded};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Objects with their fields: `*` external id, `#` number, `@` date and time, `>` link to the contact or the order.
const OBJECTS: [(&str, &str); 4] = [
    (
        "Contact",
        "*Ritorno_Id__c Email Phone FirstName LastName #Ritorno_Orders__c #Ritorno_Spent__c @Ritorno_Last_Order_At__c",
    ),
    (
        "Ritorno_Cart__c",
        "*Ritorno_Id__c Name Shop_Cart_Id__c State__c #Total__c Currency__c #Pieces__c Products__c Checkout_Url__c @Last_Activity_At__c @Abandoned_At__c Order_Number__c >Contact__r",
    ),
    ("Opportunity", "*Ritorno_Id__c Name #Amount CloseDate StageName Description >Ritorno_Contact__r"),
    ("Ritorno_Line__c", "*Ritorno_Id__c Name Sku__c #Quantity__c #Price__c >Opportunity__r"),
];

#[derive(Clone)]
pub struct Salesforce {
    url: String,
    fields: BTreeMap<String, Vec<String>>,
    pub records: BTreeMap<String, Vec<Record>>,
    /// How many tokens were given; only the last one is known.
    pub tokens: u32,
}

impl Salesforce {
    pub async fn start() -> Double<Salesforce> {
        let fields =
            OBJECTS.iter().map(|(name, fields)| ((*name).to_owned(), fields.split(' ').map(str::to_owned).collect()));
        let fields = fields.collect();
        Double::start(|url| Salesforce { url: url.to_owned(), fields, records: BTreeMap::new(), tokens: 0 }).await
    }

    pub fn of(&self, object: &str) -> Vec<Record> {
        self.records.get(object).cloned().unwrap_or_default()
    }

    /// Takes a field away, as if nobody had made it.
    pub fn without(&mut self, object: &str, field: &str) {
        self.fields.get_mut(object).unwrap().retain(|known| known.trim_start_matches(['*', '#', '@', '>']) != field);
    }

    /// Forgets the tokens given so far.
    pub fn forget(&mut self) {
        self.tokens += 1;
    }

    fn put(&mut self, object: &str, id: &str, values: &Map<String, Json>) -> Result<Json, (u16, Json)> {
        let fields = self.fields[object].clone();
        for (name, value) in values {
            let known = fields.iter().find(|known| known.trim_start_matches(['#', '@', '>']) == name);
            let Some(known) = known else {
                return Err(error(
                    400,
                    "INVALID_FIELD",
                    &format!("No such column '{name}' on sobject of type {object}"),
                ));
            };
            let is_right = match known.as_bytes()[0] {
                b'#' => value.is_number(),
                b'@' => value.as_str().is_some_and(|text| text.len() == 20 && base::Time::parse(text).is_ok()),
                b'>' => {
                    let to = if name == "Opportunity__r" { "Opportunity" } else { "Contact" };
                    self.of(to).iter().any(|record| record.values.get("Ritorno_Id__c") == Some(&value["Ritorno_Id__c"]))
                }
                _ if name == "CloseDate" => value.as_str().is_some_and(|text| text.len() == 10),
                _ => value.is_string(),
            };
            if !is_right {
                return Err(error(400, "JSON_PARSER_ERROR", &format!("{name} cannot be {value}")));
            }
        }
        let records = self.records.entry(object.to_owned()).or_default();
        let found = records.iter().position(|record| record.values["Ritorno_Id__c"] == *id);
        if found.is_none() && object == "Contact" && !values.contains_key("LastName") {
            return Err(error(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]"));
        }
        let created = found.is_none();
        let i = found.unwrap_or_else(|| {
            let values = [("Ritorno_Id__c".to_owned(), json!(id))].into();
            records.push(Record { id: format!("00{}{:03}", &object[..1], records.len() + 1), values });
            records.len() - 1
        });
        records[i].values.extend(values.iter().map(|(name, value)| (name.clone(), value.clone())));
        Ok(json!({ "id": records[i].id, "success": true, "errors": [], "created": created }))
    }

    fn token(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        assert_eq!(asked.content_type, "application/x-www-form-urlencoded");
        let pairs: BTreeMap<String, String> = asked
            .text
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(n, v)| (decoded(n), decoded(v)))
            .collect();
        if pairs["grant_type"] != "client_credentials"
            || pairs["client_id"] != "key"
            || pairs["client_secret"] != "se&cret"
        {
            return (400, json!({ "error": "invalid_client", "error_description": "invalid client credentials" }));
        }
        self.tokens += 1;
        let token = format!("00D!{}", self.tokens);
        (200, json!({ "access_token": token, "instance_url": self.url, "token_type": "Bearer", "scope": "api" }))
    }
}

impl Answers for Salesforce {
    fn answer(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        if (asked.method, asked.path) == ("POST", &["services", "oauth2", "token"]) {
            return self.token(asked);
        }
        if asked.bearer != format!("00D!{}", self.tokens) {
            return error(401, "INVALID_SESSION_ID", "Session expired or invalid");
        }
        let ["services", "data", "v62.0", path @ ..] = asked.path else {
            return error(404, "NOT_FOUND", "The requested resource does not exist");
        };
        let body = asked.json();
        let object = path.iter().find(|part| self.fields.contains_key(**part)).map(|part| (*part).to_owned());
        let Some(object) = object else { return error(404, "NOT_FOUND", "The requested resource does not exist") };
        match (asked.method, path) {
            ("GET", ["sobjects", _, "describe"]) => {
                let fields = self.fields[&object].iter().map(|field| {
                    let name = field.trim_start_matches(['*', '#', '@', '>']);
                    match field.strip_prefix('>') {
                        Some(link) => {
                            json!({ "name": link.replace("__r", "__c"), "relationshipName": link, "externalId": false })
                        }
                        None => json!({ "name": name, "externalId": field.starts_with('*'), "relationshipName": null }),
                    }
                });
                (200, json!({ "name": object, "fields": fields.collect::<Vec<_>>() }))
            }
            ("PATCH", ["sobjects", _, "Ritorno_Id__c", id]) => match self.put(&object, id, body.as_object().unwrap()) {
                Ok(result) => (if result["created"] == true { 201 } else { 200 }, result),
                Err(answer) => answer,
            },
            ("PATCH", ["composite", "sobjects", _, "Ritorno_Id__c"]) => {
                assert_eq!(body["allOrNone"], true);
                let before = self.records.clone();
                let (mut results, mut failed) = (Vec::new(), false);
                for record in body["records"].as_array().unwrap() {
                    let mut values = record.as_object().cloned().unwrap();
                    assert_eq!(values.remove("attributes").unwrap(), json!({ "type": object }));
                    let id = values.remove("Ritorno_Id__c").unwrap();
                    results.push(match self.put(&object, id.as_str().unwrap(), &values) {
                        Ok(result) => result,
                        Err((_, said)) => {
                            failed = true;
                            let errors = json!([{ "statusCode": said[0]["errorCode"], "message": said[0]["message"], "fields": [] }]);
                            json!({ "success": false, "errors": errors })
                        }
                    });
                }
                if failed {
                    self.records = before;
                }
                (200, json!(results))
            }
            _ => error(404, "NOT_FOUND", "The requested resource does not exist"),
        }
    }
}

fn error(status: u16, code: &str, message: &str) -> (u16, Json) {
    (status, json!([{ "message": message, "errorCode": code }]))
}
