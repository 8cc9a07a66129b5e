//! What can be asked of `saual-bench`.

use std::path::PathBuf;
#[cfg(feature = "journal")]
use std::time::Duration;

use clap::{Parser, ValueEnum};

/// The event store, the letters, the worklist, the mail and search beside their peers: tables, and lines `bench NAME: ratio R (ours X, peer Y, unit)`, the headline last.
#[derive(Debug, Parser)]
#[command(name = "saual-bench", version, about)]
pub struct Cli {
    /// What to measure
    #[arg(value_enum)]
    pub verb: Verb,
    /// Length of one round of one side
    #[arg(long, value_name = "S", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..))]
    pub seconds: u64,
    /// Rounds; each side runs once in each, and the median counts
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    pub rounds: u64,
    /// One short round of everything: shows that it runs, and nothing else
    #[arg(long)]
    pub quick: bool,
    /// Also write the tables into this file
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Events of the journal that is read and rebuilt
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub events: u64,
    /// Also measure the growth to ten million events: some 20 GB of disk and some minutes
    #[arg(long)]
    pub ten_million: bool,
    /// Letters of one round of ours and of Typst alone, each of them different
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub letters: u32,
    /// Letters of one round of LibreOffice and WeasyPrint: of these first so many
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub peer_letters: u32,
    /// Letters over which memory is watched
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub soak: u32,
    /// Requests a second that the screens are asked for
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: u32,
    /// Also ask the screens of an office of a million inquiries, some 28 million events: 35 GB of disk, and hours to make it
    #[arg(long)]
    pub million: bool,
    /// Keep the offices that the screens are asked of, and use those again that an earlier run has kept
    #[arg(long)]
    pub keep: bool,
    /// Inquiries among which is searched
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub inquiries: u64,
    /// Folder of the private PostgreSQL, whose databases are made anew, and of the letters that go to peers as files
    #[arg(long, value_name = "DIR", default_value = "var/bench")]
    pub data: PathBuf,
}

/// The verbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Verb {
    /// Appends and commands against peers, followers, size
    Append,
    /// Reading, rebuilding, growth
    Rebuild,
    /// Letters against LibreOffice, WeasyPrint and Typst alone; memory
    Letters,
    /// The worklist at a fixed rate over growing registers
    Screens,
    /// Mails a second beside smtp-source and the mail library's pool; the whole way
    Dispatch,
    /// What is found first, and how soon, beside PostgreSQL's `simple` and trigrams
    Search,
}

/// How many letters.
#[cfg(feature = "letters")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Amounts {
    /// A round of ours and of Typst alone.
    pub(crate) round: usize,
    /// A round of the programs outside of this one.
    pub(crate) outside: usize,
    /// Over which memory is watched.
    pub(crate) soak: usize,
}

/// How long and how often.
#[cfg(feature = "journal")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// One round of one side.
    pub(crate) round: Duration,
    /// How many rounds.
    pub(crate) rounds: u64,
    /// Only to see that it runs.
    pub(crate) quick: bool,
}

#[cfg(feature = "journal")]
impl Pace {
    /// Before the first round, so that plans, caches and files are what they are in the others.
    pub(crate) fn warm_up(&self) -> Duration {
        (self.round / 4).max(Duration::from_millis(300))
    }
}

impl Cli {
    /// How often each side runs.
    #[cfg(any(
        feature = "journal",
        feature = "letters",
        feature = "screens",
        feature = "dispatch",
        feature = "search"
    ))]
    pub(crate) fn rounds(&self) -> u64 {
        if self.quick { 1 } else { self.rounds }
    }

    #[cfg(feature = "journal")]
    pub(crate) fn pace(&self) -> Pace {
        let round = if self.quick { Duration::from_millis(300) } else { Duration::from_secs(self.seconds) };
        Pace { round, rounds: self.rounds(), quick: self.quick }
    }

    /// How many events the journal that is read has.
    #[cfg(feature = "journal")]
    pub(crate) fn log(&self) -> u64 {
        if self.quick { self.events.min(10_000) } else { self.events }
    }

    /// How many letters are made.
    #[cfg(feature = "letters")]
    pub(crate) fn amounts(&self) -> Amounts {
        let [round, outside, soak] = [(self.letters, 8), (self.peer_letters, 4), (self.soak, 40)]
            .map(|(whole, quick)| if self.quick { whole.min(quick) } else { whole });
        Amounts { round: round as usize, outside: outside.min(round) as usize, soak: soak as usize }
    }
}
