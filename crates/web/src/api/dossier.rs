//! An inquiry as the API shows it: the dossier in stable words, whatever shape the domain keeps it in.

mod body;

use directory::{Actor, Language};
use inquiry::content::DraftContent;
use inquiry::intake::Intake;
use inquiry::state::{
    Contribution, ContributionStatus, Control, DeliveryState, DispatchedReply, NumberedReply, SignedReply, Stage,
};
use inquiry::terms::CoExecutor;
use inquiry::{CommandName, Dossier};
use jiff::civil::Date;
use readmodel::letters::printed_code;

use crate::moment::Moment;
use crate::office::authority;
use crate::office::counted::{Recount, counted};
use crate::office::seeing::{self, Seen};
use crate::problem::Problem;
use crate::screens::moment::day_of;
use crate::state::AppState;
pub use body::DossierBody;
use body::{
    AssignmentBody, ContestBody, ContributionBody, ControlBody, DeliveryStateBody, DraftBody, ExtensionAskedBody,
    ExtensionBody, GivenBody, InterimBody, LetterBody, RecountBody, RefusalBody, ReplacedBody, ResponseBody,
    SubmissionBody, VisaBody,
};

/// The dossier as `actor` sees it, as it stands or as it stood at a moment.
///
/// # Errors
/// A failure where an event is of a kind that this program does not know.
pub(crate) fn dossier_body(
    state: &AppState,
    actor: &Actor,
    seen: &Seen,
    moment: Option<Moment>,
    language: Language,
) -> Result<DossierBody, Problem> {
    let body = whole(state, actor, seen, moment, language)?;
    Ok(if seeing::is_outside(actor) { outside(body, actor) } else { body })
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
        assignment: body.assignment.map(who_answers),
        ..body
    }
}

/// Who answers and by when, without what the house says to each other about it.
fn who_answers(assignment: AssignmentBody) -> AssignmentBody {
    let untold = |co: CoExecutor| CoExecutor { task: String::new(), ..co };
    AssignmentBody {
        resolution: None,
        co_executors: assignment.co_executors.into_iter().map(untold).collect(),
        contests: Vec::new(),
        ..assignment
    }
}

fn whole(
    state: &AppState,
    actor: &Actor,
    seen: &Seen,
    moment: Option<Moment>,
    language: Language,
) -> Result<DossierBody, Problem> {
    let dossier = &*seen.dossier;
    let commands = if moment.is_none() { authority::allowed(state, actor, seen) } else { Vec::new() };
    let (merged_into, redirected_to) = match &dossier.stage {
        Stage::Merged { into } => (Some(into.to_string()), None),
        Stage::Redirected { to } => (None, Some(to.clone())),
        _ => (None, None),
    };
    Ok(DossierBody {
        id: dossier.inquiry.to_string(),
        version: seen.version,
        state: dossier.stage.name(),
        state_words: dossier.stage.name().words(language),
        incoming_number: dossier.incoming_number.clone(),
        topic: dossier.topic.clone(),
        intake: Intake::clone(&dossier.intake),
        control: control(seen, day_of(state, moment), language)?,
        as_of: moment.map(Moment::text),
        assignment: dossier.assignment.as_ref().map(|assignment| AssignmentBody {
            resolution: Some(assignment.resolution.clone()),
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
                person: paper.person,
                order: paper.order.clone(),
                also: paper.also.clone(),
                signed: paper.given().iter().map(GivenBody::from).collect(),
                awaited: paper.awaited().map(|named| named.block.name.clone()).collect(),
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
    })
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

fn control(seen: &Seen, today: Date, language: Language) -> Result<ControlBody, Problem> {
    let dossier = &*seen.dossier;
    let (on, watch) = match &dossier.control {
        Control::NotSet => (false, None),
        Control::On(watch) => (true, Some(watch)),
        Control::Off(watch) => (false, Some(watch)),
    };
    let counted = watch.map(|watch| counted(seen, watch)).transpose()?;
    let recounts = counted.as_ref().map(|counted| counted.recounts.as_slice()).unwrap_or_default();
    let steps = counted.as_ref().map(|counted| counted.deadline.words(language)).unwrap_or_default();
    Ok(ControlBody {
        on,
        due: watch.map(|watch| watch.due),
        overdue: dossier.is_overdue(today),
        explained: steps.into_iter().chain(recounts.iter().map(|one| recounted(one, language))).collect(),
        recounts: recounts.iter().map(RecountBody::from).collect(),
        deadline: counted.map(|counted| counted.deadline),
        asked: watch
            .and_then(|watch| watch.asked.as_ref())
            .map(|asked| ExtensionAskedBody { ground: asked.ground.clone(), until: asked.until }),
        extensions: watch
            .iter()
            .flat_map(|watch| &watch.extensions)
            .map(|e| ExtensionBody { ground: e.ground.clone(), old_due: e.old_due, new_due: e.new_due })
            .collect(),
    })
}

impl From<&Recount> for RecountBody {
    fn from(one: &Recount) -> Self {
        Self {
            old_due: one.old_due,
            new_due: one.new_due,
            calendar_version: one.calendar.clone(),
            act: one.act.clone(),
        }
    }
}

fn recounted(one: &Recount, language: Language) -> String {
    let words = match language {
        Language::Kk => "Өзгерген күнтізбе бойынша қайта есептелді",
        Language::Ru => "Пересчитан по изменённому календарю",
        Language::En => "Counted anew by the changed calendar",
    };
    format!("{words}: {} → {}. {}", one.old_due.strftime("%d.%m.%Y"), one.new_due.strftime("%d.%m.%Y"), one.act)
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
        authority: signed.authority.clone(),
        cosigned: signed.cosigned.iter().map(GivenBody::from).collect(),
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
        verification_code: printed_code(dossier.inquiry, signed.version, signed.code.as_ref()),
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
