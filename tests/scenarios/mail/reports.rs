//! A real Postfix reports what became of our mails: into the mailbox, on to another server, back from it. And its copies tell what became of a mail
//! whose answer we never saw.

use std::path::Path;
use std::time::Duration;

use dispatch::Inbox;
use dispatch::config::{Config, Copies, Inbound, Mailbox, Mode};
use testkit::mail::postfix::{Postfix, Setup};
use testkit::smtp::{Authority, Setup as PeerSetup};

use super::cut::{Cut, CutProxy};
use super::office::{Office, relay};

/// The mailboxes: deputies' own, and one of the office that gets reports, copies and answers.
pub(super) const MAILBOXES: &str = "{in@parlam.test=in/} {lost@parlam.test=lost/} {r550late@parlam.test=x/} {on@parlam.test=x/} \
                         {bounces@ministry.test=office/} {journal@ministry.test=office/} {office@ministry.test=office/}";

/// The office's mailbox, wherever it lies.
pub(super) fn with_mailbox(config: Config, mailbox: Mailbox) -> Config {
    Config {
        bounces_to: Some("bounces@ministry.test".to_owned()),
        copies: Some(Copies { to: "journal@ministry.test".to_owned(), grace: Duration::from_secs(900), resend: false }),
        inbound: Some(Inbound { mailbox, poll: Duration::from_secs(1) }),
        ..config
    }
}

pub(super) fn maildir(config: Config, folder: &Path) -> Config {
    with_mailbox(config, Mailbox::Maildir(folder.to_owned()))
}

/// Reads until what is asked for holds, a minute at most.
pub(super) async fn until(inbox: &Inbox, log: impl Fn() -> String, holds: impl AsyncFn() -> bool) {
    let mut look = tokio::time::interval(Duration::from_millis(100));
    for _ in 0..600 {
        look.tick().await;
        // Until its first mail has come, the mailbox is not there.
        if let Err(error) = inbox.run_once().await {
            assert!(error.to_string().contains("mailbox"), "{error}");
        }
        if holds().await {
            return;
        }
    }
    panic!("it did not come to pass within a minute:\n{}", log());
}

#[tokio::test]
async fn a_real_postfix_tells_of_delivery_of_relay_and_of_a_bounce_after_acceptance() {
    let folder = testkit::folder::open_to_others().unwrap();
    let authority = Authority::new(folder.path());
    let next = PeerSetup::plain().listen().await;
    let transports =
        format!("{{r550late@parlam.test=smtp:[127.0.0.1]:{0}}} {{on@parlam.test=smtp:[127.0.0.1]:{0}}}", next.port());
    let setup = Setup { mailboxes: MAILBOXES, transports, tls: "may" };
    let Some(postfix) = Postfix::start(&authority, &setup) else { return };
    let office = Office::open().await;
    let inquiry = office.order(&["in", "on", "r550late"]).await;
    office.react().await;
    let config = maildir(office.config(Mode::Smtp { relay: relay(postfix.port) }), &postfix.path("mail/office"));
    office.worker(config.clone()).run_once().await.unwrap();
    assert_eq!(office.states(inquiry).await, ["accepted"; 3], "{}", postfix.log());

    let inbox = office.inbox(&config);
    let settled = async || office.states(inquiry).await == ["delivered", "relayed", "bounced"];
    until(&inbox, || postfix.log(), settled).await;
    office.worker(config).run_once().await.unwrap();
    let told = office.told(inquiry).await;
    assert!(told.contains(&("failed", 3, 1)) && !told.contains(&("failed", 1, 1)), "{told:?}");
    let reported = office.events(inquiry).await.iter().filter(|one| one.event_type == "delivery_reported").count();
    assert_eq!(reported, 2);
    let all = "select count(*) from mail_notice where found_by = 'return_address' and kind in ('delivered', 'relayed', 'failed')";
    assert_eq!(office.number(all).await, 3);
    let words =
        "select count(*) from mail_notice where kind = 'failed' and status = '5.1.1' and words like '%No such deputy%'
                 and words not like '%r550late%'";
    assert_eq!(office.number(words).await, 1, "{}", postfix.log());
    // Our own copies are in the mailbox too, and are known for what they are.
    until(
        &inbox,
        || postfix.log(),
        async || office.number("select count(*) from mail_notice where kind = 'copy'").await == 3,
    )
    .await;
    assert_eq!(office.states(inquiry).await, ["delivered", "relayed", "bounced"]);
}

#[tokio::test]
async fn of_two_mails_whose_answer_we_never_saw_the_copies_tell_which_one_went() {
    let folder = testkit::folder::open_to_others().unwrap();
    let authority = Authority::new(folder.path());
    let setup = Setup { mailboxes: MAILBOXES, transports: String::new(), tls: "may" };
    let Some(postfix) = Postfix::start(&authority, &setup) else { return };
    let office = Office::open().await;
    let gone = office.order(&["in"]).await;
    office.react().await;
    let through = async |cut: Cut| {
        let proxy = CutProxy::start(postfix.port, cut).await;
        let config = maildir(office.config(Mode::Smtp { relay: relay(proxy.port()) }), &postfix.path("mail/office"));
        office.worker(config.clone()).run_once().await.unwrap();
        config
    };
    // Postfix takes the mail, and its answer is lost.
    let config = through(Cut::Answer).await;
    assert_eq!(office.states(gone).await, ["unknown"]);
    let lost = office.order(&["lost"]).await;
    office.react().await;
    // The dot is lost on its way to Postfix.
    through(Cut::Dot).await;
    assert_eq!(office.states(lost).await, ["unknown"], "to us both are the same");

    let inbox = office.inbox(&config);
    until(&inbox, || postfix.log(), async || office.states(gone).await != ["unknown"]).await;
    assert_eq!(office.states(lost).await, ["unknown"]);
    office.later(jiff::SignedDuration::from_mins(20));
    assert_eq!(inbox.run_once().await.unwrap().missing, 1);
    // That one goes again, where that is allowed, and arrives once.
    let copies = config.copies.clone().map(|copies| Copies { resend: true, ..copies });
    let config = Config { copies, mode: Mode::Smtp { relay: relay(postfix.port) }, ..config };
    let inbox = office.inbox(&config);
    assert_eq!(inbox.run_once().await.unwrap().missing, 1);
    office.worker(config).run_once().await.unwrap();
    until(&inbox, || postfix.log(), async || office.states(lost).await == ["delivered"]).await;
    let mail = postfix.delivered("lost").await;
    assert!(String::from_utf8(mail).unwrap().contains(&format!("Message-ID: <{lost}.1.1@saual.example>")));
    let boxes =
        ["in", "lost"].map(|name| std::fs::read_dir(postfix.path("mail").join(name).join("new")).unwrap().count());
    assert_eq!(boxes, [1, 1]);
}
