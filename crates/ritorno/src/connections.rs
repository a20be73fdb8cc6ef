//! `ritorno connect add|list|backfill|reconcile`: connected shops from the command line, carried out by the server beside it or by
//! this process where there is none.

use crate::{
    commands,
    config::{Place, Reach},
    operations::Operation,
    serve::{Server, puller},
};
use base::{HOUR, Id, Time};
use clap::{Args, Subcommand};
use crm::{
    connections::{
        Connection, ConnectionView, Job, JobState, NewConnection, NewJob, Purpose, create_connection, find_job,
        list_connections, start_job,
    },
    desk::Actor,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

/// Connections that one workspace lists here.
const ROWS: i64 = 1_000;
/// How often a job under way is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, Subcommand)]
pub enum Shops {
    /// Connect a shop: prints the address for its webhooks, and the secret where one was made up, this once.
    #[command(after_help = "\
Examples:
  ritorno connect add --shop woocommerce --name shop --base-url https://shop.example \\
    --credential consumer_key=ck_… --credential consumer_secret=cs_…
  ritorno connect add --shop shopify --name shop --base-url https://shop.myshopify.com \\
    --credential client_id=… --credential client_secret=…

Credentials by shop: shopify client_id, client_secret (or access_token with --secret, for an app from before 2026); woocommerce consumer_key, consumer_secret; magento access_token; prestashop key;
sfcc client_id, client_secret, site_id; vendure username, password; medusa secret_key. Without them webhooks come in all the same,
and nothing is asked of the shop.")]
    Add(Box<Add>),
    /// List the connected shops: state, address of the webhooks, when they were last heard of and compared.
    List(Place),
    /// Bring in what a shop has from before, as history: nobody is written to because of it.
    Backfill {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        reach: Reach,
        #[command(flatten)]
        watch: Watch,
        /// customers, products, stock, carts or orders; default: all that the shop's API lists. Several, or with commas between.
        #[arg(long = "kind", env = "RITORNO_KIND", value_name = "KIND", value_delimiter = ',')]
        kinds: Vec<String>,
        /// Only what changed since then, such as 2026-01-01; default: all there is.
        #[arg(long, env = "RITORNO_SINCE", value_name = "RFC3339")]
        since: Option<String>,
        /// The source's id or name, as `connect list` says it.
        source: String,
    },
    /// Compare what changed lately at a shop with what is known here, bring in what is missing, and say what it was.
    Reconcile {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        reach: Reach,
        #[command(flatten)]
        watch: Watch,
        /// How far back to look.
        #[arg(long, env = "RITORNO_HOURS", default_value_t = 48, value_parser = clap::value_parser!(i64).range(1..=2_160))]
        hours: i64,
        /// The source's id or name, as `connect list` says it.
        source: String,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    reach: Reach,
    /// The kind of shop: shopify, woocommerce, magento, prestashop, sfcc, vendure, medusa, or generic with a mapping.
    #[arg(long, env = "RITORNO_SHOP", value_name = "NAME")]
    shop: String,
    /// How the source is called in lists.
    #[arg(long, env = "RITORNO_NAME", value_name = "NAME")]
    name: String,
    /// Where the shop is, such as https://shop.example; without it its API is not asked.
    #[arg(long, env = "RITORNO_BASE_URL", value_name = "URL", default_value = "", hide_default_value = true)]
    base_url: String,
    /// What the shop signs its webhooks with; default: one is made up. Better in the variable than on the line.
    #[arg(long, env = "RITORNO_SECRET", hide_env_values = true)]
    secret: Option<String>,
    /// What the shop's API needs. Several times, or with semicolons between in the variable.
    #[arg(
        long = "credential",
        env = "RITORNO_CREDENTIAL",
        value_name = "NAME=VALUE",
        value_delimiter = ';',
        hide_env_values = true
    )]
    credentials: Vec<String>,
    /// The IANA zone of times that name none.
    #[arg(long, env = "RITORNO_ZONE", default_value = "UTC", value_name = "ZONE")]
    zone: String,
    /// The ISO 4217 currency of amounts that name none.
    #[arg(long, env = "RITORNO_CURRENCY", value_name = "CODE")]
    currency: Option<String>,
    /// Put before the ids of customers, carts and orders: for the second of two shops of one kind.
    #[arg(long, env = "RITORNO_NAMESPACE", value_name = "NAME")]
    namespace: Option<String>,
    /// The mapping document of a generic shop.
    #[arg(long, env = "RITORNO_MAPPING", value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// The version of the shop's API; default: the one this release was made for.
    #[arg(long, env = "RITORNO_API_VERSION", value_name = "VERSION")]
    api_version: Option<String>,
    /// Where the storefront shows a cart that is brought back: `{cart}` (made anew by Vendure or Medusa), `{token}`, `{products}`,
    /// `{coupon}` and `{cart_id}` stand for what is particular.
    #[arg(long, env = "RITORNO_CART_LINK", value_name = "URL")]
    cart_link: Option<String>,
    /// Write the tags that people and flows give to the shop: Shopify, WooCommerce and Medusa take them.
    #[arg(long, env = "RITORNO_WRITES_TAGS", value_parser = clap::builder::BoolishValueParser::new())]
    writes_tags: bool,
    /// Minutes between two reconciliations; 0: only by hand.
    #[arg(long, env = "RITORNO_RECONCILE_MINUTES", value_name = "MINUTES", default_value_t = 60)]
    reconcile_minutes: i64,
}

#[derive(Debug, Args)]
pub struct Watch {
    /// Return at once; the server goes on with it. Without a server the work is done here in any case.
    #[arg(long, env = "RITORNO_NO_WAIT", value_parser = clap::builder::BoolishValueParser::new())]
    no_wait: bool,
    /// Print the jobs as JSON.
    #[arg(long, env = "RITORNO_JSON", value_parser = clap::builder::BoolishValueParser::new())]
    json: bool,
}

/// What is asked of whoever has the database.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "shops", rename_all = "snake_case")]
pub enum Asked {
    Add {
        name: String,
        shop: String,
        base_url: String,
        secret: Option<String>,
        credentials: BTreeMap<String, String>,
        zone: String,
        currency: Option<String>,
        namespace: Option<String>,
        mapping: Option<String>,
        api_version: Option<String>,
        #[serde(default)]
        cart_link: Option<String>,
        #[serde(default)]
        writes_tags: bool,
        reconcile_minutes: i64,
    },
    List,
    Start {
        source: String,
        purpose: Purpose,
        kinds: Vec<String>,
        since: Option<Time>,
        hours: Option<i64>,
    },
    Jobs {
        ids: Vec<Id>,
    },
}

/// Carries out what was asked. Without a server that goes on, a started job is done here.
pub async fn carry_out(server: &Arc<Server>, actor: &Actor, asked: Asked, stays_open: bool) -> Result<Json, String> {
    let state = &server.connections;
    match asked {
        Asked::Add {
            name,
            shop,
            base_url,
            secret,
            credentials,
            zone,
            currency,
            namespace,
            mapping,
            api_version,
            cart_link,
            writes_tags,
            reconcile_minutes,
        } => {
            let new = NewConnection {
                name,
                source: None,
                shop,
                base_url,
                zone: Some(zone),
                currency,
                namespace,
                mapping,
                secret,
                credentials,
                api_version,
                cart_link,
                writes_tags: Some(writes_tags),
                reconcile_minutes: Some(reconcile_minutes),
            };
            let created = create_connection(state, actor, new).await.map_err(|e| e.to_string())?;
            let view = ConnectionView::of(state, &created.connection);
            Ok(json!({ "source": view.source, "webhook_url": view.webhook_url, "secret": created.made_secret }))
        }
        Asked::List => {
            let found = list_connections(state, actor.workspace, 0, ROWS).await.map_err(|e| e.to_string())?;
            let views: Vec<ConnectionView> = found.iter().map(|found| ConnectionView::of(state, found)).collect();
            Ok(json!(views))
        }
        Asked::Start { source, purpose, kinds, since, hours } => {
            let connection = find(server, actor.workspace, &source).await?;
            let now = server.clock.now();
            let since = since.or_else(|| hours.map(|hours| now.plus(hours.saturating_mul(-HOUR))));
            let new = NewJob { purpose, kinds, since, asked_by: actor.name.clone() };
            let jobs = start_job(state, &connection, new).await.map_err(|e| e.to_string())?;
            let ids: Vec<Id> = jobs.iter().map(|job| job.id).collect();
            if !stays_open {
                do_here(server, actor.workspace, &ids).await?;
            }
            read(server, actor.workspace, &ids).await.map(|jobs| json!(jobs.iter().map(told).collect::<Vec<_>>()))
        }
        Asked::Jobs { ids } => {
            let jobs = read(server, actor.workspace, &ids).await?;
            Ok(json!(jobs.iter().map(told).collect::<Vec<_>>()))
        }
    }
}

/// A job with its sentence.
fn told(job: &Job) -> Json {
    let mut told = json!(job);
    told["sentence"] = match job.purpose {
        Purpose::Reconcile => json!(job.sentence()),
        Purpose::Backfill => json!(format!("{} {} read, {} new events", job.objects, job.kind, job.events)),
    };
    told
}

async fn find(server: &Server, workspace: i64, source: &str) -> Result<Connection, String> {
    let found = list_connections(&server.connections, workspace, 0, ROWS).await.map_err(|e| e.to_string())?;
    let is_it = |connection: &Connection| connection.name == source || connection.source.to_string() == source;
    found
        .into_iter()
        .find(is_it)
        .ok_or_else(|| format!("no shop is connected as {source:?}; `ritorno connect list` shows them"))
}

async fn read(server: &Server, workspace: i64, ids: &[Id]) -> Result<Vec<Job>, String> {
    let mut jobs = Vec::with_capacity(ids.len());
    for id in ids {
        jobs.extend(find_job(&server.connections, workspace, *id).await.map_err(|e| e.to_string())?);
    }
    Ok(jobs)
}

/// Works until the jobs are over or need a person. A shop that says "later" is waited for.
async fn do_here(server: &Arc<Server>, workspace: i64, ids: &[Id]) -> Result<(), String> {
    let puller = puller(server);
    loop {
        puller.clone().run_once().await.map_err(|e| e.to_string())?;
        if read(server, workspace, ids).await?.iter().all(|job| is_at_rest(job.state)) {
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn is_at_rest(state: JobState) -> bool {
    state.is_over() || matches!(state, JobState::Stopped | JobState::Paused)
}

/// Carries out a command line.
pub async fn run(command: Shops) -> Result<(), String> {
    match command {
        Shops::Add(add) => run_add(*add).await,
        Shops::List(place) => {
            let found = ask(&place, None, Asked::List).await?;
            for shop in found.as_array().into_iter().flatten() {
                let text = |name: &str| shop[name].as_str().unwrap_or("-").to_owned();
                println!(
                    "{:<4} {:<20} {:<12} {:<11} last heard {}  compared up to {}",
                    shop["source"],
                    text("name"),
                    text("shop"),
                    text("state"),
                    text("last_event_at"),
                    text("reconciled_at")
                );
                println!("     webhooks {}", text("webhook_url"));
                if let Some(error) = shop["last_error"].as_str() {
                    println!("     {} at {}", error, text("last_error_at"));
                }
            }
            Ok(())
        }
        Shops::Backfill { place, reach, watch, kinds, since, source } => {
            let since = since.as_deref().map(Time::parse).transpose().map_err(|e| format!("--since: {e}"))?;
            let asked = Asked::Start { source, purpose: Purpose::Backfill, kinds, since, hours: None };
            follow(&place, &reach, &watch, asked).await
        }
        Shops::Reconcile { place, reach, watch, hours, source } => {
            let purpose = Purpose::Reconcile;
            let asked = Asked::Start { source, purpose, kinds: Vec::new(), since: None, hours: Some(hours) };
            follow(&place, &reach, &watch, asked).await
        }
    }
}

async fn ask(place: &Place, reach: Option<&Reach>, asked: Asked) -> Result<Json, String> {
    let addresses = reach.map(Reach::addresses).unwrap_or_default();
    commands::carry_out_reaching(place, addresses, Operation::Shops(asked)).await
}

async fn run_add(add: Add) -> Result<(), String> {
    let pair = |text: &String| {
        let (name, value) = text.split_once('=').ok_or("a credential is NAME=VALUE")?;
        Ok((name.trim().to_owned(), value.to_owned()))
    };
    let mapping = match &add.mapping {
        Some(file) => Some(std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?),
        None => None,
    };
    let asked = Asked::Add {
        name: add.name,
        shop: add.shop,
        base_url: add.base_url,
        secret: add.secret,
        credentials: add.credentials.iter().map(pair).collect::<Result<_, String>>()?,
        zone: add.zone,
        currency: add.currency,
        namespace: add.namespace,
        mapping,
        api_version: add.api_version,
        cart_link: add.cart_link,
        writes_tags: add.writes_tags,
        reconcile_minutes: add.reconcile_minutes,
    };
    let made = ask(&add.place, Some(&add.reach), asked).await?;
    println!("{}", serde_json::to_string_pretty(&made).map_err(|e| e.to_string())?);
    if made["webhook_url"].as_str().is_some_and(|url| url.starts_with('/')) {
        eprintln!("no server runs here: put its public address before webhook_url");
    }
    Ok(())
}

/// Starts jobs and, unless told otherwise, waits until they are over.
async fn follow(place: &Place, reach: &Reach, watch: &Watch, asked: Asked) -> Result<(), String> {
    let mut jobs = ask(place, Some(reach), asked).await?;
    let ids: Vec<Id> =
        jobs.as_array().into_iter().flatten().filter_map(|job| job["id"].as_str()?.parse().ok()).collect();
    let state = |job: &Json| serde_json::from_value::<JobState>(job["state"].clone()).unwrap_or(JobState::Waiting);
    let all = |jobs: &Json| jobs.as_array().into_iter().flatten().cloned().collect::<Vec<Json>>();
    let mut said = String::new();
    while !watch.no_wait && !all(&jobs).iter().all(|job| is_at_rest(state(job))) {
        tokio::time::sleep(LOOK_EVERY).await;
        jobs = ask(place, Some(reach), Asked::Jobs { ids: ids.clone() }).await?;
        let line: Vec<String> = all(&jobs)
            .iter()
            .filter(|job| state(job) == JobState::Running || !job["error"].is_null())
            .map(|job| {
                let error = job["error"].as_str().map_or_else(String::new, |error| format!(" ({error})"));
                format!("{} {}{error}", job["objects"], job["kind"].as_str().unwrap_or_default())
            })
            .collect();
        let line = line.join(", ");
        if !line.is_empty() && line != said {
            eprintln!("{line}");
            said = line;
        }
    }
    if watch.json {
        println!("{}", serde_json::to_string_pretty(&jobs).map_err(|e| e.to_string())?);
    }
    let mut stopped = None;
    for job in all(&jobs) {
        let text = |name: &str| job[name].as_str().unwrap_or_default().to_owned();
        if !watch.json {
            println!("{:<10} {:<10} {}", text("purpose"), text("state"), text("sentence"));
        }
        if state(&job) == JobState::Stopped {
            stopped = Some(text("error"));
        }
    }
    stopped.map_or(Ok(()), Err)
}
