//! Making, finding and changing feeds by address.

use super::{ProductFeed, sql};
use crate::{
    connections::Connections,
    desk::{Actor, DeskError, audit_entry, new_id},
};
use adapters::feeds::Format;
use base::Id;
use store::{StoreError, Value, Write};

/// How often a feed may be fetched, in minutes.
const EVERY: [i64; 3] = [60, 360, 1_440];
const URL_MAX: usize = 2_000;

/// What a person says of a feed; `None`: as it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub url: Option<String>,
    pub format: Option<String>,
    pub every_minutes: Option<i64>,
    pub is_complete: Option<bool>,
    pub is_paused: Option<bool>,
}

/// The workspace's feeds after `after`, at most `rows`.
pub async fn list_feeds(
    state: &Connections,
    workspace: i64,
    after: Id,
    rows: i64,
) -> Result<Vec<ProductFeed>, StoreError> {
    let found = state.desk.db.query(&sql::FEEDS, &[workspace.into(), after.into(), rows.into()]).await?;
    let now = state.desk.clock.now();
    Ok(found.iter().map(|row| ProductFeed::of(row, now)).collect())
}

pub(super) async fn find_feed(state: &Connections, workspace: i64, id: Id) -> Result<Option<ProductFeed>, StoreError> {
    let found = state.desk.db.query(&sql::FEED_FIND, &[workspace.into(), id.into()]).await?;
    Ok(found.first().map(|row| ProductFeed::of(row, state.desk.clock.now())))
}

/// Makes a feed; it is fetched at once.
pub(super) async fn create(state: &Connections, actor: &Actor, source: &str, said: Said) -> Result<Id, DeskError> {
    let desk = &state.desk;
    let now = desk.clock.now();
    let source = source.trim();
    if source.is_empty() || source.chars().count() > 100 {
        return Err(invalid("feeds.wrong_source", "say whose products these are, in at most 100 letters"));
    }
    let id = new_id(&*desk.rng, now);
    let url = checked_url(state, said.url.as_deref().unwrap_or_default())?;
    let row = [
        actor.workspace.into(),
        id.into(),
        Value::from(source),
        Value::Text(url.clone()),
        Value::Static(checked_format(said.format.as_deref().unwrap_or_default())?),
        checked_every(said.every_minutes.unwrap_or(EVERY[2]))?.into(),
        said.is_complete.unwrap_or(false).into(),
        now.into(),
        Value::from(&actor.name),
    ];
    let detail = serde_json::json!({ "source": source, "url": url });
    let entry = audit_entry(actor, now, &*desk.rng, "product_feed.created", &id.to_string(), &detail);
    match desk.db.write(vec![Write::one(&sql::FEED_INSERT, row), entry]).await {
        Err(StoreError::Duplicate { .. }) => {
            let text = format!("there is a feed of {source:?} already: change that one, or say another name");
            Err(DeskError::Conflict("feeds.source_taken", text))
        }
        other => other.map(|_| id).map_err(DeskError::from),
    }
}

/// Changes a feed; one that was changed is fetched anew.
pub(super) async fn change(
    state: &Connections,
    actor: &Actor,
    feed: &ProductFeed,
    said: Said,
) -> Result<(), DeskError> {
    let url = match said.url {
        Some(url) => checked_url(state, &url)?,
        None => feed.url.clone(),
    };
    let detail = serde_json::json!({ "url": url });
    let row = [
        feed.workspace.into(),
        feed.id.into(),
        Value::Text(url),
        Value::Static(checked_format(said.format.as_deref().unwrap_or(&feed.format))?),
        checked_every(said.every_minutes.unwrap_or(feed.every_minutes))?.into(),
        said.is_complete.unwrap_or(feed.is_complete).into(),
        said.is_paused.unwrap_or(feed.is_paused).into(),
        state.desk.clock.now().into(),
    ];
    write(state, actor, feed, Write::one(&sql::FEED_CHANGE, row), "product_feed.changed", detail).await
}

/// Has a feed fetched now. `accepts_loss`: whatever it names no more is taken away.
pub(super) async fn run(
    state: &Connections,
    actor: &Actor,
    feed: &ProductFeed,
    accepts_loss: bool,
) -> Result<(), DeskError> {
    let now = state.desk.clock.now();
    let row = [feed.workspace.into(), feed.id.into(), now.into(), Value::from(&actor.name), accepts_loss.into()];
    let detail = serde_json::json!({ "accepts_loss": accepts_loss });
    write(state, actor, feed, Write::one(&sql::FEED_RUN, row), "product_feed.run", detail).await
}

/// Removes a feed. What it brought stays.
pub(super) async fn delete(state: &Connections, actor: &Actor, feed: &ProductFeed) -> Result<(), DeskError> {
    let row = [Value::from(feed.workspace), feed.id.into()];
    let detail = serde_json::json!({ "source": feed.source });
    write(state, actor, feed, Write::one(&sql::FEED_DELETE, row), "product_feed.deleted", detail).await
}

async fn write(
    state: &Connections,
    actor: &Actor,
    feed: &ProductFeed,
    change: Write,
    action: &'static str,
    detail: serde_json::Value,
) -> Result<(), DeskError> {
    let now = state.desk.clock.now();
    let entry = audit_entry(actor, now, &*state.desk.rng, action, &feed.id.to_string(), &detail);
    match state.desk.db.write(vec![change.expect(1), entry]).await {
        Err(StoreError::Fenced) => Err(gone(feed.id)),
        other => other.map(|_| ()).map_err(DeskError::from),
    }
}

pub(super) fn gone(id: Id) -> DeskError {
    DeskError::NotFound("feeds.not_found", format!("there is no feed {id}"))
}

fn checked_url(state: &Connections, url: &str) -> Result<String, DeskError> {
    let url = url.trim();
    if url.len() > URL_MAX {
        return Err(invalid("feeds.wrong_address", format!("the address is longer than {URL_MAX} letters")));
    }
    state.web.check(url).map_err(|error| invalid("feeds.wrong_address", error.to_string()))?;
    Ok(url.to_owned())
}

fn checked_format(format: &str) -> Result<&'static str, DeskError> {
    if format.is_empty() {
        return Ok("");
    }
    let wrong = || invalid("feeds.wrong_format", format!("{format:?} is no format: say csv, xml or json"));
    Format::parse(format).map(Format::as_str).ok_or_else(wrong)
}

fn checked_every(minutes: i64) -> Result<i64, DeskError> {
    let wrong = || invalid("feeds.wrong_schedule", "a feed is fetched every 60, 360 or 1440 minutes");
    EVERY.contains(&minutes).then_some(minutes).ok_or_else(wrong)
}

fn invalid(code: &'static str, text: impl Into<String>) -> DeskError {
    DeskError::Invalid(code, text.into())
}
