//! What a PDF is that somebody sends in: a letter of ours to the byte, one that was changed, or somebody else's.

use directory::Language;
use inquiry::BlobHash;
use letter::fingerprint::{Marks, marks};
use readmodel::letters::{self, SignedLetter};
use sha2::{Digest, Sha256};
use signature::{FieldReport, Material, PdfReport, Question, check_pdf};

use super::super::at_work;
use super::answer::{FileBody, KnownLetterBody, SignatureBody, Standing, Verdict, VerificationBody, code_of};
use super::known::Known;
use super::{JUDGING, trust, turn, words};
use crate::problem::Problem;
use crate::state::AppState;

/// How many ends of a revision are looked at; a file of ours has a handful.
const MOST_ENDS: usize = 256;
/// How many codes of a file are looked up.
const MOST_CODES: usize = 4;
/// Where the end of a PDF has to be told, counted from its last byte.
const TAIL: usize = 2048;

/// What was counted of a file.
struct Counted {
    bytes: Vec<u8>,
    whole: BlobHash,
    /// The hash of each beginning that ends where a revision does, the longest first.
    beginnings: Vec<(usize, BlobHash)>,
}

/// What the file is.
enum Judged {
    /// These bytes are a letter's, signed or sent.
    Same(Known, Verdict),
    /// It begins with a letter's bytes, so many of them.
    Longer(Known, usize),
    /// It says that it is this letter.
    Marked(Known),
    /// It says that it is a letter that there is not.
    Invented,
    /// It says nothing.
    Unmarked,
}

/// Judges a file. It is kept nowhere: what is not answered is forgotten.
///
/// # Errors
/// [`Problem::TooOften`] when too many are judged at once; a failure.
pub(crate) async fn judge(state: &AppState, bytes: Vec<u8>, language: Language) -> Result<VerificationBody, Problem> {
    let _turn = turn(&JUDGING).await?;
    if !bytes.iter().take(1024).copied().collect::<Vec<u8>>().windows(5).any(|window| window == b"%PDF-") {
        return Ok(plain(Verdict::NotAPdf, &bytes, language));
    }
    let counted = at_work("count a file", move || Ok(count(bytes))).await?;
    let hashes: Vec<BlobHash> =
        std::iter::once(counted.whole).chain(counted.beginnings.iter().map(|(_, hash)| *hash)).collect();
    let failed = |error| Problem::failure("look up a letter by its file", error);
    let rows = letters::by_files(&state.house(), &hashes).await.map_err(failed)?;
    let (counted, marks) = at_work("read the marks of a file", move || {
        let marks = marks(&counted.bytes);
        Ok((counted, marks))
    })
    .await?;
    let judged = compare(state, rows, &counted, &marks).await?;
    told(state, judged, counted, language).await
}

/// Hashes the file once, and each of its beginnings that could be a whole file on the way.
fn count(bytes: Vec<u8>) -> Counted {
    const END: &[u8] = b"%%EOF";
    let mut ends: Vec<usize> = Vec::new();
    let found = bytes.windows(END.len()).enumerate().filter(|(_, window)| *window == END);
    for end in found.map(|(at, _)| at + END.len()).take(MOST_ENDS) {
        // An end of line may belong to the file or not.
        let lines: [&[u8]; 4] = [b"", b"\n", b"\r", b"\r\n"];
        ends.extend(lines.iter().filter(|line| bytes[end..].starts_with(line)).map(|line| end + line.len()));
    }
    ends.sort_unstable();
    ends.dedup();
    let (mut hasher, mut from) = (Sha256::new(), 0);
    let mut beginnings = Vec::new();
    for end in ends.into_iter().filter(|end| *end < bytes.len()) {
        hasher.update(&bytes[from..end]);
        beginnings.push((end, BlobHash(hasher.clone().finalize().into())));
        from = end;
    }
    hasher.update(&bytes[from..]);
    beginnings.reverse();
    Counted { whole: BlobHash(hasher.finalize().into()), beginnings, bytes }
}

async fn compare(
    state: &AppState,
    rows: Vec<SignedLetter>,
    counted: &Counted,
    marks: &Marks,
) -> Result<Judged, Problem> {
    let find = |hash: BlobHash| {
        let sent = rows.iter().find(|row| row.registered_pdf == Some(hash)).map(|row| (row, Verdict::Genuine));
        sent.or_else(|| rows.iter().find(|row| row.signed_pdf == hash).map(|row| (row, Verdict::GenuineUnnumbered)))
    };
    if let Some((row, verdict)) = find(counted.whole) {
        return Ok(Judged::Same(Known::of(state, row.clone()).await?, verdict));
    }
    if let Some((end, row)) = counted.beginnings.iter().find_map(|(end, hash)| Some((*end, find(*hash)?.0))) {
        return Ok(Judged::Longer(Known::of(state, row.clone()).await?, end));
    }
    for code in marks.codes.iter().take(MOST_CODES) {
        if let Some(known) = super::by_code(state, code).await? {
            return Ok(Judged::Marked(known));
        }
    }
    Ok(if marks.is_empty() { Judged::Unmarked } else { Judged::Invented })
}

async fn told(
    state: &AppState,
    judged: Judged,
    counted: Counted,
    language: Language,
) -> Result<VerificationBody, Problem> {
    let Counted { bytes, whole, .. } = counted;
    let known = match &judged {
        Judged::Same(known, _) | Judged::Longer(known, _) | Judged::Marked(known) => known.sent(),
        Judged::Invented | Judged::Unmarked => None,
    };
    let (trust, now) = (trust(state), state.wall.now());
    let length = bytes.len();
    let (report, is_cut) = at_work("check the signatures of a file", move || {
        let material = Material::new();
        let question = Question { now, trust: &trust, material: &material, elsewhere: None };
        let accepted: Vec<[u8; 32]> = known.map(|sent| sent.0).into_iter().collect();
        let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
        let is_cut = !tail.windows(5).any(|window| window == b"%%EOF");
        Ok((check_pdf(&bytes, &question, &accepted), is_cut))
    })
    .await?;
    let mut added_bytes = None;
    let (mut verdict, known) = match judged {
        Judged::Same(known, verdict) => (verdict, Some(known)),
        Judged::Longer(known, end) => {
            added_bytes = Some(length - end);
            (Verdict::ChangedAfter, Some(known))
        }
        Judged::Marked(known) => (Verdict::NotTheFileSent, Some(known)),
        Judged::Invented => (Verdict::NoSuchLetter, None),
        Judged::Unmarked if is_cut => (Verdict::Damaged, None),
        Judged::Unmarked => (Verdict::NotOurs, None),
    };
    let mut letter = None;
    if let Some(known) = &known {
        let looked = known.look(state).await?;
        // Our own copy has to be in order before a file of others is called genuine by it.
        if looked.seam.is_some() {
            verdict = Verdict::KeptCopyDiffers;
        }
        letter = Some(KnownLetterBody::of(state, known, &looked, language).await?);
    }
    let standing = letter.as_ref().map(|letter| letter.standing);
    Ok(VerificationBody {
        verdict,
        is_genuine: matches!(verdict, Verdict::Genuine | Verdict::GenuineUnnumbered)
            && standing != Some(Standing::Replaced),
        sentence: words::sentence(verdict, letter.as_ref(), added_bytes.unwrap_or_default(), language),
        advice: words::advice(verdict, standing, language),
        letter,
        file: Some(FileBody { sha256: whole.to_string(), bytes: length, added_bytes }),
        signatures: signatures(&report, language),
    })
}

fn plain(verdict: Verdict, bytes: &[u8], language: Language) -> VerificationBody {
    VerificationBody {
        verdict,
        is_genuine: false,
        sentence: words::sentence(verdict, None, 0, language),
        advice: words::advice(verdict, None, language),
        letter: None,
        file: Some(FileBody { sha256: hex::encode(Sha256::digest(bytes)), bytes: bytes.len(), added_bytes: None }),
        signatures: Vec::new(),
    }
}

/// Every signature of the file; nothing where it has none, or cannot be read for them.
fn signatures(report: &PdfReport, language: Language) -> Vec<SignatureBody> {
    let one = |field: &FieldReport| {
        let of = words::of_signature(language);
        let conclusion = field.report.conclusion();
        SignatureBody {
            what: field.field.clone(),
            conclusion: code_of(conclusion),
            word: conclusion.word(of).to_owned(),
            holder: field.report.signer.clone(),
            certificate: field.report.certificate.clone(),
            checked_at: None,
            lines: field.report.checks.iter().map(|check| check.words(of)).collect(),
        }
    };
    report.signatures.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_that_could_be_a_file_is_hashed_on_one_way() {
        let bytes = b"%PDF-1.7 a %%EOF\r\nb %%EOFc".to_vec();
        let counted = count(bytes.clone());
        assert_eq!(counted.whole.0, <[u8; 32]>::from(Sha256::digest(&bytes)));
        let ends: Vec<usize> = counted.beginnings.iter().map(|(end, _)| *end).collect();
        assert_eq!(ends, [25, 18, 17, 16]);
        for (end, hash) in &counted.beginnings {
            assert_eq!(hash.0, <[u8; 32]>::from(Sha256::digest(&bytes[..*end])), "{end}");
        }
        // A file that is nothing but ends costs a hash for each of the first of them.
        assert!(count(b"%%EOF".repeat(100_000)).beginnings.len() <= 4 * MOST_ENDS);
    }
}
