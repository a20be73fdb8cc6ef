//! Benchmarks: ratios against a named limit or rival, both sides in one alternated run.
//!
//! Never part of the tests. `make bench` runs all of it; each part also runs alone (`bench ingest --help`).

mod catalogue;
mod clock;
mod engine;
mod events;
mod expressions;
mod footprint;
mod growth;
mod http;
mod ingest;
mod latency;
mod lists;
mod raw;
mod server;
mod shops;
mod timers;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Parser)]
struct Cli {
    /// The built binary.
    #[arg(long, global = true, default_value = "target/release/ritorno")]
    binary: std::path::PathBuf,
    /// A PostgreSQL server with fsync on; without it the PostgreSQL halves are left out.
    #[arg(long, global = true, env = "POSTGRES_URL")]
    postgres: Option<String>,
    #[command(subcommand)]
    part: Part,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Durable ingestion over HTTP against a raw insert of the same rows; then half of the peak.
    Ingest(ingest::Options),
    /// The same on a small store and on a large one.
    Growth(growth::Options),
    /// One event on one connection against a bare fdatasync.
    Latency(latency::Options),
    /// Carts waiting, many due at once.
    Timers(timers::Options),
    /// Pages and searches with a million customers.
    Lists(lists::Options),
    /// Conditions alone: nanoseconds an evaluation.
    Feel(expressions::Options),
    /// The engine alone: nanoseconds a step, bytes a waiting journey.
    Engine(engine::Options),
    /// Webhooks at a fixed rate, from the request to durable; then a backfill from a double of a shop's API.
    Shops(shops::Options),
    /// Products told, then their stock changing: rates, and memory as they grow.
    Catalogue(catalogue::Options),
    /// Idle memory, cold start, size.
    Footprint,
}

fn main() {
    let cli = Cli::parse();
    let threads = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    let done = threads.block_on(async {
        match &cli.part {
            Part::Ingest(options) => ingest::run(&cli, options).await,
            Part::Growth(options) => growth::run(&cli, options).await,
            Part::Latency(options) => latency::run(&cli, options).await,
            Part::Timers(options) => timers::run(&cli, options).await,
            Part::Lists(options) => lists::run(&cli, options).await,
            Part::Feel(options) => expressions::run(options),
            Part::Engine(options) => engine::run(options),
            Part::Shops(options) => shops::run(&cli, options).await,
            Part::Catalogue(options) => catalogue::run(&cli, options).await,
            Part::Footprint => footprint::run(&cli).await,
        }
    });
    if let Err(reason) = done {
        eprintln!("{reason}");
        std::process::exit(1);
    }
}
