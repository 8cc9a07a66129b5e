//! The house of the provider: the reference implementation of OpenID Connect, run by Node for one test, and people who go there.

use std::collections::BTreeMap;
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex};

use sha2::{Digest, Sha256};

/// Where the provider is described.
const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/identity");
/// Where runs leave what is not kept.
const LEFT: &str = env!("CARGO_TARGET_TMPDIR");

static MODULES: LazyLock<PathBuf> = LazyLock::new(modules);

/// Brings the packages of the lock file, once for each content that it ever has.
fn modules() -> PathBuf {
    let lock = std::fs::read(Path::new(HOME).join("package-lock.json")).expect("the lock file");
    let folder = Path::new(LEFT).join(format!("identity-modules-{}", &hex::encode(Sha256::digest(&lock))[..12]));
    if folder.join("node_modules").is_dir() {
        return folder;
    }
    // Made beside it and renamed when it is whole; another run that was faster is as good.
    let half = Path::new(LEFT).join(format!("identity-modules-{}", std::process::id()));
    std::fs::create_dir_all(&half).expect("a folder for the packages");
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(Path::new(HOME).join(file), half.join(file)).expect("a copy of the list of packages");
    }
    let said = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&half)
        .output()
        .expect(
            "npm is not on this machine, and signing in is tested against a real provider: run scripts/bootstrap test",
        );
    assert!(
        said.status.success(),
        "npm could not bring the packages of tests/identity/package-lock.json; the registry that npm is set to must be in reach: {}",
        String::from_utf8_lossy(&said.stderr)
    );
    if std::fs::rename(&half, &folder).is_err() {
        assert!(folder.join("node_modules").is_dir(), "{} could not be made", folder.display());
        std::fs::remove_dir_all(&half).expect("the second copy removed");
    }
    folder
}

/// A provider that runs.
pub(super) struct House {
    pub(super) issuer: String,
    process: Mutex<Option<(Child, ChildStdin, BufReader<ChildStdout>)>>,
}

impl House {
    /// Starts it; it says where it is, and waits to be told whose people come.
    pub(super) async fn start() -> Self {
        let start = || {
            // Modules are looked for beside the program.
            let program = MODULES.join(format!("provider-{}.mjs", std::process::id()));
            std::fs::copy(Path::new(HOME).join("provider.mjs"), &program).expect("a copy of the provider");
            let mut node = Command::new("node")
                .arg(&program)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .expect("node is not on this machine, and signing in is tested against a real provider: run scripts/bootstrap test");
            let (input, output) = (node.stdin.take().unwrap(), BufReader::new(node.stdout.take().unwrap()));
            let mut output = output;
            let issuer = line(&mut output);
            assert!(issuer.starts_with("http://127.0.0.1:"), "the provider did not start: {issuer}");
            Self { issuer, process: Mutex::new(Some((node, input, output))) }
        };
        tokio::task::spawn_blocking(start).await.expect("the provider started")
    }

    /// From now on people of this installation may come.
    pub(super) async fn opens_for(&self, base: &str) {
        let mut process = self.process.lock().unwrap();
        let (_, input, output) = process.as_mut().expect("a provider that runs");
        writeln!(input, "{base}").expect("the provider told");
        assert_eq!(line(output), "ready");
    }

    /// It ends.
    pub(super) async fn closes(&self) {
        let (mut node, input, _) = self.process.lock().unwrap().take().expect("a provider that runs");
        drop(input);
        tokio::task::spawn_blocking(move || node.wait()).await.unwrap().expect("the provider ended");
    }

    /// Somebody whom the provider knows, with a browser that has not been there.
    pub(super) fn person<'a>(&'a self, subject: &str) -> Person<'a> {
        let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false);
        Person {
            house: self,
            subject: subject.to_owned(),
            level: "urn:office:1",
            agent: config.build().new_agent(),
            cookies: Mutex::default(),
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Ok(Some((mut node, ..))) = self.process.lock().map(|mut process| process.take()) {
            // It would end by itself, as its input does; a test that broke off does not wait.
            node.kill().expect("the provider ended");
            node.wait().expect("the provider ended");
        }
    }
}

fn line(output: &mut impl std::io::BufRead) -> String {
    let mut text = String::new();
    output.read_line(&mut text).expect("a line of the provider");
    text.trim().to_owned()
}

/// Somebody at the provider's own pages.
pub(super) struct Person<'a> {
    house: &'a House,
    subject: String,
    level: &'static str,
    agent: ureq::Agent,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Person<'_> {
    /// Who proves who they are at this level.
    pub(super) fn at_level(mut self, level: &'static str) -> Self {
        self.level = level;
        self
    }

    /// Goes where they are sent, says who they are, and is sent back to there.
    pub(super) async fn goes(&self, place: &str) -> String {
        let (subject, level) = (encoded(&self.subject), encoded(self.level));
        self.answers(place, &format!("subject={subject}&acr={level}")).await
    }

    /// Goes there and away again.
    pub(super) async fn goes_away(&self, place: &str) -> String {
        self.answers(place, "error=access_denied").await
    }

    /// What the provider asks who comes there.
    pub(super) async fn is_asked_at(&self, place: &str) -> String {
        let question = self.next(place);
        let said = self.call(&question);
        said.into_body().read_to_string().expect("the provider's question")
    }

    async fn answers(&self, place: &str, answer: &str) -> String {
        let question = self.next(place);
        // Whom the provider knows already it sends back at once, unless it was told to ask anew.
        if !question.starts_with(&self.house.issuer) {
            return question;
        }
        let resumed = self.next(&format!("{question}?{answer}"));
        self.next(&resumed)
    }

    /// Where a page leads on to.
    fn next(&self, place: &str) -> String {
        let answered = self.call(place);
        let status = answered.status();
        let Some(to) = answered.headers().get("location") else {
            panic!("{place} leads nowhere: {status} {}", answered.into_body().read_to_string().unwrap_or_default())
        };
        let to = to.to_str().unwrap();
        if to.starts_with('/') { format!("{}{to}", self.house.issuer) } else { to.to_owned() }
    }

    fn call(&self, place: &str) -> ureq::http::Response<ureq::Body> {
        let mut cookies = self.cookies.lock().unwrap();
        let kept: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answered = tokio::task::block_in_place(|| self.agent.get(place).header("Cookie", kept.join("; ")).call());
        let answered = answered.expect("the provider's answer");
        for set in answered.headers().get_all("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        answered
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
