//! Heads of the journal that are published outside: where they go, what is shown of it, and what a place that does not answer changes.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use eventstore::{Kept, SignedHead};
use saual::config::{Config, Place, Target};
use testkit::app::TestApp;

use crate::api::registered;

/// A place that takes what is posted, answers with a status, and keeps the bodies.
struct Taker {
    address: String,
    taken: Arc<Mutex<Vec<String>>>,
    status: Arc<Mutex<u16>>,
}

impl Taker {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/heads?token=s3cret", listener.local_addr().unwrap());
        let (taken, status) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(200)));
        let taker = Self { address, taken: Arc::clone(&taken), status: Arc::clone(&status) };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut line, mut length) = (String::new(), 0);
                while reader.read_line(&mut line).unwrap() > 2 {
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    line.clear();
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let status = *status.lock().unwrap();
                if status == 200 {
                    taken.lock().unwrap().push(String::from_utf8(body).unwrap());
                }
                write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            }
        });
        taker
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }
}

fn place(name: &str, target: Target) -> Place {
    Place { name: name.to_owned(), target }
}

async fn count(app: &TestApp, sql: &str) -> i64 {
    app.database.connect().await.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_goes_to_every_place_once_and_one_that_does_not_answer_delays_no_other() {
    let (folder, taker) = (tempfile::tempdir().unwrap(), Taker::open());
    let file = folder.path().join("heads.jsonl");
    let gone = folder.path().join("unmounted/heads.jsonl");
    let places = vec![
        place("file:/gone", Target::File(gone.clone())),
        place("file:/kept", Target::File(file.clone())),
        place("http://127.0.0.1/heads", Target::Webhook(taker.address.clone())),
    ];
    let app = TestApp::start_quietly(|config: &mut Config| config.publish = places).await;
    let page = app.get("auditor", "/journal").await.is(200).text();
    assert!(page.contains("Журналдың басына әлі қол қойылмаған"), "{page}");
    registered(&app, "ДС-1").await;
    assert_eq!(app.publish_heads().await, 0, "nothing is signed yet");
    let first = app.sign_head().await.unwrap();
    assert_eq!(app.publish_heads().await, 3);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{first}\n"));
    assert_eq!(taker.taken(), [format!("{first}\n")]);
    assert_eq!(app.publish_heads().await, 0, "nothing new, and the place that failed waits");

    // What is shown of it, to whom it concerns.
    let page = app.get("auditor", "/journal").await.is(200).text();
    assert_eq!(page.matches("жарияланды").count(), 2, "{page}");
    assert!(page.contains("жетпеді, қайталанады") && page.contains("No such file"), "{page}");
    assert!(!page.contains("s3cret") && page.contains(&first.public_key.id().to_string()));
    app.get("clerk", "/journal").await.is(403);
    let metrics = app.call("GET", "/metrics").send().await.is(200).text();
    assert!(metrics.contains("journal_head_publish_failures{place=\"file:/gone\"} 1"), "{metrics}");
    assert!(
        metrics.contains(&format!("journal_head_published_block{{place=\"file:/kept\"}} {}", first.block)),
        "{metrics}"
    );

    // The next head, while one place refuses: the others get it, and the one that failed has waited long enough by then.
    registered(&app, "ДС-2").await;
    let second = app.sign_head().await.unwrap();
    *taker.status.lock().unwrap() = 503;
    app.clock.later(Duration::from_secs(61));
    assert_eq!(app.publish_heads().await, 3);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{first}\n{second}\n"));
    let states = app.journal().places().await.unwrap();
    let errors: Vec<Option<&str>> = states.iter().map(|state| state.error.as_deref()).collect();
    assert!(errors[0].is_some() && errors[1].is_none(), "{errors:?}");
    assert_eq!(errors[2], Some("it answered with status 503"));

    // After a day it is said otherwise; when the place is there again it gets the newest head, and not what it has missed.
    app.clock.later(Duration::from_secs(86_400));
    let page = app.get("admin", "/journal").await.is(200).text();
    assert_eq!(page.matches("бір тәулік бойы жетпей тұр").count(), 2, "{page}");
    *taker.status.lock().unwrap() = 200;
    std::fs::create_dir(gone.parent().unwrap()).unwrap();
    assert_eq!(app.publish_heads().await, 2);
    assert_eq!(std::fs::read_to_string(&gone).unwrap(), format!("{second}\n"));
    assert_eq!(taker.taken(), [format!("{first}\n"), format!("{second}\n")]);
    let states = app.journal().places().await.unwrap();
    assert!(
        states.iter().all(|state| state.error.is_none() && state.failures == 0 && state.block == second.block),
        "{states:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_that_dies_before_it_writes_down_that_it_published_does_it_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("heads.jsonl");
    let target = file.clone();
    let app = TestApp::start_quietly(|config| config.publish = vec![place("file:/kept", Target::File(target))]).await;
    registered(&app, "ДС-1").await;
    let head = app.sign_head().await.unwrap();
    // Another node took the place and wrote half a line.
    let other = app.journal().take_place(
        ("file:/kept", eventstore::PlaceKind::File),
        (head.block, 0),
        app.state().clock.now(),
        Duration::from_secs(60),
    );
    assert!(other.await.unwrap().is_some());
    std::fs::write(&file, &head.to_line()[..50]).unwrap();
    assert_eq!(app.publish_heads().await, 0, "the place is the other node's");
    let client = app.database.connect().await;
    client
        .batch_execute("update published_heads set lease_until = clock_timestamp() - interval '1 second'")
        .await
        .unwrap();
    assert_eq!(app.publish_heads().await, 1);
    let kept = Kept::read("f", std::fs::read(&file).unwrap().as_slice()).unwrap();
    assert_eq!((kept.heads, kept.unreadable), (vec![head], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_gets_one_head_a_day_none_in_a_pause_and_none_twice() {
    let mail = || Target::Mail("auditor@audit.test".to_owned());
    let app = TestApp::start_quietly(|config| config.publish = vec![place("mailto:auditor@audit.test", mail())]).await;
    registered(&app, "ДС-1").await;
    let first = app.sign_head().await.unwrap();
    let queued = "select count(*) from mail join digest on digest.id = mail.digest where digest.place is not null";
    app.call("POST", "/outbox/pause")
        .by("admin")
        .body("application/x-www-form-urlencoded", b"reason=x".to_vec())
        .send()
        .await
        .is(303);
    assert_eq!((app.publish_heads().await, count(&app, queued).await), (1, 0), "the mail of the house is paused");
    app.call("POST", "/outbox/resume").by("admin").send().await.is(303);
    assert_eq!((app.publish_heads().await, count(&app, queued).await), (0, 0), "it is looked at again in a minute");
    app.clock.later(Duration::from_secs(61));
    assert_eq!((app.publish_heads().await, count(&app, queued).await), (1, 1));
    let client = app.database.connect().await;
    let content: serde_json::Value =
        client.query_one("select content from digest where place is not null", &[]).await.unwrap().get(0);
    let line: SignedHead = content["lines"][0].as_str().unwrap().parse().unwrap();
    assert_eq!((&line, content["lines"].as_array().unwrap().len()), (&first, 1));

    registered(&app, "ДС-2").await;
    app.sign_head().await.unwrap();
    assert_eq!((app.publish_heads().await, count(&app, queued).await), (0, 1), "not before a day is over");
    // Whoever died between the queue and the note of it comes again.
    client.batch_execute("update published_heads set block = 0, next_at = 'epoch'").await.unwrap();
    app.clock.later(Duration::from_secs(86_400));
    assert_eq!((app.publish_heads().await, count(&app, queued).await), (1, 2));
    client.batch_execute("update published_heads set block = 0, next_at = 'epoch'").await.unwrap();
    assert_eq!((app.publish_heads().await, count(&app, queued).await), (1, 2), "this head was queued before");
    let page = app.get("admin", "/outbox").await.is(200).text();
    assert_eq!(page.matches("журнал басы").count(), 2, "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_by_mail_goes_as_every_mail_does() {
    let mail = Target::Mail("auditor@audit.test".to_owned());
    let app = TestApp::start_with(|config| config.publish = vec![place("mailto:auditor@audit.test", mail)]).await;
    registered(&app, "ДС-1").await;
    let head = app.sign_head().await.unwrap();
    // Either this test or the program's own publisher puts it into the queue.
    let queued = "select count(*) from mail join digest on digest.id = mail.digest where digest.place is not null";
    while count(&app, queued).await == 0 {
        app.publish_heads().await;
    }
    app.settle().await;
    let written = "select count(*) from mail where state = 'written' and address is null";
    assert_eq!((count(&app, queued).await, count(&app, written).await), (1, 1));
    let office = app.folder.path().join("outbox/office");
    let names: Vec<String> =
        std::fs::read_dir(&office).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].starts_with(&format!("head-{}.", head.block)), "{names:?}");
    let mail = std::fs::read(office.join(&names[0])).unwrap();
    let parts = letter::incoming::mail::read(&mail).unwrap();
    assert!(parts.words().contains(&head.to_line()), "{}", parts.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_shown_with_its_proof_in_words_and_a_changed_one_with_what_does_not_fit() {
    let app = TestApp::start().await;
    registered(&app, "ДС-1").await;
    let page = app.get("auditor", "/journal/events/2").await.is(200).text();
    assert!(page.contains("әлі қол қойылған жоқ") && page.contains("/api/v1/journal/proof/2"), "{page}");
    let head = app.sign_head().await.unwrap();
    let page = app.get("auditor", "/journal/events/2").await.is(200).text();
    assert!(page.contains(&head.public_key.id().to_string()) && page.contains("Демек, осы оқиға"), "{page}");
    let client = app.database.connect().await;
    client
        .batch_execute("alter table events disable trigger all; update events set actor = 'x' where position = 2")
        .await
        .unwrap();
    let page = app.get("auditor", "/journal/events/2").await.is(200).text();
    assert!(page.contains("журнал өзгертілген") && !page.contains("Демек, осы оқиға"), "{page}");
    for absent in ["0", "99", "x", "-1"] {
        app.get("auditor", &format!("/journal/events/{absent}")).await.is(404);
    }
    app.get("clerk", "/journal/events/2").await.is(403);
}
