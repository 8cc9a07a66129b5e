//! A visit to the provider: somebody is sent there and comes back. What has to be remembered meanwhile is in a cookie of their own browser,
//! sealed: nothing is kept here for visits that nobody comes back from, and nobody comes back to a visit that was begun elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::metadata::Metadata;
use super::{Fault, Settings};
use crate::accounts::sealing::{InstallationKey, Purpose};
use crate::accounts::secret::{SecretError, random};
use crate::address::query;

/// Minutes after which a visit is over.
const MINUTES: i64 = 10;
/// Seconds: how long ago somebody may have proved who they are at the provider to sign in here. A session of ours may last as long.
const SIGN_IN_MAX_AGE: i64 = 12 * 60 * 60;
/// What a sealed visit is bound to besides its purpose: nothing, its content says it all.
const SUBJECT: &str = "";

/// What somebody goes there for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Aim {
    /// To come in.
    SignIn,
    /// To prove once more who they are, in this session of this account.
    Proof {
        /// The session.
        session: Uuid,
        /// The account.
        account: Uuid,
    },
}

/// A visit that is under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Visit {
    state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) begun_at: Timestamp,
    /// What for.
    pub aim: Aim,
    /// Where to go afterwards: a place of ours.
    pub next: String,
    /// In which language the person is spoken to.
    pub language: directory::Language,
}

/// What the browser brings back (RFC 6749, 4.1.2; RFC 9207).
#[derive(Debug, Deserialize)]
pub struct Answer {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// 256 random bits in base64url: 43 signs, as PKCE asks for (RFC 7636, 4.1).
fn drawn() -> Result<String, SecretError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

impl Visit {
    /// Begins one.
    ///
    /// # Errors
    /// The machine gave no random bytes.
    pub fn begin(aim: Aim, next: &str, language: directory::Language, now: Timestamp) -> Result<Self, SecretError> {
        let (state, nonce, verifier) = (drawn()?, drawn()?, drawn()?);
        Ok(Self { state, nonce, verifier, begun_at: now, aim, next: next.to_owned(), language })
    }

    /// As the cookie keeps it.
    ///
    /// # Errors
    /// It could not be sealed.
    pub fn sealed(&self, key: &InstallationKey) -> Result<String, SecretError> {
        let text = serde_json::to_vec(self).map_err(|_| SecretError::Sealing)?;
        Ok(URL_SAFE_NO_PAD.encode(key.seal(Purpose::Visit, SUBJECT, &text)?))
    }

    /// The visit in a cookie, if we sealed it.
    #[must_use]
    pub fn opened(key: &InstallationKey, cookie: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(cookie).ok()?;
        serde_json::from_slice(&key.open(Purpose::Visit, SUBJECT, &sealed)?).ok()
    }

    /// Where to send the person.
    pub(super) fn address(&self, settings: &Settings, metadata: &Metadata) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()));
        let (redirect, max_age) = (settings.redirect(), SIGN_IN_MAX_AGE.to_string());
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", settings.client_id.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("scope", "openid"),
            ("state", self.state.as_str()),
            ("nonce", self.nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
            ("ui_locales", self.language.code()),
        ];
        match self.aim {
            Aim::SignIn => fields.push(("max_age", max_age.as_str())),
            Aim::Proof { .. } => {
                fields.extend([("prompt", "login"), ("max_age", "0")]);
                fields.extend(settings.acr.as_deref().map(|acr| ("acr_values", acr)));
            }
        }
        let joint = if metadata.authorization_endpoint.contains('?') { '&' } else { '?' };
        format!("{}{joint}{}", metadata.authorization_endpoint, query(&fields))
    }

    /// When the person must have proved who they are, at the earliest: for a proof not before they were sent.
    pub(super) fn proved_since(&self) -> Timestamp {
        match self.aim {
            Aim::SignIn => self.begun_at - SIGN_IN_MAX_AGE.seconds(),
            Aim::Proof { .. } => self.begun_at,
        }
    }

    /// Is this the answer to this visit, in time?
    pub(super) fn fits(&self, answer: &Answer, now: Timestamp) -> Result<(), Fault> {
        let in_time = now <= self.begun_at + MINUTES.minutes();
        if in_time && answer.state.as_deref() == Some(self.state.as_str()) { Ok(()) } else { Err(Fault::NoVisit) }
    }
}

impl Answer {
    /// The code, from the provider that the person was sent to.
    pub(super) fn code(&self, issuer: &str, metadata: &Metadata) -> Result<&str, Fault> {
        let is_named = match &self.iss {
            Some(iss) => iss == issuer,
            None => !metadata.authorization_response_iss_parameter_supported,
        };
        if !is_named {
            return Err(Fault::Unbelievable("the answer is another provider's (iss)"));
        }
        if let Some(error) = &self.error {
            return Err(Fault::Refused(plain(error)));
        }
        self.code.as_deref().ok_or(Fault::Unbelievable("the answer has no code"))
    }
}

/// The name of an error, for the log and no longer than names are.
fn plain(error: &str) -> String {
    error.chars().filter(|sign| sign.is_ascii_alphanumeric() || "_-.".contains(*sign)).take(60).collect()
}

/// The name of the error that a token endpoint answers (RFC 6749, 5.2).
pub(super) fn error_of(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Said {
        error: String,
    }
    serde_json::from_slice(body).map_or_else(|_| "without a name".to_owned(), |said: Said| plain(&said.error))
}

#[cfg(test)]
mod tests {
    use directory::Language;

    use super::*;

    fn at(moment: &str) -> Timestamp {
        moment.parse().unwrap()
    }

    fn answer(state: &str) -> Answer {
        Answer { state: Some(state.to_owned()), code: Some("c".to_owned()), error: None, iss: None }
    }

    #[test]
    fn a_visit_is_of_the_browser_that_keeps_it_and_soon_over() {
        let key = InstallationKey::new([1; 32]);
        let visit = Visit::begin(Aim::SignIn, "/inquiries", Language::Ru, at("2026-01-01T10:00:00Z")).unwrap();
        let cookie = visit.sealed(&key).unwrap();
        let opened = Visit::opened(&key, &cookie).unwrap();
        assert_eq!((opened.next.as_str(), &opened.verifier), ("/inquiries", &visit.verifier));
        assert!(Visit::opened(&InstallationKey::new([2; 32]), &cookie).is_none());
        assert!(Visit::opened(&key, "nonsense").is_none());
        assert!(visit.fits(&answer(&visit.state), at("2026-01-01T10:10:00Z")).is_ok());
        assert!(visit.fits(&answer(&visit.state), at("2026-01-01T10:10:01Z")).is_err());
        assert!(visit.fits(&answer("another"), at("2026-01-01T10:00:01Z")).is_err());
        assert!(visit.fits(&Answer { state: None, ..answer("") }, at("2026-01-01T10:00:01Z")).is_err());
    }

    #[test]
    fn an_error_is_told_by_its_name_only() {
        assert_eq!(
            error_of(br#"{"error":"invalid_grant","error_description":"code of secret person"}"#),
            "invalid_grant"
        );
        assert_eq!(plain("access_denied\r\nX: <b>"), "access_deniedXb");
        assert_eq!(error_of(b"<html>"), "without a name");
    }
}
