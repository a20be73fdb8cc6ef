//! The quarantine: events that were not understood, or whose fold failed, until a person replays or drops them.

use super::{
    Door, DoorLimits,
    reasons::QuarantineReason,
    snowplow::{self, TRACKED},
    sql,
    take::{IMPORT, Times, new_event, text_of},
};
use crate::{
    calls::{Input, read_call, read_envelope},
    desk::{Area, Caller, DeskError, DeskState, audit_entry},
};
use axum::{
    Json,
    extract::{FromRef, State},
    http::StatusCode,
};
use base::{Id, Time};
use bytes::Bytes;
use http_kit::{JsonBody, OpenApiRouter, Page, Paging, PagingQuery, PathOf, Problem, QueryOf, Refused, Said, routes};
use runtime::{AppendError, NewEvent};
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue};
use store::{Db, Row, StoreError, Value, Write};
use utoipa::{IntoParams, ToSchema};

/// What became of an event in quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuarantineState {
    /// Waits for a person.
    Open,
    /// Went into the log after all.
    Replayed,
    /// A person let it go.
    Dropped,
}

impl QuarantineState {
    fn as_str(self) -> &'static str {
        match self {
            QuarantineState::Open => "open",
            QuarantineState::Replayed => "replayed",
            QuarantineState::Dropped => "dropped",
        }
    }
}

/// An event in quarantine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Quarantined {
    #[schema(value_type = String)]
    pub id: Id,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Time,
    pub source: i64,
    /// `track`, `identify`, …; `call` where not even that could be read, `snowplow` for what a tracker of that kind sent.
    pub kind: String,
    pub name: String,
    /// Why it was not understood.
    pub reason: String,
    /// Which of the known reasons it is.
    pub said: Option<Said<QuarantineReason>>,
    /// The event as it came; in a list at most its first 4,000 characters.
    pub body: String,
    pub state: QuarantineState,
}

fn quarantined(row: &Row) -> Quarantined {
    Quarantined {
        id: row.id("id"),
        received_at: row.time("received_at"),
        source: row.int("source"),
        kind: row.text("kind").to_owned(),
        name: row.text("name").to_owned(),
        said: QuarantineReason::read(row.text("reason")),
        reason: row.text("reason").to_owned(),
        body: row.text("body").to_owned(),
        state: match row.text("state") {
            "open" => QuarantineState::Open,
            "replayed" => QuarantineState::Replayed,
            _ => QuarantineState::Dropped,
        },
    }
}

impl FromRef<Door> for DeskState {
    fn from_ref(door: &Door) -> DeskState {
        door.desk.clone()
    }
}

/// The quarantine's routes, below `/api/v1`.
pub fn quarantine_router(door: Door) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(replay))
        .routes(routes!(drop_event))
        .with_state(door)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only events in this state.
    state: Option<QuarantineState>,
}

/// Events that were not understood, newest first.
#[utoipa::path(get, operation_id = "list_quarantine", path = "/api/v1/quarantine", tag = "quarantine", params(Filter, PagingQuery),
    responses((status = 200, body = Page<Quarantined>), Refused))]
async fn list(
    State(door): State<Door>,
    caller: Caller,
    paging: Paging,
    QueryOf(filter): QueryOf<Filter>,
) -> Result<Json<Page<Quarantined>>, Problem> {
    caller.read(Area::Quarantine)?;
    let before = paging.after()?.unwrap_or(Id([0xff; 16]));
    let state = filter.state.map_or("", QuarantineState::as_str);
    let params = [caller.workspace.into(), before.into(), Value::Static(state), paging.rows().into()];
    let rows = door.desk.db.query(&sql::QUARANTINE, &params).await.map_err(DeskError::from)?;
    Ok(Json(Page::of(rows.iter().map(quarantined).collect(), &paging, |event| event.id)))
}

/// One event in quarantine, with its whole body.
#[utoipa::path(get, operation_id = "find_quarantined", path = "/api/v1/quarantine/{id}", tag = "quarantine", params(("id" = String, Path)),
    responses((status = 200, body = Quarantined), Refused))]
async fn read(State(door): State<Door>, caller: Caller, PathOf(id): PathOf<Id>) -> Result<Json<Quarantined>, Problem> {
    caller.read(Area::Quarantine)?;
    find(&door.desk.db, caller.workspace, id).await.map(Json)
}

async fn find(db: &Db, workspace: i64, id: Id) -> Result<Quarantined, Problem> {
    let rows = db.query(&sql::QUARANTINED, &[workspace.into(), id.into()]).await.map_err(DeskError::from)?;
    let missing = || Problem::not_found("quarantine.not_found", format!("there is no event {id} in quarantine"));
    rows.first().map(quarantined).ok_or_else(missing)
}

/// As `find`, for one that still waits.
async fn find_open(db: &Db, workspace: i64, id: Id) -> Result<Quarantined, Problem> {
    let event = find(db, workspace, id).await?;
    if event.state == QuarantineState::Open {
        return Ok(event);
    }
    let text = format!("event {id} was {} already", event.state.as_str());
    Err(Problem::conflict("quarantine.closed", text))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Replay {
    /// The event put right; if not said, as it came (the server may understand it by now).
    #[schema(value_type = Option<Object>)]
    event: Option<Box<RawValue>>,
}

/// What a replay did.
#[derive(Serialize, ToSchema)]
struct Replayed {
    state: QuarantineState,
    /// The event was known already, so nothing changed.
    is_duplicate: bool,
}

/// Put an event into the log after all, under the time it came at, as it is or put right.
#[utoipa::path(post, operation_id = "replay_quarantined", path = "/api/v1/quarantine/{id}/replay", tag = "quarantine", params(("id" = String, Path)),
    request_body = Replay, responses((status = 200, body = Replayed), Refused))]
async fn replay(
    State(door): State<Door>,
    caller: Caller,
    PathOf(id): PathOf<Id>,
    JsonBody(body): JsonBody<Replay>,
) -> Result<Json<Replayed>, Problem> {
    caller.write(Area::Quarantine)?;
    let kept = find_open(&door.desk.db, caller.workspace, id).await?;
    let payload: Bytes = match &body.event {
        Some(event) => event.get().to_owned().into(),
        None => kept.body.clone().into(),
    };
    let mut events = read_again(&kept, payload, &door.limits)?;
    for event in &mut events {
        name_again(&door.desk.db, caller.workspace, &kept, event).await.map_err(DeskError::from)?;
    }
    let appended = (door.loops)(caller.workspace).append(events).await.map_err(not_appended)?;
    if appended.refused > 0 {
        let text = "the event was refused again and stands in quarantine once more, with its reason";
        close(&door, &caller, id, QuarantineState::Replayed).await?;
        return Err(Problem::unprocessable("quarantine.refused_again", text));
    }
    close(&door, &caller, id, QuarantineState::Replayed).await?;
    Ok(Json(Replayed { state: QuarantineState::Replayed, is_duplicate: appended.duplicates > 0 }))
}

/// One event, or as many as a tracked one says.
fn read_again(kept: &Quarantined, payload: Bytes, limits: &DoorLimits) -> Result<Vec<NewEvent<Input>>, Problem> {
    let refused = |reason: String| Problem::unprocessable("quarantine.not_understood", reason);
    let text = text_of(&payload).map_err(|wrong| refused(wrong.0))?;
    // Put right, it may be a call by now.
    let is_tracked = kept.kind == TRACKED && read_envelope(&payload, None).is_err();
    if is_tracked {
        let taken = snowplow::read_again(text, kept.source, kept.received_at, limits);
        return taken.map(|taken| taken.events).map_err(refused);
    }
    if payload.len() > limits.event_bytes {
        return Err(refused(format!("the event is larger than {} KB", limits.event_bytes >> 10)));
    }
    let kind = match kept.kind.as_str() {
        "call" | IMPORT | TRACKED => None,
        kind => {
            let known =
                ["track", "identify", "page", "screen", "group", "alias"].into_iter().find(|known| *known == kind);
            Some(known.ok_or_else(|| refused(format!("a {kind} is of our own making: it can only be dropped")))?)
        }
    };
    let (envelope, call) = read_call(text, kind).map_err(refused)?;
    let call = call.map_err(refused)?;
    let times = Times { received: kept.received_at, sent_at: None, corrects: kept.kind != IMPORT };
    Ok(vec![new_event(envelope, call, payload.clone(), kept.source, times)])
}

/// Makes sure that the replay is not taken for what it replays: an event whose fold failed stands in the log already.
async fn name_again(
    db: &Db,
    workspace: i64,
    kept: &Quarantined,
    event: &mut NewEvent<Input>,
) -> Result<(), StoreError> {
    if event.message_id.is_empty() {
        // Replayed twice at once, it still counts once.
        event.message_id = format!("~{}", kept.id).into();
        event.sent = Some(kept.received_at);
    } else if is_in_log(db, workspace, kept, &event.message_id).await? {
        event.message_id = format!("{}~{}", event.message_id, kept.id).into();
    }
    Ok(())
}

/// Whether the log has this very event. Received times never go back in log order, so its place is found by halving.
async fn is_in_log(db: &Db, workspace: i64, kept: &Quarantined, message_id: &str) -> Result<bool, StoreError> {
    let Some(last) = db.query(&sql::EVENT_LAST, &[workspace.into()]).await?.into_iter().next() else {
        return Ok(false);
    };
    let (mut low, mut high) = (0, last.int("position"));
    while low < high {
        let middle = low + (high - low) / 2;
        let rows = db.query(&sql::EVENT_FROM, &[workspace.into(), middle.into()]).await?;
        match rows.first() {
            Some(row) if row.time("received_at") < kept.received_at => low = row.int("position") + 1,
            _ => high = middle,
        }
    }
    let params = [workspace.into(), low.into(), kept.received_at.into()];
    let rows = db.query(&sql::EVENTS_AT, &params).await?;
    // One that was replayed before and failed again stands there under the name it was given then.
    let is_it =
        |known: &str| known.strip_prefix(message_id).is_some_and(|rest| rest.is_empty() || rest.starts_with('~'));
    Ok(rows
        .iter()
        .any(|row| is_it(row.text("message_id")) && row.text("kind") == kept.kind && row.text("name") == kept.name))
}

fn not_appended(error: AppendError) -> Problem {
    match error {
        AppendError::Busy { retry_after_s } => Problem::too_many("server.busy", error.to_string(), retry_after_s),
        _ => Problem::unavailable("server.unavailable", error.to_string()),
    }
}

async fn close(door: &Door, caller: &Caller, id: Id, state: QuarantineState) -> Result<(), Problem> {
    let action = match state {
        QuarantineState::Dropped => "quarantine.dropped",
        _ => "quarantine.replayed",
    };
    let row = [caller.workspace.into(), id.into(), Value::Static(state.as_str())];
    let now = door.desk.clock.now();
    let entry = audit_entry(&caller.actor(), now, &*door.desk.rng, action, &id.to_string(), &json!({}));
    let closed = door.desk.db.write(vec![Write::one(&sql::QUARANTINE_CLOSE, row), entry]).await;
    closed.map(|_| ()).map_err(|error| DeskError::from(error).into())
}

/// Let an event go for good.
#[utoipa::path(post, operation_id = "drop_quarantined", path = "/api/v1/quarantine/{id}/drop", tag = "quarantine", params(("id" = String, Path)),
    responses((status = 204), Refused))]
async fn drop_event(State(door): State<Door>, caller: Caller, PathOf(id): PathOf<Id>) -> Result<StatusCode, Problem> {
    caller.write(Area::Quarantine)?;
    find_open(&door.desk.db, caller.workspace, id).await?;
    close(&door, &caller, id, QuarantineState::Dropped).await?;
    Ok(StatusCode::NO_CONTENT)
}
