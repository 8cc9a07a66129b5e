//! The fifth chapter: the signatory's desk, the signature over exact bytes, and the number that comes after it.

use super::{Case, one, within};
use crate::authority;
use crate::bounds::{self, Field};
use crate::command::{AssignOutgoingNumber, DeclineSigning, Sign, SubmitForSignature};
use crate::event::{Event, OutgoingNumberAssigned, ReplySigned, SigningDeclined, SubmittedForSignature};
use crate::refusal::Refusal;
use crate::state::{Stage, Submission};
use crate::time;

impl Case<'_> {
    /// The gate has seen that no visa is missing.
    pub(super) fn submit_for_signature(&self, ask: &SubmitForSignature) -> Result<Vec<Event>, Refusal> {
        let SubmitForSignature { version, signatory, person, order, document_date, code } = ask;
        let draft = self.current(*version)?;
        // Declined by the signatory, it lies with the lead again, and ministries may have asked to be replaced.
        if matches!(self.dossier.stage, Stage::Drafting { .. }) {
            self.nobody_contests()?;
        }
        bounds::text(Field::SignatoryName, &signatory.name)?;
        if let Some(order) = order {
            bounds::text(Field::Number, &order.number)?;
        }
        bounds::lines(Field::PostLine, &signatory.post_lines)?;
        within(Field::DocumentDate, *document_date, self.dossier.intake.received, self.today)?;
        one(SubmittedForSignature {
            version: draft.version,
            content_hash: draft.content_hash,
            signatory: signatory.clone(),
            person: Some(*person),
            order: order.clone(),
            document_date: *document_date,
            code: Some(code.clone()),
        })
    }

    /// Signing freezes the bytes and, with them, the recipients: the groups and labels of the inquiry's own list.
    pub(super) fn sign(&self, ask: &Sign) -> Result<Vec<Event>, Refusal> {
        let draft = self.read(ask.version, ask.content_hash)?;
        let paper = self.submission()?;
        let Submission { signatory, document_date, code, .. } = paper;
        // The edge has looked into the directory for the person that the gate has let through, and for nobody else.
        if (Some(ask.authority.person), &ask.authority.office) != (paper.person, &signatory.office) {
            return Err(Refusal::NoAuthority { named: signatory.name.clone() });
        }
        authority::fits(paper, &ask.authority)?;
        if ask.pdf_bytes == 0 {
            return Err(Refusal::NothingSigned);
        }
        if let Some(signer) = &ask.signer {
            bounds::text(Field::SignatoryName, &signer.name)?;
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
