//! The signature of a letter is made by the seal of this server, where it stands in, or by the signatory's own device: then it comes with the
//! request, and is held against exactly the bytes that were set anew, against those whom the office trusts, and against what they say of it today.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use inquiry::BlobHash;
use inquiry::ids::CertificateFingerprint;
use inquiry::terms::CertificateHolder;
use signature::{Certificate, Conclusion, Language, Report};
use trust::Checked;

use super::{JSON, keep, seal};
use crate::office::{Asked, at_work};
use crate::problem::Problem;
use crate::signing::Signing;
use crate::speech::Words;
use crate::state::AppState;

/// A signature of a person with its certificates is some kilobytes, with a timestamp some more.
pub(crate) const LONGEST_SIGNATURE: usize = 256 * 1024;
/// Reasons that are told of a signature that is not taken.
const MOST_REASONS: usize = 3;

/// A signature over a letter, whoever made it.
pub(super) struct Made {
    /// CMS in DER.
    pub(super) cms: Vec<u8>,
    pub(super) certificate: CertificateFingerprint,
    /// Whom the certificate names; none of the server's seal, which is nobody.
    pub(super) signer: Option<CertificateHolder>,
    pub(super) sealed_by_server: bool,
    /// The kept report of its check, with what it rested on.
    pub(super) checked: Option<BlobHash>,
}

/// The bytes of a file as they come in a request: a text stays one, everything else becomes Base64.
pub(crate) fn as_text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| STANDARD.encode(bytes), str::to_owned)
}

/// Refuses a request that brings no signature where it has to, or one where nobody takes it.
pub(super) fn may_come(signing: &Signing, signature: Option<&str>) -> Result<(), Problem> {
    match (signing, signature) {
        (Signing::ServerSeal, None) => Ok(()),
        (Signing::ServerSeal, Some(_)) => Err(Problem::SignatureNotTaken),
        (Signing::Device(_), None) => Err(Problem::SignatureMissing),
        // A file in Base64 is a third longer.
        (Signing::Device(_), Some(text)) if text.len() > LONGEST_SIGNATURE / 3 * 4 + 4 => {
            Err(Problem::TooLarge { limit: LONGEST_SIGNATURE })
        }
        (Signing::Device(_), Some(_)) => Ok(()),
    }
}

/// The signature over `pdf`, which is given back with it.
pub(super) async fn made(
    state: &AppState,
    asked: &Asked,
    pdf: Vec<u8>,
    signature: Option<String>,
) -> Result<(Vec<u8>, Made), Problem> {
    may_come(&state.config.signing, signature.as_deref())?;
    match signature {
        None => sealed(state, asked, pdf).await,
        Some(text) => by_device(state, pdf, text).await,
    }
}

async fn sealed(state: &AppState, asked: &Asked, pdf: Vec<u8>) -> Result<(Vec<u8>, Made), Problem> {
    let certificate =
        state.seal.certificate_fingerprint().map_err(|error| Problem::failure("read the seal's certificate", error))?;
    let certificate = fingerprint(&certificate)?;
    let (pdf, cms) = seal(state, asked, pdf).await?;
    Ok((pdf, Made { cms, certificate, signer: None, sealed_by_server: true, checked: None }))
}

async fn by_device(state: &AppState, pdf: Vec<u8>, text: String) -> Result<(Vec<u8>, Made), Problem> {
    let (authorities, now) = (Arc::clone(&state.authorities), state.wall.now());
    let (pdf, taken) = at_work("check a signature", move || {
        let cms = signature::read_cms(text.as_bytes()).ok_or(Problem::SignatureUnreadable)?;
        let checked = authorities.check_detached(&cms, &pdf, now);
        for missed in &checked.missed {
            tracing::warn!(missed, "somebody was asked about a signature and told nothing that counts");
        }
        judged(&checked.report)?;
        // A valid signature has one signer, whose certificate it brings.
        let certificate = signature::signer_of(&cms).ok_or(Problem::SignatureUnreadable)?;
        if certificate.is_for_signing_in() {
            return Err(Problem::SignatureForSigningIn);
        }
        let report = report(&checked, &authorities.trust().anchors)?;
        Ok((pdf, Taken { cms, certificate, report }))
    })
    .await?;
    let Taken { cms, certificate, report } = taken;
    let named = certificate.fingerprint().map_err(|error| Problem::failure("read a signer's certificate", error))?;
    let checked = Some(keep(state, JSON, &report).await?);
    let made = Made {
        cms,
        certificate: fingerprint(&named)?,
        signer: Some(holder(&certificate)),
        sealed_by_server: false,
        checked,
    };
    Ok((pdf, made))
}

/// A signature that is good.
struct Taken {
    cms: Vec<u8>,
    certificate: Certificate,
    report: Vec<u8>,
}

fn report(checked: &Checked, trusted: &[Certificate]) -> Result<Vec<u8>, Problem> {
    checked.to_json(trusted).map_err(|error| Problem::failure("write the report of a signature's check", error))
}

/// Only what was checked and is good goes on.
fn judged(report: &Report) -> Result<(), Problem> {
    match report.conclusion() {
        Conclusion::Valid => Ok(()),
        Conclusion::Invalid => Err(Problem::SignatureInvalid { why: reasons(report) }),
        Conclusion::NotChecked => Err(Problem::SignatureNotChecked { why: reasons(report) }),
    }
}

/// What stands between the signature and a good one, in words.
fn reasons(report: &Report) -> Words {
    let worst = report.conclusion();
    let told = |language: Language| {
        let found = report.checks.iter().filter(|check| check.finding.conclusion() == worst);
        found.take(MOST_REASONS).map(|check| check.words(language)).collect::<Vec<_>>().join("; ")
    };
    Words::new(told(Language::Kk), told(Language::Ru), told(Language::En))
}

fn holder(certificate: &Certificate) -> CertificateHolder {
    CertificateHolder {
        name: certificate.subject(),
        iin: certificate.identification_number().and_then(|number| number.parse().ok()),
    }
}

fn fingerprint(text: &str) -> Result<CertificateFingerprint, Problem> {
    text.parse().map_err(|error| Problem::failure("read the fingerprint of a certificate", error))
}
