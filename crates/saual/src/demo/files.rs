//! What the demonstration leaves behind: the letter in its forms, its signatures, the mails, the archive of evidence, the journal.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use web::office::archive::Files;

use super::accounts::CLERK;
use super::doors::Doors;
use super::story::{RECIPIENTS, Told};
use crate::commands::verify::write_bundle;
use crate::installation::Installation;

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

/// What the letter was made from, by its name among the inquiry's facts.
const MADE_FROM: [(&str, &str); 2] = [("ДС-326.facts.json", "facts"), ("ДС-326.edition.json", "edition")];

/// Writes the letter's files through the API and answers their paths. Where the story was told before, those that lie there stay as they are: the
/// inquiry may have another letter by now.
pub(super) fn letters(doors: &Doors, told: &Told, data: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let folder = data.join("letters");
    std::fs::create_dir_all(&folder)?;
    let is_kept = |file: &Path| told.before && file.exists();
    let inquiry = &told.inquiry;
    let mut files = Vec::new();
    for (name, source) in LETTER {
        let file = folder.join(name);
        if !is_kept(&file) {
            replace(&file, &doors.fetch(CLERK, &format!("/inquiries/{inquiry}/{source}"))?)?;
        }
        files.push(file);
    }
    for (name, what) in MADE_FROM {
        let file = folder.join(name);
        if !is_kept(&file) {
            let dossier = doors.look(CLERK, &format!("/inquiries/{inquiry}"))?.body;
            let hash =
                dossier["letter"]["made_from"][what].as_str().context("the letter names nothing it was made from")?;
            replace(&file, &doors.fetch(CLERK, &format!("/inquiries/{inquiry}/files/{hash}"))?)?;
        }
        files.push(file);
    }
    Ok(files)
}

/// The story's mails, one per deputy; one that is missing when the story has just been told is a fault worth stopping for. What else the folder
/// holds, tests and mails that were sent again, is not the story's.
pub(super) fn mails(told: &Told, outbox: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut mails: Vec<PathBuf> = told.mails.iter().map(|name| outbox.join(name)).collect();
    mails.sort();
    // Afterwards people may have erased one.
    let (there, missing): (Vec<PathBuf>, Vec<PathBuf>) = mails.into_iter().partition(|mail| mail.exists());
    ensure!(
        told.before || (missing.is_empty() && there.len() as u64 == RECIPIENTS),
        "the story wrote {} mails into {} instead of {RECIPIENTS}",
        there.len(),
        outbox.display()
    );
    Ok(there)
}

/// Everything that proves the inquiry, to be checked where only Python and openssl are.
pub(super) async fn evidence(installation: &Installation, inquiry: &str, data: &Path) -> anyhow::Result<PathBuf> {
    let inquiry = inquiry.parse().context("the story's inquiry has no id")?;
    let file = data.join("ДС-326-evidence.zip");
    crate::commands::evidence::write(installation, inquiry, Files::LeftOut, Some(file)).await
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
