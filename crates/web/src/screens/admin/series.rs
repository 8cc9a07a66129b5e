//! `/admin/series`: how our own numbers are written, from which day on, how their counts stand, whether a number is missing; and which numbers a new series
//! would give, before it is set.

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::series::{NumberFormat, NumberSeries, Purpose, Scope};
use directory::settings::{Ask, SeriesAdopted, SettingsEvent, decide};
use directory::{Language, Period};
use serde::Serialize;

use super::super::fields::{Fault, Field, Form, Press, Reader, Typed, say};
use super::super::login::onward;
use super::super::{ONWARD, PAGE};
use super::dated::{self, Done, InForce, Line};
use super::{ADMINISTERS, rights};
use crate::office::{Asked, settings, to_the_end};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

const PLACE: &str = "/admin/series";
/// How many of the numbers to come are shown.
const NEXT: i64 = 3;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, "series_page", ADMINISTERS, page)
            .summary("How our own numbers are written, how their counts stand, whether one is missing.")
            .answer(PAGE),
        Route::post(PLACE, "adopt_series_by_form", ADMINISTERS, send)
            .summary("Shows which numbers a series would give next, or sets it from a day on.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    done: bool,
    rows: Vec<Row>,
    history: Vec<Line>,
    form: Form,
    looked_through: i64,
    preview: Option<Preview>,
}

/// The numbers that would come from a day on, as the counts stand.
#[derive(Debug, Serialize)]
struct Preview {
    since: String,
    before: Option<String>,
    /// None: it cannot be set like that.
    after: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    purpose: String,
    format: String,
    scope: String,
    in_force: InForce,
    /// The numbers to come, of the series that is in force.
    next: Option<String>,
    /// Whether a number is missing, where any was given.
    gaps: Option<String>,
    gap_tone: &'static str,
}

fn to_come(series: &NumberSeries, next: i64) -> String {
    (0..NEXT).map(|step| series.format(next.saturating_add(step))).collect::<Vec<_>>().join(", ")
}

fn purpose_words(purpose: Purpose, language: Language) -> String {
    match purpose {
        Purpose::Incoming => say(language, "Кіріс", "Входящие", "Incoming"),
        Purpose::Outgoing => say(language, "Шығыс", "Исходящие", "Outgoing"),
    }
}

fn scope_words(scope: Scope, language: Language) -> String {
    match scope {
        Scope::Year => say(language, "жыл сайын басынан", "каждый год заново", "anew with every year"),
        Scope::Convocation => {
            say(language, "шақырылым сайын басынан", "с каждым созывом заново", "anew with every convocation")
        }
    }
}

/// What was set, such as «Outgoing: 12-11/{n} ДС».
pub(in crate::screens) fn told(set: &SeriesAdopted, language: Language) -> String {
    format!("{}: {}", purpose_words(set.purpose, language), set.format)
}

fn purpose_of(typed: &Typed) -> Purpose {
    match typed.get("purpose") {
        "incoming" => Purpose::Incoming,
        _ => Purpose::Outgoing,
    }
}

struct Visit {
    state: State,
    caller: Caller,
    language: Language,
}

impl Visit {
    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    async fn row(&self, series: &NumberSeries) -> Result<Row, Problem> {
        let today = self.state.today();
        let is_in_force = series.period.contains(today);
        let known = if is_in_force { settings::state_of(&self.state, series, today).await? } else { None };
        let next = known.map_or(series.first, |known| known.next);
        let gaps = known.filter(|known| known.counted > 0).map(|known| {
            if known.given == known.counted {
                (self.t("үзіліс жоқ", "пропусков нет", "no number is missing"), "ok")
            } else {
                let missing = known.counted - known.given;
                let words = self.t("жетіспейтін нөмір", "пропущено номеров", "numbers missing");
                (format!("{words}: {missing}"), "bad")
            }
        });
        Ok(Row {
            purpose: purpose_words(series.purpose, self.language),
            format: series.format.to_string(),
            scope: scope_words(series.scope, self.language),
            in_force: InForce::of(&series.period, today, self.language),
            next: is_in_force.then(|| to_come(series, next)),
            gap_tone: gaps.as_ref().map_or("mute", |(_, tone)| tone),
            gaps: gaps.map(|(words, _)| words),
        })
    }

    fn form(&self) -> Form {
        let purposes = [Purpose::Outgoing, Purpose::Incoming];
        let purposes = purposes.map(|purpose| (purpose.code().to_owned(), purpose_words(purpose, self.language)));
        let scopes = [("year", Scope::Year), ("convocation", Scope::Convocation)];
        let scopes = scopes.map(|(code, scope)| (code.to_owned(), scope_words(scope, self.language)));
        let fields = vec![
            Field::select("purpose", self.t("Қай нөмірлер", "Какие номера", "Which numbers"), purposes).needed(),
            Field::text("format", self.t("Жазылуы", "Как пишется", "How it is written")).needed().hint(self.t(
                "{n} – нөмірдің орны, мысалы 12-11/{n} ДС.",
                "{n} – место числа, например 12-11/{n} ДС.",
                "{n} stands for the value, such as 12-11/{n} ДС.",
            )),
            Field::select("scope", self.t("Санақ", "Счёт", "The count"), scopes).needed(),
            Field::text("first", self.t("Неден басталады", "С какого числа", "It begins with")).needed().value(1),
            Field::date("since", self.t("Қай күннен бастап", "С какого дня", "From which day")).needed(),
            rights::why(self.language),
        ];
        let title = self.t("Нөмірлер қатарын қою", "Задать ряд номеров", "Set a series of numbers");
        let note = self.t(
            "Берілген нөмірлер өзгермейді. Жыл ортасында санақ жалғасады.",
            "Данные номера не меняются. Посреди года счёт продолжается.",
            "Numbers that were given stay. Within a year the count goes on.",
        );
        let look = Press {
            name: "do",
            value: "look".to_owned(),
            label: self.t("Не болатынын көру", "Посмотреть, что получится", "See what it comes to"),
            action: PLACE.to_owned(),
            is_upload: false,
            has_focus: false,
        };
        let mut form = Form::new("series", title, PLACE, self.state.settings.version()).note(note).with(fields);
        if let Some(group) = form.groups.pop() {
            form.groups.push(group.press(look));
        }
        form.done()
    }

    /// The numbers of now and those that would come, and what speaks against them; nothing is set by it.
    async fn look(&self, asked: &Asked, series: SeriesAdopted) -> Result<(Preview, Vec<Fault>), Problem> {
        let ask = settings::series_of(&self.state, asked, series).await?;
        let since = ask.series.since;
        let before = match &ask.present {
            Some(known) => {
                let count = settings::state_of(&self.state, known, since).await?;
                Some(to_come(known, count.map_or(known.first, |count| count.next)))
            }
            None => None,
        };
        let SeriesAdopted { purpose, format, scope, first, .. } = ask.series.clone();
        let period = Period { from: Some(since), until: None };
        let new = NumberSeries { purpose, format, scope, first, period };
        let after = to_come(&new, ask.running.unwrap_or(first));
        let refusal = decide::decide(&Ask::Series(Box::new(ask))).err();
        let after = refusal.is_none().then_some(after);
        let fault = refusal.map(|refusal| Fault::of(&settings::refused(&refusal), self.language));
        Ok((Preview { since: since.to_string(), before, after }, fault.into_iter().collect()))
    }

    async fn show(
        &self,
        start: HttpResponseBuilder,
        form: Form,
        done: bool,
        preview: Option<Preview>,
    ) -> Result<HttpResponse, Problem> {
        let directory = self.state.directory();
        let mut known: Vec<&NumberSeries> = directory.series().iter().filter(|one| !one.period.is_empty()).collect();
        known.sort_by_key(|one| (one.purpose, std::cmp::Reverse(one.period.from)));
        let mut rows = Vec::new();
        for series in known {
            rows.push(self.row(series).await?);
        }
        let history =
            dated::history(&self.state, self.language, |event| matches!(event, SettingsEvent::Series(_))).await?;
        let facts = Facts { done, rows, history, form, looked_through: settings::LOOKED_THROUGH, preview };
        let title = Words::new("Нөмірлер қатары", "Ряды номеров", "Number series");
        let page = Page { template: "admin_series", title, caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, &facts)
    }

    fn typed(&self, typed: &Typed) -> Result<SeriesAdopted, Vec<Fault>> {
        let mut reader = Reader::new(typed, self.language);
        let purpose = purpose_of(typed);
        let scope = if typed.get("scope") == "convocation" { Scope::Convocation } else { Scope::Year };
        let format = reader.needed_line("format");
        let format: Option<NumberFormat> = match format.parse() {
            Ok(format) => Some(format),
            Err(_) => {
                let words = Words::new(
                    "40 таңбаға дейін, ішінде бір {n} болуы керек, мысалы 12-11/{n} ДС.",
                    "До 40 знаков с одним {n}, например 12-11/{n} ДС.",
                    "40 characters at most with one {n}, such as 12-11/{n} ДС.",
                );
                if !format.is_empty() {
                    reader.blame("format", &words);
                }
                None
            }
        };
        let first = reader.value::<i64>("first");
        let since = reader.date("since");
        let why = reader.needed_line("why");
        let by = self.caller.account.actor.name.clone();
        let read = format.zip(first).zip(since);
        let read = read.map(|((format, first), since)| SeriesAdopted { purpose, format, scope, first, since, by, why });
        reader.finish(read)
    }
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    done: web::Query<Done>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    visit.show(HttpResponse::Ok(), visit.form(), done.is_done(), None).await
}

async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let typed = Typed(typed);
    let key = typed.key()?.to_owned();
    let seen = typed.get("version").parse::<u64>().ok();
    let again = |faults: Vec<Fault>| {
        let form = visit.form();
        let version = seen.unwrap_or(form.version);
        Form { version, ..form.refill(&typed).blame(faults) }
    };
    let series = match visit.typed(&typed) {
        Ok(series) => series,
        Err(faults) => return visit.show(HttpResponse::UnprocessableEntity(), again(faults), false, None).await,
    };
    let (actor, at, id) = (visit.caller.account.actor.clone(), visit.state.clock.now(), visit.caller.account.id);
    let asked = Asked::new(actor, at, id, &key, "adopt-series", typed.canonical().as_bytes(), seen);
    if typed.get("do") == "look" {
        return match visit.look(&asked, series).await {
            Ok((preview, faults)) => visit.show(HttpResponse::Ok(), again(faults), false, Some(preview)).await,
            Err(problem @ Problem::BadField { .. }) => {
                visit.show(problem.start(), again(vec![Fault::of(&problem, language)]), false, None).await
            }
            Err(problem) => Err(problem),
        };
    }
    let office = visit.state.clone();
    match to_the_end(async move { settings::adopt_series(&office, &asked, series).await }).await {
        Ok(_) => Ok(onward(&format!("{PLACE}?done=yes"), [])),
        Err(problem @ Problem::Stale { .. }) => {
            // With what was typed; the form bears the version of now, and says what was set.
            let is_meant = |event: &SettingsEvent| matches!(event, SettingsEvent::Series(set) if set.purpose == purpose_of(&typed));
            let told = dated::set_meanwhile(&visit.state, language, is_meant);
            let form = visit.form().refill(&typed).blame(vec![Fault::at("purpose", told)]);
            visit.show(problem.start(), form, false, None).await
        }
        Err(problem @ (Problem::BadField { .. } | Problem::IdempotencyKeyReused)) => {
            visit.show(problem.start(), again(vec![Fault::of(&problem, language)]), false, None).await
        }
        Err(problem) => Err(problem),
    }
}
