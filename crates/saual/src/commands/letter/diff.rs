//! `saual letter diff`: what changed between two versions of a letter's text, whichever editor wrote them.

use anyhow::Context;
use letter::model::Language;

use super::{print, texts};
use crate::cli::LetterDiff;
use crate::exit::{Answer, Stop};

pub(super) fn run(asked: &LetterDiff) -> Result<Answer, Stop> {
    let language = asked.lang.into();
    let (old, new) = (texts::read(&asked.old, language)?, texts::read(&asked.new, language)?);
    let changes = old.changes(&new);
    if asked.json {
        print(&serde_json::to_string_pretty(&changes).context("the change is no JSON")?);
    } else if changes.is_empty() {
        print(match language {
            Language::Kk => "Екі нұсқа бірдей.",
            Language::Ru => "Обе редакции одинаковы.",
            Language::En => "The two versions are the same.",
        });
    } else {
        print(&changes.text(language));
    }
    Ok(Answer::Yes)
}
