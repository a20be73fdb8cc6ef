//! Connected shops: webhooks at a fixed rate, from the request to durable, and a backfill from a double of a shop's API, whose pace
//! is the one that we keep to with a real one.

use crate::{
    Cli,
    clock::{Watch, quantile, resident_mib},
    http::Connection,
    server::{Place, Server, command},
};
use adapters::shops::signature_of;
use base::{Clock, SystemClock};
use ritorno::bench::place::Fresh;
use serde_json::{Value as Json, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use testkit::web::{Asked, Reply, WebDouble};

const SECRET: &str = "hush";
/// Orders on a page of Vendure's.
const ROWS: usize = 100;
const CONNECTIONS: u64 = 16;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Webhooks a second.
    #[arg(long, default_value_t = 500)]
    rate: u64,
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Orders of the backfill.
    #[arg(long, default_value_t = 1_000_000)]
    orders: usize,
}

fn order(n: usize, at: &str) -> Json {
    json!({ "id": n.to_string(), "code": format!("C{n:08}"), "state": "PaymentSettled", "active": false, "currencyCode": "EUR",
        "totalWithTax": 4_990, "subTotalWithTax": 4_490, "shippingWithTax": 500, "createdAt": at, "updatedAt": at, "orderPlacedAt": at,
        "customer": { "id": (n % 250_000).to_string(), "emailAddress": format!("c{}@example.com", n % 250_000), "firstName": "Ada" },
        "lines": [{ "id": "1", "quantity": 1, "unitPriceWithTax": 4_490, "linePriceWithTax": 4_490,
            "productVariant": { "id": (n % 900).to_string(), "sku": "L", "name": "Lamp", "productId": (n % 300).to_string() } }] })
}

/// Orders of last year, made as they are asked for.
fn vendure(asked: &Asked, orders: usize) -> Reply {
    let body: Json = serde_json::from_slice(&asked.body).unwrap_or_default();
    if body["query"].as_str().is_some_and(|query| query.contains("login(")) {
        let said = json!({ "data": { "login": { "__typename": "CurrentUser" } } });
        return Reply::json(said).with("vendure-auth-token", "session");
    }
    let skip = body["variables"]["options"]["skip"].as_u64().unwrap_or(0) as usize;
    let items: Vec<Json> = (skip..orders.min(skip + ROWS)).map(|n| order(n, "2025-11-20T10:00:00Z")).collect();
    Reply::json(json!({ "data": { "orders": { "totalItems": orders, "items": items } } }))
}

pub async fn run(cli: &Cli, options: &Options) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    on(cli, options, "sqlite", &Place::Folder(folder.path().join("data"))).await?;
    if let Some(url) = &cli.postgres {
        let fresh = Fresh::new(folder.path(), Some(url)).await?;
        on(cli, options, "postgres", &Place::Url(fresh.url())).await?;
        fresh.remove().await?;
    }
    Ok(())
}

async fn on(cli: &Cli, options: &Options, engine: &str, place: &Place) -> Result<(), String> {
    println!("shops, {engine}");
    let orders = options.orders;
    let double = WebDouble::start(move |asked| vendure(asked, orders)).await;
    let add = [
        "connect",
        "add",
        "--allow-private-addresses",
        "--shop",
        "vendure",
        "--name",
        "bench",
        "--secret",
        SECRET,
        "--reconcile-minutes",
        "0",
        "--credential",
        "username=a",
        "--credential",
        "password=b",
        "--base-url",
        &double.url,
    ];
    let made: Json = serde_json::from_str(&command(&cli.binary, place, &add)?).map_err(|e| e.to_string())?;
    let path = made["webhook_url"].as_str().ok_or("the address of the webhooks is not said")?.to_owned();
    let server = Server::start(&cli.binary, place, true).await?;
    webhooks(&server, &path, options).await?;
    server.stop().await;
    // Without a server the command line does the work itself: it is what is measured.
    let watch = Watch::start();
    let binary = cli.binary.clone();
    let mut child = std::process::Command::new(binary)
        .args(["connect", "backfill", "--allow-private-addresses", "--kind", "orders"])
        .args(place.args())
        .arg("bench")
        .stdout(std::process::Stdio::null())
        .spawn()
        .map_err(|e| e.to_string())?;
    let mut memory = Vec::new();
    while child.try_wait().map_err(|e| e.to_string())?.is_none() {
        memory.push(resident_mib(child.id()));
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let seconds = watch.elapsed().as_secs_f64();
    let at = |share: f64| memory.get((memory.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    println!(
        "  backfill of {orders} orders: {:.0} a second; {:.0} MiB after a tenth, {:.0} half-way, {:.0} at nine tenths",
        orders as f64 / seconds,
        at(0.1),
        at(0.5),
        at(0.9)
    );
    Ok(())
}

/// So many a second, each at its own moment whether the one before it was answered or not.
async fn webhooks(server: &Server, path: &str, options: &Options) -> Result<(), String> {
    let next = Arc::new(AtomicU64::new(0));
    let (count, gap) = (options.rate * options.seconds, Duration::from_secs(1) / options.rate.max(1) as u32);
    let begun = tokio::time::Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..CONNECTIONS {
        let (next, path, address) = (next.clone(), path.to_owned(), server.address.clone());
        tasks.push(tokio::spawn(async move {
            let mut connection = Connection::open(&address).await.map_err(|e| e.to_string())?;
            let mut took = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    return Ok::<_, String>(took);
                }
                let at = begun + gap * n as u32;
                tokio::time::sleep_until(at).await;
                let now = SystemClock.now().to_string();
                let body = json!({ "topic": "order/updated", "at": now, "data": order(10_000_000 + n as usize, &now) })
                    .to_string();
                let signature = signature_of(SECRET.as_bytes(), body.as_bytes());
                let header = format!("x-vendure-signature: {}", crate::server::base64(&signature));
                let status = connection.post_with(&path, &header, body.as_bytes()).await.map_err(|e| e.to_string())?;
                if status != 200 {
                    return Err(format!("a webhook was answered with {status}"));
                }
                // From the moment at which it was due: a client that falls behind does not hide it.
                took.push(at.elapsed().as_secs_f64() * 1e3);
            }
        }));
    }
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await.map_err(|e| e.to_string())??);
    }
    took.sort_by(f64::total_cmp);
    println!(
        "shops: {} webhooks at {} a second: p50 {:.1} ms p99 {:.1} ms max {:.0} ms",
        took.len(),
        options.rate,
        quantile(&took, 0.5),
        quantile(&took, 0.99),
        quantile(&took, 1.0)
    );
    Ok(())
}
