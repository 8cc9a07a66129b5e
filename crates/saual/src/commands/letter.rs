//! `saual letter render|lint|facts-schema`: letters without a database.

use std::io::{Read, Write};
use std::path::Path;

use anyhow::Context;
use letter::Engine;
use letter::kinds::reply::ReplyFacts;

use super::{letter_blank, letter_diff, letter_import, print, wrong_use};
use crate::cli::{Format, Kind, Letter, Render};
use crate::exit::{Answer, Stop};

pub(super) fn run(command: &Letter) -> Result<Answer, Stop> {
    match command {
        Letter::Render(asked) => render(asked),
        Letter::Lint { dir } => lint(dir.as_deref()),
        Letter::FactsSchema { kind: Kind::Reply } => {
            print(&serde_json::to_string_pretty(&ReplyFacts::schema()).context("the schema is no JSON")?);
            Ok(Answer::Yes)
        }
        Letter::Diff(asked) => letter_diff::run(asked),
        Letter::ImportDocx(asked) => letter_import::run(asked),
        Letter::Blank(asked) => letter_blank::run(asked),
        Letter::EditorSchema => {
            print(letter::rich::SCHEMA.trim_end());
            Ok(Answer::Yes)
        }
    }
}

fn render(asked: &Render) -> Result<Answer, Stop> {
    let Kind::Reply = asked.kind;
    let facts = facts(&asked.facts)?;
    let engine = Engine::new().context("the templates are faulty; run `saual letter lint`")?;
    let refused = |error: letter::LetterError| wrong_use(format!("{}: {error}", asked.facts.display()));
    let letter = engine.compose_reply(&facts).map_err(refused)?;
    let bytes = match asked.format {
        Format::Pdf => engine.pdf(&letter).map_err(refused)?,
        Format::Docx => engine.docx(&letter).map_err(refused)?,
        Format::Html => engine.html(&letter).map_err(refused)?.into_bytes(),
        Format::Txt => engine.text(&letter).map_err(refused)?.into_bytes(),
    };
    match &asked.out {
        Some(file) => std::fs::write(file, bytes).with_context(|| format!("{} cannot be written", file.display()))?,
        None => std::io::stdout().lock().write_all(&bytes).context("standard output cannot be written")?,
    }
    Ok(Answer::Yes)
}

fn facts(file: &Path) -> Result<ReplyFacts, Stop> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().lock().read_to_string(&mut text).context("standard input cannot be read")?;
    } else {
        text = std::fs::read_to_string(file)
            .map_err(|error| wrong_use(format!("the facts {} cannot be read: {error}", file.display())))?;
    }
    let value =
        serde_json::from_str(&text).map_err(|error| wrong_use(format!("{} is no JSON: {error}", file.display())))?;
    ReplyFacts::parse(&value).map_err(|refusal| {
        wrong_use(format!("{}: {refusal}; `saual letter facts-schema reply` prints what is expected", file.display()))
    })
}

/// The file by which a folder of letters' templates is known.
const LAYOUT: &str = "letter.typ";

fn lint(dir: Option<&Path>) -> Result<Answer, Stop> {
    if let Some(dir) = dir.filter(|dir| !dir.is_dir()) {
        return Err(wrong_use(format!(
            "{} is no folder; give one that is laid out as templates/letters is",
            dir.display()
        )));
    }
    // The folder above it, or another kind of folder altogether, would give a list of files that are not there.
    if let Some(dir) = dir.filter(|dir| !dir.join(LAYOUT).is_file()) {
        return Err(wrong_use(format!(
            "{} holds no {}; give the folder of the letters' templates itself, such as templates/letters",
            dir.display(),
            LAYOUT
        )));
    }
    let found = letter::lint(dir);
    for fault in &found.faults {
        print(&fault.to_string());
    }
    let (templates, placeholders) = (found.templates, found.placeholders);
    if found.faults.is_empty() {
        print(&format!("templates: {templates} with {placeholders} placeholders, no faults"));
        return Ok(Answer::Yes);
    }
    Ok(Answer::No)
}
