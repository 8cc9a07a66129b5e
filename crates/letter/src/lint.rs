//! What a template may not do, found before any letter is made with it.
//!
//! 1. Every placeholder names a field that exists, also inside `{{#if}}` (`fields`).
//! 2. Nothing goes round the escape: no triple braces, no helper but the five (`fields`).
//! 3. No placeholder stands where its text would be read as code: in Typst only inside string literals, in HTML only in text and
//!    quoted attributes (`places`).
//! 4. The templates make the letters they are for: every medium, kind and language is rendered once.

mod exemplar;
mod fields;
mod places;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::engine::Engine;
use crate::error::{LetterError, TemplateFault};
use crate::kinds::{AnyFacts, Form, Office};
use crate::model::{Language, Letter};
use crate::templates::{LAYOUT, LETTERHEAD, Medium, Section, template_name};
use crate::{glue, view};

/// What the lint found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// How many templates were read; a wording's section counts as one.
    pub templates: usize,
    /// How many places were looked at where a field is used.
    pub placeholders: usize,
    /// What is wrong, in the order in which it was found. A template that cannot even be read ends the search.
    pub faults: Vec<TemplateFault>,
}

/// Checks the templates of `folder`, laid out as `templates/letters` is, or those built into the program.
#[must_use]
pub fn lint(folder: Option<&Path>) -> Lint {
    let mut lint = Lint { templates: 0, placeholders: 0, faults: Vec::new() };
    match folder.map_or_else(Engine::new, Engine::with_templates) {
        Ok(engine) => lint.engine(&engine),
        Err(error) => lint.faults.push(as_fault(LAYOUT, error)),
    }
    lint
}

/// The same of the templates built into the program, without making every letter with them: what fields they name, and where.
#[must_use]
pub fn words() -> Lint {
    let mut lint = Lint { templates: 0, placeholders: 0, faults: Vec::new() };
    match Engine::new() {
        Ok(engine) => {
            lint.media(&engine);
            lint.wording(&engine);
        }
        Err(error) => lint.faults.push(as_fault(LAYOUT, error)),
    }
    lint
}

/// Facts of a letter in which everything occurs that its wording turns on: for people who want to see what it looks like.
#[must_use]
pub fn specimen(form: Form, language: Language) -> Option<AnyFacts> {
    exemplar::facts(form, language).into_iter().next()
}

impl Lint {
    fn engine(&mut self, engine: &Engine) {
        self.media(engine);
        self.wording(engine);
        // A misspelt field would be told again by every rendering; one telling is enough.
        if self.faults.is_empty() {
            self.letters(engine);
        }
    }

    fn media(&mut self, engine: &Engine) {
        let letter = view::letter(&exemplar::letter(Language::Kk), true);
        let mut typeset = letter.clone();
        glue::blocks(&mut typeset);
        let stamp = view::stamp(&exemplar::mark(), "kk");
        for medium in Medium::ALL {
            for name in medium.templates() {
                let seen = match medium {
                    Medium::Typst if name.starts_with("stamp") => &stamp,
                    Medium::Typst => &typeset,
                    Medium::Html | Medium::Text => &letter,
                };
                let found = fields::check(engine.templates.registry(medium), name, name, &[seen]);
                if found.faults.is_empty() {
                    self.faults.extend(places::check(&engine.templates, medium, name, seen, &found.uses));
                }
                self.take(found);
            }
        }
    }

    fn wording(&mut self, engine: &Engine) {
        // What all kinds say alike is held against the facts of all that say it.
        let mut said: BTreeMap<(String, Section), Vec<Value>> = BTreeMap::new();
        for language in Language::ALL {
            for facts in Form::ALL.into_iter().flat_map(|form| exemplar::facts(form, language)) {
                for section in Section::ALL {
                    match engine.templates.wording.speaker(facts.form(), language, section) {
                        Ok(file) => said.entry((file.to_owned(), section)).or_default().push(facts.seen()),
                        Err(fault) => self.faults.push(fault),
                    }
                }
            }
        }
        for ((file, section), seen) in &said {
            self.section(engine, file, section.name(), &seen.iter().collect::<Vec<_>>());
        }
        for office in Office::ALL {
            for section in LETTERHEAD {
                self.section(engine, office.file(), section, &[&Value::Null]);
            }
        }
    }

    fn section(&mut self, engine: &Engine, file: &str, section: &str, seen: &[&Value]) {
        let name = template_name(file, section);
        let found = fields::check(&engine.templates.wording.registry, &name, file, seen);
        self.take(found);
    }

    fn take(&mut self, found: fields::Found) {
        self.templates += 1;
        self.placeholders += found.uses.len();
        self.faults.extend(found.faults);
    }

    fn letters(&mut self, engine: &Engine) {
        for language in Language::ALL {
            for facts in Form::ALL.into_iter().flat_map(|form| exemplar::facts(form, language)) {
                match engine.compose_any(&facts) {
                    Ok(letter) => self.letter(engine, &letter),
                    Err(error) => self.faults.push(as_fault(facts.form().name(), error)),
                }
            }
        }
        self.letter(engine, &exemplar::letter(Language::Kk));
    }

    fn letter(&mut self, engine: &Engine, letter: &Letter) {
        let made = [
            ("letter.typ.hbs", engine.pdf(letter).map(drop)),
            ("letter.typ.hbs", engine.archive(letter, &Value::Null).map(drop)),
            ("letter.html.hbs", engine.html(letter).map(drop)),
            ("fragment.html.hbs", engine.html_fragment(letter).map(drop)),
            ("letter.txt.hbs", engine.text(letter).map(drop)),
        ];
        self.faults.extend(made.into_iter().filter_map(|(name, made)| made.err().map(|error| as_fault(name, error))));
    }
}

fn as_fault(template: &str, error: LetterError) -> TemplateFault {
    match error {
        LetterError::Template(fault) => fault,
        other => TemplateFault { template: template.to_owned(), line: None, field: None, what: other.to_string() },
    }
}
