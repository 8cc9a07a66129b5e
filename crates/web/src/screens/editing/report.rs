//! What a file says besides its words, as sentences.

use directory::Language;
use serde::Serialize;

use super::super::fields::say;
use crate::office::drafts::taking::Report;

/// Everything that is said about a file, each list in its order.
#[derive(Debug, Serialize)]
pub(super) struct Said {
    tracked: Vec<Line>,
    comments: Vec<Line>,
    left_out: Vec<String>,
    form: Vec<FormLine>,
    moved: Vec<String>,
    lost: Vec<String>,
    second: Option<String>,
}

/// Something that somebody did or said in a file.
#[derive(Debug, Serialize)]
struct Line {
    place: String,
    author: String,
    at: Option<String>,
    /// What was done.
    what: &'static str,
    /// The words it is about.
    about: String,
    /// What is said about them.
    text: String,
}

/// A part of the form that the file says differently.
#[derive(Debug, Serialize)]
struct FormLine {
    part: String,
    was: String,
    is: String,
}

/// The sentences of a report.
pub(super) fn said(report: &Report, language: Language, in_letter: letter::model::Language) -> Said {
    let tracked = report.tracked.iter().map(|change| Line {
        place: change.spot.words(in_letter),
        author: change.author.clone(),
        at: change.at.as_deref().map(moment),
        what: change.kind.words(in_letter),
        about: change.text.clone(),
        text: String::new(),
    });
    let comments = report.comments.iter().map(|comment| Line {
        place: comment.spot.words(in_letter),
        author: comment.author.clone(),
        at: comment.at.as_deref().map(moment),
        what: "",
        about: comment.anchor.clone(),
        text: comment.text.clone(),
    });
    let left_out = report.left_out.iter();
    let form = report.form.iter().map(|change| FormLine {
        part: part(change.part, language),
        was: change.was.join(" / "),
        is: change.is.join(" / "),
    });
    let moved = report.answers.moved.iter().map(|moved| {
        let (question, from, to) = (moved.question, moved.from, moved.to);
        match language {
            Language::Kk => format!("{question}-сұрақтың жауабы {from}-абзацтан {to}-абзацқа ауысты"),
            Language::Ru => format!("Ответ на вопрос {question} теперь в абзаце {to}, был в абзаце {from}"),
            Language::En => format!("The answer to question {question} is in paragraph {to} now, it was in {from}"),
        }
    });
    let lost = report.answers.lost.iter().map(|lost| {
        let (question, block, words) = (lost.question, lost.block, &lost.words);
        match language {
            Language::Kk => {
                format!("{question}-сұраққа жауап берген {block}-абзац («{words}») жоқ болды, байланысы алынды")
            }
            Language::Ru => {
                format!("Абзаца {block} («{words}»), отвечавшего на вопрос {question}, больше нет; связь снята")
            }
            Language::En => format!(
                "Paragraph {block} («{words}»), which answered question {question}, is gone, and so is the link"
            ),
        }
    });
    let second = report.second_text_blocks;
    Said {
        tracked: tracked.collect(),
        comments: comments.collect(),
        left_out: left_out
            .map(|left| format!("{}: {}", left.spot.words(in_letter), left.what.words(in_letter)))
            .collect(),
        form: form.collect(),
        moved: moved.collect(),
        lost: lost.collect(),
        second: (second > 0).then(|| match language {
            Language::Kk => format!("Файлда екінші тілдегі мәтін бар ({second} блок); ол алынған жоқ, оны төмендегі тиісті өріске қойыңыз."),
            Language::Ru => format!("В файле есть текст на втором языке (блоков: {second}); он не взят, вставьте его в поле ниже."),
            Language::En => format!("The file has a text in a second language ({second} blocks); it was not taken, put it into its field below."),
        }),
    }
}

/// A moment as the file has it, to the minute: Word writes its own clock's time and calls it Greenwich's, so no zone is made of it.
fn moment(at: &str) -> String {
    at.chars().take(16).map(|sign| if sign == 'T' { ' ' } else { sign }).collect()
}

/// A part of the form, by the name of its style.
fn part(name: &str, language: Language) -> String {
    match name {
        "addressee" => say(language, "Адресат", "Адресат", "Addressee"),
        "reference" => say(language, "Сауалға сілтеме", "Ссылка на запрос", "Reference"),
        "salutation" => say(language, "Қаратпа", "Обращение", "Salutation"),
        "signature" => say(language, "Қол қоюшының лауазымы", "Должность подписывающего", "The signatory's post"),
        "signature name" => say(language, "Қол қоюшының аты", "Имя подписывающего", "The signatory's name"),
        "executor" => say(language, "Орындаушы", "Исполнитель", "Prepared by"),
        "annex title" => say(language, "Қосымшаның атауы", "Заголовок приложения", "The annex's title"),
        "annex group" => say(language, "Қосымша: топ", "Приложение: группа", "Annex: group"),
        "annex member" => say(language, "Қосымша: аты-жөндері", "Приложение: имена", "Annex: names"),
        "header" => say(language, "Колонтитул", "Колонтитул", "Header or footer"),
        "" => say(language, "Пішіннен тыс мәтін", "Текст вне формы", "Text outside the form"),
        other => other.to_owned(),
    }
}
