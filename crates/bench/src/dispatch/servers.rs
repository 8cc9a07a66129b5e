//! What mail goes to: Postfix's smtp-sink, and a private Postfix with a queue on disk, of which nothing leaves the machine.

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

use anyhow::Context;
use dispatch::config::{Relay, Security, Timeouts};
use tempfile::TempDir;
use testkit::mail::postfix::{Setup, is_root};
use testkit::mail::wire;
use testkit::smtp::Authority;

/// Sends as fast as it can.
pub(crate) const SOURCE: &str = "/usr/sbin/smtp-source";
const SINK: &str = "/usr/sbin/smtp-sink";

/// A running smtp-sink; it ends when dropped.
pub(crate) struct Sink {
    child: Child,
    port: u16,
}

impl Drop for Sink {
    fn drop(&mut self) {
        // It holds nothing that could be lost.
        if self.child.kill().is_ok() {
            let _ended = self.child.wait();
        }
    }
}

impl Sink {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let port = free_port()?;
        // As root it wants to become somebody else.
        let mut sink = Command::new(SINK);
        if fs::metadata("/proc/self").is_ok_and(|me| is_root(&me)) {
            sink.args(["-u", "nobody"]);
        }
        let child = sink
            .arg(format!("inet:127.0.0.1:{port}"))
            .arg("256")
            .stdin(Stdio::null())
            .spawn()
            .context("smtp-sink could not be started (Debian package: postfix)")?;
        let sink = Self { child, port };
        listening(port).context("smtp-sink does not listen")?;
        Ok(sink)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0").context("no free port")?.local_addr()?.port())
}

fn listening(port: u16) -> anyhow::Result<()> {
    for _ in 0..200 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    anyhow::bail!("nobody listens on port {port}")
}

/// A running Postfix of which nothing leaves the machine, and the authority that its certificate is of.
pub(crate) struct Postfix {
    server: testkit::mail::postfix::Postfix,
    authority: Authority,
    _folder: TempDir,
}

impl Postfix {
    /// Starts it; the inner error says why there is none here.
    pub(crate) fn start(data: &Path) -> anyhow::Result<Result<Self, &'static str>> {
        let data = std::path::absolute(data)?;
        fs::create_dir_all(&data)?;
        // Postfix drops to users of its own, who have to pass through.
        for folder in data.ancestors().take(2) {
            let mode = fs::metadata(folder)?.permissions().mode();
            fs::set_permissions(folder, fs::Permissions::from_mode(mode | 0o711))?;
        }
        let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir_in(&data)?;
        let authority = Authority::new(folder.path());
        let setup =
            Setup { mailboxes: "{@parlam.test=all/}", transports: "{parlam.test=discard:}".to_owned(), tls: "encrypt" };
        Ok(testkit::mail::postfix::Postfix::start_in(&data, &authority, &setup).map(|server| Self {
            server,
            authority,
            _folder: folder,
        }))
    }

    /// How it is spoken to.
    pub(crate) fn relay(&self) -> Relay {
        Relay {
            security: Security::StartTls,
            tls_name: Some("mx.test".to_owned()),
            ca_file: Some(self.authority.file()),
            timeouts: Timeouts::STANDARD,
            ..wire::relay(self.server.port)
        }
    }
}
