//! Making, finding and changing connections.

use super::{Connection, ConnectionState, Connections, Reader, Secret, model::WEBHOOK_KEY, reader::GENERIC, sql};
use crate::desk::{Actor, DeskError, audit_entry, find_source, source_named};
use adapters::shops::client::{CartLink, credentials_of, kinds_of, optional_of, stand_in_of, takes_tags};
use base::{Currency, DAY, HOUR, MINUTE, Time, token};
use std::collections::BTreeMap;
use store::{StoreError, Value, Write};

/// Letters of the end of a webhook's address: nobody guesses it, and it is no secret beside the signature.
const TOKEN_LETTERS: usize = 32;
const SECRET_LETTERS: usize = 40;
const SECRET_MAX: usize = 8 << 10;
pub(super) const MAPPING_MAX: usize = 256 << 10;
/// How often a new connection is reconciled.
const RECONCILE_MINUTES: i64 = 60;

/// The credential with which a Shopify app both asks and signs.
const APP_SECRET: &str = "client_secret";
/// How long the app's secret before is believed, where a new one is said among the credentials.
const APP_SECRET_KEEP: i64 = DAY;

/// A connection to be made.
#[derive(Debug, Clone, Default)]
pub struct NewConnection {
    /// The name of its source, which is made where there is none.
    pub name: String,
    /// A source that is there already, in the place of a new one.
    pub source: Option<i64>,
    pub shop: String,
    pub base_url: String,
    pub zone: Option<String>,
    pub currency: Option<String>,
    pub namespace: Option<String>,
    pub mapping: Option<String>,
    /// What the shop signs with; `None`: one is made up, for shops where we choose it.
    pub secret: Option<String>,
    pub credentials: BTreeMap<String, String>,
    pub api_version: Option<String>,
    pub cart_link: Option<String>,
    pub writes_tags: Option<bool>,
    pub reconcile_minutes: Option<i64>,
}

/// A connection just made.
#[derive(Debug, Clone)]
pub struct Created {
    pub connection: Connection,
    /// The secret where it was made up here: shown this once, to be typed in at the shop.
    pub made_secret: Option<String>,
}

/// What a person may change; `None`: as it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub base_url: Option<String>,
    pub zone: Option<String>,
    pub currency: Option<Option<String>>,
    pub namespace: Option<Option<String>>,
    pub mapping: Option<String>,
    /// Those named here; an empty text takes one away.
    pub credentials: BTreeMap<String, String>,
    pub api_version: Option<String>,
    pub cart_link: Option<String>,
    pub writes_tags: Option<bool>,
    pub reconcile_minutes: Option<i64>,
}

/// The workspace's connections after the source `after` (0: from the first), at most `rows`.
pub async fn list_connections(
    state: &Connections,
    workspace: i64,
    after: i64,
    rows: i64,
) -> Result<Vec<Connection>, StoreError> {
    let found = state.desk.db.query(&sql::CONNECTIONS, &[workspace.into(), after.into(), rows.into()]).await?;
    Ok(found.iter().map(Connection::of).collect())
}

/// The workspace's connection of this source.
pub async fn find_connection(
    state: &Connections,
    workspace: i64,
    source: i64,
) -> Result<Option<Connection>, StoreError> {
    let found = state.desk.db.query(&sql::CONNECTION_FIND, &[workspace.into(), source.into()]).await?;
    Ok(found.first().map(Connection::of))
}

/// Makes a connection with its source. It takes webhooks at once.
pub async fn create_connection(
    state: &Connections,
    actor: &Actor,
    mut new: NewConnection,
) -> Result<Created, DeskError> {
    let desk = &state.desk;
    let now = desk.clock.now();
    let app = new.credentials.get(APP_SECRET).filter(|secret| signs_by_app(&new.shop) && !secret.is_empty()).cloned();
    if let Some(app) = app {
        // Another secret beside the app's is that of the webhooks made by hand.
        if let Some(other) = new.secret.replace(app.clone()).filter(|other| *other != app) {
            new.credentials.entry(WEBHOOK_KEY.to_owned()).or_insert(other);
        }
    }
    let made_secret = new.secret.is_none().then(|| token(&*desk.rng, SECRET_LETTERS));
    if new.secret.is_none() && new.shop == "shopify" {
        let text =
            "Shopify signs with the client secret of your app: say it as the credential client_secret or as the secret";
        return Err(invalid("connections.no_secret", text));
    }
    let secret = new.secret.clone().or_else(|| made_secret.clone()).unwrap_or_default();
    let mut connection = Connection {
        workspace: actor.workspace,
        source: 0,
        name: new.name.clone(),
        shop: new.shop.clone(),
        token: token(&*desk.rng, TOKEN_LETTERS),
        base_url: String::new(),
        zone: "UTC".to_owned(),
        currency: None,
        namespace: None,
        mapping: None,
        secret: Secret(checked_secret(&secret)?),
        old_secret: None,
        credentials: BTreeMap::new(),
        api_version: String::new(),
        cart_link: String::new(),
        writes_tags: false,
        state: ConnectionState::Active,
        reconcile_minutes: RECONCILE_MINUTES,
        created_at: now,
        last_event_at: None,
        last_error: None,
        last_error_at: None,
        wrong_signatures: 0,
        reconciled_at: now,
    };
    let said = Change {
        base_url: Some(new.base_url),
        zone: new.zone,
        currency: Some(new.currency),
        namespace: Some(new.namespace),
        mapping: new.mapping,
        credentials: new.credentials,
        api_version: new.api_version,
        cart_link: new.cart_link,
        writes_tags: new.writes_tags,
        reconcile_minutes: new.reconcile_minutes,
    };
    apply(state, &mut connection, said).await?;
    let source = match new.source {
        Some(id) => find_source(&desk.db, actor.workspace, id)
            .await?
            .ok_or_else(|| DeskError::NotFound("sources.not_found", format!("there is no source {id}")))?,
        None => source_named(&desk.db, &*desk.clock, &*desk.rng, actor, &new.name, &new.shop).await?,
    };
    (connection.source, connection.name) = (source.id, source.name);
    let detail = serde_json::json!({ "shop": connection.shop, "base_url": connection.base_url });
    let object = connection.source.to_string();
    let entry = audit_entry(actor, now, &*desk.rng, "connection.created", &object, &detail);
    match desk.db.write(vec![insert(&connection), entry]).await {
        Err(StoreError::Duplicate { .. }) => {
            let text = format!("the source {} is connected to a shop already", connection.source);
            Err(DeskError::Conflict("connections.source_taken", text))
        }
        other => other.map(|_| Created { connection, made_secret }).map_err(DeskError::from),
    }
}

fn insert(connection: &Connection) -> Write {
    Write::one(
        &sql::CONNECTION_INSERT,
        [
            connection.workspace.into(),
            connection.source.into(),
            Value::from(&connection.shop),
            Value::from(&connection.token),
            Value::from(&connection.base_url),
            Value::from(&connection.zone),
            connection.currency.map(|currency| currency.to_string()).into(),
            connection.namespace.clone().into(),
            connection.mapping.clone().into(),
            Value::from(&connection.secret.0),
            Value::Text(credentials_text(connection)),
            Value::from(&connection.api_version),
            connection.reconcile_minutes.into(),
            connection.created_at.into(),
            connection.created_at.plus(connection.reconcile_minutes * MINUTE).into(),
            Value::from(&connection.cart_link),
            connection.writes_tags.into(),
        ],
    )
}

fn credentials_text(connection: &Connection) -> String {
    let plain: BTreeMap<&str, &str> =
        connection.credentials.iter().map(|(name, value)| (name.as_str(), value.0.as_str())).collect();
    serde_json::to_string(&plain).expect("texts are JSON")
}

/// Changes a connection; what is wrong is told before anything is.
pub(super) async fn change(
    state: &Connections,
    actor: &Actor,
    mut connection: Connection,
    said: Change,
) -> Result<Connection, DeskError> {
    let names: Vec<String> = said.credentials.keys().cloned().collect();
    let app = said.credentials.get(APP_SECRET).map(|secret| secret.trim().to_owned());
    let app =
        app.filter(|secret| signs_by_app(&connection.shop) && !secret.is_empty() && *secret != connection.secret.0);
    apply(state, &mut connection, said).await?;
    let row = [
        connection.workspace.into(),
        connection.source.into(),
        Value::from(&connection.base_url),
        Value::from(&connection.zone),
        connection.currency.map(|currency| currency.to_string()).into(),
        connection.namespace.clone().into(),
        connection.mapping.clone().into(),
        Value::Text(credentials_text(&connection)),
        Value::from(&connection.api_version),
        connection.reconcile_minutes.into(),
        Value::from(&connection.cart_link),
        connection.writes_tags.into(),
    ];
    let detail = serde_json::json!({ "base_url": connection.base_url, "credentials": names });
    write(state, actor, &connection, Write::one(&sql::CONNECTION_CHANGE, row), "connection.changed", detail).await?;
    if let Some(secret) = app {
        let until = state.desk.clock.now().plus(APP_SECRET_KEEP);
        let row = [connection.workspace.into(), connection.source.into(), Value::from(&secret), until.into()];
        let detail = serde_json::json!({ "old_until": until });
        write(state, actor, &connection, Write::one(&sql::CONNECTION_ROTATE, row), "connection.secret_rotated", detail)
            .await?;
        connection.old_secret = Some((std::mem::replace(&mut connection.secret, Secret(secret)), until));
    }
    Ok(connection)
}

/// Whether an app's own secret signs the webhooks.
fn signs_by_app(shop: &str) -> bool {
    shop == "shopify"
}

/// Sets what is said, each checked.
async fn apply(state: &Connections, connection: &mut Connection, said: Change) -> Result<(), DeskError> {
    if let Some(url) = said.base_url {
        connection.base_url = checked_url(state, &url)?;
    }
    if let Some(zone) = said.zone {
        jiff::tz::TimeZone::get(&zone).map_err(|_| {
            invalid("connections.wrong_zone", format!("{zone:?} is not an IANA zone, such as Europe/Rome"))
        })?;
        connection.zone = zone;
    }
    if let Some(currency) = said.currency {
        let read = |code: &String| {
            let wrong =
                || invalid("connections.wrong_currency", format!("{code:?} is not an ISO 4217 currency, such as EUR"));
            Currency::parse(code).ok_or_else(wrong)
        };
        connection.currency = currency.as_ref().filter(|code| !code.is_empty()).map(read).transpose()?;
    }
    if let Some(namespace) = said.namespace {
        connection.namespace =
            namespace.filter(|namespace| !namespace.is_empty()).map(checked_namespace).transpose()?;
    }
    if let Some(mapping) = said.mapping {
        if mapping.len() > MAPPING_MAX {
            return Err(invalid(
                "connections.wrong_mapping",
                format!("the mapping is larger than {} KB", MAPPING_MAX >> 10),
            ));
        }
        connection.mapping = Some(mapping).filter(|_| connection.shop == GENERIC);
    }
    Reader::of(&connection.shop, connection.mapping.as_deref()).map_err(|reason| {
        invalid(if connection.shop == GENERIC { "connections.wrong_mapping" } else { "connections.wrong_shop" }, reason)
    })?;
    for (name, value) in said.credentials {
        set_credential(connection, name, value)?;
    }
    if let Some(version) = said.api_version {
        let is_plain = version.len() <= 20 && version.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        if !is_plain {
            return Err(invalid("connections.wrong_version", "the API's version is a short word, such as 2025-10"));
        }
        connection.api_version = version;
    }
    if let Some(link) = said.cart_link {
        let link = link.trim();
        if !link.is_empty() {
            CartLink::read(&connection.shop, link).map_err(|reason| invalid("connections.wrong_cart_link", reason))?;
        }
        connection.cart_link = link.to_owned();
    }
    if let Some(writes_tags) = said.writes_tags {
        if writes_tags && !takes_tags(&connection.shop) {
            let text = format!("the API of {} takes no tags of customers: they are not written there", connection.shop);
            return Err(invalid("connections.no_tags", text));
        }
        if writes_tags && connection.base_url.is_empty() {
            let text = "the connection has no API to write tags to: say its base_url and its credentials";
            return Err(invalid("connections.no_api", text));
        }
        connection.writes_tags = writes_tags;
    }
    if let Some(minutes) = said.reconcile_minutes {
        if minutes != 0 && !(5..=7 * 24 * 60).contains(&minutes) {
            let text = "reconcile_minutes is 0 (only by hand), or from 5 minutes to 7 days";
            return Err(invalid("connections.wrong_schedule", text));
        }
        connection.reconcile_minutes = minutes;
    }
    is_alone(state, connection).await
}

/// Two shops of one kind would use the same ids: the second one needs a namespace.
async fn is_alone(state: &Connections, connection: &Connection) -> Result<(), DeskError> {
    for other in list_connections(state, connection.workspace, 0, 1_000).await? {
        let is_same = other.shop == connection.shop && other.namespace == connection.namespace;
        if is_same && other.source != connection.source {
            let text = format!(
                "source {} is connected to a {} already: give this one a namespace, which is put before its ids",
                other.source, connection.shop
            );
            return Err(DeskError::Conflict("connections.needs_namespace", text));
        }
    }
    Ok(())
}

fn set_credential(connection: &mut Connection, name: String, value: String) -> Result<(), DeskError> {
    let known = credentials_of(&connection.shop);
    let mut names = known.iter().chain(optional_of(&connection.shop)).copied().chain(stand_in_of(&connection.shop));
    if !names.any(|each| each == name) {
        let text = match known {
            [] => format!("a {} shop has no API that takes credentials", connection.shop),
            known => format!("{name:?} is not a credential of a {} shop: {}", connection.shop, known.join(", ")),
        };
        return Err(invalid("connections.wrong_credential", text));
    }
    if value.len() > SECRET_MAX || value.chars().any(char::is_control) {
        return Err(invalid("connections.wrong_credential", format!("the credential {name} is not one line of text")));
    }
    if value.is_empty() {
        connection.credentials.remove(&name);
    } else {
        connection.credentials.insert(name, Secret(value));
    }
    Ok(())
}

fn checked_url(state: &Connections, url: &str) -> Result<String, DeskError> {
    let url = url.trim().trim_end_matches('/');
    if url.is_empty() {
        return Ok(String::new());
    }
    let checked = state.web.check(url).map_err(|error| invalid("connections.wrong_address", error.to_string()))?;
    if checked.query().is_some() || checked.fragment().is_some() {
        return Err(invalid("connections.wrong_address", "the shop's address ends before ? and #"));
    }
    Ok(url.to_owned())
}

fn checked_namespace(namespace: String) -> Result<String, DeskError> {
    let is_plain = namespace.len() <= 40 && namespace.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let wrong = || invalid("connections.wrong_namespace", "a namespace is a short word of letters, digits, - _ and .");
    is_plain.then_some(namespace).ok_or_else(wrong)
}

fn checked_secret(secret: &str) -> Result<String, DeskError> {
    if secret.trim().is_empty() || secret.len() > SECRET_MAX {
        let text = "the secret is empty or longer than 8 KB: say the one that the shop shows, or none for a new one";
        return Err(invalid("connections.wrong_secret", text));
    }
    // What people paste often ends with a line's end, which no secret does.
    Ok(secret.trim().to_owned())
}

fn invalid(code: &'static str, text: impl Into<String>) -> DeskError {
    DeskError::Invalid(code, text.into())
}

/// Takes another secret; the one before is believed for so many hours. Returns the new one where it was made up here.
pub(super) async fn rotate(
    state: &Connections,
    actor: &Actor,
    connection: &Connection,
    secret: Option<String>,
    keep_hours: i64,
) -> Result<Option<String>, DeskError> {
    if !(0..=7 * 24).contains(&keep_hours) {
        return Err(invalid("connections.wrong_hours", "the old secret is believed for 0 to 168 hours"));
    }
    if secret.is_none() && connection.shop == "shopify" {
        return Err(invalid("connections.no_secret", "say the new client secret that Shopify shows for your app"));
    }
    let made = secret.is_none().then(|| token(&*state.desk.rng, SECRET_LETTERS));
    let secret = checked_secret(&secret.or_else(|| made.clone()).unwrap_or_default())?;
    let until = state.desk.clock.now().plus(keep_hours * HOUR);
    if signs_by_app(&connection.shop) && connection.credentials.contains_key(APP_SECRET) {
        // The app asks with the secret by which it signs.
        let said =
            Change { credentials: BTreeMap::from([(APP_SECRET.to_owned(), secret.clone())]), ..Change::default() };
        let mut changed = connection.clone();
        changed.secret = Secret(secret.clone());
        change(state, actor, changed, said).await?;
    }
    let row = [connection.workspace.into(), connection.source.into(), Value::Text(secret), until.into()];
    let detail = serde_json::json!({ "old_until": until });
    write(state, actor, connection, Write::one(&sql::CONNECTION_ROTATE, row), "connection.secret_rotated", detail)
        .await?;
    Ok(made)
}

/// Pauses or resumes.
pub(super) async fn set_state(
    state: &Connections,
    actor: &Actor,
    connection: &Connection,
    to: ConnectionState,
) -> Result<(), DeskError> {
    let row = [connection.workspace.into(), connection.source.into(), Value::Static(to.as_str())];
    let action = match to {
        ConnectionState::Active => "connection.resumed",
        ConnectionState::Paused => "connection.paused",
        ConnectionState::Uninstalled => "connection.uninstalled",
    };
    write(state, actor, connection, Write::one(&sql::CONNECTION_STATE, row), action, serde_json::json!({})).await?;
    state.work.notify_one();
    Ok(())
}

/// Removes a connection with its jobs and what was rejected. The source stays: events name it.
pub(super) async fn delete(state: &Connections, actor: &Actor, connection: &Connection) -> Result<(), DeskError> {
    let key = || [Value::from(connection.workspace), Value::from(connection.source)];
    let now = state.desk.clock.now();
    let object = connection.source.to_string();
    let entry = audit_entry(actor, now, &*state.desk.rng, "connection.deleted", &object, &serde_json::json!({}));
    let writes = vec![
        Write::one(&sql::CONNECTION_JOBS_DELETE, key()),
        Write::one(&sql::CONNECTION_REJECTED_DELETE, key()),
        Write::one(&sql::CONNECTION_DELETE, key()),
        entry,
    ];
    state.desk.db.write(writes).await?;
    state.ring.forget();
    Ok(())
}

async fn write(
    state: &Connections,
    actor: &Actor,
    connection: &Connection,
    change: Write,
    action: &'static str,
    detail: serde_json::Value,
) -> Result<(), DeskError> {
    let now = state.desk.clock.now();
    let entry = audit_entry(actor, now, &*state.desk.rng, action, &connection.source.to_string(), &detail);
    match state.desk.db.write(vec![change.expect(1), entry]).await {
        Err(StoreError::Fenced) => Err(gone(connection.source)),
        other => {
            state.ring.forget();
            other.map(|_| ()).map_err(DeskError::from)
        }
    }
}

pub(super) fn gone(source: i64) -> DeskError {
    DeskError::NotFound("connections.not_found", format!("the source {source} is not connected to a shop"))
}

/// What the shop's API can be asked for, in the order in which a new connection reads it.
pub(super) fn kinds(connection: &Connection) -> Vec<&'static str> {
    kinds_of(&connection.shop).iter().map(|kind| kind.as_str()).collect()
}

/// The start of the longest time that a reconciliation goes back.
pub(super) fn earliest(now: Time) -> Time {
    now.plus(-90 * DAY)
}
