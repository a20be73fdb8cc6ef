//! The desk: workspaces, agents, people, sources and keys.
//!
//! Start reading at [`DeskState`] and [`Caller`]: every route takes a caller, and the workspace is always the caller's.

mod api;
mod audit;
mod backoff;
mod caller;
mod error;
mod idempotency;
mod keys;
mod model;
mod people;
mod permission;
mod ring;
mod sessions;
mod sources;
pub mod sql;
mod state;
mod workspaces;

pub use api::router;
pub use audit::{Actor, AuditEntry, entry as audit_entry, list_audit};
pub use backoff::{Attempt, Backoff};
pub use caller::{CSRF_HEADER, Caller, Person, Who};
use error::checked_name;
pub use error::{DeskError, store_problem};
pub use keys::{Key, KeyKind, KeyKindError, MadeKey, NewKey, create_key, list_keys, revoke_key};
pub use model::{Agent, Settings, is_address};
pub use people::{
    Member, NewPerson, check_password, create_first_person, create_person, disable_person, enable_person, find_member,
    find_person_by_email, has_people, list_people, password_link, reset_password, workspaces_of,
};
pub use permission::{Area, Permission, Permissions, Role, RoleError, ScopeError};
pub use ring::{KeyRing, LiveKey};
pub use sessions::{Begun, begin as begin_session};
pub(crate) use sources::source_named;
pub use sources::{Source, create_source, find_source, list_sources};
pub(crate) use state::new_id;
pub use state::{DeskState, NoLinks, PasswordLink, SendLink};
pub use workspaces::{
    Workspace, create_workspace, create_workspace_if_none, list_workspaces, rename_workspace, workspace_secret,
};

#[cfg(test)]
pub(crate) mod rig;
#[cfg(test)]
mod tests;
