//! A form that narrows a list and is part of the page's address: what of it cannot be taken comes back with the page, as it was typed.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, HttpResponseBuilder};
use directory::Language;
use jiff::civil::Date;
use serde::Serialize;

use super::{Fault, Kind};
use crate::problem::Problem;

/// Reads such a form field by field, and collects what is wrong with it.
#[derive(Debug)]
pub(in crate::screens) struct Narrowing {
    /// The fields that somebody types into.
    fields: &'static [&'static str],
    problems: Vec<Problem>,
}

impl Narrowing {
    /// Of a form that nobody is shown again there are no fields: the first problem is the answer.
    pub(in crate::screens) const fn of(fields: &'static [&'static str]) -> Self {
        Self { fields, problems: Vec::new() }
    }

    /// What was read; nothing where it cannot be taken and the form can say so.
    ///
    /// # Errors
    /// A problem that is about none of the form's fields.
    pub(in crate::screens) fn take<T: Default>(&mut self, read: Result<T, Problem>) -> Result<T, Problem> {
        match read {
            Err(problem) if self.can_say(&problem) => {
                self.problems.push(problem);
                Ok(T::default())
            }
            taken => taken,
        }
    }

    fn can_say(&self, problem: &Problem) -> bool {
        matches!(problem, Problem::BadParameter { name, .. } if self.fields.contains(name))
    }

    /// Does the form come back? Then nothing was asked.
    pub(in crate::screens) fn is_wrong(&self) -> bool {
        !self.problems.is_empty()
    }

    /// The beginning of the answer: with the status that the first problem would have had as a page of its own.
    pub(in crate::screens) fn start(&self) -> HttpResponseBuilder {
        self.problems.first().map_or_else(HttpResponse::Ok, Problem::start)
    }

    /// What stands beside each field; nothing beside one that can be taken.
    pub(in crate::screens) fn said(&self, language: Language) -> BTreeMap<&'static str, String> {
        let mut said: BTreeMap<&'static str, String> =
            self.fields.iter().map(|field| (*field, String::new())).collect();
        for fault in self.problems.iter().map(|problem| Fault::of(problem, language)) {
            if let Some(name) = &fault.name
                && let Some(words) = said.get_mut(name.as_str())
            {
                *words = fault.what;
            }
        }
        said
    }
}

/// What stands in a field for a day.
#[derive(Debug, Serialize)]
pub(in crate::screens) struct DayTyped {
    value: String,
    /// In a field for days a browser shows nothing else: what is no day stands in a field for words.
    kind: Kind,
}

impl DayTyped {
    pub(in crate::screens) fn of(text: &str) -> Self {
        let is_day = text.is_empty() || text.parse::<Date>().is_ok_and(|day| day.to_string() == text);
        Self { value: text.to_owned(), kind: if is_day { Kind::Date } else { Kind::Text } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::Words;

    fn bad(name: &'static str) -> Result<Option<u8>, Problem> {
        Err(Problem::BadParameter { name, expected: Words::new("а", "б", "c") })
    }

    #[test]
    fn what_a_field_can_say_is_collected_and_anything_else_is_the_answer() {
        let mut form = Narrowing::of(&["from", "until"]);
        assert_eq!(form.take(Ok(Some(1))).unwrap(), Some(1));
        assert!(!form.is_wrong() && form.said(Language::En).values().all(String::is_empty));
        assert_eq!((form.take(bad("until")).unwrap(), form.take(bad("from")).unwrap()), (None, None));
        assert!(form.is_wrong() && form.take(bad("order")).is_err());
        let said: Vec<(&str, String)> = form.said(Language::Ru).into_iter().collect();
        assert_eq!(said, [("from", "б".to_owned()), ("until", "б".to_owned())]);
        assert!(Narrowing::of(&[]).take(bad("from")).is_err());
    }

    #[test]
    fn what_is_no_day_is_shown_all_the_same() {
        for (text, kind) in
            [("", Kind::Date), ("2023-10-20", Kind::Date), ("20.10.2023", Kind::Text), ("x", Kind::Text)]
        {
            assert_eq!(DayTyped::of(text).kind, kind, "{text}");
        }
    }
}
