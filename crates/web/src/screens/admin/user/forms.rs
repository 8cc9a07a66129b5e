//! The forms of an account's page, each for one change of it.

use std::collections::BTreeSet;

use directory::accounts::Life;

use super::super::super::fields::{Field, Form};
use super::super::rights;
use super::acts::Act;
use super::{Tried, Visit};
use crate::office::accounts::standing_of;

/// Those that can be sent now. The one that was tried stands open with what is wrong with it.
pub(super) fn all(visit: &Visit, tried: Option<Tried<'_>>) -> Vec<Form> {
    let acts = Act::ALL.into_iter().filter(|act| is_for_now(visit, *act));
    let form = |act: Act| {
        let form = one(visit, act);
        match &tried {
            Some(tried) if tried.act == act => {
                let faults = tried.faults.clone();
                let version = tried.seen.unwrap_or(form.version);
                Form { is_open: true, version, ..form.refill(tried.typed).blame(faults) }
            }
            _ => form,
        }
    };
    acts.map(form).collect()
}

fn is_for_now(visit: &Visit, act: Act) -> bool {
    let is_open = visit.listed.life == Life::Open;
    match act {
        Act::Block | Act::Password | Act::Token | Act::Mailbox | Act::Sessions => is_open,
        Act::Unblock => !is_open,
        Act::Factor => visit.listed.has_factor,
        Act::Revoke => !visit.tokens.is_empty(),
        Act::Rights | Act::End => true,
    }
}

fn one(visit: &Visit, act: Act) -> Form {
    let why = || rights::why(visit.language);
    let of_act = Field::hidden("do", act.code());
    let place = format!("/admin/users/{}", visit.name());
    let form = Form::new(act.code(), act.title(visit), place, visit.listed.version);
    let form = match act {
        Act::Rights => {
            let now = standing_of(&visit.listed.account);
            let mut fields = rights::fields(&visit.state, Some(&now), visit.language);
            fields.push(why());
            form.with(fields)
        }
        Act::Token => form.with(vec![
            Field::text("label", visit.t("Кілт не үшін", "Для чего токен", "What the token is for")).needed(),
            why(),
        ]),
        Act::Revoke => {
            let labels: BTreeSet<&str> = visit.tokens.iter().map(|one| one.label.as_str()).collect();
            let labels = labels.into_iter().map(|label| (label.to_owned(), label.to_owned()));
            form.with(vec![
                Field::select("label", visit.t("Қай кілт", "Какой токен", "Which token"), labels).needed(),
                why(),
            ])
        }
        Act::Mailbox => {
            let hint = visit.t(
                "Қазіргі мекенжай көрсетілмейді. Бос қалса, хат жіберілмейді.",
                "Нынешний адрес не показывается. Если пусто, писем не будет.",
                "The present address is not shown. Where it is left empty, nothing is sent.",
            );
            form.with(vec![
                Field::email("email", visit.t("Жаңа мекенжай", "Новый адрес", "New address")).hint(hint),
                why(),
            ])
        }
        Act::Block => form.with(vec![why()]).grave(),
        Act::End => form
            .note(visit.t(
                "Бұл қайтарылмайды: есептік жазба біржола жабылады, істегені журналда қалады.",
                "Это необратимо: запись закрывается навсегда, сделанное остаётся в журнале.",
                "This cannot be undone: the account ends for good, what was done by it stays in the journal.",
            ))
            .with(vec![why()])
            .grave(),
        Act::Factor => form
            .note(visit.t(
                "Алдымен адамның өзі екеніне көз жеткізіңіз: ол бұдан соң тек құпиясөзбен кіреді.",
                "Сначала убедитесь, что это тот самый человек: после этого он войдёт по одному паролю.",
                "Make sure that it is the person themselves: afterwards they come in by the password alone.",
            ))
            .with(vec![why()])
            .grave(),
        Act::Unblock | Act::Sessions | Act::Password => form.with(vec![why()]),
    };
    form.with(vec![of_act]).done()
}
