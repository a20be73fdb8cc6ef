//! Happenings as the calls that a shop's pages and server send.

use super::{Act, Happening, Line, Plan};
use crate::demo::{
    catalogue::{DOMAIN, PRODUCTS},
    words::AGENTS,
};
use serde_json::{Value as Json, json};

const OUTCOMES: [&str; 3] = ["talked", "offer sent", "no answer"];
/// Where a deal may stand between abandoned and confirmed, and where it may end.
pub const STAGES: [&str; 2] = ["Offerta inviata", "Perso"];

/// Writes calls for a shop at an address.
pub struct Writer<'a> {
    pub plan: &'a Plan,
    /// Where the shop's pages are, without a slash at the end.
    pub shop_url: &'a str,
}

/// The shop's id of a cart.
pub fn cart_id(cart: u32) -> String {
    format!("carrello-{}", 10_000 + cart)
}

fn order_id(cart: u32) -> String {
    format!("PL-{}", 20_000 + cart)
}

/// Cents as an amount with its two decimals.
fn amount(cents: i64) -> f64 {
    cents as f64 / 100.0
}

impl Writer<'_> {
    /// The call for what happened; the number makes it one of its own.
    pub fn call(&self, number: usize, happening: &Happening) -> Json {
        let Happening { at, person, device, is_known, act } = *happening;
        let who = &self.plan.people[person as usize];
        let (kind, name, properties) = self.what(act);
        let mut call = json!({
            "type": kind,
            "messageId": format!("storia-{:x}-{number:x}", self.plan.wish.seed),
            "timestamp": at,
            "context": { "locale": format!("{}-{}", who.language, who.language.to_uppercase()) },
        });
        let by_server = matches!(act, Act::Agent | Act::Contacted { .. } | Act::Stage { .. } | Act::Refunded { .. });
        if !by_server {
            call["anonymousId"] = json!(format!("visita-{person}-{device}"));
        }
        if is_known || by_server {
            call["userId"] = json!(format!("cliente-{}", 1_000 + person));
        }
        match kind {
            "identify" => call["traits"] = self.traits(person, act),
            "page" => call["name"] = json!("Home"),
            _ => {
                call["event"] = json!(name);
                call["properties"] = properties;
            }
        }
        if matches!(act, Act::Broken(_)) {
            break_it(&mut call, act);
        }
        call
    }

    fn what(&self, act: Act) -> (&'static str, &'static str, Json) {
        let about = |cart: u32| json!({ "cart_id": cart_id(cart), "currency": "EUR" });
        let with = |cart: u32, name: &str, value: Json| {
            let mut properties = about(cart);
            properties[name] = value;
            properties
        };
        match act {
            Act::Page => ("page", "", Json::Null),
            Act::Identify | Act::Agent => ("identify", "", Json::Null),
            Act::View { product } => ("track", "Product Viewed", self.line(Line { product, quantity: 1, size: 0 })),
            Act::Add { cart, line } => {
                let mut properties = self.line(self.plan.carts[cart as usize].lines[usize::from(line)]);
                properties["cart_id"] = json!(cart_id(cart));
                ("track", "Product Added", properties)
            }
            Act::Remove { cart, product } => {
                let mut properties = self.line(Line { product, quantity: 1, size: 0 });
                properties["cart_id"] = json!(cart_id(cart));
                ("track", "Product Removed", properties)
            }
            Act::CartViewed { cart } => ("track", "Cart Viewed", with(cart, "products", self.lines(cart))),
            Act::CheckoutStarted { cart } => ("track", "Checkout Started", with(cart, "products", self.lines(cart))),
            Act::CheckoutStep { cart, step } => ("track", "Checkout Step Completed", with(cart, "step", json!(step))),
            Act::Ordered { cart } => {
                let mut properties = with(cart, "products", self.lines(cart));
                properties["order_id"] = json!(order_id(cart));
                properties["total"] = json!(amount(self.plan.carts[cart as usize].total()));
                ("track", "Order Completed", properties)
            }
            Act::Refunded { cart } => {
                let total = amount(self.plan.carts[cart as usize].total());
                ("track", "Order Refunded", json!({ "order_id": order_id(cart), "total": total, "currency": "EUR" }))
            }
            Act::Contacted { cart, outcome } => {
                let agent = self.plan.people[self.plan.carts[cart as usize].person as usize].agent;
                let (name, local) = AGENTS[usize::from(agent)];
                let mut properties = about(cart);
                properties["agent"] = json!({ "email": format!("{local}@{DOMAIN}"), "name": name });
                properties["outcome"] = json!(OUTCOMES[usize::from(outcome) % OUTCOMES.len()]);
                ("track", "Agent Contacted", properties)
            }
            Act::Stage { cart, stage } => {
                ("track", "Deal Stage Changed", with(cart, "stage", json!(STAGES[usize::from(stage) % STAGES.len()])))
            }
            Act::Broken(_) => {
                ("track", "Product Added", json!({ "cart_id": "carrello-9", "product_id": "alba", "currency": "EUR" }))
            }
        }
    }

    fn lines(&self, cart: u32) -> Json {
        self.plan.carts[cart as usize].lines.iter().map(|line| self.line(*line)).collect()
    }

    fn line(&self, line: Line) -> Json {
        let product = &PRODUCTS[usize::from(line.product)];
        let mut said = json!({
            "product_id": product.id,
            "name": product.it.name,
            "price": amount(product.price),
            "quantity": line.quantity,
            "currency": "EUR",
            "url": format!("{}/p/{}", self.shop_url, product.id),
            "image_url": format!("{}/files/img/{}.svg", self.shop_url, product.id),
        });
        if let Some(size) = product.sizes.get(usize::from(line.size)) {
            said["variant"] = json!(format!("{}-{size}", product.id));
        }
        said
    }

    fn traits(&self, person: u32, act: Act) -> Json {
        let who = &self.plan.people[person as usize];
        if act == Act::Agent {
            let (name, local) = AGENTS[usize::from(who.agent)];
            let mut traits = json!({ "agent": { "name": name, "email": format!("{local}@{DOMAIN}") } });
            if let Some(group) = who.group {
                traits["gruppo"] = json!(group);
            }
            return traits;
        }
        let mut traits = json!({
            "email": who.email,
            "firstName": who.first_name,
            "lastName": who.last_name,
            "language": who.language,
            "address": { "city": who.city, "country": "IT" },
        });
        if let Some(consent) = who.consent {
            traits["consent"] = json!({ "marketing": { "email": consent } });
        }
        traits
    }
}

/// Makes of a good call one of those that real shops send now and then.
fn break_it(call: &mut Json, act: Act) {
    let Act::Broken(kind) = act else { return };
    match kind {
        0 => call["properties"]["currency"] = json!("EURO"),
        1 => call["properties"]["quantity"] = json!(-2),
        2 => call["properties"]["price"] = json!("18,90 €"),
        3 => {
            call["event"] = json!("Order Completed");
            call["properties"] = json!({ "total": 189.0, "currency": "EUR" });
        }
        _ => {
            for name in ["userId", "anonymousId"] {
                call.as_object_mut().expect("a call is an object").remove(name);
            }
            call["event"] = json!("Product Viewed");
            call["properties"] = json!({ "product_id": "alba", "currency": "EUR" });
        }
    }
}
