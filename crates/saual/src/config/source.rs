//! Where settings come from: one file of keys, and the environment's variables laid over it before either is understood.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::civil::Time;

/// What is wrong with the configuration, in one sentence that names the key.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file named by the configuration cannot be read.
    #[error("the file {path} named by {key} cannot be read; correct {key} or the file's rights")]
    Unreadable {
        /// Key that names it.
        key: String,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML, or a key in it is not ours or has the wrong kind of value.
    #[error("{place}: {what}")]
    Wrong {
        /// File or variable.
        place: String,
        /// What is wrong there.
        what: String,
    },
    /// A value that only makes sense with another one.
    #[error("{0}")]
    Incomplete(String),
    /// More than one of these, a line each.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<Self>),
}

impl ConfigError {
    /// All of them as one; none when nothing is wrong.
    pub(super) fn all_of(mut faults: Vec<Self>) -> Option<Self> {
        if faults.len() > 1 { Some(Self::Several(faults)) } else { faults.pop() }
    }

    /// A value of a key that cannot be, blamed on the key in both its spellings.
    pub(super) fn of_key(key: &str, what: impl Into<String>) -> Self {
        Self::Wrong { place: format!("{key} ({})", variable(key)), what: what.into() }
    }
}

/// What comes of it, or one fault more.
pub(super) fn kept<T>(faults: &mut Vec<ConfigError>, result: Result<T, ConfigError>) -> Option<T> {
    result.map_err(|fault| faults.push(fault)).ok()
}

/// The environment, read once in `main` and handed in, so that tests can hand in theirs.
#[derive(Debug, Clone)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The variables of this process.
    pub fn of_this_process() -> Self {
        Self(std::env::vars().collect())
    }

    /// Variables given by a test.
    pub fn of<const N: usize>(variables: [(&str, &str); N]) -> Self {
        Self(variables.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect())
    }

    /// One variable; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Every key with its kind, so that variables can be laid over the file before either is understood.
pub(super) const KEYS: [(&str, Kind); 75] = [
    ("data", Kind::Text),
    ("database_url", Kind::Text),
    ("postgres_bin", Kind::Text),
    ("listen", Kind::Address),
    ("public_url", Kind::Text),
    ("link_keys", Kind::Text),
    ("office_holders", Kind::Text),
    ("log", Kind::Text),
    ("log_format", Kind::OneOf(&["text", "json"])),
    ("server_seal_stands_in", Kind::Bool),
    ("signing.how", Kind::OneOf(&["server_seal", "device"])),
    ("signing.trust", Kind::Text),
    ("signing.timestamp_trust", Kind::Text),
    ("signing.tsa", Kind::Text),
    ("signing.revocation", Kind::OneOf(&["required", "where_told"])),
    ("signing.ocsp", Kind::Text),
    ("signing.crl", Kind::Text),
    ("signing.verifier", Kind::Text),
    ("signing.layer", Kind::Text),
    ("seal.key_file", Kind::Text),
    ("seal.certificate_file", Kind::Text),
    ("seal.pkcs12_file", Kind::Text),
    ("seal.password", Kind::Text),
    ("seal.pkcs11_module", Kind::Text),
    ("seal.token_label", Kind::Text),
    ("seal.key_label", Kind::Text),
    ("seal.pin", Kind::Text),
    ("seal.level", Kind::OneOf(&["b-b", "b-t", "b-lt", "b-lta"])),
    ("mail.mode", Kind::OneOf(&["file", "redirect", "smtp"])),
    ("mail.relay", Kind::Text),
    ("mail.rate", Kind::Whole),
    ("mail.domain_rate", Kind::Whole),
    ("mail.dkim_selector", Kind::Text),
    ("mail.dkim_key_file", Kind::Text),
    ("mail.smime_key_file", Kind::Text),
    ("mail.smime_certificate_file", Kind::Text),
    ("mail.attach_up_to", Kind::Whole),
    ("mail.tls", Kind::OneOf(TLS)),
    ("mail.ca_file", Kind::Text),
    ("mail.user", Kind::Text),
    ("mail.password", Kind::Text),
    ("mail.from", Kind::Text),
    ("mail.reply_to", Kind::Text),
    ("mail.redirect_to", Kind::Text),
    ("mail.allowed", Kind::Text),
    ("mail.hello_name", Kind::Text),
    ("mail.bounces", Kind::Text),
    ("mail.journal", Kind::Text),
    ("mail.copy_grace", Kind::Whole),
    ("mail.resend_without_copy", Kind::Bool),
    ("mail.inbox", Kind::Text),
    ("mail.inbox_tls", Kind::OneOf(TLS)),
    ("mail.inbox_ca_file", Kind::Text),
    ("mail.inbox_user", Kind::Text),
    ("mail.inbox_password", Kind::Text),
    ("mail.inbox_folder", Kind::Text),
    ("mail.inbox_every", Kind::Whole),
    ("notices.at", Kind::Time),
    ("notices.gather", Kind::Whole),
    ("journal.sign_every", Kind::Whole),
    ("journal.publish", Kind::Text),
    ("journal.mail_every", Kind::Whole),
    ("limits.changes", Kind::Whole),
    ("limits.exports", Kind::Whole),
    ("limits.logins", Kind::Whole),
    ("limits.checks", Kind::Whole),
    ("trusted_proxies", Kind::Text),
    ("proxy_header", Kind::OneOf(&["x-forwarded-for", "forwarded"])),
    ("metrics_from", Kind::Text),
    ("sign_in.key", Kind::Text),
    ("oidc.issuer", Kind::Text),
    ("oidc.client_id", Kind::Text),
    ("oidc.client_secret", Kind::Text),
    ("oidc.name", Kind::Text),
    ("oidc.acr", Kind::Text),
];

const TLS: &[&str] = &["starttls", "implicit", "none"];

/// What the value of a key has to be.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Bool,
    /// From 0.
    Whole,
    /// An IP address with a port.
    Address,
    /// Of a day.
    Time,
    OneOf(&'static [&'static str]),
}

impl Kind {
    /// What is wrong with a value; none when it can be taken.
    fn fault(self, value: &toml::Value) -> Option<String> {
        let text = value.as_str();
        let (fits, expected) = match self {
            Self::Text => (text.is_some(), "a text in quotes".to_owned()),
            Self::Bool => (value.is_bool(), "`true` or `false`".to_owned()),
            Self::Whole => {
                let fits = value.as_integer().is_some_and(|number| u32::try_from(number).is_ok());
                (fits, format!("a whole number from 0 to {}", u32::MAX))
            }
            Self::Address => {
                let fits = text.is_some_and(|text| text.parse::<SocketAddr>().is_ok());
                (fits, "an IP address with a port in quotes, such as \"127.0.0.1:8080\"".to_owned())
            }
            Self::Time => {
                let fits = text.is_some_and(|text| text.parse::<Time>().is_ok());
                (fits, "a time of day in quotes, such as \"08:30\"".to_owned())
            }
            Self::OneOf(known) => {
                let quoted: Vec<String> = known.iter().map(|one| format!("\"{one}\"")).collect();
                (text.is_some_and(|text| known.contains(&text)), format!("one of {}", quoted.join(", ")))
            }
        };
        // What was meant for a secret may stand in the wrong place: values are not repeated.
        (!fits).then(|| format!("expected {expected}"))
    }
}

/// Takes out of the table what is no setting or has no value that can be one, and tells each.
pub(super) fn sift(place: &str, table: &mut toml::Table) -> Vec<ConfigError> {
    let mut faults = Vec::new();
    sift_section(place, "", table, &mut faults);
    faults
}

fn sift_section(place: &str, prefix: &str, table: &mut toml::Table, faults: &mut Vec<ConfigError>) {
    let is_section =
        |name: &str| KEYS.iter().any(|(key, _)| key.split_once('.').is_some_and(|(section, _)| section == name));
    table.retain(|name, value| {
        let key = format!("{prefix}{name}");
        if prefix.is_empty() && is_section(name) {
            if let Some(section) = value.as_table_mut() {
                sift_section(place, &format!("{name}."), section, faults);
                return true;
            }
            faults.push(ConfigError::Wrong {
                place: place.to_owned(),
                what: format!("`{name}` is a section: write `[{name}]`"),
            });
            return false;
        }
        let fault = match KEYS.iter().find(|(known, _)| *known == key) {
            None => Some(ConfigError::Wrong { place: place.to_owned(), what: format!("`{key}`: {UNKNOWN}") }),
            Some((_, kind)) => kind.fault(value).map(|what| ConfigError::of_key(&key, what)),
        };
        fault.map(|fault| faults.push(fault)).is_none()
    });
}

/// What is said of a key that is none.
const UNKNOWN: &str = "no setting has this name; the settings are listed in README.md under «Settings»";

/// Variables that begin with `SAUAL_` and yet are no keys.
const OTHER_VARIABLES: [&str; 2] = ["SAUAL_CONFIG", "SAUAL_PASSWORD"];

pub(super) fn file(environment: &Environment) -> Result<(Option<PathBuf>, toml::Table), ConfigError> {
    let named = environment.get("SAUAL_CONFIG").map(PathBuf::from);
    let path = match named {
        Some(path) => path,
        None if std::path::Path::new("saual.toml").exists() => PathBuf::from("saual.toml"),
        None => return Ok((None, toml::Table::new())),
    };
    let text = std::fs::read_to_string(&path).map_err(|source| ConfigError::Unreadable {
        key: "SAUAL_CONFIG".into(),
        path: path.clone(),
        source,
    })?;
    let table = text.parse().map_err(|error: toml::de::Error| ConfigError::Wrong {
        place: path.display().to_string(),
        what: error.message().to_owned(),
    })?;
    Ok((Some(path), table))
}

/// Writes every variable that is set over the file's value; tells those that cannot be.
pub(super) fn lay_over(environment: &Environment, table: &mut toml::Table) -> Vec<ConfigError> {
    let mut faults = Vec::new();
    for (key, kind) in KEYS {
        let Some(Some(text)) = kept(&mut faults, value(environment, key)) else { continue };
        let value = match kind {
            Kind::Bool => text.parse().map(toml::Value::Boolean).ok(),
            Kind::Whole => text.parse().map(toml::Value::Integer).ok(),
            Kind::Text | Kind::Address | Kind::Time | Kind::OneOf(_) => None,
        };
        // What is no number stays a text, and is told as any other value that is none.
        let value = value.unwrap_or(toml::Value::String(text));
        let (section, name) = match key.split_once('.') {
            Some((section, name)) => {
                let section = table.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
                (section.as_table_mut(), name)
            }
            None => (Some(&mut *table), key),
        };
        // Where the file has no section there, that is told.
        if let Some(section) = section {
            section.insert(name.to_owned(), value);
        }
    }
    faults.extend(unknown_variables(environment));
    faults
}

/// The value of a key's variable, or the content of the file that `…_FILE` names.
fn value(environment: &Environment, key: &str) -> Result<Option<String>, ConfigError> {
    let variable = variable(key);
    if key == "database_url"
        && let Some(url) = environment.get("DATABASE_URL")
    {
        return Ok(Some(url.to_owned()));
    }
    if let Some(value) = environment.get(&variable) {
        return Ok(Some(value.to_owned()));
    }
    let by_file = format!("{variable}_FILE");
    let Some(path) = environment.get(&by_file).map(PathBuf::from) else { return Ok(None) };
    if key.ends_with("_file") {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path).map_err(|source| ConfigError::Unreadable {
        key: by_file,
        path: path.clone(),
        source,
    })?;
    Ok(Some(text.trim_end().to_owned()))
}

pub(super) fn variable(key: &str) -> String {
    format!("SAUAL_{}", key.replace('.', "_").to_uppercase())
}

/// A misspelt variable must not be silently without effect.
fn unknown_variables(environment: &Environment) -> Vec<ConfigError> {
    let known: Vec<String> = KEYS.iter().map(|(key, _)| variable(key)).collect();
    let is_known = |name: &str| {
        known.iter().any(|known| name == known || name.strip_suffix("_FILE") == Some(known))
            || OTHER_VARIABLES.contains(&name)
            || name.starts_with("SAUAL_TEST_")
            || name.starts_with("SAUAL_BUILD_")
    };
    let unknown = environment.0.keys().filter(|name| name.starts_with("SAUAL_") && !is_known(name));
    unknown.map(|name| ConfigError::Wrong { place: name.clone(), what: UNKNOWN.into() }).collect()
}
