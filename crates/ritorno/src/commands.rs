//! Who carries out what the command line says: this process, or the server that has the data folder.

use crate::{
    bench, catalogue_files,
    cli::{Bench, Cli, Command, Dmn, Feel, Flows, Keys, People},
    config::Place,
    connect::{self, Connect},
    connections, control, destinations, doctor, feel_files, flow_check, flow_files,
    operations::{Office, Operation},
    serve, simulate,
};
use adapters::web::Addresses;
use serde_json::Value as Json;
use std::{collections::BTreeMap, path::PathBuf};
use store::StoreError;

/// Carries out a command line.
pub fn run(cli: Cli) -> Result<(), String> {
    log(matches!(&cli.command, Command::Serve(options) if options.log_json), matches!(cli.command, Command::Serve(_)));
    match cli.command {
        Command::Serve(options) => threads().block_on(serve::serve(options, serve::system_clock())),
        Command::Migrate(place) => threads().block_on(async {
            serve::open_database(&place).await?.close().await;
            println!("the database is up to date");
            Ok(())
        }),
        Command::Simulate(options) => threads().block_on(simulate::simulate(options)),
        Command::Keys(command) => threads().block_on(keys(command)),
        Command::People(command) => threads().block_on(people(command)),
        Command::Flows(command) => threads().block_on(flows(command)),
        Command::Connect(Connect::Shops(command)) => threads().block_on(connections::run(command)),
        Command::Destinations(command) => threads().block_on(destinations::run(command)),
        Command::Connect(Connect::Parse(options)) => connect::parse(&options),
        Command::Connect(Connect::Verify(options)) => connect::verify(&options),
        Command::Catalogue(command) => threads().block_on(catalogue_files::run(command)),
        Command::Feel(Feel::Eval { expression, context, now, zone }) => {
            feel_files::eval(&expression, context.as_deref(), now.as_deref(), &zone)
        }
        Command::Feel(Feel::Test { cases, json }) => feel_files::test_cases(&cases, json),
        Command::Dmn(Dmn::Test { model, tests, json }) => feel_files::test_model(&model, &tests, json),
        Command::Settings { place, values } => {
            let values = pairs(&values)?.into_iter().map(|(name, value)| (name, Json::String(value))).collect();
            threads().block_on(say(&place, Operation::SettingsSet { values }))
        }
        Command::Release(place) => threads().block_on(say(&place, Operation::HoldRelease)),
        Command::Backup { place, to } => threads().block_on(say(&place, Operation::Backup { to: absolute(&to)? })),
        Command::Restore { place, from } => threads().block_on(restore(place, from)),
        Command::Doctor(options) => threads().block_on(doctor::run(options)),
        Command::Bench(Bench::Journeys(options)) => threads().block_on(bench::run(options)),
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
pub async fn carry_out(place: &Place, operation: Operation) -> Result<Json, String> {
    carry_out_reaching(place, Addresses::Public, operation).await
}

/// As [`carry_out`], for an operation that may call shops at these addresses where no server runs.
pub async fn carry_out_reaching(place: &Place, addresses: Addresses, operation: Operation) -> Result<Json, String> {
    match store::Db::open_cli(&place.config()?).await {
        Ok(db) => db.close().await,
        Err(StoreError::Locked { .. }) => {
            let socket = place.control_socket().ok_or("the database is locked")?;
            return control::ask(&socket, &operation).await;
        }
        Err(error) => return Err(error.to_string()),
    }
    let server = serve::Server::open_reaching(place, addresses).await?;
    let result = Office::for_once(server.clone()).carry_out(operation).await;
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
        Flows::Import { place, file } => {
            let import = flow_files::read(&file)?;
            flow_files::check_import(&file, &import)?;
            say(&place, Operation::FlowImport { import }).await
        }
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
        Flows::Check { files, publish, json } => flow_check::check(&files, publish, json),
        Flows::Format { file } => {
            print!("{}", flow_check::format(&file)?);
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
    let held = Office::for_once(server.clone()).hold("restored from a backup").await;
    server.runtime.close().await;
    server.db.clone().close().await;
    held?;
    println!("restored; the database before is {}; nothing is sent until `ritorno release`", kept.display());
    Ok(())
}
