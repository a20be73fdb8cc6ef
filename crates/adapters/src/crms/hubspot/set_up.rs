//! What HubSpot must have before anything is handed over: our properties, and the object for carts. What is missing is made.

use super::{CART_TYPE, CONTACTS, DEALS, Failure, LINES, ask, url};
use crate::{
    crms::{
        Crm, CrmError, SetUp,
        fields::{Field, FieldKind},
    },
    web::{Call, encoded},
};
use serde_json::{Value, json};

/// The group that our properties stand in.
const GROUP: &str = "ritorno";

pub(in super::super) async fn set_up(crm: &Crm) -> Result<SetUp, CrmError> {
    let mut found = SetUp::default();
    for (object, kind) in [("contact", CONTACTS), ("order", DEALS), ("line", LINES)] {
        let path = format!("/crm/v3/properties/{kind}");
        let known = ask(crm, Call::get(url(crm, &path))).await?;
        add_properties(crm, object, kind, &names(&known["results"]), Some(GROUP), &mut found).await?;
    }
    let name = crm.target.option("cart_object").to_owned();
    let schemas = ask(crm, Call::get(url(crm, "/crm/v3/schemas"))).await?;
    let is_meant = |schema: &&Value| schema["name"] == *name || schema["fullyQualifiedName"] == *name;
    let known = schemas["results"].as_array().into_iter().flatten().find(is_meant);
    let cart_type = match known {
        Some(schema) => {
            let cart_type = type_of(schema)?;
            add_properties(crm, "cart", &cart_type, &names(&schema["properties"]), None, &mut found).await?;
            cart_type
        }
        None => {
            let schema = ask(crm, Call::post(url(crm, "/crm/v3/schemas"), schema(crm, &name).to_string())).await?;
            found.made.push(format!("the object {name}"));
            type_of(&schema)?
        }
    };
    found.found.insert(CART_TYPE.to_owned(), cart_type);
    Ok(found)
}

fn names(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|item| item["name"].as_str().map(str::to_owned)).collect()
}

fn type_of(schema: &Value) -> Result<String, CrmError> {
    let id = schema["objectTypeId"].as_str().or_else(|| schema["fullyQualifiedName"].as_str());
    id.map(str::to_owned).ok_or_else(|| CrmError::later("the object for carts has no type"))
}

/// <https://developers.hubspot.com/docs/api-reference/crm-custom-objects-v3/guide>
fn schema(crm: &Crm, name: &str) -> Value {
    let properties: Vec<Value> = crm.fields("cart").map(|(name, field)| property(name, field)).collect();
    let shown = crm.fields("cart").find(|(_, field)| field.own() == "name").map(|(name, _)| name);
    let id = crm.target.id_of("cart");
    json!({
        "name": name,
        "labels": { "singular": "Cart", "plural": "Carts" },
        "primaryDisplayProperty": shown.unwrap_or(id),
        "requiredProperties": [id],
        "properties": properties,
        "associatedObjects": ["CONTACT"],
    })
}

fn property(name: &str, field: &Field) -> Value {
    let (kind, shown_as) = match field.kind {
        FieldKind::Number => ("number", "number"),
        FieldKind::Moment => ("datetime", "date"),
        FieldKind::LongText => ("string", "textarea"),
        FieldKind::Id | FieldKind::Text | FieldKind::Link => ("string", "text"),
    };
    json!({ "name": name, "label": field.label, "type": kind, "fieldType": shown_as, "hasUniqueValue": field.is_id() })
}

async fn add_properties(
    crm: &Crm,
    object: &str,
    kind: &str,
    known: &[String],
    group: Option<&str>,
    found: &mut SetUp,
) -> Result<(), CrmError> {
    let missing: Vec<(&str, &Field)> =
        crm.fields(object).filter(|(name, _)| !known.iter().any(|known| known == name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let base = format!("/crm/v3/properties/{}", encoded(kind));
    if let Some(group) = group {
        let body = json!({ "name": group, "label": "Ritorno", "displayOrder": -1 });
        match ask(crm, Call::post(url(crm, &format!("{base}/groups")), body.to_string())).await {
            // It is there from before.
            Ok(_) | Err(Failure::Taken(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // One by one: a batch of which one is there from a call that was cut off would be refused as a whole.
    for (name, field) in missing {
        let mut body = property(name, field);
        body["groupName"] = group.unwrap_or_default().into();
        if group.is_none() {
            body["groupName"] = format!("{}_information", crm.target.option("cart_object")).into();
        }
        match ask(crm, Call::post(url(crm, &base), body.to_string())).await {
            Ok(_) => found.made.push(format!("the property {name} of {object}")),
            Err(Failure::Taken(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
