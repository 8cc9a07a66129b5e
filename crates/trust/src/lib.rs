//! Asks authorities what a signature's worth rests upon: timestamps (RFC 3161), answers of OCSP responders (RFC 6960), revocation lists (RFC 5280), and the word of another program
//! about signatures of algorithms that ours does not know.
//!
//! Read [`Settings`] first, then [`Authorities`], which is made from them once and asked by many; [`Checked`] is what a check comes to, with everything that it rested on.
//! What is true of a signature is decided in the crate `signature`; this one only fetches and keeps what it needs. docs/adr/0028-own-device.md says why it is done so.
//!
//! Every function blocks for as long as a few answers take (`Settings::patience` each, four times that in all): call it from a thread where that may be. Nothing here is kept
//! beyond the memory of the process, and nothing is ever sent but a hash to timestamp, the number of a certificate, and, to the verifier that the office has named, the letter.

mod address;
mod cache;
mod checked;
mod error;
mod gathering;
mod kept;
mod probes;
mod timestamps;
mod verifier;
mod wire;

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use signature::{Certificate, Elsewhere, Material, Question, Revocation, Trust, certificates_of};

pub use address::{Address, NotAnAddress};
use cache::Cache;
pub use checked::Checked;
pub use error::TrustError;
pub use gathering::Gathered;
pub use kept::Kept;
use verifier::Verifier;
use wire::Wire;

/// How far the clock of an authority may be ahead of ours without its answer counting as one from the future.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_secs(60);

/// Whom an office trusts, and whom it asks.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Trusted certificates: those of authorities, or signers' own.
    pub trusted: Vec<Certificate>,
    /// Trusted certificates for timestamps.
    pub timestamps_trusted: Vec<Certificate>,
    /// The timestamping authority.
    pub tsa: Option<Address>,
    /// What to make of a certificate of which nobody says whether it was revoked.
    pub revocation: Revocation,
    /// Where that is asked.
    pub places: Places,
    /// The verifier of signatures whose algorithm is unknown here, e.g. an NCANode of the office: `cms/verify` is asked beneath it.
    pub verifier: Option<Address>,
    /// How long one of them may keep us waiting.
    pub patience: Duration,
}

/// Where is asked whether a certificate was revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Places {
    /// Nowhere: the material of signatures alone counts.
    Nowhere,
    /// Where the certificates say so.
    Named,
    /// At these places, whatever the certificates say.
    Fixed {
        /// OCSP responders.
        ocsp: Vec<Address>,
        /// Revocation lists in DER.
        crl: Vec<Address>,
    },
}

/// The authorities of an office. One is enough for a process; it may be asked from several threads.
pub struct Authorities {
    settings: Settings,
    trust: Trust,
    wire: Wire,
    cache: Cache,
    verifier: Option<Verifier>,
}

impl Authorities {
    /// Sets them up; nobody is asked yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let trust = Trust {
            anchors: settings.trusted.clone(),
            timestamp_anchors: settings.timestamps_trusted.clone(),
            revocation: settings.revocation,
        };
        let verifier = settings.verifier.clone().map(|address| Verifier::new(address, settings.patience));
        Self { trust, wire: Wire::new(settings.patience), cache: Cache::default(), verifier, settings }
    }

    /// Whom the office trusts.
    #[must_use]
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// What they were set up with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A question to the crate `signature`, with what was gathered for it.
    #[must_use]
    pub fn question<'a>(&'a self, material: &'a Material, now: Timestamp) -> Question<'a> {
        Question { now, trust: &self.trust, material, elsewhere: self.elsewhere() }
    }

    fn elsewhere(&self) -> Option<&dyn Elsewhere> {
        self.verifier.as_ref().map(|verifier| verifier as &dyn Elsewhere)
    }

    /// Checks a detached signature (DER) over exactly `bytes`, as of now: `now` is our clock's time at the call.
    #[must_use]
    pub fn check_detached(&self, cms: &[u8], bytes: &[u8], now: Timestamp) -> Checked {
        let begun = Instant::now();
        let gathered = self.material(&certificates_of(cms), now);
        let at = reckoned(now, begun, gathered.newest);
        let report = signature::check_detached(cms, bytes, &self.question(&gathered.material, at));
        Checked { at, report, material: gathered.material, missed: gathered.missed }
    }
}

/// The time of a check that began at `now`: what was answered meanwhile is not of the future, even by a clock that is a little ahead of ours.
pub(crate) fn reckoned(now: Timestamp, begun: Instant, newest: Option<Timestamp>) -> Timestamp {
    let passed = SignedDuration::try_from(begun.elapsed()).unwrap_or(SignedDuration::ZERO);
    let at = now.checked_add(passed).unwrap_or(now);
    match (newest, at.checked_add(CLOCKS_DIFFER)) {
        (Some(newest), Ok(latest)) if at < newest && newest <= latest => newest,
        _ => at,
    }
}
