//! A message's words for a person who looks at it: as it was sent, or as it would be sent now.

use super::{agent_context, context};
use crate::{api::ApiState, flows::Compiled, shared::Shared, templates::Template};
use crm::desk::Caller;
use feel::Value as Feel;
use http_kit::Problem;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, sync::Arc};
use store::Row;

/// The rendered parts of a message.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(super) struct Preview {
    /// With what was known when it was sent; `false`: with what is known now, because it was not granted yet.
    is_as_sent: bool,
    language: Option<String>,
    subject: Option<String>,
    /// Show it in a frame that runs no scripts.
    html: Option<String>,
    text: Option<String>,
    /// Why there are no words.
    problem: Option<String>,
}

/// Renders the message of a row with its context, on the version of the flow that it came from.
pub(super) async fn preview(state: &ApiState, caller: &Caller, row: &Row) -> Result<Preview, Problem> {
    let shared = state.shared(caller);
    let stored: Option<Json> = row.opt_text("context").and_then(|context| serde_json::from_str(context).ok());
    let is_as_sent = stored.is_some();
    let none = |problem: String| Preview {
        is_as_sent,
        language: None,
        subject: None,
        html: None,
        text: None,
        problem: Some(problem),
    };
    let (flow, version) = (row.text("flow"), u32::try_from(row.int("version")).unwrap_or(0));
    let Some(compiled) = compiled_of(state, &shared, flow, version) else {
        return Ok(none(format!("version {version} of the flow {flow} is no longer kept")));
    };
    let Some(template) = compiled.templates.get(row.text("template")) else {
        return Ok(none(format!("version {version} of the flow {flow} has no template {:?}", row.text("template"))));
    };
    let (context, language) = match stored {
        Some(context) => (context, row.opt_text("language").map(str::to_owned)),
        None => match context_now(state, caller, row, &shared).await? {
            Some((context, language)) => (context, language),
            None => return Ok(none("the customer no longer holds this message".to_owned())),
        },
    };
    let context = filled(context, &compiled.parameters, &state.facts.desk.public_url);
    let language = language.unwrap_or_else(|| shared.settings.language.clone());
    Ok(render(template, &language, &context, is_as_sent))
}

fn render(template: &Arc<Template>, language: &str, context: &Json, is_as_sent: bool) -> Preview {
    match template.render(language, context) {
        Ok(rendered) => Preview {
            is_as_sent,
            language: Some(rendered.language),
            subject: Some(rendered.subject),
            html: Some(rendered.html),
            text: Some(rendered.text),
            problem: None,
        },
        Err(error) => Preview {
            is_as_sent,
            language: None,
            subject: None,
            html: None,
            text: None,
            problem: Some(error.to_string()),
        },
    }
}

fn compiled_of(state: &ApiState, shared: &Shared, flow: &str, version: u32) -> Option<Arc<Compiled>> {
    let version = shared.flow(flow)?.version(version)?;
    state.domain.compiler.compile(version).ok()
}

/// The context as it would be now, and the reader's language.
async fn context_now(
    state: &ApiState,
    caller: &Caller,
    row: &Row,
    shared: &Shared,
) -> Result<Option<(Json, Option<String>)>, Problem> {
    let (customer, cell) = state.customer(caller, row.id("customer")).await?;
    let id = row.id("id");
    let Some(message) = cell.action.messages.iter().find(|message| message.id == id) else {
        return Ok(None);
    };
    let language = cell.facts.profile.language.as_deref().map(str::to_owned);
    Ok(Some(match message.recipient {
        crate::cell::Recipient::Agent => {
            (agent_context(&cell, customer, message, shared, &state.facts.desk.public_url), None)
        }
        crate::cell::Recipient::Customer => (context(&cell, customer, message, shared), language),
    }))
}

/// The context with links that lead nowhere and the flow's parameters.
fn filled(mut context: Json, parameters: &BTreeMap<String, Feel>, public_url: &str) -> Json {
    context["links"] = json!({
        "cart": format!("{public_url}/c/preview"),
        "unsubscribe": format!("{public_url}/u/preview"),
        "customer": format!("{public_url}/customers"),
    });
    let parameters: serde_json::Map<String, Json> =
        parameters.iter().map(|(name, value)| (name.clone(), feel::to_json(value))).collect();
    context["flow"] = Json::Object(parameters);
    context
}

/// Made-up data to try a template with, in the workspace's own shop and currency.
pub(super) fn sample(shared: &Shared, parameters: &BTreeMap<String, Feel>, public_url: &str) -> Json {
    let settings = &shared.settings;
    let agent = shared.agent_of(None).or(shared.agents.iter().find(|agent| agent.is_active));
    let (name, email) = agent.map_or(("Anna Bianchi", "anna@shop.example"), |agent| (&agent.name, &agent.email));
    let line = |name: &str, quantity: i64, price: i64| {
        json!({
            "product_id": name, "sku": null, "name": name, "quantity": quantity, "price_minor": price,
            "total_minor": price * quantity, "url": settings.shop_url, "image_url": null,
        })
    };
    let context = json!({
        "customer": {
            "first_name": "Mario", "last_name": "Rossi", "name": "Mario Rossi", "email": "mario@customer.example",
            "language": settings.language,
        },
        "agent": { "name": name, "email": email },
        "cart": {
            "id": "test", "shop_id": "test", "lines": [line("Scarpe", 1, 8_900), line("Calze", 2, 750)],
            "total_minor": 10_400, "currency": settings.currency,
        },
        "shop": {
            "name": settings.name, "url": settings.shop_url, "currency": settings.currency, "language": settings.language,
            "time_zone": settings.time_zone,
        },
        "coupon": { "code": "TEST23456", "ends_at": "2026-12-24T10:00:00Z", "percent": 10, "amount": null },
        "message": { "step": "test" },
    });
    filled(context, parameters, public_url)
}
