//! `/d/{token}`: a deputy's own page, behind the personal link in the mail and without an account: where the inquiry stands, the signed letter and
//! whether it is genuine, and three things to say: it was received, it satisfies or not, something is asked again.
//!
//! Reading changes nothing, whoever reads: programs that look behind every link of a mail come here before the deputy does, and a visit is no receipt.

mod facts;
mod files;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use directory::Language;
use serde::Deserialize;

use super::fields::{Typed, say};
use super::{ONWARD, PAGE};
use crate::office::links::{self, Opened};
use crate::office::{proposals, to_the_end};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::reads::noted::{Note, note};
use crate::routes::{Answer, Gives, Route};
use crate::speech::{self, Words};
use crate::{State, doors};
use facts::{Act, Back};

pub(super) fn routes() -> Vec<Route> {
    let file = |means, media| Answer { status: 200, means, gives: Gives::Bytes(media) };
    vec![
        Route::get("/d/{token}", "deputy_page", Permission::Public, page)
            .summary("A deputy's own page, opened by the personal link in a reply's mail.")
            .answer(PAGE)
            .problems(&[404]),
        Route::post("/d/{token}", "deputy_says", Permission::Public, send)
            .summary("Confirms the receipt, says whether the reply satisfies, or asks again.")
            .form()
            .answer(ONWARD)
            .answer(PAGE)
            .problems(&[404]),
        Route::get("/d/{token}/reply.pdf", "deputy_letter", Permission::Public, files::letter)
            .summary("The letter as it was sent.")
            .answer(file("The letter.", "application/pdf"))
            .problems(&[404]),
        Route::get("/d/{token}/reply.pdf.p7s", "deputy_seal", Permission::Public, files::seal)
            .summary("The Office's seal over the letter.")
            .answer(file("The seal (DER).", crate::office::signing::CMS))
            .problems(&[404]),
        Route::get("/d/{token}/pages/{n}", "deputy_letter_page", Permission::Public, files::page)
            .summary("A page of the letter as a picture; pages count from 1.")
            .answer(file("The page.", "image/png"))
            .problems(&[404]),
        Route::get("/d/{token}/receipt.json", "deputy_receipt", Permission::Public, files::receipt)
            .summary("The proof that the receipt stands in the journal.")
            .answer(file("The proof.", "application/json"))
            .problems(&[404]),
    ]
}

/// What was just done.
#[derive(Debug, Deserialize)]
struct After {
    done: Option<String>,
}

/// One visit: what the link opened, and in which language the page speaks.
struct Visit {
    state: State,
    token: String,
    opened: Opened,
    /// The letter's own, unless the address asks for another one.
    language: Language,
    /// The address asks for it, and the forms keep it.
    is_chosen: bool,
}

impl Visit {
    async fn of(state: State, request: &HttpRequest, token: String) -> Result<Self, Problem> {
        let opened = links::open(&state, &token).await?;
        note(request, Note { inquiry: Some(opened.link.inquiry), ..Note::default() });
        let asked = speech::asked(request);
        let of_letter = opened.held.letter().map(|letter| letter.signed.language);
        let language = asked.or(of_letter).unwrap_or(opened.held.intake.language);
        Ok(Self { state, token, opened, language, is_chosen: asked.is_some() })
    }

    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    /// The page's own address, in the language that was chosen.
    fn place(&self) -> String {
        let language = if self.is_chosen { format!("?lang={}", self.language.code()) } else { String::new() };
        format!("{}{}{language}", doors::headers::PERSONAL, self.token)
    }

    async fn answer(&self, start: HttpResponseBuilder, done: Option<Act>, back: Back) -> Result<HttpResponse, Problem> {
        let facts = self.facts(done, back).await?;
        let number = self.opened.held.intake.number.shown();
        let title = Words::new(
            format!("{number}: депутаттың беті"),
            format!("{number}: страница депутата"),
            format!("{number}: the deputy's page"),
        );
        let page = Page { template: "deputy", title, caller: None, language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, &facts)
    }
}

async fn page(
    state: State,
    request: HttpRequest,
    token: web::Path<String>,
    after: web::Query<After>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, &request, token.into_inner()).await?;
    let done = after.done.as_deref().and_then(Act::of);
    visit.answer(HttpResponse::Ok(), done, Back::default()).await
}

async fn send(
    state: State,
    request: HttpRequest,
    token: web::Path<String>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, &request, token.into_inner()).await?;
    let typed = Typed(typed);
    let act = Act::of(typed.get("act")).ok_or_else(|| Problem::BadForm { hint: "the form names no act".to_owned() })?;
    // The link is opened once more inside: between the look and the act it may have ended, which the inquiry itself refuses then.
    let done = match act {
        Act::Receipt => {
            let (state, opened) = (visit.state.clone(), visit.opened.clone());
            to_the_end(async move { links::confirm(&state, &opened).await }).await
        }
        Act::Response => respond(&visit, &typed).await,
        Act::Questions => ask_again(&visit, &typed).await,
    };
    match done {
        Ok(()) => {
            let place = visit.place();
            let sign = if visit.is_chosen { '&' } else { '?' };
            let place = format!("{place}{sign}done={code}#{code}", code = act.code());
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
        }
        Err(problem @ Problem::Failure { .. }) => Err(problem),
        Err(problem) => {
            let back = Back::refused(act, &problem, &typed, visit.language);
            visit.answer(problem.start(), None, back).await
        }
    }
}

async fn respond(visit: &Visit, typed: &Typed) -> Result<(), Problem> {
    let satisfied = match typed.get("satisfied") {
        "yes" => true,
        "no" => false,
        _ => {
            let what = Words::new("Біреуін таңдаңыз.", "Выберите одно из двух.", "Choose one of the two.");
            return Err(Problem::BadField { field: "satisfied".to_owned(), what });
        }
    };
    let key = typed.key()?.to_owned();
    let comment = Some(text(typed, "comment")).filter(|text| !text.is_empty());
    let (state, opened) = (visit.state.clone(), visit.opened.clone());
    to_the_end(async move { links::respond(&state, &opened, &key, satisfied, comment).await }).await
}

async fn ask_again(visit: &Visit, typed: &Typed) -> Result<(), Problem> {
    let key = typed.key()?.to_owned();
    let questions = split(&text(typed, "questions"));
    let (state, opened) = (visit.state.clone(), visit.opened.clone());
    to_the_end(async move { proposals::receive(&state, &opened, &key, questions).await }).await
}

/// A text with the line breaks of every browser made the same.
fn text(typed: &Typed, name: &str) -> String {
    typed.get(name).replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// Questions with an empty line between them.
fn split(text: &str) -> Vec<String> {
    let mut questions: Vec<Vec<&str>> = vec![Vec::new()];
    for line in text.lines().map(str::trim) {
        match questions.last_mut() {
            Some(open) if !line.is_empty() => open.push(line),
            _ => questions.push(Vec::new()),
        }
    }
    questions.iter().filter(|lines| !lines.is_empty()).map(|lines| lines.join("\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_line_stands_between_two_questions() {
        assert_eq!(split("Бірінші\nекінші жол\n\n \n Екінші \n"), ["Бірінші\nекінші жол", "Екінші"]);
        assert_eq!(split(" \n\n"), Vec::<String>::new());
    }
}
