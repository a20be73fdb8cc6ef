//! The binary: configuration, wiring, the embedded page and the command line. Never holds rules.
//!
//! Start reading at [`serve`], then [`operations`] (what the command line can ask for) and [`simulate`].

mod api;
mod commands;
mod config;
mod control;
mod doctor;
mod flow_files;
mod health;
mod operations;
mod people;
mod serve;
mod simulate;
mod ui;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The tables of all crates, in order.
fn migrations() -> [&'static [store::Migration]; 3] {
    [runtime::MIGRATIONS, crm::MIGRATIONS, engage::MIGRATIONS]
}

fn main() -> ExitCode {
    let cli = match config::arguments::<commands::Cli>() {
        Ok(arguments) => commands::Cli::parse_from(arguments),
        Err(reason) => {
            eprintln!("{reason}");
            return ExitCode::FAILURE;
        }
    };
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}
