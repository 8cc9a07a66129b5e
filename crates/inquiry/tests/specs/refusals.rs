//! Every refusal is reached by a command that somebody could give, has a code of its own, and speaks three languages.

use std::collections::{BTreeMap, BTreeSet};

use directory::{Actor, Authority, Ground, InPlaceOf, Language, Role};
use inquiry::command::*;
use inquiry::content::{AnswerLink, Translation};
use inquiry::event::SubmittedForSignature;
use inquiry::intake::Question;
use inquiry::terms::{Cosignatory, MergedInquiry, VisaKind};
use inquiry::{Ask, DraftVersion, QuestionNo, RecipientNo, Refusal};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::authority::{before_the_acting, by_the_certificate_of};
use crate::reminding::remind;
use crate::several::{by_minister, laid_before_both};
use crate::support::*;

/// A command that is refused, under the code it is refused with.
type Example = (&'static str, Story, Actor, Ask);

fn example(code: &'static str, story: Story, by: Actor, ask: impl Into<Ask>) -> Example {
    (code, story, by, ask.into())
}

fn deep(levels: usize) -> Value {
    json!([(0..levels).fold(json!("x"), |inner, _| json!([inner]))])
}

fn not_permitted() -> Vec<Example> {
    let nameless = Actor::new("nameless", [Role::Executor]);
    let stranger = Actor::new("stranger", [Role::Approver]);
    let approval = in_approval();
    let visa = approval.visa(VisaKind::Legal);
    vec![
        example("role_needed", registered(), clerk(), resolve()),
        example("executor_without_ministry", assigned(), nameless, contribution()),
        example("ministry_not_assigned", assigned(), treasury(), contribution()),
        example("lead_only", assigned(), foreign(), revise("Жоба")),
        example("lead_writes_the_draft", assigned(), labour(), contribution()),
        example("not_named_approver", approval, stranger, visa),
        example("not_on_the_list", dispatched(), deputy(99), confirm(1)),
        example("account_without_person", for_signature(), nobody_in_the_directory(), for_signature().sign()),
        example("signatory_is_another", for_signature(), acting_premier(), for_signature().sign()),
        example("no_authority", for_signature(), premier(), of_another(for_signature().sign())),
        example(
            "authority_not_yet",
            before_somebody_later(),
            later_premier(),
            signed_by(&before_somebody_later(), later_premier(), Ground::Holds),
        ),
        example(
            "authority_ended",
            before_the_acting().on(date(2023, 10, 18)),
            acting_premier(),
            signed_by_the_acting(),
        ),
        example("capacity_changed", printed_as_acting(), premier(), printed_as_acting().sign()),
        example("certificate_of_another", for_signature(), premier(), by_the_certificate_of("БЕКТЕНОВ ОЛЖАС", None)),
        example("joint_inquiry", drafted(), deputy(1), Withdraw { reason: "Шешілді".into() }),
    ]
}

fn wrong_stage() -> Vec<Example> {
    let extension = RequestExtension { ground: "Негіз".into(), until: date(2023, 11, 3) };
    let asked = drafted().then(&labour(), extension.clone());
    let returned = ReturnDraft { version: FIRST, reason: "Қате".into() };
    let off_control = delivered().then(&control(), RemoveFromControl { note: None });
    let replaced = dispatched().then(&premier(), ReplaceReply { reason: "Қате".into() });
    let visaed = in_approval();
    let visa = visaed.visa(VisaKind::Legal);
    let visaed = visaed.then(&lawyer(), visa.clone());
    let laid = visaed.for_signature();
    let withdraw = Withdraw { reason: "Шешілді".into() };
    vec![
        example("not_received", Story::begin(), clerk(), withdraw.clone()),
        example("already_received", registered(), clerk(), register(ds_326())),
        example("wrong_stage", drafted(), premier(), DeclineSigning { reason: "Жоқ".into() }),
        example("inquiry_closed", closed(), clerk(), by_hand(1)),
        example("inquiry_ended", drafted().then(&clerk(), withdraw.clone()), head(), resolve()),
        example("not_signed_yet", for_signature(), clerk(), number()),
        example("not_numbered_yet", signed(), clerk(), dispatch()),
        example("not_dispatched_yet", numbered(), control(), close()),
        example("undelivered", dispatched(), control(), close()),
        example("nobody_waits", delivered(), clerk(), confirm(1)),
        example("no_link", numbered(), clerk(), RevokeLink { recipient: RecipientNo(1) }),
        example("not_on_control", off_control, control(), RemoveFromControl { note: None }),
        example("extension_pending", asked, labour(), extension),
        example("no_extension_requested", drafted(), control(), RefuseExtension { reason: "Жоқ".into() }),
        example("contest_pending", assigned().then(&foreign(), contest()), foreign(), contest()),
        example("no_contribution", assigned(), labour(), AcceptContribution { ministry: mfa() }),
        example("version_sent_back", in_approval().then(&lawyer(), returned), labour(), submit(FIRST)),
        example("no_visa_awaited", visaed.clone(), lawyer(), visa),
        example("visas_missing", visaed, clerk(), laid),
        example("submitted_without_person", laid_long_ago(), premier(), laid_long_ago().sign()),
        example("reply_went_out", replaced, clerk(), withdraw.clone()),
        example("others_joined", drafted().then(&clerk(), merge_of(joining())), clerk(), withdraw),
    ]
}

fn nobody_in_the_directory() -> Actor {
    Actor::new("premier", [Role::Signatory])
}

fn later_premier() -> Actor {
    Actor::signatory("later", bektenov())
}

fn of_another(sign: Sign) -> Sign {
    Sign { authority: Authority { person: bektenov(), ..right() }, ..sign }
}

/// A letter that names somebody who will hold the office later.
fn before_somebody_later() -> Story {
    let story = approved().on(date(2023, 10, 17));
    let mut ask = story.for_signature();
    ask.person = bektenov();
    ask.signatory.name = "О. Бектенов".into();
    story.then(&clerk(), ask)
}

/// A letter that says of the one who holds the office that they act.
fn printed_as_acting() -> Story {
    let story = approved().on(date(2023, 10, 17));
    let mut ask = story.for_signature();
    ask.signatory.acting = true;
    story.then(&clerk(), ask)
}

fn signed_by(story: &Story, by: Actor, ground: Ground) -> Sign {
    Sign { authority: Authority { person: by.person.unwrap(), ground, ..right() }, ..story.sign() }
}

fn signed_by_the_acting() -> Sign {
    signed_by(&before_the_acting(), acting_premier(), Ground::Acts { order: Some(order()) })
}

/// As letters were laid before a signatory when it was not written down who that is.
fn laid_long_ago() -> Story {
    let mut story = approved().on(date(2023, 10, 17));
    let laid = SubmittedForSignature {
        version: story.version(),
        content_hash: story.hash(),
        signatory: signatory(),
        person: None,
        order: None,
        also: Vec::new(),
        document_date: date(2023, 10, 17),
        code: None,
    };
    story.inquiry = story.inquiry.evolve(&laid.into());
    story
}

/// A letter that the premier has signed and somebody else has not.
fn signed_by_the_first() -> Story {
    let story = laid_before_both();
    let ask = story.sign();
    story.then(&premier(), ask)
}

/// A letter laid before these besides the premier.
fn laid_with(code: &'static str, also: Vec<Cosignatory>) -> Example {
    let story = approved().on(date(2023, 10, 17));
    let ask = SubmitForSignature { also, ..story.for_signature() };
    example(code, story, clerk(), ask)
}

fn of_several() -> Vec<Example> {
    let other = Sign { pdf: blob(0xA1), ..by_minister(&signed_by_the_first()) };
    vec![
        example("signed_already", signed_by_the_first(), premier(), signed_by_the_first().sign()),
        example("other_bytes_signed", signed_by_the_first(), minister(), other),
        laid_with("office_twice", vec![cosignatory(), cosignatory()]),
        laid_with("signatory_twice", vec![Cosignatory { person: smailov(), ..cosignatory() }]),
        laid_with("too_many", vec![cosignatory(); 6]),
    ]
}

fn contest() -> ContestAssignment {
    ContestAssignment { reason: "Құзыреті".into(), propose: None }
}

fn joining() -> MergedInquiry {
    MergedInquiry {
        inquiry: another_inquiry(),
        number: "№ДС-327".into(),
        dated: RECEIVED,
        due: date(2023, 10, 23),
        groups: short_intake().groups,
    }
}

fn merge_of(other: MergedInquiry) -> Merge {
    Merge { others: vec![other] }
}

fn of_the_intake() -> Vec<Example> {
    let with = |code, change: fn(&mut Register)| {
        let mut ask = register(ds_326());
        change(&mut ask);
        example(code, Story::begin(), clerk(), ask)
    };
    vec![
        with("empty", |ask| ask.intake.subject = " ".into()),
        with("empty", |ask| ask.intake.groups.clear()),
        with("empty", |ask| ask.intake.groups[1].deputies.clear()),
        with("empty", |ask| ask.intake.groups[0].label_lines.clear()),
        with("too_many", |ask| ask.intake.groups[0].label_lines = vec!["жол".into(); 13]),
        with("too_long", |ask| ask.intake.groups[0].label_lines[0] = "ә".repeat(301)),
        with("empty", |ask| ask.incoming_number.clear()),
        with("too_long", |ask| ask.intake.subject = "ә".repeat(1_001)),
        with("too_many", |ask| {
            let question = Question { no: QuestionNo(1), text: "Сұрақ".into() };
            ask.intake.questions = vec![question; 201];
        }),
        with("hidden_character", |ask| ask.intake.subject = "мәтін\0".into()),
        with("hidden_character", |ask| ask.intake.subject = "екі\nжол".into()),
        with("hidden_character", |ask| ask.intake.groups[0].deputies[0].name = "\u{202E}Әбенов".into()),
        with("date_outside", |ask| ask.intake.dated = date(2023, 9, 21)),
        with("date_outside", |ask| ask.intake.received = date(2023, 9, 21)),
        with("due_before_receipt", |ask| ask.deadline.due = date(2023, 9, 19)),
        with("deadline_from_other_day", |ask| ask.deadline.counted_from = date(2023, 9, 19)),
        with("recipients_misnumbered", |ask| ask.intake.groups[2].deputies[0].no = RecipientNo(5)),
        with("questions_misnumbered", |ask| ask.intake.questions[1].no = QuestionNo(3)),
        with("deputy_twice", |ask| {
            let again = ask.intake.groups[3].deputies[0].no;
            for group in [0, 3] {
                ask.intake.groups[group].deputies[0].deputy = None;
            }
            let first = ask.intake.groups[0].deputies[0].clone();
            ask.intake.groups[3].deputies[0] = inquiry::intake::Recipient { no: again, ..first };
        }),
        with("deputy_twice", |ask| ask.intake.groups[3].deputies[0].deputy = Some(deputy_id(1))),
    ]
}

fn of_the_work() -> Vec<Example> {
    let resolved = |code, change: fn(&mut AssignMinistries)| {
        let mut ask = resolve();
        change(&mut ask);
        example(code, registered().on(date(2023, 9, 21)), head(), ask)
    };
    let contributed_with = |code, change: fn(&mut SubmitContribution)| {
        let mut ask = contribution();
        change(&mut ask);
        example(code, assigned(), foreign(), ask)
    };
    let drafted_with = |code, change: fn(&mut ReviseDraft)| {
        let mut ask = revise("Жаңа мәтін");
        change(&mut ask);
        example(code, assigned(), labour(), ask)
    };
    let hand_over = |code, from, to| {
        let ask = Reassign { from, to, reason: "Құзыреті".into(), due: date(2023, 10, 6) };
        example(code, assigned(), head(), ask)
    };
    let accepted = contributed().then(&labour(), AcceptContribution { ministry: mfa() });
    vec![
        resolved("lead_among_co_executors", |ask| ask.co_executors[0].ministry = mlsp()),
        resolved("co_executor_twice", |ask| ask.co_executors.push(co_executor(mfa(), date(2023, 10, 6)))),
        resolved("due_in_the_past", |ask| ask.lead_due = date(2023, 9, 20)),
        resolved("instruction_too_short", |ask| ask.co_executors[0].due = date(2023, 9, 22)),
        resolved("due_on_day_off", |ask| ask.co_executors[0].due = date(2023, 10, 8)),
        resolved("due_after_control", |ask| ask.lead_due = date(2023, 10, 21)),
        resolved("due_in_the_past", |ask| ask.co_executors[0].due = date(2023, 9, 20)),
        resolved("contribution_due_after_draft", |ask| ask.co_executors[0].due = date(2023, 10, 13)),
        resolved("empty", |ask| ask.co_executors[0].task = String::new()),
        hand_over("no_part", mof(), mfa()),
        hand_over("has_part", mlsp(), mlsp()),
        hand_over("lead_among_co_executors", mfa(), mlsp()),
        example(
            "has_part",
            assigned(),
            foreign(),
            ContestAssignment { reason: "Құзыреті".into(), propose: Some(mfa()) },
        ),
        contributed_with("unknown_question", |ask| ask.answers = vec![QuestionNo(3)]),
        contributed_with("empty", |ask| ask.body = json!([])),
        contributed_with("empty", |ask| ask.body = json!("text")),
        contributed_with("fraction_in_body", |ask| ask.body = json!([{ "share": 0.5 }])),
        contributed_with("nested_too_deep", |ask| ask.body = deep(64)),
        contributed_with("too_long", |ask| ask.body = json!(["ә".repeat(500_001)])),
        contributed_with("hidden_character", |ask| ask.body = json!([{ "te\u{0}xt": "" }])),
        example(
            "address_in_reason",
            assigned(),
            foreign(),
            ContestAssignment { reason: "Мына адреске жазыңыз: a@b.kz".into(), propose: None },
        ),
        example("contribution_not_submitted", contributed(), labour(), AcceptContribution { ministry: mlsp() })
            .with_code("no_part"),
        example("contribution_accepted", accepted.clone(), foreign(), contribution()),
        contribution_not_submitted(),
        example("no_part", assigned(), head(), remind(mof())),
        example("owes_nothing", contributed(), control(), remind(mfa())),
        example("reminded_today", assigned().then(&head(), remind(mfa())), clerk(), remind(mfa())),
        drafted_with("unknown_question", |ask| {
            ask.content.answers = vec![AnswerLink { question: QuestionNo(9), block: 1 }];
        }),
        drafted_with("unknown_block", |ask| {
            ask.content.answers = vec![AnswerLink { question: QuestionNo(1), block: 3 }];
        }),
        drafted_with("unknown_block", |ask| {
            ask.content.answers = vec![AnswerLink { question: QuestionNo(1), block: 0 }];
        }),
        drafted_with("language_twice", |ask| {
            ask.content.translations = vec![Translation { language: Language::Kk, body: body("Мәтін") }];
        }),
        drafted_with("sources_do_not_fit", |ask| ask.sources = vec![None]),
        drafted_with("unknown_contribution", |ask| ask.sources = vec![None, Some("mof/1".parse().unwrap())]),
        drafted_with("empty", |ask| ask.comment = Some(String::new())),
        example("nothing_changed", drafted(), labour(), revise("Келісім жобасы әзірленді.")),
    ]
}

trait WithCode {
    fn with_code(self, code: &'static str) -> Self;
}

impl WithCode for Example {
    fn with_code(self, code: &'static str) -> Self {
        (code, self.1, self.2, self.3)
    }
}

/// Two co-executors, one of whom has sent something: accepting the other's is premature.
fn contribution_not_submitted() -> Example {
    let mut ask = resolve();
    ask.co_executors.push(co_executor(mof(), date(2023, 10, 6)));
    let story = registered().on(date(2023, 9, 21)).then(&head(), ask).then(&foreign(), contribution());
    example("contribution_not_submitted", story, labour(), AcceptContribution { ministry: mof() })
}

fn of_the_visas() -> Vec<Example> {
    let submitted = |code, change: fn(&mut SubmitForApproval)| {
        let mut ask = submit(FIRST);
        change(&mut ask);
        example(code, drafted(), labour(), ask)
    };
    let visaed = |code, change: fn(&mut Visa)| {
        let story = in_approval();
        let mut ask = story.visa(VisaKind::Legal);
        change(&mut ask);
        example(code, story, lawyer(), ask)
    };
    let twice = {
        let mut ask = submit(FIRST);
        ask.required.push(required(VisaKind::Office, &lawyer()));
        let story = drafted().then(&labour(), ask);
        let visa = story.visa(VisaKind::Legal);
        example("visa_given", story.then(&lawyer(), visa.clone()), lawyer(), visa)
    };
    let stands_in = {
        let (story, lawyer) = (in_approval(), lawyer());
        let ask = story.visa(VisaKind::Legal);
        let in_place_of = Some(InPlaceOf { name: lawyer.name, substitution: uuid::Uuid::nil() });
        let author = Actor { in_place_of, ..Actor::new(labour().name, [Role::Approver]) };
        example("author_stands_in", story, author, ask)
    };
    vec![
        submitted("old_version", |ask| ask.version = DraftVersion(2)),
        example("contest_open", drafted().then(&foreign(), contest()), labour(), submit(FIRST)),
        submitted("no_approvers", |ask| ask.required.clear()),
        submitted("visa_required_twice", |ask| ask.required.push(required(VisaKind::Legal, &lawyer()))),
        submitted("authors_approve_themselves", |ask| ask.required = vec![required(VisaKind::Legal, &labour())]),
        visaed("other_content", |ask| ask.content_hash = content("Басқа").hash()),
        visaed("visa_not_required", |ask| ask.kind = VisaKind::Finance),
        visaed("visa_of_another", |ask| ask.kind = VisaKind::Language),
        twice,
        stands_in,
    ]
}

fn of_the_reply() -> Vec<Example> {
    let desk = approved().on(date(2023, 10, 17));
    let mut early = desk.for_signature();
    early.document_date = date(2023, 9, 19);
    let mut without_post = desk.for_signature();
    without_post.signatory.post_lines.clear();
    let before_premier = for_signature();
    let mut nothing = before_premier.sign();
    nothing.pdf_bytes = 0;
    let numbered_with = |code, change: fn(&mut AssignOutgoingNumber)| {
        let mut ask = number();
        change(&mut ask);
        example(code, signed(), clerk(), ask)
    };
    let sent_with = |code, change: fn(&mut Dispatch)| {
        let mut ask = numbered().dispatch();
        change(&mut ask);
        example(code, numbered(), clerk(), ask)
    };
    let mut in_future = by_hand(1);
    in_future.on = date(2023, 10, 19);
    let mut before_letter = by_hand(1);
    before_letter.on = date(2023, 10, 17);
    let mut no_attempt = accepted(1, 1);
    no_attempt.attempt = 0;
    vec![
        example("date_outside", desk.clone(), clerk(), early),
        example("empty", desk, clerk(), without_post),
        example("nothing_signed", before_premier, premier(), nothing),
        numbered_with("series_value", |ask| ask.value = 0),
        numbered_with("date_outside", |ask| ask.dated = date(2023, 10, 19)),
        numbered_with("empty", |ask| ask.number = String::new()),
        sent_with("file_name_with_path", |ask| ask.file_name = "../ДС-326.pdf".into()),
        sent_with("file_name_with_path", |ask| ask.file_name = ".profile".into()),
        sent_with("mail_domain", |ask| ask.mail_domain = "saual.example>\r\nBcc: x".into()),
        sent_with("mail_domain", |ask| ask.mail_domain = "үкімет.қаз".into()),
        sent_with("letter_differs", |ask| ask.found.sent = Some(blob(0x99))),
        example("unknown_recipient", dispatched(), clerk(), confirm(9)),
        example(
            "no_link_to",
            closed().then(&clerk(), RevokeLink { recipient: RecipientNo(1) }),
            clerk(),
            RevokeLink { recipient: RecipientNo(1) },
        ),
        example("opened_by_nobody_else", dispatched(), clerk(), confirm(1)),
        example("no_mail_to_confirm", dispatched_with(short_intake()), clerk(), told(2)),
        example("recipient_is_another", dispatched(), deputy(1), confirm(2)),
        example("already_delivered", dispatched().then(&clerk(), told(1)), clerk(), by_hand(1)),
        example("not_in_order", dispatched(), worker(), accepted(7, 1)),
        example("no_attempt", dispatched(), worker(), no_attempt),
        example("date_outside", dispatched(), clerk(), in_future),
        example("date_outside", dispatched(), clerk(), before_letter),
    ]
}

fn of_the_end() -> Vec<Example> {
    let earlier = RequestExtension { ground: "Негіз".into(), until: date(2023, 10, 20) };
    let further = RequestExtension { ground: "Негіз".into(), until: date(9999, 12, 31) };
    let linked = LinkRepeat { repeat: another_inquiry(), number: "№ДС-401".into() };
    let itself = LinkRepeat { repeat: this_inquiry(), number: "№ДС-326".into() };
    let mut own = joining();
    own.inquiry = this_inquiry();
    let mut sooner = joining();
    sooner.due = date(2023, 10, 19);
    let twice = Merge { others: vec![joining(), joining()] };
    let crowd = {
        let mut other = joining();
        let deputy = other.groups[0].deputies[0].clone();
        other.groups[0].deputies = vec![deputy; 995];
        merge_of(other)
    };
    vec![
        example("extension_not_later", drafted(), labour(), earlier),
        example("extension_too_far", drafted(), labour(), further),
        example("repeats_itself", registered(), clerk(), itself),
        example("repeat_linked", registered().then(&clerk(), linked.clone()), clerk(), linked),
        example("merges_with_itself", registered(), clerk(), merge_of(own)),
        example("merged_already", registered(), clerk(), twice),
        example("merge_postpones", registered(), clerk(), merge_of(sooner)),
        example("too_many", registered(), clerk(), crowd),
        example("empty", registered(), clerk(), Merge { others: Vec::new() }),
    ]
}

fn examples() -> Vec<Example> {
    [
        not_permitted(),
        wrong_stage(),
        of_the_intake(),
        of_the_work(),
        of_several(),
        of_the_visas(),
        of_the_reply(),
        of_the_end(),
    ]
    .concat()
}

fn refusal((code, story, by, ask): &Example) -> Refusal {
    match story.ask(by, ask.clone()) {
        Err(refusal) => refusal,
        Ok(events) => panic!("{code} was expected, and it was accepted: {events:?}"),
    }
}

#[test]
fn every_command_that_breaks_a_rule_is_refused_with_that_rules_code() {
    for example in examples() {
        let refusal = refusal(&example);
        assert_eq!(refusal.code(), example.0, "{refusal} by {:?}", example.3.name());
    }
}

#[test]
fn every_refusal_is_reached_by_some_command() {
    let reached: BTreeSet<&str> = examples().iter().map(|example| refusal(example).code()).collect();
    let missing: Vec<&&str> = Refusal::CODES.iter().filter(|code| !reached.contains(**code)).collect();
    assert!(missing.is_empty(), "refusals that no command reaches: {missing:?}");
}

#[test]
fn every_refusal_has_a_code_of_its_own() {
    let codes: BTreeSet<&str> = Refusal::CODES.iter().copied().collect();
    assert_eq!(codes.len(), Refusal::CODES.len());
}

#[test]
fn every_refusal_speaks_three_languages_in_whole_sentences() {
    let mut said: BTreeMap<String, &str> = BTreeMap::new();
    for example in examples() {
        let refusal = refusal(&example);
        let [kk, ru, en] = Language::ALL.map(|language| refusal.words(language));
        for words in [&kk, &ru, &en] {
            assert!(words.ends_with('.') && words.chars().count() > 10, "{words:?}");
            assert!(!words.contains('{'), "{words:?}");
        }
        assert!(kk != ru && ru != en && kk != en, "{kk}");
        assert_eq!(refusal.to_string(), en);
        // Two rules do not hide behind one sentence.
        assert_eq!(*said.entry(en).or_insert(refusal.code()), refusal.code());
    }
}
