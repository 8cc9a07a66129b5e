//! Who else judges a letter, and a key whose certificate they trust.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use saual::config::SealKey;
use signature::{Material, PdfReport, Question, Revocation, Trust, check_pdf};

/// Runs a program of the machine; it must be there, for scripts/bootstrap installs it.
pub(super) fn said(program: impl AsRef<Path>, arguments: &[&str]) -> (bool, String) {
    let program = program.as_ref();
    let said = Command::new(program).args(arguments).output();
    let said =
        said.unwrap_or_else(|error| panic!("{} (scripts/bootstrap test installs it): {error}", program.display()));
    let text = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    (said.status.success(), text)
}

/// A key whose certificate was issued by an authority, in files; what others trust is the authority.
pub(super) struct Issued(tempfile::TempDir);

impl Issued {
    pub(super) fn new() -> Self {
        let issued = Self(tempfile::tempdir().unwrap());
        let at = |name: &str| issued.path(name).display().to_string();
        let openssl = |words: &[&str]| assert!(said("openssl", words).0, "{words:?}: {}", said("openssl", words).1);
        for name in ["root", "seal"] {
            openssl(&[
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-out",
                &at(&format!("{name}.key")),
            ]);
        }
        let usage = "basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature,nonRepudiation\n";
        fs::write(at("usage"), format!("{usage}subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")).unwrap();
        openssl(&[
            "req",
            "-x509",
            "-new",
            "-key",
            &at("root.key"),
            "-subj",
            "/CN=Root",
            "-days",
            "3650",
            "-out",
            &at("root.pem"),
        ]);
        openssl(&["req", "-new", "-key", &at("seal.key"), "-subj", "/CN=Office-seal", "-out", &at("seal.csr")]);
        let request = [
            "x509",
            "-req",
            "-in",
            &at("seal.csr"),
            "-CA",
            &at("root.pem"),
            "-CAkey",
            &at("root.key"),
            "-set_serial",
            "5",
        ];
        openssl(&[&request[..], &["-days", "365", "-extfile", &at("usage"), "-out", &at("seal.crt")]].concat());
        issued
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn key(&self) -> SealKey {
        SealKey::Files { key: self.path("seal.key"), certificate: self.path("seal.crt") }
    }
}

/// What this house says of a letter, trusting `root`.
pub(super) fn judged(pdf: &[u8], root: &Path) -> PdfReport {
    let anchors = signature::Certificate::all_from_pem(&fs::read_to_string(root).unwrap()).unwrap();
    let trust = Trust { timestamp_anchors: anchors.clone(), anchors, revocation: Revocation::WhereTold };
    let now = Timestamp::now() + jiff::SignedDuration::from_secs(2);
    check_pdf(pdf, &Question { now, trust: &trust, material: &Material::new(), elsewhere: None }, &[])
}

/// Others who judge a letter: pdfsig with a store of certificates, `openssl cms` with the seal beside the letter, and pyHanko where it is.
pub(super) struct Others {
    folder: tempfile::TempDir,
    root: PathBuf,
}

impl Others {
    pub(super) fn new(root: &Path) -> Self {
        let others = Self { folder: tempfile::tempdir().unwrap(), root: root.to_owned() };
        fs::create_dir(others.folder.path().join("nss")).unwrap();
        assert!(said("certutil", &["-N", "-d", &others.store(), "--empty-password"]).0);
        let root = root.display().to_string();
        assert!(said("certutil", &["-A", "-d", &others.store(), "-n", "root", "-t", "CT,C,C", "-i", &root]).0);
        others
    }

    fn store(&self) -> String {
        format!("sql:{}", self.folder.path().join("nss").display())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    pub(super) fn pdfsig(&self, pdf: &[u8]) -> String {
        said("pdfsig", &["-nssdir", &self.store(), &self.file("pdfsig.pdf", pdf)]).1
    }

    pub(super) fn openssl_accepts(&self, cms: &[u8], pdf: &[u8]) -> bool {
        let (cms, pdf, root) = (self.file("one.p7s", cms), self.file("one.pdf", pdf), self.root.display().to_string());
        let verify = ["cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-out", "/dev/null"];
        said("openssl", &[&verify[..], &["-in", &cms, "-content", &pdf, "-CAfile", &root]].concat()).0
    }

    /// Whether pyHanko finds each file good; none, told aloud, where there is no pyHanko.
    #[expect(clippy::print_stdout, reason = "who reads the tests' output should know that nothing was asked")]
    pub(super) fn pyhanko(&self, how: &str, pdfs: &[Vec<u8>]) -> Option<Vec<(bool, String)>> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let named = std::env::var_os("SAUAL_PYHANKO").map(PathBuf::from);
        let found = named.into_iter().chain([here.join("../var/pyhanko/bin/python"), PathBuf::from("python3")]);
        let python = found.into_iter().find(|python| {
            let said = Command::new(python).args(["-c", "import pyhanko.sign.validation.dss"]).output();
            said.is_ok_and(|said| said.status.success())
        });
        let Some(python) = python else {
            println!("pyHanko is not here (SAUAL_PYHANKO names a Python that has it): its judgement was not asked for");
            return None;
        };
        let judge = here.join("../crates/signature/tests/pades/judge.py").display().to_string();
        let files: Vec<String> =
            pdfs.iter().enumerate().map(|(index, pdf)| self.file(&format!("{index}.pdf"), pdf)).collect();
        let mut arguments = vec![judge, self.root.display().to_string(), how.to_owned()];
        arguments.extend(files);
        let (ended, text) = said(python, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(ended, "{text}");
        let lines = text.lines().filter(|line| line.starts_with('{'));
        let good = |line: &str| line.contains("\"good\": true") && !line.contains("\"good\": false");
        Some(lines.map(|line| (good(line), line.to_owned())).collect())
    }
}
