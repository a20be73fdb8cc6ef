//! Signing in and out, the first person of all, new passwords.

use super::Address;
use crate::desk::{
    Actor, Attempt, Caller, DeskError, DeskState, NewPerson, Person, Role, create_workspace_if_none, people,
    rename_workspace, sessions,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use base::{Currency, Id, Time};
use http_kit::{JsonBody, PathOf, Problem, Refused};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    email: String,
    password: String,
    /// Where to work, for those who may in several; else the first.
    workspace: Option<i64>,
}

/// Who is signed in, and where.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Session {
    person: SignedIn,
    workspace: Place,
    /// Where else they may work.
    workspaces: Vec<Place>,
    shop: Shop,
    /// The server's clock.
    #[schema(value_type = String, format = DateTime)]
    now: Time,
    /// To be sent in the header X-CSRF-Token with every write.
    csrf_token: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct SignedIn {
    #[schema(value_type = String)]
    id: Id,
    name: String,
    email: String,
    role: Role,
    #[schema(value_type = Option<String>)]
    agent: Option<Id>,
}

/// How the shop speaks and counts: what every screen needs, whatever else the person may see.
#[derive(Debug, Serialize, ToSchema)]
struct Shop {
    name: String,
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    /// `it`, `en`, …
    language: String,
    /// An IANA name.
    time_zone: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
struct Place {
    id: i64,
    name: String,
    role: Role,
}

async fn describe(desk: &DeskState, workspace: i64, person: &Person) -> Result<Session, DeskError> {
    let places = people::workspaces_of(&desk.db, person.id).await?;
    let places = places.into_iter().map(|(place, role)| Place { id: place.id, name: place.name, role });
    let places: Vec<Place> = places.collect();
    let settings = desk.settings(workspace).await;
    let here = places.iter().find(|place| place.id == workspace).cloned();
    Ok(Session {
        person: SignedIn {
            id: person.id,
            name: person.name.clone(),
            email: person.email.clone(),
            role: person.role,
            agent: person.agent,
        },
        workspace: here.ok_or(DeskError::WrongPassword)?,
        workspaces: places,
        shop: Shop {
            name: settings.name,
            currency: settings.currency,
            language: settings.language,
            time_zone: settings.time_zone,
        },
        now: desk.clock.now(),
        csrf_token: person.csrf.clone(),
    })
}

/// An answer that sets the session's cookie.
async fn with_cookie(desk: &DeskState, status: StatusCode, begun: sessions::Begun) -> Result<Response, Problem> {
    let cookie = HeaderValue::from_str(&begun.cookie).map_err(|error| Problem::internal(&error))?;
    let body = describe(desk, begun.workspace, &begun.person).await?;
    Ok((status, AppendHeaders([(header::SET_COOKIE, cookie)]), Json(body)).into_response())
}

/// Sign in. The session is a cookie; each try on an account with a wrong password makes the next ones wait longer.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = SignIn, security(()),
    responses((status = 200, body = Session), Refused))]
pub(super) async fn sign_in(
    State(desk): State<DeskState>,
    Address(address): Address,
    JsonBody(body): JsonBody<SignIn>,
) -> Result<Response, Problem> {
    let begun = sessions::sign_in(&desk, &body.email, &body.password, body.workspace, address).await?;
    with_cookie(&desk, StatusCode::OK, begun).await
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses((status = 200, body = Session), Refused))]
pub(super) async fn session(State(desk): State<DeskState>, caller: Caller) -> Result<Json<Session>, Problem> {
    Ok(Json(describe(&desk, caller.workspace, caller.person()?).await?))
}

/// Sign out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses((status = 204), Refused))]
pub(super) async fn sign_out(State(desk): State<DeskState>, caller: Caller) -> Result<impl IntoResponse, Problem> {
    sessions::sign_out(&desk, caller.person()?).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, sessions::no_cookie(&desk))])))
}

/// Sign out on all devices.
#[utoipa::path(post, path = "/api/v1/session/revoke-all", tag = "session", responses((status = 204), Refused))]
pub(super) async fn sign_out_everywhere(
    State(desk): State<DeskState>,
    caller: Caller,
) -> Result<impl IntoResponse, Problem> {
    sessions::sign_out_everywhere(&desk, caller.person()?.id).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, sessions::no_cookie(&desk))])))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeWorkspace {
    workspace: i64,
}

/// Work in another workspace from now on.
#[utoipa::path(post, path = "/api/v1/session/workspace", tag = "session", request_body = ChangeWorkspace,
    responses((status = 204), Refused))]
pub(super) async fn change_workspace(
    State(desk): State<DeskState>,
    caller: Caller,
    JsonBody(body): JsonBody<ChangeWorkspace>,
) -> Result<StatusCode, Problem> {
    sessions::change_workspace(&desk, caller.person()?, body.workspace).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether the first person is still to be made.
#[derive(Serialize, ToSchema)]
pub(super) struct FirstRunState {
    is_open: bool,
}

/// Whether nobody has an account yet.
#[utoipa::path(get, path = "/api/v1/first-run", tag = "session", security(()),
    responses((status = 200, body = FirstRunState), Refused))]
pub(super) async fn first_run_state(State(desk): State<DeskState>) -> Result<Json<FirstRunState>, Problem> {
    let has_people = people::has_people(&desk.db).await.map_err(DeskError::from)?;
    Ok(Json(FirstRunState { is_open: !has_people }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FirstRun {
    /// The shop's name.
    workspace_name: String,
    name: String,
    email: String,
    password: String,
}

/// Make the first person, who owns the workspace, and sign them in. Only while nobody has an account.
#[utoipa::path(post, path = "/api/v1/first-run", tag = "session", request_body = FirstRun, security(()),
    responses((status = 201, body = Session), Refused))]
pub(super) async fn first_run(
    State(desk): State<DeskState>,
    JsonBody(body): JsonBody<FirstRun>,
) -> Result<Response, Problem> {
    let new = NewPerson {
        email: &body.email,
        name: &body.name,
        role: Role::Owner,
        agent: None,
        password: Some(&body.password),
    };
    let place = create_workspace_if_none(&desk.db, &*desk.clock, &*desk.rng, &body.workspace_name).await?;
    let actor = Actor { workspace: place.id, name: "first run".to_owned() };
    let member = people::create_first_person(&desk, &actor, new).await?;
    rename_workspace(&desk.db, place.id, &body.workspace_name).await?;
    let begun = sessions::begin(&desk, member.id, &place).await?;
    with_cookie(&desk, StatusCode::CREATED, begun).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AskLink {
    email: String,
}

/// Ask for a link to set a new password. The answer is the same whether or not there is such a person.
#[utoipa::path(post, path = "/api/v1/password-reset", tag = "session", request_body = AskLink, security(()),
    responses((status = 202), Refused))]
pub(super) async fn ask_password_link(
    State(desk): State<DeskState>,
    Address(address): Address,
    JsonBody(body): JsonBody<AskLink>,
) -> Result<StatusCode, Problem> {
    let attempt = Attempt::new("reset", &body.email.trim().to_lowercase(), address);
    desk.backoff.begin(attempt, desk.clock.now()).map_err(DeskError::TooMany)?;
    // Not waited for: how long it takes would tell whether there is such a person.
    tokio::spawn(async move {
        if let Err(error) = people::send_password_link(&desk, &body.email).await {
            tracing::error!(%error, "a password link could not be made");
        }
    });
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    password: String,
}

/// Set a new password by a link, once. All sessions of the person end.
#[utoipa::path(post, path = "/api/v1/password-reset/{token}", tag = "session", request_body = NewPassword,
    params(("token" = String, Path, description = "The last part of the link")), security(()),
    responses((status = 204), Refused))]
pub(super) async fn reset_password(
    State(desk): State<DeskState>,
    PathOf(token): PathOf<String>,
    JsonBody(body): JsonBody<NewPassword>,
) -> Result<StatusCode, Problem> {
    people::reset_password(&desk, &token, &body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
