//! `/admin/terms`: how long a reply, an instruction, a draft and an extension may take, from which day on and by which law; and what a new rule would come
//! to, before it is set.

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::deadline::{self, Deadline, DeadlineRefusal, InnerRule, Instruction, Length, Policy, Rule};
use directory::settings::{SettingsEvent, TERMS, TermAdopted, decide};
use directory::{Language, Multilingual, WorkingCalendar};
use jiff::civil::Date;
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

const PLACE: &str = "/admin/terms";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, "terms_page", ADMINISTERS, page)
            .summary("How terms are counted, from which day on and by which law.")
            .answer(PAGE),
        Route::post(PLACE, "adopt_term_by_form", ADMINISTERS, send)
            .summary("Shows what a rule would come to, or sets it from a day on.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    done: bool,
    terms: Vec<Term>,
    history: Vec<Line>,
    form: Form,
    preview: Option<Preview>,
}

#[derive(Debug, Serialize)]
struct Term {
    code: &'static str,
    name: String,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    length: String,
    policy: String,
    minimum: Option<String>,
    law: String,
    in_force: InForce,
}

/// What an inquiry of a day would come to.
#[derive(Debug, Serialize)]
struct Preview {
    on: String,
    before: Option<Counted>,
    after: Option<Counted>,
}

#[derive(Debug, Serialize)]
struct Counted {
    due: Option<String>,
    steps: Vec<String>,
}

/// What the terms are called.
pub(super) fn called(code: &str, language: Language) -> String {
    match code {
        "reply" => say(language, "Сауалға жауап", "Ответ на запрос", "Reply to an inquiry"),
        "inner" => say(language, "Министрлікке тапсырма", "Поручение министерству", "Instruction to a ministry"),
        "draft" => say(language, "Жауаптың жобасы", "Проект ответа", "Draft of the reply"),
        "extension" => say(language, "Мерзімді ұзарту", "Продление срока", "Extension"),
        other => other.to_owned(),
    }
}

fn policy(policy: Policy, language: Language) -> String {
    match policy {
        Policy::NextWorkingDay => say(
            language,
            "келесі жұмыс күніне ауыстырылады",
            "переносится на следующий рабочий день",
            "moves to the next working day",
        ),
        Policy::PreviousWorkingDay => say(
            language,
            "алдыңғы жұмыс күніне ауыстырылады",
            "переносится на предыдущий рабочий день",
            "moves to the working day before",
        ),
        Policy::AsIs => say(language, "ауыстырылмайды", "не переносится", "stays on that day"),
    }
}

const POLICIES: [(&str, Policy); 3] = [
    ("next_working_day", Policy::NextWorkingDay),
    ("previous_working_day", Policy::PreviousWorkingDay),
    ("as_is", Policy::AsIs),
];
const UNITS: [(&str, (&str, &str, &str)); 3] = [
    ("months", ("ай", "месяцы", "months")),
    ("working_days", ("жұмыс күні", "рабочие дни", "working days")),
    ("calendar_days", ("күнтізбелік күн", "календарные дни", "calendar days")),
];

/// What was set, such as «Reply to an inquiry: 10 working days».
pub(in crate::screens) fn told(set: &TermAdopted, language: Language) -> String {
    let rule = &set.rule.rule;
    format!("{}: {}", called(&rule.code, language), rule.length.words(language))
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

    fn terms(&self) -> Vec<Term> {
        let (directory, today) = (self.state.directory(), self.state.today());
        let of = |code: &'static str| {
            let mut known: Vec<_> =
                directory.rules().iter().filter(|one| one.rule.rule.code == code && !one.period.is_empty()).collect();
            known.sort_by_key(|one| std::cmp::Reverse(one.period.from));
            let row = |one: &directory::records::DatedRule| Row {
                length: one.rule.rule.length.words(self.language),
                policy: policy(one.rule.rule.policy, self.language),
                minimum: Some(one.rule.minimum_working_days).filter(|minimum| *minimum > 0).map(|count| {
                    let days = Length::WorkingDays { count }.words(self.language);
                    self.t(&format!("кемінде {days}"), &format!("не короче: {days}"), &format!("at least {days}"))
                }),
                law: one.rule.rule.law.words(self.language).to_owned(),
                in_force: InForce::of(&one.period, today, self.language),
            };
            Term { code, name: called(code, self.language), rows: known.into_iter().map(row).collect() }
        };
        TERMS.into_iter().map(of).collect()
    }

    fn form(&self) -> Form {
        let codes = TERMS.map(|code| (code.to_owned(), called(code, self.language)));
        let units = UNITS.map(|(code, (kk, ru, en))| (code.to_owned(), self.t(kk, ru, en)));
        let policies = POLICIES.map(|(code, one)| (code.to_owned(), policy(one, self.language)));
        let today = self.state.today();
        let law = |kk: &str, ru: &str, en: &str| self.t(kk, ru, en);
        let fields = vec![
            Field::select("code", self.t("Қай мерзім", "Какой срок", "Which term"), codes).needed(),
            Field::text("count", self.t("Ұзақтығы, санмен", "Продолжительность, числом", "How long, as a number"))
                .needed()
                .hint(self.t(
                    "1–24 ай немесе 1–366 күн.",
                    "1–24 месяца или 1–366 дней.",
                    "1–24 months, or 1–366 days.",
                )),
            Field::select("unit", self.t("Неменен саналады", "В чём считается", "Counted in"), units).needed(),
            Field::select(
                "policy",
                self.t("Соңғы күні демалысқа түссе", "Если последний день – выходной", "If the last day is a day off"),
                policies,
            )
            .needed(),
            Field::text(
                "minimum",
                self.t("Ең аз жұмыс күні", "Наименьшее число рабочих дней", "Least number of working days"),
            )
            .hint(self.t(
                "Тек тапсырма мен жоба үшін: бұдан қысқа мерзім берілмейді. 0 – шек жоқ.",
                "Только для поручения и проекта: короче не назначают. 0 – без ограничения.",
                "For an instruction and a draft only: nobody is given fewer. 0: no limit.",
            ))
            .value(0),
            Field::text(
                "law_kk",
                law(
                    "Қай актіге негізделеді (қазақша)",
                    "На каком акте основан (на казахском)",
                    "The act it rests on (in Kazakh)",
                ),
            )
            .needed(),
            Field::text(
                "law_ru",
                law(
                    "Қай актіге негізделеді (орысша)",
                    "На каком акте основан (на русском)",
                    "The act it rests on (in Russian)",
                ),
            )
            .needed(),
            Field::text(
                "law_en",
                law(
                    "Қай актіге негізделеді (ағылшынша)",
                    "На каком акте основан (на английском)",
                    "The act it rests on (in English)",
                ),
            ),
            Field::date("since", self.t("Қай күннен бастап", "С какого дня", "From which day")).needed().value(today),
            Field::date(
                "on",
                self.t(
                    "Байқап көру: қай күннен саналады",
                    "Проверка: с какого дня считать",
                    "To try: the day to count from",
                ),
            )
            .hint(self.t(
                "Бос болса, жоғарыдағы күннен саналады. Байқау ештеңені өзгертпейді.",
                "Если пусто, считается с дня, указанного выше. Проверка ничего не меняет.",
                "Empty: the day above. Trying changes nothing.",
            )),
            rights::why(self.language),
        ];
        let title = self.t("Мерзім ережесін қою", "Задать правило срока", "Set a rule for a term");
        let look = Press {
            name: "do",
            value: "look".to_owned(),
            label: self.t("Не болатынын көру", "Посмотреть, что получится", "See what it comes to"),
            action: PLACE.to_owned(),
            is_upload: false,
            has_focus: false,
        };
        let note = self.t(
            "Бұрын қойылған мерзімдер өзгермейді: ереже көрсетілген күннен бастап есептелетін мерзімдерге қолданылады.",
            "Уже поставленные сроки не меняются: правило действует для сроков, которые считаются с указанного дня и позже.",
            "Deadlines that were set already stay: the rule is for those that are counted from its day on.",
        );
        let mut form = Form::new("term", title, PLACE, self.state.settings.version()).note(note).with(fields);
        if let Some(group) = form.groups.pop() {
            form.groups.push(group.press(look));
        }
        form.done()
    }

    async fn show(
        &self,
        start: HttpResponseBuilder,
        form: Form,
        done: bool,
        preview: Option<Preview>,
    ) -> Result<HttpResponse, Problem> {
        let history =
            dated::history(&self.state, self.language, |event| matches!(event, SettingsEvent::Term(_))).await?;
        let facts = Facts { done, terms: self.terms(), history, form, preview };
        let title = Words::new("Мерзімдер", "Сроки", "Terms");
        let page = Page { template: "admin_terms", title, caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, &facts)
    }

    /// What was typed, as a setting; and the day to try it on.
    fn typed(&self, typed: &Typed) -> Result<(TermAdopted, Option<Date>), Vec<Fault>> {
        let mut reader = Reader::new(typed, self.language);
        let code = reader.needed("code");
        let count = reader.value::<u16>("count");
        let unit = reader.needed("unit");
        let policy = POLICIES.into_iter().find(|(code, _)| *code == typed.get("policy")).map(|(_, policy)| policy);
        let minimum = reader.optional_value::<u16>("minimum").unwrap_or(0);
        let law = Multilingual::new(
            reader.needed_line("law_kk"),
            reader.needed_line("law_ru"),
            reader.optional_line("law_en"),
        );
        let since = reader.date("since");
        let on = if typed.get("on").is_empty() { None } else { reader.date("on") };
        let why = reader.needed_line("why");
        let length = count.and_then(|count| match unit.as_str() {
            // More than can be written are too many, which the rules say.
            "months" => Some(Length::Months { count: u8::try_from(count).unwrap_or(u8::MAX) }),
            "working_days" => Some(Length::WorkingDays { count }),
            "calendar_days" => Some(Length::CalendarDays { count }),
            _ => None,
        });
        let term = length.zip(policy).zip(since).map(|((length, policy), since)| {
            let rule = InnerRule { rule: Rule { code, length, policy, law }, minimum_working_days: minimum };
            (TermAdopted { rule, since, by: self.caller.account.actor.name.clone(), why }, on)
        });
        reader.finish(term)
    }

    fn preview(&self, term: &TermAdopted, on: Option<Date>) -> Preview {
        let directory = self.state.directory();
        let on = on.unwrap_or(term.since);
        let present = directory
            .rules()
            .iter()
            .find(|known| known.rule.rule.code == term.rule.rule.code && known.period.contains(on));
        let counted = |rule: &InnerRule| self.counted(on, rule, directory.calendar());
        Preview {
            on: on.to_string(),
            before: present.map(|known| counted(&known.rule)),
            // Before its day the rule says nothing.
            after: (on >= term.since).then(|| counted(&term.rule)),
        }
    }

    fn counted(&self, on: Date, rule: &InnerRule, calendar: &WorkingCalendar) -> Counted {
        let found: Result<Deadline, DeadlineRefusal> = match rule.rule.code.as_str() {
            "inner" | "draft" => deadline::inner(&Instruction { given: on, length: None, limit: None }, rule, calendar),
            "extension" => deadline::extend(on, &rule.rule, calendar),
            _ => deadline::due(on, &rule.rule, calendar),
        };
        match found {
            Ok(deadline) => Counted { due: Some(deadline.due.to_string()), steps: deadline.words(self.language) },
            Err(_) => {
                let none = self.t(
                    "Бұл ережемен мерзім шықпайды.",
                    "По этому правилу срок не получается.",
                    "No day comes of this rule.",
                );
                Counted { due: None, steps: vec![none] }
            }
        }
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
    let (term, on) = match visit.typed(&typed) {
        Ok(read) => read,
        Err(faults) => return visit.show(HttpResponse::UnprocessableEntity(), again(faults), false, None).await,
    };
    let (actor, at, id) = (visit.caller.account.actor.clone(), visit.state.clock.now(), visit.caller.account.id);
    let asked = Asked::new(actor, at, id, &key, "adopt-term", typed.canonical().as_bytes(), seen);
    if typed.get("do") == "look" {
        let preview = visit.preview(&term, on);
        let faults = decide::decide(&settings::term_of(&visit.state, &asked, term)).err();
        let faults = faults.map(|refusal| Fault::of(&settings::refused(&refusal), language)).into_iter().collect();
        return visit.show(HttpResponse::Ok(), again(faults), false, Some(preview)).await;
    }
    let office = visit.state.clone();
    match to_the_end(async move { settings::adopt_term(&office, &asked, term).await }).await {
        Ok(_) => Ok(onward(&format!("{PLACE}?done=yes"), [])),
        Err(problem @ Problem::Stale { .. }) => {
            // With what was typed; the form bears the version of now, and says what was set.
            let is_meant = |event: &SettingsEvent| matches!(event, SettingsEvent::Term(set) if set.rule.rule.code == typed.get("code"));
            let told = dated::set_meanwhile(&visit.state, language, is_meant);
            let form = visit.form().refill(&typed).blame(vec![Fault::at("code", told)]);
            visit.show(problem.start(), form, false, None).await
        }
        Err(problem @ (Problem::BadField { .. } | Problem::IdempotencyKeyReused)) => {
            visit.show(problem.start(), again(vec![Fault::of(&problem, language)]), false, None).await
        }
        Err(problem) => Err(problem),
    }
}
