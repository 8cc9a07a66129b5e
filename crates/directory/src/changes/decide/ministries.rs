//! The rules of ministries: each has one life, under whatever names, and its work goes to a successor once.

use jiff::civil::Date;

use super::{Desk, Verdict, named, taken, unknown};
use crate::changes::MOST;
use crate::changes::event::{MinistryAbolished, MinistryFounded, MinistryMerged, MinistryRenamed, MinistrySplit};
use crate::changes::refusal::ChangeRefusal;
use crate::ids::MinistryCode;
use crate::ministry::Ministry;
use crate::period::Period;
use crate::search;
use crate::text::Multilingual;

impl Desk<'_> {
    pub(super) fn ministry(&self, code: &MinistryCode) -> Result<&Ministry, ChangeRefusal> {
        self.directory.ministry(code).ok_or_else(|| unknown(code))
    }

    pub(super) fn ministry_founded(&self, event: &MinistryFounded) -> Verdict {
        if let Some(known) = self.directory.ministry(&event.code) {
            let is_same = known.name == event.name
                && known.abbreviation == event.abbreviation
                && known.period.from == Some(event.since);
            return if is_same { Ok(false) } else { Err(taken(&event.code)) };
        }
        named(&[&event.name, &event.abbreviation])?;
        event.predecessors.iter().try_for_each(|code| self.ministry(code).map(|_| ()))?;
        let bears = Period { from: Some(event.since), until: None };
        self.nobody_else_called(&event.name, &event.code, &bears, &event.predecessors)?;
        Ok(true)
    }

    /// Whoever routes an inquiry knows ministries by their names: no two bear one at the same time, in any language. What a new ministry
    /// follows may bear its name until it goes into it: its end is recorded afterwards, when there is something to go into.
    fn nobody_else_called(
        &self,
        name: &Multilingual,
        code: &MinistryCode,
        bears: &Period,
        predecessors: &[MinistryCode],
    ) -> Result<(), ChangeRefusal> {
        let others = self.directory.ministries().iter().filter(|one| one.code != *code && one.period.overlaps(bears));
        let others = others.filter(|one| !predecessors.contains(&one.code));
        for other in others {
            if let Some(same) = same_name(name, &other.name) {
                return Err(ChangeRefusal::SameName { name: same.to_owned(), code: other.code.to_string() });
            }
        }
        Ok(())
    }

    pub(super) fn ministry_renamed(&self, event: &MinistryRenamed) -> Verdict {
        let known = self.ministry(&event.code)?;
        let renamed_on = self.directory.renamed_on(&event.code);
        if known.name == event.name && known.abbreviation == event.abbreviation {
            // The same name from another day: the day of the rename was wrong. What was never renamed bears its name already.
            return match renamed_on.filter(|day| *day != event.since) {
                Some(_) => {
                    self.rename_moved(&event.code, event.since)?;
                    self.takes_name(&event.name, known, event.since)
                }
                None => Ok(false),
            };
        }
        named(&[&event.name, &event.abbreviation])?;
        self.lives(&event.code, event.since)?;
        match renamed_on {
            Some(from) if event.since < from => Err(self.not_later(&event.code, from)),
            Some(_) | None => self.takes_name(&event.name, known, event.since),
        }
    }

    /// From that day on, to its end where one is known.
    fn takes_name(&self, name: &Multilingual, known: &Ministry, since: Date) -> Verdict {
        let bears = Period { from: Some(since), until: known.period.until };
        self.nobody_else_called(name, &known.code, &bears, &[]).map(|()| true)
    }

    /// The last name begins on another day: after the day of the name before, and before the ministry's end.
    fn rename_moved(&self, code: &MinistryCode, since: Date) -> Result<(), ChangeRefusal> {
        match self.editions(code).rev().nth(1).and_then(|before| before.period.from) {
            Some(from) if since <= from => Err(self.not_later(code, from)),
            Some(_) | None => self.lives(code, since),
        }
    }

    /// Its records, one for each name, the first one first: a ministry that is renamed lives on.
    fn editions(&self, code: &MinistryCode) -> impl DoubleEndedIterator<Item = &Ministry> {
        self.directory.ministries().iter().filter(move |one| one.code == *code)
    }

    /// Is it in force on that day, whatever it is called then?
    fn lives(&self, code: &MinistryCode, on: Date) -> Result<(), ChangeRefusal> {
        if self.editions(code).any(|one| one.period.contains(on)) {
            Ok(())
        } else {
            Err(ChangeRefusal::NotInForce { code: code.to_string(), on })
        }
    }

    /// An end comes after the beginning and after the last name, and brings an end that is known already forward at most.
    fn ministry_ends(&self, code: &MinistryCode, on: Date) -> Result<(), ChangeRefusal> {
        match self.editions(code).filter_map(|one| one.period.from).rfind(|from| on <= *from) {
            Some(from) => Err(self.not_later(code, from)),
            None => self.lives(code, on),
        }
    }

    /// It began on that day, or took another name: what is asked for comes after that.
    fn not_later(&self, code: &MinistryCode, from: Date) -> ChangeRefusal {
        let called = code.to_string();
        if self.editions(code).next().is_some_and(|first| first.period.from == Some(from)) {
            ChangeRefusal::NotLater { code: called, from }
        } else {
            ChangeRefusal::RenamedLater { code: called, from }
        }
    }

    pub(super) fn ministry_merged(&self, event: &MinistryMerged) -> Verdict {
        if event.code == event.into {
            return Err(ChangeRefusal::IntoItself);
        }
        let (known, into) = (self.ministry(&event.code)?, self.ministry(&event.into)?);
        if known.period.until == Some(event.on) && into.predecessors.contains(&event.code) {
            return Ok(false);
        }
        self.ministry_ends(&event.code, event.on)?;
        self.takes_nothing_over_later(known, event.on)?;
        self.lives(&event.into, event.on)?;
        self.not_gone(known, into.predecessors.contains(&event.code))?;
        Ok(true)
    }

    /// What has gone to a successor does not go to another one; the day alone may be brought forward.
    fn not_gone(&self, known: &Ministry, to_the_same: bool) -> Result<(), ChangeRefusal> {
        match self.directory.successors(&known.code).last() {
            Some(successor) if known.period.until.is_some() && !to_the_same => {
                Err(ChangeRefusal::GoneOver { code: known.code.to_string(), to: successor.code.to_string() })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// What another ministry goes into does not end before that: two would go into each other, or the work of one to nobody.
    fn takes_nothing_over_later(&self, known: &Ministry, on: Date) -> Result<(), ChangeRefusal> {
        let taken_over = known.predecessors.iter().filter_map(|code| self.directory.ministry(code));
        let later = taken_over.filter_map(|one| Some((one, one.period.until.filter(|until| *until > on)?)));
        match later.max_by_key(|(_, until)| *until) {
            Some((one, from)) => {
                Err(ChangeRefusal::TakesOver { code: known.code.to_string(), of: one.code.to_string(), from })
            }
            None => Ok(()),
        }
    }

    pub(super) fn ministry_split(&self, event: &MinistrySplit) -> Verdict {
        if event.into.contains(&event.code) {
            return Err(ChangeRefusal::IntoItself);
        }
        let known = self.ministry(&event.code)?;
        let of_it = |code: &MinistryCode| {
            self.directory.ministry(code).is_some_and(|successor| successor.predecessors.contains(&event.code))
        };
        if known.period.until == Some(event.on) && event.into.iter().all(of_it) {
            return Ok(false);
        }
        self.ministry_ends(&event.code, event.on)?;
        self.takes_nothing_over_later(known, event.on)?;
        for code in &event.into {
            self.ministry(code)?;
            self.lives(code, event.on)?;
        }
        let is_successor = |code: &MinistryCode| event.into.contains(code);
        let all = is_successor(&event.otherwise) && event.chosen.iter().all(|chosen| is_successor(&chosen.to));
        if event.into.len() < 2 || event.chosen.len() > MOST || !all {
            return Err(ChangeRefusal::NoSuccessor);
        }
        self.not_gone(known, event.into.iter().all(of_it))?;
        Ok(true)
    }

    /// That no open inquiry is left with it, whoever asks has seen.
    pub(super) fn ministry_abolished(&self, event: &MinistryAbolished) -> Verdict {
        let known = self.ministry(&event.code)?;
        if known.period.until == Some(event.on) {
            return Ok(false);
        }
        self.ministry_ends(&event.code, event.on)?;
        self.takes_nothing_over_later(known, event.on)?;
        self.not_gone(known, false)?;
        Ok(true)
    }
}

/// The spelling that two names have in common in one language, however each was typed.
pub(super) fn same_name<'a>(name: &'a Multilingual, other: &Multilingual) -> Option<&'a str> {
    let pairs = [
        (Some(name.kk.as_str()), Some(other.kk.as_str())),
        (Some(name.ru.as_str()), Some(other.ru.as_str())),
        (name.en.as_deref(), other.en.as_deref()),
    ];
    let same = |(own, theirs): (Option<&'a str>, Option<&str>)| {
        own.filter(|own| theirs.is_some_and(|theirs| search::are_one_name(own, theirs)))
    };
    pairs.into_iter().find_map(same)
}
