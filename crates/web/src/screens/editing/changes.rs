//! `/inquiries/{id}/draft/changes`: what changed between two versions of the draft.

use actix_web::{HttpResponse, web};
use directory::{Actor, Language};
use inquiry::DraftVersion;
use inquiry::content::Performer;
use inquiry::state::Draft;
use serde::{Deserialize, Serialize};

use super::super::PAGE;
use super::super::fields::{Link, say};
use super::super::inquiry::head::Head;
use super::super::inquiry::inquiry_of;
use super::super::wording::People;
use super::comparison::{Eye, Shown};
use crate::office::at_work;
use crate::office::drafts::comparing::{self, Became, Compared, Comparison, last_visa, links};
use crate::office::drafts::{Written, body_of, versions};
use crate::office::earlier::{self, Letters};
use crate::office::seeing::{self, Seen};
use crate::pages::Page;
use crate::permission::STAFF;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/inquiries/{id}/draft/changes", "draft_changes_page", STAFF, page)
            .summary("What changed between two versions of the draft, word by word.")
            .answer(PAGE),
    ]
}

#[derive(Debug, Deserialize)]
struct Asked {
    from: Option<u32>,
    to: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Facts {
    head: Head,
    from: VersionFacts,
    to: VersionFacts,
    versions: Vec<Choice>,
    /// The older version is the one of the reader's own last visa.
    is_since_visa: bool,
    is_same: bool,
    text: Shown,
    others: Vec<Other>,
    translations: Vec<Translation>,
}

#[derive(Debug, Serialize)]
struct VersionFacts {
    version: String,
    author: String,
    at: String,
    comment: Option<String>,
}

#[derive(Debug, Serialize)]
struct Choice {
    version: String,
    is_from: bool,
    is_to: bool,
}

/// Something beside the text that became something else.
#[derive(Debug, Serialize)]
struct Other {
    title: String,
    was: String,
    is: String,
}

#[derive(Debug, Serialize)]
struct Translation {
    language: &'static str,
    text: Shown,
}

/// The link to this page for whoever gives a visa; none when there is nothing to compare with.
///
/// # Errors
/// A failure when an event cannot be read.
pub(in crate::screens) fn since_visa(
    seen: &Seen,
    actor: &Actor,
    draft: &Draft,
    language: Language,
) -> Result<Option<Link>, Problem> {
    let place = format!("/inquiries/{}/draft/changes", seen.dossier.inquiry);
    let current = draft.version;
    let visaed = last_visa(actor, seen, current)?.filter(|version| *version != current);
    let words = match (visaed, current.0) {
        (Some(visaed), _) => match language {
            Language::Kk => format!("Менің {visaed}-нұсқаға қойған визамнан бері не өзгерді"),
            Language::Ru => format!("Что изменилось с моей визы на редакции {visaed}"),
            Language::En => format!("What changed since my visa on version {visaed}"),
        },
        (None, 0 | 1) => return Ok(None),
        (None, _) => say(
            language,
            "Алдыңғы нұсқадан бері не өзгерді",
            "Что изменилось с предыдущей редакции",
            "What changed since the version before",
        ),
    };
    Ok(Some(Link { href: place, words }))
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let actor = &caller.account.actor;
    let seen = seeing::now(&state, actor, inquiry_of(&path)?).await?;
    let (from, to) = (asked.from.map(DraftVersion), asked.to.map(DraftVersion));
    let compared = comparing::choose(actor, &seen, from, to)?;
    let (compared, comparison) = at_work("compare two versions", move || {
        let comparison = comparing::compare(&compared)?;
        Ok((compared, comparison))
    })
    .await?;
    let people = People::of(&state).await?;
    let Compared { from: older, to: newer, old, new } = &compared;
    let visaed = last_visa(actor, &seen, newer.version)?;
    let letters = earlier::letters_of(&state, actor, new).await?;
    let eye = Eye { state: &state, language, sources: new.sources(), letters: &letters };
    let version = |written: &Written| VersionFacts {
        version: written.version.to_string(),
        author: people.name(&written.author).to_owned(),
        at: written.at.to_string(),
        comment: written.comment.clone(),
    };
    let choices = versions(&seen)?.into_iter().map(|written| Choice {
        version: written.version.to_string(),
        is_from: written.version == older.version,
        is_to: written.version == newer.version,
    });
    let facts = Facts {
        head: Head::of(&state, &seen, state.today(), language),
        from: version(older),
        to: version(newer),
        versions: choices.collect(),
        is_since_visa: visaed == Some(older.version),
        is_same: comparison.is_empty(),
        text: eye.shown(&comparison.text, &old.body.blocks),
        others: others(&comparison, language),
        translations: translations(&comparison, older, &state, language)?,
    };
    let title = Words::new("Не өзгерді", "Что изменилось", "What changed");
    let page = Page { template: "changes", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

fn others(comparison: &Comparison, language: Language) -> Vec<Other> {
    let mut others = Vec::new();
    if let Some(Became { was, is }) = &comparison.language {
        others.push(Other {
            title: say(language, "Хаттың тілі", "Язык письма", "Language of the letter"),
            was: was.words(language).to_owned(),
            is: is.words(language).to_owned(),
        });
    }
    if let Some(Became { was, is }) = &comparison.executor {
        let words = |one: &Performer| format!("{}, {}", one.name, one.phone);
        others.push(Other {
            title: say(language, "Орындаушы", "Исполнитель", "Prepared by"),
            was: words(was),
            is: words(is),
        });
    }
    if let Some(Became { was, is }) = &comparison.answers {
        others.push(Other {
            title: say(
                language,
                "Қай сұраққа қай абзац жауап береді",
                "Какой абзац на какой вопрос отвечает",
                "Which paragraph answers which question",
            ),
            was: links(was),
            is: links(is),
        });
    }
    others
}

fn translations(
    comparison: &Comparison,
    older: &Written,
    state: &State,
    language: Language,
) -> Result<Vec<Translation>, Problem> {
    let eye = Eye { state, language, sources: &[], letters: &Letters::default() };
    let mut shown = Vec::new();
    for translated in &comparison.translations {
        let known = older.content.translations.iter().find(|text| text.language == translated.language);
        let old = known.map(|text| body_of(&text.body)).transpose()?;
        let blocks = old.as_ref().map_or(&[][..], |body| &body.blocks);
        shown.push(Translation {
            language: translated.language.words(language),
            text: eye.shown(&translated.text, blocks),
        });
    }
    Ok(shown)
}
