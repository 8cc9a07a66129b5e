//! What mail goes to: Postfix's smtp-sink, and a private Postfix with a queue on disk, of which nothing leaves the machine.

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

use anyhow::{Context, ensure};
use dispatch::config::{Relay, Security, Timeouts};

/// Sends as fast as it can.
pub(crate) const SOURCE: &str = "/usr/sbin/smtp-source";
const SINK: &str = "/usr/sbin/smtp-sink";
const POSTFIX: &str = "/usr/sbin/postfix";

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
        if is_root() {
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

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0)
}

/// A running Postfix; it ends, and its folder goes, when dropped.
pub(crate) struct Postfix {
    folder: PathBuf,
    port: u16,
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // Ending in order or not, what is left is a folder of made-up mails.
        let _ended = self.run("stop");
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

impl Postfix {
    /// Starts it; the inner error says why there is none here.
    pub(crate) fn start(data: &Path) -> anyhow::Result<Result<Self, String>> {
        if !Path::new(POSTFIX).exists() {
            return Ok(Err("it is not installed (Debian package: postfix)".to_owned()));
        }
        if !is_root() {
            return Ok(Err("only root can start it".to_owned()));
        }
        let folder = std::path::absolute(data.join("postfix"))?;
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let postfix = Self { folder, port: free_port()? };
        for name in ["conf", "queue", "data"] {
            fs::create_dir_all(postfix.folder.join(name))?;
        }
        // Postfix drops to users of its own, who have to pass through.
        for folder in postfix.folder.ancestors().take(3) {
            let mode = fs::metadata(folder)?.permissions().mode();
            fs::set_permissions(folder, fs::Permissions::from_mode(mode | 0o711))?;
        }
        let own = Command::new("chown").arg("postfix").arg(postfix.folder.join("data")).status()?;
        ensure!(own.success(), "the folder could not be given to the user postfix");
        postfix.certificates()?;
        fs::write(postfix.folder.join("conf/main.cf"), postfix.main_cf())?;
        fs::write(postfix.folder.join("conf/master.cf"), postfix.master_cf())?;
        let started = postfix.run("start")?;
        ensure!(started.status.success(), "Postfix did not start: {}", String::from_utf8_lossy(&started.stderr));
        listening(postfix.port).context("Postfix does not listen")?;
        Ok(Ok(postfix))
    }

    /// How it is spoken to.
    pub(crate) fn relay(&self) -> Relay {
        Relay {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security: Security::StartTls,
            tls_name: Some("mx.test".to_owned()),
            ca_file: Some(self.folder.join("ca.pem")),
            credentials: None,
            hello: "office.test".to_owned(),
            timeouts: Timeouts::STANDARD,
        }
    }

    fn run(&self, verb: &str) -> anyhow::Result<std::process::Output> {
        Ok(Command::new(POSTFIX).arg("-c").arg(self.folder.join("conf")).arg(verb).output()?)
    }

    fn certificates(&self) -> anyhow::Result<()> {
        let new =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"];
        let run = |arguments: &[&str]| -> anyhow::Result<()> {
            let run = Command::new("openssl").args(arguments).current_dir(&self.folder).output()?;
            ensure!(run.status.success(), "openssl: {}", String::from_utf8_lossy(&run.stderr));
            Ok(())
        };
        let authority = ["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Bench CA"];
        run(&[&new[..], &authority].concat())?;
        let server =
            ["-keyout", "srv.key", "-out", "srv.pem", "-subj", "/CN=mx.test", "-CA", "ca.pem", "-CAkey", "ca.key"];
        let names = ["-addext", "subjectAltName=DNS:mx.test", "-addext", "basicConstraints=critical,CA:FALSE"];
        run(&[&new[..], &server, &names].concat())
    }

    fn main_cf(&self) -> String {
        let folder = self.folder.display();
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
             default_transport = discard:\n\
             relay_transport = discard:\n\
             relay_domains = parlam.test\n\
             smtpd_relay_restrictions = permit_mynetworks, reject\n\
             smtpd_tls_security_level = encrypt\n\
             smtpd_tls_cert_file = {folder}/srv.pem\n\
             smtpd_tls_key_file = {folder}/srv.key\n"
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
             anvil unix - - n - 1 anvil\n\
             postlog unix-dgram n - n - 1 postlogd\n"
        )
    }
}
