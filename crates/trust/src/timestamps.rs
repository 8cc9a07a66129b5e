//! Timestamps: that bytes existed now, said by the authority of the settings.

use std::time::Instant;

use jiff::Timestamp;
use signature::{
    Conclusion, Finding, Language, TimestampRequest, TimestampToken, certificates_of, check_timestamp, with_timestamp,
};

use crate::error::TrustError;
use crate::gathering::{random, unmade};
use crate::wire::Deadline;
use crate::{Authorities, reckoned};

const SENT: (&str, &str) = ("application/timestamp-query", "application/timestamp-reply");

impl Authorities {
    /// Whether an authority is named.
    #[must_use]
    pub fn has_timestamps(&self) -> bool {
        self.settings.tsa.is_some()
    }

    /// A timestamp over `bytes`, by an authority that is trusted: one by anybody else proves nothing to us, and is refused.
    ///
    /// # Errors
    /// [`TrustError`], with the variant that says why there is none.
    pub fn timestamp(&self, bytes: &[u8], now: Timestamp) -> Result<TimestampToken, TrustError> {
        let nonce = u64::from_be_bytes(random()?);
        self.stamped(&TimestampRequest::over(bytes, nonce), now, Some(bytes))
    }

    /// The signature (CMS in DER) with a timestamp over it (CAdES-T).
    ///
    /// # Errors
    /// [`TrustError`], with the variant that says why there is none.
    pub fn timestamped(&self, cms: &[u8], now: Timestamp) -> Result<Vec<u8>, TrustError> {
        let nonce = u64::from_be_bytes(random()?);
        let request = TimestampRequest::over_signature(cms, nonce).map_err(TrustError::NoSignature)?;
        with_timestamp(cms, &self.stamped(&request, now, None)?).map_err(TrustError::NoSignature)
    }

    /// `bytes`: what is timestamped, where it is at hand; that the answer is over what was asked has been compared by then.
    fn stamped(
        &self,
        request: &TimestampRequest,
        now: Timestamp,
        bytes: Option<&[u8]>,
    ) -> Result<TimestampToken, TrustError> {
        let address = self.settings.tsa.as_ref().ok_or(TrustError::NotNamed("timestamping authority"))?;
        let begun = Instant::now();
        let deadline = Deadline::after(self.wire.patience());
        let answered = self.wire.post(address, SENT, &request.to_bytes().map_err(unmade)?, deadline)?;
        let token = TimestampToken::from_response(&answered, request)
            .map_err(|source| TrustError::Answer { address: address.to_string(), source })?;
        let gathered = self.material(&certificates_of(token.to_der()), now);
        let at = reckoned(now, begun, gathered.newest.max(Some(token.at())));
        let report = check_timestamp(&token, bytes, &self.question(&gathered.material, at));
        // Who cannot be reached today about a revocation is no reason to go without a timestamp: whoever checks later asks again.
        let is_good = report.checks.iter().all(|check| {
            check.finding.conclusion() == Conclusion::Valid
                || matches!(check.finding, Finding::RevocationUnknown { .. })
        });
        if is_good {
            Ok(token)
        } else {
            Err(TrustError::Untrusted { address: address.to_string(), why: report.lines(Language::En).join(" ") })
        }
    }
}
