//! What a template sees: the customer, the cart, the agent and the shop as they are when the message is sent.

use crate::{
    cell::{Cell, Message},
    coupons::VARIABLE,
    links::Links,
    shared::Shared,
};
use base::{Id, Money};
use crm::{carts::Cart, desk::Agent};
use serde_json::{Value as Json, json};

/// The context of a message to a customer. Links are filled in by whoever holds the workspace's secret.
pub fn context(cell: &Cell, customer: Id, message: &Message, shared: &Shared) -> Json {
    let facts = &cell.facts;
    let cart = message.cart.and_then(|id| facts.book.cart(id));
    let agent = shared.agent_of(facts.profile.agent);
    json!({
        "customer": {
            "id": customer,
            "first_name": facts.profile.first_name,
            "last_name": facts.profile.last_name,
            "name": facts.full_name(),
            "email": facts.profile.email,
            "language": facts.profile.language,
        },
        "agent": agent.map(agent_json),
        "cart": cart.map(|cart| cart_json(cart, shared)),
        "shop": shop_json(shared),
        "coupon": coupon_of(cell, message),
        "message": { "id": message.id, "step": message.step },
    })
}

/// The coupon that the message's journey got for it: `code`, `ends_at`, and `percent` or `amount`.
fn coupon_of(cell: &Cell, message: &Message) -> Option<Json> {
    let run = cell.action.journeys.iter().find(|run| run.id == message.journey)?;
    run.state.variables().get(VARIABLE).map(feel::to_json)
}

/// The context of a notice to an agent.
pub fn agent_context(cell: &Cell, customer: Id, message: &Message, shared: &Shared, public_url: &str) -> Json {
    let mut context = context(cell, customer, message, shared);
    context["links"] = json!({ "customer": Links::customer_page(public_url, customer) });
    context
}

fn agent_json(agent: &Agent) -> Json {
    json!({ "id": agent.id, "name": agent.name, "email": agent.email })
}

fn shop_json(shared: &Shared) -> Json {
    let settings = &shared.settings;
    json!({
        "name": settings.name,
        "url": settings.shop_url,
        "currency": settings.currency,
        "language": settings.language,
        "time_zone": settings.time_zone,
    })
}

/// A cart as templates and pages show it.
pub fn cart_json(cart: &Cart, shared: &Shared) -> Json {
    let currency = cart.currency.unwrap_or(shared.settings.currency);
    let lines = cart.lines.iter().filter(|line| line.quantity > 0).map(|line| {
        json!({
            "product_id": line.product_id,
            "sku": line.sku,
            "name": line.name.as_deref().unwrap_or(&line.product_id),
            "quantity": line.quantity,
            "price_minor": line.price,
            "total_minor": line.price.and_then(|price| price.checked_mul(line.quantity)),
            "url": line.url,
            "image_url": line.image_url,
        })
    });
    json!({
        "id": cart.id,
        "shop_id": cart.shop_id,
        "lines": lines.collect::<Vec<_>>(),
        "total_minor": cart.total(),
        "total": cart.total().map(|minor| Money::new(minor, currency).decimal().to_string()),
        "currency": currency,
        "checkout_url": cart.checkout_url,
        "coupon": cart.coupon,
    })
}
