//! What a person or a program does to a customer: commands, through the log.

use crate::{
    api::ApiState,
    commands::{ChangeTags, ContactMade, MoveDeal, SetAgent, SetConsent, SetTraits, WriteNote},
};
use axum::{Json, extract::State, http::StatusCode};
use base::Id;
use crm::{
    customers::{TAG_CHARS_MAX, TAGS_MAX, tag_of},
    desk::{Area, Caller},
};
use http_kit::{JsonBody, PathOf, Problem, Refused};
use serde::{Deserialize, Serialize};

/// Done; the customer as it is now is below `/customers/{id}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(super) struct Done {
    #[schema(value_type = String)]
    customer: Id,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CustomerAgentBody {
    /// `null`: none of their own, so the workspace's default agent.
    #[schema(value_type = Option<String>)]
    agent: Option<Id>,
}

/// Gives the customer an agent, or takes theirs away.
#[utoipa::path(put, path = "/customers/{id}/agent", tag = "customers", params(("id" = String, Path)), request_body = CustomerAgentBody,
    security(("key" = ["customers:write"])), responses((status = 200, body = Done), Refused))]
pub(super) async fn set_customer_agent(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<CustomerAgentBody>,
) -> Result<Json<Done>, Problem> {
    caller.write(Area::Customers)?;
    let (customer, _) = state.customer(&caller, id).await?;
    if let Some(agent) = body.agent.filter(|agent| state.shared(&caller).agent(*agent).is_none()) {
        return Err(Problem::unprocessable("agents.not_found", format!("there is no agent {agent}: make one first")));
    }
    state.carry_out(&caller, "customer.agent", &SetAgent { customer, agent: body.agent }).await?;
    Ok(Json(Done { customer }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsentBody {
    /// `marketing`, `tracking`, …
    purpose: String,
    /// `email`, `sms`, …
    channel: String,
    is_granted: bool,
    /// The proof: where and how it was said, such as `paper form 2026-11-20`. Who wrote it down where nothing is said.
    source: Option<String>,
}

/// Writes down what the customer said on being written to. A yes lifts an earlier unsubscription of the address.
#[utoipa::path(put, path = "/customers/{id}/consent", tag = "customers", params(("id" = String, Path)), request_body = ConsentBody,
    security(("key" = ["customers:write"])), responses((status = 200, body = Done), Refused))]
pub(super) async fn set_customer_consent(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<ConsentBody>,
) -> Result<Json<Done>, Problem> {
    caller.write(Area::Customers)?;
    let (customer, _) = state.customer(&caller, id).await?;
    let source = body.source.unwrap_or_else(|| caller.name());
    let command = SetConsent {
        customer,
        purpose: short("purpose", &body.purpose)?,
        channel: short("channel", &body.channel)?,
        is_granted: body.is_granted,
        source: short("source", &source)?,
    };
    state.carry_out(&caller, "consent.set", &command).await?;
    Ok(Json(Done { customer }))
}

/// Changes what a person may correct by hand. What is not said stays as it is; an empty text takes the value away.
#[utoipa::path(put, path = "/customers/{id}/traits", tag = "customers", params(("id" = String, Path)), request_body = TraitsBody,
    security(("key" = ["customers:write"])), responses((status = 200, body = Done), Refused))]
pub(super) async fn set_customer_traits(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<TraitsBody>,
) -> Result<Json<Done>, Problem> {
    caller.write(Area::Customers)?;
    let (customer, _) = state.customer(&caller, id).await?;
    let fields = [
        ("email", &body.email),
        ("phone", &body.phone),
        ("first_name", &body.first_name),
        ("last_name", &body.last_name),
        ("language", &body.language),
    ];
    for (name, value) in fields {
        if value.as_deref().is_some_and(|value| value.chars().count() > 254 || value.chars().any(char::is_control)) {
            return Err(wrong(format!("{name} must be at most 254 visible characters")));
        }
    }
    if let Some(address) =
        body.email.as_deref().filter(|address| !address.is_empty() && !crm::desk::is_address(address))
    {
        return Err(wrong(format!("email {address:?} is not an e-mail address")));
    }
    let command = SetTraits {
        customer,
        email: body.email,
        phone: body.phone,
        first_name: body.first_name,
        last_name: body.last_name,
        language: body.language,
    };
    state.carry_out(&caller, "customer.set", &command).await?;
    Ok(Json(Done { customer }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TraitsBody {
    email: Option<String>,
    phone: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    language: Option<String>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TagsBody {
    /// Tags to give: 1 to 60 characters each. One that the customer has, in whatever case, stays as it is.
    #[serde(default)]
    add: Vec<String>,
    /// Tags to take away, whatever their case. Not given again by the shop's `tags` trait.
    #[serde(default)]
    remove: Vec<String>,
}

/// Gives the customer tags and takes tags away. Others stay. A customer has at most 50.
#[utoipa::path(put, path = "/customers/{id}/tags", tag = "customers", params(("id" = String, Path)), request_body = TagsBody,
    security(("key" = ["customers:write"])), responses((status = 200, body = Done), Refused))]
pub(super) async fn change_customer_tags(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<TagsBody>,
) -> Result<Json<Done>, Problem> {
    caller.write(Area::Customers)?;
    let (customer, _) = state.customer(&caller, id).await?;
    let tags = |said: Vec<String>| {
        if said.len() > TAGS_MAX {
            return Err(wrong(format!("a customer has at most {TAGS_MAX} tags")));
        }
        let tag = |text: &String| {
            tag_of(text).ok_or_else(|| wrong(format!("a tag must be 1 to {TAG_CHARS_MAX} visible characters")))
        };
        said.iter().map(tag).collect::<Result<Vec<_>, _>>()
    };
    let command = ChangeTags { customer, add: tags(body.add)?, remove: tags(body.remove)? };
    state.carry_out(&caller, "customer.tags", &command).await?;
    Ok(Json(Done { customer }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactBody {
    /// The cart spoken about; the newest open one where nothing is said.
    #[schema(value_type = Option<String>)]
    cart: Option<Id>,
    /// Who spoke, by id; the customer's agent where nothing is said.
    #[schema(value_type = Option<String>)]
    agent: Option<Id>,
    /// What came of it, in a few words.
    outcome: Option<String>,
}

/// An agent spoke with the customer. The order that follows is the agent's.
#[utoipa::path(post, path = "/customers/{id}/contacts", tag = "customers", params(("id" = String, Path)), request_body = ContactBody,
    security(("key" = ["customers:write"])), responses((status = 201, body = Done), Refused))]
pub(super) async fn add_customer_contact(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<ContactBody>,
) -> Result<(StatusCode, Json<Done>), Problem> {
    caller.write(Area::Customers)?;
    let (customer, cell) = state.customer(&caller, id).await?;
    if let Some(cart) = body.cart.filter(|cart| cell.facts.book.cart(*cart).is_none()) {
        return Err(Problem::unprocessable(
            "carts.not_found",
            format!("cart {cart} is not one of customer {customer}"),
        ));
    }
    let shared = state.shared(&caller);
    let agent = match body.agent {
        Some(id) => Some(
            shared
                .agent(id)
                .ok_or_else(|| Problem::unprocessable("agents.not_found", format!("there is no agent {id}")))?,
        ),
        None => shared.agent_of(cell.facts.profile.agent),
    };
    let outcome = body.outcome.as_deref().map(|outcome| short("outcome", outcome)).transpose()?;
    let command = ContactMade { customer, cart: body.cart, agent: agent.map(|agent| agent.email.clone()), outcome };
    state.carry_out(&caller, "agent.contacted", &command).await?;
    Ok((StatusCode::CREATED, Json(Done { customer })))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteBody {
    /// At most 4,000 characters.
    text: String,
}

/// Writes a note about the customer; it stands among the decisions.
#[utoipa::path(post, path = "/customers/{id}/notes", tag = "customers", params(("id" = String, Path)), request_body = NoteBody,
    security(("key" = ["customers:write"])), responses((status = 201, body = Done), Refused))]
pub(super) async fn add_customer_note(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<NoteBody>,
) -> Result<(StatusCode, Json<Done>), Problem> {
    caller.write(Area::Customers)?;
    let (customer, _) = state.customer(&caller, id).await?;
    let text = body.text.trim().to_owned();
    if text.is_empty() || text.chars().count() > 4_000 || text.contains('\0') {
        return Err(wrong("a note has 1 to 4000 characters".to_owned()));
    }
    state.carry_out(&caller, "customer.note", &WriteNote { customer, text, by: caller.name() }).await?;
    Ok((StatusCode::CREATED, Json(Done { customer })))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StageBody {
    /// A stage's id or name; the won one wins the deal. One that the pipeline does not know is shown behind its own.
    stage: String,
    /// A pipeline's id or name; the one where the deal is where nothing is said.
    pipeline: Option<String>,
}

/// Moves a deal to another stage, and to another pipeline if wanted. It stays where a person put it, until it is won.
#[utoipa::path(put, path = "/deals/{id}/stage", tag = "carts", params(("id" = String, Path)), request_body = StageBody,
    security(("key" = ["carts:write"])), responses((status = 200, body = Done), Refused))]
pub(super) async fn move_deal(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<StageBody>,
) -> Result<Json<Done>, Problem> {
    caller.write(Area::Carts)?;
    let stage = short("stage", &body.stage)?;
    let none = || Problem::not_found("deals.not_found", format!("there is no deal {id}"));
    let rows = state.query(&crm::carts::sql::DEAL_FIND, &[caller.workspace.into(), id.into()]).await?;
    let row = rows.first().ok_or_else(none)?;
    let (customer, cell) = state.customer(&caller, row.id("customer")).await?;
    let deal = cell.facts.book.deals.iter().find(|deal| deal.id == id).ok_or_else(none)?;
    let pipeline = match &body.pipeline {
        None => deal.pipeline.to_string(),
        Some(named) => {
            let shared = state.shared(&caller);
            let found = shared.pipelines.named(Some(named)).map(|pipeline| pipeline.id.clone());
            let none = || Problem::unprocessable("pipelines.not_found", format!("there is no pipeline {named:?}"));
            found.ok_or_else(none)?
        }
    };
    state.carry_out(&caller, "deal.move", &MoveDeal { customer, cart: deal.cart, pipeline, stage }).await?;
    Ok(Json(Done { customer }))
}

/// A short text a person gives: trimmed, not empty, on one line.
fn short(name: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err(wrong(format!("{name} must be 1 to 200 visible characters")));
    }
    Ok(text.to_owned())
}

fn wrong(detail: String) -> Problem {
    Problem::unprocessable("customers.wrong_value", detail)
}
