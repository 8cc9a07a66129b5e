//! The letter in its forms, and the two seals over it.

use actix_web::http::header;
use actix_web::web::{Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use directory::MinistryCode;
use inquiry::state::Stage;
use inquiry::{BlobHash, Dossier};
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::commands::inquiry_of;
use crate::address::escaped;
use crate::doors::headers::LETTER_POLICY;
use crate::office::at_work;
use crate::office::letters::{self, Copy, Form, blob_bytes, file_name};
use crate::office::signing::CMS;
use crate::office::{blanks, seeing};
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::{Caller, State};

const FORMS: &[&str] = &[
    "application/pdf",
    "text/html",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
];

/// Which letter of an inquiry is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LetterQuery {
    /// The outgoing number of a letter, also of one that was replaced; without it, the present letter.
    letter: Option<String>,
}

/// Which letter of an inquiry is wanted, and on which paper.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReplyQuery {
    /// The outgoing number of a letter, also of one that was replaced; without it, the present letter.
    letter: Option<String>,
    /// A ministry's code: the letter on that ministry's own blank of the letter's date, as a Word file.
    blank: Option<MinistryCode>,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/inquiries/{id}/reply.{form}", "get_reply", Permission::SignedIn, reply)
            .summary("The letter: the draft's until it is signed, from then on the signed bytes, with the number from the number on.")
            .query::<ReplyQuery>()
            .answer(Answer { status: 200, means: "The letter; `Repr-Digest` is its SHA-256.", gives: Gives::AnyOf(FORMS) }),
        Route::get("/api/v1/inquiries/{id}/{which}.p7s", "get_seal", Permission::SignedIn, seal)
            .summary("The detached CMS: `signature` over the signed letter, `registration` over the letter with its number.")
            .query::<LetterQuery>()
            .answer(Answer { status: 200, means: "The signature (DER).", gives: Gives::Bytes(CMS) }),
        Route::get("/api/v1/inquiries/{id}/signed.pdf", "get_signed", Permission::SignedIn, signed)
            .summary("The signed letter as it was before it got its number: what `signature` is over.")
            .query::<LetterQuery>()
            .answer(Answer { status: 200, means: "The signed bytes.", gives: Gives::Bytes("application/pdf") }),
        Route::get("/api/v1/inquiries/{id}/reply/pages/{n}.png", "get_reply_page", Permission::SignedIn, page)
            .summary("A page of the letter as a picture, drawn from the bytes that `reply.pdf` answers; pages count from 1.")
            .query::<PageQuery>()
            .answer(Answer { status: 200, means: "The page.", gives: Gives::Bytes("image/png") }),
        Route::get("/api/v1/inquiries/{id}/reply.akn.xml", "get_reply_akn", Permission::SignedIn, akn)
            .summary("The inquiry's questions and the letter as Akoma Ntoso 1.0 (OASIS LegalDocumentML).")
            .query::<LetterQuery>()
            .answer(Answer { status: 200, means: "The exchange.", gives: Gives::Bytes("application/akn+xml") }),
    ]
}

/// Which page is wanted, and how large.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    /// The outgoing number of a letter, also of one that was replaced; without it, the present letter.
    letter: Option<String>,
    /// Width of the picture in dots, 100 to 2400; 900 without it.
    #[schemars(range(min = 100, max = 2400))]
    width: Option<u16>,
}

/// Width of a page's picture in dots, unless another one is asked for.
const USUAL_WIDTH: u16 = 900;

/// A browser may keep a letter, and asks each time whether it is still the same.
const KEPT: &str = "private, no-cache";

/// Answers bytes for looking at, under a name that every browser reads.
fn bytes(request: &HttpRequest, media: &str, name: &str, bytes: Vec<u8>) -> HttpResponse {
    disposed("inline", request, media, name, bytes)
}

/// Answers bytes for keeping: a browser does not open what somebody from outside has sent.
pub(super) fn attachment(request: &HttpRequest, media: &str, name: &str, bytes: Vec<u8>) -> HttpResponse {
    disposed("attachment", request, media, name, bytes)
}

/// Answers a text for an editor under a name; `tag` says which version of the inquiry a changed one is to be laid against.
pub(super) fn named(
    request: &HttpRequest,
    media: &str,
    name: &str,
    tag: Option<String>,
    bytes: Vec<u8>,
) -> HttpResponse {
    let mut answer = attachment(request, media, name, bytes);
    if let Some(tag) = tag.and_then(|tag| header::HeaderValue::from_str(&tag).ok()) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

/// Names as RFC 6266 and RFC 8187 write them.
fn disposed(how: &str, request: &HttpRequest, media: &str, name: &str, bytes: Vec<u8>) -> HttpResponse {
    let digest = Sha256::digest(&bytes);
    let tag = format!("\"{}\"", hex::encode(digest));
    let unchanged = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    if unchanged {
        // A browser puts these headers in the place of those it has kept with the bytes: they are the same ones.
        return HttpResponse::NotModified()
            .insert_header((header::CONTENT_SECURITY_POLICY, LETTER_POLICY))
            .insert_header((header::ETAG, tag))
            .insert_header((header::CACHE_CONTROL, KEPT))
            .finish();
    }
    let encoded = escaped(name);
    let ending: String = name.rsplit('.').next().unwrap_or("bin").chars().filter(char::is_ascii_alphanumeric).collect();
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media))
        .insert_header((header::CONTENT_SECURITY_POLICY, LETTER_POLICY))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("{how}; filename=\"file.{ending}\"; filename*=UTF-8''{encoded}"),
        ))
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, KEPT))
        .insert_header(("repr-digest", format!("sha-256=:{}:", STANDARD.encode(digest))))
        .body(bytes)
}

async fn reply(
    state: State,
    request: HttpRequest,
    caller: Caller,
    path: Path<(String, String)>,
    query: Query<ReplyQuery>,
) -> Result<HttpResponse, Problem> {
    let (id, ending) = path.into_inner();
    let seen = seeing::now(&state, &caller.account.actor, inquiry_of(&id)?).await?;
    let dossier = seeing::holding(&caller.account.actor, &seen, query.letter.as_deref())?;
    let form = Form::of_ending(&ending).ok_or(Problem::NoSuchForm { form: ending.chars().take(20).collect() })?;
    let copy = match (&query.blank, form) {
        (None, _) => letters::copy(&state, &dossier, form).await?,
        (Some(ministry), Form::Docx) => blanks::reply(&state, &dossier, ministry).await?,
        (Some(_), Form::Pdf | Form::Html | Form::Text) => return Err(only_word()),
    };
    let Copy { bytes: content, file_name, .. } = copy;
    Ok(bytes(&request, form.media_type(), &file_name, content))
}

fn only_word() -> Problem {
    Problem::BadParameter {
        name: "blank",
        expected: Words::new(
            "Министрлік бланкіне хат тек Word түрінде (docx) басылады.",
            "На бланке министерства письмо бывает только в Word (docx).",
            "A letter is put on a ministry's blank as a Word file (docx) only.",
        ),
    }
}

async fn page(
    state: State,
    request: HttpRequest,
    caller: Caller,
    path: Path<(String, String)>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (id, number) = path.into_inner();
    let width = query.width.unwrap_or(USUAL_WIDTH);
    if !(100..=2400).contains(&width) {
        let expected = Words::new("100-ден 2400-ге дейін.", "От 100 до 2400.", "From 100 to 2400.");
        return Err(Problem::BadParameter { name: "width", expected });
    }
    let seen = seeing::now(&state, &caller.account.actor, inquiry_of(&id)?).await?;
    let dossier = seeing::holding(&caller.account.actor, &seen, query.letter.as_deref())?;
    let no_page = || Problem::NotThereYet {
        what: Words::new("Хатта мұндай бет жоқ.", "Такой страницы в письме нет.", "The letter has no such page."),
    };
    let number: usize = number.parse().map_err(|_| no_page())?;
    let copy = letters::copy(&state, &dossier, Form::Pdf).await?;
    let png = at_work("draw a page of a letter", move || {
        let undrawn = |error| Problem::failure("draw a page of a letter", error);
        let page = letter::preview::page(&copy.bytes, number, width).map_err(undrawn)?;
        page.ok_or_else(no_page)?.png().map_err(undrawn)
    })
    .await?;
    Ok(bytes(&request, "image/png", &file_name(&dossier, &format!("{number}.png")), png))
}

async fn akn(
    state: State,
    request: HttpRequest,
    caller: Caller,
    path: Path<String>,
    query: Query<LetterQuery>,
) -> Result<HttpResponse, Problem> {
    let seen = seeing::now(&state, &caller.account.actor, inquiry_of(&path)?).await?;
    let dossier = seeing::holding(&caller.account.actor, &seen, query.letter.as_deref())?;
    let facts = letters::reply_facts(&state, &dossier).await?;
    let questions: Vec<String> = dossier.intake.questions.iter().map(|question| question.text.clone()).collect();
    let xml = letter::akn::exchange(&facts, &questions)
        .map_err(|refusal| Problem::LetterRefused { what: refusal.to_string() })?;
    Ok(bytes(&request, "application/akn+xml", &file_name(&dossier, "akn.xml"), xml.into_bytes()))
}

/// The signed letter and its signature, and the registered letter and its seal, as far as they are there.
struct Sealed {
    signed: BlobHash,
    signature: BlobHash,
    registration: Option<BlobHash>,
}

fn sealed(dossier: &Dossier) -> Option<Sealed> {
    let (signed, seal) = match (&dossier.stage, dossier.letter()) {
        (Stage::Signed(signed), _) => (signed, None),
        (_, Some(letter)) => (&letter.signed, Some(letter.seal)),
        (_, None) => return None,
    };
    Some(Sealed { signed: signed.pdf, signature: signed.signature, registration: seal })
}

fn not_signed() -> Problem {
    Problem::NotThereYet {
        what: Words::new(
            "Хатқа әлі қол қойылмаған.",
            "Письмо ещё не подписано.",
            "The letter has not been signed yet.",
        ),
    }
}

async fn seal(
    state: State,
    request: HttpRequest,
    caller: Caller,
    path: Path<(String, String)>,
    query: Query<LetterQuery>,
) -> Result<HttpResponse, Problem> {
    let (id, which) = path.into_inner();
    let seen = seeing::now(&state, &caller.account.actor, inquiry_of(&id)?).await?;
    let dossier = seeing::holding(&caller.account.actor, &seen, query.letter.as_deref())?;
    let sealed = sealed(&dossier).ok_or_else(not_signed);
    let (blob, ending) = match which.as_str() {
        "signature" => (sealed?.signature, "signature.p7s"),
        "registration" => {
            let not_numbered = || Problem::NotThereYet {
                what: Words::new(
                    "Хатқа шығыс нөмірі әлі берілмеген.",
                    "Письму ещё не присвоен исходящий номер.",
                    "The letter has no outgoing number yet.",
                ),
            };
            (sealed?.registration.ok_or_else(not_numbered)?, "pdf.p7s")
        }
        _ => return Err(Problem::UnknownAddress),
    };
    let name = file_name(&dossier, ending);
    Ok(bytes(&request, CMS, &name, blob_bytes(&state, blob).await?))
}

async fn signed(
    state: State,
    request: HttpRequest,
    caller: Caller,
    path: Path<String>,
    query: Query<LetterQuery>,
) -> Result<HttpResponse, Problem> {
    let seen = seeing::now(&state, &caller.account.actor, inquiry_of(&path)?).await?;
    let dossier = seeing::holding(&caller.account.actor, &seen, query.letter.as_deref())?;
    let blob = sealed(&dossier).ok_or_else(not_signed)?.signed;
    let name = file_name(&dossier, "signed.pdf");
    Ok(bytes(&request, "application/pdf", &name, blob_bytes(&state, blob).await?))
}
