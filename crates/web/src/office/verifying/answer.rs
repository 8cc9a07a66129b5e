//! What a check comes to, as programs read it; the pages show the same.

use directory::{Authority, Ground, Language};
use inquiry::ids::CertificateFingerprint;
use inquiry::same::Judged;
use inquiry::terms::Cosignature;
use jiff::Timestamp;
use jiff::civil::Date;
use letter::Fingerprint;
use schemars::JsonSchema;
use serde::Serialize;
use signature::{Certificate, Conclusion};

use super::known::{Known, Looked, LookedAt};
use super::words;
use crate::problem::Problem;
use crate::state::AppState;

/// What the check comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// The code is that of a letter of the Office. Of a paper that is not yet said to be that letter: it has to be compared.
    Issued,
    /// The file is the one that was sent, to the byte.
    Genuine,
    /// The file is what the signatory signed, to the byte, still without number and date.
    GenuineUnnumbered,
    /// The file begins with the letter that was sent, to the byte, and behind it is later proof alone (material and timestamps, as `saual seal renew` adds them); the pages stay.
    GenuineWithLaterProof,
    /// The file begins with a letter of the Office, and something was added behind it, is missing there, or was changed.
    ChangedAfter,
    /// The file says that it is a letter of the Office, and is not the file that was sent.
    NotTheFileSent,
    /// The file says that it is a letter of the Office, and there is no such letter.
    NoSuchLetter,
    /// A PDF of somebody else.
    NotOurs,
    /// A PDF that is broken or incomplete.
    Damaged,
    /// No PDF at all.
    NotAPdf,
    /// The Office's own copy is not what the journal says: the Office has to look into it.
    KeptCopyDiffers,
    /// The register of letters is not what the journal says: the Office has to look into it, and nothing is called genuine by it.
    RegisterDiffers,
}

/// How a file that begins as a letter of ours is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// It is not.
    Nothing,
    /// So many bytes stand behind the letter.
    Added(usize),
    /// So many bytes of the letter are missing at its end.
    Missing(usize),
    /// From this byte on, counted from 0, it is another file.
    Changed(usize),
}

impl Behind {
    /// How `file` differs from `ours`.
    pub(super) fn of(file: &[u8], ours: &[u8]) -> Self {
        match file.iter().zip(ours).position(|(theirs, ours)| theirs != ours) {
            Some(at) => Self::Changed(at),
            None if file.len() > ours.len() => Self::Added(file.len() - ours.len()),
            None if file.len() < ours.len() => Self::Missing(ours.len() - file.len()),
            None => Self::Nothing,
        }
    }
}

/// Whether the letter is still the Office's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// It is signed and has no number yet.
    NotNumbered,
    /// It has its number and was not sent yet.
    NotSent,
    /// It was sent and nothing took its place.
    InForce,
    /// It was taken back, or a later letter took its place.
    Replaced,
}

/// What a check comes to. Hashes are SHA-256 in hexadecimal.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Verification")]
pub(crate) struct VerificationBody {
    /// In one word, for programs.
    pub verdict: Verdict,
    /// Whether the answer is yes: the file is genuine. Never for a code alone, which any paper can bear.
    pub is_genuine: bool,
    /// In one sentence.
    pub sentence: String,
    /// What to do, a sentence each.
    pub advice: Vec<String>,
    /// The letter; none where there is none.
    pub letter: Option<KnownLetterBody>,
    /// The file that was sent in.
    pub file: Option<FileBody>,
    /// The signatures inside the file that was sent in, as far as it has any.
    pub signatures: Vec<SignatureBody>,
}

impl VerificationBody {
    /// What is told where the register and the journal disagree: nothing of the letter, for who knows which.
    pub(crate) fn of_difference(language: Language) -> Self {
        Self::bare(Verdict::RegisterDiffers, None, language)
    }

    /// A verdict about no letter of ours.
    pub(super) fn bare(verdict: Verdict, file: Option<FileBody>, language: Language) -> Self {
        Self {
            verdict,
            is_genuine: false,
            sentence: words::sentence(verdict, None, Behind::Nothing, language),
            advice: words::advice(verdict, None, Behind::Nothing, language),
            letter: None,
            file,
            signatures: Vec::new(),
        }
    }

    /// What is told of the letter with a code.
    ///
    /// # Errors
    /// A failure.
    pub(crate) async fn of_code(state: &AppState, known: &Known, language: Language) -> Result<Self, Problem> {
        let looked = known.look(state).await?;
        let verdict = if looked.seam.is_some() { Verdict::KeptCopyDiffers } else { Verdict::Issued };
        let letter = KnownLetterBody::of(state, known, &looked, language).await?;
        Ok(Self {
            verdict,
            is_genuine: false,
            sentence: words::sentence(verdict, Some(&letter), Behind::Nothing, language),
            advice: words::advice(verdict, Some(letter.standing), Behind::Nothing, language),
            letter: Some(letter),
            file: None,
            signatures: Vec::new(),
        })
    }
}

/// A file that was sent in; it is not kept.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CheckedFile")]
pub(crate) struct FileBody {
    /// Its hash.
    pub sha256: String,
    /// Its length.
    pub bytes: usize,
    /// How many bytes stand behind those that are ours.
    pub added_bytes: Option<usize>,
    /// How many bytes of ours are missing at its end.
    pub missing_bytes: Option<usize>,
    /// The first byte, counted from 0, that is not ours.
    pub changed_from: Option<usize>,
}

impl FileBody {
    pub(super) fn of(sha256: String, bytes: usize, behind: Behind) -> Self {
        let (mut added_bytes, mut missing_bytes, mut changed_from) = (None, None, None);
        match behind {
            Behind::Nothing => {}
            Behind::Added(bytes) => added_bytes = Some(bytes),
            Behind::Missing(bytes) => missing_bytes = Some(bytes),
            Behind::Changed(at) => changed_from = Some(at),
        }
        Self { sha256, bytes, added_bytes, missing_bytes, changed_from }
    }
}

/// A signature.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CheckedSignature")]
pub(crate) struct SignatureBody {
    /// What it is, or the field of the PDF in which it stands.
    pub what: String,
    /// `valid`, `invalid`, or `not_checked` where this program could not tell.
    pub conclusion: &'static str,
    /// The same in a word of the caller's language.
    pub word: String,
    /// Whom its certificate names.
    pub holder: Option<String>,
    /// SHA-256 of the certificate.
    pub certificate: Option<String>,
    /// When authorities were asked about it, and what they said was kept; none where nobody had to be asked.
    pub checked_at: Option<Timestamp>,
    /// What was found, a line each.
    pub lines: Vec<String>,
}

/// A letter of the Office.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "VerifiedLetter")]
pub(crate) struct KnownLetterBody {
    /// The code printed on it.
    pub code: String,
    /// Whether it is still the Office's word.
    pub standing: Standing,
    /// When it was taken back.
    pub replaced_at: Option<Timestamp>,
    /// The number of the letter in its place.
    pub replaced_by: Option<String>,
    /// The outgoing number.
    pub number: Option<String>,
    /// The date of that number.
    pub dated: Option<Date>,
    /// The number of the inquiry that it answers.
    pub inquiry_number: String,
    /// The date of the inquiry.
    pub inquiry_dated: Date,
    /// The language of the letter.
    pub language: &'static str,
    /// Who signed, as the letter prints it.
    pub signatory: String,
    /// Their post, as the letter prints it.
    pub post: String,
    /// By which right, in words; none of letters of which nobody wrote it down.
    pub authority: Option<String>,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// Those who signed the same file before; the one above signed last.
    pub others: Vec<OtherSignatoryBody>,
    /// The server's seal stood in for a personal signature.
    pub sealed_by_server: bool,
    /// When it was first ordered out.
    pub sent_at: Option<Timestamp>,
    /// The hash of what visas, signature and dispatch are bound to: the letter's fingerprint.
    pub fingerprint: String,
    /// Its first sixteen digits, for comparing by eye.
    pub fingerprint_short: String,
    /// SHA-256 of the signed bytes.
    pub signed_sha256: String,
    /// How many bytes were signed; the sent file begins with them.
    pub signed_bytes: Option<usize>,
    /// SHA-256 of the file that was sent.
    pub sent_sha256: Option<String>,
    /// Its length.
    pub sent_bytes: Option<usize>,
    /// How many pages it has.
    pub pages: Option<usize>,
    /// The first words of its text.
    pub opening: Option<String>,
    /// The last words of its text.
    pub closing: Option<String>,
    /// The kept signature and seal, as they were checked just now.
    pub signatures: Vec<SignatureBody>,
    /// The report of the check when it was signed, by the hash under which it is kept.
    pub checked_when_signed: Option<String>,
    /// Where the signature stands in the journal.
    pub signed_position: i64,
    /// Where the number stands in the journal.
    pub numbered_position: Option<i64>,
    /// Files for checking without us, by what they are.
    pub files: Vec<FileLink>,
}

/// Somebody who signed a letter that others signed too.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OtherSignatory")]
pub(crate) struct OtherSignatoryBody {
    /// Who signed, as the letter prints it.
    pub signatory: String,
    /// Their post, as the letter prints it.
    pub post: String,
    /// By which right, in words.
    pub authority: String,
    /// When they signed.
    pub signed_at: Timestamp,
    /// The server's seal stood in for a personal signature.
    pub sealed_by_server: bool,
}

impl OtherSignatoryBody {
    fn of(given: &Cosignature, language: Language) -> Self {
        Self {
            signatory: given.signatory.name.clone(),
            post: given.signatory.post_lines.join(" "),
            authority: right(&given.authority, language),
            signed_at: given.signed_at,
            sealed_by_server: given.sealed_by_server,
        }
    }
}

fn right(authority: &Authority, language: Language) -> String {
    match &authority.ground {
        Ground::Holds => words::holds(language),
        Ground::Acts { order } => words::acts(order.as_ref(), language),
    }
}

/// A file for checking without us.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "VerificationFile")]
pub(crate) struct FileLink {
    /// What it is.
    pub what: String,
    /// Where it is, below the address of the installation.
    pub path: String,
}

impl KnownLetterBody {
    /// What is told of a letter.
    ///
    /// # Errors
    /// A failure.
    pub(crate) async fn of(
        state: &AppState,
        known: &Known,
        looked: &Looked,
        language: Language,
    ) -> Result<Self, Problem> {
        let signed = &known.signed;
        // Where a kept file was touched nothing of its text is told.
        let around = if looked.seam.is_none() { known.around(state).await? } else { None };
        let (opening, closing) = around.map(|around| (around.opening, around.closing)).unzip();
        let numbered = known.numbered.as_ref();
        let standing = match (&known.replaced, numbered, known.sent_at) {
            (Some(_), _, _) => Standing::Replaced,
            (None, None, _) => Standing::NotNumbered,
            (None, Some(_), None) => Standing::NotSent,
            (None, Some(_), Some(_)) => Standing::InForce,
        };
        let authority = signed.authority.as_ref().map(|authority| right(authority, language));
        let fingerprint = Fingerprint(signed.content_hash.0);
        Ok(Self {
            code: known.code.clone(),
            standing,
            replaced_at: known.replaced.as_ref().map(|replaced| replaced.at),
            replaced_by: known.replaced.as_ref().and_then(|replaced| replaced.by.clone()),
            number: numbered.map(|numbered| numbered.number.clone()),
            dated: numbered.map(|numbered| numbered.dated),
            inquiry_number: known.inquiry_number().to_owned(),
            inquiry_dated: known.dossier.intake.dated,
            language: signed.language.code(),
            signatory: signed.signatory.name.clone(),
            post: signed.signatory.post_lines.join(" "),
            authority,
            signed_at: signed.signed_at,
            others: signed.cosigned.iter().map(|given| OtherSignatoryBody::of(given, language)).collect(),
            sealed_by_server: signed.sealed_by_server,
            sent_at: known.sent_at,
            fingerprint_short: fingerprint.short(),
            fingerprint: fingerprint.to_string(),
            signed_sha256: signed.pdf.to_string(),
            signed_bytes: looked.signed_bytes,
            sent_sha256: known.sent().map(|sent| sent.to_string()),
            sent_bytes: looked.sent_bytes,
            pages: looked.pages,
            opening,
            closing,
            signatures: signatures(state, known, looked, language),
            checked_when_signed: signed.checked.map(|report| report.to_string()),
            signed_position: known.signed_position,
            numbered_position: known.numbered_position,
            files: files(known, language),
        })
    }
}

fn signatures(state: &AppState, known: &Known, looked: &Looked, language: Language) -> Vec<SignatureBody> {
    let signed = &known.signed;
    let others = signed.cosigned.iter().zip(&looked.found.cosigned).zip(&looked.cosigned);
    let mut all: Vec<SignatureBody> = others
        .map(|((given, found), looked)| {
            let told = Told { of: given.certificate, is_seal: given.sealed_by_server };
            told.signature(words::signature_of(&given.signatory.name, language), *found, looked, language)
        })
        .collect();
    let what = if all.is_empty() {
        words::signature_of_signatory(language)
    } else {
        words::signature_of(&signed.signatory.name, language)
    };
    let told = Told { of: signed.certificate, is_seal: signed.sealed_by_server };
    all.push(told.signature(what, looked.found.signature, &looked.signature, language));
    if known.numbered.is_some() {
        let sealed_here = state.sealing.known();
        let at = looked.office.as_ref().and_then(|by| sealed_here.iter().position(|one| one == by));
        let lines = vec![words::sealed_by(at, language)];
        let conclusion = of(looked.found.seal);
        all.push(one(words::seal_of_office(language), conclusion, looked.office.as_ref(), lines, language));
    }
    all
}

/// What the journal says of a signature.
struct Told {
    of: CertificateFingerprint,
    is_seal: bool,
}

impl Told {
    /// What is said of it: its bytes are checked now, whom it is by was asked when it was given.
    fn signature(&self, what: String, found: Judged, looked: &LookedAt, language: Language) -> SignatureBody {
        let named = looked.by.as_ref().and_then(|certificate| certificate.fingerprint().ok());
        let is_named = named.as_deref() == Some(self.of.to_string().as_str());
        let judged = if is_named { found } else { Judged::Bad };
        let mut lines = vec![words::certificate_of_journal(is_named, language)];
        if self.is_seal {
            lines.push(words::stands_in(language));
        }
        if judged == Judged::Unknown {
            lines.push(words::not_known_here(language));
        }
        let in_signature = words::of_signature(language);
        let mut conclusion = of(judged);
        if let Some(kept) = &looked.kept {
            lines.push(words::checked_then(kept.at, kept.conclusion, language));
            lines.extend(kept.lines(in_signature).iter().cloned());
            // What could not be checked then is not better for its bytes being whole.
            conclusion = conclusion.max(kept.conclusion);
            if let Some(again) = looked.again.as_ref().filter(|again| judged == Judged::Good && !again.is_valid()) {
                lines.push(words::otherwise_today(again.conclusion(), language));
                lines.extend(again.lines(in_signature));
            }
        } else if !self.is_seal {
            lines.push(words::no_report(language));
        }
        let checked_at = looked.kept.as_ref().map(|kept| kept.at);
        SignatureBody { checked_at, ..one(what, conclusion, looked.by.as_ref(), lines, language) }
    }
}

const fn of(judged: Judged) -> Conclusion {
    match judged {
        Judged::Good => Conclusion::Valid,
        Judged::Bad => Conclusion::Invalid,
        Judged::Unknown => Conclusion::NotChecked,
    }
}

fn one(
    what: String,
    conclusion: Conclusion,
    certificate: Option<&Certificate>,
    lines: Vec<String>,
    language: Language,
) -> SignatureBody {
    SignatureBody {
        what,
        conclusion: code_of(conclusion),
        word: conclusion.word(words::of_signature(language)).to_owned(),
        holder: certificate.map(Certificate::subject),
        certificate: certificate.and_then(|certificate| certificate.fingerprint().ok()),
        checked_at: None,
        lines,
    }
}

/// The conclusion as programs read it.
pub(crate) const fn code_of(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Valid => "valid",
        Conclusion::NotChecked => "not_checked",
        Conclusion::Invalid => "invalid",
    }
}

/// The files of a letter by which it is checked without us: signatures, certificates, proofs. Not the letter: who has it need not be given it.
fn files(known: &Known, language: Language) -> Vec<FileLink> {
    let link = |what: String, name: &str| FileLink { what, path: format!("/v/{}/{name}", known.code) };
    let cosigned = &known.signed.cosigned;
    let own = match cosigned.is_empty() {
        true => words::signature_of_signatory(language),
        false => words::signature_of(&known.signed.signatory.name, language),
    };
    let mut all = Vec::new();
    for (no, given) in (1..).zip(cosigned) {
        let what = words::signature_of(&given.signatory.name, language);
        all.push(link(words::certificate_of(&what, language), &format!("cosigned-{no}.pem")));
        all.push(link(what, &format!("cosigned-{no}.p7s")));
    }
    all.extend([
        link(own.clone(), "signature.p7s"),
        link(words::certificate_of(&own, language), "signature.pem"),
        link(words::proof_of_signature(language), "signed.json"),
    ]);
    if known.numbered.is_some() {
        all.extend([
            link(words::seal_of_office(language), "registration.p7s"),
            link(words::certificate_of(&words::seal_of_office(language), language), "registration.pem"),
            link(words::proof_of_number(language), "numbered.json"),
        ]);
    }
    all
}
