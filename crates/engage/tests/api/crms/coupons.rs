//! The shops' APIs as far as coupons go, each refusing what the real one refuses.

use super::{Answers, Asked};
use serde_json::{Value as Json, json};

/// A shop of one kind.
#[derive(Clone)]
pub struct CouponShop {
    pub kind: &'static str,
    /// The codes that it takes, with what it was told of each.
    pub coupons: Vec<(String, Json)>,
    /// Magento's rules.
    pub rules: Vec<Json>,
}

impl CouponShop {
    pub fn new(kind: &'static str) -> CouponShop {
        CouponShop { kind, coupons: Vec::new(), rules: Vec::new() }
    }

    fn has(&self, code: &str) -> bool {
        self.coupons.iter().any(|(known, _)| known == code)
    }

    /// Those whose code the query names.
    fn named(&self, query: &str) -> Vec<Json> {
        let named = self.coupons.iter().filter(|(code, _)| query.contains(code.as_str()));
        named.map(|(code, _)| json!({ "id": 1, "code": code })).collect()
    }

    fn take(&mut self, code: &Json, told: Json) {
        self.coupons.push((code.as_str().expect("a code").to_owned(), told));
    }

    fn woocommerce(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        let ["wp-json", "wc", "v3", "coupons"] = asked.path else { return (404, Json::Null) };
        let body = asked.json();
        match asked.method {
            "GET" => (200, self.named(asked.query).into()),
            _ if self.has(body["code"].as_str().unwrap()) => (
                400,
                json!({ "code": "woocommerce_rest_coupon_code_already_exists", "message": "The coupon code already exists" }),
            ),
            // Amounts are texts, as everywhere in this API.
            _ if !body["amount"].is_string() || body["date_expires_gmt"].as_str().is_none_or(|at| at.len() != 19) => {
                (400, json!({ "code": "rest_invalid_param", "message": "Invalid parameter(s)" }))
            }
            _ => {
                self.take(&body["code"], body.clone());
                (201, json!({ "id": 719, "code": body["code"] }))
            }
        }
    }

    fn shopify(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        let ["admin", "api", "2026-07", "graphql.json"] = asked.path else { return (404, Json::Null) };
        let discount = asked.json()["variables"]["discount"].clone();
        let required = ["title", "code", "startsAt", "context", "customerGets"];
        if let Some(lacks) = required.into_iter().find(|name| discount[name].is_null()) {
            return (200, json!({ "errors": [{ "message": format!("{lacks} is required") }] }));
        }
        let errors = match self.has(discount["code"].as_str().unwrap()) {
            true => {
                json!([{ "field": ["basicCodeDiscount", "code"], "code": "TAKEN", "message": "Code must be unique." }])
            }
            false => json!([]),
        };
        let node = if errors == json!([]) { json!({ "id": "gid://shopify/DiscountCodeNode/1" }) } else { Json::Null };
        if !node.is_null() {
            self.take(&discount["code"], discount.clone());
        }
        (200, json!({ "data": { "discountCodeBasicCreate": { "codeDiscountNode": node, "userErrors": errors } } }))
    }

    fn vendure(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        let body = asked.json();
        if asked.path != ["admin-api"] || asked.bearer != "own" {
            return (403, Json::Null);
        }
        if body["query"].as_str().unwrap().contains("promotions(") {
            let count = self.named(body["variables"]["code"].as_str().unwrap()).len();
            return (200, json!({ "data": { "promotions": { "totalItems": count } } }));
        }
        let input = &body["variables"]["input"];
        if input["conditions"].is_null() || input["translations"][0]["languageCode"].is_null() {
            return (200, json!({ "errors": [{ "message": "Variable \"$input\" got invalid value" }] }));
        }
        self.take(&input["couponCode"], input.clone());
        (200, json!({ "data": { "createPromotion": { "__typename": "Promotion" } } }))
    }

    fn medusa(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        let ["admin", "promotions"] = asked.path else { return (404, Json::Null) };
        if asked.method == "GET" {
            return (200, json!({ "promotions": self.named(asked.query) }));
        }
        let body = asked.json();
        if body["status"] != "active" || body["application_method"]["type"].is_null() {
            return (400, json!({ "type": "invalid_data", "message": "Invalid request" }));
        }
        self.take(&body["code"], body.clone());
        (200, json!({ "promotion": { "id": "promo_1", "code": body["code"] } }))
    }

    fn magento(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        let body = asked.json();
        match (asked.method, asked.path) {
            ("GET", ["rest", "V1", "coupons", "search"]) => {
                (200, json!({ "items": self.named(asked.query), "total_count": 0 }))
            }
            ("GET", ["rest", "V1", "salesRules", "search"]) => {
                let is_named = |rule: &&Json| asked.query.contains(rule["name"].as_str().unwrap());
                (200, json!({ "items": self.rules.iter().filter(is_named).collect::<Vec<_>>() }))
            }
            ("GET", ["rest", "V1", "store", "websites"]) => {
                (200, json!([{ "id": 0, "code": "admin" }, { "id": 1, "code": "base" }]))
            }
            ("GET", ["rest", "V1", "customerGroups", "search"]) => {
                (200, json!({ "items": [{ "id": 0 }, { "id": 1 }] }))
            }
            ("POST", ["rest", "V1", "salesRules"]) => {
                let mut rule = body["rule"].clone();
                rule["rule_id"] = json!(self.rules.len() + 1);
                self.rules.push(rule.clone());
                (200, rule)
            }
            ("POST", ["rest", "V1", "coupons"]) => {
                let rule = body["coupon"]["rule_id"].as_u64().expect("a number") as usize;
                let told = self.rules[rule - 1].clone();
                self.take(&body["coupon"]["code"], told);
                (200, json!({ "coupon_id": 1 }))
            }
            _ => (404, json!({ "message": "Request does not match any route." })),
        }
    }

    fn prestashop(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        match (asked.method, asked.path) {
            ("GET", ["api", "cart_rules"]) => match self.named(asked.query) {
                // An empty list has no name.
                none if none.is_empty() => (200, json!([])),
                found => (200, json!({ "cart_rules": found })),
            },
            ("GET", ["api", "languages"]) => (200, json!({ "languages": [{ "id": 1 }, { "id": 2 }] })),
            ("GET", ["api", "currencies"]) if asked.query.contains("EUR") => {
                (200, json!({ "currencies": [{ "id": 3 }] }))
            }
            ("POST", ["api", "cart_rules"]) if asked.content_type.starts_with("text/xml") => {
                let code = asked.text.split("<code>").nth(1).unwrap().split("</code>").next().unwrap();
                self.take(&json!(code), json!(asked.text));
                (201, json!({ "cart_rule": { "id": 9 } }))
            }
            _ => (400, json!({ "errors": [{ "code": 127, "message": "XML error" }] })),
        }
    }
}

impl Answers for CouponShop {
    fn answer(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        match self.kind {
            "woocommerce" => self.woocommerce(asked),
            "shopify" => self.shopify(asked),
            "vendure" => self.vendure(asked),
            "medusa" => self.medusa(asked),
            "magento" => self.magento(asked),
            _ => self.prestashop(asked),
        }
    }
}
