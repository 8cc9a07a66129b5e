//! Facts of every kind in which everything occurs that their wordings turn on.
//!
//! Built as literals, so that a new field or variant does not compile until it is here too.

use jiff::civil::{Date, date};

use super::{body, group, letterhead, lines, table, verification};
use crate::kinds::acknowledgement::AcknowledgementFacts;
use crate::kinds::contribution_request::ContributionRequestFacts;
use crate::kinds::cover_note::{CoverNoteFacts, Enclosure};
use crate::kinds::extension_notice::ExtensionNoticeFacts;
use crate::kinds::interim_reply::InterimReplyFacts;
use crate::kinds::reminder::ReminderFacts;
use crate::kinds::reply::ReplyFacts;
use crate::kinds::{
    AnyFacts, Chamber, Executor, FactionRecipient, Form, InquiryReference, Ministry, OneRecipient, OutgoingNumber,
    RecipientList, Recipients, Signatory,
};
use crate::model::{Annex, Group, Language};

/// The day before the letters' own date, and the day after it.
const BEFORE: Date = date(2023, 10, 4);
const AFTER: Date = date(2023, 11, 20);

/// Facts of a kind: its own fields as they are given, those that all kinds share as `shared` says.
macro_rules! told {
    ($kind:ident($facts:ident), $language:ident, $shared:ident, also: $also:expr, { $($field:ident: $value:expr,)+ }) => {
        AnyFacts::$kind($facts {
            language: $language,
            letterhead: $shared.some(letterhead()),
            inquiry: inquiry(),
            also: $also,
            subject: "Тақырып".to_owned(),
            $($field: $value,)+
            signatory: Signatory { post: lines(), name: "Ә. Смайылов".to_owned(), acting: $shared.full() },
            executor: Executor { name: "Ж. Даулетханова".to_owned(), phone: "74-53-71".to_owned() },
            dated: AFTER,
            registration: $shared.some(number()),
            verify: $shared.some(verification()),
            annexes: $shared.list(Annex::Table { title: lines(), table: table() }),
            draft: $shared.full(),
        })
    };
}

/// Facts of one kind: with everything and with as little as may be, to everybody that this kind can go to.
pub(crate) fn facts(form: Form, language: Language) -> Vec<AnyFacts> {
    match form {
        Form::Reply => to_deputies(|chamber, recipients, shared| {
            let other = Signatory { post: lines(), name: "Р. Скляр".to_owned(), acting: !shared.full() };
            told!(Reply(ReplyFacts), language, shared, also: shared.list(inquiry()), {
                chamber: chamber, recipients: recipients, body: body(), cosignatories: shared.list(other),
            })
        }),
        Form::InterimReply => to_deputies(|chamber, recipients, shared| {
            told!(InterimReply(InterimReplyFacts), language, shared, also: shared.list(inquiry()), {
                chamber: chamber, recipients: recipients, body: body(), due: AFTER,
            })
        }),
        Form::ExtensionNotice => to_deputies(|chamber, recipients, shared| {
            told!(ExtensionNotice(ExtensionNoticeFacts), language, shared, also: shared.list(inquiry()), {
                chamber: chamber, recipients: recipients, due: BEFORE, extended_to: AFTER, ground: "Негізі.".to_owned(),
            })
        }),
        Form::Acknowledgement => to_deputies(|chamber, recipients, shared| {
            // It speaks of one inquiry only.
            told!(Acknowledgement(AcknowledgementFacts), language, shared, also: Vec::new(), {
                chamber: chamber, recipients: recipients, incoming: number(), due: AFTER,
            })
        }),
        Form::ContributionRequest => to_ministries(|ministries, shared| {
            told!(ContributionRequest(ContributionRequestFacts), language, shared, also: shared.list(inquiry()), {
                ministries: ministries,
                questions: lines(),
                lead: shared.some("Сыртқы істер министрлігі".to_owned()),
                due: AFTER,
                body: shared.some(body()),
            })
        }),
        Form::CoverNote => to_ministries(|ministries, shared| {
            told!(CoverNote(CoverNoteFacts), language, shared, also: shared.list(inquiry()), {
                ministries: ministries,
                due: shared.some(AFTER),
                enclosures: vec![Enclosure { title: "Сауалдың көшірмесі".to_owned(), sheets: 3 }],
                body: shared.some(body()),
            })
        }),
        Form::Reminder => to_ministries(|ministries, shared| {
            told!(Reminder(ReminderFacts), language, shared, also: shared.list(inquiry()), {
                ministries: ministries,
                asked: number(),
                // The one is overdue, the other is not.
                due: if shared.full() { BEFORE } else { AFTER },
                body: shared.some(body()),
            })
        }),
    }
}

/// How much of what need not be there is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shared {
    Full,
    Bare,
}

impl Shared {
    const BOTH: [Self; 2] = [Self::Full, Self::Bare];

    fn full(self) -> bool {
        self == Self::Full
    }

    fn some<T>(self, value: T) -> Option<T> {
        self.full().then_some(value)
    }

    fn list<T>(self, value: T) -> Vec<T> {
        self.some(value).into_iter().collect()
    }
}

fn to_ministries(kind: impl Fn(Vec<Ministry>, Shared) -> AnyFacts) -> Vec<AnyFacts> {
    let ministry = || Ministry { dative: lines() };
    Shared::BOTH.map(|shared| kind(vec![ministry(), ministry()], shared)).to_vec()
}

fn to_deputies(kind: impl Fn(Chamber, Recipients, Shared) -> AnyFacts) -> Vec<AnyFacts> {
    let one = OneRecipient {
        dative: "Н. Сәрсенғалиевке".to_owned(), address: "Нұртай Салихұлы".to_owned()
    };
    let single = Group { lines: lines(), members: vec!["Н. Тау".to_owned()] };
    let recipients = [
        Recipients::One(one),
        Recipients::List(RecipientList { groups: vec![group()] }),
        Recipients::List(RecipientList { groups: vec![single] }),
        Recipients::Faction(FactionRecipient { dative: lines(), groups: vec![group()] }),
        Recipients::Faction(FactionRecipient { dative: lines(), groups: Vec::new() }),
    ];
    let chambers = [Chamber::Mazhilis, Chamber::Senate, Chamber::Parliament];
    let ways = recipients.iter().flat_map(|recipients| Shared::BOTH.map(|shared| (recipients, shared)));
    ways.zip(chambers.into_iter().cycle())
        .map(|((recipients, shared), chamber)| kind(chamber, recipients.clone(), shared))
        .collect()
}

fn inquiry() -> InquiryReference {
    InquiryReference { number: "№ДС-326".to_owned(), dated: date(2023, 9, 20) }
}

fn number() -> OutgoingNumber {
    OutgoingNumber { number: "1-1/1".to_owned(), dated: BEFORE }
}
