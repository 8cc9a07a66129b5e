//! The fourth chapter: visas on exactly one version, their refusal, and the way back.

use std::collections::BTreeSet;

use super::{Case, one};
use crate::bounds::{self, Field};
use crate::command::{RefuseVisa, ReturnDraft, SubmitForApproval, Visa};
use crate::event::{DraftReturned, DraftSubmittedForApproval, DraftVisaed, Event, VisaRefused};
use crate::ids::{ContentHash, DraftVersion};
use crate::refusal::Refusal;
use crate::state::{Draft, Stage};
use crate::terms::{RequiredVisa, VisaKind};

impl Case<'_> {
    pub(super) fn submit_for_approval(&self, ask: &SubmitForApproval) -> Result<Vec<Event>, Refusal> {
        let SubmitForApproval { version, required } = ask;
        let draft = self.current(*version)?;
        self.nobody_contests()?;
        if required.is_empty() {
            return Err(Refusal::NoApprovers);
        }
        bounds::list(Field::RequiredVisas, required)?;
        let mut seen = BTreeSet::new();
        for visa in required {
            bounds::text(Field::Approver, &visa.approver)?;
            if !seen.insert(visa) {
                return Err(Refusal::VisaRequiredTwice { visa: visa.clone() });
            }
        }
        // Whoever wrote the draft may not be its only approver; several who wrote it together are no better.
        if required.iter().all(|visa| draft.authors.contains(&visa.approver)) {
            return Err(Refusal::AuthorsApproveThemselves);
        }
        one(DraftSubmittedForApproval {
            version: draft.version,
            content_hash: draft.content_hash,
            required: required.clone(),
        })
    }

    /// A visa binds to what was read: this version, with this content.
    pub(super) fn visa(&self, ask: &Visa) -> Result<Vec<Event>, Refusal> {
        let Visa { version, content_hash, kind } = *ask;
        let draft = self.read(version, content_hash)?;
        self.own_visa(draft, kind)?;
        one(DraftVisaed { version, content_hash, kind, approver: self.by.stands_for().to_owned() })
    }

    pub(super) fn refuse_visa(&self, ask: &RefuseVisa) -> Result<Vec<Event>, Refusal> {
        let RefuseVisa { version, content_hash, kind, remarks } = ask;
        bounds::text(Field::Remarks, remarks)?;
        let draft = self.read(*version, *content_hash)?;
        self.own_visa(draft, *kind)?;
        one(VisaRefused {
            version: *version,
            content_hash: *content_hash,
            kind: *kind,
            approver: self.by.stands_for().to_owned(),
            remarks: remarks.clone(),
        })
    }

    /// A return needs a reason.
    pub(super) fn return_draft(&self, ask: &ReturnDraft) -> Result<Vec<Event>, Refusal> {
        let ReturnDraft { version, reason } = ask;
        bounds::text(Field::Reason, reason)?;
        let draft = self.current(*version)?;
        one(DraftReturned { version: draft.version, reason: reason.clone(), returned_by: self.by.name.clone() })
    }

    /// The draft, if that is the version it has.
    pub(super) fn current(&self, version: DraftVersion) -> Result<&Draft, Refusal> {
        let draft = self.draft()?;
        if draft.version == version {
            Ok(draft)
        } else {
            Err(Refusal::OldVersion { read: version, current: draft.version })
        }
    }

    /// The draft, if it is of that version and says what was read.
    pub(super) fn read(&self, version: DraftVersion, content_hash: ContentHash) -> Result<&Draft, Refusal> {
        let draft = self.current(version)?;
        if draft.content_hash == content_hash { Ok(draft) } else { Err(Refusal::OtherContent { version }) }
    }

    fn own_visa(&self, draft: &Draft, kind: VisaKind) -> Result<(), Refusal> {
        let Stage::Approval { required } = &self.dossier.stage else { return Err(self.wrong_stage()) };
        let of_kind: Vec<&RequiredVisa> = required.iter().filter(|visa| visa.kind == kind).collect();
        if of_kind.is_empty() {
            return Err(Refusal::VisaNotRequired { kind });
        }
        let Some(own) = of_kind.iter().find(|visa| visa.approver == self.by.stands_for()) else {
            let approvers = of_kind.iter().map(|visa| visa.approver.clone()).collect();
            return Err(Refusal::VisaOfAnother { kind, approvers });
        };
        // Somebody else's visa is another pair of eyes: not the author's.
        if self.by.in_place_of.is_some() && draft.authors.contains(&self.by.name) {
            return Err(Refusal::AuthorStandsIn);
        }
        if draft.has_visa(own) { Err(Refusal::VisaGiven { kind }) } else { Ok(()) }
    }
}
