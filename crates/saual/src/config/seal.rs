//! The settings of the Office's seal: where its key is, and how long what it seals can be checked.

use std::path::PathBuf;

use serde::Deserialize;
use signature::Level;

use super::source::{ConfigError, kept};
use super::{Seal, SealKey, Secret, TokenPlace};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SealKeys {
    key_file: Option<PathBuf>,
    certificate_file: Option<PathBuf>,
    pkcs12_file: Option<PathBuf>,
    password: Option<String>,
    pkcs11_module: Option<PathBuf>,
    token_label: Option<String>,
    key_label: Option<String>,
    pin: Option<String>,
    level: Option<String>,
}

pub(super) fn settle(keys: Option<SealKeys>) -> Result<Seal, Vec<ConfigError>> {
    let mut keys = keys.unwrap_or_default();
    let mut faults = Vec::new();
    let level = keys.level.take().map_or(Ok(Level::B), |text| {
        text.parse().map_err(|error: signature::NoLevel| ConfigError::of_key("seal.level", error.to_string()))
    });
    let level = kept(&mut faults, level);
    let key = kept(&mut faults, key(keys));
    match (level, key) {
        (Some(level), Some(key)) => Ok(Seal { key, level }),
        _ => Err(faults),
    }
}

/// The key is in one place: two would leave open which one seals.
fn key(keys: SealKeys) -> Result<SealKey, ConfigError> {
    let SealKeys {
        key_file,
        certificate_file,
        pkcs12_file,
        password,
        pkcs11_module,
        token_label,
        key_label,
        pin,
        level: _,
    } = keys;
    let needs = |named: &str, what: &str| {
        ConfigError::Incomplete(format!("the seal's key is named by {named}, so {what} must be set"))
    };
    let without = |is_given: bool, key: &str, of: &str| {
        if is_given {
            Err(ConfigError::Incomplete(format!("{key} is set, and says nothing without {of}")))
        } else {
            Ok(())
        }
    };
    without(password.is_some() && pkcs12_file.is_none(), "seal.password", "seal.pkcs12_file")?;
    let of_token = token_label.is_some() || key_label.is_some() || pin.is_some();
    without(of_token && pkcs11_module.is_none(), "seal.token_label, seal.key_label or seal.pin", "seal.pkcs11_module")?;
    match (key_file, pkcs12_file, pkcs11_module) {
        (None, None, None) => {
            without(certificate_file.is_some(), "seal.certificate_file", "seal.key_file or seal.pkcs11_module")?;
            Ok(SealKey::Own)
        }
        (Some(key), None, None) => Ok(SealKey::Files {
            key,
            certificate: certificate_file.ok_or_else(|| needs("seal.key_file", "seal.certificate_file"))?,
        }),
        (None, Some(file), None) => {
            without(certificate_file.is_some(), "seal.certificate_file", "seal.key_file or seal.pkcs11_module")?;
            Ok(SealKey::Pkcs12 { file, password: password.map(Secret::new) })
        }
        (None, None, Some(module)) => {
            let needs = |what: &str| needs("seal.pkcs11_module", what);
            Ok(SealKey::Token {
                place: TokenPlace {
                    module,
                    token: token_label.ok_or_else(|| needs("seal.token_label"))?,
                    key: key_label.ok_or_else(|| needs("seal.key_label"))?,
                    pin: pin.map(Secret::new),
                },
                certificate: certificate_file.ok_or_else(|| needs("seal.certificate_file"))?,
            })
        }
        _ => Err(ConfigError::Incomplete(
            "seal.key_file, seal.pkcs12_file and seal.pkcs11_module each name the seal's key: set one of them"
                .to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Environment};

    fn read<const N: usize>(variables: [(&str, &str); N]) -> Result<Seal, String> {
        Config::read(&Environment::of(variables)).map(|config| config.seal).map_err(|error| error.to_string())
    }

    #[test]
    fn without_settings_the_key_is_made_here() {
        let seal = read([]).unwrap();
        assert!(matches!(seal.key, SealKey::Own) && seal.level == Level::B, "{seal:?}");
    }

    #[test]
    fn a_key_is_named_in_one_place_and_whole() {
        let seal = read([("SAUAL_SEAL_KEY_FILE", "/k"), ("SAUAL_SEAL_CERTIFICATE_FILE", "/c")]).unwrap();
        assert!(matches!(seal.key, SealKey::Files { .. }), "{seal:?}");
        let token = [
            ("SAUAL_SEAL_PKCS11_MODULE", "/m.so"),
            ("SAUAL_SEAL_TOKEN_LABEL", "Office"),
            ("SAUAL_SEAL_KEY_LABEL", "seal"),
            ("SAUAL_SEAL_PIN", "s3cret"),
            ("SAUAL_SEAL_CERTIFICATE_FILE", "/c"),
            ("SAUAL_SEAL_LEVEL", "b-lta"),
        ];
        let seal = read(token).unwrap();
        assert!(matches!(&seal.key, SealKey::Token { place, .. } if place.token == "Office"), "{seal:?}");
        assert_eq!(seal.level, Level::Lta);
        assert!(!format!("{seal:?}").contains("s3cret"), "a secret is never printed");
        for (wrong, told) in [
            ([("SAUAL_SEAL_KEY_FILE", "/k"), ("SAUAL_SEAL_PIN", "")], "seal.certificate_file must be set"),
            ([("SAUAL_SEAL_KEY_FILE", "/k"), ("SAUAL_SEAL_PKCS12_FILE", "/p")], "set one of them"),
            ([("SAUAL_SEAL_PKCS11_MODULE", "/m"), ("SAUAL_SEAL_KEY_LABEL", "k")], "seal.token_label must be set"),
            ([("SAUAL_SEAL_PIN", "1"), ("SAUAL_SEAL_LEVEL", "b-b")], "without seal.pkcs11_module"),
            ([("SAUAL_SEAL_PASSWORD", "1"), ("SAUAL_SEAL_LEVEL", "b-b")], "without seal.pkcs12_file"),
            ([("SAUAL_SEAL_CERTIFICATE_FILE", "/c"), ("SAUAL_SEAL_LEVEL", "b-b")], "says nothing without"),
            ([("SAUAL_SEAL_LEVEL", "b-c"), ("SAUAL_SEAL_PIN", "")], "\"b-lta\""),
        ] {
            let error = read(wrong).unwrap_err();
            assert!(error.contains(told), "{told}: {error}");
        }
    }
}
