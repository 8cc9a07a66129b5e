//! The last chapter: other ways to end, and what may follow an end.

use std::collections::BTreeSet;

use super::intake::groups;
use super::{Case, one};
use crate::bounds::{self, Field};
use crate::command::{JoinMerge, LinkRepeat, Merge, RecordResponse, Redirect, ReplaceReply, Withdraw};
use crate::event::{
    DeputyResponded, Event, InquiriesMerged, InquiryRedirected, InquiryWithdrawn, RepeatInquiryLinked, ReplyReplaced,
};
use crate::ids::RecipientNo;
use crate::intake::Recipient;
use crate::refusal::Refusal;
use crate::state::Response;
use crate::terms::{MergeSide, MergedInquiry};

impl Case<'_> {
    pub(super) fn link_repeat(&self, ask: &LinkRepeat) -> Result<Vec<Event>, Refusal> {
        let LinkRepeat { repeat, number } = ask;
        bounds::text(Field::Number, number)?;
        if *repeat == self.dossier.inquiry {
            return Err(Refusal::RepeatsItself);
        }
        if self.dossier.repeats.iter().any(|known| known.repeat == *repeat) {
            return Err(Refusal::RepeatLinked { number: number.clone() });
        }
        one(RepeatInquiryLinked { repeat: *repeat, number: number.clone() })
    }

    /// One reply to several. The inquiry that is due first leads, so that joining postpones nobody's reply.
    pub(super) fn merge(&self, ask: &Merge) -> Result<Vec<Event>, Refusal> {
        if ask.others.is_empty() {
            return Err(Refusal::Empty { field: Field::Others });
        }
        bounds::list(Field::Others, &ask.others)?;
        let leading_due = self.dossier.due().ok_or(Refusal::NotOnControl)?;
        let mut joined: BTreeSet<_> = self.dossier.merged.iter().map(|known| known.inquiry).collect();
        for other in &ask.others {
            let number = other.number.clone();
            bounds::text(Field::Number, &number)?;
            groups(&other.groups)?;
            if other.inquiry == self.dossier.inquiry {
                return Err(Refusal::MergesWithItself);
            }
            if !joined.insert(other.inquiry) {
                return Err(Refusal::MergedAlready { number });
            }
            if other.due < leading_due {
                return Err(Refusal::MergePostpones { number, due: other.due, leading_due });
            }
        }
        one(InquiriesMerged { merge: MergeSide::Leads { others: self.renumbered(&ask.others)? } })
    }

    /// Behind this inquiry's own list, without a gap.
    fn renumbered(&self, others: &[MergedInquiry]) -> Result<Vec<MergedInquiry>, Refusal> {
        let already = self.dossier.recipients().count();
        let joining: usize = others.iter().flat_map(|other| &other.groups).map(|group| group.deputies.len()).sum();
        bounds::count(Field::Recipients, already + joining)?;
        let mut others = others.to_vec();
        let deputies = others.iter_mut().flat_map(|other| &mut other.groups).flat_map(|group| &mut group.deputies);
        let last = self.dossier.recipients().map(|recipient| recipient.no.0).max().map_or(0, |last| last);
        for (deputy, no) in deputies.zip(last.saturating_add(1)..) {
            *deputy = Recipient { no: RecipientNo(no), ..deputy.clone() };
        }
        Ok(others)
    }

    pub(super) fn join_merge(&self, ask: &JoinMerge) -> Result<Vec<Event>, Refusal> {
        let JoinMerge { into, number } = ask;
        bounds::text(Field::Number, number)?;
        if *into == self.dossier.inquiry {
            return Err(Refusal::MergesWithItself);
        }
        one(InquiriesMerged { merge: MergeSide::Joins { into: *into, number: number.clone() } })
    }

    pub(super) fn withdraw(&self, ask: &Withdraw) -> Result<Vec<Event>, Refusal> {
        bounds::text(Field::Reason, &ask.reason)?;
        one(InquiryWithdrawn { reason: ask.reason.clone() })
    }

    pub(super) fn redirect(&self, ask: &Redirect) -> Result<Vec<Event>, Refusal> {
        let Redirect { to, reason } = ask;
        bounds::text(Field::RedirectedTo, to)?;
        bounds::text(Field::Reason, reason)?;
        one(InquiryRedirected { to: to.clone(), reason: reason.clone() })
    }

    /// The old letter is never edited: work on a new one begins, which will be signed and numbered anew.
    pub(super) fn replace_reply(&self, ask: &ReplaceReply) -> Result<Vec<Event>, Refusal> {
        bounds::text(Field::Reason, &ask.reason)?;
        let letter = self.dossier.letter().ok_or_else(|| self.wrong_stage())?;
        one(ReplyReplaced { replaced: letter.number.clone(), reason: ask.reason.clone() })
    }

    /// The last word of a deputy counts; the same word again of the same reply changes nothing.
    pub(super) fn record_response(&self, ask: &RecordResponse) -> Result<Vec<Event>, Refusal> {
        let RecordResponse { recipient, satisfied, comment } = ask;
        bounds::optional(Field::Comment, comment.as_deref())?;
        self.speaks_for(*recipient)?;
        let replaced = self.dossier.replaced.len();
        let response = Response { recipient: *recipient, satisfied: *satisfied, comment: comment.clone(), replaced };
        if self.dossier.responses.contains(&response) {
            return Ok(Vec::new());
        }
        one(DeputyResponded { recipient: *recipient, satisfied: *satisfied, comment: comment.clone() })
    }
}
