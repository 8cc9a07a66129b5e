//! The Word file: an Office Open XML package (ECMA-376) made from the same content as the page that is signed.
//!
//! It is for editing and for offices that file Word documents; the signed bytes are the PDF's. Every part of the package is a file
//! in `templates/letters/docx/`: what changes from letter to letter is a template, the rest goes in as it is. [`view`] turns a letter
//! into what those templates print, [`package`] puts the parts into a zip whose bytes depend on the letter alone. [`mod@read`] is the way
//! back: the file as somebody edited it, whichever program saved it.

pub(crate) mod bookmark;
mod framed;
pub(crate) mod package;
pub mod read;
pub(crate) mod view;

use std::sync::LazyLock;

use handlebars::Handlebars;

pub use self::framed::without_form;
use self::package::Part;
pub use self::read::read;
pub use self::read::report::{Edited, ImportError};
use self::view::View;
use crate::Engine;
use crate::error::{LetterError, TemplateFault};
use crate::model::Letter;
use crate::provenance::Source;
use crate::templates::{fault, register, registry};

/// One of the files in `templates/letters/docx/`: its path below `templates/letters`, and what it holds.
macro_rules! form {
    ($file:literal) => {
        (concat!("docx/", $file), include_str!(concat!("../../../templates/letters/docx/", $file)))
    };
}
macro_rules! fixed {
    ($file:literal) => {
        (concat!("docx/", $file), include_bytes!(concat!("../../../templates/letters/docx/", $file)))
    };
}

/// The parts that are the same in every letter. The list of content types is the first of all, as readers of a stream expect it.
/// The picture is `ornament.svg` at 23 mm and 300 dots an inch, because Word drew no SVG before 2016.
const FIXED: [(&str, (&str, &[u8])); 7] = [
    ("[Content_Types].xml", fixed!("content_types.xml")),
    ("_rels/.rels", fixed!("package.rels")),
    ("word/_rels/document.xml.rels", fixed!("document.rels")),
    ("word/_rels/header_first.xml.rels", fixed!("header_first.rels")),
    ("word/settings.xml", fixed!("settings.xml")),
    ("word/fontTable.xml", fixed!("fonts.xml")),
    ("word/media/ornament.png", fixed!("ornament.png")),
];

/// The templates that make a part of the package each, after the part's name.
const FORMS: [(&str, (&str, &str)); 7] = [
    ("docProps/core.xml", form!("core.xml.hbs")),
    ("word/document.xml", form!("document.xml.hbs")),
    ("word/styles.xml", form!("styles.xml.hbs")),
    ("word/numbering.xml", form!("numbering.xml.hbs")),
    ("word/footnotes.xml", form!("footnotes.xml.hbs")),
    ("word/header_first.xml", form!("header_first.xml.hbs")),
    ("word/header_next.xml", form!("header_next.xml.hbs")),
];

/// The templates that others take in.
const PARTIALS: [(&str, &str); 6] = [
    form!("lines.xml.hbs"),
    form!("runs.xml.hbs"),
    form!("words.xml.hbs"),
    form!("pieces.xml.hbs"),
    form!("annexes.xml.hbs"),
    form!("body.xml.hbs"),
];

/// The templates, read once. They escape for XML and for nothing else, so they share a registry with no other medium.
static REGISTRY: LazyLock<Result<Handlebars<'static>, TemplateFault>> = LazyLock::new(|| {
    let mut registry = registry(escape);
    for (template, source) in FORMS.iter().map(|(_, form)| *form).chain(PARTIALS) {
        register(&mut registry, template, source)?;
    }
    Ok(registry)
});

impl Engine {
    /// The letter as a Word file (`.docx`): editable, with real styles, footnotes, lists and a first-page letterhead.
    ///
    /// The same letter gives the same bytes. The QR code stays on paper; its code and address stand in letters.
    ///
    /// # Errors
    /// [`LetterError::Refused`] where the letter cannot be printed, [`LetterError::Template`] where a template is wrong.
    pub fn docx(&self, letter: &Letter) -> Result<Vec<u8>, LetterError> {
        self.docx_with_sources(letter, &[])
    }

    /// As [`Engine::docx`], with hidden bookmarks that say which contribution each block of the body came from: one entry a block.
    /// For drafts; a letter that goes out says nothing of its making.
    ///
    /// # Errors
    /// As [`Engine::docx`].
    pub fn docx_with_sources(&self, letter: &Letter, sources: &[Option<Source>]) -> Result<Vec<u8>, LetterError> {
        letter.check()?;
        written(letter, sources)
    }
}

/// The package of a letter that can be printed, or of a sheet.
pub(crate) fn written(letter: &Letter, sources: &[Option<Source>]) -> Result<Vec<u8>, LetterError> {
    let view = View::of(letter, sources);
    let mut parts: Vec<Part<'_>> = FIXED.iter().map(|(name, (_, bytes))| Part::fixed(name, bytes)).collect();
    for (name, (template, _)) in FORMS {
        parts.push(Part::made(name, render(template, &view)?));
    }
    Ok(package::write(&parts)?)
}

/// One of the templates, made with a letter as a package's view of it.
pub(crate) fn render(template: &str, view: &View<'_>) -> Result<String, TemplateFault> {
    let registry = REGISTRY.as_ref().map_err(Clone::clone)?;
    registry.render(template, view).map_err(|error| fault(template, &error))
}

/// Text as XML text, fit for an attribute as well. White space becomes a space, and what XML 1.0 (section 2.2) cannot hold falls
/// away: one such character and Word refuses the whole file.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            character => escaped.push(character),
        }
    }
    escaped
}
