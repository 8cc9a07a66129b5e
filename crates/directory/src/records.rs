//! The directory: every dated record, and the answers for a day.
//!
//! [`Directory::embedded`] holds what `data/*.csv` says; [`Directory::from_sources`] reads the same tables from anywhere else and refuses
//! them whole when one row is at fault. [`Directory::at`] is the view of one day.

mod check;
mod evolve;
pub(crate) mod read;

use jiff::civil::{Date, DateTime};

use crate::authority::{Authority, NoAuthority};
use crate::calendar::WorkingCalendar;
use crate::chamber::{Chamber, Convocation};
use crate::deadline::{InnerRule, Rule};
use crate::deputy::Deputy;
use crate::faction::Faction;
use crate::ids::{ChamberCode, DeputyId, FactionCode, MinistryCode, OfficeCode, PersonId, TopicCode};
use crate::ministry::Ministry;
use crate::office::{Holder, Office};
use crate::period::Period;
use crate::search::{self, Match};
use crate::series::{NoConvocation, NumberSeries, Purpose};
use crate::table::DataError;
use crate::topic::{self, Topic};

pub(crate) use check::is_address;
pub use read::Sources;

/// A rule of counting with the time it is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedRule {
    /// The rule; its minimum is zero where none is set.
    pub rule: InnerRule,
    /// When it is in force.
    pub period: Period,
}

/// All reference data: what is built in, with the changes that were recorded since ([`crate::changes`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    ministries: Vec<Ministry>,
    factions: Vec<Faction>,
    chambers: Vec<Chamber>,
    convocations: Vec<Convocation>,
    deputies: Vec<Deputy>,
    offices: Vec<Office>,
    holders: Vec<Holder>,
    series: Vec<NumberSeries>,
    rules: Vec<DatedRule>,
    topics: Vec<Topic>,
    calendar: WorkingCalendar,
}

impl Directory {
    /// The records that are compiled into this crate.
    ///
    /// # Errors
    /// [`DataError`] names every row at fault. A test holds that there is none; the program asks again when it starts.
    pub fn embedded() -> Result<Self, DataError> {
        Self::from_sources(&Sources::embedded())
    }

    /// Reads and checks the tables; all of them are taken or none.
    ///
    /// # Errors
    /// [`DataError`] names every row at fault: unreadable, without a name, naming an unknown code, or in force at the same
    /// time as another row for the same thing.
    pub fn from_sources(sources: &Sources<'_>) -> Result<Self, DataError> {
        read::directory(sources)
    }

    /// What was in force on `date`.
    #[must_use]
    pub fn at(&self, date: Date) -> View<'_> {
        View { directory: self, date }
    }

    /// Every record of every ministry, in the order of the table.
    #[must_use]
    pub fn ministries(&self) -> &[Ministry] {
        &self.ministries
    }

    /// The latest record of a ministry, whether it still exists or not.
    #[must_use]
    pub fn ministry(&self, code: &MinistryCode) -> Option<&Ministry> {
        self.ministries.iter().rfind(|ministry| ministry.code == *code)
    }

    /// The day on which a ministry took the name that it bears last; none where it never bore another one.
    #[must_use]
    pub fn renamed_on(&self, code: &MinistryCode) -> Option<Date> {
        let mut editions = self.ministries.iter().rev().filter(|ministry| ministry.code == *code);
        let (last, before) = (editions.next()?, editions.next()?);
        last.period.from.filter(|from| before.period.until == Some(*from))
    }

    /// The ministries to which the duties of `code`, or a part of them, went.
    pub fn successors(&self, code: &MinistryCode) -> impl Iterator<Item = &Ministry> {
        self.ministries.iter().filter(move |ministry| ministry.predecessors.contains(code))
    }

    /// Every record of every deputy.
    #[must_use]
    pub fn deputies(&self) -> &[Deputy] {
        &self.deputies
    }

    /// The latest record of a deputy, whether the mandate lasts or not.
    #[must_use]
    pub fn deputy(&self, id: DeputyId) -> Option<&Deputy> {
        self.deputies.iter().rfind(|deputy| deputy.id == id)
    }

    /// The whole mandate that a deputy's record is the last part of: whoever changes faction has several records of one mandate. A convocation
    /// begins mandates of its own.
    #[must_use]
    pub(crate) fn mandate_of(&self, last: &Deputy) -> Period {
        let mut mandate = last.mandate;
        while let Some(from) = mandate.from
            && !self.begins_convocation(&last.chamber, from)
            && let Some(earlier) = self
                .deputies
                .iter()
                .find(|one| one.id == last.id && one.mandate.until == Some(from) && !one.mandate.is_empty())
        {
            mandate.from = earlier.mandate.from;
        }
        mandate
    }

    /// Does a convocation of that chamber begin on that day?
    pub(crate) fn begins_convocation(&self, chamber: &ChamberCode, on: Date) -> bool {
        self.convocations.iter().any(|one| one.chamber == *chamber && one.period.from == Some(on))
    }

    /// Every faction.
    #[must_use]
    pub fn factions(&self) -> &[Faction] {
        &self.factions
    }

    /// Every chamber, also the planned ones.
    #[must_use]
    pub fn chambers(&self) -> &[Chamber] {
        &self.chambers
    }

    /// A chamber by its code.
    #[must_use]
    pub fn chamber(&self, code: &ChamberCode) -> Option<&Chamber> {
        self.chambers.iter().find(|chamber| chamber.code == *code)
    }

    /// Every convocation of every chamber.
    #[must_use]
    pub fn convocations(&self) -> &[Convocation] {
        &self.convocations
    }

    /// Every office.
    #[must_use]
    pub fn offices(&self) -> &[Office] {
        &self.offices
    }

    /// An office by its code.
    #[must_use]
    pub fn office(&self, code: &OfficeCode) -> Option<&Office> {
        self.offices.iter().find(|office| office.code == *code)
    }

    /// Everybody who held or holds an office.
    #[must_use]
    pub fn holders(&self) -> &[Holder] {
        &self.holders
    }

    /// The latest record of a person who holds or held an office.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<&Holder> {
        self.holders.iter().rfind(|holder| holder.person == id)
    }

    /// Who fills an office at that moment, as the clocks in Astana show it: whoever acts in it, or else who holds it.
    #[must_use]
    pub fn holder_at(&self, office: &OfficeCode, at: DateTime) -> Option<&Holder> {
        let mut filling = self.holders.iter().filter(|holder| holder.office == *office && holder.term.contains(at));
        filling.clone().find(|holder| holder.ground.is_acting()).or_else(|| filling.next())
    }

    /// By what right a person signs for an office at that moment: because they hold it, which they do also while somebody acts for them, or because an
    /// order lets them act just then.
    ///
    /// # Errors
    /// [`NoAuthority`] when they do not, with what the records say of them.
    pub fn authority(&self, office: &OfficeCode, person: PersonId, at: DateTime) -> Result<Authority, NoAuthority> {
        let own = || self.holders.iter().filter(move |holder| holder.office == *office && holder.person == person);
        if let Some(holder) = own().find(|holder| holder.term.contains(at)) {
            return Ok(holder.authority());
        }
        let ended = own().filter_map(|holder| Some((holder.term.until.filter(|until| *until <= at)?, holder)));
        if let Some((until, holder)) = ended.max_by_key(|(until, _)| *until) {
            return Err(NoAuthority::Ended { until, ground: holder.ground.clone() });
        }
        let begins = own().filter_map(|holder| Some((holder.term.from.filter(|from| at < *from)?, holder)));
        Err(begins
            .min_by_key(|(from, _)| *from)
            .map_or(NoAuthority::Never, |(from, holder)| NoAuthority::NotYet { from, ground: holder.ground.clone() }))
    }

    /// Every topic of the rubricator, in the order of the table.
    #[must_use]
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The latest record of a topic, whether inquiries are still counted under it or not.
    #[must_use]
    pub fn topic(&self, code: &TopicCode) -> Option<&Topic> {
        self.topics.iter().rfind(|topic| topic.code == *code)
    }

    /// The working calendar.
    #[must_use]
    pub fn calendar(&self) -> &WorkingCalendar {
        &self.calendar
    }

    /// Every setting of a number series.
    #[must_use]
    pub fn series(&self) -> &[NumberSeries] {
        &self.series
    }

    pub(crate) fn series_mut(&mut self) -> &mut Vec<NumberSeries> {
        &mut self.series
    }

    pub(crate) fn rules_mut(&mut self) -> &mut Vec<DatedRule> {
        &mut self.rules
    }

    /// Every rule of counting.
    #[must_use]
    pub fn rules(&self) -> &[DatedRule] {
        &self.rules
    }
}

/// The directory on one day.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    directory: &'a Directory,
    date: Date,
}

impl<'a> View<'a> {
    /// The day.
    #[must_use]
    pub fn date(&self) -> Date {
        self.date
    }

    /// The whole directory.
    #[must_use]
    pub fn directory(&self) -> &'a Directory {
        self.directory
    }

    /// The ministries of that day, in the order of the table.
    pub fn ministries(&self) -> impl Iterator<Item = &'a Ministry> + use<'a> {
        let date = self.date;
        self.directory.ministries.iter().filter(move |ministry| ministry.period.contains(date))
    }

    /// Every ministry that the records know, each once: as that day calls it, and where it is over or has not begun, as it was called last or will be.
    #[must_use]
    pub fn every_ministry(&self) -> Vec<&'a Ministry> {
        let mut every: Vec<&'a Ministry> = Vec::new();
        for record in &self.directory.ministries {
            match every.iter_mut().find(|known| known.code == record.code) {
                // The records of one ministry follow one another, and a later one counts from its first day on.
                Some(known) if record.period.from.is_none_or(|from| from <= self.date) => *known = record,
                Some(_) => {}
                None => every.push(record),
            }
        }
        every
    }

    /// A ministry, if it existed on that day.
    #[must_use]
    pub fn ministry(&self, code: &MinistryCode) -> Option<&'a Ministry> {
        self.ministries().find(|ministry| ministry.code == *code)
    }

    /// The ministries whose name, in any language, or abbreviation begins with what was typed; the best first.
    #[must_use]
    pub fn find_ministries(&self, typed: &str) -> Vec<&'a Ministry> {
        ranked(self.ministries(), |ministry| {
            search::best(ministry.name.spellings().chain(ministry.abbreviation.spellings()), typed)
        })
    }

    /// The deputies with a mandate on that day.
    pub fn deputies(&self) -> impl Iterator<Item = &'a Deputy> + use<'a> {
        let date = self.date;
        self.directory.deputies.iter().filter(move |deputy| deputy.mandate.contains(date))
    }

    /// A deputy, if the mandate was held on that day.
    #[must_use]
    pub fn deputy(&self, id: DeputyId) -> Option<&'a Deputy> {
        self.deputies().find(|deputy| deputy.id == id)
    }

    /// The deputies whose name, in any language, answers what was typed; the best first.
    #[must_use]
    pub fn find_deputies(&self, typed: &str) -> Vec<&'a Deputy> {
        ranked(self.deputies(), |deputy| search::best(deputy.name.spellings(), typed))
    }

    /// The factions of that day.
    pub fn factions(&self) -> impl Iterator<Item = &'a Faction> + use<'a> {
        let date = self.date;
        self.directory.factions.iter().filter(move |faction| faction.period.contains(date))
    }

    /// A faction, if it existed on that day.
    #[must_use]
    pub fn faction(&self, code: &FactionCode) -> Option<&'a Faction> {
        self.factions().find(|faction| faction.code == *code)
    }

    /// The chambers that sit on that day; a planned one does not.
    pub fn chambers(&self) -> impl Iterator<Item = &'a Chamber> + use<'a> {
        let date = self.date;
        self.directory.chambers.iter().filter(move |chamber| !chamber.planned && chamber.period.contains(date))
    }

    /// The topics of that day, in the order of the table.
    pub fn topics(&self) -> impl Iterator<Item = &'a Topic> + use<'a> {
        let date = self.date;
        self.directory.topics.iter().filter(move |topic| topic.period.contains(date))
    }

    /// A topic, if inquiries are counted under it on that day.
    #[must_use]
    pub fn topic(&self, code: &TopicCode) -> Option<&'a Topic> {
        self.topics().find(|topic| topic.code == *code)
    }

    /// The topic that a subject speaks of most; none where it speaks of none, or of two alike.
    #[must_use]
    pub fn topic_of(&self, subject: &str) -> Option<&'a Topic> {
        topic::of_text(self.topics(), subject)
    }

    /// The convocation of a chamber on that day.
    #[must_use]
    pub fn convocation(&self, chamber: &ChamberCode) -> Option<&'a Convocation> {
        let of_that_day = |c: &&Convocation| c.chamber == *chamber && c.period.contains(self.date);
        self.directory.convocations.iter().find(of_that_day)
    }

    /// The setting of a number series on that day.
    #[must_use]
    pub fn series(&self, purpose: Purpose) -> Option<&'a NumberSeries> {
        self.directory.series.iter().find(|series| series.purpose == purpose && series.period.contains(self.date))
    }

    /// The name under which the journal counts a series of that day. `chamber` decides the convocation, where that is the scope.
    ///
    /// # Errors
    /// [`NoConvocation`] when the series counts by convocation and none sits on that day.
    pub fn series_name(&self, series: &NumberSeries, chamber: &ChamberCode) -> Result<String, NoConvocation> {
        series.name_for(self.date, self.convocation(chamber).map(|convocation| convocation.number))
    }

    /// The rule for a reply's deadline on that day.
    #[must_use]
    pub fn reply_rule(&self) -> Option<&'a Rule> {
        self.rule("reply").map(|dated| &dated.rule)
    }

    /// The rule for inner deadlines on that day.
    #[must_use]
    pub fn inner_rule(&self) -> Option<&'a InnerRule> {
        self.rule("inner")
    }

    /// The rule for the day of the lead's draft on that day, which comes after the contributions that it is made from.
    #[must_use]
    pub fn draft_rule(&self) -> Option<&'a InnerRule> {
        self.rule("draft")
    }

    /// The rule for an extension on that day; a control officer may name another length.
    #[must_use]
    pub fn extension_rule(&self) -> Option<&'a Rule> {
        self.rule("extension").map(|dated| &dated.rule)
    }

    fn rule(&self, code: &str) -> Option<&'a InnerRule> {
        let of_that_day = |dated: &&DatedRule| dated.rule.rule.code == code && dated.period.contains(self.date);
        self.directory.rules.iter().find(of_that_day).map(|dated| &dated.rule)
    }
}

fn ranked<'a, T>(records: impl Iterator<Item = &'a T>, rank: impl Fn(&T) -> Option<Match>) -> Vec<&'a T> {
    let mut found: Vec<(Match, &T)> = records.filter_map(|record| Some((rank(record)?, record))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, record)| record).collect()
}
