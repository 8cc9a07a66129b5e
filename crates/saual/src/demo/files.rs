//! What the demonstration leaves behind: the letter in its forms, its signatures, the mails, the journal.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use super::accounts::CLERK;
use super::doors::Doors;
use super::story::RECIPIENTS;
use crate::commands::verify::write_bundle;

/// Where each file of the letter comes from, below `/inquiries/{id}`.
const LETTER: [(&str, &str); 7] = [
    ("ДС-326.pdf", "reply.pdf"),
    ("ДС-326.pdf.p7s", "registration.p7s"),
    ("ДС-326.signed.pdf", "signed.pdf"),
    ("ДС-326.signed.pdf.p7s", "signature.p7s"),
    ("ДС-326.docx", "reply.docx"),
    ("ДС-326.html", "reply.html"),
    ("ДС-326.txt", "reply.txt"),
];

/// Writes the letter's files through the API and answers their paths.
pub(super) fn letters(doors: &Doors, inquiry: &str, data: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let folder = data.join("letters");
    std::fs::create_dir_all(&folder)?;
    let mut written = Vec::new();
    for (name, source) in LETTER {
        let bytes = doors.fetch(CLERK, &format!("/inquiries/{inquiry}/{source}"))?;
        let file = folder.join(name);
        replace(&file, &bytes)?;
        written.push(file);
    }
    let dossier = doors.look(CLERK, &format!("/inquiries/{inquiry}"))?.body;
    for (name, what) in [("ДС-326.facts.json", "facts"), ("ДС-326.edition.json", "edition")] {
        let hash =
            dossier["letter"]["made_from"][what].as_str().context("the letter names nothing it was made from")?;
        let file = folder.join(name);
        replace(&file, &doors.fetch(CLERK, &format!("/inquiries/{inquiry}/files/{hash}"))?)?;
        written.push(file);
    }
    Ok(written)
}

/// The mails, one per deputy; fewer or more than that is a fault worth stopping for.
pub(super) fn mails(outbox: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut mails = Vec::new();
    for entry in std::fs::read_dir(outbox).with_context(|| format!("{} cannot be read", outbox.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "eml") {
            mails.push(path);
        }
    }
    mails.sort();
    ensure!(
        mails.len() as u64 == RECIPIENTS,
        "{} holds {} mails instead of {RECIPIENTS}",
        outbox.display(),
        mails.len()
    );
    Ok(mails)
}

/// The whole journal in one file.
pub(super) async fn bundle(pool: &deadpool_postgres::Pool, data: &Path) -> anyhow::Result<PathBuf> {
    let file = data.join("journal.bundle");
    write_bundle(pool, &file).await?;
    Ok(file)
}

/// The whole file or the old one.
fn replace(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let half = file.with_added_extension("half");
    let mut out = std::fs::File::create(&half).with_context(|| format!("{} cannot be written", half.display()))?;
    out.write_all(bytes)?;
    out.sync_all()?;
    std::fs::rename(&half, file)?;
    Ok(())
}
