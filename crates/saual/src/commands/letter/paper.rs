//! One file of facts, and the letter it makes.

use std::io::{Read, Write};
use std::path::Path;

use anyhow::Context;
use letter::edition::Edition;
use letter::kinds::reply::ReplyFacts;
use letter::kinds::{AnyFacts, Form};
use letter::{Engine, Letter, LetterError};
use serde_json::Value;

use super::wrong_use;
use crate::cli::Format;
use crate::exit::Stop;

/// A letter and the facts it is made from.
pub(super) struct Paper {
    letter: Letter,
    facts: Value,
}

pub(super) fn engine() -> Result<Engine, Stop> {
    Ok(Engine::new().context("the templates are faulty; run `saual letter lint`")?)
}

/// An engine with the forms of an edition that was kept. What may make other bytes today is told on standard error.
///
/// # Errors
/// Wrong use when the file is no edition.
pub(super) fn engine_of(edition: Option<&Path>) -> Result<Engine, Stop> {
    let Some(file) = edition else { return engine() };
    let shown = file.display();
    let bytes = std::fs::read(file).map_err(|error| wrong_use(format!("{shown} cannot be read: {error}")))?;
    let edition = Edition::read(&bytes).map_err(|error| wrong_use(format!("{shown}: {error}")))?;
    if let Some(otherwise) = edition.set_otherwise() {
        let warning = format!("{shown}: the bytes may differ from those that were signed: {otherwise}");
        writeln!(std::io::stderr(), "{warning}").context("standard error cannot be written")?;
    }
    Engine::of_edition(&edition).map_err(|error| told(file, error))
}

/// Reads the facts of a reply in one language.
///
/// # Errors
/// Wrong use, in one sentence that names the file and the place of the fault.
pub(super) fn reply(file: &Path) -> Result<ReplyFacts, Stop> {
    let value = json(file)?;
    if value.is_array() {
        return Err(wrong_use(format!(
            "{}: a reply in two languages is exchanged one language at a time; give a file with the facts of one of them",
            file.display()
        )));
    }
    match facts(file, &value, Some(Form::Reply))? {
        AnyFacts::Reply(facts) => Ok(facts),
        other => Err(wrong_use(format!("{} holds facts of the kind {}", file.display(), other.form().name()))),
    }
}

/// Reads a file of facts: one letter's, or in a list of two those of one letter in two languages.
///
/// # Errors
/// Wrong use, in one sentence that names the file and the place of the fault.
pub(super) fn read(engine: &Engine, file: &Path, kind: Option<Form>) -> Result<Paper, Stop> {
    let value = json(file)?;
    let refused = |error: LetterError| told(file, error);
    match value.as_array().map(Vec::as_slice) {
        None => {
            let facts = facts(file, &value, kind)?;
            Ok(Paper { letter: engine.compose_any(&facts).map_err(refused)?, facts: facts.to_json() })
        }
        Some([first, second]) => {
            let (first, second) = (facts(file, first, kind)?, facts(file, second, kind)?);
            let letter = engine.compose_bilingual(&first, &second).map_err(refused)?;
            Ok(Paper { letter, facts: Value::Array(vec![first.to_json(), second.to_json()]) })
        }
        Some(list) => Err(wrong_use(format!(
            "{} holds a list of {}; a list of two is one letter in two languages",
            file.display(),
            list.len()
        ))),
    }
}

/// The letter of a file of facts; `None` where the file holds no facts, but a body alone.
pub(super) fn letter_of(file: &Path) -> Result<Option<Letter>, Stop> {
    if file.extension().is_none_or(|ending| ending != "json") {
        return Ok(None);
    }
    let value = json(file)?;
    let first = value.get(0).unwrap_or(&value);
    if first.get("signatory").is_none() {
        return Ok(None);
    }
    let kind = first.get("kind").is_none().then_some(Form::Reply);
    read(&engine()?, file, kind).map(|paper| Some(paper.letter))
}

impl Paper {
    pub(super) const fn letter(&self) -> &Letter {
        &self.letter
    }

    /// The letter in one of its forms.
    ///
    /// # Errors
    /// Wrong use where the letter cannot be printed.
    pub(super) fn bytes(&self, engine: &Engine, file: &Path, format: Format, archive: bool) -> Result<Vec<u8>, Stop> {
        let letter = &self.letter;
        let made = match format {
            Format::Pdf if archive => engine.archive(letter, &self.facts),
            Format::Pdf => engine.pdf(letter),
            Format::Docx => engine.docx(letter),
            Format::Html => engine.html(letter).map(String::into_bytes),
            Format::Txt => engine.text(letter).map(String::into_bytes),
        };
        made.map_err(|error| told(file, error))
    }
}

/// Writes what was made to a file, or to standard output where none is named.
pub(super) fn write(bytes: &[u8], out: Option<&Path>) -> Result<(), Stop> {
    match out {
        Some(file) => std::fs::write(file, bytes).with_context(|| format!("{} cannot be written", file.display()))?,
        None => std::io::stdout().lock().write_all(bytes).context("standard output cannot be written")?,
    }
    Ok(())
}

fn json(file: &Path) -> Result<Value, Stop> {
    serde_json::from_str(&text(file)?).map_err(|error| wrong_use(format!("{} is no JSON: {error}", file.display())))
}

fn text(file: &Path) -> Result<String, Stop> {
    if file != Path::new("-") {
        return std::fs::read_to_string(file)
            .map_err(|error| wrong_use(format!("the facts {} cannot be read: {error}", file.display())));
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).context("standard input cannot be read")?;
    Ok(text)
}

fn facts(file: &Path, value: &Value, kind: Option<Form>) -> Result<AnyFacts, Stop> {
    AnyFacts::parse(value, kind).map_err(|refusal| {
        // The facts may name their kind themselves, and a wrong name is one more thing that the schemas are asked for.
        let named = value.get("kind").and_then(Value::as_str);
        let named = named.and_then(|named| Form::ALL.into_iter().find(|form| form.name() == named));
        let kind = kind.or(named).map_or("KIND", Form::name);
        wrong_use(format!("{}: {refusal}; `saual letter facts-schema {kind}` prints what is expected", file.display()))
    })
}

/// What whoever wrote the facts can mend is wrong use; the rest is ours.
fn told(file: &Path, error: LetterError) -> Stop {
    match error {
        LetterError::Refused(_) => wrong_use(format!("{}: {error}", file.display())),
        _ => Stop::Outside(anyhow::Error::new(error).context(format!("{}: no letter could be made", file.display()))),
    }
}
