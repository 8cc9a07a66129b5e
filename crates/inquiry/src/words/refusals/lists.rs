//! Several roles, places or visas inside a sentence, and whose visa cannot be given by whom.

use directory::{Language, Role};

use crate::ids::RecipientNo;
use crate::terms::RequiredVisa;
use crate::words::pick;

pub(super) fn role_list(roles: &[Role], language: Language) -> String {
    let or = pick(language, " немесе ", " или ", " or the ");
    roles.iter().map(|role| role.words(language)).collect::<Vec<_>>().join(or)
}

pub(super) fn numbers(recipients: &[RecipientNo]) -> String {
    recipients.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

pub(super) fn visas(visas: &[RequiredVisa], language: Language) -> String {
    let words = |visa: &RequiredVisa| format!("{} ({})", visa.kind.words(language), visa.approver);
    visas.iter().map(words).collect::<Vec<_>>().join(", ")
}

pub(super) fn author_stands_in(l: Language) -> String {
    say!(
        l,
        "Жобаны өзіңіз жаздыңыз, сондықтан басқа адамның орнына виза қоя алмайсыз: келісушінің өзі не басқа орынбасушы қойсын.",
        "Вы сами писали этот проект и поставить за другого визу не можете: пусть её поставит сам согласующий или другой замещающий.",
        "You wrote this draft yourself, so you cannot give somebody else's visa: let the approver or another substitute give it."
    )
}
