//! The office's own signature over a mail (DKIM, RFC 6376; Ed25519 by RFC 8463), where the relay does not make one.
//!
//! Heads are signed in their relaxed form, which survives folding and spaces, the body as it is but for empty lines at its end. The
//! mail library has a signer too; it brings `rsa` (RUSTSEC-2023-0071), and `ring` is here already.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use crate::config::Dkim;

/// What is signed, in this order. `From` stands twice: nobody can add a second one unseen.
const SIGNED: [&str; 9] =
    ["From", "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type"];

/// Signs mails in the name of a domain.
#[derive(Clone)]
pub(super) struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

#[derive(Clone)]
enum Key {
    Rsa(Arc<RsaKeyPair>),
    Ed25519(Arc<Ed25519KeyPair>),
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({}._domainkey.{})", self.selector, self.domain)
    }
}

impl Signer {
    /// Reads the key.
    ///
    /// # Errors
    /// What is wrong with the settings or the key's file, in one sentence.
    pub(super) fn new(settings: &Dkim, domain: &str) -> Result<Self, String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if settings.selector.is_empty() || !settings.selector.chars().all(fits) {
            return Err(format!("{} is no selector of a key in the DNS", settings.selector));
        }
        Ok(Self { domain: domain.to_owned(), selector: settings.selector.clone(), key: key(&settings.key_file)? })
    }

    /// The mail with its signature before it. The same mail always gets the same one.
    pub(super) fn sign(&self, mail: &[u8], at: Timestamp) -> Result<Vec<u8>, String> {
        let (head, body) = parted(mail).ok_or("the mail has no head")?;
        let fields = fields(head);
        let body_hash = STANDARD.encode(Sha256::digest(settled(body)));
        let algorithm = match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let present = |name: &&str| *name == "From" || fields.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        let names: Vec<&str> = SIGNED.into_iter().filter(present).collect();
        let unsigned = format!(
            "v=1; a={algorithm}; c=relaxed/simple; d={}; s={};\r\n\tt={}; h={};\r\n\tbh={body_hash};\r\n\tb=",
            self.domain,
            self.selector,
            at.as_second(),
            names.join(":").to_lowercase(),
        );
        let mut signed = String::new();
        for (place, name) in names.iter().enumerate() {
            // The second of two names stands for a field that is not there, and adds nothing.
            if names.iter().take(place).all(|before| before != name)
                && let Some((_, value)) = fields.iter().rfind(|(known, _)| known.eq_ignore_ascii_case(name))
            {
                signed.push_str(&relaxed(name, value));
            }
        }
        signed.push_str(relaxed("DKIM-Signature", &unsigned).trim_end());
        let signature = folded(&STANDARD.encode(self.key.sign(signed.as_bytes())?));
        Ok([b"DKIM-Signature: ", unsigned.as_bytes(), signature.as_bytes(), b"\r\n", mail].concat())
    }
}

impl Key {
    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
                    .map_err(|_| "the DKIM key does not sign")?;
                Ok(signature)
            }
            Self::Ed25519(key) => Ok(key.sign(&Sha256::digest(text)).as_ref().to_vec()),
        }
    }
}

fn key(file: &Path) -> Result<Key, String> {
    let wrong = |why: &dyn std::fmt::Display| format!("the DKIM key {}: {why}", file.display());
    let unfit = |_: ring::error::KeyRejected| wrong(&"it is neither RSA of 2048 bits or more nor Ed25519");
    match PrivateKeyDer::from_pem_file(file).map_err(|error| wrong(&error))? {
        PrivateKeyDer::Pkcs1(der) => {
            RsaKeyPair::from_der(der.secret_pkcs1_der()).map(|key| Key::Rsa(Arc::new(key))).map_err(unfit)
        }
        PrivateKeyDer::Pkcs8(der) => {
            let der = der.secret_pkcs8_der();
            RsaKeyPair::from_pkcs8(der)
                .map(|key| Key::Rsa(Arc::new(key)))
                .or_else(|_| Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map(|key| Key::Ed25519(Arc::new(key))))
                .map_err(unfit)
        }
        _ => Err(wrong(&"it is neither RSA of 2048 bits or more nor Ed25519")),
    }
}

pub(super) fn parted(mail: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = mail.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((&mail[..end + 2], &mail[end + 4..]))
}

/// Name and value of each field, folds and all.
pub(super) fn fields(head: &[u8]) -> Vec<(String, String)> {
    let head = String::from_utf8_lossy(head);
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.split_inclusive("\r\n") {
        match (line.starts_with([' ', '\t']), fields.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => value.push_str(line),
            (false, _, Some((name, value))) => fields.push((name.to_owned(), value.to_owned())),
            (true, None, _) | (false, _, None) => {}
        }
    }
    fields
}

/// The relaxed form of a field (RFC 6376, 3.4.2).
fn relaxed(name: &str, value: &str) -> String {
    let words: Vec<&str> = value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect();
    format!("{}:{}\r\n", name.to_lowercase(), words.join(" "))
}

/// The simple form of a body (RFC 6376, 3.4.3): one line break at its end.
fn settled(mut body: &[u8]) -> Vec<u8> {
    while let Some(rest) = body.strip_suffix(b"\r\n") {
        body = rest;
    }
    [body, b"\r\n"].concat()
}

/// No line of a head is longer than it may be.
fn folded(signature: &str) -> String {
    let mut lines = Vec::new();
    let mut rest = signature;
    while rest.len() > 70 {
        let (line, after) = rest.split_at(70);
        lines.push(line);
        rest = after;
    }
    lines.push(rest);
    lines.join("\r\n\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_bodies_have_the_forms_of_the_standard() {
        // The examples of RFC 6376, 3.4.5.
        let (head, body) = parted(b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n").unwrap();
        let fields: Vec<String> = fields(head).iter().map(|(name, value)| relaxed(name.trim(), value)).collect();
        assert_eq!(fields.concat(), "a:X\r\nb:Y Z\r\n");
        assert_eq!(settled(body), b" C \r\nD \t E\r\n");
        assert_eq!(settled(b""), b"\r\n");
    }

    #[test]
    fn a_long_signature_is_folded() {
        let lines = folded(&"a".repeat(344));
        assert!(lines.lines().all(|line| line.len() < 76) && lines.replace("\r\n\t", "").len() == 344);
    }
}
