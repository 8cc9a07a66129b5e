//! The template files: built into the program, or read from a folder that somebody is working on.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use crate::edition::Edition;
use crate::error::TemplateFault;

/// The layout library.
pub(crate) const LAYOUT: &str = "letter.typ";
/// The letterhead's ornament.
pub(crate) const ORNAMENT: &str = "ornament.svg";

macro_rules! built_in {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates/letters/", $name)))),+]
    };
}

/// Every file of `templates/letters`, under its path there.
const BUILT_IN: [(&str, &str); 33] = built_in![
    "acknowledgement/en.hbs",
    "acknowledgement/kk.hbs",
    "acknowledgement/ru.hbs",
    "common/en.hbs",
    "common/kk.hbs",
    "common/ru.hbs",
    "contribution_request/en.hbs",
    "contribution_request/kk.hbs",
    "contribution_request/ru.hbs",
    "cover_note/en.hbs",
    "cover_note/kk.hbs",
    "cover_note/ru.hbs",
    "extension_notice/en.hbs",
    "extension_notice/kk.hbs",
    "extension_notice/ru.hbs",
    "fragment.html.hbs",
    "interim_reply/en.hbs",
    "interim_reply/kk.hbs",
    "interim_reply/ru.hbs",
    "letter.html.hbs",
    "letter.txt.hbs",
    "letter.typ",
    "letter.typ.hbs",
    "letterheads/government_office.hbs",
    "letterheads/prime_minister.hbs",
    "ornament.svg",
    "reminder/en.hbs",
    "reminder/kk.hbs",
    "reminder/ru.hbs",
    "reply/en.hbs",
    "reply/kk.hbs",
    "reply/ru.hbs",
    "stamp.typ.hbs",
];

/// Template files by their path below `templates/letters`.
pub(crate) struct Files(BTreeMap<&'static str, Cow<'static, str>>);

impl Files {
    /// The files that are built into the program.
    pub(crate) fn built_in() -> Self {
        Self(BUILT_IN.into_iter().map(|(name, text)| (name, Cow::Borrowed(text))).collect())
    }

    /// The files of a folder: all that the program knows, and no others.
    pub(crate) fn read(folder: &Path) -> Result<Self, TemplateFault> {
        let mut files = BTreeMap::new();
        for (name, _) in BUILT_IN {
            let text =
                std::fs::read_to_string(folder.join(name)).map_err(|error| whole_file(name, &error.to_string()))?;
            files.insert(name, Cow::Owned(text));
        }
        strangers(folder, folder)?;
        Ok(Self(files))
    }

    /// The files of an edition. One that it does not have came later and is the built-in one.
    pub(crate) fn of_edition(edition: &Edition) -> Result<Self, TemplateFault> {
        let Self(mut files) = Self::built_in();
        for (name, text) in edition.files() {
            let known = BUILT_IN.iter().find(|(known, _)| *known == name);
            let (known, _) = known.ok_or_else(|| whole_file(name, "this program does not know the template"))?;
            files.insert(known, text);
        }
        Ok(Self(files))
    }

    /// Every file under its path.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (*name, text.as_ref()))
    }

    pub(crate) fn get(&self, name: &str) -> Result<&str, TemplateFault> {
        self.0.get(name).map(AsRef::as_ref).ok_or_else(|| whole_file(name, "the file is missing"))
    }
}

/// A template that nothing renders looks used and is not: its author finds out here.
fn strangers(root: &Path, folder: &Path) -> Result<(), TemplateFault> {
    let shown = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let unreadable = |error: std::io::Error| whole_file(&shown(folder), &error.to_string());
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = shown(&path);
        if path.is_dir() {
            // The Word package has templates and rules of its own (`crate::docx`).
            if name != "docx" {
                strangers(root, &path)?;
            }
        } else if !BUILT_IN.iter().any(|(known, _)| *known == name) {
            return Err(whole_file(&name, "nothing renders this file"));
        }
    }
    Ok(())
}

fn whole_file(template: &str, what: &str) -> TemplateFault {
    TemplateFault { template: template.to_owned(), line: None, field: None, what: what.to_owned() }
}
