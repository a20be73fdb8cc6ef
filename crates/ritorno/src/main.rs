//! The binary: configuration, wiring, the embedded page and the command line. Never holds rules.

mod flow_files;
mod simulate;
mod ui;

use clap::{Parser, Subcommand};
use std::{
    io::{BufRead, BufReader, BufWriter, Write},
    process::ExitCode,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The CRM and marketing-automation engine of an online shop.
#[derive(Debug, Parser)]
#[command(name = "ritorno", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fold a file of events in memory, in virtual time, and say what would have happened.
    Simulate(simulate::Options),
}

/// The tables of all crates, in order.
fn migrations() -> [&'static [store::Migration]; 3] {
    [runtime::MIGRATIONS, crm::MIGRATIONS, engage::MIGRATIONS]
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(tracing_subscriber::EnvFilter::from_env("RITORNO_LOG")).init();
    let result = match cli.command {
        Command::Simulate(options) => block_on(simulate(options)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the system gives a reactor").block_on(future)
}

async fn simulate(options: simulate::Options) -> Result<(), String> {
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
