//! The program `saual`.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use saual::cli::Cli;
use saual::config::Environment;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match saual::commands::run(cli, &Environment::of_this_process()) {
        Ok(answer) => answer.into(),
        Err(stop) => {
            // Standard error may be closed; there is nobody left to tell then.
            let _closed = writeln!(std::io::stderr(), "saual: {}", stop.sentence());
            stop.code()
        }
    }
}
