//! What a change rests on: whoever writes one in a form has the records before their eyes as they were then, and is told when something of that
//! was changed meanwhile. What was changed elsewhere is no business of theirs: the rules are asked anew in any case.

use super::event::{Change, Recount};
use super::subject::{Subject, SubjectKind};
use crate::ids::{DeputyId, FactionCode, MinistryCode};
use crate::text::Multilingual;

impl Change {
    /// Does it rest on what the other one, recorded since, has changed? Then whoever wrote it has to see that first.
    #[must_use]
    pub fn rests_on(&self, other: &Self) -> bool {
        let changed = other.subjects();
        self.needs().iter().any(|need| changed.contains(need))
            || self.is_reached_by(other)
            || self.names_the_same(other)
    }

    /// The records that it is about, and those that it names.
    fn needs(&self) -> Vec<Subject> {
        let named: Vec<Subject> = match self {
            Self::MinistryFounded(event) => event.predecessors.iter().map(ministry).collect(),
            Self::OfficeFounded(event) => event.ministry.iter().map(ministry).collect(),
            Self::DeputyEntered(event) => event.faction.iter().map(faction).collect(),
            Self::DeputyChangedFaction(event) => event.faction.iter().map(faction).collect(),
            Self::OfficeTaken(event) => event.deputy.iter().map(deputy).collect(),
            Self::MinistryRenamed(_)
            | Self::MinistryMerged(_)
            | Self::MinistrySplit(_)
            | Self::MinistryAbolished(_)
            | Self::ConvocationBegun(_)
            | Self::ConvocationEnded(_)
            | Self::FactionFormed(_)
            | Self::FactionEnded(_)
            | Self::DeputyCorrected(_)
            | Self::DeputyLeft(_)
            | Self::OfficeLeft(_)
            | Self::CalendarChanged(_)
            | Self::ChangeTakenBack(_) => Vec::new(),
        };
        self.subjects().into_iter().chain(named).collect()
    }

    /// What reaches further than the records that it is about: the end of a ministry, whose work goes to another one; a convocation, with which
    /// factions and mandates begin and end; any day of the calendar, once deadlines are counted anew as they were shown; and whatever was taken back
    /// of ministries, factions and convocations: it may have been one of these.
    fn is_reached_by(&self, other: &Self) -> bool {
        match other {
            Self::MinistryMerged(_) | Self::MinistrySplit(_) | Self::MinistryAbolished(_) => match self {
                Self::OfficeFounded(event) => event.ministry.is_some(),
                change => change.kind() == SubjectKind::Ministries,
            },
            Self::ConvocationBegun(_) | Self::ConvocationEnded(_) => match self {
                // A name and a mailbox are whatever they are.
                Self::DeputyCorrected(_) => false,
                change => matches!(change.kind(), SubjectKind::Factions | SubjectKind::Deputies),
            },
            Self::CalendarChanged(_) => {
                matches!(self, Self::CalendarChanged(event) if event.recount != Recount::None)
            }
            Self::ChangeTakenBack(event) => match event.kind {
                SubjectKind::Ministries => self.kind() == SubjectKind::Ministries,
                SubjectKind::Factions => match self {
                    Self::DeputyCorrected(_) => false,
                    change => matches!(change.kind(), SubjectKind::Factions | SubjectKind::Deputies),
                },
                SubjectKind::Deputies | SubjectKind::Offices | SubjectKind::Calendar => false,
            },
            Self::MinistryFounded(_)
            | Self::MinistryRenamed(_)
            | Self::FactionFormed(_)
            | Self::FactionEnded(_)
            | Self::DeputyEntered(_)
            | Self::DeputyCorrected(_)
            | Self::DeputyChangedFaction(_)
            | Self::DeputyLeft(_)
            | Self::OfficeFounded(_)
            | Self::OfficeTaken(_)
            | Self::OfficeLeft(_) => false,
        }
    }

    /// Two that write the same name are about the same one, whatever code or identity each has given it.
    fn names_the_same(&self, other: &Self) -> bool {
        let names = self.name().zip(other.name());
        self.kind() == other.kind() && names.is_some_and(|(own, theirs)| own.kk == theirs.kk || own.ru == theirs.ru)
    }

    /// The name that it writes into the records.
    const fn name(&self) -> Option<&Multilingual> {
        match self {
            Self::MinistryFounded(event) => Some(&event.name),
            Self::MinistryRenamed(event) => Some(&event.name),
            Self::FactionFormed(event) => Some(&event.name),
            Self::DeputyEntered(event) => Some(&event.name),
            Self::DeputyCorrected(event) => Some(&event.name),
            Self::OfficeFounded(event) => Some(&event.name),
            Self::OfficeTaken(event) => Some(&event.name),
            Self::MinistryMerged(_)
            | Self::MinistrySplit(_)
            | Self::MinistryAbolished(_)
            | Self::ConvocationBegun(_)
            | Self::ConvocationEnded(_)
            | Self::FactionEnded(_)
            | Self::DeputyChangedFaction(_)
            | Self::DeputyLeft(_)
            | Self::OfficeLeft(_)
            | Self::CalendarChanged(_)
            | Self::ChangeTakenBack(_) => None,
        }
    }
}

fn ministry(code: &MinistryCode) -> Subject {
    Subject { kind: SubjectKind::Ministries, code: code.to_string() }
}

fn faction(code: &FactionCode) -> Subject {
    Subject { kind: SubjectKind::Factions, code: code.to_string() }
}

fn deputy(id: &DeputyId) -> Subject {
    Subject { kind: SubjectKind::Deputies, code: id.to_string() }
}
