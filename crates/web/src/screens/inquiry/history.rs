//! The whole history of an inquiry in words.

use directory::number::shown;
use directory::{ActingOrder, Language, MinistryCode, dates};
use eventstore::Recorded;
use inquiry::event::{Event, EventName};
use inquiry::terms::{MergeSide, Outcome};
use inquiry::{ContentHash, Dossier, RecipientNo};
use jiff::Timestamp;
use jiff::civil::Date;
use letter::Fingerprint;
use serde::Serialize;

use super::super::names::Names;
use super::super::wording::{self, People};
use crate::moment::Moment;
use crate::office::seeing::{Seen, events_of};
use crate::problem::Problem;
use crate::time::local_date;

/// One event as people read it.
#[derive(Debug, Serialize)]
pub(in super::super) struct Line {
    pub words: &'static str,
    pub detail: Option<String>,
    pub actor: String,
    pub at: String,
    pub event: String,
    pub version: u64,
    pub position: i64,
    pub block: i64,
    /// Its symbol beside the words.
    pub icon: &'static str,
    /// Whether it moved the inquiry on, held it up, or neither.
    pub tone: &'static str,
    /// The day in Astana.
    pub day: Date,
    /// The inquiry as it stood right after the event.
    pub then: String,
}

/// A day of the history, the last event first.
#[derive(Debug, Serialize)]
pub(in super::super) struct Day {
    pub day: Date,
    pub stretches: Vec<Stretch>,
}

/// Events of one kind by one person without another between them: eight mails that a server took are one thing to read.
#[derive(Debug, Serialize)]
pub(in super::super) struct Stretch {
    pub first: Line,
    pub more: Vec<Line>,
    pub count: usize,
}

/// Lines in their order, by days and stretches.
pub(super) fn days(lines: Vec<Line>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for line in lines {
        if days.last().is_none_or(|last| last.day != line.day) {
            days.push(Day { day: line.day, stretches: Vec::new() });
        }
        let Some(day) = days.last_mut() else { continue };
        match day.stretches.last_mut() {
            Some(last) if last.first.event == line.event && last.first.actor == line.actor => {
                last.count += 1;
                last.more.push(line);
            }
            _ => day.stretches.push(Stretch { first: line, more: Vec::new(), count: 1 }),
        }
    }
    days
}

/// Those who speak in the history, and about whom it speaks.
pub(in super::super) struct Teller<'a> {
    pub names: &'a Names,
    pub people: &'a People,
    pub language: Language,
}

impl Teller<'_> {
    /// The history from the last event to the first.
    ///
    /// # Errors
    /// [`Problem::Failure`] when an event cannot be read.
    pub(in super::super) fn tell(&self, seen: &Seen) -> Result<Vec<Line>, Problem> {
        let mut lines = self.lines(seen.history.iter(), &seen.dossier)?;
        lines.reverse();
        Ok(lines)
    }

    /// What happened after a version.
    ///
    /// # Errors
    /// As [`Self::tell`].
    pub(in super::super) fn since(&self, seen: &Seen, version: u64) -> Result<Vec<Line>, Problem> {
        self.lines(seen.history.iter().filter(|recorded| recorded.version > version), &seen.dossier)
    }

    /// A line for each event of today that what was recorded is.
    fn lines<'r>(&self, history: impl Iterator<Item = &'r Recorded>, dossier: &Dossier) -> Result<Vec<Line>, Problem> {
        let mut lines = Vec::new();
        let page = format!("/inquiries/{}", dossier.inquiry);
        let mut at = Timestamp::MIN;
        for recorded in history {
            let today = events_of(recorded)?;
            at = at.max(recorded.at);
            let then = Moment { at, position: recorded.position }.in_address(&page);
            lines.extend(today.iter().map(|event| self.line(recorded, event, dossier, &then)));
        }
        Ok(lines)
    }

    /// What was approved, signed and sent is followed by it.
    fn fingerprint(&self, hash: ContentHash) -> String {
        let short = Fingerprint(hash.0).short();
        match self.language {
            Language::Kk => format!("цифрлық ізі {short}"),
            Language::Ru => format!("отпечаток {short}"),
            Language::En => format!("fingerprint {short}"),
        }
    }

    fn line(&self, recorded: &Recorded, event: &Event, dossier: &Dossier, then: &str) -> Line {
        Line {
            words: event.words(self.language),
            detail: self
                .detail(event, dossier, (recorded.at, recorded.position))
                .filter(|text| !text.trim().is_empty()),
            actor: self.people.who(recorded, self.language),
            at: recorded.at.to_string(),
            event: recorded.event_type.clone(),
            version: recorded.version,
            position: recorded.position,
            block: recorded.block,
            icon: look(event.name()).0,
            tone: look(event.name()).1,
            day: local_date(recorded.at),
            then: then.to_owned(),
        }
    }

    fn day(&self, day: Date) -> String {
        dates::words(day, self.language)
    }

    /// The order by which somebody acts, behind their name; nothing where they hold the office.
    fn by_order(&self, order: Option<&ActingOrder>) -> String {
        order.map_or_else(String::new, |order| format!(" ({})", order.words(self.language)))
    }

    /// What a ministry was called when something happened.
    fn short(&self, code: &MinistryCode, at: (Timestamp, i64)) -> String {
        self.names.said_at(at, self.language, |names| names.ministry(code, self.language).short)
    }

    fn version(&self, version: impl ToString) -> String {
        let version = version.to_string();
        match self.language {
            Language::Kk => format!("{version}-нұсқа"),
            Language::Ru => format!("редакция {version}"),
            Language::En => format!("version {version}"),
        }
    }

    /// What the event says beyond its name; `at` is its moment and its position.
    fn detail(&self, event: &Event, dossier: &Dossier, at: (Timestamp, i64)) -> Option<String> {
        let language = self.language;
        let short = |code: &MinistryCode| self.short(code, at);
        let name = |no: RecipientNo| {
            let found = dossier.recipients().find(|recipient| recipient.no == no);
            found.map_or_else(|| no.to_string(), |recipient| recipient.name.clone())
        };
        Some(match event {
            Event::InquiryReceived(event) => {
                format!("{}, {}", event.intake.number.shown(), event.intake.channel.words(language))
            }
            Event::InquiryRegistered(event) => format!("№ {}", event.incoming_number),
            Event::ControlSet(event) => self.day(event.deadline.due),
            Event::MinistriesAssigned(event) => {
                let co: Vec<String> = event.co_executors.iter().map(|co| short(&co.ministry)).collect();
                let co = if co.is_empty() { String::new() } else { format!(" + {}", co.join(", ")) };
                format!("{}{co}. {}", short(&event.lead), event.resolution)
            }
            Event::AssignmentContested(event) => match &event.propose {
                Some(propose) => format!("{} → {}. {}", short(&event.ministry), short(propose), event.reason),
                None => format!("{}. {}", short(&event.ministry), event.reason),
            },
            Event::MinistryReassigned(event) => {
                format!(
                    "{} → {} ({}). {}",
                    short(&event.from),
                    short(&event.to),
                    event.place.words(language),
                    event.reason
                )
            }
            Event::PartCarriedOver(event) => {
                let (from, to) = (short(&event.from), short(&event.to));
                format!("{from} → {to} ({}). {}", event.place.words(language), event.act)
            }
            Event::DeadlinesRecounted(event) => {
                let reply = event.reply.iter().map(|reply| (None, reply.old_due, reply.new_due));
                let parts = event.parts.iter().map(|part| (Some(&part.ministry), part.old_due, part.new_due));
                let moved = reply.chain(parts).map(|(ministry, old, new)| {
                    let whose = ministry.map_or_else(String::new, |ministry| format!("{}: ", short(ministry)));
                    format!("{whose}{} → {}", self.day(old), self.day(new))
                });
                format!("{}. {}", moved.collect::<Vec<_>>().join("; "), event.act)
            }
            Event::ContributionSubmitted(event) => {
                format!("{}, {}", short(&event.ministry), self.version(event.version))
            }
            Event::ContributionAccepted(event) => {
                format!("{}, {}", short(&event.ministry), self.version(event.version))
            }
            Event::ContributionReturned(event) => {
                format!("{}, {}. {}", short(&event.ministry), self.version(event.version), event.reason)
            }
            Event::MinistryReminded(event) => {
                let (ministry, owed, day) = (short(&event.ministry), event.owed.words(language), self.day(event.due));
                let note = event.note.as_ref().map_or_else(String::new, |note| format!(". {note}"));
                format!("{ministry}: {owed}, {day}{note}")
            }
            Event::DraftRevised(event) => {
                let voided: Vec<String> = event
                    .voided
                    .iter()
                    .map(|visa| format!("{} ({})", visa.kind.words(language), self.people.name(&visa.approver)))
                    .collect();
                let voided = match (voided.is_empty(), language) {
                    (true, _) => String::new(),
                    (false, Language::Kk) => format!(" Күші жойылған визалар: {}.", voided.join(", ")),
                    (false, Language::Ru) => format!(" Отменены визы: {}.", voided.join(", ")),
                    (false, Language::En) => format!(" Visas voided: {}.", voided.join(", ")),
                };
                format!("{}. {}{voided}", self.version(event.version), event.comment.as_deref().unwrap_or_default())
            }
            Event::DraftSubmittedForApproval(event) => {
                let required: Vec<String> = event
                    .required
                    .iter()
                    .map(|visa| format!("{} – {}", visa.kind.words(language), self.people.name(&visa.approver)))
                    .collect();
                format!("{}: {}", self.version(event.version), required.join(", "))
            }
            Event::DraftVisaed(event) => {
                let version = self.version(event.version);
                format!("{version}, {}, {}", event.kind.words(language), self.fingerprint(event.content_hash))
            }
            Event::VisaRefused(event) => {
                format!("{}, {}. {}", self.version(event.version), event.kind.words(language), event.remarks)
            }
            Event::DraftReturned(event) => format!("{}. {}", self.version(event.version), event.reason),
            Event::SubmittedForSignature(event) => {
                let (version, by) = (self.version(event.version), self.by_order(event.order.as_ref()));
                let others = event
                    .also
                    .iter()
                    .map(|other| format!("; {}{}", other.signatory.name, self.by_order(other.order.as_ref())));
                let (others, fingerprint) = (others.collect::<String>(), self.fingerprint(event.content_hash));
                format!("{version}, {}{by}{others}, {fingerprint}", event.signatory.name)
            }
            Event::ReplyCosigned(event) => {
                let by = self.by_order(event.given.authority.ground.order());
                let fingerprint = self.fingerprint(event.content_hash);
                format!("{}{by}, {fingerprint}, SHA-256 {}", event.given.signatory.name, event.pdf)
            }
            Event::ReplySigned(event) => {
                let by = self.by_order(event.authority.as_ref().and_then(|authority| authority.ground.order()));
                let fingerprint = self.fingerprint(event.content_hash);
                format!("{}{by}, {fingerprint}, SHA-256 {}", event.signatory.name, event.pdf)
            }
            Event::SigningDeclined(event) => event.reason.clone(),
            Event::OutgoingNumberAssigned(event) => format!("№ {}, {}", event.number, self.day(event.dated)),
            Event::DispatchOrdered(event) => {
                let names: Vec<&str> = event.recipients.iter().map(|recipient| recipient.name.as_str()).collect();
                names.join(", ")
            }
            Event::ReplyAccepted(event) => {
                let answer = wording::answered(Some(&event.relay), event.answer.clone(), language);
                format!("{}: {answer}", name(event.recipient))
            }
            Event::DeliveryFailed(event) => {
                format!("{}: {}. {}", name(event.recipient), event.stage.words(language), event.answer)
            }
            Event::DeliveryReported(event) => {
                format!("{}: {}. {}", name(event.recipient), event.what.words(language), event.answer)
            }
            Event::DeliveryConfirmed(event) => format!("{}: {}", name(event.recipient), event.how.words(language)),
            Event::DeliveredByHand(event) => {
                format!("{}, {}. {}", name(event.recipient), self.day(event.on), event.note)
            }
            Event::LinkRevoked(event) => name(event.recipient),
            Event::ExtensionRequested(event) => format!("{}. {}", self.day(event.until), event.ground),
            Event::ExtensionGranted(event) => format!("{} → {}", self.day(event.old_due), self.day(event.new_due)),
            Event::ExtensionRefused(event) => event.reason.clone(),
            Event::InterimReplySent(event) => event.summary.clone(),
            Event::ControlRemoved(event) => return event.note.clone(),
            Event::InquiryClosed(event) => outcome(&event.outcome, language),
            Event::RepeatInquiryLinked(event) => shown(&event.number),
            Event::TopicSet(event) => {
                let name = |code| self.names.topic(code, language);
                let before = event.before.as_ref().map(|before| format!("{} → ", name(before))).unwrap_or_default();
                let reason = event.reason.as_ref().map(|reason| format!(". {reason}")).unwrap_or_default();
                format!("{before}{}{reason}", name(&event.topic))
            }
            Event::InquiriesMerged(event) => match &event.merge {
                MergeSide::Leads { others } => {
                    others.iter().map(|other| shown(&other.number)).collect::<Vec<_>>().join(", ")
                }
                MergeSide::Joins { number, .. } => format!("→ {}", shown(number)),
            },
            Event::InquiryWithdrawn(event) => event.reason.clone(),
            Event::InquiryRedirected(event) => format!("{}. {}", event.to, event.reason),
            Event::ReplyReplaced(event) => format!("№ {}. {}", event.replaced, event.reason),
            Event::AddressErased(event) => {
                let names: Vec<String> = event.recipients.iter().map(|place| name(*place)).collect();
                format!("{}. {}", names.join(", "), event.ground)
            }
            Event::DeputyResponded(event) => {
                format!("{}. {}", name(event.recipient), event.comment.as_deref().unwrap_or_default())
            }
        })
    }
}

/// The symbol of an event, and its tone.
const fn look(name: EventName) -> (&'static str, &'static str) {
    match name {
        EventName::InquiryReceived | EventName::InquiryRegistered => ("inbox", "plain"),
        EventName::MinistryReminded => ("bell", "plain"),
        EventName::ControlSet
        | EventName::ExtensionRequested
        | EventName::ExtensionGranted
        | EventName::DeadlinesRecounted => ("clock", "plain"),
        EventName::MinistriesAssigned
        | EventName::MinistryReassigned
        | EventName::PartCarriedOver
        | EventName::InquiryRedirected => ("route", "plain"),
        EventName::ContributionSubmitted => ("paperclip", "plain"),
        EventName::DraftRevised => ("edit", "plain"),
        EventName::DraftSubmittedForApproval | EventName::SubmittedForSignature => ("arrow-right", "plain"),
        EventName::ContributionAccepted
        | EventName::DraftVisaed
        | EventName::DeliveryConfirmed
        | EventName::DeliveredByHand
        | EventName::ControlRemoved
        | EventName::InquiryClosed => ("check", "ok"),
        EventName::ReplyCosigned | EventName::ReplySigned => ("signature", "ok"),
        EventName::OutgoingNumberAssigned => ("file-text", "plain"),
        EventName::DispatchOrdered | EventName::InterimReplySent => ("send", "plain"),
        EventName::ReplyAccepted | EventName::DeliveryReported => ("mail-check", "plain"),
        EventName::DeliveryFailed => ("mail-x", "bad"),
        EventName::AssignmentContested
        | EventName::ContributionReturned
        | EventName::VisaRefused
        | EventName::DraftReturned
        | EventName::SigningDeclined
        | EventName::InquiryWithdrawn
        | EventName::ReplyReplaced => ("arrow-back-up", "bad"),
        EventName::ExtensionRefused => ("x", "bad"),
        EventName::RepeatInquiryLinked | EventName::InquiriesMerged => ("files", "plain"),
        EventName::AddressErased | EventName::LinkRevoked => ("lock", "plain"),
        EventName::TopicSet => ("list", "plain"),
        EventName::DeputyResponded => ("message-circle", "plain"),
    }
}

/// How it ended, with its ground.
pub(super) fn outcome(outcome: &Outcome, language: Language) -> String {
    match outcome {
        Outcome::Answered => outcome.words(language).to_owned(),
        Outcome::AnsweredInPart { ground } | Outcome::Refused { ground } => {
            format!("{}. {ground}", outcome.words(language))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_a_symbol_that_is_drawn() {
        for name in EventName::ALL {
            assert!(crate::assets::is_icon(look(*name).0), "{}", name.stored());
        }
    }

    #[test]
    fn events_of_one_kind_and_day_are_one_stretch() {
        let line = |event: &str, actor: &str, day: i8| Line {
            words: "",
            detail: None,
            actor: actor.to_owned(),
            at: String::new(),
            event: event.to_owned(),
            version: 1,
            position: 1,
            block: 1,
            icon: "check",
            tone: "ok",
            day: jiff::civil::date(2023, 10, day),
            then: String::new(),
        };
        let told =
            days(vec![line("a", "x", 6), line("a", "x", 6), line("a", "y", 6), line("a", "y", 5), line("b", "y", 5)]);
        let shape: Vec<Vec<usize>> =
            told.iter().map(|day| day.stretches.iter().map(|stretch| stretch.count).collect()).collect();
        assert_eq!(shape, [vec![2, 1], vec![1, 1]]);
    }
}
