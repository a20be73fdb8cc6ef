//! Durable full-pipeline ingestion: HTTP in, duplicates out, folded, committed; against the raw insert, in turns.

use crate::{
    Cli,
    clock::{Watch, cpu_seconds, resident_mib, spread},
    events::Source,
    http::Connection,
    raw::{RawPostgres, RawSqlite},
    server::{Place, Server},
};
use base::{Clock, SystemClock};
use ritorno::bench::place::Fresh;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

#[derive(Debug, clap::Args)]
pub struct Options {
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Events in a batch call.
    #[arg(long, default_value_t = 100)]
    batch: usize,
    #[arg(long, default_value_t = 1_000_000)]
    customers: u64,
    /// Seconds of each turn.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    #[arg(long, default_value_t = 3)]
    turns: usize,
    /// Events stored on both sides before the measured turns.
    #[arg(long, default_value_t = 0)]
    preload: usize,
    /// Events in a group of the raw insert.
    #[arg(long, default_value_t = 1_600)]
    group: usize,
    /// Instead of all that, on SQLite: the waits at so many events a second.
    #[arg(long)]
    rate: Option<f64>,
}

impl Options {
    /// Those of a load that nothing is compared with.
    pub fn of_growth(connections: usize, batch: usize, customers: u64) -> Options {
        Options { connections, batch, customers, seconds: 0, turns: 0, preload: 0, group: 0, rate: None }
    }
}

/// How hard the server is loaded, and for how long.
#[derive(Clone, Copy)]
pub enum Load {
    /// As hard as it can be, for so many seconds.
    Full(u64),
    /// As hard as it can be, until so many events are acknowledged.
    Until(u64),
    /// So many events a second, for so many seconds; each wait counts from the moment at which the request was due.
    Paced(f64, u64),
}

/// No load lasts longer than this, in seconds.
const LOAD_MAX: u64 = 3_600;

/// What one turn of load came to.
pub struct Turn {
    pub rate: f64,
    pub cpu_us: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
    refused: u64,
}

pub async fn run(cli: &Cli, options: &Options) -> Result<(), String> {
    println!(
        "ingest: {} connections x {} events, {} customers, preload {}",
        options.connections, options.batch, options.customers, options.preload
    );
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let place = Place::Folder(folder.path().join("data"));
    let server = Server::start(&cli.binary, &place, true).await?;
    if let Some(rate) = options.rate {
        load(&server, options, Load::Until(options.preload as u64)).await?;
        paced("sqlite", &server, options, rate).await?;
        server.stop().await;
        return Ok(());
    }
    let mut raw = RawSqlite::open(&folder.path().join("raw.db"), options.customers).map_err(|e| e.to_string())?;
    if options.preload > 0 {
        raw.run(options.preload, 5_000, Duration::from_secs(600)).map_err(|e| e.to_string())?;
        let preload = load(&server, options, Load::Until(options.preload as u64)).await?;
        println!("  preloaded at {:.0} events/s", preload.rate);
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..options.turns {
        let limit = Duration::from_secs(options.seconds);
        let raw_rate =
            tokio::task::block_in_place(|| raw.run(usize::MAX, options.group, limit)).map_err(|e| e.to_string())?;
        let turn = load(&server, options, Load::Full(options.seconds)).await?;
        print_turn("sqlite", raw_rate, &turn, resident_mib(server.pid()));
        ours.push(turn.rate);
        theirs.push(raw_rate);
    }
    summary("sqlite", &ours, &theirs);
    half_of_peak("sqlite", &server, options, &ours).await?;
    server.stop().await;
    if let Some(url) = &cli.postgres {
        postgres(cli, options, url).await?;
    }
    Ok(())
}

async fn postgres(cli: &Cli, options: &Options, url: &str) -> Result<(), String> {
    let scratch = std::env::temp_dir();
    let (of_server, of_raw) = (Fresh::new(&scratch, Some(url)).await?, Fresh::new(&scratch, Some(url)).await?);
    let server = Server::start(&cli.binary, &Place::Url(of_server.url()), true).await?;
    let mut raw = RawPostgres::open(&of_raw.url(), options.customers).await.map_err(|e| e.to_string())?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..options.turns {
        let raw_rate = raw
            .run(usize::MAX, options.group, Duration::from_secs(options.seconds))
            .await
            .map_err(|e| e.to_string())?;
        let turn = load(&server, options, Load::Full(options.seconds)).await?;
        print_turn("postgres", raw_rate, &turn, resident_mib(server.pid()));
        ours.push(turn.rate);
        theirs.push(raw_rate);
    }
    summary("postgres", &ours, &theirs);
    half_of_peak("postgres", &server, options, &ours).await?;
    server.stop().await;
    of_server.remove().await?;
    of_raw.remove().await
}

fn print_turn(engine: &str, raw: f64, turn: &Turn, mib: f64) {
    println!(
        "  {engine}: raw {raw:.0}/s, ritorno {:.0}/s ({:.2}x), {:.1} us CPU an event, p50 {:.1} ms, p99 {:.1} ms, {mib:.0} MiB, {} refused",
        turn.rate,
        turn.rate / raw,
        turn.cpu_us,
        turn.p50_ms,
        turn.p99_ms,
        turn.refused
    );
}

fn summary(engine: &str, ours: &[f64], raw: &[f64]) {
    let ratios: Vec<f64> = ours.iter().zip(raw).map(|(ours, raw)| ours / raw).collect();
    let (low, middle, high) = spread(&ratios);
    println!("  {engine}: ratio to raw {middle:.2} ({low:.2}-{high:.2})");
}

/// The waits at half of the rate that was reached.
async fn half_of_peak(engine: &str, server: &Server, options: &Options, rates: &[f64]) -> Result<(), String> {
    let (_, peak, _) = spread(rates);
    paced(engine, server, options, peak / 2.0).await
}

async fn paced(engine: &str, server: &Server, options: &Options, rate: f64) -> Result<(), String> {
    // What the turns before left to be written is not this one's.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let turn = load(server, options, Load::Paced(rate, options.seconds.max(10))).await?;
    println!(
        "  {engine}: at a pace of {:.0}/s: p50 {:.1} ms, p99 {:.1} ms, longest {:.0} ms, {} refused",
        turn.rate, turn.p50_ms, turn.p99_ms, turn.max_ms, turn.refused
    );
    Ok(())
}

/// Loads the server.
pub async fn load(server: &Server, options: &Options, load: Load) -> Result<Turn, String> {
    let (events, seconds, pace) = match load {
        Load::Full(seconds) => (u64::MAX, seconds, None),
        Load::Until(events) => (events, LOAD_MAX, None),
        Load::Paced(rate, seconds) => (u64::MAX, seconds, Some(rate)),
    };
    let round = pace.map(|rate| Duration::from_secs_f64((options.connections * options.batch) as f64 / rate));
    let acknowledged = Arc::new(AtomicU64::new(0));
    let refused = Arc::new(AtomicU64::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let (cpu, watch) = (cpu_seconds(server.pid()), Watch::start());
    let mut workers = Vec::new();
    for worker in 0..options.connections {
        let (acknowledged, refused, stop) = (acknowledged.clone(), refused.clone(), stop.clone());
        let (address, authorization) = (server.address.clone(), server.authorization());
        let (batch, customers, connections) = (options.batch, options.customers, options.connections);
        let seed = SystemClock.now().0 as u64 ^ (worker as u64) << 40;
        workers.push(tokio::spawn(async move {
            let mut source = Source::new(seed, customers);
            let mut connection = Connection::open(&address).await?;
            let mut waits = Vec::new();
            let mut beat = round.map(|round| {
                // The connections take turns.
                let first = tokio::time::Instant::now() + round.mul_f64(worker as f64 / connections as f64);
                tokio::time::interval_at(first, round)
            });
            while !stop.load(Ordering::Relaxed) {
                let body = source.batch(SystemClock.now(), batch);
                let mut late = 0.0;
                if let Some(beat) = &mut beat {
                    late = beat.tick().await.elapsed().as_secs_f64() * 1e3;
                }
                let watch = Watch::start();
                match connection.post("/v1/batch", &authorization, body.as_bytes()).await? {
                    200 => {
                        waits.push(late + watch.elapsed().as_secs_f64() * 1e3);
                        acknowledged.fetch_add(batch as u64, Ordering::Relaxed);
                    }
                    429 => {
                        refused.fetch_add(1, Ordering::Relaxed);
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                    other => return Err(std::io::Error::other(format!("status {other}"))),
                }
            }
            Ok::<_, std::io::Error>(waits)
        }));
    }
    loop {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let enough = acknowledged.load(Ordering::Relaxed) >= events;
        if enough || watch.elapsed() >= Duration::from_secs(seconds) || workers.iter().any(|w| w.is_finished()) {
            break;
        }
    }
    let (done, spent) = (acknowledged.load(Ordering::Relaxed) as f64, watch.elapsed().as_secs_f64());
    let cpu_us = (cpu_seconds(server.pid()) - cpu) * 1e6 / done.max(1.0);
    stop.store(true, Ordering::Relaxed);
    let mut waits = Vec::new();
    for worker in workers {
        waits.extend(worker.await.map_err(|e| e.to_string())?.map_err(|e| e.to_string())?);
    }
    waits.sort_by(f64::total_cmp);
    let quantile = |share| crate::clock::quantile(&waits, share);
    Ok(Turn {
        rate: done / spent,
        cpu_us,
        p50_ms: quantile(0.5),
        p99_ms: quantile(0.99),
        max_ms: quantile(1.0),
        refused: refused.load(Ordering::Relaxed),
    })
}
