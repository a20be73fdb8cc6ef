//! Keys: what lets a program in. Only the hash of a key is stored; its text is shown once.

use super::{Actor, DeskError, Permission, Permissions, audit, checked_name, new_id, sources, sql};
use base::{Clock, Id, Rng, Time, token};
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use store::{Db, Row, StoreError, Value, Write};

/// The channel on which a changed key is told to all processes.
pub const CHANNEL: &str = "desk_keys";

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Sends events; may stand in a web page.
    Write,
    /// Sends events, from a server.
    Secret,
    /// Uses the API, as far as its scopes go.
    Api,
}

impl KeyKind {
    pub fn as_str(self) -> &'static str {
        match self {
            KeyKind::Write => "write",
            KeyKind::Secret => "secret",
            KeyKind::Api => "api",
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            KeyKind::Write => "wk_",
            KeyKind::Secret => "sk_",
            KeyKind::Api => "ak_",
        }
    }

    fn source_kind(self) -> &'static str {
        match self {
            KeyKind::Write => "browser",
            KeyKind::Secret | KeyKind::Api => "server",
        }
    }
}

/// The text is not a kind of key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a kind of key: say write, secret or api")]
pub struct KeyKindError(String);

impl FromStr for KeyKind {
    type Err = KeyKindError;

    fn from_str(text: &str) -> Result<KeyKind, KeyKindError> {
        let found = [KeyKind::Write, KeyKind::Secret, KeyKind::Api].into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| KeyKindError(text.chars().take(40).collect()))
    }
}

/// A key as it is listed: never its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Key {
    #[schema(value_type = String)]
    pub id: Id,
    pub kind: KeyKind,
    pub name: String,
    /// The source its events come from; 0: it sends none.
    pub source: i64,
    /// For an `api` key: `customers:read`, …, `*`.
    pub scopes: Vec<String>,
    /// How its text begins.
    pub prefix: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Time>,
    /// To the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Time>,
}

/// A key to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewKey<'a> {
    pub kind: KeyKind,
    pub name: &'a str,
    /// For an `api` key, at least one; for the others none.
    pub scopes: &'a [String],
    /// `None`: the source with the key's name, made where there is none. An `api` key that sends no events has no source.
    pub source: Option<i64>,
}

/// A key just made, with the text that is shown this once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeKey {
    pub key: Key,
    pub text: String,
}

/// Makes a key in the actor's workspace. It works in all processes within a second.
pub async fn create_key(
    db: &Db,
    clock: &dyn Clock,
    rng: &dyn Rng,
    actor: &Actor,
    new: NewKey<'_>,
) -> Result<MadeKey, DeskError> {
    let name = checked_name("the key's name", new.name)?;
    let source = source_of(db, clock, rng, actor, &new).await?;
    let text = format!("{}{}", new.kind.prefix(), token(rng, 32));
    let created_at = clock.now();
    let key = Key {
        id: new_id(rng, created_at),
        kind: new.kind,
        name,
        source,
        scopes: new.scopes.to_vec(),
        prefix: text[..6].to_owned(),
        created_at,
        revoked_at: None,
        last_used_at: None,
    };
    let row = [
        Value::Blob(http_kit::token_hash(&text).to_vec()),
        key.id.into(),
        actor.workspace.into(),
        source.into(),
        Value::Static(key.kind.as_str()),
        Value::Text(key.scopes.join(" ")),
        Value::from(&key.name),
        Value::from(&key.prefix),
        created_at.into(),
    ];
    let detail = serde_json::json!({ "name": key.name, "kind": key.kind, "scopes": key.scopes, "source": source });
    let entry = audit::entry(actor, created_at, rng, "key.created", &key.id.to_string(), &detail);
    db.write(vec![Write::one(&sql::KEY_INSERT, row), entry]).await?;
    tell(db).await;
    Ok(MadeKey { key, text })
}

async fn source_of(
    db: &Db,
    clock: &dyn Clock,
    rng: &dyn Rng,
    actor: &Actor,
    new: &NewKey<'_>,
) -> Result<i64, DeskError> {
    let invalid = |text: String| DeskError::Invalid("keys.wrong_scopes", text);
    let permissions =
        Permissions::from_scopes(new.scopes.iter().map(String::as_str)).map_err(|e| invalid(e.to_string()))?;
    match (new.kind, new.scopes.is_empty()) {
        (KeyKind::Api, true) => {
            return Err(invalid("an api key needs at least one scope, such as customers:read or *".to_owned()));
        }
        (KeyKind::Write | KeyKind::Secret, false) => {
            return Err(invalid(
                "a write or secret key only sends events and takes no scopes: make an api key".to_owned(),
            ));
        }
        _ => {}
    }
    if let Some(id) = new.source {
        let found = sources::find_source(db, actor.workspace, id).await?;
        return found
            .map(|source| source.id)
            .ok_or_else(|| DeskError::NotFound("sources.not_found", format!("there is no source {id}")));
    }
    if new.kind == KeyKind::Api && !permissions.has(Permission::Write(super::Area::Events)) {
        return Ok(0);
    }
    Ok(sources::source_named(db, clock, rng, actor, new.name, new.kind.source_kind()).await?.id)
}

/// The workspace's keys after `after` (`None`: from the oldest), revoked ones too, at most `rows`.
pub async fn list_keys(db: &Db, workspace: i64, after: Option<Id>, rows: i64) -> Result<Vec<Key>, StoreError> {
    let after = after.unwrap_or(Id::ZERO);
    let found = db.query(&sql::KEYS, &[workspace.into(), after.into(), rows.into()]).await?;
    Ok(found.iter().map(key_of).collect())
}

fn key_of(row: &Row) -> Key {
    Key {
        id: row.id("id"),
        kind: row.text("kind").parse().expect("we wrote the kind"),
        name: row.text("name").to_owned(),
        source: row.int("source"),
        scopes: row.text("scopes").split_whitespace().map(str::to_owned).collect(),
        prefix: row.text("prefix").to_owned(),
        created_at: row.time("created_at"),
        revoked_at: row.opt_time("revoked_at"),
        last_used_at: row.opt_time("last_used_at"),
    }
}

/// Revokes a key of the actor's workspace; it stops working in all processes within a second. `false`: there is no such key,
/// or it is revoked already.
pub async fn revoke_key(db: &Db, clock: &dyn Clock, rng: &dyn Rng, actor: &Actor, id: Id) -> Result<bool, DeskError> {
    let now = clock.now();
    let revoke = Write::one(&sql::KEY_REVOKE, [actor.workspace.into(), id.into(), now.into()]).expect(1);
    let entry = audit::entry(actor, now, rng, "key.revoked", &id.to_string(), &serde_json::json!({}));
    match db.write(vec![revoke, entry]).await {
        Ok(_) => {
            tell(db).await;
            Ok(true)
        }
        Err(StoreError::Fenced) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Wakes the caches; one that misses it looks by itself within half a second.
async fn tell(db: &Db) {
    if let Err(error) = db.notify(CHANNEL, "").await {
        tracing::warn!(%error, "the change of a key could not be told to other processes");
    }
}
