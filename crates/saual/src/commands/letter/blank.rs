//! `saual letter blank`: a ministry's own blank, checked and filled.

use std::path::Path;

use anyhow::Context;
use letter::Engine;
use letter::blank::Blank;
use letter::kinds::reply::ReplyFacts;
use letter::model::Language;

use super::{print, wrong_use};
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
        let refused = |error: &dyn std::fmt::Display| wrong_use(format!("{shown}: {error}"));
        let filled = match &asked.facts {
            Some(file) => {
                let facts = facts(file)?;
                let engine = Engine::new().context("the templates are faulty; run `saual letter lint`")?;
                let letter = engine.compose_reply(&facts).map_err(|error| refused(&error))?;
                blank.fill(&letter).map_err(|error| refused(&error))?
            }
            None => blank.preview().map_err(|error| refused(&error))?,
        };
        std::fs::write(out, filled).with_context(|| format!("{} cannot be written", out.display()))?;
    }
    print(&match language {
        Language::Kk => format!("Бланк жарамды: sha256 {}", blank.hash()),
        Language::Ru => format!("Бланк годен: sha256 {}", blank.hash()),
        Language::En => format!("The blank is sound: sha256 {}", blank.hash()),
    });
    Ok(Answer::Yes)
}

fn facts(file: &Path) -> Result<ReplyFacts, Stop> {
    let refused = |what: &dyn std::fmt::Display| wrong_use(format!("{}: {what}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| refused(&error))?;
    let value = serde_json::from_str(&text).map_err(|error| refused(&error))?;
    ReplyFacts::parse(&value).map_err(|refusal| refused(&refusal))
}
