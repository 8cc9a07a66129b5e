//! `saual letter preview`: the pages as pictures, to be looked at where no PDF reader is.

use anyhow::Context;

use super::{paper, print, wrong_use};
use crate::cli::{Format, Preview};
use crate::exit::{Answer, Stop};

pub(super) fn run(asked: &Preview) -> Result<Answer, Stop> {
    let pdf = match (&asked.pdf, &asked.facts) {
        (Some(file), _) => std::fs::read(file)
            .map_err(|error| wrong_use(format!("the letter {} cannot be read: {error}", file.display())))?,
        (None, Some(file)) => {
            let engine = paper::engine()?;
            paper::read(&engine, file, asked.kind)?.bytes(&engine, file, Format::Pdf, false)?
        }
        (None, None) => return Err(wrong_use("say what to look at: --facts or --pdf")),
    };
    let pages = letter::preview::pages(&pdf, asked.dots).map_err(|error| wrong_use(error.to_string()))?;
    std::fs::create_dir_all(&asked.out).with_context(|| format!("{} cannot be made", asked.out.display()))?;
    for (number, page) in (1..).zip(pages) {
        let file = asked.out.join(format!("page-{number}.png"));
        let png = page.png().map_err(|error| anyhow::Error::new(error).context("a page cannot be written as PNG"))?;
        std::fs::write(&file, png).with_context(|| format!("{} cannot be written", file.display()))?;
        print(&file.display().to_string());
    }
    Ok(Answer::Yes)
}
