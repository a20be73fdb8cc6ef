//! `ritorno doctor`: looks at everything a running Ritorno needs and says what to do about what is missing.

use crate::{
    config::Place,
    control, health,
    operations::Operation,
    serve::{self, Server},
};
use adapters::smtp::{SmtpClient, SmtpConfig};
use base::{Clock, DAY, Id, MINUTE, SystemClock, Time};
use clap::Args;
use crm::{
    connections::{ConnectionState, ConnectionView, Job, JobState, list_connections, list_jobs},
    product_feeds::{FeedOutcome, ProductFeed, list_feeds},
};
use engage::shared::Shared;
use runtime::driver::stored_cell;
use serde::{Deserialize, Serialize};
use store::{Db, StoreError};

/// A shop that says nothing for so long is asked about.
const SILENT: i64 = 3 * DAY;

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
    /// The mail server to try where no server runs; a running one is asked about its own.
    #[arg(long, env = "RITORNO_SMTP_URL", value_name = "URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// The address to judge where no server runs; a running one is asked about its own.
    #[arg(long, env = "RITORNO_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
}

/// How a checked thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Well,
    /// Works, but someone should know.
    Note,
    Ill,
}

/// What a check found. It goes through the control socket, where the server finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub state: State,
    pub text: String,
}

fn well(text: impl Into<String>) -> Finding {
    Finding { state: State::Well, text: text.into() }
}

fn note(text: impl Into<String>) -> Finding {
    Finding { state: State::Note, text: text.into() }
}

fn ill(text: impl Into<String>) -> Finding {
    Finding { state: State::Ill, text: text.into() }
}

/// Prints the findings; an error where something is ill.
pub async fn run(options: Options) -> Result<(), String> {
    let mut findings = match open(&options.place).await {
        Ok(None) => without_server(&options).await,
        Ok(Some(pid)) => beside_a_server(&options.place, &pid).await,
        Err(reason) => vec![ill(reason)],
    };
    findings.push(clock());
    findings.push(disk(&options.place));
    for Finding { state, text } in &findings {
        let mark = match state {
            State::Well => "ok  ",
            State::Note => "note",
            State::Ill => "ILL ",
        };
        println!("{mark}  {text}");
    }
    let first = findings.iter().find(|finding| finding.state == State::Ill);
    let count = findings.iter().filter(|finding| finding.state == State::Ill).count();
    first.map_or(Ok(()), |first| Err(format!("{count} of {} checks failed; the first: {}", findings.len(), first.text)))
}

/// Whether the database can be had; where a server has it, its process id.
async fn open(place: &Place) -> Result<Option<String>, String> {
    match Db::open_cli(&place.config()?).await {
        Ok(db) => {
            db.close().await;
            Ok(None)
        }
        Err(StoreError::Locked { pid, .. }) => {
            Ok(Some(pid.map_or_else(|| "unknown".to_owned(), |pid| pid.to_string())))
        }
        Err(error) => Err(format!("the database cannot be opened: {error}")),
    }
}

/// Everything is looked at from here, with the options of this command.
async fn without_server(options: &Options) -> Vec<Finding> {
    let place = &options.place;
    let smtp = options.smtp_url.as_deref().map(str::parse::<SmtpConfig>).transpose();
    let server = match serve::Server::open(place, serve::system_clock(), "", false, None).await {
        Ok(server) => server,
        Err(error) => return vec![ill(error)],
    };
    let what = match &place.database_url {
        // Its servers may be on other machines: there is no socket that leads to them.
        Some(_) => "the database answers and is up to date; servers on PostgreSQL are not asked".to_owned(),
        None => format!("the database in {} answers and is up to date; no server runs on it", place.data.display()),
    };
    let mut findings = vec![
        well(what),
        note("the mail server and the public address below are what this command was given (options, RITORNO_…, file)"),
    ];
    findings.extend(work(&server).await);
    server.runtime.close().await;
    server.db.clone().close().await;
    findings.push(match smtp {
        Ok(config) => mail(config.map(SmtpClient::new).as_ref()).await,
        Err(error) => ill(format!("--smtp-url: {error}")),
    });
    findings.push(links(options.public_url.as_deref()));
    findings
}

/// The server looks at itself: what it was started with is not what this command was.
async fn beside_a_server(place: &Place, pid: &str) -> Vec<Finding> {
    let Some(socket) = place.control_socket() else { return Vec::new() };
    let asked = control::ask(&socket, &Operation::Doctor).await;
    let found = asked.and_then(|found| serde_json::from_value::<Vec<Finding>>(found).map_err(|e| e.to_string()));
    match found {
        Ok(found) => {
            let runs =
                format!("a server runs on the data folder {} (process {pid}); it was asked", place.data.display());
            std::iter::once(well(runs)).chain(found).collect()
        }
        Err(error) => vec![ill(format!("process {pid} has the data folder but does not answer: {error}"))],
    }
}

/// What a running server says of itself.
pub async fn of_server(server: &Server) -> Vec<Finding> {
    let mut findings = match health::figures(server).await.trouble {
        Some(trouble) => vec![ill(trouble)],
        None => vec![well("the database answers, and the loop runs")],
    };
    findings.extend(work(server).await);
    findings.push(mail(server.smtp.as_ref()).await);
    findings.push(links(Some(&server.public_url)));
    findings
}

/// Flows, holds, and work that waits longer than it should.
async fn work(server: &Server) -> Vec<Finding> {
    let mut findings = Vec::new();
    let now = server.clock.now();
    let Ok(workspaces) = crm::desk::list_workspaces(&server.db).await else {
        return vec![ill("the list of workspaces cannot be read")];
    };
    for workspace in workspaces {
        let count = async |sql, params: &[store::Value]| {
            let rows = server.db.query(sql, params).await;
            rows.ok().and_then(|rows| rows.first().map(|row| row.int("n"))).unwrap_or(0)
        };
        let waiting = count(&runtime::sql::EFFECT_COUNT, &[workspace.id.into()]).await;
        let overdue = count(&runtime::sql::TIMERS_OVERDUE, &[workspace.id.into(), (now + -MINUTE).into()]).await;
        let name = &workspace.name;
        let stored = stored_cell(&server.db, workspace.id, Id::ZERO).await;
        let shared: Shared = stored.ok().flatten().map(|data| runtime::applier::decode(&data)).unwrap_or_default();
        if let Some(since) = shared.hold {
            findings.push(note(format!(
                "workspace {name}: messages are held since {since}; `ritorno release` lets them go"
            )));
        }
        if shared.flows.iter().all(|flow| flow.enabled.is_none()) {
            let how = "`ritorno flows import two-branch-follow-up`, then `ritorno flows enable two-branch-follow-up`";
            findings.push(note(format!("workspace {name}: no flow is switched on: {how}")));
        }
        if waiting > 0 {
            findings.push(note(format!(
                "workspace {name}: {waiting} messages wait in the outbox; a server with --smtp-url sends them"
            )));
        }
        if overdue > 0 {
            findings
                .push(note(format!("workspace {name}: {overdue} timers are overdue; they fire when a server runs")));
        }
        findings.extend(silent(server, workspace.id).await);
        findings.extend(shops(server, workspace.id).await);
    }
    findings
}

/// Sources that said nothing for longer than they ever did.
async fn silent(server: &Server, workspace: i64) -> Vec<Finding> {
    let found = crm::health::alarms(&server.db, workspace, server.clock.now()).await.unwrap_or_default();
    let silent = found.into_iter().filter(|alarm| alarm.trouble == crm::health::Trouble::Silent);
    silent
        .map(|alarm| {
            let (hours, usual) = (alarm.hours.unwrap_or(0), alarm.usual_hours.unwrap_or(0));
            note(format!(
                "source {}: it is silent for {hours} hours, and was never for more than {usual}: does the shop still tell, \
                 and does its script still run on the pages?",
                alarm.name
            ))
        })
        .collect()
}

/// The connected shops of a workspace: what is stopped, what will be, and who is silent.
async fn shops(server: &Server, workspace: i64) -> Vec<Finding> {
    let state = &server.connections;
    let Ok(connections) = list_connections(state, workspace, 0, 1_000).await else {
        return vec![ill("the list of connected shops cannot be read")];
    };
    let mut findings = Vec::new();
    for connection in &connections {
        let jobs = list_jobs(state, connection, None, None, 50).await.unwrap_or_default();
        let stopped = jobs.iter().find(|job| job.state == JobState::Stopped);
        findings.extend(shop(&ConnectionView::of(state, connection), stopped, server.clock.now()));
    }
    let Ok(feeds) = list_feeds(state, workspace, Id::ZERO, 1_000).await else {
        findings.push(ill("the list of product feeds cannot be read"));
        return findings;
    };
    findings.extend(feeds.iter().filter_map(feed));
    findings
}

/// What a person has to see to.
fn feed(feed: &ProductFeed) -> Option<Finding> {
    let (source, error) = (&feed.source, feed.error.as_deref().unwrap_or_default());
    match feed.outcome? {
        FeedOutcome::Failed => Some(ill(format!("feed {source}: {error}; it is tried again at {}", feed.next_at))),
        FeedOutcome::HeldBack => {
            Some(ill(format!("feed {source}: {error}; nothing was taken away: look at it in the list of feeds")))
        }
        FeedOutcome::TakenIn | FeedOutcome::Unchanged => None,
    }
}

fn shop(view: &ConnectionView, stopped: Option<&Job>, now: Time) -> Vec<Finding> {
    let (name, mut findings) = (&view.name, Vec::new());
    match view.state {
        ConnectionState::Active => {}
        ConnectionState::Paused => findings.push(note(format!("shop {name}: the connection is paused"))),
        ConnectionState::Uninstalled => {
            findings
                .push(ill(format!("shop {name}: it uninstalled our app; install it again and resume the connection")));
        }
    }
    if let Some(job) = stopped {
        let error = job.error.as_deref().unwrap_or_default();
        let what = job.purpose.as_str();
        findings.push(ill(format!("shop {name}: a {what} is stopped: {error}; put it right and start it again")));
    }
    match view.api_version_ends_at {
        Some(ends) if ends < now => findings.push(note(format!(
            "shop {name}: version {} of its API is served no longer since {ends}: the shop answers with a newer one",
            view.api_version
        ))),
        Some(ends) if ends - now < 60 * DAY => {
            findings.push(note(format!("shop {name}: version {} of its API is served until {ends}", view.api_version)));
        }
        _ => {}
    }
    let heard = view.last_event_at.unwrap_or(view.created_at);
    if now - heard > SILENT && view.state == ConnectionState::Active {
        let how = "are its webhooks switched on, and do they go to the address that `ritorno connect list` shows?";
        findings.push(note(format!("shop {name}: nothing was heard of it since {heard}: {how}")));
    }
    if findings.is_empty() {
        findings
            .push(well(format!("shop {name} was last heard of at {heard} and compared up to {}", view.reconciled_at)));
    }
    findings
}

async fn mail(smtp: Option<&SmtpClient>) -> Finding {
    let Some(smtp) = smtp else {
        return note("no mail server (--smtp-url): messages wait in the outbox until there is one");
    };
    let place = format!("{}:{}", smtp.config().host, smtp.config().port);
    match smtp.ping().await {
        Ok(ping) => well(format!("the mail server {place} answers: {}", ping.greeting)),
        Err(error) => ill(format!("the mail server {place} does not take us: {error}")),
    }
}

fn links(public_url: Option<&str>) -> Finding {
    match public_url {
        Some(url) if url.starts_with("https://") => well(format!("links in messages begin with {url}")),
        Some(url) => {
            let how = "say --public-url with the https:// address where customers reach it";
            note(format!("links in messages begin with {url}: {how}"))
        }
        None => note("no --public-url: links in messages point to the listen address, which customers cannot reach"),
    }
}

fn clock() -> Finding {
    // 2026-01-01: a machine that lost its clock starts at 1970 or at its firmware's date.
    let now = SystemClock.now();
    if now.0 > 1_767_225_600_000_000 {
        well(format!("the clock says {now}"))
    } else {
        ill(format!("the clock says {now}: set it (timedatectl set-ntp true)"))
    }
}

fn disk(place: &Place) -> Finding {
    if place.database_url.is_some() {
        return well("the data lie with PostgreSQL".to_owned());
    }
    let probe = place.data.join(".doctor");
    let written = std::fs::write(&probe, vec![0u8; 1 << 20]);
    let _ = std::fs::remove_file(&probe);
    match written {
        Ok(()) => well(format!("the data folder {} can be written", place.data.display())),
        Err(error) => ill(format!(
            "the data folder {} cannot be written: {error}; make room or fix its owner",
            place.data.display()
        )),
    }
}
