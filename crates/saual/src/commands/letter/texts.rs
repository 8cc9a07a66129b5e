//! The texts of a letter, whichever editor wrote them: one, or two where it is in two languages.

use std::path::Path;

use letter::diff::{Diff, diff};
use letter::docx::read::report::FormChange;
use letter::model::{Language, Letter};
use letter::provenance::Sourced;
use letter::{Body, docx, markdown};
use serde::Serialize;
use serde_json::Value;

use super::wrong_use;
use crate::exit::Stop;

/// The text of a letter, and the one in its second language if it has one.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    pub(super) first: Sourced,
    pub(super) second: Option<Sourced>,
}

/// What changed in each of them.
#[derive(Debug, Serialize)]
pub(super) struct Changes {
    #[serde(flatten)]
    first: Diff,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<Diff>,
}

impl Texts {
    /// What makes `new` of these texts. One that the other side does not have is told as wholly added or removed.
    pub(super) fn changes(&self, new: &Self) -> Changes {
        let none = Sourced::from(Body { blocks: Vec::new() });
        let second = (self.second.is_some() || new.second.is_some()).then(|| {
            let body = |texts: &Self| texts.second.as_ref().unwrap_or(&none).body.clone();
            diff(&body(self), &body(new))
        });
        Changes { first: diff(&self.first.body, &new.first.body), second }
    }

    /// The texts after an edit: what reads the same stays exactly as it was.
    pub(super) fn edited(&self, new: Self) -> Self {
        let second = match (&self.second, new.second) {
            (Some(old), Some(new)) => Some(old.edited(new)),
            (_, new) => new,
        };
        Self { first: self.first.edited(new.first), second }
    }

    /// One body, or a list of both.
    pub(super) fn to_json(&self) -> Result<Value, serde_json::Error> {
        match &self.second {
            None => serde_json::to_value(&self.first),
            Some(second) => serde_json::to_value([&self.first, second]),
        }
    }
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty() && self.second.as_ref().is_none_or(Diff::is_empty)
    }

    /// The changes in words; of two texts each under its name.
    pub(super) fn text(&self, language: Language) -> String {
        let Some(second) = &self.second else { return self.first.text(language).trim_end().to_owned() };
        let (names, none) = match language {
            Language::Kk => (["Бірінші мәтін", "Екінші тілдегі мәтін"], "ештеңе өзгермеген"),
            Language::Ru => (["Первый текст", "Текст на втором языке"], "ничего не изменилось"),
            Language::En => (["The first text", "The text in the second language"], "nothing changed"),
        };
        let told = |(name, changes): (&str, &Diff)| {
            let text = changes.text(language);
            let text = if changes.is_empty() { none } else { text.trim_end() };
            format!("{name}:\n{text}")
        };
        names.into_iter().zip([&self.first, second]).map(told).collect::<Vec<_>>().join("\n")
    }
}

impl Texts {
    /// The texts that were read from a file, without the sentences of the form of `letter`, whose own texts these are.
    pub(super) fn without_form(&self, letter: &Letter, read: Self) -> (Self, Vec<FormChange>) {
        let (first, mut changes) = docx::without_form(&letter.body, &self.first.body, read.first);
        let second = match (&letter.second, &self.second, read.second) {
            (Some(whole), Some(text), Some(read)) => {
                let (second, more) = docx::without_form(&whole.body, &text.body, read);
                changes.extend(more);
                Some(second)
            }
            (.., read) => read,
        };
        (Self { first, second }, changes)
    }
}

/// Reads a letter's texts by the ending of its file's name: Markdown, Word, or JSON, which is a body or has one, or is a list of two.
pub(super) fn read(file: &Path, language: Language) -> Result<Texts, Stop> {
    let bytes =
        std::fs::read(file).map_err(|error| wrong_use(format!("{} cannot be read: {error}", file.display())))?;
    let refused = |what: String| wrong_use(format!("{}: {what}", file.display()));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| refused("this is no text in UTF-8".to_owned()));
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("docx") => docx::read(&bytes)
            .map(|edited| Texts { first: edited.sourced, second: edited.second })
            .map_err(|error| refused(error.lines(language).join("; "))),
        Some("md") => markdown::read(&text(bytes)?)
            .map(|first| Texts { first, second: None })
            .map_err(|faults| refused(faults.iter().map(|fault| fault.words(language)).collect::<Vec<_>>().join("; "))),
        _ => {
            let value: Value = serde_json::from_slice(&bytes).map_err(|error| refused(format!("no JSON: {error}")))?;
            let one = |at: &str, value| body(at, value).map_err(refused);
            match value.as_array().map(Vec::as_slice) {
                Some([first, second]) => Ok(Texts { first: one("/0", first)?, second: Some(one("/1", second)?) }),
                _ => Ok(Texts { first: one("", &value)?, second: None }),
            }
        }
    }
}

/// The body that a JSON value is or has.
fn body(at: &str, value: &Value) -> Result<Sourced, String> {
    let (at, inner) = match value.get("body").filter(|body| !body.is_null()) {
        Some(body) => (format!("{at}/body"), body),
        None if value.get("signatory").is_some() => {
            return Err("this letter has no text to edit: all its words are the form's".to_owned());
        }
        None => (at.to_owned(), value),
    };
    Sourced::parse(inner).map_err(|refusal| format!("{at}{refusal}"))
}
