//! What is wrong with a form, field by field.

use directory::Language;
use serde::{Deserialize, Serialize};

use super::say;
use crate::problem::Problem;

/// A field that cannot be taken as it was typed; without a name it is about the whole form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::screens) struct Fault {
    pub name: Option<String>,
    pub what: String,
    /// What the field is called, with its row, once the form is known.
    pub label: Option<String>,
    /// The field's id, once the form is known.
    pub id: Option<String>,
    /// Another page on which it is put right.
    pub leads: Option<String>,
}

impl Fault {
    pub(in crate::screens) fn at(name: impl Into<String>, what: impl Into<String>) -> Self {
        Self { name: Some(name.into()), what: what.into(), label: None, id: None, leads: None }
    }

    pub(in crate::screens) fn of_all(what: impl Into<String>) -> Self {
        Self { name: None, what: what.into(), label: None, id: None, leads: None }
    }

    /// Something that is put right on another page.
    pub(in crate::screens) fn elsewhere(leads: String, what: impl Into<String>) -> Self {
        Self { leads: Some(leads), ..Self::of_all(what) }
    }

    /// What a problem says, at the field that it names.
    pub(in crate::screens) fn of(problem: &Problem, language: Language) -> Self {
        let body = problem.body(language);
        let what = match problem {
            Problem::LetterRefused { what } => letter_refused(what, language),
            // A page has no keys; it has a form that was sent, changed and sent again. It comes back with a new key.
            Problem::IdempotencyKeyReused => say(
                language,
                "Бұл нысан бұған дейін басқа мазмұнмен жіберіліп, орындалған. Жазғаныңыз сақталды; осыны да жіберу керек болса, батырманы тағы бір рет басыңыз.",
                "Эта форма уже была отправлена с другим содержанием и исполнена. Написанное сохранено; если нужно отправить и его, нажмите кнопку ещё раз.",
                "This form was sent before with other content, and that was carried out. What you wrote is kept; to send it as well, press the button once more.",
            ),
            _ => body.detail,
        };
        Self { name: body.field, what, label: None, id: None, leads: None }
    }
}

/// Why a letter cannot be set: the reader's own sentence first, then what the typesetter said, which speaks English only.
fn letter_refused(what: &str, language: Language) -> String {
    let words = say(
        language,
        "Хат осы күйінде терілмейді. Мәтінде абзац, тақырып, тізім, кесте және сілтеме ғана болуы мүмкін; жобаны түзетіп, қайта жіберіңіз. Теру бағдарламасының хабары (ағылшынша):",
        "Письмо в таком виде не набирается. Допустимы абзацы, заголовки, списки, таблицы и сноски; исправьте проект и отправьте снова. Сообщение программы набора (по-английски):",
        "The letter cannot be set as it is. Paragraphs, headings, lists, tables and footnotes are taken; correct the draft and send it again. The typesetter said:",
    );
    format!("{words} «{what}»")
}
