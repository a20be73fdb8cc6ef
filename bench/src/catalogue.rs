//! The catalogue: products told, then their stock changing, over HTTP and durable. Memory must stay flat as the changes grow.

use crate::{
    Cli,
    clock::{Watch, cpu_seconds, quantile, resident_mib},
    http::Connection,
    server::{Place, Server, command},
};
use base::{Clock, Rng, SeededRng, SystemClock, Time};
use ritorno::bench::place::Fresh;
use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Products, each with two variants: three events.
    #[arg(long, default_value_t = 100_000)]
    products: u64,
    /// Changes of stock, of a variant at one of three places.
    #[arg(long, default_value_t = 1_000_000)]
    changes: u64,
    #[arg(long, default_value_t = 16)]
    connections: u64,
    /// Events in a batch call.
    #[arg(long, default_value_t = 100)]
    batch: u64,
}

pub async fn run(cli: &Cli, options: &Options) -> Result<(), String> {
    println!("catalogue: {} products, {} changes of stock", options.products, options.changes);
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
    // What a page may know is not believed about the catalogue.
    let key = command(&cli.binary, place, &["keys", "create", "--kind", "secret", "--name", "bench"])?;
    let server = Server::open(&cli.binary, place, key).await?;
    let products = options.products;
    load(&server, options, engine, "products and variants", products * 3, move |n, _, at, to| told(n, at, to)).await?;
    let tenth = (options.changes / 10).max(1);
    load(&server, options, engine, "changes of stock, 1x", tenth, move |_, rng, at, to| changed(products, rng, at, to))
        .await?;
    load(&server, options, engine, "changes of stock, 10x", options.changes, move |_, rng, at, to| {
        changed(products, rng, at, to);
    })
    .await?;
    server.stop().await;
    Ok(())
}

/// A product, or one of its two variants.
fn told(n: u64, at: Time, to: &mut String) {
    let (product, which) = (n / 3, n % 3);
    let (event, own) = match which {
        0 => (
            "Product Updated",
            format!("\"name\":\"Scarpone da trekking {product}\",\"categories\":[\"Outdoor\",\"C{}\"]", product % 50),
        ),
        _ => (
            "Variant Updated",
            format!(
                "\"variant_id\":\"v{product}-{which}\",\"sku\":\"S{product}-{which}\",\"name\":\"{}\",\"price\":59.90,\"currency\":\"EUR\",\
                 \"stock_quantity\":20,\"inventory_item_id\":\"i{product}-{which}\"",
                40 + which
            ),
        ),
    };
    call(event, &format!("t{n}"), &format!("\"product_id\":\"p{product}\",{own}"), at, to);
}

fn changed(products: u64, rng: &SeededRng, at: Time, to: &mut String) {
    let mut bytes = [0u8; 16];
    rng.fill(&mut bytes);
    let draw = u128::from_le_bytes(bytes);
    let (product, which) = ((draw % u128::from(products)) as u64, 1 + (draw >> 40) % 2);
    let (place, quantity) = ((draw >> 48) % 3, (draw >> 56) % 40);
    let said =
        format!("\"inventory_item_id\":\"i{product}-{which}\",\"location_id\":\"l{place}\",\"quantity\":{quantity}");
    call("Stock Level Changed", &format!("s{draw:032x}"), &said, at, to);
}

fn call(event: &str, id: &str, properties: &str, at: Time, to: &mut String) {
    write!(
        to,
        "{{\"type\":\"track\",\"event\":\"{event}\",\"anonymousId\":\"shop:bench\",\"messageId\":\"{id}\",\"timestamp\":\"{at}\",\
         \"properties\":{{{properties}}}}}"
    )
    .expect("writing to a string cannot fail");
}

async fn load(
    server: &Server,
    options: &Options,
    engine: &str,
    what: &str,
    events: u64,
    make: impl Fn(u64, &SeededRng, Time, &mut String) + Clone + Send + 'static,
) -> Result<(), String> {
    let next = Arc::new(AtomicU64::new(0));
    let (cpu, watch) = (cpu_seconds(server.pid()), Watch::start());
    let mut workers = Vec::new();
    for worker in 0..options.connections {
        let (next, make, batch) = (next.clone(), make.clone(), options.batch);
        let (address, authorization) = (server.address.clone(), server.authorization());
        workers.push(tokio::spawn(async move {
            let rng = SeededRng::new(SystemClock.now().0 as u64 ^ worker << 48);
            let mut connection = Connection::open(&address).await?;
            let mut waits = Vec::new();
            loop {
                let first = next.fetch_add(batch, Ordering::Relaxed);
                if first >= events {
                    return Ok::<_, std::io::Error>(waits);
                }
                let at = SystemClock.now();
                let mut body = String::from("{\"batch\":[");
                for n in first..events.min(first + batch) {
                    if n > first {
                        body.push(',');
                    }
                    make(n, &rng, at, &mut body);
                }
                write!(body, "],\"sentAt\":\"{at}\"}}").expect("writing to a string cannot fail");
                loop {
                    let watch = Watch::start();
                    match connection.post("/v1/batch", &authorization, body.as_bytes()).await? {
                        200 => {
                            waits.push(watch.elapsed().as_secs_f64() * 1e3);
                            break;
                        }
                        429 => tokio::time::sleep(Duration::from_millis(50)).await,
                        other => return Err(std::io::Error::other(format!("status {other}"))),
                    }
                }
            }
        }));
    }
    let mut waits = Vec::new();
    for worker in workers {
        waits.extend(worker.await.map_err(|e| e.to_string())?.map_err(|e| e.to_string())?);
    }
    let spent = watch.elapsed().as_secs_f64();
    waits.sort_by(f64::total_cmp);
    println!(
        "  {engine}: {events} {what}: {:.0}/s, {:.1} us CPU each, p50 {:.1} ms, p99 {:.1} ms a batch, {:.0} MiB",
        events as f64 / spent,
        (cpu_seconds(server.pid()) - cpu) * 1e6 / events as f64,
        quantile(&waits, 0.5),
        quantile(&waits, 0.99),
        resident_mib(server.pid()),
    );
    Ok(())
}
