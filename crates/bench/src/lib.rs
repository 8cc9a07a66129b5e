//! The benchmarks: ours beside its peers, in one run, on one server, round by round in turn.
//!
//! Read [`cli`] (what can be asked), `ground` (the server all of them stand on), `load` (callers that append as fast as they
//! are answered), `peers` (what ours is compared with), then the two verbs: `append` with `commands`, `follow` and `size`, and
//! `rebuild` with `growth`; `report` prints. [`mod@generate`] makes histories of real inquiries by the hundred thousand.
//!
//! This crate is not shipped (ADR 0012), judges nothing (aims stand beside the figures, and people read them), and never
//! measures one side of a ratio in another minute than the other.

mod append;
pub mod cli;
mod commands;
mod follow;
pub mod generate;
mod ground;
mod growth;
mod load;
mod peers;
mod rebuild;
mod report;
mod size;

use crate::cli::{Cli, Verb};

/// Runs what was asked for and prints its tables and lines.
///
/// # Errors
/// Something outside failed: no PostgreSQL, no disk, a server that refused.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let mut report = report::Report::new();
    let ground = ground::Ground::start(&cli.data, cli.quick).await?;
    report.heading(&ground.described().await?);
    let measured = match cli.verb {
        Verb::Append => append::run(&ground, &cli.pace(), &mut report).await,
        Verb::Rebuild => rebuild::run(&ground, &cli, &mut report).await,
    };
    ground.stop()?;
    measured?;
    report.print()?;
    match &cli.markdown {
        Some(file) => report.write(file),
        None => Ok(()),
    }
}
