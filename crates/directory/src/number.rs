//! The number of an inquiry as Parliament printed it, and the one spelling under which we look for it.
//!
//! Clerks and mailboxes spell the same number many ways: `№ДС-326`, `№ ДС-326`, `N ДС-326`, `ДС–326` with an en dash,
//! `ДС 326`, `ДC-326` with a Latin C. All of them normalise to `ДС-326`; the printed spelling is kept beside it, because a reply
//! quotes the letter as it was written. The year is never guessed from a number (setting of the office).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::ChamberCode;
use crate::search::look_alike;
use crate::text::is_invisible;

/// The longest number we take, in characters. The longest one seen in practice has sixteen.
pub const LONGEST: usize = 40;

/// Why a text is no inquiry number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNumber {
    /// Nothing is left once the number sign and the spaces are taken away.
    #[error("the number is empty")]
    Empty,
    /// More than [`LONGEST`] characters.
    #[error("the number is longer than {LONGEST} characters")]
    TooLong,
    /// A control character, a line break, or a mark that changes the direction of writing or is not seen at all.
    #[error("the number holds an invisible character (U+{code:04X})")]
    Invisible {
        /// Its code point.
        code: u32,
    },
    /// A character that no number of an inquiry is written with.
    #[error("the number holds {character:?}; Cyrillic letters, digits, a hyphen and a slash are expected")]
    Character {
        /// The first such character.
        character: char,
    },
    /// No digit at all.
    #[error("the number holds no digit")]
    NoDigit,
    /// It begins or ends with a hyphen or a slash, or two of them stand side by side.
    #[error("a hyphen or a slash stands between two parts of a number")]
    Separator,
}

/// An inquiry's number: what was printed, and its normal form for searching and for telling two inquiries apart.
///
/// Both are kept in events as they were taken on the day, so a later rule of normalising cannot change a recorded one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Recorded")]
#[schemars(!try_from, deny_unknown_fields)]
pub struct InquiryNumber {
    /// As the inquiry spells it, such as `№ДС-326`.
    printed: String,
    /// The normal form, such as `ДС-326`.
    normal: String,
}

/// The stored shape, checked for what could hurt a screen or a log but not normalised again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    printed: String,
    normal: String,
}

impl TryFrom<Recorded> for InquiryNumber {
    type Error = InvalidNumber;

    fn try_from(recorded: Recorded) -> Result<Self, InvalidNumber> {
        for text in [&recorded.printed, &recorded.normal] {
            visible(text)?;
        }
        Ok(Self { printed: recorded.printed, normal: recorded.normal })
    }
}

impl InquiryNumber {
    /// Reads a number as people write it.
    ///
    /// # Errors
    /// [`InvalidNumber`] says which character or which lack makes it no number.
    pub fn parse(text: &str) -> Result<Self, InvalidNumber> {
        let printed = text.trim_matches(is_space);
        visible(printed)?;
        Ok(Self { printed: printed.to_owned(), normal: normalise(without_number_sign(printed))? })
    }

    /// Reads a number as people type it who look for one: the D and S of a Latin keyboard are the Д and С that they stand for, too. What is recorded is quoted
    /// in letters, and nobody but a person changes its letters: it is read by [`InquiryNumber::parse`].
    ///
    /// # Errors
    /// As [`InquiryNumber::parse`].
    pub fn sought(text: &str) -> Result<Self, InvalidNumber> {
        let cyrillic = |c| match c {
            'D' | 'd' => 'Д',
            'S' | 's' => 'С',
            other => other,
        };
        Self::parse(text).or_else(|refused| {
            let meant: String = text.chars().map(cyrillic).collect();
            Self::parse(&meant).map_err(|_| refused)
        })
    }

    /// As it was printed, without the spaces around it.
    #[must_use]
    pub fn printed(&self) -> &str {
        &self.printed
    }

    /// As pages write it: see [`shown`].
    #[must_use]
    pub fn shown(&self) -> String {
        shown(&self.printed)
    }

    /// The normal form: two spellings of one number have the same.
    #[must_use]
    pub fn normal(&self) -> &str {
        &self.normal
    }
}

/// Shows the normal form.
impl fmt::Display for InquiryNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.normal)
    }
}

impl FromStr for InquiryNumber {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, InvalidNumber> {
        Self::parse(text)
    }
}

/// What makes two papers one inquiry: who issued it, its number in the normal form, its date. The key of the journal's
/// uniqueness claim, so that registering the same inquiry twice is refused.
#[must_use]
pub fn natural_key(issuer: &ChamberCode, number: &InquiryNumber, dated: Date) -> String {
    format!("inquiry/{issuer}/{}/{dated}", number.normal)
}

/// A number as every page writes it: `№` and one space stand for whatever sign it was printed with; where it was printed without one it has none.
#[must_use]
pub fn shown(printed: &str) -> String {
    let bare = bare(printed);
    if bare.len() == printed.trim_matches(is_space).len() { bare.to_owned() } else { format!("№ {bare}") }
}

/// A number without the sign that it was printed with, for whoever writes their own.
#[must_use]
pub fn bare(printed: &str) -> &str {
    without_number_sign(printed.trim_matches(is_space))
}

fn visible(text: &str) -> Result<(), InvalidNumber> {
    if text.is_empty() {
        return Err(InvalidNumber::Empty);
    }
    if text.chars().count() > LONGEST {
        return Err(InvalidNumber::TooLong);
    }
    match text.chars().find(|c| is_invisible(*c)) {
        Some(found) => Err(InvalidNumber::Invisible { code: found.into() }),
        None => Ok(()),
    }
}

/// The spaces that word processors put between a number sign and a number.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{00A0}' | '\u{2002}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

/// Takes `№`, `N`, `No`, `No.`, `N°` or `#` away. A Latin N begins no number of ours, and looks like no Cyrillic capital.
fn without_number_sign(text: &str) -> &str {
    let rest = match text.strip_prefix(['№', '#']) {
        Some(rest) => rest,
        None => match text.strip_prefix(['N', 'n']) {
            Some(rest) => without_ordinal(rest),
            None => text,
        },
    };
    rest.trim_start_matches(is_space)
}

/// After an `N`: the `o`, `°` or `º` of "numero", when it does not begin the number itself.
fn without_ordinal(rest: &str) -> &str {
    if let Some(after) = rest.strip_prefix(['°', 'º', '.']) {
        return after;
    }
    match rest.strip_prefix(['o', 'O']) {
        Some(after) if after.starts_with(|c| c == '.' || is_space(c)) => after.strip_prefix('.').unwrap_or(after),
        Some(_) | None => rest,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Letter,
    Digit,
    Separator,
}

fn normalise(text: &str) -> Result<String, InvalidNumber> {
    let mut normal = String::with_capacity(text.len() + 2);
    let mut last: Option<Last> = None;
    let mut gap = false;
    for character in text.chars() {
        if is_space(character) {
            gap = true;
            continue;
        }
        if let Some(separator) = separator(character) {
            match last {
                // A dash typed as two hyphens is one dash.
                Some(Last::Separator) if separator == '-' && normal.ends_with('-') => {}
                Some(Last::Letter | Last::Digit) => normal.push(separator),
                Some(Last::Separator) | None => return Err(InvalidNumber::Separator),
            }
            last = Some(Last::Separator);
        } else if character.is_ascii_digit() {
            match last {
                Some(Last::Letter) => normal.push('-'),
                Some(Last::Digit) if gap => normal.push(' '),
                Some(Last::Digit | Last::Separator) | None => {}
            }
            normal.push(character);
            last = Some(Last::Digit);
        } else {
            let letter = letter(character)?;
            match last {
                Some(Last::Digit) => normal.push(' '),
                Some(Last::Letter) if gap => normal.push(' '),
                Some(Last::Letter | Last::Separator) | None => {}
            }
            normal.push(letter);
            last = Some(Last::Letter);
        }
        gap = false;
    }
    match last {
        None => Err(InvalidNumber::Empty),
        Some(Last::Separator) => Err(InvalidNumber::Separator),
        Some(_) if !normal.contains(|c: char| c.is_ascii_digit()) => Err(InvalidNumber::NoDigit),
        Some(_) => Ok(normal),
    }
}

/// Every dash becomes a hyphen; a slash stays.
fn separator(c: char) -> Option<char> {
    match c {
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => Some('-'),
        '/' | '\u{2044}' => Some('/'),
        _ => None,
    }
}

/// A capital Cyrillic letter, also where its Latin look-alike was typed.
fn letter(character: char) -> Result<char, InvalidNumber> {
    let refused = Err(InvalidNumber::Character { character });
    let mut small = character.to_lowercase();
    let (Some(small), None) = (small.next(), small.next()) else { return refused };
    let mut capitals = look_alike(small).to_uppercase();
    let (Some(capital), None) = (capitals.next(), capitals.next()) else { return refused };
    match capital {
        'А'..='Я' | 'Ё' | 'Ә' | 'Ғ' | 'Қ' | 'Ң' | 'Ө' | 'Ұ' | 'Ү' | 'Һ' | 'І' => Ok(capital),
        _ => refused,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn normal(text: &str) -> String {
        InquiryNumber::parse(text).unwrap_or_else(|e| panic!("{text:?}: {e}")).normal().to_owned()
    }

    #[test]
    fn pages_write_every_sign_in_one_way_and_change_nothing_else() {
        for printed in ["№ДС-326", "№ ДС-326", " №\u{a0}ДС-326 ", "N ДС-326", "No. ДС-326", "#ДС-326"]
        {
            assert_eq!((shown(printed).as_str(), bare(printed)), ("№ ДС-326", "ДС-326"), "{printed}");
        }
        assert_eq!((shown("ДС–326").as_str(), bare("ДС–326")), ("ДС–326", "ДС–326"));
    }

    #[test]
    fn every_spelling_of_one_number_has_one_normal_form() {
        for spelling in [
            "№ДС-326",
            "№ ДС-326",
            "N ДС-326",
            "NДС-326",
            "No ДС-326",
            "No. ДС-326",
            "N° ДС-326",
            "ДС–326",
            "ДС—326",
            "ДС 326",
            "ДС\u{A0}326",
            "ДС326",
            "ДС - 326",
            "ДС--326",
            "ДC-326",
            "ДC–326",
            "дс-326",
            "  №  дc\u{2011}326 ",
        ] {
            assert_eq!(normal(spelling), "ДС-326", "{spelling:?}");
        }
    }

    #[test]
    fn whoever_looks_for_a_number_may_type_it_on_a_latin_keyboard() {
        for typed in ["DS-326", "DC-326", "№ ds 326", "ДС-326"] {
            let number = InquiryNumber::sought(typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
            assert_eq!(number.normal(), "ДС-326", "{typed}");
        }
        assert_eq!(InquiryNumber::sought("DF-326"), Err(InvalidNumber::Character { character: 'D' }));
    }

    #[test]
    fn the_printed_spelling_is_kept_beside_the_normal_form() {
        let number = InquiryNumber::parse(" №ДC–326 ").unwrap();
        assert_eq!(number.printed(), "№ДC–326");
        assert_eq!(number.to_string(), "ДС-326");
    }

    #[test]
    fn numbers_of_other_shapes_are_taken_too() {
        assert_eq!(normal("№ 16-13-210 д/с"), "16-13-210 Д/С");
        assert_eq!(normal("12-11/3841 ДС"), "12-11/3841 ДС");
        assert_eq!(normal("ҚР-7"), "ҚР-7");
    }

    #[test]
    fn hostile_input_is_refused_with_its_reason() {
        let refused = |text: &str| InquiryNumber::parse(text).unwrap_err();
        assert_eq!(refused(""), InvalidNumber::Empty);
        assert_eq!(refused("  "), InvalidNumber::Empty);
        assert_eq!(refused("№ "), InvalidNumber::Empty);
        assert_eq!(refused(&"9".repeat(41)), InvalidNumber::TooLong);
        assert_eq!(refused("ДС-326\r\nBcc: x"), InvalidNumber::Invisible { code: 0x0D });
        assert_eq!(refused("ДС\u{202E}-326"), InvalidNumber::Invisible { code: 0x202E });
        assert_eq!(refused("ДС\u{200B}-326"), InvalidNumber::Invisible { code: 0x200B });
        assert_eq!(refused("ДС-326<script>"), InvalidNumber::Character { character: '<' });
        assert_eq!(refused("DS-326"), InvalidNumber::Character { character: 'D' });
        assert_eq!(refused("ДС-٣٢٦"), InvalidNumber::Character { character: '٣' });
        assert_eq!(refused("ДС"), InvalidNumber::NoDigit);
        assert_eq!(refused("-326"), InvalidNumber::Separator);
        assert_eq!(refused("ДС-326/"), InvalidNumber::Separator);
        assert_eq!(refused("ДС-/326"), InvalidNumber::Separator);
    }

    #[test]
    fn a_recorded_number_reads_back_as_it_was_recorded() {
        let number = InquiryNumber::parse("№ДС-326").unwrap();
        let json = serde_json::to_string(&number).unwrap();
        assert_eq!(json, r#"{"printed":"№ДС-326","normal":"ДС-326"}"#);
        assert_eq!(serde_json::from_str::<InquiryNumber>(&json).unwrap(), number);
        assert!(serde_json::from_str::<InquiryNumber>(r#"{"printed":"a\nb","normal":"ДС-1"}"#).is_err());
    }

    #[test]
    fn the_natural_key_holds_issuer_number_and_date() {
        let mazhilis = ChamberCode::new("mazhilis").unwrap();
        let key = |text| natural_key(&mazhilis, &InquiryNumber::parse(text).unwrap(), date(2023, 9, 20));
        assert_eq!(key("№ДС-326"), "inquiry/mazhilis/ДС-326/2023-09-20");
        assert_eq!(key("№ДС-326"), key("дc 326"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = InquiryNumber::parse(&text);
        }

        #[test]
        fn a_normal_form_is_its_own_normal_form(text in "[ДСMсc0-9/ –-]{1,20}") {
            if let Ok(number) = InquiryNumber::parse(&text) {
                let again = InquiryNumber::parse(number.normal()).unwrap();
                prop_assert_eq!(again.normal(), number.normal());
            }
        }
    }
}
