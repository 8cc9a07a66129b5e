//! The end of a story: visas, the one signatory, the number, and what becomes of every mail.

use directory::Role;
use directory::series::Purpose;
use inquiry::command::{
    AssignOutgoingNumber, ConfirmDelivery, DeclineSigning, Dispatch, RecordAcceptance, RecordDeliveryByHand,
    RecordDeliveryReport, RecordFailure, RefuseVisa, Resend, ReturnDraft, Sign, SubmitForApproval, SubmitForSignature,
    Visa,
};
use inquiry::ids::VerificationCode;
use inquiry::same::Found;
use inquiry::state::{Delivery, Stage};
use inquiry::terms::{FailureStage, MadeFrom, ReceiptProof, RequiredVisa, ServerReport, VisaKind};
use inquiry::{ContentHash, DraftVersion, RecipientNo};

use super::Bent;
use super::teller::{Stop, Takes, Teller, Told, number_mark, outgoing_mark};
use super::work::{Team, revised};
use crate::error::Error;
use crate::office::{executor, person};
use crate::texts::Tongue;

/// More often than that nobody refuses the same letter.
const ROUNDS: usize = 4;

fn draft(teller: &Teller<'_>, who: usize) -> Result<(DraftVersion, ContentHash), Stop> {
    let draft = teller.dossier(who)?.draft.as_ref().ok_or_else(|| Error::story("there is no draft"))?;
    Ok((draft.version, draft.content_hash))
}

/// Visas, and the signature once none is missing; whatever is sent back is written anew.
pub(super) fn signed(teller: &mut Teller<'_>, bent: &Bent, who: usize, team: &mut Team) -> Told {
    for round in 0.. {
        let may_fail = round < ROUNDS;
        if !approved(teller, bent, who, team, may_fail)? {
            teller.days(1, 2)?;
            revised(teller, bent, who, team)?;
            continue;
        }
        if laid(teller, bent, who, may_fail)? {
            break;
        }
        teller.days(1, 3)?;
        revised(teller, bent, who, team)?;
    }
    numbered(teller, who)
}

fn approved(teller: &mut Teller<'_>, bent: &Bent, who: usize, team: &Team, may_fail: bool) -> Result<bool, Stop> {
    teller.minutes(5, 200)?;
    let (version, content_hash) = draft(teller, who)?;
    let mut kinds = vec![(VisaKind::Legal, "legal"), (VisaKind::Language, "language")];
    if bent.matter.theme().helpers.contains(&"mof") {
        kinds.push((VisaKind::Finance, "finance"));
    }
    kinds.push((VisaKind::Office, "office"));
    let required = kinds.iter().map(|(kind, approver)| RequiredVisa { kind: *kind, approver: (*approver).to_owned() });
    let required = required.collect();
    teller.ask(who, &executor(&team.lead), SubmitForApproval { version, required })?;
    for (kind, approver) in kinds {
        teller.days(0, if bent.is_slow { 2 } else { 1 })?;
        let by = person(approver, Role::Approver);
        let fate = if may_fail { teller.chance.below(100) } else { 99 };
        match fate {
            0..8 => {
                let remarks = match bent.tongue {
                    Tongue::Kk => "Екінші сұраққа нақты мерзім мен жауапты орган көрсетілсін.",
                    Tongue::Ru => "По второму вопросу укажите точный срок и ответственный орган.",
                };
                let remarks = remarks.to_owned();
                teller.ask(who, &by, RefuseVisa { version, content_hash, kind, remarks })?;
                return Ok(false);
            }
            8..10 => {
                let reason = match bent.tongue {
                    Tongue::Kk => "Мәтін сұраққа жауап бермейді, толық қайта жазылсын.",
                    Tongue::Ru => "Текст не отвечает на вопрос, переработайте полностью.",
                };
                teller.ask(who, &by, ReturnDraft { version, reason: reason.to_owned() })?;
                return Ok(false);
            }
            _ => teller.ask(who, &by, Visa { version, content_hash, kind })?,
        }
    }
    Ok(true)
}

/// It lies before the signatory until one of the hours at which letters are signed.
fn laid(teller: &mut Teller<'_>, bent: &Bent, who: usize, may_fail: bool) -> Result<bool, Stop> {
    teller.days(0, 1)?;
    let (version, content_hash) = draft(teller, who)?;
    let (signatory, _, authority) = teller.office.signatory(teller.now, bent.tongue.into())?;
    let mut bits = [0; 10];
    bits.copy_from_slice(&teller.chance.hash()[..10]);
    let lay = SubmitForSignature {
        version,
        signatory,
        person: authority.person,
        order: authority.ground.order().cloned(),
        also: Vec::new(),
        document_date: teller.now.date(),
        code: VerificationCode::of_bits(bits),
    };
    teller.ask(who, &person("clerk", Role::Clerk), lay)?;
    teller.signing_hour()?;
    while teller.chance.percent(14) {
        teller.days(1, 1)?;
        teller.signing_hour()?;
    }
    let (_, by, authority) = teller.office.signatory(teller.now, bent.tongue.into())?;
    // The office has changed hands meanwhile: the letter names somebody who may not sign any more.
    let named = match teller.stage(who)? {
        Stage::ForSignature(paper) => paper.person == Some(authority.person),
        _ => false,
    };
    if !named || (may_fail && teller.chance.percent(3)) {
        let reason = match bent.tongue {
            Tongue::Kk => "Жауап депутаттың сұрағын толық қамтымайды, пысықталсын.",
            Tongue::Ru => "Ответ не охватывает вопрос депутата полностью, доработать.",
        };
        teller.ask(who, &by, DeclineSigning { reason: reason.to_owned() })?;
        return Ok(false);
    }
    let papers = teller.office.papers;
    let sign = Sign {
        version,
        content_hash,
        pdf: papers.pdf,
        pdf_bytes: papers.pdf_bytes,
        signature: papers.signature,
        made_from: MadeFrom { facts: papers.facts, edition: papers.edition },
        certificate: papers.certificate,
        sealed_by_server: true,
        signer: None,
        checked: None,
        authority,
    };
    teller.ask(who, &by, sign)?;
    Ok(true)
}

fn numbered(teller: &mut Teller<'_>, who: usize) -> Told {
    teller.minutes(15, 100)?;
    let clerk = person("clerk", Role::Clerk);
    let office = teller.office;
    let dated = teller.now.date();
    let view = office.directory.at(dated);
    let series = view.series(Purpose::Outgoing).ok_or_else(|| Error::story("no outgoing series"))?;
    let name = view.series_name(series, &teller.dossier(who)?.intake.chamber).map_err(Error::story)?;
    let value = outgoing_mark(who);
    let number = AssignOutgoingNumber {
        series: name.clone(),
        value,
        number: series.format(value),
        dated,
        pdf: office.papers.pdf,
        seal: office.papers.signature,
    };
    teller.ask_for(who, &clerk, number.into(), Takes::Outgoing { series: name, first: series.first })?;
    teller.minutes(4, 60)?;
    let Stage::Numbered(letter) = teller.stage(who)? else {
        return Err(Error::story("the letter has no number").into());
    };
    let found = Found::intact(letter);
    let file_name = format!("ДС-{}.pdf", number_mark(who));
    teller.ask(who, &clerk, Dispatch { file_name, mail_domain: "saual.example".to_owned(), found })
}

/// What is to be done yet about the letter of one recipient.
enum Left {
    Confirm(ReceiptProof),
    Again,
    ByHand,
}

/// Every mail goes its way; at the end everybody has the letter.
pub(super) fn delivered(teller: &mut Teller<'_>, bent: &Bent, who: usize) -> Told {
    let Stage::Dispatched(sent) = teller.stage(who)? else {
        return Err(Error::story("nothing was sent").into());
    };
    let deliveries: Vec<Delivery> = sent.deliveries.clone();
    teller.minutes(1, 3)?;
    let mut left = Vec::new();
    for delivery in &deliveries {
        let fate = mailed(teller, who, delivery)?;
        left.push((delivery.recipient, delivery.email.clone(), fate));
    }
    teller.days(0, 2)?;
    let clerk = person("clerk", Role::Clerk);
    for (recipient, email, fate) in left {
        if teller.chance.percent(40) {
            teller.days(0, 1)?;
        } else {
            teller.minutes(3, 25)?;
        }
        let fate = match (fate, email) {
            (Left::Again, Some(address)) => {
                teller.ask(who, &clerk, Resend { recipient, address })?;
                teller.minutes(1, 2)?;
                taken(teller, who, recipient)?;
                teller.days(1, 2)?;
                Left::Confirm(ReceiptProof::SaidByTelephone)
            }
            (Left::Again, None) => Left::ByHand,
            (fate, _) => fate,
        };
        match fate {
            Left::Confirm(how) => teller.ask(who, &clerk, ConfirmDelivery { recipient, how })?,
            Left::ByHand | Left::Again => {
                let note = match bent.tongue {
                    Tongue::Kk => "Депутаттың көмекшісіне қолма-қол берілді.",
                    Tongue::Ru => "Вручено помощнику депутата под роспись.",
                };
                let on = teller.now.date();
                teller.ask(who, &clerk, RecordDeliveryByHand { recipient, on, note: note.to_owned() })?;
            }
        }
    }
    Ok(())
}

fn order_of(teller: &Teller<'_>, who: usize) -> Result<u32, Stop> {
    Ok(teller.dossier(who)?.last_order)
}

fn taken(teller: &mut Teller<'_>, who: usize, recipient: RecipientNo) -> Told {
    let order = order_of(teller, who)?;
    let queued = teller.chance.next() >> 24;
    let accepted = RecordAcceptance {
        order,
        recipient,
        attempt: 1,
        relay: "mail.saual.example".to_owned(),
        answer: format!("250 2.0.0 Ok: queued as {queued:010X}"),
        message_sha256: None,
    };
    teller.ask(who, &directory::Actor::system("dispatch"), accepted)
}

fn mailed(teller: &mut Teller<'_>, who: usize, delivery: &Delivery) -> Result<Left, Stop> {
    if delivery.email.is_none() {
        return Ok(Left::ByHand);
    }
    let recipient = delivery.recipient;
    let order = order_of(teller, who)?;
    let worker = directory::Actor::system("dispatch");
    let failure = |stage, answer: &str, permanent| RecordFailure {
        order,
        recipient,
        attempt: 1,
        stage,
        answer: answer.to_owned(),
        permanent,
    };
    match teller.chance.below(100) {
        0..3 => {
            let gone = failure(FailureStage::Addressing, "550 5.1.1 User unknown", true);
            teller.ask(who, &worker, gone)?;
            return Ok(if teller.chance.percent(50) { Left::Again } else { Left::ByHand });
        }
        3..7 => {
            let later = failure(FailureStage::Addressing, "451 4.7.1 Greylisted, try again later", false);
            teller.ask(who, &worker, later)?;
            teller.minutes(5, 6)?;
            taken(teller, who, recipient)?;
        }
        7..9 => {
            taken(teller, who, recipient)?;
            teller.minutes(1, 4)?;
            let full = failure(FailureStage::Bounced, "552 5.2.2 Mailbox full", true);
            teller.ask(who, &worker, full)?;
            return Ok(Left::Again);
        }
        _ => taken(teller, who, recipient)?,
    }
    if teller.chance.percent(30) {
        let answer = "250 2.1.5 Delivered".to_owned();
        let report = RecordDeliveryReport { order, recipient, what: ServerReport::Delivered, answer };
        teller.ask(who, &worker, report)?;
    }
    let how = [ReceiptProof::SaidByTelephone, ReceiptProof::AnsweredByMail, ReceiptProof::DeliveryNotice];
    Ok(Left::Confirm(*teller.chance.of(&how)))
}
