//! Where an inquiry stands, as the worklist narrows by it: a stage, or what presses.

use directory::Language;
use inquiry::StageName;
use jiff::civil::Date;
use readmodel::register::{Count, Filter, Totals};

use crate::problem::Problem;
use crate::screens::fields::say;
use crate::speech::Words;

/// What is wanted of where an inquiry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Anything.
    Any,
    /// Somebody still owes work on it.
    Open,
    /// Of these, what is on control: what the load of ministries counts.
    Watched,
    /// A reply is owed and its day gone by.
    Overdue,
    /// A reply is owed within a few days.
    Soon,
    /// Nobody owes anything any more.
    Ended,
    /// At this stage.
    At(StageName),
}

/// What may be chosen besides the stages.
const OURS: [Standing; 6] =
    [Standing::Any, Standing::Open, Standing::Watched, Standing::Overdue, Standing::Soon, Standing::Ended];

/// What the tiles above the list narrow by.
pub(super) const TILES: [Standing; 5] = [
    Standing::Open,
    Standing::Overdue,
    Standing::Soon,
    Standing::At(StageName::ForSignature),
    Standing::At(StageName::Dispatched),
];

impl Standing {
    /// Everything that can be chosen.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        OURS.into_iter().chain(StageName::ALL.into_iter().map(Self::At))
    }

    /// From an address.
    pub(super) fn read(code: &str) -> Result<Self, Problem> {
        Self::all().find(|standing| standing.code() == code).ok_or_else(|| Problem::BadParameter {
            name: "state",
            expected: Words::new(
                "Күйін тізімнен таңдаңыз.",
                "Выберите состояние из списка.",
                "Choose the state from the list.",
            ),
        })
    }

    /// As addresses write it.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Open => "open",
            Self::Watched => "watched",
            Self::Overdue => "overdue",
            Self::Soon => "soon",
            Self::Ended => "ended",
            Self::At(stage) => stage.code(),
        }
    }

    /// In a list to choose from, and on a chip.
    pub(super) fn words(self, language: Language) -> String {
        match self {
            Self::Any => say(language, "барлығы", "все", "all"),
            Self::Open => say(language, "жұмыстағы", "в работе", "open"),
            Self::Watched => {
                say(language, "жұмыстағы, мерзімі бақылауда", "в работе, срок на контроле", "open, on control")
            }
            Self::Overdue => say(language, "мерзімі өткен", "просроченные", "overdue"),
            Self::Soon => say(language, "4 күн ішінде", "осталось до 4 дней", "due within 4 days"),
            Self::Ended => say(language, "аяқталған", "завершённые", "ended"),
            Self::At(stage) => stage.words(language).to_owned(),
        }
    }

    /// How many stand so, where a tile counts them.
    pub(super) const fn total(self, totals: &Totals) -> Option<Count> {
        match self {
            Self::Open => Some(totals.open),
            Self::Overdue => Some(totals.overdue),
            Self::Soon => Some(totals.soon),
            Self::At(StageName::ForSignature) => Some(totals.for_signature),
            Self::At(StageName::Dispatched) => Some(totals.dispatched),
            Self::Any | Self::Watched | Self::Ended | Self::At(_) => None,
        }
    }

    /// Narrows a filter, on this day.
    pub(super) fn narrow(self, mut filter: Filter, today: Date) -> Filter {
        match self {
            Self::Any => {}
            Self::Open => filter.open = Some(true),
            Self::Watched => filter.watched = true,
            Self::Overdue => filter.overdue = Some((true, today)),
            Self::Soon => filter.soon = Some(today),
            Self::Ended => filter.open = Some(false),
            Self::At(stage) => filter.stages = vec![stage],
        }
        filter
    }
}

/// A count as a tile shows it.
pub(crate) fn figure(count: Count) -> String {
    format!("{}{}", count.counted, if count.more { "+" } else { "" })
}

/// A tile: how many inquiries, its words, its colour.
pub(super) fn tile(standing: Standing, totals: &Totals, language: Language) -> Option<(Count, String, &'static str)> {
    let (kk, ru, en, tone) = match standing {
        Standing::Open => ("жұмыста", "в работе", "open", "brand"),
        Standing::Overdue => ("мерзімі өткен", "просрочено", "overdue", "bad"),
        Standing::Soon => ("4 күн ішінде", "осталось до 4 дней", "due within 4 days", "warn"),
        Standing::At(StageName::ForSignature) => ("қол қоюда", "на подписи", "for signature", "vio"),
        Standing::At(StageName::Dispatched) => {
            ("жөнелтілді, жабылмаған", "отправлено, не закрыто", "dispatched, not closed", "ok")
        }
        Standing::Any | Standing::Watched | Standing::Ended | Standing::At(_) => return None,
    };
    Some((standing.total(totals)?, say(language, kk, ru, en), tone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standing_is_read_as_it_is_written_and_nothing_else_is() {
        for standing in Standing::all() {
            assert_eq!(Standing::read(standing.code()).ok(), Some(standing));
        }
        for bad in ["x", "OPEN", " open", "open,ended"] {
            assert!(Standing::read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_tile_has_its_words_and_the_days_are_the_registers() {
        let [open, overdue, soon, for_signature, dispatched] =
            [1, 2, 3, 4, 5].map(|counted| Count { counted, more: false });
        let totals = Totals { open, overdue, soon, for_signature, dispatched };
        let counts: Vec<u64> =
            TILES.into_iter().filter_map(|one| tile(one, &totals, Language::Kk)).map(|one| one.0.counted).collect();
        assert_eq!(counts, [1, 2, 3, 4, 5]);
        for language in Language::ALL {
            assert!(Standing::Soon.words(language).contains(&readmodel::register::SOON.to_string()));
        }
    }
}
