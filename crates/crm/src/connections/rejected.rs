//! What a shop said and nobody understood: kept with the reason, until a person has it read again or lets it go.

use super::{Connection, sql};
use crate::desk::new_id;
use adapters::shops::reason::{Sorted, sorted};
use base::{Id, Rng, Time, stable_hash};
use serde::Serialize;
use store::{Row, Rows, Value, Write};

/// Of a longer body only the beginning is kept, and it cannot be read again.
const BODY_MAX: usize = 512 << 10;
const REASON_MAX: usize = 1_000;

/// One body, or one object of a page, that was not understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rejection {
    pub topic: Option<String>,
    pub reason: String,
    pub body: Vec<u8>,
    /// It came with what was before the connection.
    pub is_history: bool,
}

/// As the API shows it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RejectedBody {
    #[schema(value_type = String)]
    pub id: Id,
    /// When it last came.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Time,
    /// How often the very same body came.
    pub times: i64,
    pub topic: Option<String>,
    /// Why it was not understood.
    pub reason: String,
    /// What that is, in a word: `paused`, `blank`, `shop_error`, `unknown_topic`, `unknown_object`, `ids_only`, `unreadable`,
    /// `wrong_value`, `missing`, `too_large` or `other`.
    pub code: String,
    /// The field, topic or message that it is about, where there is one.
    pub about: Option<String>,
    /// In a list at most its first 4,000 characters.
    pub body: String,
    /// It came with a backfill.
    pub is_history: bool,
    /// Whether the whole body was kept: only then can it be read again.
    pub is_whole: bool,
    /// `open`, `replayed` or `dropped`.
    pub state: String,
}

impl RejectedBody {
    pub(super) fn of(row: &Row) -> RejectedBody {
        let is_paused = row.text("reason").starts_with("the connection is paused");
        let Sorted { code, about } = sorted(row.text("reason"));
        RejectedBody {
            code: if is_paused { "paused" } else { code }.to_owned(),
            about,
            id: row.id("id"),
            received_at: row.time("received_at"),
            times: row.int("times"),
            topic: row.opt_text("topic").map(str::to_owned),
            reason: row.text("reason").to_owned(),
            body: row.text("body").to_owned(),
            is_history: row.flag("is_history"),
            is_whole: row.flag("is_whole"),
            state: row.text("state").to_owned(),
        }
    }
}

/// The steps that keep them, and let the oldest of the connection go.
pub(super) fn keep(connection: &Connection, rng: &dyn Rng, now: Time, rejected: Vec<Rejection>) -> Vec<Write> {
    if rejected.is_empty() {
        return Vec::new();
    }
    let mut seen = std::collections::HashSet::new();
    let mut rows = Rows::with_capacity(10, rejected.len());
    for rejection in rejected {
        let fingerprint = stable_hash(&rejection.body) as i64;
        // The same object twice on one page is one row.
        if !seen.insert(fingerprint) {
            continue;
        }
        let is_whole = rejection.body.len() <= BODY_MAX;
        let kept = &rejection.body[..rejection.body.len().min(BODY_MAX)];
        let body = String::from_utf8_lossy(kept).replace('\0', "\u{fffd}");
        rows.push([
            connection.workspace.into(),
            new_id(rng, now).into(),
            connection.source.into(),
            fingerprint.into(),
            now.into(),
            rejection.is_history.into(),
            rejection.topic.map(|topic| topic.replace('\0', "").chars().take(200).collect::<String>()).into(),
            Value::Text(rejection.reason.replace('\0', "").chars().take(REASON_MAX).collect()),
            Value::Text(body),
            is_whole.into(),
        ]);
    }
    let trim = Write::one(&sql::REJECTED_TRIM, [connection.workspace.into(), connection.source.into()]);
    vec![Write::new(&sql::REJECTED_PUT, rows), trim]
}
