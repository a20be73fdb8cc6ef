//! The command line: what can be said, and who carries it out.

use crate::{
    config::{Place, Serve},
    control, doctor, flow_files,
    operations::{Office, Operation},
    serve, simulate,
};
use clap::{Parser, Subcommand};
use serde_json::Value as Json;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, BufWriter, Write},
    path::PathBuf,
};
use store::StoreError;

/// Ritorno listens to an online shop, remembers every customer, and brings back the carts they leave.
///
/// Five minutes: `ritorno keys create --kind write --name shop`, then `ritorno serve`, then send events to
/// http://127.0.0.1:8080/v1 with any Segment client. Every option is also an environment variable RITORNO_… and a key of
/// ritorno.toml.
#[derive(Debug, Parser)]
#[command(name = "ritorno", version)]
pub struct Cli {
    /// The TOML file with options; default: ritorno.toml in this folder, if it is there.
    #[arg(long, global = true, value_name = "FILE", env = "RITORNO_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take in events, run flows, send messages, answer the API.
    Serve(Serve),
    /// Bring the database up to this version. `serve` does it too.
    Migrate(Place),
    /// Fold a file of events in memory, in virtual time, and say what would have happened.
    Simulate(simulate::Options),
    /// The keys with which shops send events and programs use the API.
    #[command(subcommand)]
    Keys(Keys),
    /// The people who sign in.
    #[command(subcommand)]
    People(People),
    /// Flows: import a BPMN file, list, switch on and off.
    #[command(subcommand)]
    Flows(Flows),
    /// Change settings: name, currency, language, sender_address, …
    Settings {
        #[command(flatten)]
        place: Place,
        /// name=value, several times.
        #[arg(required = true, value_name = "NAME=VALUE")]
        values: Vec<String>,
    },
    /// Send what was kept back after a restore or a long stop.
    Release(Place),
    /// Write a consistent copy of the SQLite database while the server runs.
    Backup {
        #[command(flatten)]
        place: Place,
        /// The file to write; it must not exist.
        to: PathBuf,
    },
    /// Put a backup in place. The server must be stopped; it then opens in hold, and nothing is sent until `release`.
    Restore {
        #[command(flatten)]
        place: Place,
        from: PathBuf,
    },
    /// Check database, mail server, clock, disk and stuck work, and say what to do.
    Doctor(doctor::Options),
    /// Print the API's OpenAPI document.
    Openapi,
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Make a key and print it, this once.
    Create {
        #[command(flatten)]
        place: Place,
        /// write: browsers and SDKs; secret: servers; api: programs, with scopes.
        #[arg(long)]
        kind: String,
        #[arg(long)]
        name: String,
        /// A scope of an api key, such as customers:read or *. Several times.
        #[arg(long = "scope")]
        scopes: Vec<String>,
    },
    /// List keys, without their texts.
    List(Place),
    /// Stop a key from working, within a second.
    Revoke {
        #[command(flatten)]
        place: Place,
        /// The key's id or name.
        key: String,
    },
}

#[derive(Debug, Subcommand)]
enum People {
    /// Make a person; the first one is the owner. Without --password one is made up and printed.
    Create {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        email: String,
        #[arg(long, default_value = "")]
        name: String,
        #[arg(long, env = "RITORNO_PASSWORD", hide_env_values = true)]
        password: Option<String>,
        /// owner, admin, marketer, agent or viewer.
        #[arg(long, default_value = "owner")]
        role: String,
    },
    /// Print a link with which a person sets a new password, once, within an hour.
    ResetPassword {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        email: String,
    },
}

#[derive(Debug, Subcommand)]
enum Flows {
    /// Take in a BPMN file (or a ready-made flow by name) with the templates beside it; it stays switched off.
    Import {
        #[command(flatten)]
        place: Place,
        file: PathBuf,
    },
    List(Place),
    /// Switch the newest version on.
    Enable {
        #[command(flatten)]
        place: Place,
        flow: String,
        /// A parameter, such as threshold=2000. Several times.
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
    },
    Disable {
        #[command(flatten)]
        place: Place,
        flow: String,
    },
    /// Check a BPMN file and list what is wrong with it.
    Check {
        file: PathBuf,
    },
}

/// Carries out a command line.
pub fn run(cli: Cli) -> Result<(), String> {
    let _ = cli.config;
    log(matches!(&cli.command, Command::Serve(options) if options.log_json), matches!(cli.command, Command::Serve(_)));
    match cli.command {
        Command::Serve(options) => threads().block_on(serve::serve(options, serve::system_clock())),
        Command::Migrate(place) => threads().block_on(async {
            serve::open_database(&place).await?.close().await;
            println!("the database is up to date");
            Ok(())
        }),
        Command::Simulate(options) => threads().block_on(simulate_file(options)),
        Command::Keys(command) => threads().block_on(keys(command)),
        Command::People(command) => threads().block_on(people(command)),
        Command::Flows(command) => threads().block_on(flows(command)),
        Command::Settings { place, values } => {
            let mut map = serde_json::Map::new();
            for (name, value) in pairs(&values)? {
                let json = value.parse::<i64>().map(Json::from).or_else(|_| value.parse::<bool>().map(Json::from));
                map.insert(name, json.unwrap_or(Json::String(value)));
            }
            threads().block_on(say(&place, Operation::SettingsSet { values: map }))
        }
        Command::Release(place) => threads().block_on(say(&place, Operation::HoldRelease)),
        Command::Backup { place, to } => threads().block_on(say(&place, Operation::Backup { to: absolute(&to)? })),
        Command::Restore { place, from } => threads().block_on(restore(place, from)),
        Command::Doctor(options) => threads().block_on(doctor::run(options)),
        Command::Openapi => {
            println!("{}", crate::api::document()?);
            Ok(())
        }
    }
}

fn threads() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("the system gives threads and a reactor")
}

fn log(json: bool, is_server: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("RITORNO_LOG");
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(if is_server { "info" } else { "warn" }));
    let builder = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    if json { builder.json().init() } else { builder.init() }
}

fn pairs(texts: &[String]) -> Result<BTreeMap<String, String>, String> {
    let pair = |text: &String| {
        let (name, value) = text.split_once('=').ok_or_else(|| format!("{text:?} is not NAME=VALUE"))?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    texts.iter().map(pair).collect()
}

fn absolute(path: &std::path::Path) -> Result<PathBuf, String> {
    std::path::absolute(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Has an operation carried out: here, or by the server that has the data folder.
async fn carry_out(place: &Place, operation: Operation) -> Result<Json, String> {
    match store::Db::open_cli(&place.config()?).await {
        Ok(db) => db.close().await,
        Err(StoreError::Locked { .. }) => {
            let socket = place.control_socket().ok_or("the database is locked")?;
            return control::ask(&socket, &operation).await;
        }
        Err(error) => return Err(error.to_string()),
    }
    let server = serve::Server::open(place, serve::system_clock(), "", true, None).await?;
    let result = Office::new(server.clone()).carry_out(operation).await;
    server.runtime.close().await;
    server.db.clone().close().await;
    result
}

/// Carries out an operation and prints the answer.
async fn say(place: &Place, operation: Operation) -> Result<(), String> {
    let answer = carry_out(place, operation).await?;
    if !answer.is_null() {
        println!("{}", serde_json::to_string_pretty(&answer).map_err(|e| e.to_string())?);
    }
    Ok(())
}

async fn keys(command: Keys) -> Result<(), String> {
    match command {
        Keys::Create { place, kind, name, scopes } => {
            let made = carry_out(&place, Operation::KeyCreate { kind, name, scopes }).await?;
            // The key alone on standard output, so that a script can take it.
            println!("{}", made["key"].as_str().unwrap_or_default());
            Ok(())
        }
        Keys::List(place) => {
            let keys = carry_out(&place, Operation::KeyList).await?;
            for key in keys.as_array().into_iter().flatten() {
                let text = |name: &str| key[name].as_str().unwrap_or("-").to_owned();
                let scopes: Vec<&str> =
                    key["scopes"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
                let state = if key["revoked_at"].is_null() { "works" } else { "revoked" };
                println!(
                    "{}  {:<7} {:<8} {}…  {}  {}",
                    text("id"),
                    text("kind"),
                    state,
                    text("prefix"),
                    text("name"),
                    scopes.join(" ")
                );
            }
            Ok(())
        }
        Keys::Revoke { place, key } => say(&place, Operation::KeyRevoke { id: key }).await,
    }
}

async fn people(command: People) -> Result<(), String> {
    match command {
        People::Create { place, email, name, password, role } => {
            say(&place, Operation::PersonCreate { email, name, password, role }).await
        }
        People::ResetPassword { place, email } => say(&place, Operation::PasswordLink { email }).await,
    }
}

async fn flows(command: Flows) -> Result<(), String> {
    match command {
        Flows::Import { place, file } => say(&place, Operation::FlowImport { import: flow_files::read(&file)? }).await,
        Flows::List(place) => {
            let flows = carry_out(&place, Operation::FlowList).await?;
            for flow in flows.as_array().into_iter().flatten() {
                let enabled =
                    flow["enabled"].as_u64().map_or("off".to_owned(), |version| format!("on, version {version}"));
                println!(
                    "{:<28} {:<16} {}",
                    flow["id"].as_str().unwrap_or_default(),
                    enabled,
                    flow["name"].as_str().unwrap_or_default()
                );
            }
            Ok(())
        }
        Flows::Enable { place, flow, set } => {
            say(&place, Operation::FlowEnable { flow, parameters: pairs(&set)? }).await
        }
        Flows::Disable { place, flow } => say(&place, Operation::FlowDisable { flow }).await,
        Flows::Check { file } => {
            let import = flow_files::read(&file)?;
            let version = engage::flows::commands::prepare(&import, base::Time(0))?;
            engage::flows::Compiler::default().compile(&version)?;
            println!("{} can run", file.display());
            Ok(())
        }
    }
}

async fn restore(place: Place, from: PathBuf) -> Result<(), String> {
    if place.database_url.is_some() {
        return Err(
            "a PostgreSQL database is restored with pg_restore; start the server with `ritorno serve` afterwards"
                .to_owned(),
        );
    }
    // Taking the lock shows that no server runs on it.
    store::Db::open(&place.config()?).await.map_err(|e| e.to_string())?.close().await;
    let file = place.data.join("ritorno.db");
    let kept = place.data.join("ritorno.before-restore.db");
    std::fs::rename(&file, &kept).map_err(|e| format!("{}: {e}", file.display()))?;
    for tail in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(place.data.join(format!("ritorno.db{tail}")));
    }
    std::fs::copy(&from, &file).map_err(|e| format!("{}: {e}", from.display()))?;
    let server = serve::Server::open(&place, serve::system_clock(), "", true, None).await?;
    let held = Office::new(server.clone()).hold("restored from a backup").await;
    server.runtime.close().await;
    server.db.clone().close().await;
    held?;
    println!("restored; the database before is {}; nothing is sent until `ritorno release`", kept.display());
    Ok(())
}

async fn simulate_file(options: simulate::Options) -> Result<(), String> {
    let until = options.until.as_deref().map(simulate::Until::parse).transpose()?;
    let flows = simulate::read_flows(&options.flows, &options.set)?;
    let file = std::fs::File::open(&options.events).map_err(|e| format!("{}: {e}", options.events.display()))?;
    let mut simulation = simulate::Simulation::open(flows).await?;
    let mut lines = BufReader::with_capacity(1 << 20, file);
    let (mut line, mut number) = (Vec::new(), 0u64);
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line).map_err(|e| format!("{}: {e}", options.events.display()))? == 0 {
            break;
        }
        number += 1;
        let text = std::str::from_utf8(&line).map_err(|_| "it is not UTF-8".to_owned()).map(str::trim);
        let done = match text {
            Ok("") => Ok(()),
            Ok(text) => simulation.line(text).await,
            Err(error) => Err(error),
        };
        // A line that is not understood would be quarantined by the server; here it is told and left out.
        if let Err(reason) = done {
            eprintln!("{}:{number}: {reason}", options.events.display());
        }
    }
    let mut report = simulation.finish(until).await?;
    report.finish();
    for (at, reason) in &report.refused {
        eprintln!("refused at {at}: {reason}");
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    let written = if options.json { report.write_json(&mut out) } else { report.write_tables(&mut out) };
    written.and_then(|()| out.flush()).map_err(|e| format!("the result could not be written: {e}"))
}
