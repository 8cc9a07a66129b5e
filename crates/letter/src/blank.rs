//! A ministry's own blank: a Word file with `{{fields}}` typed in it, held against the rules before it may be used, and filled.
//!
//! The signs are those of Handlebars, but a blank is written by people who do not write programs, and comes from outside. So nothing of
//! it is given to a template engine: a part is cut into what stands there and a handful of tags (`tags`), the tags are bound to the fields
//! of a letter (`fields`), and a letter's words go into the XML through the one escape of the built-in form and in no other way (`fill`).
//!
//! | tag | |
//! |---|---|
//! | `{{salutation}}` | a field; one with several lines is printed line by line. [`fields()`] names them all |
//! | `{{#if executor}} … {{else}} … {{/if}}`, `{{#unless executor}} … {{/unless}}` | where there is an executor, where there is none |
//! | `{{#if (eq language "kk")}}` | where a field says this |
//! | `{{#each addressee}} … {{this}} … {{/each}}` | once for every line |
//! | `{{body}}`, `{{annexes}}` | what the letter says and what is added; alone in their paragraph |
//!
//! A tag that stands alone in its paragraph takes the paragraph with it, so that whole paragraphs can be repeated or left out.

mod fault;
mod fields;
mod fill;
mod parts;
mod sample;
mod tags;

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

pub use self::fault::{BlankFault, FillError, What};
pub use self::fields::fields;
use self::parts::Part;
use crate::model::Letter;

/// Which blank: SHA-256 of the file as it was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlankHash([u8; 32]);

impl fmt::Display for BlankHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for BlankHash {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash)?;
        Ok(Self(hash))
    }
}

/// A blank that was read and found sound.
#[derive(Debug)]
pub struct Blank {
    hash: BlankHash,
    parts: Vec<Part>,
}

impl Blank {
    /// Reads a file and holds it against the rules: it is filled with a letter in which everything occurs before anybody may use it.
    ///
    /// # Errors
    /// Every [`BlankFault`], each with its place.
    pub fn read(file: &[u8]) -> Result<Self, Vec<BlankFault>> {
        let blank = Self { hash: BlankHash(Sha256::digest(file).into()), parts: parts::read(file)? };
        let filled = blank.preview().and_then(|_| blank.fill(&sample::bare()));
        filled.map_err(|error| vec![BlankFault::of_file(What::Unfillable(error.to_string()))])?;
        Ok(blank)
    }

    /// Which blank it is.
    #[must_use]
    pub const fn hash(&self) -> BlankHash {
        self.hash
    }

    /// The letter on this blank, as a Word file that names the blank in its properties. The same letter on the same blank gives the
    /// same bytes, whenever it is made.
    ///
    /// # Errors
    /// [`FillError`]: the letter is refused, or it has annexes or a second language and the blank no place for them.
    pub fn fill(&self, letter: &Letter) -> Result<Vec<u8>, FillError> {
        fill::fill(&self.parts, self.hash, letter)
    }

    /// The blank filled with a made-up letter, for people to look at.
    ///
    /// # Errors
    /// As [`Blank::fill`]; a blank that was read has been filled so before.
    pub fn preview(&self) -> Result<Vec<u8>, FillError> {
        let letter = sample::letter();
        match self.fill(&letter) {
            // A blank for letters that never have annexes.
            Err(FillError::NoPlaceForAnnexes) => self.fill(&Letter { annexes: Vec::new(), ..letter }),
            filled => filled,
        }
    }
}

/// The blanks of an office in the order of their days: a letter is made with the one that is in force on its date, and made again with
/// the one whose hash it names.
#[derive(Debug, Default)]
pub struct Blanks(Vec<(Date, Blank)>);

impl Blanks {
    /// Adds a blank that is in force from a day on; of two with one day, the one added later is.
    pub fn add(&mut self, since: Date, blank: Blank) {
        let place = self.0.partition_point(|(day, _)| *day <= since);
        self.0.insert(place, (since, blank));
    }

    /// The blank in force on a day.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<&Blank> {
        let place = self.0.partition_point(|(since, _)| *since <= day);
        place.checked_sub(1).map(|place| &self.0[place].1)
    }

    /// The blank that a letter names, in force or not.
    #[must_use]
    pub fn named(&self, hash: BlankHash) -> Option<&Blank> {
        self.0.iter().map(|(_, blank)| blank).find(|blank| blank.hash == hash)
    }
}
