//! The program under test, run as a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// A folder that is gone when the tests are. Others may pass through it: run as root, a private PostgreSQL is another user's, and one that
/// cannot enter its folder has its cluster elsewhere.
pub(crate) fn folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let open = std::fs::Permissions::from_mode(0o755);
    tempfile::Builder::new().prefix("saual-demo-").permissions(open).tempdir().unwrap()
}

/// `saual` with these arguments and nothing of this machine's own settings.
pub(crate) fn saual(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_saual"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars() {
        if (name.starts_with("SAUAL_") && name != "SAUAL_POSTGRES_BIN") || name == "DATABASE_URL" {
            command.env_remove(name);
        }
    }
    command
}

/// `saual demo --once --json` on this folder.
pub(crate) fn demo(data: &Path) -> Command {
    saual(&["demo", "--once", "--json", "--data", data.to_str().unwrap()])
}

/// Starts the demonstration without waiting for it.
pub(crate) fn start(data: &Path) -> Child {
    demo(data).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Runs a command to its end, and says what it said when it failed.
pub(crate) fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?} ended with {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// The lines of a finished demonstration.
pub(crate) fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What lies in the outbox for the deputies, half-written files too. The people of the house have a folder of their own beside it.
pub(crate) fn outbox(data: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data.join("outbox")).unwrap().map(|entry| entry.unwrap().path());
    let mut mails: Vec<_> = entries.filter(|path| path.file_name().unwrap() != "office").collect();
    mails.sort();
    mails
}

/// One finished demonstration that several tests look at; none of them changes it.
pub(crate) struct Finished {
    /// Its folder.
    pub(crate) data: PathBuf,
    /// What it printed.
    pub(crate) lines: Vec<Value>,
    _folder: tempfile::TempDir,
}

/// Tells the story once for all tests of this file.
pub(crate) fn finished() -> &'static Finished {
    static FINISHED: OnceLock<Finished> = OnceLock::new();
    FINISHED.get_or_init(|| {
        let folder = folder();
        let data = folder.path().join("demo");
        let lines = lines(&run(&mut demo(&data)));
        Finished { data, lines, _folder: folder }
    })
}

/// A tool that the tests need.
pub(crate) fn tool(name: &str) -> Command {
    let found = Command::new("sh").args(["-c", &format!("command -v {name}")]).output().unwrap().status.success();
    assert!(found, "{name} is missing: run `scripts/bootstrap test`, which installs what tests need");
    Command::new(name)
}
