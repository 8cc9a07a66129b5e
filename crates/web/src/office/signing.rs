//! Signing: the letter is set once more from the same facts, compared with what the signatory saw, signed (see [`making`]) and kept, and only then
//! is the inquiry asked. What is signed is exactly what was read.

mod making;

use std::sync::Arc;

use directory::{Authority, OfficeCode};
use inquiry::bounds::{self, Field};
use inquiry::command::{Sign, SubmitForSignature};
use inquiry::ids::{CertificateFingerprint, VerificationCode};
use inquiry::state::Stage;
use inquiry::terms::{Cosignatory, MadeFrom};
use inquiry::{BlobHash, CommandName, ContentHash, DraftVersion, InquiryId, Refusal};
use jiff::civil::Date;
use letter::kinds::AnyFacts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::letters::{SIGNING_OFFICE, blob_bytes, reply_facts, set_pdf, signatory_at, signatory_of};
use super::seal::unsealed;
use super::{Asked, Done, at_work, authority, ordering, repeats, unrecorded};
use crate::accounts::secret;
use crate::problem::Problem;
use crate::state::AppState;

/// Media type of a detached signature (RFC 8551).
pub const CMS: &str = "application/pkcs7-signature";

/// Media type of facts and forms that are kept beside a letter (RFC 8259).
pub(super) const JSON: &str = "application/json";

/// Stands for bytes that are not there yet, where the inquiry is asked whether it would refuse.
const NOTHING: BlobHash = BlobHash([0; 32]);
const UNMADE: MadeFrom = MadeFrom { facts: NOTHING, edition: NOTHING };
const NOBODY: CertificateFingerprint = CertificateFingerprint([0; 32]);

pub(crate) use making::{LONGEST_SIGNATURE, as_text};

/// Lay the approved version before whoever signs on that day.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskForSignature {
    /// The version on the asker's screen.
    pub version: DraftVersion,
    /// Which office signs; the Prime Minister's without it. Who holds it, or acts for the holder, the directory knows.
    #[serde(default)]
    pub office: Option<OfficeCode>,
    /// The offices that sign besides, each once, in the order in which the letter prints them; at most five. Each signs the same file, in any order.
    #[serde(default)]
    pub also: Vec<OfficeCode>,
    /// The date of the document; today without it.
    #[serde(default)]
    pub document_date: Option<Date>,
}

/// Sign the letter that was read.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskToSign {
    /// The version that was read.
    pub version: DraftVersion,
    /// The hash of what it says.
    pub content_hash: ContentHash,
    /// SHA-256 of the PDF that was read, in hexadecimal.
    pub pdf_sha256: BlobHash,
    /// The detached signature over exactly that PDF, made on the signatory's device: CMS in Base64 or PEM, at most 256 KiB. Needed where the
    /// office's letters are signed so, and not taken where its seal stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// Lays the approved version before the signatory.
///
/// # Errors
/// Nobody holds the office on that day; the inquiry's refusal; a newer version; a failure.
pub async fn submit(
    state: &AppState,
    asked: &Asked,
    inquiry: InquiryId,
    ask: AskForSignature,
) -> Result<Done, Problem> {
    let seen = ordering::known(state, asked, inquiry).await?;
    let office = match ask.office {
        Some(office) => office,
        None => OfficeCode::new(SIGNING_OFFICE).map_err(|error| Problem::failure("name the office", error))?,
    };
    let day = ask.document_date.unwrap_or_else(|| state.today());
    let language = seen.dossier.draft.as_ref().map_or(seen.dossier.intake.language, |draft| draft.content.language);
    let (signatory, Authority { person, ground, .. }) = signatory_at(state, &office, asked.at, language)?;
    if ask.also.len() > bounds::FURTHER_SIGNATORIES {
        let (field, limit) = (Field::FurtherSignatories, bounds::FURTHER_SIGNATORIES);
        return Err(Refusal::TooMany { field, limit, found: ask.also.len() }.into());
    }
    let mut also = Vec::new();
    for office in &ask.also {
        let (signatory, Authority { person, ground, .. }) = signatory_of(state, office, "also", asked.at, language)?;
        also.push(Cosignatory { signatory, person, order: ground.order().cloned() });
    }
    let bits = secret::random().map_err(|error| Problem::failure("draw a verification code", error))?;
    let code = VerificationCode::of_bits(bits);
    let ask = SubmitForSignature {
        version: ask.version,
        signatory,
        person,
        order: ground.order().cloned(),
        also,
        document_date: day,
        code,
    };
    ordering::order(state, asked, inquiry, ask.into()).await
}

/// Signs the exact bytes that the signatory read.
///
/// # Errors
/// [`Problem::LetterChanged`] when the letter is not the one that was read; [`Problem::ProofTooOld`] when whoever asks has not proved who
/// they are of late; a signature that is missing, not good, or could not be checked; the inquiry's refusal; a newer version; a failure.
pub async fn sign(state: &AppState, asked: &Asked, inquiry: InquiryId, ask: AskToSign) -> Result<Done, Problem> {
    let seen = ordering::known(state, asked, inquiry).await?;
    if let Some(done) = repeats::first_result(state, inquiry, asked).await? {
        return Ok(done);
    }
    if let Some(version) = asked.seen.filter(|version| *version != seen.version) {
        tracing::debug!(version, current = seen.version, "a signature was asked for an older version");
        return Err(Problem::Stale { current: seen.version });
    }
    let Stage::ForSignature(paper) = &seen.dossier.stage else {
        // Nothing lies before a signatory: nothing is sealed, and the inquiry says why not.
        let refused = inquiry::allowed::gate(&seen.inquiry, &asked.by, CommandName::Sign);
        let problem = refused.err().map_or_else(|| Problem::failure("sign a letter", "none lies there"), Problem::from);
        return repeats::or_of_twin(state, inquiry, asked, Err(problem)).await;
    };
    let partly = paper.partly.clone();
    // Whoever may not sign is refused before anything is set or signed.
    let authority = authority::at(state, asked, &seen.dossier, None)?;
    let trial = Sign {
        version: ask.version,
        content_hash: ask.content_hash,
        pdf: partly.as_ref().map_or(ask.pdf_sha256, |partly| partly.pdf),
        pdf_bytes: 1,
        signature: NOTHING,
        made_from: UNMADE,
        certificate: NOBODY,
        sealed_by_server: true,
        signer: None,
        checked: None,
        authority,
    };
    inquiry::decide(&seen.inquiry, &asked.asks(trial.clone().into())).map_err(Problem::from)?;
    making::may_come(&state.config.signing, ask.signature.as_deref())?;
    // Every signature passes here, whichever form or program asks for it.
    if !asked.proof.is_fresh(state.wall.now()) {
        return Err(Problem::ProofTooOld);
    }
    // What others have signed is signed as it is: it is not set again, by forms that may be others today.
    let facts = reply_facts(state, &seen.dossier).await?;
    let pdf = match &partly {
        Some(partly) => blob_bytes(state, partly.pdf).await?,
        None => set_pdf(&state.engine, facts.clone()).await?,
    };
    let sha256 = BlobHash(Sha256::digest(&pdf).into());
    if sha256 != ask.pdf_sha256 {
        return Err(Problem::LetterChanged { current: sha256.to_string() });
    }
    let (pdf, made) = making::made(state, asked, pdf, ask.signature).await?;
    // A certificate names somebody, who has to be the one that signs; the server's seal names nobody.
    let authority = authority::at(state, asked, &seen.dossier, made.signer.as_ref())?;
    keep(state, "application/pdf", &pdf).await?;
    let sign = Sign {
        pdf_bytes: pdf.len() as u64,
        signature: keep(state, CMS, &made.cms).await?,
        made_from: match partly {
            Some(partly) => partly.made_from,
            None => MadeFrom {
                facts: keep(state, JSON, AnyFacts::Reply(facts).to_json().to_string().as_bytes()).await?,
                edition: keep(state, JSON, &state.engine.edition().to_bytes()).await?,
            },
        },
        certificate: made.certificate,
        sealed_by_server: made.sealed_by_server,
        signer: made.signer,
        checked: made.checked,
        authority,
        ..trial
    };
    ordering::order(state, asked, inquiry, sign.into()).await
}

/// Seals bytes and gives them back with the seal.
async fn seal(state: &AppState, asked: &Asked, bytes: Vec<u8>) -> Result<(Vec<u8>, Vec<u8>), Problem> {
    let (seal, at) = (Arc::clone(&state.seal), asked.at);
    at_work("seal a letter", move || {
        let cms = seal.sign_detached(&bytes, at).map_err(unsealed)?;
        Ok((bytes, cms))
    })
    .await
}

/// Keeps bytes under their hash.
pub(super) async fn keep(state: &AppState, media_type: &str, bytes: &[u8]) -> Result<BlobHash, Problem> {
    let id = state.journal.put_blob(media_type, bytes).await.map_err(unrecorded)?;
    id.parse().map_err(|error| Problem::failure("read the id of kept bytes", error))
}
