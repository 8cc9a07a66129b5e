use directory::TopicCode;
use inquiry::bounds::Field;
use inquiry::command::{
    JoinMerge, LinkRepeat, Merge, RecordResponse, Redirect, Register, ReplaceReply, Resend, SetTopic, Withdraw,
};
use inquiry::event::{
    DeliveryConfirmed, DeputyResponded, Event, InquiriesMerged, InquiryRedirected, InquiryWithdrawn,
    RepeatInquiryLinked, ReplyReplaced, TopicSet,
};
use inquiry::intake::Recipient;
use inquiry::state::Control;
use inquiry::terms::{MergeSide, MergedInquiry, VisaKind};
use inquiry::{CommandName, DraftVersion, Inquiry, RecipientNo, Refusal, StageName, allowed};
use jiff::civil::{Date, date};

use crate::support::*;

fn repeat() -> LinkRepeat {
    LinkRepeat { repeat: another_inquiry(), number: "№ДС-401".into() }
}

fn response(recipient: u16, satisfied: bool) -> RecordResponse {
    RecordResponse { recipient: RecipientNo(recipient), satisfied, comment: None }
}

fn withdraw() -> Withdraw {
    Withdraw { reason: "Мәселе шешілді".into() }
}

fn joining(due: Date) -> MergedInquiry {
    MergedInquiry {
        inquiry: another_inquiry(),
        number: "№ДС-327".into(),
        dated: RECEIVED,
        due,
        groups: short_intake().groups,
    }
}

fn merge() -> Merge {
    Merge { others: vec![joining(date(2023, 10, 23))] }
}

#[test]
fn after_closing_only_a_repeat_a_response_and_a_replacement_follow() {
    let story = closed();
    let everybody =
        [clerk(), control(), head(), labour(), foreign(), lawyer(), linguist(), premier(), worker(), deputy(1)];
    let mut offered: Vec<CommandName> = everybody.iter().flat_map(|by| allowed(&story.inquiry, by)).collect();
    offered.sort_unstable();
    offered.dedup();
    let follow = [
        CommandName::RevokeLink,
        CommandName::LinkRepeat,
        CommandName::ReplaceReply,
        CommandName::RecordResponse,
        CommandName::SetTopic,
    ];
    assert_eq!(offered, follow);
    let refusal = Refusal::InquiryClosed { command: CommandName::RecordDeliveryByHand };
    assert_eq!(story.ask(&clerk(), by_hand(1)), Err(refusal));
}

#[test]
fn a_repeat_inquiry_is_linked_at_any_time_and_once() {
    for story in [registered(), drafted(), dispatched(), closed(), drafted().then(&clerk(), withdraw())] {
        let event = RepeatInquiryLinked { repeat: another_inquiry(), number: "№ДС-401".into() };
        assert_eq!(story.ask(&clerk(), repeat()), Ok(vec![event.into()]));
        let linked = story.then(&clerk(), repeat());
        assert_eq!(linked.ask(&clerk(), repeat()), Err(Refusal::RepeatLinked { number: "№ДС-401".into() }));
    }
}

#[test]
fn a_topic_is_set_at_any_time_and_changed_with_a_reason() {
    let topic = |code: &str| TopicCode::new(code).unwrap();
    let set = |code: &str, reason: Option<&str>| SetTopic { topic: topic(code), reason: reason.map(str::to_owned) };
    for story in [registered(), drafted(), dispatched(), closed(), drafted().then(&clerk(), withdraw())] {
        let first = TopicSet { topic: topic("social"), before: None, reason: None };
        assert_eq!(story.ask(&clerk(), set("social", None)), Ok(vec![first.into()]));
        let story = story.then(&clerk(), set("social", None));
        assert_eq!(story.dossier().topic, Some(topic("social")));
        // The same again changes nothing; another one needs a reason.
        assert_eq!(story.ask(&control(), set("social", None)), Ok(Vec::new()));
        assert_eq!(story.ask(&control(), set("labour", None)), Err(Refusal::Empty { field: Field::Reason }));
        let reason = Some("Қате белгіленген".to_owned());
        let changed = TopicSet { topic: topic("labour"), before: Some(topic("social")), reason: reason.clone() };
        assert_eq!(story.ask(&control(), set("labour", reason.as_deref())), Ok(vec![changed.into()]));
        assert!(story.ask(&labour(), set("labour", reason.as_deref())).is_err());
    }
    // A clerk who knows it says it with the registration.
    let with_topic = Register { topic: Some(topic("social")), ..register(ds_326()) };
    let Ok(events) = Story::begin().ask(&clerk(), with_topic) else { panic!("it was refused") };
    assert_eq!(events.last(), Some(&TopicSet { topic: topic("social"), before: None, reason: None }.into()));
}

#[test]
fn a_deputy_says_whether_the_reply_satisfies_and_may_change_their_mind() {
    let event = DeputyResponded { recipient: RecipientNo(8), satisfied: false, comment: None };
    assert_eq!(closed().ask(&deputy(8), response(8, false)), Ok(vec![event.into()]));
    let story = closed().then(&deputy(8), response(8, false));
    assert_eq!(story.ask(&deputy(8), response(8, false)), Ok(Vec::new()), "the same word again changes nothing");
    let unsatisfied = |story: &Story| story.dossier().unsatisfied().map(|one| one.no).collect::<Vec<_>>();
    assert_eq!(unsatisfied(&story), [RecipientNo(8)]);
    let story = story.then(&clerk(), response(8, true));
    assert_eq!(unsatisfied(&story), [], "the last word counts");
    assert_eq!(story.dossier().responses.len(), 1);
    assert!(story.dossier().responses[0].satisfied);
    let refusal = Refusal::RecipientIsAnother { recipient: RecipientNo(1) };
    assert_eq!(story.ask(&deputy(8), response(1, false)), Err(refusal));
    // What was said stays said, of the reply that it was said of.
    assert!(!story.dossier().spoke_of_earlier(RecipientNo(8)));
    let story = story.then(&premier(), ReplaceReply { reason: "Қате дерек".into() });
    assert!(story.dossier().spoke_of_earlier(RecipientNo(8)) && !story.dossier().spoke_of_earlier(RecipientNo(1)));
}

#[test]
fn a_deputy_who_asked_alone_withdraws_and_one_of_several_does_not() {
    let mut alone = short_intake();
    alone.groups[0].deputies.truncate(1);
    let event: Event = InquiryWithdrawn { reason: withdraw().reason }.into();
    assert_eq!(assigned_with(alone).ask(&deputy(1), withdraw()), Ok(vec![event.clone()]));
    assert_eq!(assigned().ask(&deputy(1), withdraw()), Err(Refusal::JointInquiry { deputies: 8 }));
    assert_eq!(assigned().ask(&deputy(99), withdraw()), Err(Refusal::NotOnTheList));
    assert_eq!(assigned().ask(&clerk(), withdraw()), Ok(vec![event]));
}

#[test]
fn a_withdrawn_inquiry_is_off_control_and_nobody_works_on_it() {
    let story = for_signature().then(&clerk(), withdraw());
    assert_eq!(story.dossier().stage.name(), StageName::Withdrawn);
    assert!(matches!(story.dossier().control, Control::Off(_)));
    let refusal = Refusal::InquiryEnded { command: CommandName::Sign, stage: StageName::Withdrawn };
    assert_eq!(story.ask(&premier(), story.sign()), Err(refusal));
}

#[test]
fn a_signed_reply_can_no_longer_be_withdrawn_or_sent_on() {
    let redirect = Redirect { to: "Бас прокуратура".into(), reason: "Құзыреті".into() };
    for story in [signed(), numbered(), dispatched()] {
        assert!(matches!(story.ask(&clerk(), withdraw()), Err(Refusal::WrongStage { .. })));
        assert!(matches!(story.ask(&clerk(), redirect.clone()), Err(Refusal::WrongStage { .. })));
    }
}

#[test]
fn an_inquiry_is_sent_on_to_whom_it_concerns() {
    let ask = Redirect {
        to: "Бас прокуратура".into(), reason: "Үкіметтің құзыретіне кірмейді".into()
    };
    let event = InquiryRedirected { to: ask.to.clone(), reason: ask.reason.clone() };
    assert_eq!(registered().ask(&clerk(), ask.clone()), Ok(vec![event.into()]));
    assert_eq!(registered().then(&clerk(), ask).dossier().stage.name(), StageName::Redirected);
}

#[test]
fn one_reply_answers_several_inquiries_and_goes_to_all_their_deputies() {
    let events = drafted().ask(&clerk(), merge()).unwrap();
    let [Event::InquiriesMerged(InquiriesMerged { merge: MergeSide::Leads { others } })] = events.as_slice() else {
        panic!("{events:?}")
    };
    let numbers: Vec<u16> = others[0].groups[0].deputies.iter().map(|deputy| deputy.no.0).collect();
    assert_eq!(numbers, vec![9, 10], "the joining list is numbered behind the leading one");

    let story = drafted().then(&clerk(), merge());
    let version = story.version();
    let story = approved_of(story.then(&labour(), submit(version))).on(date(2023, 10, 18));
    let laid = story.for_signature();
    let story = story.then(&clerk(), laid);
    let sign = story.sign();
    let story = story.then(&premier(), sign).then(&clerk(), number()).sent();
    let signed = &story.dossier().letter().unwrap().signed;
    assert_eq!(signed.recipients.iter().map(|group| group.deputies.len()).sum::<usize>(), 10, "the letter names all");

    // Two of the ten places belong to deputies who stand on the leading list already: one mail each.
    assert_eq!(story.dossier().dispatched().unwrap().deliveries.len(), 8);
    for (by, ask) in [(clerk(), told(9)), (deputy(1), confirm(9))] {
        let event = DeliveryConfirmed { recipient: RecipientNo(1), how: ask.how };
        assert_eq!(story.ask(&by, ask), Ok(vec![event.into()]), "one mail counts for both places");
    }
    let by_hand_there = story.ask(&clerk(), by_hand(10)).unwrap();
    assert!(matches!(&by_hand_there[..], [Event::DeliveredByHand(event)] if event.recipient == RecipientNo(2)));
    let story = (1..=8).fold(story, |story, no| story.then(&deputy(no), confirm(no)));
    assert_eq!(story.ask(&clerk(), confirm(9)), Err(Refusal::NobodyWaits));
    assert!(story.ask(&control(), close()).is_ok());
}

#[test]
fn a_deputy_on_both_lists_gets_one_mail_at_the_address_that_is_known() {
    let mut other = joining(date(2023, 10, 23));
    // Nobody knows in the directory who this is; the name and the mailbox do. And somebody else has only the same name.
    let listed = recipient(3, "М. Әбенов");
    let namesake = Recipient { deputy: None, email: "namesake@mazhilis.example".parse().ok(), ..listed.clone() };
    other.groups[0].deputies = vec![Recipient { deputy: None, ..listed }, namesake, recipient(2, "Е. Бейсенбаев")];
    let mut own = short_intake();
    own.groups[0].deputies.push(recipient(3, "М. Әбенов"));
    let story = drafted_with(own).then(&clerk(), Merge { others: vec![other] });
    let version = story.version();
    let story = approved_of(story.then(&labour(), submit(version))).on(date(2023, 10, 18));
    let laid = story.for_signature();
    let story = story.then(&clerk(), laid);
    let sign = story.sign();
    let story = story.then(&premier(), sign).then(&clerk(), number()).sent();
    let sent = story.dossier().dispatched().unwrap();
    let mails: Vec<(u16, &str)> =
        sent.deliveries.iter().map(|to| (to.recipient.0, to.email.as_ref().unwrap().as_str())).collect();
    let expected = [
        (1, "deputy1@mazhilis.example"),
        // Without an address on the leading list, with one on the other.
        (2, "deputy2@mazhilis.example"),
        (3, "deputy3@mazhilis.example"),
        (5, "namesake@mazhilis.example"),
    ];
    assert_eq!(mails, expected);
}

#[test]
fn once_a_reply_went_out_the_inquiry_is_neither_withdrawn_nor_sent_on() {
    let replace = ReplaceReply { reason: "Қате дерек".into() };
    let redirect = Redirect { to: "Бас прокуратура".into(), reason: "Құзыреті".into() };
    for story in [dispatched(), closed()] {
        let story = story.then(&premier(), replace.clone());
        assert_eq!(story.ask(&clerk(), withdraw()), Err(Refusal::ReplyWentOut));
        assert_eq!(story.ask(&clerk(), redirect.clone()), Err(Refusal::ReplyWentOut));
        let offered = allowed(&story.inquiry, &clerk());
        assert!(!offered.contains(&CommandName::Withdraw) && !offered.contains(&CommandName::Redirect));
    }
    // A letter that had its number and was never sent has reached nobody.
    assert!(numbered().then(&premier(), replace).ask(&clerk(), withdraw()).is_ok());
}

#[test]
fn an_inquiry_that_joins_another_ends_and_says_which_answers_it() {
    let ask = JoinMerge { into: another_inquiry(), number: "№ДС-327".into() };
    let merge = MergeSide::Joins { into: another_inquiry(), number: "№ДС-327".into() };
    assert_eq!(assigned().ask(&clerk(), ask.clone()), Ok(vec![InquiriesMerged { merge }.into()]));
    let story = assigned().then(&clerk(), ask);
    assert_eq!(story.dossier().stage.name(), StageName::Merged);
    assert!(matches!(story.dossier().control, Control::Off(_)));
}

#[test]
fn joining_postpones_nobodys_reply() {
    let early = Merge { others: vec![joining(date(2023, 10, 19))] };
    let refusal =
        Refusal::MergePostpones {
            number: "№ДС-327".into(), due: date(2023, 10, 19), leading_due: date(2023, 10, 20)
        };
    assert_eq!(drafted().ask(&clerk(), early), Err(refusal));
}

#[test]
fn an_inquiry_that_others_joined_does_not_go_away() {
    let story = drafted().then(&clerk(), merge());
    let refusal = Refusal::OthersJoined { numbers: vec!["№ДС-327".into()] };
    assert_eq!(story.ask(&clerk(), withdraw()), Err(refusal.clone()));
    let redirect = Redirect { to: "Бас прокуратура".into(), reason: "Құзыреті".into() };
    assert_eq!(story.ask(&clerk(), redirect), Err(refusal.clone()));
    let join = JoinMerge { into: another_inquiry(), number: "№ДС-327".into() };
    assert_eq!(story.ask(&clerk(), join), Err(refusal));
    assert_eq!(story.ask(&clerk(), merge()), Err(Refusal::MergedAlready { number: "№ДС-327".into() }));
}

#[test]
fn a_replacement_is_a_new_letter_with_a_new_number_and_the_old_one_stays() {
    let ask = ReplaceReply { reason: "Екінші бөлімде қате дерек берілген".into() };
    let event = ReplyReplaced { replaced: "12-11/3841 ДС".into(), reason: ask.reason.clone() };
    for story in [numbered(), dispatched(), closed()] {
        assert_eq!(story.ask(&premier(), ask.clone()), Ok(vec![event.clone().into()]));
    }
    let corrected = Resend { recipient: RecipientNo(8), address: "g.tanasheva@mazhilis.example".parse().unwrap() };
    let story = dispatched().then(&worker(), failed(1, 8, true)).then(&clerk(), corrected);
    let story = (1..=8).fold(story, |story, no| story.then(&deputy(no), confirm(no)));
    let story = story.then(&control(), close()).then(&premier(), ask);
    assert_eq!(story.dossier().stage.name(), StageName::Drafting);
    let old = story.dossier().replaced[0].letter.clone();
    assert_eq!(old.number, "12-11/3841 ДС");
    // The text that went out goes out again only when it was changed.
    assert_eq!(story.ask(&labour(), submit(FIRST)), Err(Refusal::VersionSentBack { version: FIRST }));

    let story = story.on(date(2023, 11, 1)).then(&labour(), revise("Түзетілген жауап"));
    let story = story.then(&labour(), submit(DraftVersion(2)));
    let story = approved_of(story);
    let laid = story.for_signature();
    let story = story.then(&clerk(), laid);
    let sign = story.sign();
    let story = story.then(&premier(), sign);
    let mut second = number();
    (second.value, second.number, second.dated) = (3907, "12-11/3907 ДС".into(), date(2023, 11, 1));
    let story = story.then(&clerk(), second).sent();
    let sent = story.dossier().dispatched().unwrap();
    assert_eq!(sent.letter.number, "12-11/3907 ДС");
    assert!(sent.deliveries[0].message_id.as_str().contains(".3.1@"), "an identity of the first letter was used again");
    assert_eq!(story.dossier().replaced[0].letter, old);
    assert_eq!(sent.deliveries[7].email, "g.tanasheva@mazhilis.example".parse().ok(), "the corrected address was lost");
    // It closes like any other.
    let story = (1..=8).fold(story, |story, no| story.then(&deputy(no), confirm(no)));
    assert_eq!(story.then(&control(), close()).dossier().stage.name(), StageName::Closed);
}

#[test]
fn nothing_can_be_asked_of_an_inquiry_that_never_came() {
    let nothing = Story::begin();
    assert_eq!(nothing.inquiry, Inquiry::NotReceived);
    assert_eq!(nothing.ask(&clerk(), repeat()), Err(Refusal::NotReceived));
    assert_eq!(allowed(&nothing.inquiry, &clerk()), vec![CommandName::Register]);
    assert!(allowed(&nothing.inquiry, &auditor()).is_empty());
}

#[test]
fn who_may_only_read_is_offered_nothing_at_any_stage() {
    for story in [registered(), in_approval(), for_signature(), dispatched(), closed()] {
        assert!(allowed(&story.inquiry, &auditor()).is_empty());
        assert!(story.ask(&auditor(), story_visa(&story)).is_err());
    }
}

fn story_visa(story: &Story) -> inquiry::command::Visa {
    let content_hash = content("Мәтін").hash();
    let version = story.dossier().draft.as_ref().map_or(FIRST, |draft| draft.version);
    inquiry::command::Visa { version, content_hash, kind: VisaKind::Legal }
}
