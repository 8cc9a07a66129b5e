//! The wording of the kinds of letter: a file a language, a section a piece of the letter, a line a line.
//!
//! ```text
//! [reference]
//! {{inquiry.date}}
//! {{inquiry.number}} хатқа
//! ```
//!
//! What all kinds say alike stands once a language, in `common/`; a kind's own file holds what it says otherwise, and at least its title.
//! The sections are cut from the files before Handlebars sees them, so that no fact can begin a section of its own.

mod sections;

use std::collections::BTreeMap;

use handlebars::Handlebars;
use serde_json::Value;

use self::sections::cut;
use super::files::Files;
use super::strict;
use crate::error::TemplateFault;
use crate::escape;
use crate::kinds::{Form, Office};
use crate::model::Language;

/// A piece of a letter that a form has words for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Title,
    Author,
    Addressee,
    Reference,
    Salutation,
    /// The form's words before what this letter says.
    Opening,
    /// The form's words behind it.
    Closing,
    Post,
    Executor,
    Annex,
    Watermark,
}

impl Section {
    /// Every section.
    pub(crate) const ALL: [Self; 11] = [
        Self::Title,
        Self::Author,
        Self::Addressee,
        Self::Reference,
        Self::Salutation,
        Self::Opening,
        Self::Closing,
        Self::Post,
        Self::Executor,
        Self::Annex,
        Self::Watermark,
    ];

    /// Its name, as it stands in brackets.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Author => "author",
            Self::Addressee => "addressee",
            Self::Reference => "reference",
            Self::Salutation => "salutation",
            Self::Opening => "opening",
            Self::Closing => "closing",
            Self::Post => "post",
            Self::Executor => "executor",
            Self::Annex => "annex",
            Self::Watermark => "watermark",
        }
    }
}

/// The sections of a letterhead.
pub(crate) const LETTERHEAD: [&str; 4] = ["kk", "kk.address", "ru", "ru.address"];

/// The wordings of every kind and language.
pub(crate) struct Wording {
    pub(crate) registry: Handlebars<'static>,
    /// Which file speaks for a kind in a language where a section is concerned.
    speakers: BTreeMap<(&'static str, &'static str, Section), String>,
}

/// The file of a kind's wording, or of what all kinds say alike.
fn file(folder: &str, language: Language) -> String {
    format!("{folder}/{}.hbs", language.code())
}

/// The folder of what all kinds say alike.
const COMMON: &str = "common";

impl Wording {
    pub(super) fn compile(files: &Files) -> Result<Self, TemplateFault> {
        let mut wording = Self { registry: strict::registry(escape::plain), speakers: BTreeMap::new() };
        for language in Language::ALL {
            let common = file(COMMON, language);
            let all: Vec<&str> =
                Section::ALL.into_iter().filter(|one| *one != Section::Title).map(Section::name).collect();
            wording.take(files, &common, &all, &all)?;
            for form in Form::ALL {
                let own = file(form.name(), language);
                let said = wording.take(files, &own, &Section::ALL.map(Section::name), &[Section::Title.name()])?;
                for section in Section::ALL {
                    let speaker = if said.contains(&section.name()) { &own } else { &common };
                    wording.speakers.insert((form.name(), language.code(), section), speaker.clone());
                }
            }
        }
        for office in Office::ALL {
            wording.take(files, office.file(), &LETTERHEAD, &LETTERHEAD)?;
        }
        Ok(wording)
    }

    /// Compiles the sections of a file, which may hold the `known` and must hold the `needed`; tells which it holds.
    fn take(
        &mut self,
        files: &Files,
        file: &str,
        known: &[&'static str],
        needed: &[&'static str],
    ) -> Result<Vec<&'static str>, TemplateFault> {
        let mut held = Vec::new();
        for (section, text) in cut(file, files.get(file)?, known, needed)? {
            self.registry.register_template_string(&template_name(file, section), text).map_err(|error| {
                TemplateFault {
                    template: file.to_owned(),
                    line: error.pos().map(|(line, _)| line),
                    field: None,
                    what: error.reason().to_string(),
                }
            })?;
            held.push(section);
        }
        Ok(held)
    }

    /// The lines of a kind's section.
    pub(crate) fn lines(
        &self,
        form: Form,
        language: Language,
        section: Section,
        seen: &Value,
    ) -> Result<Vec<String>, TemplateFault> {
        self.said(self.speaker(form, language, section)?, section.name(), seen)
    }

    /// The lines of a section of an office's letterhead.
    pub(crate) fn letterhead(&self, office: Office, section: &str) -> Result<Vec<String>, TemplateFault> {
        self.said(office.file(), section, &Value::Null)
    }

    /// The file that speaks for a kind in a language where `section` is concerned.
    pub(crate) fn speaker(&self, form: Form, language: Language, section: Section) -> Result<&str, TemplateFault> {
        let speaker = self.speakers.get(&(form.name(), language.code(), section));
        speaker.map(String::as_str).ok_or_else(|| TemplateFault {
            template: file(form.name(), language),
            line: None,
            field: None,
            what: format!("nobody says [{}]", section.name()),
        })
    }

    fn said(&self, file: &str, section: &str, seen: &Value) -> Result<Vec<String>, TemplateFault> {
        let name = template_name(file, section);
        let text = self.registry.render(&name, seen).map_err(|error| {
            let fault = strict::fault(&name, &error);
            // The file is what its author knows; the section is there for the reader of the message.
            TemplateFault { template: file.to_owned(), what: format!("{} (in [{section}])", fault.what), ..fault }
        })?;
        Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }
}

pub(crate) fn template_name(file: &str, section: &str) -> String {
    format!("{file}#{section}")
}
