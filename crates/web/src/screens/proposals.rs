//! `/proposals`: what came from outside and waits for a clerk, who makes an inquiry of it or dismisses it.

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::Language;
use directory::number::shown;
use inquiry::proposal::{Proposal, Source};
use inquiry::{BlobHash, Dossier, InquiryId, ProposalId, RecipientNo};
use letter::incoming::EML;
use readmodel::inbound::{self, Mail};
use readmodel::proposals::{self, Entry, State as Fate};
use readmodel::register;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fields::{Fault, Typed, say};
use super::registration::{BY_MAIL, KINDS, LETTER};
use super::wording::People;
use super::{DECIDES_PROPOSALS, ONWARD, PAGE, SEES_MAIL};
use crate::office::proposals as office;
use crate::office::{Asked, reading, seeing, to_the_end};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// How many that wait are shown, and how many that were decided.
const WAITING: u16 = 100;
const DECIDED: u16 = 30;
/// How many mails that could not be read are shown, and how many that programs wrote about none of ours.
const UNREADABLE: u16 = 20;
const OF_PROGRAMS: u16 = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/proposals", "proposals_page", DECIDES_PROPOSALS, page)
            .summary("What came from outside and waits for a clerk, and what was decided last.")
            .answer(PAGE),
        Route::post("/proposals/{id}/dismiss", "dismiss_proposal", DECIDES_PROPOSALS, dismiss)
            .summary("Dismisses a proposal with a reason that whoever sent it is told.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
        Route::get("/mails/{n}", "inbound_mail", SEES_MAIL, mail)
            .summary("A mail as it came to the office's mailbox.")
            .answer(Answer { status: 200, means: "The mail.", gives: Gives::Bytes(EML) }),
    ]
}

#[derive(Debug, Deserialize)]
struct After {
    done: Option<String>,
}

#[derive(Debug, Serialize)]
struct Facts {
    done: bool,
    /// The mailbox cannot be read: since when, and why.
    closed: Vec<Closed>,
    /// What the mailbox did not give out, or we could not work on: how many mails, and why.
    skipped: Vec<Skipped>,
    /// How many mails wait until clerks are handed more in a day; none when none does.
    held: Option<i64>,
    waiting: Vec<Row>,
    unreadable: Vec<Unreadable>,
    of_programs: OfPrograms,
    decided: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Closed {
    at: String,
    read: Option<String>,
    error: String,
}

#[derive(Debug, Serialize)]
struct Skipped {
    mails: i32,
    why: String,
}

/// What programs wrote that is about none of ours.
#[derive(Debug, Serialize)]
struct OfPrograms {
    count: i64,
    last: Vec<OfProgram>,
}

#[derive(Debug, Serialize)]
struct OfProgram {
    id: i64,
    at: String,
    sender: Option<String>,
    subject: Option<String>,
    is_here: bool,
}

/// A mail of which nobody but a person can say what it is.
#[derive(Debug, Serialize)]
struct Unreadable {
    id: i64,
    at: String,
    why: String,
    is_here: bool,
}

/// A proposal that came by mail.
#[derive(Debug, Serialize)]
struct ByMail {
    sender: Option<String>,
    subject: Option<String>,
    body: Option<String>,
    /// Its number, while its bytes are here.
    id: Option<i64>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    at: String,
    /// Who asks.
    name: String,
    /// The inquiry that was answered, if it says one.
    inquiry: Option<String>,
    number: String,
    /// The place on its list.
    place: Option<u16>,
    /// What it is when it came by mail.
    by_mail: Option<ByMail>,
    /// It answers a mail of ours.
    is_answer: bool,
    questions: Vec<String>,
    state: String,
    tone: &'static str,
    decided: Option<Decided>,
    key: String,
    refused: Option<String>,
    typed: String,
}

#[derive(Debug, Serialize)]
struct Decided {
    at: String,
    by: String,
    reason: Option<String>,
    inquiry: Option<String>,
    number: Option<String>,
}

/// A form that comes back.
#[derive(Default)]
struct Back {
    id: Option<ProposalId>,
    refused: String,
    typed: String,
    key: Option<String>,
}

/// What the rows are told with.
struct Known {
    numbers: HashMap<InquiryId, String>,
    people: People,
    mails: HashMap<BlobHash, Mail>,
}

struct Visit {
    state: State,
    caller: Caller,
    language: Language,
}

impl Visit {
    async fn answer(&self, start: HttpResponseBuilder, done: bool, back: Back) -> Result<HttpResponse, Problem> {
        let failed = |error| Problem::failure("list the proposals", error);
        let waiting = proposals::waiting(&self.state.pool, WAITING).await.map_err(failed)?;
        let decided = proposals::decided(&self.state.pool, DECIDED).await.map_err(failed)?;
        let mut named: Vec<InquiryId> =
            waiting.iter().chain(&decided).filter_map(|entry| entry.source.inquiry()).collect();
        named.extend(decided.iter().filter_map(|entry| match entry.state {
            Fate::Taken { inquiry, .. } => Some(inquiry),
            Fate::Waiting | Fate::Dismissed { .. } => None,
        }));
        let numbers = register::numbers_of(&self.state.house(), &named).await.map_err(failed)?;
        let people = People::of(&self.state).await?;
        let mails: Vec<BlobHash> = waiting.iter().chain(&decided).filter_map(|entry| entry.source.mail()).collect();
        let mails = inbound::of_hashes(&self.state.pool, &mails).await.map_err(failed)?;
        let closed = inbound::closed(&self.state.pool).await.map_err(failed)?;
        let unreadable = inbound::unreadable(&self.state.pool, UNREADABLE).await.map_err(failed)?;
        let closed = closed.into_iter().map(|one| Closed {
            at: one.failed_at.to_string(),
            read: one.read_at.map(|at| at.to_string()),
            error: one.error,
        });
        let skipped = inbound::skipped(&self.state.pool).await.map_err(failed)?;
        let held = inbound::waiting(&self.state.pool).await.map_err(failed)?;
        let mut facts = Facts {
            done,
            closed: closed.collect(),
            skipped: skipped.into_iter().map(|one| Skipped { mails: one.mails, why: one.why }).collect(),
            held: Some(held).filter(|held| *held > 0),
            of_programs: self.of_programs().await?,
            waiting: Vec::new(),
            unreadable: unreadable.into_iter().map(|mail| self.unreadable(&mail)).collect(),
            decided: Vec::new(),
        };
        let known = Known { numbers, people, mails };
        for entry in waiting {
            facts.waiting.push(self.row(entry, &known, &back).await?);
        }
        for entry in decided {
            facts.decided.push(self.row(entry, &known, &back).await?);
        }
        let title = Words::new("Сырттан түскен өтініштер", "Обращения извне", "Proposals from outside");
        let page = Page { template: "proposals", title, caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, &facts)
    }

    async fn of_programs(&self) -> Result<OfPrograms, Problem> {
        let listed = inbound::of_programs(&self.state.pool, OF_PROGRAMS).await;
        let (count, last) = listed.map_err(|error| Problem::failure("list mails of programs", error))?;
        let last = last.into_iter().map(|mail| OfProgram {
            id: mail.id,
            at: mail.received_at.to_string(),
            sender: mail.sender,
            subject: mail.subject.filter(|subject| !subject.is_empty()),
            is_here: mail.is_here,
        });
        Ok(OfPrograms { count, last: last.collect() })
    }

    fn unreadable(&self, mail: &Mail) -> Unreadable {
        let (kk, ru, en) = match mail.error.as_deref() {
            Some("too_large") => ("25 МБ-тан үлкен", "больше 25 МБ", "larger than 25 MB"),
            Some("too_many_parts") => ("бөліктері тым көп", "слишком много частей", "too many parts"),
            Some("too_deep") => ("бөліктері тым терең", "слишком глубоко вложено", "parts too deep in each other"),
            Some("tried") => (
                "оқу үш рет аяқталмады; енді оқылмайды",
                "чтение трижды не завершилось; больше не читается",
                "reading it did not end three times; it is not tried again",
            ),
            Some("unkeepable") => (
                "дерекқор қабылдамайтын таңбалары бар",
                "в нём знаки, которых база данных не принимает",
                "it says what the database does not take",
            ),
            _ => ("хат емес немесе бүлінген", "не письмо или повреждено", "no mail, or a damaged one"),
        };
        Unreadable {
            id: mail.id,
            at: mail.received_at.to_string(),
            why: say(self.language, kk, ru, en),
            is_here: mail.is_here,
        }
    }

    /// Who stands in that place of the list.
    async fn name(&self, source: &Source) -> Result<Option<String>, Problem> {
        let (Some(inquiry), Some(place)) = (source.inquiry(), source.recipient()) else { return Ok(None) };
        let seen = seeing::now(&self.state, &self.caller.account.actor, inquiry).await?;
        let name = seen.dossier.recipients().find(|known| known.no == place);
        Ok(Some(name.map_or_else(|| place.to_string(), |known| known.name.clone())))
    }

    async fn row(&self, entry: Entry, known: &Known, back: &Back) -> Result<Row, Problem> {
        let Known { numbers, people, mails } = known;
        let name = self.name(&entry.source).await?;
        let mail = entry.source.mail().and_then(|mail| mails.get(&mail));
        let by_mail = entry.source.mail().map(|_| ByMail {
            sender: mail.and_then(|mail| mail.sender.clone()),
            subject: mail.and_then(|mail| mail.subject.clone()).filter(|subject| !subject.is_empty()),
            body: mail.and_then(|mail| mail.body.clone()),
            id: mail.filter(|mail| mail.is_here).map(|mail| mail.id),
        });
        let unnamed = || say(self.language, "Пошта арқылы келген хат", "Письмо по почте", "A mail that came");
        let number = |inquiry: &InquiryId| numbers.get(inquiry).map(|number| shown(number)).unwrap_or_default();
        let (state, tone) = match entry.state {
            Fate::Waiting => (say(self.language, "күтуде", "ждёт", "waiting"), "info"),
            Fate::Taken { .. } => (say(self.language, "тіркелді", "зарегистрировано", "registered"), "ok"),
            Fate::Dismissed { .. } => (say(self.language, "қабылданбады", "отклонено", "dismissed"), "warn"),
        };
        let decided = match &entry.state {
            Fate::Waiting => None,
            Fate::Taken { at, by, inquiry } => Some(Decided {
                at: at.to_string(),
                by: people.name(by).to_owned(),
                reason: None,
                inquiry: Some(inquiry.to_string()),
                number: Some(number(inquiry)),
            }),
            Fate::Dismissed { at, by, reason } => Some(Decided {
                at: at.to_string(),
                by: people.name(by).to_owned(),
                reason: Some(reason.clone()),
                inquiry: None,
                number: None,
            }),
        };
        let is_back = back.id == Some(entry.proposal);
        Ok(Row {
            id: entry.proposal.to_string(),
            at: entry.received_at.to_string(),
            name: name.unwrap_or_else(unnamed),
            inquiry: entry.source.inquiry().map(|inquiry| inquiry.to_string()),
            number: entry.source.inquiry().as_ref().map(number).unwrap_or_default(),
            place: entry.source.recipient().map(|place| place.0),
            is_answer: matches!(entry.source, Source::Answer { .. }),
            by_mail,
            questions: entry.questions,
            state,
            tone,
            decided,
            key: back.key.clone().filter(|_| is_back).unwrap_or_else(|| Uuid::new_v4().to_string()),
            refused: is_back.then(|| back.refused.clone()),
            typed: if is_back { back.typed.clone() } else { String::new() },
        })
    }
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    after: web::Query<After>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    visit.answer(HttpResponse::Ok(), after.done.is_some(), Back::default()).await
}

async fn dismiss(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let id: ProposalId = path.parse().map_err(|_| Problem::UnknownAddress)?;
    let visit = Visit { state, caller, language };
    let typed = Typed(typed);
    let key = typed.key()?.to_owned();
    let reason = typed.get("reason").replace("\r\n", "\n");
    let account = &visit.caller.account;
    let what = format!("dismiss-proposal\n{id}");
    let asked = Asked::new(
        account.actor.clone(),
        visit.state.clock.now(),
        account.id,
        &key,
        &what,
        typed.canonical().as_bytes(),
        None,
    );
    let (office, said) = (visit.state.clone(), reason.clone());
    match to_the_end(async move { office::dismiss(&office, &asked, id, said).await }).await {
        Ok(()) => Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, "/proposals?done=dismiss")).finish()),
        Err(problem @ Problem::Failure { .. }) => Err(problem),
        Err(problem) => {
            let is_open = matches!(problem, Problem::OutcomeUnknown { .. } | Problem::Unavailable { .. });
            let refused = Fault::of(&problem, language).what;
            let back = Back { id: Some(id), refused, typed: reason, key: is_open.then_some(key) };
            visit.answer(problem.start(), false, back).await
        }
    }
}

/// As it came, to be kept and not to be opened by the browser.
async fn mail(state: State, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let id: i64 = path.parse().map_err(|_| Problem::UnknownAddress)?;
    let raw = inbound::raw(&state.pool, id).await.map_err(|error| Problem::failure("read a mail that came", error))?;
    let raw = raw.ok_or(Problem::UnknownAddress)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, EML))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.eml\"")))
        .body(raw))
}

/// What the form of a registration begins with when it is made from a proposal: who asks again, what they ask, and the inquiry it follows; or the words
/// of a mail, from which the form proposes what it can; and the names of the files in it that could not be read.
///
/// # Errors
/// [`Problem::UnknownAddress`] when there is no such proposal, or it was decided already; a failure.
pub(super) async fn prefilled(state: &State, caller: &Caller, id: ProposalId) -> Result<(Typed, Vec<String>), Problem> {
    let Proposal::Waiting(received) = office::one(state, id).await? else { return Err(Problem::UnknownAddress) };
    let mut typed: Vec<(String, String)> = vec![
        ("proposal".to_owned(), id.to_string()),
        ("channel".to_owned(), "email".to_owned()),
        ("received".to_owned(), state.today().to_string()),
    ];
    typed.extend(received.questions.iter().enumerate().map(|(n, text)| (format!("questions[{n}]"), text.clone())));
    let mut unread = Vec::new();
    if let Some(mail) = received.source.mail() {
        typed.push((BY_MAIL.to_owned(), "yes".to_owned()));
        // What gives no words is attached as it came all the same.
        if let Some(raw) = office::raw_of(state, mail).await?
            && let Ok((words, names)) = reading::words(raw).await
        {
            typed.push((LETTER.to_owned(), words));
            unread = names;
        }
    }
    if let (Some(inquiry), Some(recipient)) = (received.source.inquiry(), received.source.recipient()) {
        let seen = seeing::now(state, &caller.account.actor, inquiry).await?;
        typed.extend(of_the_first(&seen.dossier, recipient));
    }
    Ok((Typed(typed), unread))
}

/// What is known of whoever asks again, from the inquiry that was answered.
fn of_the_first(dossier: &Dossier, recipient: RecipientNo) -> Vec<(String, String)> {
    let intake = &dossier.intake;
    let mut typed: Vec<(String, String)> = vec![
        ("chamber".to_owned(), intake.chamber.to_string()),
        ("language".to_owned(), intake.language.code().to_owned()),
        ("subject".to_owned(), intake.subject.clone()),
    ];
    let groups = dossier.groups();
    let place = groups.iter().find_map(|group| {
        let deputy = group.deputies.iter().find(|deputy| deputy.no == recipient)?;
        Some((group, deputy))
    });
    if let Some((group, deputy)) = place {
        let kind = KINDS.iter().find(|(_, kind)| *kind == group.kind).map_or("other", |(code, _)| *code);
        let field = |part: &str, value: String| (format!("groups[0].{part}"), value);
        typed.extend([
            field("label", group.label_lines.join("\n")),
            field("kind", kind.to_owned()),
            field("deputies[0].deputy", deputy.deputy.map_or_else(String::new, |id| id.to_string())),
            field("deputies[0].name", deputy.name.clone()),
            field("deputies[0].email", deputy.email.as_ref().map_or_else(String::new, ToString::to_string)),
        ]);
    }
    typed
}
