//! What an address asks of a report: the period, the moment, what narrows it; and the addresses that ask the same of something else.

use directory::Language;
use inquiry::time::{begin_of, day_of};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};
use readmodel::Sight;
use readmodel::reports::question::AtStep;
use readmodel::reports::{By, Figure, Key, Membership, Question};
use serde::{Deserialize, Serialize};

use crate::Caller;
use crate::address;
use crate::problem::Problem;
use crate::screens::fields::{DayTyped, Narrowing};
use crate::screens::names::Names;
use crate::speech::Words;
use crate::state::AppState;

/// The day of independence: nothing that the Office answers is older.
const FIRST_DAY: Date = date(1991, 12, 16);
/// Says «none» where a code, which always begins with a letter, could stand.
const NONE: &str = "-";

/// An address, as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Query {
    /// What the rows are: as [`By::code`] writes it, or `steps`.
    #[serde(default)]
    pub by: String,
    /// Received on this day or later; empty: this year.
    #[serde(default)]
    pub from: String,
    /// Received on this day or before.
    #[serde(default)]
    pub until: String,
    /// As it stood: a day, at whose end, or a moment.
    #[serde(default)]
    pub as_of: String,
    #[serde(default)]
    pub lead: String,
    #[serde(default)]
    pub co: String,
    #[serde(default)]
    pub faction: String,
    #[serde(default)]
    pub deputy: String,
    #[serde(default)]
    pub topic: String,
    #[serde(default)]
    pub chamber: String,
    /// The figure whose inquiries are shown.
    #[serde(default)]
    pub figure: String,
    /// The step whose inquiries are shown.
    #[serde(default)]
    pub step: String,
    #[serde(default)]
    pub holder: String,
    /// `now`: those that lie there, and not those that ever did.
    #[serde(default)]
    pub held: String,
    /// The last day and inquiry of the page before.
    #[serde(default)]
    pub after: String,
}

/// The fields of the form that may be typed wrongly.
pub(super) const TYPED: &[&str] = &["from", "until", "as_of"];

/// The same fields as they stand in the form.
#[derive(Debug, Serialize)]
pub(super) struct Days {
    from: DayTyped,
    until: DayTyped,
    as_of: DayTyped,
}

/// What the rows of a report are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    By(By),
    Steps,
}

impl Rows {
    pub(super) const ALL: [Self; 8] = [
        Self::By(By::Ministry),
        Self::By(By::Co),
        Self::By(By::Faction),
        Self::By(By::Deputy),
        Self::By(By::Topic),
        Self::By(By::Chamber),
        Self::By(By::Month),
        Self::Steps,
    ];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::By(by) => by.code(),
            Self::Steps => "steps",
        }
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub rows: Rows,
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// As it was given; none: now.
    pub as_of: Option<String>,
    pub question: Question,
    pub figure: Figure,
    query: Query,
}

fn wrong(name: &'static str, kk: &str, ru: &str, en: &str) -> Problem {
    Problem::BadParameter { name, expected: Words::new(kk, ru, en) }
}

fn day(name: &'static str, text: &str) -> Result<Option<Date>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let known: Option<Date> = text.parse().ok().filter(|day| *day <= date(2999, 12, 31));
    match known {
        Some(day) if day < FIRST_DAY => Err(too_early(name)),
        Some(day) => Ok(Some(day)),
        None => Err(wrong(name, "Күні ЖЖЖЖ-АА-КК түрінде.", "Дата в виде ГГГГ-ММ-ДД.", "A date as YYYY-MM-DD.")),
    }
}

/// Of a day before [`FIRST_DAY`].
fn too_early(name: &'static str) -> Problem {
    wrong(
        name,
        "16.12.1991 күнінен ерте емес: одан бұрын сауал болған жоқ.",
        "Не раньше 16.12.1991: до этого дня запросов не было.",
        "No earlier than 16.12.1991: there were no inquiries before that day.",
    )
}

/// What an address says of one thing that narrows; none: nothing.
pub(super) fn key(text: &str) -> Option<Key> {
    match text {
        "" => None,
        NONE => Some(Key::None),
        code => Some(Key::Is(code.to_owned())),
    }
}

/// A key as an address writes it.
pub(super) fn written(key: &Key) -> &str {
    match key {
        Key::Is(code) => code,
        Key::None => NONE,
    }
}

/// The moment that is asked for, and its day; none: now.
fn moment(text: &str, now: Timestamp) -> Result<Option<(Timestamp, Date)>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let said = || {
        wrong(
            "as_of",
            "Бүгінге дейінгі күн, ЖЖЖЖ-АА-КК түрінде.",
            "День не позже сегодняшнего, в виде ГГГГ-ММ-ДД.",
            "A day that is not after today, as YYYY-MM-DD.",
        )
    };
    if let Ok(moment) = text.parse::<Timestamp>() {
        return if moment <= now { Ok(Some((moment, day_of(moment)))) } else { Err(said()) };
    }
    let day: Date = text.parse().map_err(|_| said())?;
    if day < FIRST_DAY {
        return Err(too_early("as_of"));
    }
    if day > day_of(now) {
        return Err(said());
    }
    // Of today no end is known yet.
    if day == day_of(now) {
        return Ok(None);
    }
    let next = day.tomorrow().map_err(|_| said())?;
    // The journal's clock counts microseconds.
    let last = begin_of(next).and_then(|next| next.checked_sub(1.microsecond()).ok()).ok_or_else(said)?;
    Ok(Some((last, day)))
}

impl Asked {
    pub(super) fn read(state: &AppState, caller: &Caller, query: Query) -> Result<Self, Problem> {
        Self::read_typed(state, caller, query, &mut Narrowing::of(&[]))
    }

    /// The same for the page that shows the form again.
    pub(super) fn read_typed(
        state: &AppState,
        caller: &Caller,
        query: Query,
        form: &mut Narrowing,
    ) -> Result<Self, Problem> {
        let now = state.clock.now();
        let today = state.today();
        let rows = if query.by.is_empty() {
            Rows::By(By::Ministry)
        } else {
            Rows::ALL.into_iter().find(|rows| rows.code() == query.by).ok_or_else(|| {
                wrong(
                    "by",
                    "Қатарларды тізімнен таңдаңыз.",
                    "Выберите строки из списка.",
                    "Choose the rows from the list.",
                )
            })?
        };
        let moment = form.take(moment(query.as_of.trim(), now))?;
        let on = moment.map_or(today, |(_, day)| day);
        let from = form.take(day("from", query.from.trim()))?.unwrap_or_else(|| on.first_of_year());
        let until = form.take(day("until", query.until.trim()))?.unwrap_or(on);
        // Of days that could not be read nothing can be said.
        if until < from && !form.is_wrong() {
            form.take(Err::<(), _>(wrong(
                "until",
                "Кезеңнің соңы басынан бұрын болмайды.",
                "Конец периода не раньше его начала.",
                "A period ends no earlier than it begins.",
            )))?;
        }
        let figure = match query.figure.as_str() {
            "" => Figure::Received,
            code => Figure::from_code(code).ok_or_else(|| {
                wrong("figure", "Мұндай көрсеткіш жоқ.", "Такого показателя нет.", "There is no such figure.")
            })?,
        };
        let step = (!query.step.is_empty()).then(|| AtStep {
            step: query.step.clone(),
            holder: query.holder.clone(),
            is_now: query.held == "now",
        });
        let question = Question {
            from,
            until: until.tomorrow().unwrap_or(until),
            moment: moment.map(|(moment, _)| moment),
            day: on,
            lead: key(&query.lead),
            co: key(&query.co),
            faction: key(&query.faction),
            deputy: key(&query.deputy),
            topic: key(&query.topic),
            chamber: key(&query.chamber),
            step,
            members: members(state),
            sight: Sight::of(&caller.account.actor),
        };
        let as_of = moment.is_some().then(|| query.as_of.trim().to_owned());
        Ok(Self { rows, from, until, as_of, question, figure, query })
    }

    /// What everything in the report is called: as at its moment.
    ///
    /// # Errors
    /// A failure.
    pub(super) async fn names(&self, state: &AppState) -> Result<Names, Problem> {
        match self.question.moment {
            Some(moment) => Names::then(state, moment, None).await,
            None => Ok(Names::now(state)),
        }
    }

    /// The names and values that ask the same, but for the rows and the figure.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let query = &self.query;
        let mut pairs = vec![("from", self.from.to_string()), ("until", self.until.to_string())];
        let as_of = self.as_of.clone().unwrap_or_default();
        let others = [
            ("as_of", &as_of),
            ("lead", &query.lead),
            ("co", &query.co),
            ("faction", &query.faction),
            ("deputy", &query.deputy),
            ("topic", &query.topic),
            ("chamber", &query.chamber),
        ];
        pairs.extend(
            others.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.clone())),
        );
        pairs
    }

    /// An address beneath `/reports` that asks the same, with these besides or instead; an empty value takes one away.
    pub(super) fn address(&self, path: &str, with: &[(&'static str, &str)]) -> String {
        let mut pairs = self.pairs();
        pairs.retain(|(name, _)| with.iter().all(|(other, _)| other != name));
        pairs.extend(
            with.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (*name, (*value).to_owned())),
        );
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        format!("{path}?{}", address::query(&pairs))
    }

    /// The list behind a figure of one row; none: of all rows together.
    pub(super) fn behind(&self, by: By, key: Option<&Key>, figure: Figure) -> String {
        let figure = ("figure", figure.code());
        let Some(key) = key else { return self.address("/reports/inquiries", &[figure]) };
        match (by, key) {
            (By::Month, Key::Is(month)) => {
                let (first, next) = readmodel::reports::question::month_of(month).unwrap_or((self.from, self.from));
                let last = next.yesterday().unwrap_or(next);
                let (from, until) = (self.from.max(first).to_string(), self.until.min(last).to_string());
                self.address("/reports/inquiries", &[("from", &from), ("until", &until), figure])
            }
            (By::Month, Key::None) => self.address("/reports/inquiries", &[figure]),
            (By::Ministry, key) => self.address("/reports/inquiries", &[("lead", written(key)), figure]),
            (By::Co | By::Faction | By::Deputy | By::Topic | By::Chamber, key) => {
                self.address("/reports/inquiries", &[(by.code(), written(key)), figure])
            }
        }
    }

    /// The list behind a figure of a step.
    pub(super) fn at_step(&self, step: &str, holder: &str, is_now: bool) -> String {
        let held = if is_now { "now" } else { "" };
        let with = [("step", step), ("holder", holder), ("held", held)];
        self.address("/reports/inquiries", &with)
    }

    /// Another page of the list.
    pub(super) fn next(&self, after: &str) -> String {
        self.list(&[("after", after)])
    }

    /// The same list as it is now.
    pub(super) fn behind_now(&self) -> String {
        self.list(&[("as_of", "")])
    }

    fn list(&self, besides: &[(&'static str, &str)]) -> String {
        let query = &self.query;
        let own = [
            ("figure", query.figure.as_str()),
            ("step", query.step.as_str()),
            ("holder", query.holder.as_str()),
            ("held", query.held.as_str()),
        ];
        self.address("/reports/inquiries", &[own.as_slice(), besides].concat())
    }

    /// What stands in the form: as it was typed where it comes back, otherwise what it came to.
    pub(super) fn days(&self, form: &Narrowing) -> Days {
        if form.is_wrong() {
            let typed = |text: &str| DayTyped::of(text.trim());
            let Query { from, until, as_of, .. } = &self.query;
            return Days { from: typed(from), until: typed(until), as_of: typed(as_of) };
        }
        let as_of = self.as_of.as_deref().filter(|as_of| as_of.parse::<Date>().is_ok());
        Days {
            from: DayTyped::of(&self.from.to_string()),
            until: DayTyped::of(&self.until.to_string()),
            as_of: DayTyped::of(as_of.unwrap_or_default()),
        }
    }

    pub(super) fn after(&self) -> &str {
        &self.query.after
    }

    /// What narrows the report, by the names of the form.
    pub(super) fn narrowed(&self) -> [(&'static str, &str); 6] {
        let query = &self.query;
        [
            ("lead", query.lead.as_str()),
            ("co", query.co.as_str()),
            ("faction", query.faction.as_str()),
            ("deputy", query.deputy.as_str()),
            ("topic", query.topic.as_str()),
            ("chamber", query.chamber.as_str()),
        ]
    }
}

/// Who belonged to which faction, by the directory.
fn members(state: &AppState) -> Vec<Membership> {
    let directory = state.directory();
    let membership = |deputy: &directory::deputy::Deputy| {
        Some(Membership {
            deputy: deputy.id,
            faction: deputy.faction.clone()?,
            from: deputy.mandate.from,
            until: deputy.mandate.until,
        })
    };
    directory.deputies().iter().filter_map(membership).collect()
}

/// Periods that are often asked for: what they are called, their first and their last day.
pub(super) fn periods(today: Date, language: Language) -> Vec<(String, Date, Date)> {
    let say = |kk, ru, en| super::super::fields::say(language, kk, ru, en);
    let month = today.first_of_month();
    let before = month.saturating_sub(1.month());
    let quarter = month.saturating_sub(i64::from((today.month() - 1) % 3).months());
    let quarter_before = quarter.saturating_sub(3.months());
    let year = today.first_of_year();
    let year_before = year.saturating_sub(1.year());
    let eve = |day: Date| day.yesterday().unwrap_or(day);
    vec![
        (say("осы ай", "этот месяц", "this month"), month, today),
        (say("өткен ай", "прошлый месяц", "last month"), before, eve(month)),
        (say("осы тоқсан", "этот квартал", "this quarter"), quarter, today),
        (say("өткен тоқсан", "прошлый квартал", "last quarter"), quarter_before, eve(quarter)),
        (say("осы жыл", "этот год", "this year"), year, today),
        (say("өткен жыл", "прошлый год", "last year"), year_before, eve(year)),
        (say("барлық уақыт", "за всё время", "all time"), FIRST_DAY, today),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_means_its_end_and_today_means_now() {
        let now: Timestamp = "2023-10-18T04:00:00Z".parse().unwrap();
        let of = |text: &str| moment(text, now).ok().flatten();
        assert_eq!(of(""), None);
        assert_eq!(of("2023-10-18"), None);
        let (end, day) = of("2023-10-17").unwrap();
        assert_eq!((end.to_string().as_str(), day), ("2023-10-17T17:59:59.999999Z", date(2023, 10, 17)));
        let (exactly, day) = of("2023-10-17T18:30:00Z").unwrap();
        assert_eq!((exactly.to_string().as_str(), day), ("2023-10-17T18:30:00Z", date(2023, 10, 18)));
        for wrong in ["2023-10-19", "2023-10-18T04:00:01Z", "x", "1900-01-01"] {
            assert!(moment(wrong, now).is_err(), "{wrong}");
        }
        let said = |text: &str| match moment(text, now) {
            Err(Problem::BadParameter { expected, .. }) => expected.in_language(Language::En).to_owned(),
            other => panic!("{text}: {other:?}"),
        };
        assert!(said("1990-01-01").starts_with("No earlier than 16.12.1991"), "{}", said("1990-01-01"));
        assert!(said("2023-10-19").starts_with("A day that is not after today"), "{}", said("2023-10-19"));
    }

    #[test]
    fn periods_end_where_the_next_begins() {
        let of = |today| periods(today, Language::En);
        let known = of(date(2023, 11, 15));
        let days = |n: usize| (known[n].1, known[n].2);
        assert_eq!(days(0), (date(2023, 11, 1), date(2023, 11, 15)));
        assert_eq!(days(1), (date(2023, 10, 1), date(2023, 10, 31)));
        assert_eq!(days(2), (date(2023, 10, 1), date(2023, 11, 15)));
        assert_eq!(days(3), (date(2023, 7, 1), date(2023, 9, 30)));
        assert_eq!(days(5), (date(2022, 1, 1), date(2022, 12, 31)));
        assert_eq!(of(date(2023, 1, 2))[1].1, date(2022, 12, 1));
    }
}
