//! What is said of a ministry's part in an inquiry.

use directory::{Language, MinistryCode};
use jiff::Timestamp;

use crate::time;

pub(super) fn no_part(ministry: &MinistryCode, l: Language) -> String {
    say!(
        l,
        "Министрліктің ({ministry}) бұл сауалда мұндай міндеті жоқ.",
        "Министерство ({ministry}) не участвует в этом запросе в такой роли.",
        "The ministry ({ministry}) has no such part in this inquiry."
    )
}

pub(super) fn has_part(ministry: &MinistryCode, l: Language) -> String {
    say!(
        l,
        "Министрлік ({ministry}) бұл сауал бойынша орындаушы болып белгіленген.",
        "Министерство ({ministry}) уже назначено исполнителем.",
        "The ministry ({ministry}) is assigned already."
    )
}

pub(super) fn contest_pending(l: Language) -> String {
    say!(
        l,
        "Ауыстыру сұралған: басшының шешімін күтіңіз.",
        "О замене уже попросили: дождитесь решения руководителя.",
        "A replacement has been asked for already: wait for the head's decision."
    )
}

pub(super) fn contest_open(l: Language) -> String {
    say!(
        l,
        "Орындаушы ауыстыруды сұраған, басшы әлі шешкен жоқ: ол орындаушыны ауыстырады не бұрыштаманы қайта қойып, орнында қалдырады.",
        "Исполнитель просит его заменить, и руководитель ещё не решил: он заменяет исполнителя или оставляет его, наложив резолюцию заново.",
        "A ministry asks to be replaced, and the head has not decided: the head replaces it, or keeps it by putting the resolution anew."
    )
}

pub(super) fn owes_nothing(ministry: &MinistryCode, l: Language) -> String {
    say!(
        l,
        "Министрліктен ({ministry}) қазір ештеңе күтілмейді: не ұсынысы түскен, не жоба келісуде.",
        "От министерства ({ministry}) сейчас ничего не ждут: его предложение поступило или проект на согласовании.",
        "Nothing is awaited from the ministry ({ministry}) now: its contribution has come, or the draft is with the approvers."
    )
}

pub(super) fn reminded_today(ministry: &MinistryCode, at: Timestamp, l: Language) -> String {
    let at = time::clock_of(at);
    say!(
        l,
        "Министрлікке ({ministry}) осы сауал туралы бүгін сағат {at} еске салынған; келесі рет ертең мүмкін.",
        "Министерству ({ministry}) об этом запросе сегодня уже напомнили в {at}; снова можно завтра.",
        "The ministry ({ministry}) was reminded of this inquiry today at {at} already; the next time is tomorrow."
    )
}
