//! The shops' APIs as far as tags of customers go, each refusing what the real one refuses.

use super::{Answers, Asked};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// A shop of one kind.
#[derive(Clone)]
pub struct TagShop {
    pub kind: &'static str,
    /// By id: Shopify's list of tags, WooCommerce's meta data, Medusa's metadata.
    pub customers: BTreeMap<String, Json>,
    /// Changes that it was told of, whether they changed anything or not.
    pub writes: usize,
}

impl TagShop {
    pub fn new(kind: &'static str, customers: &[(&str, Json)]) -> TagShop {
        let customers = customers.iter().map(|(id, said)| ((*id).to_owned(), said.clone())).collect();
        TagShop { kind, customers, writes: 0 }
    }

    /// The tags of ours that a customer has there.
    pub fn tags(&self, id: &str) -> Vec<String> {
        let said = &self.customers[id];
        let list = match self.kind {
            "shopify" => said,
            "medusa" => &said["ritorno_tags"],
            _ => said
                .as_array()
                .and_then(|metas| metas.iter().find(|meta| meta["key"] == "ritorno_tags"))
                .map_or(&Json::Null, |meta| &meta["value"]),
        };
        let tags = list.as_array().into_iter().flatten();
        tags.map(|tag| tag.as_str().expect("a tag is a text").to_owned()).collect()
    }

    fn shopify(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        let ["admin", "api", "2026-07", "graphql.json"] = asked.path else { return (404, Json::Null) };
        let body = asked.json();
        let (query, variables) = (body["query"].as_str().unwrap(), &body["variables"]);
        let id = variables["id"].as_str().unwrap().strip_prefix("gid://shopify/Customer/").expect("a customer's id");
        if query.starts_with("query") {
            let found = self.customers.get(id).map_or(Json::Null, |_| json!({ "id": variables["id"] }));
            return (200, json!({ "data": { "customer": found } }));
        }
        self.writes += 1;
        let mut data = json!({});
        for (name, act) in [("remove", "tagsRemove"), ("add", "tagsAdd")] {
            let is_asked = query.contains(&format!("{act}(id: $id, tags: ${name})"));
            assert_eq!(is_asked, variables[name].is_array(), "each variable is declared and used: {query}");
            let Some(tags) = variables[name].as_array() else { continue };
            let Some(there) = self.customers.get_mut(id) else {
                data[name] = json!({ "node": null, "userErrors": [{ "message": "Customer does not exist" }] });
                continue;
            };
            let there = there.as_array_mut().unwrap();
            for tag in tags {
                assert!(!tag.as_str().unwrap().contains(','), "a comma ends a tag");
                there.retain(|known| known != tag);
                if name == "add" {
                    there.push(tag.clone());
                }
            }
            data[name] = json!({ "node": { "id": variables["id"] }, "userErrors": [] });
        }
        (200, json!({ "data": data }))
    }

    fn woocommerce(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        let ["wp-json", "wc", "v3", "customers", id] = asked.path else {
            return (404, json!({ "code": "rest_no_route", "message": "No route was found" }));
        };
        let Some(there) = self.customers.get_mut(*id) else {
            return (404, json!({ "code": "woocommerce_rest_invalid_id", "message": "Invalid resource ID." }));
        };
        if asked.method == "PUT" {
            self.writes += 1;
            for meta in asked.json()["meta_data"].as_array().unwrap() {
                let metas = there.as_array_mut().unwrap();
                match metas.iter_mut().find(|known| known["key"] == meta["key"]) {
                    Some(known) => known["value"] = meta["value"].clone(),
                    None => metas.push(meta.clone()),
                }
            }
        }
        (200, json!({ "id": id.parse::<u64>().unwrap(), "meta_data": there }))
    }

    fn medusa(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        let ["admin", "customers", id] = asked.path else { return (404, Json::Null) };
        let Some(there) = self.customers.get_mut(*id) else {
            let message = format!("Customer with id: {id} was not found");
            return (404, json!({ "type": "not_found", "message": message }));
        };
        if asked.method == "POST" {
            self.writes += 1;
            *there = asked.json()["metadata"].clone();
        }
        (200, json!({ "customer": { "id": id, "metadata": there } }))
    }
}

impl Answers for TagShop {
    fn answer(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        match self.kind {
            "shopify" => self.shopify(asked),
            "woocommerce" => self.woocommerce(asked),
            _ => self.medusa(asked),
        }
    }
}
