//! What a PDF is that somebody sends in: a letter of ours to the byte, one that was changed, or somebody else's.

use directory::Language;
use inquiry::BlobHash;
use letter::fingerprint::{Marks, marks};
use readmodel::letters;
use sha2::{Digest, Sha256};
use signature::{
    Conclusion, FieldReport, Finding, Kind, Later, Material, PdfReport, Question, Revocation, Trust, check_pdf,
};

use super::super::at_work;
use super::answer::{Behind, FileBody, KnownLetterBody, SignatureBody, Standing, Verdict, VerificationBody, code_of};
use super::known::Known;
use super::unsettled::Unsettled;
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
    /// It begins with a letter's bytes, signed or sent.
    Longer(Known),
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
        let file = FileBody::of(hex::encode(Sha256::digest(&bytes)), bytes.len(), Behind::Nothing);
        return Ok(VerificationBody::bare(Verdict::NotAPdf, Some(file), language));
    }
    let counted = at_work("count a file", move || Ok(count(bytes))).await?;
    let (counted, marks) = at_work("read the marks of a file", move || {
        let marks = marks(&counted.bytes);
        Ok((counted, marks))
    })
    .await?;
    let Some(letters) = letters_of(state, &counted, &marks).await? else {
        let file = FileBody::of(counted.whole.to_string(), counted.bytes.len(), Behind::Nothing);
        return Ok(VerificationBody::bare(Verdict::RegisterDiffers, Some(file), language));
    };
    told(state, compare(letters, &counted, &marks), counted, language).await
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

/// The letters that the file is or says that it is, as the journal has them. None: the register knows one of them otherwise than the journal.
async fn letters_of(state: &AppState, counted: &Counted, marks: &Marks) -> Result<Option<Vec<Known>>, Problem> {
    let hashes: Vec<BlobHash> =
        std::iter::once(counted.whole).chain(counted.beginnings.iter().map(|(_, hash)| *hash)).collect();
    let codes: Vec<String> = marks.codes.iter().take(MOST_CODES).filter_map(|code| letters::typed_code(code)).collect();
    let found = registered(state, &hashes, &codes).await?;
    if found.as_ref().is_none_or(|found| !found.is_empty()) {
        return Ok(found);
    }
    let unsettled = Unsettled::now(state).await?;
    let found = registered(state, &hashes, &codes).await?;
    if found.as_ref().is_none_or(|found| !found.is_empty()) {
        return Ok(found);
    }
    let is_of_file = |known: &Known| {
        hashes.contains(&known.signed.pdf)
            || known.sent().is_some_and(|sent| hashes.contains(&sent))
            || codes.contains(&known.code)
    };
    unsettled.letters(state, is_of_file).await.map(Some)
}

/// The same, as far as the register knows them.
async fn registered(state: &AppState, hashes: &[BlobHash], codes: &[String]) -> Result<Option<Vec<Known>>, Problem> {
    let failed = |error| Problem::failure("look up a letter by its file", error);
    let mut rows = letters::by_files(&state.house(), hashes).await.map_err(failed)?;
    for code in codes {
        rows.extend(letters::by_code(&state.house(), code).await.map_err(failed)?);
    }
    let mut found: Vec<Known> = Vec::new();
    for row in rows {
        if found.iter().any(|known| known.inquiry == row.inquiry && known.signed.version.0 == row.version) {
            continue;
        }
        let Some(known) = Known::of(state, &row).await? else { return Ok(None) };
        found.push(known);
    }
    Ok(Some(found))
}

fn compare(mut letters: Vec<Known>, counted: &Counted, marks: &Marks) -> Judged {
    let find = |hash: BlobHash| {
        let sent = letters.iter().position(|known| known.sent() == Some(hash)).map(|at| (at, Verdict::Genuine));
        sent.or_else(|| {
            let signed = letters.iter().position(|known| known.signed.pdf == hash);
            signed.map(|at| (at, Verdict::GenuineUnnumbered))
        })
    };
    if let Some((at, verdict)) = find(counted.whole) {
        return Judged::Same(letters.swap_remove(at), verdict);
    }
    if let Some((at, _)) = counted.beginnings.iter().find_map(|(_, hash)| find(*hash)) {
        return Judged::Longer(letters.swap_remove(at));
    }
    match letters.into_iter().next() {
        Some(known) => Judged::Marked(known),
        None if marks.is_empty() => Judged::Unmarked,
        None => Judged::Invented,
    }
}

async fn told(
    state: &AppState,
    judged: Judged,
    counted: Counted,
    language: Language,
) -> Result<VerificationBody, Problem> {
    let Counted { bytes, whole, .. } = counted;
    let (ours, is_ours) = match &judged {
        Judged::Same(known, _) => (Some(known), true),
        Judged::Longer(known) | Judged::Marked(known) => (Some(known), false),
        Judged::Invented | Judged::Unmarked => (None, false),
    };
    let (sent, kept) = match ours {
        Some(known) if !is_ours => (known.sent(), Some(known.bytes(state).await?)),
        Some(known) => (known.sent(), None),
        None => (None, None),
    };
    let (trust, now) = (trust(state), state.wall.now());
    let length = bytes.len();
    let (report, is_cut, behind) = at_work("check the signatures of a file", move || {
        let kept = kept.and_then(|kept| kept.registered.or(kept.signed));
        let behind = kept.as_deref().map_or(Behind::Nothing, |ours| Behind::of(&bytes, ours));
        let begins_with = kept.as_deref().map_or(0, <[u8]>::len);
        let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
        let is_cut = !tail.windows(5).any(|window| window == b"%%EOF");
        let accepted: Vec<[u8; 32]> = sent.map(|sent| sent.0).into_iter().collect();
        let check = |trust: &Trust| {
            let material = Material::new();
            check_pdf(&bytes, &Question { now, trust, material: &material, elsewhere: None }, &accepted)
        };
        // What is ours to the byte is told by the journal; that nobody can be asked here whether a certificate of its timestamps was revoked says nothing against it.
        let lenient = Trust { revocation: Revocation::WhereTold, ..trust.clone() };
        let mut is_proof = false;
        let mut report = check(if is_ours || matches!(behind, Behind::Added(_)) { &lenient } else { &trust });
        if matches!(behind, Behind::Added(_)) {
            is_proof = sent.is_some() && adds_proof_alone(&report, begins_with, &bytes);
            if !is_proof {
                report = check(&trust);
            }
        }
        Ok((report, is_cut, (behind, is_proof)))
    })
    .await?;
    let (mut behind, is_proof) = behind;
    let (mut verdict, known) = match judged {
        Judged::Same(known, verdict) => (verdict, Some(known)),
        Judged::Longer(known) if is_proof => (Verdict::GenuineWithLaterProof, Some(known)),
        Judged::Longer(known) => (Verdict::ChangedAfter, Some(known)),
        Judged::Marked(known) if matches!(behind, Behind::Missing(_)) => (Verdict::ChangedAfter, Some(known)),
        Judged::Marked(known) => {
            // Where a file that is none of ours begins to be another one tells nobody anything.
            behind = Behind::Nothing;
            (Verdict::NotTheFileSent, Some(known))
        }
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
    let is_genuine = matches!(verdict, Verdict::Genuine | Verdict::GenuineUnnumbered | Verdict::GenuineWithLaterProof);
    Ok(VerificationBody {
        verdict,
        is_genuine: is_genuine && standing != Some(Standing::Replaced),
        sentence: words::sentence(verdict, letter.as_ref(), behind, language),
        advice: words::advice(verdict, standing, behind, language),
        letter,
        file: Some(FileBody::of(whole.to_string(), length, behind)),
        signatures: signatures(&report, language),
    })
}

/// Was nothing added behind the letter, which is so many bytes long, but certificates, answers about their revocation and timestamps, of which the last covers
/// it all? A signature of the letter itself has to see all of it: what stands behind a later one alone says nothing of what came before.
fn adds_proof_alone(report: &PdfReport, letter: usize, bytes: &[u8]) -> bool {
    let is_end = |covered: usize| covered > letter && bytes[covered..].iter().all(|byte| b"\r\n".contains(byte));
    let is_stamped = report.signatures.iter().any(|field| field.kind == Kind::Timestamp && is_end(field.covers));
    let is_own = |field: &&FieldReport| field.kind == Kind::Signature && (1..=letter).contains(&field.covers);
    let later = |field: &FieldReport| {
        let later = field.report.checks.iter().filter_map(|check| match check.finding {
            Finding::Later(later) => Some(later),
            _ => None,
        });
        later.collect::<Vec<_>>()
    };
    let is_proof = |later: &Later| matches!(later, Later::Material | Later::Timestamp | Later::Known);
    let own: Vec<Vec<Later>> = report.signatures.iter().filter(is_own).map(later).collect();
    is_stamped
        && !own.is_empty()
        && own.iter().all(|later| !later.is_empty() && later.iter().all(is_proof))
        && report.signatures.iter().all(|field| field.report.conclusion_of_stranger() != Conclusion::Invalid)
}

/// Every signature of the file; nothing where it has none, or cannot be read for them.
fn signatures(report: &PdfReport, language: Language) -> Vec<SignatureBody> {
    let one = |field: &FieldReport| {
        let of = words::of_signature(language);
        let conclusion = field.report.conclusion_of_stranger();
        let is_nobodys = conclusion == Conclusion::NotChecked && field.report.is_untrusted();
        SignatureBody {
            what: field.field.clone(),
            conclusion: code_of(conclusion),
            word: if is_nobodys { words::nobody_vouches(language) } else { conclusion.word(of).to_owned() },
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
