//! `/inquiries/between`: what became of a list between two moments, counted, with the inquiries behind each count.

use actix_web::{HttpResponse, web};
use directory::{Actor, Language, MinistryCode};
use inquiry::InquiryId;
use jiff::ToSpan;
use jiff::civil::Date;
use readmodel::past::{Became, Between, Difference};
use readmodel::register::{Entry, Filter, Order};
use serde::{Deserialize, Serialize};

use super::question::{Asked, Question};
use super::row::Row;
use super::standing::Standing;
use crate::address::escaped;
use crate::api;
use crate::moment::{Moment, first};
use crate::office::between::{Two, TwoAsked};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::screens::PAGE;
use crate::screens::fields::say;
use crate::screens::inquiry::between::Moments;
use crate::screens::names::Names;
use crate::screens::wording::Ministry;
use crate::speech::Words;
use crate::state::AppState;
use crate::{Caller, Speaks, State};

const PATH: &str = "/inquiries/between";
/// The hours of a week.
const WEEK: i64 = 7 * 24;
/// Rows of a page.
const ROWS: usize = 25;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, "register_between_page", Permission::SignedIn, page)
            .summary("What changed in the register between two moments: what came, left, moved, passed to others, is due anew, became overdue.")
            .answer(PAGE),
    ]
}

/// Where a list of the past is compared with now.
pub(super) fn address(asked: &Asked, from: Moment) -> String {
    let list = asked.present().address(PATH, None);
    let sign = if list.contains('?') { '&' } else { '?' };
    format!("{list}{sign}since={}", escaped(&from.text()))
}

/// The list, the two moments, and of what became of it what is listed.
#[derive(Debug, Deserialize)]
struct Wanted {
    #[serde(flatten)]
    question: Question,
    /// The earlier moment, as a link has it. Days of the list's own question are called `from` and `until` already.
    #[serde(default)]
    since: String,
    #[serde(default)]
    since_day: String,
    #[serde(default)]
    since_time: String,
    #[serde(default)]
    till: String,
    #[serde(default)]
    till_day: String,
    #[serde(default)]
    till_time: String,
    /// As [`Became::code`] writes it.
    #[serde(default)]
    what: String,
    /// So many rows are passed over.
    #[serde(default)]
    skip: usize,
}

#[derive(Debug, Serialize)]
struct Facts {
    moments: Moments,
    action: &'static str,
    besides: Vec<(&'static str, String)>,
    /// The list at both moments.
    was: String,
    is: String,
    permalink: String,
    tiles: Vec<Tile>,
    /// What is listed, in words.
    chosen: String,
    rows: Vec<Changed>,
    earlier: Option<String>,
    later: Option<String>,
    /// More stood there than are compared.
    is_cut: bool,
}

#[derive(Debug, Serialize)]
struct Tile {
    href: String,
    count: usize,
    words: String,
    tone: &'static str,
    chosen: bool,
}

#[derive(Debug, Serialize)]
struct Changed {
    row: Row,
    /// Where it stood, its day, and who led it, where they differ; ministries by their names of then.
    stage_was: Option<&'static str>,
    due_was: Option<Date>,
    lead_was: Option<Ministry>,
    /// Others helped.
    helped: Option<Helped>,
}

/// Those who helped; perhaps nobody.
#[derive(Debug, Serialize)]
struct Helped {
    was: Vec<Ministry>,
}

/// What became of a list that somebody may see.
pub(crate) struct Told {
    pub between: Between,
    pub is_cut: bool,
}

/// Compares the list that `filter` wants of each day at two moments.
///
/// # Errors
/// The register's past could not be asked.
pub(crate) async fn told(
    state: &AppState,
    actor: &Actor,
    two: Two,
    filter: impl Fn(Date) -> Filter,
) -> Result<Told, Problem> {
    super::caught_up(state, Some(two.until)).await;
    let asking = |error| Problem::failure("ask the register's past", error);
    let reader = state.reader(actor);
    let (from, until) = (two.from.day(), two.until.day());
    let glimpses = async |moment: Moment, filter: Filter| {
        let sitting = reader.sit_as_of(Some(moment.as_of())).await?;
        let found = sitting.glimpses(&filter).await?;
        sitting.rise().await?;
        Ok::<_, readmodel::ReadError>(found)
    };
    let (before, after) =
        tokio::try_join!(glimpses(two.from, filter(from)), glimpses(two.until, filter(until))).map_err(asking)?;
    let is_cut = before.1 || after.1;
    Ok(Told { between: Between::of(&before.0, from, &after.0, until), is_cut })
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let two = TwoAsked {
        from: wanted.since.clone(),
        from_day: wanted.since_day.clone(),
        from_time: wanted.since_time.clone(),
        until: wanted.till.clone(),
        until_day: wanted.till_day.clone(),
        until_time: wanted.till_time.clone(),
    };
    let two = two.read(&state, a_week_ago(&state).await?).await?;
    let asked = wanted.question.read(&caller)?;
    let what = what(&wanted.what)?;
    // What has ended is not waited for: without another wish the list is of what is open.
    let list = if asked.standing == Standing::Any { asked.at(Standing::Open) } else { asked.clone() };
    let Told { between, is_cut } = told(&state, &caller.account.actor, two, |day| list.filter(day)).await?;
    let links = Links { asked: &asked, two };
    let all = between.of_which(what);
    let here: Vec<&Difference> = all.iter().skip(wanted.skip).take(ROWS).collect();
    let step = |skip: usize| links.to(what, skip);
    let facts = Facts {
        moments: Moments::of(&state, two).await?,
        action: PATH,
        besides: asked.present().pairs(None),
        was: links.list(two.from),
        is: if two.is_until_now { asked.address("/inquiries", None) } else { links.list(two.until) },
        permalink: links.to(what, 0),
        tiles: Became::ALL
            .into_iter()
            .map(|became| Tile {
                href: links.to(became, 0),
                count: between.of_which(became).len(),
                words: words(became, language),
                tone: tone(became),
                chosen: became == what,
            })
            .collect(),
        chosen: words(what, language),
        rows: rows(&state, &caller, two, &here, language).await?,
        earlier: (wanted.skip > 0).then(|| step(wanted.skip.saturating_sub(ROWS))),
        later: (all.len() > wanted.skip.saturating_add(ROWS)).then(|| step(wanted.skip + ROWS)),
        is_cut,
    };
    let title = Words::new("Тізімде не өзгерді", "Что изменилось в списке", "What changed in the list");
    let page = Page { template: "register_between", title, caller: Some(&caller), language };
    state.pages.answer(&state, &page, &facts)
}

/// Without another wish a list is compared with how it stood a week ago.
async fn a_week_ago(state: &AppState) -> Result<Moment, Problem> {
    let now = Moment::now(state).await?;
    let week = now.at.checked_sub(WEEK.hours()).unwrap_or(now.at);
    Ok(Moment { at: week.max(first(state).await?.unwrap_or(week)), ..now })
}

fn what(code: &str) -> Result<Became, Problem> {
    if code.is_empty() {
        return Ok(Became::Came);
    }
    Became::from_code(code).ok_or_else(|| Problem::BadParameter {
        name: "what",
        expected: Words::new(
            "Өзгерісті тізімнен таңдаңыз.",
            "Выберите изменение из списка.",
            "Choose the change from the list.",
        ),
    })
}

/// The addresses of a comparison: always with both moments as links have them.
struct Links<'a> {
    asked: &'a Asked,
    two: Two,
}

impl Links<'_> {
    fn to(&self, what: Became, skip: usize) -> String {
        let till = format!("&till={}", escaped(&self.two.until.text()));
        let skip = if skip == 0 { String::new() } else { format!("&skip={skip}") };
        format!("{}{till}&what={}{skip}", address(self.asked, self.two.from), what.code())
    }

    fn list(&self, moment: Moment) -> String {
        self.asked.clone().seen_at(Some(moment)).address("/inquiries", None)
    }
}

fn words(became: Became, language: Language) -> String {
    match became {
        Became::Came => say(language, "қосылды", "появились", "came"),
        Became::Left => say(language, "тізімнен шықты", "ушли из списка", "left the list"),
        Became::Moved => say(language, "кезеңі өзгерді", "сменили стадию", "changed stage"),
        Became::Reassigned => say(language, "басқаға берілді", "переданы другим", "reassigned"),
        Became::Redated => say(language, "мерзімі өзгерді", "новый срок", "due on another day"),
        Became::Overdue => say(language, "мерзімі өтіп кетті", "срок истёк", "became overdue"),
    }
}

const fn tone(became: Became) -> &'static str {
    match became {
        Became::Came => "brand",
        Became::Left => "ok",
        Became::Moved | Became::Reassigned => "vio",
        Became::Redated => "warn",
        Became::Overdue => "bad",
    }
}

/// The inquiries of a page as they stood at the later moment, with what was otherwise at the earlier.
async fn rows(
    state: &AppState,
    caller: &Caller,
    two: Two,
    here: &[&Difference],
    language: Language,
) -> Result<Vec<Changed>, Problem> {
    let inquiries: Vec<InquiryId> = here.iter().map(|one| one.inquiry).collect();
    if inquiries.is_empty() {
        return Ok(Vec::new());
    }
    let asking = |error| Problem::failure("ask the register's past", error);
    let sitting = state.reader(&caller.account.actor).sit_as_of(Some(two.until.as_of())).await.map_err(asking)?;
    let filter = Filter { inquiries, ..api::visible(caller) };
    let found: Vec<Entry> = sitting.list(&filter, Order::Due, None, 100).await.map_err(asking)?.entries;
    sitting.rise().await.map_err(asking)?;
    let (then, names) = tokio::try_join!(Names::of(state, Some(two.from)), Names::of(state, Some(two.until)))?;
    let called = |code: &MinistryCode| then.ministry(code, language);
    let before =
        |inquiry: InquiryId| here.iter().find(|one| one.inquiry == inquiry).and_then(|one| one.before.as_ref());
    let changed = |entry: Entry| {
        let was = before(entry.inquiry);
        let passed = was.filter(|was| was.lead.is_some());
        Changed {
            stage_was: was.filter(|was| was.stage != entry.stage).map(|was| was.stage.words(language)),
            due_was: was.filter(|was| was.due != entry.due).map(|was| was.due),
            lead_was: passed.filter(|was| was.lead != entry.lead).and_then(|was| was.lead.as_ref()).map(called),
            helped: passed
                .filter(|was| was.co_executors != helpers(&entry))
                .map(|was| Helped { was: was.co_executors.iter().map(called).collect() }),
            row: Row::of(&names, entry, two.until.day(), language),
        }
    };
    Ok(found.into_iter().map(changed).collect())
}

/// In the order of their codes, as a glimpse of them is compared.
fn helpers(entry: &Entry) -> Vec<MinistryCode> {
    let mut helpers: Vec<MinistryCode> = entry.co_executors.iter().map(|co| co.ministry.clone()).collect();
    helpers.sort_unstable();
    helpers
}
