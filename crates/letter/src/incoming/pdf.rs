//! The words of a PDF, page by page. A scan has none.

use lopdf::{Document, Error, LoadOptions};

use super::Unreadable;

/// The most pages that are read; the letter stands on the first ones.
const PAGES: usize = 60;
/// The most bytes that one stream of the file may grow to.
const STREAM: usize = 32 << 20;
/// The most objects of a file.
const OBJECTS: usize = 200_000;

pub(super) fn text(bytes: &[u8]) -> Result<String, Unreadable> {
    let options = LoadOptions { max_decompressed_size: Some(STREAM), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|error| unreadable(&error))?;
    if document.is_encrypted() {
        return Err(Unreadable::Locked);
    }
    if document.objects.len() > OBJECTS {
        return Err(Unreadable::TooLarge(format!("more than {OBJECTS} objects")));
    }
    let pages: Vec<u32> = document.get_pages().into_keys().take(PAGES).collect();
    if pages.is_empty() {
        return Err(Unreadable::Broken("it has no page".to_owned()));
    }
    let mut text = String::new();
    for page in pages {
        // A font that cannot be read costs its words, not the letter.
        for piece in document.extract_text_chunks_with_limit(&[page], STREAM).into_iter().flatten() {
            text.push_str(&piece);
        }
        text.push('\n');
        if text.len() > 4 * super::LONGEST {
            break;
        }
    }
    Ok(text)
}

fn unreadable(error: &Error) -> Unreadable {
    match error {
        Error::InvalidPassword | Error::Decryption(_) => Unreadable::Locked,
        other => Unreadable::Broken(other.to_string()),
    }
}
