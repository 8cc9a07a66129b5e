//! A version of the draft as its form was typed: its text, where the blocks came from, which of them answer which question.

use directory::Language;
use inquiry::Dossier;
use inquiry::command::ReviseDraft;
use inquiry::content::{AnswerLink, DraftContent, Performer, Translation};
use letter::diff::diff;
use letter::provenance::Sourced;
use serde_json::Value;

use super::super::fields::{Fault, Reader};
use super::super::text;
use super::newer;
use crate::office::drafts::answers::{Followed, follow};
use crate::office::drafts::{self, Written};
use crate::office::earlier::Namable;
use crate::speech::Words;

/// What was typed as a letter's text.
fn sourced(reader: &mut Reader<'_>, name: &str, typed: &str) -> Option<Sourced> {
    match text::read(typed, reader.language) {
        Ok(new) => Some(new),
        Err(faults) => {
            reader.faults.extend(faults.into_iter().map(|what| Fault::at(name, what)));
            None
        }
    }
}

/// The same, with every block that reads as before exactly as it was before: an untouched text changes no hash.
fn blocks(reader: &mut Reader<'_>, name: &str, typed: &str, before: Option<&Value>) -> Option<Value> {
    let new = sourced(reader, name, typed)?;
    let laid = drafts::laid(before.and_then(text::kept).as_ref(), &[], new);
    serde_json::to_value(laid.body).ok()
}

/// The text that a form has to have.
pub(super) fn body(reader: &mut Reader<'_>, name: &str) -> Option<Sourced> {
    // Spaces at the beginning of a letter are its own.
    if reader.needed(name).is_empty() { None } else { sourced(reader, name, &reader.verbatim(name)) }
}

/// A new version of the draft from its form, laid against the version before, and the contributions and earlier answers that it names.
pub(super) fn revise(
    reader: &mut Reader<'_>,
    dossier: &Dossier,
    before: Option<&Written>,
    known: &Namable,
) -> Option<ReviseDraft> {
    let language: Option<Language> = reader.value("language");
    let kept = before.and_then(|written| written.text(None).ok());
    let laid = body(reader, "body").map(|new| drafts::laid(kept.as_ref(), &known.texts, new));
    newer::check(reader);
    let executor = Performer { name: reader.needed_line("executor_name"), phone: reader.needed_line("executor_phone") };
    let followed = before
        .zip(kept)
        .zip(laid.as_ref())
        .map(|((written, kept), laid)| follow(&written.content.answers, &kept.body, &diff(&kept.body, &laid.body)));
    let answers = answers(reader, dossier, before, followed.as_ref());
    let mut translations = Vec::new();
    for other in Language::ALL {
        let name = format!("translations[{other}]");
        let Some(text) = reader.optional(&name) else { continue };
        if Some(other) == language {
            let what = Words::new(
                "Бұл – хаттың өз тілі; мәтінін жоғарыға жазыңыз.",
                "Это язык самого письма; напишите текст выше.",
                "This is the letter's own language; write the text above.",
            );
            reader.blame(&name, &what);
        } else if let Some(body) = blocks(reader, &name, &text, translated(before, other)) {
            translations.push(Translation { language: other, body });
        }
    }
    let laid = laid?;
    let sources = drafts::names(&laid, &known.named);
    let body = serde_json::to_value(laid.body).ok()?;
    let content = DraftContent { language: language?, body, executor, answers, translations };
    Some(ReviseDraft { content, sources, comment: reader.optional("comment") })
}

/// The links from questions to blocks. Numbers that were left as they are follow their blocks; one whose block is gone has to be decided by
/// whoever wrote the text.
fn answers(
    reader: &mut Reader<'_>,
    dossier: &Dossier,
    before: Option<&Written>,
    followed: Option<&Followed>,
) -> Vec<AnswerLink> {
    let mut answers = Vec::new();
    for question in &dossier.intake.questions {
        let name = format!("answers[{}]", question.no);
        let mut typed = Vec::new();
        for place in reader.text(&name).split([',', ';', ' ']).filter(|place| !place.is_empty()) {
            match place.parse() {
                Ok(block) => typed.push(AnswerLink { question: question.no, block }),
                Err(_) => {
                    let what = Words::new(
                        "Абзацтардың нөмірлерін үтір арқылы жазыңыз, мысалы 3, 4.",
                        "Напишите номера абзацев через запятую, например 3, 4.",
                        "Write the places of the paragraphs, such as 3, 4.",
                    );
                    reader.blame(&name, &what);
                    break;
                }
            }
        }
        let of_this = |link: &&AnswerLink| link.question == question.no;
        let known = before.into_iter().flat_map(|written| &written.content.answers).filter(of_this);
        let Some(followed) = followed.filter(|_| known.eq(&typed)) else {
            answers.extend(typed);
            continue;
        };
        answers.extend(followed.links().iter().filter(of_this));
        for lost in followed.lost.iter().filter(|lost| lost.question == question.no) {
            let (block, words) = (lost.block, &lost.words);
            let what = Words::new(
                format!("{block}-абзац («{words}») мәтінде жоқ; жаңа нөмірін жазыңыз не өшіріңіз."),
                format!("Абзаца {block} («{words}») в тексте больше нет; напишите новый номер или сотрите его."),
                format!("Paragraph {block} («{words}») is not in the text any more; write another number or clear it."),
            );
            reader.blame(&name, &what);
        }
    }
    answers
}

/// The text of a draft in another language, as it is.
fn translated(before: Option<&Written>, language: Language) -> Option<&Value> {
    before?.content.translations.iter().find(|text| text.language == language).map(|text| &text.body)
}
