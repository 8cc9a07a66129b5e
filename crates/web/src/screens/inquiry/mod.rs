//! The page of one inquiry: everything that is known of it, and a form for everything that its reader may do now.

pub(super) mod between;
pub(super) mod contributed;
mod facts;
pub(super) mod head;
pub(super) mod history;
pub(super) mod joined;
mod next;
mod past;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use directory::{Language, MinistryCode};
use inquiry::CommandName;
use serde::{Deserialize, Serialize};

use super::commands::build::{Desk, has_form, has_own_page, needs_loads};
use super::commands::written;
use super::deliveries;
use super::editing::changes::since_visa;
use super::editing::sources::{Stretch, stretches};
use super::fields::{Form, Link, say};
use super::keeping::OfInquiry;
use super::letter_html::LetterHtml;
use super::moment::Bar;
use super::names::Names;
use super::search;
use super::wording::People;
use super::{PAGE, SEES_MAIL};
use crate::address::escaped;
use crate::loads::loads;
use crate::moment::{Asked, Moment};
use crate::office::drafts::versions;
use crate::office::seeing::{self, Seen};
use crate::office::{authority, blanks};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};
use facts::{Chapters, Reading};
use head::Head;
use history::{Day, Teller, days};
use joined::Joined;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = between::routes();
    routes.extend([
        Route::get("/inquiries/{id}", "inquiry_page", Permission::SignedIn, page)
            .summary("One inquiry: what is known, what happened, what may be done; or how it stood at a moment.")
            .answer(PAGE),
        Route::get("/inquiries/{id}/letter", "letter_page", Permission::SignedIn, letter)
            .summary("The reply as it stands or stood, to be read.")
            .answer(PAGE),
    ]);
    routes
}

/// The inquiry that a path names; what is no UUID is no inquiry.
pub(super) fn inquiry_of(path: &str) -> Result<inquiry::InquiryId, Problem> {
    path.parse().map_err(|_| Problem::NoSuchInquiry)
}

/// What was just done.
#[derive(Debug, Deserialize)]
struct After {
    done: Option<String>,
    /// A repeat inquiry was registered and could not be linked to this one.
    unlinked: Option<inquiry::InquiryId>,
    /// What was searched for and led straight here.
    sought: Option<String>,
    /// The moment as of which it is looked at.
    #[serde(flatten)]
    moment: Asked,
    /// As it stood after this version of it, as the slider asks. What is no number is told by the page, and not by what reads the address.
    #[serde(default)]
    version: String,
}

#[derive(Debug, Serialize)]
struct Facts {
    /// All hits of the search that led straight here.
    hits: Option<String>,
    head: Head,
    bar: Bar,
    /// What was just done, in words.
    done: Option<&'static str>,
    /// Whom the order that was just given does not reach.
    by_hand: Option<String>,
    unlinked: Option<inquiry::InquiryId>,
    chapters: Chapters,
    /// What those that joined it ask.
    joined: Vec<Joined>,
    letter: Option<LetterHtml>,
    /// Why the letter cannot be shown.
    no_letter: Option<String>,
    forms: Vec<Form>,
    pages: Vec<Onward>,
    /// Where an edited file can be sent.
    files: Vec<Link>,
    /// The draft's text can be taken to an editor.
    draft_files: bool,
    /// The ministry on whose own blank the letter can be had.
    blank: Option<MinistryCode>,
    /// What changed in the draft, for whoever reads it.
    changes: Option<Link>,
    /// Which blocks of the draft came from which contribution.
    sources: Vec<Stretch>,
    history: Vec<Day>,
    events: usize,
    is_staff: bool,
    sees_mail: bool,
}

/// A command whose form is a page of its own.
#[derive(Debug, Serialize)]
struct Onward {
    href: String,
    words: &'static str,
}

impl Onward {
    /// Texts are written where there is an editor.
    fn of(seen: &Seen, name: CommandName, language: Language) -> Self {
        let form = || format!("/inquiries/{}/commands/{}", seen.dossier.inquiry, name.path());
        Self { href: written::editor(&seen.dossier, name).unwrap_or_else(form), words: name.words(language) }
    }
}

/// The page where a command's text comes from a file.
fn by_file(seen: &Seen, name: CommandName, language: Language) -> Option<Link> {
    let (step, words) = match name {
        CommandName::ReviseDraft => (
            "draft",
            say(
                language,
                "Word не Markdown файлынан жаңарту",
                "Новая редакция из файла Word или Markdown",
                "New version from a Word or Markdown file",
            ),
        ),
        CommandName::SubmitContribution => (
            "contribution",
            say(
                language,
                "Ұсынысты Word файлымен жіберу",
                "Предложение из файла Word",
                "Contribution from a Word file",
            ),
        ),
        _ => return None,
    };
    Some(Link { href: format!("/inquiries/{}/{step}/file", seen.dossier.inquiry), words })
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    after: web::Query<After>,
) -> Result<HttpResponse, Problem> {
    let actor = &caller.account.actor;
    let seen = seeing::now(&state, actor, inquiry_of(&path)?).await?;
    if let Some(moment) = past::wanted(&state, &seen, &after.moment, &after.version).await? {
        return past::page(&state, &caller, language, seen, moment).await;
    }
    let people = People::of(&state).await?;
    let today = state.today();
    let is_staff = !seeing::is_outside(actor);
    let may = authority::allowed(&state, actor, &seen);
    let may: Vec<CommandName> = may.into_iter().filter(|name| has_form(*name)).collect();
    let loads = if may.iter().any(|name| needs_loads(*name)) { Some(loads(&state, actor).await?) } else { None };
    let desk = Desk {
        state: &state,
        seen: &seen,
        actor,
        people: &people,
        language,
        today,
        pdf_sha256: None,
        loads: loads.as_deref(),
    };
    let done = after.done.as_deref().and_then(CommandName::from_path);
    let inline = may.iter().filter(|name| !has_own_page(**name));
    let mut kept = OfInquiry::load(&state, &caller, seen.dossier.inquiry).await?;
    let forms = inline.filter_map(|name| {
        let opened = kept.opened(*name);
        let form = desk.form(*name, &opened.typed())?;
        let form = opened.into_form(form);
        // Whoever may resolve what they have just registered goes on at once.
        let is_next = *name == CommandName::AssignMinistries && done == Some(CommandName::Register);
        Some(if is_next { Form { is_open: true, ..form.opened_at_first() } } else { form })
    });
    let forms = forms.collect();
    let pages = may.iter().filter(|name| has_own_page(**name) || **name == CommandName::SubmitContribution);
    let pages = pages.map(|name| Onward::of(&seen, *name, language)).collect();
    let files = may.iter().filter_map(|name| by_file(&seen, *name, language)).collect();
    let draft = seen.dossier.draft.as_ref().filter(|_| is_staff);
    let changes = draft.map(|draft| since_visa(&seen, actor, draft, language)).transpose()?.flatten();
    let sources = match versions(&seen)?.last().filter(|_| is_staff) {
        Some(written) => match written.text(None) {
            Ok(text) => stretches(&state, actor, &text, language).await?,
            // Everything else on the page is still worth reading.
            Err(_) => Vec::new(),
        },
        None => Vec::new(),
    };
    let draft_files = draft.is_some();
    let blank = match seen.dossier.assignment.as_ref().filter(|_| is_staff && seen.dossier.draft.is_some()) {
        Some(known) => blank_of(&state, &known.lead).await?,
        None => None,
    };
    let shows_letter = seen.dossier.draft.is_some() && seeing::letter_for(actor, &seen.dossier).is_ok();
    let (letter, no_letter) = if shows_letter {
        match LetterHtml::of(&state, &seen.dossier).await {
            Ok(letter) => (Some(letter), None),
            // Everything else on the page is still worth reading.
            Err(problem @ (Problem::LetterRefused { .. } | Problem::BadField { .. })) => {
                (None, Some(super::fields::Fault::of(&problem, language).what))
            }
            Err(problem) => return Err(problem),
        }
    } else {
        (None, None)
    };
    let names = if is_staff {
        Names::looking_back(&state, seen.history.iter().map(|event| (event.at, event.position)))
    } else {
        Names::now(&state)
    };
    let history = if is_staff { Teller { names: &names, people: &people, language }.tell(&seen)? } else { Vec::new() };
    let reading =
        Reading { state: &state, names: &names, actor, people: &people, language, today, is_staff, is_past: false };
    let sent = seen.dossier.letter().filter(|_| done == Some(CommandName::Dispatch));
    let facts = Facts {
        head: Head {
            next: next::step(&seen, actor, &may, language),
            calendar_unknown: is_staff.then(|| head::calendar_unknown(&state, &seen.dossier, language)).flatten(),
            ..Head::of(&state, &seen, today, language)
        },
        bar: past::bar(&state, actor, &seen, None, language),
        done: done.map(|name| name.words(language)),
        by_hand: sent.and_then(|letter| deliveries::by_hand(&letter.signed, language)),
        unlinked: after.unlinked,
        hits: after.sought.as_deref().map(|sought| format!("{}?q={}&all=yes", search::PATH, escaped(sought))),
        chapters: reading.chapters(&seen).await?,
        joined: Joined::of(&state, actor, &seen.dossier, &seen.dossier).await?,
        letter,
        no_letter,
        forms,
        pages,
        files,
        draft_files,
        blank,
        changes,
        sources,
        events: history.len(),
        history: days(history),
        is_staff,
        sees_mail: SEES_MAIL.allows(Some(actor)),
    };
    let number = facts.head.number.clone();
    let title = Words::new(number.clone(), number.clone(), number);
    let page = Page { template: "inquiry", title, caller: Some(&caller), language };
    let mut start = HttpResponse::build(StatusCode::OK);
    start.insert_header((header::ETAG, format!("\"{}\"", seen.version)));
    state.pages.answer_with(start, &state, &page, &facts)
}

#[derive(Debug, Serialize)]
struct LetterFacts {
    head: Head,
    /// Of the past only: the letter of now has a page of its own.
    bar: Option<Bar>,
    letter: LetterHtml,
    is_signed: bool,
    is_numbered: bool,
}

async fn letter(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let actor = &caller.account.actor;
    let seen = seeing::now(&state, actor, inquiry_of(&path)?).await?;
    let moment = asked.moment(&state).await?;
    let seen = match moment {
        Some(moment) => seeing::at(&seen, moment)?,
        None => seen,
    };
    let dossier = &seen.dossier;
    seeing::letter_for(actor, dossier)?;
    let names = Names::of(&state, moment).await?;
    let bar = |moment: Moment| {
        let bar = Bar::new(&state, format!("/inquiries/{}/letter", dossier.inquiry), Vec::new(), Some(moment));
        if seeing::is_outside(actor) { bar } else { bar.holding(past::last(&seen)) }
    };
    let facts = LetterFacts {
        head: match moment {
            Some(moment) => Head::then(&names, &seen, moment, language),
            None => Head::with(&names, &seen, state.today(), language),
        },
        bar: moment.map(bar),
        letter: LetterHtml::of(&state, dossier).await?,
        is_signed: matches!(dossier.stage, inquiry::state::Stage::Signed(_)) || dossier.letter().is_some(),
        is_numbered: dossier.letter().is_some(),
    };
    let title = Words::new("Жауап хаты", "Письмо-ответ", "The reply");
    let page = Page { template: "letter", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

/// The lead, when it has a blank of its own in force.
async fn blank_of(state: &State, lead: &MinistryCode) -> Result<Option<MinistryCode>, Problem> {
    let known = blanks::of(state, lead).await?;
    Ok(known.on(state.today()).map(|_| lead.clone()))
}
