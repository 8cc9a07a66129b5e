//! Where a number is typed, those whose own number it is stand first, and every other row says by which of its numbers it was found.

use std::collections::BTreeSet;

use directory::InquiryNumber;
use inquiry::InquiryId;

use super::filter::{Condition, Filter, Way};
use super::follow::{COLUMNS, read};
use super::search::{MAX_LIMIT, Order};
use super::walk::Walk;
use super::{Entry, words};
use crate::{ReadError, Sitting};

/// What stands before a whole number where everything is searched (`crate::search`).
const WHOLE: char = '#';
/// The most inquiries that have a number in any of their own: a series brings it once a year. The planner, too, counts on no more.
const MOST_BEARING: u16 = 400;

/// A number as it was typed into the worklist's box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// In its normal form.
    normal: String,
    /// Its parts that hold a digit: by these other numbers are found.
    parts: BTreeSet<String>,
}

/// By which of an inquiry's other numbers it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy<'a> {
    /// That of its reply.
    Outgoing(&'a str),
    /// The Office's incoming number.
    Incoming(&'a str),
    /// One that its row does not hold: of an earlier letter, or of an inquiry that joined it.
    Another,
}

impl Sought {
    /// A number in any spelling; none: words were typed.
    #[must_use]
    pub fn of(typed: &str) -> Option<Self> {
        let number = InquiryNumber::sought(typed.trim()).ok()?;
        let normal = number.normal().to_owned();
        let parts = with_digits(&normal);
        Some(Self { normal, parts })
    }

    /// By which other number a row was found; none: by its own or a part of it, or by words of its subject.
    #[must_use]
    pub fn found_by<'a>(&self, entry: &'a Entry) -> Option<FoundBy<'a>> {
        let bears = |number: &str| self.parts.is_subset(&with_digits(number));
        if bears(&entry.number_normal) {
            return None;
        }
        let (outgoing, incoming) = (entry.outgoing_number.as_deref(), entry.incoming_number.as_deref());
        if let Some(number) = outgoing.filter(|number| bears(number)) {
            return Some(FoundBy::Outgoing(number));
        }
        if let Some(number) = incoming.filter(|number| bears(number)) {
            return Some(FoundBy::Incoming(number));
        }
        let shown = [Some(entry.number_normal.as_str()), outgoing, incoming, Some(entry.subject.as_str())];
        let shown: BTreeSet<String> = shown.into_iter().flatten().flat_map(with_digits).collect();
        (!self.parts.is_subset(&shown)).then_some(FoundBy::Another)
    }

    /// Narrows to those whose own number it is: as a whole, or without the letters before it where none were typed.
    fn own(&self, condition: &mut Condition) {
        let whole = condition.value(self.normal.clone());
        if self.normal.chars().all(|c| c.is_ascii_digit()) {
            let bare = condition.value(format!("^[^0-9]*{}$", self.normal));
            condition.also(&format!("(number_normal = ${whole} or number_normal ~ ${bare})"));
        } else {
            condition.also(&format!("number_normal = ${whole}"));
        }
    }
}

fn with_digits(text: &str) -> BTreeSet<String> {
    words::pieces(text).filter(|piece| piece.chars().any(|c| c.is_ascii_digit())).collect()
}

impl Sitting {
    /// The rows that a filter wants whose own number was typed, in the order of a list; `limit` at most (1 to [`MAX_LIMIT`]). One question to an index
    /// of whole numbers, whatever else holds the same digits.
    ///
    /// # Errors
    /// [`ReadError`] when the database cannot answer.
    pub async fn own_numbered(
        &self,
        filter: &Filter,
        sought: &Sought,
        order: Order,
        limit: u16,
    ) -> Result<Vec<Entry>, ReadError> {
        let filter = Filter { question: None, ..filter.clone() };
        let limit = limit.clamp(1, MAX_LIMIT);
        let Some(as_of) = self.as_of else { return self.owners(&filter, sought, order, limit).await };
        // Whose a number is does not change; how these few stood is looked up by their ids.
        let seen = Filter { sight: filter.sight.clone(), ..Filter::all() };
        let owners = self.owners(&seen, sought, order, MAX_LIMIT).await?;
        let inquiries: Vec<InquiryId> = owners.into_iter().map(|entry| entry.inquiry).collect();
        if inquiries.is_empty() {
            return Ok(Vec::new());
        }
        self.fetch_past(as_of, &Filter { inquiries, ..filter }, order, None, limit).await
    }

    async fn owners(
        &self,
        filter: &Filter,
        sought: &Sought,
        order: Order,
        limit: u16,
    ) -> Result<Vec<Entry>, ReadError> {
        let mut condition = Condition::of(filter, Way::Days);
        sought.own(&mut condition);
        let number = condition.value(vec![format!("{WHOLE}{}", sought.normal)]);
        let (search, register) = (self.search, self.register);
        let sql = format!(
            "with bearing as materialized (select inquiry from {search} where numbers @> ${number} limit {MOST_BEARING})
             select {COLUMNS} from {register} where inquiry in (select inquiry from bearing) and {} {}",
            condition.sql(),
            Walk::of(order, register).ordered(limit),
        );
        let rows = self.rows(&sql, &condition.values(), "look up a number in the register").await?;
        rows.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use inquiry::event::Event;

    use super::*;
    use crate::passing;
    use crate::register::fold;

    /// A row with these numbers.
    fn row(own: &str, incoming: &str, outgoing: Option<&str>, subject: &str) -> Entry {
        let (_, events, _) = passing::histories().into_iter().next().unwrap();
        let fold = |entry, (nth, event): (usize, &Event)| fold(entry, std::slice::from_ref(event), passing::stamp(nth));
        let entry = events.iter().enumerate().fold(None, fold).unwrap();
        Entry {
            number_normal: own.to_owned(),
            incoming_number: Some(incoming.to_owned()),
            outgoing_number: outgoing.map(str::to_owned),
            subject: subject.to_owned(),
            ..entry
        }
    }

    #[test]
    fn a_row_says_by_which_of_its_other_numbers_it_was_found() {
        let found = |typed: &str, row: &Entry| match Sought::of(typed).unwrap().found_by(row) {
            None => "own".to_owned(),
            Some(FoundBy::Outgoing(number)) => format!("outgoing {number}"),
            Some(FoundBy::Incoming(number)) => format!("incoming {number}"),
            Some(FoundBy::Another) => "another".to_owned(),
        };
        let entry = row("ДС-7", "ДС-кір-1", Some("12-11/3841 ДС"), "39 мектеп туралы");
        for (typed, by) in [
            ("7", "own"),
            ("дс 7", "own"),
            ("1", "incoming ДС-кір-1"),
            ("ДС-1", "incoming ДС-кір-1"),
            ("3841", "outgoing 12-11/3841 ДС"),
            ("12-11/3841", "outgoing 12-11/3841 ДС"),
            ("39", "own"),
            ("12-11/39", "own"),
            ("40", "another"),
        ] {
            assert_eq!(found(typed, &entry), by, "{typed}");
        }
        // A part of the own number is of the own number.
        assert_eq!(found("210", &row("16-13-210 Д/С", "ДС-кір-210", None, "")), "own");
        assert_eq!(Sought::of("зейнетақы"), None);
        assert_eq!(Sought::of("DS-7").unwrap().normal, "ДС-7");
    }

    #[test]
    fn a_number_is_an_inquirys_own_as_a_whole_or_without_its_letters() {
        let asked = |typed: &str| {
            let mut condition = Condition::of(&Filter::all(), Way::Days);
            Sought::of(typed).unwrap().own(&mut condition);
            (condition.sql().to_owned(), condition.values().len())
        };
        assert_eq!(asked("дс 326"), ("true and number_normal = $1".to_owned(), 1));
        assert_eq!(asked("326"), ("true and (number_normal = $1 or number_normal ~ $2)".to_owned(), 2));
    }
}
