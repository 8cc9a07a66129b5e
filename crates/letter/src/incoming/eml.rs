//! The words of a mail: its subject, its text, and the texts of the Word files and PDFs that came with it.

use std::panic::catch_unwind;

use super::mail::{self, Content, Part, Refused};
use super::{File, Unreadable, docx, pdf};

/// The most attachments whose text is read.
const ATTACHMENTS: usize = 5;
/// The most files that are taken out of it.
const FILES: usize = 20;

/// Does it begin as a mail does: a line of a header, and one that every mail has among the first?
pub(super) fn is_mail(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(16 * 1024)]);
    let is_header = |line: &str| {
        line.split_once(':').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    };
    let begins = |line: &str| ["from:", "subject:"].iter().any(|name| line.to_lowercase().starts_with(name));
    head.lines().next().is_some_and(is_header) && head.lines().take_while(|line| !line.is_empty()).any(begins)
}

/// Its words, and the names of the files in it whose words could not be read.
pub(super) fn text(bytes: &[u8]) -> Result<(String, Vec<String>), Unreadable> {
    let mut reading = Reading { attachments: ATTACHMENTS, text: String::new(), unread: Vec::new() };
    reading.mail(&parsed(bytes)?);
    Ok((reading.text, reading.unread))
}

fn parsed(bytes: &[u8]) -> Result<Part, Unreadable> {
    mail::read(bytes).map_err(|why| match why {
        Refused::Broken => Unreadable::Broken(why.to_string()),
        Refused::TooLarge | Refused::TooManyParts | Refused::TooDeep => Unreadable::TooLarge(why.to_string()),
    })
}

/// What was read so far.
struct Reading {
    /// How many more files are read.
    attachments: usize,
    text: String,
    unread: Vec<String>,
}

impl Reading {
    /// The words of a mail, and of mails that were forwarded in it.
    fn mail(&mut self, mail: &Part) {
        if let Some(subject) = &mail.head.subject {
            self.text.push_str(&format!("Subject: {subject}\n\n"));
        }
        self.text.push_str(&mail.words());
        for part in mail.parts() {
            match &part.content {
                Content::Mail(inside) => {
                    self.text.push_str("\n\n");
                    self.mail(inside);
                }
                Content::File(content) => self.file(part, content),
                Content::Text(_) | Content::Parts(_) => {}
            }
        }
    }

    /// One that cannot be read is still kept with the mail; the others are read.
    fn file(&mut self, part: &Part, content: &[u8]) {
        let Some(media_type) = letter(content) else { return };
        let words = self.attachments.checked_sub(1).and_then(|left| {
            self.attachments = left;
            // Their readers too may stumble over what a stranger made.
            catch_unwind(|| if media_type == super::PDF { pdf::text(content) } else { docx::text(content) }).ok()?.ok()
        });
        match words {
            Some(words) => {
                self.text.push_str("\n\n");
                self.text.push_str(&words);
            }
            None => self.unread.push(name_of(part, media_type, self.unread.len() + 1)),
        }
    }
}

/// The media type of a Word file or a PDF.
fn letter(content: &[u8]) -> Option<&'static str> {
    super::kind(content).filter(|kind| matches!(*kind, super::DOCX | super::PDF))
}

pub(super) fn files(bytes: &[u8]) -> Result<Vec<File>, Unreadable> {
    let mut files = Vec::new();
    files_of(parsed(bytes)?, &mut files);
    Ok(files)
}

fn files_of(part: Part, files: &mut Vec<File>) {
    match part.content {
        Content::Mail(inside) => files_of(*inside, files),
        Content::Parts(inside) => inside.into_iter().for_each(|part| files_of(part, files)),
        Content::File(ref bytes) if files.len() < FILES => {
            let Some(media_type) = letter(bytes) else { return };
            let name = name_of(&part, media_type, files.len() + 1);
            let Content::File(bytes) = part.content else { return };
            files.push(File { name, media_type, bytes });
        }
        Content::File(_) | Content::Text(_) => {}
    }
}

/// Its name without a path, or its number.
fn name_of(part: &Part, media_type: &str, number: usize) -> String {
    let name = part.head.name.as_deref().map(bare_name).filter(|name| !name.is_empty());
    let ending = if media_type == super::PDF { "pdf" } else { "docx" };
    name.unwrap_or_else(|| format!("{number}.{ending}"))
}

/// The last part of a name, whatever system's path it was, without what cannot be seen; never hidden.
fn bare_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let seen: String = last.chars().filter(|c| !c.is_control() && !super::is_unseen(*c)).take(120).collect();
    seen.trim().trim_start_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: =?utf-8?B?0JzTmdC20ZbQu9GW0YE=?= <d@mazhilis.example>\r\nSubject: =?utf-8?B?0JTQoS0zMjY=?=\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n0KHQsNGD0LDQuw==\r\n\
        --b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF-broken\r\n--b--\r\n";

    #[test]
    fn subject_and_text_are_read_and_a_broken_attachment_stops_nothing() {
        assert!(is_mail(MAIL.as_bytes()));
        let (text, unread) = text(MAIL.as_bytes()).unwrap();
        assert_eq!(text.trim(), "Subject: ДС-326\n\nСауал");
        assert_eq!(unread, ["a.pdf"], "and it is named");
    }

    #[test]
    fn a_forwarded_mail_is_read_too_and_its_files_bear_no_path() {
        let inside = "From: d@mazhilis.example\r\nSubject: inner\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n\
            --i\r\n\r\nInner words\r\n--i\r\nContent-Type: application/pdf\r\n\
            Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fetc%2F%D0%A1%D0%B0%D1%83%D0%B0%D0%BB.pdf\r\n\r\n%PDF-1.7\r\n--i--\r\n";
        let mail = format!(
            "From: c@saual.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n\
             --o\r\n\r\nSee below\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n{inside}\r\n--o--\r\n"
        );
        let (words, _) = text(mail.as_bytes()).unwrap();
        assert!(
            words.contains("See below") && words.contains("Subject: inner") && words.contains("Inner words"),
            "{words}"
        );
        let files = files(mail.as_bytes()).unwrap();
        assert_eq!(files.len(), 1);
        assert_eq!((files[0].name.as_str(), files[0].media_type), ("Сауал.pdf", super::super::PDF));
    }

    #[test]
    fn a_text_with_a_colon_is_no_mail() {
        assert!(!is_mail("Тақырыбы: сауал\n\nмәтін".as_bytes()));
        assert!(!is_mail(b"Note: x\n\nFrom: later"));
    }

    #[test]
    fn a_mail_of_parts_without_end_is_refused() {
        let parts = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(mail::MOST_PARTS + 5);
        let mail = format!("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n");
        assert!(matches!(text(mail.as_bytes()), Err(Unreadable::TooLarge(_))));
        let deep = format!("From: a@b.example\r\n{}", "Content-Type: message/rfc822\r\n\r\n".repeat(50_000));
        assert!(matches!(files(deep.as_bytes()), Err(Unreadable::TooLarge(_))));
    }

    #[test]
    fn a_name_is_one_that_an_inquiry_takes() {
        assert_eq!(bare_name("a\u{2066}\u{202e}b\u{61c}.pdf"), "ab.pdf");
    }
}
