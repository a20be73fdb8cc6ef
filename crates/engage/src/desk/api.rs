//! Settings, agents and the hold over HTTP.

use crate::{
    api::ApiState,
    commands::{SETTINGS_CHANGED, SETTINGS_SEEN, settings_tag},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
};
use base::{Id, Time};
use crm::desk::{Agent, Area, Caller, Settings, is_address};
use http_kit::{JsonBody, OpenApiRouter, Page, PathOf, Problem, Refused, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(find_settings, set_settings))
        .routes(routes!(list_agents, create_agent))
        .routes(routes!(set_agent))
        .routes(routes!(find_hold))
        .routes(routes!(release_hold))
}

/// The workspace's settings.
#[utoipa::path(get, path = "/settings", tag = "settings",
    security(("key" = ["settings:read"])),
    responses((status = 200, body = Settings, headers(("ETag" = String, description = "For If-Match"))), Refused))]
async fn find_settings(State(state): State<ApiState>, caller: Caller) -> Result<Tagged, Problem> {
    caller.read(Area::Settings)?;
    Ok(tagged(state.shared(&caller).settings.clone()))
}

type Tagged = ([(HeaderName, String); 1], Json<Settings>);

fn tagged(settings: Settings) -> Tagged {
    ([(header::ETAG, format!("\"{}\"", settings_tag(&settings)))], Json(settings))
}

/// Changes settings: those that the body names. What is not said stays as it is. With If-Match only while the settings are those
/// that had this ETag; else `settings.changed`.
#[utoipa::path(put, path = "/settings", tag = "settings", request_body = Settings,
    params(("If-Match" = Option<String>, Header, description = "The ETag of the settings that the person had before them")),
    security(("key" = ["settings:write"])),
    responses((status = 200, body = Settings, headers(("ETag" = String, description = "For If-Match"))), Refused))]
async fn set_settings(
    State(state): State<ApiState>,
    caller: Caller,
    headers: HeaderMap,
    JsonBody(mut said): JsonBody<serde_json::Map<String, Value>>,
) -> Result<Tagged, Problem> {
    caller.write(Area::Settings)?;
    let shared = state.shared(&caller);
    let settings = shared.settings.with(&said).map_err(|reason| Problem::unprocessable("http.wrong_body", reason))?;
    settings.check().map_err(|reason| Problem::unprocessable("settings.wrong_value", reason))?;
    if let Some(agent) = settings.default_agent.filter(|agent| shared.agent(*agent).is_none()) {
        return Err(Problem::unprocessable(
            "agents.not_found",
            format!("default_agent {agent} is not an agent: make one first"),
        ));
    }
    // The change itself goes into the log, not what it led to here: somebody else may be changing another setting.
    let seen = headers.get(header::IF_MATCH).and_then(|seen| seen.to_str().ok()).filter(|seen| *seen != "*");
    if let Some(seen) = seen {
        said.insert(SETTINGS_SEEN.to_owned(), seen.trim_start_matches("W/").trim_matches('"').into());
    }
    let changed = state.carry_out(&caller, "settings.change", &said).await.map_err(|problem| {
        let is_stale = problem.detail == SETTINGS_CHANGED;
        if is_stale { Problem::changed("settings.changed", SETTINGS_CHANGED) } else { problem }
    })?;
    let settings: Settings = serde_json::from_value(changed).map_err(|error| Problem::internal(&error))?;
    state.shared_once(&caller, |shared| shared.settings == settings).await;
    Ok(tagged(settings))
}

/// Those who sell, by name. All of them: a workspace has at most 2,000.
#[utoipa::path(get, path = "/agents", tag = "agents",
    security(("key" = ["agents:read"])), responses((status = 200, body = Page<Agent>), Refused))]
async fn list_agents(State(state): State<ApiState>, caller: Caller) -> Result<Json<Page<Agent>>, Problem> {
    caller.read(Area::Agents)?;
    let mut items = state.shared(&caller).agents.clone();
    items.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(Json(Page { items, next: None }))
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AgentBody {
    name: String,
    /// No two agents have the same.
    email: String,
    /// One who is not active signs nothing and is told nothing; their customers go to the default agent.
    #[serde(default = "yes")]
    is_active: bool,
}

fn yes() -> bool {
    true
}

impl AgentBody {
    fn read(self, id: Id) -> Result<Agent, Problem> {
        let (name, email) = (self.name.trim().to_owned(), self.email.trim().to_owned());
        let wrong = |detail: String| Err(Problem::unprocessable("agents.wrong_value", detail));
        if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            return wrong("name must be 1 to 200 visible characters".to_owned());
        }
        if !is_address(&email) {
            return wrong(format!("email {email:?} is not an e-mail address"));
        }
        Ok(Agent { id, name, email, is_active: self.is_active })
    }
}

/// Makes an agent.
#[utoipa::path(post, path = "/agents", tag = "agents", request_body = AgentBody,
    security(("key" = ["agents:write"])), responses((status = 201, body = Agent), Refused))]
async fn create_agent(
    State(state): State<ApiState>,
    caller: Caller,
    JsonBody(body): JsonBody<AgentBody>,
) -> Result<(StatusCode, Json<Agent>), Problem> {
    caller.write(Area::Agents)?;
    let made = state.carry_out(&caller, "agent.put", &body.read(Id::ZERO)?).await?;
    let agent: Agent = serde_json::from_value(made).map_err(|error| Problem::internal(&error))?;
    state.shared_once(&caller, |shared| shared.agent(agent.id).is_some()).await;
    Ok((StatusCode::CREATED, Json(agent)))
}

/// Changes an agent.
#[utoipa::path(put, path = "/agents/{id}", tag = "agents", params(("id" = String, Path)), request_body = AgentBody,
    security(("key" = ["agents:write"])), responses((status = 200, body = Agent), Refused))]
async fn set_agent(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<AgentBody>,
) -> Result<Json<Agent>, Problem> {
    caller.write(Area::Agents)?;
    if state.shared(&caller).agent(id).is_none() {
        return Err(Problem::not_found("agents.not_found", format!("there is no agent {id}")));
    }
    let agent = body.read(id)?;
    state.carry_out(&caller, "agent.put", &agent).await?;
    state.shared_once(&caller, |shared| shared.agent(id) == Some(&agent)).await;
    Ok(Json(agent))
}

/// Whether sending is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
struct Hold {
    /// Since when nothing is sent; `null`: sending goes on.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Time>,
    /// Messages that wait in the outbox meanwhile.
    held: i64,
}

/// Whether sending is paused, as it is after a restore or a long stop, and how much waits.
#[utoipa::path(get, path = "/hold", tag = "messages",
    security(("key" = ["messages:read"])), responses((status = 200, body = Hold), Refused))]
async fn find_hold(State(state): State<ApiState>, caller: Caller) -> Result<Json<Hold>, Problem> {
    caller.read(Area::Messages)?;
    let since = state.shared(&caller).hold;
    let held = if since.is_some() { waiting(&state, &caller).await? } else { 0 };
    Ok(Json(Hold { since, held }))
}

/// What was released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
struct Released {
    /// Messages that now go to the gates.
    released: i64,
}

/// Messages in the outbox of the caller's workspace.
async fn waiting(state: &ApiState, caller: &Caller) -> Result<i64, Problem> {
    let rows = state.query(&runtime::sql::EFFECT_COUNT, &[caller.workspace.into()]).await?;
    Ok(rows.first().map_or(0, |row| row.int("n")))
}

/// Lets sending go on. What was held goes to the outbox, where every gate is asked again: what is too late by now is dropped,
/// with its reason.
#[utoipa::path(post, path = "/hold/release", tag = "messages",
    security(("key" = ["messages:write"])), responses((status = 200, body = Released), Refused))]
async fn release_hold(State(state): State<ApiState>, caller: Caller) -> Result<Json<Released>, Problem> {
    caller.write(Area::Messages)?;
    let released = waiting(&state, &caller).await?;
    state.carry_out(&caller, "hold.release", &json!({})).await?;
    state.shared_once(&caller, |shared| shared.hold.is_none()).await;
    Ok(Json(Released { released }))
}
