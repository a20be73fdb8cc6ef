//! People: who may sign in, and what they are in each workspace.

use super::{Actor, DeskError, DeskState, PasswordLink, Role, Workspace, audit, checked_name, is_address, new_id, sql};
use base::{DAY, HOUR, Id, Time, token};
use http_kit::token_hash;
use serde::Serialize;
use serde_json::json;
use store::{Db, Row, StoreError, Value, Write};

/// How long a link for a new password works.
const RESET_LIFE: i64 = HOUR;
/// The same for someone who never had a password.
const INVITATION_LIFE: i64 = 3 * DAY;
const PASSWORD_LETTERS: std::ops::RangeInclusive<usize> = 10..=200;

/// A person in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Member {
    #[schema(value_type = String)]
    pub id: Id,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// The agent they are, if they sell.
    #[schema(value_type = Option<String>)]
    pub agent: Option<Id>,
    /// Whether they have set a password yet.
    pub has_password: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled_at: Option<Time>,
}

fn member_of(row: &Row) -> Member {
    Member {
        id: row.id("id"),
        email: row.text("email").to_owned(),
        name: row.text("name").to_owned(),
        role: row.text("role").parse().unwrap_or(Role::Viewer),
        agent: row.opt_id("agent"),
        has_password: row.opt_text("password_hash").is_some(),
        created_at: row.time("created_at"),
        disabled_at: row.opt_time("disabled_at"),
    }
}

/// A person to be let in.
#[derive(Debug, Clone, Copy)]
pub struct NewPerson<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub role: Role,
    pub agent: Option<Id>,
    /// `None`: they choose it themselves, by a link.
    pub password: Option<&'a str>,
}

/// The form in which addresses are kept and compared.
pub(super) fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// What is wrong with a password, in words.
pub fn check_password(password: &str, email: &str) -> Result<(), DeskError> {
    let invalid = |text: &str| Err(DeskError::Invalid("people.weak_password", text.to_owned()));
    if !PASSWORD_LETTERS.contains(&password.chars().count()) {
        return invalid("a password has 10 to 200 characters: a sentence is easy to remember");
    }
    let (lower, email) = (password.to_lowercase(), normal_email(email));
    let mut letters: Vec<char> = lower.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 5 || lower == email || email.split('@').next() == Some(&*lower) {
        return invalid("this password is easy to guess: choose another one");
    }
    Ok(())
}

pub(super) struct Known {
    pub id: Id,
    pub password_hash: Option<String>,
}

pub(super) async fn find_by_email(db: &Db, email: &str) -> Result<Option<Known>, StoreError> {
    // Text on PostgreSQL holds no NUL, and no address does.
    if email.contains('\0') {
        return Ok(None);
    }
    let rows = db.query(&sql::PERSON_BY_EMAIL, &[email.into()]).await?;
    Ok(rows
        .first()
        .map(|row| Known { id: row.id("id"), password_hash: row.opt_text("password_hash").map(str::to_owned) }))
}

/// Where a person may work, and as what.
pub async fn workspaces_of(db: &Db, person: Id) -> Result<Vec<(Workspace, Role)>, StoreError> {
    let rows = db.query(&sql::MEMBER_OF, &[person.into()]).await?;
    let place = |row: &Row| Workspace {
        id: row.int("id"),
        name: row.text("name").to_owned(),
        created_at: row.time("created_at"),
    };
    Ok(rows.iter().map(|row| (place(row), row.text("role").parse().unwrap_or(Role::Viewer))).collect())
}

/// Whether anybody could sign in; while not, the first-run page is open.
pub async fn has_people(db: &Db) -> Result<bool, StoreError> {
    Ok(!db.query(&sql::PERSON_ANY, &[]).await?.is_empty())
}

/// The workspace's people after `after` (`None`: from the first), at most `rows`.
pub async fn list_people(db: &Db, workspace: i64, after: Option<Id>, rows: i64) -> Result<Vec<Member>, StoreError> {
    let after = after.unwrap_or(Id::ZERO);
    let found = db.query(&sql::MEMBERS, &[workspace.into(), after.into(), rows.into()]).await?;
    Ok(found.iter().map(member_of).collect())
}

/// The workspace's person with this id.
pub async fn find_member(db: &Db, workspace: i64, id: Id) -> Result<Option<Member>, StoreError> {
    let found = db.query(&sql::MEMBER_FIND, &[workspace.into(), id.into()]).await?;
    Ok(found.first().map(member_of))
}

/// Lets a person into the actor's workspace. Someone who works in another one already is let in as they are: their name and
/// password stay. The second answer says whether the person is new on this server.
pub async fn create_person(desk: &DeskState, actor: &Actor, new: NewPerson<'_>) -> Result<(Member, bool), DeskError> {
    create(desk, actor, new, Vec::new()).await
}

/// Makes the first person of all, the owner of the actor's workspace; a conflict where there is one already, however many
/// try at once.
pub async fn create_first_person(desk: &DeskState, actor: &Actor, new: NewPerson<'_>) -> Result<Member, DeskError> {
    let taken = || DeskError::Conflict("first_run.over", "somebody has an account here already: sign in".to_owned());
    if has_people(&desk.db).await? {
        return Err(taken());
    }
    let once = Write::one(&sql::ONCE, [Value::Static("first_run"), desk.clock.now().into()]);
    let new = NewPerson { role: Role::Owner, ..new };
    match create(desk, actor, new, vec![once]).await {
        Ok((member, _)) => Ok(member),
        Err(DeskError::Store(StoreError::Duplicate { .. }) | DeskError::Conflict(..)) => Err(taken()),
        Err(error) => Err(error),
    }
}

async fn create(
    desk: &DeskState,
    actor: &Actor,
    new: NewPerson<'_>,
    mut writes: Vec<Write>,
) -> Result<(Member, bool), DeskError> {
    let (email, name) = (normal_email(new.email), checked_name("the person's name", new.name)?);
    if !is_address(&email) {
        return Err(DeskError::Invalid("people.wrong_email", format!("{email:?} is not an e-mail address")));
    }
    let hash = match new.password {
        Some(password) => {
            check_password(password, &email)?;
            Some(desk.hasher.hash(&*desk.rng, password).await?)
        }
        None => None,
    };
    let now = desk.clock.now();
    let known = find_by_email(&desk.db, &email).await?;
    let is_new = known.is_none();
    let id = known.map_or_else(|| new_id(&*desk.rng, now), |known| known.id);
    if is_new {
        let row = [id.into(), Value::from(&email), Value::from(&name), hash.into(), now.into()];
        writes.push(Write::one(&sql::PERSON_INSERT, row));
    }
    let row = [actor.workspace.into(), id.into(), Value::Static(new.role.as_str()), new.agent.into(), now.into()];
    writes.push(Write::one(&sql::MEMBER_INSERT, row));
    let detail = json!({ "role": new.role });
    writes.push(audit::entry(actor, now, &*desk.rng, "person.created", &id.to_string(), &detail));
    match desk.db.write(writes).await {
        Err(StoreError::Duplicate { what }) if !what.contains("desk_once") => {
            let text = "this person is in the workspace already".to_owned();
            return Err(DeskError::Conflict("people.known", text));
        }
        other => other?,
    };
    let found = find_member(&desk.db, actor.workspace, id).await?;
    let member = found.ok_or_else(|| StoreError::Other(format!("person {id} is gone again")))?;
    Ok((member, is_new))
}

/// Shuts a person out of the actor's workspace and ends their sessions in it. The last owner stays.
pub async fn disable_person(desk: &DeskState, actor: &Actor, id: Id) -> Result<(), DeskError> {
    let now = desk.clock.now();
    let writes = vec![
        Write::one(&sql::WORKSPACE_LOCK, [actor.workspace.into()]),
        Write::one(&sql::MEMBER_DISABLE, [actor.workspace.into(), id.into(), now.into()]).expect(1),
        Write::one(&sql::SESSIONS_HERE, [id.into(), actor.workspace.into()]),
        audit::entry(actor, now, &*desk.rng, "person.disabled", &id.to_string(), &json!({})),
    ];
    match desk.db.write(writes).await {
        Err(StoreError::Fenced) => {}
        other => return Ok(other.map(|_| ())?),
    }
    match find_member(&desk.db, actor.workspace, id).await? {
        None => Err(DeskError::NotFound("people.not_found", format!("there is no person {id}"))),
        Some(member) if member.disabled_at.is_some() => Ok(()),
        Some(_) => Err(last_owner()),
    }
}

fn last_owner() -> DeskError {
    DeskError::Conflict("people.last_owner", "this is the last owner: make another person an owner first".to_owned())
}

/// Gives a person another role in the actor's workspace; it holds from the next request on, in every open session. The last
/// owner stays one.
pub async fn set_role(desk: &DeskState, actor: &Actor, id: Id, role: Role) -> Result<Member, DeskError> {
    let none = || DeskError::NotFound("people.not_found", format!("there is no person {id}"));
    let before = find_member(&desk.db, actor.workspace, id).await?.ok_or_else(none)?;
    if before.role == role {
        return Ok(before);
    }
    let now = desk.clock.now();
    let detail = json!({ "from": before.role, "to": role });
    let writes = vec![
        Write::one(&sql::WORKSPACE_LOCK, [actor.workspace.into()]),
        Write::one(&sql::MEMBER_SET_ROLE, [actor.workspace.into(), id.into(), Value::Static(role.as_str())]).expect(1),
        audit::entry(actor, now, &*desk.rng, "person.role_changed", &id.to_string(), &detail),
    ];
    match desk.db.write(writes).await {
        Err(StoreError::Fenced) => return Err(last_owner()),
        other => other?,
    };
    find_member(&desk.db, actor.workspace, id).await?.ok_or_else(none)
}

/// Lets a person in again who was shut out.
pub async fn enable_person(desk: &DeskState, actor: &Actor, id: Id) -> Result<(), DeskError> {
    let enable = Write::one(&sql::MEMBER_ENABLE, [actor.workspace.into(), id.into()]).expect(1);
    let now = desk.clock.now();
    let entry = audit::entry(actor, now, &*desk.rng, "person.enabled", &id.to_string(), &json!({}));
    match desk.db.write(vec![enable, entry]).await {
        Err(StoreError::Fenced) => Err(DeskError::NotFound("people.not_found", format!("there is no person {id}"))),
        other => Ok(other.map(|_| ())?),
    }
}

/// Makes a link with which a person sets a password, once. Earlier links go on working until their time is over.
pub async fn password_link(desk: &DeskState, person: Id) -> Result<Option<PasswordLink>, DeskError> {
    let places = workspaces_of(&desk.db, person).await?;
    let Some((place, _)) = places.first() else {
        return Ok(None);
    };
    let Some(member) = find_member(&desk.db, place.id, person).await? else {
        return Ok(None);
    };
    let text = token(&*desk.rng, 43);
    let now = desk.clock.now();
    let life = if member.has_password { RESET_LIFE } else { INVITATION_LIFE };
    let row = [Value::Blob(token_hash(&text).to_vec()), person.into(), now.plus(life).into()];
    let expired = Write::one(&sql::RESETS_EXPIRED, [now.into()]);
    desk.db.write(vec![expired, Write::one(&sql::RESET_INSERT, row)]).await?;
    Ok(Some(PasswordLink {
        link: format!("{}/password-reset/{text}", desk.public_url),
        email: member.email,
        name: member.name,
        is_invitation: !member.has_password,
    }))
}

/// The person who signs in with this address.
pub async fn find_person_by_email(db: &Db, email: &str) -> Result<Option<Id>, StoreError> {
    Ok(find_by_email(db, &normal_email(email)).await?.map(|known| known.id))
}

/// Sends a link to the person with this address, if there is one: whoever asks learns nothing.
pub async fn send_password_link(desk: &DeskState, email: &str) -> Result<(), DeskError> {
    let Some(known) = find_by_email(&desk.db, &normal_email(email)).await? else {
        return Ok(());
    };
    if let Some(link) = password_link(desk, known.id).await? {
        desk.links.send(link);
    }
    Ok(())
}

/// Sets a new password by a link, once; all sessions and other links of the person end.
pub async fn reset_password(desk: &DeskState, link_token: &str, password: &str) -> Result<(), DeskError> {
    // Before the link is used up: a weak password may be chosen again with the same link.
    check_password(password, "")?;
    let hash = desk.hasher.hash(&*desk.rng, password).await?;
    let now = desk.clock.now();
    let mut tx = desk.db.begin().await?;
    let used = tx.query(&sql::RESET_TAKE, &[Value::Blob(token_hash(link_token).to_vec()), now.into()]).await?;
    let Some(person) = used.first().map(|row| row.id("person")) else {
        let text = "this link was used or is too old: ask for a new one".to_owned();
        return Err(DeskError::NotFound("password_reset.not_found", text));
    };
    tx.write(vec![
        Write::one(&sql::PERSON_SET_PASSWORD, [person.into(), Value::Text(hash)]),
        Write::one(&sql::SESSIONS_OF, [person.into()]),
        Write::one(&sql::RESETS_OF, [person.into()]),
    ])
    .await?;
    tx.commit().await?;
    let places = workspaces_of(&desk.db, person).await?;
    let entry = |(place, _): &(Workspace, Role)| {
        let actor = Actor { workspace: place.id, name: format!("person:{person}") };
        audit::entry(&actor, now, &*desk.rng, "person.password_set", &person.to_string(), &json!({}))
    };
    desk.db.write(places.iter().map(entry).collect()).await?;
    Ok(())
}
