//! From the file of a letter that came in to its text: a Word file, a PDF that holds text, a mail with its attachments.
//!
//! Only words are taken, line by line, to be read by people and searched for what a registration needs; nothing of a file's looks, and
//! nothing that it refers to, is followed. Every file is hostile until it is read: sizes are counted while bytes come out.

mod docx;
mod eml;
pub mod mail;
mod pdf;

/// The most characters of a text that are kept; an honest letter has some thousands.
const LONGEST: usize = 200_000;

/// A letter that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Its words, line by line.
    pub text: String,
    /// What the file is.
    pub media_type: &'static str,
    /// The names of the files in it, when it is a mail, whose words could not be read.
    pub unread: Vec<String>,
}

/// The media type of a Word file.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// The media type of a PDF.
pub const PDF: &str = "application/pdf";
/// The media type of a mail.
pub const EML: &str = "message/rfc822";

/// A Word file or a PDF that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, without any path.
    pub name: String,
    /// What it is, told from its first bytes.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The Word files and PDFs that came with a mail.
///
/// # Errors
/// [`Unreadable`].
pub fn files(mail: &[u8]) -> Result<Vec<File>, Unreadable> {
    eml::files(mail)
}

/// Why a file gives no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is none of the three.
    #[error("it is no Word file, no PDF and no mail")]
    Kind,
    /// Nothing in it is text: a scan, or a mail whose letter is a picture.
    #[error("it holds no text")]
    NoText,
    /// It asks for a password.
    #[error("it is locked by a password")]
    Locked,
    /// It has more of something than any letter.
    #[error("it is too large: {0}")]
    TooLarge(String),
    /// It is damaged.
    #[error("it cannot be read: {0}")]
    Broken(String),
}

/// Reads a file; its kind is told from its first bytes, not from its name.
///
/// # Errors
/// [`Unreadable`].
pub fn read(bytes: &[u8]) -> Result<Incoming, Unreadable> {
    let ((text, unread), media_type) = match kind(bytes).ok_or(Unreadable::Kind)? {
        DOCX => ((docx::text(bytes)?, Vec::new()), DOCX),
        PDF => ((pdf::text(bytes)?, Vec::new()), PDF),
        _ => (eml::text(bytes)?, EML),
    };
    let text = tidy(&text);
    let has_words = text.chars().any(char::is_alphabetic);
    if has_words { Ok(Incoming { text, media_type, unread }) } else { Err(Unreadable::NoText) }
}

/// The media type of a file, by its first bytes; none when it is none of the three kinds.
#[must_use]
pub fn kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") {
        Some(DOCX)
    } else if bytes.starts_with(b"%PDF-") {
        Some(PDF)
    } else if eml::is_mail(bytes) {
        Some(EML)
    } else {
        None
    }
}

/// Without what cannot be seen, without spaces at the ends of lines, without more than one empty line, and no longer than is kept.
fn tidy(text: &str) -> String {
    let mut tidy = String::new();
    let mut empty = 0;
    for line in text.replace("\r\n", "\n").replace('\r', "\n").lines() {
        let line: String = line.chars().map(|c| if c == '\t' || c == '\u{a0}' { ' ' } else { c }).collect();
        let line: String = line.chars().filter(|c| !c.is_control() && !is_unseen(*c)).collect();
        let line = line.trim_end();
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            tidy.push_str(line);
            tidy.push('\n');
        }
        if tidy.len() > 4 * LONGEST {
            break;
        }
    }
    tidy.trim().chars().take(LONGEST).collect()
}

/// Soft hyphens and marks of no width, which come with copied text and which no field takes.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        assert_eq!(read(b"").unwrap_err(), Unreadable::Kind);
        assert_eq!(read(b"\x89PNG\r\n\x1a\n").unwrap_err(), Unreadable::Kind);
        assert_eq!(read("Жай мәтін, хат емес".as_bytes()).unwrap_err(), Unreadable::Kind);
        assert!(matches!(read(b"PK\x03\x04 and nothing of a zip"), Err(Unreadable::Broken(_))));
        assert!(matches!(read(b"%PDF-1.7 and nothing of a PDF"), Err(Unreadable::Broken(_))));
    }

    #[test]
    fn what_cannot_be_seen_is_not_taken() {
        assert_eq!(tidy("а\u{ad}б\u{200b}\tв  \r\n\r\n\r\n\r\nг\0"), "аб в\n\nг");
        assert_eq!(tidy(&"б".repeat(LONGEST + 5)).chars().count(), LONGEST);
    }
}
