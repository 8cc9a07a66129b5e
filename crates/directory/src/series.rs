//! Number series: how our own numbers are written, when a count begins anew, and where it begins.
//!
//! A series is dated data (`data/number-series.csv`, settings of the office). This crate only writes numbers; that each value is taken
//! once and without a gap is the journal's work, which keeps the last value under [`NumberSeries::name_for`].

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::period::Period;
use crate::search::look_alike;

/// What a series counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Papers that the Office receives.
    Incoming,
    /// Replies that the Office sends.
    Outgoing,
}

impl Purpose {
    /// The stored name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
        }
    }
}

/// When a series begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// With every calendar year of the day a number is given.
    Year,
    /// With every convocation of Parliament.
    Convocation,
}

/// How a value is written: a text with one `{n}` for the value, such as `12-11/{n} ДС`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NumberFormat {
    before: String,
    after: String,
}

/// A part of a number as an eye takes it.
fn as_seen(part: &str) -> String {
    let shown = |sign: &char| {
        !sign.is_whitespace() && !matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    };
    let plain = part.chars().filter(shown).flat_map(char::to_lowercase);
    plain.map(alike).collect()
}

/// The Cyrillic letter that a Latin one looks like, as a capital or not, or that it stands for where a number is looked for (D and S, see
/// [`InquiryNumber::sought`](crate::number::InquiryNumber::sought)); one dash for all of them.
const fn alike(sign: char) -> char {
    match sign {
        's' => 'с',
        'd' => 'д',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => look_alike(other),
    }
}

/// Is there a text that is `{before}N{after}` of the one and, with another value, of the other, whose beginning is longer? `ДС-1-5` is so of `ДС-{n}-5` and
/// of `ДС-1-{n}`.
fn begins_like((before, after): &(String, String), (longer, end): &(String, String)) -> bool {
    let Some(rest) = longer.strip_prefix(before.as_str()) else { return false };
    let behind = rest.trim_start_matches(|sign: char| sign.is_ascii_digit());
    if behind.len() == rest.len() || behind.is_empty() {
        return false;
    }
    let Some(value) = after.strip_prefix(behind).and_then(|left| left.strip_suffix(end.as_str())) else { return false };
    !value.is_empty() && value.chars().all(|sign| sign.is_ascii_digit())
}

/// The text is no format of a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a number format is at most 40 characters with exactly one {{n}} and no other braces, such as 12-11/{{n}} ДС")]
pub struct InvalidFormat;

impl NumberFormat {
    /// What stands before the value.
    #[must_use]
    pub fn before(&self) -> &str {
        &self.before
    }

    /// What stands behind it.
    #[must_use]
    pub fn after(&self) -> &str {
        &self.after
    }

    /// Does a Latin word that is read as a Cyrillic one stand in it beside Cyrillic letters, such as `DS` in `DS-кір-{n}`? Who types the number as they see
    /// it types another one. The I, V and X of a Roman number are meant as what they are.
    #[must_use]
    pub fn mixes_letters(&self) -> bool {
        let text = self.to_string().replace("{n}", " ");
        let is_cyrillic = |sign: char| matches!(sign, '\u{400}'..='\u{52f}');
        let reads_cyrillic =
            |sign: char| is_cyrillic(sign) || alike(sign.to_ascii_lowercase()) != sign.to_ascii_lowercase();
        let is_mixed = |word: &str| {
            let is_latin = word.chars().any(|sign| sign.is_ascii_alphabetic());
            let is_roman = word.chars().all(|sign| matches!(sign, 'I' | 'V' | 'X'));
            is_latin && !is_roman && (word.chars().any(is_cyrillic) || word.chars().all(reads_cyrillic))
        };
        text.chars().any(is_cyrillic) && text.split(|sign: char| !sign.is_alphabetic()).any(is_mixed)
    }

    /// Could a number written like this be taken for one that is written like the other: since it is the same text for some two values, or looks the same
    /// (by case, by spaces, by a Latin letter in the place of a Cyrillic one)?
    #[must_use]
    pub fn may_be_taken_for(&self, other: &Self) -> bool {
        let seen = |format: &Self| (as_seen(&format.before), as_seen(&format.after));
        let (this, other) = (seen(self), seen(other));
        this == other || begins_like(&this, &other) || begins_like(&other, &this)
    }
}

impl FromStr for NumberFormat {
    type Err = InvalidFormat;

    fn from_str(text: &str) -> Result<Self, InvalidFormat> {
        let (before, after) = text.split_once("{n}").ok_or(InvalidFormat)?;
        let fits = text.chars().count() <= 40 && text.trim() == text;
        let clean = |part: &str| !part.chars().any(|c| c.is_control() || matches!(c, '{' | '}'));
        if fits && clean(before) && clean(after) {
            Ok(Self { before: before.to_owned(), after: after.to_owned() })
        } else {
            Err(InvalidFormat)
        }
    }
}

impl TryFrom<String> for NumberFormat {
    type Error = InvalidFormat;

    fn try_from(text: String) -> Result<Self, InvalidFormat> {
        text.parse()
    }
}

impl From<NumberFormat> for String {
    fn from(format: NumberFormat) -> Self {
        format.to_string()
    }
}

impl fmt::Display for NumberFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{{n}}{}", self.before, self.after)
    }
}

/// A series of numbers, in force for a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NumberSeries {
    /// What it counts.
    pub purpose: Purpose,
    /// How a value is written.
    pub format: NumberFormat,
    /// When it begins anew.
    pub scope: Scope,
    /// The value it begins with.
    pub first: i64,
    /// When this setting is in force.
    pub period: Period,
}

/// The series cannot name itself for that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the series counts by convocation, and no convocation is known for {date}")]
pub struct NoConvocation {
    /// The day a number was to be given.
    pub date: Date,
}

impl NumberSeries {
    /// The value as it is printed, such as `12-11/3841 ДС`.
    #[must_use]
    pub fn format(&self, value: i64) -> String {
        format!("{}{value}{}", self.format.before, self.format.after)
    }

    /// The name under which the journal counts, such as `outgoing-2023` or `outgoing-c8`. The year is that of `date`, the day the
    /// number is given, never one guessed from a number.
    ///
    /// # Errors
    /// [`NoConvocation`] when the series counts by convocation and none is handed in.
    pub fn name_for(&self, date: Date, convocation: Option<u8>) -> Result<String, NoConvocation> {
        let purpose = self.purpose.code();
        match (self.scope, convocation) {
            (Scope::Year, _) => Ok(format!("{purpose}-{}", date.year())),
            (Scope::Convocation, Some(convocation)) => Ok(format!("{purpose}-c{convocation}")),
            (Scope::Convocation, None) => Err(NoConvocation { date }),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn series(scope: Scope) -> NumberSeries {
        NumberSeries {
            purpose: Purpose::Outgoing,
            format: "12-11/{n} ДС".parse().unwrap(),
            scope,
            first: 3841,
            period: Period { from: None, until: None },
        }
    }

    #[test]
    fn a_value_is_written_by_the_series_format() {
        assert_eq!(series(Scope::Year).format(3841), "12-11/3841 ДС");
    }

    #[test]
    fn a_yearly_series_is_named_by_the_day_the_number_is_given() {
        let series = series(Scope::Year);
        assert_eq!(series.name_for(date(2023, 10, 18), Some(8)).unwrap(), "outgoing-2023");
        assert_eq!(series.name_for(date(2024, 1, 3), Some(8)).unwrap(), "outgoing-2024");
    }

    #[test]
    fn a_series_by_convocation_needs_to_know_the_convocation() {
        let series = series(Scope::Convocation);
        assert_eq!(series.name_for(date(2023, 10, 18), Some(8)).unwrap(), "outgoing-c8");
        assert!(series.name_for(date(2023, 10, 18), None).is_err());
    }

    #[test]
    fn formats_whose_numbers_read_alike_are_told() {
        let taken = |one: &str, other: &str| {
            let (one, other): (NumberFormat, NumberFormat) = (one.parse().unwrap(), other.parse().unwrap());
            assert_eq!(one.may_be_taken_for(&other), other.may_be_taken_for(&one));
            one.may_be_taken_for(&other)
        };
        for (one, other) in [
            ("17-{n}", "17-{n}"),
            ("ДС-{n}", "дс-{n}"),
            ("КС-{n}", "KC-{n}"),
            ("DS-{n}", "ДС-{n}"),
            ("17 {n}", "17\u{a0}{n}"),
            ("17-{n}", "17\u{2013}{n}"),
            ("17-{n}", "17-\u{200b}{n}"),
            ("ДС-1-{n}", "ДС-{n}-5"),
            ("1/{n} ДС", "{n}/2 ДС"),
        ] {
            assert!(taken(one, other), "{one} {other}");
        }
        for (one, other) in
            [("ДС-кір-{n}", "12-11/{n} ДС"), ("17-{n}", "18-{n}"), ("1-{n}-2", "1-{n}-3"), ("{n}/а", "1/{n}")]
        {
            assert!(!taken(one, other), "{one} {other}");
        }
    }

    #[test]
    fn latin_letters_that_read_as_cyrillic_ones_are_told_where_both_stand() {
        let mixes = |text: &str| text.parse::<NumberFormat>().unwrap().mixes_letters();
        for bad in ["DS-кір-{n}", "12-11/{n} DC ішкі", "ДC-{n}", "{n}/a ДС", "KC-{n} ДС"] {
            assert!(mixes(bad), "{bad} was taken");
        }
        for sound in ["ДС-кір-{n}", "12-11/{n} ДС", "DS-{n}", "17-{n}", "VIII-{n} ДС", "reg-{n} ДС", "№ {n}-ш"]
        {
            assert!(!mixes(sound), "{sound} was refused");
        }
    }

    #[test]
    fn a_format_has_exactly_one_place_for_the_value() {
        for bad in ["", "12-11/ДС", "{n}/{n}", "{n}{yy}", " {n}", "a\n{n}", "{n}}", &format!("{{n}}{}", "x".repeat(40))]
        {
            assert_eq!(bad.parse::<NumberFormat>(), Err(InvalidFormat), "{bad:?} was taken");
        }
        assert_eq!("ДС-кір-{n}".parse::<NumberFormat>().unwrap().to_string(), "ДС-кір-{n}");
    }
}
