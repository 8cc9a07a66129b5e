//! The office's personal signature over a mail's words and letter (S/MIME, RFC 8551, `multipart/signed`), where the settings name a key: a mail program shows
//! its reader who signed, without any tool.
//!
//! What is signed is the mail's own body with the heads that say what it is, to the byte as it travels: everything in it is base64 or ASCII, so no server has a
//! reason to change it. Sender, recipient and subject stay outside, as they do everywhere; the office's DKIM signature holds those.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use signature::Seal;

use super::boundary;
use super::dkim::{fields, parted};
use crate::config::Smime;

/// The heads that belong to the body and not to the mail.
const OF_BODY: [&str; 3] = ["content-type", "content-transfer-encoding", "content-disposition"];

/// Signs mails with the office's key.
#[derive(Clone)]
pub(super) struct Signer {
    seal: Arc<Seal>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.seal.subject())
    }
}

impl Signer {
    /// Reads key and certificate.
    ///
    /// # Errors
    /// What is wrong with a file, in one sentence.
    pub(super) fn new(settings: &Smime) -> Result<Self, String> {
        let read = |file: &std::path::Path| {
            std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
        };
        let (key, certificate) = (read(&settings.key_file)?, read(&settings.certificate_file)?);
        let seal = Seal::from_pem(&key, &certificate)
            .map_err(|error| format!("{}: {error}", settings.certificate_file.display()))?;
        Ok(Self { seal: Arc::new(seal) })
    }

    /// The mail with its body signed as of its own date. The same mail always gets the same bytes (RFC 6979).
    ///
    /// # Errors
    /// What cannot be signed, in one sentence.
    pub(super) fn sign(&self, mail: &[u8], message_id: &str, at: Timestamp) -> Result<Vec<u8>, String> {
        let (head, body) = parted(mail).ok_or("the mail has no head")?;
        let (of_body, of_mail): (Vec<_>, Vec<_>) =
            fields(head).into_iter().partition(|(name, _)| OF_BODY.contains(&name.to_ascii_lowercase().as_str()));
        let written = |fields: &[(String, String)]| -> String {
            fields.iter().map(|(name, value)| format!("{name}:{value}")).collect()
        };
        let entity = [written(&of_body).as_bytes(), b"\r\n", body].concat();
        let signature = self.seal.sign_detached(&entity, at).map_err(|error| error.to_string())?;
        let boundary = boundary(message_id, "signed");
        let head = format!(
            "{}Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n micalg=sha-256; boundary=\"{boundary}\"\r\n\r\n\
             This is a signed mail (S/MIME).\r\n--{boundary}\r\n",
            written(&of_mail),
        );
        let tail = format!(
            "\r\n--{boundary}\r\nContent-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n{}\r\n--{boundary}--\r\n",
            lines(&STANDARD.encode(signature)),
        );
        Ok([head.as_bytes(), &entity, tail.as_bytes()].concat())
    }
}

/// No line of a body is longer than it may be.
fn lines(base64: &str) -> String {
    base64.as_bytes().chunks(76).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\r\n")
}
