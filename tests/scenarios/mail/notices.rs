//! Mail to the people of the house: twenty reminders are one mail, a digest comes on working days and once, and whoever dies in the middle
//! sends neither two nor none.

use std::time::Duration;

use base64::Engine as _;
use directory::{Actor, Directory, Language, MinistryCode, Role, deadline};
use dispatch::config::{Config, Notices};
use eventstore::{CommandId, Guards, Origin};
use inquiry::command::{AssignMinistries, Register, RemindMinistry, SubmitContribution};
use inquiry::intake::{Channel, GroupKind, Intake, Recipient, RecipientGroup};
use inquiry::terms::CoExecutor;
use inquiry::{Ask, Command, Inquiry, InquiryId, RecipientNo};
use jiff::SignedDuration;
use jiff::civil::{Date, date, time};
use testkit::smtp::{Act, At, Peer, Setup};
use uuid::Uuid;
use web::accounts::{self, NewAccount};

use super::inbound::{Known, header, report};
use super::office::{Office, stream};

/// A quarter past nine in Astana, on the Wednesday on which the inquiries come in.
pub(super) const FIRST: &str = "2023-09-20T03:15:00Z";

fn code(code: &str) -> MinistryCode {
    MinistryCode::new(code).unwrap()
}

impl Office {
    pub(super) async fn person(&self, name: &str, role: Role, ministry: Option<&str>, language: Language) {
        let account = NewAccount {
            name: name.to_owned(),
            full_name: format!("Қызметкер {name}"),
            roles: [role].into(),
            ministry: ministry.map(code),
            deputy: None,
            person: None,
            // Whoever is called so has none.
            email: (!name.starts_with("nomail")).then(|| format!("{name}@office.test")),
            language,
        };
        let client = self.journal.pool().get().await.unwrap();
        accounts::add(&client, &account, None, jiff::Timestamp::now()).await.unwrap();
    }

    pub(super) async fn does(&self, inquiry: InquiryId, by: Actor, ask: impl Into<Ask>) {
        let at = (self.clock())();
        let origin = Origin {
            actor: by.name.clone(),
            at,
            command: CommandId(Uuid::new_v4()),
            request: [7; 32],
            correlation: inquiry.0,
            causation: None,
        };
        let command = Command { by, at, seen: None, ask: ask.into() };
        self.journal.execute::<Inquiry>(&stream(inquiry), command, origin, Guards::default(), None).await.unwrap();
    }

    /// An inquiry that came in on 20 September and was resolved to a lead and a co-executor.
    pub(super) async fn resolved(&self, number: u32, lead_due: Date, due: Date) -> InquiryId {
        let inquiry = InquiryId(Uuid::new_v4());
        let received = date(2023, 9, 20);
        let directory = Directory::embedded().unwrap();
        let rule = directory.at(received).reply_rule().unwrap().clone();
        let deputy = Recipient { no: RecipientNo(1), deputy: None, name: "Н. Тау".to_owned(), email: None };
        let group = RecipientGroup {
            label_lines: vec!["Депутаттар".to_owned()],
            kind: GroupKind::Other,
            deputies: vec![deputy],
        };
        let intake = Intake {
            number: directory::InquiryNumber::parse(&format!("№ДС-{number}")).unwrap(),
            chamber: directory::ChamberCode::new("mazhilis").unwrap(),
            convocation: Some(8),
            dated: received,
            received,
            channel: Channel::Plenary,
            language: Language::Kk,
            subject: format!("Зейнетақы туралы, {number} <b>"),
            questions: Vec::new(),
            groups: vec![group],
            attachments: Vec::new(),
        };
        let register = Register {
            inquiry,
            intake,
            incoming_number: format!("кір-{number}"),
            deadline: deadline::due(received, &rule, directory.calendar()).unwrap(),
            topic: None,
        };
        self.does(inquiry, Actor::new("clerk", [Role::Clerk]), register).await;
        let assign = AssignMinistries {
            resolution: "Қаралсын".to_owned(),
            lead: code("mlsp"),
            lead_due,
            co_executors: vec![CoExecutor { ministry: code("mfa"), due, task: "Ұсыныс".to_owned() }],
        };
        self.does(inquiry, Actor::new("head", [Role::Head]), assign).await;
        inquiry
    }

    pub(super) async fn reminds(&self, inquiry: InquiryId, ministry: &str) {
        let ask = RemindMinistry { ministry: code(ministry), note: None };
        self.does(inquiry, Actor::new("control", [Role::Control]), ask).await;
    }

    async fn digests(&self) -> i64 {
        self.number("select count(*) from digest").await
    }

    pub(super) async fn pauses(&self) {
        self.sql("insert into office_mail_pause (paused_at, paused_by, reason) values (now(), 'admin', 'көшу')").await;
    }

    pub(super) async fn resumes(&self) {
        self.sql("update office_mail_pause set resumed_at = now(), resumed_by = 'admin' where resumed_at is null")
            .await;
    }
}

/// Reminders alone: the digest of the day comes too late to be met.
pub(super) fn reminders_only(config: Config) -> Config {
    Config { notices: Notices { at: time(23, 59, 0, 0), ..config.notices }, ..config }
}

/// The text of the last mail that the peer took for somebody.
pub(super) fn last_to(peer: &Peer, name: &str) -> String {
    let to = format!("{name}@office.test");
    let taken = peer.taken();
    let mail = taken.iter().rev().find(|mail| mail.to == [to.clone()]);
    let mail = mail.unwrap_or_else(|| panic!("nothing came to {to}"));
    words(&mail.bytes)
}

pub(super) fn count_to(peer: &Peer, name: &str) -> usize {
    let to = format!("{name}@office.test");
    peer.taken().iter().filter(|mail| mail.to == [to.clone()]).count()
}

/// Headers, text and HTML, decoded.
fn words(bytes: &[u8]) -> String {
    let mail = String::from_utf8_lossy(bytes);
    let mut words = String::new();
    for part in mail.split("\r\n\r\n") {
        let line: String = part.lines().take_while(|line| !line.starts_with("--=_")).collect();
        match base64::engine::general_purpose::STANDARD.decode(&line) {
            Ok(text) if !line.is_empty() => words.push_str(&String::from_utf8_lossy(&text)),
            Ok(_) | Err(_) => words.push_str(part),
        }
        words.push('\n');
    }
    words
}

#[tokio::test]
async fn twenty_reminders_are_one_mail_to_each_person_of_the_ministry_in_their_own_language() {
    let office = Office::open().await;
    office.at(FIRST);
    office.person("aigul", Role::Executor, Some("mfa"), Language::Kk).await;
    office.person("boris", Role::Executor, Some("mfa"), Language::Ru).await;
    office.person("nomail", Role::Executor, Some("mfa"), Language::Ru).await;
    office.person("lead", Role::Executor, Some("mlsp"), Language::En).await;
    let peer = Setup::plain().listen().await;
    let worker = office.worker(reminders_only(office.to_peer(&peer)));
    let mut inquiries = Vec::new();
    for number in 1..=20 {
        let inquiry = office.resolved(number, date(2023, 10, 12), date(2023, 10, 6)).await;
        office.reminds(inquiry, "mfa").await;
        inquiries.push(inquiry);
    }
    office.notice().await;
    assert!(worker.run_once().await.unwrap().is_idle(), "they are still being gathered");
    office.later(SignedDuration::from_mins(10));
    let round = worker.run_once().await.unwrap();
    assert_eq!((round.gathered, round.delivered), (2, 2));
    assert!(worker.run_once().await.unwrap().is_idle());
    assert_eq!(peer.taken().len(), 2, "one to each who has an address, none to the lead");
    for (name, said) in
        [("aigul", "министрлігіңізге еске салады (20)"), ("boris", "напоминает вашему министерству (20)")]
    {
        let mail = last_to(&peer, name);
        assert!(mail.contains(said), "{mail}");
        for (number, inquiry) in (1..=20).zip(&inquiries) {
            assert!(mail.contains(&format!("№ ДС-{number}: ")), "{number}: {mail}");
            assert!(mail.contains(&format!("https://saual.example/inquiries/{inquiry}\r\n")), "{mail}");
        }
        assert!(
            mail.contains("1 &lt;b&gt;") && mail.contains("Зейнетақы туралы, 1 <b>"),
            "escaped in HTML alone: {mail}"
        );
        assert!(mail.contains("Auto-Submitted: auto-generated"), "{mail}");
        assert!(!mail.contains("mail_order") && !mail.contains("application/pdf"), "{mail}");
    }
    assert_eq!(office.number("select count(*) from mail where address is not null").await, 0, "no address is kept");
    assert_eq!(office.number("select count(*) from mail_report").await, 0, "no inquiry is told of it");

    // A straggler within the hour waits for its end, and so do those who come after it.
    office.later(SignedDuration::from_mins(15));
    for inquiry in &inquiries[..2] {
        office.reminds(*inquiry, "mlsp").await;
    }
    let new = office.resolved(21, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.reminds(new, "mfa").await;
    office.notice().await;
    office.later(SignedDuration::from_mins(11));
    assert_eq!(worker.run_once().await.unwrap().delivered, 1, "the lead has had none in this hour");
    assert_eq!((count_to(&peer, "lead"), count_to(&peer, "aigul")), (1, 1));
    assert!(last_to(&peer, "lead").contains("draft of the reply, due 12 October 2023"), "{}", last_to(&peer, "lead"));
    office.later(SignedDuration::from_mins(40));
    assert_eq!(worker.run_once().await.unwrap().delivered, 2);
    assert!(last_to(&peer, "aigul").contains("еске салады (1)"));
    // Read once more from its beginning, the journal reminds nobody.
    office.sql("update followers set position = 0 where name = 'notices'").await;
    office.person("late", Role::Executor, Some("mfa"), Language::Kk).await;
    office.notice().await;
    office.later(SignedDuration::from_hours(2));
    assert!(worker.run_once().await.unwrap().is_idle());
}

#[tokio::test]
async fn what_has_come_meanwhile_is_not_reminded_of() {
    let office = Office::open().await;
    office.at(FIRST);
    office.person("aigul", Role::Executor, Some("mfa"), Language::Kk).await;
    let peer = Setup::plain().listen().await;
    let worker = office.worker(reminders_only(office.to_peer(&peer)));
    let inquiry = office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.reminds(inquiry, "mfa").await;
    hands_in(&office, inquiry).await;
    office.later(SignedDuration::from_mins(30));
    assert!(worker.run_once().await.unwrap().is_idle());
    assert_eq!(
        office.number("select count(*) from notice where ended_at is null").await,
        0,
        "and it waits for nothing"
    );
}

#[tokio::test]
async fn a_digest_says_to_each_what_presses_on_working_days_and_is_not_sent_when_nothing_does() {
    let office = Office::open().await;
    office.at(FIRST);
    for (name, role, ministry) in [
        ("mfa", Role::Executor, Some("mfa")),
        ("mlsp", Role::Executor, Some("mlsp")),
        ("mof", Role::Executor, Some("mof")),
        ("head", Role::Head, None),
        ("control", Role::Control, None),
        ("signatory", Role::Signatory, None),
        ("clerk", Role::Clerk, None),
    ] {
        office.person(name, role, ministry, Language::En).await;
    }
    // Replies are due on 20 October; the contribution on Friday the 6th, the draft on Thursday the 12th.
    office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.notice().await;
    let peer = Setup::plain().listen().await;
    let worker = office.worker(office.to_peer(&peer));
    office.later(SignedDuration::from_hours(1));
    assert!(worker.run_once().await.unwrap().is_idle(), "nothing presses yet, and nobody is written to");

    office.at("2023-10-04T02:29:00Z");
    assert!(worker.run_once().await.unwrap().is_idle(), "not before half past eight");
    office.at("2023-10-04T02:30:00Z");
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    let mail = last_to(&peer, "mfa");
    assert!(mail.contains("contribution, due 6 October 2023") && !mail.contains("overdue"), "{mail}");
    office.later(SignedDuration::from_hours(6));
    assert!(worker.run_once().await.unwrap().is_idle(), "once a day");

    // A Saturday says nothing; Monday says that it is late.
    office.at("2023-10-07T04:00:00Z");
    assert!(worker.run_once().await.unwrap().is_idle());
    office.at("2023-10-09T02:40:00Z");
    worker.run_once().await.unwrap();
    assert_eq!((count_to(&peer, "mfa"), count_to(&peer, "mlsp"), count_to(&peer, "head")), (2, 0, 0));
    assert!(last_to(&peer, "mfa").contains("due 6 October 2023 (overdue)"), "{}", last_to(&peer, "mfa"));

    // Monday the 16th: the reply is due in four days, and whoever watches over it hears of it.
    office.at("2023-10-16T05:00:00Z");
    worker.run_once().await.unwrap();
    for name in ["head", "control"] {
        let mail = last_to(&peer, name);
        assert!(mail.contains("due soon (1)") && mail.contains("due 20 October 2023"), "{mail}");
    }
    // Republic Day, then the day after it.
    office.at("2023-10-25T05:00:00Z");
    assert!(worker.run_once().await.unwrap().is_idle());
    office.at("2023-10-26T05:00:00Z");
    worker.run_once().await.unwrap();
    assert!(last_to(&peer, "head").contains("overdue (1)"), "{}", last_to(&peer, "head"));
    assert_eq!((count_to(&peer, "clerk"), count_to(&peer, "mof"), count_to(&peer, "signatory")), (0, 0, 0));

    // A letter that is laid before the signatory, as the follower would have it.
    office
        .sql(
            "insert into owed (inquiry, kind, ministry, number, subject, since)
             select inquiry, 'signature', '', number, subject, '2023-10-24T05:00:00Z' from owed where kind = 'reply'",
        )
        .await;
    office.at("2023-10-27T05:00:00Z");
    worker.run_once().await.unwrap();
    let mail = last_to(&peer, "signatory");
    assert!(mail.contains("1 in all; No. ДС-1 has waited longest, from 24 October 2023"), "{mail}");
    assert!(mail.contains("https://saual.example/signing"), "{mail}");
}

#[tokio::test]
async fn a_worker_that_dies_while_it_gathers_makes_no_second_digest_and_leaves_nobody_out() {
    let office = Office::open().await;
    office.at(FIRST);
    for name in ["anar", "bota", "saule"] {
        office.person(name, Role::Executor, Some("mfa"), Language::Kk).await;
    }
    office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.notice().await;
    office.at("2023-10-05T03:00:00Z");
    // It fails at the second person: the others have theirs, and a deputy's letter goes.
    let letter = office.order(&["deputy"]).await;
    office.react().await;
    office
        .sql(
            "create function falls() returns trigger language plpgsql as $$
             begin if new.name = 'Қызметкер bota' then raise exception 'gone'; end if; return new; end $$;
             create trigger falls before insert on mail for each row execute function falls()",
        )
        .await;
    let peer = Setup::plain().listen().await;
    let worker = office.worker(office.to_peer(&peer));
    assert!(worker.run_once().await.is_err());
    assert_eq!((office.digests().await, peer.taken().len()), (2, 3));
    office.reaches(letter, &["accepted"]).await;
    office.sql("drop trigger falls on mail").await;
    // Two of them are started in its place.
    let other = office.worker(Config { worker: "other".to_owned(), ..office.to_peer(&peer) });
    let (one, two) = tokio::join!(worker.run_once(), other.run_once());
    assert_eq!(one.unwrap().delivered + two.unwrap().delivered, 1);
    for name in ["anar", "bota", "saule"] {
        assert_eq!(count_to(&peer, name), 1, "{name}");
    }
    assert!(worker.run_once().await.unwrap().is_idle());
    assert_eq!(office.digests().await, 3);
}

#[tokio::test]
async fn a_worker_that_dies_while_it_sends_sends_no_second_one_and_the_next_digest_has_what_was_lost() {
    let office = Office::open().await;
    office.at(FIRST);
    office.person("hang", Role::Executor, Some("mfa"), Language::Kk).await;
    let inquiry = office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.reminds(inquiry, "mfa").await;
    office.notice().await;
    office.later(SignedDuration::from_mins(10));
    let peer = Setup::plain().listen().await;
    let config = Config { connections: 1, ..reminders_only(office.to_peer(&peer)) };
    // Before a word was said: the next one sends it.
    peer.at(At::Connect, Act::Late(Duration::from_secs(60)));
    let dying = office.worker(config.clone());
    let dying = tokio::spawn(async move { dying.run_once().await });
    peer.has_seen(1).await;
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    assert_eq!(peer.taken().len(), 0);
    peer.behave();
    // After the dot: nobody knows, and it is not sent again.
    let dying = office.worker(config.clone());
    let dying = tokio::spawn(async move { dying.run_once().await });
    peer.has_taken(1).await;
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    let successor = office.worker(config);
    assert_eq!(successor.run_once().await.unwrap().troubled, 1);
    assert!(successor.run_once().await.unwrap().is_idle());
    assert_eq!(peer.taken().len(), 1);
    let counts = dispatch::counts(office.journal.pool()).await.unwrap();
    assert_eq!((counts.unknown, counts.unreported), (1, 0), "a person sees it, and no inquiry is told");

    // The digest of the next morning says it once more, and only that one.
    office.sql("update account set email = 'works@office.test' where name = 'hang'").await;
    let worker = office.worker(office.to_peer(&peer));
    office.at("2023-09-21T02:30:00Z");
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    assert!(last_to(&peer, "works").contains("еске салады (1)"));
    office.at("2023-09-22T02:30:00Z");
    assert!(worker.run_once().await.unwrap().is_idle());
}

#[tokio::test]
async fn while_the_mail_is_paused_nothing_goes_and_afterwards_one_digest_has_all_of_it() {
    let office = Office::open().await;
    office.at(FIRST);
    office.person("aigul", Role::Executor, Some("mfa"), Language::Kk).await;
    let peer = Setup::plain().listen().await;
    let worker = office.worker(office.to_peer(&peer));
    assert!(worker.run_once().await.unwrap().is_idle(), "today's digest has nothing to say");
    let inquiries = [
        office.resolved(1, date(2023, 10, 12), date(2023, 9, 25)).await,
        office.resolved(2, date(2023, 10, 12), date(2023, 10, 6)).await,
    ];
    // One is gathered before the pause and cannot leave; another comes while it lasts.
    office.reminds(inquiries[0], "mfa").await;
    office.notice().await;
    peer.at(At::Mail, Act::say("451 4.3.0 later"));
    office.later(SignedDuration::from_mins(10));
    assert_eq!(worker.run_once().await.unwrap().deferred, 1);
    peer.behave();
    office.pauses().await;
    office.later(SignedDuration::from_mins(70));
    office.reminds(inquiries[1], "mfa").await;
    office.notice().await;
    for moment in ["2023-09-20T09:00:00Z", "2023-09-21T03:00:00Z", "2023-09-22T03:00:00Z"] {
        office.at(moment);
        assert!(worker.run_once().await.unwrap().is_idle(), "{moment}");
    }
    assert!(peer.taken().is_empty());
    let letter = office.order(&["deputy"]).await;
    office.react().await;
    assert_eq!(worker.run_once().await.unwrap().delivered, 1, "a deputy's letter is not held back");
    office.reaches(letter, &["accepted"]).await;

    office.resumes().await;
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    let mail = last_to(&peer, "aigul");
    assert!(mail.contains("еске салады (2)") && mail.contains("№ ДС-1: ") && mail.contains("№ ДС-2: "), "{mail}");
    assert!(mail.contains("мерзімі жақын немесе өткен (1)"), "{mail}");
    office.later(SignedDuration::from_hours(3));
    assert!(worker.run_once().await.unwrap().is_idle());
    assert_eq!(count_to(&peer, "aigul"), 1);

    // Where today's digest has gone already, what was gathered goes as one mail of reminders, with what could not leave.
    office.later(SignedDuration::from_hours(1));
    for number in 3..=5 {
        let inquiry = office.resolved(number, date(2023, 10, 12), date(2023, 10, 6)).await;
        office.reminds(inquiry, "mfa").await;
    }
    office.notice().await;
    office.pauses().await;
    office.later(SignedDuration::from_mins(15));
    assert!(worker.run_once().await.unwrap().is_idle());
    office.resumes().await;
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    assert!(last_to(&peer, "aigul").contains("еске салады (3)"));

    let client = office.journal.pool().get().await.unwrap();
    for forbidden in [
        "delete from office_mail_pause",
        "truncate office_mail_pause",
        "update office_mail_pause set reason = 'x'",
        "update office_mail_pause set resumed_by = 'somebody'",
    ] {
        assert!(client.batch_execute(forbidden).await.is_err(), "{forbidden}");
    }
}

/// What a co-executor owed has come.
pub(super) async fn hands_in(office: &Office, inquiry: InquiryId) {
    let body =
        serde_json::json!({ "blocks": [{ "type": "paragraph", "content": [{ "type": "text", "text": "Бар" }] }] });
    let sent = SubmitContribution { body, answers: Vec::new(), files: Vec::new() };
    office.does(inquiry, Actor::executor("mfa", code("mfa")), sent).await;
    office.notice().await;
}

#[tokio::test]
async fn what_comes_back_about_a_digest_is_told_to_no_inquiry_and_an_answer_to_it_waits_for_a_clerk() {
    let office = Office::open().await;
    office.at(FIRST);
    office.person("aigul", Role::Executor, Some("mfa"), Language::Kk).await;
    let peer = Setup::plain().listen().await;
    let config = office.reading(reminders_only(office.to_peer(&peer)));
    let worker = office.worker(config.clone());
    let inquiry = office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.reminds(inquiry, "mfa").await;
    office.notice().await;
    office.later(SignedDuration::from_mins(10));
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    let digest = &peer.taken()[0];
    assert_eq!((digest.from.as_str(), digest.to.len()), ("bounces@ministry.test", 1), "without a mark and a copy");
    let digest = String::from_utf8(digest.bytes.clone()).unwrap();
    let id = format!("Message-ID: {}\r\n", header(&digest, "Message-ID"));
    let bounce = report(&Known::Returned(&id), "aigul@office.test", "failed", "5.1.1", "550 5.1.1 unknown");
    office.comes("1.bounce", bounce.as_bytes());
    let answer = format!(
        "From: aigul@office.test\r\nTo: office@ministry.test\r\nSubject: Re\r\nIn-Reply-To: {}\r\n\r\nRead.\r\n",
        header(&digest, "Message-ID")
    );
    office.comes("2.answer", answer.as_bytes());
    let reading = office.inbox(&config).run_once().await.unwrap();
    assert_eq!((reading.reports, reading.answers, reading.inquiries, reading.faults), (1, 0, 1, 0), "{reading:?}");
    assert_eq!(office.number("select count(*) from inbound_mail where error = 'about_none_of_ours'").await, 1);
    assert_eq!(office.number("select count(*) from mail_report").await, 0);
    assert_eq!(office.number("select count(*) from mail where state = 'accepted'").await, 1);
}
