//! `POST /hooks/{shop}/{token}`: where shops tell what happens. Signed, or refused; in the log or kept aside before it is
//! answered; never refused for what it says, because shops stop telling those who refuse.

use super::{
    Connection, ConnectionState, Connections,
    rejected::{self, Rejection},
    sql,
};
use crate::door::{Taken, Times, keep};
use adapters::shops::{Headers, joined};
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::post,
};
use base::{SECOND, Time};
use http_kit::Problem;
use serde::Deserialize;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use store::{Value, Write};
use tokio::sync::OwnedSemaphorePermit;

/// The largest body of a webhook. Shops' own limits are 1 to 5 MB.
const BYTES_MAX: usize = 5 << 20;
/// How long a body waits for its place in a storm; shops hang up after 5 s at the earliest.
const PLACE_WAIT: Duration = Duration::from_secs(3);
const PLACE_RETRY_S: u64 = 5;
/// How often "last heard of" and wrong signatures are written down.
const NOTED_EVERY: i64 = 10 * SECOND;

/// The webhooks' route. Nothing else is there, so that it stays as thin as the door.
pub fn router(state: Connections) -> Router {
    Router::new().route("/hooks/{shop}/{token}", post(receive).get(greet)).with_state(state)
}

#[derive(Deserialize)]
struct Greeting {
    challenge: Option<String>,
}

/// Adobe asks a new address to repeat a word: <https://developer.adobe.com/events/docs/guides/#the-challenge-request>.
async fn greet(
    State(state): State<Connections>,
    Path((shop, token)): Path<(String, String)>,
    Query(greeting): Query<Greeting>,
) -> Result<Response, Problem> {
    find(&state, &shop, &token).await?;
    let challenge: String = greeting.challenge.unwrap_or_default().chars().take(200).collect();
    Ok(Json(json!({ "challenge": challenge })).into_response())
}

async fn find(state: &Connections, shop: &str, token: &str) -> Result<Arc<Connection>, Problem> {
    let found = state.ring.find(token).await.map_err(|error| crate::desk::store_problem(&error))?;
    let missing = || Problem::not_found("hooks.unknown", "no shop is connected at this address");
    found.filter(|connection| connection.shop == shop).ok_or_else(missing)
}

async fn receive(
    State(state): State<Connections>,
    Path((shop, token)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    // An unknown address is told before a byte of the body is read.
    let connection = find(&state, &shop, &token).await?;
    let _place = place(&state).await?;
    let body = axum::body::to_bytes(body, BYTES_MAX).await.map_err(|_| {
        Problem::too_large("hooks.too_large", format!("the body is larger than {} MB", BYTES_MAX >> 20))
    })?;
    let now = state.desk.clock.now();
    let reader = connection.reader().map_err(|reason| Problem::internal(&reason))?;
    let pairs: Vec<(&str, &str)> =
        headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let headers = Headers(&pairs);
    let mut wrong = None;
    if !connection.secrets(now).any(|secret| match reader.verify(&headers, &body, secret, now) {
        Ok(()) => true,
        Err(reason) => {
            wrong.get_or_insert(reason.to_string());
            false
        }
    }) {
        let reason = wrong.unwrap_or_default();
        note_trouble(&state, &connection, now, &reason, true).await;
        return Err(Problem::unauthorized("hooks.wrong_signature", reason));
    }
    let topic = reader.topic_header().and_then(|name| headers.get(name)).map(str::to_owned);
    let taken = match connection.state {
        ConnectionState::Paused => {
            let reason = "the connection is paused: resume it, and read this again".to_owned();
            Read {
                rejected: vec![Rejection { topic, reason, body: body.to_vec(), is_history: false }],
                ..Read::default()
            }
        }
        _ => read(&connection, topic.as_deref(), &body, now, false)?,
    };
    let is_uninstalled = taken.names.iter().any(|name| name == "App Uninstalled");
    let (events, rejected) = (taken.taken.events.len(), taken.rejected.len());
    put(&state, &connection, now, taken).await?;
    if is_uninstalled {
        uninstalled(&state, &connection).await?;
    }
    note_heard(&state, &connection, now).await;
    Ok(Json(json!({ "success": true, "events": events, "kept_aside": rejected })).into_response())
}

/// A place among the bodies that are held at once; in a storm of them one is waited for, and then the shop is asked to come again.
async fn place(state: &Connections) -> Result<OwnedSemaphorePermit, Problem> {
    let place = tokio::time::timeout(PLACE_WAIT, state.bodies.clone().acquire_owned()).await;
    place.ok().and_then(Result::ok).ok_or_else(|| {
        Problem::too_many("hooks.busy", "too many webhooks come in at once, send this again later", PLACE_RETRY_S)
    })
}

/// What a body becomes.
#[derive(Default)]
pub(super) struct Read {
    pub taken: Taken,
    pub rejected: Vec<Rejection>,
    /// The names of its events.
    pub names: Vec<String>,
    /// Why parts of it say nothing that is kept.
    pub ignored: Vec<String>,
}

/// Reads a body with the connection's parser. What is not understood is kept aside; of what is, each event passes the door's checks.
pub(super) fn read(
    connection: &Connection,
    topic: Option<&str>,
    body: &Bytes,
    now: Time,
    is_history: bool,
) -> Result<Read, Problem> {
    let reader = connection.reader().map_err(|reason| Problem::internal(&reason))?;
    let mut read = Read::default();
    let reject =
        |reason: String| Rejection { topic: topic.map(str::to_owned), reason, body: body.to_vec(), is_history };
    match reader.parse(topic, body, &connection.settings()) {
        Err(refusal) => read.rejected.push(reject(refusal.0)),
        Ok(parsed) => {
            if !parsed.refused.is_empty() {
                read.rejected.push(reject(joined(&parsed.refused)));
            }
            let times = Times { received: now, sent_at: None, corrects: !is_history };
            for event in parsed.events {
                read.taken.add_text(event.to_json(), connection.source, times);
                read.names.extend(event.name);
            }
            read.ignored = parsed.ignored;
        }
    }
    Ok(read)
}

/// Puts what was read in the log, what was refused in quarantine and what was not understood aside; durable when it returns.
pub(super) async fn put(
    state: &Connections,
    connection: &Connection,
    now: Time,
    read: Read,
) -> Result<runtime::Appended, Problem> {
    let Read { taken, rejected, .. } = read;
    let handle = (state.loops)(connection.workspace);
    let appended = keep(&state.desk, &handle, connection.workspace, connection.source, now, taken).await?;
    let writes = rejected::keep(connection, &*state.desk.rng, now, rejected);
    if !writes.is_empty() {
        state.desk.db.write(writes).await.map_err(|error| crate::desk::store_problem(&error))?;
    }
    Ok(appended)
}

async fn uninstalled(state: &Connections, connection: &Connection) -> Result<(), Problem> {
    let to = ConnectionState::Uninstalled.as_str();
    let row = [connection.workspace.into(), connection.source.into(), Value::Static(to)];
    state
        .desk
        .db
        .write(vec![Write::one(&sql::CONNECTION_STATE, row)])
        .await
        .map_err(|error| crate::desk::store_problem(&error))?;
    state.ring.forget();
    tracing::warn!(source = connection.source, "the shop uninstalled our app: its API is not asked any more");
    Ok(())
}

/// Writes down that the shop was heard of, at most every few seconds. A failure is no reason to refuse what it said.
async fn note_heard(state: &Connections, connection: &Connection, now: Time) {
    if connection.last_event_at.is_some_and(|at| now - at < NOTED_EVERY) {
        return;
    }
    let row = [connection.workspace.into(), connection.source.into(), now.into()];
    if let Err(error) = state.desk.db.write(vec![Write::one(&sql::CONNECTION_HEARD, row)]).await {
        tracing::warn!(%error, source = connection.source, "when the shop was last heard of could not be written down");
    }
    state.ring.forget_one(&connection.token);
}

/// Writes down what went wrong last; of many wrong signatures within a few seconds one.
pub(super) async fn note_trouble(
    state: &Connections,
    connection: &Connection,
    now: Time,
    reason: &str,
    is_signature: bool,
) {
    if is_signature && connection.last_error_at.is_some_and(|at| now - at < NOTED_EVERY) {
        return;
    }
    let row = [
        connection.workspace.into(),
        connection.source.into(),
        Value::Text(reason.chars().take(500).collect()),
        now.into(),
        is_signature.into(),
    ];
    if let Err(error) = state.desk.db.write(vec![Write::one(&sql::CONNECTION_TROUBLE, row)]).await {
        tracing::warn!(%error, source = connection.source, "a connection's trouble could not be written down");
    }
    state.ring.forget_one(&connection.token);
}
