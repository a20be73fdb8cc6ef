//! The binary `ritorno`; see the library beside it.

use clap::Parser;
use ritorno::{commands, config};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let done =
        config::arguments::<commands::Cli>().and_then(|arguments| commands::run(commands::Cli::parse_from(arguments)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}
