//! An inquiry as the API shows it: the dossier in stable words, whatever shape the domain keeps it in.

use std::collections::BTreeMap;

use directory::deadline::Deadline;
use directory::{Actor, Language, MinistryCode};
use inquiry::content::DraftContent;
use inquiry::intake::Intake;
use inquiry::state::{
    Contribution, ContributionStatus, Control, DeliveryState, DispatchedReply, NumberedReply, SignedReply, Stage,
};
use inquiry::terms::{
    CoExecutor, MadeFrom, MergedInquiry, Outcome, ReceiptProof, RequiredVisa, SignatoryBlock, VisaKind,
};
use inquiry::{CommandName, Dossier, StageName, allowed};
use jiff::civil::Date;
use readmodel::letters::verification_code;
use schemars::JsonSchema;
use serde::Serialize;

use crate::office::seeing::{self, Seen};
use crate::state::AppState;

/// One inquiry.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Dossier")]
pub struct DossierBody {
    /// The inquiry.
    pub id: String,
    /// Its version: what `If-Match` is compared with.
    pub version: u64,
    /// Where it stands.
    pub state: StageName,
    /// The same in the caller's language.
    pub state_words: &'static str,
    /// The Office's incoming number.
    pub incoming_number: Option<String>,
    /// What came in.
    pub intake: Intake,
    /// The clock.
    pub control: ControlBody,
    /// Who works on it.
    pub assignment: Option<AssignmentBody>,
    /// The last contribution of each co-executor.
    pub contributions: Vec<ContributionBody>,
    /// The current version of the draft.
    pub draft: Option<DraftBody>,
    /// The visas that are required and not given, while that is a question.
    pub missing_visas: Vec<RequiredVisa>,
    /// What lies before the signatory.
    pub submission: Option<SubmissionBody>,
    /// The letter, from the signature on.
    pub letter: Option<LetterBody>,
    /// What became of each recipient's letter, from the dispatch on.
    pub deliveries: Vec<DeliveryStateBody>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Letters that were replaced by later ones.
    pub replaced: Vec<ReplacedBody>,
    /// Interim replies.
    pub interim_replies: Vec<InterimBody>,
    /// Repeat inquiries, by id, with their numbers.
    pub repeats: BTreeMap<String, String>,
    /// Inquiries that this one answers too.
    pub merged: Vec<MergedInquiry>,
    /// The inquiry whose reply answers this one.
    pub merged_into: Option<String>,
    /// To whom it was sent on.
    pub redirected_to: Option<String>,
    /// What deputies said about the reply.
    pub responses: Vec<ResponseBody>,
    /// The commands that whoever asks may give now; empty for a past state.
    pub allowed: Vec<&'static str>,
}

/// The clock over an inquiry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ControlBody {
    /// It runs.
    pub on: bool,
    /// The day in force.
    pub due: Option<Date>,
    /// Is a reply owed and the day gone by?
    pub overdue: bool,
    /// The deadline as it was set, with rule, calendar and steps.
    pub deadline: Option<Deadline>,
    /// The steps as sentences.
    pub explained: Vec<String>,
    /// A request for more time that nobody has decided yet.
    pub asked: Option<ExtensionAskedBody>,
    /// Extensions that were granted.
    pub extensions: Vec<ExtensionBody>,
}

/// A request for more time.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExtensionAskedBody {
    /// Why.
    pub ground: String,
    /// The day asked for.
    pub until: Date,
}

/// An extension.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExtensionBody {
    /// Why.
    pub ground: String,
    /// The day before.
    pub old_due: Date,
    /// The day after.
    pub new_due: Date,
}

/// Who works on an inquiry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AssignmentBody {
    /// The words of the resolution.
    pub resolution: String,
    /// The one lead.
    pub lead: MinistryCode,
    /// When the lead's draft is due.
    pub lead_due: Date,
    /// Those who help.
    pub co_executors: Vec<CoExecutor>,
    /// Requests to be replaced that the head has not followed.
    pub contests: Vec<ContestBody>,
}

/// A request to be replaced.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ContestBody {
    /// Who asks.
    pub ministry: MinistryCode,
    /// Why.
    pub reason: String,
    /// Whom it proposes.
    pub propose: Option<MinistryCode>,
}

/// A co-executor's contribution.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ContributionBody {
    /// Whose.
    pub ministry: MinistryCode,
    /// Which of theirs, from 1.
    pub version: u32,
    /// `submitted`, `accepted` or `returned`.
    pub status: &'static str,
    /// What is missing, when it was returned.
    pub reason: Option<String>,
    /// Its text, in the letter's content model.
    pub body: serde_json::Value,
    /// The questions it answers.
    pub answers: Vec<inquiry::QuestionNo>,
    /// What is attached.
    pub files: Vec<inquiry::intake::Attachment>,
}

/// The current version of a draft.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DraftBody {
    /// Which version.
    pub version: u32,
    /// What it says.
    pub content: DraftContent,
    /// The hash that visas and the signature are bound to.
    pub content_hash: String,
    /// For every block of the body the contribution it came from; empty when none came from one. No visa binds to it.
    pub sources: Vec<Option<inquiry::ContributionName>>,
    /// Everybody who wrote a version of it.
    pub authors: Vec<String>,
    /// The visas on this version.
    pub visas: Vec<VisaBody>,
    /// The refusals of this version.
    pub refusals: Vec<RefusalBody>,
    /// Why it goes no further, if somebody sent it back.
    pub sent_back: Option<String>,
}

/// A visa.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VisaBody {
    /// From which side.
    pub kind: VisaKind,
    /// Whose.
    pub approver: String,
    /// The version it stands on.
    pub version: u32,
}

/// A refused visa.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefusalBody {
    /// From which side.
    pub kind: VisaKind,
    /// By whom.
    pub approver: String,
    /// What has to change.
    pub remarks: String,
}

/// What lies before the signatory.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SubmissionBody {
    /// Which version.
    pub version: u32,
    /// Who is to sign.
    pub signatory: SignatoryBlock,
    /// The date of the document.
    pub document_date: Date,
}

/// A signed letter.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LetterBody {
    /// The version that was signed.
    pub version: u32,
    /// Who signed.
    pub signatory: SignatoryBlock,
    /// When.
    pub signed_at: String,
    /// The date of the document.
    pub document_date: Date,
    /// The language.
    pub language: Language,
    /// SHA-256 of the signed PDF.
    pub signed_pdf: String,
    /// SHA-256 of the signature over it.
    pub signature: String,
    /// The files that it was made from: its facts, and the forms of that day. `saual letter render` makes the same bytes of them.
    pub made_from: Option<MadeFrom>,
    /// The outgoing number.
    pub number: Option<String>,
    /// The date of the number.
    pub dated: Option<Date>,
    /// SHA-256 of the PDF with its number.
    pub registered_pdf: Option<String>,
    /// SHA-256 of the Office's seal over that.
    pub registration_seal: Option<String>,
    /// The code under which a holder of a paper copy finds it.
    pub verification_code: String,
}

/// What became of one recipient's letter.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeliveryStateBody {
    /// The recipient's number in the list.
    pub recipient: u16,
    /// The name as the list prints it.
    pub name: String,
    /// Where it was sent.
    pub email: Option<String>,
    /// The identity of the last order's mail.
    pub message_id: String,
    /// `needs_hand`, `ordered`, `accepted`, `delivered` (a server says: into the mailbox), `relayed`, `delayed`, `failed`, `confirmed` or `by_hand`.
    pub state: &'static str,
    /// What the server or the clerk said.
    pub answer: Option<String>,
    /// How the receipt is known.
    pub proof: Option<ReceiptProof>,
    /// On which day somebody carried it.
    pub handed_on: Option<Date>,
}

/// A letter that a later one replaced.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReplacedBody {
    /// Its outgoing number.
    pub number: String,
    /// The date of the number.
    pub dated: Date,
    /// SHA-256 of its PDF.
    pub pdf: String,
    /// Why it was replaced.
    pub reason: String,
}

/// An interim reply.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InterimBody {
    /// What it says.
    pub summary: String,
    /// Its number.
    pub number: Option<String>,
    /// Its date.
    pub dated: Date,
}

/// What a deputy said about the reply.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResponseBody {
    /// The recipient's number in the list.
    pub recipient: u16,
    /// Satisfied?
    pub satisfied: bool,
    /// In the deputy's words.
    pub comment: Option<String>,
}

/// The dossier as `actor` sees it; `present` says that it is not a past state.
#[must_use]
pub fn dossier_body(state: &AppState, actor: &Actor, seen: &Seen, present: bool, language: Language) -> DossierBody {
    let body = whole(state, actor, seen, present, language);
    if seeing::is_outside(actor) { outside(body, actor) } else { body }
}

/// What an outsider sees of it.
fn outside(mut body: DossierBody, actor: &Actor) -> DossierBody {
    let own = |deputy: Option<directory::DeputyId>| deputy.is_some() && deputy == actor.deputy;
    let mut own_places = Vec::new();
    let merged = body.merged.iter_mut().flat_map(|other| &mut other.groups);
    for deputy in body.intake.groups.iter_mut().chain(merged).flat_map(|group| &mut group.deputies) {
        if own(deputy.deputy) {
            own_places.push(deputy.no.0);
        } else {
            deputy.email = None;
        }
    }
    let is_sent = !body.deliveries.is_empty();
    body.deliveries.retain(|delivery| own_places.contains(&delivery.recipient));
    body.responses.retain(|response| own_places.contains(&response.recipient));
    body.letter = body.letter.filter(|_| is_sent);
    DossierBody {
        contributions: Vec::new(),
        draft: None,
        missing_visas: Vec::new(),
        submission: None,
        assignment: body.assignment.map(|assignment| AssignmentBody { contests: Vec::new(), ..assignment }),
        ..body
    }
}

fn whole(state: &AppState, actor: &Actor, seen: &Seen, present: bool, language: Language) -> DossierBody {
    let dossier = &*seen.dossier;
    let commands = if present { allowed(&seen.inquiry, actor) } else { Vec::new() };
    let (merged_into, redirected_to) = match &dossier.stage {
        Stage::Merged { into } => (Some(into.to_string()), None),
        Stage::Redirected { to } => (None, Some(to.clone())),
        _ => (None, None),
    };
    DossierBody {
        id: dossier.inquiry.to_string(),
        version: seen.version,
        state: dossier.stage.name(),
        state_words: dossier.stage.name().words(language),
        incoming_number: dossier.incoming_number.clone(),
        intake: Intake::clone(&dossier.intake),
        control: control(dossier, state.today(), language),
        assignment: dossier.assignment.as_ref().map(|assignment| AssignmentBody {
            resolution: assignment.resolution.clone(),
            lead: assignment.lead.clone(),
            lead_due: assignment.lead_due,
            co_executors: assignment.co_executors.clone(),
            contests: assignment
                .contests
                .iter()
                .map(|contest| ContestBody {
                    ministry: contest.ministry.clone(),
                    reason: contest.reason.clone(),
                    propose: contest.propose.clone(),
                })
                .collect(),
        }),
        contributions: dossier.contributions.iter().map(contribution).collect(),
        draft: draft(dossier),
        missing_visas: dossier.missing_visas(),
        submission: match &dossier.stage {
            Stage::ForSignature(paper) => Some(SubmissionBody {
                version: paper.version.0,
                signatory: paper.signatory.clone(),
                document_date: paper.document_date,
            }),
            _ => None,
        },
        letter: letter(dossier),
        deliveries: dossier.dispatched().map(deliveries).unwrap_or_default(),
        outcome: match &dossier.stage {
            Stage::Closed(closed) => Some(closed.outcome.clone()),
            _ => None,
        },
        replaced: dossier
            .replaced
            .iter()
            .map(|replaced| ReplacedBody {
                number: replaced.letter.number.clone(),
                dated: replaced.letter.dated,
                pdf: replaced.letter.pdf.to_string(),
                reason: replaced.reason.clone(),
            })
            .collect(),
        interim_replies: dossier
            .interim_replies
            .iter()
            .map(|reply| InterimBody {
                summary: reply.summary.clone(),
                number: reply.number.clone(),
                dated: reply.dated,
            })
            .collect(),
        repeats: dossier.repeats.iter().map(|link| (link.repeat.to_string(), link.number.clone())).collect(),
        merged: dossier.merged.clone(),
        merged_into,
        redirected_to,
        responses: dossier
            .responses
            .iter()
            .map(|response| ResponseBody {
                recipient: response.recipient.0,
                satisfied: response.satisfied,
                comment: response.comment.clone(),
            })
            .collect(),
        allowed: commands.into_iter().filter(is_offered).map(CommandName::path).collect(),
    }
}

/// Commands that our own workers and the merging of others give have no route of their own.
fn is_offered(name: &CommandName) -> bool {
    !matches!(
        name,
        CommandName::Register
            | CommandName::JoinMerge
            | CommandName::RecordAcceptance
            | CommandName::RecordFailure
            | CommandName::RecordDeliveryReport
    )
}

fn control(dossier: &Dossier, today: Date, language: Language) -> ControlBody {
    let (on, watch) = match &dossier.control {
        Control::NotSet => (false, None),
        Control::On(watch) => (true, Some(watch)),
        Control::Off(watch) => (false, Some(watch)),
    };
    ControlBody {
        on,
        due: watch.map(|watch| watch.due),
        overdue: dossier.is_overdue(today),
        deadline: watch.map(|watch| watch.deadline.clone()),
        explained: watch.map(|watch| watch.deadline.words(language)).unwrap_or_default(),
        asked: watch
            .and_then(|watch| watch.asked.as_ref())
            .map(|asked| ExtensionAskedBody { ground: asked.ground.clone(), until: asked.until }),
        extensions: watch
            .iter()
            .flat_map(|watch| &watch.extensions)
            .map(|e| ExtensionBody { ground: e.ground.clone(), old_due: e.old_due, new_due: e.new_due })
            .collect(),
    }
}

fn contribution(contribution: &Contribution) -> ContributionBody {
    let (status, reason) = match &contribution.status {
        ContributionStatus::Submitted => ("submitted", None),
        ContributionStatus::Accepted => ("accepted", None),
        ContributionStatus::Returned { reason } => ("returned", Some(reason.clone())),
    };
    ContributionBody {
        ministry: contribution.ministry.clone(),
        version: contribution.version,
        status,
        reason,
        body: serde_json::Value::clone(&contribution.body),
        answers: contribution.answers.clone(),
        files: contribution.files.clone(),
    }
}

fn draft(dossier: &Dossier) -> Option<DraftBody> {
    let draft = dossier.draft.as_ref()?;
    let sent_back = match &dossier.stage {
        Stage::Drafting { rejected: Some(rejection) } => Some(rejection.reason.clone()),
        _ => None,
    };
    Some(DraftBody {
        version: draft.version.0,
        content: DraftContent::clone(&draft.content),
        content_hash: draft.content_hash.to_string(),
        sources: draft.sources.to_vec(),
        authors: draft.authors.iter().cloned().collect(),
        visas: draft
            .visas
            .iter()
            .map(|visa| VisaBody { kind: visa.kind, approver: visa.approver.clone(), version: visa.version.0 })
            .collect(),
        refusals: draft
            .refusals
            .iter()
            .map(|refused| RefusalBody {
                kind: refused.kind,
                approver: refused.approver.clone(),
                remarks: refused.remarks.clone(),
            })
            .collect(),
        sent_back,
    })
}

fn letter(dossier: &Dossier) -> Option<LetterBody> {
    match (&dossier.stage, dossier.letter()) {
        (Stage::Signed(signed), _) => Some(letter_body(dossier, signed, None)),
        (_, Some(letter)) => Some(letter_body(dossier, &letter.signed, Some(letter))),
        (_, None) => None,
    }
}

fn letter_body(dossier: &Dossier, signed: &SignedReply, numbered: Option<&NumberedReply>) -> LetterBody {
    LetterBody {
        version: signed.version.0,
        signatory: signed.signatory.clone(),
        signed_at: signed.signed_at.to_string(),
        document_date: signed.document_date,
        language: signed.language,
        signed_pdf: signed.pdf.to_string(),
        signature: signed.signature.to_string(),
        made_from: signed.made_from,
        number: numbered.map(|letter| letter.number.clone()),
        dated: numbered.map(|letter| letter.dated),
        registered_pdf: numbered.map(|letter| letter.pdf.to_string()),
        registration_seal: numbered.map(|letter| letter.seal.to_string()),
        verification_code: verification_code(dossier.inquiry, signed.version),
    }
}

fn deliveries(sent: &DispatchedReply) -> Vec<DeliveryStateBody> {
    let body = |delivery: &inquiry::state::Delivery| {
        let mut body = DeliveryStateBody {
            recipient: delivery.recipient.0,
            name: delivery.name.clone(),
            email: delivery.email.as_ref().map(ToString::to_string),
            message_id: delivery.message_id.to_string(),
            state: "ordered",
            answer: None,
            proof: None,
            handed_on: None,
        };
        match &delivery.state {
            DeliveryState::NeedsHand => body.state = "needs_hand",
            DeliveryState::Ordered => {}
            DeliveryState::Accepted { relay, .. } => {
                body.state = "accepted";
                body.answer = Some(relay.clone());
            }
            DeliveryState::Reported { what, answer, .. } => {
                body.state = what.code();
                body.answer = Some(answer.clone());
            }
            DeliveryState::Failed { answer, .. } => {
                body.state = "failed";
                body.answer = Some(answer.clone());
            }
            DeliveryState::Confirmed { how } => {
                body.state = "confirmed";
                body.proof = Some(*how);
            }
            DeliveryState::ByHand { on, note } => {
                body.state = "by_hand";
                body.answer = Some(note.clone());
                body.handed_on = Some(*on);
            }
        }
        body
    };
    sent.deliveries.iter().map(body).collect()
}
