//! The days that a person names in a command, held against the office's calendar: an instruction leaves enough working days, and nothing is
//! due on a day off.
//!
//! [`fn@crate::decide`] knows no calendar, for most of what it decides needs none. Whoever asks it in the name of a person asks [`check`] too,
//! with the calendar and the setting of the day.

use directory::MinistryCode;
use directory::calendar::WorkingCalendar;
use jiff::civil::Date;

use crate::command::{Ask, AssignMinistries, Command, Reassign};
use crate::decide::{contribution_before_draft, decide, not_past};
use crate::refusal::Refusal;
use crate::state::{Dossier, Inquiry};
use crate::terms::Place;
use crate::time;

/// What the office's days are.
#[derive(Debug, Clone, Copy)]
pub struct OfficeDays<'a> {
    /// Which days are worked.
    pub calendar: &'a WorkingCalendar,
    /// No instruction leaves fewer working days than this ([`directory::deadline::InnerRule`]).
    pub minimum: u16,
}

/// Holds the days of a command against the calendar.
///
/// # Errors
/// What [`fn@crate::decide`] refuses is refused first, so that nobody learns here of what is not theirs; then [`Refusal::DueOnDayOff`] and
/// [`Refusal::InstructionTooShort`].
pub fn check(inquiry: &Inquiry, command: &Command, days: OfficeDays<'_>) -> Result<(), Refusal> {
    // Decided again only for the few commands that name a day.
    let decided = || decide(inquiry, command).map(|_| ());
    let Inquiry::Received(dossier) = inquiry else { return Ok(()) };
    let desk = Desk { dossier, today: time::day_of(command.at), days };
    match &command.ask {
        Ask::AssignMinistries(ask) => decided().and_then(|()| desk.assigned(ask)),
        Ask::Reassign(ask) => decided().and_then(|()| desk.reassigned(ask)),
        Ask::RequestExtension(ask) => decided().and_then(|()| desk.extended(ask.until)),
        Ask::GrantExtension(ask) => decided().and_then(|()| desk.extended(ask.until)),
        Ask::Register(_)
        | Ask::ContestAssignment(_)
        | Ask::SubmitContribution(_)
        | Ask::AcceptContribution(_)
        | Ask::ReturnContribution(_)
        | Ask::RemindMinistry(_)
        | Ask::ReviseDraft(_)
        | Ask::SubmitForApproval(_)
        | Ask::Visa(_)
        | Ask::RefuseVisa(_)
        | Ask::ReturnDraft(_)
        | Ask::SubmitForSignature(_)
        | Ask::Sign(_)
        | Ask::DeclineSigning(_)
        | Ask::AssignOutgoingNumber(_)
        | Ask::Dispatch(_)
        | Ask::RecordAcceptance(_)
        | Ask::RecordFailure(_)
        | Ask::RecordDeliveryReport(_)
        | Ask::ConfirmDelivery(_)
        | Ask::RecordDeliveryByHand(_)
        | Ask::Resend(_)
        | Ask::RevokeLink(_)
        | Ask::RefuseExtension(_)
        | Ask::SendInterimReply(_)
        | Ask::RemoveFromControl(_)
        | Ask::Close(_)
        | Ask::LinkRepeat(_)
        | Ask::Merge(_)
        | Ask::JoinMerge(_)
        | Ask::Withdraw(_)
        | Ask::Redirect(_)
        | Ask::ReplaceReply(_)
        | Ask::RecordResponse(_)
        | Ask::SetTopic(_) => Ok(()),
    }
}

/// A day of a resolution that is being written: the day can be wrong before everything else is there.
#[derive(Debug, Clone, Copy)]
pub struct NamedDay<'a> {
    /// Whose it is, once that is known.
    pub ministry: Option<&'a MinistryCode>,
    /// The day.
    pub due: Date,
    /// The day of the draft, beside a co-executor's; none beside the lead's own.
    pub before: Option<Date>,
}

/// Holds one day of a resolution against the rules by which the whole of it is decided and [`check`]ed.
///
/// # Errors
/// [`Refusal::DueInThePast`], [`Refusal::DueAfterControl`], [`Refusal::ContributionDueAfterDraft`], [`Refusal::DueOnDayOff`] or
/// [`Refusal::InstructionTooShort`]; the last and the third speak of a ministry, and are not told without one.
pub fn check_day(dossier: &Dossier, today: Date, day: NamedDay<'_>, days: OfficeDays<'_>) -> Result<(), Refusal> {
    let NamedDay { ministry, due, before } = day;
    let desk = Desk { dossier, today, days };
    not_past(due, today)?;
    let latest = match before {
        None => {
            dossier.before_control(due, today)?;
            dossier.latest_draft(today)
        }
        Some(draft) => {
            ministry.map_or(Ok(()), |ministry| contribution_before_draft(ministry, due, draft))?;
            draft
        }
    };
    match ministry {
        Some(ministry) if desk.has_already(ministry, due) => Ok(()),
        Some(ministry) => desk.instruction(ministry, due, latest),
        None => desk.working_day(due, latest),
    }
}

struct Desk<'a> {
    dossier: &'a Dossier,
    today: Date,
    days: OfficeDays<'a>,
}

impl Desk<'_> {
    fn assigned(&self, ask: &AssignMinistries) -> Result<(), Refusal> {
        if !self.has_already(&ask.lead, ask.lead_due) {
            self.instruction(&ask.lead, ask.lead_due, self.dossier.latest_draft(self.today))?;
        }
        let mut new = ask.co_executors.iter().filter(|co| !self.has_already(&co.ministry, co.due));
        new.try_for_each(|co| self.instruction(&co.ministry, co.due, ask.lead_due))
    }

    fn reassigned(&self, ask: &Reassign) -> Result<(), Refusal> {
        let Some(assignment) = &self.dossier.assignment else { return Ok(()) };
        let before_draft = match assignment.place(&ask.from) {
            Some(Place::CoExecutor) => assignment.latest_contribution(self.today),
            Some(Place::Lead) | None => None,
        };
        let latest = before_draft.unwrap_or_else(|| self.dossier.latest_draft(self.today));
        self.instruction(&ask.to, ask.due, latest)
    }

    /// A ministry that keeps its day in a later resolution is given no new instruction.
    fn has_already(&self, ministry: &MinistryCode, due: Date) -> bool {
        self.dossier.assignment.as_ref().is_some_and(|known| {
            (&known.lead == ministry && known.lead_due == due)
                || known.co_executors.iter().any(|co| &co.ministry == ministry && co.due == due)
        })
    }

    /// Where `latest` itself leaves too little time, something still has to be possible: then every day until it will do.
    fn instruction(&self, ministry: &MinistryCode, due: Date, latest: Date) -> Result<(), Refusal> {
        let OfficeDays { calendar, minimum } = self.days;
        self.working_day(due, latest)?;
        let enough = |day: Date| calendar.working_days(self.today, day) >= u32::from(minimum);
        match self.onward().take_while(|day| *day <= latest).find(|day| enough(*day)) {
            Some(earliest) if due < earliest => {
                Err(Refusal::InstructionTooShort { ministry: ministry.clone(), due, earliest, minimum })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn extended(&self, until: Date) -> Result<(), Refusal> {
        self.working_day(until, Date::MAX)
    }

    /// Nothing is due on a day off, as long as there is a working day near it.
    fn working_day(&self, due: Date, latest: Date) -> Result<(), Refusal> {
        if self.days.calendar.is_working(due).0 {
            return Ok(());
        }
        match self.working_day_near(due, latest) {
            Some(instead) => Err(Refusal::DueOnDayOff { due, instead }),
            None => Ok(()),
        }
    }

    /// The next working day, or the one before where the next would be too late.
    fn working_day_near(&self, day: Date, latest: Date) -> Option<Date> {
        let works = |day: &Date| self.days.calendar.is_working(*day).0;
        let after = std::iter::successors(day.tomorrow().ok(), |day| day.tomorrow().ok());
        let before = std::iter::successors(day.yesterday().ok(), |day| day.yesterday().ok());
        after
            .take_while(|day| *day <= latest)
            .find(works)
            .or_else(|| before.take_while(|day| *day >= self.today).find(works))
    }

    fn onward(&self) -> impl Iterator<Item = Date> {
        std::iter::successors(Some(self.today), |day| day.tomorrow().ok())
    }
}
