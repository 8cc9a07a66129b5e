//! `saual outbox` and `saual mail test`, as whoever looks after the mail types them.

use directory::{Language, Role};
use jiff::SignedDuration;
use jiff::civil::date;
use saual::cli::{Cli, Command, Mail, Outbox, OutboxAct};
use saual::config::Environment;
use saual::exit::{Answer, Stop};
use testkit::smtp::{Act, At, Setup};

use super::office::{LETTER, Office, ordered};

/// Runs a verb, on a thread of its own: it brings its runtime.
async fn run(environment: Environment, command: Command) -> Result<Answer, Stop> {
    tokio::task::spawn_blocking(move || saual::commands::run(Cli { command }, &environment)).await.unwrap()
}

async fn outbox(office: &Office, asked: Outbox) -> Answer {
    let data = office.folder.path().join("data").display().to_string();
    let environment = Environment::of([("DATABASE_URL", office.database_url().as_str()), ("SAUAL_DATA", &data)]);
    run(environment, Command::Outbox(asked)).await.unwrap()
}

fn act(mail: i64) -> OutboxAct {
    OutboxAct { mail, reason: "Депутат хабарласты".to_owned(), by: "А. Әкімші".to_owned() }
}

async fn numbered(office: &Office, recipient: i32) -> i64 {
    office.number(&format!("select max(id) from mail where recipient = {recipient}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_tried_now_or_taken_back_or_ordered_again_with_a_reason_that_stays() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    peer.at(At::Dot, Act::say("451 4.3.0 Later"));
    let inquiry = office.order(&["one", "two", "r550x"]).await;
    office.react().await;
    let worker = office.worker(office.to_peer(&peer));
    worker.run_once().await.unwrap();
    assert_eq!(office.states(inquiry).await, ["deferred", "deferred", "refused"]);
    peer.behave();
    assert_eq!(outbox(&office, Outbox::List { all: false }).await, Answer::No, "one was refused");

    assert_eq!(outbox(&office, Outbox::Retry(act(numbered(&office, 1).await))).await, Answer::Yes);
    assert_eq!(worker.run_once().await.unwrap().delivered, 1, "without waiting for its minute");
    assert_eq!(outbox(&office, Outbox::Cancel(act(numbered(&office, 2).await))).await, Answer::Yes);
    assert_eq!(office.states(inquiry).await, ["accepted", "cancelled", "refused"]);
    let told = office.told(inquiry).await;
    assert!(told.contains(&("failed", 2, 1)), "the inquiry knows that it was not delivered: {told:?}");
    let words = "select count(*) from mail where answer = 'taken back by А. Әкімші: Депутат хабарласты'";
    assert_eq!(office.number(words).await, 1);
    office.later(SignedDuration::from_hours(5));
    assert_eq!(worker.run_once().await.unwrap().delivered, 0, "what is taken back does not go");

    let refused = numbered(&office, 3).await;
    for _ in 0..2 {
        assert_eq!(outbox(&office, Outbox::Retry(act(refused))).await, Answer::Yes);
    }
    // The command seals the address under the keys of its own data folder, which this office does not have: the event tells.
    let orders = office.events(inquiry).await.into_iter().filter(|event| event.event_type == "dispatch_ordered");
    let orders: Vec<String> = orders.map(|event| event.actor).collect();
    assert_eq!(orders, ["clerk", "А. Әкімші"], "ordered again, and once");
    for (asked, why) in [
        (Outbox::Cancel(act(refused)), "it has ended"),
        (Outbox::Retry(act(numbered(&office, 1).await)), "it has gone"),
        (Outbox::Cancel(act(99_999)), "there is none"),
    ] {
        assert_eq!(outbox(&office, asked).await, Answer::No, "{why}");
    }
    let kept = "select count(*) from mail_act where by = 'А. Әкімші' and reason = 'Депутат хабарласты'";
    assert!(office.number(kept).await >= 3);
    let changed = office.journal.pool().get().await.unwrap().execute("delete from mail_act", &[]).await;
    assert!(changed.is_err(), "what was done stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_a_reason_is_kept_nowhere() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    let inquiry = office.order(&["serik.wrong", "gulnar.late", "r550x"]).await;
    office.react().await;
    let worker = office.worker(office.to_peer(&peer));
    peer.at(At::Dot, Act::say("451 4.3.0 Later"));
    worker.run_once().await.unwrap();
    let because = |mail, reason: &str| OutboxAct { reason: reason.to_owned(), ..act(mail) };
    let first = because(numbered(&office, 1).await, "wrong address serik.wrong@parlam.test");
    assert_eq!(outbox(&office, Outbox::Cancel(first)).await, Answer::Yes);
    let second = because(numbered(&office, 2).await, "Gulnar.Late@parlam.test is there again");
    assert_eq!(outbox(&office, Outbox::Retry(second)).await, Answer::Yes);
    let third = because(numbered(&office, 3).await, "r550x@parlam.test was opened");
    assert_eq!(outbox(&office, Outbox::Retry(third)).await, Answer::Yes);
    let kept = "select count(*) from (
                    select answer as words from mail union all select answer from mail_report
                    union all select reason from mail_act) told
                 where words ilike '%wrong@%' or words ilike '%late@%' or words ilike '%r550x@%'";
    assert_eq!(office.number(kept).await, 0);
    assert_eq!(office.number("select count(*) from mail_act where reason like '%(recipient)%'").await, 3);
    let told = office.events(inquiry).await.into_iter().filter(|event| event.event_type == "delivery_failed");
    let told: Vec<String> = told.map(|event| event.text().to_owned()).collect();
    assert!(told.iter().any(|event| event.contains("wrong address (recipient)")), "{told:?}");
    assert!(!told.iter().any(|event| event.contains("serik.wrong")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_that_names_somebody_elses_address_is_refused_and_the_mail_stays_as_it_is() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    let inquiry = office.order(&["serik.late", "r550x"]).await;
    office.react().await;
    let worker = office.worker(office.to_peer(&peer));
    peer.at(At::Dot, Act::say("451 4.3.0 Later"));
    worker.run_once().await.unwrap();
    let states = office.states(inquiry).await;
    let (late, refused) = (numbered(&office, 1).await, numbered(&office, 2).await);
    let because =
        |mail| OutboxAct { reason: "serik.late@parlam.test is gone, use aide@home.test".to_owned(), ..act(mail) };
    for asked in [Outbox::Cancel(because(late)), Outbox::Retry(because(late)), Outbox::Retry(because(refused))] {
        assert_eq!(outbox(&office, asked).await, Answer::No);
    }
    assert_eq!(office.states(inquiry).await, states);
    assert_eq!(office.number("select count(*) from mail_act").await, 0);
    let orders = office.events(inquiry).await.into_iter().filter(|event| event.event_type == "dispatch_ordered");
    assert_eq!(orders.count(), 1, "nothing was ordered out again");
    // The name becomes the actor of what is recorded.
    let data = office.folder.path().join("data").display().to_string();
    let environment = Environment::of([("DATABASE_URL", office.database_url().as_str()), ("SAUAL_DATA", &data)]);
    let by = OutboxAct { by: "admin@home.test".to_owned(), ..act(late) };
    assert!(matches!(run(environment, Command::Outbox(Outbox::Cancel(by))).await, Err(Stop::Use(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_to_look_at_a_mail_whose_letter_was_ordered_out_again() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    let inquiry = office.order(&["r550x"]).await;
    office.react().await;
    let worker = office.worker(office.to_peer(&peer));
    worker.run_once().await.unwrap();
    assert_eq!(outbox(&office, Outbox::List { all: false }).await, Answer::No);
    let pdf = office.journal.put_blob("application/pdf", LETTER).await.unwrap().parse().unwrap();
    let again = ordered(inquiry, 2, pdf, [(&"right", 1)].into_iter());
    office.record(inquiry, office.events(inquiry).await.len() as u64, vec![again.into()]).await;
    office.react().await;
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    for all in [false, true] {
        assert_eq!(outbox(&office, Outbox::List { all }).await, Answer::Yes, "all: {all}");
    }
    let first = office.number("select min(id) from mail").await;
    assert_eq!(outbox(&office, Outbox::Retry(act(first))).await, Answer::No, "nothing goes to the old address again");
    let orders = office.events(inquiry).await.into_iter().filter(|event| event.event_type == "dispatch_ordered");
    assert_eq!(orders.count(), 2);
    // A server may say days later that it could not hand the mail on.
    office.sql("update mail set state = 'bounced' where order_no = 2").await;
    assert_eq!(outbox(&office, Outbox::List { all: false }).await, Answer::No);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_is_tried_now_or_taken_back_and_no_inquiry_hears_of_it() {
    let office = Office::open().await;
    office.at("2023-09-20T03:15:00Z");
    for name in ["anar", "bota"] {
        office.person(name, Role::Executor, Some("mfa"), Language::Kk).await;
    }
    office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.notice().await;
    office.at("2023-10-05T03:00:00Z");
    let peer = Setup::plain().listen().await;
    peer.at(At::Dot, Act::say("451 4.3.0 Later"));
    let worker = office.worker(office.to_peer(&peer));
    assert_eq!(worker.run_once().await.unwrap().deferred, 2);
    peer.behave();
    assert_eq!(outbox(&office, Outbox::List { all: false }).await, Answer::Yes, "they wait, and nobody has to look");
    let first = office.number("select min(id) from mail").await;
    assert_eq!(outbox(&office, Outbox::Retry(act(first))).await, Answer::Yes);
    assert_eq!(worker.run_once().await.unwrap().delivered, 1, "without waiting for its minute");
    let second = office.number("select max(id) from mail").await;
    assert_eq!(outbox(&office, Outbox::Cancel(act(second))).await, Answer::Yes);
    office.later(SignedDuration::from_hours(5));
    assert_eq!(worker.run_once().await.unwrap().delivered, 0, "what is taken back does not go");
    assert_eq!(outbox(&office, Outbox::Retry(act(second))).await, Answer::No, "it has ended, and is not ordered again");
    assert_eq!(office.number("select count(*) from mail_report").await, 0);
    assert_eq!(office.number("select count(*) from mail where address is not null").await, 0, "no address is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_a_worker_is_at_is_left_to_it() {
    let office = Office::open().await;
    let inquiry = office.order(&["one"]).await;
    office.react().await;
    office
        .sql("update mail set lease_owner = 'other', lease_until = clock_timestamp() + interval '1 hour', lease_token = gen_random_uuid()")
        .await;
    let mail = numbered(&office, 1).await;
    assert_eq!(outbox(&office, Outbox::Cancel(act(mail))).await, Answer::No);
    assert_eq!(outbox(&office, Outbox::Retry(act(mail))).await, Answer::No);
    assert_eq!(office.states(inquiry).await, ["queued"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_mail_goes_the_way_of_letters_and_says_whether_it_arrived() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let (first, second) = (Setup::plain().listen().await, Setup::plain().pipelining().listen().await);
    let relays = format!("127.0.0.1:{}, 127.0.0.1:{}", first.port(), second.port());
    let environment = Environment::of([
        ("SAUAL_DATA", data.as_str()),
        ("SAUAL_MAIL_MODE", "smtp"),
        ("SAUAL_MAIL_RELAY", relays.as_str()),
        ("SAUAL_MAIL_TLS", "none"),
        ("SAUAL_MAIL_FROM", "Үкімет Аппараты <office@office.test>"),
    ]);
    let test = |address: &str| Command::Mail(Mail::Test { address: address.to_owned() });
    assert_eq!(run(environment.clone(), test("one@parlam.test")).await.unwrap(), Answer::Yes);
    let taken = first.taken();
    assert_eq!((taken.len(), taken[0].to[0].as_str()), (1, "one@parlam.test"));
    let text = String::from_utf8_lossy(&taken[0].bytes).into_owned();
    assert!(text.contains("Auto-Submitted: auto-generated") && text.contains("office@office.test"), "{text}");
    assert_eq!(run(environment.clone(), test("r550x@parlam.test")).await.unwrap(), Answer::No);
    assert!(second.connections() == 0, "what one relay says of the recipient, it has said");
    first.at(At::Mail, Act::say("550 5.7.1 Relaying denied"));
    assert_eq!(run(environment.clone(), test("one@parlam.test")).await.unwrap(), Answer::Yes, "over the next relay");
    assert_eq!(second.taken().len(), 1);
    second.at(At::Connect, Act::Cut);
    assert_eq!(run(environment.clone(), test("one@parlam.test")).await.unwrap(), Answer::No);
    assert!(matches!(run(environment, test("nobody")).await, Err(Stop::Use(_))));

    let file = Environment::of([("SAUAL_DATA", data.as_str())]);
    assert_eq!(run(file, test("one@parlam.test")).await.unwrap(), Answer::Yes);
    let names: Vec<String> = std::fs::read_dir(folder.path().join("outbox"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(matches!(names.as_slice(), [one] if one.starts_with("test-") && one.ends_with(".eml")), "{names:?}");
}
