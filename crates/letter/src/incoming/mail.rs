//! Bytes taken apart as a mail: the one place where what strangers send becomes heads and parts.
//!
//! The library reads heads here, one at a time, and nothing else. Its reader of whole mails (0.11.9) goes down its own stack once for each mail in a mail and
//! copies the bytes at each, so that some kilobytes end the process, and nothing catches that. Here parts, depths and bytes are counted before they are opened.

mod head;

use std::borrow::Cow;
use std::panic::catch_unwind;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::html::html_to_text;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

pub use head::Head;

/// The largest mail that is read, in bytes.
pub const MOST_BYTES: usize = 25 * 1024 * 1024;
/// The most parts, those of mails inside it and what holds them included.
pub const MOST_PARTS: usize = 100;
/// How deep parts and mails may lie in each other.
pub const MOST_DEPTH: usize = 10;

/// Why a mail is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// More than [`MOST_BYTES`], or a field about a part that is longer than any.
    #[error("more bytes than a mail may have")]
    TooLarge,
    /// More than [`MOST_PARTS`].
    #[error("more than {} parts", MOST_PARTS)]
    TooManyParts,
    /// More than [`MOST_DEPTH`].
    #[error("parts lie more than {} deep in each other", MOST_DEPTH)]
    TooDeep,
    /// The reader stumbled over it.
    #[error("it is no mail")]
    Broken,
}

/// A mail, or a part of one.
#[derive(Debug)]
pub struct Part {
    /// What it says of itself.
    pub head: Head,
    /// What is in it.
    pub content: Content,
}

/// What is in a part, decoded.
#[derive(Debug)]
pub enum Content {
    /// Words to be read with the mail; of HTML its text.
    Text(String),
    /// Anything else.
    File(Vec<u8>),
    /// Parts one after the other.
    Parts(Vec<Part>),
    /// A mail.
    Mail(Box<Part>),
}

/// Takes a mail apart. Whatever the bytes are, this ends, and takes nothing else along.
///
/// # Errors
/// [`Refused`].
pub fn read(bytes: &[u8]) -> Result<Part, Refused> {
    if bytes.len() > MOST_BYTES {
        return Err(Refused::TooLarge);
    }
    let place = Place { depth: 0, is_mail: true, in_digest: false };
    catch_unwind(|| Walk { parts: 0 }.part(bytes, place)).unwrap_or(Err(Refused::Broken))
}

/// Reads a head that stands alone, as reports hand them back; none when it says nothing or its reader stumbles.
#[must_use]
pub fn head(bytes: &[u8]) -> Option<Head> {
    let bytes = &bytes[..end_of_head(bytes)];
    catch_unwind(|| Head::read(bytes)).ok()?.ok().filter(|head| !head.fields.is_empty())
}

/// Where the head of a mail ends: behind its empty line, or with the bytes.
#[must_use]
pub fn end_of_head(bytes: &[u8]) -> usize {
    let mut end = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return end;
        }
    }
    end
}

impl Part {
    /// This part and those in it, in their order; of a mail inside it the part that bears it, and nothing of that mail's own.
    #[must_use]
    pub fn parts(&self) -> Vec<&Self> {
        let mut parts = vec![self];
        if let Content::Parts(inside) = &self.content {
            parts.extend(inside.iter().flat_map(Self::parts));
        }
        parts
    }

    /// Its words, without those of mails inside it. Of alternatives that say the same the plain one.
    #[must_use]
    pub fn words(&self) -> String {
        let mut text = String::new();
        self.words_into(&mut text);
        text
    }

    fn words_into(&self, text: &mut String) {
        match &self.content {
            Content::Text(words) if !words.trim().is_empty() => {
                if !text.is_empty() {
                    text.push_str("\n\n");
                }
                text.push_str(words);
            }
            Content::Parts(inside) if self.head.is("multipart", "alternative") => {
                let (plain, other): (Vec<&Self>, Vec<&Self>) = inside.iter().partition(|part| part.head.is_plain());
                let before = text.len();
                for part in plain.into_iter().chain(other) {
                    part.words_into(text);
                    if text.len() > before {
                        return;
                    }
                }
            }
            Content::Parts(inside) => inside.iter().for_each(|part| part.words_into(text)),
            Content::Text(_) | Content::File(_) | Content::Mail(_) => {}
        }
    }
}

/// Where a part stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    /// It is a mail, and no part of one.
    is_mail: bool,
    /// It is a part of a digest, where whatever says nothing of its kind is a mail.
    in_digest: bool,
}

/// The walk through one mail, with what was counted so far.
struct Walk {
    parts: usize,
}

impl Walk {
    fn part(&mut self, bytes: &[u8], place: Place) -> Result<Part, Refused> {
        if place.depth > MOST_DEPTH {
            return Err(Refused::TooDeep);
        }
        self.parts += 1;
        if self.parts > MOST_PARTS {
            return Err(Refused::TooManyParts);
        }
        let (head, body) = bytes.split_at(end_of_head(bytes));
        let head = Head::read(head)?;
        let is_digest = head.is("multipart", "digest");
        let below = Place { depth: place.depth + 1, is_mail: false, in_digest: is_digest };
        if let Some(boundary) = &head.boundary {
            let inside = split(body, boundary.as_bytes(), MOST_PARTS - self.parts)?;
            if !inside.is_empty() {
                let parts = inside.into_iter().map(|part| self.part(part, below)).collect::<Result<_, _>>()?;
                return Ok(Part { head, content: Content::Parts(parts) });
            }
        }
        let bytes = decoded(body, head.encoding.as_deref());
        let is_mail_in_digest = place.in_digest && head.kind.is_none();
        let content = if is_mail_in_digest || head.is("message", "rfc822") || head.is("message", "global") {
            Content::Mail(Box::new(self.part(&bytes, Place { is_mail: true, in_digest: false, ..below })?))
        } else if head.is_text(place.is_mail) {
            Content::Text(text(&bytes, &head))
        } else {
            Content::File(bytes.into_owned())
        };
        Ok(Part { head, content })
    }
}

/// The parts between the boundaries, `most` at most; what stands before the first and behind the last is nobody's.
fn split<'b>(body: &'b [u8], boundary: &[u8], most: usize) -> Result<Vec<&'b [u8]>, Refused> {
    let (mut parts, mut begin, mut at) = (Vec::new(), None, 0);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        let Some(rest) = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary)) else { continue };
        let is_last = match rest.trim_ascii() {
            b"" => false,
            b"--" => true,
            _ => continue,
        };
        if let Some(begin) = begin.replace(end) {
            parts.push(without_break(&body[begin..start]));
        }
        if parts.len() > most {
            return Err(Refused::TooManyParts);
        }
        if is_last {
            return Ok(parts);
        }
    }
    // One that was cut off has no last boundary.
    parts.extend(begin.map(|begin| &body[begin..]));
    Ok(parts)
}

/// Without the break of line that belongs to the boundary behind it.
fn without_break(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

/// What cannot be decoded is taken as it is.
fn decoded<'b>(body: &'b [u8], encoding: Option<&str>) -> Cow<'b, [u8]> {
    let decoded = match encoding {
        Some("base64") => base64_decode(body),
        Some("quoted-printable") => quoted_printable_decode(body),
        _ => None,
    };
    decoded.map_or(Cow::Borrowed(body), Cow::Owned)
}

fn text(bytes: &[u8], head: &Head) -> String {
    let decoder = head.charset.as_deref().and_then(|charset| charset_decoder(charset.as_bytes()));
    let text = decoder.map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decode| decode(bytes));
    if head.is("text", "html") { html_to_text(&text) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(mail: &[u8]) -> Refused {
        read(mail).expect_err("it is read")
    }

    #[test]
    fn mails_in_mails_are_refused_before_they_are_opened() {
        let plain = format!("From: a@b.test\r\n{}", "Content-Type: message/rfc822\r\n\r\n".repeat(50_000));
        assert_eq!(refused(plain.as_bytes()), Refused::TooDeep);
        let one_head = format!("From: a@b.test\r\n{}\r\nx", "Content-Type: message/rfc822\r\n".repeat(50_000));
        assert_eq!(refused(one_head.as_bytes()), Refused::TooLarge);
        // The library passes over spaces in a field's name, and so do the bounds.
        let spaced = format!("From: a@b.test\r\n{}", "c O n t e n t - T y p e : message/rfc822\r\n\r\n".repeat(20_000));
        assert_eq!(refused(spaced.as_bytes()), Refused::TooDeep);
        let spaced = format!("From: a@b.test\r\n{}\r\nx", "Content -Type: message/rfc822\r\n".repeat(20_000));
        assert_eq!(refused(spaced.as_bytes()), Refused::TooLarge);
    }

    #[test]
    fn mails_in_an_encoded_mail_and_in_a_digest_are_refused_too() {
        let deep = "Content-Type: message/rfc822\n\n".repeat(4_000);
        let encoded = encoded(deep.as_bytes());
        let head = "From: a@b.test\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        assert_eq!(refused(format!("{head}{encoded}").as_bytes()), Refused::TooDeep);
        let mut digest = "From: a@b.test\r\n".to_owned();
        for n in 0..4_000 {
            digest.push_str(&format!("Content-Type: multipart/digest; boundary=d{n}\r\n\r\n--d{n}\r\n\r\n"));
        }
        assert_eq!(refused(digest.as_bytes()), Refused::TooDeep);
    }

    /// As base64, by hand: nothing else here needs it.
    fn encoded(bytes: &[u8]) -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let group = |three: &[u8]| {
            let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
            (0..4).map(move |n| char::from(LETTERS[(bits >> (18 - 6 * n)) as usize & 63])).collect::<String>()
        };
        bytes.chunks(3).map(group).collect()
    }

    #[test]
    fn a_field_about_a_part_without_end_is_refused() {
        let names: String = (0..500_000).map(|n| format!(" a{n}*1=x;")).collect();
        assert_eq!(refused(format!("Content-Type: text/plain;{names}\r\n\r\nx").as_bytes()), Refused::TooLarge);
    }

    #[test]
    fn parts_are_what_stands_between_their_boundaries() {
        let of = |body: &str| {
            let parts = split(body.as_bytes(), b"b", 9).unwrap();
            parts.into_iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(of("pre\r\n--b\r\none\r\n--b  \r\ntwo\n--b--\r\nafter\r\n--b\r\n"), ["one", "two"]);
        assert_eq!(of("--b\n--bc\n--b-\n--b--"), ["--bc\n--b-"]);
        assert_eq!(of("--b\ncut off"), ["cut off"]);
        assert!(of("nothing").is_empty());
        assert_eq!(split(&b"--b\n".repeat(12), b"b", 9), Err(Refused::TooManyParts));
    }

    #[test]
    fn of_alternatives_one_is_read_and_of_parts_all() {
        let mail = "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/alternative; boundary=a\n\n\
            --a\nContent-Type: text/html; charset=utf-8\n\n<p>Сәлем&nbsp;HTML</p>\n--a\n\nСәлем\n--a--\n\
            --m\nContent-Type: text/html\n\n<b>Hi</b>\n--m\nContent-Type: text/plain; name=a.txt\n\nfile\n--m--\n";
        let mail = read(mail.as_bytes()).unwrap();
        assert_eq!(mail.words().split_whitespace().collect::<Vec<_>>(), ["Сәлем", "Hi"]);
        assert_eq!(mail.parts().len(), 6);
    }

    #[test]
    fn a_head_ends_behind_its_empty_line() {
        assert_eq!(end_of_head(b"A: b\r\n\r\nbody\n\n"), 8);
        assert_eq!(end_of_head(b"A: b\n\nbody"), 6);
        assert_eq!(end_of_head(b"\r\nbody"), 2);
        assert_eq!(end_of_head(b"A: b"), 4);
        assert_eq!(end_of_head(b""), 0);
    }
}
