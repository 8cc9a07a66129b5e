//! `saual letter render`: a letter from its facts, or many.

use super::{batch, paper, wrong_use};
use crate::cli::{Format, Render};
use crate::exit::{Answer, Stop};

pub(super) fn run(asked: &Render) -> Result<Answer, Stop> {
    if asked.archive && !matches!(asked.format, Format::Pdf) {
        return Err(wrong_use("only a PDF holds its facts inside; ask for --archive with --format pdf"));
    }
    let Some(file) = &asked.facts else { return batch::run(asked) };
    let engine = paper::engine_of(asked.edition.as_deref())?;
    let bytes = paper::read(&engine, file, asked.kind)?.bytes(&engine, file, asked.format, asked.archive)?;
    paper::write(&bytes, asked.out.as_deref())?;
    Ok(Answer::Yes)
}
