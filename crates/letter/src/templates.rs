//! The templates of the letters, read and compiled once: wording (facts to words) and media (letter to Typst, HTML, text).
//!
//! Each medium has a registry of its own with the one escape that fits it. All are strict: a field that is not there is an error that
//! names template, line and field, also inside `{{#if}}`, where Handlebars itself would quietly take it for «no».

mod files;
mod strict;
mod wording;

use handlebars::Handlebars;
use serde_json::Value;

use crate::error::{LetterError, TemplateFault};
use crate::escape;

pub(crate) use files::{Files, LAYOUT, ORNAMENT};
pub(crate) use strict::{HELPERS, fault, register, registry};
pub(crate) use wording::{LETTERHEAD, Section, Wording, template_name};

/// Every template of one folder, ready to render.
pub(crate) struct Templates {
    pub(crate) files: Files,
    pub(crate) wording: Wording,
    pub(crate) media: [Handlebars<'static>; 3],
}

/// What a letter is rendered to by Handlebars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Medium {
    Typst,
    Html,
    Text,
}

impl Medium {
    pub(crate) const ALL: [Self; 3] = [Self::Typst, Self::Html, Self::Text];

    /// Its templates, the ones called from outside first.
    pub(crate) const fn templates(self) -> &'static [&'static str] {
        match self {
            Self::Typst => &["letter.typ.hbs", "stamp.typ.hbs"],
            Self::Html => &["letter.html.hbs", "fragment.html.hbs"],
            Self::Text => &["letter.txt.hbs"],
        }
    }

    const fn escape(self) -> fn(&str) -> String {
        match self {
            Self::Typst => escape::typst,
            Self::Html => escape::html,
            Self::Text => escape::plain,
        }
    }

    const fn index(self) -> usize {
        match self {
            Self::Typst => 0,
            Self::Html => 1,
            Self::Text => 2,
        }
    }
}

impl Templates {
    /// Compiles the templates of `files`.
    pub(crate) fn compile(files: Files) -> Result<Self, TemplateFault> {
        let wording = Wording::compile(&files)?;
        let mut media = Medium::ALL.map(|medium| strict::registry(medium.escape()));
        for medium in Medium::ALL {
            for name in medium.templates() {
                strict::register(&mut media[medium.index()], name, files.get(name)?)?;
            }
        }
        Ok(Self { files, wording, media })
    }

    pub(crate) const fn registry(&self, medium: Medium) -> &Handlebars<'static> {
        &self.media[medium.index()]
    }

    /// Renders one template of a medium.
    pub(crate) fn render(&self, medium: Medium, template: &str, view: &Value) -> Result<String, LetterError> {
        self.registry(medium).render(template, view).map_err(|error| fault(template, &error).into())
    }
}
