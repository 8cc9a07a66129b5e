//! `saual letter import-docx`: an edited Word file back, and everything it says besides its words.

use anyhow::Context;
use letter::docx::read::report::FormChange;
use letter::docx::{self, Edited, ImportError};
use letter::model::Language;
use serde_json::json;

use super::texts::{self, Texts};
use super::{paper, print, wrong_use};
use crate::cli::ImportDocx;
use crate::exit::{Answer, Stop};

pub(super) fn run(asked: &ImportDocx) -> Result<Answer, Stop> {
    let language = asked.lang.into();
    let shown = asked.file.display();
    let bytes = std::fs::read(&asked.file).map_err(|error| wrong_use(format!("{shown} cannot be read: {error}")))?;
    let base = asked.against.as_deref().map(|file| texts::read(file, language)).transpose()?;
    let edited = match docx::read(&bytes) {
        Ok(edited) => edited,
        Err(error @ ImportError::Unheld(_)) => return Ok(refused(&error, asked.json, language)),
        Err(error) => return Err(wrong_use(format!("{shown}: {}", error.lines(language).join("; ")))),
    };
    let read = Texts { first: edited.sourced.clone(), second: edited.second.clone() };
    let letter = asked.against.as_deref().map(paper::letter_of).transpose()?.flatten();
    let (read, form_changes) = match (&base, &letter) {
        (Some(base), Some(letter)) => {
            let (read, framed) = base.without_form(letter, read);
            (read, Some(framed.into_iter().chain(edited.form_changes(letter)).collect::<Vec<_>>()))
        }
        _ => (read, None),
    };
    let form_changes = form_changes.filter(|_| !edited.on_blank);
    let new = match &base {
        Some(base) => base.edited(read),
        None => read,
    };
    let changes = base.as_ref().map(|base| base.changes(&new));
    if let Some(file) = &asked.out {
        let text = new.to_json().and_then(|body| serde_json::to_string_pretty(&body)).context("the body is no JSON")?;
        std::fs::write(file, text + "\n").with_context(|| format!("{} cannot be written", file.display()))?;
    }
    if asked.json {
        let Edited { form, changes: tracked, comments, left_out, .. } = &edited;
        let whole = json!({
            "body": new.first, "second": new.second, "changes": changes, "tracked": tracked, "comments": comments,
            "left_out": left_out, "form": form, "form_changes": form_changes,
        });
        print(&serde_json::to_string_pretty(&whole).context("the report is no JSON")?);
        return Ok(Answer::Yes);
    }
    print(&format!("{}: {}", words(language).blocks, new.first.body.blocks.len()));
    if let Some(second) = &new.second {
        print(&format!("{}: {}", words(language).second, second.body.blocks.len()));
    }
    if let Some(changes) = changes {
        let text = changes.text(language);
        let said = if changes.is_empty() { words(language).none } else { &text };
        print(&format!("{}:\n{said}", words(language).changes));
    }
    match &form_changes {
        Some(changes) => {
            let line = |change: &FormChange| {
                let (was, is) = (change.was.join(" / "), change.is.join(" / "));
                format!("{}: «{was}» → «{is}»", change.name(language))
            };
            section(words(language).form, changes.iter().map(line).collect());
        }
        None if base.is_some() => print(words(language).form_unknown),
        None => {}
    }
    report(&edited, language);
    Ok(Answer::Yes)
}

/// What a letter cannot hold, each thing with its place: the answer is no.
fn refused(error: &ImportError, as_json: bool, language: Language) -> Answer {
    let lines = error.lines(language);
    if as_json {
        print(&json!({ "refused": lines }).to_string());
    } else {
        lines.iter().for_each(|line| print(line));
    }
    Answer::No
}

struct Words {
    blocks: &'static str,
    second: &'static str,
    changes: &'static str,
    none: &'static str,
    tracked: &'static str,
    comments: &'static str,
    left_out: &'static str,
    form: &'static str,
    form_unknown: &'static str,
}

const fn words(language: Language) -> Words {
    match language {
        Language::Kk => Words {
            blocks: "Блоктар",
            second: "Екінші тілдегі мәтіннің блоктары",
            changes: "Не өзгерді",
            none: "ештеңе өзгермеген",
            tracked: "Файлда қадағаланған түзетулер (қабылданған күйінде оқылды)",
            comments: "Ескертпелер",
            left_out: "Алынбаған",
            form: "Бланктегі өзгерістер (алынған жоқ)",
            form_unknown: "Бланк салыстырылған жоқ: ол үшін хаттың деректері керек",
        },
        Language::Ru => Words {
            blocks: "Блоков",
            second: "Блоков текста на втором языке",
            changes: "Что изменилось",
            none: "ничего не изменилось",
            tracked: "Исправления, отслеженные в файле (прочитаны как принятые)",
            comments: "Примечания",
            left_out: "Не взято",
            form: "Изменения бланка (не взяты)",
            form_unknown: "Бланк не сравнивался: для этого нужны данные письма",
        },
        Language::En => Words {
            blocks: "Blocks",
            second: "Blocks of the text in the second language",
            changes: "What changed",
            none: "nothing changed",
            tracked: "Changes tracked in the file (read as accepted)",
            comments: "Comments",
            left_out: "Left out",
            form: "Changes of the form (not taken over)",
            form_unknown: "The form was not compared: that takes the facts of the letter",
        },
    }
}

fn section(title: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        print(&format!("{title}:"));
        lines.iter().for_each(|line| print(&format!("  {line}")));
    }
}

fn report(edited: &Edited, language: Language) {
    let words = words(language);
    let when = |at: &Option<String>| at.as_ref().map(|at| format!(", {at}")).unwrap_or_default();
    let tracked = edited.changes.iter().map(|change| {
        let (spot, kind, author) = (change.spot.words(language), change.kind.words(language), &change.author);
        format!("{spot}: {author}{} {kind}: «{}»", when(&change.at), change.text)
    });
    section(words.tracked, tracked.collect());
    let comments = edited.comments.iter().map(|comment| {
        let (spot, author) = (comment.spot.words(language), &comment.author);
        format!("{spot}: {author}{}: «{}» → «{}»", when(&comment.at), comment.anchor, comment.text)
    });
    section(words.comments, comments.collect());
    let left =
        edited.left_out.iter().map(|left| format!("{}: {}", left.spot.words(language), left.what.words(language)));
    section(words.left_out, left.collect());
}
