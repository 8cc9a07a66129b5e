//! The third chapter: co-executors contribute, the lead consolidates and writes versions of the draft.

use std::collections::BTreeSet;

use serde_json::Value;

use super::intake::files;
use super::{Case, one};
use crate::allowed::is_returnable;
use crate::bounds::{self, Field};
use crate::command::{AcceptContribution, ReturnContribution, ReviseDraft, SubmitContribution};
use crate::content::{self, DraftContent};
use crate::event::{ContributionAccepted, ContributionReturned, ContributionSubmitted, DraftRevised, Event};
use crate::ids::{ContributionName, DraftVersion, QuestionNo};
use crate::provenance::BlockSource;
use crate::refusal::Refusal;
use crate::state::{Contribution, ContributionStatus};
use crate::terms::{Place, VoidedVisa};

impl Case<'_> {
    pub(super) fn submit_contribution(&self, ask: &SubmitContribution) -> Result<Vec<Event>, Refusal> {
        bounds::body(&ask.body)?;
        bounds::list(Field::Answers, &ask.answers)?;
        ask.answers.iter().try_for_each(|question| self.known_question(*question))?;
        files(&ask.files)?;
        let ministry = self.own_ministry()?;
        let version = match self.dossier.contribution(&ministry) {
            Some(Contribution {
                version,
                status: ContributionStatus::Returned { .. } | ContributionStatus::Submitted,
                ..
            }) => version.saturating_add(1),
            // What the lead has accepted is built into the draft: it changes again only when the lead returns it.
            Some(Contribution { status: ContributionStatus::Accepted, .. }) => {
                return Err(Refusal::ContributionAccepted { ministry });
            }
            None => 1,
        };
        one(ContributionSubmitted {
            ministry,
            version,
            body: ask.body.clone(),
            answers: ask.answers.clone(),
            files: ask.files.clone(),
            author: self.by.name.clone(),
        })
    }

    pub(super) fn accept_contribution(&self, ask: &AcceptContribution) -> Result<Vec<Event>, Refusal> {
        let ministry = &ask.ministry;
        let version = self.contribution(ministry, |status| *status == ContributionStatus::Submitted)?;
        one(ContributionAccepted { ministry: ministry.clone(), version })
    }

    pub(super) fn return_contribution(&self, ask: &ReturnContribution) -> Result<Vec<Event>, Refusal> {
        let ReturnContribution { ministry, reason } = ask;
        bounds::text(Field::Reason, reason)?;
        let version = self.contribution(ministry, is_returnable)?;
        one(ContributionReturned { ministry: ministry.clone(), version, reason: reason.clone() })
    }

    fn contribution(
        &self,
        ministry: &directory::MinistryCode,
        fits: impl Fn(&ContributionStatus) -> bool,
    ) -> Result<u32, Refusal> {
        if self.assignment()?.place(ministry) != Some(Place::CoExecutor) {
            return Err(Refusal::NoPart { ministry: ministry.clone() });
        }
        match self.dossier.contribution(ministry) {
            Some(contribution) if fits(&contribution.status) => Ok(contribution.version),
            Some(_) | None => Err(Refusal::ContributionNotSubmitted { ministry: ministry.clone() }),
        }
    }

    /// A new version voids the visas on the one before, and says which they were.
    pub(super) fn revise_draft(&self, ask: &ReviseDraft) -> Result<Vec<Event>, Refusal> {
        let ReviseDraft { content, sources, comment } = ask;
        self.check_content(content)?;
        self.check_sources(&content.body, sources)?;
        bounds::optional(Field::Comment, comment.as_deref())?;
        let content_hash = content.hash();
        let (version, voided) = match &self.dossier.draft {
            None => (DraftVersion(1), Vec::new()),
            Some(draft) if draft.content_hash == content_hash => {
                return Err(Refusal::NothingChanged { version: draft.version });
            }
            Some(draft) => {
                let voided = |visa: &crate::state::GivenVisa| VoidedVisa {
                    kind: visa.kind,
                    approver: visa.approver.clone(),
                    version: visa.version,
                };
                (draft.version.next(), draft.visas.iter().map(voided).collect())
            }
        };
        one(DraftRevised {
            version,
            content: content.clone(),
            content_hash,
            sources: sources.clone(),
            voided,
            author: self.by.name.clone(),
            comment: comment.clone(),
        })
    }

    fn check_content(&self, draft: &DraftContent) -> Result<(), Refusal> {
        let DraftContent { language, body, executor, answers, translations } = draft;
        bounds::body(body)?;
        bounds::text(Field::ExecutorName, &executor.name)?;
        bounds::text(Field::ExecutorPhone, &executor.phone)?;
        bounds::list(Field::Answers, answers)?;
        let blocks = content::blocks(body).map_or(0, <[_]>::len);
        for link in answers {
            self.known_question(link.question)?;
            let place = usize::try_from(link.block).ok().filter(|place| (1..=blocks).contains(place));
            if place.is_none() {
                return Err(Refusal::UnknownBlock { block: link.block, blocks });
            }
        }
        bounds::list(Field::Translations, translations)?;
        let mut languages = BTreeSet::from([*language]);
        for translation in translations {
            if !languages.insert(translation.language) {
                return Err(Refusal::LanguageTwice { language: translation.language });
            }
            bounds::body(&translation.body)?;
        }
        Ok(())
    }

    /// A block comes from a contribution that the lead has had: one of those on the table, or one that the version before names, whose
    /// ministry may have left since. Or it was taken over from an earlier answer.
    fn check_sources(&self, body: &Value, sources: &[Option<BlockSource>]) -> Result<(), Refusal> {
        let blocks = content::blocks(body).map_or(0, <[_]>::len);
        if !sources.is_empty() && sources.len() != blocks {
            return Err(Refusal::SourcesDoNotFit { sources: sources.len(), blocks });
        }
        let named_before = |source: &BlockSource| {
            self.dossier.draft.as_ref().is_some_and(|draft| draft.sources.iter().flatten().any(|known| known == source))
        };
        let sent = |name: &ContributionName| {
            self.dossier.contribution(&name.ministry).is_some_and(|last| (1..=last.version).contains(&name.version))
        };
        for source in sources.iter().flatten() {
            match source {
                BlockSource::Contribution(name) if !sent(name) && !named_before(source) => {
                    return Err(Refusal::UnknownContribution { contribution: name.clone() });
                }
                BlockSource::Contribution(_) => {}
                // Whether there is such a letter, and whoever writes may know of it, the edge has looked up.
                BlockSource::Answer(answer) => bounds::text(Field::Number, &answer.number)?,
            }
        }
        Ok(())
    }

    fn known_question(&self, question: QuestionNo) -> Result<(), Refusal> {
        if self.dossier.intake.questions.iter().any(|known| known.no == question) {
            Ok(())
        } else {
            Err(Refusal::UnknownQuestion { question })
        }
    }
}
