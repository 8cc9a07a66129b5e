//! Programs that die in the middle, programs that come back too late, and several at once.

use std::time::Duration;

use dispatch::Reactions;
use dispatch::config::{Config, Mode};
use eventstore::follow;
use inquiry::Event;
use inquiry::event::InquiryWithdrawn;
use testkit::smtp::{Act, At, Setup};
use tokio::sync::watch;

use super::office::Office;

#[tokio::test]
async fn a_lease_that_runs_out_is_anybodys_and_the_slow_worker_changes_nothing() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    let inquiry = office.order(&["ok"]).await;
    office.react().await;
    // Taken by a worker that then fell silent before it began to send.
    office
        .sql("update mail set lease_owner = 'silent', lease_until = clock_timestamp() + interval '1 hour', lease_token = gen_random_uuid()")
        .await;
    let worker = office.worker(office.to_peer(&peer));
    assert!(worker.run_once().await.unwrap().is_idle(), "it is the other's");
    office.sql("update mail set lease_until = clock_timestamp() - interval '1 second'").await;
    assert_eq!(worker.run_once().await.unwrap().delivered, 1);
    assert_eq!(office.states(inquiry).await, ["accepted"]);
    assert_eq!(peer.taken().len(), 1);
}

#[tokio::test]
async fn an_answer_that_comes_after_the_lease_is_better_than_none() {
    let office = Office::open().await;
    let peer = Setup::plain().listen().await;
    peer.at(At::Dot, Act::Late(Duration::from_millis(1500)));
    let inquiry = office.order(&["slow"]).await;
    office.react().await;
    let slow = office.worker(office.to_peer(&peer));
    let sending = tokio::spawn(async move { slow.run_once().await.unwrap().delivered });
    peer.has_taken(1).await;
    office.sql("update mail set lease_until = clock_timestamp() - interval '1 second'").await;
    let other = office.worker(Config { worker: "other".to_owned(), ..office.to_peer(&peer) });
    assert_eq!(other.run_once().await.unwrap().troubled, 1);
    assert_eq!(office.states(inquiry).await, ["unknown"]);
    assert_eq!(sending.await.unwrap(), 1);
    assert_eq!(office.states(inquiry).await, ["accepted"], "it was about this very attempt");
    let told = office.told(inquiry).await;
    assert!(told.contains(&("failed", 1, 1)) && told.contains(&("accepted", 1, 1)), "{told:?}");
    assert_eq!(peer.taken().len(), 1);
}

#[tokio::test]
async fn a_worker_wakes_when_the_journal_grows_and_stops_when_told() {
    let office = Office::open().await;
    let (stop, stopped) = watch::channel(false);
    let journal = office.journal.clone();
    let stop_following = stopped.clone();
    let following = tokio::spawn(async move { follow(&journal, &Reactions::default(), stop_following).await });
    let mode = Mode::File { outbox: office.outbox() };
    let worker = office.worker(Config { poll: Duration::from_secs(3600), ..office.config(mode) });
    let working = tokio::spawn(async move { worker.run(stopped).await });

    let mut grown = office.journal.positions();
    let inquiry = office.order(&["one", "two"]).await;
    while office.told(inquiry).await.len() < 2 {
        tokio::time::timeout(Duration::from_secs(20), grown.changed()).await.expect("woken by the journal").unwrap();
    }
    stop.send(true).unwrap();
    working.await.unwrap();
    following.await.unwrap().unwrap();
    assert_eq!(office.states(inquiry).await, ["written", "written"]);
}

#[tokio::test]
async fn a_crash_while_files_are_written_leaves_every_file_once() {
    let office = Office::open().await;
    let inquiry = office.order(&["one", "two", "three"]).await;
    office.react().await;
    office.file_worker().run_once().await.unwrap();
    let files = |office: &Office| {
        let mut files: Vec<_> = std::fs::read_dir(office.outbox())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    };
    let before = files(&office);
    // As if it had died after the file was there and before that was written down.
    office
        .sql(
            "update mail set state = 'transmitting', lease_owner = 'first', lease_token = gen_random_uuid(),
                             lease_until = clock_timestamp() + interval '1 hour'
              where recipient = 2",
        )
        .await;
    let round = office.file_worker().run_once().await.unwrap();
    assert_eq!((round.delivered, round.troubled), (1, 0));
    assert_eq!(office.states(inquiry).await, ["written"; 3]);
    assert_eq!(files(&office), before, "the same names, the same bytes");
    assert_eq!(office.told(inquiry).await.len(), 3, "and the inquiry has heard of each delivery once");
}

#[tokio::test]
async fn an_inquiry_that_has_moved_on_need_not_take_the_report() {
    let office = Office::open().await;
    let inquiry = office.order(&["one"]).await;
    office.react().await;
    let worker = office.file_worker();
    // Withdrawn after the follower has looked, so that the mail goes all the same.
    let withdrawn: Event = InquiryWithdrawn { reason: "Депутат қайтарып алды".to_owned() }.into();
    office.record(inquiry, 4, vec![withdrawn]).await;
    let round = worker.run_once().await.unwrap();
    assert_eq!((round.delivered, round.reported), (1, 1));
    assert!(office.told(inquiry).await.is_empty());
    assert_eq!(office.number("select count(*) from mail_report where refused is not null").await, 1);
    assert!(worker.run_once().await.unwrap().is_idle(), "and it is not asked again");
    let refused = office.journal.pool().get().await.unwrap().execute("update mail_attempt set answer = ''", &[]).await;
    assert!(refused.is_err(), "attempts are never changed");
}
