//! Somebody who tells a story: asks real inquiries for what people ask, at the hours at which people work.

use directory::{Actor, Role};
use eventstore::{NewEvent, Recordable};
use inquiry::command::JoinMerge;
use inquiry::state::{Dossier, Stage};
use inquiry::terms::MergedInquiry;
use inquiry::{Ask, Command, Event, Inquiry, InquiryId, decide};
use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan};

use crate::chance::Chance;
use crate::error::Error;
use crate::office::{Office, person};

/// Numbers that are known only when all stories stand in one order; they stand in stored texts until then.
pub(crate) const MARKS: &str = "9090909000";

/// The mark of the number of the story's inquiry of that place.
pub(crate) fn number_mark(who: usize) -> i64 {
    909_090_900_010 + who as i64
}

/// The same of its incoming number.
pub(crate) fn incoming_mark(who: usize) -> i64 {
    909_090_900_020 + who as i64
}

/// The same of its reply's outgoing number.
pub(crate) fn outgoing_mark(who: usize) -> i64 {
    909_090_900_030 + who as i64
}

/// What one command did.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
    /// The inquiries of the story that it wrote to, the first one first, and the events.
    pub(crate) writes: Vec<(usize, Vec<NewEvent>)>,
    pub(crate) takes: Takes,
}

/// What has to be given to a command when all stories stand in one order.
#[derive(Debug)]
pub(crate) enum Takes {
    Nothing,
    /// A number of the deputies', an incoming number of that series from that first value, and the right to have been registered.
    Registration {
        series: String,
        first: i64,
        chamber: &'static str,
        dated: jiff::civil::Date,
    },
    /// An outgoing number.
    Outgoing {
        series: String,
        first: i64,
    },
}

/// Why a story goes on no further.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It has come to the end of the history: what is open stays open.
    Over,
    /// It is at fault.
    Fault(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

pub(crate) type Told = Result<(), Stop>;

pub(crate) struct Teller<'o> {
    pub(crate) office: &'o Office,
    pub(crate) chance: Chance,
    pub(crate) now: DateTime,
    pub(crate) inquiries: Vec<(InquiryId, Inquiry)>,
    pub(crate) steps: Vec<Step>,
}

impl<'o> Teller<'o> {
    pub(crate) fn new(office: &'o Office, chance: Chance, now: DateTime) -> Self {
        Self { office, chance, now, inquiries: Vec::new(), steps: Vec::new() }
    }

    /// Asks, and keeps what follows.
    pub(crate) fn ask(&mut self, who: usize, by: &Actor, ask: impl Into<Ask>) -> Told {
        self.ask_for(who, by, ask.into(), Takes::Nothing)
    }

    pub(crate) fn ask_for(&mut self, who: usize, by: &Actor, ask: Ask, takes: Takes) -> Told {
        let at = self.moment()?;
        let events = self.decided(who, by, at, ask)?;
        if !events.is_empty() {
            self.steps.push(Step { actor: by.name.clone(), at, writes: vec![(who, events)], takes });
        }
        self.seconds(1)
    }

    /// One letter to two inquiries: both sides at once.
    pub(crate) fn merge(&mut self, into: usize, other: usize) -> Told {
        let clerk = person("clerk", Role::Clerk);
        let at = self.moment()?;
        let joining = self.dossier(other)?;
        let merged = MergedInquiry {
            inquiry: joining.inquiry,
            number: joining.intake.number.printed().to_owned(),
            dated: joining.intake.dated,
            due: joining.due().ok_or_else(|| Error::story("an inquiry without a deadline joins"))?,
            groups: joining.groups(),
        };
        let leading = self.dossier(into)?;
        let join = JoinMerge { into: leading.inquiry, number: leading.intake.number.printed().to_owned() };
        let leads = self.decided(into, &clerk, at, inquiry::command::Merge { others: vec![merged] }.into())?;
        let joins = self.decided(other, &clerk, at, join.into())?;
        let writes = vec![(into, leads), (other, joins)];
        self.steps.push(Step { actor: clerk.name, at, writes, takes: Takes::Nothing });
        self.seconds(1)
    }

    fn decided(&mut self, who: usize, by: &Actor, at: Timestamp, ask: Ask) -> Result<Vec<NewEvent>, Stop> {
        let name = ask.name();
        let (_, inquiry) = self.inquiries.get_mut(who).ok_or_else(|| Error::story("there is no such inquiry"))?;
        let command = Command { by: by.clone(), at, seen: None, ask };
        let events = decide(inquiry, &command)
            .map_err(|refusal| Error::Refused { command: name, refusal: Box::new(refusal) })?;
        for event in &events {
            *inquiry = std::mem::take(inquiry).evolve(event);
        }
        events.iter().map(|event: &Event| Ok(event.to_new_event().map_err(Error::story)?)).collect()
    }

    fn moment(&self) -> Result<Timestamp, Stop> {
        let at = self.office.moment(self.now)?;
        if at > self.office.until { Err(Stop::Over) } else { Ok(at) }
    }

    pub(crate) fn dossier(&self, who: usize) -> Result<&Dossier, Stop> {
        let inquiry = self.inquiries.get(who).and_then(|(_, inquiry)| inquiry.dossier());
        Ok(inquiry.ok_or_else(|| Error::story("nothing was received"))?)
    }

    pub(crate) fn stage(&self, who: usize) -> Result<&Stage, Stop> {
        Ok(&self.dossier(who)?.stage)
    }

    pub(crate) fn seconds(&mut self, seconds: i64) -> Told {
        self.now = self.now.checked_add(seconds.seconds()).map_err(Error::story)?;
        Ok(())
    }

    /// Some minutes later.
    pub(crate) fn minutes(&mut self, least: i64, most: i64) -> Told {
        let seconds = self.chance.between(least * 60, most * 60);
        self.seconds(seconds)?;
        // At seven in the evening everybody has gone home.
        if self.now.hour() >= 19 { self.at_work(self.office.working_day(self.now.date(), 1)?) } else { Ok(()) }
    }

    /// So many working days later, at some hour of work; the same day, some minutes later, where that is none.
    pub(crate) fn days(&mut self, least: i64, most: i64) -> Told {
        let days = self.chance.between(least, most);
        if days == 0 && self.now.hour() < 17 {
            return self.minutes(8, 70);
        }
        let day = self.office.working_day(self.now.date(), days.max(1))?;
        self.at_work(day)
    }

    /// To that day, at some hour of work.
    pub(crate) fn at_work(&mut self, day: jiff::civil::Date) -> Told {
        let minute = self.chance.between(5, 8 * 60 + 30);
        let at = day.at(9, 0, 0, 0).checked_add((minute * 60 + self.chance.between(0, 59)).seconds());
        self.now = at.map_err(Error::story)?.max(self.now);
        Ok(())
    }

    /// To the next hour at which letters lie before the signatory: Tuesdays and Thursdays in the afternoon, as far as they are days of work.
    pub(crate) fn signing_hour(&mut self) -> Told {
        let mut day = self.now.date();
        let late = self.now.hour() >= 15;
        let mut first = true;
        loop {
            let sits = matches!(day.weekday(), jiff::civil::Weekday::Tuesday | jiff::civil::Weekday::Thursday);
            if sits && self.office.is_working(day) && !(first && late) {
                break;
            }
            first = false;
            day = day.tomorrow().map_err(Error::story)?;
        }
        let minute = self.chance.between(0, 150);
        let at = day.at(15, 30, 0, 0).checked_add((minute * 60 + self.chance.between(0, 59)).seconds());
        self.now = at.map_err(Error::story)?.max(self.now);
        Ok(())
    }
}
