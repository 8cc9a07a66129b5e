//! A signature as it comes from somebody's device, before anybody asks what it is worth: read into DER, and the certificates that it brings.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use x509_cert::Certificate as X509;

use crate::{Certificate, attributes, ber, signed};

/// Beginning of a PEM line; what follows names the kind (`CMS`, `PKCS7`).
const PEM: &str = "-----BEGIN ";
const PEM_END: &str = "-----END ";

/// Reads a CMS signature as programs hand it out: DER, BER of indefinite lengths (as the libraries of the national authority write it), PEM, or Base64 alone. The answer
/// is DER; no byte that is signed changes by that. `None`: it is none of these, or not a CMS signature.
#[must_use]
pub fn read_cms(given: &[u8]) -> Option<Vec<u8>> {
    let bytes = match std::str::from_utf8(given) {
        Ok(text) if !text.is_empty() => Cow::Owned(base64(text)?),
        Ok(_) | Err(_) => Cow::Borrowed(given),
    };
    let der = ber::to_der(&bytes)?;
    signed::read(&der).is_some().then_some(der)
}

/// The bytes that Base64 stands for, with or without the lines around it that PEM has.
fn base64(text: &str) -> Option<Vec<u8>> {
    let inner = match text.split_once(PEM) {
        None => text,
        Some((_, rest)) => rest.split_once("-----")?.1.split_once(PEM_END)?.0,
    };
    let digits: Vec<u8> = inner.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(digits).ok()
}

/// The certificate that the only signer of a CMS names, whatever the signature is worth. `None`: it is no CMS, it has no or several signers, or does not bring it.
#[must_use]
pub fn signer_of(cms: &[u8]) -> Option<Certificate> {
    let frame = signed::read(cms)?;
    let [signer] = frame.signer_infos.0.as_slice() else { return None };
    signed::certificates(&frame).into_iter().find(|one| signed::is_named_by(one, &signer.sid)).map(Certificate)
}

/// All certificates that a CMS brings, those of the timestamps over it among them, each once: what [`Material`](crate::Material) has to be gathered about.
#[must_use]
pub fn certificates_of(cms: &[u8]) -> Vec<Certificate> {
    let Some(frame) = signed::read(cms) else { return Vec::new() };
    let mut all = signed::certificates(&frame);
    for signer in frame.signer_infos.0.iter() {
        let token = attributes::timestamp(signer.unsigned_attrs.as_ref()).flatten();
        if let Some(stamp) = token.and_then(|token| signed::read(&token)) {
            all.extend(signed::certificates(&stamp));
        }
    }
    let mut once: Vec<X509> = Vec::new();
    for one in all.into_iter().take(2 * signed::MOST_CERTIFICATES) {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    once.into_iter().map(Certificate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_with_and_without_the_lines_of_pem() {
        for (text, bytes) in [("AA==", &[0][..]), ("/+8=", &[255, 239]), ("Zm9v\nYmFy\r\n", b"foobar")] {
            assert_eq!(base64(text).as_deref(), Some(bytes), "{text}");
        }
        assert_eq!(base64("x\n-----BEGIN CMS-----\nZm9v\n-----END CMS-----\n").as_deref(), Some(&b"foo"[..]));
        for wrong in ["Zm9", "Zm9v-mFy", "-----BEGIN CMS-----\nZm9v"] {
            assert_eq!(base64(wrong), None, "{wrong}");
        }
    }
}
