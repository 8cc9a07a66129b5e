//! `/v`: whether a letter is genuine, for whoever holds it on paper or as a file. Public and without an account, on any telephone, with or without scripts; it
//! tells nobody more than the letter does.

use actix_multipart::Multipart;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use serde::{Deserialize, Serialize};
use signature::certificates_of;

use super::{ONWARD, PAGE};
use crate::address::escaped;
use crate::doors::headers::LETTER_POLICY;
use crate::doors::upload::{self, Bounds};
use crate::office::signing::CMS;
use crate::office::verifying::answer::VerificationBody;
use crate::office::verifying::known::Known;
use crate::office::verifying::{self, FILE_LIMIT, Found, file, words};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::reads::noted::{Note, note};
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// What is handed out by a code, for checking without us.
const FILES: &[&str] = &[CMS, PEM, "application/json"];
/// Media type of a certificate in PEM (RFC 8555, 9.1).
const PEM: &str = "application/pem-certificate-chain";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/v", "verification_start", Permission::Public, start)
            .summary("Asks for the code of a letter, or for its file.")
            .answer(PAGE)
            .answer(ONWARD),
        Route::post("/v", "verification_of_file", Permission::Public, sent)
            .summary("Says what a PDF is worth. The file is not kept.")
            .upload()
            .answer(PAGE)
            .answer(ONWARD)
            .problems(&[413, 422, 429, 503]),
        Route::get("/v/{code}", "verification_page", Permission::Public, page)
            .summary("Says what letter has this code, and how a copy of it is checked.")
            .answer(PAGE)
            .problems(&[404, 503]),
        Route::get("/v/{code}/{file}", "verification_file", Permission::Public, download)
            .summary("A signature, a certificate or a proof of the letter with this code, for checking it without this program.")
            .answer(Answer { status: 200, means: "The file.", gives: Gives::AnyOf(FILES) })
            .problems(&[404]),
    ]
}

#[derive(Debug, Default, Serialize)]
struct Begin {
    /// What was typed.
    code: String,
    /// Why it was not taken, and of which of the two that is said.
    refused: Option<String>,
    is_about_file: bool,
    megabytes: usize,
}

/// What was typed.
#[derive(Debug, Deserialize)]
struct Typed {
    code: Option<String>,
}

/// Somebody at the page.
struct Visitor {
    state: State,
    caller: Option<Caller>,
    language: directory::Language,
}

impl Visitor {
    fn answer<T: Serialize>(
        &self,
        start: HttpResponseBuilder,
        template: &'static str,
        facts: &T,
    ) -> Result<HttpResponse, Problem> {
        let title = Words::new("Хатты тексеру", "Проверка письма", "Checking a letter");
        let page = Page { template, title, caller: self.caller.as_ref(), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, facts)
    }

    fn begin(&self, start: HttpResponseBuilder, begin: Begin) -> Result<HttpResponse, Problem> {
        let begin = Begin { megabytes: FILE_LIMIT / (1024 * 1024), ..begin };
        self.answer(start, "verification_start", &begin)
    }

    /// The page to begin with, with what is said of a problem: whoever was refused goes on from there.
    fn refuse(&self, problem: &Problem, begin: Begin) -> Result<HttpResponse, Problem> {
        let refused = Some(problem.body(self.language).detail);
        self.begin(problem.start(), Begin { refused, ..begin })
    }

    /// On to the page of what was typed, whatever it is: the page says what is wrong with it.
    fn onward(&self, typed: &str) -> Result<HttpResponse, Problem> {
        let known = readmodel::letters::typed_code(typed);
        let code = known.unwrap_or_else(|| typed.trim().chars().take(64).collect());
        if code.is_empty() {
            let what = Words::new(
                "Кодты теріңіз немесе файлды таңдаңыз.",
                "Введите код или выберите файл.",
                "Type the code or choose the file.",
            );
            let refused = Some(what.in_language(self.language).to_owned());
            return self.begin(HttpResponse::UnprocessableEntity(), Begin { refused, ..Begin::default() });
        }
        let place = format!("/v/{}?lang={}", escaped(&code), self.language.code());
        Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
    }
}

async fn start(
    state: State,
    caller: Option<Caller>,
    Speaks(language): Speaks,
    typed: web::Query<Typed>,
) -> Result<HttpResponse, Problem> {
    let visitor = Visitor { state, caller, language };
    match &typed.code {
        Some(code) => visitor.onward(code),
        None => visitor.begin(HttpResponse::Ok(), Begin::default()),
    }
}

async fn page(
    state: State,
    request: HttpRequest,
    caller: Option<Caller>,
    Speaks(language): Speaks,
    code: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let visitor = Visitor { state, caller, language };
    let told = match verifying::by_code(&visitor.state, &code).await {
        Ok(Found::Letter(known)) => {
            note(&request, Note { inquiry: Some(known.inquiry), ..Note::default() });
            VerificationBody::of_code(&visitor.state, &known, language).await?
        }
        Ok(Found::Differs) => VerificationBody::of_difference(language),
        Ok(Found::Nothing) => {
            let refused = Some(words::unknown_code().in_language(language).to_owned());
            let code = code.chars().take(64).collect();
            return visitor.begin(HttpResponse::NotFound(), Begin { code, refused, ..Begin::default() });
        }
        Err(problem @ Problem::NotKnownYet) => {
            let code = code.chars().take(64).collect();
            return visitor.refuse(&problem, Begin { code, ..Begin::default() });
        }
        Err(problem) => return Err(problem),
    };
    visitor.answer(HttpResponse::Ok(), "verification", &told)
}

async fn sent(
    state: State,
    request: HttpRequest,
    caller: Option<Caller>,
    Speaks(language): Speaks,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    let visitor = Visitor { state, caller, language };
    let taken = match verifying::announced(&request) {
        Ok(()) => verifying::taken(upload::read(form, &Bounds::of_file(FILE_LIMIT))).await,
        Err(problem) => Err(problem),
    };
    let file = match taken {
        Ok(upload) => upload.file,
        Err(problem @ Problem::TooLarge { .. }) => {
            return visitor.refuse(&problem, Begin { is_about_file: true, ..Begin::default() });
        }
        Err(problem) => return Err(problem),
    };
    let Some(file) = file else {
        let what = Words::new("Файлды таңдаңыз.", "Выберите файл.", "Choose a file.");
        let refused = Some(what.in_language(language).to_owned());
        let begin = Begin { refused, is_about_file: true, ..Begin::default() };
        return visitor.begin(HttpResponse::UnprocessableEntity(), begin);
    };
    let told = match file::judge(&visitor.state, file.bytes, language).await {
        Err(problem @ Problem::NotKnownYet) => {
            return visitor.refuse(&problem, Begin { is_about_file: true, ..Begin::default() });
        }
        told => told?,
    };
    visitor.answer(HttpResponse::Ok(), "verification", &told)
}

async fn download(
    state: State,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (code, name) = path.into_inner();
    let known = match verifying::by_code(&state, &code).await? {
        Found::Letter(known) => known,
        Found::Differs => return Err(Problem::NotThereYet { what: words::register_differs() }),
        Found::Nothing => return Err(Problem::NotThereYet { what: words::unknown_code() }),
    };
    note(&request, Note { inquiry: Some(known.inquiry), ..Note::default() });
    let (media, bytes) = content(&state, &known, &name).await?.ok_or(Problem::UnknownAddress)?;
    let file = format!("{}.{name}", known.inquiry_number().replace(['/', '\\'], "-"));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media))
        .insert_header((header::CONTENT_SECURITY_POLICY, LETTER_POLICY))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", escaped(&file))))
        .body(bytes))
}

/// A file of the letter; none of that name, or none that is there.
async fn content(state: &State, known: &Known, name: &str) -> Result<Option<(&'static str, Vec<u8>)>, Problem> {
    let position = match name {
        "signed.json" => Some(known.signed_position),
        "numbered.json" => known.numbered_position,
        _ => None,
    };
    if let Some(position) = position {
        let Some(proof) = Known::proof(state, position).await? else { return Ok(None) };
        let json =
            serde_json::to_vec_pretty(&proof).map_err(|error| Problem::failure("write a proof as JSON", error))?;
        return Ok(Some(("application/json", json)));
    }
    let mut bytes = known.bytes(state).await?;
    // Of those who signed before the last one, each by their place.
    if let Some((place, ending)) = name.strip_prefix("cosigned-").and_then(|rest| rest.split_once('.')) {
        let place = place.parse::<usize>().ok().and_then(|no| no.checked_sub(1));
        let Some(place) = place.filter(|place| *place < bytes.cosigned.len()) else { return Ok(None) };
        let cms = bytes.cosigned.swap_remove(place).cms;
        return match ending {
            "p7s" => Ok(cms.map(|cms| (CMS, cms))),
            "pem" => certificates(cms),
            _ => Ok(None),
        };
    }
    Ok(match name {
        "signature.p7s" => bytes.signature.cms.map(|cms| (CMS, cms)),
        "registration.p7s" => bytes.seal.map(|cms| (CMS, cms)),
        "signature.pem" => certificates(bytes.signature.cms)?,
        "registration.pem" => certificates(bytes.seal)?,
        _ => None,
    })
}

fn certificates(cms: Option<Vec<u8>>) -> Result<Option<(&'static str, Vec<u8>)>, Problem> {
    let mut pem = String::new();
    for certificate in certificates_of(&cms.unwrap_or_default()) {
        pem += &certificate.to_pem().map_err(|error| Problem::failure("write a certificate", error))?;
    }
    Ok(Some((PEM, pem.into_bytes())).filter(|(_, pem)| !pem.is_empty()))
}
