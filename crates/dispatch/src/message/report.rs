//! A report as a mail: a table in text and in HTML, and the address where every figure leads to its inquiries.

use directory::{Language, dates};
use jiff::Timestamp;
use lettre::message::header::HeaderValue;
use serde::Serialize;

use super::{Composer, Head, Message, MessageError, alternative, in_language, message_id, plain_header};
use crate::reports::ReportContent;
use crate::text::one_line;

/// One person's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFacts {
    /// The person's name.
    pub name: String,
    /// Their address.
    pub address: String,
    /// The mail's own `Message-ID`, with or without its angle brackets.
    pub message_id: String,
    /// The language in which it is written.
    pub language: Language,
    /// How often they are told, as rows name it.
    pub every: String,
    /// When it was counted: the `Date:` of the mail.
    pub gathered_at: Timestamp,
    /// What it says.
    pub content: ReportContent,
}

/// What the templates may name.
#[derive(Debug, Serialize)]
pub(super) struct Facts<'a> {
    language: &'static str,
    title: &'a str,
    sender: &'a str,
    name: &'a str,
    from: String,
    until: String,
    heads: &'a [String],
    /// For the text: each row under its name.
    rows: Vec<RowFacts<'a>>,
    page: String,
    system: &'a str,
    is_own: bool,
}

#[derive(Debug, Serialize)]
struct RowFacts<'a> {
    name: &'a str,
    cells: Vec<CellFacts<'a>>,
}

#[derive(Debug, Serialize)]
struct CellFacts<'a> {
    head: &'a str,
    figure: &'a str,
}

impl Composer {
    /// One person's report.
    ///
    /// # Errors
    /// [`MessageError`], as for a letter.
    pub fn report(&self, report: &ReportFacts) -> Result<Message, MessageError> {
        let message_id = message_id(&report.message_id)?;
        let name = one_line(&report.name, 200);
        let content = &report.content;
        let system = self.links.public_url.as_str();
        let sender = self.from.sender.name.words(report.language);
        let rows = content.rows.iter().filter_map(|cells| {
            let (name, figures) = cells.split_first()?;
            let heads = content.heads.iter().skip(1);
            let cells = heads.zip(figures).map(|(head, figure)| CellFacts { head, figure }).collect();
            Some(RowFacts { name, cells })
        });
        let facts = Facts {
            language: report.language.code(),
            title: sender,
            sender,
            name: &name,
            from: dates::words(content.from, report.language),
            until: dates::words(content.until, report.language),
            heads: &content.heads,
            rows: rows.collect(),
            page: format!("{system}{}", content.page),
            system,
            is_own: content.ministry.is_some(),
        };
        let words = self.texts.report(report.language, &facts);
        let words = words.map_err(|error| MessageError::Template(Box::new(error)))?;
        let head = Head {
            mail: None,
            name: &name,
            address: &report.address,
            message_id: &message_id,
            language: report.language,
            subject: &words.subject,
            date: report.gathered_at,
        };
        // Nobody's absence note answers it (RFC 3834).
        let automatic: HeaderValue = plain_header("Auto-Submitted", "auto-generated");
        self.message(&head, &[in_language(report.language), automatic], alternative(&words, &message_id)?)
    }
}
