//! `saual letter render`: a letter from its facts, or many.

use std::io::Write;

use anyhow::Context;

use super::{batch, paper, wrong_use};
use crate::cli::{Format, Render};
use crate::exit::{Answer, Stop};

pub(super) fn run(asked: &Render) -> Result<Answer, Stop> {
    if asked.archive && !matches!(asked.format, Format::Pdf) {
        return Err(wrong_use("only a PDF holds its facts inside; ask for --archive with --format pdf"));
    }
    let Some(file) = &asked.facts else { return batch::run(asked) };
    let engine = paper::engine()?;
    let bytes = paper::read(&engine, file, asked.kind)?.bytes(&engine, file, asked.format, asked.archive)?;
    match &asked.out {
        Some(file) => std::fs::write(file, bytes).with_context(|| format!("{} cannot be written", file.display()))?,
        None => std::io::stdout().lock().write_all(&bytes).context("standard output cannot be written")?,
    }
    Ok(Answer::Yes)
}
