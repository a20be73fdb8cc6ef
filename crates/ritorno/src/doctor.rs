//! `ritorno doctor`: looks at everything a running Ritorno needs and says what to do about what is missing.

use crate::{config::Place, control, operations::Operation, serve};
use adapters::smtp::{SmtpClient, SmtpConfig};
use base::{Clock, MINUTE, SystemClock};
use clap::Args;
use store::{Db, StoreError};

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
    #[arg(long, env = "RITORNO_SMTP_URL", value_name = "URL", hide_env_values = true)]
    smtp_url: Option<String>,
    #[arg(long, env = "RITORNO_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
}

/// What a check found.
enum Finding {
    Well(String),
    /// Works, but someone should know.
    Note(String),
    Ill(String),
}

/// Prints the findings; an error where something is ill.
pub async fn run(options: Options) -> Result<(), String> {
    let mut findings = database(&options.place).await;
    findings.push(mail(options.smtp_url.as_deref()).await);
    findings.push(clock());
    findings.push(disk(&options.place));
    findings.push(match options.public_url.as_deref() {
        Some(url) if url.starts_with("https://") => Finding::Well(format!("links in messages begin with {url}")),
        Some(url) => {
            Finding::Note(format!("links in messages begin with {url}: use https:// where customers can reach it"))
        }
        None => Finding::Note(
            "no --public-url: links in messages point to the listen address, which customers cannot reach".to_owned(),
        ),
    });
    let mut ill = 0;
    for finding in findings {
        match finding {
            Finding::Well(text) => println!("ok    {text}"),
            Finding::Note(text) => println!("note  {text}"),
            Finding::Ill(text) => {
                ill += 1;
                println!("ILL   {text}");
            }
        }
    }
    if ill == 0 { Ok(()) } else { Err(format!("{ill} of the checks failed")) }
}

async fn database(place: &Place) -> Vec<Finding> {
    let config = match place.config() {
        Ok(config) => config,
        Err(error) => return vec![Finding::Ill(error)],
    };
    let db = match Db::open_cli(&config).await {
        Ok(db) => db,
        Err(StoreError::Locked { pid, .. }) => return beside_a_server(place, pid).await,
        Err(error) => return vec![Finding::Ill(format!("the database cannot be opened: {error}"))],
    };
    db.close().await;
    let server = match serve::Server::open(place, serve::system_clock(), "", false, None).await {
        Ok(server) => server,
        Err(error) => return vec![Finding::Ill(error)],
    };
    let mut findings = vec![Finding::Well("the database answers and is up to date; no server runs on it".to_owned())];
    findings.extend(stuck(&server.db).await);
    server.runtime.close().await;
    server.db.clone().close().await;
    findings
}

async fn beside_a_server(place: &Place, pid: Option<u32>) -> Vec<Finding> {
    let pid = pid.map_or_else(|| "unknown".to_owned(), |pid| pid.to_string());
    let Some(socket) = place.control_socket() else { return Vec::new() };
    match control::ask(&socket, &Operation::FlowList).await {
        Ok(flows) => {
            let enabled = flows.as_array().into_iter().flatten().filter(|flow| !flow["enabled"].is_null()).count();
            let mut findings =
                vec![Finding::Well(format!("a server runs on the data folder (process {pid}) and answers"))];
            if enabled == 0 {
                findings.push(Finding::Note(
                    "no flow is switched on: `ritorno flows import two-branch-follow-up`, then `flows enable`"
                        .to_owned(),
                ));
            }
            findings
        }
        Err(error) => vec![Finding::Ill(format!("process {pid} has the data folder but does not answer: {error}"))],
    }
}

/// Work that waits longer than it should.
async fn stuck(db: &Db) -> Vec<Finding> {
    let mut findings = Vec::new();
    let now = SystemClock.now();
    let Ok(workspaces) = crm::desk::list_workspaces(db).await else { return findings };
    for workspace in workspaces {
        let count = async |sql, params: &[store::Value]| {
            db.query(sql, params).await.ok().and_then(|rows| rows.first().map(|row| row.int("n"))).unwrap_or(0)
        };
        let waiting = count(&runtime::sql::EFFECT_COUNT, &[workspace.id.into()]).await;
        let overdue = count(&runtime::sql::TIMERS_OVERDUE, &[workspace.id.into(), (now + -MINUTE).into()]).await;
        let name = &workspace.name;
        if waiting > 0 {
            findings.push(Finding::Note(format!(
                "workspace {name}: {waiting} messages wait in the outbox; a server with --smtp-url sends them"
            )));
        }
        if overdue > 0 {
            findings.push(Finding::Note(format!(
                "workspace {name}: {overdue} timers are overdue; they fire when a server runs"
            )));
        }
    }
    findings
}

async fn mail(url: Option<&str>) -> Finding {
    let Some(url) = url else {
        return Finding::Note("no --smtp-url: messages wait in the outbox until there is one".to_owned());
    };
    let config: SmtpConfig = match url.parse() {
        Ok(config) => config,
        Err(error) => return Finding::Ill(format!("--smtp-url: {error}")),
    };
    match SmtpClient::new(config).ping().await {
        Ok(ping) => Finding::Well(format!("the mail server answers: {}", ping.greeting)),
        Err(error) => Finding::Ill(format!("the mail server does not take us: {error}")),
    }
}

fn clock() -> Finding {
    // 2026-01-01: a machine that lost its clock starts at 1970 or at its firmware's date.
    let now = SystemClock.now();
    if now.0 > 1_767_225_600_000_000 {
        Finding::Well(format!("the clock says {now}"))
    } else {
        Finding::Ill(format!("the clock says {now}: set it (timedatectl set-ntp true)"))
    }
}

fn disk(place: &Place) -> Finding {
    if place.database_url.is_some() {
        return Finding::Well("the data lie with PostgreSQL".to_owned());
    }
    let probe = place.data.join(".doctor");
    let written = std::fs::write(&probe, vec![0u8; 1 << 20]);
    let _ = std::fs::remove_file(&probe);
    match written {
        Ok(()) => Finding::Well(format!("the data folder {} can be written", place.data.display())),
        Err(error) => Finding::Ill(format!(
            "the data folder {} cannot be written: {error}; make room or fix its owner",
            place.data.display()
        )),
    }
}
