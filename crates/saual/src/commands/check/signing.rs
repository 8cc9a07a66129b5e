//! What `saual check` says of signatures: who makes them, whom the office trusts, and whether those answer who are asked.

use jiff::Timestamp;
use signature::Revocation;
use trust::{Authorities, TrustError};
use web::signing::Signing;

use super::told;
use crate::config::Config;

/// A line for each part.
pub(super) fn run(config: &Config) -> bool {
    let authorities = Authorities::new(config.authorities.clone());
    let now = Timestamp::now();
    let mut all_well = told("signatures", words(config, &authorities, now));
    // Nobody is asked about signatures that this program makes itself.
    if config.signing != Signing::ServerSeal {
        all_well &= told("revocation", asked(authorities.try_revocation()));
    }
    for (part, tried) in [("timestamps", authorities.try_timestamps(now)), ("verifier", authorities.try_verifier())] {
        if let Some(tried) = tried {
            all_well &= told(part, asked(tried));
        }
    }
    all_well
}

fn asked(tried: Result<String, TrustError>) -> anyhow::Result<String> {
    tried.map_err(Into::into)
}

fn words(config: &Config, authorities: &Authorities, now: Timestamp) -> anyhow::Result<String> {
    let how = match &config.signing {
        Signing::ServerSeal => "made by the server's seal, which stands in for personal ones".to_owned(),
        Signing::Device(layer) => format!("made on the signatory's own device (NCALayer at {layer}, or a file)"),
    };
    let ended = authorities.ended(now);
    anyhow::ensure!(ended.is_empty(), "{how}; these trusted certificates are not valid now: {}", ended.join(", "));
    let settings = authorities.settings();
    let revocation = match settings.revocation {
        Revocation::Required => "revocation has to be known",
        Revocation::WhereTold => "revocation counts where it is told",
    };
    let (trusted, stamps) = (settings.trusted.len(), settings.timestamps_trusted.len());
    Ok(format!("{how}; {trusted} trusted certificates and {stamps} for timestamps, {revocation}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    #[test]
    fn the_line_of_signatures_says_who_makes_them_and_names_a_trusted_certificate_that_has_ended() {
        let usual = Config::read(&Environment::of([])).unwrap();
        let said = |config: &Config| words(config, &Authorities::new(config.authorities.clone()), Timestamp::now());
        assert!(said(&usual).unwrap().contains("stands in"));
        let folder = tempfile::tempdir().unwrap();
        let (from, until) = (Timestamp::UNIX_EPOCH, Timestamp::from_second(1_000_000_000).unwrap());
        let old = signature::Seal::generate([7; 32], "Old root", from, until, 1).unwrap();
        let path = folder.path().join("old.pem");
        std::fs::write(&path, old.certificate_pem().unwrap()).unwrap();
        let device = [("SAUAL_SIGNING_HOW", "device"), ("SAUAL_SIGNING_TRUST", path.to_str().unwrap())];
        let error = said(&Config::read(&Environment::of(device)).unwrap()).unwrap_err().to_string();
        assert!(error.contains("NCALayer") && error.contains("Old root"), "{error}");
    }
}
