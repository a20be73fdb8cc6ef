//! What a condition can see: cart, deal, customer, shop, fresh at each step.

use crate::{cell::Cell, shared::Shared};
use base::{Id, Money};
use crm::{
    carts::{Cart, Deal},
    customers::tag_key,
};
use feel::{Scope, Value};
use std::collections::BTreeMap;

/// The names of one step, read only when asked for.
pub struct StepScope<'a> {
    pub cell: &'a Cell,
    pub customer: Id,
    pub cart: Option<Id>,
    pub shared: &'a Shared,
}

impl Scope for StepScope<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        match name {
            "cart" => Some(self.whole(name, &CART, self.has_cart())),
            "deal" => Some(self.whole(name, &DEAL, self.has_deal())),
            "customer" => Some(self.customer()),
            "shop" => Some(self.whole(name, &SHOP, true)),
            _ => None,
        }
    }

    /// A gateway asks for `cart.total`, not for the cart with all its lines.
    fn get_path(&self, path: &[String]) -> Option<Value> {
        let [root, name, rest @ ..] = path else { return self.get(path.first()?) };
        match self.field(root, name) {
            Some(value) => Some(value.at(rest)),
            None => self.get(root).map(|value| value.at(&path[1..])),
        }
    }
}

const CART: [&str; 8] = ["id", "shop_id", "state", "total", "currency", "coupon", "step", "lines"];
const DEAL: [&str; 4] = ["id", "stage", "pipeline", "won"];
const CUSTOMER: [&str; 11] =
    ["id", "user_id", "email", "name", "first_name", "last_name", "phone", "language", "orders", "tags", "agent"];
const SHOP: [&str; 2] = ["name", "currency"];

fn context<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Context(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<BTreeMap<_, _>>())
}

fn text(value: Option<&str>) -> Value {
    value.map_or(Value::Null, Value::from)
}

impl StepScope<'_> {
    fn cart(&self) -> Option<&Cart> {
        self.cart.and_then(|id| self.cell.facts.book.cart(id))
    }

    fn has_cart(&self) -> bool {
        self.cart().is_some()
    }

    fn deal(&self) -> Option<&Deal> {
        self.cart.and_then(|id| self.cell.facts.book.deal_of(id))
    }

    fn has_deal(&self) -> bool {
        self.deal().is_some()
    }

    /// All fields of a root, where there is one.
    fn whole(&self, root: &str, names: &[&str], is_there: bool) -> Value {
        if !is_there {
            return Value::Null;
        }
        let field = |name: &&str| Some(((*name).to_owned(), self.field(root, name)?));
        Value::Context(names.iter().filter_map(field).collect::<BTreeMap<_, _>>())
    }

    /// One field of a root that is there; `None` leaves the answer to the whole root.
    fn field(&self, root: &str, name: &str) -> Option<Value> {
        match root {
            "cart" => self.cart_field(self.cart()?, name),
            "deal" => deal_field(self.deal()?, name),
            "customer" => Some(self.customer_field(name)),
            "shop" => match name {
                "name" => Some(Value::from(self.shared.settings.name.as_str())),
                "currency" => Some(Value::from(self.shared.settings.currency.as_str())),
                _ => None,
            },
            _ => None,
        }
    }

    fn cart_field(&self, cart: &Cart, name: &str) -> Option<Value> {
        let currency = cart.currency.unwrap_or(self.shared.settings.currency);
        let amount = |minor: Option<i64>| {
            minor.map_or(Value::Null, |minor| Value::Number(Money::new(minor, currency).decimal()))
        };
        let lines = cart.lines.iter().filter(|line| line.quantity > 0).map(|line| {
            context([
                ("product_id", Value::from(&*line.product_id)),
                ("sku", text(line.sku.as_deref())),
                ("name", text(line.name.as_deref())),
                ("quantity", Value::Number(line.quantity.into())),
                ("price", amount(line.price)),
            ])
        });
        Some(match name {
            "id" => Value::from(cart.id.to_string().as_str()),
            "shop_id" => text(cart.shop_id.as_deref()),
            "state" => Value::from(cart.state.as_str()),
            "total" => amount(cart.total()),
            "currency" => Value::from(currency.as_str()),
            "coupon" => text(cart.coupon.as_deref()),
            "step" => cart.step.map_or(Value::Null, |step| Value::Number(step.into())),
            "lines" => Value::List(lines.collect()),
            _ => return None,
        })
    }

    fn customer(&self) -> Value {
        let open = self.cell.facts.profile.open.iter().map(|(name, _)| &**name);
        let names = open.chain(CUSTOMER);
        Value::Context(names.map(|name| (name.to_owned(), self.customer_field(name))).collect::<BTreeMap<_, _>>())
    }

    /// Null where nothing of the name is known.
    fn customer_field(&self, name: &str) -> Value {
        let facts = &self.cell.facts;
        match name {
            "id" => Value::from(self.customer.to_string().as_str()),
            "user_id" => text(facts.key('u')),
            "email" => text(facts.profile.email.as_deref()),
            "name" => Value::from(facts.full_name().as_str()),
            "first_name" => text(facts.profile.first_name.as_deref()),
            "last_name" => text(facts.profile.last_name.as_deref()),
            "phone" => text(facts.profile.phone.as_deref()),
            "language" => text(facts.profile.language.as_deref()),
            "orders" => Value::Number(facts.totals.iter().map(|t| t.orders).sum::<u32>().into()),
            // In small letters, so that a condition need not know how a tag was written.
            "tags" => Value::List(facts.tags.names().map(|tag| Value::from(tag_key(tag).as_str())).collect()),
            "agent" => text(self.shared.agent_of(facts.profile.agent).map(|agent| agent.email.as_str())),
            own => {
                let said = facts.profile.open.iter().find(|(known, _)| **known == *own);
                let json = said.and_then(|(_, json)| serde_json::from_str(json).ok());
                json.map_or(Value::Null, |json: serde_json::Value| feel::from_json(&json))
            }
        }
    }
}

fn deal_field(deal: &Deal, name: &str) -> Option<Value> {
    Some(match name {
        "id" => Value::from(deal.id.to_string().as_str()),
        "stage" => Value::from(&*deal.stage),
        "pipeline" => Value::from(&*deal.pipeline),
        "won" => Value::Bool(deal.won_at.is_some()),
        _ => return None,
    })
}
