//! The three languages of the office: Kazakh (the state language), Russian, and English for reading only.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language of a letter, a screen or a name. Stored as its ISO 639-1 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Kazakh, the state language; the default wherever nothing else is asked for.
    Kk,
    /// Russian.
    Ru,
    /// English, for reading only: no letter is signed in it.
    En,
}

impl Language {
    /// All three, in the order in which a screen offers them.
    pub const ALL: [Self; 3] = [Self::Kk, Self::Ru, Self::En];

    /// The ISO 639-1 code, which is also the value of an HTML `lang` attribute (BCP 47).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kk => "kk",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language's name in `language`.
    #[must_use]
    pub const fn words(self, language: Self) -> &'static str {
        match (self, language) {
            (Self::Kk, Self::Kk) => "қазақ тілі",
            (Self::Kk, Self::Ru) => "казахский язык",
            (Self::Kk, Self::En) => "Kazakh",
            (Self::Ru, Self::Kk) => "орыс тілі",
            (Self::Ru, Self::Ru) => "русский язык",
            (Self::Ru, Self::En) => "Russian",
            (Self::En, Self::Kk) => "ағылшын тілі",
            (Self::En, Self::Ru) => "английский язык",
            (Self::En, Self::En) => "English",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text is none of `kk`, `ru`, `en`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a language is kk, ru or en")]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|language| language.code() == text).ok_or(UnknownLanguage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_read_as_it_is_written() {
        for language in Language::ALL {
            assert_eq!(language.to_string().parse(), Ok(language));
            assert_eq!(serde_json::to_string(&language).unwrap(), format!("\"{language}\""));
        }
        assert_eq!("KK".parse::<Language>(), Err(UnknownLanguage));
    }
}
