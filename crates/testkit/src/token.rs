//! A PKCS #11 token in software (SoftHSM) with one P-256 key, which can be taken away and brought back.
//!
//! The module reads from the environment where its tokens are. So a test that uses one runs in a process of its own: [`Token::run_in_child`] starts it anew there.
#![expect(clippy::expect_used, reason = "a token that cannot be made ends the test, and says which step failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where Debian and others have SoftHSM's module.
const MODULES: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

/// Names the folder of the token in the child.
const FOLDER: &str = "SAUAL_TEST_TOKEN";

/// The token's label.
pub const LABEL: &str = "Office";
/// The key's label.
pub const KEY: &str = "seal";
/// The PIN.
pub const PIN: &str = "271828";

/// A token in a folder.
pub struct Token {
    folder: PathBuf,
}

impl Token {
    /// The token of this process, if it is a child of [`run_in_child`](Self::run_in_child).
    #[must_use]
    pub fn of_this_process() -> Option<Self> {
        std::env::var_os(FOLDER).map(|folder| Self { folder: folder.into() })
    }

    /// Makes a token and runs the test of this name once more, in a child that finds it. What the child says is shown when it fails.
    pub fn run_in_child(test: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        let token = Self { folder: folder.path().to_owned() };
        token.make();
        let program = std::env::current_exe().expect("the tests' own program");
        let mut child = Command::new(program);
        child.args([test, "--exact", "--nocapture", "--test-threads", "1"]).env(FOLDER, folder.path());
        let said = child.env("SOFTHSM2_CONF", token.settings()).output().expect("the tests started anew");
        let text = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success() && text.contains("1 passed"), "{test}: {text}");
    }

    fn make(&self) {
        fs::create_dir(self.tokens()).expect("a folder");
        let settings = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            self.tokens().display()
        );
        fs::write(self.settings(), settings).expect("written");
        self.run("softhsm2-util", &["--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "314159"]);
        self.run("openssl", &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem"]);
        let name = "/CN=Үкімет Аппаратының мөрі";
        let usage = "basicConstraints = critical, CA:false\nkeyUsage = critical, digitalSignature, nonRepudiation\n";
        let request = format!("[req]\ndistinguished_name = name\n[name]\n[seal]\n{usage}");
        fs::write(self.folder.join("request"), request).expect("written");
        let request =
            ["req", "-x509", "-new", "-utf8", "-key", "key.pem", "-subj", name, "-days", "3650", "-out", "seal.crt"];
        self.run("openssl", &[&request[..], &["-config", "request", "-extensions", "seal"]].concat());
        let import = ["--import", "key.pem", "--token", LABEL, "--label", KEY, "--id", "01", "--pin", PIN];
        self.run("softhsm2-util", &import);
        // From here on the token alone has it.
        fs::remove_file(self.folder.join("key.pem")).expect("the key taken away");
    }

    /// The module.
    #[must_use]
    pub fn module() -> PathBuf {
        let found = MODULES.iter().map(Path::new).find(|module| module.exists());
        found.expect("SoftHSM (scripts/bootstrap test installs it)").to_owned()
    }

    /// The certificate of the key, in PEM.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("seal.crt")
    }

    /// Pulls it out.
    pub fn take_away(&self) {
        fs::rename(self.tokens(), self.folder.join("away")).expect("the token taken away");
        fs::create_dir(self.tokens()).expect("a folder");
    }

    /// Puts it in again.
    pub fn bring_back(&self) {
        fs::remove_dir(self.tokens()).expect("an empty folder");
        fs::rename(self.folder.join("away"), self.tokens()).expect("the token brought back");
    }

    /// Gives it another PIN.
    pub fn change_pin(&self, old: &str, new: &str) {
        let module = Self::module().display().to_string();
        let change =
            ["--module", &module, "--token-label", LABEL, "--login", "--pin", old, "--change-pin", "--new-pin", new];
        self.run("pkcs11-tool", &change);
    }

    fn tokens(&self) -> PathBuf {
        self.folder.join("tokens")
    }

    fn settings(&self) -> PathBuf {
        self.folder.join("softhsm2.conf")
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        let said = command.args(arguments).current_dir(&self.folder).env("SOFTHSM2_CONF", self.settings()).output();
        let said = said.unwrap_or_else(|error| panic!("{program} (scripts/bootstrap test installs it): {error}"));
        assert!(said.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&said.stderr));
        said
    }
}
