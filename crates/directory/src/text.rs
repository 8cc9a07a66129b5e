//! A text in Kazakh and Russian, and in English where somebody wrote one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::language::Language;

/// One text in the languages of the office. Kazakh and Russian are always there, English only where it was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Multilingual {
    /// Kazakh, the state language.
    pub kk: String,
    /// Russian.
    pub ru: String,
    /// English, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Multilingual {
    /// Puts a text together from its languages.
    pub fn new(kk: impl Into<String>, ru: impl Into<String>, en: Option<String>) -> Self {
        Self { kk: kk.into(), ru: ru.into(), en }
    }

    /// The text in `language`; where no English was written, the state language speaks for it.
    #[must_use]
    pub fn words(&self, language: Language) -> &str {
        match language {
            Language::Kk => &self.kk,
            Language::Ru => &self.ru,
            Language::En => self.en.as_deref().unwrap_or(&self.kk),
        }
    }

    /// The lines of a text that is printed on several: the records write ` / ` between them.
    #[must_use]
    pub fn lines(&self, language: Language) -> Vec<&str> {
        self.words(language).split(" / ").collect()
    }

    /// Every spelling, for searching.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        [self.kk.as_str(), self.ru.as_str()].into_iter().chain(self.en.as_deref())
    }
}

/// Control characters, and the format characters of Unicode that hide text or turn its direction.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_english_is_shown_in_the_state_language() {
        let text = Multilingual::new("Қаржы министрлігі", "Министерство финансов", None);
        assert_eq!(text.words(Language::En), "Қаржы министрлігі");
    }

    #[test]
    fn a_post_is_printed_on_its_lines() {
        let post = Multilingual::new("Қазақстан Республикасының / Премьер-Министрі", "Премьер-Министр", None);
        assert_eq!(post.lines(Language::Kk), ["Қазақстан Республикасының", "Премьер-Министрі"]);
        assert_eq!(post.lines(Language::Ru), ["Премьер-Министр"]);
    }
}
