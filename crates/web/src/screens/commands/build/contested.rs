//! What is said of ministries that ask to be replaced, where it matters: to the head who answers, and to the lead whose draft waits for that.

use directory::Language;
use inquiry::state::Contest;

use super::Desk;
use crate::screens::fields::Form;
use crate::screens::wording;

impl Desk<'_> {
    /// Those that the head has not answered.
    pub(super) fn contests(&self) -> &[Contest] {
        self.dossier().assignment.as_ref().map_or(&[], |assignment| assignment.contests.as_slice())
    }

    /// The form with who asks to be replaced and why, and how that is answered.
    pub(super) fn contested(&self, form: Form) -> Form {
        let contests = self.contests();
        if contests.is_empty() {
            return form;
        }
        let short = |code| wording::ministry(self.state, code, self.language).short;
        let told = contests.iter().fold(form, |form, contest| {
            let (who, reason) = (short(&contest.ministry), &contest.reason);
            let whom = contest.propose.as_ref().map(short);
            form.note(match (self.language, whom) {
                (Language::Kk, None) => format!("{who} ауыстыруды сұрайды: {reason}"),
                (Language::Kk, Some(whom)) => format!("{who} ауыстыруды сұрайды: {reason} (ұсынатыны: {whom})"),
                (Language::Ru, None) => format!("{who} просит замену: {reason}"),
                (Language::Ru, Some(whom)) => format!("{who} просит замену: {reason} (предлагает: {whom})"),
                (Language::En, None) => format!("{who} asks to be replaced: {reason}"),
                (Language::En, Some(whom)) => format!("{who} asks to be replaced: {reason} (proposes: {whom})"),
            })
        });
        told.note(self.t(
            "Жоба осы шешілгенше келісуге жіберілмейді. Басшы не орындаушыны ауыстырады, не бұрыштаманы қайта қояды: сонда орындаушы орнында қалады.",
            "Пока это не решено, проект не отправляется на согласование. Руководитель либо заменяет исполнителя, либо накладывает резолюцию заново: тогда исполнитель остаётся.",
            "Until this is decided the draft goes to no approver. The head either replaces the ministry, or puts the resolution anew: then it stays.",
        ))
    }
}
