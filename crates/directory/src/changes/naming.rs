//! What refusals call the records: by their names, in the reader's language; and what became of one that is not in force.

use jiff::civil::Date;

use super::event::Change;
use super::subject::SubjectKind;
use crate::dates;
use crate::language::Language;
use crate::ministry::Ministry;
use crate::period::Period;
use crate::records::View;

/// How one sentence calls what has a code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Naming<'a> {
    /// The records as they are on the reader's day; without them codes stand for themselves.
    pub(super) records: Option<View<'a>>,
    pub(super) language: Language,
}

impl Naming<'_> {
    /// What a ministry, a faction, a convocation or a chamber is called; where the records know none of that code, the code.
    pub(super) fn name(&self, code: &str) -> String {
        let kinds = [SubjectKind::Ministries, SubjectKind::Factions];
        kinds.into_iter().find_map(|kind| self.known(kind, code)).unwrap_or_else(|| code.to_owned())
    }

    fn known(&self, kind: SubjectKind, code: &str) -> Option<String> {
        let view = self.records?;
        let directory = view.directory();
        let name = match kind {
            SubjectKind::Ministries => &view.every_ministry().into_iter().find(|one| one.code.as_str() == code)?.name,
            SubjectKind::Deputies => &directory.deputies().iter().rfind(|one| one.id.to_string() == code)?.name,
            SubjectKind::Offices => &directory.offices().iter().find(|one| one.code.as_str() == code)?.name,
            SubjectKind::Factions => match directory.factions().iter().rfind(|one| one.code.as_str() == code) {
                Some(faction) => &faction.name,
                None => return self.of_chamber(code),
            },
            SubjectKind::Calendar => return code.parse().ok().map(|day| dates::words(day, self.language)),
        };
        Some(name.words(self.language).to_owned())
    }

    /// A chamber, or one of its convocations, whose code is the chamber's with the number behind it.
    fn of_chamber(&self, code: &str) -> Option<String> {
        let chambers = self.records?.directory().chambers();
        if let Some(chamber) = chambers.iter().find(|one| one.code.as_str() == code) {
            return Some(chamber.name.words(self.language).to_owned());
        }
        let (of, number) = code.rsplit_once('-')?;
        let number: u8 = number.parse().ok()?;
        let chamber = chambers.iter().find(|one| one.code.as_str() == of)?.name.words(self.language);
        Some(match self.language {
            Language::Kk => format!("{chamber}, {number}-шақырылым"),
            Language::Ru => format!("{chamber}, {number}-й созыв"),
            Language::En => format!("{chamber}, convocation {number}"),
        })
    }

    /// Why a ministry or a faction is not in force on a day: it begins later, or ends before, and who succeeds it then. It goes between a colon and
    /// what to do; nothing where the records do not say.
    pub(super) fn why_not(&self, code: &str, on: Date) -> String {
        let said = self.fate(code, on).map(|said| format!("{said}; "));
        said.unwrap_or_default()
    }

    fn fate(&self, code: &str, on: Date) -> Option<String> {
        let directory = self.records?.directory();
        let own: Vec<&Ministry> = directory.ministries().iter().filter(|one| one.code.as_str() == code).collect();
        let (first, last): (Period, Period) = match (own.first(), own.last()) {
            (Some(first), Some(last)) => (first.period, last.period),
            _ => {
                let faction = directory.factions().iter().rfind(|one| one.code.as_str() == code)?;
                (faction.period, faction.period)
            }
        };
        let day = |day| dates::words(day, self.language);
        if let Some(until) = last.until.filter(|until| *until <= on) {
            let successors = own.last().map(|one| self.successors(one)).unwrap_or_default();
            let from = dates::from_words(until, self.language);
            let to = successors.join("; ");
            return Some(match (self.language, successors.len()) {
                (Language::Kk, 0) => format!("аяқталу күні – {}", day(until)),
                (Language::Ru, 0) => format!("дата окончания – {}", day(until)),
                (Language::En, 0) => format!("it ends on {}", day(until)),
                (Language::Kk, 1) => format!("{from} бастап оның мұрагері – {to}"),
                (Language::Ru, 1) => format!("{from} его преемник – {to}"),
                (Language::En, 1) => format!("{from} on its successor is {to}"),
                (Language::Kk, _) => format!("{from} бастап оның мұрагерлері – {to}"),
                (Language::Ru, _) => format!("{from} его преемники – {to}"),
                (Language::En, _) => format!("{from} on its successors are {to}"),
            });
        }
        let from = first.from.filter(|from| on < *from)?;
        Some(match self.language {
            Language::Kk => format!("басталу күні – {}", day(from)),
            Language::Ru => format!("дата начала – {}", day(from)),
            Language::En => format!("it begins on {}", day(from)),
        })
    }

    /// To whom the work of a ministry goes, each once.
    fn successors(&self, of: &Ministry) -> Vec<String> {
        let Some(view) = self.records else { return Vec::new() };
        let mut names: Vec<String> = Vec::new();
        for successor in view.directory().successors(&of.code) {
            let name = self.name(successor.code.as_str());
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// A change in words: what happened, of what, and on which day.
    pub(super) fn change(&self, change: &Change) -> String {
        let happened = Change::words(change.stored_name(), self.language).unwrap_or_default();
        let subjects = change.subjects().into_iter();
        let names: Vec<String> = subjects.map(|of| self.known(of.kind, &of.code).unwrap_or(of.code)).collect();
        let about = match names.split_first() {
            Some((first, [])) => format!(": {first}"),
            Some((first, others)) => format!(": {first} → {}", others.join("; ")),
            None => String::new(),
        };
        let day = change.since().map(|day| format!(", {}", dates::words(day, self.language))).unwrap_or_default();
        format!("{happened}{about}{day}")
    }
}
