//! What people are told of accounts: events as lines of the journal, refusals with what to do.

use jiff::civil::Date;

use super::refusal::in_language;
use super::{AccountEvent, AccountRefusal};
use crate::{Language, Multilingual, dates};

impl AccountEvent {
    /// What the journal says of events with that stored name; none when it is not one of these.
    #[must_use]
    pub fn words(stored: &str, language: Language) -> Option<&'static str> {
        let said = match stored {
            "account_opened" => ("есептік жазба ашылды", "учётная запись открыта", "an account was opened"),
            "account_changed" => (
                "есептік жазбаның құқықтары өзгертілді",
                "права учётной записи изменены",
                "the rights of an account were changed",
            ),
            "account_blocked" => ("есептік жазба бұғатталды", "учётная запись заблокирована", "an account was blocked"),
            "account_unblocked" => {
                ("есептік жазбаның бұғаты алынды", "учётная запись разблокирована", "an account was unblocked")
            }
            "account_ended" => ("есептік жазба жабылды", "учётная запись закрыта", "an account ended"),
            "account_password_replaced" => {
                ("құпиясөз жаңадан берілді", "выдан новый пароль", "another password was given")
            }
            "account_second_factor_reset" => {
                ("екінші фактор алып тасталды", "второй фактор снят", "a second factor was taken away")
            }
            "account_sessions_ended" => ("сеанстар аяқталды", "сеансы завершены", "sessions were ended"),
            "account_mailbox_changed" => {
                ("хат мекенжайы өзгертілді", "адрес для писем изменён", "the address for mail was changed")
            }
            "account_token_made" => ("бағдарламаға кілт берілді", "выдан токен программе", "a token was made"),
            "account_tokens_revoked" => {
                ("бағдарламаның кілті қайтарып алынды", "токен отозван", "tokens were taken back")
            }
            "account_identity_linked" => {
                ("сәйкестендіру қызметі байланыстырылды", "связана служба идентификации", "an identity was linked")
            }
            "account_identity_unlinked" => (
                "сәйкестендіру қызметінен ажыратылды",
                "связь со службой идентификации снята",
                "the link to an identity was taken back",
            ),
            "substitute_named" => ("орынбасушы тағайындалды", "назначен замещающий", "a substitute was named"),
            "substitution_ended" => ("орынбасу аяқталды", "замещение прекращено", "a substitution was ended"),
            _ => return None,
        };
        Some(in_language(said, language))
    }
}

impl AccountRefusal {
    /// The same as a sentence for people.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let fixed = match self {
            Self::Standing(fault) => return fault.words(language).to_owned(),
            Self::MinistryOver { name, since, successors } => return over(name, *since, successors, language),
            Self::SubstituteNotOpen { name } => return not_open(name, language),
            Self::NeverSubstituted { role } => return never(role.words(language), language),
            Self::RoleNotHeld { role } => return not_held(role.words(language), language),
            Self::OutsideTheHouse { role } => return outside(role.words(language), language),
            Self::SubstitutedAlready { substitute } => return already(substitute, language),
            Self::NoReason => (
                "Себебін бір жолға жазыңыз, 500 таңбадан асырмаңыз.",
                "Напишите причину в одну строку, не длиннее 500 знаков.",
                "Say why on one line, in 500 characters at most.",
            ),
            Self::NothingChanges => ("Ештеңе өзгермейді.", "Ничего не меняется.", "Nothing would change."),
            Self::LastAdministrator => (
                "Бұл – соңғы әкімші. Алдымен басқа біреуге әкімші рөлін беріңіз.",
                "Это последний администратор. Сначала дайте роль администратора кому-нибудь ещё.",
                "This is the last administrator. Give somebody else the role first.",
            ),
            Self::Ended => (
                "Есептік жазба біржола жабылған. Қажет болса, жаңасын ашыңыз.",
                "Учётная запись закрыта навсегда. Если нужно, откройте новую.",
                "The account has ended for good. Open another one where that is needed.",
            ),
            Self::Blocked => (
                "Есептік жазба бұғатталған. Алдымен бұғатын алыңыз.",
                "Учётная запись заблокирована. Сначала разблокируйте её.",
                "The account is blocked. Unblock it first.",
            ),
            Self::BlockedAlready => (
                "Есептік жазба онсыз да бұғатталған.",
                "Учётная запись уже заблокирована.",
                "The account is blocked already.",
            ),
            Self::NotBlocked => {
                ("Есептік жазба бұғатталмаған.", "Учётная запись не заблокирована.", "The account is not blocked.")
            }
            Self::OwnSubstitute => (
                "Адам өзін өзі алмастырмайды: басқа біреуді таңдаңыз.",
                "Никто не замещает сам себя: выберите другого.",
                "Nobody stands in for themselves: choose somebody else.",
            ),
            Self::NoRoleHandedOver => (
                "Қай рөлдің жұмысы тапсырылатынын таңдаңыз.",
                "Выберите, работа какой роли передаётся.",
                "Choose the work of which role is handed over.",
            ),
            Self::EndsBeforeItBegins => (
                "Орынбасу басталғаннан кейін және болашақта аяқталуы керек.",
                "Замещение заканчивается позже, чем начинается, и в будущем.",
                "A substitution ends after it begins, and in the future.",
            ),
            Self::BeginsFarAhead => (
                "Орынбасу он жыл ішінде басталуы керек: жылын тексеріңіз.",
                "Замещение начинается не позже чем через десять лет: проверьте год.",
                "A substitution begins within ten years: check the year.",
            ),
            Self::TooLongAbsent => (
                "Орынбасу бір жылдан аспайды.",
                "Замещение длится не больше года.",
                "A substitution lasts a year at most.",
            ),
            Self::NoSuchSubstitution => {
                ("Мұндай орынбасу жоқ.", "Такого замещения нет.", "There is no such substitution.")
            }
            Self::SubstitutionOver => {
                ("Бұл орынбасу аяқталған.", "Это замещение уже закончилось.", "This substitution is over already.")
            }
        };
        in_language(fixed, language).to_owned()
    }
}

fn over(name: &Multilingual, since: Date, successors: &[Multilingual], language: Language) -> String {
    let (name, day) = (name.words(language), dates::words(since, language));
    let became = successors.iter().map(|one| one.words(language)).collect::<Vec<_>>().join(", ");
    if became.is_empty() {
        return match language {
            Language::Kk => format!("«{name}» {day} күнінен бастап жоқ, мұрагері де жоқ: басқа министрлікті таңдаңыз."),
            Language::Ru => {
                format!("«{name}» не существует с {day}, преемника у него нет: выберите другое министерство.")
            }
            Language::En => {
                format!("The {name} has been no more since {day} and has no successor: choose another ministry.")
            }
        };
    }
    match language {
        Language::Kk => format!("«{name}» {day} күнінен бастап жоқ, оның мұрагері: {became}. Мұрагерін таңдаңыз."),
        Language::Ru => format!("«{name}» не существует с {day}, его преемник: {became}. Выберите преемника."),
        Language::En => format!("The {name} has been no more since {day}; it became: {became}. Choose the successor."),
    }
}

fn not_open(name: &str, language: Language) -> String {
    match language {
        Language::Kk => format!("{name} есептік жазбасы ашық емес, сондықтан ол ешкімді алмастыра алмайды."),
        Language::Ru => format!("Учётная запись {name} не открыта и замещать никого не может."),
        Language::En => format!("The account {name} is not open, so it cannot stand in for anybody."),
    }
}

fn never(role: &str, language: Language) -> String {
    match language {
        Language::Kk => format!("«{role}» рөлінде ешкім алмастырылмайды; қол қою құқығы бұйрықпен беріледі."),
        Language::Ru => format!("В роли «{role}» замещения нет; право подписи даёт приказ."),
        Language::En => format!("Nobody stands in for the role ‘{role}’; the right to sign is given by an order."),
    }
}

fn not_held(role: &str, language: Language) -> String {
    match language {
        Language::Kk => format!("Алмастырылатын адамда «{role}» рөлі жоқ."),
        Language::Ru => format!("У замещаемого нет роли «{role}»."),
        Language::En => format!("The absent does not have the role ‘{role}’."),
    }
}

fn outside(role: &str, language: Language) -> String {
    match language {
        Language::Kk => format!(
            "«{role}» рөлінде сол мекеменің адамы алмастырады: министрліктің қағаздары министрлікте, Аппараттікі Аппаратта қалады."
        ),
        Language::Ru => format!(
            "В роли «{role}» замещает человек того же ведомства: бумаги министерства остаются в министерстве, бумаги Аппарата – в Аппарате."
        ),
        Language::En => format!(
            "For the role ‘{role}’ somebody of the same house stands in: a ministry's papers stay within it, and the Office's within the Office."
        ),
    }
}

fn already(substitute: &str, language: Language) -> String {
    match language {
        Language::Kk => format!("Бұл уақытта сол жұмысты {substitute} атқарады: алдымен соны аяқтаңыз."),
        Language::Ru => {
            format!("На это время ту же работу уже выполняет {substitute}: сначала прекратите то замещение.")
        }
        Language::En => format!("{substitute} stands in for the same work at that time: end that first."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_a_line_of_the_journal_in_every_language() {
        for stored in AccountEvent::STORED {
            let said = Language::ALL.map(|language| AccountEvent::words(stored, language));
            assert!(said.iter().all(Option::is_some), "{stored}");
            assert!(said[0] != said[1] && said[1] != said[2], "{stored}");
        }
        assert_eq!(AccountEvent::words("inquiry_received", Language::Kk), None);
    }
}
