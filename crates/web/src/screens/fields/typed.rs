//! What was typed into a form: names and values in their order.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::kept;
use crate::problem::Problem;

/// The most rows of one kind in a form.
const MOST_ROWS: usize = 1_000;

/// What was typed into a form, in its order.
#[derive(Debug, Clone)]
pub(in crate::screens) struct Typed(pub Vec<(String, String)>);

impl Typed {
    /// Everything typed into fields of that name.
    pub(in crate::screens) fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str()).collect()
    }

    /// What was typed, without the spaces around it; empty when nothing was.
    pub(in crate::screens) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim())
    }

    /// What recognises a repeated sending.
    ///
    /// # Errors
    /// [`Problem::BadForm`] when the form has none: it is not one of ours.
    pub(in crate::screens) fn key(&self) -> Result<&str, Problem> {
        let key = self.get("key");
        let fits = (8..=200).contains(&key.len());
        if fits { Ok(key) } else { Err(Problem::BadForm { hint: "the form has no key".to_owned() }) }
    }

    /// As if no button that adds a row had been pressed.
    pub(in crate::screens) fn without_more(&self) -> Self {
        Self(self.0.iter().filter(|(name, _)| name != "more").cloned().collect())
    }

    /// Types a value into a field, in place of what stands there.
    pub(in crate::screens) fn put(&mut self, name: String, value: String) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// The button that adds a row, when that was pressed.
    pub(in crate::screens) fn more(&self) -> Option<&str> {
        Some(self.get("more")).filter(|value| !value.is_empty())
    }

    /// How many rows `name[0]…`, `name[1]…` the form had; what counts further than any form of ours is not counted.
    pub(in crate::screens) fn rows(&self, name: &str) -> usize {
        let number = |field: &str| {
            let rest = field.strip_prefix(name)?.strip_prefix('[')?;
            rest.split_once(']')?.0.parse::<usize>().ok()
        };
        self.0
            .iter()
            .filter_map(|(field, _)| number(field))
            .filter(|row| *row < MOST_ROWS)
            .max()
            .map_or(0, |last| last.saturating_add(1))
    }

    /// What the journal keeps the hash of, so that other content under the same key is noticed. The version is not part of it: it
    /// is compared by itself; nor is where the form is kept.
    pub(in crate::screens) fn canonical(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.0.iter().filter(|(name, _)| !matches!(name.as_str(), "key" | "version" | kept::FIELD))
        {
            // Lengths before the texts: no value can pretend to be two.
            let _ = write!(text, "{}:{name}={}:{value};", name.len(), value.len());
        }
        text
    }
}

/// `2023-09-20` or `20.09.2023`.
pub(in crate::screens) fn day(text: &str) -> Option<Date> {
    text.parse().ok().or_else(|| Date::strptime("%d.%m.%Y", text).ok())
}
