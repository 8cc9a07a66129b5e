//! What is done to an account by the forms of its page.

use actix_web::{HttpResponse, web};
use directory::Role;
use directory::accounts::{AccountEvent, Ask, Standing};
use inquiry::email::Email;

use super::super::super::fields::{Fault, Reader, Typed};
use super::super::super::login::onward;
use super::super::rights;
use super::{Tried, Visit, once};
use crate::accounts::books::Secret;
use crate::accounts::password::Password;
use crate::accounts::sign_in;
use crate::accounts::token;
use crate::address::query;
use crate::office::accounts::{Order, administer};
use crate::office::{Asked, to_the_end};
use crate::problem::Problem;
use crate::speech::Words;
use crate::{Caller, Speaks, State};

/// A change of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Rights,
    Sessions,
    Password,
    Factor,
    Token,
    Revoke,
    Mailbox,
    Block,
    Unblock,
    End,
}

impl Act {
    /// In the order of the page.
    pub(super) const ALL: [Self; 10] = [
        Self::Rights,
        Self::Sessions,
        Self::Password,
        Self::Factor,
        Self::Token,
        Self::Revoke,
        Self::Mailbox,
        Self::Block,
        Self::Unblock,
        Self::End,
    ];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Rights => "rights",
            Self::Sessions => "sessions",
            Self::Password => "password",
            Self::Factor => "factor",
            Self::Token => "token",
            Self::Revoke => "revoke",
            Self::Mailbox => "mailbox",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::End => "end",
        }
    }

    pub(super) fn title(self, visit: &Visit) -> String {
        match self {
            Self::Rights => visit.t("Құқықтарын өзгерту", "Изменить права", "Change the rights"),
            Self::Sessions => visit.t("Сеанстарын аяқтау", "Завершить сеансы", "End the sessions"),
            Self::Password => visit.t("Жаңа құпиясөз беру", "Выдать новый пароль", "Give another password"),
            Self::Factor => {
                visit.t("Екінші факторды алып тастау", "Снять второй фактор", "Take the second factor away")
            }
            Self::Token => visit.t("Бағдарламаға кілт беру", "Выдать токен программе", "Make a token"),
            Self::Revoke => visit.t("Кілтті қайтарып алу", "Отозвать токен", "Take a token back"),
            Self::Mailbox => {
                visit.t("Хат мекенжайын өзгерту", "Изменить адрес для писем", "Change the address for mail")
            }
            Self::Block => visit.t("Бұғаттау", "Заблокировать", "Block"),
            Self::Unblock => visit.t("Бұғатын алу", "Разблокировать", "Unblock"),
            Self::End => visit.t("Есептік жазбаны жабу", "Закрыть учётную запись", "End the account"),
        }
    }
}

/// What a form asks for, and what is shown once of it.
struct Wanted {
    ask: Ask,
    secret: Secret,
    shown: Option<String>,
}

impl Wanted {
    fn plain(ask: Ask) -> Self {
        Self { ask, secret: Secret::None, shown: None }
    }
}

/// Longer than any label.
const LABEL: usize = 100;

fn label(reader: &mut Reader<'_>) -> String {
    let label = reader.needed_line("label");
    if label.chars().count() > LABEL {
        reader.blame(
            "label",
            &Words::new("100 таңбадан асырмаңыз.", "Не длиннее 100 знаков.", "100 characters at most."),
        );
    }
    label
}

/// What was typed; nothing is drawn before all of it can be taken.
enum Typing {
    Rights(Standing),
    Label(String),
    Mailbox(Option<String>),
    Nothing,
}

fn typing(act: Act, reader: &mut Reader<'_>, visit: &Visit) -> Option<Typing> {
    Some(match act {
        Act::Rights => Typing::Rights(rights::read(reader, &visit.state.directory())?),
        Act::Token | Act::Revoke => Typing::Label(label(reader)),
        Act::Mailbox => {
            let email = reader.optional_line("email");
            if email.as_ref().is_some_and(|email| email.parse::<Email>().is_err()) {
                reader.blame(
                    "email",
                    &Words::new(
                        "Электрондық мекенжай дұрыс емес.",
                        "Неверный электронный адрес.",
                        "The e-mail address cannot be used.",
                    ),
                );
            }
            Typing::Mailbox(email)
        }
        Act::Sessions | Act::Password | Act::Factor | Act::Block | Act::Unblock | Act::End => Typing::Nothing,
    })
}

async fn wanted(act: Act, typing: Typing) -> Result<Wanted, Problem> {
    let failed = |error| Problem::failure("make a secret of an account", error);
    Ok(match (act, typing) {
        (Act::Rights, Typing::Rights(standing)) => Wanted::plain(Ask::Change(standing)),
        (Act::Revoke, Typing::Label(label)) => Wanted::plain(Ask::RevokeTokens(label)),
        (Act::Token, Typing::Label(label)) => {
            let (secret, hash) = token::draw().map_err(failed)?;
            let shown = Some(secret.reveal().to_owned());
            Wanted { ask: Ask::MakeToken(label), secret: Secret::Token(hash), shown }
        }
        (Act::Mailbox, Typing::Mailbox(address)) => {
            Wanted { ask: Ask::ChangeMailbox, secret: Secret::Mailbox(address), shown: None }
        }
        (Act::Password, _) => {
            let password = Password::drawn().map_err(|error| failed(error.into()))?;
            let shown = Some(password.reveal().to_owned());
            let hashed = sign_in::hashed(password).await.map_err(failed)?;
            Wanted { ask: Ask::ReplacePassword, secret: Secret::Password(hashed), shown }
        }
        (Act::Sessions, _) => Wanted::plain(Ask::EndSessions),
        (Act::Factor, _) => Wanted::plain(Ask::ResetSecondFactor),
        (Act::Block, _) => Wanted::plain(Ask::Block),
        (Act::Unblock, _) => Wanted::plain(Ask::Unblock),
        (Act::End, _) => Wanted::plain(Ask::End),
        (Act::Rights | Act::Revoke | Act::Token | Act::Mailbox, _) => {
            return Err(Problem::BadForm { hint: "the form is of another act".to_owned() });
        }
    })
}

/// Does a change take the administration away?
fn lays_down(event: &AccountEvent) -> bool {
    match event {
        AccountEvent::Changed(changed) => !changed.after.roles.contains(&Role::Admin),
        _ => false,
    }
}

pub(super) async fn send(
    state: State,
    caller: Caller,
    Speaks(language): Speaks,
    name: web::Path<String>,
    web::Form(typed): web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let visit = Visit::of(state, caller, language, &name).await?;
    let typed = Typed(typed);
    let key = typed.key()?.to_owned();
    let act = Act::ALL.into_iter().find(|act| act.code() == typed.get("do"));
    let act = act.ok_or_else(|| Problem::BadForm { hint: "the form names no act".to_owned() })?;
    let seen = typed.get("version").parse::<u64>().ok().filter(|_| act == Act::Rights);
    let mut reader = Reader::new(&typed, language);
    let why = reader.needed_line("why");
    let read = typing(act, &mut reader, &visit);
    let typing = match reader.finish(read) {
        Ok(typing) => typing,
        Err(faults) => {
            let tried = Tried { act, typed: &typed, seen, faults };
            return visit.show(HttpResponse::UnprocessableEntity(), None, Some(tried)).await;
        }
    };
    let Wanted { ask, secret, shown } = wanted(act, typing).await?;
    let (actor, at, id) = (visit.caller.account.actor.clone(), visit.state.clock.now(), visit.caller.account.id);
    let what = format!("change-account\n{}", visit.name());
    let asked = Asked::new(actor, at, id, &key, &what, typed.canonical().as_bytes(), seen).proved_by(&visit.caller);
    let order = Order { account: visit.name().to_owned(), ask, why, secret };
    let office = visit.state.clone();
    let own = visit.name() == visit.caller.account.actor.name;
    let changed = to_the_end(async move { administer(&office, &asked, order).await }).await;
    let place = format!("/admin/users/{}", visit.name());
    match changed {
        Ok(changed) => {
            tracing::info!(account = %changed.account, act = act.code(), "an account was changed");
            match shown.filter(|_| changed.is_written) {
                // Whoever has laid the administration down sees none of its pages any more.
                _ if own && lays_down(&changed.event) => Ok(onward("/", [])),
                Some(secret) => once(&visit.state, &visit.caller, language, visit.name(), &secret),
                None => Ok(onward(&format!("{place}?done={}", act.code()), [])),
            }
        }
        Err(Problem::ProofTooOld) => Ok(onward(&format!("/proof?{}", query(&[("next", &place)])), [])),
        Err(problem @ Problem::Stale { .. }) => {
            // As it is now, with what was typed: the form bears the version of now, and says what that is.
            let now = Visit::of(visit.state, visit.caller, language, &name).await?;
            let tried =
                Tried { act, typed: &typed, seen: None, faults: vec![Fault::at("roles", now.changed_meanwhile())] };
            now.show(problem.start(), None, Some(tried)).await
        }
        Err(problem @ (Problem::BadField { .. } | Problem::IdempotencyKeyReused)) => {
            let tried = Tried { act, typed: &typed, seen, faults: vec![Fault::of(&problem, language)] };
            visit.show(problem.start(), None, Some(tried)).await
        }
        Err(problem) => Err(problem),
    }
}
