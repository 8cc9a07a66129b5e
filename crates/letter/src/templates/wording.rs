//! The wording of a kind of letter: a file a language, a section a piece of the letter, a line a line.
//!
//! ```text
//! [reference]
//! {{inquiry.date}}
//! {{inquiry.number}} хатқа
//! ```
//!
//! The sections are cut from the file before Handlebars sees them, so that no fact can begin a section of its own.

use handlebars::Handlebars;
use serde_json::Value;

use super::files::Files;
use super::strict;
use crate::error::TemplateFault;
use crate::escape;
use crate::model::Language;

/// The sections of a reply's wording; a file has these and no others.
pub(crate) const REPLY: [&str; 9] =
    ["title", "author", "addressee", "reference", "salutation", "post", "executor", "annex", "watermark"];

/// The sections of a letterhead.
pub(crate) const LETTERHEAD: [&str; 4] = ["kk", "kk.address", "ru", "ru.address"];

/// The wordings of every kind and language.
pub(crate) struct Wording {
    pub(crate) registry: Handlebars<'static>,
}

/// The file that holds the wording of replies in `language`.
pub(crate) const fn reply_file(language: Language) -> &'static str {
    match language {
        Language::Kk => "reply/kk.hbs",
        Language::Ru => "reply/ru.hbs",
        Language::En => "reply/en.hbs",
    }
}

pub(crate) const REPLY_LETTERHEAD: &str = "reply/letterhead.hbs";

impl Wording {
    pub(super) fn compile(files: &Files) -> Result<Self, TemplateFault> {
        let mut registry = strict::registry(escape::plain);
        let replies = Language::ALL.map(|language| (reply_file(language), REPLY.as_slice()));
        for (file, wanted) in replies.into_iter().chain([(REPLY_LETTERHEAD, LETTERHEAD.as_slice())]) {
            for (section, text) in sections(file, files.get(file)?, wanted)? {
                let name = template_name(file, section);
                registry.register_template_string(&name, text).map_err(|error| TemplateFault {
                    template: file.to_owned(),
                    line: error.pos().map(|(line, _)| line),
                    field: None,
                    what: error.reason().to_string(),
                })?;
            }
        }
        Ok(Self { registry })
    }

    /// The lines of a reply's section.
    pub(crate) fn reply(&self, language: Language, section: &str, facts: &Value) -> Result<Vec<String>, TemplateFault> {
        self.lines(reply_file(language), section, facts)
    }

    /// The lines of a section of the letterhead.
    pub(crate) fn letterhead(&self, section: &str) -> Result<Vec<String>, TemplateFault> {
        self.lines(REPLY_LETTERHEAD, section, &Value::Null)
    }

    fn lines(&self, file: &str, section: &str, facts: &Value) -> Result<Vec<String>, TemplateFault> {
        let name = template_name(file, section);
        let text = self.registry.render(&name, facts).map_err(|error| {
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

/// Cuts a file into its sections. Each keeps as many line ends before it as stand before it in the file, so that Handlebars counts
/// lines as the file's author does.
fn sections<'a>(file: &str, text: &'a str, wanted: &[&'a str]) -> Result<Vec<(&'a str, String)>, TemplateFault> {
    let fault =
        |line: Option<usize>, what: String| TemplateFault { template: file.to_owned(), line, field: None, what };
    let mut found: Vec<(&str, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let name = line.trim_end().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        match (name, found.last_mut()) {
            (Some(name), _) => {
                if !wanted.contains(&name) {
                    return Err(fault(
                        Some(index + 1),
                        format!("there is no section [{name}]; known: {}", wanted.join(", ")),
                    ));
                }
                if found.iter().any(|(known, _)| *known == name) {
                    return Err(fault(Some(index + 1), format!("the section [{name}] stands here a second time")));
                }
                found.push((name, "\n".repeat(index + 1)));
            }
            (None, Some((_, section))) => {
                section.push_str(line);
                section.push('\n');
            }
            (None, None) => {
                let said = line.trim();
                let comment = said.starts_with("{{!--") && said.ends_with("--}}");
                if !(said.is_empty() || comment) {
                    return Err(fault(
                        Some(index + 1),
                        "only a comment of one line may stand before the first section".to_owned(),
                    ));
                }
            }
        }
    }
    match wanted.iter().find(|name| !found.iter().any(|(known, _)| known == *name)) {
        Some(missing) => Err(fault(None, format!("the section [{missing}] is missing"))),
        None => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_that_nobody_knows_is_named_with_its_line() {
        let fault = sections("reply/kk.hbs", "{{!-- words --}}\n[a]\nбір\n[x]\n", &["a", "b"]).unwrap_err();
        assert_eq!(fault.to_string(), "reply/kk.hbs:4: there is no section [x]; known: a, b");
    }

    #[test]
    fn a_section_that_is_missing_is_named() {
        let fault = sections("reply/kk.hbs", "[a]\nбір\n", &["a", "b"]).unwrap_err();
        assert_eq!(fault.to_string(), "reply/kk.hbs: the section [b] is missing");
    }

    #[test]
    fn lines_are_counted_as_in_the_file() {
        let cut = sections("f", "\n[a]\nбір\n[b]\nекі\n", &["a", "b"]).unwrap();
        assert_eq!(cut, [("a", "\n\nбір\n".to_owned()), ("b", "\n\n\n\nекі\n".to_owned())]);
    }
}
