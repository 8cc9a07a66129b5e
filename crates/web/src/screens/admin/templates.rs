//! `/admin/templates`: what letters and mails look like, with facts that are made up, and whether their templates are in order.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use directory::Language;
use letter::kinds::Form;
use letter::lint::{self, Lint, specimen};
use serde::Serialize;
use tokio::sync::OnceCell;

use super::super::PAGE;
use super::super::fields::say;
use super::ADMINISTERS;
use crate::office::{at_work, letters};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// What the lint found. The templates are within the program, so that it finds the same until the program ends.
static FOUND: OnceCell<Lint> = OnceCell::const_new();

/// The width of a picture, in dots.
const WIDTH: u16 = 900;

/// The mails, and the languages they are written in.
const MAILS: [(&str, &str, [&str; 3]); 3] = [
    ("reply", "kk, ru, en", ["Жауап депутатқа", "Ответ депутату", "The reply, to a deputy"]),
    (
        "digest",
        "kk, ru, en",
        ["Күндік шолу және еске салу", "Сводка дня и напоминания", "Digest of the day, reminders"],
    ),
    ("head", "en", ["Журналдың басы", "Голова журнала", "Head of the journal"]),
];

pub(super) fn routes() -> Vec<Route> {
    const PICTURE: Answer = Answer { status: 200, means: "A page of the letter.", gives: Gives::Bytes("image/png") };
    const PDF: Answer = Answer { status: 200, means: "The letter.", gives: Gives::Bytes("application/pdf") };
    vec![
        Route::get("/admin/templates", "templates_page", ADMINISTERS, page)
            .summary("The templates of letters and mails, and what their lint finds.")
            .answer(PAGE),
        Route::get("/admin/templates/{letter}/{language}", "template_page", ADMINISTERS, one)
            .summary("One letter with made-up facts.")
            .answer(PAGE),
        Route::get("/admin/templates/{letter}/{language}/letter.pdf", "template_pdf", ADMINISTERS, pdf)
            .summary("One letter with made-up facts, as PDF.")
            .answer(PDF),
        Route::get("/admin/templates/{letter}/{language}/pages/{n}", "template_picture", ADMINISTERS, picture)
            .summary("A page of one letter with made-up facts, as a picture.")
            .answer(PICTURE),
    ]
}

#[derive(Debug, Default, Serialize)]
struct Facts {
    one: Option<One>,
    checked: usize,
    faults: Vec<String>,
    letters: Vec<Row>,
    mails: Vec<Mail>,
}

#[derive(Debug, Serialize)]
struct One {
    name: String,
    language: &'static str,
    place: String,
    pictures: Vec<Picture>,
    text: String,
}

#[derive(Debug, Serialize)]
struct Picture {
    number: usize,
    href: String,
}

#[derive(Debug, Serialize)]
struct Row {
    code: &'static str,
    name: String,
    state: String,
    tone: &'static str,
    languages: [Spoken; 3],
}

#[derive(Debug, Serialize)]
struct Spoken {
    code: &'static str,
    name: &'static str,
}

#[derive(Debug, Serialize)]
struct Mail {
    code: &'static str,
    name: String,
    languages: &'static str,
}

const fn spoken(language: Language) -> &'static str {
    match language {
        Language::Kk => "Қазақша",
        Language::Ru => "Русский",
        Language::En => "English",
    }
}

fn called(form: Form, language: Language) -> String {
    let (kk, ru, en) = match form {
        Form::Reply => ("Жауап", "Ответ", "Reply"),
        Form::InterimReply => ("Аралық жауап", "Промежуточный ответ", "Interim reply"),
        Form::ExtensionNotice => {
            ("Мерзімді ұзарту туралы хабарлама", "Уведомление о продлении", "Notice of an extension")
        }
        Form::Acknowledgement => ("Алынғаны туралы хабарлама", "Уведомление о получении", "Acknowledgement"),
        Form::ContributionRequest => ("Ұсыныс сұрату", "Запрос предложений", "Request for a contribution"),
        Form::CoverNote => ("Ілеспе хат", "Сопроводительное письмо", "Cover note"),
        Form::Reminder => ("Еске салу", "Напоминание", "Reminder"),
    };
    say(language, kk, ru, en)
}

async fn page(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let found = FOUND.get_or_try_init(|| at_work("look through the templates", || Ok(lint::words()))).await?;
    let row = |form: Form| {
        let is_faulty = found.faults.iter().any(|fault| fault.template.contains(form.name()));
        let (state, tone) = if is_faulty {
            (say(language, "қате бар", "есть ошибки", "has faults"), "bad")
        } else {
            (say(language, "жарамды", "исправен", "in order"), "ok")
        };
        Row {
            code: form.name(),
            name: called(form, language),
            state,
            tone,
            languages: Language::ALL.map(|one| Spoken { code: one.code(), name: spoken(one) }),
        }
    };
    let facts = Facts {
        one: None,
        checked: found.templates,
        faults: found.faults.iter().map(ToString::to_string).collect(),
        letters: Form::ALL.into_iter().map(row).collect(),
        mails: MAILS
            .map(|(code, languages, [kk, ru, en])| Mail { code, name: say(language, kk, ru, en), languages })
            .into(),
    };
    answer(&state, &caller, language, &facts)
}

fn answer(state: &State, caller: &Caller, language: Language, facts: &Facts) -> Result<HttpResponse, Problem> {
    let title = Words::new("Хат үлгілері", "Шаблоны писем", "Templates");
    let page = Page { template: "admin_templates", title, caller: Some(caller), language };
    state.pages.answer(state, &page, facts)
}

/// The letter that a path names.
fn wanted(letter: &str, language: &str) -> Result<(Form, Language), Problem> {
    let form = Form::named(letter).ok_or(Problem::UnknownAddress)?;
    let language = Language::ALL.into_iter().find(|known| known.code() == language);
    Ok((form, language.ok_or(Problem::UnknownAddress)?))
}

/// The letter as PDF and as text.
async fn set(state: &State, form: Form, language: Language) -> Result<(Vec<u8>, String), Problem> {
    let engine = Arc::clone(&state.engine);
    at_work("set a letter with made-up facts", move || {
        let facts = specimen(form, letters::in_letter(language));
        let facts = facts.ok_or_else(|| Problem::failure("make facts up", "there are none of this letter"))?;
        let letter = engine.compose_any(&facts).map_err(letters::unset)?;
        let pdf = engine.pdf(&letter).map_err(letters::unset)?;
        Ok((pdf, engine.text(&letter).map_err(letters::unset)?))
    })
    .await
}

async fn one(
    state: State,
    caller: Caller,
    Speaks(reader): Speaks,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (form, language) = wanted(&path.0, &path.1)?;
    let (pdf, text) = set(&state, form, language).await?;
    let pages = letter::preview::count(&pdf).map_err(letters::unset)?;
    let place = format!("/admin/templates/{}/{}", form.name(), language.code());
    let pictures = (1..=pages).map(|number| Picture { number, href: format!("{place}/pages/{number}") }).collect();
    let one = One { name: called(form, reader), language: spoken(language), pictures, place, text };
    answer(&state, &caller, reader, &Facts { one: Some(one), ..Facts::default() })
}

async fn pdf(state: State, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (form, language) = wanted(&path.0, &path.1)?;
    let (pdf, _) = set(&state, form, language).await?;
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/pdf")).body(pdf))
}

async fn picture(state: State, path: web::Path<(String, String, String)>) -> Result<HttpResponse, Problem> {
    let (form, language) = wanted(&path.0, &path.1)?;
    let number: usize = path.2.parse().map_err(|_| Problem::UnknownAddress)?;
    let (pdf, _) = set(&state, form, language).await?;
    let drawn = at_work("draw a page of a letter", move || {
        let page = letter::preview::page(&pdf, number, WIDTH).map_err(letters::unset)?;
        page.ok_or(Problem::UnknownAddress)?.png().map_err(letters::unset)
    });
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "image/png")).body(drawn.await?))
}
