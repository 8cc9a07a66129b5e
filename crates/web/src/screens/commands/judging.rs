//! A contribution beside the form that accepts or returns it: it is read where it is judged, and the other answer to it is one step away.

use inquiry::state::ContributionStatus;
use inquiry::{CommandName, allowed};
use serde::Deserialize;

use super::super::fields::Link;
use super::super::inquiry::contributed::ContributionText;
use super::super::names::Names;
use super::{Facts, Visit};
use crate::address::query;
use crate::office::seeing::Seen;

/// Whose contribution a page is opened for.
#[derive(Debug, Deserialize)]
pub(super) struct About {
    ministry: Option<String>,
}

impl Visit {
    /// What has to be read before it is accepted or returned.
    pub(super) fn contributions(&self, seen: &Seen) -> Vec<ContributionText> {
        let fits = |status: &ContributionStatus| match self.name {
            CommandName::AcceptContribution => *status == ContributionStatus::Submitted,
            CommandName::ReturnContribution => !matches!(status, ContributionStatus::Returned { .. }),
            _ => false,
        };
        let all = seen.dossier.contributions.iter().filter(|one| fits(&one.status));
        let names = Names::now(&self.state);
        all.map(|one| ContributionText::of(&names, one, self.language)).collect()
    }

    /// The page for one contribution: it is chosen already, and the other answer to it is one step away.
    pub(super) fn about(&self, facts: Facts, seen: &Seen, about: &About) -> Facts {
        let Some(ministry) = about.ministry.as_deref() else { return facts };
        let known = seen.dossier.contributions.iter().find(|one| one.ministry.as_str() == ministry);
        let other = match self.name {
            CommandName::AcceptContribution => CommandName::ReturnContribution,
            CommandName::ReturnContribution => CommandName::AcceptContribution,
            _ => return facts,
        };
        let Some(known) = known else { return facts };
        let may = allowed(&seen.inquiry, &self.caller.account.actor).contains(&other);
        let href = format!(
            "/inquiries/{}/commands/{}?{}",
            seen.dossier.inquiry,
            other.path(),
            query(&[("ministry", ministry)])
        );
        let link = may.then(|| Link { href, words: other.words(self.language).to_owned() });
        let contributions = vec![ContributionText::of(&Names::now(&self.state), known, self.language)];
        Facts { form: facts.form.put("ministry", ministry).link(link), contributions, ..facts }
    }
}
