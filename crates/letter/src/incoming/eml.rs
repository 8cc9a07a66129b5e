//! The words of a mail: its subject, its text, and the texts of the Word files and PDFs that came with it.

use mail_parser::{Message, MessageParser, MimeHeaders as _};

use super::{File, Unreadable, docx, pdf};

/// The most parts of a mail, and the most attachments whose text is read.
const PARTS: usize = 100;
const ATTACHMENTS: usize = 5;
/// The most files that are taken out of it.
const FILES: usize = 20;
/// How deep mails that were forwarded may lie in each other.
const DEPTH: usize = 5;

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

pub(super) fn text(bytes: &[u8]) -> Result<String, Unreadable> {
    let mail = parsed(bytes)?;
    let (mut text, mut attachments) = (String::new(), ATTACHMENTS);
    words(&mail, 0, &mut attachments, &mut text);
    Ok(text)
}

fn parsed(bytes: &[u8]) -> Result<Message<'_>, Unreadable> {
    // The library panics over some broken nestings (0.11.9: «could not find multipart»); such a file is as broken as one that it refuses.
    let read = std::panic::catch_unwind(|| MessageParser::default().parse(bytes));
    let mail = read.ok().flatten().ok_or_else(|| Unreadable::Broken("it is no mail".to_owned()))?;
    if mail.parts.len() > PARTS {
        return Err(Unreadable::TooLarge(format!("more than {PARTS} parts")));
    }
    Ok(mail)
}

/// The words of a mail, and of mails that were forwarded in it.
fn words(mail: &Message<'_>, depth: usize, attachments: &mut usize, text: &mut String) {
    if let Some(subject) = mail.subject() {
        text.push_str(&format!("Subject: {subject}\n\n"));
    }
    // A mail that is written in HTML only is read as text too.
    text.push_str(&mail.body_text(0).unwrap_or_default());
    for attachment in mail.attachments() {
        if let Some(inside) = attachment.message() {
            if depth < DEPTH && inside.parts.len() <= PARTS {
                text.push_str("\n\n");
                words(inside, depth + 1, attachments, text);
            }
            continue;
        }
        let content = attachment.contents();
        let read = match super::kind(content) {
            Some(super::DOCX) if *attachments > 0 => docx::text(content),
            Some(super::PDF) if *attachments > 0 => pdf::text(content),
            _ => continue,
        };
        *attachments -= 1;
        // One that cannot be read is still kept with the mail; the others are read.
        if let Ok(words) = read {
            text.push_str("\n\n");
            text.push_str(&words);
        }
    }
}

pub(super) fn files(bytes: &[u8]) -> Result<Vec<File>, Unreadable> {
    let mail = parsed(bytes)?;
    let mut files = Vec::new();
    files_of(&mail, 0, &mut files);
    Ok(files)
}

fn files_of(mail: &Message<'_>, depth: usize, files: &mut Vec<File>) {
    for attachment in mail.attachments() {
        if let Some(inside) = attachment.message() {
            if depth < DEPTH && inside.parts.len() <= PARTS {
                files_of(inside, depth + 1, files);
            }
            continue;
        }
        let media_type = match super::kind(attachment.contents()) {
            Some(media_type @ (super::DOCX | super::PDF)) => media_type,
            _ => continue,
        };
        if files.len() == FILES {
            return;
        }
        let name = attachment.attachment_name().map(bare_name).filter(|name| !name.is_empty());
        let number = files.len() + 1;
        let ending = if media_type == super::PDF { "pdf" } else { "docx" };
        let name = name.unwrap_or_else(|| format!("{number}.{ending}"));
        files.push(File { name, media_type, bytes: attachment.contents().to_vec() });
    }
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
        assert_eq!(text(MAIL.as_bytes()).unwrap().trim(), "Subject: ДС-326\n\nСауал");
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
        let words = text(mail.as_bytes()).unwrap();
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
        let parts = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(PARTS + 5);
        let mail = format!("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n");
        assert!(matches!(text(mail.as_bytes()), Err(Unreadable::TooLarge(_))));
    }
}
