//! The benchmarks: ours beside its peers, in one run, on one machine, round by round in turn.
//!
//! Read [`cli`] (what can be asked), `ground` (the server that journals stand on), `load` (callers that append as fast as they
//! are answered), `peers` (what ours is compared with), then the verbs: `append` with `commands`, `follow` and `size`, `rebuild` with
//! `growth`, and `letters`; `machine` says what it cost and `report` prints. [`mod@generate`] makes histories of real inquiries by the
//! hundred thousand.
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
mod letters;
mod load;
mod machine;
mod peers;
mod rebuild;
mod report;
mod size;

use crate::cli::{Cli, Verb};

/// Runs what was asked for and prints its tables and lines.
///
/// # Errors
/// Something outside failed: no PostgreSQL, no disk, a server that refused, a peer that broke off.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let mut report = report::Report::new();
    match cli.verb {
        Verb::Append => {
            let ground = server(&cli, &mut report).await?;
            let measured = append::run(&ground, &cli.pace(), &mut report).await;
            ground.stop()?;
            measured?;
        }
        Verb::Rebuild => {
            let ground = server(&cli, &mut report).await?;
            let measured = rebuild::run(&ground, &cli, &mut report).await;
            ground.stop()?;
            measured?;
        }
        Verb::Letters => letters::run(&cli, &mut report)?,
    }
    report.print()?;
    match &cli.markdown {
        Some(file) => report.write(file),
        None => Ok(()),
    }
}

async fn server(cli: &Cli, report: &mut report::Report) -> anyhow::Result<ground::Ground> {
    let ground = ground::Ground::start(&cli.data, cli.quick).await?;
    report.heading(&ground.described().await?);
    Ok(ground)
}
