//! `saual bench`: runs the benchmarks, a program of their own (ADR 0012) that stands beside this one or is built for it.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::wrong_use;
use crate::cli::{Bench, Measure};
use crate::exit::{Answer, Stop};

/// The program of the benchmarks.
const PROGRAM: &str = "saual-bench";

/// Becomes the benchmarks: their output, their signals and their exit code are those of this command.
pub(super) fn run(bench: &Bench) -> Result<Answer, Stop> {
    let verb = verb(bench.what);
    let this = std::env::current_exe().context("this program cannot tell where it stands")?;
    let Some(program) = beside(&this).into_iter().find(|path| path.is_file()) else {
        return Err(wrong_use("the benchmarks are not built: cargo build --release -p bench --all-features"));
    };
    let failed = Command::new(&program).arg(verb).args(&bench.rest).exec();
    Err(anyhow::Error::from(failed).context(format!("{} could not be started", program.display())).into())
}

const fn verb(what: Measure) -> &'static str {
    match what {
        Measure::Append => "append",
        Measure::Rebuild => "rebuild",
        Measure::Letters => "letters",
        Measure::Dispatch => "dispatch",
        Measure::Screens => "screens",
    }
}

/// Where the program may stand: beside this one, or, for a program built for development, in the folder of released ones.
fn beside(this: &Path) -> Vec<PathBuf> {
    let here = this.parent();
    let released = here.and_then(Path::parent).map(|target| target.join("release"));
    here.map(Path::to_owned).into_iter().chain(released).map(|folder| folder.join(PROGRAM)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_benchmarks_stand_beside_this_program_or_among_the_released_ones() {
        let places = beside(Path::new("target/debug/saual"));
        assert_eq!(places, [Path::new("target/debug/saual-bench"), Path::new("target/release/saual-bench")]);
    }
}
