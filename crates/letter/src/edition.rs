//! The forms that letters are made with on a day: wording, layout and typeface. Kept as one file beside a signed letter's facts, they
//! give its bytes again years later, whatever has become of the forms since ([`Engine::of_edition`]). A letter names its edition in
//! its properties.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::LetterError;
use crate::templates::Files;
use crate::typeset::{FONTS, TYPESETTER};
use crate::{Engine, canonical};

/// The largest file that is read as an edition, in bytes; the forms of today are some hundred thousand.
pub const LIMIT: usize = 8 * 1024 * 1024;

/// One edition of the forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// The program that sets the page, with its version.
    typesetter: String,
    /// SHA-256 of each font, in the order in which they are asked.
    fonts: Vec<String>,
    /// The templates by their paths below `templates/letters`.
    files: BTreeMap<String, String>,
}

/// Which edition: SHA-256 of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EditionHash(pub [u8; 32]);

impl fmt::Display for EditionHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for EditionHash {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash)?;
        Ok(Self(hash))
    }
}

/// A file that is no edition.
#[derive(Debug, thiserror::Error)]
pub enum NoEdition {
    /// It is larger than any.
    #[error("the file is too large to be an edition of the forms: at most {LIMIT} bytes")]
    TooLarge,
    /// It does not read as one.
    #[error("the file is no edition of the forms")]
    Unreadable(#[source] serde_json::Error),
}

impl Edition {
    /// The edition of these templates, set with the fonts and the typesetter of this program.
    pub(crate) fn of(files: &Files) -> Self {
        Self {
            typesetter: TYPESETTER.to_owned(),
            fonts: FONTS.iter().map(|font| hex::encode(Sha256::digest(font))).collect(),
            files: files.all().map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
        }
    }

    /// Reads what [`Edition::to_bytes`] has written.
    ///
    /// # Errors
    /// [`NoEdition`].
    pub fn read(file: &[u8]) -> Result<Self, NoEdition> {
        if file.len() > LIMIT {
            return Err(NoEdition::TooLarge);
        }
        serde_json::from_slice(file).map_err(NoEdition::Unreadable)
    }

    /// The file: JSON in one way of writing, so that equal editions are equal bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Texts under names always have a JSON form.
        canonical::to_string(&serde_json::to_value(self).unwrap_or_default()).into_bytes()
    }

    /// Which it is.
    #[must_use]
    pub fn hash(&self) -> EditionHash {
        EditionHash(Sha256::digest(self.to_bytes()).into())
    }

    /// What set its letters otherwise than this program would: the bytes may differ then, though the words are the same. None when
    /// everything is the same.
    #[must_use]
    pub fn set_otherwise(&self) -> Option<String> {
        let here = Self::of(&Files::built_in());
        if self.typesetter != here.typesetter {
            return Some(format!(
                "it was set with {}, and this program sets with {}",
                self.typesetter, here.typesetter
            ));
        }
        (self.fonts != here.fonts).then(|| "it was set with other fonts than this program has".to_owned())
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, Cow<'static, str>)> {
        self.files.iter().map(|(name, text)| (name.as_str(), Cow::Owned(text.clone())))
    }
}

impl Engine {
    /// The edition of the forms that this engine makes letters with.
    #[must_use]
    pub fn edition(&self) -> Edition {
        Edition::of(&self.templates.files)
    }

    /// As [`Engine::new`], with the forms of an edition. Forms that came after it are those of this program: no letter of the edition
    /// was made with them.
    ///
    /// # Errors
    /// [`LetterError::Template`] if the edition has a template that this program does not know, or one that is faulty.
    pub fn of_edition(edition: &Edition) -> Result<Self, LetterError> {
        Self::of(Files::of_edition(edition)?)
    }
}
