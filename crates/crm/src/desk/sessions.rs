//! Sessions: a random token in a cookie, its hash in the database.

use super::{Actor, Attempt, DeskError, DeskState, Person, Role, Workspace, audit, people, sql};
use axum::http::{HeaderMap, HeaderValue};
use base::{DAY, HOUR, Id, MINUTE, Time, token};
use http_kit::token_hash;
use std::net::IpAddr;
use store::{StoreError, Value, Write};

/// A session ends after so long without a request…
const IDLE: i64 = 12 * HOUR;
/// …and at the latest after this.
const ABSOLUTE: i64 = 30 * DAY;
/// Letters of a token: 6 bits each, so 258 bits.
const TOKEN_LETTERS: usize = 43;

/// A session just begun: what goes to the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    pub workspace: i64,
    pub person: Person,
    /// The value of `Set-Cookie`.
    pub cookie: String,
}

/// The name of the cookie. Browsers take the `__Host-` one only by https, for this very host.
pub fn cookie_name(desk: &DeskState) -> &'static str {
    if desk.is_https() { "__Host-ritorno" } else { "ritorno" }
}

fn cookie_of(desk: &DeskState, value: &str, seconds: i64) -> String {
    let secure = if desk.is_https() { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", cookie_name(desk))
}

/// The value of `Set-Cookie` that takes the cookie away.
pub fn no_cookie(desk: &DeskState) -> HeaderValue {
    HeaderValue::from_str(&cookie_of(desk, "", 0)).expect("a plain cookie")
}

/// Signs a person in. A wrong address and a wrong password give the same answer after the same work; each wrong try makes the
/// next ones on that account, and from that network address, wait longer. `workspace` is where they want to work, if they may
/// in several.
pub async fn sign_in(
    desk: &DeskState,
    email: &str,
    password: &str,
    workspace: Option<i64>,
    address: Option<IpAddr>,
) -> Result<Begun, DeskError> {
    let email = people::normal_email(email);
    let attempt = Attempt::new("sign in", &email, address);
    desk.backoff.begin(attempt, desk.clock.now()).map_err(DeskError::TooMany)?;
    let known = people::find_by_email(&desk.db, &email).await?;
    let hash = known.as_ref().and_then(|known| known.password_hash.as_deref());
    let matches = desk.hasher.verify(password, hash).await?;
    let Some(known) = known.filter(|_| matches) else {
        return Err(DeskError::WrongPassword);
    };
    let places = people::workspaces_of(&desk.db, known.id).await?;
    let place = match workspace {
        Some(wanted) => places.iter().find(|(place, _)| place.id == wanted),
        None => places.first(),
    };
    // Disabled everywhere: as if there were no such person.
    let Some((place, _)) = place else {
        return Err(DeskError::WrongPassword);
    };
    desk.backoff.succeeded(attempt);
    begin(desk, known.id, place).await
}

/// Begins a session for a person who has proved who they are.
pub async fn begin(desk: &DeskState, person: Id, place: &Workspace) -> Result<Begun, DeskError> {
    let (text, csrf) = (token(&*desk.rng, TOKEN_LETTERS), token(&*desk.rng, 32));
    let (now, hash) = (desk.sessions_clock.now(), token_hash(&text));
    let row = [
        Value::Blob(hash.to_vec()),
        person.into(),
        place.id.into(),
        now.into(),
        now.into(),
        now.plus(ABSOLUTE).into(),
        Value::Text(csrf),
    ];
    let expired = Write::one(&sql::SESSIONS_EXPIRED, [now.into()]);
    let actor = Actor { workspace: place.id, name: format!("person:{person}") };
    let entry = audit::entry(&actor, now, &*desk.rng, "session.began", &person.to_string(), &serde_json::json!({}));
    desk.db.write(vec![expired, Write::one(&sql::SESSION_INSERT, row), entry]).await?;
    let found = find(desk, hash).await?;
    let (workspace, person) = found.ok_or(DeskError::WrongPassword)?;
    Ok(Begun { workspace, person, cookie: cookie_of(desk, &text, ABSOLUTE / base::SECOND) })
}

/// The session of a request, if it has a live one: the workspace and the person.
pub(super) async fn of_request(desk: &DeskState, headers: &HeaderMap) -> Result<Option<(i64, Person)>, StoreError> {
    let Some(text) = http_kit::cookie(headers, cookie_name(desk)).filter(|text| text.len() == TOKEN_LETTERS) else {
        return Ok(None);
    };
    find(desk, token_hash(text)).await
}

async fn find(desk: &DeskState, hash: [u8; 32]) -> Result<Option<(i64, Person)>, StoreError> {
    let rows = desk.db.query(&sql::SESSION_FIND, &[Value::Blob(hash.to_vec())]).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let (now, last_seen) = (desk.sessions_clock.now(), row.time("last_seen"));
    if now >= row.time("expires") || now - last_seen >= IDLE {
        return Ok(None);
    }
    if now - last_seen >= MINUTE {
        seen(desk, hash, now).await?;
    }
    // A role of a newer release gives nothing here.
    let role = row.text("role").parse().unwrap_or(Role::Viewer);
    let person = Person {
        id: row.id("person"),
        name: row.text("name").to_owned(),
        email: row.text("email").to_owned(),
        role,
        agent: row.opt_id("agent"),
        session: hash,
        csrf: row.text("csrf").to_owned(),
    };
    Ok(Some((row.int("workspace"), person)))
}

/// Notes, to the minute, that the session is in use.
async fn seen(desk: &DeskState, hash: [u8; 32], now: Time) -> Result<(), StoreError> {
    let row = [Value::Blob(hash.to_vec()), now.into()];
    desk.db.write(vec![Write::one(&sql::SESSION_SEEN, row)]).await.map(|_| ())
}

/// Moves a session to another workspace of its person.
pub async fn change_workspace(desk: &DeskState, person: &Person, workspace: i64) -> Result<(), DeskError> {
    let places = people::workspaces_of(&desk.db, person.id).await?;
    if !places.iter().any(|(place, _)| place.id == workspace) {
        let text = format!("there is no workspace {workspace} in which you may work");
        return Err(DeskError::NotFound("workspaces.not_found", text));
    }
    let row = [Value::Blob(person.session.to_vec()), workspace.into()];
    desk.db.write(vec![Write::one(&sql::SESSION_MOVE, row)]).await?;
    Ok(())
}

/// Ends one session.
pub async fn sign_out(desk: &DeskState, person: &Person) -> Result<(), DeskError> {
    desk.db.write(vec![Write::one(&sql::SESSION_DELETE, [Value::Blob(person.session.to_vec())])]).await?;
    Ok(())
}

/// Ends all sessions of a person, everywhere.
pub async fn sign_out_everywhere(desk: &DeskState, person: Id) -> Result<(), DeskError> {
    desk.db.write(vec![Write::one(&sql::SESSIONS_OF, [person.into()])]).await?;
    Ok(())
}

/// The network address of a request: the peer's; where a proxy on this machine stands before us, the one it names last.
pub fn address_of(peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
    let peer = peer?;
    if !peer.is_loopback() {
        return Some(peer);
    }
    let named =
        headers.get("x-forwarded-for").and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    Some(named.unwrap_or(peer))
}
