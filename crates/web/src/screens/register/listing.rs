//! The pages of the register: where one begins, and what stands on it; and all of it at once, in the same order.

use inquiry::InquiryId;
use readmodel::Sitting;
use readmodel::register::{Count, Cursor, Entry, Filter, MAX_LIMIT, Order, Sought};

use crate::problem::Problem;
use crate::speech::Words;

/// Rows of a page.
const ROWS: u16 = 25;

/// Where a page begins: among the open ones or, behind all of these, among the ended ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    ended: bool,
    /// None: at the beginning of its part.
    after: Option<Cursor>,
}

impl Place {
    pub(super) fn text(self) -> String {
        let part = if self.ended { ENDED } else { "" };
        self.after.map_or_else(|| part.to_owned(), |after| format!("{part}{}_{}", after.day, after.inquiry))
    }
}

const ENDED: &str = "ended-";

pub(super) fn place(text: &str) -> Result<Place, Problem> {
    let (ended, text) = text.strip_prefix(ENDED).map_or((false, text), |rest| (true, rest));
    let after = if ended && text.is_empty() { None } else { Some(cursor(text)?) };
    Ok(Place { ended, after })
}

pub(super) struct Listed {
    pub entries: Vec<Entry>,
    pub next: Option<Place>,
    pub known: Known,
}

impl Listed {
    /// Behind those whose own number was typed; on later pages these have been shown. A later page that holds nothing else shows them once more: an
    /// empty one would say that nothing was found.
    pub(super) fn behind(self, own: Vec<Entry>, is_first: bool) -> Self {
        let Self { entries, next, known } = self;
        let is_own = |entry: &Entry| own.iter().any(|one| one.inquiry == entry.inquiry);
        let (again, others): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(is_own);
        let mut entries = match (is_first, others.is_empty()) {
            (true, _) => own,
            (false, true) => again,
            (false, false) => Vec::new(),
        };
        entries.extend(others);
        Self { entries, next, known }
    }
}

/// What was counted of all that was asked for, since it was gathered for the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// All of it.
    All(Count),
    /// The ended ones.
    Ended(Count),
    /// Nothing.
    Nothing,
}

/// A page of what was asked for. By the day it is due, what is open stands before what has ended: nobody waits for that any more.
pub(super) async fn listed(
    sitting: &Sitting,
    filter: &Filter,
    order: Order,
    from: Option<Place>,
) -> Result<Listed, Problem> {
    let list = async |filter: &Filter, after: Option<Cursor>, rows: u16| {
        let found = sitting.list(filter, order, after, rows).await;
        found.map_err(|error| Problem::failure("list the register", error))
    };
    let from = from.unwrap_or(Place { ended: false, after: None });
    if !is_split(filter, order) {
        let found = list(filter, from.after, ROWS).await?;
        let next = found.next.map(|after| Place { ended: false, after: Some(after) });
        return Ok(Listed { entries: found.entries, next, known: found.gathered.map_or(Known::Nothing, Known::All) });
    }
    let mut entries = Vec::new();
    let mut after = from.after;
    if !from.ended {
        let open = list(&Filter { open: Some(true), ..filter.clone() }, after, ROWS).await?;
        if let Some(next) = open.next {
            let next = Some(Place { ended: false, after: Some(next) });
            return Ok(Listed { entries: open.entries, next, known: Known::Nothing });
        }
        entries = open.entries;
        after = None;
    }
    let room = ROWS.saturating_sub(u16::try_from(entries.len()).unwrap_or(ROWS));
    let rows = room.max(1);
    let found = list(&Filter { open: Some(false), ..filter.clone() }, after, rows).await?;
    let known = found.gathered.map_or(Known::Nothing, Known::Ended);
    if room == 0 {
        // The open ones fill the page exactly: the ended ones, if there are any, begin the next.
        let next = if found.entries.is_empty() { None } else { Some(Place { ended: true, after: None }) };
        return Ok(Listed { entries, next, known });
    }
    entries.extend(found.entries);
    let next = found.next.map(|after| Place { ended: true, after: Some(after) });
    Ok(Listed { entries, next, known })
}

const fn is_split(filter: &Filter, order: Order) -> bool {
    let is_pressing = filter.watched || filter.overdue.is_some() || filter.soon.is_some() || filter.owes.is_some();
    matches!(order, Order::Due) && filter.open.is_none() && filter.stages.is_empty() && !is_pressing
}

/// Those of what was asked for whose own number was typed: they stand before everything else that is found by it. Nothing where none was.
pub(super) async fn owners(
    sitting: &Sitting,
    filter: &Filter,
    sought: Option<&Sought>,
    order: Order,
) -> Result<Vec<Entry>, Problem> {
    let Some(sought) = sought else { return Ok(Vec::new()) };
    let found = sitting.own_numbered(filter, sought, order, MAX_LIMIT).await;
    let mut own = found.map_err(|error| Problem::failure("look up a number in the register", error))?;
    if is_split(filter, order) {
        own.sort_by_key(|entry| !entry.stage.is_open());
    }
    own.truncate(usize::from(ROWS));
    Ok(own)
}

/// What was asked for without pages, in the order of the pages: `most` rows at most.
pub(super) async fn everything(
    sitting: &Sitting,
    filter: &Filter,
    sought: Option<&Sought>,
    order: Order,
    most: u16,
) -> Result<Vec<Entry>, Problem> {
    let own = owners(sitting, filter, sought, order).await?;
    let rows = in_order(sitting, filter, order, most).await?;
    let mut entries = Listed { entries: rows, next: None, known: Known::Nothing }.behind(own, true).entries;
    entries.truncate(usize::from(most));
    Ok(entries)
}

async fn in_order(sitting: &Sitting, filter: &Filter, order: Order, most: u16) -> Result<Vec<Entry>, Problem> {
    let rows = async |filter: &Filter, most: u16| {
        let found = sitting.at_once(filter, order, most).await;
        found.map_err(|error| Problem::failure("list the register at once", error))
    };
    if !is_split(filter, order) {
        return rows(filter, most).await;
    }
    let mut entries = rows(&Filter { open: Some(true), ..filter.clone() }, most).await?;
    let room = usize::from(most).saturating_sub(entries.len());
    if let Some(room) = u16::try_from(room).ok().filter(|room| *room > 0) {
        entries.extend(rows(&Filter { open: Some(false), ..filter.clone() }, room).await?);
    }
    Ok(entries)
}

/// Days and ids stand in every row of the page; a place in the list needs no secret.
fn cursor(text: &str) -> Result<Cursor, Problem> {
    let read = || {
        let (day, inquiry) = text.split_once('_')?;
        Some(Cursor { day: day.parse().ok()?, inquiry: inquiry.parse::<InquiryId>().ok()? })
    };
    read().ok_or_else(|| Problem::BadParameter {
        name: "after",
        expected: Words::new(
            "Тізімді басынан ашыңыз.",
            "Откройте список с начала.",
            "Open the list from its beginning.",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_none_is_refused() {
        assert!(cursor("2023-10-20_018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001").is_ok());
        for bad in ["", "x", "2023-10-20", "2023-10-20_x", "x_018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001"] {
            assert!(cursor(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_place_in_the_list_is_found_again_in_its_part() {
        for text in ["ended-", "2023-10-20_018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001"] {
            assert_eq!(place(text).map(Place::text).ok().as_deref(), Some(text));
        }
        let ended = "ended-2023-10-20_018f3c1e-7a55-7cc1-9d3b-4c2a70b0a001";
        assert_eq!(place(ended).map(Place::text).ok().as_deref(), Some(ended));
        assert!(place("ended-x").is_err() && place("").is_err());
    }
}
