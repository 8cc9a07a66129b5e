//! What ministries have to do as a table: a row each, every figure with the list behind it. Beside a resolution it is smaller, and says what
//! falls into the week of the day that is being set.

mod figure;

use std::cmp::Reverse;

use directory::{Actor, Language, MinistryCode};
use jiff::civil::Date;
use readmodel::register::{Load, Loads};
use serde::Serialize;

use crate::moment::Moment;
use crate::problem::Problem;
use crate::screens::fields::say;
use crate::screens::names::Names;
use crate::speech::Words;
use crate::state::AppState;

pub(super) use figure::FIGURES;
use figure::{Figure, Whose};

/// What everybody has to do, as somebody looks at it.
pub(in crate::screens) struct Burdens<'a> {
    names: Names,
    loads: &'a Loads,
    today: Date,
    language: Language,
    /// Whoever also works for a ministry sees its own inquiries first, unless all are asked for.
    of_all: bool,
    /// How much the ministry with most has to do: the length of bars.
    longest: u64,
    moment: Option<Moment>,
}

/// What should be known of a ministry before it is chosen.
#[derive(Debug, Clone, Serialize)]
pub(in crate::screens) struct Burden {
    words: String,
    /// What of it is overdue or late; nothing: nothing is.
    pressing: String,
    /// The bar of the table, piece by piece, each with its length.
    bar: String,
    /// What it owes in the weeks that come: the Monday and how much, as `choose.js` reads them.
    weeks: String,
}

#[derive(Debug, Clone, Serialize)]
pub(in crate::screens) struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, Serialize)]
struct Column {
    words: String,
    /// The rows stand in the order of this.
    is_sorted: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    name: String,
    short: Option<String>,
    is_total: bool,
    bar: Vec<Piece>,
    cells: Vec<Cell>,
}

/// A piece of a bar, in thousandths of its length.
#[derive(Debug, Clone, Serialize)]
struct Piece {
    x: u64,
    width: u64,
    tone: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct Cell {
    words: String,
    figure: String,
    href: Option<String>,
    tone: &'static str,
    is_none: bool,
}

/// In which order the rows stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// What presses most first: overdue, then late with their own part, then by what is open.
    Pressing,
    Name,
    /// The largest first.
    By(Figure),
}

impl Sort {
    pub(super) const ALL: [Self; 9] = [
        Self::Pressing,
        Self::Name,
        Self::By(Figure::Leads),
        Self::By(Figure::Helps),
        Self::By(Figure::Overdue),
        Self::By(Figure::Soon),
        Self::By(Figure::Contributions),
        Self::By(Figure::Late),
        Self::By(Figure::Median),
    ];

    pub(super) fn read(code: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|sort| sort.code() == code).ok_or_else(|| Problem::BadParameter {
            name: "sort",
            expected: Words::new(
                "Ретін тізімнен таңдаңыз.",
                "Выберите порядок из списка.",
                "Choose the order from the list.",
            ),
        })
    }

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Pressing => "",
            Self::Name => "name",
            Self::By(figure) => figure.code(),
        }
    }

    pub(super) fn words(self, language: Language) -> String {
        match self {
            Self::Pressing => say(language, "Шұғылы алдымен", "Сначала срочное", "What presses first"),
            Self::Name => say(language, "Атауы", "По названию", "By name"),
            Self::By(figure) => figure.words(language),
        }
    }
}

impl<'a> Burdens<'a> {
    pub(in crate::screens) fn of(state: &AppState, loads: &'a Loads, actor: &Actor, language: Language) -> Self {
        Self::as_of(Names::now(state), loads, actor, language, None)
    }

    /// As it was at a moment: the lists behind the figures are of that moment too.
    pub(super) fn as_of(
        names: Names,
        loads: &'a Loads,
        actor: &Actor,
        language: Language,
        moment: Option<Moment>,
    ) -> Self {
        let longest = loads.ministries().map(|code| open(&loads.of(code))).max().unwrap_or_default();
        let today = names.day();
        Self { names, loads, today, language, of_all: actor.ministry.is_some(), longest, moment }
    }

    /// Everything, with what nobody has been given yet and the sums.
    pub(super) fn table(&self, sort: Sort) -> Table {
        let mut table = self.rows_of(&FIGURES, sort);
        let unassigned = &self.loads.unassigned;
        let name = say(self.language, "Әлі бағытталмаған", "Ещё не назначены", "Not assigned yet");
        table.rows.push(self.row(&FIGURES, &Whose::Nobody, (name, None), unassigned));
        let all = say(self.language, "Барлығы", "Всего", "All");
        let sum = self.loads.ministries().map(|code| self.loads.of(code)).fold(unassigned.clone(), figure::sum);
        let sum = Load { median_days: None, ..sum };
        table.rows.push(Row { is_total: true, ..self.row(&FIGURES, &Whose::All, (all, None), &sum) });
        table
    }

    /// The small one beside a resolution whose draft is due on `day`.
    pub(in crate::screens) fn beside(&self, day: Date) -> Table {
        let week = Figure::Week(day.max(self.today));
        let figures = [Figure::Leads, Figure::Helps, Figure::Overdue, Figure::Soon, Figure::Late, week];
        self.rows_of(&figures, Sort::Name)
    }

    /// What stands beside a ministry's name where it is chosen.
    pub(in crate::screens) fn burden(&self, code: &MinistryCode) -> Burden {
        let load = self.loads.of(code);
        let said = |figure: Figure| {
            let count = figure.count(&load)?;
            (count > 0 || figure.is_always_said()).then(|| format!("{} {count}", figure.briefly(self.language)))
        };
        let words = |figures: [Figure; 2]| figures.into_iter().filter_map(said).collect::<Vec<_>>().join(", ");
        let weeks: Vec<String> = load.weeks.iter().map(|(monday, count)| format!("{monday}:{count}")).collect();
        let bar = bar(&load, self.longest);
        let bar: Vec<String> = bar.iter().map(|piece| format!("{}:{}", piece.tone, piece.width)).collect();
        Burden {
            words: words([Figure::Leads, Figure::Helps]),
            pressing: words([Figure::Overdue, Figure::Late]),
            bar: bar.join(" "),
            weeks: weeks.join(" "),
        }
    }

    /// The ministries of the day and those of other days that still have something to do.
    fn ministries(&self) -> Vec<MinistryCode> {
        let mut codes: Vec<MinistryCode> = self.names.view().ministries().map(|one| one.code.clone()).collect();
        let others: Vec<_> = self.loads.ministries().filter(|code| !codes.contains(code)).cloned().collect();
        codes.extend(others);
        codes
    }

    fn rows_of(&self, figures: &[Figure], sort: Sort) -> Table {
        let mut ministries: Vec<(MinistryCode, Load)> =
            self.ministries().into_iter().map(|code| (code.clone(), self.loads.of(&code))).collect();
        // Names stand in order already, and what is equal keeps its place.
        match sort {
            Sort::Name => {}
            Sort::Pressing => {
                ministries.sort_by_key(|(_, load)| Reverse((load.overdue, load.late, open(load))));
            }
            Sort::By(figure) => ministries.sort_by_key(|(_, load)| Reverse(figure.count(load))),
        }
        let column =
            |figure: &Figure| Column { words: figure.words(self.language), is_sorted: sort == Sort::By(*figure) };
        let row = |(code, load): &(MinistryCode, Load)| {
            let named = self.names.ministry(code, self.language);
            self.row(figures, &Whose::Of(code), (named.name, Some(named.short)), load)
        };
        Table { columns: figures.iter().map(column).collect(), rows: ministries.iter().map(row).collect() }
    }

    fn row(&self, figures: &[Figure], whose: &Whose<'_>, named: (String, Option<String>), load: &Load) -> Row {
        let cell = |figure: &Figure| {
            let count = figure.count(load);
            let is_none = count.unwrap_or_default() == 0;
            let behind = if is_none { None } else { figure.behind(whose, self.today) };
            Cell {
                words: figure.words(self.language),
                figure: count.map_or_else(|| "–".to_owned(), |count| count.to_string()),
                href: behind.map(|query| {
                    let list = format!("/inquiries?{query}{}", if self.of_all { "&whose=all" } else { "" });
                    self.moment.map_or(list.clone(), |moment| moment.in_address(&list))
                }),
                tone: if is_none { "none" } else { figure.tone() },
                is_none,
            }
        };
        let (name, short) = named;
        // Nobody's and everybody's are no ministry that could be compared.
        let bar = if short.is_some() { bar(load, self.longest) } else { Vec::new() };
        Row { name, short, is_total: false, bar, cells: figures.iter().map(cell).collect() }
    }
}

/// The inquiries that name it.
const fn open(load: &Load) -> u64 {
    load.leads + load.helps
}

/// The pieces of a bar: what is overdue, what is due soon, what else it leads, what it helps with.
fn bar(load: &Load, longest: u64) -> Vec<Piece> {
    let rest = load.leads.saturating_sub(load.overdue + load.soon);
    let mut from = 0;
    let pieces = [(load.overdue, "bad"), (load.soon, "warn"), (rest, "brand"), (load.helps, "mute")];
    let piece = |(count, tone): (u64, &'static str)| {
        let width = (count * 1000).checked_div(longest).filter(|width| *width > 0)?;
        let x = from;
        from += width;
        Some(Piece { x, width, tone })
    };
    pieces.into_iter().filter_map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_what_presses_first_and_is_as_long_as_its_share() {
        let load = Load { leads: 6, helps: 2, overdue: 1, soon: 2, ..Load::default() };
        let pieces: Vec<_> = bar(&load, 16).iter().map(|piece| (piece.x, piece.width, piece.tone)).collect();
        assert_eq!(pieces, [(0, 62, "bad"), (62, 125, "warn"), (187, 187, "brand"), (374, 125, "mute")]);
        assert!(bar(&Load::default(), 16).is_empty() && bar(&load, 0).is_empty());
    }

    #[test]
    fn every_order_is_read_as_it_is_written() {
        for sort in Sort::ALL {
            assert_eq!(Sort::read(sort.code()).ok(), Some(sort));
        }
        assert!(Sort::read("x").is_err());
    }
}
