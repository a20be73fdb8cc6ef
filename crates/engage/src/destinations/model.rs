//! What a destination is.

use adapters::crms::{Kind, Target};
use base::{Id, Time};
use crm::connections::Secret;
use std::collections::BTreeMap;
use store::Row;

/// Another CRM of the workspace.
#[derive(Debug, Clone)]
pub struct Destination {
    pub workspace: i64,
    pub id: Id,
    /// What flows call it by; unique in the workspace.
    pub name: String,
    pub kind: Kind,
    /// Without a slash at the end.
    pub base_url: String,
    pub credentials: BTreeMap<String, Secret>,
    /// Where something is called otherwise than by default.
    pub settings: BTreeMap<String, String>,
    /// What a check found there; empty: it was not checked since it was last changed.
    pub found: BTreeMap<String, String>,
    pub is_checked: bool,
    pub created_at: Time,
    pub last_ok_at: Option<Time>,
    /// How often something was handed over.
    pub handed_over: i64,
    pub last_error: Option<String>,
    pub last_error_at: Option<Time>,
}

impl Destination {
    /// `None` of a kind that this release does not know.
    pub(super) fn of(row: &Row) -> Option<Destination> {
        let map = |name: &str| serde_json::from_str::<BTreeMap<String, String>>(row.text(name)).unwrap_or_default();
        Some(Destination {
            workspace: row.int("workspace"),
            id: row.id("id"),
            name: row.text("name").to_owned(),
            kind: Kind::read(row.text("kind"))?,
            base_url: row.text("base_url").to_owned(),
            credentials: map("credentials").into_iter().map(|(name, value)| (name, Secret(value))).collect(),
            settings: map("settings"),
            found: map("found"),
            is_checked: row.int("is_checked") != 0,
            created_at: row.time("created_at"),
            last_ok_at: row.opt_time("last_ok_at"),
            handed_over: row.int("handed_over"),
            last_error: row.opt_text("last_error").map(str::to_owned),
            last_error_at: row.opt_time("last_error_at"),
        })
    }

    /// How it is spoken to.
    pub fn target(&self) -> Target {
        Target {
            kind: self.kind,
            base_url: self.base_url.clone(),
            credentials: self.credentials.iter().map(|(name, value)| (name.clone(), value.0.clone())).collect(),
            settings: self.settings.clone(),
            found: self.found.clone(),
        }
    }
}
