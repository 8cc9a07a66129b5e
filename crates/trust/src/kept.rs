//! The report of a check, read back as [`Checked::to_json`](crate::Checked::to_json) wrote it: what was concluded then, in words, and the material by which it is concluded again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use signature::{Certificate, Conclusion, Crl, Language, Material, OcspResponse};

/// The only form of kept reports that there is.
const SCHEMA: u8 = 1;

/// A kept report.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The time of the check.
    pub at: Timestamp,
    /// What it came to.
    pub conclusion: Conclusion,
    /// SHA-256 of the signer's certificate, in hexadecimal.
    pub certificate: Option<String>,
    /// What it rested on besides the signature.
    pub material: Material,
    words: Words,
}

#[derive(Debug, Clone, Deserialize)]
struct Words {
    kk: Vec<String>,
    ru: Vec<String>,
    en: Vec<String>,
}

#[derive(Deserialize)]
struct Written {
    schema: u8,
    checked_at: Timestamp,
    conclusion: String,
    certificate_sha256: Option<String>,
    words: Words,
    material: Der,
}

#[derive(Deserialize)]
struct Der {
    certificates: Vec<String>,
    ocsp: Vec<String>,
    crls: Vec<String>,
}

impl Kept {
    /// Reads a kept report; none where the bytes are no such report, whole.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let written: Written = serde_json::from_slice(bytes).ok()?;
        let conclusion = match written.conclusion.as_str() {
            "valid" => Conclusion::Valid,
            "not_checked" => Conclusion::NotChecked,
            "invalid" => Conclusion::Invalid,
            _ => return None,
        };
        let mut material = Material::new();
        for one in der(&written.material.certificates)? {
            material.add_certificate(Certificate::from_der(&one).ok()?);
        }
        for one in der(&written.material.ocsp)? {
            material.add_ocsp(OcspResponse::from_bytes(&one).ok()?);
        }
        for one in der(&written.material.crls)? {
            material.add_crl(Crl::from_der(&one).ok()?);
        }
        (written.schema == SCHEMA).then_some(Self {
            at: written.checked_at,
            conclusion,
            certificate: written.certificate_sha256,
            material,
            words: written.words,
        })
    }

    /// The lines of the report, as they were written then.
    #[must_use]
    pub fn lines(&self, language: Language) -> &[String] {
        match language {
            Language::Kk => &self.words.kk,
            Language::Ru => &self.words.ru,
            Language::En => &self.words.en,
        }
    }
}

fn der(texts: &[String]) -> Option<Vec<Vec<u8>>> {
    texts.iter().map(|text| STANDARD.decode(text).ok()).collect()
}
