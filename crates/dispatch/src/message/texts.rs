//! The words of a mail: Handlebars templates, strict, compiled in, one registry for text and one for HTML.

use directory::Language;
use handlebars::Handlebars;
use serde::Serialize;

/// What the templates may name. Every field is there in every language; a template that names another one fails.
#[derive(Debug, Serialize)]
pub(super) struct Facts<'a> {
    pub(super) language: &'static str,
    pub(super) name: &'a str,
    pub(super) title: &'a str,
    pub(super) sender: &'a str,
    pub(super) sealed_by_server: bool,
    /// The address of the deputy's own page.
    pub(super) page: &'a str,
    pub(super) inquiry: InquiryFacts<'a>,
    pub(super) letter: LetterFacts<'a>,
}

#[derive(Debug, Serialize)]
pub(super) struct InquiryFacts<'a> {
    pub(super) number: &'a str,
    pub(super) date: String,
    pub(super) subject: &'a str,
}

#[derive(Debug, Serialize)]
pub(super) struct LetterFacts<'a> {
    pub(super) number: &'a str,
    pub(super) date: String,
    pub(super) file_name: &'a str,
    /// Does the mail have it, or only the deputy's page?
    pub(super) is_attached: bool,
    pub(super) size: String,
    pub(super) sha256: String,
    pub(super) fingerprint: Option<String>,
}

/// A mail's words in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// The compiled templates. In the text registry nothing is escaped, for nothing there is markup; in the HTML one everything is.
#[derive(Debug)]
pub(super) struct Texts {
    text: Handlebars<'static>,
    html: Handlebars<'static>,
    /// What stands before every text; nothing where the journal is a real one.
    before: &'static str,
}

/// Said in three languages by every mail on account of a made-up journal: whoever it reaches may read any of them.
const SYNTHETIC: &str = "ЖАСАНДЫ ДЕРЕК: бұл сауал мен хат ойдан шығарылған, шын құжат емес.\n\
     СИНТЕТИЧЕСКИЕ ДАННЫЕ: запрос и письмо вымышлены, это не настоящий документ.\n\
     SYNTHETIC DATA: the inquiry and the letter are made up; this is no real document.\n\n";

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../../../templates/emails/", $name))
    };
}

const PLAIN: [(&str, &str); 20] = [
    ("kk.subject", template!("reply/kk.subject.hbs")),
    ("kk.text", template!("reply/kk.text.hbs")),
    ("ru.subject", template!("reply/ru.subject.hbs")),
    ("ru.text", template!("reply/ru.text.hbs")),
    ("en.subject", template!("reply/en.subject.hbs")),
    ("en.text", template!("reply/en.text.hbs")),
    ("digest.kk.subject", template!("digest/kk.subject.hbs")),
    ("digest.kk.text", template!("digest/kk.text.hbs")),
    ("digest.ru.subject", template!("digest/ru.subject.hbs")),
    ("digest.ru.text", template!("digest/ru.text.hbs")),
    ("digest.en.subject", template!("digest/en.subject.hbs")),
    ("digest.en.text", template!("digest/en.text.hbs")),
    ("report.kk.subject", template!("report/kk.subject.hbs")),
    ("report.kk.text", template!("report/kk.text.hbs")),
    ("report.ru.subject", template!("report/ru.subject.hbs")),
    ("report.ru.text", template!("report/ru.text.hbs")),
    ("report.en.subject", template!("report/en.subject.hbs")),
    ("report.en.text", template!("report/en.text.hbs")),
    ("head.subject", template!("head/subject.hbs")),
    ("head.text", template!("head/text.hbs")),
];

const HTML: [(&str, &str); 10] = [
    ("letter", template!("layouts/letter.html.hbs")),
    ("kk.html", template!("reply/kk.html.hbs")),
    ("ru.html", template!("reply/ru.html.hbs")),
    ("en.html", template!("reply/en.html.hbs")),
    ("digest.kk.html", template!("digest/kk.html.hbs")),
    ("digest.ru.html", template!("digest/ru.html.hbs")),
    ("digest.en.html", template!("digest/en.html.hbs")),
    ("report.kk.html", template!("report/kk.html.hbs")),
    ("report.ru.html", template!("report/ru.html.hbs")),
    ("report.en.html", template!("report/en.html.hbs")),
];

impl Texts {
    /// Compiles the templates; an error names the template and its line.
    pub(super) fn compile(synthetic: bool) -> Result<Self, handlebars::TemplateError> {
        let mut text = registry();
        text.register_escape_fn(handlebars::no_escape);
        for (name, source) in PLAIN {
            text.register_template_string(name, source)?;
        }
        let mut html = registry();
        for (name, source) in HTML {
            html.register_template_string(name, source)?;
        }
        // In a mail of a real journal the partial says nothing.
        let said = template!("layouts/synthetic.html.hbs");
        html.register_template_string("synthetic", if synthetic { said } else { "" })?;
        Ok(Self { text, html, before: if synthetic { SYNTHETIC } else { "" } })
    }

    /// The three texts of a mail in `language`.
    pub(super) fn words(&self, language: Language, facts: &Facts<'_>) -> Result<Words, handlebars::RenderError> {
        self.rendered(language.code(), facts)
    }

    /// The three texts of a digest in `language`.
    pub(super) fn digest(
        &self,
        language: Language,
        facts: &super::digest::Facts<'_>,
    ) -> Result<Words, handlebars::RenderError> {
        self.rendered(&format!("digest.{}", language.code()), facts)
    }

    /// The three texts of a report in `language`.
    pub(super) fn report(
        &self,
        language: Language,
        facts: &super::report::Facts<'_>,
    ) -> Result<Words, handlebars::RenderError> {
        self.rendered(&format!("report.{}", language.code()), facts)
    }

    /// Subject and text of a mail with a head of the journal: one mail in three languages.
    pub(super) fn head(&self, facts: &super::head::Facts<'_>) -> Result<(String, String), handlebars::RenderError> {
        Ok((self.text.render("head.subject", facts)?, self.said(self.text.render("head.text", facts)?)))
    }

    fn rendered(&self, name: &str, facts: &impl Serialize) -> Result<Words, handlebars::RenderError> {
        Ok(Words {
            subject: self.text.render(&format!("{name}.subject"), facts)?,
            text: self.said(self.text.render(&format!("{name}.text"), facts)?),
            html: self.html.render(&format!("{name}.html"), facts)?,
        })
    }

    fn said(&self, text: String) -> String {
        if self.before.is_empty() { text } else { format!("{}{text}", self.before) }
    }
}

fn registry() -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry
}
