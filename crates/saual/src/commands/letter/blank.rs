//! `saual letter blank`: a ministry's own blank, checked and filled.

use anyhow::Context;
use letter::blank::Blank;
use letter::model::Language;

use super::{paper, print, wrong_use};
use crate::cli::LetterBlank;
use crate::exit::{Answer, Stop};

pub(super) fn run(asked: &LetterBlank) -> Result<Answer, Stop> {
    let shown = asked.file.display();
    let bytes = std::fs::read(&asked.file).map_err(|error| wrong_use(format!("{shown} cannot be read: {error}")))?;
    let language: Language = asked.lang.into();
    let blank = match Blank::read(&bytes) {
        Ok(blank) => blank,
        Err(faults) => {
            faults.iter().for_each(|fault| print(&fault.words(language)));
            return Ok(Answer::No);
        }
    };
    if let Some(out) = &asked.out {
        let filled = match &asked.facts {
            Some(file) => blank.fill(paper::read(&paper::engine()?, file, asked.kind)?.letter()),
            None => blank.preview(),
        };
        let filled = filled.map_err(|error| wrong_use(format!("{shown}: {error}")))?;
        std::fs::write(out, filled).with_context(|| format!("{} cannot be written", out.display()))?;
    }
    print(&match language {
        Language::Kk => format!("Бланк жарамды: sha256 {}", blank.hash()),
        Language::Ru => format!("Бланк годен: sha256 {}", blank.hash()),
        Language::En => format!("The blank is sound: sha256 {}", blank.hash()),
    });
    Ok(Answer::Yes)
}
