//! The fifth chapter: the signatory's desk, the signature over exact bytes, and the number that comes after it.

use directory::{ActingOrder, PersonId};

use super::{Case, one, within};
use crate::authority;
use crate::bounds::{self, Field};
use crate::command::{AssignOutgoingNumber, DeclineSigning, Sign, SubmitForSignature};
use crate::event::{Event, OutgoingNumberAssigned, ReplyCosigned, ReplySigned, SigningDeclined, SubmittedForSignature};
use crate::refusal::Refusal;
use crate::state::{Stage, Submission};
use crate::terms::{Cosignatory, Cosignature, SignatoryBlock};
use crate::time;

impl Case<'_> {
    /// The gate has seen that no visa is missing.
    pub(super) fn submit_for_signature(&self, ask: &SubmitForSignature) -> Result<Vec<Event>, Refusal> {
        let SubmitForSignature { version, signatory, person, order, also, document_date, code } = ask;
        let draft = self.current(*version)?;
        // Declined by the signatory, it lies with the lead again, and ministries may have asked to be replaced.
        if matches!(self.dossier.stage, Stage::Drafting { .. }) {
            self.nobody_contests()?;
        }
        printable(signatory, order.as_ref())?;
        each_once(signatory, *person, also)?;
        within(Field::DocumentDate, *document_date, self.dossier.intake.received, self.today)?;
        one(SubmittedForSignature {
            version: draft.version,
            content_hash: draft.content_hash,
            signatory: signatory.clone(),
            person: Some(*person),
            order: order.clone(),
            also: also.clone(),
            document_date: *document_date,
            code: Some(code.clone()),
        })
    }

    /// The last signature freezes the bytes and, with them, the recipients: the groups and labels of the inquiry's own list. One before it is a
    /// signature of one's own, under which others put theirs.
    pub(super) fn sign(&self, ask: &Sign) -> Result<Vec<Event>, Refusal> {
        let draft = self.read(ask.version, ask.content_hash)?;
        let paper = self.submission()?;
        let Submission { document_date, code, .. } = paper;
        // The edge has looked into the directory for the person that the gate has let through, and for nobody else.
        let signatory = authority::named_signatory(paper, self.by)?.block;
        if (Some(ask.authority.person), &ask.authority.office) != (self.by.person, &signatory.office) {
            return Err(Refusal::NoAuthority { named: signatory.name.clone() });
        }
        authority::fits(signatory, &ask.authority)?;
        if paper.partly.as_ref().is_some_and(|partly| partly.pdf != ask.pdf) {
            return Err(Refusal::OtherBytesSigned);
        }
        if ask.pdf_bytes == 0 {
            return Err(Refusal::NothingSigned);
        }
        if let Some(signer) = &ask.signer {
            bounds::text(Field::SignatoryName, &signer.name)?;
        }
        if paper.awaited().count() > 1 {
            return one(ReplyCosigned {
                version: ask.version,
                content_hash: ask.content_hash,
                pdf: ask.pdf,
                pdf_bytes: ask.pdf_bytes,
                made_from: ask.made_from,
                given: Cosignature {
                    signatory: signatory.clone(),
                    authority: ask.authority.clone(),
                    signed_by: self.by.name.clone(),
                    signed_at: self.at,
                    signature: ask.signature,
                    certificate: ask.certificate,
                    sealed_by_server: ask.sealed_by_server,
                    signer: ask.signer.clone(),
                    checked: ask.checked,
                },
            });
        }
        one(ReplySigned {
            version: ask.version,
            content_hash: ask.content_hash,
            pdf: ask.pdf,
            pdf_bytes: ask.pdf_bytes,
            signature: ask.signature,
            made_from: Some(ask.made_from),
            certificate: ask.certificate,
            sealed_by_server: ask.sealed_by_server,
            signer: ask.signer.clone(),
            checked: ask.checked,
            signatory: signatory.clone(),
            authority: Some(ask.authority.clone()),
            cosigned: paper.given().to_vec(),
            signed_by: self.by.name.clone(),
            signed_at: self.at,
            document_date: *document_date,
            language: draft.content.language,
            recipients: self.dossier.groups(),
            code: code.clone(),
        })
    }

    pub(super) fn decline_signing(&self, ask: &DeclineSigning) -> Result<Vec<Event>, Refusal> {
        bounds::text(Field::Reason, &ask.reason)?;
        let version = self.submission()?.version;
        one(SigningDeclined { version, reason: ask.reason.clone(), declined_by: self.by.name.clone() })
    }

    pub(super) fn assign_outgoing_number(&self, ask: &AssignOutgoingNumber) -> Result<Vec<Event>, Refusal> {
        let AssignOutgoingNumber { series, value, number, dated, pdf, seal } = ask;
        let Stage::Signed(signed) = &self.dossier.stage else { return Err(Refusal::NotSignedYet) };
        bounds::text(Field::Series, series)?;
        bounds::text(Field::Number, number)?;
        if *value < 1 {
            return Err(Refusal::SeriesValue { value: *value });
        }
        within(Field::NumberDate, *dated, time::day_of(signed.signed_at), self.today)?;
        one(OutgoingNumberAssigned {
            series: series.clone(),
            value: *value,
            number: number.clone(),
            dated: *dated,
            pdf: *pdf,
            seal: *seal,
        })
    }

    fn submission(&self) -> Result<&Submission, Refusal> {
        if let Stage::ForSignature(submission) = &self.dossier.stage { Ok(submission) } else { Err(self.wrong_stage()) }
    }
}

fn printable(signatory: &SignatoryBlock, order: Option<&ActingOrder>) -> Result<(), Refusal> {
    bounds::text(Field::SignatoryName, &signatory.name)?;
    if let Some(order) = order {
        bounds::text(Field::Number, &order.number)?;
    }
    bounds::lines(Field::PostLine, &signatory.post_lines)
}

/// An office signs once, and so does a person, who may fill two of them.
fn each_once(first: &SignatoryBlock, person: PersonId, also: &[Cosignatory]) -> Result<(), Refusal> {
    bounds::count(Field::FurtherSignatories, also.len())?;
    let (mut offices, mut persons) = (vec![&first.office], vec![person]);
    for other in also {
        printable(&other.signatory, other.order.as_ref())?;
        if offices.contains(&&other.signatory.office) {
            return Err(Refusal::OfficeTwice { office: other.signatory.office.clone() });
        }
        if persons.contains(&other.person) {
            return Err(Refusal::SignatoryTwice { name: other.signatory.name.clone() });
        }
        offices.push(&other.signatory.office);
        persons.push(other.person);
    }
    Ok(())
}
