//! `/inquiries/{id}/commands/{command}`: a page with the form of one command, and what becomes of a form that was sent.
//!
//! Every form goes the way of the interface for programs, through [`crate::office`]: its hidden key recognises a repeated sending,
//! its hidden version is held against the inquiry's. Whatever cannot be taken comes back with everything that was typed.

pub(super) mod build;
mod conflict;
mod consolidating;
mod days;
mod judging;
pub(super) mod newer;
mod order;
mod revising;
pub(super) mod written;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::Language;
use inquiry::allowed::roles;
use inquiry::bounds::Field as Part;
use inquiry::refusal::Refusal;
use inquiry::{CommandName, InquiryId};
use readmodel::register::Loads;
use serde::Serialize;

use super::fields::{Fault, Form, Typed};
use super::inquiry::contributed::ContributionText;
use super::inquiry::head::Head;
use super::inquiry::inquiry_of;
use super::keeping::tried::{Again, Back, Tried, again};
use super::keeping::{self, Held, Opened};
use super::letter_html::LetterHtml;
use super::signatory::Signatory;
use super::wording::{People, named};
use super::{ONWARD, PAGE};
use crate::kept::{Mark, Place};
use crate::loads::loads;
use crate::office::authority;
use crate::office::letters::{self, Form as Medium};
use crate::office::seeing::{self, Seen};
use crate::office::{Asked, to_the_end};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State, signing};
use build::{Desk, has_form, needs_loads};
use judging::About;
use order::NoOrder;
use written::FromEditor;

pub(super) use build::{Resolution, owing_words, reminded_words, unreachable};
pub(super) use days::{ask_of_same_day, field_of as field_of_day};
pub(super) use order::assign as assignment;

const PATH: &str = "/inquiries/{id}/commands/{command}";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, "command_page", Permission::SignedIn, page)
            .summary("The form of one command, with what has to be read before.")
            .answer(PAGE),
        Route::post(PATH, "command_by_form", Permission::SignedIn, send)
            .summary("Carries out a command that was filled in as a form.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    head: Head,
    form: Form,
    /// The letter that is signed or written anew.
    letter: Option<LetterHtml>,
    signing: Option<Signing>,
    /// The contributions that are accepted or returned here.
    contributions: Vec<ContributionText>,
}

/// What a signatory should know.
#[derive(Debug, Serialize)]
struct Signing {
    pdf_sha256: String,
    version: String,
    signatory: Signatory,
    visas: Vec<Visa>,
    by_server: bool,
}

#[derive(Debug, Serialize)]
struct Visa {
    approver: String,
    kind: &'static str,
    version: String,
}

/// The command that a path names, among those that have a form.
fn command_of(path: &str) -> Result<CommandName, Problem> {
    CommandName::from_path(path).filter(|name| has_form(*name)).ok_or(Problem::UnknownAddress)
}

/// What one request works with.
struct Visit {
    state: State,
    caller: Caller,
    language: Language,
    name: CommandName,
    people: People,
}

impl Visit {
    /// `loads` for a form that is drawn and in which a ministry is chosen.
    fn desk<'a>(&'a self, seen: &'a Seen, pdf_sha256: Option<String>, loads: Option<&'a Loads>) -> Desk<'a> {
        Desk {
            state: &self.state,
            seen,
            actor: &self.caller.account.actor,
            people: &self.people,
            language: self.language,
            today: self.state.today(),
            pdf_sha256,
            loads,
        }
    }

    async fn seen(&self, id: InquiryId) -> Result<Seen, Problem> {
        seeing::now(&self.state, &self.caller.account.actor, id).await
    }

    /// The form with what belongs beside it; none when the inquiry has nothing that the form could speak of.
    async fn facts(&self, seen: &Seen, typed: &Typed) -> Result<Option<Facts>, Problem> {
        let signing = if self.name == CommandName::Sign { self.signing(seen).await? } else { None };
        let pdf_sha256 = signing.as_ref().map(|signing| signing.pdf_sha256.clone());
        let loads =
            if needs_loads(self.name) { Some(loads(&self.state, &self.caller.account.actor).await?) } else { None };
        let Some(form) = self.desk(seen, pdf_sha256, loads.as_deref()).form(self.name, typed) else {
            return Ok(None);
        };
        let letter = match self.name {
            CommandName::Sign => Some(LetterHtml::of(&self.state, &seen.dossier).await?),
            // A draft that cannot be set is what somebody comes here to mend.
            CommandName::ReviseDraft if seen.dossier.draft.is_some() => {
                LetterHtml::of(&self.state, &seen.dossier).await.ok()
            }
            _ => None,
        };
        let head = Head::of(&self.state, seen, self.state.today(), self.language);
        Ok(Some(Facts { head, form, letter, signing, contributions: self.contributions(seen) }))
    }

    /// The exact letter that would be signed, and who agreed to it.
    async fn signing(&self, seen: &Seen) -> Result<Option<Signing>, Problem> {
        let inquiry::state::Stage::ForSignature(paper) = &seen.dossier.stage else { return Ok(None) };
        let copy = letters::copy(&self.state, &seen.dossier, Medium::Pdf).await?;
        let visas = seen.dossier.draft.iter().flat_map(|draft| &draft.visas);
        let visas = visas.map(|visa| Visa {
            approver: self.people.name(&visa.approver).to_owned(),
            kind: visa.kind.words(self.language),
            version: visa.version.to_string(),
        });
        Ok(Some(Signing {
            pdf_sha256: copy.sha256(),
            version: paper.version.to_string(),
            signatory: Signatory::of(&self.state, &seen.dossier, paper, &self.caller, self.language),
            visas: visas.collect(),
            by_server: self.state.config.seal_stands_in,
        }))
    }

    fn answer(&self, start: HttpResponseBuilder, facts: &Facts) -> Result<HttpResponse, Problem> {
        self.page(start, "command", facts)
    }

    fn page(
        &self,
        start: HttpResponseBuilder,
        template: &'static str,
        facts: &impl Serialize,
    ) -> Result<HttpResponse, Problem> {
        let words = |language| self.name.words(language);
        let title = Words::new(words(Language::Kk), words(Language::Ru), words(Language::En));
        let page = Page { template, title, caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, facts)
    }
}

async fn visit(state: State, caller: Caller, language: Language, command: &str) -> Result<Visit, Problem> {
    let name = command_of(command)?;
    if !roles(name).iter().any(|role| caller.account.actor.has(*role)) {
        return Err(Problem::NotPermitted { needs: roles(name) });
    }
    let people = People::of(&state).await?;
    Ok(Visit { state, caller, language, name, people })
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<(String, String)>,
    asked: web::Query<keeping::Asked>,
    back: web::Query<Back>,
    about: web::Query<About>,
) -> Result<HttpResponse, Problem> {
    let (id, command) = path.into_inner();
    let visit = visit(state, caller, language, &command).await?;
    let id = inquiry_of(&id)?;
    if visit.name == CommandName::Sign && visit.state.config.signing != signing::Signing::ServerSeal {
        // Where devices sign, they do so on a page of their own.
        let place = format!("/signing/letter/{id}/device");
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish());
    }
    let seen = visit.seen(id).await?;
    if let Some(again) = again(&visit.state, &visit.caller, Place::Command(id, visit.name), &back).await? {
        let Again { typed, mark, tried } = again;
        let version = written::seen_at(&seen, visit.name, &typed, version_of(&typed)?);
        return shown(&visit, &seen, &Sent { typed: &typed, version, mark: Some(mark), held: None }, tried).await;
    }
    if !is_possible(&seen, &visit) {
        return Err(not_now(&seen, &visit));
    }
    let opened = Opened::at(&visit.state, &visit.caller, Place::Command(id, visit.name), &asked).await?;
    match visit.facts(&seen, &opened.typed()).await? {
        Some(facts) => {
            let form = opened.into_form(facts.form);
            visit.answer(HttpResponse::Ok(), &visit.about(Facts { form, ..facts }, &seen, &about))
        }
        None => Err(not_now(&seen, &visit)),
    }
}

fn not_now(seen: &Seen, visit: &Visit) -> Problem {
    let (command, stage) = (visit.name, seen.dossier.stage.name());
    // Whose letter it is, and since when nobody may sign it any more, is more than that it is not the time.
    let of_signing = (command == CommandName::Sign)
        .then(|| authority::refused(&visit.state, &visit.caller.account.actor, &seen.dossier));
    of_signing.flatten().unwrap_or(Refusal::WrongStage { command, stage }).into()
}

async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<(String, String)>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let (id, command) = path.into_inner();
    let visit = visit(state, caller, language, &command).await?;
    let id = inquiry_of(&id)?;
    let typed = Typed(typed);
    let key = typed.key()?.to_owned();
    let version = version_of(&typed)?;
    let held = keeping::hold(&visit.state, &visit.caller, Place::Command(id, visit.name), &typed).await;
    let seen = visit.seen(id).await?;
    let mark = held.as_ref().map(Held::mark);
    // What was written in the editor is kept there.
    let mut in_place = None;
    let typed = match written::read(&visit.state, &seen, visit.name, &typed, language).await? {
        FromEditor::No => {
            in_place = held.as_ref();
            typed
        }
        FromEditor::Typed(typed) => typed,
        FromEditor::Behind => {
            let place = format!("/inquiries/{id}/draft/merge");
            return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish());
        }
        FromEditor::Open(count) => {
            let sent = Sent { typed: &typed, version, mark, held: in_place };
            return with_faults(&visit, &seen, &sent, vec![written::unsettled(id, count, language)]).await;
        }
        FromEditor::Faults(faults) => {
            let sent = Sent { typed: &typed, version, mark, held: in_place };
            return with_faults(&visit, &seen, &sent, faults).await;
        }
    };
    let version = written::seen_at(&seen, visit.name, &typed, version);
    if typed.more() == Some(consolidating::TAKE_IN) {
        return with_contributions(&visit, &seen, &typed, version, mark).await;
    }
    if let Some(more) = typed.more() {
        let pressed = Tried::press("more", more);
        return left(&visit, &seen, &Sent { typed: &typed, version, mark, held: in_place }, pressed).await;
    }
    let order = match order::read(&visit.state, &visit.caller.account.actor, &seen, visit.name, &typed, language).await
    {
        Ok(order) => order,
        Err(NoOrder::Problem(problem)) => return Err(problem),
        Err(NoOrder::Faults(faults)) => {
            let sent = Sent { typed: &typed, version, mark, held: in_place };
            return with_faults(&visit, &seen, &sent, faults).await;
        }
    };
    let account = &visit.caller.account;
    let what = format!("{}\n{id}", visit.name.path());
    let canonical = typed.canonical();
    let asked = Asked::new(
        account.actor.clone(),
        visit.state.clock.now(),
        account.id,
        &key,
        &what,
        canonical.as_bytes(),
        Some(version),
    );
    let asked = asked.proved_by(&visit.caller);
    let office = visit.state.clone();
    let done = to_the_end(async move { order::carry_out(&office, &asked, id, order).await }).await;
    match done {
        Ok(_) => {
            keeping::done(&visit.state, &visit.caller, held).await;
            written::done(&visit.state, id, visit.name, &account.actor, &typed).await;
            let place = format!("/inquiries/{id}?done={}", visit.name.path());
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
        }
        Err(problem) => given_back(&visit, id, &Sent { typed: &typed, version, mark, held: in_place }, problem).await,
    }
}

fn version_of(typed: &Typed) -> Result<u64, Problem> {
    typed.get("version").parse().map_err(|_| Problem::BadForm { hint: "the form has no version".to_owned() })
}

/// A form that was sent: what was typed, the version it was typed for, the row that it writes next, and where it is kept as it was sent.
struct Sent<'a> {
    typed: &'a Typed,
    version: u64,
    mark: Option<Mark>,
    held: Option<&'a Held>,
}

impl Sent<'_> {
    fn marked(&self, form: Form) -> Form {
        Form { mark: self.mark.map_or(form.mark, |mark| mark.to_string()), ..form }
    }
}

/// The form again, with what is said of it: at an address of its own where it is kept.
async fn left(visit: &Visit, seen: &Seen, sent: &Sent<'_>, tried: Tried) -> Result<HttpResponse, Problem> {
    match tried.onward(&visit.state, &visit.caller, sent.held, sent.typed).await {
        Some(onward) => Ok(onward),
        None => shown(visit, seen, sent, tried).await,
    }
}

async fn shown(visit: &Visit, seen: &Seen, sent: &Sent<'_>, tried: Tried) -> Result<HttpResponse, Problem> {
    if tried.is_late {
        return conflict::page(visit, seen, sent).await;
    }
    let typed = sent.typed;
    let Some(facts) = visit.facts(seen, typed).await? else { return Err(not_now(seen, visit)) };
    let start = tried.start();
    // The version that was looked at: what changed meanwhile is shown before anything is written over.
    let form = Form { version: sent.version, ..refilled(visit, facts.form, typed) };
    let mut form = sent.marked(form.blame(tried.faults).opened_at_new_row(typed));
    form.key = tried.key.unwrap_or(form.key);
    visit.answer(start, &Facts { form, ..facts })
}

/// The form again, with what is wrong in it.
async fn with_faults(visit: &Visit, seen: &Seen, sent: &Sent<'_>, faults: Vec<Fault>) -> Result<HttpResponse, Problem> {
    left(visit, seen, sent, Tried::of(StatusCode::UNPROCESSABLE_ENTITY, faults)).await
}

/// The form again, with the chosen contributions behind its text.
async fn with_contributions(
    visit: &Visit,
    seen: &Seen,
    typed: &Typed,
    version: u64,
    mark: Option<Mark>,
) -> Result<HttpResponse, Problem> {
    let (typed, tried) = match consolidating::taken_in(seen, typed, visit.language)? {
        Ok(taken) => (taken, Tried::of(StatusCode::OK, Vec::new())),
        Err(faults) => (typed.clone(), Tried::of(StatusCode::UNPROCESSABLE_ENTITY, faults)),
    };
    shown(visit, seen, &Sent { typed: &typed, version, mark, held: None }, tried).await
}

/// A form that was refused comes back with everything that was typed; only faults of ours become a page of their own.
async fn given_back(visit: &Visit, id: InquiryId, sent: &Sent<'_>, problem: Problem) -> Result<HttpResponse, Problem> {
    if matches!(problem, Problem::Failure { .. } | Problem::NoSuchInquiry | Problem::ProofTooOld) {
        return Err(problem);
    }
    tracing::info!(code = problem.code(), command = visit.name.path(), "a form was given back");
    let seen = visit.seen(id).await?;
    if seen.version != sent.version {
        let late = Tried { is_late: true, ..Tried::of(StatusCode::PRECONDITION_FAILED, Vec::new()) };
        return left(visit, &seen, sent, late).await;
    }
    if !is_possible(&seen, visit) {
        return Err(problem);
    }
    let typed = sent.typed;
    let mut fault = Fault::of(&problem, visit.language);
    fault.what = named(&visit.state, &fault.what, visit.language);
    fault.name =
        fault.name.or_else(|| part_of(&problem).map(str::to_owned)).or_else(|| days::field_of(&problem, typed));
    // It may have been recorded: the same key finds out.
    let unsure = matches!(problem, Problem::OutcomeUnknown { .. } | Problem::Unavailable { .. } | Problem::Busy);
    let key = unsure.then(|| typed.get("key").to_owned());
    left(visit, &seen, sent, Tried { key, ..Tried::of(problem.status(), vec![fault]) }).await
}

fn is_possible(seen: &Seen, visit: &Visit) -> bool {
    authority::allowed(&visit.state, &visit.caller.account.actor, seen).contains(&visit.name)
}

/// A signature is confirmed anew whenever its form comes back: the letter may be another one.
fn refilled(visit: &Visit, form: Form, typed: &Typed) -> Form {
    if visit.name == CommandName::Sign { form } else { form.refill(typed) }
}

/// The field that the domain's refusal is about, where a form has one of its own for it.
fn part_of(problem: &Problem) -> Option<&'static str> {
    let Problem::Refused(refusal) = problem else {
        return match problem {
            Problem::LetterRefused { .. } => Some("body"),
            _ => None,
        };
    };
    let part = match refusal.as_ref() {
        Refusal::Empty { field }
        | Refusal::TooLong { field, .. }
        | Refusal::TooMany { field, .. }
        | Refusal::HiddenCharacter { field, .. }
        | Refusal::AddressInReason { field } => *field,
        _ => return None,
    };
    match part {
        Part::Reason => Some("reason"),
        Part::Resolution => Some("resolution"),
        Part::Remarks => Some("remarks"),
        Part::Body => Some("body"),
        Part::Comment => Some("comment"),
        Part::Ground => Some("ground"),
        Part::Summary => Some("summary"),
        Part::DeliveryNote => Some("note"),
        Part::RedirectedTo => Some("to"),
        Part::ExecutorName => Some("executor_name"),
        Part::ExecutorPhone => Some("executor_phone"),
        Part::Number => Some("number"),
        Part::Others => Some("others"),
        Part::Task | Part::CoExecutors => Some("co[0].task"),
        Part::RequiredVisas | Part::Approver => Some("visas[0].approver"),
        _ => None,
    }
}
