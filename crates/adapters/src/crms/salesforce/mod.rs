//! Salesforce: OAuth client credentials; records are made or changed (`PATCH`) by an external id of ours:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_upsert.htm>.

mod session;
mod set_up;

pub(super) use set_up::set_up;

use super::{Crm, CrmError, Ids, Parcel, Record, Said, answer, fields::FieldKind};
use crate::web::{Answer, Call, encoded};
use serde_json::{Map, Number, Value, json};
use session::ask;

/// Records in one call.
const BATCH: usize = 200;
/// The longest `Name` of a record that Salesforce takes everywhere, in characters.
const NAME_MAX: usize = 80;

pub(super) async fn hand_over(crm: &Crm, parcel: &Parcel) -> Result<Ids, CrmError> {
    let mut contact = parcel.contact.clone();
    if contact.text_of("last_name").is_none() {
        // The one thing that Salesforce demands of a person.
        let instead = ["first_name", "email", "phone"].iter().find_map(|name| contact.text_of(name));
        let instead = instead.unwrap_or("?").to_owned();
        contact = contact.text("last_name", Some(&instead));
    }
    let owner = parcel.contact.id.as_str();
    let mut ids = Ids { contact: upsert(crm, "contact", &contact, owner).await?, ..Ids::default() };
    if let Some(cart) = &parcel.cart {
        ids.cart = upsert(crm, "cart", cart, owner).await?;
    }
    if let Some(order) = &parcel.order {
        let order = order.clone().text("stage", Some(crm.target.option("won_stage")));
        ids.order = upsert(crm, "order", &order, owner).await?;
        for lines in parcel.lines.chunks(BATCH) {
            upsert_lines(crm, lines, &order.id).await?;
        }
    }
    Ok(ids)
}

fn object_of<'a>(crm: &'a Crm, object: &str) -> &'a str {
    crm.target.option(match object {
        "contact" => "contact_object",
        "cart" => "cart_object",
        "order" => "order_object",
        _ => "line_object",
    })
}

fn path(crm: &Crm, rest: &str) -> String {
    format!("/services/data/v{}/{rest}", crm.target.option("api_version"))
}

/// The id over there; Salesforce says none where a record was changed by an old version of its API.
async fn upsert(crm: &Crm, object: &str, record: &Record, owner: &str) -> Result<Option<String>, CrmError> {
    let id = (crm.target.id_of(object), record.id.as_str());
    let rest = format!("sobjects/{}/{}/{}", encoded(object_of(crm, object)), encoded(id.0), encoded(id.1));
    let body = Value::Object(values(crm, object, record, owner)).to_string();
    let answer = ask(crm, |base| Call::patch(format!("{base}{}", path(crm, &rest)), body.clone())).await?;
    Ok(answer["id"].as_str().map(str::to_owned))
}

/// All lines of an order or none:
/// <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_upsert.htm>
async fn upsert_lines(crm: &Crm, lines: &[Record], order: &str) -> Result<(), CrmError> {
    let (kind, id_name) = (object_of(crm, "line"), crm.target.id_of("line"));
    let record = |line: &Record| {
        let mut to = values(crm, "line", line, order);
        to.insert("attributes".to_owned(), json!({ "type": kind }));
        to.insert(id_name.to_owned(), line.id.as_str().into());
        Value::Object(to)
    };
    let records: Vec<Value> = lines.iter().map(record).collect();
    let body = json!({ "allOrNone": true, "records": records }).to_string();
    let rest = format!("composite/sobjects/{}/{}", encoded(kind), encoded(id_name));
    let answer = ask(crm, |base| Call::patch(format!("{base}{}", path(crm, &rest)), body.clone())).await?;
    let refused = answer.as_array().into_iter().flatten().filter(|result| result["success"] == false);
    // Those that only fell with another one say so; the first that says more is meant.
    let mut errors = refused.flat_map(|result| result["errors"].as_array().cloned().unwrap_or_default());
    match errors.find(|error| error["statusCode"] != "ALL_OR_NONE_OPERATION_ROLLED_BACK") {
        Some(error) => Err(of_code(error["statusCode"].as_str().unwrap_or_default(), &error["message"], 400)),
        None => Ok(()),
    }
}

/// The fields as Salesforce wants them: numbers as numbers, links by the other record's external id.
fn values(crm: &Crm, object: &str, record: &Record, owner: &str) -> Map<String, Value> {
    let mut to = Map::new();
    for (name, field) in crm.fields(object).filter(|(_, field)| !field.is_id()) {
        let value = match record.values.get(field.own()) {
            // A link is called as what it leads to.
            _ if field.kind == FieldKind::Link => json!({ crm.target.id_of(field.own()): owner }),
            Some(Said::Text(text)) if name == "Name" => text.chars().take(NAME_MAX).collect::<String>().into(),
            Some(Said::Text(text)) => text.as_str().into(),
            Some(Said::Number(number)) => match number.parse::<Number>() {
                Ok(number) => Value::Number(number),
                Err(_) => continue,
            },
            // A day, not an instant.
            Some(Said::At(at)) if name == "CloseDate" => at.chars().take(10).collect::<String>().into(),
            Some(Said::At(at)) => at.as_str().into(),
            None => continue,
        };
        to.insert(name.to_owned(), value);
    }
    to
}

/// What an answer says: `[{ "errorCode", "message", "fields" }]`,
/// <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm>.
fn judge(answer: &Answer) -> Result<Value, CrmError> {
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    if (200..=299).contains(&answer.status) {
        return Ok(json);
    }
    let error = if json.is_array() { &json[0] } else { &json };
    let code = error["errorCode"].as_str().or_else(|| error["error"].as_str()).unwrap_or_default();
    let said = if error["message"].is_null() { &error["error_description"] } else { &error["message"] };
    if answer.status == 300 {
        return Err(CrmError::Refused("several records have our id: there may be one".to_owned()));
    }
    if let Some(error) =
        answer::of_status(answer, &format!("{code} {}", answer::words(said.as_str().unwrap_or_default())))
    {
        return Err(error);
    }
    Err(of_code(code, said, answer.status))
}

fn of_code(code: &str, said: &Value, status: u16) -> CrmError {
    let said = answer::words(said.as_str().unwrap_or_default());
    let sentence = format!("answered {status}: {code} {said}").trim_end().to_owned();
    match code {
        "REQUEST_LIMIT_EXCEEDED"
        | "UNABLE_TO_LOCK_ROW"
        | "SERVER_UNAVAILABLE"
        | "QUERY_TIMEOUT"
        | "CONCURRENT_API_UPDATE"
        | "rate_limit_exceeded" => CrmError::later(sentence),
        _ => CrmError::Refused(sentence),
    }
}
