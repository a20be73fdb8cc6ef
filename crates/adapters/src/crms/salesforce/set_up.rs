//! What Salesforce must have before anything is handed over. Its fields are made by an administrator: we say which are missing.

use super::{ask, object_of, path};
use crate::{
    crms::{Crm, CrmError, SetUp},
    web::{Call, encoded},
};
use serde_json::Value;

pub(in super::super) async fn set_up(crm: &Crm) -> Result<SetUp, CrmError> {
    let mut found = SetUp::default();
    for object in ["contact", "cart", "order", "line"] {
        let kind = object_of(crm, object);
        let rest = format!("sobjects/{}/describe", encoded(kind));
        let described = match ask(crm, |base| Call::get(format!("{base}{}", path(crm, &rest)))).await {
            Ok(described) => described,
            Err(CrmError::Refused(said)) if said.contains("NOT_FOUND") => {
                found.missing.push(format!("the object {kind}"));
                continue;
            }
            Err(error) => return Err(error),
        };
        let fields: Vec<&Value> = described["fields"].as_array().into_iter().flatten().collect();
        for (name, _) in crm.fields(object) {
            let known = fields.iter().find(|field| field["name"] == name || field["relationshipName"] == name);
            match known {
                None => found.missing.push(format!("the field {name} of {kind}")),
                Some(field) if name == crm.target.id_of(object) && field["externalId"] != true => {
                    found.missing.push(format!("the mark “External ID” of the field {name} of {kind}"));
                }
                Some(_) => {}
            }
        }
    }
    Ok(found)
}
