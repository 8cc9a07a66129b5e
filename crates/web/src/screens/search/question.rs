//! What is searched for: read from an address, said as chips, and written into addresses again. An address is all there is to a search.

use actix_web::web;
use directory::{ChamberCode, Language, MinistryCode};
use inquiry::StageName;
use readmodel::search::{self, After, Narrowed, PlaceKind};
use serde::{Deserialize, Serialize};

use super::PATH;
use super::facets::{self, Facet};
use crate::address::escaped;
use crate::problem::Problem;
use crate::screens::fields::say;
use crate::speech::Words;
use crate::state::AppState;

/// The most characters of a search that are looked at.
pub(super) const LONGEST: usize = 300;
/// Hits of one page.
const LIMIT: u16 = 20;

/// An address as it was asked for. Empty fields narrow nothing.
#[derive(Debug, Default, Clone, Deserialize)]
pub(crate) struct Question {
    /// Words, a number, names, "a phrase", -without.
    #[serde(default)]
    pub(crate) q: String,
    #[serde(default)]
    pub(crate) chamber: String,
    #[serde(default)]
    pub(crate) year: String,
    #[serde(default)]
    pub(crate) stage: String,
    #[serde(default)]
    pub(crate) ministry: String,
    #[serde(default)]
    pub(crate) faction: String,
    #[serde(default)]
    pub(crate) language: String,
    /// Where the words stand.
    #[serde(default)]
    pub(crate) place: String,
    /// `yes`: exactly the words that were typed.
    #[serde(default)]
    pub(crate) exactly: String,
    /// `yes`: all hits, also where a number leads straight to one.
    #[serde(default)]
    pub(crate) all: String,
    /// Only inquiries in which something was written behind this position of the journal: what is new of a kept search.
    #[serde(default)]
    pub(crate) since: String,
    /// Where the page begins, as the page before wrote it.
    #[serde(default)]
    pub(crate) after: String,
}

/// Something that narrows, with the address that leads out of it.
#[derive(Debug, Serialize)]
pub(super) struct Chip {
    pub words: String,
    pub href: String,
}

/// A search that was understood.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub words: String,
    pub narrowed: Narrowed,
    pub exactly: bool,
    pub after: Option<After>,
}

fn bad(name: &'static str) -> Problem {
    Problem::BadParameter {
        name,
        expected: Words::new(
            "Беттегі сілтемелердің бірін таңдаңыз.",
            "Выберите одну из ссылок на странице.",
            "Choose one of the links of the page.",
        ),
    }
}

fn read<T, E>(name: &'static str, text: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, Problem> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some).map_err(|_| bad(name)) }
}

impl Question {
    /// From the query of an address.
    ///
    /// # Errors
    /// [`Problem::BadQuery`] for what is none.
    pub(crate) fn of_query(query: &str) -> Result<Self, Problem> {
        let read = web::Query::<Self>::from_query(query);
        read.map(web::Query::into_inner).map_err(|error| Problem::BadQuery { hint: error.to_string() })
    }

    /// Understands it.
    ///
    /// # Errors
    /// [`Problem::BadParameter`] for what cannot narrow anything.
    pub(crate) fn read(&self) -> Result<Asked, Problem> {
        Ok(Asked {
            words: self.q.trim().chars().filter(|sign| *sign != '\0').take(LONGEST).collect(),
            narrowed: Narrowed {
                chamber: read("chamber", &self.chamber, str::parse::<ChamberCode>)?,
                year: read("year", &self.year, str::parse::<i16>)?,
                stage: read("stage", &self.stage, |code| StageName::from_code(code).ok_or(()))?,
                ministry: read("ministry", &self.ministry, |code| MinistryCode::new(code))?,
                faction: Some(self.faction.chars().take(60).collect()).filter(|name: &String| !name.is_empty()),
                language: read("language", &self.language, str::parse::<Language>)?,
                place: read("place", &self.place, |code| PlaceKind::from_code(code).ok_or(()))?,
                written_after: read("since", &self.since, str::parse::<i64>)?,
            },
            exactly: self.exactly == "yes",
            after: read("after", &self.after, str::parse::<After>)?,
        })
    }
}

impl Asked {
    /// As the index is asked.
    pub(crate) fn of_index(&self) -> search::Asked {
        search::Asked {
            narrowed: self.narrowed.clone(),
            literally: self.exactly,
            after: self.after,
            limit: LIMIT,
            ..search::Asked::text(self.words.as_str())
        }
    }

    /// Is there anything that is searched for or narrowed by?
    pub(super) fn is_anything(&self) -> bool {
        !self.words.is_empty() || self.is_narrowed()
    }

    pub(super) fn is_narrowed(&self) -> bool {
        self.narrowed != Narrowed::default()
    }

    /// The search as the query of an address, from its beginning.
    pub(crate) fn query(&self) -> String {
        let mut pairs = vec![("q", self.words.clone())];
        pairs.extend(Facet::ALL.map(|facet| (facet.name(), facet.of(&self.narrowed).unwrap_or_default())));
        pairs.push(("exactly", if self.exactly { "yes".to_owned() } else { String::new() }));
        pairs.push(("since", self.narrowed.written_after.map(|at| at.to_string()).unwrap_or_default()));
        let said = pairs.iter().filter(|(_, value)| !value.is_empty());
        said.map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
    }

    /// The same search as an address, from its beginning.
    pub(crate) fn address(&self) -> String {
        with(PATH, &self.query())
    }

    /// The same search as an address that leads to its hits, also where a number is somebody's.
    pub(crate) fn all(&self) -> String {
        format!("{}&all=yes", self.address())
    }

    /// The address of its next page.
    pub(super) fn page(&self, after: &After) -> String {
        format!("{}&after={after}", self.all())
    }

    /// The same narrowed otherwise, from its beginning.
    pub(super) fn narrowed_to(&self, facet: Facet, value: Option<&str>) -> Self {
        Self { narrowed: facet.put(self.narrowed.clone(), value), after: None, ..self.clone() }
    }

    /// What narrows, each with the way out.
    pub(super) fn chips(&self, state: &AppState, language: Language) -> Vec<Chip> {
        let narrowing = Facet::ALL.into_iter().filter_map(|facet| Some((facet, facet.of(&self.narrowed)?)));
        let chip = |(facet, value): (Facet, String)| Chip {
            words: format!("{}: {}", facet.words(language), facets::value(state, facet, &value, language)),
            href: self.narrowed_to(facet, None).address(),
        };
        let mut chips: Vec<Chip> = narrowing.map(chip).collect();
        if self.narrowed.written_after.is_some() {
            chips.push(Chip {
                words: say(language, "тек жаңасы", "только новое", "only what is new"),
                href: self.since(None).address(),
            });
        }
        chips
    }

    /// The same of what was written behind that position, or of everything.
    pub(crate) fn since(&self, at: Option<i64>) -> Self {
        Self { narrowed: Narrowed { written_after: at, ..self.narrowed.clone() }, after: None, ..self.clone() }
    }

    /// The words as they were typed, and nothing else in their place.
    pub(super) fn exactly(&self) -> Self {
        Self { exactly: true, after: None, ..self.clone() }
    }

    /// What narrows, as hidden fields beside the words.
    pub(super) fn beside_the_words(&self) -> Vec<(&'static str, String)> {
        let narrowing = Facet::ALL.into_iter().filter_map(|facet| Some((facet.name(), facet.of(&self.narrowed)?)));
        narrowing.collect()
    }

    /// The words alone, with nothing that narrows.
    pub(super) fn plain(&self) -> Self {
        Self { words: self.words.clone(), exactly: self.exactly, ..Self::default() }
    }
}

/// With a question mark at least, so that more can follow.
fn with(path: &str, query: &str) -> String {
    format!("{path}?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_carries_the_whole_search_and_is_read_as_it_was_written() {
        let query = "q=ауыз+су%26x&chamber=senate&year=2023&stage=closed&ministry=mlsp&faction=Ақ жол&language=kk&place=letter&exactly=yes&since=7";
        let asked = Question::of_query(query).unwrap().read().unwrap();
        assert_eq!(asked.words, "ауыз су&x");
        assert!(asked.exactly && asked.is_narrowed());
        let again = Question::of_query(&asked.query()).unwrap().read().unwrap();
        assert_eq!(again.query(), asked.query());
        assert_eq!(again.narrowed, asked.narrowed);
        assert_eq!(asked.plain().query(), "q=%D0%B0%D1%83%D1%8B%D0%B7%20%D1%81%D1%83%26x&exactly=yes");
    }

    #[test]
    fn what_cannot_narrow_is_refused_and_nothing_is_too_long() {
        for query in ["year=x", "stage=sleeping", "place=moon", "after=1", "language=de", "ministry=A B"] {
            assert!(Question::of_query(query).unwrap().read().is_err(), "{query}");
        }
        let long = Question::of_query(&format!("q={}", "x".repeat(10_000))).unwrap().read().unwrap();
        assert_eq!(long.words.len(), LONGEST);
    }
}
