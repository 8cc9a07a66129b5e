//! The head of a mail or of a part: its fields as they stand, and what they say.

use mail_parser::{ContentType, Message, MessageParser, MimeHeaders as _};

use super::Refused;

/// The most bytes of a field about a part. The library compares the names in it each with each.
const LONGEST_FIELD: usize = 16 * 1024;
/// The most fields about a part in one head; an honest one has five.
const MOST_FIELDS: usize = 100;

/// What a mail, or a part of one, says of itself.
#[derive(Debug, Default)]
pub struct Head {
    /// All fields in their order: the name in small letters, the value as it stands.
    pub fields: Vec<(String, String)>,
    /// What it is about, decoded.
    pub subject: Option<String>,
    /// The first address in `From:`.
    pub sender: Option<String>,
    /// Its Message-ID, without brackets.
    pub message_id: Option<String>,
    /// The name of the file, decoded, with whatever path it was given.
    pub name: Option<String>,
    /// What it is, in small letters; none when it does not say.
    pub(super) kind: Option<(String, String)>,
    /// What stands between its parts, when it has parts.
    pub(super) boundary: Option<String>,
    pub(super) charset: Option<String>,
    /// How it was encoded for the way, in small letters.
    pub(super) encoding: Option<String>,
    is_attachment: bool,
}

impl Head {
    /// Reads the bytes of a head, and nothing behind them.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refused> {
        bounded(bytes)?;
        let read = MessageParser::default().parse_headers(bytes);
        Ok(read.as_ref().map(Self::of).unwrap_or_default())
    }

    fn of(read: &Message<'_>) -> Self {
        let content_type = read.content_type();
        let attribute = |name: &str| content_type.and_then(|kind| kind.attribute(name)).map(str::to_owned);
        let kind = content_type
            .map(|kind| (kind.ctype().to_ascii_lowercase(), kind.subtype().unwrap_or_default().to_ascii_lowercase()));
        let fields = read.headers_raw().map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
        let sender = read.from().and_then(|from| from.first()).and_then(|from| from.address());
        Self {
            fields: fields.collect(),
            subject: read.subject().map(str::to_owned),
            sender: sender.map(str::to_owned),
            message_id: read.message_id().map(str::to_owned),
            name: read.attachment_name().map(str::to_owned),
            boundary: attribute("boundary").filter(|_| kind.as_ref().is_some_and(|(kind, _)| kind == "multipart")),
            kind,
            charset: attribute("charset"),
            encoding: read.content_transfer_encoding().map(|encoding| encoding.trim().to_ascii_lowercase()),
            is_attachment: read.content_disposition().is_some_and(ContentType::is_attachment),
        }
    }

    /// The value of the first field of that name, given in small letters.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Is it of this kind, given in small letters?
    #[must_use]
    pub fn is(&self, kind: &str, subkind: &str) -> bool {
        self.kind.as_ref().is_some_and(|known| known.0 == kind && known.1 == subkind)
    }

    /// Plain text, which is also what says nothing of its kind, or only that it is text.
    pub(super) fn is_plain(&self) -> bool {
        self.kind.is_none() || self.is("text", "plain") || self.is("text", "")
    }

    /// Words that are read with the mail, and no file of their own. A multipart without parts is what was typed into it.
    pub(super) fn is_text(&self, is_mail: bool) -> bool {
        let is_words =
            self.is_plain() || self.is("text", "html") || self.kind.as_ref().is_some_and(|kind| kind.0 == "multipart");
        is_words && !self.is_attachment && (is_mail || self.name.is_none())
    }
}

/// Fields about parts have their bounds, however their names are written: the library passes over spaces in a name.
fn bounded(head: &[u8]) -> Result<(), Refused> {
    let (mut is_about_part, mut length, mut fields) = (false, 0, 0);
    for (n, line) in head.split_inclusive(|byte| *byte == b'\n').enumerate() {
        // The first line goes on with nothing.
        if n == 0 || line.first().is_some_and(|byte| !matches!(byte, b' ' | b'\t')) {
            let name = line.iter().filter(|byte| !byte.is_ascii_whitespace()).map(u8::to_ascii_lowercase);
            is_about_part = name.take(8).eq(b"content-".iter().copied());
            length = 0;
            fields += usize::from(is_about_part);
        }
        length += line.len();
        if (is_about_part && length > LONGEST_FIELD) || fields > MOST_FIELDS {
            return Err(Refused::TooLarge);
        }
    }
    Ok(())
}
