//! Where an inquiry's time went: from its history the chain of who held it, from when until when, and which event passed it on.
//!
//! The **line** is the main one: at every moment from the receipt to the end exactly one holder has the paper, so that its intervals
//! join without a hole and without an overlap, and their times add up to the whole. What others do at the same time (a co-executor's
//! contribution, one approver's visa, a decision about more time) stands **beside** it. [`Waiting`] follows the events one by one, so that a
//! table can keep it; `why` says what of it made a reply late. A holder is a role of the office or a ministry, never a person.

mod desk;
mod step;
mod why;

use directory::MinistryCode;
use directory::calendar::WorkingCalendar;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::event::{Event, EventName};
use crate::time;
use desk::{Desk, Held};
pub use step::{Holder, Step};
pub use why::{Explanation, Facts, Reason, Usual, Verdict, explain};

/// An event with its place in the journal and the time at which it was recorded.
#[derive(Debug, Clone, Copy)]
pub struct Happened<'a> {
    /// Its place in the one order of everything.
    pub position: i64,
    /// When it was recorded.
    pub at: Timestamp,
    /// What happened.
    pub event: &'a Event,
}

/// Which event began something, or ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its place in the journal.
    pub position: i64,
    /// When it was recorded.
    pub at: Timestamp,
    /// What it was.
    #[serde(with = "stored")]
    pub name: EventName,
}

/// A stretch of time during which one holder had one thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// What was to be done.
    pub step: Step,
    /// Who held it.
    pub holder: Holder,
    /// Whose contribution it is about, where the lead looks at one.
    pub about: Option<MinistryCode>,
    /// From when. The first one begins with the day of receipt where the receipt was recorded on a later day.
    pub from: Timestamp,
    /// Until when; none: it lasts.
    pub until: Option<Timestamp>,
    /// The event that began it.
    pub begun_by: Mark,
    /// The event that ended it.
    pub ended_by: Option<Mark>,
    /// The inner day by which it was to be done, as it stood last.
    pub due: Option<Date>,
    /// Tells two visas of one kind apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approver: Option<String>,
}

/// How long something lasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lasted {
    /// By the clock.
    pub time: SignedDuration,
    /// Days that were worked after the first one, up to and including the last: those of one chain add up.
    pub working_days: u32,
}

impl Interval {
    /// Until when it had lasted at that moment.
    #[must_use]
    pub fn until_or(&self, now: Timestamp) -> Timestamp {
        self.until.unwrap_or(now).max(self.from)
    }

    /// How long it had lasted at that moment.
    #[must_use]
    pub fn lasted(&self, now: Timestamp, calendar: &WorkingCalendar) -> Lasted {
        lasted(self.from, self.until_or(now), calendar)
    }

    /// The working days of it that lie beyond its inner day.
    #[must_use]
    pub fn beyond(&self, now: Timestamp, calendar: &WorkingCalendar) -> u32 {
        let (from, until) = (time::day_of(self.from), time::day_of(self.until_or(now)));
        self.due.map_or(0, |due| calendar.working_days(due.max(from), until))
    }

    /// Had the paper lain beyond its inner day at that moment?
    #[must_use]
    pub fn is_beyond(&self, now: Timestamp) -> bool {
        self.due.is_some_and(|due| time::day_of(self.until_or(now)) > due)
    }

    fn is_of(&self, held: &Held) -> bool {
        let Held { step, holder, about, approver, due: _ } = held;
        (&self.step, &self.holder, &self.about, &self.approver) == (step, holder, about, approver)
    }

    fn begun(held: Held, from: Timestamp, begun_by: Mark) -> Self {
        let Held { step, holder, about, approver, due } = held;
        Self { step, holder, about, from, until: None, begun_by, ended_by: None, due, approver }
    }

    fn end(&mut self, until: Timestamp, by: Mark) {
        self.until = Some(until.max(self.from));
        self.ended_by = Some(by);
    }
}

/// How long it is from one moment to another.
#[must_use]
pub fn lasted(from: Timestamp, until: Timestamp, calendar: &WorkingCalendar) -> Lasted {
    Lasted {
        time: until.duration_since(from),
        working_days: calendar.working_days(time::day_of(from), time::day_of(until)),
    }
}

/// The reply's day was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// By which event.
    pub by: Mark,
    /// From which day.
    pub old_due: Date,
    /// To which.
    pub new_due: Date,
}

/// The first letter went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// By which event.
    pub by: Mark,
    /// The reply's day as it stood then; none where nobody watched the clock.
    pub due: Option<Date>,
}

/// An inquiry's time, as far as its events tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The main line: who held it, without a hole and without an overlap. The last one lasts while the inquiry is open.
    pub line: Vec<Interval>,
    /// What was done at the same time, in the order in which it began.
    pub beside: Vec<Interval>,
    /// The reply's day as it was set first.
    pub first_due: Option<Date>,
    /// The reply's day now, while somebody watches the clock.
    pub due: Option<Date>,
    /// How the day moved.
    pub moved: Vec<Moved>,
    /// The first letter that went out.
    pub sent: Option<Sent>,
    desk: Desk,
}

impl Waiting {
    /// What a whole history comes to; none before anything was received.
    pub fn of<'a>(history: impl IntoIterator<Item = Happened<'a>>) -> Option<Self> {
        history.into_iter().fold(None, |known, happened| Self::after(known, &happened))
    }

    /// What is known after one more event; none while nothing but a receipt could begin it.
    #[must_use]
    pub fn after(known: Option<Self>, happened: &Happened<'_>) -> Option<Self> {
        match (known, happened.event) {
            (None, Event::InquiryReceived(event)) => {
                let from = time::begin_of(event.intake.received).map_or(happened.at, |day| {
                    if time::day_of(happened.at) > event.intake.received { day } else { happened.at }
                });
                let desk = Desk::default();
                let line = desk.main().map(|held| Interval::begun(held, from, Mark::of(happened))).into_iter();
                Some(Self {
                    line: line.collect(),
                    beside: Vec::new(),
                    first_due: None,
                    due: None,
                    moved: Vec::new(),
                    sent: None,
                    desk,
                })
            }
            (None, _) => None,
            (Some(known), _) => Some(known.evolve(happened)),
        }
    }

    /// When the line begins.
    #[must_use]
    pub fn begins(&self) -> Option<Timestamp> {
        self.line.first().map(|first| first.from)
    }

    /// When it ended: closed, withdrawn, sent on, joined to another.
    #[must_use]
    pub fn ended(&self) -> Option<Mark> {
        self.line.last().and_then(|last| last.ended_by)
    }

    /// The line until the first letter went out; all of it before that.
    pub fn before_sending(&self) -> impl Iterator<Item = &Interval> {
        let sent = self.sent.map(|sent| sent.by.position);
        // What the order to send began comes after it.
        self.line.iter().take_while(move |one| sent.is_none_or(|sent| one.begun_by.position < sent))
    }

    /// The line as somebody outside the Office is told it: what becomes of drafts inside is one stretch with the lead.
    #[must_use]
    pub fn told_outside(&self) -> Vec<Interval> {
        let mut told: Vec<Interval> = Vec::new();
        for one in &self.line {
            let is_inside =
                matches!(one.step, Step::Draft | Step::SendingOut | Step::Visas | Step::Rework | Step::Laying);
            let is_passed_on = |last: &Interval| matches!(one.holder, Holder::Ministry(_)) && one.holder != last.holder;
            match told.last_mut().filter(|last| is_inside && last.step == Step::Draft && !is_passed_on(last)) {
                Some(last) => (last.until, last.ended_by) = (one.until, one.ended_by),
                None if is_inside => told.push(Interval { step: Step::Draft, ..one.clone() }),
                None => told.push(one.clone()),
            }
        }
        told
    }

    fn evolve(mut self, happened: &Happened<'_>) -> Self {
        let mark = Mark::of(happened);
        self.desk = self.desk.evolve(happened.event);
        self.follow_days(happened.event, mark);
        let latest = self.line.last().map_or(happened.at, |last| last.until.unwrap_or(last.from));
        // The office's clock may have been set back; a chain never goes backwards.
        let at = happened.at.max(latest);
        self.follow_line(at, mark);
        self.follow_beside(at, mark);
        self
    }

    fn follow_days(&mut self, event: &Event, by: Mark) {
        let due = self.desk.reply_due();
        match event {
            Event::ControlSet(_) => self.first_due = self.first_due.or(due),
            Event::ExtensionGranted(event) => {
                self.moved.push(Moved { by, old_due: event.old_due, new_due: event.new_due });
            }
            Event::DeadlinesRecounted(event) => self.moved.extend(event.reply.as_ref().map(|reply| Moved {
                by,
                old_due: reply.old_due,
                new_due: reply.new_due,
            })),
            Event::DispatchOrdered(_) => self.sent = self.sent.or(Some(Sent { by, due })),
            Event::InquiryReceived(_)
            | Event::InquiryRegistered(_)
            | Event::MinistriesAssigned(_)
            | Event::AssignmentContested(_)
            | Event::MinistryReassigned(_)
            | Event::ContributionSubmitted(_)
            | Event::ContributionAccepted(_)
            | Event::ContributionReturned(_)
            | Event::MinistryReminded(_)
            | Event::DraftRevised(_)
            | Event::DraftSubmittedForApproval(_)
            | Event::DraftVisaed(_)
            | Event::VisaRefused(_)
            | Event::DraftReturned(_)
            | Event::SubmittedForSignature(_)
            | Event::ReplyCosigned(_)
            | Event::ReplySigned(_)
            | Event::SigningDeclined(_)
            | Event::OutgoingNumberAssigned(_)
            | Event::ReplyAccepted(_)
            | Event::DeliveryFailed(_)
            | Event::DeliveryReported(_)
            | Event::DeliveryConfirmed(_)
            | Event::DeliveredByHand(_)
            | Event::LinkRevoked(_)
            | Event::ExtensionRequested(_)
            | Event::ExtensionRefused(_)
            | Event::InterimReplySent(_)
            | Event::ControlRemoved(_)
            | Event::InquiryClosed(_)
            | Event::RepeatInquiryLinked(_)
            | Event::InquiriesMerged(_)
            | Event::InquiryWithdrawn(_)
            | Event::InquiryRedirected(_)
            | Event::ReplyReplaced(_)
            | Event::DeputyResponded(_)
            | Event::AddressErased(_)
            | Event::TopicSet(_)
            | Event::PartCarriedOver(_) => {}
        }
        self.due = due;
    }

    fn follow_line(&mut self, at: Timestamp, mark: Mark) {
        let Some(held) = self.desk.main() else {
            if let Some(last) = self.line.last_mut().filter(|last| last.until.is_none()) {
                last.end(at, mark);
            }
            return;
        };
        match self.line.last_mut() {
            Some(last) if last.until.is_none() && last.is_of(&held) => {
                last.due = held.due;
                return;
            }
            Some(last) if last.until.is_none() => last.end(at, mark),
            // It had been closed, and its reply is replaced: the time in between is told too.
            Some(last) => {
                if let (Some(from), Some(by)) = (last.until, last.ended_by) {
                    let nobody = Held::plain(Step::Closed, Holder::Nobody);
                    let mut rest = Interval::begun(nobody, from, by);
                    rest.end(at, mark);
                    self.line.push(rest);
                }
            }
            None => {}
        }
        self.line.push(Interval::begun(held, at, mark));
    }

    fn follow_beside(&mut self, at: Timestamp, mark: Mark) {
        let mut wanted = self.desk.beside();
        for open in self.beside.iter_mut().filter(|open| open.until.is_none()) {
            match wanted.iter().position(|held| open.is_of(held)) {
                Some(place) => open.due = wanted.swap_remove(place).due,
                None => open.end(at, mark),
            }
        }
        wanted.sort_by(|a, b| (a.step, &a.holder, &a.about).cmp(&(b.step, &b.holder, &b.about)));
        self.beside.extend(wanted.into_iter().map(|held| Interval::begun(held, at, mark)));
    }
}

impl Mark {
    const fn of(happened: &Happened<'_>) -> Self {
        Self { position: happened.position, at: happened.at, name: happened.event.name() }
    }
}

/// Kinds of events by their stored names.
mod stored {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::event::EventName;

    pub(super) fn serialize<S: Serializer>(name: &EventName, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(name.stored())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EventName, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        EventName::from_stored(&name).ok_or_else(|| D::Error::custom("no event has that name"))
    }
}
