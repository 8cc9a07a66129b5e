//! The words of a mail: its subject, its text, and the texts of the Word files and PDFs that came with it.

use mail_parser::MessageParser;

use super::{Unreadable, docx, pdf};

/// The most parts of a mail, and the most attachments whose text is read.
const PARTS: usize = 100;
const ATTACHMENTS: usize = 5;

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
    let mail = MessageParser::default().parse(bytes).ok_or_else(|| Unreadable::Broken("it is no mail".to_owned()))?;
    if mail.parts.len() > PARTS {
        return Err(Unreadable::TooLarge(format!("more than {PARTS} parts")));
    }
    let mut text = String::new();
    if let Some(subject) = mail.subject() {
        text.push_str(&format!("Subject: {subject}\n\n"));
    }
    // A mail that is written in HTML only is read as text too.
    text.push_str(&mail.body_text(0).unwrap_or_default());
    for attachment in mail.attachments().filter(|part| !part.is_message()).take(ATTACHMENTS) {
        let content = attachment.contents();
        let read = if content.starts_with(b"PK\x03\x04") {
            docx::text(content)
        } else if content.starts_with(b"%PDF-") {
            pdf::text(content)
        } else {
            continue;
        };
        // One that cannot be read is still kept with the mail; the others are read.
        if let Ok(words) = read {
            text.push_str("\n\n");
            text.push_str(&words);
        }
    }
    Ok(text)
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
