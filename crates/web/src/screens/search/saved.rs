//! `/search/saved`: the searches that somebody keeps, each under a name, with what is new since they looked last, told in the menu and by mail or not.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use directory::Language;
use readmodel::search;
use serde::Serialize;
use uuid::Uuid;

use super::question::{Asked, Question};
use crate::accounts::AccountError;
use crate::accounts::searches::{self, Keeping, Kept, LONGEST_NAME, MOST, New};
use crate::news;
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::{Answer, Gives, Route};
use crate::screens::fields::Typed;
use crate::screens::{ONWARD, PAGE};
use crate::speech::Words;
use crate::{Caller, Speaks, State};

const PATH: &str = "/search/saved";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, "saved_searches_page", Permission::SignedIn, page)
            .summary("The searches that somebody keeps, with what is new of each.")
            .answer(PAGE),
        Route::post(PATH, "saved_searches_by_form", Permission::SignedIn, send)
            .summary("Keeps, opens, mutes or removes a search.")
            .form()
            .answer(ONWARD)
            .answer(TAKEN_NAME),
    ]
}

/// Another search has the name.
const TAKEN_NAME: Answer = Answer {
    status: 409,
    means: "Another search has this name: which of the two is meant?",
    gives: Gives::Bytes("text/html"),
};

/// A kept search as a list shows it.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    id: Uuid,
    name: String,
    href: String,
    /// How many hits are new; none: none.
    news: Option<String>,
    is_muted: bool,
    is_here: bool,
}

impl Shown {
    fn of(kept: &Kept, asked: Option<&Asked>) -> Self {
        Self {
            id: kept.id,
            name: kept.name.clone(),
            href: format!("{}?{}", super::PATH, kept.question),
            news: (kept.news > 0 && !kept.is_muted).then(|| figure(kept.news)),
            is_muted: kept.is_muted,
            is_here: asked.is_some_and(|asked| asked.since(None).query() == kept.question),
        }
    }
}

/// A count is bounded: one beyond the bound says that there are more.
pub(crate) fn figure(news: i64) -> String {
    if news > i64::from(search::MOST) { format!("{}+", search::MOST) } else { news.to_string() }
}

/// The searches of whoever looks, each with what is new as the menu has just counted it.
pub(super) async fn shown(state: &State, caller: &Caller, asked: &Asked) -> Result<Vec<Shown>, Problem> {
    let client = state.pool.get().await?;
    let kept = searches::of(&client, caller.account.id).await.map_err(unkept)?;
    Ok(kept.iter().map(|kept| Shown::of(kept, Some(asked))).collect())
}

#[derive(Debug, Serialize)]
struct Facts {
    rows: Vec<Shown>,
    most: i64,
    has_address: bool,
}

async fn page(state: State, caller: Caller, Speaks(language): Speaks) -> Result<HttpResponse, Problem> {
    let kept = news::counted(&state, &caller.account).await?;
    let facts = Facts {
        rows: kept.iter().map(|kept| Shown::of(kept, None)).collect(),
        most: MOST,
        has_address: caller.account.email.is_some(),
    };
    let title = Words::new("Сақталған іздеулер", "Сохранённые поиски", "Saved searches");
    let page = Page { template: "searches", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let typed = Typed(typed);
    let (client, account, now) = (state.pool.get().await?, caller.account.id, state.wall.now());
    let at = news::place(&client).await?;
    let search = || typed.get("search").parse::<Uuid>().map_err(|_| unknown());
    let place = match typed.get("do") {
        "keep" => {
            // What is kept is a search that this page understands, written as it writes it: an address of ours and nothing else.
            let asked = Question::of_query(typed.get("question"))?.read()?.since(None);
            let replaces = Some(typed.get("replaces")).filter(|id| !id.is_empty());
            let replaces = replaces.map(str::parse).transpose().map_err(|_| unknown())?;
            let new = New { name: name(&typed)?, question: asked.query(), at, replaces };
            match searches::keep(&client, account, &new, now).await.map_err(unkept)? {
                Keeping::Kept => asked.all(),
                Keeping::Full => return Err(full()),
                Keeping::Taken(other) => {
                    let kept = searches::of(&client, account).await.map_err(unkept)?;
                    let names: Vec<&str> = kept.iter().map(|kept| kept.name.as_str()).collect();
                    let standing = Question::of_query(&other.question)?.read()?;
                    let taken = Taken {
                        free: searches::free_name(&new.name, &names),
                        name: new.name,
                        most: LONGEST_NAME,
                        question: new.question,
                        new: Told::of(&state, &asked, language),
                        other: Told::of(&state, &standing, language),
                        other_id: other.id,
                    };
                    return which(&state, &caller, language, &taken);
                }
            }
        }
        "look" => {
            let kept = searches::find(&client, account, search()?).await.map_err(unkept)?.ok_or_else(unknown)?;
            searches::looked(&client, account, kept.id, at, now).await.map_err(unkept)?;
            let asked = Question::of_query(&kept.question)?.read()?;
            if kept.news > 0 { asked.since(Some(kept.seen)).all() } else { asked.all() }
        }
        "mute" => {
            searches::mute(&client, account, search()?, true, at).await.map_err(unkept)?;
            PATH.to_owned()
        }
        "tell" => {
            searches::mute(&client, account, search()?, false, at).await.map_err(unkept)?;
            PATH.to_owned()
        }
        "remove" => {
            searches::remove(&client, account, search()?).await.map_err(unkept)?;
            PATH.to_owned()
        }
        _ => return Err(unknown()),
    };
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish())
}

/// Two searches that would have one name.
#[derive(Debug, Serialize)]
struct Taken {
    name: String,
    free: String,
    most: usize,
    question: String,
    new: Told,
    other: Told,
    other_id: Uuid,
}

/// A search in words, with its address.
#[derive(Debug, Serialize)]
struct Told {
    words: String,
    href: String,
}

impl Told {
    fn of(state: &State, asked: &Asked, language: Language) -> Self {
        let chips = asked.chips(state, language).into_iter().map(|chip| chip.words);
        let words = std::iter::once(asked.words.clone()).filter(|words| !words.is_empty()).chain(chips);
        Self { words: words.collect::<Vec<_>>().join("; "), href: asked.all() }
    }
}

/// Asks which of the two is meant; nothing was changed, and nothing typed is lost.
fn which(state: &State, caller: &Caller, language: Language, taken: &Taken) -> Result<HttpResponse, Problem> {
    let title = Words::new("Бұл атау бос емес", "Это название занято", "This name is taken");
    let page = Page { template: "search_taken", title, caller: Some(caller), language };
    state.pages.answer_with(HttpResponse::Conflict(), state, &page, taken)
}

fn name(typed: &Typed) -> Result<String, Problem> {
    let name: String = typed.get("name").split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits {
        return Ok(name);
    }
    Err(bad(Words::new(
        format!("Іздеуді атаңыз: 1–{LONGEST_NAME} таңба."),
        format!("Назовите поиск: от 1 до {LONGEST_NAME} знаков."),
        format!("Give the search a name of 1 to {LONGEST_NAME} characters."),
    )))
}

fn full() -> Problem {
    bad(Words::new(
        format!("Сақталған іздеу {MOST} болып тұр; алдымен біреуін алып тастаңыз."),
        format!("Сохранённых поисков уже {MOST}; сначала удалите один."),
        format!("There are {MOST} saved searches already; remove one first."),
    ))
}

fn bad(what: Words) -> Problem {
    Problem::BadField { field: "name".to_owned(), what }
}

fn unknown() -> Problem {
    Problem::BadForm { hint: "not a form of ours".to_owned() }
}

fn unkept(error: AccountError) -> Problem {
    Problem::failure("keep searches", error)
}
