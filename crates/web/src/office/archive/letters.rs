//! What was signed and sent: the letters with their signatures, what they were made from, and the other files that events name.

use std::collections::{BTreeMap, BTreeSet};

use eventstore::{Recorded, StoreError};
use jiff::Timestamp;
use serde_json::Value;
use signature::{
    Certificate, Finding, Material, PdfReport, Question, Revocation, Trust, certificates_of, check_detached, check_pdf,
};
use trust::Kept;

use super::super::seeing::Seen;
use super::super::unread;
use super::super::verifying::answer::code_of;
use super::pack::Pack;
use super::report::{CheckedThen, Cosigned, LeftOut, Letter, Report, Sent, Signed, in_signature};
use super::{Files, State};
use crate::problem::Problem;
use crate::speech::Words;

/// The fields of events that name kept bytes. Texts that people write are not looked into: a hash in a draft names nothing.
const NAMES: [&str; 7] = ["blob", "pdf", "signature", "seal", "facts", "edition", "checked"];
const WRITTEN: [&str; 2] = ["body", "content"];

/// Certificates by their fingerprint.
pub(super) type Certificates = BTreeMap<String, Certificate>;

/// An event's stored text beneath its name.
fn said(recorded: &Recorded) -> Value {
    let mut payload: Value = serde_json::from_str(&recorded.payload).unwrap_or_default();
    payload[recorded.event_type.as_str()].take()
}

/// Adds `letters/` and `files/`, and answers the certificates of all signatures.
pub(super) async fn add(
    state: &State,
    seen: &Seen,
    files: Files,
    pack: &mut Pack,
    report: &mut Report,
) -> Result<Certificates, Problem> {
    let mut certificates = Certificates::new();
    let mut adding = Adding { state, pack, certificates: &mut certificates, language: in_signature(report.language) };
    for recorded in &seen.history {
        match recorded.event_type.as_str() {
            "reply_signed" => {
                let folder = format!("letters/{}", report.letters.len() + 1);
                report.letters.push(adding.signed(recorded, folder).await?);
            }
            "outgoing_number_assigned" => {
                if let Some(letter) = report.letters.last_mut() {
                    letter.sent = Some(adding.sent(recorded, &letter.folder).await?);
                }
            }
            _ => {}
        }
    }
    named(state, seen, files, pack, report).await?;
    Ok(certificates)
}

/// The certificate of the seal that is put on archives now.
pub(in crate::office) fn seal_certificate(state: &State) -> Result<Certificate, Problem> {
    let failed = |error| Problem::failure("read the seal's certificate", error);
    let pem = state.seal.certificate_pem().map_err(failed)?;
    let mut all = Certificate::all_from_pem(&pem).map_err(failed)?;
    Ok(all.swap_remove(0))
}

/// Which of these certificates are or were the Office's seal.
pub(super) fn seals(state: &State, certificates: &Certificates) -> Result<Vec<String>, Problem> {
    let failed = |error| Problem::failure("read a certificate of the seal", error);
    let known = state.sealing.known().iter().map(Certificate::fingerprint);
    let known: BTreeSet<String> = known.collect::<Result<_, _>>().map_err(failed)?;
    Ok(known.into_iter().filter(|one| certificates.contains_key(one)).collect())
}

struct Adding<'a> {
    state: &'a State,
    pack: &'a mut Pack,
    certificates: &'a mut Certificates,
    language: signature::Language,
}

impl Adding<'_> {
    async fn signed(&mut self, recorded: &Recorded, folder: String) -> Result<Letter, Problem> {
        let said = said(recorded);
        let pdf = self.blob(&said["pdf"], &format!("{folder}/signed.pdf")).await?;
        let cms = self.blob(&said["signature"], &format!("{folder}/signed.pdf.p7s")).await?;
        for what in ["facts", "edition"] {
            if said["made_from"][what].is_string() {
                self.blob(&said["made_from"][what], &format!("{folder}/{what}.json")).await?;
            }
        }
        let text = |field: &str| said[field].as_str().unwrap_or_default().to_owned();
        let at = text("signed_at").parse().unwrap_or(recorded.at);
        let checked = said["checked"].as_str();
        let mut cosigned = Vec::new();
        for (no, given) in (1..).zip(said["cosigned"].as_array().into_iter().flatten()) {
            let cms = self.blob(&given["signature"], &format!("{folder}/cosigned-{no}.p7s")).await?;
            let text = |field: &str| given[field].as_str().unwrap_or_default().to_owned();
            let at = text("signed_at").parse().unwrap_or(recorded.at);
            cosigned.push(Cosigned {
                at: text("signed_at"),
                by: text("signed_by"),
                signatory: given["signatory"]["name"].as_str().unwrap_or_default().to_owned(),
                certificate: text("certificate"),
                signer: given["signer"]["name"].as_str().map(str::to_owned),
                authority: given["authority"].clone(),
                sealed_by_server: given["sealed_by_server"] == true,
                checked: given["checked"].as_str().map(str::to_owned),
                checked_then: self.checked_then(given["checked"].as_str()).await?,
                verdict: self.verdict(&cms, &pdf, at),
            });
        }
        let signed = Signed {
            at: text("signed_at"),
            by: text("signed_by"),
            signatory: said["signatory"]["name"].as_str().unwrap_or_default().to_owned(),
            sha256: text("pdf"),
            bytes: pdf.len(),
            certificate: text("certificate"),
            signer: said["signer"]["name"].as_str().map(str::to_owned),
            authority: said["authority"].clone(),
            cosigned,
            sealed_by_server: said["sealed_by_server"] == true,
            checked: checked.map(str::to_owned),
            checked_then: self.checked_then(checked).await?,
            verdict: self.verdict(&cms, &pdf, at),
            position: recorded.position,
        };
        Ok(Letter { folder, signed, sent: None })
    }

    async fn sent(&mut self, recorded: &Recorded, folder: &str) -> Result<Sent, Problem> {
        let said = said(recorded);
        let pdf = self.blob(&said["pdf"], &format!("{folder}/sent.pdf")).await?;
        let cms = self.blob(&said["seal"], &format!("{folder}/sent.pdf.p7s")).await?;
        let text = |field: &str| said[field].as_str().unwrap_or_default().to_owned();
        Ok(Sent {
            at: recorded.at.to_string(),
            number: text("number"),
            dated: text("dated"),
            sha256: text("pdf"),
            bytes: pdf.len(),
            verdict: self.verdict(&cms, &pdf, recorded.at),
            inside: self.inside(&pdf, recorded.at),
            position: recorded.position,
        })
    }

    /// Bytes that an event names; they are in the archive once for each place that they have in the story.
    async fn blob(&mut self, hash: &Value, name: &str) -> Result<Vec<u8>, Problem> {
        let missing = || Problem::failure("read a letter for an archive", "it is not there");
        let found = self.state.journal.blob(hash.as_str().ok_or_else(missing)?).await.map_err(unread)?;
        let bytes = found.ok_or_else(missing)?.bytes;
        self.pack.add(name, &bytes).await?;
        Ok(bytes)
    }

    /// What our own check says of a signature, by the certificates that stand beside it: whom to trust is the reader's question. A timestamp is some moments later than the event
    /// that it belongs to, and bears another clock's time, so that
    /// where it is ahead it says itself of which time is asked.
    fn verdict(&mut self, cms: &[u8], bytes: &[u8], at: Timestamp) -> Vec<String> {
        let anchors = self.beside(cms);
        let timestamp_anchors = self.state.authorities.trust().timestamp_anchors.clone();
        let trust = Trust { anchors, timestamp_anchors, revocation: Revocation::WhereTold };
        let material = Material::new();
        let asked =
            |now| check_detached(cms, bytes, &Question { now, trust: &trust, material: &material, elsewhere: None });
        let then = asked(at);
        let is_ahead = then.checks.iter().any(|check| matches!(check.finding, Finding::TimestampInFuture { .. }));
        let report = if is_ahead { asked(self.state.wall.now()) } else { then };
        report.lines_of_stranger(self.language)
    }

    /// What the kept report of the signature's check says; none where there is none, or it is gone.
    async fn checked_then(&self, hash: Option<&str>) -> Result<Option<CheckedThen>, Problem> {
        let Some(hash) = hash else { return Ok(None) };
        let kept = match self.state.journal.blob(hash).await {
            Ok(blob) => blob.and_then(|blob| Kept::read(&blob.bytes)),
            Err(StoreError::Erased { .. } | StoreError::Row(_)) => None,
            Err(error) => return Err(unread(error)),
        };
        Ok(kept.map(|kept| CheckedThen {
            at: kept.at.to_string(),
            conclusion: code_of(kept.conclusion),
            lines: kept.lines(self.language).to_vec(),
        }))
    }

    /// The signatures inside the PDF, where it has some, by whom the office trusts and every certificate that has sealed here. Nobody outside is asked while an archive is
    /// made, so that the revocation of a timestamp's certificate counts where the letter brings word of it. A timestamp has the time of the
    /// machine's clock, which may be later than the office's; a certificate may have ended since the number was given. So both times are asked about.
    fn inside(&self, pdf: &[u8], at: Timestamp) -> Vec<String> {
        let mut trust = Trust { revocation: Revocation::WhereTold, ..self.state.authorities.trust().clone() };
        trust.anchors.extend(self.state.sealing.known().iter().cloned());
        let material = Material::new();
        let asked = |now| check_pdf(pdf, &Question { now, trust: &trust, material: &material, elsewhere: None }, &[]);
        let report = asked(self.state.wall.now());
        let report =
            if report.is_valid() { report } else { Some(asked(at)).filter(PdfReport::is_valid).unwrap_or(report) };
        if report.signatures.is_empty() { Vec::new() } else { report.lines(self.language) }
    }

    fn beside(&mut self, cms: &[u8]) -> Vec<Certificate> {
        let all = certificates_of(cms);
        for one in &all {
            if let Ok(fingerprint) = one.fingerprint() {
                self.certificates.insert(fingerprint, one.clone());
            }
        }
        all
    }
}

/// The other files that events name, each once under its hash.
async fn named(state: &State, seen: &Seen, files: Files, pack: &mut Pack, report: &mut Report) -> Result<(), Problem> {
    let mut known = BTreeSet::new();
    for recorded in &seen.history {
        let mut found = Vec::new();
        hashes(&said(recorded), &mut found);
        let is_contribution = recorded.event_type == "contribution_submitted";
        for (sha256, name) in found {
            if pack.holds(&sha256) || !known.insert(sha256.clone()) {
                continue;
            }
            if is_contribution && files == Files::LeftOut {
                report.left_out.push(LeftOut { sha256, name, why: not_asked(report.language) });
                continue;
            }
            match state.journal.blob(&sha256).await {
                Ok(Some(blob)) if hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&blob.bytes)) == sha256 => {
                    pack.add(&format!("files/{sha256}{}", ending(&blob.media_type)), &blob.bytes).await?;
                }
                Ok(Some(_)) => report.left_out.push(LeftOut { sha256, name, why: sealed(report.language) }),
                Ok(None) => report.left_out.push(LeftOut { sha256, name, why: absent(report.language) }),
                Err(StoreError::Erased { .. }) => {
                    report.left_out.push(LeftOut { sha256, name, why: erased(report.language) });
                }
                Err(error) => return Err(unread(error)),
            }
        }
    }
    Ok(())
}

/// The hashes that stand in fields for kept bytes, each with the name of its file where it has one.
fn hashes(value: &Value, found: &mut Vec<(String, Option<String>)>) {
    match value {
        Value::Object(fields) => {
            let name = fields.get("name").and_then(Value::as_str);
            for (field, value) in fields {
                match value {
                    Value::String(text) if NAMES.contains(&field.as_str()) && is_hash(text) => {
                        found.push((text.clone(), name.map(str::to_owned)));
                    }
                    _ if WRITTEN.contains(&field.as_str()) => {}
                    _ => hashes(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| hashes(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Programs open a file by its ending; what is unknown has none.
fn ending(media_type: &str) -> &'static str {
    match media_type {
        "application/pdf" => ".pdf",
        "application/json" => ".json",
        "application/pkcs7-signature" => ".p7s",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "message/rfc822" => ".eml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => ".docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => ".xlsx",
        "application/vnd.oasis.opendocument.text" => ".odt",
        _ => "",
    }
}

fn not_asked(language: directory::Language) -> String {
    pick(
        language,
        "министрлік ұсынысының файлы, жинаққа сұралғанда ғана қосылады",
        "файл предложения министерства, включается только по запросу",
        "a file of a ministry's contribution, which is put in only when asked for",
    )
}

fn sealed(language: directory::Language) -> String {
    pick(
        language,
        "жеке мәтін, журналда мөрленіп сақталған",
        "личный текст, хранится запечатанным",
        "a personal text, which is kept sealed",
    )
}

fn erased(language: directory::Language) -> String {
    pick(language, "өшірілген: кілті жойылған", "стёрт: его ключ уничтожен", "erased: its key was destroyed")
}

fn absent(language: directory::Language) -> String {
    pick(language, "сақталмаған", "не хранится", "not kept")
}

fn pick(language: directory::Language, kk: &str, ru: &str, en: &str) -> String {
    Words::new(kk, ru, en).in_language(language).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_hash_that_somebody_wrote_in_a_text_names_no_file() {
        let hash = "ab".repeat(32);
        let mut found = Vec::new();
        let said = json!({
            "body": [{ "blob": hash }], "content": { "pdf": hash }, "text": hash, "pdf": "AB",
            "files": [{ "name": "a.pdf", "blob": "cd".repeat(32) }], "made_from": { "facts": "ef".repeat(32) },
        });
        hashes(&said, &mut found);
        found.sort();
        assert_eq!(found, [("cd".repeat(32), Some("a.pdf".to_owned())), ("ef".repeat(32), None)]);
    }
}
