//! A change on its way into the records: the form, what it does to open inquiries, and the record.
//!
//! A ministry's end shows its open inquiries from the start, and is told whole before it is recorded: from its day on nothing takes it back. Days show
//! every open deadline before and after, once they are written; what is recorded is what was shown: whoever changes the days after that is shown the
//! difference first. What the rules refuse is refused before anything is shown of it. A planned change is taken back by a form of its own.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::changes::SubjectKind;
use directory::changes::event::{CalendarChanged, Change, Chosen, Recount};
use directory::{Language, MinistryCode};
use inquiry::InquiryId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::super::fields::{Fault, Field, Form, Group, Reader, Typed, say};
use super::super::wording;
use super::back::{self, Gone};
use super::before;
use super::forms::{ChangeForm, Making, PLANNED};
use super::one::name_of;
use super::told::Called;
use super::typed::read;
use crate::office::records::preview::{self, Affected, Going};
use crate::office::records::{judge, record_written};
use crate::office::{Asked, to_the_end};
use crate::pages::Page;
use crate::problem::Problem;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// The most inquiries that can be chosen one by one.
const MOST_CHOSEN: usize = 500;
/// What the form says of what was shown.
const SHOWN: &str = "shown";
/// The deadlines that follow the calendar.
const FOLLOW: &str = "follow";

#[derive(Debug, Deserialize)]
pub(super) struct About {
    #[serde(default)]
    code: String,
    /// What is to be taken back, by its version.
    #[serde(default)]
    planned: String,
}

#[derive(Debug, Serialize)]
struct Facts {
    kind: &'static str,
    heading: String,
    /// The record that it is about.
    of: Option<String>,
    /// None where nothing is left to be taken back.
    form: Option<Form>,
    gone: Option<Gone>,
    going: Option<GoingTold>,
    /// What the change does, told before it is recorded.
    first: Vec<String>,
    affected: Option<AffectedTold>,
}

/// The open inquiries of a ministry that ends.
#[derive(Debug, Serialize)]
struct GoingTold {
    all: u64,
    has_successor: bool,
    rows: Vec<GoingRow>,
    accounts: String,
}

#[derive(Debug, Serialize)]
struct GoingRow {
    id: String,
    number: String,
    subject: String,
    place: &'static str,
    due: String,
}

/// The open deadlines that would move.
#[derive(Debug, Serialize)]
struct AffectedTold {
    all: usize,
    rows: Vec<AffectedRow>,
}

#[derive(Debug, Serialize)]
struct AffectedRow {
    id: String,
    number: String,
    subject: String,
    before: String,
    after: String,
    parts: String,
}

/// What a form that comes back says besides what was typed.
#[derive(Default)]
struct Back {
    faults: Vec<Fault>,
    first: Vec<String>,
    affected: Option<(CalendarChanged, Vec<Affected>)>,
    gone: Option<Gone>,
}

impl Back {
    fn with(faults: Vec<Fault>) -> Self {
        Self { faults, ..Self::default() }
    }
}

struct Visit {
    state: State,
    caller: Caller,
    language: Language,
    form: ChangeForm,
    code: String,
    /// What is taken back, with its version.
    planned: Option<(u64, Change)>,
}

pub(super) async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    about: web::Query<About>,
) -> Result<HttpResponse, Problem> {
    let form = ChangeForm::from_code(&path).ok_or(Problem::UnknownAddress)?;
    let About { code, planned } = about.into_inner();
    let planned = back::planned(&state, form, &code, &planned).await?;
    let visit = Visit { state, caller, language, form, code, planned };
    let gone = match &visit.planned {
        Some((version, change)) => {
            back::gone(&visit.state, &visit.code, (*version, change), (visit.state.today(), language)).await?
        }
        None => None,
    };
    visit.answer(HttpResponse::Ok(), None, Back { gone, ..Back::default() }).await
}

pub(super) async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    path: web::Path<String>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let form = ChangeForm::from_code(&path).ok_or(Problem::UnknownAddress)?;
    let typed = Typed(typed);
    let planned = back::planned(&state, form, typed.get("code"), typed.get(PLANNED)).await?;
    let visit = Visit { state, caller, language, form, code: typed.get("code").to_owned(), planned };
    let mut reader = Reader::new(&typed, language);
    let change = read(form, &mut reader, visit.planned.as_ref().map(|(version, change)| (*version, change)));
    let change = match reader.finish(change) {
        Ok(change) => change,
        Err(faults) => {
            return visit.answer(HttpResponse::UnprocessableEntity(), Some(&typed), Back::with(faults)).await;
        }
    };
    let change = match change {
        Change::CalendarChanged(event) => {
            // What was registered a moment ago is shown, too.
            preview::caught_up(&visit.state).await?;
            let affected = preview::of_days(&visit.state, &event.days).await?;
            let (shown, now) = (typed.get(SHOWN), fingerprint(&event, &affected));
            if !affected.is_empty() && shown != now {
                if let Some(answer) = visit.refused_by_the_rules(&typed, &Change::from(event.clone())).await? {
                    return Ok(answer);
                }
                // Whoever wrote other days knows it; that inquiries have changed, nobody could know.
                let is_stale = !shown.is_empty() && days_of(shown) == days_of(&now);
                let (start, faults) = if is_stale {
                    (HttpResponse::Conflict(), vec![visit.no_longer_shown()])
                } else {
                    (HttpResponse::Ok(), Vec::new())
                };
                let back = Back { affected: Some((event, affected)), ..Back::with(faults) };
                return visit.answer(start, Some(&typed), back).await;
            }
            let recount = followed(&typed, &affected);
            CalendarChanged { recount, ..event }.into()
        }
        Change::MinistrySplit(mut event) => {
            event.chosen = chosen(&typed);
            event.into()
        }
        other => other,
    };
    let first = before::sentences(&visit.state, &change, language).await?;
    let mark = mark_of(&change, &first);
    if !first.is_empty() && typed.get(SHOWN) != mark {
        if let Some(answer) = visit.refused_by_the_rules(&typed, &change).await? {
            return Ok(answer);
        }
        let back = Back { first, ..Back::default() };
        return visit.answer(HttpResponse::Ok(), Some(&marked(typed, mark)), back).await;
    }
    visit.record(&typed, change).await
}

impl Visit {
    /// The kind of records that it changes.
    fn kind(&self) -> SubjectKind {
        let planned = self.planned.as_ref().map(|(_, change)| change.kind());
        self.form.kind().or(planned).unwrap_or(SubjectKind::Ministries)
    }

    fn say(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    fn no_longer_shown(&self) -> Fault {
        let what = self.say(
            "Көрсетілгеннен кейін ашық мерзімдер өзгерді. Ештеңе жазылған жоқ: тізім жаңартылды, барлығы қайта белгіленді, қарап шығып, қайта жіберіңіз.",
            "С тех пор как сроки были показаны, они изменились. Ничего не записано: список обновлён, всё отмечено заново; просмотрите его и отправьте ещё раз.",
            "Open deadlines have changed since they were shown. Nothing was recorded: the list is new, all of it is ticked again; look through it and send it once more.",
        );
        Fault { name: None, ..Fault::at("", what) }
    }

    /// Of what the rules refuse nobody is told what it would do: the form comes back as from the recording.
    async fn refused_by_the_rules(&self, typed: &Typed, change: &Change) -> Result<Option<HttpResponse>, Problem> {
        match judge(&self.state, change).await {
            Ok(()) => Ok(None),
            Err(problem) => self.refused(typed, problem, days_in(change)).await.map(Some),
        }
    }

    async fn record(&self, typed: &Typed, change: Change) -> Result<HttpResponse, Problem> {
        let (actor, at) = (self.caller.account.actor.clone(), self.state.clock.now());
        let key = typed.key()?.to_owned();
        let what = format!("change-records\n{}", self.form.code());
        let seen = typed.get("version").parse().ok();
        let content = typed.canonical();
        let asked = Asked::new(actor, at, self.caller.account.id, &key, &what, content.as_bytes(), seen);
        let office = self.state.clone();
        let days = days_in(&change);
        match to_the_end(async move { record_written(&office, asked, change).await }).await {
            Ok(_) => {
                let place = format!("/records?kind={}&done=yes", self.kind().code());
                Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
            }
            Err(problem) => self.refused(typed, problem, days).await,
        }
    }

    /// The form with what was typed and why it is refused; days with the deadlines that they would move.
    async fn refused(
        &self,
        typed: &Typed,
        problem: Problem,
        days: Option<CalendarChanged>,
    ) -> Result<HttpResponse, Problem> {
        if matches!(problem, Problem::Failure { .. }) {
            return Err(problem);
        }
        // The place in the list of changes is no field of the form.
        let fault = Fault { name: None, ..Fault::of(&problem, self.language) };
        let affected = match days {
            Some(event) => Some((event.clone(), preview::of_days(&self.state, &event.days).await?)),
            None => None,
        };
        self.answer(problem.start(), Some(typed), Back { affected, ..Back::with(vec![fault]) }).await
    }

    async fn answer(
        &self,
        start: HttpResponseBuilder,
        typed: Option<&Typed>,
        Back { faults, first, affected, gone }: Back,
    ) -> Result<HttpResponse, Problem> {
        let (state, language) = (&self.state, self.language);
        let (directory, ledger) = (state.directory(), state.records.ledger());
        let planned = self.planned.as_ref().map(|(version, _)| version.to_string()).unwrap_or_default();
        let (today, code) = (state.today(), self.code.as_str());
        let making = Making { directory: &directory, language, today, code, planned: &planned };
        let called = Called { directory: &directory, ledger: &ledger, on: today, language };
        let action = format!("/records/change/{}", self.form.code());
        let version = state.records.version();
        let mut form = Form::new(self.form.code(), self.form.words(language), action, version);
        form = form.with(making.fields(self.form));
        if let Some(note) = making.name_to_come().filter(|_| self.form == ChangeForm::RenameMinistry) {
            form = form.note(note);
        }
        let going = self.going(&making).await?;
        if let Some((all, of)) = &going {
            form = self.with_going(form, *all, of, &making);
        }
        if let Some((event, affected)) = &affected {
            form = self.with_affected(form, event, affected);
        }
        if self.form.is_grave() {
            form = form.grave();
        }
        if self.form.is_told_first() {
            let mark = typed.map(|typed| typed.get(SHOWN).to_owned()).unwrap_or_default();
            form = form.with(vec![Field::hidden(SHOWN, mark)]);
        }
        let mut form = form.done();
        if let Some(typed) = typed {
            form = form.refill(typed);
            // What is shown for the first time, or has changed since, is ticked: nobody has decided yet.
            let is_new =
                |(event, affected): &(CalendarChanged, Vec<Affected>)| typed.get(SHOWN) != fingerprint(event, affected);
            if affected.as_ref().is_some_and(is_new) {
                form = form.ticked(FOLLOW);
            }
        }
        let going = match going {
            Some((all, of)) => Some(GoingTold {
                all,
                has_successor: self.form != ChangeForm::AbolishMinistry,
                rows: self.rows_going(&of),
                accounts: before::accounts_of(state, &self.code).await?,
            }),
            None => None,
        };
        let facts = Facts {
            kind: self.kind().code(),
            heading: self.form.words(language),
            of: name_of(&called, self.kind(), &self.code),
            form: gone.is_none().then(|| form.blame(faults).opened_at_first_missing()),
            gone,
            going,
            first,
            affected: affected.map(|(_, affected)| AffectedTold {
                all: affected.len(),
                rows: affected.iter().take(MOST_CHOSEN).map(|one| self.row_affected(one)).collect(),
            }),
        };
        let title = Words::from_fn(|language| self.form.words(language));
        let page = Page { template: "record_change", title, caller: Some(&self.caller), language };
        state.pages.answer_with(start, state, &page, &facts)
    }

    /// What goes over with a ministry that ends.
    async fn going(&self, making: &Making<'_>) -> Result<Option<(u64, Vec<Going>)>, Problem> {
        let ends =
            matches!(self.form, ChangeForm::MergeMinistry | ChangeForm::SplitMinistry | ChangeForm::AbolishMinistry);
        let code: Option<MinistryCode> = making.code.parse().ok().filter(|_| ends);
        let Some(code) = code else { return Ok(None) };
        let (going, all) = preview::of_ministry(&self.state, &code).await?;
        Ok(Some((all, going)))
    }

    fn with_going(&self, form: Form, all: u64, going: &[Going], making: &Making<'_>) -> Form {
        if self.form == ChangeForm::AbolishMinistry && all > 0 {
            return form.note(self.say(
                "Ашық сауалдары бар министрлік мұрагерсіз таратылмайды: қосыңыз немесе бөліңіз.",
                "Министерство с открытыми запросами не упраздняется без преемника: присоедините или разделите его.",
                "A ministry with open inquiries is not abolished without a successor: merge or split it.",
            ));
        }
        if self.form != ChangeForm::SplitMinistry || going.is_empty() {
            return form;
        }
        let view = making.directory.at(making.today);
        let others = view.ministries().filter(|one| one.code.as_str() != making.code);
        let choices: Vec<(String, String)> =
            others.map(|one| (one.code.to_string(), one.name.words(self.language).to_owned())).collect();
        let none = self.say("таңдалмаған", "без выбора", "not chosen");
        let field = |one: &Going| {
            let name = format!("to[{}]", one.entry.inquiry);
            Field::select_or_none(name, directory::number::shown(&one.entry.number), none.clone(), choices.clone())
        };
        let legend = self.say("Әр сауалдың мұрагері", "Преемник каждого запроса", "The successor of each inquiry");
        form.group(Group::row(legend, going.iter().take(MOST_CHOSEN).map(field).collect()))
    }

    fn with_affected(&self, form: Form, event: &CalendarChanged, affected: &[Affected]) -> Form {
        let form = form.with(vec![Field::hidden(SHOWN, fingerprint(event, affected))]);
        let label =
            self.say("Қай мерзімдер қайта есептеледі", "Какие сроки пересчитать", "Which deadlines are counted anew");
        if affected.len() > MOST_CHOSEN {
            let choices = [
                ("all".to_owned(), self.say("барлығы", "все", "all of them")),
                ("none".to_owned(), self.say("ешқайсысы", "никакие", "none of them")),
            ];
            return form.with(vec![Field::select(FOLLOW, label, choices).needed()]);
        }
        let choices = affected.iter().map(|one| {
            let number = directory::number::shown(&one.days.number);
            (one.days.inquiry.to_string(), format!("{number}: {}", self.moved(one)))
        });
        form.with(vec![Field::checks(FOLLOW, label, choices)])
    }

    fn moved(&self, one: &Affected) -> String {
        let day = |day: Date| day.strftime("%d.%m.%Y").to_string();
        let reply = one.moved.reply.iter().map(|reply| format!("{} → {}", day(reply.old_due), day(reply.new_due)));
        let parts = one.moved.parts.iter().map(|part| {
            let short = wording::ministry(&self.state, &part.ministry, self.language).short;
            format!("{short} {} → {}", day(part.old_due), day(part.new_due))
        });
        reply.chain(parts).collect::<Vec<_>>().join("; ")
    }

    fn rows_going(&self, going: &[Going]) -> Vec<GoingRow> {
        let row = |one: &Going| GoingRow {
            id: one.entry.inquiry.to_string(),
            number: directory::number::shown(&one.entry.number),
            subject: one.entry.subject.clone(),
            place: one.place.words(self.language),
            due: one.entry.due.to_string(),
        };
        going.iter().map(row).collect()
    }

    fn row_affected(&self, one: &Affected) -> AffectedRow {
        let reply = one.moved.reply.as_ref();
        let parts = one.moved.parts.iter().map(|part| {
            let short = wording::ministry(&self.state, &part.ministry, self.language).short;
            let day = |day: Date| day.strftime("%d.%m").to_string();
            format!("{short}: {} → {}", day(part.old_due), day(part.new_due))
        });
        AffectedRow {
            id: one.days.inquiry.to_string(),
            number: directory::number::shown(&one.days.number),
            subject: one.days.subject.clone(),
            before: one.days.due.to_string(),
            after: reply.map_or(one.days.due, |reply| reply.new_due).to_string(),
            parts: parts.collect::<Vec<_>>().join("; "),
        }
    }
}

/// What the page has shown: the days, and what becomes of which open deadlines.
fn fingerprint(event: &CalendarChanged, affected: &[Affected]) -> String {
    let digest = |lines: Vec<String>| hex::encode(&Sha256::digest(lines.join("\n"))[..8]);
    let days = event.days.iter().map(|day| format!("{} {:?} {}", day.date, day.kind, day.note)).collect();
    let mut deadlines: Vec<String> =
        affected.iter().map(|one| format!("{} {:?}", one.days.inquiry, one.moved)).collect();
    deadlines.sort_unstable();
    format!("{}.{}", digest(days), digest(deadlines))
}

/// That somebody has read what this very change does.
fn mark_of(change: &Change, told: &[String]) -> String {
    hex::encode(&Sha256::digest(format!("{change:?}\n{}", told.join("\n")))[..8])
}

/// What was typed, with the mark that the next press brings along.
fn marked(typed: Typed, mark: String) -> Typed {
    let mut told = Typed(typed.0.into_iter().filter(|(name, _)| name != SHOWN).collect());
    told.0.push((SHOWN.to_owned(), mark));
    told
}

/// What a change does to the calendar; nothing for every other one.
fn days_in(change: &Change) -> Option<CalendarChanged> {
    match change {
        Change::CalendarChanged(event) => Some(event.clone()),
        _ => None,
    }
}

/// The part of a fingerprint that speaks of the days.
fn days_of(fingerprint: &str) -> &str {
    fingerprint.split_once('.').map_or(fingerprint, |(days, _)| days)
}

/// Which of the deadlines that were shown follow the calendar.
fn followed(typed: &Typed, affected: &[Affected]) -> Recount {
    let ticked = typed.all(FOLLOW);
    if affected.is_empty() || ticked.is_empty() || ticked == ["none"] {
        return Recount::None;
    }
    if ticked == ["all"] {
        return Recount::All;
    }
    let shown: BTreeMap<String, InquiryId> =
        preview::ids(affected).into_iter().map(|inquiry| (inquiry.to_string(), inquiry)).collect();
    let inquiries: Vec<Uuid> = ticked.iter().filter_map(|id| shown.get(*id)).map(|inquiry| inquiry.0).collect();
    if inquiries.len() == shown.len() { Recount::All } else { Recount::Only { inquiries } }
}

/// The successors that were chosen inquiry by inquiry.
fn chosen(typed: &Typed) -> Vec<Chosen> {
    let own = typed.0.iter().filter_map(|(name, value)| {
        let inquiry = name.strip_prefix("to[")?.strip_suffix(']')?.parse().ok()?;
        Some(Chosen { inquiry, to: value.trim().parse().ok()? })
    });
    own.collect()
}
