//! `/inquiries/views`: the questions that somebody keeps, each under a name, in the menu with how many it finds.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use directory::{Language, Role};
use futures_util::future::try_join_all;
use jiff::civil::Date;
use readmodel::{ReadError, Sitting};
use serde::Serialize;
use uuid::Uuid;

use super::question::{Asked, Question};
use crate::accounts::AccountError;
use crate::accounts::views::{self, LONGEST_NAME, MOST, NewView, Step, View};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::screens::fields::{Choice, Typed, say};
use crate::screens::{ONWARD, PAGE};
use crate::speech::Words;
use crate::{Caller, Speaks, State};

const PATH: &str = "/inquiries/views";

/// Who shares views with a role: who directs the work, and who keeps the house.
const SHARES: Permission = Permission::AnyOf(&[Role::Head, Role::Admin]);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, "views_page", Permission::SignedIn, page)
            .summary("The views of the register that somebody keeps.")
            .answer(PAGE),
        Route::post(PATH, "views_by_form", Permission::SignedIn, send)
            .summary("Keeps, renames, moves or removes a view, or lets it open first.")
            .form()
            .answer(ONWARD),
    ]
}

/// The form that keeps a question.
#[derive(Debug, Serialize)]
pub(super) struct Keeping {
    question: String,
    /// Roles that it can be shared with; none where nothing may be shared.
    roles: Vec<Choice>,
}

impl Keeping {
    pub(super) fn of(asked: &Asked, caller: &Caller, language: Language) -> Self {
        let roles = if SHARES.allows(Some(&caller.account.actor)) { roles(language) } else { Vec::new() };
        Self { question: asked.query(), roles }
    }
}

fn roles(language: Language) -> Vec<Choice> {
    let alone = Choice {
        value: String::new(), label: say(language, "тек өзім", "только я", "me alone"), chosen: true
    };
    let shared = Role::ALL.into_iter().filter(|role| !matches!(role, Role::System | Role::Deputy));
    let shared = shared.map(|role| Choice {
        value: role.code().to_owned(),
        label: role.words(language).to_owned(),
        chosen: false,
    });
    std::iter::once(alone).chain(shared).collect()
}

/// The views of the menu with how many each finds today. One whose question is not understood any more counts nothing.
pub(super) async fn counted(
    sitting: &Sitting,
    caller: &Caller,
    asked: &Asked,
    today: Date,
) -> Result<Vec<View>, ReadError> {
    let here = asked.query();
    // A view is of the present: on a page of the past it is led to, and counts nothing.
    if asked.moment.is_some() {
        return Ok(caller.views.iter().map(|view| View { count: None, is_here: false, ..view.clone() }).collect());
    }
    let count = async |view: &View| {
        let question = Question::of_query(&view.question).and_then(|question| question.read(caller));
        let count = match question {
            Ok(asked) => Some(sitting.count(&asked.filter(today)).await?),
            Err(_) => None,
        };
        Ok(View { count, is_here: view.question == here, ..view.clone() })
    };
    try_join_all(caller.views.iter().map(count)).await
}

#[derive(Debug, Serialize)]
struct Facts {
    rows: Vec<Row>,
    /// Views that others share.
    shared: Vec<Shared>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    name: String,
    href: String,
    opens: bool,
    /// The role whose holders see it too.
    shared_with: Option<&'static str>,
    is_first: bool,
    is_last: bool,
}

#[derive(Debug, Serialize)]
struct Shared {
    name: String,
    href: String,
}

async fn page(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let client = state.pool.get().await?;
    let seen = views::of(&client, &caller.account).await.map_err(unkept)?;
    drop(client);
    let (own, shared): (Vec<View>, Vec<View>) = seen.into_iter().partition(|view| view.is_own);
    let last = own.len().saturating_sub(1);
    let rows = own.iter().enumerate().map(|(n, view)| Row {
        id: view.id.to_string(),
        name: view.name.clone(),
        href: view.href(),
        opens: view.opens,
        shared_with: view.shared_with.map(|role| role.words(language)),
        is_first: n == 0,
        is_last: n == last,
    });
    let shared = shared.into_iter().map(|view| Shared { href: view.href(), name: view.name }).collect();
    let facts = Facts { rows: rows.collect(), shared };
    let title = Words::new("Сақталған көріністер", "Сохранённые виды", "Saved views");
    let page = Page { template: "views", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

async fn send(
    state: State,
    caller: Caller,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(typed);
    let client = state.pool.get().await?;
    let account = caller.account.id;
    let what = typed.get("do");
    if what == "keep" {
        let view = new_view(&caller, &typed)?;
        let kept = views::keep(&client, account, &view, state.wall.now()).await.map_err(unkept)?;
        if !kept {
            return Err(full());
        }
        return Ok(on_to(if view.question.is_empty() {
            "/inquiries".into()
        } else {
            format!("/inquiries?{}", view.question)
        }));
    }
    let view = || typed.get("view").parse::<Uuid>().map_err(|_| unknown());
    match what {
        "rename" => {
            let name = name(&typed)?;
            if !views::rename(&client, account, view()?, &name).await.map_err(unkept)? {
                return Err(taken());
            }
        }
        "remove" => views::remove(&client, account, view()?).await.map_err(unkept)?,
        "up" => views::step(&client, account, view()?, Step::Up).await.map_err(unkept)?,
        "down" => views::step(&client, account, view()?, Step::Down).await.map_err(unkept)?,
        "open" => views::open_first(&client, account, Some(view()?)).await.map_err(unkept)?,
        "open-none" => views::open_first(&client, account, None).await.map_err(unkept)?,
        _ => return Err(unknown()),
    }
    Ok(on_to(PATH.to_owned()))
}

fn on_to(place: String) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish()
}

/// What is kept is a question that the worklist understands, written as it writes it: an address of ours and nothing else.
fn new_view(caller: &Caller, typed: &Typed) -> Result<NewView, Problem> {
    let question = Question::of_query(typed.get("question"))?.read(caller)?.query();
    let shared_with = match typed.get("shared_with") {
        "" => None,
        _ if !SHARES.allows(Some(&caller.account.actor)) => {
            return Err(Problem::NotPermitted { needs: SHARES.roles() });
        }
        role => Some(role.parse::<Role>().map_err(|_| unknown())?),
    };
    Ok(NewView { name: name(typed)?, question, shared_with })
}

fn name(typed: &Typed) -> Result<String, Problem> {
    let name: String = typed.get("name").split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name) } else { Err(bad(&name_rule())) }
}

fn name_rule() -> Words {
    Words::new(
        format!("Көріністі атаңыз: 1–{LONGEST_NAME} таңба."),
        format!("Назовите вид: от 1 до {LONGEST_NAME} знаков."),
        format!("Give the view a name of 1 to {LONGEST_NAME} characters."),
    )
}

fn taken() -> Problem {
    bad(&Words::new(
        "Мұндай көрініс жоқ немесе бұл атау бос емес.",
        "Такого вида нет, или это название занято.",
        "There is no such view, or the name is taken.",
    ))
}

fn full() -> Problem {
    bad(&Words::new(
        format!("Көріністер {MOST} болып тұр; алдымен біреуін алып тастаңыз."),
        format!("Видов уже {MOST}; сначала удалите один."),
        format!("There are {MOST} views already; remove one first."),
    ))
}

fn bad(what: &Words) -> Problem {
    Problem::BadField { field: "name".to_owned(), what: what.clone() }
}

fn unknown() -> Problem {
    Problem::BadForm { hint: "not a form of ours".to_owned() }
}

fn unkept(error: AccountError) -> Problem {
    Problem::failure("keep views", error)
}
