//! Bytes as a mail, and what it says about itself. Every mail is hostile until it is read: sizes, parts and depths are counted, nothing it names is
//! opened, and a reader that stumbles takes nothing else along.

use mail_parser::{Message, MessageParser, MimeHeaders as _, PartType};

use super::report::{self, Report};
use crate::message::MARK_HEADER;
use crate::text::{lines, one_line};

/// The largest mail that is read, in bytes.
pub const MOST_BYTES: usize = 25 * 1024 * 1024;
/// The most parts, those of mails inside it included.
pub const MOST_PARTS: usize = 50;
/// How deep parts and mails may lie in each other.
pub const MOST_DEPTH: usize = 5;
/// The most ids of other mails that are looked for.
const MOST_IDS: usize = 50;
/// The most characters of its words that are kept beside it.
const MOST_WORDS: usize = 20_000;

/// Why a mail was not read. The names stand in its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    TooLarge,
    TooManyParts,
    TooDeep,
    /// No mail at all, or one over which its reader stumbled.
    Broken,
}

impl Unreadable {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::TooManyParts => "too_many_parts",
            Self::TooDeep => "too_deep",
            Self::Broken => "broken",
        }
    }
}

/// What a mail says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    /// The mark in its own head: then it is a copy of a mail of ours.
    pub(super) mark: Option<String>,
    /// What may be marks in the addresses that it came to.
    pub(super) addressed: Vec<String>,
    /// The mails that it says it answers.
    pub(super) answers: Vec<String>,
    /// A program has written it.
    pub(super) is_automatic: bool,
    /// What servers report, when it is a report.
    pub(super) report: Option<Report>,
    /// The mark and the Message-ID in the head of the mail that a report hands back.
    pub(super) returned_mark: Option<String>,
    pub(super) returned_id: Option<String>,
    /// What `From:` says.
    pub(super) sender: Option<String>,
    pub(super) subject: String,
    /// Its words and those of mails inside it.
    pub(super) body: String,
}

/// Reads a mail on a thread of its own: should the reader stumble, only the mail is unreadable.
pub(super) async fn parse_apart(raw: Vec<u8>, is_whole: bool) -> Result<Parsed, Unreadable> {
    let parsed = tokio::task::spawn_blocking(move || parse(&raw, is_whole)).await;
    parsed.unwrap_or_else(|error| {
        tracing::warn!(%error, "the reader of mails stumbled over one");
        Err(Unreadable::Broken)
    })
}

/// Reads a mail. Of one that is not whole there is the head alone, which is enough for a copy of ours and for nothing else.
pub(super) fn parse(raw: &[u8], is_whole: bool) -> Result<Parsed, Unreadable> {
    if !is_whole {
        let mark = mark_of_head(raw).ok_or(Unreadable::TooLarge)?;
        return Ok(Parsed { mark: Some(mark), ..Parsed::default() });
    }
    if raw.len() > MOST_BYTES {
        return Err(Unreadable::TooLarge);
    }
    // The library panics over some broken nestings (0.11.9: «could not find multipart»); such a mail is as unreadable as one that it refuses.
    let read = std::panic::catch_unwind(|| MessageParser::default().parse(raw));
    let mail = read.ok().flatten().ok_or(Unreadable::Broken)?;
    let mut parts = 0;
    measure(&mail, 0, &mut parts)?;
    let heads: Vec<(String, &str)> =
        mail.headers_raw().map(|(name, value)| (name.to_ascii_lowercase(), value.trim())).collect();
    // Every mail says at least from whom it is, to whom, when or about what; of anything at all the reader makes some header.
    if !heads.iter().any(|(name, _)| EVERY_MAIL.contains(&name.as_str())) {
        return Err(Unreadable::Broken);
    }
    let report = reported(&mail);
    let returned = report.as_ref().and_then(|_| returned_head(&mail));
    let mut body = String::new();
    words(&mail, 0, &mut body);
    Ok(Parsed {
        mark: head_of(&heads, MARK_HEADER).map(str::to_owned),
        addressed: addressed(&heads),
        answers: ids(&heads),
        is_automatic: is_automatic(&heads) || is_notification_of_a_person(&mail),
        returned_mark: returned.as_ref().and_then(|head| head.0.clone()),
        returned_id: returned.and_then(|head| head.1),
        report,
        sender: sender(&mail),
        subject: one_line(mail.subject().unwrap_or_default(), 500),
        body: lines(&body, 2_000).chars().take(MOST_WORDS).collect(),
    })
}

/// The mark in the head of a mail.
pub(super) fn mark_of_head(head: &[u8]) -> Option<String> {
    // Without the reader of mails: a head is looked at before its mail is kept.
    let text = String::from_utf8_lossy(head);
    let mut fields = text.lines().take_while(|line| !line.trim().is_empty()).filter_map(|line| line.split_once(':'));
    let (_, mark) = fields.find(|(name, _)| name.eq_ignore_ascii_case(MARK_HEADER))?;
    Some(mark.trim().to_owned())
}

/// Counts parts and depths, and stops at the first that is too much.
fn measure(mail: &Message<'_>, depth: usize, parts: &mut usize) -> Result<(), Unreadable> {
    *parts += mail.parts.len();
    if *parts > MOST_PARTS {
        return Err(Unreadable::TooManyParts);
    }
    // A part may be named by one multipart only; whatever the reader made of it, this ends.
    let mut open = vec![(0_usize, depth)];
    let mut seen = vec![false; mail.parts.len()];
    while let Some((at, depth)) = open.pop() {
        if depth > MOST_DEPTH {
            return Err(Unreadable::TooDeep);
        }
        let Some(part) = mail.parts.get(at) else { continue };
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        match &part.body {
            PartType::Multipart(inside) => {
                open.extend(inside.iter().filter_map(|at| Some((usize::try_from(*at).ok()?, depth + 1))));
            }
            PartType::Message(inside) => measure(inside, depth + 1, parts)?,
            PartType::Text(_) | PartType::Html(_) | PartType::Binary(_) | PartType::InlineBinary(_) => {}
        }
    }
    Ok(())
}

fn words(mail: &Message<'_>, depth: usize, text: &mut String) {
    text.push_str(&mail.body_text(0).unwrap_or_default());
    if depth == MOST_DEPTH {
        return;
    }
    for inside in mail.parts.iter().filter_map(|part| part.message()) {
        if text.len() > 4 * MOST_WORDS {
            return;
        }
        text.push_str("\n\n");
        text.push_str(inside.subject().unwrap_or_default());
        text.push('\n');
        words(inside, depth + 1, text);
    }
}

fn head_of<'h>(heads: &[(String, &'h str)], name: &str) -> Option<&'h str> {
    heads.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}

/// One of these every mail has.
const EVERY_MAIL: [&str; 8] =
    ["from", "to", "subject", "date", "message-id", "received", "return-path", "delivered-to"];

/// Where servers say to which address of ours a mail came.
const TO_US: [&str; 7] = ["to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to"];

fn addressed(heads: &[(String, &str)]) -> Vec<String> {
    let ours = heads.iter().filter(|(name, _)| TO_US.contains(&name.as_str()));
    ours.flat_map(|(_, value)| marks(value)).take(MOST_IDS).map(str::to_owned).collect()
}

/// What stands between a `+` and an `@` and has the form of a mark.
fn marks(text: &str) -> impl Iterator<Item = &str> {
    let form = |detail: &str| {
        detail.split_once('.').is_some_and(|(number, tag)| {
            !number.is_empty()
                && number.bytes().all(|b| b.is_ascii_digit())
                && !tag.is_empty()
                && tag.bytes().all(|b| b.is_ascii_hexdigit())
        })
    };
    text.split('+').skip(1).filter_map(|rest| rest.split('@').next()).filter(move |detail| form(detail))
}

/// The Message-IDs that it refers to, the one it answers first.
fn ids(heads: &[(String, &str)]) -> Vec<String> {
    let named = |name: &'static str| heads.iter().filter(move |(known, _)| known == name).map(|(_, value)| *value);
    let all = named("in-reply-to").chain(named("references"));
    all.flat_map(|value| value.split('<').skip(1))
        .filter_map(|rest| rest.split('>').next())
        .map(str::trim)
        .filter(|id| id.contains('@') && id.len() < 500)
        .take(MOST_IDS)
        .map(str::to_owned)
        .collect()
}

/// RFC 3834, and what programs wrote before it.
fn is_automatic(heads: &[(String, &str)]) -> bool {
    let says = |name: &str, words: &[&str]| {
        head_of(heads, name).is_some_and(|value| words.iter().any(|word| value.to_ascii_lowercase().starts_with(word)))
    };
    head_of(heads, "auto-submitted").is_some_and(|value| !value.to_ascii_lowercase().starts_with("no"))
        || says("precedence", &["auto_reply", "auto-reply", "bulk", "junk"])
        || ["x-autoreply", "x-autorespond", "x-autorespond-subject"].iter().any(|name| head_of(heads, name).is_some())
}

/// A receipt that a mail program sends (RFC 8098). Nobody asks for one, and it is no proof that anybody has read anything.
fn is_notification_of_a_person(mail: &Message<'_>) -> bool {
    mail.is_content_type("multipart", "report")
        && mail.parts.iter().any(|part| part.is_content_type("message", "disposition-notification"))
}

fn reported(mail: &Message<'_>) -> Option<Report> {
    if !mail.is_content_type("multipart", "report") {
        return None;
    }
    let is_status = |subtype: &str| {
        subtype.eq_ignore_ascii_case("delivery-status") || subtype.eq_ignore_ascii_case("global-delivery-status")
    };
    let part = mail.parts.iter().find(|part| {
        part.content_type()
            .is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("message") && kind.subtype().is_some_and(is_status))
    })?;
    let report = report::read(&String::from_utf8_lossy(part.contents()));
    (!report.told.is_empty()).then_some(report)
}

/// Mark and Message-ID of the mail that a report hands back, whole or its head alone.
fn returned_head(mail: &Message<'_>) -> Option<(Option<String>, Option<String>)> {
    let of = |inside: &Message<'_>| {
        let heads: Vec<(String, &str)> =
            inside.headers_raw().map(|(name, value)| (name.to_ascii_lowercase(), value.trim())).collect();
        (head_of(&heads, MARK_HEADER).map(str::to_owned), inside.message_id().map(str::to_owned))
    };
    mail.parts.iter().find_map(|part| {
        if let Some(inside) = part.message() {
            return Some(of(inside));
        }
        let kind = part.content_type()?;
        let is_head = kind.subtype().is_some_and(|subtype| {
            ["rfc822-headers", "global-headers", "rfc822", "global"]
                .iter()
                .any(|known| subtype.eq_ignore_ascii_case(known))
        });
        if !is_head {
            return None;
        }
        MessageParser::default().parse_headers(part.contents()).as_ref().map(of)
    })
}

fn sender(mail: &Message<'_>) -> Option<String> {
    let from = mail.from()?.first()?;
    let address = from.address()?;
    Some(one_line(address, 254)).filter(|address| !address.is_empty())
}
