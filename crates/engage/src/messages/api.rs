//! Messages over HTTP: what was sent, what was not and why, each with its words; and tests of a template.

use super::{
    preview::{Preview, preview, sample},
    reasons::{self, MailReason},
};
use crate::{
    api::{ApiState, TestMail},
    commands::ResolveMessage,
    flows::api::flow_of,
    ledger::words::{Why, reason_why},
    messages::sql,
    templates::{Template, built_in},
};
use axum::{Json, extract::State};
use base::{Id, Time};
use crm::{
    carts::api::{Owner, states},
    desk::{Area, Caller, store_problem},
};
use http_kit::{JsonBody, OpenApiRouter, Page, Paging, PagingQuery, PathOf, Problem, QueryOf, Refused, Said, routes};
use serde::{Deserialize, Serialize};
use store::{Row, Rows};

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_messages))
        .routes(routes!(find_message))
        .routes(routes!(resolve_message))
        .routes(routes!(send_test_message))
}

/// A message in a list.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct MessageItem {
    #[schema(value_type = String)]
    id: Id,
    /// Whom it is to, or, if it is to an agent, about.
    customer: Owner,
    #[schema(value_type = Option<String>)]
    cart: Option<Id>,
    #[schema(value_type = Option<String>)]
    journey: Option<Id>,
    flow: String,
    version: u32,
    step: String,
    channel: String,
    template: String,
    /// `customer` or `agent`.
    recipient: String,
    /// `queued`, `held`, `sending`, `sent`, `skipped`, `failed` or `in_doubt`.
    state: String,
    #[schema(value_type = String, format = DateTime)]
    queued_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Time>,
    /// Known once it was granted, as are the next three.
    to: Option<String>,
    from: Option<String>,
    reply_to: Option<String>,
    language: Option<String>,
    attempt: i64,
    /// Why it is in this state: a code of ours, or what the mail server said.
    reason: Option<String>,
    /// The same as a sentence, where it is a code of ours.
    why: Option<Why>,
    /// Which of the known words of the courier or of the mail server it is.
    said: Option<Said<MailReason>>,
}

const STATES: [&str; 7] = ["queued", "held", "sending", "sent", "skipped", "failed", "in_doubt"];

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListMessages {
    /// One or more of `queued`, `held`, `sending`, `sent`, `skipped`, `failed` and `in_doubt`, with commas between; all where
    /// nothing is said.
    state: Option<String>,
}

/// Messages, newest first.
#[utoipa::path(get, path = "/messages", tag = "messages", params(ListMessages, PagingQuery),
    security(("key" = ["messages:read"])), responses((status = 200, body = Page<MessageItem>), Refused))]
async fn list_messages(
    State(state): State<ApiState>,
    caller: Caller,
    QueryOf(asked): QueryOf<ListMessages>,
    paging: Paging,
) -> Result<Json<Page<MessageItem>>, Problem> {
    caller.read(Area::Messages)?;
    let before: Id = paging.after()?.unwrap_or(Id([0xff; 16]));
    let wanted = states(asked.state.as_deref(), &STATES)?;
    let rows = if wanted.len() == STATES.len() {
        state.query(&sql::MESSAGES, &[caller.workspace.into(), before.into(), paging.rows().into()]).await?
    } else {
        let mut keys = Rows::new(4);
        for wanted in wanted {
            keys.push([caller.workspace.into(), wanted.into(), before.into(), paging.rows().into()]);
        }
        state.facts.db.query_each(&sql::MESSAGES_IN_STATE, keys).await.map_err(|error| store_problem(&error))?
    };
    let mut items: Vec<MessageItem> = rows.iter().map(item).collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.id));
    Ok(Json(Page::of(items, &paging, |item| item.id)))
}

fn item(row: &Row) -> MessageItem {
    let text = |name: &str| row.opt_text(name).map(str::to_owned);
    MessageItem {
        id: row.id("id"),
        customer: Owner::of_row(row),
        cart: row.opt_id("cart"),
        journey: row.opt_id("journey"),
        flow: row.text("flow").to_owned(),
        version: u32::try_from(row.int("version")).unwrap_or(0),
        step: row.text("step").to_owned(),
        channel: row.text("channel").to_owned(),
        template: row.text("template").to_owned(),
        recipient: row.text("recipient").to_owned(),
        state: row.text("state").to_owned(),
        queued_at: row.time("queued_at"),
        sent_at: row.opt_time("sent_at"),
        to: text("address"),
        from: text("sender"),
        reply_to: text("reply_to"),
        language: text("language"),
        attempt: row.int("attempt"),
        why: row.opt_text("reason").and_then(reason_why),
        said: row.opt_text("reason").and_then(reasons::read),
        reason: text("reason"),
    }
}

/// A message with its words.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct MessagePage {
    #[serde(flatten)]
    message: MessageItem,
    body: Preview,
}

/// One message. Its links lead nowhere here, so that looking at it is no click and no unsubscription.
#[utoipa::path(get, path = "/messages/{id}", tag = "messages", params(("id" = String, Path)),
    security(("key" = ["messages:read"])), responses((status = 200, body = MessagePage), Refused))]
async fn find_message(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<Json<MessagePage>, Problem> {
    caller.read(Area::Messages)?;
    let rows = state.query(&sql::MESSAGE_FIND, &[caller.workspace.into(), id.into()]).await?;
    let row = rows.first().ok_or_else(|| no_message(id))?;
    let body = preview(&state, &caller, row).await?;
    Ok(Json(MessagePage { message: item(row), body }))
}

fn no_message(id: Id) -> Problem {
    Problem::not_found("messages.not_found", format!("there is no message {id}"))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ResolveBody {
    /// `true`: send it again; `false`: leave it.
    again: bool,
}

/// What became of a message in doubt.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct Resolved {
    #[schema(value_type = String)]
    id: Id,
    /// `queued` or `failed`.
    state: &'static str,
}

/// A person's word on a message of which nobody knows whether it arrived.
#[utoipa::path(post, path = "/messages/{id}/resolve", tag = "messages", params(("id" = String, Path)), request_body = ResolveBody,
    security(("key" = ["messages:write"])), responses((status = 200, body = Resolved), Refused))]
async fn resolve_message(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<ResolveBody>,
) -> Result<Json<Resolved>, Problem> {
    caller.write(Area::Messages)?;
    let rows = state.query(&sql::MESSAGE_FIND, &[caller.workspace.into(), id.into()]).await?;
    let customer = rows.first().map(|row| row.id("customer")).ok_or_else(|| no_message(id))?;
    state.carry_out(&caller, "message.resolve", &ResolveMessage { customer, message: id, again: body.again }).await?;
    Ok(Json(Resolved { id, state: if body.again { "queued" } else { "failed" } }))
}

/// A template to be tried on oneself.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct TestBody {
    template: String,
    /// The flow whose newest version holds the template; a built-in one where nothing is said.
    flow: Option<String>,
    /// A draft of the template, to be tried instead of what is stored.
    source: Option<String>,
    /// The workspace's where nothing is said.
    language: Option<String>,
    /// One's own address where nothing is said; else that of an agent.
    to: Option<String>,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
struct TestSent {
    to: String,
    subject: String,
    language: String,
}

/// Sends a template, filled with made-up data, to the person who is signed in or to an agent.
#[utoipa::path(post, path = "/messages/test", tag = "messages", request_body = TestBody,
    security(("key" = ["messages:write"])), responses((status = 200, body = TestSent), Refused))]
async fn send_test_message(
    State(state): State<ApiState>,
    caller: Caller,
    JsonBody(body): JsonBody<TestBody>,
) -> Result<Json<TestSent>, Problem> {
    caller.write(Area::Messages)?;
    let person = caller.person()?;
    let shared = state.shared(&caller);
    let to = body.to.unwrap_or_else(|| person.email.clone());
    let is_ours = to.eq_ignore_ascii_case(&person.email)
        || shared.agents.iter().any(|agent| agent.email.eq_ignore_ascii_case(&to));
    if !is_ours {
        let detail = "a test goes to your own address or to that of an agent of this workspace";
        return Err(Problem::unprocessable("messages.wrong_recipient", detail));
    }
    let none = || Problem::not_found("templates.not_found", format!("there is no template {:?}", body.template));
    let parsed = |source: &str| Template::parse(&body.template, source);
    let wrong = |error: crate::templates::TemplateError| Problem::unprocessable("templates.wrong", error.to_string());
    let (template, parameters) = match (&body.source, &body.flow) {
        (Some(source), _) => (parsed(source).map_err(wrong)?, Default::default()),
        (None, Some(flow)) => {
            let version = flow_of(&shared, flow)?.newest().ok_or_else(none)?;
            let compiled = state
                .domain
                .compiler
                .compile(version)
                .map_err(|reason| Problem::unprocessable("flows.wrong_file", reason))?;
            let template = compiled.templates.get(body.template.as_str()).ok_or_else(none)?;
            (Template::clone(template), compiled.parameters.clone())
        }
        (None, None) => (built_in(&body.template).ok_or_else(none)?.clone(), Default::default()),
    };
    let settings = &shared.settings;
    if settings.sender_address.is_empty() {
        let detail = "the settings have no sender address: set sender_address first";
        return Err(Problem::unprocessable("settings.no_sender", detail));
    }
    let language = body.language.as_deref().unwrap_or(&settings.language);
    let context = sample(&shared, &parameters, &state.facts.desk.public_url);
    let rendered = template.render(language, &context).map_err(wrong)?;
    let mail = TestMail {
        to: to.clone(),
        from: settings.sender_address.clone(),
        from_name: if settings.sender_name.is_empty() { settings.name.clone() } else { settings.sender_name.clone() },
        subject: rendered.subject.clone(),
        html: rendered.html,
        text: rendered.text,
    };
    state.mailer.send(caller.workspace, mail).await.map_err(|reason| Problem::unavailable("mail.not_sent", reason))?;
    Ok(Json(TestSent { to, subject: rendered.subject, language: rendered.language }))
}
