//! Random walks through the life cycle: who could ask for what in a state, and commands that make sense there, or nearly.
//!
//! Most steps take a command that the state offers, with the main line weighing more, so that walks reach the late stages; the others
//! are asked by anybody at any time.

use directory::changes::event::{DayKind, DaySet};
use directory::{Actor, Authority, MinistryCode, Role, TopicCode};
use inquiry::command::*;
use inquiry::content::Translation;
use inquiry::decide::succession::carry_over;
use inquiry::intake::{Intake, Recipient, RecipientGroup};
use inquiry::recount::{Calendars, recount};
use inquiry::state::{Dossier, Stage};
use inquiry::terms::{MergedInquiry, Outcome, ReceiptProof, RequiredVisa, ServerReport, VisaKind};
use inquiry::{
    Ask, Command, CommandName, DraftVersion, Event, Inquiry, InquiryId, QuestionNo, RecipientNo, allowed, decide,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::support::*;

/// The one day on which walks happen.
pub(crate) const TODAY: Date = date(2023, 10, 18);

pub(crate) fn financier() -> Actor {
    Actor::new("financier", [Role::Approver])
}

/// Everybody who could come through the door.
pub(crate) fn cast() -> Vec<Actor> {
    let many_hats =
        Actor { ministry: Some(mlsp()), ..Actor::new("hats", [Role::Executor, Role::Approver, Role::Clerk]) };
    vec![
        clerk(),
        control(),
        head(),
        labour(),
        foreign(),
        treasury(),
        lawyer(),
        linguist(),
        financier(),
        premier(),
        acting_premier(),
        minister(),
        worker(),
        auditor(),
        Actor::new("admin", [Role::Admin]),
        Actor::new("nameless", [Role::Executor, Role::Deputy]),
        many_hats,
        deputy(1),
        deputy(2),
        deputy(99),
        holder(1, 1),
        holder(3, 1),
    ]
}

/// Three deputies: one known with an address, one known without, one unknown to the directory.
fn intake() -> Intake {
    let mut intake = short_intake();
    let unknown = Recipient { deputy: None, ..recipient(3, "М. Әбенов") };
    intake.groups.push(RecipientGroup { deputies: vec![unknown], ..intake.groups[0].clone() });
    intake
}

/// One step of a walk.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pick: u32,
    seed: u32,
    /// Asked by anybody, at any time, about anything.
    wild: bool,
}

pub(crate) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (any::<u32>(), any::<u32>(), prop::bool::weighted(0.1));
    prop::collection::vec(step.prop_map(|(pick, seed, wild)| Step { pick, seed, wild }), 1..most)
}

/// A history with the states it led through; the first is the state before anything happened.
pub(crate) struct Walk {
    pub(crate) events: Vec<Event>,
    pub(crate) states: Vec<Inquiry>,
    pub(crate) accepted: Vec<CommandName>,
}

impl Walk {
    pub(crate) fn last(&self) -> &Inquiry {
        self.states.last().unwrap()
    }
}

pub(crate) fn walk(steps: &[Step]) -> Walk {
    let cast = cast();
    let mut walk = Walk { events: Vec::new(), states: vec![Inquiry::NotReceived], accepted: Vec::new() };
    for step in steps {
        if let Some(event) = of_records(walk.last(), step.seed) {
            let next = walk.last().clone().evolve(&event);
            walk.states.push(next);
            walk.events.push(event);
        }
        let Some((by, name)) = choose(walk.last(), &cast, step) else { continue };
        let ask = plausible(walk.last(), &by, name, step.seed);
        let command = Command { by, at: at(TODAY), seen: None, ask };
        if let Ok(events) = decide(walk.last(), &command) {
            walk.accepted.push(name);
            for event in events {
                let next = walk.last().clone().evolve(&event);
                walk.states.push(next);
                walk.events.push(event);
            }
        }
    }
    walk
}

/// An act that was recorded in the directory reaches the inquiry between two commands, now and then.
fn of_records(inquiry: &Inquiry, seed: u32) -> Option<Event> {
    const MINISTRIES: [&str; 4] = ["mlsp", "mfa", "mof", "mne"];
    let dossier = inquiry.dossier().filter(|_| seed % 16 < 2)?;
    if seed.is_multiple_of(2) {
        let pick = |seed: u32| MinistryCode::new(MINISTRIES[seed as usize % MINISTRIES.len()]).unwrap();
        return carry_over(dossier, &pick(seed / 16), &pick(seed / 64), "Жарлық").map(Event::from);
    }
    let before = directory_of_these_days().calendar();
    let off = |date| DaySet { date, kind: DayKind::DayOff, note: "Демалыс".into() };
    let due = dossier.assignment.as_ref().map(|assignment| assignment.lead_due);
    let days: Vec<DaySet> = dossier.due().into_iter().chain(due).map(off).collect();
    let now = before.with(&days);
    recount(dossier, Calendars { before, now: &now, today: TODAY }, "Қаулы").map(Event::from)
}

fn choose(inquiry: &Inquiry, cast: &[Actor], step: &Step) -> Option<(Actor, CommandName)> {
    if step.wild {
        let by = &cast[step.pick as usize % cast.len()];
        return Some((by.clone(), CommandName::ALL[step.seed as usize % CommandName::ALL.len()]));
    }
    let offers: Vec<(&Actor, CommandName)> =
        cast.iter().flat_map(|by| allowed(inquiry, by).into_iter().map(move |name| (by, name))).collect();
    let total: u32 = offers.iter().map(|(_, name)| weight(*name)).sum();
    let mut left = step.pick.checked_rem(total)?;
    for (by, name) in offers {
        match left.checked_sub(weight(name)) {
            Some(rest) => left = rest,
            None => return Some((by.clone(), name)),
        }
    }
    None
}

/// The right of whoever holds one of the offices that sign.
fn own_right(by: &Actor) -> Authority {
    let person = by.person.unwrap_or_else(smailov);
    let office = if person == zhakupova() { cosignatory().signatory.office } else { right().office };
    Authority { office, person, ..right() }
}

/// The main line leads deep into the life cycle; what ends a walk comes seldom.
fn weight(name: CommandName) -> u32 {
    match name {
        CommandName::SubmitForApproval
        | CommandName::Visa
        | CommandName::SubmitForSignature
        | CommandName::Sign
        | CommandName::AssignOutgoingNumber
        | CommandName::Dispatch
        | CommandName::RemoveFromControl
        | CommandName::Close => 40,
        CommandName::Register
        | CommandName::AssignMinistries
        | CommandName::ReviseDraft
        | CommandName::SubmitContribution
        | CommandName::AcceptContribution
        | CommandName::RecordAcceptance
        | CommandName::RecordFailure
        | CommandName::ConfirmDelivery
        | CommandName::RecordDeliveryByHand => 10,
        CommandName::ContestAssignment
        | CommandName::Reassign
        | CommandName::ReturnContribution
        | CommandName::RemindMinistry
        | CommandName::RefuseVisa
        | CommandName::ReturnDraft
        | CommandName::DeclineSigning
        | CommandName::Resend
        | CommandName::RecordDeliveryReport
        | CommandName::RevokeLink
        | CommandName::RequestExtension
        | CommandName::GrantExtension
        | CommandName::RefuseExtension
        | CommandName::SendInterimReply
        | CommandName::LinkRepeat
        | CommandName::Merge
        | CommandName::ReplaceReply
        | CommandName::RecordResponse => 4,
        CommandName::JoinMerge | CommandName::Withdraw | CommandName::Redirect | CommandName::SetTopic => 1,
    }
}

/// A number from 0 to below `n`, another for each `salt`.
fn roll(seed: u32, salt: u32, n: u32) -> u32 {
    (seed.wrapping_mul(2_654_435_761).wrapping_add(salt.wrapping_mul(40_503)) >> 7) % n
}

fn some_ministry(seed: u32, salt: u32) -> MinistryCode {
    [mlsp(), mfa(), mof()][roll(seed, salt, 3) as usize].clone()
}

fn days_after(day: Date, seed: u32, salt: u32, earliest: i32, span: u32) -> Date {
    day + (earliest + i32::try_from(roll(seed, salt, span)).unwrap()).days()
}

/// Usually as it should be, one time in eight not.
fn usually<T>(seed: u32, salt: u32, right: T, wrong: T) -> T {
    if roll(seed, salt, 8) == 0 { wrong } else { right }
}

fn text(seed: u32) -> String {
    usually(seed, 90, format!("мәтін {}", seed % 1_000), "  ".to_owned())
}

/// A command of that kind that makes sense in this state, or nearly.
#[expect(clippy::too_many_lines, reason = "one arm a command")]
pub(crate) fn plausible(inquiry: &Inquiry, by: &Actor, name: CommandName, seed: u32) -> Ask {
    let dossier = inquiry.dossier();
    let draft = dossier.and_then(|dossier| dossier.draft.as_ref());
    let current = draft.map_or(FIRST, |draft| draft.version);
    let version = usually(seed, 1, current, DraftVersion(current.0.saturating_sub(1)));
    let now = draft.map_or_else(|| content("жоқ").hash(), |draft| draft.content_hash);
    let content_hash = usually(seed, 2, now, content("басқа").hash());
    let recipient = RecipientNo(u16::try_from(1 + roll(seed, 3, 5)).unwrap());
    let due = dossier.and_then(Dossier::due).unwrap_or(TODAY);
    match name {
        CommandName::Register => {
            let mut ask = register(intake());
            ask.deadline.due = days_after(ask.deadline.due, seed, 4, -40, 45);
            Ask::Register(ask)
        }
        CommandName::AssignMinistries => AssignMinistries {
            resolution: text(seed),
            lead: some_ministry(seed, 5),
            lead_due: days_after(TODAY, seed, 6, -1, 6),
            co_executors: (0..roll(seed, 7, 3)).map(|n| co_executor(some_ministry(seed, 8 + n), TODAY)).collect(),
        }
        .into(),
        CommandName::ContestAssignment => {
            ContestAssignment { reason: text(seed), propose: Some(some_ministry(seed, 5)) }.into()
        }
        CommandName::Reassign => Reassign {
            from: some_ministry(seed, 5),
            to: some_ministry(seed, 6),
            reason: text(seed),
            due: days_after(TODAY, seed, 7, -1, 8),
        }
        .into(),
        CommandName::SubmitContribution => SubmitContribution {
            body: body(&text(seed)),
            answers: vec![QuestionNo(u16::try_from(1 + roll(seed, 5, 3)).unwrap())],
            files: Vec::new(),
        }
        .into(),
        CommandName::AcceptContribution => AcceptContribution { ministry: waiting(dossier, seed) }.into(),
        CommandName::ReturnContribution => {
            ReturnContribution { ministry: waiting(dossier, seed), reason: text(seed) }.into()
        }
        CommandName::RemindMinistry => {
            RemindMinistry { ministry: some_ministry(seed, 5), note: usually(seed, 6, None, Some(text(seed))) }.into()
        }
        CommandName::ReviseDraft => {
            let mut ask = revise(&text(seed));
            if roll(seed, 5, 3) == 0 {
                let language = usually(seed, 6, directory::Language::Ru, directory::Language::Kk);
                ask.content.translations = vec![Translation { language, body: body("перевод") }];
            }
            ask.into()
        }
        CommandName::SubmitForApproval => SubmitForApproval { version, required: some_visas(seed) }.into(),
        CommandName::Visa => Visa { version, content_hash, kind: own_kind(dossier, by, seed) }.into(),
        CommandName::RefuseVisa => {
            RefuseVisa { version, content_hash, kind: own_kind(dossier, by, seed), remarks: text(seed) }.into()
        }
        CommandName::ReturnDraft => ReturnDraft { version, reason: text(seed) }.into(),
        CommandName::SubmitForSignature => {
            let also = if roll(seed, 6, 2) == 0 { vec![cosignatory()] } else { Vec::new() };
            SubmitForSignature { also, ..lay(version, usually(seed, 5, TODAY, due)) }.into()
        }
        // As the edge has looked it up: the right of whoever asks.
        CommandName::Sign => {
            let authority = own_right(by);
            Sign { pdf_bytes: usually(seed, 5, 88_123, 0), authority, ..sign(version, content_hash) }.into()
        }
        CommandName::DeclineSigning => DeclineSigning { reason: text(seed) }.into(),
        CommandName::AssignOutgoingNumber => {
            let value = i64::from(seed % 5_000);
            AssignOutgoingNumber { value, dated: usually(seed, 5, TODAY, due), ..number() }.into()
        }
        CommandName::Dispatch => dispatch_of(dossier).into(),
        CommandName::RecordAcceptance => {
            RecordAcceptance { order: some_order(dossier, seed), recipient, ..accepted(1, 1) }.into()
        }
        CommandName::RecordFailure => {
            let permanent = roll(seed, 5, 2) == 0;
            RecordFailure { order: some_order(dossier, seed), recipient, ..failed(1, 1, permanent) }.into()
        }
        CommandName::RecordDeliveryReport => {
            let what = ServerReport::ALL[roll(seed, 5, 3) as usize % ServerReport::ALL.len()];
            RecordDeliveryReport { order: some_order(dossier, seed), recipient, what, ..reported(1, 1, what) }.into()
        }
        CommandName::ConfirmDelivery => {
            // What a deputy says of themselves, and what others learn; now and then the one as if it were the other.
            let others = [ReceiptProof::DeliveryNotice, ReceiptProof::AnsweredByMail, ReceiptProof::SaidByTelephone];
            let how = match roll(seed, 5, 10) {
                0 => ReceiptProof::OpenedHere,
                _ if by.holds.is_some() => ReceiptProof::ByPersonalLink,
                _ if by.has(Role::Deputy) => ReceiptProof::OpenedHere,
                other => others[other as usize % others.len()],
            };
            ConfirmDelivery { recipient, how }.into()
        }
        CommandName::RecordDeliveryByHand => {
            RecordDeliveryByHand { recipient, on: usually(seed, 5, TODAY, due), note: text(seed) }.into()
        }
        CommandName::Resend => Resend { recipient, address: "again@mazhilis.example".parse().unwrap() }.into(),
        CommandName::RevokeLink => RevokeLink { recipient }.into(),
        CommandName::RequestExtension => {
            RequestExtension { ground: text(seed), until: days_after(due, seed, 5, -2, 20) }.into()
        }
        CommandName::GrantExtension => GrantExtension { until: days_after(due, seed, 5, -2, 20) }.into(),
        CommandName::RefuseExtension => RefuseExtension { reason: text(seed) }.into(),
        CommandName::SendInterimReply => {
            SendInterimReply { summary: text(seed), number: None, dated: usually(seed, 5, TODAY, due), pdf: None }
                .into()
        }
        CommandName::RemoveFromControl => RemoveFromControl { note: None }.into(),
        CommandName::Close => {
            let ground = text(seed);
            let outcomes =
                [Outcome::Answered, Outcome::AnsweredInPart { ground: ground.clone() }, Outcome::Refused { ground }];
            Close { outcome: outcomes[roll(seed, 5, 3) as usize].clone() }.into()
        }
        CommandName::LinkRepeat => LinkRepeat { repeat: some_inquiry(seed), number: text(seed) }.into(),
        CommandName::Merge => {
            let due = days_after(due, seed, 6, -1, 9);
            let other = MergedInquiry {
                inquiry: some_inquiry(seed),
                number: text(seed),
                dated: RECEIVED,
                due,
                groups: short_intake().groups,
            };
            Merge { others: vec![other] }.into()
        }
        CommandName::JoinMerge => JoinMerge { into: some_inquiry(seed), number: text(seed) }.into(),
        CommandName::Withdraw => Withdraw { reason: text(seed) }.into(),
        CommandName::Redirect => Redirect { to: text(seed), reason: text(seed) }.into(),
        CommandName::ReplaceReply => ReplaceReply { reason: text(seed) }.into(),
        CommandName::RecordResponse => {
            let comment = usually(seed, 6, None, Some(text(seed)));
            RecordResponse { recipient, satisfied: roll(seed, 5, 2) == 0, comment }.into()
        }
        CommandName::SetTopic => {
            let topic = TopicCode::new(["social", "health", "water"][roll(seed, 5, 3) as usize]).unwrap();
            SetTopic { topic, reason: usually(seed, 6, Some(text(seed)), None) }.into()
        }
    }
}

fn waiting(dossier: Option<&Dossier>, seed: u32) -> MinistryCode {
    let known: Vec<MinistryCode> =
        dossier.iter().flat_map(|dossier| &dossier.contributions).map(|known| known.ministry.clone()).collect();
    if known.is_empty() {
        return some_ministry(seed, 5);
    }
    usually(seed, 6, known[roll(seed, 7, u32::try_from(known.len()).unwrap()) as usize].clone(), mof())
}

fn some_visas(seed: u32) -> Vec<RequiredVisa> {
    let all = [
        required(VisaKind::Legal, &lawyer()),
        required(VisaKind::Language, &linguist()),
        required(VisaKind::Finance, &financier()),
        required(VisaKind::Office, &labour()),
    ];
    all.into_iter().zip(10..).filter(|(_, salt)| roll(seed, *salt, 3) == 0).map(|(visa, _)| visa).collect()
}

fn own_kind(dossier: Option<&Dossier>, by: &Actor, seed: u32) -> VisaKind {
    let own = dossier.map(Dossier::missing_visas).into_iter().flatten().find(|visa| visa.approver == by.name);
    usually(seed, 5, own.map_or(VisaKind::Legal, |visa| visa.kind), VisaKind::ALL[roll(seed, 6, 4) as usize])
}

fn some_order(dossier: Option<&Dossier>, seed: u32) -> u32 {
    let last = dossier.map_or(1, |dossier| dossier.last_order.max(1));
    usually(seed, 8, 1 + roll(seed, 9, last), 77)
}

fn some_inquiry(seed: u32) -> InquiryId {
    InquiryId(Uuid::from_u128(0x326 + u128::from(roll(seed, 5, 6))))
}

/// The next step of the main line, if the inquiry is still open.
pub(crate) fn lead_on(dossier: &Dossier) -> Option<(Actor, Ask)> {
    let version = dossier.draft.as_ref().map_or(FIRST, |draft| draft.version);
    let lead = || Actor::executor("successor", dossier.assignment.as_ref().unwrap().lead.clone());
    let next_text = || (lead(), revise(&format!("{version} кейінгі мәтін")).into());
    match &dossier.stage {
        Stage::Received | Stage::Registered => unreachable!("the three first events are one act"),
        // A ministry that asks to be replaced is answered first, by a resolution made anew.
        Stage::OnControl | Stage::Drafting { .. }
            if dossier.assignment.as_ref().is_none_or(|assignment| !assignment.contests.is_empty()) =>
        {
            let ask = AssignMinistries { lead_due: TODAY, co_executors: Vec::new(), ..resolve() };
            Some((head(), ask.into()))
        }
        Stage::OnControl => unreachable!("whoever is assigned works"),
        Stage::Assigned | Stage::Drafting { rejected: Some(_) } => Some(next_text()),
        Stage::Drafting { rejected: None } => Some((lead(), submit(version).into())),
        Stage::Approval { .. } => match dossier.missing_visas().first() {
            None => Some((clerk(), lay(version, TODAY).into())),
            Some(missing) => {
                match cast().into_iter().find(|by| by.name == missing.approver && by.has(Role::Approver)) {
                    Some(approver) => {
                        let content_hash = dossier.draft.as_ref().unwrap().content_hash;
                        Some((approver, Visa { version, content_hash, kind: missing.kind }.into()))
                    }
                    // Somebody was named who is no approver: the lead takes the draft back by writing on it.
                    None => Some(next_text()),
                }
            }
        },
        Stage::ForSignature(paper) => {
            let content_hash = dossier.draft.as_ref().unwrap().content_hash;
            let awaited = paper.awaited().next().unwrap().person;
            let by = if awaited == Some(zhakupova()) { minister() } else { premier() };
            let authority = own_right(&by);
            Some((by, Sign { authority, ..sign(version, content_hash) }.into()))
        }
        Stage::Signed(_) => Some((clerk(), number().into())),
        Stage::Numbered(_) => Some((clerk(), dispatch_of(Some(dossier)).into())),
        Stage::Dispatched(sent) => match sent.undelivered().first() {
            Some(RecipientNo(no)) => Some((clerk(), by_hand(*no).into())),
            None => Some((control(), close().into())),
        },
        Stage::Closed(_) | Stage::Withdrawn | Stage::Redirected { .. } | Stage::Merged { .. } => None,
    }
}

/// A value as it reads after a journey through JSON text.
pub(crate) fn through_json<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
    let text = serde_json::to_string(value).unwrap();
    let _: Value = serde_json::from_str(&text).unwrap();
    serde_json::from_str(&text).unwrap()
}
