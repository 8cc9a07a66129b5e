//! The benchmarks: ours beside its peers, in one run, on one machine, round by round in turn.
//!
//! Read [`cli`] (what can be asked), `ground` (the server that journals stand on), `load` (callers that append as fast as they
//! are answered), `peers` (what ours is compared with), then the verbs: `append` with `commands`, `follow` and `size`, `rebuild` with
//! `growth`, `letters`, `screens`, `dispatch`, and `search`; `machine` says what it cost and `report` prints. `generate` fills journals with the histories that `synthetic` makes
//! up.
//!
//! This crate is not shipped (ADR 0012), judges nothing (aims stand beside the figures, and people read them), and never
//! measures one side of a ratio in another minute than the other.

#[cfg(feature = "journal")]
mod append;
pub mod cli;
#[cfg(feature = "journal")]
mod commands;
#[cfg(feature = "dispatch")]
mod dispatch;
#[cfg(feature = "journal")]
mod follow;
#[cfg(any(feature = "journal", feature = "screens"))]
mod generate;
#[cfg(any(feature = "journal", feature = "screens", feature = "dispatch", feature = "search"))]
#[cfg_attr(
    not(feature = "journal"),
    expect(dead_code, reason = "screens and mails ask less of the server than the journal does")
)]
mod ground;
#[cfg(feature = "journal")]
mod growth;
#[cfg(feature = "letters")]
mod letters;
#[cfg(feature = "journal")]
mod load;
#[cfg(any(feature = "journal", feature = "letters", feature = "screens", feature = "dispatch", feature = "search"))]
mod machine;
mod peers;
#[cfg(feature = "journal")]
mod rebuild;
#[cfg(any(feature = "journal", feature = "letters", feature = "screens", feature = "dispatch", feature = "search"))]
mod report;
#[cfg(feature = "screens")]
mod screens;
#[cfg(feature = "search")]
mod search;
#[cfg(feature = "journal")]
mod size;

use crate::cli::Cli;
#[cfg(any(
    feature = "journal",
    feature = "letters",
    feature = "screens",
    feature = "dispatch",
    feature = "search"
))]
use crate::cli::Verb;

/// Runs what was asked for and prints its tables and lines.
///
/// # Errors
/// Something outside failed: no PostgreSQL, no disk, a server that refused, a peer that broke off.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.verb {
        #[cfg(feature = "journal")]
        Verb::Append | Verb::Rebuild => on_a_server(&cli).await,
        #[cfg(feature = "letters")]
        Verb::Letters => {
            let mut report = report::Report::new();
            letters::run(&cli, &mut report)?;
            told(&cli, &report)
        }
        #[cfg(feature = "screens")]
        Verb::Screens => on_a_server(&cli).await,
        #[cfg(feature = "dispatch")]
        Verb::Dispatch => on_a_server(&cli).await,
        #[cfg(feature = "search")]
        Verb::Search => on_a_server(&cli).await,
        #[cfg(not(all(
            feature = "journal",
            feature = "letters",
            feature = "screens",
            feature = "dispatch",
            feature = "search"
        )))]
        _ => anyhow::bail!("this program was built without that: cargo build --release -p bench --all-features"),
    }
}

#[cfg(any(feature = "journal", feature = "screens", feature = "dispatch", feature = "search"))]
async fn on_a_server(cli: &Cli) -> anyhow::Result<()> {
    let mut report = report::Report::new();
    let ground = ground::Ground::start(&cli.data, cli.quick).await?;
    report.heading(&ground.described().await?);
    let measured = match cli.verb {
        #[cfg(feature = "journal")]
        Verb::Rebuild => rebuild::run(&ground, cli, &mut report).await,
        #[cfg(feature = "journal")]
        Verb::Append => append::run(&ground, &cli.pace(), &mut report).await,
        #[cfg(feature = "screens")]
        Verb::Screens => screens::run(&ground, cli, &mut report).await,
        #[cfg(feature = "dispatch")]
        Verb::Dispatch => dispatch::run(&ground, cli, &mut report).await,
        #[cfg(feature = "search")]
        Verb::Search => search::run(&ground, cli, &mut report).await,
        _ => Ok(()),
    };
    ground.stop()?;
    measured?;
    told(cli, &report)
}

#[cfg(any(feature = "journal", feature = "letters", feature = "screens", feature = "dispatch", feature = "search"))]
fn told(cli: &Cli, report: &report::Report) -> anyhow::Result<()> {
    report.print()?;
    match &cli.markdown {
        Some(file) => report.write(file),
        None => Ok(()),
    }
}
