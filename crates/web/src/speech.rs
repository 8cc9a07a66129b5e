//! In which language somebody is answered, and sentences that exist in all three.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;
use directory::Language;

use crate::doors::caller::{Caller, Through};

/// One sentence in the three languages of the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Kazakh.
    pub kk: String,
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

impl Words {
    /// A sentence from its three versions.
    pub fn new(kk: impl Into<String>, ru: impl Into<String>, en: impl Into<String>) -> Self {
        Self { kk: kk.into(), ru: ru.into(), en: en.into() }
    }

    /// What `say` says in each language.
    #[must_use]
    pub fn from_fn(say: impl Fn(Language) -> String) -> Self {
        Self { kk: say(Language::Kk), ru: say(Language::Ru), en: say(Language::En) }
    }

    /// The sentence in `language`.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Kk => &self.kk,
            Language::Ru => &self.ru,
            Language::En => &self.en,
        }
    }
}

/// The language a request asks for: `?lang=` first; then, for somebody at a browser, what they chose for their account, for a program
/// its `Accept-Language`; then the other of the two; then Kazakh.
#[must_use]
pub fn of_request(request: &HttpRequest, caller: Option<&Caller>) -> Language {
    let accepted = || {
        let header = request.headers().get(ACCEPT_LANGUAGE)?;
        header.to_str().ok().and_then(preferred)
    };
    let chosen = || caller.map(|caller| caller.account.language);
    // Browsers send what their maker thought of; programs send what they mean.
    let by_program = caller.is_some_and(|caller| caller.through == Through::Token);
    let wanted = if by_program { accepted().or_else(chosen) } else { chosen().or_else(accepted) };
    asked(request).or(wanted).unwrap_or(Language::Kk)
}

/// The language that the address itself asks for.
#[must_use]
pub fn asked(request: &HttpRequest) -> Option<Language> {
    request.query_string().split('&').find_map(|pair| pair.strip_prefix("lang="))?.parse().ok()
}

/// The best of our languages in an `Accept-Language` header (RFC 9110, 12.5.4); of equal ones the first.
fn preferred(header: &str) -> Option<Language> {
    let mut best: Option<(u16, Language)> = None;
    for part in header.split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let tag = pieces.next().unwrap_or_default();
        let Ok(language) = tag.split('-').next().unwrap_or_default().to_ascii_lowercase().parse::<Language>() else {
            continue;
        };
        let weight = pieces.find_map(|piece| piece.strip_prefix("q=")).map_or(Some(1000), thousandths);
        if let Some(weight) = weight.filter(|weight| *weight > 0)
            && best.is_none_or(|(most, _)| weight > most)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// A `q` value as thousandths; none when it is malformed.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 3 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = format!("{part:0<3}").parse::<u16>().ok()?;
    match whole {
        "0" => Some(part),
        "1" if part == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_of_our_languages_is_taken() {
        assert_eq!(preferred("ru-RU,ru;q=0.9,en;q=0.8"), Some(Language::Ru));
        assert_eq!(preferred("de, en;q=0.3, kk;q=0.7"), Some(Language::Kk));
        assert_eq!(preferred("en;q=0.5,ru;q=0.5"), Some(Language::En));
        assert_eq!(preferred("kk;q=0"), None);
        assert_eq!(preferred("de,fr"), None);
        assert_eq!(preferred(";;;,q=,kk;q=9"), None);
    }
}
