//! What the command line can ask for, carried out by whoever has the database: this process, or the server beside it.

use crate::{catalogue_files::bytes_of, serve::Server};
use adapters::feeds::Format;
use base::SystemRng;
use crm::{
    catalogue::{self, Import},
    desk::{Actor, KeyKind, NewKey, create_key, list_keys, list_workspaces, revoke_key},
};
use engage::{commands, flows::look_again, shared::Shared};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{path::PathBuf, sync::Arc, time::Duration};

/// One request of the command line.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Operation {
    KeyCreate {
        kind: String,
        name: String,
        scopes: Vec<String>,
    },
    KeyList,
    KeyRevoke {
        id: String,
    },
    PersonCreate {
        email: String,
        name: String,
        password: Option<String>,
        role: String,
    },
    PasswordLink {
        email: String,
    },
    FlowImport {
        import: commands::ImportFlow,
    },
    FlowList,
    FlowEnable {
        flow: String,
        parameters: std::collections::BTreeMap<String, String>,
    },
    FlowDisable {
        flow: String,
    },
    SettingsSet {
        values: serde_json::Map<String, Json>,
    },
    HoldRelease,
    /// What the server finds when it looks at itself.
    Doctor,
    Backup {
        to: PathBuf,
    },
    /// What concerns connected shops.
    Shops(crate::connections::Asked),
    /// What concerns other CRMs.
    Destinations(crate::destinations::Asked),
    /// Takes in a product feed that stands on this machine.
    CatalogueImport {
        file: PathBuf,
        source: String,
        format: Option<String>,
    },
}

/// Carries out operations.
#[derive(Clone)]
pub struct Office {
    server: Arc<Server>,
    /// Whether the server goes on after the operation, so that long work may be left running.
    stays_open: bool,
}

impl Office {
    pub fn new(server: Arc<Server>) -> Office {
        Office { server, stays_open: true }
    }

    /// Of a command line that ends after its one operation.
    pub fn for_once(server: Arc<Server>) -> Office {
        Office { server, stays_open: false }
    }

    /// Does it in the first workspace; the error is a sentence.
    pub async fn carry_out(&self, operation: Operation) -> Result<Json, String> {
        let server = &self.server;
        let (db, clock) = (&server.db, &*server.clock);
        let workspace = list_workspaces(db)
            .await
            .map_err(|e| e.to_string())?
            .first()
            .map(|w| w.id)
            .ok_or("there is no workspace")?;
        let actor = Actor::command_line(workspace);
        match operation {
            Operation::KeyCreate { kind, name, scopes } => {
                let kind: KeyKind = kind.parse().map_err(|e: crm::desk::KeyKindError| e.to_string())?;
                let new = NewKey { kind, name: &name, scopes: &scopes, source: None };
                let made = create_key(db, clock, &SystemRng, &actor, new).await.map_err(|e| e.to_string())?;
                server.desk.keys.refresh().await.map_err(|e| e.to_string())?;
                Ok(json!({ "key": made.text, "id": made.key.id }))
            }
            Operation::KeyList => {
                let keys = list_keys(db, workspace, None, 1_000).await.map_err(|e| e.to_string())?;
                Ok(json!(keys))
            }
            Operation::KeyRevoke { id } => {
                let found = list_keys(db, workspace, None, 1_000).await.map_err(|e| e.to_string())?;
                let key = found.iter().find(|key| key.id.to_string() == id || key.name == id);
                let key = key.ok_or_else(|| format!("there is no key {id:?}; `ritorno keys list` shows them"))?;
                let done = revoke_key(db, clock, &SystemRng, &actor, key.id).await.map_err(|e| e.to_string())?;
                server.desk.keys.refresh().await.map_err(|e| e.to_string())?;
                Ok(json!({ "revoked": done }))
            }
            Operation::PersonCreate { email, name, password, role } => {
                crate::people::create(&server.desk, &actor, &email, &name, password, &role).await
            }
            Operation::PasswordLink { email } => crate::people::password_link(&server.desk, &email).await,
            Operation::FlowImport { import } => self.command(workspace, "flow.import", &import).await,
            Operation::FlowList => {
                let shared = self.shared(workspace).await?;
                let flows = shared.flows.iter().map(|flow| {
                    json!({ "id": flow.id, "name": flow.name, "versions": flow.versions.len(), "enabled": flow.enabled })
                });
                Ok(json!(flows.collect::<Vec<_>>()))
            }
            Operation::FlowEnable { flow, parameters } => {
                let data = json!({ "flow": flow, "parameters": parameters });
                let enabled = self.command(workspace, "flow.enable", &data).await?;
                // Carts that already stand idle are found by looking at every customer, which may take a while.
                let (db, clock, handle) = (db.clone(), server.clock.clone(), server.learn(workspace).await?);
                let looking = tokio::spawn(async move { look_again(db, &*clock, handle).await });
                if !self.stays_open {
                    looking.await.map_err(|e| e.to_string())?;
                }
                Ok(enabled)
            }
            Operation::FlowDisable { flow } => self.command(workspace, "flow.disable", &json!({ "flow": flow })).await,
            Operation::SettingsSet { values } => {
                let now = json!(self.shared(workspace).await?.settings);
                let typed = |(name, value): (String, Json)| {
                    let value = read_as(&now[&name], value);
                    (name, value)
                };
                let said: serde_json::Map<String, Json> = values.into_iter().map(typed).collect();
                self.command(workspace, "settings.change", &said).await
            }
            Operation::Doctor => Ok(json!(crate::doctor::of_server(server).await)),
            Operation::HoldRelease => loop {
                let released = self.command(workspace, "hold.release", &json!({})).await?;
                if released["left"].as_i64().unwrap_or(0) == 0 {
                    return Ok(json!({ "hold": "released" }));
                }
            },
            Operation::Destinations(asked) => crate::destinations::carry_out(server, &actor, asked).await,
            Operation::Shops(asked) => crate::connections::carry_out(server, &actor, asked, self.stays_open).await,
            Operation::Backup { to } => {
                db.backup(&to).await.map_err(|e| e.to_string())?;
                Ok(json!({ "backup": to }))
            }
            Operation::CatalogueImport { file, source, format } => {
                self.import_feed(actor, file, source, format.as_deref()).await
            }
        }
    }

    /// Opens the hold, with the reason.
    pub async fn hold(&self, why: &str) -> Result<(), String> {
        for workspace in list_workspaces(&self.server.db).await.map_err(|e| e.to_string())? {
            self.command(workspace.id, "hold.start", &json!({ "why": why })).await?;
        }
        Ok(())
    }

    async fn import_feed(
        &self,
        actor: Actor,
        file: PathBuf,
        source: String,
        format: Option<&str>,
    ) -> Result<Json, String> {
        let format = match format {
            Some(name) => {
                Some(Format::parse(name).ok_or_else(|| format!("{name:?} is no format: say csv, xml or json"))?)
            }
            None => None,
        };
        let bytes = bytes_of(&file).await.map_err(|e| format!("{}: {e}", file.display()))?;
        let import = Import {
            desk: self.server.desk.clone(),
            handle: self.server.learn(actor.workspace).await?,
            currency: self.shared(actor.workspace).await?.settings.currency,
            actor,
            source,
            format,
            file: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        };
        let answer = catalogue::import(import, bytes).await.map_err(|e| e.to_string())?;
        Ok(json!(answer))
    }

    async fn command(&self, workspace: i64, name: &'static str, data: &impl Serialize) -> Result<Json, String> {
        let handle = self.server.learn(workspace).await?;
        let event = commands::new(name, data, self.server.clock.now());
        handle.command(event).await.map_err(|e| e.to_string())
    }

    /// The workspace's own state; waits for the loop to have read it.
    async fn shared(&self, workspace: i64) -> Result<Shared, String> {
        let handle = self.server.learn(workspace).await?;
        for _ in 0..100 {
            let data = handle.shared();
            if !data.is_empty() {
                return Ok(runtime::applier::decode(&data));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(Shared::default())
    }
}

/// A word of the command line as the kind of value that it replaces; what cannot be read stays a text, and is refused by name.
fn read_as(now: &Json, said: Json) -> Json {
    let Json::String(text) = &said else { return said };
    match now {
        Json::Number(_) => text.parse::<i64>().map_or(said, Json::from),
        Json::Bool(_) => text.parse::<bool>().map_or(said, Json::from),
        // Whatever may be absent is taken away by an empty text.
        Json::Null if text.is_empty() => Json::Null,
        _ => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_the_kind_of_what_they_replace() {
        let check =
            |now: Json, word: &str, expected: Json| assert_eq!(read_as(&now, json!(word)), expected, "{now} {word}");
        check(json!(24), "3", json!(3));
        check(json!(24), "soon", json!("soon"));
        check(json!(true), "false", json!(false));
        check(json!("Negozio"), "2024", json!("2024"));
        check(json!("Negozio"), "true", json!("true"));
        check(json!(null), "", json!(null));
        check(json!(null), "x", json!("x"));
        assert_eq!(read_as(&json!("a"), json!(7)), json!(7), "a value that has its kind keeps it");
    }
}
