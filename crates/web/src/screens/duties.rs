//! `/tasks`: what an executor's ministry owes, the most urgent first, each with the one step that is next; then what it waits for, then what
//! ended lately.

use actix_web::{HttpResponse, web};
use directory::{Actor, Language, MinistryCode, Role, number};
use inquiry::CommandName;
use inquiry::duty::{Duty, DutyKind, End};
use inquiry::refusal::Refusal;
use jiff::ToSpan;
use jiff::civil::Date;
use readmodel::duties::{self, Cursor, Ended, Listed, Which};
use readmodel::followers::Table;
use serde::{Deserialize, Serialize};

use super::PAGE;
use super::fields::{Link, say};
use super::register;
use super::wording::{self, Due, Ministry};
use crate::address::query;
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};

/// Who has duties.
pub(crate) const OWES: Permission = Permission::AnyOf(&[Role::Executor]);

/// Where they stand.
pub(crate) const PATH: &str = "/tasks";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, "tasks_page", OWES, page)
            .summary("What the caller's ministry owes, what it waits for, and what ended lately.")
            .answer(PAGE),
    ]
}

/// The ministry whose duties somebody sees; none for whoever writes for none.
pub(crate) fn ministry_of(actor: &Actor) -> Option<&MinistryCode> {
    actor.ministry.as_ref().filter(|_| OWES.allows(Some(actor)))
}

/// Which of the lists is paged through; all of them, each from its beginning, when nothing is said.
#[derive(Debug, Deserialize)]
struct Asked {
    list: Option<String>,
    after: Option<String>,
}

#[derive(Debug, Serialize)]
struct Facts {
    lists: Vec<List>,
    /// How many are owed, as a sentence, and how many of them are overdue.
    owed: String,
    overdue: Option<String>,
    today: Date,
    /// One list alone is shown.
    is_part: bool,
    live: &'static str,
    /// How far the table of duties had come; the register's place would promise duties that are not shown.
    at: i64,
}

#[derive(Debug, Serialize)]
struct List {
    code: &'static str,
    title: String,
    empty: String,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    inquiry: String,
    number: String,
    subject: String,
    subject_language: &'static str,
    what: String,
    about: Option<Ministry>,
    due: Option<Due>,
    note: Option<Note>,
    since: String,
    step: Option<Link>,
    ended: Option<EndedRow>,
}

#[derive(Debug, Serialize)]
struct Note {
    label: String,
    text: String,
    tone: &'static str,
}

#[derive(Debug, Serialize)]
struct EndedRow {
    at: String,
    words: &'static str,
    tone: &'static str,
    day: Option<Date>,
}

/// The lists in their order, with how much of each one page shows.
const LISTS: [(&str, Which, u16); 4] = [
    ("owed", Which::Owed, 30),
    ("answered", Which::Answered, 5),
    ("awaited", Which::Awaited, 20),
    ("ended", Which::Ended, 10),
];
/// So many hours an answer is news, and stands above what is waited for.
const NEWS: i64 = 14 * 24;
/// How much of one list a page shows that shows nothing else.
const ALONE: u16 = 50;

async fn page(
    state: State,
    mut caller: Caller,
    Speaks(language): Speaks,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let ministry = ministry_of(&caller.account.actor).ok_or(Refusal::ExecutorWithoutMinistry)?;
    let wanted = asked.list.as_deref();
    if wanted.is_some_and(|wanted| !LISTS.iter().any(|(code, ..)| *code == wanted)) {
        return Err(nowhere("list"));
    }
    let after = match asked.after.as_deref() {
        Some(after) => Some(Cursor::of_text(after).ok_or_else(|| nowhere("after"))?),
        None => None,
    };
    // Read before everything that the page shows, its counts too: what moves from here on is asked for again.
    let at = state.journal.follower_position(Table::Duties.name()).await;
    let at = at.map_err(|error| Problem::failure("find out how far the duties have come", error))?;
    let failed = |error| Problem::failure("list the duties of a ministry", error);
    let reader = state.reader(&caller.account.actor);
    caller.duties = duties::count(&reader, ministry, state.today()).await.map_err(failed)?;
    let sitting = reader.sit().await.map_err(failed)?;
    let telling = Telling { state: &state, today: state.today(), language };
    let (mut lists, mut news) = (Vec::new(), Vec::new());
    for (code, which, most) in LISTS.into_iter().filter(|(code, ..)| wanted.is_none_or(|wanted| wanted == *code)) {
        let most = if wanted.is_some() { ALONE } else { most };
        let mut found = duties::list(&sitting, ministry, which, after, most).await.map_err(failed)?;
        if wanted.is_none() {
            telling.keep_news_apart(which, &mut found, &mut news);
        }
        if wanted.is_some() || which != Which::Answered || !found.rows.is_empty() {
            lists.push(telling.list(code, which, found));
        }
    }
    sitting.rise().await.map_err(failed)?;
    let facts = Facts {
        lists,
        owed: telling.owed(caller.duties.all),
        overdue: (caller.duties.overdue > 0).then(|| telling.overdue(caller.duties.overdue)),
        today: telling.today,
        is_part: wanted.is_some(),
        live: register::LIVE,
        at,
    };
    let page = Page { template: "tasks", title: title(), caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

fn title() -> Words {
    Words::new("Міндеттер", "Задачи", "Tasks")
}

fn nowhere(name: &'static str) -> Problem {
    let expected = Words::new("Тізімнің орны.", "Место в списке.", "A place in a list.");
    Problem::BadParameter { name, expected }
}

/// Tells duties to one reader.
struct Telling<'a> {
    state: &'a AppState,
    today: Date,
    language: Language,
}

impl Telling<'_> {
    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    /// On the page of all lists an answer is news for a while, and does not stand a second time among what ended.
    fn keep_news_apart(&self, which: Which, found: &mut duties::Page, news: &mut Vec<Listed>) {
        match which {
            Which::Owed | Which::Awaited => {}
            Which::Answered => {
                let since = self.state.clock.now() - NEWS.hours();
                found.rows.retain(|row| row.ended.as_ref().is_some_and(|ended| ended.at > since));
                news.clone_from(&found.rows);
            }
            Which::Ended => found.rows.retain(|row| !news.contains(row)),
        }
    }

    fn owed(&self, count: u64) -> String {
        let shown =
            if count >= u64::from(readmodel::register::MOST_COUNTED) { format!("{count}+") } else { count.to_string() };
        self.t(&format!("Атқарылуы тиіс: {shown}"), &format!("К исполнению: {shown}"), &format!("To be done: {shown}"))
    }

    fn overdue(&self, count: u64) -> String {
        self.t(&format!("мерзімі өткені: {count}"), &format!("просрочено: {count}"), &format!("overdue: {count}"))
    }

    fn list(&self, code: &'static str, which: Which, found: duties::Page) -> List {
        let (title, empty) = match which {
            Which::Owed => (
                self.t("Сізден күтілетіні", "Ждут от вас", "Awaited from you"),
                self.t("Сізден ештеңе күтілмейді.", "От вас ничего не ждут.", "Nothing is awaited from you."),
            ),
            Which::Awaited => (
                self.t("Сіз күтетініңіз", "Ждёте вы", "What you wait for"),
                self.t("Ешкімді күтіп отырған жоқсыз.", "Вы никого не ждёте.", "You wait for nobody."),
            ),
            Which::Answered => (
                self.t("Сұрағаныңызға жауап", "Ответ на то, о чём вы просили", "Answers to what you asked for"),
                self.t("Жауап әлі жоқ.", "Ответов пока нет.", "There are no answers yet."),
            ),
            Which::Ended => (
                self.t("Жақында аяқталғаны", "Завершено недавно", "Ended lately"),
                self.t("Әзірге ештеңе аяқталған жоқ.", "Пока ничего не завершено.", "Nothing has ended yet."),
            ),
        };
        let next = found.next.map(|next| format!("{PATH}?{}", query(&[("list", code), ("after", &next.text())])));
        List { code, title, empty, rows: found.rows.into_iter().map(|row| self.row(row)).collect(), next }
    }

    fn row(&self, listed: Listed) -> Row {
        let Listed { inquiry, number, subject, language, duty, since, ended } = listed;
        let inquiry = inquiry.to_string();
        let stands = ended.is_none();
        let due = duty.due.filter(|_| stands && duty.kind != DutyKind::ExtensionAwaited);
        Row {
            step: self.step(&duty, &inquiry).filter(|_| stands),
            what: duty.kind.words(self.language).to_owned(),
            about: duty.about.as_ref().map(|about| wording::ministry(self.state, about, self.language)),
            due: due.map(|day| Due::of(day, self.today, true, self.language)),
            note: match &ended {
                Some(ended) => self.reason(ended),
                None => self.note(&duty),
            },
            since: since.to_string(),
            ended: ended.map(|Ended { at, outcome }| EndedRow {
                at: at.to_string(),
                words: outcome.end.words(self.language),
                tone: tone(outcome.end),
                day: outcome.day,
            }),
            subject_language: language.code(),
            inquiry,
            number: number::shown(&number),
            subject,
        }
    }

    /// What the duty says in the words of whoever asked for it, or sent it back.
    fn note(&self, duty: &Duty) -> Option<Note> {
        let (label, tone) = match duty.kind {
            DutyKind::Contribution => (self.t("Тапсырма", "Поручение", "The task"), ""),
            DutyKind::ContributionAwaited => (self.t("Сұралғаны", "Запрошено", "What was asked"), ""),
            DutyKind::ContributionReturned | DutyKind::DraftReturned => {
                (self.t("Қайтару себебі", "Причина возврата", "Why it came back"), "bad")
            }
            DutyKind::VisaRefused => (self.t("Ескертулер", "Замечания", "Remarks"), "bad"),
            DutyKind::ReplacementAwaited => (self.t("Себебі", "Причина", "The reason"), ""),
            DutyKind::ExtensionAwaited => {
                let until = duty.due?.strftime("%d.%m.%Y").to_string();
                return Some(Note {
                    label: self.t("Сұралған күн", "Запрошено до", "Asked until"),
                    text: until,
                    tone: "",
                });
            }
            DutyKind::Acceptance
            | DutyKind::Draft
            | DutyKind::Approval
            | DutyKind::AcceptanceAwaited
            | DutyKind::VisasAwaited
            | DutyKind::SignatureAwaited => return None,
        };
        Some(Note { label, text: duty.note.clone()?, tone })
    }

    fn reason(&self, ended: &Ended) -> Option<Note> {
        let tone = if ended.outcome.end == End::Refused { "bad" } else { "" };
        let text = ended.outcome.note.clone()?;
        Some(Note { label: self.t("Себебі", "Причина", "The reason"), text, tone })
    }

    fn step(&self, duty: &Duty, inquiry: &str) -> Option<Link> {
        let words = match duty.kind {
            DutyKind::Contribution => self.t("Ұсынысты жазу", "Написать предложение", "Write it"),
            DutyKind::ContributionReturned => self.t("Ұсынысты түзету", "Исправить предложение", "Correct it"),
            DutyKind::Acceptance => self.t("Оқып, шешу", "Прочитать и решить", "Read and decide"),
            DutyKind::Draft => self.t("Жобаны жазу", "Написать проект", "Write the draft"),
            DutyKind::DraftReturned | DutyKind::VisaRefused => {
                self.t("Жобаны түзету", "Исправить проект", "Correct the draft")
            }
            DutyKind::Approval => self.t("Келісуге жіберу", "На согласование", "Submit it"),
            DutyKind::AcceptanceAwaited
            | DutyKind::ContributionAwaited
            | DutyKind::VisasAwaited
            | DutyKind::SignatureAwaited
            | DutyKind::ExtensionAwaited
            | DutyKind::ReplacementAwaited => return None,
        };
        let step = duty.kind.step()?;
        let mut href = match step {
            CommandName::SubmitContribution => format!("/inquiries/{inquiry}/contribution"),
            CommandName::ReviseDraft => format!("/inquiries/{inquiry}/draft"),
            _ => format!("/inquiries/{inquiry}/commands/{}", step.path()),
        };
        if let (DutyKind::Acceptance, Some(ministry)) = (duty.kind, &duty.about) {
            href = format!("{href}?{}", query(&[("ministry", ministry.as_str())]));
        }
        Some(Link { href, words })
    }
}

const fn tone(end: End) -> &'static str {
    match end {
        End::HandedIn | End::Written | End::SentOut | End::Replaced => "info",
        End::Accepted | End::Signed | End::Granted => "ok",
        End::Returned => "warn",
        End::Refused => "bad",
    }
}
