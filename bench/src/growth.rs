//! Whether ingestion keeps its pace as the store grows: the same load on a small store and on a large one.

use crate::{
    Cli,
    clock::resident_mib,
    ingest::{self, Load},
    server::{Place, Server},
};
use ritorno::bench::place::Fresh;

/// The store counts as small with so many events in it.
const SMALL: u64 = 200_000;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Events in the large store.
    #[arg(long, default_value_t = 10_000_000)]
    events: u64,
    #[arg(long, default_value_t = 1_000_000)]
    customers: u64,
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Events in a batch call.
    #[arg(long, default_value_t = 100)]
    batch: usize,
    /// Seconds of each of the two turns.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
}

pub async fn run(cli: &Cli, options: &Options) -> Result<(), String> {
    let scratch = std::env::temp_dir();
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    one(cli, "sqlite", &Place::Folder(folder.path().join("data")), options).await?;
    if let Some(url) = &cli.postgres {
        let fresh = Fresh::new(&scratch, Some(url)).await?;
        one(cli, "postgres", &Place::Url(fresh.url()), options).await?;
        fresh.remove().await?;
    }
    Ok(())
}

async fn one(cli: &Cli, engine: &str, place: &Place, options: &Options) -> Result<(), String> {
    let server = Server::start(&cli.binary, place, true).await?;
    let load = ingest::Options::of_growth(options.connections, options.batch, options.customers);
    ingest::load(&server, &load, Load::Until(SMALL)).await?;
    let small = ingest::load(&server, &load, Load::Full(options.seconds)).await?;
    let so_far = SMALL + (small.rate * options.seconds as f64) as u64;
    ingest::load(&server, &load, Load::Until(options.events.saturating_sub(so_far))).await?;
    let large = ingest::load(&server, &load, Load::Full(options.seconds)).await?;
    println!(
        "growth {engine}: {:.0}/s from {SMALL} events on, {:.0}/s from {} on: {:.2}; p99 {:.0} and {:.0} ms, {:.0} MiB",
        small.rate,
        large.rate,
        options.events,
        large.rate / small.rate,
        small.p99_ms,
        large.p99_ms,
        resident_mib(server.pid())
    );
    server.stop().await;
    Ok(())
}
