//! The signatures of an archive: over the manifest, over what was signed, over what was sent.

use jiff::Timestamp;
use serde_json::Value;
use signature::{
    About, Broken, Certificate, Conclusion, Finding, Language, Material, Question, Revocation, Trust, certificates_of,
    check_detached,
};
use trust::Kept;

use super::events::{Events, Told};
use super::files::Files;
use super::need;

/// A letter as its events tell it.
pub(super) struct Letter {
    pub(super) folder: String,
    /// What `reply_signed` says.
    pub(super) signed: Value,
    /// What `outgoing_number_assigned` says.
    pub(super) sent: Option<Value>,
    /// The certificates that sealed here, as far as the signatures could be checked: the server's, where it stood in, and the Office's.
    pub(super) seals: Vec<String>,
}

/// The Office's seal over the manifest, with the certificate that was named where one was.
pub(super) fn seal(files: &mut Files, trusted: &[Certificate]) -> Result<(), String> {
    let (seal, made) = (files.manifest.seal.clone(), files.manifest.made.clone());
    let mut unchecked = Vec::new();
    let by = signed(files, "manifest.json.p7s", "manifest.json", &made, &mut unchecked)?;
    need(unchecked.is_empty() && by.as_ref() == Some(&seal), || "manifest.json.p7s: it is another seal".to_owned())?;
    let is_seal = |trusted: &Certificate| trusted.fingerprint().is_ok_and(|trusted| trusted == seal);
    let is_trusted = trusted.is_empty() || trusted.iter().any(is_seal);
    need(is_trusted, || "manifest.json.p7s: it is not sealed with the certificate that was named".to_owned())
}

/// Every certificate is the one of its name.
pub(super) fn certificates(files: &mut Files) -> Result<(), String> {
    for name in files.below("certificates/") {
        let fingerprint = name.trim_start_matches("certificates/").trim_end_matches(".pem").to_owned();
        certificate(files, &fingerprint)?;
    }
    Ok(())
}

/// Every letter of the story.
pub(super) fn check(files: &mut Files, events: &Events, unchecked: &mut Vec<String>) -> Result<Vec<Letter>, String> {
    let mut letters: Vec<Letter> = Vec::new();
    for told in &events.told {
        match told.proved.event_type.as_str() {
            "reply_signed" => {
                let folder = format!("letters/{}", letters.len() + 1);
                let seals = are_signed(files, &folder, told, unchecked)?;
                are_told(events, told)?;
                letters.push(Letter { folder, signed: told.said.clone(), sent: None, seals });
            }
            "outgoing_number_assigned" => {
                let letter =
                    letters.last_mut().ok_or_else(|| format!("{}: a number without a signed letter", told.file))?;
                let by = is_sent(files, &letter.folder, told, unchecked)?;
                letter.seals.extend(by);
                letter.sent = Some(told.said.clone());
            }
            _ => {}
        }
    }
    Ok(letters)
}

/// The signed bytes and every signature over them; the certificates of those that the server's seal stood in for.
fn are_signed(
    files: &mut Files,
    folder: &str,
    told: &Told,
    unchecked: &mut Vec<String>,
) -> Result<Vec<String>, String> {
    let (said, pdf) = (&told.said, format!("{folder}/signed.pdf"));
    files.is(&pdf, &said["pdf"], &told.file)?;
    let length = files.read(&pdf)?.len();
    need(said["pdf_bytes"] == length, || format!("{pdf}: its length is not the one that was signed"))?;
    for (what, hash) in said["made_from"].as_object().into_iter().flatten() {
        files.is(&format!("{folder}/{what}.json"), hash, &told.file)?;
    }
    let others = said["cosigned"].as_array().into_iter().flatten();
    let others = (1..).zip(others).map(|(no, given)| (format!("{folder}/cosigned-{no}.p7s"), given));
    let mut seals = Vec::new();
    for (p7s, given) in std::iter::once((format!("{pdf}.p7s"), said)).chain(others) {
        files.is(&p7s, &given["signature"], &told.file)?;
        let mut not_here = Vec::new();
        let at = given["signed_at"].as_str().unwrap_or_default();
        let by = signed(files, &p7s, &pdf, at, &mut not_here)?;
        for why in not_here {
            unchecked.push(format!("{why}{}", vouched_for(files, &given["checked"], &told.file)?));
        }
        need(by.as_ref().is_none_or(|by| given["certificate"] == by.as_str()), || {
            format!("{p7s}: it was signed with another certificate than the journal names")
        })?;
        seals.extend(by.filter(|_| given["sealed_by_server"] == true));
    }
    Ok(seals)
}

/// A letter that several signed names with its last signature those that were recorded before, each for the same bytes.
fn are_told(events: &Events, last: &Told) -> Result<(), String> {
    let given = |said: &Value| ["signature", "certificate", "signed_at"].map(|field| said[field].clone());
    let mut recorded = Vec::new();
    for told in events.told.iter().take_while(|told| told.version < last.version) {
        match told.proved.event_type.as_str() {
            "submitted_for_signature" => recorded.clear(),
            "reply_cosigned" => {
                need(told.said["pdf"] == last.said["pdf"], || format!("{}: another file was signed", told.file))?;
                recorded.push(given(&told.said["given"]));
            }
            _ => {}
        }
    }
    let named: Vec<_> = last.said["cosigned"].as_array().into_iter().flatten().map(given).collect();
    need(named == recorded, || format!("{}: it names other signatures than were recorded", last.file))
}

/// What the report of the check when it was signed says, in words; nothing where none was kept.
fn vouched_for(files: &mut Files, checked: &Value, event: &str) -> Result<String, String> {
    let Some(sha256) = checked.as_str() else { return Ok(String::new()) };
    let name = format!("files/{sha256}.json");
    files.is(&name, checked, event)?;
    let kept = Kept::read(&files.read(&name)?).ok_or_else(|| format!("{name}: it is no report of a check"))?;
    Ok(format!("; not checked here, the kept report of {} says {}", kept.at, kept.conclusion.word(Language::En)))
}

fn is_sent(
    files: &mut Files,
    folder: &str,
    told: &Told,
    unchecked: &mut Vec<String>,
) -> Result<Option<String>, String> {
    let (pdf, before) = (format!("{folder}/sent.pdf"), format!("{folder}/signed.pdf"));
    files.is(&pdf, &told.said["pdf"], &told.file)?;
    files.is(&format!("{pdf}.p7s"), &told.said["seal"], &told.file)?;
    let signed_bytes = files.read(&before)?;
    need(files.read(&pdf)?.starts_with(&signed_bytes), || {
        format!("{pdf}: it does not begin with the bytes that were signed")
    })?;
    signed(files, &format!("{pdf}.p7s"), &pdf, &told.proved.at.to_string(), unchecked)
}

/// The fingerprint of the certificate that signed, which stands in the archive and was valid at that time; none when the signature could not be checked.
/// Whether the certificate is the Office's is for the reader to know.
fn signed(
    files: &mut Files,
    p7s: &str,
    content: &str,
    at: &str,
    unchecked: &mut Vec<String>,
) -> Result<Option<String>, String> {
    let (cms, bytes) = (files.read(p7s)?, files.read(content)?);
    let now: Timestamp = at.parse().map_err(|_| format!("{p7s}: nothing says when it was made"))?;
    let anchors = certificates_of(&cms);
    let trust = Trust { anchors, timestamp_anchors: Vec::new(), revocation: Revocation::WhereTold };
    let question = Question { now, trust: &trust, material: &Material::default(), elsewhere: None };
    let mut report = check_detached(&cms, &bytes, &question);
    // Whose timestamps are to be trusted is for the reader to know, as with certificates; that this one is good and over the signature was checked.
    report.checks.retain(|check| {
        !(check.about == About::Timestamp && matches!(check.finding, Finding::Broken(Broken::Untrusted { .. })))
    });
    match report.conclusion() {
        Conclusion::Invalid => return Err(format!("{p7s}: {}", report.lines(Language::En).join(" "))),
        Conclusion::NotChecked => {
            unchecked.push(format!("{p7s}: {}", report.lines(Language::En).join(" ")));
            return Ok(None);
        }
        Conclusion::Valid => {}
    }
    let found = report.certificate.ok_or_else(|| format!("{p7s}: its certificate cannot be written"))?;
    let kept = certificate(files, &found)?;
    need(trust.anchors.contains(&kept), || format!("certificates/{found}.pem: it is another certificate"))?;
    Ok(Some(found))
}

fn certificate(files: &mut Files, fingerprint: &str) -> Result<Certificate, String> {
    let name = format!("certificates/{fingerprint}.pem");
    let pem = String::from_utf8(files.read(&name)?).map_err(|_| format!("{name}: this is no certificate"))?;
    let all = Certificate::all_from_pem(&pem).map_err(|error| format!("{name}: {error}"))?;
    match &all[..] {
        [one] if one.fingerprint().is_ok_and(|found| found == fingerprint) => Ok(one.clone()),
        _ => Err(format!("{name}: it is not the certificate of its name")),
    }
}
