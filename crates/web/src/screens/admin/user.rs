//! `/admin/users/{name}`: one account: what it is, what comes in by it, what was changed of it and why; and every change as a form.

mod acts;
mod forms;

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::Language;
use directory::accounts::{AccountEvent, Life, Standing};
use serde::{Deserialize, Serialize};

use super::super::fields::{Fault, Form, Typed, say};
use super::super::wording::People;
use super::super::{ONWARD, PAGE};
use super::{ADMINISTERS, rights, users};
use crate::accounts::listing::{self, Listed, TokenListed};
use crate::accounts::session;
use crate::office::accounts::{self as office_accounts, Books};
use crate::pages::Page;
use crate::problem::Problem;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};
use acts::Act;

/// Lines of history that are shown.
const HISTORY: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/users/{name}", "user_page", ADMINISTERS, page)
            .summary("One account: what it is, what comes in by it, what was changed of it and why.")
            .answer(PAGE),
        Route::post("/admin/users/{name}", "change_account_by_form", ADMINISTERS, acts::send)
            .summary("Changes an account, with a reason.")
            .form()
            .answer(ONWARD)
            .answer(PAGE),
    ]
}

#[derive(Debug, Deserialize)]
struct Asked {
    done: Option<String>,
    proved: Option<String>,
}

#[derive(Debug, Serialize)]
struct Facts {
    name: String,
    full_name: String,
    life: &'static str,
    tone: &'static str,
    roles: String,
    ministry: Option<String>,
    signs: Option<String>,
    seen: Option<String>,
    has_password: bool,
    has_factor: bool,
    is_written_to: bool,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    history: Vec<Line>,
    forms: Vec<Form>,
    done: Option<String>,
    is_own: bool,
}

#[derive(Debug, Serialize)]
struct SessionRow {
    ip: String,
    agent: String,
    since: String,
    seen: String,
}

#[derive(Debug, Serialize)]
struct TokenRow {
    label: String,
    since: String,
    used: Option<String>,
}

/// What was changed, by whom and why.
#[derive(Debug, Serialize)]
struct Line {
    at: String,
    words: &'static str,
    detail: Option<String>,
    by: String,
    why: String,
    position: i64,
}

/// Somebody at an account.
struct Visit {
    state: State,
    caller: Caller,
    language: Language,
    listed: Listed,
    tokens: Vec<TokenListed>,
}

/// A form that comes back.
struct Tried<'a> {
    act: Act,
    typed: &'a Typed,
    /// The version that it was read at, where that still counts.
    seen: Option<u64>,
    faults: Vec<Fault>,
}

impl Visit {
    async fn of(state: State, caller: Caller, language: Language, name: &str) -> Result<Self, Problem> {
        let failed = |error| Problem::failure("look up an account", error);
        let client = state.pool.get().await?;
        let listed = listing::one(&client, name, state.wall.now()).await.map_err(failed)?;
        let listed = listed.ok_or(Problem::UnknownAddress)?;
        let tokens = listing::tokens(&client, listed.account.id).await.map_err(failed)?;
        drop(client);
        Ok(Self { state, caller, language, listed, tokens })
    }

    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    /// What an account is now that was changed while a form stood open.
    fn changed_meanwhile(&self) -> String {
        let now = office_accounts::standing_of(&self.listed.account);
        let words = self.t(
            "Бет ашық тұрғанда бұл құқықтарды басқа біреу өзгертті. Қазір:",
            "Пока страница была открыта, эти права изменили. Сейчас:",
            "These rights were changed while the page was open. They are now:",
        );
        let then = self.t(
            "Жазғаныңыз сақталды: салыстырыңыз да, керек болса қайта жіберіңіз.",
            "Введённое сохранено: сравните и, если нужно, отправьте снова.",
            "What you typed is kept: compare, and send it again if that is what you want.",
        );
        format!("{words} {} – {}. {then}", now.full_name, self.told(&now))
    }

    /// What somebody is, in a few words.
    fn told(&self, standing: &Standing) -> String {
        let mut parts: Vec<String> = standing.roles.iter().map(|role| role.words(self.language).to_owned()).collect();
        let ministry = standing.ministry.as_ref();
        parts.extend(ministry.map(|code| rights::ministry(&self.state, code, self.language).short));
        let directory = self.state.directory();
        let person = standing.person.and_then(|person| directory.person(person));
        parts.extend(person.map(|held| held.name.words(self.language).to_owned()));
        parts.join(", ")
    }

    fn name(&self) -> &str {
        &self.listed.account.actor.name
    }

    async fn history(&self) -> Result<Vec<Line>, Problem> {
        let books = Books { pool: &self.state.pool, journal: &self.state.journal };
        let recorded = books.history(self.listed.account.id).await?;
        let people = People::of(&self.state).await?;
        let mut lines = Vec::new();
        for one in recorded.iter().rev().take(HISTORY) {
            let event: AccountEvent = serde_json::from_str(one.text())
                .map_err(|error| Problem::failure("read an event of an account", error))?;
            let Some(words) = AccountEvent::words(event.stored(), self.language) else { continue };
            lines.push(Line {
                at: one.at.to_string(),
                words,
                detail: self.detail(&event, &people),
                by: people.who(one, self.language),
                why: event.noted().why.clone(),
                position: one.position,
            });
        }
        Ok(lines)
    }

    /// What was and what is, where rights were changed; whom or what an event names.
    fn detail(&self, event: &AccountEvent, people: &People) -> Option<String> {
        let told = |standing: &Standing| self.told(standing);
        match event {
            AccountEvent::Opened(opened) => Some(told(&opened.standing)),
            AccountEvent::Changed(changed) => {
                let (before, after) = (told(&changed.before), told(&changed.after));
                Some(if before == after {
                    format!("{} → {}", changed.before.full_name, changed.after.full_name)
                } else {
                    format!("{before} → {after}")
                })
            }
            AccountEvent::TokenMade(token) | AccountEvent::TokensRevoked(token) => Some(token.label.clone()),
            AccountEvent::IdentityLinked(one) | AccountEvent::IdentityUnlinked(one) => Some(one.issuer.clone()),
            AccountEvent::SubstituteNamed(named) => Some(people.name(&named.substitution.substitute).to_owned()),
            AccountEvent::SubstitutionEnded(ended) => Some(people.name(&ended.substitute).to_owned()),
            AccountEvent::Blocked(_)
            | AccountEvent::Unblocked(_)
            | AccountEvent::Ended(_)
            | AccountEvent::PasswordReplaced(_)
            | AccountEvent::SecondFactorReset(_)
            | AccountEvent::SessionsEnded(_)
            | AccountEvent::MailboxChanged(_) => None,
        }
    }

    async fn show(
        &self,
        start: HttpResponseBuilder,
        done: Option<String>,
        tried: Option<Tried<'_>>,
    ) -> Result<HttpResponse, Problem> {
        let account = &self.listed.account;
        let client = self.state.pool.get().await?;
        let sessions = session::of(&client, account.id, self.state.wall.now()).await;
        let sessions = sessions.map_err(|error| Problem::failure("list somebody's sessions", error))?;
        drop(client);
        let directory = self.state.directory();
        let facts = Facts {
            name: self.name().to_owned(),
            full_name: account.full_name.clone(),
            life: self.listed.life.words(self.language),
            tone: users::tone(self.listed.life),
            roles: account.actor.roles.iter().map(|role| role.words(self.language)).collect::<Vec<_>>().join(", "),
            ministry: account
                .actor
                .ministry
                .as_ref()
                .map(|code| rights::ministry(&self.state, code, self.language).name),
            signs: account
                .actor
                .person
                .and_then(|person| directory.person(person))
                .map(|held| held.name.words(self.language).to_owned()),
            seen: self.listed.seen_at.map(|at| at.to_string()),
            has_password: self.listed.has_password,
            has_factor: self.listed.has_factor,
            is_written_to: account.email.is_some(),
            sessions: sessions
                .into_iter()
                .map(|one| SessionRow {
                    ip: one.ip,
                    agent: one.agent,
                    since: one.created_at.to_string(),
                    seen: one.seen_at.unwrap_or(one.created_at).to_string(),
                })
                .collect(),
            tokens: self
                .tokens
                .iter()
                .map(|one| TokenRow {
                    label: one.label.clone(),
                    since: one.created_at.to_string(),
                    used: one.last_used_at.map(|at| at.to_string()),
                })
                .collect(),
            history: self.history().await?,
            forms: if self.listed.life == Life::Ended { Vec::new() } else { forms::all(self, tried) },
            is_own: self.name() == self.caller.account.actor.name,
            done,
        };
        let title = Words::from_fn(|_| account.full_name.clone());
        let page = Page { template: "admin_user", title, caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, &facts)
    }
}

/// A secret that is shown once.
#[derive(Debug, Serialize)]
struct Once<'a> {
    name: &'a str,
    secret: &'a str,
}

/// A page with a secret on it, which no other page shows again.
pub(super) fn once(
    state: &State,
    caller: &Caller,
    language: Language,
    name: &str,
    secret: &str,
) -> Result<HttpResponse, Problem> {
    let title = Words::new("Бір рет көрсетіледі", "Показывается один раз", "Shown once");
    let page = Page { template: "admin_once", title, caller: Some(caller), language };
    state.pages.answer(state, &page, &Once { name, secret })
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    name: web::Path<String>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language, &name).await?;
    let done = match (&asked.done, &asked.proved) {
        (Some(_), _) => Some(visit.t(
            "Өзгертілді, журналға жазылды.",
            "Изменено и записано в журнал.",
            "It was changed, and stands in the journal.",
        )),
        (None, Some(_)) => Some(visit.t(
            "Тұлғаңыз расталды. Енді өзгерісті қайта жіберіңіз.",
            "Личность подтверждена. Теперь отправьте изменение ещё раз.",
            "You have proved who you are. Send the change once more.",
        )),
        (None, None) => None,
    };
    visit.show(HttpResponse::Ok(), done, None).await
}
