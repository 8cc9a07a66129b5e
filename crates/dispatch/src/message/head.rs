//! A signed head of the journal as a mail, in the three languages: whoever keeps it is nobody of the house. The lines and the key are attached, as
//! `saual verify` and `openssl` read them.

use directory::{Language, dates};
use inquiry::time::day_of;
use jiff::Timestamp;
use lettre::message::header::{ContentDisposition, ContentType};
use lettre::message::{MultiPart, SinglePart};
use serde::Serialize;

use super::headers::TypeWithName;
use super::{Composer, Head, Message, MessageError, boundary, encoded, message_id, plain_header, text_part};
use crate::heads::HeadContent;

/// One head for one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadFacts {
    /// The mailbox.
    pub address: String,
    /// The mail's own `Message-ID`, with or without its angle brackets.
    pub message_id: String,
    /// The head's block.
    pub block: i64,
    /// When it was put into the queue: the `Date:` of the mail.
    pub gathered_at: Timestamp,
    /// What it says.
    pub content: HeadContent,
}

/// What the templates may name.
#[derive(Debug, Serialize)]
pub(super) struct Facts<'a> {
    block: i64,
    position: i64,
    signed: String,
    day: Days,
    sender: Senders<'a>,
    key: &'a str,
    key_is_new: bool,
    file: &'a str,
    lines: &'a [String],
    public_key: &'a str,
}

#[derive(Debug, Serialize)]
struct Days {
    kk: String,
    ru: String,
    en: String,
}

#[derive(Debug, Serialize)]
struct Senders<'a> {
    kk: &'a str,
    ru: &'a str,
    en: &'a str,
}

impl Composer {
    /// A head's mail.
    ///
    /// # Errors
    /// [`MessageError`], as for a letter.
    pub fn head(&self, head: &HeadFacts) -> Result<Message, MessageError> {
        let message_id = message_id(&head.message_id)?;
        let file = format!("head-{}.jsonl", head.block);
        let content = &head.content;
        let day = |language| dates::words(day_of(content.signed), language);
        let sender = |language| self.from.sender.name.words(language);
        let facts = Facts {
            block: head.block,
            position: content.position,
            signed: content.signed.to_string(),
            day: Days { kk: day(Language::Kk), ru: day(Language::Ru), en: day(Language::En) },
            sender: Senders { kk: sender(Language::Kk), ru: sender(Language::Ru), en: sender(Language::En) },
            key: &content.key,
            key_is_new: content.key_is_new,
            file: &file,
            lines: &content.lines,
            public_key: &content.public_key,
        };
        let (subject, text) = self.texts.head(&facts).map_err(|error| MessageError::Template(Box::new(error)))?;
        let lines: String = content.lines.iter().flat_map(|line| [line, "\n"]).collect();
        let body = MultiPart::mixed()
            .boundary(boundary(&message_id, "mixed"))
            .singlepart(text_part(ContentType::TEXT_PLAIN, &text)?)
            .singlepart(attached(&file, "application/jsonl", lines)?)
            .singlepart(attached("heads.pub", "application/x-pem-file", content.public_key.clone())?);
        let envelope = Head {
            mail: None,
            name: "",
            address: &head.address,
            message_id: &message_id,
            language: Language::Kk,
            subject: &subject,
            date: head.gathered_at,
        };
        // Nobody's absence note answers it (RFC 3834).
        self.message(&envelope, &[plain_header("Auto-Submitted", "auto-generated")], body)
    }
}

fn attached(name: &str, media_type: &'static str, text: String) -> Result<SinglePart, MessageError> {
    Ok(SinglePart::builder()
        .header(TypeWithName { media_type, file_name: name.to_owned() })
        .header(ContentDisposition::attachment(name))
        .body(encoded(text.into_bytes())?))
}
