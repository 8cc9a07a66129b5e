//! The seventh chapter crosses the others: more time, interim replies, and the end of control.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Case, one, within};
use crate::bounds::{self, Field};
use crate::command::{Close, GrantExtension, RefuseExtension, RemoveFromControl, RequestExtension, SendInterimReply};
use crate::event::{
    ControlRemoved, Event, ExtensionGranted, ExtensionRefused, ExtensionRequested, InquiryClosed, InterimReplySent,
};
use crate::refusal::Refusal;
use crate::state::{ExtensionAsked, Watch};
use crate::terms::Outcome;

impl Case<'_> {
    pub(super) fn request_extension(&self, ask: &RequestExtension) -> Result<Vec<Event>, Refusal> {
        let RequestExtension { ground, until } = ask;
        bounds::text(Field::Ground, ground)?;
        later(self.watch()?.due, *until)?;
        one(ExtensionRequested { ministry: self.own_ministry()?, ground: ground.clone(), until: *until })
    }

    /// The officer may give less, or more, than was asked for.
    pub(super) fn grant_extension(&self, ask: &GrantExtension) -> Result<Vec<Event>, Refusal> {
        let old_due = self.watch()?.due;
        let ground = self.asked()?.ground.clone();
        later(old_due, ask.until)?;
        one(ExtensionGranted { ground, old_due, new_due: ask.until })
    }

    pub(super) fn refuse_extension(&self, ask: &RefuseExtension) -> Result<Vec<Event>, Refusal> {
        bounds::text(Field::Reason, &ask.reason)?;
        one(ExtensionRefused { until: self.asked()?.until, reason: ask.reason.clone() })
    }

    /// An interim reply is a sign of life, not an answer: the clock goes on.
    pub(super) fn send_interim_reply(&self, ask: &SendInterimReply) -> Result<Vec<Event>, Refusal> {
        let SendInterimReply { summary, number, dated, pdf } = ask;
        bounds::text(Field::Summary, summary)?;
        bounds::optional(Field::Number, number.as_deref())?;
        within(Field::InterimDate, *dated, self.dossier.intake.received, self.today)?;
        one(InterimReplySent { summary: summary.clone(), number: number.clone(), dated: *dated, pdf: *pdf })
    }

    /// The gate has seen that everybody has the reply.
    pub(super) fn remove_from_control(&self, ask: &RemoveFromControl) -> Result<Vec<Event>, Refusal> {
        bounds::optional(Field::Reason, ask.note.as_deref())?;
        one(ControlRemoved { note: ask.note.clone() })
    }

    /// The gate has seen that everybody has the reply.
    pub(super) fn close(&self, ask: &Close) -> Result<Vec<Event>, Refusal> {
        match &ask.outcome {
            Outcome::Answered => {}
            Outcome::AnsweredInPart { ground } | Outcome::Refused { ground } => bounds::text(Field::Ground, ground)?,
        }
        let mut events = Vec::new();
        if self.dossier.watch().is_some() {
            events.push(ControlRemoved { note: None }.into());
        }
        events.push(InquiryClosed { outcome: ask.outcome.clone() }.into());
        Ok(events)
    }

    fn watch(&self) -> Result<&Watch, Refusal> {
        self.dossier.watch().ok_or(Refusal::NotOnControl)
    }

    fn asked(&self) -> Result<&ExtensionAsked, Refusal> {
        self.watch()?.asked.as_ref().ok_or(Refusal::NoExtensionRequested)
    }
}

fn later(due: Date, until: Date) -> Result<(), Refusal> {
    if until <= due {
        return Err(Refusal::ExtensionNotLater { due, until });
    }
    let latest = due.saturating_add(bounds::EXTENSION_YEARS.years());
    if until <= latest { Ok(()) } else { Err(Refusal::ExtensionTooFar { until, latest }) }
}
