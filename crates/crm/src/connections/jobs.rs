//! Jobs: what is to be asked of a shop's API, one kind after the other, page by page. A job is a row that says how far it is, so
//! that any process goes on where the last one stopped.

use super::{Connection, Connections, rows, sql};
use crate::desk::{DeskError, new_id};
use adapters::shops::client::Kind;
use base::{Id, Time};
use serde::{Deserialize, Serialize};
use store::{Row, StoreError, Value, Write};

/// What a job found that differs, listed by name; beyond it only counted.
pub(super) const FOUND_MAX: usize = 100;

/// What a job is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Brings in what was before, as history: nobody is written to because of it.
    Backfill,
    /// Compares what changed lately with what is known, and brings in what is missing.
    Reconcile,
}

impl Purpose {
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::Backfill => "backfill",
            Purpose::Reconcile => "reconcile",
        }
    }
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// For its turn, or until `next_at`; `error` says why.
    Waiting,
    Running,
    /// By a person.
    Paused,
    /// Only a person can help: `error` says how.
    Stopped,
    Done,
    Cancelled,
}

impl JobState {
    pub fn as_str(self) -> &'static str {
        match self {
            JobState::Waiting => "waiting",
            JobState::Running => "running",
            JobState::Paused => "paused",
            JobState::Stopped => "stopped",
            JobState::Done => "done",
            JobState::Cancelled => "cancelled",
        }
    }

    fn read(text: &str) -> JobState {
        match text {
            "running" => JobState::Running,
            "paused" => JobState::Paused,
            "stopped" => JobState::Stopped,
            "done" => JobState::Done,
            "cancelled" => JobState::Cancelled,
            _ => JobState::Waiting,
        }
    }

    /// Whether nothing more happens to it.
    pub fn is_over(self) -> bool {
        matches!(self, JobState::Done | JobState::Cancelled)
    }
}

/// Something that the shop has otherwise than we had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Difference {
    /// `orders`, `customers` or `carts`.
    pub kind: String,
    pub id: String,
    /// `missing`, `total`, `cancelled` or `refunded`.
    pub what: String,
    /// Whether it is as in the shop now.
    pub is_repaired: bool,
}

/// A backfill or a reconciliation.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Job {
    #[serde(skip)]
    pub workspace: i64,
    #[schema(value_type = String)]
    pub id: Id,
    pub source: i64,
    pub purpose: Purpose,
    /// `person:ID`, `key:ID`, `command line`, `schedule` or `night`.
    pub asked_by: String,
    pub state: JobState,
    /// What it reads, in this order.
    pub kinds: Vec<String>,
    /// What it reads now.
    pub kind: String,
    /// Only what changed since then.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Time>,
    #[serde(skip)]
    pub cursor: Option<String>,
    pub pages: i64,
    /// Customers, orders, … that were read.
    pub objects: i64,
    /// How many there are of the kind that is read now, where the shop says it.
    pub total: Option<i64>,
    /// Events that were not known before.
    pub events: i64,
    /// Objects that were not understood; they are kept aside.
    pub refused: i64,
    /// What the shop has and we had not.
    pub missing: i64,
    /// What we had otherwise than the shop.
    pub differing: i64,
    /// How many of those two are as in the shop now.
    pub repaired: i64,
    /// The first of them, by name.
    pub found: Vec<Difference>,
    /// What could not be asked for, and why.
    pub note: Option<String>,
    /// What went wrong last; none while all is well.
    pub error: Option<String>,
    #[serde(skip)]
    pub tries: i64,
    /// When it goes on.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Time>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Time>,
}

impl Job {
    pub(crate) fn of(row: &Row) -> Job {
        let text = |name: &str| row.opt_text(name).map(str::to_owned);
        Job {
            workspace: row.int("workspace"),
            id: row.id("id"),
            source: row.int("source"),
            purpose: if row.text("purpose") == "reconcile" { Purpose::Reconcile } else { Purpose::Backfill },
            asked_by: row.text("asked_by").to_owned(),
            state: JobState::read(row.text("state")),
            kinds: row.text("kinds").split(',').map(str::to_owned).collect(),
            kind: row.text("kind").to_owned(),
            since: row.opt_time("since"),
            cursor: text("cursor"),
            pages: row.int("pages"),
            objects: row.int("objects"),
            total: row.opt_int("total"),
            events: row.int("events"),
            refused: row.int("refused"),
            missing: row.int("missing"),
            differing: row.int("differing"),
            repaired: row.int("repaired"),
            found: serde_json::from_str(row.text("found")).unwrap_or_default(),
            note: text("note"),
            error: text("error"),
            tries: row.int("tries"),
            next_at: row.opt_time("next_at"),
            created_at: row.time("created_at"),
            updated_at: row.time("updated_at"),
            finished_at: row.opt_time("finished_at"),
        }
    }

    /// The step that writes down how far it is; it fails where a person paused or ended the job meanwhile.
    pub(super) fn save(&self) -> Write {
        let row = [
            self.workspace.into(),
            self.id.into(),
            Value::Static(self.state.as_str()),
            Value::from(&self.kind),
            self.cursor.clone().into(),
            self.pages.into(),
            self.objects.into(),
            self.total.into(),
            self.events.into(),
            self.refused.into(),
            self.missing.into(),
            self.differing.into(),
            self.repaired.into(),
            Value::Text(serde_json::to_string(&self.found).expect("texts are JSON")),
            self.note.clone().into(),
            self.error.clone().into(),
            self.tries.into(),
            self.next_at.into(),
            self.updated_at.into(),
            self.finished_at.into(),
        ];
        Write::one(&sql::JOB_SAVE, row).expect(1)
    }

    /// What is to be asked for now; `None`: a kind that this version does not know.
    pub(super) fn kind(&self) -> Option<Kind> {
        Kind::parse(&self.kind)
    }

    /// Goes on to the next kind; `false`: there is none.
    pub(super) fn go_on(&mut self) -> bool {
        let at = self.kinds.iter().position(|kind| *kind == self.kind).unwrap_or(self.kinds.len());
        let Some(next) = self.kinds.get(at + 1) else { return false };
        self.kind.clone_from(next);
        (self.cursor, self.total) = (None, None);
        true
    }

    /// Adds a difference to the list, as far as there is room.
    pub(super) fn find(&mut self, kind: Kind, id: &str, what: &str, is_repaired: bool) {
        let (kind, id) = (kind.as_str().to_owned(), id.chars().take(200).collect());
        let found = Difference { kind, id, what: what.to_owned(), is_repaired };
        if self.found.len() < FOUND_MAX && !self.found.contains(&found) {
            self.found.push(found);
        }
    }

    /// What came of a reconciliation, in a sentence.
    pub fn sentence(&self) -> String {
        let several = |n: i64, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
        let of = |kind: &str, what: &dyn Fn(&Difference) -> bool| {
            self.found.iter().filter(|found| found.kind == kind && what(found)).count() as i64
        };
        let orders = of("orders", &|found| found.what == "missing");
        let recovered = of("orders", &|found| found.what == "missing" && found.is_repaired);
        let mut text = match (orders, self.missing + self.differing) {
            (0, 0) => format!("nothing missing among {}", several(self.objects, "object", "objects")),
            (0, n) => format!("{}, {} repaired", several(n, "difference", "differences"), self.repaired),
            (n, _) if n == recovered => format!("{} missing, recovered", several(n, "order", "orders")),
            (n, _) => format!("{} missing, {recovered} recovered", several(n, "order", "orders")),
        };
        let others = self.missing + self.differing - orders;
        if orders > 0 && others > 0 {
            text.push_str(&format!("; {}", several(others, "other difference", "other differences")));
        }
        text
    }
}

/// A job to be started.
#[derive(Debug, Clone)]
pub struct NewJob {
    pub purpose: Purpose,
    /// Empty: all that the shop's API lists (a backfill), or orders, customers and carts (a reconciliation).
    pub kinds: Vec<String>,
    pub since: Option<Time>,
    pub asked_by: String,
}

/// Starts jobs: a backfill has one for each kind, a reconciliation is one. One that was paused or stopped goes on where it was.
/// The error: the connection has no API to ask, or it is asked already.
pub async fn start_job(state: &Connections, connection: &Connection, new: NewJob) -> Result<Vec<Job>, DeskError> {
    let lists = wanted(connection, &new)?;
    let (db, now) = (&state.desk.db, state.desk.clock.now());
    let open = [connection.workspace.into(), connection.source.into(), Value::Static(new.purpose.as_str())];
    let open = db.query(&sql::JOBS_OPEN, &open).await?;
    let is_same =
        |row: &Row, kinds: &[String]| kinds.iter().any(|kind| row.text("kinds").split(',').any(|of| of == kind));
    let is_halted = |row: &Row| matches!(row.text("state"), "paused" | "stopped");
    if let Some(row) = open.iter().find(|row| !is_halted(row) && lists.iter().any(|kinds| is_same(row, kinds))) {
        let (what, kinds) = (new.purpose.as_str(), row.text("kinds").replace(',', ", "));
        let text = format!("a {what} of {kinds} is under way: {}", row.id("id"));
        return Err(DeskError::Conflict("connections.job_under_way", text));
    }
    let mut jobs = Vec::new();
    for kinds in lists {
        let id = match open.iter().find(|row| is_same(row, &kinds)) {
            Some(halted) => {
                let resume = [connection.workspace.into(), halted.id("id").into(), now.into()];
                db.write(vec![Write::one(&sql::JOB_RESUME, resume)]).await?;
                halted.id("id")
            }
            None => {
                let (id, write) = insert(state, connection, &new, &kinds, now);
                db.write(vec![write]).await?;
                id
            }
        };
        jobs.extend(find_job(state, connection.workspace, id).await?);
    }
    state.work.notify_one();
    Ok(jobs)
}

/// The step that makes a job, and its id.
pub(super) fn insert(state: &Connections, of: &Connection, new: &NewJob, kinds: &[String], now: Time) -> (Id, Write) {
    let id = new_id(&*state.desk.rng, now);
    let row = [
        of.workspace.into(),
        id.into(),
        of.source.into(),
        Value::Static(new.purpose.as_str()),
        Value::from(&new.asked_by),
        Value::Text(kinds.join(",")),
        Value::Text(kinds.first().cloned().unwrap_or_default()),
        new.since.into(),
        now.into(),
    ];
    (id, Write::one(&sql::JOB_INSERT, row))
}

/// What a reconciliation compares, orders first.
pub(super) fn compared(connection: &Connection) -> Vec<String> {
    let kinds = rows::kinds(connection);
    ["orders", "customers", "carts"].into_iter().filter(|kind| kinds.contains(kind)).map(str::to_owned).collect()
}

fn wanted(connection: &Connection, new: &NewJob) -> Result<Vec<Vec<String>>, DeskError> {
    let kinds = rows::kinds(connection);
    if connection.base_url.is_empty() || kinds.is_empty() {
        let text = "the connection has no API to ask: say its base_url and its credentials";
        return Err(DeskError::Invalid("connections.no_api", text.to_owned()));
    }
    if let Some(wrong) = new.kinds.iter().find(|kind| !kinds.contains(&kind.as_str())) {
        let said: String = wrong.chars().take(40).collect();
        let text = format!("the API of {} does not list {said:?}: {}", connection.shop, kinds.join(", "));
        return Err(DeskError::Invalid("connections.wrong_kind", text));
    }
    Ok(match (new.purpose, new.kinds.is_empty()) {
        (Purpose::Backfill, true) => kinds.into_iter().map(|kind| vec![kind.to_owned()]).collect(),
        (Purpose::Backfill, false) => new.kinds.iter().map(|kind| vec![kind.clone()]).collect(),
        (Purpose::Reconcile, true) => vec![compared(connection)],
        (Purpose::Reconcile, false) => vec![new.kinds.clone()],
    })
}

/// The workspace's job with this id.
pub async fn find_job(state: &Connections, workspace: i64, id: Id) -> Result<Option<Job>, StoreError> {
    let rows = state.desk.db.query(&sql::JOB_FIND, &[workspace.into(), id.into()]).await?;
    Ok(rows.first().map(Job::of))
}

/// A connection's jobs before `before`, newest first, at most `rows`.
pub async fn list_jobs(
    state: &Connections,
    connection: &Connection,
    purpose: Option<Purpose>,
    before: Option<Id>,
    rows: i64,
) -> Result<Vec<Job>, StoreError> {
    let params = [
        connection.workspace.into(),
        connection.source.into(),
        Value::Static(purpose.map_or("", Purpose::as_str)),
        before.unwrap_or(Id([0xff; 16])).into(),
        rows.into(),
    ];
    let found = state.desk.db.query(&sql::JOBS, &params).await?;
    Ok(found.iter().map(Job::of).collect())
}

/// What a person does with a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steer {
    Pause,
    Resume,
    Cancel,
}

/// Pauses, resumes or ends a job.
pub async fn steer_job(state: &Connections, job: &Job, what: Steer) -> Result<(), DeskError> {
    let sql = match what {
        Steer::Pause => &sql::JOB_PAUSE,
        Steer::Resume => &sql::JOB_RESUME,
        Steer::Cancel => &sql::JOB_CANCEL,
    };
    let row = [job.workspace.into(), job.id.into(), state.desk.clock.now().into()];
    match state.desk.db.write(vec![Write::one(sql, row).expect(1)]).await {
        Err(StoreError::Fenced) => {
            let text = format!("the job is {}: that cannot be done with it now", job.state.as_str());
            Err(DeskError::Conflict("connections.job_elsewhere", text))
        }
        other => {
            state.work.notify_one();
            other.map(|_| ()).map_err(DeskError::from)
        }
    }
}
