//! Medusa's Store API (version 2), as far as carts go: <https://docs.medusajs.com/api/store#carts>

use super::{Answers, Asked};
use serde_json::{Value as Json, json};

#[derive(Clone, Default)]
pub struct Medusa {
    /// Variants that there are.
    pub variants: Vec<String>,
    /// The lines of each cart; cart `n` has the id `cart_N`.
    pub carts: Vec<Vec<Json>>,
    /// What came with the carts beside their lines.
    pub regions: Vec<Json>,
}

impl Medusa {
    fn wrong(&self, item: &Json) -> Option<(u16, Json)> {
        let id = item["variant_id"].as_str().unwrap_or_default();
        let is_there = self.variants.iter().any(|known| known == id);
        let message = format!("Variants {id} do not exist or belong to a product that is not published");
        (!is_there).then(|| (400, json!({ "type": "invalid_data", "message": message })))
    }

    fn cart(&self, n: usize) -> (u16, Json) {
        (200, json!({ "cart": { "id": format!("cart_{n}"), "items": self.carts[n] } }))
    }
}

impl Answers for Medusa {
    fn answer(&mut self, asked: &Asked<'_>) -> (u16, Json) {
        let body = asked.json();
        match asked.path {
            ["store", "carts"] => {
                let items = body["items"].as_array().cloned().unwrap_or_default();
                if let Some(wrong) = items.iter().find_map(|item| self.wrong(item)) {
                    return wrong;
                }
                self.carts.push(items);
                self.regions.push(body["region_id"].clone());
                self.cart(self.carts.len() - 1)
            }
            ["store", "carts", id, "line-items"] => {
                let n: usize = id.strip_prefix("cart_").unwrap().parse().unwrap();
                if let Some(wrong) = self.wrong(&body) {
                    return wrong;
                }
                self.carts[n].push(body);
                self.cart(n)
            }
            _ => (404, json!({ "message": "not found" })),
        }
    }
}
