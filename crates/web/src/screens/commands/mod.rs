//! `/inquiries/{id}/commands/{command}`: a page with the form of one command, and what becomes of a form that was sent.
//!
//! Every form goes the way of the interface for programs, through [`crate::office`]: its hidden key recognises a repeated sending,
//! its hidden version is held against the inquiry's. Whatever cannot be taken comes back with everything that was typed.

pub(super) mod build;
mod consolidating;
mod days;
mod judging;
pub(super) mod newer;
mod order;
mod revising;
pub(super) mod written;

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::Language;
use inquiry::allowed::roles;
use inquiry::bounds::Field as Part;
use inquiry::refusal::Refusal;
use inquiry::{CommandName, InquiryId, allowed};
use readmodel::register::Loads;
use serde::Serialize;

use super::fields::{Fault, Form, Kind, Typed};
use super::inquiry::contributed::ContributionText;
use super::inquiry::head::Head;
use super::inquiry::history::{Line, Teller};
use super::inquiry::inquiry_of;
use super::keeping::{self, Held, Opened};
use super::letter_html::LetterHtml;
use super::wording::{People, named};
use super::{ONWARD, PAGE};
use crate::kept::Place;
use crate::loads::loads;
use crate::office::letters::{self, Form as Medium};
use crate::office::seeing::{self, Seen};
use crate::office::{Asked, to_the_end};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};
use build::{Desk, has_form, needs_loads};
use judging::About;
use order::NoOrder;
use written::FromEditor;

pub(super) use build::{Resolution, owing_words, reminded_words, unreachable};
pub(super) use days::field_of as field_of_day;
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
    signatory: String,
    visas: Vec<Visa>,
    by_server: bool,
}

#[derive(Debug, Serialize)]
struct Visa {
    approver: String,
    kind: &'static str,
    version: String,
}

#[derive(Debug, Serialize)]
struct Conflict {
    head: Head,
    command: &'static str,
    changes: Vec<Line>,
    /// The draft that somebody wrote meanwhile.
    newer: Option<newer::Newer>,
    letter: Option<LetterHtml>,
    /// The form with what was typed, when the command is still possible.
    form: Option<Form>,
    /// What was typed, when it is not.
    typed: Vec<Kept>,
}

/// A field that was typed into.
#[derive(Debug, Serialize)]
struct Kept {
    label: String,
    value: String,
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
            signatory: paper.signatory.name.clone(),
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
    about: web::Query<About>,
) -> Result<HttpResponse, Problem> {
    let (id, command) = path.into_inner();
    let visit = visit(state, caller, language, &command).await?;
    let id = inquiry_of(&id)?;
    let seen = visit.seen(id).await?;
    if !allowed(&seen.inquiry, &visit.caller.account.actor).contains(&visit.name) {
        return Err(not_now(&seen, visit.name));
    }
    let opened = Opened::at(&visit.state, &visit.caller, Place::Command(id, visit.name), &asked).await?;
    match visit.facts(&seen, &opened.typed()).await? {
        Some(facts) => {
            let form = opened.into_form(facts.form);
            visit.answer(HttpResponse::Ok(), &visit.about(Facts { form, ..facts }, &seen, &about))
        }
        None => Err(not_now(&seen, visit.name)),
    }
}

fn not_now(seen: &Seen, command: CommandName) -> Problem {
    Refusal::WrongStage { command, stage: seen.dossier.stage.name() }.into()
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
    let version: u64 =
        typed.get("version").parse().map_err(|_| Problem::BadForm { hint: "the form has no version".to_owned() })?;
    let held = keeping::hold(&visit.state, &visit.caller, Place::Command(id, visit.name), &typed).await;
    let seen = visit.seen(id).await?;
    let typed = match written::read(&visit.state, &seen, visit.name, &typed, language).await? {
        FromEditor::No => typed,
        FromEditor::Typed(typed) => typed,
        FromEditor::Behind => {
            let place = format!("/inquiries/{id}/draft/merge");
            return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish());
        }
        FromEditor::Open(count) => {
            let sent = Sent { typed: &typed, version, held: held.as_ref() };
            return with_faults(&visit, &seen, &sent, vec![written::unsettled(id, count, language)]).await;
        }
        FromEditor::Faults(faults) => {
            let sent = Sent { typed: &typed, version, held: held.as_ref() };
            return with_faults(&visit, &seen, &sent, faults).await;
        }
    };
    let version = written::seen_at(&seen, visit.name, &typed, version);
    if typed.more() == Some(consolidating::TAKE_IN) {
        return with_contributions(&visit, &seen, &typed, version, held.as_ref()).await;
    }
    if typed.more().is_some() {
        return match visit.facts(&seen, &typed).await? {
            Some(facts) => {
                let form = Form { version, ..facts.form.refill(&typed).opened_at_new_row(&typed) };
                visit.answer(HttpResponse::Ok(), &Facts { form: Held::marked(held.as_ref(), form), ..facts })
            }
            None => Err(not_now(&seen, visit.name)),
        };
    }
    let order = match order::read(&visit.state, &seen, visit.name, &typed, language).await {
        Ok(order) => order,
        Err(NoOrder::Problem(problem)) => return Err(problem),
        Err(NoOrder::Faults(faults)) => {
            let sent = Sent { typed: &typed, version, held: held.as_ref() };
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
        Err(problem) => given_back(&visit, id, &Sent { typed: &typed, version, held: held.as_ref() }, problem).await,
    }
}

/// A form that was sent: what was typed, the version it was typed for, where it is kept.
struct Sent<'a> {
    typed: &'a Typed,
    version: u64,
    held: Option<&'a Held>,
}

/// The form again, with what is wrong in it.
async fn with_faults(visit: &Visit, seen: &Seen, sent: &Sent<'_>, faults: Vec<Fault>) -> Result<HttpResponse, Problem> {
    let Sent { typed, version, held } = *sent;
    let Some(facts) = visit.facts(seen, typed).await? else { return Err(not_now(seen, visit.name)) };
    // The version that was looked at: what changed meanwhile is shown before anything is written over.
    let form = Form { version, ..facts.form.refill(typed).blame(faults) };
    let form = Held::marked(held, form);
    visit.answer(HttpResponse::UnprocessableEntity(), &Facts { form, ..facts })
}

/// The form again, with the chosen contributions behind its text.
async fn with_contributions(
    visit: &Visit,
    seen: &Seen,
    typed: &Typed,
    version: u64,
    held: Option<&Held>,
) -> Result<HttpResponse, Problem> {
    let (typed, faults) = match consolidating::taken_in(seen, typed, visit.language)? {
        Ok(taken) => (taken, Vec::new()),
        Err(faults) => (typed.clone(), faults),
    };
    let Some(facts) = visit.facts(seen, &typed).await? else { return Err(not_now(seen, visit.name)) };
    let start = if faults.is_empty() { HttpResponse::Ok() } else { HttpResponse::UnprocessableEntity() };
    let form = Form { version, ..facts.form.refill(&typed).blame(faults).opened_at_new_row(&typed) };
    visit.answer(start, &Facts { form: Held::marked(held, form), ..facts })
}

/// A form that was refused comes back with everything that was typed; only faults of ours become a page of their own.
async fn given_back(visit: &Visit, id: InquiryId, sent: &Sent<'_>, problem: Problem) -> Result<HttpResponse, Problem> {
    let Sent { typed, version, held } = *sent;
    if matches!(problem, Problem::Failure { .. } | Problem::NoSuchInquiry | Problem::ProofTooOld) {
        return Err(problem);
    }
    tracing::info!(code = problem.code(), command = visit.name.path(), "a form was given back");
    let seen = visit.seen(id).await?;
    if seen.version != version {
        return conflict(visit, &seen, sent, &problem).await;
    }
    let facts = if is_possible(&seen, visit) { visit.facts(&seen, typed).await? } else { None };
    let Some(facts) = facts else { return Err(problem) };
    let mut fault = Fault::of(&problem, visit.language);
    fault.what = named(&visit.state, &fault.what, visit.language);
    fault.name =
        fault.name.or_else(|| part_of(&problem).map(str::to_owned)).or_else(|| days::field_of(&problem, typed));
    let mut form = refilled(visit, facts.form, typed).blame(vec![fault]);
    if matches!(problem, Problem::OutcomeUnknown { .. } | Problem::Unavailable { .. } | Problem::Busy) {
        // It may have been recorded: the same key finds out.
        typed.get("key").clone_into(&mut form.key);
    }
    visit.answer(problem.start(), &Facts { form: Held::marked(held, form), ..facts })
}

fn is_possible(seen: &Seen, visit: &Visit) -> bool {
    allowed(&seen.inquiry, &visit.caller.account.actor).contains(&visit.name)
}

/// A signature is confirmed anew whenever its form comes back: the letter may be another one.
fn refilled(visit: &Visit, form: Form, typed: &Typed) -> Form {
    if visit.name == CommandName::Sign { form } else { form.refill(typed) }
}

/// Somebody was faster: what changed meanwhile, and what was typed.
async fn conflict(visit: &Visit, seen: &Seen, sent: &Sent<'_>, problem: &Problem) -> Result<HttpResponse, Problem> {
    let Sent { typed, version, held } = *sent;
    let teller = Teller { state: &visit.state, people: &visit.people, language: visit.language };
    let newer = if visit.name == CommandName::ReviseDraft { newer::since(seen, &visit.people, version)? } else { None };
    let to_be_read = newer.as_ref().map(|_| newer::to_be_read(typed));
    let typed = to_be_read.as_ref().unwrap_or(typed);
    let labels = visit.desk(seen, None, None).form(visit.name, typed);
    let possible = if is_possible(seen, visit) { visit.facts(seen, typed).await? } else { None };
    let (form, letter) = match possible {
        Some(facts) => {
            (Some(Held::marked(held, refilled(visit, facts.form, typed))), facts.letter.filter(|_| newer.is_some()))
        }
        None => (None, None),
    };
    let facts = Conflict {
        head: Head::of(&visit.state, seen, visit.state.today(), visit.language),
        command: visit.name.words(visit.language),
        changes: teller.since(seen, version)?,
        typed: if form.is_some() { Vec::new() } else { kept(typed, labels.as_ref()) },
        form,
        newer,
        letter,
    };
    let stale = Problem::Stale { current: seen.version };
    let start = if matches!(problem, Problem::Stale { .. }) { problem.start() } else { stale.start() };
    visit.page(start, "conflict", &facts)
}

/// What was typed, under the labels of the form where that can still be built.
fn kept(typed: &Typed, form: Option<&Form>) -> Vec<Kept> {
    let label = |name: &str| {
        let fields = form.iter().flat_map(|form| &form.groups).flat_map(|group| &group.fields);
        let found = fields.into_iter().find(|field| field.name == name);
        found.map_or(
            Some(name.to_owned()),
            |field| if field.kind == Kind::Hidden { None } else { Some(field.label.clone()) },
        )
    };
    let is_ours =
        |name: &str| matches!(name, "key" | "version" | "kept" | "over" | "draft" | "content_hash" | "pdf_sha256");
    let filled = typed.0.iter().filter(|(name, value)| !is_ours(name) && !value.trim().is_empty());
    filled.filter_map(|(name, value)| Some(Kept { label: label(name)?, value: value.clone() })).collect()
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
        | Refusal::HiddenCharacter { field, .. } => *field,
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
