//! LibreOffice and WeasyPrint: programs that make PDFs of files, many in one process.
//!
//! A process that has only begun is not what is compared: every round runs the same processes twice, with one letter each and with one
//! letter and all others, and the difference counts. So neither the start nor the first letter's warming up is on a peer's bill.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};

use crate::letters::meter::Cost;
use crate::machine::processor_time;

/// Makes PDFs of HTML files in one process of Python.
const SCRIPT: &str = include_str!("weasyprint.py");

/// Which program it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    LibreOffice,
    WeasyPrint,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LibreOffice => "LibreOffice",
            Self::WeasyPrint => "WeasyPrint",
        }
    }

    /// How Debian brings it, with the typeface whose widths are ours.
    pub(crate) const fn installed_by(self) -> &'static str {
        match self {
            Self::LibreOffice => "apt-get install --no-install-recommends libreoffice-writer-nogui fonts-liberation2",
            Self::WeasyPrint => "apt-get install --no-install-recommends weasyprint fonts-liberation2",
        }
    }

    /// What it reads.
    const fn reads(self) -> &'static str {
        match self {
            Self::LibreOffice => "docx",
            Self::WeasyPrint => "html",
        }
    }

    /// Where it may be; a Python of one's own often comes first in the path and knows nothing of Debian's packages.
    const fn programs(self) -> &'static [&'static str] {
        match self {
            Self::LibreOffice => &["soffice", "libreoffice"],
            Self::WeasyPrint => &["python3", "/usr/bin/python3"],
        }
    }

    /// The question for its version.
    const fn asked(self) -> &'static [&'static str] {
        match self {
            Self::LibreOffice => &["--version"],
            Self::WeasyPrint => &["-c", "import weasyprint; print('WeasyPrint', weasyprint.__version__)"],
        }
    }
}

/// One of the programs, found on this machine.
pub(crate) struct Converter {
    pub(crate) kind: Kind,
    /// What it says of itself.
    pub(crate) version: String,
    program: &'static str,
    folder: PathBuf,
}

impl Converter {
    /// The program, and a folder below `data` for its files; none where it is not installed.
    pub(crate) fn find(kind: Kind, data: &Path) -> anyhow::Result<Option<Self>> {
        let found = kind.programs().iter().find_map(|program| {
            let said = Command::new(program).args(kind.asked()).stdin(Stdio::null()).output().ok()?;
            let version = String::from_utf8_lossy(&said.stdout).trim().to_owned();
            (said.status.success() && !version.is_empty()).then_some((*program, version))
        });
        let Some((program, version)) = found else { return Ok(None) };
        let folder = data.join(kind.reads());
        std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(Some(Self { kind, version, program, folder: folder.canonicalize()? }))
    }

    /// Writes the letters as the files it reads; what is there of another round goes.
    pub(crate) fn write(&self, letters: &[Vec<u8>]) -> anyhow::Result<Vec<PathBuf>> {
        std::fs::remove_dir_all(&self.folder)?;
        std::fs::create_dir_all(&self.folder)?;
        letters
            .iter()
            .enumerate()
            .map(|(number, letter)| {
                let file = self.folder.join(format!("{number:05}.{}", self.kind.reads()));
                std::fs::write(&file, letter).with_context(|| format!("{} cannot be written", file.display()))?;
                Ok(file)
            })
            .collect()
    }

    /// Runs every process once: LibreOffice makes a profile for itself the first time.
    pub(crate) fn warm_up(&self, files: &[PathBuf], processes: usize) -> anyhow::Result<()> {
        let shares: Vec<Vec<&Path>> = files.iter().take(processes).map(|file| vec![file.as_path()]).collect();
        self.run(&shares).map(drop)
    }

    /// A round with that many processes. The first files, one for each process, are those it begins with; the others count.
    pub(crate) fn round(&self, files: &[PathBuf], processes: usize) -> anyhow::Result<Cost> {
        let (first, counted) = files.split_at_checked(processes).context("there are fewer letters than processes")?;
        let mut shares: Vec<Vec<&Path>> = first.iter().map(|file| vec![file.as_path()]).collect();
        let begun = self.run(&shares)?;
        for (number, file) in counted.iter().enumerate() {
            shares[number % processes].push(file);
        }
        let whole = self.run(&shares)?;
        Ok(whole.beyond(&begun, counted.len()))
    }

    /// All processes at once, to their end; every letter has to have become a PDF.
    fn run(&self, shares: &[Vec<&Path>]) -> anyhow::Result<Cost> {
        let made = self.folder.join("pdf");
        if made.exists() {
            std::fs::remove_dir_all(&made)?;
        }
        std::fs::create_dir_all(&made)?;
        let (since, before) = (Instant::now(), processor_time()?);
        let running: Vec<Child> = shares
            .iter()
            .enumerate()
            .map(|(process, files)| {
                let mut command = self.command(process, &made);
                let command = command.args(files).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
                command.spawn().with_context(|| format!("{} could not be started", self.program))
            })
            .collect::<anyhow::Result<_>>()?;
        for child in running {
            let ended = child.wait_with_output()?;
            let said = String::from_utf8_lossy(&ended.stderr);
            ensure!(ended.status.success(), "{} broke off: {said}", self.kind.name());
        }
        let cost = Cost::since(since, before, shares.iter().map(Vec::len).sum())?;
        for file in shares.iter().flatten() {
            let pdf = made.join(file.with_extension("pdf").file_name().context("a file has a name")?);
            let begins = std::fs::read(&pdf).is_ok_and(|bytes| bytes.starts_with(b"%PDF"));
            ensure!(begins, "{} made no PDF of {}", self.kind.name(), file.display());
        }
        Ok(cost)
    }

    fn command(&self, process: usize, made: &Path) -> Command {
        let mut command = Command::new(self.program);
        match self.kind {
            Kind::LibreOffice => {
                // Two processes with one profile would become one.
                let profile = self.folder.with_file_name(format!("soffice-{process}"));
                command.arg(format!("-env:UserInstallation=file://{}", profile.display()));
                command.args(["--headless", "--norestore", "--convert-to", "pdf", "--outdir"]).arg(made);
            }
            Kind::WeasyPrint => {
                command.args(["-c", SCRIPT]).arg(made);
            }
        }
        command
    }

    /// One of the PDFs of the last round.
    pub(crate) fn sample(&self) -> anyhow::Result<Vec<u8>> {
        let file = self.folder.join("pdf").join("00000.pdf");
        std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))
    }
}
