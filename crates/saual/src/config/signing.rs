//! What the configuration says about signatures: who makes them, whom the office trusts, and whom it asks about that.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use signature::{Certificate, Revocation};
use trust::{Address, Places, Settings};
use web::signing::{LAYER, Layer, Signing};

use super::source::{ConfigError, kept};

/// How long an authority may keep us waiting: a person waits for what it says.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SigningKeys {
    how: Option<How>,
    trust: Option<String>,
    timestamp_trust: Option<String>,
    tsa: Option<String>,
    revocation: Option<AskedFor>,
    ocsp: Option<String>,
    crl: Option<String>,
    verifier: Option<String>,
    layer: Option<String>,
}

/// Who signs a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum How {
    ServerSeal,
    Device,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AskedFor {
    Required,
    WhereTold,
}

/// What was given about signatures.
pub(super) struct Settled {
    pub(super) signing: Signing,
    pub(super) authorities: Settings,
    pub(super) seal_stands_in: bool,
}

/// What was given, with what holds where nothing was. `stands_in` is `server_seal_stands_in`, which follows from who signs.
pub(super) fn settle(keys: Option<SigningKeys>, stands_in: Option<bool>) -> Result<Settled, Vec<ConfigError>> {
    let keys = keys.unwrap_or(SigningKeys {
        how: None,
        trust: None,
        timestamp_trust: None,
        tsa: None,
        revocation: None,
        ocsp: None,
        crl: None,
        verifier: None,
        layer: None,
    });
    let mut faults = Vec::new();
    let trusted = kept(&mut faults, certificates("signing.trust", keys.trust.as_deref()));
    let timestamps_trusted =
        kept(&mut faults, certificates("signing.timestamp_trust", keys.timestamp_trust.as_deref()));
    let tsa = kept(&mut faults, address("signing.tsa", keys.tsa.as_deref()));
    let verifier = kept(&mut faults, address("signing.verifier", keys.verifier.as_deref()));
    let ocsp = kept(&mut faults, addresses("signing.ocsp", keys.ocsp.as_deref()));
    let crl = kept(&mut faults, addresses("signing.crl", keys.crl.as_deref()));
    let layer = kept(&mut faults, layer(keys.layer.as_deref()));
    let how = keys.how.unwrap_or(How::ServerSeal);
    faults.extend(contradiction(how, stands_in));
    let (Some(trusted), Some(timestamps_trusted), Some(tsa), Some(verifier), Some(ocsp), Some(crl), Some(layer)) =
        (trusted, timestamps_trusted, tsa, verifier, ocsp, crl, layer)
    else {
        return Err(faults);
    };
    if how == How::Device && trusted.is_empty() && verifier.is_none() {
        let why = "signing.how is `device`, so signing.trust (PEM files of the authorities that are trusted) must be set, or signing.verifier";
        faults.push(ConfigError::Incomplete(why.to_owned()));
    }
    if tsa.is_some() && timestamps_trusted.is_empty() {
        let why =
            "signing.tsa is set, so signing.timestamp_trust (PEM files of the authorities of timestamps) must be set";
        faults.push(ConfigError::Incomplete(why.to_owned()));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let revocation = match keys.revocation {
        None | Some(AskedFor::Required) => Revocation::Required,
        Some(AskedFor::WhereTold) => Revocation::WhereTold,
    };
    let places = if ocsp.is_empty() && crl.is_empty() { Places::Named } else { Places::Fixed { ocsp, crl } };
    let signing = match how {
        How::ServerSeal => Signing::ServerSeal,
        How::Device => Signing::Device(layer),
    };
    let authorities = Settings { trusted, timestamps_trusted, tsa, revocation, places, verifier, patience: PATIENCE };
    Ok(Settled { signing, authorities, seal_stands_in: how == How::ServerSeal })
}

/// A page never says that the seal stands in where it does not, nor keeps quiet where it does.
fn contradiction(how: How, stands_in: Option<bool>) -> Option<ConfigError> {
    let why = match (how, stands_in) {
        (How::ServerSeal, Some(false)) => {
            "server_seal_stands_in is `false`, so signing.how must be `device`: somebody has to sign"
        }
        (How::Device, Some(true)) => "signing.how is `device`, so server_seal_stands_in cannot be `true`: leave it out",
        (How::ServerSeal, None | Some(true)) | (How::Device, None | Some(false)) => return None,
    };
    Some(ConfigError::Incomplete(why.to_owned()))
}

/// What stands in a list, separated by commas.
fn listed(list: Option<&str>) -> impl Iterator<Item = &str> {
    list.into_iter().flat_map(|list| list.split(',')).map(str::trim).filter(|one| !one.is_empty())
}

/// The certificates of files in PEM; none where none is named.
fn certificates(key: &str, list: Option<&str>) -> Result<Vec<Certificate>, ConfigError> {
    let mut all = Vec::new();
    for path in listed(list).map(Path::new) {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            key: key.to_owned(),
            path: PathBuf::from(path),
            source,
        })?;
        let read = Certificate::all_from_pem(&text)
            .map_err(|error| ConfigError::of_key(key, format!("{}: {error}", path.display())))?;
        all.extend(read);
    }
    Ok(all)
}

fn address(key: &str, text: Option<&str>) -> Result<Option<Address>, ConfigError> {
    text.map(|text| text.parse().map_err(|error: trust::NotAnAddress| ConfigError::of_key(key, error.to_string())))
        .transpose()
}

fn addresses(key: &str, list: Option<&str>) -> Result<Vec<Address>, ConfigError> {
    listed(list).map(|one| address(key, Some(one)).map(|found| found.into_iter())).try_fold(
        Vec::new(),
        |mut all, found| {
            all.extend(found?);
            Ok(all)
        },
    )
}

fn layer(text: Option<&str>) -> Result<Layer, ConfigError> {
    text.unwrap_or(LAYER)
        .parse()
        .map_err(|error: web::signing::NoLayer| ConfigError::of_key("signing.layer", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::super::source::Environment;
    use super::*;

    /// A certificate that signs itself, made by the program's own means.
    fn pem(folder: &tempfile::TempDir) -> String {
        let (from, until) = (jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::from_second(2_000_000_000).unwrap());
        let seal = signature::Seal::generate([7; 32], "Root", from, until, 1).unwrap();
        let path = folder.path().join("root.pem");
        std::fs::write(&path, seal.certificate_pem().unwrap()).unwrap();
        path.to_str().unwrap().to_owned()
    }

    #[test]
    fn the_seal_stands_in_until_devices_sign() {
        let usual = read(&Environment::of([])).unwrap();
        assert!(usual.server_seal_stands_in && usual.signing == Signing::ServerSeal);
        assert_eq!(usual.authorities.places, Places::Named);
        let folder = tempfile::tempdir().unwrap();
        let pem = pem(&folder);
        let config = read(&Environment::of([
            ("SAUAL_SIGNING_HOW", "device"),
            ("SAUAL_SIGNING_TRUST", &format!("{pem}, {pem}")),
            ("SAUAL_SIGNING_REVOCATION", "where_told"),
            ("SAUAL_SIGNING_CRL", "http://crl.pki.example/rsa.crl"),
        ]))
        .unwrap();
        assert!(!config.server_seal_stands_in, "nothing stands in for whoever signs");
        assert!(matches!(&config.signing, Signing::Device(layer) if layer.to_string() == LAYER));
        assert_eq!((config.authorities.trusted.len(), config.authorities.revocation), (2, Revocation::WhereTold));
        assert!(matches!(&config.authorities.places, Places::Fixed { ocsp, crl } if ocsp.is_empty() && crl.len() == 1));
    }

    #[test]
    fn what_is_missing_or_cannot_be_is_told_at_the_start() {
        let told = |variables: [(&str, &str); 2]| read(&Environment::of(variables)).unwrap_err().to_string();
        let folder = tempfile::tempdir().unwrap();
        let (pem, text) = (pem(&folder), folder.path().join("text.pem"));
        std::fs::write(&text, "nothing").unwrap();
        let text = text.to_str().unwrap();
        for (variables, expected) in [
            ([("SAUAL_SIGNING_HOW", "device"), ("SAUAL_SIGNING_LAYER", "")], "signing.trust"),
            ([("SAUAL_SIGNING_HOW", "device"), ("SAUAL_SIGNING_TRUST", "/there/is/no.pem")], "/there/is/no.pem"),
            ([("SAUAL_SIGNING_HOW", "device"), ("SAUAL_SIGNING_TRUST", text)], "text.pem"),
            ([("SAUAL_SIGNING_HOW", "pen"), ("SAUAL_SIGNING_TRUST", &pem)], "\"device\""),
            ([("SAUAL_SIGNING_TSA", "http://tsa.example"), ("SAUAL_SIGNING_TRUST", &pem)], "signing.timestamp_trust"),
            ([("SAUAL_SIGNING_TSA", "ldap://tsa.example"), ("SAUAL_SIGNING_TIMESTAMP_TRUST", &pem)], "http://"),
            (
                [("SAUAL_SIGNING_LAYER", "wss://127.0.0.1:13579/ 'unsafe-inline'"), ("SAUAL_SIGNING_TRUST", &pem)],
                "signing.layer",
            ),
            ([("SAUAL_SERVER_SEAL_STANDS_IN", "false"), ("SAUAL_SIGNING_TRUST", &pem)], "signing.how"),
        ] {
            let told = told(variables);
            assert!(told.contains(expected), "{variables:?}: {told}");
        }
        let three =
            [("SAUAL_SIGNING_HOW", "device"), ("SAUAL_SIGNING_TRUST", &pem), ("SAUAL_SERVER_SEAL_STANDS_IN", "true")];
        assert!(read(&Environment::of(three)).unwrap_err().to_string().contains("leave it out"));
    }
}
