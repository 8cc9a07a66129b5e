//! A digest as a mail: to somebody of the house, in their own language, with links into the system and nothing attached.

use directory::{Language, dates};
use inquiry::time::day_of;
use jiff::Timestamp;
use jiff::civil::Date;
use lettre::message::header::HeaderValue;
use serde::Serialize;

use super::{Composer, Head, Message, MessageError, alternative, in_language, message_id, plain_header};
use crate::notices::Content;
use crate::notices::content::{Line, Pile, Section};
use crate::notices::news::{Hit, News};
use crate::text::one_line;

/// One person's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestFacts {
    /// The person's name.
    pub name: String,
    /// Their address.
    pub address: String,
    /// The mail's own `Message-ID`, with or without its angle brackets.
    pub message_id: String,
    /// Their language.
    pub language: Language,
    /// The day it was first gathered on.
    pub day: Date,
    /// Which of that day's mails to them: 0 is the digest of the morning.
    pub part: u32,
    /// Since when it says this: the `Date:` of the mail, and the day in its subject.
    pub gathered_at: Timestamp,
    /// What it tells.
    pub content: Content,
}

/// What the templates may name.
#[derive(Debug, Serialize)]
pub(super) struct Facts<'a> {
    pub(super) language: &'static str,
    pub(super) title: &'a str,
    sender: &'a str,
    name: &'a str,
    day: String,
    /// The address that people type.
    system: &'a str,
    is_of_reminders: bool,
    /// How many reminders.
    count: u64,
    sections: Vec<SectionFacts>,
    pile: Option<PileFacts>,
    searches: Vec<SearchFacts>,
}

/// A kept search of which something is new.
#[derive(Debug, Serialize)]
struct SearchFacts {
    name: String,
    /// How many hits, as people read a bounded count.
    count: String,
    page: String,
    lines: Vec<HitFacts>,
}

#[derive(Debug, Serialize)]
struct HitFacts {
    number: String,
    subject: String,
    page: String,
}

#[derive(Debug, Serialize)]
struct SectionFacts {
    is_reminders: bool,
    is_parts: bool,
    is_overdue: bool,
    is_pressing: bool,
    count: u64,
    more: u64,
    lines: Vec<LineFacts>,
}

#[derive(Debug, Serialize)]
struct LineFacts {
    number: String,
    subject: String,
    owed: Option<&'static str>,
    due: String,
    is_late: bool,
    is_noted: bool,
    page: String,
}

#[derive(Debug, Serialize)]
struct PileFacts {
    letters: u64,
    oldest: String,
    since: String,
}

/// Which heading a section stands under.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Heading {
    Reminders,
    Parts,
    Overdue,
    Pressing,
}

impl Composer {
    /// One person's digest.
    ///
    /// # Errors
    /// [`MessageError`], as for a letter.
    pub fn digest(&self, digest: &DigestFacts) -> Result<Message, MessageError> {
        let message_id = message_id(&digest.message_id)?;
        let name = one_line(&digest.name, 200);
        let words = self.texts.digest(digest.language, &self.facts(digest, &name));
        let words = words.map_err(|error| MessageError::Template(Box::new(error)))?;
        let head = Head {
            mail: None,
            name: &name,
            address: &digest.address,
            message_id: &message_id,
            language: digest.language,
            subject: &words.subject,
            date: digest.gathered_at,
        };
        // Nobody's absence note answers it (RFC 3834).
        let automatic: HeaderValue = plain_header("Auto-Submitted", "auto-generated");
        self.message(&head, &[in_language(digest.language), automatic], alternative(&words, &message_id)?)
    }

    fn facts<'a>(&'a self, digest: &'a DigestFacts, name: &'a str) -> Facts<'a> {
        let content = &digest.content;
        let system = self.links.public_url.as_str();
        let sections = [
            (Heading::Reminders, &content.reminders),
            (Heading::Parts, &content.parts),
            (Heading::Overdue, &content.overdue),
            (Heading::Pressing, &content.pressing),
        ];
        let sections = sections.into_iter().filter(|(_, section)| !section.is_empty());
        let sender = self.from.sender.name.words(digest.language);
        Facts {
            language: digest.language.code(),
            title: sender,
            sender,
            name,
            day: dates::words(day_of(digest.gathered_at), digest.language),
            system,
            is_of_reminders: content.is_of_reminders(),
            count: content.reminders.count(),
            sections: sections.map(|(heading, section)| self.section(heading, section, digest.language)).collect(),
            pile: content.pile.as_ref().map(|pile| pile_facts(pile, digest.language)),
            searches: content.searches.iter().map(|news| self.search(news)).collect(),
        }
    }

    fn section(&self, heading: Heading, section: &Section, language: Language) -> SectionFacts {
        SectionFacts {
            is_reminders: heading == Heading::Reminders,
            is_parts: heading == Heading::Parts,
            is_overdue: heading == Heading::Overdue,
            is_pressing: heading == Heading::Pressing,
            count: section.count(),
            more: section.more,
            lines: section.lines.iter().map(|line| self.line(line, language)).collect(),
        }
    }

    fn search(&self, news: &News) -> SearchFacts {
        let url = &self.links.public_url;
        let hit = |hit: &Hit| HitFacts {
            number: number(&hit.number),
            subject: one_line(&hit.subject, 300),
            page: format!("{url}/inquiries/{}", hit.inquiry),
        };
        SearchFacts {
            name: one_line(&news.name, 100),
            count: format!("{}{}", news.count, if news.more { "+" } else { "" }),
            page: format!("{url}{}", news.page),
            lines: news.first.iter().map(hit).collect(),
        }
    }

    fn line(&self, line: &Line, language: Language) -> LineFacts {
        LineFacts {
            number: number(&line.number),
            subject: one_line(&line.subject, 300),
            owed: line.owed.map(|owed| owed.words(language)),
            due: dates::words(line.due, language),
            is_late: line.is_late,
            is_noted: line.is_noted,
            page: format!("{}/inquiries/{}", self.links.public_url, line.inquiry),
        }
    }
}

fn pile_facts(pile: &Pile, language: Language) -> PileFacts {
    PileFacts { letters: pile.letters, oldest: number(&pile.oldest), since: dates::from_words(pile.since, language) }
}

/// Templates write the number sign themselves.
fn number(printed: &str) -> String {
    one_line(directory::number::bare(printed), 100)
}
