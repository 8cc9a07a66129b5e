//! What comes to the office's mailbox, from a maildir that always is at hand: reports, answers, new inquiries, copies, and what nobody can read.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use dispatch::Inbox;
use dispatch::config::{Config, Copies, Inbound, Mailbox};
use inquiry::event::LinkRevoked;
use inquiry::proposal::event::ProposalEvent;
use inquiry::proposal::{ProposalId, Source};
use inquiry::{Event, InquiryId, RecipientNo};
use jiff::SignedDuration;
use testkit::smtp::{Peer, Setup, Taken};

use super::office::Office;

impl Office {
    pub(super) fn maildir(&self) -> PathBuf {
        let folder = self.folder.path().join("maildir");
        for part in ["new", "cur", "tmp"] {
            fs::create_dir_all(folder.join(part)).unwrap();
        }
        folder
    }

    /// The settings of an office that reads its mailbox, and keeps copies there.
    pub(super) fn reading(&self, config: Config) -> Config {
        let inbound = Inbound { mailbox: Mailbox::Maildir(self.maildir()), poll: Duration::from_secs(1) };
        let copies = Copies { to: "journal@ministry.test".to_owned(), grace: Duration::from_secs(900), resend: false };
        Config {
            bounces_to: Some("bounces@ministry.test".to_owned()),
            copies: Some(copies),
            inbound: Some(inbound),
            ..config
        }
    }

    pub(super) fn inbox(&self, config: &Config) -> Inbox {
        Inbox::new(self.journal.clone(), config, self.clock()).unwrap().unwrap()
    }

    /// A mail lies in the mailbox.
    pub(super) fn comes(&self, name: &str, mail: &[u8]) {
        let folder = self.maildir();
        fs::write(folder.join("tmp").join(name), mail).unwrap();
        fs::rename(folder.join("tmp").join(name), folder.join("new").join(name)).unwrap();
    }

    /// How many mails lie in a folder of the mailbox; the mailbox itself is `new`.
    pub(super) fn lies(&self, folder: &str) -> usize {
        fs::read_dir(self.maildir().join(folder)).map_or(0, Iterator::count)
    }

    /// Everything that came from outside for a clerk, in the journal's order.
    pub(super) async fn proposals(&self) -> Vec<ProposalEvent> {
        let page = self.journal.read_after(0, 1000).await.unwrap();
        let of_proposals = page.iter().filter(|one| ProposalId::of_stream(one.stream.as_str()).is_some());
        of_proposals
            .map(|one| ProposalEvent::from_stored(&one.event_type, one.schema_version, one.text()).unwrap())
            .collect()
    }
}

/// A letter to each of these, taken by the peer.
pub(super) async fn sent(office: &Office, config: &Config, to: &[&str]) -> InquiryId {
    let inquiry = office.order(to).await;
    office.react().await;
    office.worker(config.clone()).run_once().await.unwrap();
    inquiry
}

pub(super) async fn peer() -> Peer {
    Setup::plain().listen().await
}

/// The header of that name in a mail.
pub(super) fn header<'m>(mail: &'m str, name: &str) -> &'m str {
    let line = mail.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{}:", name.to_lowercase())));
    line.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
}

/// How a report knows which mail it is about.
pub(super) enum Known<'a> {
    /// By the address it is sent to.
    Verp(&'a str),
    /// By the id the mail was sent under.
    Envelope(&'a str),
    /// By the head that it hands back.
    Returned(&'a str),
}

/// A report as Postfix writes one.
pub(super) fn report(known: &Known<'_>, to: &str, action: &str, status: &str, words: &str) -> String {
    let (recipient, envelope, returned) = match known {
        Known::Verp(address) => (*address, "", "Subject: x\r\n"),
        Known::Envelope(id) => ("bounces@ministry.test", *id, "Subject: x\r\n"),
        Known::Returned(head) => ("bounces@ministry.test", "", *head),
    };
    let envelope = if envelope.is_empty() { String::new() } else { format!("Original-Envelope-Id: {envelope}\r\n") };
    format!(
        "Return-Path: <>\r\nDelivered-To: {recipient}\r\nFrom: MAILER-DAEMON@mx.test (Mail Delivery System)\r\nTo: {recipient}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"b/mx.test\"\r\n\r\n\
         --b/mx.test\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry to have to inform you\r\n\r\n\
         --b/mx.test\r\nContent-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.test\r\n{envelope}\r\nFinal-Recipient: rfc822; {to}\r\nOriginal-Recipient: rfc822;{to}\r\n\
         Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {words}\r\n\r\n\
         --b/mx.test\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--b/mx.test--\r\n"
    )
}

fn text(taken: &Taken) -> String {
    String::from_utf8(taken.bytes.clone()).unwrap()
}

#[tokio::test]
async fn a_bounce_that_comes_after_acceptance_reaches_its_row_and_its_inquiry() {
    let office = Office::open().await;
    let peer = peer().await;
    let config = office.reading(office.to_peer(&peer));
    let inquiry = sent(&office, &config, &["one", "two"]).await;
    assert_eq!(office.states(inquiry).await, ["accepted", "accepted"]);
    // Two lines to the relay; whichever was quicker.
    let taken = peer.taken();
    let second = taken.iter().find(|taken| taken.to.iter().any(|to| to.starts_with("two@"))).unwrap();
    assert!(second.from.starts_with("bounces+") && second.from.ends_with("@ministry.test"), "{}", second.from);
    assert_eq!(second.to.len(), 2, "the deputy and our own copy: {:?}", second.to);
    let bounce =
        report(&Known::Verp(&second.from), "two@parlam.test", "failed", "5.1.1", "550 5.1.1 <two@parlam.test> unknown");
    office.comes("1.bounce", bounce.as_bytes());
    let inbox = office.inbox(&config);
    let reading = inbox.run_once().await.unwrap();
    assert_eq!((reading.reports, reading.faults), (1, 0), "{reading:?}");
    assert_eq!(office.states(inquiry).await, ["accepted", "bounced"]);
    office.worker(config.clone()).run_once().await.unwrap();
    assert_eq!(office.told(inquiry).await, [("accepted", 1, 1), ("accepted", 2, 1), ("failed", 2, 1)]);
    let told = office.events(inquiry).await;
    let last = told.last().unwrap();
    assert!(last.text().contains(r#""stage":"bounced""#), "{}", last.text());
    assert!(last.text().contains("(recipient)") && !last.text().contains("two@parlam"), "{}", last.text());
    assert_eq!((office.lies("new"), office.lies(".Saual-Processed/cur")), (0, 1));
    assert_eq!(office.number("select count(*) from mail_notice where found_by = 'return_address'").await, 1);
    // Once more, from the mailbox and from what was kept: nothing is new.
    office.comes("2.again", bounce.as_bytes());
    assert!(inbox.run_once().await.unwrap().is_idle());
    office.sql("update inbound_mail set processed_at = null").await;
    inbox.run_once().await.unwrap();
    office.worker(config).run_once().await.unwrap();
    assert_eq!(office.told(inquiry).await.len(), 3);
    assert_eq!(office.states(inquiry).await, ["accepted", "bounced"]);
}

#[tokio::test]
async fn a_server_reports_by_the_envelope_by_the_head_or_by_the_message_id() {
    let office = Office::open().await;
    let peer = peer().await;
    let config = office.reading(office.to_peer(&peer));
    let inquiry = sent(&office, &config, &["one", "two", "three", "four"]).await;
    let mut taken = peer.taken();
    taken.sort_by_key(|mail| mail.to[0].clone());
    // By the list: one, two, three, four; by their names: four, one, three, two.
    let of = |local: &str| text(taken.iter().find(|mail| mail.to[0].starts_with(local)).unwrap());
    let (one, two, three) = (of("one@"), of("two@"), of("three@"));
    let marked = |mail: &str| format!("X-Letter-Mark: {}\r\n", header(mail, "X-Letter-Mark"));
    let id = |mail: &str| format!("Message-ID: {}\r\n", header(mail, "Message-ID"));
    let envelope = header(&one, "X-Letter-Mark");
    for (n, mail) in [
        report(&Known::Envelope(envelope), "one@parlam.test", "delivered", "2.0.0", "250 2.0.0 saved"),
        report(&Known::Returned(&marked(&two)), "two@parlam.test", "relayed", "2.0.0", "250 2.0.0 queued"),
        report(&Known::Returned(&id(&three)), "three@parlam.test", "delayed", "4.4.1", "451 4.4.1 no answer"),
    ]
    .iter()
    .enumerate()
    {
        office.comes(&format!("{n}.report"), mail.as_bytes());
    }
    assert_eq!(office.inbox(&config).run_once().await.unwrap().reports, 3);
    assert_eq!(office.states(inquiry).await, ["delivered", "relayed", "accepted", "accepted"]);
    office.worker(config.clone()).run_once().await.unwrap();
    let reported: Vec<String> = office
        .events(inquiry)
        .await
        .iter()
        .filter(|event| event.event_type == "delivery_reported")
        .map(|event| event.text().to_owned())
        .collect();
    assert_eq!(reported.len(), 3, "{reported:?}");
    for (event, what) in reported.iter().zip(["delivered", "relayed", "delayed"]) {
        assert!(event.contains(&format!(r#""what":"{what}""#)), "{event}");
    }
    let how =
        "select count(distinct found_by) from mail_notice where found_by in ('envelope_id', 'mark', 'message_id')";
    assert_eq!(office.number(how).await, 3);
}

#[tokio::test]
async fn nobody_makes_a_bounce_of_another_deputys_mail_without_its_mark() {
    let office = Office::open().await;
    let peer = peer().await;
    let config = office.reading(office.to_peer(&peer));
    let inquiry = sent(&office, &config, &["one", "two"]).await;
    let mark = header(&text(&peer.taken()[0]), "X-Letter-Mark").to_owned();
    let (number, tag) = mark.split_once('.').unwrap();
    let other: i64 = number.parse::<i64>().unwrap() + 1;
    for (n, address) in [
        format!("bounces+{other}.{tag}@ministry.test"),
        format!("bounces+{number}.0000000000000000@ministry.test"),
        format!("bounces+{number}@ministry.test"),
    ]
    .iter()
    .enumerate()
    {
        let forged = report(&Known::Verp(address), "two@parlam.test", "failed", "5.1.1", "550 no");
        office.comes(&format!("{n}.forged"), forged.as_bytes());
    }
    // A copy is believed by its mark alone: an id of the list can be guessed by everybody on it.
    let copy = format!(
        "From: a@b.test\r\nMessage-ID: <{inquiry}.1.2@saual.example>\r\nX-Letter-Mark: {other}.{tag}\r\n\r\nx\r\n"
    );
    office.comes("9.copy", copy.as_bytes());
    let reading = office.inbox(&config).run_once().await.unwrap();
    assert_eq!((reading.reports, reading.copies), (3, 0), "{reading:?}");
    assert_eq!(office.states(inquiry).await, ["accepted", "accepted"]);
    assert_eq!(office.number("select count(*) from mail_notice").await, 0);
}

#[tokio::test]
async fn a_mark_is_worth_no_more_than_a_message_id_once_its_link_has_ended() {
    let office = Office::open().await;
    let peer = peer().await;
    let config = office.reading(office.to_peer(&peer));
    let inquiry = sent(&office, &config, &["one", "two"]).await;
    let mail = text(peer.taken().iter().find(|mail| mail.to[0].starts_with("one@")).unwrap());
    let mark = header(&mail, "X-Letter-Mark").to_owned();
    // Nobody knows whether it went; then the link in it is revoked, and whoever reads the evidence has the mark.
    office.sql("update mail set state = 'unknown' where recipient = 1").await;
    let version = office.events(inquiry).await.len() as u64;
    office.record(inquiry, version, vec![LinkRevoked { recipient: RecipientNo(1) }.into()]).await;
    let copy = format!("From: a@b.test\r\nX-Letter-Mark: {mark}\r\n\r\nx\r\n");
    office.comes("1.copy", copy.as_bytes());
    let reading = office.inbox(&config).run_once().await.unwrap();
    assert_eq!((reading.copies, reading.found), (1, 0), "{reading:?}");
    assert_eq!(office.states(inquiry).await, ["unknown", "accepted"], "a person decides");
    let verp = format!("bounces+{mark}@ministry.test");
    office.comes("2.forged", report(&Known::Verp(&verp), "one@parlam.test", "failed", "5.1.1", "550 no").as_bytes());
    office.inbox(&config).run_once().await.unwrap();
    let uncertain = "select count(*) from mail_notice where found_by = 'message_id'";
    assert_eq!(office.number(uncertain).await, 2, "pages and evidence say that others could have known it");
    // The other deputy's link works, and so does its mark.
    let second = text(peer.taken().iter().find(|mail| mail.to[0].starts_with("two@")).unwrap());
    let copy = format!("From: a@b.test\r\nX-Letter-Mark: {}\r\n\r\nx\r\n", header(&second, "X-Letter-Mark"));
    office.comes("3.copy", copy.as_bytes());
    office.inbox(&config).run_once().await.unwrap();
    assert_eq!(office.number("select count(*) from mail_notice where found_by = 'mark'").await, 1);
}

#[tokio::test]
async fn a_bounce_of_our_own_copy_says_nothing_of_the_deputys_mail() {
    let office = Office::open().await;
    let peer = peer().await;
    let config = office.reading(office.to_peer(&peer));
    let inquiry = sent(&office, &config, &["one"]).await;
    let from = peer.taken()[0].from.clone();
    office.comes("1", report(&Known::Verp(&from), "journal+1@ministry.test", "failed", "5.2.2", "552 full").as_bytes());
    assert_eq!(office.inbox(&config).run_once().await.unwrap().reports, 1);
    assert_eq!(office.states(inquiry).await, ["accepted"]);
}

#[tokio::test]
async fn an_automatic_reply_is_noted_and_is_neither_a_bounce_nor_a_receipt() {
    let office = Office::open().await;
    let peer = peer().await;
    let config = office.reading(office.to_peer(&peer));
    let inquiry = sent(&office, &config, &["one"]).await;
    let mail = text(&peer.taken()[0]);
    let id = header(&mail, "Message-ID").to_owned();
    let vacation = format!(
        "From: one@parlam.test\r\nTo: {}\r\nSubject: =?utf-8?B?0JTQtdC80LDQu9GL0YEg?=\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: {id}\r\n\r\nDemalys\r\n",
        peer.taken()[0].from
    );
    office.comes("1.vacation", vacation.as_bytes());
    let receipt = format!(
        "From: one@parlam.test\r\nIn-Reply-To: {id}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; \
         report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nread\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n\
         Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n"
    );
    office.comes("2.receipt", receipt.as_bytes());
    let reading = office.inbox(&config).run_once().await.unwrap();
    assert_eq!((reading.auto_replies, reading.answers, reading.reports), (2, 0, 0), "{reading:?}");
    assert_eq!(office.states(inquiry).await, ["accepted"]);
    assert_eq!(office.told(inquiry).await, [("accepted", 1, 1)]);
    assert!(office.proposals().await.is_empty());
    assert_eq!(office.number("select count(*) from mail_notice where kind = 'auto_reply'").await, 2);
}

#[tokio::test]
async fn an_answer_and_a_new_inquiry_are_laid_before_a_clerk_and_nothing_is_registered() {
    let office = Office::open().await;
    let peer = peer().await;
    let config = office.reading(office.to_peer(&peer));
    let inquiry = sent(&office, &config, &["one", "two"]).await;
    let second = text(peer.taken().iter().find(|mail| mail.to[0].starts_with("two@")).unwrap());
    let answer = format!(
        "From: somebody@elsewhere.test\r\nTo: office@ministry.test\r\nSubject: Re: reply\r\nReferences: <x@y>\r\n {}\r\n\r\nI am not satisfied.\r\n",
        header(&second, "Message-ID")
    );
    office.comes("1.answer", answer.as_bytes());
    let fresh = "From: =?windows-1251?B?xOXv8/Lg8g==?= <new@parlam.test>\r\nTo: office@ministry.test\r\n\
                 Content-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: base64\r\n\
                 Subject: =?koi8-r?B?+sHQ0s/T?=\r\n\r\n0e7i4Ps=\r\n";
    office.comes("2.new", fresh.as_bytes());
    let inbox = office.inbox(&config);
    let reading = inbox.run_once().await.unwrap();
    assert_eq!((reading.answers, reading.inquiries), (1, 1), "{reading:?}");
    let proposals = office.proposals().await;
    let sources: Vec<Source> = proposals
        .iter()
        .map(|event| match event {
            ProposalEvent::ProposalReceived(received) => {
                assert!(received.questions.is_empty(), "what a mail says is not in the journal");
                received.source.clone()
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(
        matches!(&sources[0], Source::Answer { inquiry: about, recipient: RecipientNo(2), .. } if *about == inquiry),
        "{sources:?}"
    );
    assert!(matches!(&sources[1], Source::Mail { .. }), "{sources:?}");
    let kept = "select count(*) from inbound_mail where class = 'inquiry' and sender = 'new@parlam.test'
                and subject = 'Запрос' and body like 'Сова%' and raw is not null";
    assert_eq!(office.number(kept).await, 1);
    let page = office.journal.read_after(0, 1000).await.unwrap();
    let inquiries = page.iter().filter(|one| one.event_type == "inquiry_received").count();
    assert_eq!(inquiries, 1, "and that was ours");
    // Read again after a crash that lost the end of it: the same proposals.
    office.sql("update inbound_mail set processed_at = null, proposal = null").await;
    inbox.run_once().await.unwrap();
    assert_eq!(office.proposals().await.len(), 2);
    assert!(office.events(inquiry).await.iter().all(|event| {
        !matches!(
            Event::from_stored(&event.event_type, event.schema_version, event.text()).unwrap()[..],
            [Event::DeliveryConfirmed(_)]
        )
    }));
}

#[tokio::test]
async fn more_mails_than_clerks_can_read_in_a_day_wait_outside_of_the_journal() {
    let office = Office::open().await;
    let config = office.reading(office.config(dispatch::config::Mode::File { outbox: office.outbox() }));
    office
        .sql(
            "insert into inbound_mail (mailbox, generation, place, sha256, is_whole, received_at, class, proposal, processed_at)
             select 'x', 0, n::text, sha256(n::text::bytea), true, '2023-10-18T03:00:00Z', 'inquiry', gen_random_uuid(), '2023-10-18T03:00:00Z'
               from generate_series(1, 300) n",
        )
        .await;
    office.comes("1.more", b"From: a@b.test\r\nSubject: one more\r\n\r\ntext\r\n");
    let inbox = office.inbox(&config);
    let reading = inbox.run_once().await.unwrap();
    assert_eq!((reading.inquiries, reading.waiting), (0, 1), "{reading:?}");
    assert!(office.proposals().await.is_empty());
    assert_eq!(readmodel::inbound::waiting(office.journal.pool()).await.unwrap(), 1, "and clerks are told");
    // It is not read again until there is room, and what has nothing to do with clerks does not wait for it.
    office.sql("update inbound_mail set tries = 2 where place = '1.more'").await;
    office.comes("2.bulk", b"From: a@b.test\r\nPrecedence: bulk\r\n\r\ntext\r\n");
    let reading = inbox.run_once().await.unwrap();
    assert_eq!((reading.auto_replies, reading.waiting), (1, 1), "{reading:?}");
    assert_eq!(office.number("select tries::bigint from inbound_mail where place = '1.more'").await, 2);
    office.later(SignedDuration::from_hours(24));
    assert_eq!(inbox.run_once().await.unwrap().inquiries, 1);
    assert_eq!(office.proposals().await.len(), 1);
    assert_eq!(office.lies(".Saual-Processed/cur"), 2);
}

/// A letter whose fate nobody knows: the peer took it and cut the line.
pub(super) async fn lost_from_sight(office: &Office, config: &Config) -> InquiryId {
    let inquiry = sent(office, config, &["drop"]).await;
    assert_eq!(office.states(inquiry).await, ["unknown"]);
    inquiry
}

#[tokio::test]
async fn a_copy_says_that_a_mail_of_unknown_fate_has_gone() {
    let office = Office::open().await;
    let peer = peer().await;
    let config = office.reading(office.to_peer(&peer));
    let inquiry = lost_from_sight(&office, &config).await;
    let taken = &peer.taken()[0];
    assert!(taken.to[1].starts_with("journal+") && taken.to[1].ends_with("@ministry.test"), "{:?}", taken.to);
    let copy = [b"Received: from app by mx.test\r\n", taken.bytes.as_slice()].concat();
    office.comes("1.copy", &copy);
    let reading = office.inbox(&config).run_once().await.unwrap();
    assert_eq!((reading.copies, reading.found), (1, 1), "{reading:?}");
    assert_eq!(office.states(inquiry).await, ["accepted"]);
    office.worker(config).run_once().await.unwrap();
    assert_eq!(office.told(inquiry).await, [("failed", 1, 1), ("accepted", 1, 1)]);
    let kept = office.number("select octet_length(raw)::bigint from inbound_mail where not is_whole").await;
    assert!(kept < 3_000, "of a copy only the head is kept: {kept} bytes");
    assert_eq!(peer.taken().len(), 1, "and it went once");
}

#[tokio::test]
async fn without_a_copy_a_person_decides_unless_the_settings_say_that_it_goes_again() {
    let office = Office::open().await;
    let peer = peer().await;
    let asks = office.reading(office.to_peer(&peer));
    let inquiry = lost_from_sight(&office, &asks).await;
    let inbox = office.inbox(&asks);
    assert_eq!(inbox.run_once().await.unwrap().missing, 0, "a copy may take its time");
    office.later(SignedDuration::from_mins(20));
    assert_eq!(inbox.run_once().await.unwrap().missing, 1);
    assert_eq!(office.states(inquiry).await, ["unknown"]);
    assert_eq!(office.number("select count(*) from mail where copy_missing_at is not null").await, 1);
    assert_eq!(inbox.run_once().await.unwrap().missing, 0, "it is said once");

    let copies = asks.copies.clone().map(|copies| Copies { resend: true, ..copies });
    let resends = Config { copies, ..asks };
    assert_eq!(office.inbox(&resends).run_once().await.unwrap().missing, 1);
    assert_eq!(office.states(inquiry).await, ["queued"]);
    let before = text(&peer.taken()[0]);
    office.worker(resends.clone()).run_once().await.unwrap();
    let again = text(&peer.taken()[1]);
    assert_eq!(before, again, "the same mail with the same identity");
    assert_eq!(office.states(inquiry).await, ["unknown"], "the peer cuts again");
    assert_eq!(office.number("select attempts::bigint from mail").await, 2);
}

#[tokio::test]
async fn a_mail_that_the_clerk_has_sent_again_or_called_back_does_not_go_by_itself() {
    let office = Office::open().await;
    let peer = peer().await;
    let asks = office.reading(office.to_peer(&peer));
    let copies = asks.copies.clone().map(|copies| Copies { resend: true, ..copies });
    let config = Config { copies, ..asks };
    let inquiry = lost_from_sight(&office, &config).await;
    office.sql("update mail set called_back = true").await;
    office.later(SignedDuration::from_mins(20));
    let inbox = office.inbox(&config);
    assert_eq!(inbox.run_once().await.unwrap().missing, 1);
    assert_eq!(office.states(inquiry).await, ["unknown"]);
    // A mail that was sent before copies were kept has none, and that says nothing.
    office.sql("update mail set called_back = false, has_copy = false, copy_missing_at = null").await;
    assert_eq!(inbox.run_once().await.unwrap().missing, 0);
    assert_eq!(office.states(inquiry).await, ["unknown"]);
}

#[tokio::test]
async fn a_mailbox_that_was_not_read_proves_nothing() {
    let office = Office::open().await;
    let peer = peer().await;
    let config = office.reading(office.to_peer(&peer));
    let inquiry = lost_from_sight(&office, &config).await;
    office.inbox(&config).run_once().await.unwrap();
    office.later(SignedDuration::from_mins(20));
    let gone = office.folder.path().join("elsewhere");
    fs::rename(office.maildir(), &gone).unwrap();
    let inbox = office.inbox(&Config { inbound: config.inbound.clone(), ..config.clone() });
    let error = inbox.run_once().await.unwrap_err();
    assert!(error.to_string().contains("mailbox could not"), "{error}");
    assert_eq!(office.number("select count(*) from mail where copy_missing_at is not null").await, 0);
    assert_eq!(office.number("select count(*) from inbound_mailbox where error is not null").await, 1);
    fs::rename(gone, office.folder.path().join("maildir")).unwrap();
    assert_eq!(inbox.run_once().await.unwrap().missing, 1);
    assert_eq!(office.number("select count(*) from inbound_mailbox where error is not null").await, 0);
    assert_eq!(office.states(inquiry).await, ["unknown"]);
}

#[tokio::test]
async fn two_nodes_that_read_one_mailbox_do_everything_once() {
    let office = Office::open().await;
    let peer = peer().await;
    let config = office.reading(office.to_peer(&peer));
    let inquiry = sent(&office, &config, &["one", "two", "three"]).await;
    for (n, taken) in peer.taken().iter().enumerate() {
        let bounce = report(&Known::Verp(&taken.from), &taken.to[0], "failed", "5.1.1", "550 no");
        office.comes(&format!("{n}.bounce"), bounce.as_bytes());
        office.comes(&format!("{n}.new"), format!("From: a@b.test\r\nSubject: {n}\r\n\r\ntext\r\n").as_bytes());
    }
    let (first, second) = (office.inbox(&config), office.inbox(&config));
    let (a, b) = tokio::join!(first.run_once(), second.run_once());
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!((a.faults, b.faults), (0, 0), "{a:?} {b:?}");
    office.worker(config).run_once().await.unwrap();
    assert_eq!(office.states(inquiry).await, ["bounced"; 3]);
    assert_eq!(office.told(inquiry).await.iter().filter(|(what, ..)| *what == "failed").count(), 3);
    assert_eq!(office.proposals().await.len(), 3);
    assert_eq!((office.lies("new"), office.lies(".Saual-Processed/cur")), (0, 6));
}
