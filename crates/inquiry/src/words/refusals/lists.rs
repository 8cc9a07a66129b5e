//! Several roles, places or visas inside a sentence.

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
