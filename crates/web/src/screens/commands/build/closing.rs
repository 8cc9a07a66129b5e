//! The form that closes an inquiry. Where a deputy has said that the reply does not satisfy them, that is told first, and it is closed by whoever says that
//! they know it: no rule forbids it, and what may still follow is a repeat inquiry, the deputy's next word and another reply.

use directory::Language;
use directory::number::shown;
use inquiry::Dossier;
use inquiry::intake::Recipient;

use super::super::super::fields::{Field, Form, Reader};
use super::Desk;
use crate::speech::Words;

/// The box for knowing it. Its value says of whom it is known: a tick for some is no tick for others, whoever they are by the time the form is sent.
const KNOWN: &str = "unsatisfied";

/// The places on the list of those who are not satisfied; none where nobody has said so.
fn places(dossier: &Dossier) -> Option<String> {
    let places: Vec<String> = dossier.unsatisfied().map(|recipient| recipient.no.to_string()).collect();
    (!places.is_empty()).then(|| places.join(" "))
}

/// Who is not satisfied, of which reply, whether they have asked again, and what may follow the closing.
fn told(dossier: &Dossier, language: Language) -> String {
    let of_earlier = Words::new("алдыңғы жауап туралы", "о прежнем ответе", "of the reply before");
    let name = |recipient: &Recipient| {
        if dossier.spoke_of_earlier(recipient.no) {
            format!("{} ({})", recipient.name, of_earlier.in_language(language))
        } else {
            recipient.name.clone()
        }
    };
    let names = dossier.unsatisfied().map(name).collect::<Vec<_>>().join(", ");
    let repeats = dossier.repeats.iter().map(|repeat| shown(&repeat.number)).collect::<Vec<_>>().join(", ");
    let asked_again = if repeats.is_empty() {
        Words::new("Қайталама сауал байланыстырылмаған.", "Повторный запрос не связан.", "No repeat inquiry is linked.")
    } else {
        Words::new(
            format!("Байланыстырылған қайталама сауал: {repeats}."),
            format!("Связан повторный запрос: {repeats}."),
            format!("Linked repeat inquiry: {repeats}."),
        )
    };
    let asked_again = asked_again.in_language(language);
    match language {
        Language::Kk => format!(
            "Жауапқа қанағаттанбаған депутаттар: {names}. {asked_again} Сауал жабылғаннан кейін тек қайталама сауал, депутаттың пікірі және жауапты ауыстыру мүмкін."
        ),
        Language::Ru => format!(
            "Ответом не удовлетворены: {names}. {asked_again} После закрытия возможны только повторный запрос, мнение депутата и замена ответа."
        ),
        Language::En => format!(
            "Not satisfied with the reply: {names}. {asked_again} After the closing only a repeat inquiry, a deputy's response and a replacement of the reply may follow."
        ),
    }
}

impl Desk<'_> {
    pub(super) fn close(&self, form: Form) -> Form {
        let outcomes = [
            ("answered", self.t("жауап берілді", "дан ответ", "answered")),
            ("answered_in_part", self.t("ішінара жауап берілді", "дан частичный ответ", "answered in part")),
            ("refused", self.t("бас тартылды", "отказано", "refused")),
        ];
        let outcomes = outcomes.map(|(code, words)| (code.to_owned(), words));
        let ground = self.t("Негізі", "Основание", "Ground");
        let mut fields = vec![
            Field::select("outcome", self.t("Нәтижесі", "Исход", "Outcome"), outcomes).value("answered").needed(),
            Field::area("ground", ground, 2).hint(self.t(
                "Ішінара жауап пен бас тартуда міндетті",
                "Обязательно при частичном ответе и отказе",
                "Needed for an answer in part and for a refusal",
            )),
        ];
        let Some(places) = places(self.dossier()) else { return form.with(fields).grave() };
        let label = self.t(
            "Жауапқа қанағаттанбаған депутат бар",
            "Есть депутат, не удовлетворённый ответом",
            "Somebody is not satisfied with the reply",
        );
        let known = self.t(
            "Білемін, сауал бәрібір жабылсын",
            "Знаю, запрос всё равно следует закрыть",
            "I know, and the inquiry is to be closed all the same",
        );
        fields.push(Field::checks(KNOWN, label, [(places, known)]).needed());
        form.note(told(self.dossier(), self.language)).with(fields).grave()
    }
}

/// Blames a form that would close an inquiry over somebody's dissatisfaction without saying that it is known.
pub(in super::super) fn check(dossier: &Dossier, reader: &mut Reader<'_>) {
    let Some(places) = places(dossier) else { return };
    if reader.typed.get(KNOWN) != places {
        // The field's own name says that there is such a deputy.
        let what = Words::new(
            "Бұл сізге белгілі болса, белгі қойып, батырманы қайта басыңыз.",
            "Если вы об этом знаете, поставьте отметку и нажмите кнопку ещё раз.",
            "If you know that, tick the box and press the button again.",
        );
        reader.blame(KNOWN, &what);
    }
}
