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
