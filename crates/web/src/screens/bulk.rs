//! `/inquiries/assign`, `/inquiries/extend` and `/inquiries/remind`: one form for several inquiries. What will happen, and to which of them it cannot, is shown
//! before anything does; each is a command of its own, and is told of by itself.

mod rows;

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::{Actor, Language};
use inquiry::allowed::roles;
use inquiry::command::{GrantExtension, RemindMinistry};
use inquiry::duty::Owing;
use inquiry::state::Watch;
use inquiry::{Ask, CommandName, InquiryId};
use serde::Serialize;

use super::PAGE;
use super::commands::{self, Resolution, unreachable};
use super::fields::{Fault, Field, Form, Group, Reader, Reason, Typed, say};
use super::load::Burdens;
use super::register::chosen;
use super::wording::{self, People};
use crate::loads::loads;
use crate::office::{Asked, ordering, to_the_end};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};
use rows::{Candidate, Chosen, Own, Parted, Rest, candidates};

/// The most inquiries of one form: two pages of the worklist.
const MOST: usize = 50;
/// The most lines of one form: of an inquiry every ministry that owes something has its own.
const MOST_LINES: usize = 4 * MOST;

/// What can be done with several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// One resolution for all.
    Assign,
    /// To each the extension that was asked for it.
    Extend,
    /// Of each the ministries that owe something.
    Remind,
}

impl What {
    const ALL: [Self; 3] = [Self::Assign, Self::Extend, Self::Remind];

    const fn name(self) -> CommandName {
        match self {
            Self::Assign => CommandName::AssignMinistries,
            Self::Extend => CommandName::GrantExtension,
            Self::Remind => CommandName::RemindMinistry,
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Assign => "/inquiries/assign",
            Self::Extend => "/inquiries/extend",
            Self::Remind => "/inquiries/remind",
        }
    }

    /// Whoever may ask it of one inquiry may ask it of several.
    const fn permission(self) -> Permission {
        Permission::AnyOf(roles(self.name()))
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(What::Assign.path(), "assign_several_page", What::Assign.permission(), assign_page)
            .summary("The form of one resolution for several inquiries.")
            .answer(PAGE),
        Route::post(What::Assign.path(), "assign_several_by_form", What::Assign.permission(), assign)
            .summary("Puts one resolution on each of several inquiries, and says what became of each.")
            .form()
            .answer(PAGE),
        Route::get(What::Extend.path(), "extend_several_page", What::Extend.permission(), extend_page)
            .summary("The extensions that were asked for several inquiries.")
            .answer(PAGE),
        Route::post(What::Extend.path(), "extend_several_by_form", What::Extend.permission(), extend)
            .summary("Grants to each of several inquiries the extension that was asked for it, and says what became of each.")
            .form()
            .answer(PAGE),
        Route::get(What::Remind.path(), "remind_several_page", What::Remind.permission(), remind_page)
            .summary("The ministries that owe something on several inquiries.")
            .answer(PAGE),
        Route::post(What::Remind.path(), "remind_several_by_form", What::Remind.permission(), remind)
            .summary("Reminds the ministries of what they owe on several inquiries, and says what became of each.")
            .form()
            .answer(PAGE),
    ]
}

/// What the worklist offers for the rows that are chosen there.
#[derive(Debug, Serialize)]
pub(super) struct Bulk {
    path: &'static str,
    words: String,
    /// The key of the keyboard, by its place.
    key: &'static str,
    /// What stands on it.
    sign: &'static str,
}

impl Bulk {
    pub(super) fn offered(actor: &Actor, language: Language) -> Vec<Self> {
        let offered = What::ALL.into_iter().filter(|what| what.permission().allows(Some(actor)));
        let bulk = |what: What| {
            let (words, key, sign) = match what {
                What::Assign => (say(language, "Жолдау", "Назначить", "Assign"), "KeyA", "A"),
                What::Extend => (say(language, "Мерзімін ұзарту", "Продлить", "Extend"), "KeyE", "E"),
                What::Remind => (say(language, "Еске салу", "Напомнить", "Remind"), "KeyR", "R"),
            };
            Self { path: what.path(), words, key, sign }
        };
        offered.map(bulk).collect()
    }
}

#[derive(Debug, Serialize)]
struct Facts {
    title: String,
    form: Option<Form>,
    /// Those to which it cannot happen, with the reason.
    cannot: Vec<Line>,
    /// Those for which this form has no room.
    rest: Option<Rest>,
    /// What became of those that were sent just now.
    outcomes: Vec<Line>,
    done: usize,
}

/// An inquiry with a sentence about it.
#[derive(Debug, Serialize)]
struct Line {
    id: String,
    number: String,
    is_done: bool,
    words: String,
}

/// What one request works with.
struct Visit {
    state: State,
    caller: Caller,
    language: Language,
    what: What,
}

impl Visit {
    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    /// The form for the inquiries that are named, each by its id, and what is said of the others.
    async fn form(&self, chosen: &[Chosen], typed: &Typed) -> Result<(Option<Form>, Facts), Problem> {
        let Parted { can, cannot, mut rest } =
            candidates(&self.state, &self.caller.account.actor, self.what, chosen, self.language).await?;
        rest.extend(rows::left(typed)?);
        let facts = Facts { cannot, rest: self.rest(&rest), ..self.facts() };
        if can.is_empty() {
            return Ok((None, facts));
        }
        let form = Form { submit: self.submit(), ..Form::new("bulk", self.title(), self.what.path(), 0) };
        let form = match self.what {
            What::Assign => {
                let watched = can.iter().filter_map(|one| Some((one.number.as_str(), one.watch.as_ref()?)));
                let first = watched.min_by_key(|(_, watch)| watch.due);
                let latest = first.map(|(_, watch)| watch.latest_draft(self.state.today()));
                let loads = loads(&self.state, &self.caller.account.actor).await?;
                let burdens = Burdens::of(&self.state, &loads, &self.caller.account.actor, self.language);
                Resolution {
                    state: &self.state,
                    today: self.state.today(),
                    language: self.language,
                    known: None,
                    latest,
                    burdens: Some(&burdens),
                }
                .fields(form.reason(first.map(|(number, watch)| self.why_first(number, watch))), typed)
            }
            What::Extend => form.note(self.t(
                "Әр сауалға өзіне сұралған күнге дейін ұзарту беріледі.",
                "Каждому запросу даётся то продление, о котором для него просили.",
                "Each inquiry gets the extension that was asked for it.",
            )),
            What::Remind => self.reminding(form, &can).await?,
        };
        let mut fields = self.lines(&can);
        fields.extend(can.iter().map(|one| Field::hidden(HAD, one.value())));
        fields.extend(rest.iter().map(|id| Field::hidden(REST, id.to_string())));
        Ok((Some(form.group_first(Group::plain(fields)).done()), facts))
    }

    /// What can be ticked: those that have executors already stand apart, for a resolution takes the place of theirs.
    fn lines(&self, can: &[Candidate]) -> Vec<Field> {
        let lines = |name: &str, label: String, replaces: bool| {
            let lines = can.iter().filter(|one| one.replaces() == replaces);
            let choices: Vec<_> = lines.map(|one| (one.value(), one.label(&self.state, self.language))).collect();
            (!choices.is_empty()).then(|| Field::checks(name, label, choices))
        };
        let free = lines(INQUIRY, self.t("Сауалдар", "Запросы", "Inquiries"), false);
        let taken = self.t(
            "Орындаушылары бар: ауыстыру үшін белгілеңіз",
            "Исполнители уже есть: отметьте, чтобы заменить",
            "Already have executors: tick to replace them",
        );
        free.into_iter().chain(lines(REPLACED, taken, true)).collect()
    }

    /// The page of which nothing is known yet.
    fn facts(&self) -> Facts {
        Facts { title: self.title(), form: None, cannot: Vec::new(), rest: None, outcomes: Vec::new(), done: 0 }
    }

    fn rest(&self, left: &[InquiryId]) -> Option<Rest> {
        Rest::of(self.what.path(), left, self.language)
    }

    /// What the people of the ministries will get, and which ministries nobody can write to.
    async fn reminding(&self, form: Form, can: &[Candidate]) -> Result<Form, Problem> {
        let people = People::of(&self.state).await?;
        let owing: Vec<Owing> = can.iter().filter_map(|one| one.owing().cloned()).collect();
        let form = form.note(self.t(
            "Әр еске салу сауалдың тарихына жазылады; әр адамға бәрі туралы бір хат барады.",
            "Каждое напоминание записывается в историю запроса; каждому человеку приходит одно письмо обо всех.",
            "Each reminder stands in its inquiry's history; each person gets one mail about all of them.",
        ));
        let form = match unreachable(&self.state, &people, &owing, self.language) {
            Some(words) => form.note(words),
            None => form,
        };
        Ok(form.with(vec![Field::area("note", self.t("Түсініктеме", "Комментарий", "Comment"), 2)]))
    }

    /// How the earliest day of the replies was found, which bounds the inner deadlines of all.
    fn why_first(&self, number: &str, watch: &Watch) -> Reason {
        let day = watch.due.strftime("%d.%m.%Y");
        let title = match self.language {
            Language::Kk => format!("Ең ерте жауап мерзімі {day} ({number}): қалай есептелді"),
            Language::Ru => format!("Самый ранний срок ответа {day} ({number}): как посчитан"),
            Language::En => format!("The first reply is due {day} ({number}): how it was counted"),
        };
        Reason::of_reply(title, watch, self.language)
    }

    fn submit(&self) -> String {
        match self.what {
            What::Assign => self.t(
                "Белгіленгендерге бұрыштама қою",
                "Наложить резолюцию на отмеченные",
                "Put the resolution on those that are ticked",
            ),
            What::Extend => {
                self.t("Белгіленгендердің мерзімін ұзарту", "Продлить срок отмеченных", "Extend those that are ticked")
            }
            What::Remind => {
                self.t("Белгіленгендерге еске салу", "Напомнить отмеченным", "Remind those that are ticked")
            }
        }
    }

    fn title(&self) -> String {
        self.words().in_language(self.language).to_owned()
    }

    fn words(&self) -> Words {
        match self.what {
            What::Assign => Words::new(
                "Бірнеше сауалға бір бұрыштама",
                "Одна резолюция на несколько запросов",
                "One resolution for several inquiries",
            ),
            What::Extend => Words::new(
                "Сұралған ұзартуларды беру",
                "Удовлетворить запрошенные продления",
                "Grant the extensions that were asked for",
            ),
            What::Remind => Words::new("Министрліктерге еске салу", "Напомнить министерствам", "Remind the ministries"),
        }
    }

    fn answer(&self, start: HttpResponseBuilder, facts: &Facts) -> Result<HttpResponse, Problem> {
        let page = Page { template: "bulk", title: self.words(), caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, facts)
    }

    async fn page(&self, pairs: &[(String, String)]) -> Result<HttpResponse, Problem> {
        let ids = chosen(pairs)?.unwrap_or_default();
        let chosen: Vec<Chosen> = ids.into_iter().map(Chosen::of).collect();
        let (form, facts) = self.form(&chosen, &Typed(Vec::new())).await?;
        // Everything that can is ticked at first, but nobody is replaced unasked.
        let form = form.map(|form| form.ticked(INQUIRY));
        self.answer(HttpResponse::Ok(), &Facts { form, ..facts })
    }

    async fn send(&self, typed: Typed) -> Result<HttpResponse, Problem> {
        let key = typed.key()?.to_owned();
        let ticked = [INQUIRY, REPLACED].into_iter().flat_map(|name| typed.all(name));
        let chosen: Vec<Chosen> = ticked.map(Chosen::read).collect::<Result<_, _>>()?;
        let mut reader = Reader::new(&typed, self.language);
        if chosen.is_empty() {
            reader.blame(INQUIRY, &nothing_chosen());
        } else if chosen.len() > MOST_LINES {
            reader.blame(INQUIRY, &too_many_chosen(chosen.len()));
        }
        // What each inquiry is asked, beside what is its own: a repeat asks the same, whichever others are ticked with it.
        let is_theirs = |name: &str| [INQUIRY, REPLACED, HAD, REST].contains(&name);
        let rest = Typed(typed.0.iter().filter(|(name, _)| !is_theirs(name)).cloned().collect()).canonical();
        let order = match self.what {
            What::Assign => {
                let assign = commands::assignment(&mut reader);
                commands::ask_of_same_day(&self.state, &mut reader);
                assign.map(|assign| Order::Same(Box::new(assign.into())))
            }
            What::Extend => Some(Order::Extend),
            What::Remind => Some(Order::Remind { note: reader.optional("note") }),
        };
        let order = match (typed.more(), reader.finish(order)) {
            (None, Ok(order)) => order,
            (Some(_), _) => return self.again(&typed, HttpResponse::Ok(), Vec::new()).await,
            (None, Err(faults)) => return self.again(&typed, HttpResponse::UnprocessableEntity(), faults).await,
        };
        let (mut outcomes, mut faults) = (Vec::new(), Vec::new());
        for one in &chosen {
            let (line, fault) = self.one(one, &key, &rest, &order, &typed).await?;
            faults.extend(fault.filter(|fault| !faults.contains(fault)));
            outcomes.push(line);
        }
        let done = outcomes.iter().filter(|line| line.is_done).count();
        // A day that can be kept for none of them is corrected where it was typed.
        if done == 0 && !faults.is_empty() {
            return self.again(&typed, HttpResponse::UnprocessableEntity(), faults).await;
        }
        let facts = Facts { rest: self.rest(&rows::left(&typed)?), outcomes, done, ..self.facts() };
        self.answer(HttpResponse::Ok(), &facts)
    }

    /// The form once more, with what was typed.
    async fn again(
        &self,
        typed: &Typed,
        start: HttpResponseBuilder,
        faults: Vec<Fault>,
    ) -> Result<HttpResponse, Problem> {
        // All that the form had stay in it, ticked or not.
        let had: Vec<Chosen> = typed.all(HAD).into_iter().map(Chosen::read).collect::<Result<_, _>>()?;
        let (form, facts) = self.form(&had, typed).await?;
        let form = form.map(|form| form.refill(typed).blame(faults).opened_at_new_row(typed));
        self.answer(start, &Facts { form, ..facts })
    }

    /// What became of one, and the field that is to blame where there is one.
    async fn one(
        &self,
        chosen: &Chosen,
        key: &str,
        rest: &str,
        order: &Order,
        typed: &Typed,
    ) -> Result<(Line, Option<Fault>), Problem> {
        let (id, account) = (chosen.id, &self.caller.account);
        let own = chosen.own.as_ref();
        let (ask, version): (Ask, _) = match (order, own) {
            (Order::Same(ask), None) => (ask.as_ref().clone(), chosen.version),
            (Order::Extend, Some(Own::Until(until))) => (GrantExtension { until: *until }.into(), chosen.version),
            // Whatever else has happened meanwhile, the inquiry knows whether that ministry still owes something; and the second ministry
            // of one inquiry is reminded on the version that the first one's reminder has made.
            (Order::Remind { note }, Some(Own::Ministry(ministry))) => {
                (RemindMinistry { ministry: ministry.clone(), note: note.clone() }.into(), None)
            }
            (Order::Same(_) | Order::Extend | Order::Remind { .. }, _) => return Err(Chosen::unread()),
        };
        let body = format!("{rest}{}", own.map_or_else(String::new, Own::to_string));
        let (what, at) = (format!("{}\n{id}", self.what.name().path()), self.state.clock.now());
        let key = match own {
            Some(Own::Ministry(ministry)) => format!("{key}-{id}-{ministry}"),
            Some(Own::Until(_)) | None => format!("{key}-{id}"),
        };
        let asked = Asked::new(account.actor.clone(), at, account.id, &key, &what, body.as_bytes(), version);
        let office = self.state.clone();
        let done = to_the_end(async move { ordering::order_known(&office, &asked, id, ask).await }).await;
        let words = match &done {
            Ok(_) => self.t("орындалды", "сделано", "done"),
            Err(problem) => {
                tracing::info!(code = problem.code(), command = self.what.name().path(), "one of several was not done");
                wording::named(&self.state, &problem.body(self.language).detail, self.language)
            }
        };
        let mut number = rows::number(&self.state, &account.actor, id).await?;
        if let Some(Own::Ministry(code)) = own {
            number = format!("{number} · {}", wording::ministry(&self.state, code, self.language).short);
        }
        let field = done.as_ref().err().and_then(|problem| commands::field_of_day(problem, typed));
        let fault = field.map(|field| Fault::at(field, words.clone()));
        Ok((Line { id: id.to_string(), number, is_done: done.is_ok(), words }, fault))
    }
}

/// What is asked of the inquiries.
enum Order {
    /// The same of each.
    Same(Box<Ask>),
    /// What was asked for each.
    Extend,
    /// To remind the ministry that each line names.
    Remind {
        /// What all the reminders say besides.
        note: Option<String>,
    },
}

/// The field of those that are ticked.
const INQUIRY: &str = "inquiry";
/// The field of those that are ticked although they have executors.
const REPLACED: &str = "replaced";
/// The field of all that the form offers.
const HAD: &str = "had";
/// The field of those that were chosen and have no room in the form.
const REST: &str = "rest";

fn nothing_chosen() -> Words {
    Words::new("Кемінде бір сауалды белгілеңіз.", "Отметьте хотя бы один запрос.", "Tick one inquiry at least.")
}

fn too_many_chosen(count: usize) -> Words {
    Words::new(
        format!(
            "{count} жол белгіленген, бір нысанда ең көбі {MOST_LINES}. Ештеңе істелген жоқ: артығын алып тастап, қайта жіберіңіз."
        ),
        format!(
            "Отмечено строк: {count}, в одной форме их не больше {MOST_LINES}. Ничего не сделано: снимите лишние отметки и отправьте снова."
        ),
        format!(
            "{count} lines are ticked, one form takes {MOST_LINES} at most. Nothing was done: untick some and send it again."
        ),
    )
}

type Pairs = Vec<(String, String)>;

async fn assign_page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    pairs: web::Query<Pairs>,
) -> Result<HttpResponse, Problem> {
    Visit { state, caller, language, what: What::Assign }.page(&pairs).await
}

async fn assign(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Pairs>,
) -> Result<HttpResponse, Problem> {
    Visit { state, caller, language, what: What::Assign }.send(Typed(typed)).await
}

async fn extend_page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    pairs: web::Query<Pairs>,
) -> Result<HttpResponse, Problem> {
    Visit { state, caller, language, what: What::Extend }.page(&pairs).await
}

async fn extend(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Pairs>,
) -> Result<HttpResponse, Problem> {
    Visit { state, caller, language, what: What::Extend }.send(Typed(typed)).await
}

async fn remind_page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    pairs: web::Query<Pairs>,
) -> Result<HttpResponse, Problem> {
    Visit { state, caller, language, what: What::Remind }.page(&pairs).await
}

async fn remind(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Pairs>,
) -> Result<HttpResponse, Problem> {
    Visit { state, caller, language, what: What::Remind }.send(Typed(typed)).await
}
