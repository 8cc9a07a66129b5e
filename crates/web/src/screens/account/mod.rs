//! One's own account: who one is here, the password, the second factor ([`second_factor`]), the sessions that run ([`sessions`]).

mod mailbox;
mod password;
mod reports;
mod second_factor;
mod sessions;

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use directory::{Language, Role};
use serde::{Deserialize, Serialize};

use super::PAGE;
use super::fields::say;
use super::proof::session_of;
use crate::accounts::second_factor::Standing;
use crate::accounts::{identity, session, sign_in};
use crate::pages::Page;
use crate::permission::Permission;
use crate::problem::Problem;
use crate::provider::Provider;
use crate::routes::Route;
use crate::speech::Words;
use crate::{Caller, Speaks, State};
use sessions::SessionRow;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/account", "account_page", Permission::SignedIn, page)
            .summary("One's own account: who one is here, password, second factor, sessions.")
            .answer(PAGE),
    ];
    routes.extend(mailbox::routes());
    routes.extend(password::routes());
    routes.extend(reports::routes());
    routes.extend(second_factor::routes());
    routes.extend(sessions::routes());
    routes
}

/// What was done, when somebody comes back from a form.
#[derive(Debug, Deserialize)]
struct Asked {
    done: Option<String>,
    proved: Option<String>,
}

#[derive(Debug, Serialize)]
struct Facts {
    full_name: String,
    name: String,
    roles: String,
    ministry: Option<String>,
    /// Whose name the letters bear that this person signs; said to signatories alone.
    signs: Option<Signs>,
    mailbox: Mailbox,
    /// Which reports come by mail; none for whoever sees no figures.
    reports: Option<reports::Wanted>,
    has_password: bool,
    factor: Factor,
    /// The provider and what it calls this person.
    provider: Option<Linked>,
    sessions: Vec<SessionRow>,
    done: Option<String>,
    /// Why the last try to change the password was not taken.
    refused: Option<String>,
}

/// As whom a signatory signs.
#[derive(Debug, Serialize)]
struct Signs {
    /// The name that letters print; none when the account names nobody, and signs nothing.
    name: Option<String>,
}

/// Where the person is written to, as it stands or as it was typed.
#[derive(Debug, Serialize)]
struct Mailbox {
    email: Option<String>,
    /// Why the last try to change it was not taken.
    refused: Option<String>,
}

#[derive(Debug, Serialize)]
struct Factor {
    is_on: bool,
    is_begun: bool,
    since: Option<String>,
    codes_left: u32,
}

#[derive(Debug, Serialize)]
struct Linked {
    name: String,
    subjects: Vec<String>,
}

/// Somebody at their account.
struct Visit {
    state: State,
    caller: Caller,
    language: Language,
    running: session::Running,
}

impl Visit {
    /// Programs with a token have no account page: they have neither session nor password to look after.
    fn of(state: State, caller: Caller, language: Language) -> Result<Self, Problem> {
        let running = session_of(&caller)?;
        Ok(Self { state, caller, language, running })
    }

    fn t(&self, kk: &str, ru: &str, en: &str) -> String {
        say(self.language, kk, ru, en)
    }

    /// Which account, and how it is called.
    fn whose(&self) -> (uuid::Uuid, &str) {
        (self.caller.account.id, self.caller.account.actor.name.as_str())
    }

    fn title() -> Words {
        Words::new("Менің есептік жазбам", "Моя учётная запись", "My account")
    }

    fn answer(
        &self,
        start: HttpResponseBuilder,
        template: &'static str,
        facts: &impl Serialize,
    ) -> Result<HttpResponse, Problem> {
        let page = Page { template, title: Self::title(), caller: Some(&self.caller), language: self.language };
        self.state.pages.answer_with(start, &self.state, &page, facts)
    }

    async fn show(
        &self,
        start: HttpResponseBuilder,
        done: Option<String>,
        refused: Option<String>,
    ) -> Result<HttpResponse, Problem> {
        let mailbox = Mailbox { email: self.caller.account.email.clone(), refused: None };
        self.show_with(start, done, refused, mailbox).await
    }

    async fn show_with(
        &self,
        start: HttpResponseBuilder,
        done: Option<String>,
        refused: Option<String>,
        mailbox: Mailbox,
    ) -> Result<HttpResponse, Problem> {
        let failed = |error| Problem::failure("look up somebody's own account", error);
        let account = &self.caller.account;
        let client = self.state.pool.get().await?;
        let issuer = self.state.provider.as_ref().map(Provider::issuer);
        let ways = sign_in::ways(&client, account.id, issuer).await.map_err(failed)?;
        let standing = crate::accounts::second_factor::standing(&client, account.id).await.map_err(failed)?;
        let sessions = session::of(&client, account.id, self.state.wall.now()).await.map_err(failed)?;
        let provider = match &self.state.provider {
            None => None,
            Some(provider) => Some(Linked {
                name: provider.name().to_owned(),
                subjects: identity::of(&client, account.id, provider.issuer()).await.map_err(failed)?,
            }),
        };
        let reports = reports::Wanted::of(&client, account).await?;
        drop(client);
        let ministry = account.actor.ministry.as_ref();
        let facts = Facts {
            full_name: account.full_name.clone(),
            name: account.actor.name.clone(),
            roles: account.actor.roles.iter().map(|role| role.words(self.language)).collect::<Vec<_>>().join(", "),
            ministry: ministry.map(|code| super::wording::ministry(&self.state, code, self.language).name),
            signs: account.actor.has(Role::Signatory).then(|| Signs {
                name: account
                    .actor
                    .person
                    .and_then(|person| self.state.directory.person(person))
                    .map(|holder| holder.name.words(self.language).to_owned()),
            }),
            mailbox,
            reports,
            has_password: ways.has_password,
            factor: Factor {
                is_on: standing.is_on(),
                is_begun: standing == Standing::Begun,
                since: match standing {
                    Standing::On { since, .. } => Some(since.to_string()),
                    Standing::Off | Standing::Begun => None,
                },
                codes_left: match standing {
                    Standing::On { codes_left, .. } => codes_left,
                    Standing::Off | Standing::Begun => 0,
                },
            },
            provider,
            sessions: sessions.into_iter().map(|one| SessionRow::of(one, self)).collect(),
            done,
            refused,
        };
        self.answer(start, "account", &facts)
    }

    /// What was done, as a sentence.
    fn said(&self, asked: &Asked) -> Option<String> {
        if asked.proved.is_some() {
            return Some(self.t("Тұлғаңыз расталды.", "Личность подтверждена.", "You have proved who you are."));
        }
        let words = match asked.done.as_deref()? {
            "password" => self.t(
                "Құпиясөз ауыстырылды, басқа сеанстар аяқталды.",
                "Пароль изменён, остальные сеансы завершены.",
                "The password was changed, and the other sessions have ended.",
            ),
            "factor-off" => {
                self.t("Екінші фактор алып тасталды.", "Второй фактор отключён.", "The second factor was taken away.")
            }
            "email" => self.t("Мекенжай сақталды.", "Адрес сохранён.", "The address is kept."),
            "reports" => {
                self.t("Есептер баптауы сақталды.", "Настройка отчётов сохранена.", "What comes by mail is kept.")
            }
            "ended" => self.t("Сеанс аяқталды.", "Сеанс завершён.", "The session has ended."),
            "others-ended" => {
                self.t("Басқа сеанстар аяқталды.", "Остальные сеансы завершены.", "The other sessions have ended.")
            }
            _ => return None,
        };
        Some(words)
    }
}

async fn page(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language)?;
    let done = visit.said(&asked);
    visit.show(HttpResponse::Ok(), done, None).await
}
