//! Whatever takes Segment's HTTP format: an `identify` of the customer, then `Cart Abandoned` or `Order Completed` as a `track`:
//! <https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/>.
//!
//! There are no records to be found again; each call has a `messageId` that follows from what it says, by which the other side
//! drops what comes twice.

use super::{Crm, CrmError, Ids, Parcel, Record, Said, SetUp, answer};
use crate::web::Call;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

pub(super) async fn hand_over(crm: &Crm, parcel: &Parcel) -> Result<Ids, CrmError> {
    let contact = &parcel.contact;
    let user = contact.text_of("user_id").unwrap_or(&contact.id).to_owned();
    let mut traits = said(contact);
    traits.remove("user_id");
    for (ours, theirs) in [("first_name", "firstName"), ("last_name", "lastName")] {
        if let Some(value) = traits.remove(ours) {
            traits.insert(theirs.to_owned(), value);
        }
    }
    let identify = json!({ "userId": user, "traits": traits });
    send(crm, "identify", identify).await?;
    if let Some(order) = &parcel.order {
        let mut properties = said(order);
        properties.remove("name");
        properties.insert("order_id".to_owned(), order.id.as_str().into());
        properties.insert("products".to_owned(), parcel.lines.iter().map(|line| Value::Object(said(line))).collect());
        let at = properties.remove("at");
        let call = json!({ "userId": user, "event": "Order Completed", "properties": properties, "timestamp": at });
        send(crm, "track", call).await?;
    } else if let Some(cart) = &parcel.cart {
        let mut properties = said(cart);
        let id = cart.text_of("shop_id").unwrap_or(&cart.id).to_owned();
        properties.insert("cart_id".to_owned(), id.into());
        let at = properties.remove("abandoned_at");
        let call = json!({ "userId": user, "event": "Cart Abandoned", "properties": properties, "timestamp": at });
        send(crm, "track", call).await?;
    }
    Ok(Ids::default())
}

/// Nothing can be asked: only whether somebody answers at the address.
pub(super) async fn set_up(crm: &Crm) -> Result<SetUp, CrmError> {
    crm.web.call(Call::get(crm.target.base_url.clone())).await?;
    Ok(SetUp::default())
}

fn said(record: &Record) -> Map<String, Value> {
    let value = |said: &Said| match said {
        Said::Text(text) | Said::At(text) => Value::from(text.as_str()),
        Said::Number(number) => number.parse().map_or(Value::Null, Value::Number),
    };
    record.values.iter().map(|(name, said)| (name.clone(), value(said))).collect()
}

async fn send(crm: &Crm, kind: &str, mut call: Value) -> Result<(), CrmError> {
    if let Some(fields) = call.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    let id = base::stable_hash(format!("{kind} {call}").as_bytes());
    call["messageId"] = format!("ritorno-{id:016x}").into();
    call["context"] = json!({ "library": { "name": "ritorno", "version": env!("CARGO_PKG_VERSION") } });
    let key = STANDARD.encode(format!("{}:", crm.target.credential("write_key")));
    let request = Call::post(format!("{}/v1/{kind}", crm.target.base_url), call.to_string());
    let answer = crm.web.call(request.with("authorization", format!("Basic {key}"))).await?;
    if (200..=299).contains(&answer.status) {
        return Ok(());
    }
    let words = answer::words(&String::from_utf8_lossy(&answer.body));
    let refused = || CrmError::Refused(format!("answered {}: {words}", answer.status));
    Err(answer::of_status(&answer, &words).unwrap_or_else(refused))
}
