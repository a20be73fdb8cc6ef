//! (until the desk has its own)

use crate::desk::{Area, DeskState, Permission, Permissions};
use axum::{
    extract::{FromRef, FromRequestParts},
    http::{header, request::Parts},
};
use http_kit::{NOT_ALLOWED, Problem};

#[derive(Debug, Clone)]
pub struct Caller {
    pub workspace: i64,
    pub permissions: Permissions,
    name: String,
}

pub struct Person {
    pub email: String,
    pub name: String,
}

impl Caller {
    fn require(&self, permission: Permission) -> Result<(), Problem> {
        if self.permissions.has(permission) {
            Ok(())
        } else {
            Err(Problem::forbidden(
                NOT_ALLOWED,
                format!("this key has no scope {permission}"),
            ))
        }
    }

    pub fn read(&self, area: Area) -> Result<(), Problem> {
        self.require(Permission::Read(area))
    }

    pub fn write(&self, area: Area) -> Result<(), Problem> {
        self.require(Permission::Write(area))
    }

    pub fn name(&self) -> String {
        self.name.clone()
    }

    pub fn person(&self) -> Result<&Person, Problem> {
        Err(Problem::forbidden(
            "auth.people_only",
            "only a person who is signed in can do this, not a key",
        ))
    }
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    DeskState: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Caller, Problem> {
        let desk = DeskState::from_ref(state);
        let text = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.strip_prefix("Bearer "));
        let key = text.and_then(|text| desk.keys.find(text));
        let key = key.ok_or_else(|| Problem::unauthorized("auth.unknown", "sign in"))?;
        Ok(Caller {
            workspace: key.workspace,
            permissions: key.permissions,
            name: format!("key:{}", key.id),
        })
    }
}
