//! What hits may be narrowed by: each value a link with its count that keeps everything else of the search.

use directory::{Language, MinistryCode};
use inquiry::StageName;
use readmodel::search::{Bucket, Facets, Found, Narrowed, PlaceKind, is_same_faction};
use serde::Serialize;

use super::question::Asked;
use crate::screens::fields::say;
use crate::screens::wording;
use crate::state::AppState;

/// The most values of one facet that are offered.
const MOST: usize = 8;

/// Something that hits are narrowed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Facet {
    Place,
    Ministry,
    Stage,
    Year,
    Chamber,
    Faction,
    Language,
}

impl Facet {
    pub(super) const ALL: [Self; 7] =
        [Self::Place, Self::Ministry, Self::Stage, Self::Year, Self::Chamber, Self::Faction, Self::Language];

    /// Its name in an address.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Ministry => "ministry",
            Self::Stage => "stage",
            Self::Year => "year",
            Self::Chamber => "chamber",
            Self::Faction => "faction",
            Self::Language => "language",
        }
    }

    pub(super) fn words(self, language: Language) -> String {
        match self {
            Self::Place => say(language, "қай жерінде", "где", "where"),
            Self::Ministry => say(language, "министрлік", "министерство", "ministry"),
            Self::Stage => say(language, "күйі", "состояние", "state"),
            Self::Year => say(language, "жылы", "год", "year"),
            Self::Chamber => say(language, "палата", "палата", "chamber"),
            Self::Faction => say(language, "фракция", "фракция", "faction"),
            Self::Language => say(language, "тілі", "язык", "language"),
        }
    }

    /// Do these two narrow to the same? A faction has several spellings.
    fn is_same(self, one: &str, other: &str) -> bool {
        match self {
            Self::Faction => is_same_faction(one, other),
            Self::Place | Self::Ministry | Self::Stage | Self::Year | Self::Chamber | Self::Language => one == other,
        }
    }

    /// What a search is narrowed to by it.
    pub(super) fn of(self, narrowed: &Narrowed) -> Option<String> {
        match self {
            Self::Place => narrowed.place.map(|place| place.code().to_owned()),
            Self::Ministry => narrowed.ministry.as_ref().map(ToString::to_string),
            Self::Stage => narrowed.stage.map(|stage| stage.code().to_owned()),
            Self::Year => narrowed.year.map(|year| year.to_string()),
            Self::Chamber => narrowed.chamber.as_ref().map(ToString::to_string),
            Self::Faction => narrowed.faction.clone(),
            Self::Language => narrowed.language.map(|language| language.code().to_owned()),
        }
    }

    /// Narrowed to another value, or to none.
    pub(super) fn put(self, narrowed: Narrowed, value: Option<&str>) -> Narrowed {
        match self {
            Self::Place => Narrowed { place: value.and_then(PlaceKind::from_code), ..narrowed },
            Self::Ministry => Narrowed { ministry: value.and_then(|code| MinistryCode::new(code).ok()), ..narrowed },
            Self::Stage => Narrowed { stage: value.and_then(StageName::from_code), ..narrowed },
            Self::Year => Narrowed { year: value.and_then(|year| year.parse().ok()), ..narrowed },
            Self::Chamber => Narrowed { chamber: value.and_then(|code| code.parse().ok()), ..narrowed },
            Self::Faction => Narrowed { faction: value.map(str::to_owned), ..narrowed },
            Self::Language => Narrowed { language: value.and_then(|code| code.parse().ok()), ..narrowed },
        }
    }

    fn buckets(self, facets: &Facets) -> &[Bucket] {
        match self {
            Self::Place => &facets.place,
            Self::Ministry => &facets.ministry,
            Self::Stage => &facets.stage,
            Self::Year => &facets.year,
            Self::Chamber => &facets.chamber,
            Self::Faction => &facets.faction,
            Self::Language => &facets.language,
        }
    }
}

/// A value as people call it; one that nobody knows, as it is written.
pub(super) fn value(state: &AppState, facet: Facet, code: &str, language: Language) -> String {
    let known = match facet {
        Facet::Place => PlaceKind::from_code(code).map(|kind| kind_words(kind, language)),
        Facet::Ministry => MinistryCode::new(code).ok().map(|code| wording::ministry(state, &code, language).short),
        Facet::Stage => StageName::from_code(code).map(|stage| stage.words(language).to_owned()),
        Facet::Chamber => chamber(state, code, language),
        Facet::Language => code.parse::<Language>().ok().map(|known| known.words(language).to_owned()),
        Facet::Year | Facet::Faction => None,
    };
    known.unwrap_or_else(|| code.to_owned())
}

fn kind_words(kind: PlaceKind, language: Language) -> String {
    match kind {
        PlaceKind::Heading => say(language, "тақырып, нөмір, есім", "тема, номер, имена", "subject, number, names"),
        PlaceKind::Question => {
            say(language, "сұрақтар мен бұрыштама", "вопросы и резолюция", "questions and resolution")
        }
        PlaceKind::Letter => say(language, "хаттар", "письма", "letters"),
        PlaceKind::Paper => say(language, "жобалар мен ұсыныстар", "проекты и предложения", "drafts and contributions"),
    }
}

fn chamber(state: &AppState, code: &str, language: Language) -> Option<String> {
    let directory = state.directory();
    let known = directory.at(state.today()).chambers().find(|chamber| chamber.code.as_str() == code)?;
    Some(known.name.words(language).to_owned())
}

/// A facet as the page shows it.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    name: &'static str,
    words: String,
    values: Vec<Value>,
}

#[derive(Debug, Serialize)]
struct Value {
    words: String,
    count: u64,
    /// More was found than is counted, and some of it may have this value.
    more: bool,
    href: String,
    chosen: bool,
}

/// The facets that can narrow any further, or narrow already.
pub(super) fn shown(state: &AppState, asked: &Asked, found: &Found, language: Language) -> Vec<Shown> {
    let more = found.total.more || found.partly.more;
    let facet = |facet: Facet| {
        let narrows = facet.of(&asked.narrowed);
        let values: Vec<Value> = facet
            .buckets(&found.facets)
            .iter()
            .take(MOST)
            .map(|bucket| {
                let chosen = narrows.as_deref().is_some_and(|narrows| facet.is_same(narrows, &bucket.value));
                let to = if chosen { None } else { Some(bucket.value.as_str()) };
                Value {
                    words: value(state, facet, &bucket.value, language),
                    count: bucket.count,
                    more,
                    href: asked.narrowed_to(facet, to).address(),
                    chosen,
                }
            })
            .collect();
        let is_useful = narrows.is_some() || values.len() > 1;
        is_useful.then(|| Shown { name: facet.name(), words: facet.words(language), values })
    };
    Facet::ALL.into_iter().filter_map(facet).collect()
}
