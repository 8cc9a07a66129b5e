//! What comes to the office's mailbox, as clerks see it: an inquiry by mail that is registered with its files, an answer to a letter, a bounce.
#![expect(clippy::unwrap_used, reason = "what a page does not show ends the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use directory::{Actor, Role};
use eventstore::{HeadKey, StreamId};
use inquiry::InquiryId;
use saual::config::{Config, Inbox, MailMode, MailTls};
use saual::exit::Answer;
use serde_json::Value;
use testkit::app::TestApp;
use testkit::smtp::{Peer, Setup};
use web::office::proposals;
use web::office::registering::{self, NewInquiry};

use super::browser::{Browser, Page};
use super::deliveries::verdict;
use super::deputy::{KNOWN, sent};
use super::people::People;
use super::walk::{is_sound, is_whole};

const LETTER: &str = include_str!("../../../crates/web/tests/data/inquiry.ru.txt");

/// The mailbox of a test.
struct Mailbox(tempfile::TempDir);

impl Mailbox {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for part in ["new", "cur", "tmp"] {
            fs::create_dir(folder.path().join(part)).unwrap();
        }
        Self(folder)
    }

    fn read_by(&self, config: &mut Config) {
        config.mail.inbox = Some(Inbox {
            place: format!("maildir:{}", self.0.path().display()),
            tls: MailTls::None,
            ca_file: None,
            user: None,
            password: None,
            folder: "INBOX".to_owned(),
            every: Duration::from_millis(100),
        });
    }

    /// A mail comes.
    fn gets(&self, name: &str, mail: &str) -> PathBuf {
        let (from, to) = (self.0.path().join("tmp").join(name), self.0.path().join("new").join(name));
        fs::write(&from, mail).unwrap();
        fs::rename(from, &to).unwrap();
        to
    }

    /// A mail comes and is taken out of the mailbox.
    async fn takes(&self, name: &str, mail: &str) {
        let to = self.gets(name, mail);
        let mut look = tokio::time::interval(Duration::from_millis(20));
        while to.exists() {
            look.tick().await;
        }
    }

    fn lies(&self, folder: &str) -> PathBuf {
        self.0.path().join(folder)
    }
}

/// With a relay that is this peer.
fn sends_to(peer: &Peer, config: &mut Config) {
    config.mail.mode = MailMode::Smtp;
    config.mail.relay = Some(format!("127.0.0.1:{}", peer.port()));
    config.mail.tls = MailTls::None;
    config.mail.bounces = Some("bounces@saual.example".to_owned());
}

/// The page once it shows these words.
async fn shows(clerk: &Browser<'_>, place: &str, wanted: &str) -> Page {
    let mut look = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..400 {
        look.tick().await;
        let page = clerk.open(place).await;
        if page.words().contains(wanted) {
            return page;
        }
    }
    panic!("{place} does not show {wanted}: {}", clerk.open(place).await.words());
}

fn inquiry_by_mail() -> String {
    let pdf = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''..%2F%D0%A1%D0%BF%D0%B8%D1%81%D0%BE%D0%BA.pdf\r\n\r\n%PDF-1.7 broken";
    let text = LETTER.replace('\n', "\r\n");
    format!(
        "From: Secretariat <s@parlam.test>\r\nTo: office@saual.example\r\nSubject: <script>alert(1)</script> ДЗ-118\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--b\r\n{pdf}\r\n--b--\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_that_came_by_mail_is_registered_by_a_clerk_with_its_mail_and_its_files() {
    let mailbox = Mailbox::new();
    let app = TestApp::start_with(|config| mailbox.read_by(config)).await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    mailbox.takes("1.inquiry", &inquiry_by_mail()).await;
    let page = shows(&clerk, "/proposals", "s@parlam.test").await;
    is_whole(&page, "/proposals");
    assert!(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt; ДЗ-118"), "{}", page.text);
    assert!(page.words().contains("not checked") && page.words().contains("А.А."), "{}", page.words());
    let mail = page.text.split("href=\"/mails/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let raw = clerk.download(&format!("/mails/{mail}")).await.is(200);
    assert_eq!(String::from_utf8(raw.bytes.clone()).unwrap(), inquiry_by_mail());
    assert!(raw.header("content-disposition").is_some_and(|how| how.starts_with("attachment")));
    assert_eq!(people.at_browser("lead").await.get(&format!("/mails/{mail}")).await.status, 403);
    assert_eq!(clerk.get("/mails/99999").await.status, 404);

    let proposal = page.text.split("/inquiries/new?proposal=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = clerk.open(&format!("/inquiries/new?proposal={proposal}")).await.form("/inquiries/new");
    assert!(form.get("letter").contains("ДЗ-118") && form.get("number").is_empty(), "proposed, not filled in");
    let words = clerk.open(&format!("/inquiries/new?proposal={proposal}")).await.words();
    assert!(words.contains("could not be read, open them yourself: Список.pdf"), "{words}");
    let taken = clerk.send(&form.and("take", "all")).await;
    let form = taken.form("/inquiries/new");
    assert_eq!((form.get("number"), form.get("dated")), ("ДЗ-118", "2023-09-13"), "as its subject has it");
    assert_eq!(form.get("proposal"), proposal);
    let done = clerk.send(&form).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let id = done.place.trim_start_matches("/inquiries/").split('?').next().unwrap().to_owned();
    let stream = StreamId::new(id.parse::<InquiryId>().unwrap().stream_id()).unwrap();
    let history = app.journal().load(&stream).await.unwrap();
    let received = history[0].text();
    for file in
        [r#""name":"mail.eml","media_type":"message/rfc822""#, r#""name":"Список.pdf","media_type":"application/pdf""#]
    {
        assert!(received.contains(file), "{received}");
    }
    assert!(!received.contains("s@parlam.test"), "who sent it is not recorded: {received}");
    let dossier: Value = app.get("clerk", &format!("/api/v1/inquiries/{id}")).await.is(200).json();
    assert_eq!(dossier["repeats"], serde_json::json!({}), "it follows no other");
    app.settle().await;
    assert!(clerk.open("/proposals").await.words().contains("registered"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_from_a_mail_that_broke_off_looks_like_no_other_one() {
    let mailbox = Mailbox::new();
    let app = TestApp::start_with(|config| mailbox.read_by(config)).await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    mailbox.takes("1.inquiry", &inquiry_by_mail()).await;
    let page = shows(&clerk, "/proposals", "s@parlam.test").await;
    let proposal = page.text.split("/inquiries/new?proposal=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let begun = clerk.open(&format!("/inquiries/new?proposal={proposal}")).await.form("/inquiries/new");
    // The first try registers and dies before it marks the proposal; it had typed another day.
    let by = Actor::new("page-clerk", [Role::Clerk]);
    let now = web::Clock::now(&*app.clock);
    let asked = proposals::registration(&by, now, proposal.parse().unwrap(), b"typed by whoever was first");
    let new: NewInquiry = serde_json::from_value(serde_json::json!({
        "number": "ДЗ-118", "dated": "2023-09-12", "received": "2023-09-20", "channel": "email",
        "chamber": "mazhilis", "language": "ru", "subject": "О мерах", "questions": ["Почему?"],
        "groups": [{ "label": "Депутаты", "kind": "other", "deputies": [{ "name": "Н. Сәрсенғалиев" }] }],
    }))
    .unwrap();
    let registered = registering::register(app.state(), &asked, new).await.unwrap();
    app.settle().await;

    let taken = clerk.send(&begun.and("take", "all")).await;
    let form = taken.form("/inquiries/new");
    assert_eq!((form.get("number"), form.get("dated")), ("ДЗ-118", "2023-09-13"));
    let inquiry = registered.done.inquiry.to_string();
    assert!(!taken.text.contains(&inquiry), "it is told of itself: {}", taken.words());
    let done = clerk.send(&form).await;
    assert_eq!(done.status, 303, "{}", done.words());
    assert!(done.place.starts_with(&format!("/inquiries/{inquiry}?")), "the same inquiry: {}", done.place);
    // To any other registration it is one that is alike.
    let form = clerk.open("/inquiries/new").await.form("/inquiries/new").with("number", "ДЗ-118");
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let call = app.call("POST", "/inquiries/alike").header("Origin", &app.base).header("Accept", "text/html");
    let alike = call.header("Cookie", &clerk.cookie()).form(&fields).send().await.is(200).text();
    assert!(alike.contains(&inquiry), "{alike}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_and_a_bounce_stand_beside_the_delivery_they_are_about() {
    let mailbox = Mailbox::new();
    let peer = Setup::plain().listen().await;
    let app = TestApp::start_with(|config| {
        mailbox.read_by(config);
        sends_to(&peer, config);
    })
    .await;
    let told = sent(&app, "ДС-360").await;
    peer.has_taken(2).await;
    app.settle().await;
    let taken = peer.taken();
    let first = taken.iter().find(|mail| mail.to[0] == KNOWN).unwrap();
    let id = String::from_utf8_lossy(&first.bytes)
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: ").map(str::to_owned));
    let answer = format!(
        "From: n@elsewhere.test\r\nSubject: Re\r\nIn-Reply-To: {}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nРахмет, алдым.\r\n",
        id.unwrap()
    );
    mailbox.takes("1.answer", &answer).await;
    let people = People::of(&app).await;
    let mut clerk = people.at_browser("clerk").await;
    let page = shows(&clerk, "/proposals", "answers our mail").await;
    assert!(page.words().contains("Н. Сәрсенғалиев") && page.words().contains("ДС-360"), "{}", page.words());
    let delivery = format!("/inquiries/{}/deliveries/1", told.id);
    assert!(page.text.contains(&format!("href=\"{delivery}\"")), "{}", page.text);
    let page = clerk.open(&delivery).await;
    is_sound(&page, &delivery);
    assert!(
        page.words().contains("an answer came by mail")
            && page.words().contains("known only by an id that others may know")
    );
    let deliveries = format!("/api/v1/inquiries/{}/deliveries", told.id);
    let api: Value = app.get("clerk", &deliveries).await.is(200).json();
    assert_eq!(api["deliveries"][0]["state"], "accepted", "who has written it nobody knows: {api}");

    let bounced = taken.iter().find(|mail| mail.to[0] != KNOWN).unwrap();
    let bounce = format!(
        "From: MAILER-DAEMON@mx.test\r\nTo: {}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {}\r\nAction: failed\r\n\
         Status: 5.2.2\r\nDiagnostic-Code: smtp; 552 mailbox <b>full</b>\r\n\r\n--b--\r\n",
        bounced.from, bounced.to[0]
    );
    mailbox.takes("2.bounce", &bounce).await;
    let second = format!("/inquiries/{}/deliveries/2", told.id);
    let page = shows(&clerk, &second, "the mail came back").await;
    app.settle().await;
    assert!(page.text.contains("552 mailbox &lt;b&gt;full&lt;/b&gt;"), "{}", page.text);
    let page = shows(&clerk, &second, "not delivered").await;
    assert!(page.find(&second).is_some(), "and it can be sent again");
    let history = clerk.open(&format!("/inquiries/{}", told.id)).await.words();
    assert!(history.contains("552 mailbox"), "{history}");
    let evidence = clerk.open(&format!("{second}/evidence")).await;
    assert!(
        evidence.words().contains("the mail came back") && evidence.words().contains("5.2.2"),
        "{}",
        evidence.words()
    );
    app.journal()
        .sign_head(&HeadKey::new([7; 32]).unwrap(), jiff::Timestamp::now(), |_| Ok(()))
        .await
        .unwrap()
        .unwrap();
    let file: Value = clerk.download(&format!("{second}/evidence.json")).await.is(200).json();
    assert_eq!(file["orders"][0]["notices"][0]["kind"], "failed", "{file}");
    assert_eq!(verdict(&file, None).await, Answer::Yes);
    let mut changed = file;
    changed["orders"][0]["notices"][0]["words"] = "5.2.2 it lies in the mailbox".into();
    assert_eq!(verdict(&changed, None).await, Answer::No, "what came back is what the journal has");
    let api: Value = app.get("clerk", &deliveries).await.is(200).json();
    assert_eq!(api["deliveries"][1]["mail"], "bounced", "{api}");

    // What a clerk is done with goes, with a word that nobody is told.
    let page = clerk.open("/proposals").await;
    let dismiss = page.text.split("action=\"/proposals/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = page.form(&format!("/proposals/{dismiss}"));
    clerk.submit(&form.with("reason", "Алғаны жазылды")).await;
    assert!(clerk.open("/proposals").await.words().contains("dismissed"));
    assert!(mailbox.lies(".Saual-Processed/cur").exists());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_said_and_kept_for_a_person() {
    let mailbox = Mailbox::new();
    let app = TestApp::start_with(|config| mailbox.read_by(config)).await;
    let people = People::of(&app).await;
    let clerk = people.at_browser("clerk").await;
    mailbox.takes("1.zeros", "\0\0\0").await;
    let page = shows(&clerk, "/proposals", "no mail, or a damaged one").await;
    is_whole(&page, "/proposals");
    let away = mailbox.lies("gone");
    fs::rename(mailbox.lies("new"), &away).unwrap();
    let page = shows(&clerk, "/proposals", "The mailbox cannot be read").await;
    is_whole(&page, "/proposals");
    fs::rename(&away, Path::new(&mailbox.lies("new"))).unwrap();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_clerk_is_handed_is_counted_all_the_same() {
    let mailbox = Mailbox::new();
    let app = TestApp::start_with(|config| mailbox.read_by(config)).await;
    let people = People::of(&app).await;
    let clerk = people.at_browser("clerk").await;
    mailbox.takes("1.bulk", "From: list@b.test\r\nSubject: <b>to many</b>\r\nPrecedence: bulk\r\n\r\ntext\r\n").await;
    let page = shows(&clerk, "/proposals", "Mails of programs that are about none of ours").await;
    is_whole(&page, "/proposals");
    assert!(page.text.contains("&lt;b&gt;to many") && page.words().contains("list@b.test"), "{}", page.text);
    let client = app.journal().pool().get().await.unwrap();
    let full = "insert into inbound_mail (mailbox, generation, place, sha256, is_whole, received_at, class, proposal, processed_at)
                select 'x', 0, n::text, sha256(n::text::bytea), true, $1, 'inquiry', gen_random_uuid(), $1 from generate_series(1, 300) n";
    client.execute(full, &[&app.state().clock.now()]).await.unwrap();
    mailbox.gets("2.waits", "From: a@b.test\r\nSubject: waits\r\n\r\ntext\r\n");
    let page = shows(&clerk, "/proposals", "waiting for their turn: 1").await;
    is_whole(&page, "/proposals");
    let in_the_way = mailbox.lies(".Saual-Processed/cur/3.stays:2,S").join("in the way");
    fs::create_dir_all(in_the_way).unwrap();
    mailbox.gets("3.stays", "From: list@b.test\r\nPrecedence: bulk\r\n\r\nagain\r\n");
    let page = shows(&clerk, "/proposals", "could not be taken out of the mailbox or worked on: 1").await;
    is_whole(&page, "/proposals");
    drop(client);
    app.stop().await;
}
