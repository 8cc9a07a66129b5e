//! `saual seal …`: the Office's seal.

use std::path::PathBuf;

use clap::Subcommand;

/// `saual seal …`
#[derive(Debug, Subcommand)]
pub enum Seal {
    /// Whose it is, until when its certificate is valid, where its key is, and which certificates sealed before
    Show,
    /// Make a new key with a new certificate in place of those that were made here; letters that are sealed stay checkable
    Rotate,
    /// Write a copy of a sealed letter that can be checked for longer: with fresh material and another timestamp of the whole. The letter stays as it was sent
    Renew {
        /// The letter (PDF)
        file: PathBuf,
        /// Where to write the copy
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}
