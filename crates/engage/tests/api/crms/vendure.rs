//! Vendure's Shop API as visitors use it: a session each, with one active order.
//! <https://docs.vendure.io/reference/graphql-api/shop/mutations/#additemtoorder>

use super::{Answers, Asked};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub struct Vendure {
    /// Variants by id, with the pieces in stock.
    pub stock: BTreeMap<String, i64>,
    /// Pieces of each variant in each order; order `n` has the code `VN` and the session `tN`.
    pub orders: Vec<BTreeMap<String, i64>>,
    pub coupons: Vec<String>,
    pub token: Option<String>,
}

impl Vendure {
    /// The order of the session; a visitor without one begins one, as each field of a request does by itself.
    fn order(&mut self, bearer: &str) -> usize {
        if let Some(n) = bearer.strip_prefix('t').and_then(|n| n.parse().ok()) {
            return n;
        }
        self.orders.push(BTreeMap::new());
        let n = self.orders.len() - 1;
        self.token = Some(format!("t{n}"));
        n
    }

    fn add(&mut self, bearer: &str, variables: &Json) -> Json {
        let mut data = serde_json::Map::new();
        for n in 0..100 {
            let Some(variant) = variables[format!("v{n}")].as_str() else { continue };
            let wanted = variables[format!("q{n}")].as_i64().expect("a quantity");
            let Some(stock) = self.stock.get(variant).copied() else {
                let error = json!({ "message": format!("No ProductVariant with the id '{variant}' could be found"),
                    "path": [format!("l{n}")], "extensions": { "code": "ENTITY_NOT_FOUND" } });
                return json!({ "data": null, "errors": [error] });
            };
            let order = self.order(bearer);
            let known = self.orders[order].entry(variant.to_owned()).or_default();
            let added = wanted.min(stock - *known);
            *known += added;
            let kind = if added < wanted { "InsufficientStockError" } else { "Order" };
            data.insert(format!("l{n}"), json!({ "__typename": kind }));
        }
        json!({ "data": data })
    }
}

impl Answers for Vendure {
    fn answer(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        self.token = None;
        if asked.path != ["shop-api"] {
            return (404, Json::Null);
        }
        let body = asked.json();
        let query = body["query"].as_str().unwrap_or_default();
        if query.contains("addItemToOrder") {
            return (200, self.add(asked.bearer, &body["variables"]));
        }
        let n = self.order(asked.bearer);
        if query.contains("applyCouponCode") {
            self.coupons.push(body["variables"]["code"].as_str().expect("a code").to_owned());
            return (200, json!({ "data": { "applyCouponCode": { "__typename": "CouponCodeInvalidError" } } }));
        }
        let lines: Vec<Json> = self.orders[n]
            .iter()
            .map(|(id, quantity)| json!({ "quantity": quantity, "productVariant": { "id": id } }))
            .collect();
        let order = json!({ "code": format!("V{n}"), "lines": lines });
        (200, json!({ "data": { "activeOrder": if lines.is_empty() { Json::Null } else { order } } }))
    }

    fn headers(&self) -> Vec<(String, String)> {
        self.token.iter().map(|token| ("vendure-auth-token".to_owned(), token.clone())).collect()
    }
}
