//! The office's mailbox behind a real Dovecot, over TLS with an authority of our own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dispatch::config::{Credentials, Imap, Inbound, Mailbox, Mode, Security};
use testkit::mail::postfix::{ids_of, is_root};
use testkit::smtp::Authority;

use super::inbound::{header, peer, sent};
use super::office::Office;
use super::reports::with_mailbox;

/// A Dovecot of our own: one account, its mails in a folder, two ports of this machine.
struct Dovecot {
    folder: tempfile::TempDir,
    master: Child,
    imap: u16,
    imaps: u16,
}

impl Dovecot {
    /// None, with one line that says so, where Dovecot is not installed or may not be started: it wants root.
    fn start(authority: &Authority) -> Option<Self> {
        let left_out = |why: &str| {
            println!("left out: the test with a real Dovecot ({why}; Debian package: dovecot-imapd)");
            None
        };
        if !Path::new("/usr/sbin/dovecot").exists() || !Path::new("/usr/lib/dovecot/imap").exists() {
            return left_out("it is not installed");
        }
        let (Some((uid, gid)), true) = (ids_of("dovecot"), fs::metadata("/proc/self").is_ok_and(|me| is_root(&me)))
        else {
            return left_out("only root can start it");
        };
        let folder = tempfile::Builder::new().prefix("saual-dovecot-").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for name in ["mail", "mail/new", "mail/cur", "mail/tmp"] {
            let place = folder.path().join(name);
            fs::create_dir(&place).unwrap();
            std::os::unix::fs::chown(&place, Some(uid), Some(gid)).unwrap();
        }
        let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (imap, imaps) = (free(), free());
        let certificate = authority.certificate("imap.test");
        let (chain, key) = certificate.files();
        let here = folder.path().display();
        let conf = format!(
            "protocols = imap\nlisten = 127.0.0.1\nbase_dir = {here}/run\nstate_dir = {here}/state\nlog_path = {here}/log\n\
             default_internal_user = dovecot\ndefault_login_user = dovenull\nfirst_valid_uid = 1\n\
             mail_location = maildir:{here}/mail\nssl = yes\nssl_cert = <{}\nssl_key = <{}\ndisable_plaintext_auth = no\n\
             passdb {{\n driver = static\n args = password=s3cret\n}}\n\
             userdb {{\n driver = static\n args = uid={uid} gid={gid} home={here} allow_all_users=yes\n}}\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n  port = {imap}\n }}\n inet_listener imaps {{\n  port = {imaps}\n  ssl = yes\n }}\n}}\n\
             service anvil {{\n chroot =\n}}\nservice stats {{\n chroot =\n}}\n",
            chain.display(),
            key.display()
        );
        let file = folder.path().join("dovecot.conf");
        fs::write(&file, conf).unwrap();
        let master = Command::new("/usr/sbin/dovecot")
            .arg("-F")
            .arg("-c")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { folder, master, imap, imaps };
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", imaps)).is_ok() {
                return Some(server);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("Dovecot does not listen:\n{}", server.log());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// A mail lies in the mailbox, where Dovecot may move it.
    fn comes(&self, name: &str, mail: &[u8]) {
        let (from, to) = (self.path("mail/tmp").join(name), self.path("mail/new").join(name));
        fs::write(&from, mail).unwrap();
        let (uid, gid) = ids_of("dovecot").unwrap();
        std::os::unix::fs::chown(&from, Some(uid), Some(gid)).unwrap();
        fs::rename(from, to).unwrap();
    }

    fn lies(&self, folder: &str) -> usize {
        ["new", "cur"]
            .map(|part| fs::read_dir(self.path("mail").join(folder).join(part)).map_or(0, Iterator::count))
            .iter()
            .sum()
    }

    fn settings(&self, authority: &Authority, security: Security) -> Imap {
        Imap {
            host: "127.0.0.1".to_owned(),
            port: if security == Security::Implicit { self.imaps } else { self.imap },
            security,
            tls_name: Some("imap.test".to_owned()),
            ca_file: Some(authority.file()),
            credentials: Credentials { user: "office".to_owned(), password: "s3cret".to_owned() },
            folder: "INBOX".to_owned(),
            patience: Duration::from_secs(20),
        }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // It ends its own processes when told so.
        let stopped = Command::new("/usr/bin/doveadm").arg("-c").arg(self.path("dovecot.conf")).arg("stop").output();
        if stopped.is_err() {
            drop(self.master.kill());
        }
        drop(self.master.wait());
    }
}

#[tokio::test]
async fn a_mailbox_is_read_over_tls_and_its_mails_are_put_away() {
    let folder = testkit::folder::open_to_others().unwrap();
    let authority = Authority::new(folder.path());
    let Some(dovecot) = Dovecot::start(&authority) else { return };
    let office = Office::open().await;
    let peer = peer().await;
    let implicit = dovecot.settings(&authority, Security::Implicit);
    let config = with_mailbox(office.to_peer(&peer), Mailbox::Imap(implicit));
    let inquiry = sent(&office, &config, &["one", "drop"]).await;
    assert_eq!(office.states(inquiry).await, ["accepted", "unknown"]);
    let taken = peer.taken();
    let lost = taken.iter().find(|mail| mail.to[0].starts_with("drop")).unwrap();
    let one =
        String::from_utf8(taken.iter().find(|mail| mail.to[0].starts_with("one")).unwrap().bytes.clone()).unwrap();
    dovecot.comes("1.copy", &lost.bytes);
    dovecot.comes(
        "2.answer",
        format!("From: a@b.test\r\nIn-Reply-To: {}\r\n\r\nThank you.\r\n", header(&one, "Message-ID")).as_bytes(),
    );
    dovecot.comes("3.new", "From: a@b.test\r\nSubject: Сауал\r\n\r\nText\r\n".as_bytes());
    dovecot.comes("4.empty", b"\r\n");

    let checked = dispatch::check_mailbox(config.inbound.as_ref().unwrap()).await.unwrap();
    assert!(checked.contains("protected by TLS") && checked.contains("4 mails"), "{checked}");
    let inbox = office.inbox(&config);
    let reading = inbox.run_once().await.unwrap();
    assert_eq!((reading.copies, reading.answers, reading.inquiries, reading.unreadable), (1, 1, 1, 1), "{reading:?}");
    assert_eq!(reading.found, 1);
    assert_eq!(office.states(inquiry).await, ["accepted", "accepted"]);
    assert_eq!(
        (dovecot.lies(""), dovecot.lies(".Saual-Processed"), dovecot.lies(".Saual-Failed")),
        (0, 3, 1),
        "{}",
        dovecot.log()
    );
    assert!(inbox.run_once().await.unwrap().is_idle());

    // Over STARTTLS too, from the place where an earlier program died: kept, worked on, not put away.
    dovecot.comes("5.new", b"From: a@b.test\r\nSubject: five\r\n\r\nText\r\n");
    let starttls = dovecot.settings(&authority, Security::StartTls);
    let config = with_mailbox(office.to_peer(&peer), Mailbox::Imap(starttls.clone()));
    assert_eq!(office.inbox(&config).run_once().await.unwrap().inquiries, 1);
    assert_eq!(office.proposals().await.len(), 3);

    for wrong in [
        Imap { tls_name: Some("other.test".to_owned()), ..starttls.clone() },
        Imap {
            credentials: Credentials { user: "office".to_owned(), password: "wrong".to_owned() },
            ..starttls.clone()
        },
        Imap { folder: "Nowhere".to_owned(), ..starttls.clone() },
    ] {
        let inbound = Inbound { mailbox: Mailbox::Imap(wrong), poll: Duration::from_secs(1) };
        let error = dispatch::check_mailbox(&inbound).await.unwrap_err();
        assert!(!format!("{error:?}").contains("wrong\""), "a password is never told: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_is_given_up_and_another_machine_is_not_spoken_to_in_the_clear() {
    let office = Office::open().await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let imap = Imap {
        host: "127.0.0.1".to_owned(),
        port: silent.local_addr().unwrap().port(),
        security: Security::Plain,
        tls_name: None,
        ca_file: None,
        credentials: Credentials { user: "office".to_owned(), password: "s3cret".to_owned() },
        folder: "INBOX".to_owned(),
        patience: Duration::from_millis(200),
    };
    let mode = || Mode::File { outbox: office.outbox() };
    let config = with_mailbox(office.config(mode()), Mailbox::Imap(imap.clone()));
    let error = office.inbox(&config).run_once().await.unwrap_err();
    assert_eq!(error.to_string(), "the mailbox could not greet");
    let elsewhere = Imap { host: "mail.example".to_owned(), ..imap };
    let config = with_mailbox(office.config(mode()), Mailbox::Imap(elsewhere));
    let refused = dispatch::Inbox::new(office.journal.clone(), &config, office.clock()).unwrap_err();
    assert!(refused.to_string().contains("protected connection"), "{refused}");
}
