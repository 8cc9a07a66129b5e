//! What is said of ministries that ask to be replaced, where it matters: to the head who answers, and to the lead whose draft waits for that; and by when
//! whoever takes a ministry's place may be due.

use directory::Language;
use inquiry::state::Contest;
use inquiry::terms::Place;
use jiff::civil::Date;

use super::Desk;
use super::resolution::not_after;
use crate::screens::fields::{Form, Typed};
use crate::screens::wording;

impl Desk<'_> {
    /// Those that the head has not answered.
    pub(super) fn contests(&self) -> &[Contest] {
        self.dossier().assignment.as_ref().map_or(&[], |assignment| assignment.contests.as_slice())
    }

    /// The day of the draft, where whoever is replaced by this form is a co-executor and that day lies ahead: nobody in its place is due later.
    pub(super) fn draft_before(&self, typed: &Typed, asks: Option<&Contest>) -> Option<Date> {
        let assignment = self.dossier().assignment.as_ref()?;
        // What is chosen; before that, whom the form thinks of.
        let from = match typed.get("from") {
            "" => asks.map(|asks| asks.ministry.clone()),
            chosen => chosen.parse().ok(),
        }?;
        match assignment.place(&from)? {
            Place::Lead => None,
            Place::CoExecutor => assignment.latest_contribution(self.today),
        }
    }

    /// By when whoever takes a place may be due: in the lead's, and in a co-executor's where that is another day.
    pub(super) fn day_instead(&self) -> Option<String> {
        let known = self.dossier().assignment.as_ref().filter(|known| !known.co_executors.is_empty());
        let draft = known.and_then(|known| known.latest_contribution(self.today));
        let lead = self.latest().map(|latest| not_after(latest, self.language));
        let Some(draft) = draft.filter(|draft| self.latest() != Some(*draft)) else { return lead };
        let draft = draft.strftime("%d.%m.%Y");
        let co = match self.language {
            Language::Kk => format!("Бірлесіп орындаушыға – жобаның мерзімінен ({draft}) кеш емес"),
            Language::Ru => format!("Соисполнителю – не позже срока проекта ({draft})"),
            Language::En => format!("For a co-executor not after the draft's day ({draft})"),
        };
        Some(lead.map_or_else(|| co.clone(), |lead| format!("{lead}. {co}")))
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
