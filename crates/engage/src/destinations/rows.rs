//! Making, finding, changing and checking destinations.

use super::{Destination, sql};
use adapters::{
    crms::{Crm, CrmError, Kind, Sessions, SetUp},
    web::Web,
};
use base::{Id, Time};
use crm::{
    connections::Secret,
    desk::{Actor, DeskError, DeskState, audit_entry},
};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use store::{Db, Row, StoreError, Value, Write};

/// Destinations of one workspace.
pub(super) const DESTINATIONS_MAX: i64 = 50;
const TEXT_MAX: usize = 8 << 10;

/// A destination to be made.
#[derive(Debug, Clone, Default)]
pub struct NewDestination {
    pub name: String,
    pub kind: String,
    /// Empty: where everybody's is.
    pub base_url: String,
    pub credentials: BTreeMap<String, String>,
    pub settings: BTreeMap<String, String>,
}

/// What a person changes; what is not said stays.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub name: Option<String>,
    pub base_url: Option<String>,
    /// Those named here; an empty text takes one away.
    pub credentials: BTreeMap<String, String>,
    /// Those named here; `None` goes back to the default.
    pub settings: BTreeMap<String, Option<String>>,
}

/// A destination as it is shown. Credentials only by their names.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct DestinationView {
    #[schema(value_type = String)]
    pub id: Id,
    /// What flows call it by.
    pub name: String,
    /// `hubspot`, `salesforce` or `segment`.
    pub kind: &'static str,
    pub base_url: String,
    /// The names of those that are set.
    pub credentials: Vec<String>,
    /// Where something is called otherwise than by default.
    pub settings: BTreeMap<String, String>,
    /// Whether a check has found it ready since it was last changed.
    pub is_checked: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_ok_at: Option<Time>,
    /// How often something was handed over.
    pub handed_over: i64,
    pub last_error: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_error_at: Option<Time>,
}

impl DestinationView {
    pub fn of(destination: &Destination) -> DestinationView {
        DestinationView {
            id: destination.id,
            name: destination.name.clone(),
            kind: destination.kind.as_str(),
            base_url: destination.base_url.clone(),
            credentials: destination.credentials.keys().cloned().collect(),
            settings: destination.settings.clone(),
            is_checked: destination.is_checked,
            created_at: destination.created_at,
            last_ok_at: destination.last_ok_at,
            handed_over: destination.handed_over,
            last_error: destination.last_error.clone(),
            last_error_at: destination.last_error_at,
        }
    }
}

/// The workspace's destinations, in the order in which they were made.
pub async fn list_destinations(db: &Db, workspace: i64) -> Result<Vec<Destination>, StoreError> {
    let found = db.query(&sql::DESTINATIONS, &[workspace.into(), Id::ZERO.into(), DESTINATIONS_MAX.into()]).await?;
    Ok(found.iter().filter_map(Destination::of).collect())
}

/// By its id.
pub async fn find_destination(db: &Db, workspace: i64, id: Id) -> Result<Option<Destination>, StoreError> {
    let found = db.query(&sql::DESTINATION_FIND, &[workspace.into(), id.into()]).await?;
    Ok(found.first().and_then(Destination::of))
}

/// By what flows call it.
pub(super) async fn named(db: &Db, workspace: i64, name: &str) -> Result<Option<Destination>, StoreError> {
    let found: Vec<Row> = db.query(&sql::DESTINATION_BY_NAME, &[workspace.into(), name.into()]).await?;
    Ok(found.first().and_then(Destination::of))
}

/// Makes a destination. Nothing is asked of it yet.
pub async fn create_destination(
    desk: &DeskState,
    web: &Web,
    actor: &Actor,
    new: NewDestination,
) -> Result<Destination, DeskError> {
    let known = Kind::ALL.map(Kind::as_str).join(", ");
    let kind = Kind::read(&new.kind).ok_or_else(|| {
        invalid("destinations.wrong_kind", format!("{:?} is no kind of destination: {known}", new.kind))
    })?;
    if list_destinations(&desk.db, actor.workspace).await?.len() as i64 >= DESTINATIONS_MAX {
        let text = format!("a workspace has at most {DESTINATIONS_MAX} destinations");
        return Err(DeskError::Conflict("destinations.too_many", text));
    }
    let now = desk.clock.now();
    let mut destination = Destination {
        workspace: actor.workspace,
        id: desk.new_id(),
        name: String::new(),
        kind,
        base_url: String::new(),
        credentials: BTreeMap::new(),
        settings: BTreeMap::new(),
        found: BTreeMap::new(),
        is_checked: false,
        created_at: now,
        last_ok_at: None,
        handed_over: 0,
        last_error: None,
        last_error_at: None,
    };
    let settings = new.settings.into_iter().map(|(name, value)| (name, Some(value))).collect();
    let base_url = Some(new.base_url).filter(|url| !url.is_empty()).or_else(|| kind.base_url().map(str::to_owned));
    let change = Change {
        name: Some(new.name),
        base_url: Some(base_url.unwrap_or_default()),
        credentials: new.credentials,
        settings,
    };
    apply(web, &mut destination, change)?;
    for name in kind.credentials() {
        if !destination.credentials.contains_key(*name) {
            let text = format!("{} needs the credential {name}", kind.as_str());
            return Err(invalid("destinations.no_credential", text));
        }
    }
    let row = [
        destination.workspace.into(),
        destination.id.into(),
        Value::from(&destination.name),
        Value::Static(kind.as_str()),
        Value::from(&destination.base_url),
        credentials_of(&destination),
        json_of(&destination.settings),
        now.into(),
    ];
    let detail = json!({ "kind": kind.as_str(), "base_url": destination.base_url, "name": destination.name });
    write(desk, actor, &destination, Write::one(&sql::DESTINATION_INSERT, row), "destination.created", &detail).await?;
    Ok(destination)
}

/// Changes a destination; what is wrong is told before anything is.
pub(super) async fn change(
    desk: &DeskState,
    web: &Web,
    actor: &Actor,
    mut destination: Destination,
    said: Change,
) -> Result<Destination, DeskError> {
    let detail = json!({
        "name": said.name, "base_url": said.base_url, "settings": said.settings,
        "credentials": said.credentials.keys().collect::<Vec<_>>(),
    });
    let stays = said.base_url.is_none() && said.credentials.is_empty() && said.settings.is_empty();
    apply(web, &mut destination, said)?;
    if !stays {
        // It may be another one now, or lack what it is to have.
        destination.found.clear();
        destination.is_checked = false;
    }
    let row = [
        destination.workspace.into(),
        destination.id.into(),
        Value::from(&destination.name),
        Value::from(&destination.base_url),
        credentials_of(&destination),
        json_of(&destination.settings),
        json_of(&destination.found),
        i64::from(destination.is_checked).into(),
    ];
    let change = Write::one(&sql::DESTINATION_CHANGE, row).expect(1);
    write(desk, actor, &destination, change, "destination.changed", &detail).await?;
    Ok(destination)
}

/// Removes a destination. Flows that name it stop with their reason.
pub(super) async fn delete(desk: &DeskState, actor: &Actor, destination: &Destination) -> Result<(), DeskError> {
    let row = [destination.workspace.into(), destination.id.into()];
    let detail = json!({ "name": destination.name });
    write(desk, actor, destination, Write::one(&sql::DESTINATION_DELETE, row), "destination.deleted", &detail).await
}

async fn write(
    desk: &DeskState,
    actor: &Actor,
    destination: &Destination,
    change: Write,
    action: &'static str,
    detail: &serde_json::Value,
) -> Result<(), DeskError> {
    let object = destination.id.to_string();
    let entry = audit_entry(actor, desk.clock.now(), &*desk.rng, action, &object, detail);
    match desk.db.write(vec![change, entry]).await {
        Err(StoreError::Duplicate { .. }) => {
            let text = format!("another destination is called {:?}: flows tell them apart by name", destination.name);
            Err(DeskError::Conflict("destinations.name_taken", text))
        }
        Err(StoreError::Fenced) => Err(gone(destination.id)),
        other => other.map(|_| ()).map_err(DeskError::from),
    }
}

pub(super) fn gone(id: Id) -> DeskError {
    DeskError::NotFound("destinations.not_found", format!("there is no destination {id}"))
}

fn invalid(code: &'static str, text: impl Into<String>) -> DeskError {
    DeskError::Invalid(code, text.into())
}

fn credentials_of(destination: &Destination) -> Value {
    let plain: BTreeMap<&str, &str> =
        destination.credentials.iter().map(|(name, value)| (name.as_str(), value.0.as_str())).collect();
    json_of(&plain)
}

fn json_of(map: &impl Serialize) -> Value {
    Value::Text(serde_json::to_string(map).expect("texts are JSON"))
}

/// Sets what is said, each checked.
fn apply(web: &Web, destination: &mut Destination, said: Change) -> Result<(), DeskError> {
    let kind = destination.kind;
    if let Some(name) = said.name {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            return Err(invalid("destinations.wrong_name", "the name must be 1 to 60 visible characters"));
        }
        destination.name = name.to_owned();
    }
    if let Some(url) = said.base_url {
        let url = url.trim().trim_end_matches('/');
        let checked = web.check(url).map_err(|error| invalid("destinations.wrong_address", error.to_string()))?;
        if checked.query().is_some() || checked.fragment().is_some() {
            return Err(invalid("destinations.wrong_address", "the address ends before ? and #"));
        }
        destination.base_url = url.to_owned();
    }
    for (name, value) in said.credentials {
        let known = kind.credentials();
        if !known.contains(&name.as_str()) {
            let text = format!("{name:?} is not a credential of {}: {}", kind.as_str(), known.join(", "));
            return Err(invalid("destinations.wrong_credential", text));
        }
        // What people paste often ends with a line's end.
        let value = value.trim();
        if value.len() > TEXT_MAX || value.chars().any(char::is_control) {
            return Err(invalid(
                "destinations.wrong_credential",
                format!("the credential {name} is not one line of text"),
            ));
        }
        match value {
            "" => drop(destination.credentials.remove(&name)),
            value => drop(destination.credentials.insert(name, Secret(value.to_owned()))),
        }
    }
    for (name, value) in said.settings {
        if !kind.has_setting(&name) {
            let text = format!("{name:?} is not a setting of {}: GET /destination_kinds lists them", kind.as_str());
            return Err(invalid("destinations.wrong_setting", text));
        }
        let Some(value) = value else {
            destination.settings.remove(&name);
            continue;
        };
        let value = value.trim();
        if value.chars().count() > 200 || value.chars().any(char::is_control) {
            return Err(invalid(
                "destinations.wrong_setting",
                format!("the setting {name} is longer than 200 characters"),
            ));
        }
        destination.settings.insert(name, value.to_owned());
    }
    Ok(())
}

/// What a check showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CheckedDestination {
    pub is_ok: bool,
    /// Why not, and what to do.
    pub reason: Option<String>,
    /// What was made there now.
    pub made: Vec<String>,
    /// What a person has to make there.
    pub missing: Vec<String>,
}

/// Looks whether the destination lets us in and has what we need, makes what can be made, and keeps what it found.
pub async fn check_destination(
    desk: &DeskState,
    web: &Web,
    destination: &Destination,
) -> Result<CheckedDestination, StoreError> {
    let crm = Crm { web: web.clone(), sessions: Sessions::default(), target: destination.target() };
    let set_up = crm.set_up().await;
    keep(&desk.db, destination, desk.clock.now(), &set_up).await?;
    Ok(match set_up {
        Ok(SetUp { made, missing, .. }) if missing.is_empty() => {
            CheckedDestination { is_ok: true, reason: None, made, missing }
        }
        Ok(SetUp { made, missing, .. }) => {
            let reason = Some("something has to be made there first".to_owned());
            CheckedDestination { is_ok: false, reason, made, missing }
        }
        Err(CrmError::Later { reason, .. } | CrmError::Refused(reason)) => {
            CheckedDestination { is_ok: false, reason: Some(reason), made: Vec::new(), missing: Vec::new() }
        }
    })
}

/// Writes down what a check found.
pub(super) async fn keep(
    db: &Db,
    destination: &Destination,
    now: Time,
    set_up: &Result<SetUp, CrmError>,
) -> Result<(), StoreError> {
    let key = || [Value::from(destination.workspace), destination.id.into()];
    let [workspace, id] = key();
    let write = match set_up {
        Ok(set_up) if set_up.missing.is_empty() => {
            Write::one(&sql::DESTINATION_CHECKED, [workspace, id, json_of(&set_up.found), now.into()])
        }
        Ok(set_up) => {
            let text = format!("it lacks {}", set_up.missing.join(", "));
            Write::one(&sql::DESTINATION_TROUBLE, [workspace, id, Value::Text(text), now.into()])
        }
        Err(error) => {
            Write::one(&sql::DESTINATION_TROUBLE, [workspace, id, Value::Text(error.to_string()), now.into()])
        }
    };
    db.write(vec![write]).await.map(|_| ())
}
