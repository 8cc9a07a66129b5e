//! `/absences`: who stands in for whom. Everybody of the house names a substitute for their own work, the head of the Office and an administrator for
//! anybody's; whoever stands in takes the absent's place in their session, and gives it back.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::accounts::substitution::{SUBSTITUTED, is_of_the_house, may_end};
use directory::{Actor, Language, Role};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fields::{Fault, Field, Form, Reader, Typed, say};
use super::login::onward;
use super::proof::session_of;
use super::wording;
use super::{ONWARD, PAGE};
use crate::accounts::absence::{self, Absence, Wanted};
use crate::accounts::{self, Account};
use crate::office::absences::{self, Naming};
use crate::office::{Asked, to_the_end};
use crate::pages::Page;
use crate::permission::{Permission, STAFF};
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State, time};

/// The most rows of each list.
const ROWS: i64 = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/absences", "absences_page", STAFF, page)
            .summary("Who stands in for whom, and a form that names a substitute.")
            .answer(PAGE),
        Route::post("/absences", "name_substitute_by_form", STAFF, name)
            .summary("Names a substitute for somebody's work, from a moment to a moment.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
        Route::post("/absences/{id}/end", "end_substitution_by_form", STAFF, end)
            .summary("Ends a substitution before its time.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
        Route::post("/absences/act", "act_in_place", Permission::SignedIn, act)
            .summary("Takes the absent's place in this session, or gives it back.")
            .form()
            .answer(ONWARD),
    ]
}

#[derive(Debug, Serialize)]
struct Facts {
    done: bool,
    form: Option<Form>,
    standing: Vec<Row>,
    over: Vec<Row>,
    /// What is wrong with the reason of an ending.
    refused: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    absent: String,
    substitute: String,
    roles: String,
    from: String,
    until: String,
    named_by: String,
    why: String,
    holds: bool,
    /// The absent has none of these roles any more: nobody can act by it.
    is_void: bool,
    /// Whoever reads may act by it now.
    is_mine: bool,
    may_end: bool,
    key: String,
}

struct Visit {
    state: State,
    caller: Caller,
    language: Language,
}

impl Visit {
    fn actor(&self) -> &Actor {
        &self.caller.account.actor
    }

    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    /// Does this person name substitutes for others?
    fn appoints(&self) -> bool {
        self.actor().in_place_of.is_none() && (self.actor().has(Role::Head) || self.actor().has(Role::Admin))
    }

    fn row(&self, absence: Absence) -> Row {
        let (now, actor) = (self.state.clock.now(), self.actor());
        let is_void = !absence.has_work();
        let holds = absence.substitution.holds(now) && !is_void;
        let substitute = &absence.substitution.substitute;
        Row {
            id: absence.substitution.id.to_string(),
            roles: words_of(&absence.substitution.roles, self.language),
            from: absence.substitution.from.to_string(),
            until: absence.substitution.until.to_string(),
            is_mine: holds && *substitute == actor.name,
            may_end: absence.substitution.until > now && may_end(actor, &absence.absent, substitute),
            holds,
            is_void,
            key: Uuid::new_v4().to_string(),
            absent: absence.absent_name,
            substitute: absence.substitute_name,
            named_by: absence.named_by,
            why: absence.why,
        }
    }

    /// The form that names a substitute; none for whoever has no work that another may do.
    async fn form(&self) -> Result<Option<Form>, Problem> {
        let own: BTreeSet<Role> =
            SUBSTITUTED.into_iter().filter(|role| self.actor().has(*role) || self.appoints()).collect();
        if own.is_empty() || self.actor().in_place_of.is_some() {
            return Ok(None);
        }
        let client = self.state.pool.get().await?;
        let accounts = accounts::list(&client).await.map_err(|error| Problem::failure("list the accounts", error))?;
        drop(client);
        let told = |account: &Account| {
            let roles = words_of(&account.actor.roles, self.language);
            let ministry = account.actor.ministry.as_ref();
            let ministry =
                ministry.map(|code| format!(", {}", wording::ministry(&self.state, code, self.language).short));
            let told = format!("{} – {roles}{}", account.full_name, ministry.unwrap_or_default());
            (account.actor.name.clone(), told)
        };
        let has_work = |account: &&Account| SUBSTITUTED.iter().any(|role| account.actor.has(*role));
        let mut fields = Vec::new();
        if self.appoints() {
            let absents = accounts.iter().filter(has_work).map(told);
            fields.push(Field::select("absent", self.t("Кімді", "Кого", "For whom"), absents).needed());
        }
        let fits = |account: &&Account| {
            let own = (&account.actor.roles, account.actor.ministry.as_ref());
            let may_for = |absent: &Actor| {
                absent.name != account.actor.name
                    && SUBSTITUTED
                        .into_iter()
                        .any(|role| absent.has(role) && is_of_the_house(role, absent.ministry.as_ref(), own))
            };
            if self.appoints() { accounts.iter().any(|absent| may_for(&absent.actor)) } else { may_for(self.actor()) }
        };
        let roles = own.iter().map(|role| (role.code().to_owned(), role.words(self.language).to_owned()));
        let mut checks = Field::checks(
            "roles",
            self.t("Қай рөлінің жұмысы", "Работа каких ролей", "The work of which roles"),
            roles,
        );
        if !self.appoints() {
            checks.choices.iter_mut().for_each(|choice| choice.chosen = true);
        }
        let now = time::local(self.state.clock.now()).datetime().strftime("%Y-%m-%dT%H:%M").to_string();
        fields.extend([
            Field::select(
                "substitute",
                self.t("Кім алмастырады", "Кто замещает", "Who stands in"),
                accounts.iter().filter(fits).map(told),
            )
            .needed(),
            checks,
            Field::moment("from", self.t("Қай сәттен", "С какого момента", "From")).needed().value(now),
            Field::moment("until", self.t("Қай сәтке дейін", "До какого момента", "Until")).needed(),
            super::admin::why(self.language),
        ]);
        let title = self.t("Орынбасушы тағайындау", "Назначить замещающего", "Name a substitute");
        let note = self.t(
            "Орынбасушы өз атымен, сіздің орныңызға жұмыс істейді; уақыты біткенде құқығы өзі аяқталады. Хатқа қол қою берілмейді.",
            "Замещающий работает под своим именем вместо вас; право заканчивается само. Подпись писем не передаётся.",
            "Whoever stands in works under their own name in your place; the right ends by itself. Signing letters is not handed over.",
        );
        Ok(Some(Form::new("substitute", title, "/absences", 0).note(note).with(fields).done()))
    }

    async fn show(
        &self,
        start: HttpResponseBuilder,
        form: Option<Form>,
        done: bool,
        refused: Option<String>,
    ) -> Result<HttpResponse, Problem> {
        let failed = |error| Problem::failure("list who stands in for whom", error);
        let now = self.state.clock.now();
        let client = self.state.pool.get().await?;
        let standing = absence::standing(&client, now, ROWS).await.map_err(failed)?;
        let over = absence::over(&client, now, ROWS).await.map_err(failed)?;
        drop(client);
        let rows = |absences: Vec<Absence>| {
            absences.into_iter().filter(|one| absences::sees(self.actor(), one)).map(|one| self.row(one)).collect()
        };
        let facts = Facts { done, form, standing: rows(standing), over: rows(over), refused };
        let title = Words::new("Орынбасу", "Замещение", "Absences");
        let page = Page { template: "absences", title, caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, &facts)
    }

    fn asked(&self, key: &str, what: &str, body: &str) -> Asked {
        let (actor, at, id) = (self.actor().clone(), self.state.clock.now(), self.caller.account.id);
        Asked::new(actor, at, id, key, what, body.as_bytes(), None)
    }
}

pub(super) fn words_of(roles: &BTreeSet<Role>, language: Language) -> String {
    roles.iter().map(|role| role.words(language)).collect::<Vec<_>>().join(", ")
}

#[derive(Debug, Deserialize)]
struct Done {
    done: Option<String>,
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    done: web::Query<Done>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let form = visit.form().await?;
    visit.show(HttpResponse::Ok(), form, done.done.is_some(), None).await
}

async fn name(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let typed = Typed(typed);
    let key = typed.key()?.to_owned();
    let Some(form) = visit.form().await? else { return Err(Problem::NotPermitted { needs: &SUBSTITUTED }) };
    let absent = if visit.appoints() { typed.get("absent").to_owned() } else { visit.actor().name.clone() };
    let mut reader = Reader::new(&typed, language);
    let (substitute, why) = (reader.needed("substitute"), reader.needed_line("why"));
    let roles = typed.all("roles").into_iter().filter_map(|role| role.parse().ok()).collect();
    let (from, until) = (reader.moment("from"), reader.moment("until"));
    let (from, until) = match reader.finish(from.zip(until)) {
        Ok(term) => term,
        Err(faults) => {
            let form = form.refill(&typed).blame(faults);
            return visit.show(HttpResponse::UnprocessableEntity(), Some(form), false, None).await;
        }
    };
    let asked = visit.asked(&key, "name-substitute", &typed.canonical());
    let naming = Naming { absent, substitute, roles, from, until, why };
    let office = visit.state.clone();
    let named = to_the_end(async move { absences::name(&office, &asked, naming).await });
    match named.await {
        Ok(_) => Ok(onward("/absences?done=yes", [])),
        Err(problem @ (Problem::BadField { .. } | Problem::IdempotencyKeyReused | Problem::UnknownAddress)) => {
            let form = form.refill(&typed).blame(vec![Fault::of(&problem, language)]);
            visit.show(problem.start(), Some(form), false, None).await
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ending {
    key: String,
    why: String,
}

async fn end(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    id: web::Path<String>,
    web::Form(form): web::Form<Ending>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit { state, caller, language };
    let id: Uuid = id.parse().map_err(|_| Problem::UnknownAddress)?;
    let asked = visit.asked(&form.key, &format!("end-substitution\n{id}"), &form.why);
    let office = visit.state.clone();
    let ended = to_the_end(async move { absences::end(&office, &asked, id, form.why).await });
    match ended.await {
        Ok(_) => Ok(onward("/absences?done=yes", [])),
        Err(problem @ Problem::BadField { .. }) => {
            let (form, why) = (visit.form().await?, problem.body(language).detail);
            visit.show(problem.start(), form, false, Some(why)).await
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acting {
    /// Empty: one's own place.
    substitution: String,
}

async fn act(state: State, caller: Caller, web::Form(form): web::Form<Acting>) -> Result<HttpResponse, Problem> {
    let running = session_of(&caller)?;
    let failed = |error| Problem::failure("take somebody's place", error);
    let wanted = if form.substitution.is_empty() {
        None
    } else {
        Some(form.substitution.parse::<Uuid>().map_err(|_| Problem::UnknownAddress)?)
    };
    let client = state.pool.get().await?;
    if let Some(id) = wanted {
        let now = state.clock.now();
        let acting = absence::acting(&client, &caller.account, Wanted::Id(id), now).await.map_err(failed)?;
        acting.ok_or_else(|| Problem::NotThereYet {
            what: Words::new(
                "Бұл орынбасу қазір күшінде емес.",
                "Это замещение сейчас не действует.",
                "This substitution does not hold at this moment.",
            ),
        })?;
    }
    absence::act(&client, running.id, wanted).await.map_err(failed)?;
    tracing::info!(account = %caller.account.id, substitution = ?wanted, "somebody takes or gives back another's place");
    Ok(onward("/inquiries", []))
}
