//! What a check came to, with everything that it rested on, as it is kept beside the signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};
use signature::{Certificate, Conclusion, Language, Material, Report};

use crate::error::TrustError;
use crate::gathering::unmade;

/// A checked signature.
#[derive(Debug)]
pub struct Checked {
    /// The time of the check.
    pub at: Timestamp,
    /// What was found.
    pub report: Report,
    /// What it rested on besides the signature.
    pub material: Material,
    /// Who was asked and did not answer: sentences for the log.
    pub missed: Vec<String>,
}

impl Checked {
    /// The report in three languages with its material (DER in Base64) and the certificates that were trusted: with the signature and its bytes, all that is
    /// needed to check it again without asking anybody.
    ///
    /// # Errors
    /// When a certificate cannot be encoded, which does not happen with one that was read.
    pub fn to_json(&self, trusted: &[Certificate]) -> Result<Vec<u8>, TrustError> {
        let [certificates, ocsp, crls] = self.material.to_der().map_err(unmade)?.map(|all| texts(&all));
        let trusted: Vec<Vec<u8>> =
            trusted.iter().map(Certificate::to_der).collect::<Result<_, _>>().map_err(unmade)?;
        let lines = |language| self.report.lines(language);
        let kept = json!({
            "schema": 1,
            "checked_at": self.at,
            "conclusion": match self.report.conclusion() {
                Conclusion::Valid => "valid",
                Conclusion::NotChecked => "not_checked",
                Conclusion::Invalid => "invalid",
            },
            "signer": self.report.signer,
            "certificate_sha256": self.report.certificate,
            "claimed_at": self.report.claimed_at,
            "proven_at": self.report.proven_at,
            "words": { "kk": lines(Language::Kk), "ru": lines(Language::Ru), "en": lines(Language::En) },
            "material": { "certificates": certificates, "ocsp": ocsp, "crls": crls },
            "trusted": texts(&trusted),
        });
        serde_json::to_vec_pretty(&kept).map_err(unmade)
    }
}

fn texts(all: &[Vec<u8>]) -> Value {
    all.iter().map(|der| STANDARD.encode(der)).collect()
}
