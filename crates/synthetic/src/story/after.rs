//! What follows: the end of control, what deputies say of the answer, and inquiries that are taken back.

use directory::Role;
use inquiry::command::{Close, RecordResponse, RemoveFromControl, Withdraw};
use inquiry::terms::Outcome;
use inquiry::{RecipientNo, StageName};

use super::Bent;
use super::teller::{Stop, Teller, Told};
use crate::office::person;
use crate::texts::Tongue;

/// The control officer takes it off control and closes it.
pub(super) fn closed(teller: &mut Teller<'_>, bent: &Bent, who: usize) -> Told {
    teller.days(0, 4)?;
    let control = person("control", Role::Control);
    if teller.chance.percent(30) {
        teller.ask(who, &control, RemoveFromControl { note: None })?;
        teller.minutes(2, 30)?;
    }
    let outcome = match teller.chance.below(100) {
        0..84 => Outcome::Answered,
        84..94 => {
            let ground = match bent.tongue {
                Tongue::Kk => "Соңғы сұрақ бойынша шешім келесі жылдың бюджетіне байланысты.",
                Tongue::Ru => "По последнему вопросу решение зависит от бюджета следующего года.",
            };
            Outcome::AnsweredInPart { ground: ground.to_owned() }
        }
        _ => {
            let ground = match bent.tongue {
                Tongue::Kk => "Сұралған шараға заңда негіз жоқ.",
                Tongue::Ru => "Для запрошенной меры нет основания в законе.",
            };
            Outcome::Refused { ground: ground.to_owned() }
        }
    };
    teller.ask(who, &control, Close { outcome })
}

/// Some deputies say what they think of the reply; answers whether one of them is not satisfied.
pub(super) fn spoken(teller: &mut Teller<'_>, bent: &Bent, who: usize) -> Result<bool, Stop> {
    let is_closed = teller.stage(who)?.name() == StageName::Closed;
    if !is_closed || !teller.chance.percent(34) {
        return Ok(false);
    }
    teller.days(1, 12)?;
    let satisfied = teller.chance.percent(56);
    let comment = match (satisfied, bent.tongue) {
        (true, _) => None,
        (false, Tongue::Kk) => Some("Жауап жалпылама, нақты мерзім көрсетілмеген."),
        (false, Tongue::Ru) => Some("Ответ общий, конкретные сроки не указаны."),
    };
    let response = RecordResponse { recipient: RecipientNo(1), satisfied, comment: comment.map(str::to_owned) };
    teller.ask(who, &person("clerk", Role::Clerk), response)?;
    Ok(!satisfied)
}

/// The deputies take it back: what they asked for has been done.
pub(super) fn withdrawn(teller: &mut Teller<'_>, bent: &Bent, who: usize) -> Told {
    teller.days(1, 6)?;
    let reason = match bent.tongue {
        Tongue::Kk => "Депутаттың өтініші бойынша: мәселе жергілікті жерде шешілді.",
        Tongue::Ru => "По просьбе депутата: вопрос решён на месте.",
    };
    teller.ask(who, &person("clerk", Role::Clerk), Withdraw { reason: reason.to_owned() })
}
