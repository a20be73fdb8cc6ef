//! The binary `ritorno`; see the library beside it.

use ritorno::{cli, commands, config};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let line = match config::arguments::<cli::Cli>() {
        Ok(line) => line,
        Err(reason) => return failed(&reason),
    };
    match cli::read(line) {
        Ok(cli) => {
            // `ritorno flows list | head`: who has read enough ends the command quietly. A server does not end with whoever
            // reads its output, and the simulator says itself that all is well.
            if !matches!(cli.command, cli::Command::Serve(_) | cli::Command::Simulate(_)) {
                sigpipe::reset();
            }
            commands::run(cli).map_or_else(|reason| failed(&reason), |()| ExitCode::SUCCESS)
        }
        Err(code) => code,
    }
}

/// Scripts read the last line of standard error.
fn failed(reason: &str) -> ExitCode {
    eprintln!("{}", reason.trim_end());
    ExitCode::FAILURE
}
