//! What the plays need of the machine: Chromium, Node, and the two packages of the lock file in a folder of their own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// The folder of the plays.
pub(crate) const PLAYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser");
/// Where runs leave what is not kept: modules, and pictures of plays that broke off.
const LEFT: &str = env!("CARGO_TARGET_TMPDIR");

/// What Chromium is called: the one without windows first, which takes a quarter less of the processor for the same pages.
const BROWSERS: [&str; 5] =
    ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Where things are on this machine.
pub(crate) struct Tools {
    pub(crate) node: PathBuf,
    pub(crate) chromium: PathBuf,
    /// Its `node_modules` holds what the lock file names.
    pub(crate) modules: PathBuf,
    /// For pictures of plays that broke off.
    pub(crate) traces: PathBuf,
}

/// Found once for all plays.
pub(crate) static TOOLS: LazyLock<Tools> = LazyLock::new(|| Tools {
    node: program("node", &["node", "nodejs"]),
    chromium: match std::env::var_os("SAUAL_CHROMIUM") {
        Some(named) => named.into(),
        None => program("Chromium", &BROWSERS),
    },
    modules: modules(),
    traces: Path::new(LEFT).join("browser-traces"),
});

/// The first of these programs that the machine has.
fn program(what: &str, names: &[&str]) -> PathBuf {
    let folders: Vec<PathBuf> =
        std::env::var_os("PATH").iter().flat_map(|path| std::env::split_paths(path).collect::<Vec<_>>()).collect();
    let places = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.into_iter().find(|place| place.is_file()).unwrap_or_else(|| {
        panic!("{what} is not on this machine, and the pages are tested in a real browser: run scripts/bootstrap test")
    })
}

/// Brings the packages of the lock file, once for each content that it ever has.
fn modules() -> PathBuf {
    let npm = program("npm", &["npm"]);
    let lock = std::fs::read(Path::new(PLAYS).join("package-lock.json")).expect("the lock file");
    let folder = Path::new(LEFT).join(format!("browser-modules-{}", &hex::encode(Sha256::digest(&lock))[..12]));
    if folder.join("node_modules").is_dir() {
        return folder;
    }
    // Made beside it and renamed when it is whole; another run that was faster is as good.
    let half = Path::new(LEFT).join(format!("browser-modules-{}", std::process::id()));
    std::fs::create_dir_all(&half).expect("a folder for the packages");
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(Path::new(PLAYS).join(file), half.join(file)).expect("a copy of the list of packages");
    }
    let said = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&half)
        .output()
        .expect("npm started");
    assert!(
        said.status.success(),
        "npm could not bring the packages of tests/browser/package-lock.json; the registry that npm is set to must be in reach: {}",
        String::from_utf8_lossy(&said.stderr)
    );
    if std::fs::rename(&half, &folder).is_err() {
        assert!(folder.join("node_modules").is_dir(), "{} could not be made", folder.display());
        std::fs::remove_dir_all(&half).expect("the second copy removed");
    }
    folder
}
