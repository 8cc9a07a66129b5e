//! What a mail says about itself. It is taken apart by [`letter::incoming::mail`], within bounds of size, parts and depth; nothing it names is opened, and
//! what is kept of its words is such that the database takes it.

use letter::incoming::mail::{self, Content, Head, Part, Refused};

use super::report::{self, Report};
use crate::message::MARK_HEADER;
use crate::text::{lines, one_line};

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
    /// The program ended each time it was tried.
    Tried,
    /// The database does not take what it says.
    Unkeepable,
}

impl From<Refused> for Unreadable {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooLarge => Self::TooLarge,
            Refused::TooManyParts => Self::TooManyParts,
            Refused::TooDeep => Self::TooDeep,
            Refused::Broken => Self::Broken,
        }
    }
}

impl Unreadable {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::TooManyParts => "too_many_parts",
            Self::TooDeep => "too_deep",
            Self::Broken => "broken",
            Self::Tried => "tried",
            Self::Unkeepable => "unkeepable",
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
    let mail = mail::read(raw)?;
    let head = &mail.head;
    // Every mail says at least from whom it is, to whom, when or about what; of anything at all the reader makes some header.
    if !head.fields.iter().any(|(name, _)| EVERY_MAIL.contains(&name.as_str())) {
        return Err(Unreadable::Broken);
    }
    let report = reported(&mail);
    let returned = report.as_ref().and_then(|_| returned_head(&mail));
    let mut body = String::new();
    words(&mail, &mut body);
    Ok(Parsed {
        mark: mark_in(head),
        addressed: addressed(head),
        answers: ids(head),
        is_automatic: is_automatic(head) || is_notification_of_a_person(&mail),
        returned_mark: returned.as_ref().and_then(|head| head.0.clone()),
        returned_id: returned.and_then(|head| head.1),
        report,
        sender: head.sender.as_deref().map(|sender| one_line(sender, 254)).filter(|sender| !sender.is_empty()),
        subject: one_line(head.subject.as_deref().unwrap_or_default(), 500),
        body: lines(&body, 2_000).chars().take(MOST_WORDS).collect(),
    })
}

/// The mark in the head of a mail.
pub(super) fn mark_of_head(head: &[u8]) -> Option<String> {
    field_of_head(head, MARK_HEADER).map(|mark| mark.trim().to_owned())
}

/// What the head of a mail that was not read says of its sender; enough for what was erased to be found.
pub(super) fn sender_of_head(head: &[u8]) -> Option<String> {
    let from = field_of_head(head, "from")?;
    let in_brackets = from.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address);
    let word = || from.split([' ', '\t', ',', ';', '"', '(', ')']).find(|word| word.contains('@'));
    let address = in_brackets.filter(|address| address.contains('@')).or_else(word)?;
    Some(one_line(address, 254)).filter(|address| !address.is_empty())
}

/// The first field of that name, unfolded. Without the reader of mails: a head is looked at before its mail is kept.
fn field_of_head(head: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    let mut lines = text.lines().take_while(|line| !line.trim().is_empty());
    let is_it =
        |line: &&str| line.split_once(':').is_some_and(|(known, _)| known.trim_end().eq_ignore_ascii_case(name));
    let mut value = lines.find(is_it)?.split_once(':')?.1.to_owned();
    for folded in lines.take_while(|line| line.starts_with([' ', '\t'])).take(20) {
        value.push_str(folded);
    }
    Some(value)
}

/// The words of a mail and of those in it.
fn words(mail: &Part, text: &mut String) {
    text.push_str(&mail.words());
    for part in mail.parts() {
        let Content::Mail(inside) = &part.content else { continue };
        if text.len() > 4 * MOST_WORDS {
            return;
        }
        text.push_str("\n\n");
        text.push_str(inside.head.subject.as_deref().unwrap_or_default());
        text.push('\n');
        words(inside, text);
    }
}

fn mark_in(head: &Head) -> Option<String> {
    head.field(&MARK_HEADER.to_ascii_lowercase()).map(str::to_owned)
}

/// One of these every mail has.
const EVERY_MAIL: [&str; 8] =
    ["from", "to", "subject", "date", "message-id", "received", "return-path", "delivered-to"];

/// Where servers say to which address of ours a mail came.
const TO_US: [&str; 7] = ["to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to"];

fn addressed(head: &Head) -> Vec<String> {
    let ours = head.fields.iter().filter(|(name, _)| TO_US.contains(&name.as_str()));
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
fn ids(head: &Head) -> Vec<String> {
    let named = |name: &'static str| head.fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value);
    let all = named("in-reply-to").chain(named("references"));
    all.flat_map(|value| value.split('<').skip(1))
        .filter_map(|rest| rest.split('>').next())
        .map(str::trim)
        .filter(|id| is_id(id))
        .take(MOST_IDS)
        .map(str::to_owned)
        .collect()
}

/// Only what may be an id is looked for; the database refuses to look for a NUL.
fn is_id(text: &str) -> bool {
    text.contains('@') && text.len() < 500 && !text.chars().any(char::is_control)
}

/// RFC 3834, and what programs wrote before it.
fn is_automatic(head: &Head) -> bool {
    let says = |name: &str, words: &[&str]| {
        head.field(name).is_some_and(|value| words.iter().any(|word| value.to_ascii_lowercase().starts_with(word)))
    };
    head.field("auto-submitted").is_some_and(|value| !value.to_ascii_lowercase().starts_with("no"))
        || says("precedence", &["auto_reply", "auto-reply", "bulk", "junk"])
        || ["x-autoreply", "x-autorespond", "x-autorespond-subject"].iter().any(|name| head.field(name).is_some())
}

/// A receipt that a mail program sends (RFC 8098). Nobody asks for one, and it is no proof that anybody has read anything.
fn is_notification_of_a_person(mail: &Part) -> bool {
    mail.head.is("multipart", "report")
        && mail.parts().iter().any(|part| part.head.is("message", "disposition-notification"))
}

fn reported(mail: &Part) -> Option<Report> {
    if !mail.head.is("multipart", "report") {
        return None;
    }
    let is_status =
        |part: &&Part| part.head.is("message", "delivery-status") || part.head.is("message", "global-delivery-status");
    let part = mail.parts().into_iter().find(is_status)?;
    let Content::File(content) = &part.content else { return None };
    let report = report::read(&String::from_utf8_lossy(content));
    (!report.told.is_empty()).then_some(report)
}

/// Mark and Message-ID of the mail that a report hands back, whole or its head alone.
fn returned_head(mail: &Part) -> Option<(Option<String>, Option<String>)> {
    let of = |head: &Head| (mark_in(head), head.message_id.clone().filter(|id| is_id(id)));
    mail.parts().into_iter().find_map(|part| match &part.content {
        Content::Mail(inside) => Some(of(&inside.head)),
        Content::File(content) if ["rfc822-headers", "global-headers"].iter().any(|kind| is_head(part, kind)) => {
            mail::head(content).as_ref().map(of)
        }
        Content::File(_) | Content::Text(_) | Content::Parts(_) => None,
    })
}

fn is_head(part: &Part, subkind: &str) -> bool {
    ["text", "message"].iter().any(|kind| part.head.is(kind, subkind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_mail_it_is_is_known_before_it_is_read() {
        for (head, sender) in [
            ("From: a@b.test\r\n", Some("a@b.test")),
            ("Subject: x\nfrom : \"A, @\" <A.b@C.test>\n\nFrom: no@b.test", Some("A.b@C.test")),
            ("FROM: =?utf-8?B?0J0=?=\r\n\t<a@b.test>\r\nTo: x@y", Some("a@b.test")),
            ("From: a@b.test (a <b>)\r\n", Some("a@b.test")),
            ("From: <a\0@b>\n", Some("a @b")),
            ("From: nobody\nTo: x@y\n", None),
            ("", None),
        ] {
            assert_eq!(sender_of_head(head.as_bytes()).as_deref(), sender, "{head:?}");
        }
    }
}
