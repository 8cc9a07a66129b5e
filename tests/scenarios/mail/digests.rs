//! A digest on its way: it says what is true when it goes, what did not arrive is told again, and what cannot be read holds nobody up.

use std::time::Duration;

use directory::{Language, Role};
use dispatch::config::Config;
use jiff::SignedDuration;
use jiff::civil::date;
use testkit::smtp::{Act, At, Setup};

use super::notices::{FIRST, count_to, hands_in, last_to, reminders_only};
use super::office::Office;

impl Office {
    /// Waits until so many wait for somebody else's lock.
    async fn has_waiting(&self, wanted: i64) {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        let waiting =
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        for _ in 0..1000 {
            look.tick().await;
            if self.number(waiting).await >= wanted {
                return;
            }
        }
        panic!("nobody waits");
    }
}

#[tokio::test]
async fn a_digest_says_what_is_true_when_it_goes_and_does_not_go_when_nothing_of_it_is() {
    let office = Office::open().await;
    office.at(FIRST);
    office.person("aigul", Role::Executor, Some("mfa"), Language::En).await;
    let peer = Setup::plain().listen().await;
    let worker = office.worker(office.to_peer(&peer));
    let first = office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    let second = office.resolved(2, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.reminds(first, "mfa").await;
    office.notice().await;
    // Thursday's digest cannot leave, and Friday is a pause; on Saturday, on which nothing is gathered, mail goes again.
    peer.at(At::Mail, Act::say("451 4.3.0 later"));
    office.at("2023-10-05T03:00:00Z");
    assert_eq!(worker.run_once().await.unwrap().deferred, 1);
    peer.behave();
    office.pauses().await;
    hands_in(&office, first).await;
    office.at("2023-10-06T03:00:00Z");
    assert!(worker.run_once().await.unwrap().is_idle());
    office.resumes().await;
    office.at("2023-10-07T03:00:00Z");
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    let mail = last_to(&peer, "aigul");
    assert!(mail.contains("No. ДС-2: "), "{mail}");
    assert!(mail.contains("due 6 October 2023 (overdue)") && mail.contains("what presses on 7 October 2023"), "{mail}");
    assert!(!mail.contains("ДС-1:") && !mail.contains("reminds"), "it has come meanwhile: {mail}");
    assert_eq!(office.number("select count(*) from notice where ended_at is null").await, 0);

    // Monday's cannot leave either, and by the time it can everything has come.
    peer.at(At::Mail, Act::say("451 4.3.0 later"));
    office.at("2023-10-09T03:00:00Z");
    assert_eq!(worker.run_once().await.unwrap().deferred, 1);
    peer.behave();
    hands_in(&office, second).await;
    office.later(SignedDuration::from_hours(1));
    assert!(worker.run_once().await.unwrap().is_idle());
    assert_eq!(count_to(&peer, "aigul"), 1);
    let dropped = "select count(*) from mail where state = 'cancelled' and not called_back and address is null";
    assert_eq!(office.number(dropped).await, 1);
}

#[tokio::test]
async fn what_presses_for_the_absent_is_told_to_whoever_stands_in_for_them() {
    let office = Office::open().await;
    office.at(FIRST);
    office.person("gulnar", Role::Control, None, Language::En).await;
    office.person("bota", Role::Approver, None, Language::En).await;
    office.sql("update account set email = null where name = 'gulnar'").await;
    office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.notice().await;
    let peer = Setup::plain().listen().await;
    let worker = office.worker(office.to_peer(&peer));
    office.at("2023-10-18T03:00:00Z");
    assert!(worker.run_once().await.unwrap().is_idle(), "an approver is told of nothing");
    office
        .sql(
            "insert into substitution values (gen_random_uuid(), 'gulnar', 'bota', '{control}', '2023-10-18T04:00:00Z',
                                              '2023-10-20T02:00:00Z', 'head', 'Іссапар')",
        )
        .await;
    office.at("2023-10-19T03:00:00Z");
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    assert!(last_to(&peer, "bota").contains("ДС-1"), "{}", last_to(&peer, "bota"));
    office.at("2023-10-20T03:00:00Z");
    assert!(worker.run_once().await.unwrap().is_idle(), "the substitution is over");
}

#[tokio::test]
async fn a_digest_goes_to_whom_it_can_go_to_by_then() {
    let office = Office::open().await;
    office.at(FIRST);
    for name in ["aigul", "bota"] {
        office.person(name, Role::Executor, Some("mfa"), Language::Kk).await;
    }
    office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.notice().await;
    let peer = Setup::plain().listen().await;
    let worker = office.worker(office.to_peer(&peer));
    peer.at(At::Mail, Act::say("451 4.3.0 later"));
    office.at("2023-10-05T03:00:00Z");
    assert_eq!(worker.run_once().await.unwrap().deferred, 2);
    peer.behave();
    office.sql("update account set email = 'new@office.test', language = 'en' where name = 'aigul'").await;
    office.sql("update account set disabled_at = now() where name = 'bota'").await;
    office.later(SignedDuration::from_hours(1));
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    assert!(last_to(&peer, "new").contains("contribution, due 6 October 2023"), "{}", last_to(&peer, "new"));
    assert_eq!(peer.taken().len(), 1);
    assert!(worker.run_once().await.unwrap().is_idle());
}

#[tokio::test]
async fn a_reminder_that_was_refused_or_given_up_comes_again_in_the_next_digest() {
    let office = Office::open().await;
    office.at(FIRST);
    office.person("aigul", Role::Executor, Some("mfa"), Language::Kk).await;
    let peer = Setup::plain().listen().await;
    let inquiry = office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.reminds(inquiry, "mfa").await;
    office.notice().await;
    office.later(SignedDuration::from_mins(10));
    peer.at(At::Rcpt, Act::say("550 5.1.1 unknown"));
    let worker = office.worker(office.to_peer(&peer));
    assert_eq!(worker.run_once().await.unwrap().troubled, 1);
    peer.behave();
    office.later(SignedDuration::from_hours(2));
    assert!(worker.run_once().await.unwrap().is_idle(), "not by itself");
    // The next one is given up by the relay's silence of a day.
    peer.at(At::Mail, Act::say("451 4.3.0 later"));
    office.at("2023-09-21T03:00:00Z");
    let hasty = office.worker(Config { give_up_after: Duration::from_secs(1), ..office.to_peer(&peer) });
    assert_eq!(hasty.run_once().await.unwrap().troubled, 1);
    peer.behave();
    office.at("2023-09-22T03:00:00Z");
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    assert!(last_to(&peer, "aigul").contains("еске салады (1)"), "{}", last_to(&peer, "aigul"));
    let states = "select count(*) from mail where state in ('refused', 'dead')";
    assert_eq!(office.number(states).await, 2, "and whoever looks at the outbox sees what did not arrive");
    // Told, it is told no more; and what has come is not taken up from an old refusal when it is owed again.
    office.at("2023-09-25T03:00:00Z");
    assert!(worker.run_once().await.unwrap().is_idle());
}

#[tokio::test]
async fn what_cannot_be_read_is_given_up_with_words_and_the_others_go() {
    let office = Office::open().await;
    office.at(FIRST);
    for name in ["aigul", "bota"] {
        office.person(name, Role::Executor, Some("mfa"), Language::Kk).await;
    }
    let inquiry = office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.reminds(inquiry, "mfa").await;
    office.notice().await;
    let peer = Setup::plain().listen().await;
    let worker = office.worker(Config { connections: 1, ..reminders_only(office.to_peer(&peer)) });
    peer.at(At::Mail, Act::say("451 4.3.0 later"));
    office.later(SignedDuration::from_mins(10));
    assert_eq!(worker.run_once().await.unwrap().deferred, 2);
    peer.behave();
    let of_aigul = "account = (select id from account where name = 'aigul')";
    office.sql(&format!("update digest set content = '{{\"reminders\": 1}}' where {of_aigul}")).await;
    let letter = office.order(&["deputy"]).await;
    office.react().await;
    office.later(SignedDuration::from_hours(1));
    assert_eq!(worker.run_once().await.unwrap().delivered, 2);
    office.reaches(letter, &["accepted"]).await;
    assert_eq!((count_to(&peer, "aigul"), count_to(&peer, "bota")), (0, 1));
    let given_up = "select count(*) from mail join mail_attempt on mail_attempt.mail = mail.id
                     where state = 'dead' and mail.answer like '%cannot be read%' and mail.address is null
                       and mail_attempt.step = 'not_sent'";
    assert_eq!(office.number(given_up).await, 1);
    // Its reminder is not lost.
    let worker = office.worker(office.to_peer(&peer));
    office.at("2023-09-21T03:00:00Z");
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    assert!(last_to(&peer, "aigul").contains("еске салады (1)"), "{}", last_to(&peer, "aigul"));
}

#[tokio::test]
async fn two_who_gather_for_one_person_at_once_lose_no_reminder() {
    let office = Office::open().await;
    office.at(FIRST);
    office.person("aigul", Role::Executor, Some("mfa"), Language::Kk).await;
    let inquiry = office.resolved(1, date(2023, 10, 12), date(2023, 10, 6)).await;
    office.at("2023-10-05T02:40:00Z");
    office.reminds(inquiry, "mfa").await;
    office.notice().await;
    office.at("2023-10-05T03:00:00Z");
    // The one that gathers reminders stops before its mail is there, until the one that makes the digest waits for it.
    office
        .sql(
            "create function stops() returns trigger language plpgsql as $$
             begin if new.part > 0 then perform pg_advisory_xact_lock(326); end if; return new; end $$;
             create trigger stops before insert on digest for each row execute function stops()",
        )
        .await;
    let mut gate = office.journal.pool().get().await.unwrap();
    let closed = gate.transaction().await.unwrap();
    closed.batch_execute("select pg_advisory_xact_lock(326)").await.unwrap();
    let peer = Setup::plain().listen().await;
    peer.at(At::Mail, Act::say("451 4.3.0 later"));
    let reminding = office.worker(reminders_only(office.to_peer(&peer)));
    let reminding = tokio::spawn(async move { reminding.run_once().await });
    office.has_waiting(1).await;
    let digesting = office.worker(Config { worker: "other".to_owned(), ..office.to_peer(&peer) });
    let digesting = tokio::spawn(async move { digesting.run_once().await });
    office.has_waiting(2).await;
    closed.commit().await.unwrap();
    reminding.await.unwrap().unwrap();
    digesting.await.unwrap().unwrap();
    peer.behave();
    office.later(SignedDuration::from_hours(2));
    let worker = office.worker(office.to_peer(&peer));
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    let mail = last_to(&peer, "aigul");
    assert!(mail.contains("еске салады (1)") && mail.contains("мерзімі жақын немесе өткен (1)"), "{mail}");
}
