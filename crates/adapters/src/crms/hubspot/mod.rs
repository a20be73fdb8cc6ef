//! HubSpot: a private app's token; contacts, deals, line items and a custom object for carts, each made or changed by our own id
//! in a property of unique values: <https://developers.hubspot.com/docs/api-reference/crm-objects-v3/guide>.

mod set_up;

pub(super) use set_up::set_up;

use super::{Crm, CrmError, Ids, Parcel, Record, Said, answer};
use crate::web::{Answer, Call, encoded};
use serde_json::{Map, Value, json};

const CONTACTS: &str = "contacts";
const DEALS: &str = "deals";
const LINES: &str = "line_items";
/// Where the set-up keeps the type of the carts' object.
const CART_TYPE: &str = "cart_type";
/// Records in one call.
const BATCH: usize = 100;

pub(super) async fn hand_over(crm: &Crm, parcel: &Parcel) -> Result<Ids, CrmError> {
    let contact = upsert_contact(crm, &parcel.contact).await?;
    let mut ids = Ids { contact: Some(contact.clone()), ..Ids::default() };
    if let Some(cart) = &parcel.cart {
        let cart_type = crm.target.found.get(CART_TYPE).map(String::as_str);
        let cart_type =
            cart_type.ok_or_else(|| CrmError::Refused("it was not checked yet: check it first".to_owned()))?;
        let id = upsert(crm, "cart", cart_type, &[cart]).await?;
        associate(crm, (cart_type, &id), (CONTACTS, &contact)).await?;
        ids.cart = Some(id);
    }
    if let Some(order) = &parcel.order {
        let mut order = order.clone();
        for (name, option) in [("stage", "won_stage"), ("pipeline", "pipeline")] {
            order = order.text(name, Some(crm.target.option(option)));
        }
        let deal = upsert(crm, "order", DEALS, &[&order]).await?;
        associate(crm, (DEALS, &deal), (CONTACTS, &contact)).await?;
        for lines in parcel.lines.chunks(BATCH) {
            let lines: Vec<&Record> = lines.iter().collect();
            let made = upsert_all(crm, "line", LINES, &lines, None).await?;
            let pair = |id: &String| json!({ "from": { "id": id }, "to": { "id": deal } });
            let pairs: Vec<Value> = made.iter().map(pair).collect();
            let path = format!("/crm/v4/associations/{LINES}/{DEALS}/batch/associate/default");
            ask(crm, Call::post(url(crm, &path), json!({ "inputs": pairs }).to_string())).await?;
        }
        ids.order = Some(deal);
    }
    Ok(ids)
}

/// A contact that somebody else made has our customer's address and not our id: it is the same person, and gets the id.
async fn upsert_contact(crm: &Crm, contact: &Record) -> Result<String, CrmError> {
    match upsert_all(crm, "contact", CONTACTS, &[contact], None).await {
        Err(Failure::Taken(said)) => match contact.text_of("email") {
            Some(email) => {
                let made = upsert_all(crm, "contact", CONTACTS, &[contact], Some(("email", email))).await?;
                first(made)
            }
            None => Err(CrmError::Refused(said)),
        },
        other => first(other?),
    }
}

async fn upsert(crm: &Crm, object: &str, kind: &str, records: &[&Record]) -> Result<String, CrmError> {
    first(upsert_all(crm, object, kind, records, None).await?)
}

fn first(ids: Vec<String>) -> Result<String, CrmError> {
    ids.into_iter().next().ok_or_else(|| CrmError::later("it answered without a record"))
}

/// Makes or changes records; `by` is another property (and its value) that the one record is found by.
async fn upsert_all(
    crm: &Crm,
    object: &str,
    kind: &str,
    records: &[&Record],
    by: Option<(&str, &str)>,
) -> Result<Vec<String>, Failure> {
    let id_name = crm.target.id_of(object);
    let input = |record: &&Record| {
        let (id_property, id) = by.unwrap_or((id_name, &record.id));
        json!({ "idProperty": id_property, "id": id, "properties": properties(crm, object, record) })
    };
    let inputs: Vec<Value> = records.iter().map(input).collect();
    let path = format!("/crm/v3/objects/{}/batch/upsert", encoded(kind));
    let answer = ask(crm, Call::post(url(crm, &path), json!({ "inputs": inputs }).to_string())).await?;
    let results = answer["results"].as_array().into_iter().flatten();
    Ok(results.filter_map(|result| result["id"].as_str().map(str::to_owned)).collect())
}

/// HubSpot takes every value as text.
fn properties(crm: &Crm, object: &str, record: &Record) -> Map<String, Value> {
    let mut to = Map::new();
    for (name, field) in crm.fields(object) {
        if field.is_id() {
            to.insert(name.to_owned(), record.id.as_str().into());
        } else if let Some(Said::Text(text) | Said::Number(text) | Said::At(text)) = record.values.get(field.own()) {
            to.insert(name.to_owned(), text.as_str().into());
        }
    }
    to
}

async fn associate(crm: &Crm, from: (&str, &str), to: (&str, &str)) -> Result<(), CrmError> {
    let part = |(kind, id): (&str, &str)| format!("{}/{}", encoded(kind), encoded(id));
    let path = format!("/crm/v4/objects/{}/associations/default/{}", part(from), part(to));
    ask(crm, Call::put(url(crm, &path))).await?;
    Ok(())
}

fn url(crm: &Crm, path: &str) -> String {
    format!("{}{path}", crm.target.base_url)
}

/// Why a call did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Failure {
    /// Something unique belongs to another record.
    Taken(String),
    /// There is no such thing.
    Missing(String),
    Crm(CrmError),
}

impl From<Failure> for CrmError {
    fn from(failure: Failure) -> CrmError {
        match failure {
            Failure::Taken(said) | Failure::Missing(said) => CrmError::Refused(said),
            Failure::Crm(error) => error,
        }
    }
}

async fn ask(crm: &Crm, call: Call) -> Result<Value, Failure> {
    let call = call.with("authorization", format!("Bearer {}", crm.target.credential("token")));
    let answer = crm.web.call(call).await.map_err(|error| Failure::Crm(error.into()))?;
    judge(&answer)
}

/// What an answer says: <https://developers.hubspot.com/docs/guides/api/error-handling>.
fn judge(answer: &Answer) -> Result<Value, Failure> {
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    // Of a batch some records may be taken and others not: 207, each with its own error.
    let errors = json["errors"].as_array().filter(|errors| answer.status == 207 && !errors.is_empty());
    let (said, category) = match errors {
        Some(errors) => (&errors[0]["message"], &errors[0]["category"]),
        None if (200..=299).contains(&answer.status) => return Ok(json),
        None => (&json["message"], &json["category"]),
    };
    let (said, category) = (answer::words(said.as_str().unwrap_or_default()), category.as_str().unwrap_or_default());
    let status =
        if answer.status == 207 { "refused a record".to_owned() } else { format!("answered {}", answer.status) };
    let sentence = if said.is_empty() { status } else { format!("{status}: {said}") };
    if let Some(error) = answer::of_status(answer, &said) {
        return Err(Failure::Crm(error));
    }
    Err(match (answer.status, category) {
        (_, "RATE_LIMITS") => Failure::Crm(CrmError::Later { after_s: answer::retry_after(answer), reason: sentence }),
        (409, _) | (_, "CONFLICT") => Failure::Taken(sentence),
        (404, _) | (_, "OBJECT_NOT_FOUND") => Failure::Missing(sentence),
        (403, _) => Failure::Crm(CrmError::Refused(format!("{sentence}: the token's scopes do not reach so far"))),
        _ => Failure::Crm(CrmError::Refused(sentence)),
    })
}
