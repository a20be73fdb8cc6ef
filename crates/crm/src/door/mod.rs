//! The door: Segment's HTTP tracking API, and beside it that of Snowplow's trackers. What comes in is checked, put in the workspace's log, and acknowledged when it is
//! durable; what is not understood is kept in quarantine with its reason.
//!
//! Start reading at [`router`], then [`take`]: the part that knows no HTTP.

mod answer;
mod body;
mod key;
mod quarantine;
mod reasons;
mod settings;
mod snowplow;
pub mod sql;
mod take;
#[cfg(test)]
mod tests;

pub use quarantine::{QuarantineState, Quarantined, quarantine_router};
pub use reasons::QuarantineReason;
pub(crate) use take::Times;
pub use take::{Refusal, Taken, Wrong, take_batch, take_call};

use crate::{
    calls::Input,
    desk::{DeskState, KeyKind, new_id},
};
use answer::Answer;
use axum::{
    Router,
    body::Body,
    extract::State,
    http::HeaderMap,
    middleware::map_response,
    response::Response,
    routing::{get, post},
};
use base::Time;
use http_kit::Problem;
use runtime::{AppendError, Appended, Handle};
use std::sync::Arc;
use store::{Rows, Value, Write};

/// How much the door takes. Sizes are those after gunzip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoorLimits {
    pub batch_bytes: usize,
    pub event_bytes: usize,
    pub batch_events: usize,
}

impl Default for DoorLimits {
    fn default() -> DoorLimits {
        DoorLimits { batch_bytes: 500 << 10, event_bytes: 32 << 10, batch_events: 2_500 }
    }
}

/// Gives the loop of a workspace.
pub type Loops = Arc<dyn Fn(i64) -> Handle<Input> + Send + Sync>;

/// The door's state; cheap to clone.
#[derive(Clone)]
pub struct Door {
    pub desk: DeskState,
    pub loops: Loops,
    pub limits: DoorLimits,
}

/// How an address is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// One call of this kind.
    Call(&'static str),
    Batch,
    /// A batch of the past: the times are taken as they stand.
    Import,
}

const ADDRESSES: [(&str, Way); 15] = [
    ("/v1/track", Way::Call("track")),
    ("/v1/identify", Way::Call("identify")),
    ("/v1/page", Way::Call("page")),
    ("/v1/screen", Way::Call("screen")),
    ("/v1/group", Way::Call("group")),
    ("/v1/alias", Way::Call("alias")),
    ("/v1/batch", Way::Batch),
    ("/v1/import", Way::Import),
    ("/v1/t", Way::Call("track")),
    ("/v1/i", Way::Call("identify")),
    ("/v1/p", Way::Call("page")),
    ("/v1/s", Way::Call("screen")),
    ("/v1/g", Way::Call("group")),
    ("/v1/a", Way::Call("alias")),
    ("/v1/b", Way::Batch),
];

/// The routes of the tracking API, from any web page's origin.
pub fn router(door: Door) -> Router {
    let mut router = Router::new();
    for (address, way) in ADDRESSES {
        let receive = move |State(door): State<Arc<Door>>, headers: HeaderMap, body: Body| async move {
            let answer = receive(&door, way, &headers, body).await;
            answer.unwrap_or_else(|refused| refused)
        };
        router = router.route(address, post(receive).options(answer::preflight));
    }
    router
        // The browser SDK's figures about itself: of no use to us, but it should not see errors.
        .route("/v1/m", post(async || Answer::Taken).options(answer::preflight))
        .route("/v1/projects/{key}/settings", get(settings::settings).options(answer::preflight))
        .layer(map_response(async |response: Response| answer::for_any_origin(response)))
        .merge(snowplow::router())
        .with_state(Arc::new(door))
}

async fn receive(door: &Door, way: Way, headers: &HeaderMap, body: Body) -> Result<Answer, Answer> {
    let from_header = key::from_header(headers).map(|text| door.desk.keys.find(&text).ok_or(Answer::UnknownKey));
    // A wrong key is told before a byte of the body is read.
    let from_header = from_header.transpose()?;
    let body = body::read(headers, body, door.limits.batch_bytes).await?;
    let (key, body) = match from_header {
        Some(key) => (key, body),
        None => {
            let text = key::from_body(take::text_of(&body)?)?.ok_or(Answer::UnknownKey)?;
            let key = door.desk.keys.find(&text).ok_or(Answer::UnknownKey)?;
            // A write key is public anyway; no other key's text goes into the log.
            let body = if key.kind == KeyKind::Write { body } else { key::mask(&body, &text) };
            (key, body)
        }
    };
    if !key.may_send() {
        return Err(Answer::NotAllowed);
    }
    let received = door.desk.clock.now();
    let taken = match way {
        Way::Call(kind) => take_call(&body, kind, key.source, received, &door.limits),
        Way::Batch => take_batch(&body, key.source, received, &door.limits, true),
        Way::Import => take_batch(&body, key.source, received, &door.limits, false),
    };
    let handle = (door.loops)(key.workspace);
    let mut taken = taken?;
    if key.kind == KeyKind::Write {
        // A write key may be seen in a page: whoever has it speaks of a visitor, and never of what things cost.
        taken.refuse_catalogue();
    }
    let kept = keep(&door.desk, &handle, key.workspace, key.source, received, taken).await;
    kept.map(|_| Answer::Taken).map_err(|error| match error {
        NotKept::Busy { retry_after_s } => Answer::Busy { retry_after_s },
        NotKept::Unavailable => Answer::Unavailable,
    })
}

/// Why what was taken is not kept: it should be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotKept {
    Busy { retry_after_s: u64 },
    Unavailable,
}

impl From<NotKept> for Problem {
    fn from(error: NotKept) -> Problem {
        match error {
            NotKept::Busy { retry_after_s } => {
                Problem::too_many("log.busy", "too many events are waiting, send this again later", retry_after_s)
            }
            NotKept::Unavailable => {
                Problem::unavailable("log.unavailable", "the events could not be stored now, send this again")
            }
        }
    }
}

/// Puts what was taken in the log and in quarantine; both are durable when this returns.
pub(crate) async fn keep(
    desk: &DeskState,
    handle: &Handle<Input>,
    workspace: i64,
    source: i64,
    received: Time,
    taken: Taken,
) -> Result<Appended, NotKept> {
    let mut appended = Appended::default();
    if !taken.events.is_empty() {
        appended = handle.append(taken.events).await.map_err(|error| match error {
            AppendError::Busy { retry_after_s } => NotKept::Busy { retry_after_s },
            other => {
                tracing::warn!(error = %other, workspace, "events could not be taken in");
                NotKept::Unavailable
            }
        })?;
    }
    if taken.refused.is_empty() {
        return Ok(appended);
    }
    // After the append: a client that is turned away sends everything again, and nothing stands here twice.
    let mut rows = Rows::with_capacity(8, taken.refused.len());
    for refusal in taken.refused {
        rows.push([
            workspace.into(),
            new_id(&*desk.rng, received).into(),
            received.into(),
            source.into(),
            Value::Static(refusal.kind),
            Value::Text(refusal.name.into()),
            Value::Text(refusal.reason),
            Value::Raw(refusal.body),
        ]);
    }
    match desk.db.write(vec![Write::new(&runtime::sql::REFUSED_PUT, rows)]).await {
        Ok(_) => Ok(appended),
        Err(error) => {
            tracing::error!(%error, workspace, "events that were not understood could not be kept");
            Err(NotKept::Unavailable)
        }
    }
}
