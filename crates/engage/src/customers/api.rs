//! One customer over HTTP, read through the loop: as it stands at this moment, with everything that waits for it.

use super::actions;
use crate::{
    api::ApiState,
    cell::{Cell, Message, Purpose, Recipient},
    flows::journeys::JourneyView,
    ledger::words::{Why, reason_why},
    messages::suppression_key,
    shared::Shared,
};
use axum::{Json, extract::State};
use base::{Id, Time};
use crm::{
    api::Amount,
    carts::api::{CartView, DealView, OrderView},
    customers::{Consent, Facts, Tag},
    desk::{Area, Caller},
};
use http_kit::{OpenApiRouter, PathOf, Problem, Refused, routes};
use serde::Serialize;
use serde_json::Value;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(find_customer))
        .routes(routes!(actions::set_customer_agent))
        .routes(routes!(actions::set_customer_consent))
        .routes(routes!(actions::set_customer_traits))
        .routes(routes!(actions::change_customer_tags))
        .routes(routes!(actions::add_customer_contact))
        .routes(routes!(actions::add_customer_note))
        .routes(routes!(actions::move_deal))
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CustomerPage {
    /// Another one than was asked for where that was joined to this.
    #[schema(value_type = String)]
    id: Id,
    /// Customers joined to this one.
    #[schema(value_type = Vec<String>)]
    joined: Vec<Id>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_seen_at: Option<Time>,
    identities: Vec<Identity>,
    profile: ProfileView,
    /// Properties that Ritorno keeps without understanding them.
    #[schema(value_type = Object)]
    traits: serde_json::Map<String, Value>,
    agent: Option<AgentOf>,
    consent: Vec<ConsentView>,
    /// Nothing is sent to the address: somebody unsubscribed it, or it does not exist.
    is_suppressed: bool,
    /// What was bought, by currency.
    totals: Vec<TotalsView>,
    pages_viewed: u32,
    products_viewed: u32,
    events: u64,
    /// Those still remembered, the newest last; all are in the list of carts.
    carts: Vec<CartView>,
    /// The newest ones; all are below `/orders`.
    orders: Vec<OrderView>,
    deals: Vec<DealView>,
    /// By name.
    tags: Vec<TagView>,
    /// Those under way.
    journeys: Vec<JourneyView>,
    /// The newest ones; all are in the list of messages.
    messages: Vec<MessageOf>,
}

/// A name under which the customer is known.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct Identity {
    /// `user_id`, `anonymous_id`, `email`, `cart`, `checkout`, `order`, or another word.
    kind: &'static str,
    value: String,
}

/// Who it is, as far as we know.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct ProfileView {
    user_id: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    /// The whole name.
    name: String,
    language: Option<String>,
    time_zone: Option<String>,
    #[schema(value_type = Option<Object>)]
    address: Option<Value>,
}

/// The agent who speaks for the shop to this customer.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct AgentOf {
    #[schema(value_type = String)]
    id: Id,
    name: String,
    email: String,
    /// The customer's own; else the workspace's default one.
    is_own: bool,
}

/// A mark on the customer.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct TagView {
    name: String,
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    /// Who gave it: `trait` (the shop), `person:ID`, `key:ID`.
    by: String,
}

/// A word on one purpose and channel.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct ConsentView {
    purpose: String,
    channel: String,
    is_granted: bool,
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    /// Where it was said: `trait`, `unsubscribe`, or who wrote it down.
    source: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct TotalsView {
    orders: u32,
    revenue: Amount,
    refunded: Amount,
}

/// A message to this customer, or to an agent about them.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct MessageOf {
    #[schema(value_type = String)]
    id: Id,
    #[schema(value_type = String)]
    journey: Id,
    flow: String,
    step: String,
    template: String,
    /// `customer` or `agent`.
    recipient: &'static str,
    /// `marketing` or `service`.
    purpose: &'static str,
    /// `queued`, `held`, `sending`, `sent`, `skipped`, `failed` or `in_doubt`.
    state: &'static str,
    #[schema(value_type = Option<String>)]
    cart: Option<Id>,
    #[schema(value_type = String, format = DateTime)]
    queued_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Time>,
    attempt: u32,
    /// What the state means, where that needs a word.
    why: Option<Why>,
}

/// One customer, with carts, orders, deals, journeys and messages.
#[utoipa::path(get, path = "/customers/{id}", tag = "customers", params(("id" = String, Path)),
    security(("key" = ["customers:read"])), responses((status = 200, body = CustomerPage), Refused))]
async fn find_customer(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<Json<CustomerPage>, Problem> {
    caller.read(Area::Customers)?;
    let (id, cell) = state.customer(&caller, id).await?;
    let shared = state.shared(&caller);
    let is_suppressed = match cell.facts.profile.email.as_deref() {
        Some(address) => state.handle(&caller).find(suppression_key(address)).await.is_some(),
        None => false,
    };
    Ok(Json(page(&state, id, &cell, &shared, is_suppressed)))
}

fn page(state: &ApiState, id: Id, cell: &Cell, shared: &Shared, is_suppressed: bool) -> CustomerPage {
    let facts = &cell.facts;
    let book = &facts.book;
    let open = facts.profile.open.iter();
    CustomerPage {
        id,
        joined: facts.absorbed.clone(),
        created_at: facts.created_at,
        last_seen_at: Some(facts.last_seen).filter(|at| at.0 != 0),
        identities: facts
            .keys
            .iter()
            .map(|key| Identity { kind: kind_of(key.kind()), value: key.value().to_owned() })
            .collect(),
        profile: profile(facts),
        traits: open.map(|(name, value)| (name.to_string(), serde_json::from_str(value).unwrap_or_default())).collect(),
        agent: agent(facts, shared),
        consent: facts.consent.iter().map(consent).collect(),
        is_suppressed,
        totals: facts
            .totals
            .iter()
            .map(|t| TotalsView {
                orders: t.orders,
                revenue: Amount::new(t.revenue, t.currency),
                refunded: Amount::new(t.refunded, t.currency),
            })
            .collect(),
        pages_viewed: facts.pages,
        products_viewed: facts.products_viewed,
        events: facts.events,
        carts: book.carts.iter().map(CartView::of).collect(),
        orders: book.orders.iter().rev().map(OrderView::of).collect(),
        deals: book.deals.iter().map(|deal| DealView::of(deal, book.cart(deal.cart))).collect(),
        tags: facts.tags.list.iter().map(tag).collect(),
        journeys: cell
            .action
            .journeys
            .iter()
            .map(|run| JourneyView::of(run, &cell.action, shared, &state.domain))
            .collect(),
        messages: cell.action.messages.iter().rev().map(message).collect(),
    }
}

fn kind_of(kind: char) -> &'static str {
    match kind {
        'u' => "user_id",
        'a' => "anonymous_id",
        'e' => "email",
        'c' => "cart",
        'k' => "checkout",
        'o' => "order",
        _ => "other",
    }
}

fn profile(facts: &Facts) -> ProfileView {
    let text = |value: &Option<Box<str>>| value.as_deref().map(str::to_owned);
    let known = &facts.profile;
    ProfileView {
        user_id: facts.key('u').map(str::to_owned),
        email: text(&known.email),
        phone: text(&known.phone),
        first_name: text(&known.first_name),
        last_name: text(&known.last_name),
        name: facts.full_name(),
        language: text(&known.language),
        time_zone: text(&known.time_zone),
        address: known.address.as_deref().and_then(|address| serde_json::from_str(address).ok()),
    }
}

fn agent(facts: &Facts, shared: &Shared) -> Option<AgentOf> {
    let agent = shared.agent_of(facts.profile.agent)?;
    let is_own = facts.profile.agent == Some(agent.id);
    Some(AgentOf { id: agent.id, name: agent.name.clone(), email: agent.email.clone(), is_own })
}

fn consent(consent: &Consent) -> ConsentView {
    ConsentView {
        purpose: consent.purpose.to_string(),
        channel: consent.channel.to_string(),
        is_granted: consent.is_granted,
        at: consent.at,
        source: consent.source.to_string(),
    }
}

fn tag(tag: &Tag) -> TagView {
    TagView { name: tag.name.to_string(), at: tag.at, by: tag.by.to_string() }
}

fn message(message: &Message) -> MessageOf {
    MessageOf {
        id: message.id,
        journey: message.journey,
        flow: message.flow.to_string(),
        step: message.step.to_string(),
        template: message.template.to_string(),
        recipient: if message.recipient == Recipient::Agent { "agent" } else { "customer" },
        purpose: if message.purpose == Purpose::Service { "service" } else { "marketing" },
        state: message.state.as_str(),
        cart: message.cart,
        queued_at: message.queued_at,
        sent_at: message.sent_at,
        attempt: message.attempt,
        why: reason_why(message.state.as_str()),
    }
}
