//! What a feed by address is.

use adapters::feeds::Format;
use base::{Id, Time};
use serde::{Deserialize, Serialize};
use store::Row;

/// How the last fetch of a feed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedOutcome {
    /// It was read to its end.
    TakenIn,
    /// It is the file that was read last.
    Unchanged,
    /// It could not be fetched, or not be read to its end: `error` says why. It is tried again by itself.
    Failed,
    /// What it names went in; nothing was taken away, because too much would have been: `error` says why, `missing` how many.
    HeldBack,
}

impl FeedOutcome {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            FeedOutcome::TakenIn => "taken_in",
            FeedOutcome::Unchanged => "unchanged",
            FeedOutcome::Failed => "failed",
            FeedOutcome::HeldBack => "held_back",
        }
    }

    fn read(text: &str) -> FeedOutcome {
        match text {
            "taken_in" => FeedOutcome::TakenIn,
            "unchanged" => FeedOutcome::Unchanged,
            "held_back" => FeedOutcome::HeldBack,
            _ => FeedOutcome::Failed,
        }
    }
}

/// A feed of products at an address.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ProductFeed {
    #[serde(skip)]
    pub workspace: i64,
    #[schema(value_type = String)]
    pub id: Id,
    /// Whose products these are.
    pub source: String,
    pub url: String,
    /// `csv`, `xml` or `json`; empty: recognised from the content.
    pub format: String,
    /// Minutes between two fetches.
    pub every_minutes: i64,
    /// It names everything that is sold: what it names no more is taken away.
    pub is_complete: bool,
    pub is_paused: bool,
    #[serde(skip)]
    pub etag: Option<String>,
    #[serde(skip)]
    pub last_modified: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub next_at: Time,
    /// Who asked for the next fetch: `person:ID`, `key:ID` or `schedule`.
    pub asked_by: String,
    /// The next fetch takes away whatever is missing.
    #[serde(skip)]
    pub accepts_loss: bool,
    /// When it was asked for last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub fetched_at: Option<Time>,
    /// When there was last another file than the time before.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub changed_at: Option<Time>,
    pub outcome: Option<FeedOutcome>,
    pub error: Option<String>,
    /// Products that a held back feed names no more.
    pub missing: i64,
    #[serde(skip)]
    pub tries: i64,
    /// It is being fetched now.
    pub is_running: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
}

impl ProductFeed {
    pub(super) fn of(row: &Row, now: Time) -> ProductFeed {
        let text = |name: &str| row.opt_text(name).map(str::to_owned);
        ProductFeed {
            workspace: row.int("workspace"),
            id: row.id("id"),
            source: row.text("source").to_owned(),
            url: row.text("url").to_owned(),
            format: row.text("format").to_owned(),
            every_minutes: row.int("every_minutes"),
            is_complete: row.int("is_complete") != 0,
            is_paused: row.int("is_paused") != 0,
            etag: text("etag"),
            last_modified: text("last_modified"),
            next_at: row.time("next_at"),
            asked_by: row.text("asked_by").to_owned(),
            accepts_loss: row.int("accepts_loss") != 0,
            fetched_at: row.opt_time("fetched_at"),
            changed_at: row.opt_time("changed_at"),
            outcome: text("outcome").map(|outcome| FeedOutcome::read(&outcome)),
            error: text("error"),
            missing: row.int("missing"),
            tries: row.int("tries"),
            is_running: row.opt_time("worker_until").is_some_and(|until| until >= now),
            created_at: row.time("created_at"),
        }
    }

    pub(super) fn format(&self) -> Option<Format> {
        Format::parse(&self.format)
    }
}
