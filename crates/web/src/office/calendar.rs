//! Years whose calendar is not entered though deadlines are counted in them, or entered perhaps in part only, with what is due there: an administrator
//! brings it before those days are relied on.

use std::collections::BTreeMap;

use directory::Language;
use directory::calendar::year::Year;
use jiff::civil::Date;
use readmodel::register::{self, Days};

use crate::problem::Problem;
use crate::state::AppState;

/// From this month on the next year is looked at too.
pub const LOOK_AHEAD: i8 = 10;

/// A year whose calendar is not entered, or perhaps in part only.
#[derive(Debug, Clone)]
pub struct Missing {
    /// Which.
    pub year: i16,
    /// What is entered of it, where that is doubted to be all; none where nothing is.
    pub part: Option<Year>,
    /// The inquiries whose reply is owed and due in it, what is due first standing first.
    pub due: Vec<Days>,
}

impl Missing {
    /// As sentences for people.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let (year, due) = (self.year, self.due.len());
        let (missing, open) = match language {
            Language::Kk => (
                format!("{year} жылдың күнтізбесі енгізілмеген: ондағы мерзімдерде тек сенбі мен жексенбі ескеріледі."),
                format!("Мерзімі сол жылға түсетін ашық сауалдар: {due}."),
            ),
            Language::Ru => (
                format!("Календарь на {year} год не внесён: в сроках этого года учтены только суббота и воскресенье."),
                format!("Открытых запросов со сроком в этом году: {due}."),
            ),
            Language::En => (
                format!("The calendar of {year} is not entered: deadlines in it know Saturdays and Sundays alone."),
                format!("Open inquiries that are due in it: {due}."),
            ),
        };
        let missing = self.part.as_ref().and_then(|part| part.doubt(language)).unwrap_or(missing);
        if due == 0 { missing } else { format!("{missing} {open}") }
    }
}

/// The years that are missing: this one, the next one in the last months of this one, and every one in which a reply is due; and, of this one and those to
/// come, every one that is entered and doubted to be whole. It tells of all inquiries, for whoever sees all of them.
///
/// # Errors
/// The database does not answer.
pub async fn missing(state: &AppState) -> Result<Vec<Missing>, Problem> {
    let (directory, today) = (state.directory(), state.today());
    let calendar = directory.calendar();
    let this = today.year();
    let last = if today.month() >= LOOK_AHEAD { this + 1 } else { this };
    let is_known = |year: i16| calendar.years().any(|known| known == year);
    let nothing = |year: i16| Missing { year, part: None, due: Vec::new() };
    let mut missing: BTreeMap<i16, Missing> =
        (this..=last).filter(|year| !is_known(*year)).map(|year| (year, nothing(year))).collect();
    let known = calendar.years().filter(|year| *year >= this).filter_map(|year| calendar.year(year));
    for part in known.filter(|known| !known.empty_months.is_empty()) {
        missing.insert(part.year, Missing { year: part.year, part: Some(part), due: Vec::new() });
    }
    // A later year may have been entered first. What is due before the first one that is missing is due in one that is known.
    let from = calendar.years().min().unwrap_or(this);
    let first = (from..).find(|year| !is_known(*year) || missing.contains_key(year));
    let first = first.and_then(|year| Date::new(year, 1, 1).ok()).unwrap_or(today);
    let due = register::between(&state.house(), first, Date::MAX).await;
    for days in due.map_err(|error| Problem::failure("list what is due in years without a calendar", error))? {
        let year = days.due.year();
        if !is_known(year) || missing.contains_key(&year) {
            missing.entry(year).or_insert_with(|| nothing(year)).due.push(days);
        }
    }
    Ok(missing.into_values().collect())
}
