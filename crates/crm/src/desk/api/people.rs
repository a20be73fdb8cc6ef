//! People and the audit log.

use crate::desk::{Area, AuditEntry, Caller, DeskError, DeskState, Member, NewPerson, Role, Who, list_audit, people};
use axum::{Extension, Json, extract::State, http::StatusCode, response::IntoResponse};
use base::Id;
use http_kit::{JsonBody, Page, Paging, PagingQuery, PathOf, Problem, Refused, Unrepeatable};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The people of the workspace.
#[utoipa::path(get, operation_id = "list_people", path = "/api/v1/people", tag = "people", params(PagingQuery),
    responses((status = 200, body = Page<Member>), Refused))]
pub(super) async fn list(
    State(desk): State<DeskState>,
    caller: Caller,
    paging: Paging,
) -> Result<Json<Page<Member>>, Problem> {
    caller.read(Area::People)?;
    let rows = people::list_people(&desk.db, caller.workspace, paging.after()?, paging.rows()).await;
    Ok(Json(Page::of(rows.map_err(DeskError::from)?, &paging, |member| member.id)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreatePerson {
    email: String,
    name: String,
    role: Role,
    /// The agent they are, if they sell.
    #[schema(value_type = Option<String>)]
    agent: Option<Id>,
}

/// A person just let in.
#[derive(Serialize, ToSchema)]
pub(super) struct CreatedPerson {
    person: Member,
    /// Where a person who is new on this server sets their password; it was sent to them too. Shown once.
    invitation_link: Option<String>,
}

/// Let a person into the workspace. They choose their password themselves, by the link. Only an owner makes owners.
#[utoipa::path(post, operation_id = "create_person", path = "/api/v1/people", tag = "people", request_body = CreatePerson,
    responses((status = 201, body = CreatedPerson), Refused))]
pub(super) async fn create(
    State(desk): State<DeskState>,
    caller: Caller,
    JsonBody(body): JsonBody<CreatePerson>,
) -> Result<impl IntoResponse, Problem> {
    caller.write(Area::People)?;
    if body.role == Role::Owner && !is_owner(&caller) {
        return Err(Problem::forbidden("people.owners_only", "only an owner makes another person an owner"));
    }
    let CreatePerson { email, name, role, agent } = &body;
    let new = NewPerson { email, name, role: *role, agent: *agent, password: None };
    let (person, is_new) = people::create_person(&desk, &caller.actor(), new).await?;
    let mut invitation_link = None;
    // Never for somebody who has an account elsewhere: the link would give it away.
    if is_new && let Some(link) = people::password_link(&desk, person.id).await? {
        invitation_link = Some(link.link.clone());
        desk.links.send(link);
    }
    let body = CreatedPerson { person, invitation_link };
    Ok((StatusCode::CREATED, Extension(Unrepeatable), Json(body)))
}

fn is_owner(caller: &Caller) -> bool {
    matches!(&caller.who, Who::Person(person) if person.role == Role::Owner)
}

/// Shut a person out of the workspace; their sessions in it end at once. The last owner stays.
#[utoipa::path(post, operation_id = "disable_person", path = "/api/v1/people/{id}/disable", tag = "people", params(("id" = String, Path)),
    responses((status = 204), Refused))]
pub(super) async fn disable(
    State(desk): State<DeskState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<StatusCode, Problem> {
    caller.write(Area::People)?;
    guard_owner(&desk, &caller, id).await?;
    people::disable_person(&desk, &caller.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let a person in again.
#[utoipa::path(post, operation_id = "enable_person", path = "/api/v1/people/{id}/enable", tag = "people", params(("id" = String, Path)),
    responses((status = 204), Refused))]
pub(super) async fn enable(
    State(desk): State<DeskState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
) -> Result<StatusCode, Problem> {
    caller.write(Area::People)?;
    guard_owner(&desk, &caller, id).await?;
    people::enable_person(&desk, &caller.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonRole {
    role: Role,
}

/// Give a person another role. It holds at once, in their open sessions too. Only an owner makes owners or changes one; the last
/// owner stays one.
#[utoipa::path(put, operation_id = "set_person_role", path = "/api/v1/people/{id}/role", tag = "people", params(("id" = String, Path)),
    request_body = PersonRole, responses((status = 200, body = Member), Refused))]
pub(super) async fn set_role(
    State(desk): State<DeskState>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<PersonRole>,
) -> Result<Json<Member>, Problem> {
    caller.write(Area::People)?;
    guard_owner(&desk, &caller, id).await?;
    if body.role == Role::Owner && !is_owner(&caller) {
        return Err(Problem::forbidden("people.owners_only", "only an owner makes another person an owner"));
    }
    Ok(Json(people::set_role(&desk, &caller.actor(), id, body.role).await?))
}

/// What concerns an owner is for owners.
async fn guard_owner(desk: &DeskState, caller: &Caller, id: Id) -> Result<(), Problem> {
    let member = people::find_member(&desk.db, caller.workspace, id).await.map_err(DeskError::from)?;
    if member.is_some_and(|member| member.role == Role::Owner) && !is_owner(caller) {
        return Err(Problem::forbidden("people.owners_only", "only an owner can do this to an owner"));
    }
    Ok(())
}

/// Who did what at the desk, newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "people", params(PagingQuery),
    responses((status = 200, body = Page<AuditEntry>), Refused))]
pub(super) async fn audit(
    State(desk): State<DeskState>,
    caller: Caller,
    paging: Paging,
) -> Result<Json<Page<AuditEntry>>, Problem> {
    caller.read(Area::Audit)?;
    let rows = list_audit(&desk.db, caller.workspace, paging.after()?, paging.rows()).await;
    Ok(Json(Page::of(rows.map_err(DeskError::from)?, &paging, |entry| entry.id)))
}
