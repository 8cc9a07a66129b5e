//! Why a day is offered or due: what stands folded beside a form, in the words of the rules that found it.

use directory::Language;
use directory::deadline::Deadline;
use inquiry::state::Watch;
use serde::Serialize;

use super::say;

/// Why a day is the day.
#[derive(Debug, Clone, Serialize)]
pub(in crate::screens) struct Reason {
    title: String,
    /// How it was found, a sentence each.
    steps: Vec<String>,
    /// The act that the rule stands on.
    law: String,
    /// The calendar that was used.
    calendar: String,
}

impl Reason {
    pub(in crate::screens) fn of(title: String, deadline: &Deadline, language: Language) -> Self {
        Self {
            title,
            steps: deadline.words(language),
            law: deadline.rule.law.words(language).to_owned(),
            calendar: deadline.calendar_version.clone(),
        }
    }

    /// Of the reply's own day, with what was granted since.
    pub(in crate::screens) fn of_reply(title: String, watch: &Watch, language: Language) -> Self {
        let mut reason = Self::of(title, &watch.deadline, language);
        reason.steps.extend(watch.extensions.iter().map(|one| {
            let (old, new) = (one.old_due.strftime("%d.%m.%Y"), one.new_due.strftime("%d.%m.%Y"));
            let words = say(language, "Мерзімі ұзартылды", "Срок продлён", "More time was granted");
            format!("{words}: {old} → {new}. {}", one.ground)
        }));
        reason
    }
}
