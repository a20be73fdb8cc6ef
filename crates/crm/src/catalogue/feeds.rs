//! Feeds: a file of products, read as it arrives and taken in through the door as events.

use super::{named::Named, sql};
use crate::{
    calls::Input,
    desk::{Actor, DeskError, DeskState, new_id, source_named},
    door::{DoorLimits, take_batch},
};
use adapters::feeds::{self, Format, Line};
use base::{Currency, Id, Time};
use bytes::{Buf, Bytes};
use futures_util::{Stream, StreamExt};
use runtime::Handle;
use serde::{Deserialize, Serialize};
use std::{
    io::{self, Read},
    pin::pin,
};
use store::{Row, StoreError, Value, Write};
use tokio::sync::mpsc;

/// Calls that go into the log together.
const BATCH: usize = 500;
/// Bytes of a batch beyond which it goes even if it is not full.
const BATCH_BYTES: usize = 400 << 10;
/// Refused rows that are named; the others are counted.
const NAMED_MAX: usize = 1_000;
/// Refused rows that stay in the list of imports.
const KEPT_MAX: usize = 100;

/// A feed to be taken in.
pub struct Import {
    pub desk: DeskState,
    pub handle: Handle<Input>,
    pub actor: Actor,
    /// Whose products these are; it is made if there is none of this name.
    pub source: String,
    /// `None`: recognised from the content.
    pub format: Option<Format>,
    pub file: String,
    /// What prices are in where the feed does not say.
    pub currency: Currency,
}

/// A row that did not go in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RefusedRow {
    /// Where it begins in the file, from 1.
    pub line: u64,
    pub reason: String,
}

/// What became of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FeedAnswer {
    #[schema(value_type = String)]
    pub id: Id,
    /// Rows that went in.
    pub accepted: u64,
    pub refused: u64,
    /// The refused rows, the first thousand of them.
    pub rows: Vec<RefusedRow>,
    /// Why it could not be read to its end; what came before went in.
    pub error: Option<String>,
}

/// A feed that was taken in.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct FeedImport {
    #[schema(value_type = String)]
    pub id: Id,
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    pub source: String,
    pub file: String,
    pub format: String,
    /// Who brought it: `person:ID`, `key:ID`.
    pub by: String,
    pub accepted: i64,
    pub refused: i64,
    /// Products and variants that a complete feed named no more.
    pub deleted: i64,
    /// The first hundred refused rows.
    pub rows: Vec<RefusedRow>,
    pub error: Option<String>,
}

impl FeedImport {
    pub(super) fn of_row(row: &Row) -> FeedImport {
        FeedImport {
            id: row.id("id"),
            at: row.time("at"),
            source: row.text("source").to_owned(),
            file: row.text("file").to_owned(),
            format: row.text("format").to_owned(),
            by: row.text("by_whom").to_owned(),
            accepted: row.int("accepted"),
            refused: row.int("refused"),
            deleted: row.int("deleted"),
            rows: serde_json::from_str(row.text("reasons")).unwrap_or_default(),
            error: row.opt_text("error").map(str::to_owned),
        }
    }
}

/// Why a feed was not taken in at all.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The log takes nothing now.
    #[error("{0}")]
    Loop(String),
}

/// A row's calls, or why there are none.
struct Read1 {
    line: u64,
    calls: Result<Vec<String>, String>,
}

/// Takes a feed in; returns when all of it is durable.
pub async fn import<E: std::fmt::Display>(
    import: Import,
    body: impl Stream<Item = Result<Bytes, E>>,
) -> Result<FeedAnswer, FeedError> {
    take_feed(import, body, None).await.map(|(answer, _)| answer)
}

/// As [`import`], with what the feed names.
pub async fn import_named<E: std::fmt::Display>(
    import: Import,
    body: impl Stream<Item = Result<Bytes, E>>,
) -> Result<(FeedAnswer, Named), FeedError> {
    let (answer, named) = take_feed(import, body, Some(Named::default())).await?;
    Ok((answer, named.unwrap_or_default()))
}

async fn take_feed<E: std::fmt::Display>(
    import: Import,
    body: impl Stream<Item = Result<Bytes, E>>,
    named: Option<Named>,
) -> Result<(FeedAnswer, Option<Named>), FeedError> {
    let Import { desk, handle, actor, source, format, file, currency } = import;
    let now = desk.clock.now();
    let source = source_named(&desk.db, &*desk.clock, &*desk.rng, &actor, &source, "feed").await?;
    let id = new_id(&*desk.rng, now);
    // All of a first feed is new: that is no news.
    let known = desk.db.query(&sql::SHOP_KNOWN, &[actor.workspace.into(), (&source.name).into()]).await?;
    let is_first = known.is_empty();
    let (to_reader, bytes) = mpsc::channel::<Result<Bytes, String>>(4);
    let (to_log, mut rows) = mpsc::channel::<Vec<Read1>>(2);
    let (shop, version) = (source.name.clone(), now);
    let reading =
        tokio::task::spawn_blocking(move || read_feed(bytes, format, &shop, currency, version, named, &to_log));
    let mut answer = FeedAnswer { id, accepted: 0, refused: 0, rows: Vec::new(), error: None };
    let mut body = pin!(body);
    let feeding = async {
        let mut to_reader = Some(to_reader);
        while let Some(chunk) = body.next().await {
            // Once the reader has given up the rest is read over, so that the answer finds somebody who listens.
            if let Some(to) = &to_reader
                && to.send(chunk.map_err(|error| error.to_string())).await.is_err()
            {
                to_reader = None;
            }
        }
    };
    let taking = async {
        let mut taken = Ok(());
        while let (Some(batch), Ok(())) = (rows.recv().await, &taken) {
            taken = take_in(&handle, &desk, source.id, is_first, batch, &mut answer).await;
        }
        // Where the log takes no more, the reader has nobody to hand over to, and ends.
        rows.close();
        taken
    };
    // Both go on side by side; the channels hold back whoever is faster.
    let ((), taken) = tokio::join!(feeding, taking);
    taken?;
    let (format, error, named) = reading.await.map_err(|error| FeedError::Loop(error.to_string()))?;
    answer.error = error;
    let kept = serde_json::to_string(&answer.rows[..answer.rows.len().min(KEPT_MAX)]).unwrap_or_default();
    let row = [
        actor.workspace.into(),
        id.into(),
        now.into(),
        Value::Text(source.name),
        Value::Text(file.chars().take(200).collect()),
        Value::Static(format.map_or("", Format::as_str)),
        Value::Text(actor.name),
        (answer.accepted as i64).into(),
        (answer.refused as i64).into(),
        Value::Text(kept),
        answer.error.clone().into(),
    ];
    desk.db.write(vec![Write::one(&sql::FEED_IMPORT_PUT, row)]).await?;
    Ok((answer, named))
}

/// Writes a feed that could not even be begun into the list of imports.
pub async fn note_import(
    desk: &DeskState,
    actor: &Actor,
    at: Time,
    source: &str,
    file: &str,
    error: &str,
) -> Result<(), StoreError> {
    let row = [
        actor.workspace.into(),
        new_id(&*desk.rng, at).into(),
        at.into(),
        Value::from(source),
        Value::Text(file.chars().take(200).collect()),
        Value::Static(""),
        Value::from(&actor.name),
        0i64.into(),
        0i64.into(),
        Value::Static("[]"),
        Value::from(error),
    ];
    desk.db.write(vec![Write::one(&sql::FEED_IMPORT_PUT, row)]).await.map(|_| ())
}

/// Takes calls of a source in, as if a feed of it had said them.
pub async fn append_calls(
    desk: &DeskState,
    handle: &Handle<Input>,
    workspace: i64,
    source: &str,
    calls: &[String],
) -> Result<(), String> {
    let actor = Actor { workspace, name: "schedule".to_owned() };
    let source = source_named(&desk.db, &*desk.clock, &*desk.rng, &actor, source, "feed").await;
    let source = source.map_err(|error| error.to_string())?.id;
    for batch in calls.chunks(BATCH) {
        let body: Bytes = format!("{{\"batch\":[{}]}}", batch.join(",")).into();
        let taken = take_batch(&body, source, desk.clock.now(), &DoorLimits::default(), true);
        let taken = taken.map_err(|error| error.to_string())?;
        if let Some(wrong) = taken.refused.into_iter().next() {
            return Err(wrong.reason);
        }
        append(handle, taken.events).await.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Reads the file on a thread of its own; answers its format, why it ended early, and what it names where that is asked.
fn read_feed(
    bytes: mpsc::Receiver<Result<Bytes, String>>,
    format: Option<Format>,
    shop: &str,
    currency: Currency,
    now: Time,
    mut named: Option<Named>,
    to: &mpsc::Sender<Vec<Read1>>,
) -> (Option<Format>, Option<String>, Option<Named>) {
    let mut batch: Vec<Read1> = Vec::new();
    let mut size = 0;
    let mut is_open = true;
    let ended = feeds::read(Incoming { bytes, chunk: Bytes::new() }, format, currency, &mut |line: Line| {
        if let Some(named) = &mut named {
            named.add(&line.naming);
        }
        let calls = line.product.map(|product| product.calls(shop, now));
        size += calls.as_ref().map_or(64, |calls| calls.iter().map(String::len).sum());
        batch.push(Read1 { line: line.number, calls });
        if batch.len() >= BATCH / 2 || size >= BATCH_BYTES {
            size = 0;
            is_open = to.blocking_send(std::mem::take(&mut batch)).is_ok();
        }
        is_open
    });
    if !batch.is_empty() {
        // Whoever took them in is gone: nobody hears of it any more.
        let _ = to.blocking_send(batch);
    }
    match ended {
        Ok(format) => (Some(format), None, named),
        Err(error) => (format, Some(error), named),
    }
}

async fn take_in(
    handle: &Handle<Input>,
    desk: &DeskState,
    source: i64,
    is_first: bool,
    batch: Vec<Read1>,
    answer: &mut FeedAnswer,
) -> Result<(), FeedError> {
    let refuse = |answer: &mut FeedAnswer, line: u64, reason: String| {
        answer.refused += 1;
        if answer.rows.len() < NAMED_MAX {
            answer.rows.push(RefusedRow { line, reason });
        }
    };
    let mut events = Vec::with_capacity(batch.len());
    for row in batch {
        let calls = match row.calls {
            Ok(calls) => calls,
            Err(reason) => {
                refuse(answer, row.line, reason);
                continue;
            }
        };
        // A row goes in whole or not at all.
        let body: Bytes = format!("{{\"batch\":[{}]}}", calls.join(",")).into();
        let received = desk.clock.now();
        match take_batch(&body, source, received, &DoorLimits::default(), !is_first) {
            Ok(taken) => match taken.refused.into_iter().next() {
                Some(wrong) => refuse(answer, row.line, wrong.reason),
                None => {
                    answer.accepted += 1;
                    events.extend(taken.events);
                }
            },
            Err(wrong) => refuse(answer, row.line, wrong.to_string()),
        }
    }
    if !events.is_empty() {
        append(handle, events).await?;
    }
    Ok(())
}

/// Puts events in the log, as soon as the loop takes them.
async fn append(handle: &Handle<Input>, events: Vec<runtime::NewEvent<Input>>) -> Result<(), FeedError> {
    handle.append_in_time(events).await.map(|_| ()).map_err(|error| FeedError::Loop(error.to_string()))
}

/// The body as it arrives, for a reader that waits.
struct Incoming {
    bytes: mpsc::Receiver<Result<Bytes, String>>,
    chunk: Bytes,
}

impl Read for Incoming {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.bytes.blocking_recv() {
                Some(Ok(chunk)) => self.chunk = chunk,
                Some(Err(error)) => return Err(io::Error::other(error)),
                None => return Ok(0),
            }
        }
        let n = to.len().min(self.chunk.len());
        self.chunk.copy_to_slice(&mut to[..n]);
        Ok(n)
    }
}
