//! Whole servers for tests: one process, a database of its own on either engine, a mail server that keeps what it gets, and a
//! clock that the test moves.

pub mod http;
pub mod sql;

use base::{Clock, ManualClock, Time};
use clap::Parser;
use crm::calls::Input;
use ritorno::{
    config::Serve,
    flow_files,
    operations::{Office, Operation},
    serve::{Running, start},
};
use runtime::Handle;
use serde_json::{Value as Json, json};
use std::{sync::Arc, time::Duration};
use store::{Row, Sql, Value};
use testkit::{PostgresServer, TempDir, smtp::SmtpSink};

/// The first workspace.
pub const WORKSPACE: i64 = 1;
/// How long anything may take that should take milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The command line of `serve`, so that every other option has its default.
#[derive(Parser)]
struct Line {
    #[command(flatten)]
    serve: Serve,
}

pub struct TestServer {
    pub engine: &'static str,
    pub clock: Arc<ManualClock>,
    /// When it started.
    pub start: Time,
    pub sink: SmtpSink,
    pub running: Running,
    pub handle: Handle<Input>,
    pub office: Office,
    _folder: TempDir,
    database: Option<String>,
}

/// The engines that a test runs on.
pub fn engines() -> Vec<&'static str> {
    if testkit::postgres_absent() { vec!["sqlite"] } else { vec!["sqlite", "postgres"] }
}

/// A file of the repository.
pub fn in_repository(path: &str) -> std::path::PathBuf {
    std::path::absolute("../..").expect("there is a folder").join(path)
}

impl TestServer {
    /// Starts a server whose clock stands at `now` until the test moves it.
    pub async fn start(engine: &'static str, now: Time) -> TestServer {
        TestServer::start_with(engine, now, &[]).await
    }

    /// As [`TestServer::start`], with further options of `serve`.
    pub async fn start_with(engine: &'static str, now: Time, more: &[&str]) -> TestServer {
        let folder = TempDir::with_prefix("ritorno-server-").expect("the temporary folder is writable");
        let sink = SmtpSink::start().await;
        let clock = Arc::new(ManualClock::new(now));
        let data = folder.path().join("data");
        let mut line = vec!["ritorno".to_owned(), "--listen=127.0.0.1:0".to_owned()];
        line.push(format!("--data={}", data.display()));
        line.push(format!("--smtp-url={}", sink.url()));
        line.extend(more.iter().map(|option| (*option).to_owned()));
        let mut database = None;
        if engine == "postgres" {
            let url = PostgresServer::of_this_process().create_database().await;
            line.push(format!("--database-url={url}"));
            database = Some(url);
        }
        let options = Line::try_parse_from(line).expect("these are options of serve").serve;
        let running = start(options, clock.clone()).await.expect("a server starts on an empty database");
        let handle = running.server.runtime.workspace(WORKSPACE);
        let office = Office::new(running.server.clone());
        TestServer { engine, clock, start: now, sink, running, handle, office, _folder: folder, database }
    }

    /// Stops the server and removes its database.
    pub async fn stop(self) {
        self.running.stop().await;
        if let Some(url) = self.database {
            PostgresServer::of_this_process().drop_database(&url).await;
        }
    }

    /// Does what a command line would ask for.
    pub async fn carry_out(&self, operation: Operation) -> Json {
        self.office.carry_out(operation.clone()).await.unwrap_or_else(|reason| panic!("{operation:?}: {reason}"))
    }

    pub async fn key(&self, kind: &str) -> String {
        let operation = Operation::KeyCreate { kind: kind.to_owned(), name: "shop".to_owned(), scopes: Vec::new() };
        self.carry_out(operation).await["key"].as_str().expect("a key has a text").to_owned()
    }

    pub async fn set(&self, settings: Json) {
        let values = settings.as_object().expect("settings are an object").clone();
        self.carry_out(Operation::SettingsSet { values }).await;
    }

    /// Imports one of the repository's flows and switches it on.
    pub async fn enable(&self, file: &str) {
        let import = flow_files::read(&in_repository(file)).expect("the flow is in the repository");
        let imported = self.carry_out(Operation::FlowImport { import }).await;
        let flow = imported["flow"].as_str().expect("an import says its flow").to_owned();
        self.carry_out(Operation::FlowEnable { flow, parameters: Default::default() }).await;
    }

    /// Moves the clock so far past the start and waits until everything due has been done.
    pub async fn pass(&self, micros: i64) {
        self.clock.set(self.start + micros);
        self.settle().await;
    }

    /// Waits until every event is applied, no timer is due and the outbox is empty.
    pub async fn settle(&self) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let mut quiet = 0;
        // Twice in a row: the outcome of a message is an event too.
        while quiet < 2 {
            let state = self.state().await;
            quiet = if state.is_none() { quiet + 1 } else { 0 };
            assert!(
                tokio::time::Instant::now() < deadline,
                "{}: not at rest after {PATIENCE:?}: {}",
                self.engine,
                state.unwrap_or_default()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What is still to be done, in words.
    async fn state(&self) -> Option<String> {
        let (now, status) = (self.clock.now(), self.handle.status());
        let head = self.rows(&sql::HEAD, &[]).await.first().and_then(|row| row.opt_int("position")).unwrap_or(0);
        if head > status.position() {
            return Some(format!("applied up to {} of {head}", status.position()));
        }
        if let Some(due) = status.next_due().filter(|due| *due <= now) {
            return Some(format!("a timer due at {due} has not fired at {now}"));
        }
        let waiting = self.rows(&sql::OUTBOX, &[now.into()]).await[0].int("n");
        if waiting > 0 {
            return Some(format!("{waiting} messages wait in the outbox"));
        }
        let sending = self.rows(&sql::SENDING, &[]).await[0].int("n");
        (sending > 0).then(|| format!("{sending} messages are being sent"))
    }

    /// Rows of the first workspace; further parameters from `$2`.
    pub async fn rows(&self, sql: &'static Sql, more: &[Value]) -> Vec<Row> {
        let params: Vec<Value> = std::iter::once(Value::from(WORKSPACE)).chain(more.iter().cloned()).collect();
        self.running.server.db.query(sql, &params).await.unwrap_or_else(|error| panic!("{}: {error}", self.engine))
    }

    /// Fails with the reason where an event was quarantined.
    pub async fn nothing_refused(&self) {
        let refused: Vec<String> = self
            .rows(&sql::REFUSED, &[])
            .await
            .iter()
            .map(|row| json!([row.text("kind"), row.text("name"), row.text("reason")]).to_string())
            .collect();
        assert!(refused.is_empty(), "{}: {refused:?}", self.engine);
    }
}
