//! Another program that checks signatures of algorithms unknown here: an NCANode, which has the library of the national authority, by its HTTP form `POST /cms/verify`.
//!
//! Its word is taken for the mathematics, the chain and the revocation, and for nothing that we can see ourselves: it says "valid" of a signature without signers, and of one whose
//! certificate is not enclosed, for then there is nothing to find wrong. So the one signer's certificate has to be enclosed, and the answer has to be about that certificate.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;
use signature::{Answer, Certificate, Elsewhere, signer_of};

use crate::Address;
use crate::wire::{Deadline, Wire};

/// What it is asked besides: whether the certificate was revoked, of the OCSP responder.
const REVOCATION: [&str; 1] = ["OCSP"];
/// It asks others in turn, so it may take longer than they.
const PATIENCES: u32 = 2;
/// More than this of its reasons is not shown to people.
const LONGEST_REASON: usize = 200;

pub(crate) struct Verifier {
    place: Address,
    wire: Wire,
}

/// Its answer, as far as it is read.
#[derive(Deserialize)]
struct Said {
    valid: bool,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    signers: Vec<Signer>,
}

#[derive(Deserialize)]
struct Signer {
    #[serde(default)]
    certificates: Vec<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    #[serde(default)]
    valid: Option<bool>,
    #[serde(default)]
    serial_number: Option<String>,
    #[serde(default)]
    subject: Option<Subject>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subject {
    #[serde(default)]
    common_name: Option<String>,
    #[serde(default)]
    iin: Option<String>,
}

impl Verifier {
    pub(crate) fn new(address: Address, patience: Duration) -> Self {
        Self { place: address.beneath("cms/verify"), wire: Wire::new(patience * PATIENCES) }
    }

    /// Its answer to a question that has a form, whatever the status.
    pub(crate) fn ask(&self, cms: &[u8], bytes: &[u8]) -> Result<Vec<u8>, crate::TrustError> {
        let question =
            json!({ "cms": STANDARD.encode(cms), "data": STANDARD.encode(bytes), "revocationCheck": REVOCATION });
        let sent = ("application/json", "application/json");
        let deadline = Deadline::after(self.wire.patience());
        self.wire.post(&self.place, sent, question.to_string().as_bytes(), deadline)
    }
}

impl Elsewhere for Verifier {
    fn check(&self, cms: &[u8], bytes: &[u8]) -> Answer {
        let Some(signer) = signer_of(cms) else { return Answer::None };
        let answered = match self.ask(cms, bytes) {
            Ok(answered) => answered,
            Err(error) => {
                tracing::warn!(%error, "the verifier of signatures did not answer, so a signature was not checked");
                return Answer::None;
            }
        };
        let answer = read(&answered, &signer, self.place.as_str());
        if answer == Answer::None {
            tracing::warn!(place = %self.place, "the verifier of signatures gave no answer that is about this signature");
        }
        answer
    }
}

/// What its answer says of a signature whose enclosed certificate is `signer`.
fn read(answered: &[u8], signer: &Certificate, by: &str) -> Answer {
    let Ok(said) = serde_json::from_slice::<Said>(answered) else { return Answer::None };
    let by = by.to_owned();
    if !said.valid {
        let why: String = said.message.into_iter().filter(|why| why != "OK").collect();
        let why = why.chars().filter(|one| !one.is_control()).take(LONGEST_REASON).collect();
        return Answer::Bad { by, why };
    }
    let [one] = said.signers.as_slice() else { return Answer::None };
    let [named] = one.certificates.as_slice() else { return Answer::None };
    let is_about_it = named.valid != Some(false) && is_named(named, signer);
    if is_about_it { Answer::Good { by, signer: signer.subject() } } else { Answer::None }
}

/// Whether the certificate that it names is ours: by number, and by whom it names where it says so.
fn is_named(named: &Named, signer: &Certificate) -> bool {
    let number = named.serial_number.as_deref().map(|text| text.trim_start_matches('0').to_lowercase());
    let (name, iin) = match &named.subject {
        Some(subject) => (subject.common_name.as_deref(), subject.iin.as_deref()),
        None => (None, None),
    };
    // A program that leaves the number out has to name the holder.
    let is_certificate = match number {
        Some(number) => number == signer.serial_number(),
        None => iin.is_some() || name.is_some(),
    };
    is_certificate
        && name.is_none_or(|name| name == signer.subject())
        && iin.is_none_or(|iin| signer.identification_number().as_deref() == Some(iin))
}
