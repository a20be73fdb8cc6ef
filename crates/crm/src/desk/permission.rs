//! What a person's role or a key's scopes allow. Each route asks for exactly one [`Permission`].

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! areas {
    ($($(#[$doc:meta])* $area:ident = $name:literal,)*) => {
        /// A part of the desk.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Area { $($(#[$doc])* $area,)* }

        impl Area {
            /// All of them.
            pub const ALL: &[Area] = &[$(Area::$area,)*];

            /// The name in a scope.
            pub fn name(self) -> &'static str {
                match self { $(Area::$area => $name,)* }
            }
        }
    };
}

areas! {
    /// What comes in through the door; writing is sending events.
    Events = "events",
    /// Events that were not understood.
    Quarantine = "quarantine",
    Customers = "customers",
    /// Carts, deals and orders.
    Carts = "carts",
    /// Flows and their journeys.
    Flows = "flows",
    Messages = "messages",
    Reports = "reports",
    Agents = "agents",
    /// Sources and their keys.
    Sources = "sources",
    Settings = "settings",
    People = "people",
    Audit = "audit",
    /// What people are to do for journeys.
    Tasks = "tasks",
    /// Products, stock and stores.
    Catalogue = "catalogue",
}

/// The right to read or to write in an area. Writing does not include reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    Read(Area),
    Write(Area),
}

impl Permission {
    fn bit(self) -> u64 {
        match self {
            Permission::Read(area) => 1 << (area as u64 * 2),
            Permission::Write(area) => 2 << (area as u64 * 2),
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Permission::Read(area) => write!(f, "{}:read", area.name()),
            Permission::Write(area) => write!(f, "{}:write", area.name()),
        }
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u64);

impl Permissions {
    pub const NONE: Permissions = Permissions(0);
    /// Also of areas that do not exist yet.
    pub const ALL: Permissions = Permissions(u64::MAX);

    pub fn of(permissions: &[Permission]) -> Permissions {
        Permissions(permissions.iter().fold(0, |bits, permission| bits | permission.bit()))
    }

    pub fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether all of the other set are among these.
    pub fn include(self, other: Permissions) -> bool {
        other.0 & !self.0 == 0
    }

    pub(super) fn with(self, other: Permissions) -> Permissions {
        Permissions(self.0 | other.0)
    }

    /// Reads scopes such as `customers:read`, `carts:*` and `*`; the error names the one that is not a scope.
    pub fn from_scopes<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Result<Permissions, ScopeError> {
        scopes.into_iter().try_fold(Permissions::NONE, |all, scope| Ok(all.with(scope_of(scope)?)))
    }
}

/// The text is not a scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a scope: say AREA:read, AREA:write or *, where AREA is one of {areas}", areas = names())]
pub struct ScopeError(String);

fn names() -> String {
    Area::ALL.iter().map(|area| area.name()).collect::<Vec<_>>().join(", ")
}

fn scope_of(scope: &str) -> Result<Permissions, ScopeError> {
    if scope == "*" {
        return Ok(Permissions::ALL);
    }
    let error = || ScopeError(scope.chars().take(40).collect());
    let (area, right) = scope.split_once(':').ok_or_else(error)?;
    let area = *Area::ALL.iter().find(|known| known.name() == area).ok_or_else(error)?;
    match right {
        "read" => Ok(Permissions::of(&[Permission::Read(area)])),
        "write" => Ok(Permissions::of(&[Permission::Write(area)])),
        "*" => Ok(Permissions::of(&[Permission::Read(area), Permission::Write(area)])),
        _ => Err(error()),
    }
}

/// What a person is in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, and cannot be shut out while the last one.
    Owner,
    /// Everything, except for making owners.
    Admin,
    /// Flows, messages and campaigns; reads the rest of the shop's side.
    Marketer,
    /// Customers, carts and tasks; reads what was sent.
    Agent,
    /// Reads the shop's side.
    Viewer,
}

impl Role {
    const ALL: [Role; 5] = [Role::Owner, Role::Admin, Role::Marketer, Role::Agent, Role::Viewer];

    pub fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Admin => "admin",
            Role::Marketer => "marketer",
            Role::Agent => "agent",
            Role::Viewer => "viewer",
        }
    }

    pub fn permissions(self) -> Permissions {
        use Area::{
            Agents, Carts, Catalogue, Customers, Events, Flows, Messages, Quarantine, Reports, Settings, Tasks,
        };
        use Permission::{Read, Write};
        let shop = Permissions::of(&[
            Read(Customers),
            Read(Carts),
            Read(Flows),
            Read(Messages),
            Read(Reports),
            Read(Agents),
            Read(Tasks),
            Read(Catalogue),
        ]);
        match self {
            Role::Owner | Role::Admin => Permissions::ALL,
            Role::Marketer => shop.with(Permissions::of(&[
                Write(Customers),
                Write(Carts),
                Write(Flows),
                Write(Messages),
                Write(Tasks),
                Write(Catalogue),
                Read(Events),
                Read(Quarantine),
                Read(Settings),
            ])),
            Role::Agent => shop.with(Permissions::of(&[Write(Customers), Write(Carts), Write(Tasks)])),
            Role::Viewer => shop,
        }
    }
}

/// The text is not a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a role: say owner, admin, marketer, agent or viewer")]
pub struct RoleError(String);

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Role, RoleError> {
        let found = Role::ALL.into_iter().find(|role| role.as_str() == text);
        found.ok_or_else(|| RoleError(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_allow_what_they_name_and_nothing_else() {
        let check = |scopes: &str, permission: Permission, allowed: bool| {
            let permissions = Permissions::from_scopes(scopes.split(' ')).expect("scopes");
            assert_eq!(permissions.has(permission), allowed, "{scopes} {permission}");
        };
        check("customers:read", Permission::Read(Area::Customers), true);
        check("customers:read", Permission::Write(Area::Customers), false);
        check("customers:write", Permission::Read(Area::Customers), false);
        check("carts:* events:write", Permission::Write(Area::Carts), true);
        check("carts:* events:write", Permission::Write(Area::Events), true);
        check("carts:*", Permission::Read(Area::People), false);
        check("*", Permission::Write(Area::Audit), true);
        for wrong in ["", "customers", "customers:delete", "ghosts:read", "**"] {
            let error = Permissions::from_scopes([wrong]).expect_err("refused").to_string();
            assert!(error.contains("customers"), "{error}");
        }
    }

    #[test]
    fn roles_read_back_what_they_print_and_only_admins_see_people() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            let sees_people = role.permissions().has(Permission::Read(Area::People));
            assert_eq!(sees_people, matches!(role, Role::Owner | Role::Admin), "{role:?}");
        }
        assert!("king".parse::<Role>().is_err());
    }
}
