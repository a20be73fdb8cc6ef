//! Who calls: a program with a key, or a person with a session. The workspace is always theirs, never the request's.

use super::{Actor, Area, DeskState, KeyKind, LiveKey, Permission, Permissions, Role, sessions, store_problem};
use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, Method, header, request::Parts},
};
use base::Id;
use base64::{Engine, prelude::BASE64_STANDARD};
use http_kit::{NOT_ALLOWED, Problem};

/// The header in which a page repeats its session's CSRF token on each write.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// A caller that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The partition of everything they may see.
    pub workspace: i64,
    pub who: Who,
    pub permissions: Permissions,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Key { id: Id, source: i64, kind: KeyKind },
    Person(Person),
}

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: Id,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// The agent they are, if they sell.
    pub agent: Option<Id>,
    /// The hash of the session's token.
    pub session: [u8; 32],
    pub csrf: String,
}

impl Caller {
    fn of_key(key: &LiveKey) -> Caller {
        Caller {
            workspace: key.workspace,
            who: Who::Key { id: key.id, source: key.source, kind: key.kind },
            permissions: key.permissions,
        }
    }

    /// The refusal of a caller who may not.
    pub fn require(&self, permission: Permission) -> Result<(), Problem> {
        if self.permissions.has(permission) {
            return Ok(());
        }
        let detail = match &self.who {
            Who::Key { .. } => format!("this key has no scope {permission}"),
            Who::Person(person) => {
                format!("your role {} does not include {permission}", person.role.as_str())
            }
        };
        Err(Problem::forbidden(NOT_ALLOWED, detail))
    }

    /// As [`Caller::require`], for reading.
    pub fn read(&self, area: Area) -> Result<(), Problem> {
        self.require(Permission::Read(area))
    }

    /// As [`Caller::require`], for writing.
    pub fn write(&self, area: Area) -> Result<(), Problem> {
        self.require(Permission::Write(area))
    }

    /// The name under which the audit log knows them: `person:ID` or `key:ID`.
    pub fn name(&self) -> String {
        match &self.who {
            Who::Key { id, .. } => format!("key:{id}"),
            Who::Person(person) => format!("person:{}", person.id),
        }
    }

    pub fn actor(&self) -> Actor {
        Actor { workspace: self.workspace, name: self.name() }
    }

    /// The person, for what only people may do.
    pub fn person(&self) -> Result<&Person, Problem> {
        match &self.who {
            Who::Person(person) => Ok(person),
            Who::Key { .. } => {
                let detail = "only a person who is signed in can do this, not a key";
                Err(Problem::forbidden("auth.people_only", detail))
            }
        }
    }

    /// Who is calling, by what the request carries; writes of a session need its CSRF token.
    pub async fn find(desk: &DeskState, method: &Method, headers: &HeaderMap) -> Result<Caller, Problem> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let text = value.to_str().ok().and_then(key_text);
            let key = text.and_then(|text| desk.keys.find(&text));
            let unknown = || Problem::unauthorized("auth.unknown_key", "the API key is unknown or revoked");
            return key.map(|key| Caller::of_key(&key)).ok_or_else(unknown);
        }
        let Some((workspace, person)) = sessions::of_request(desk, headers).await.map_err(|e| store_problem(&e))?
        else {
            let detail = "sign in, or send an API key as a bearer token";
            return Err(Problem::unauthorized("auth.not_signed_in", detail));
        };
        if !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
            let said = headers.get(CSRF_HEADER).map_or(&b""[..], |value| value.as_bytes());
            if !http_kit::same_bytes(said, person.csrf.as_bytes()) {
                let detail = "send the session's csrf_token in the header X-CSRF-Token";
                return Err(Problem::forbidden("auth.csrf", detail));
            }
        }
        Ok(Caller { workspace, permissions: person.role.permissions(), who: Who::Person(person) })
    }
}

/// The key in an Authorization header: a bearer token, or the user name of basic authentication.
fn key_text(value: &str) -> Option<String> {
    let (scheme, rest) = value.trim().split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(rest.trim()).ok()?).ok()?;
    decoded.split(':').next().map(str::to_owned)
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    DeskState: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Caller, Problem> {
        Caller::find(&DeskState::from_ref(state), &parts.method, &parts.headers).await
    }
}
