//! The chapters of an inquiry's page: what came in, who works on it, what they wrote, who agreed, what was sent, what belongs to it.

mod after;
mod reminding;

use std::time::Duration;

use directory::{Actor, Language, dates};
use inquiry::event::Event;
use inquiry::state::{ContributionStatus, Control, Draft, RejectedBy, Rejection, SignedReply, Stage};
use inquiry::terms::{MadeFrom, RequiredVisa};
use inquiry::{Dossier, StageName, warning};
use jiff::civil::Date;
use readmodel::deliveries::{self, Listed};
use readmodel::followers::Table;
use readmodel::letters::printed_code;
use serde::Serialize;

use super::super::fields::say;

use super::super::names::Names;
use super::super::signatory::One;
use super::super::visas::{self, VisaRow};
use super::super::wording::{self, Due, Ministry, People};
use super::contributed::ContributionText;
use super::history::outcome;
use crate::address::escaped;
use crate::office::counted::{Counted, Recount, counted};
use crate::office::seeing::{Seen, events_of};
use crate::problem::Problem;
use crate::state::AppState;
use after::being_replaced;
use reminding::{Remind, Reminding};

/// How long a page waits at most for the table of deliveries.
const PATIENCE: Duration = Duration::from_millis(500);

#[derive(Debug, Serialize)]
pub(super) struct Chapters {
    warnings: Vec<String>,
    questions: Vec<Question>,
    groups: Vec<ListGroup>,
    intake: Intake,
    deadline: Option<Deadline>,
    assignment: Option<Assignment>,
    contributions: Vec<ContributionText>,
    draft: Option<DraftState>,
    /// The versions before the current one, the last of them first.
    versions: Vec<VersionRow>,
    /// Whose signatures the letter needs that lies before them, and which it has.
    signing: Vec<One>,
    signature: Option<Signature>,
    deliveries: Vec<DeliveryRow>,
    delivered: usize,
    /// The number of the letter that is being replaced, while there is no new one: deliveries and visas speak of that letter.
    replaced_number: Option<String>,
    links: Vec<Link>,
    interim: Vec<Interim>,
    replaced: Vec<Replaced>,
    responses: Vec<Response>,
    outcome: Option<String>,
}

#[derive(Debug, Serialize)]
struct Question {
    no: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct ListGroup {
    label: String,
    kind: &'static str,
    deputies: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Intake {
    chamber: String,
    dated: Date,
    received: Date,
    channel: &'static str,
    language: &'static str,
    language_code: &'static str,
    attachments: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Deadline {
    steps: Vec<String>,
    law: String,
    calendar: String,
    /// From which day to which it was counted anew, and by which act.
    recounts: Vec<String>,
    extensions: Vec<String>,
    asked: Option<String>,
    is_off: bool,
    /// Why it is off although the inquiry is open.
    ended: Option<String>,
}

#[derive(Debug, Serialize)]
struct Assignment {
    resolution: String,
    lead: Ministry,
    lead_due: Due,
    remind: Option<Remind>,
    co: Vec<Part>,
    contests: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Part {
    ministry: Ministry,
    due: Due,
    task: String,
    state: String,
    tone: &'static str,
    remind: Option<Remind>,
}

#[derive(Debug, Serialize)]
struct DraftState {
    version: String,
    content_hash: String,
    authors: String,
    rejection: Option<String>,
    visas: Vec<VisaRow>,
    given: usize,
    required: usize,
    /// The version was signed as a letter that is now replaced; its visas were for that letter.
    of_replaced: Option<String>,
}

#[derive(Debug, Serialize)]
struct VersionRow {
    version: String,
    at: String,
    author: String,
    comment: Option<String>,
    visas: Vec<VisaRow>,
}

#[derive(Debug, Serialize)]
struct Signature {
    signatory: String,
    signed_at: String,
    pdf: String,
    registered: Option<String>,
    by_server: bool,
    code: String,
    /// The files that it was made from, facts and forms.
    made_from: Option<MadeFrom>,
}

#[derive(Debug, Serialize)]
struct DeliveryRow {
    label: Option<String>,
    name: String,
    address: Option<String>,
    state: String,
    tone: &'static str,
    at: Option<String>,
    day: Option<Date>,
    attempts: u32,
    answer: Option<String>,
}

#[derive(Debug, Serialize)]
struct Link {
    words: String,
    number: String,
    id: Option<String>,
}

#[derive(Debug, Serialize)]
struct Interim {
    dated: Date,
    number: Option<String>,
    summary: String,
}

#[derive(Debug, Serialize)]
struct Replaced {
    number: String,
    /// The number as a query names it.
    query: String,
    dated: Date,
    reason: String,
}

#[derive(Debug, Serialize)]
struct Response {
    name: String,
    words: String,
    tone: &'static str,
    comment: Option<String>,
}

/// Who reads, and when.
pub(super) struct Reading<'a> {
    pub state: &'a AppState,
    pub names: &'a Names,
    pub actor: &'a Actor,
    pub people: &'a People,
    pub language: Language,
    pub today: Date,
    pub is_staff: bool,
    /// What is read is how it stood: nothing that can be pressed, and nothing that only the tables of today know.
    pub is_past: bool,
}

impl Reading<'_> {
    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    fn day(&self, day: Date) -> String {
        dates::words(day, self.language)
    }

    fn ministry(&self, code: &directory::MinistryCode) -> Ministry {
        self.names.ministry(code, self.language)
    }

    /// # Errors
    /// The table of deliveries could not be asked.
    pub(super) async fn chapters(&self, seen: &Seen) -> Result<Chapters, Problem> {
        let dossier = &*seen.dossier;
        let was_signed = dossier.stage.name() >= StageName::Signed || !dossier.replaced.is_empty();
        let rows = if self.is_staff && was_signed && self.is_past {
            after::told(seen)?
        } else if self.is_staff && was_signed {
            self.caught_up(seen).await;
            deliveries::with_mail(&self.state.reader(self.actor), dossier.inquiry)
                .await
                .map_err(|error| Problem::failure("list the deliveries of an inquiry", error))?
        } else {
            Vec::new()
        };
        let delivered = rows.iter().filter(|row| row.delivery.state.is_delivered()).count();
        let assignment = dossier.assignment.as_ref().filter(|_| self.is_staff);
        Ok(Chapters {
            warnings: if self.is_staff { self.warnings(dossier) } else { Vec::new() },
            questions: questions(dossier),
            groups: self.groups(dossier),
            intake: self.intake(dossier),
            deadline: self.deadline(seen)?,
            assignment: assignment.map(|known| self.assignment(seen, known)),
            contributions: dossier
                .contributions
                .iter()
                .filter(|_| self.is_staff)
                .map(|one| ContributionText::of(self.names, one, self.language))
                .collect(),
            draft: dossier.draft.as_ref().filter(|_| self.is_staff).map(|draft| self.draft(seen, draft)).transpose()?,
            versions: if self.is_staff { self.versions(seen)? } else { Vec::new() },
            signing: match &dossier.stage {
                Stage::ForSignature(paper) if self.is_staff => One::all(paper, self.language),
                _ => Vec::new(),
            },
            signature: signed(dossier).map(|(signed, registered)| Signature {
                signatory: signed.names(),
                signed_at: signed.signed_at.to_string(),
                pdf: signed.pdf.to_string(),
                registered,
                by_server: signed.sealed_by_server,
                code: printed_code(dossier.inquiry, signed.version, signed.code.as_ref()),
                made_from: signed.made_from.filter(|_| self.is_staff),
            }),
            deliveries: self.deliveries(rows),
            delivered,
            replaced_number: being_replaced(dossier).map(str::to_owned),
            links: self.links(seen, self.first(dossier).await?),
            interim: dossier
                .interim_replies
                .iter()
                .map(|one| Interim { dated: one.dated, number: one.number.clone(), summary: one.summary.clone() })
                .collect(),
            replaced: dossier
                .replaced
                .iter()
                .map(|one| Replaced {
                    number: one.letter.number.clone(),
                    query: escaped(&one.letter.number),
                    dated: one.letter.dated,
                    reason: one.reason.clone(),
                })
                .collect(),
            responses: if self.is_staff { self.responses(dossier) } else { Vec::new() },
            outcome: match &dossier.stage {
                Stage::Closed(closed) => Some(outcome(&closed.outcome, self.language)),
                _ => None,
            },
        })
    }

    /// Waits a moment for the table of deliveries, so that whoever has just recorded one finds it on the page.
    async fn caught_up(&self, seen: &Seen) {
        if let Some(last) = seen.history.last() {
            let come = self.state.journal.wait_for(Table::Deliveries.name(), last.position, PATIENCE).await;
            if let Err(error) = come {
                tracing::debug!(error = %error, "the deliveries of a page were not up to date in time");
            }
        }
    }

    fn warnings(&self, dossier: &Dossier) -> Vec<String> {
        let directory = self.state.directory();
        let view = directory.at(self.today);
        let warnings = warning::warnings(dossier, &view);
        let words = warnings.iter().map(|warning| warning.words(self.language));
        words.map(|words| self.names.told(&words, self.language)).collect()
    }

    fn groups(&self, dossier: &Dossier) -> Vec<ListGroup> {
        let groups = dossier.groups().into_iter();
        groups
            .map(|group| ListGroup {
                label: group.label_lines.join(" "),
                kind: group.kind.words(self.language),
                deputies: group.deputies.into_iter().map(|deputy| deputy.name).collect(),
            })
            .collect()
    }

    fn intake(&self, dossier: &Dossier) -> Intake {
        let intake = &dossier.intake;
        let directory = self.state.directory();
        let chamber = directory.chamber(&intake.chamber);
        Intake {
            chamber: chamber
                .map_or_else(|| intake.chamber.to_string(), |known| known.name.words(self.language).to_owned()),
            dated: intake.dated,
            received: intake.received,
            channel: intake.channel.words(self.language),
            language: intake.language.words(self.language),
            language_code: intake.language.code(),
            attachments: intake.attachments.iter().map(|file| file.name.clone()).collect(),
        }
    }

    fn deadline(&self, seen: &Seen) -> Result<Option<Deadline>, Problem> {
        let dossier = &*seen.dossier;
        let (watch, is_off) = match &dossier.control {
            Control::NotSet => return Ok(None),
            Control::On(watch) => (watch, false),
            Control::Off(watch) => (watch, true),
        };
        let extended = |one: &inquiry::state::Extension| {
            format!("{} → {}. {}", self.day(one.old_due), self.day(one.new_due), one.ground)
        };
        let Counted { deadline, recounts } = counted(seen, watch)?;
        let recounted = |one: Recount| format!("{} → {}. {}", self.day(one.old_due), self.day(one.new_due), one.act);
        Ok(Some(Deadline {
            steps: deadline.words(self.language),
            law: deadline.rule.law.words(self.language).to_owned(),
            calendar: deadline.calendar_version,
            recounts: recounts.into_iter().map(recounted).collect(),
            extensions: watch.extensions.iter().map(extended).collect(),
            asked: watch.asked.as_ref().map(|asked| format!("{}. {}", self.day(asked.until), asked.ground)),
            is_off,
            ended: if is_off { self.ended(dossier) } else { None },
        }))
    }

    fn assignment(&self, seen: &Seen, known: &inquiry::state::Assignment) -> Assignment {
        let dossier = &*seen.dossier;
        let reminding = Reminding::of(self, seen);
        let is_open = dossier.stage.name().is_unsigned();
        let due = |day: Date, is_owed: bool| Due::of(day, self.today, is_open && is_owed, self.language);
        let co = known.co_executors.iter().map(|co| {
            let sent = dossier.contribution(&co.ministry);
            let (state, tone) = match sent {
                Some(sent) => wording::contribution(&sent.status, self.language),
                None => (self.t("күтілуде", "ожидается", "awaited"), "mute"),
            };
            let is_owed = sent.is_none_or(|sent| matches!(sent.status, ContributionStatus::Returned { .. }));
            Part {
                ministry: self.ministry(&co.ministry),
                due: due(co.due, is_owed),
                task: co.task.clone(),
                state,
                tone,
                remind: reminding.button(&co.ministry),
            }
        });
        let contests = known
            .contests
            .iter()
            .map(|contest| format!("{}: {}", self.ministry(&contest.ministry).short, contest.reason));
        Assignment {
            resolution: known.resolution.clone(),
            lead: self.ministry(&known.lead),
            lead_due: due(known.lead_due, dossier.draft.is_none()),
            remind: reminding.button(&known.lead),
            co: co.collect(),
            contests: contests.collect(),
        }
    }

    fn draft(&self, seen: &Seen, draft: &Draft) -> Result<DraftState, Problem> {
        let dossier = &*seen.dossier;
        let required: &[RequiredVisa] = match &dossier.stage {
            Stage::Approval { required } => required,
            Stage::ForSignature(paper) => &paper.required,
            _ => &[],
        };
        let given = draft.visas.len();
        let visas = visas::standing(seen, draft, &draft.missing(required), self.people, self.language)?;
        let authors: Vec<&str> = draft.authors.iter().map(|author| self.people.name(author)).collect();
        Ok(DraftState {
            version: draft.version.to_string(),
            content_hash: draft.content_hash.to_string(),
            authors: authors.join(", "),
            rejection: match &dossier.stage {
                Stage::Drafting { rejected: Some(rejection) } => Some(rejection.reason.clone()),
                _ => None,
            },
            of_replaced: match &dossier.stage {
                Stage::Drafting { rejected: Some(Rejection { by: RejectedBy::Replaced, .. }) } => {
                    being_replaced(dossier).map(str::to_owned)
                }
                _ => None,
            },
            given,
            required: required.len(),
            visas,
        })
    }

    /// What became of the versions before the current one, from the journal: the visas on them no longer count.
    fn versions(&self, seen: &Seen) -> Result<Vec<VersionRow>, Problem> {
        let mut versions: Vec<VersionRow> = Vec::new();
        let mut history = Vec::new();
        for recorded in &seen.history {
            history.extend(events_of(recorded)?.into_iter().map(|event| (recorded, event)));
        }
        for (recorded, event) in history {
            let (version, visa) = match event {
                Event::DraftRevised(event) => {
                    versions.push(VersionRow {
                        version: event.version.to_string(),
                        at: recorded.at.to_string(),
                        author: self.people.name(&event.author).to_owned(),
                        comment: event.comment,
                        visas: Vec::new(),
                    });
                    continue;
                }
                Event::DraftVisaed(event) => (
                    event.version,
                    VisaRow {
                        approver: self.people.name(&event.approver).to_owned(),
                        kind: event.kind.words(self.language),
                        state: self.t("күші жойылды", "отменена", "void"),
                        tone: "mute",
                        remarks: None,
                        substitute: visas::by_another(&recorded.actor, &event.approver, self.people, self.language),
                        also: None,
                    },
                ),
                Event::VisaRefused(event) => (
                    event.version,
                    VisaRow {
                        approver: self.people.name(&event.approver).to_owned(),
                        kind: event.kind.words(self.language),
                        state: self.t("бас тартты", "отказ", "refused"),
                        tone: "bad",
                        remarks: Some(event.remarks),
                        substitute: visas::by_another(&recorded.actor, &event.approver, self.people, self.language),
                        also: None,
                    },
                ),
                _ => continue,
            };
            let version = version.to_string();
            if let Some(row) = versions.iter_mut().find(|row| row.version == version) {
                row.visas.push(visa);
            }
        }
        let current = seen.dossier.draft.as_ref().map(|draft| draft.version.to_string());
        versions.retain(|row| Some(&row.version) != current.as_ref());
        versions.reverse();
        Ok(versions)
    }

    fn deliveries(&self, rows: Vec<Listed>) -> Vec<DeliveryRow> {
        let mut label_before = String::new();
        rows.into_iter()
            .map(|Listed { delivery: row, mail }| {
                let (state, tone) = wording::mailed(Some(row.state), mail.as_ref(), self.language);
                let label = if row.label == label_before { None } else { Some(row.label.clone()) };
                label_before = row.label;
                let at = row.confirmed_at.or(row.accepted_at).or(row.failed_at).or(row.ordered_at);
                DeliveryRow {
                    label,
                    name: row.name,
                    address: row.address,
                    state,
                    tone,
                    at: at.map(|at| at.to_string()),
                    day: row.handed_on,
                    attempts: row.attempts,
                    answer: row.answer.map(|answer| {
                        let relay = mail.as_ref().and_then(|mail| mail.relay.as_deref());
                        wording::answered(relay, answer, self.language)
                    }),
                }
            })
            .collect()
    }
}

fn questions(dossier: &Dossier) -> Vec<Question> {
    let questions = dossier.intake.questions.iter();
    questions.map(|question| Question { no: question.no.to_string(), text: question.text.clone() }).collect()
}

/// The signed letter, and the hash of the registered one once it has its number.
fn signed(dossier: &Dossier) -> Option<(&SignedReply, Option<String>)> {
    match (&dossier.stage, dossier.letter()) {
        (Stage::Signed(signed), _) => Some((signed, None)),
        (_, Some(letter)) => Some((&letter.signed, Some(letter.pdf.to_string()))),
        (_, None) => None,
    }
}
