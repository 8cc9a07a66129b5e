//! `saual letter diff`: what changed between two versions of a body, whichever editor wrote them.

use std::path::Path;

use anyhow::Context;
use letter::diff::diff;
use letter::model::Language;
use letter::provenance::Sourced;
use letter::{docx, markdown};
use serde_json::Value;

use super::{print, wrong_use};
use crate::cli::LetterDiff;
use crate::exit::{Answer, Stop};

pub(super) fn run(asked: &LetterDiff) -> Result<Answer, Stop> {
    let language = asked.lang.into();
    let (old, new) = (body(&asked.old, language)?, body(&asked.new, language)?);
    let changes = diff(&old.body, &new.body);
    if asked.json {
        print(&serde_json::to_string_pretty(&changes).context("the change is no JSON")?);
    } else if changes.is_empty() {
        print(match language {
            Language::Kk => "Екі нұсқа бірдей.",
            Language::Ru => "Обе редакции одинаковы.",
            Language::En => "The two versions are the same.",
        });
    } else {
        print(changes.text(language).trim_end());
    }
    Ok(Answer::Yes)
}

/// Reads a body by the ending of its file's name: Markdown, Word, or JSON, which is a body or has one.
pub(super) fn body(file: &Path, language: Language) -> Result<Sourced, Stop> {
    let bytes =
        std::fs::read(file).map_err(|error| wrong_use(format!("{} cannot be read: {error}", file.display())))?;
    let refused = |what: String| wrong_use(format!("{}: {what}", file.display()));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| refused("this is no text in UTF-8".to_owned()));
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("docx") => {
            docx::read(&bytes).map(|edited| edited.sourced).map_err(|error| refused(error.lines(language).join("; ")))
        }
        Some("md") => markdown::read(&text(bytes)?)
            .map_err(|faults| refused(faults.iter().map(|fault| fault.words(language)).collect::<Vec<_>>().join("; "))),
        _ => {
            let value: Value = serde_json::from_slice(&bytes).map_err(|error| refused(format!("no JSON: {error}")))?;
            let (at, inner) = match value.get("body") {
                Some(body) => ("/body", body),
                None => ("", &value),
            };
            Sourced::parse(inner).map_err(|refusal| refused(format!("{at}{refusal}")))
        }
    }
}
