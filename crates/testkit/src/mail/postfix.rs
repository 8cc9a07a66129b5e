//! A real Postfix, run privately: its queue, its log and its mailboxes in one folder, one port of this machine, and nothing leaves it.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a server that cannot be set up ends the test, and one that is not here is said so"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use tempfile::TempDir;

use crate::smtp::Authority;

/// What is wanted of it.
pub struct Setup {
    /// Who has a mailbox: `{one@parlam.test=one/}`.
    pub mailboxes: &'static str,
    /// Where mail goes on to another server: `{late@parlam.test=smtp:[127.0.0.1]:2525}`.
    pub transports: String,
    /// `encrypt` or `may`.
    pub tls: &'static str,
}

/// A running Postfix; it ends, and its folder goes, when dropped.
pub struct Postfix {
    folder: TempDir,
    /// Where it listens.
    pub port: u16,
}

impl Postfix {
    /// None, with one line that says so, where Postfix is not installed or may not be started: it wants root.
    #[must_use]
    pub fn start(authority: &Authority, setup: &Setup) -> Option<Self> {
        match Self::start_in(&std::env::temp_dir(), authority, setup) {
            Ok(postfix) => Some(postfix),
            Err(why) => {
                println!("left out: the test with a real Postfix ({why}; Debian package: postfix)");
                None
            }
        }
    }

    /// The same in a folder of its own beneath this one, which others have to be able to pass through.
    ///
    /// # Errors
    /// Why there is none here.
    pub fn start_in(parent: &Path, authority: &Authority, setup: &Setup) -> Result<Self, &'static str> {
        if !Path::new("/usr/sbin/postfix").exists() || !Path::new("/usr/lib/postfix/sbin/master").exists() {
            return Err("it is not installed");
        }
        let (Some((uid, gid)), true) = (ids_of("postfix"), fs::metadata("/proc/self").is_ok_and(|me| is_root(&me)))
        else {
            return Err("only root can start it");
        };
        // Postfix drops to users of its own, who have to pass through the folder.
        let open = fs::Permissions::from_mode(0o755);
        let folder = tempfile::Builder::new().prefix("saual-postfix-").permissions(open).tempdir_in(parent);
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let postfix = Self { folder: folder.expect("a folder"), port: port.expect("a free port").port() };
        for name in ["conf", "queue", "data", "mail"] {
            fs::create_dir(postfix.path(name)).expect("a folder of its own");
        }
        for name in ["data", "mail"] {
            std::os::unix::fs::chown(postfix.path(name), Some(uid), Some(gid)).expect("its user's folder");
        }
        let certificate = authority.certificate("mx.test");
        let (main, master) = (postfix.main_cf(certificate.files(), uid, gid, setup), postfix.master_cf());
        fs::write(postfix.path("conf/main.cf"), main).expect("its settings");
        fs::write(postfix.path("conf/master.cf"), master).expect("its services");
        let started = postfix.run("start");
        assert!(started.status.success(), "{}\n{}", String::from_utf8_lossy(&started.stderr), postfix.log());
        Ok(postfix)
    }

    /// A place in its folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A folder that its own users may write into.
    pub fn makes(&self, name: &str) {
        let (uid, gid) = ids_of("postfix").expect("the user postfix");
        let place = self.path(name);
        fs::create_dir_all(&place).expect("a folder");
        for made in place.ancestors().take(2) {
            std::os::unix::fs::chown(made, Some(uid), Some(gid)).expect("its user's folder");
        }
    }

    fn run(&self, verb: &str) -> Output {
        Command::new("/usr/sbin/postfix").arg("-c").arg(self.path("conf")).arg(verb).output().expect("Postfix run")
    }

    /// What it has written down so far.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("maillog")).unwrap_or_default()
    }

    fn main_cf(&self, (certificate, key): (&Path, &Path), uid: u32, gid: u32, setup: &Setup) -> String {
        let Setup { mailboxes, transports, tls } = setup;
        let folder = self.folder.path().display();
        let (certificate, key) = (certificate.display(), key.display());
        format!(
            "compatibility_level = 3.6\n\
             queue_directory = {folder}/queue\n\
             data_directory = {folder}/data\n\
             daemon_directory = /usr/lib/postfix/sbin\n\
             command_directory = /usr/sbin\n\
             shlib_directory = /usr/lib/postfix\n\
             meta_directory = /etc/postfix\n\
             mail_owner = postfix\n\
             setgid_group = postdrop\n\
             maillog_file = {folder}/maillog\n\
             maillog_file_prefixes = {folder}\n\
             inet_interfaces = 127.0.0.1\n\
             inet_protocols = ipv4\n\
             mynetworks = 127.0.0.0/8\n\
             myhostname = mx.test\n\
             mydestination =\n\
             recipient_delimiter = +\n\
             virtual_mailbox_domains = parlam.test ministry.test\n\
             virtual_mailbox_base = {folder}/mail\n\
             virtual_mailbox_maps = inline:{{ {mailboxes} }}\n\
             transport_maps = inline:{{ {{nowhere@parlam.test=discard:}} {transports} }}\n\
             virtual_minimum_uid = 1\n\
             virtual_uid_maps = static:{uid}\n\
             virtual_gid_maps = static:{gid}\n\
             default_transport = discard:\n\
             relay_transport = discard:\n\
             smtpd_relay_restrictions = permit_mynetworks, reject\n\
             smtpd_recipient_restrictions = check_recipient_access inline:{{ {{busy@parlam.test=450 4.2.1 busy}} }}, reject_unlisted_recipient, permit_mynetworks, reject\n\
             smtpd_tls_security_level = {tls}\n\
             smtp_tls_security_level = none\n\
             disable_dns_lookups = yes\n\
             minimal_backoff_time = 1s\n\
             queue_run_delay = 1s\n\
             delay_warning_time = 0\n\
             default_process_limit = 20\n\
             smtpd_tls_cert_file = {certificate}\n\
             smtpd_tls_key_file = {key}\n"
        )
    }

    fn master_cf(&self) -> String {
        let port = self.port;
        format!(
            "127.0.0.1:{port} inet n - n - - smtpd\n\
             cleanup unix n - n - 0 cleanup\n\
             qmgr unix n - n 300 1 qmgr\n\
             tlsmgr unix - - n 1000? 1 tlsmgr\n\
             rewrite unix - - n - - trivial-rewrite\n\
             bounce unix - - n - 0 bounce\n\
             defer unix - - n - 0 bounce\n\
             trace unix - - n - 0 bounce\n\
             proxymap unix - - n - - proxymap\n\
             error unix - - n - - error\n\
             retry unix - - n - - error\n\
             discard unix - - n - - discard\n\
             virtual unix - n n - - virtual\n\
             smtp unix - - n - - smtp\n\
             anvil unix - - n - 1 anvil\n\
             postlog unix-dgram n - n - 1 postlogd\n"
        )
    }

    /// Does nothing lie in its queue? What it has taken is then in a mailbox, or came back.
    #[must_use]
    pub fn has_delivered(&self) -> bool {
        ["maildrop", "incoming", "active", "deferred"].iter().all(|queue| is_bare(&self.path("queue").join(queue)))
    }

    /// The one mail of a mailbox, once it is there.
    ///
    /// # Panics
    /// When none has come within 20 seconds.
    pub async fn delivered(&self, mailbox: &str) -> Vec<u8> {
        let new = self.path("mail").join(mailbox).join("new");
        let mut look = tokio::time::interval(Duration::from_millis(50));
        for _ in 0..400 {
            look.tick().await;
            let Ok(mut entries) = fs::read_dir(&new) else { continue };
            if let Some(entry) = entries.next() {
                return fs::read(entry.expect("a mail").path()).expect("a mail that can be read");
            }
        }
        panic!("no mail for {mailbox} within 20 s:\n{}", self.log());
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        drop(self.run("stop"));
    }
}

/// Is there no file beneath? What goes while it is looked at is gone.
fn is_bare(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return true };
    entries.flatten().all(|entry| entry.path().is_dir() && is_bare(&entry.path()))
}

/// Is it root's?
#[must_use]
pub fn is_root(me: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(me) == 0
}

/// The number of a user of this machine, and that of its group.
#[must_use]
pub fn ids_of(user: &str) -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.split(':').next() == Some(user))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
