//! The identity provider: OpenID Connect Core 1.0, the authorization code flow with PKCE (RFC 7636), as a confidential or a public client.
//!
//! Read in this order: [`visit`] (somebody is sent there and comes back), [`metadata`] (where its doors are), [`token`] (what it says of them,
//! and why that is believed), [`jws`] (its signature), [`wire`] (the only file that speaks to it). What it says is who somebody is and when they
//! proved it; it never says what they may do: accounts, roles and ministries are ours ([`crate::accounts::identity`]).

mod jws;
mod metadata;
#[cfg(test)]
mod tests;
mod token;
pub mod visit;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::accounts::secret::SecretError;
use jws::KeySet;
use metadata::Metadata;
pub use token::Identity;
use visit::{Answer, Visit};
use wire::Wire;

/// Where people come back to.
pub const RETURN: &str = "/login/provider/return";

/// For how long the provider's own description is believed.
const KNOWN_FOR: Duration = Duration::from_secs(60 * 60);
/// For how long one who did not answer is not asked again.
const AWAY_FOR: Duration = Duration::from_secs(5);
/// How soon it is asked for its keys again when a token names one that is not among them.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// How the provider is set up here.
#[derive(Clone)]
pub struct Settings {
    /// Its address, exactly as it calls itself.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// What proves to it that we are that; none for a public client.
    pub client_secret: Option<String>,
    /// What people call it, on the button.
    pub name: String,
    /// Levels of assurance of which a proof for a signature has to have one (`acr`), separated by spaces.
    pub acr: Option<String>,
    /// Our address, without a slash at its end.
    pub public_url: String,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Why nobody came in through the provider.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Its address cannot be used.
    #[error(
        "oidc.issuer is no address to be used: it begins with https:// (http:// only on this machine) and has no query"
    )]
    BadIssuer,
    /// It does not answer, or not in its own protocol.
    #[error("the identity provider does not answer as it should: {0}")]
    Away(String),
    /// Nobody was sent there from this browser, or too long ago, or somebody else was.
    #[error("no visit to the identity provider is under way in this browser")]
    NoVisit,
    /// It answered with an error of its protocol.
    #[error("the identity provider refused: {0}")]
    Refused(String),
    /// What came back is not to be believed.
    #[error("what the identity provider said is not believed: {0}")]
    Unbelievable(&'static str),
    /// The machine gave no random bytes.
    #[error("a visit could not be begun")]
    Secret(#[from] SecretError),
}

/// What is known of the provider.
struct Known {
    metadata: Metadata,
    keys: KeySet,
    asked_at: Instant,
}

/// What came of asking it last.
enum Asked {
    /// It was not asked yet.
    Never,
    /// It answered.
    Known(Arc<Known>),
    /// It did not, then, for this reason.
    Away(Instant, String),
}

/// The provider of this installation.
pub struct Provider {
    settings: Settings,
    wire: Wire,
    asked: Mutex<Asked>,
}

impl Provider {
    /// Sets it up; it is asked when it is first needed.
    ///
    /// # Errors
    /// [`Fault::BadIssuer`].
    pub fn new(settings: Settings) -> Result<Self, Fault> {
        let wire = Wire::new(&settings.issuer)?;
        Ok(Self { settings, wire, asked: Mutex::new(Asked::Never) })
    }

    /// Its address, under which identities are linked.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Does it answer, and can it do what we ask of it? In one sentence.
    ///
    /// # Errors
    /// [`Fault::Away`] with what is missing.
    pub async fn check(&self) -> Result<String, Fault> {
        let known = self.ask().await?;
        Ok(format!(
            "{}, {} keys, comes back to {}{RETURN}",
            self.settings.issuer,
            known.keys.len(),
            self.settings.public_url
        ))
    }

    async fn ask(&self) -> Result<Known, Fault> {
        let metadata =
            Metadata::read(&self.wire.get(metadata::address(&self.settings.issuer)).await?, &self.settings.issuer)?;
        for place in [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri] {
            self.wire.may_speak_to(place)?;
        }
        let keys = KeySet::read(&self.wire.get(metadata.jwks_uri.clone()).await?)?;
        Ok(Known { metadata, keys, asked_at: Instant::now() })
    }

    /// What is known of it; it is asked when that is nothing, or older than `at_most`. Those who need it at the same moment ask once, and
    /// do not wait for a provider that does not answer one after the other.
    async fn known(&self, at_most: Duration) -> Result<Arc<Known>, Fault> {
        let mut asked = self.asked.lock().await;
        match &*asked {
            Asked::Known(known) if known.asked_at.elapsed() < at_most => return Ok(Arc::clone(known)),
            Asked::Away(at, why) if at.elapsed() < AWAY_FOR => return Err(Fault::Away(why.clone())),
            Asked::Never | Asked::Known(_) | Asked::Away(..) => {}
        }
        match self.ask().await {
            Ok(known) => {
                let known = Arc::new(known);
                *asked = Asked::Known(Arc::clone(&known));
                Ok(known)
            }
            Err(fault) => {
                *asked = Asked::Away(Instant::now(), fault.to_string());
                Err(fault)
            }
        }
    }

    /// Where to send somebody, and what to remember of it in their browser.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn begin(&self, visit: &Visit) -> Result<String, Fault> {
        let known = self.known(KNOWN_FOR).await?;
        Ok(visit.address(&self.settings, &known.metadata))
    }

    /// Who came back from a visit.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn finish(&self, visit: &Visit, answer: &Answer, now: Timestamp) -> Result<Identity, Fault> {
        visit.fits(answer, now)?;
        let known = self.known(KNOWN_FOR).await?;
        let code = answer.code(&self.settings.issuer, &known.metadata)?;
        let sent = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.settings.redirect()),
            ("code_verifier", &visit.verifier),
        ];
        let answered = self.wire.post(&known.metadata, &self.settings, &sent).await?;
        let token = token::of_answer(&answered)?;
        let expected = token::Expected { settings: &self.settings, visit, now };
        match token::believed(&token, &known.keys, &expected) {
            Err(Fault::Unbelievable(token::UNKNOWN_KEY)) => {
                // The provider may have taken a new key into use since it was asked.
                let known = self.known(ASK_AGAIN_AFTER).await?;
                token::believed(&token, &known.keys, &expected)
            }
            other => other,
        }
    }
}

impl Settings {
    /// Our address that it sends people back to.
    fn redirect(&self) -> String {
        format!("{}{RETURN}", self.public_url)
    }
}
