//! Destinations over HTTP: who may write settings makes and changes them.

use super::{
    CheckedDestination, Destination, DestinationView, NewDestination, check_destination, create_destination,
    find_destination, list_destinations, rows,
};
use crate::api::ApiState;
use adapters::crms::{
    Kind,
    fields::{FIELDS, Field},
};
use axum::{Extension, Json, extract::State, http::StatusCode, response::IntoResponse};
use base::Id;
use crm::desk::{Area, Caller, store_problem};
use http_kit::{JsonBody, OpenApiRouter, Page, PathOf, Problem, Refused, Unrepeatable, routes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(kinds))
        .routes(routes!(list, create))
        .routes(routes!(read, change, delete))
        .routes(routes!(check))
}

/// A kind of destination.
#[derive(Serialize, ToSchema)]
struct DestinationKind {
    /// `hubspot`, `salesforce` or `segment`.
    kind: &'static str,
    /// Where it is, where everybody's is at one address.
    base_url: Option<&'static str>,
    /// What it lets us in by.
    credentials: &'static [&'static str],
    /// Settings with what holds where nothing is said: options first, then what each field is called there.
    settings: Vec<DestinationSetting>,
}

#[derive(Serialize, ToSchema)]
struct DestinationSetting {
    name: &'static str,
    default: &'static str,
}

/// The kinds of destinations, with their settings.
#[utoipa::path(get, operation_id = "list_destination_kinds", path = "/destination_kinds", tag = "destinations",
    security(("key" = ["settings:read"])), responses((status = 200, body = Vec<DestinationKind>), Refused))]
async fn kinds(caller: Caller) -> Result<Json<Vec<DestinationKind>>, Problem> {
    caller.read(Area::Settings)?;
    let of = |kind: Kind| {
        let options = kind.options().iter().map(|(name, default)| DestinationSetting { name, default });
        let named = |field: &Field| Some(DestinationSetting { name: field.name, default: field.default(kind)? });
        let fields = FIELDS.iter().filter_map(named);
        DestinationKind {
            kind: kind.as_str(),
            base_url: kind.base_url(),
            credentials: kind.credentials(),
            settings: options.chain(fields).collect(),
        }
    };
    Ok(Json(Kind::ALL.into_iter().map(of).collect()))
}

/// The other CRMs that flows hand over to. All of them: a workspace has at most 50.
#[utoipa::path(get, operation_id = "list_destinations", path = "/destinations", tag = "destinations",
    security(("key" = ["settings:read"])), responses((status = 200, body = Page<DestinationView>), Refused))]
async fn list(State(state): State<ApiState>, caller: Caller) -> Result<Json<Page<DestinationView>>, Problem> {
    caller.read(Area::Settings)?;
    let found = list_destinations(&state.facts.db, caller.workspace).await.map_err(|error| store_problem(&error))?;
    Ok(Json(Page { items: found.iter().map(DestinationView::of).collect(), next: None }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateDestination {
    /// What flows call it by; unique in the workspace.
    name: String,
    /// One of those that `/destination_kinds` lists.
    kind: String,
    /// Where it is, such as `https://my-domain.my.salesforce.com`; none: where everybody's is.
    #[serde(default)]
    base_url: String,
    /// What it lets us in by, each by its name. Never shown again.
    #[serde(default)]
    credentials: BTreeMap<String, String>,
    /// Where something is called otherwise than by default; a field with an empty name is not sent.
    #[serde(default)]
    settings: BTreeMap<String, String>,
}

/// Make a destination. Check it next: that makes what is missing there, where it can.
#[utoipa::path(post, operation_id = "create_destination", path = "/destinations", tag = "destinations", request_body = CreateDestination,
    security(("key" = ["settings:write"])), responses((status = 201, body = DestinationView), Refused))]
async fn create(
    State(state): State<ApiState>,
    caller: Caller,
    JsonBody(body): JsonBody<CreateDestination>,
) -> Result<impl IntoResponse, Problem> {
    caller.write(Area::Settings)?;
    let CreateDestination { name, kind, base_url, credentials, settings } = body;
    let new = NewDestination { name, kind, base_url, credentials, settings };
    let made = create_destination(&state.facts.desk, &state.web, &caller.actor(), new).await?;
    Ok((StatusCode::CREATED, Extension(Unrepeatable), Json(DestinationView::of(&made))))
}

async fn found(state: &ApiState, caller: &Caller, id: Id) -> Result<Destination, Problem> {
    let found = find_destination(&state.facts.db, caller.workspace, id).await.map_err(|error| store_problem(&error))?;
    found.ok_or_else(|| rows::gone(id).into())
}

/// One destination.
#[utoipa::path(get, operation_id = "find_destination", path = "/destinations/{id}", tag = "destinations", params(("id" = String, Path)),
    security(("key" = ["settings:read"])), responses((status = 200, body = DestinationView), Refused))]
async fn read(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<Json<DestinationView>, Problem> {
    caller.read(Area::Settings)?;
    Ok(Json(DestinationView::of(&found(&state, &caller, id).await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeDestination {
    name: Option<String>,
    base_url: Option<String>,
    /// Those named here; an empty text takes one away.
    #[serde(default)]
    credentials: BTreeMap<String, String>,
    /// Those named here; null goes back to the default.
    #[serde(default)]
    settings: BTreeMap<String, Option<String>>,
}

/// Change a destination; what is not said stays. It is checked anew before the next hand-over.
#[utoipa::path(patch, operation_id = "change_destination", path = "/destinations/{id}", tag = "destinations", params(("id" = String, Path)),
    request_body = ChangeDestination, security(("key" = ["settings:write"])),
    responses((status = 200, body = DestinationView), Refused))]
async fn change(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<ChangeDestination>,
) -> Result<Json<DestinationView>, Problem> {
    caller.write(Area::Settings)?;
    let destination = found(&state, &caller, id).await?;
    let ChangeDestination { name, base_url, credentials, settings } = body;
    let said = rows::Change { name, base_url, credentials, settings };
    let changed = rows::change(&state.facts.desk, &state.web, &caller.actor(), destination, said).await?;
    Ok(Json(DestinationView::of(&changed)))
}

/// Remove a destination. Journeys that are to hand over to it stop and wait for a person; what is there stays there.
#[utoipa::path(delete, operation_id = "delete_destination", path = "/destinations/{id}", tag = "destinations", params(("id" = String, Path)),
    security(("key" = ["settings:write"])), responses((status = 204), Refused))]
async fn delete(State(state): State<ApiState>, caller: Caller, PathOf(id): PathOf<Id>) -> Result<StatusCode, Problem> {
    caller.write(Area::Settings)?;
    let destination = found(&state, &caller, id).await?;
    rows::delete(&state.facts.desk, &caller.actor(), &destination).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Look whether it lets us in and has what we need. In HubSpot the missing properties and the object for carts are made; in
/// Salesforce an administrator makes what is listed.
#[utoipa::path(post, operation_id = "check_destination", path = "/destinations/{id}/check", tag = "destinations", params(("id" = String, Path)),
    security(("key" = ["settings:write"])), responses((status = 200, body = CheckedDestination), Refused))]
async fn check(
    State(state): State<ApiState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<Json<CheckedDestination>, Problem> {
    caller.write(Area::Settings)?;
    let destination = found(&state, &caller, id).await?;
    let checked = check_destination(&state.facts.desk, &state.web, &destination).await;
    checked.map(Json).map_err(|error| store_problem(&error))
}
