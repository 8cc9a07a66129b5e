//! The form by which a ministry is reminded, and the words about who owes what and who can be written to.

use directory::{Language, dates};
use inquiry::duty::Owing;
use inquiry::time::clock_of;

use super::super::super::fields::{Field, Form, say};
use super::super::super::wording::{self, People};
use super::Desk;
use crate::state::AppState;

impl Desk<'_> {
    /// Whoever owes something and was not reminded today; no form when there is nobody.
    pub(super) fn remind(&self, form: Form) -> Option<Form> {
        let dossier = self.dossier();
        let was_reminded = |owing: &Owing| dossier.reminded_on(&owing.ministry, self.today).is_some();
        let owing: Vec<Owing> = dossier.owing().into_iter().filter(|owing| !was_reminded(owing)).collect();
        if owing.is_empty() {
            return None;
        }
        let form = match unreachable(self.state, self.people, &owing, self.language) {
            Some(words) => form.note(words),
            None => form,
        };
        let choices = owing.iter().map(|owing| (owing.ministry.to_string(), words(self.state, owing, self.language)));
        let label = self.t("Қай министрлікке", "Какому министерству", "Which ministry");
        Some(form.with(vec![
            Field::select("ministry", label, choices).needed(),
            Field::area("note", self.t("Түсініктеме", "Комментарий", "Comment"), 2).hint(self.t(
                "Тарихта көрінеді; хатта тек түсініктеме бар екені айтылады",
                "Виден в истории; в письме сказано лишь, что он есть",
                "Shown in the history; the mail only says that there is one",
            )),
        ]))
    }
}

/// «СІМ: ұсыныс, мерзімі 6 қазан».
pub(in crate::screens) fn words(state: &AppState, owing: &Owing, language: Language) -> String {
    let ministry = wording::ministry(state, &owing.ministry, language).short;
    let due = say(language, "мерзімі", "срок", "due");
    format!("{ministry}: {}, {due} {}", owing.owed.words(language), dates::words(owing.due, language))
}

/// Which of them nobody can be written to, as a sentence; none when everybody can.
pub(in crate::screens) fn unreachable(
    state: &AppState,
    people: &People,
    owing: &[Owing],
    language: Language,
) -> Option<String> {
    let short = |owing: &Owing| wording::ministry(state, &owing.ministry, language).short;
    let mut silent: Vec<String> =
        owing.iter().filter(|owing| !people.can_be_written_to(&owing.ministry)).map(short).collect();
    silent.sort();
    silent.dedup();
    if silent.is_empty() {
        return None;
    }
    let silent = silent.join(", ");
    Some(match language {
        Language::Kk => {
            format!("{silent}: ешкімнің электрондық мекенжайы жоқ. Еске салу жазылады, бірақ хат ешкімге бармайды.")
        }
        Language::Ru => format!(
            "{silent}: там ни у кого нет электронного адреса. Напоминание будет записано, но письмо никому не придёт."
        ),
        Language::En => format!(
            "{silent}: nobody there has an e-mail address. The reminder is recorded, but no mail reaches anybody."
        ),
    })
}

/// «бүгін 10:40-та еске салынды».
pub(in crate::screens) fn reminded_words(at: jiff::Timestamp, language: Language) -> String {
    let clock = clock_of(at);
    match language {
        Language::Kk => format!("бүгін сағат {clock} еске салынды"),
        Language::Ru => format!("сегодня в {clock} напомнили"),
        Language::En => format!("reminded today at {clock}"),
    }
}
