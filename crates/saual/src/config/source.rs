//! Where settings come from: one file of keys, and the environment's variables laid over it before either is understood.

use std::collections::BTreeMap;
use std::path::PathBuf;

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
pub(super) const KEYS: [(&str, Kind); 52] = [
    ("data", Kind::Text),
    ("database_url", Kind::Text),
    ("postgres_bin", Kind::Text),
    ("listen", Kind::Text),
    ("public_url", Kind::Text),
    ("link_keys", Kind::Text),
    ("log", Kind::Text),
    ("log_format", Kind::Text),
    ("server_seal_stands_in", Kind::Bool),
    ("mail.mode", Kind::Text),
    ("mail.relay", Kind::Text),
    ("mail.rate", Kind::Whole),
    ("mail.domain_rate", Kind::Whole),
    ("mail.dkim_selector", Kind::Text),
    ("mail.dkim_key_file", Kind::Text),
    ("mail.attach_up_to", Kind::Whole),
    ("mail.tls", Kind::Text),
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
    ("mail.inbox_tls", Kind::Text),
    ("mail.inbox_ca_file", Kind::Text),
    ("mail.inbox_user", Kind::Text),
    ("mail.inbox_password", Kind::Text),
    ("mail.inbox_folder", Kind::Text),
    ("mail.inbox_every", Kind::Whole),
    ("notices.at", Kind::Text),
    ("notices.gather", Kind::Whole),
    ("journal.sign_every", Kind::Whole),
    ("limits.changes", Kind::Whole),
    ("limits.exports", Kind::Whole),
    ("limits.logins", Kind::Whole),
    ("limits.checks", Kind::Whole),
    ("trusted_proxies", Kind::Text),
    ("proxy_header", Kind::Text),
    ("metrics_from", Kind::Text),
    ("sign_in.key", Kind::Text),
    ("oidc.issuer", Kind::Text),
    ("oidc.client_id", Kind::Text),
    ("oidc.client_secret", Kind::Text),
    ("oidc.name", Kind::Text),
    ("oidc.acr", Kind::Text),
];

#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Bool,
    Whole,
}

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

/// Writes every variable that is set over the file's value.
pub(super) fn lay_over(environment: &Environment, table: &mut toml::Table) -> Result<(), ConfigError> {
    for (key, kind) in KEYS {
        let Some(text) = value(environment, key)? else { continue };
        let value = match kind {
            Kind::Text => toml::Value::String(text),
            Kind::Bool => toml::Value::Boolean(text.parse().map_err(|_| ConfigError::Wrong {
                place: variable(key),
                what: format!("`{text}` is neither `true` nor `false`"),
            })?),
            Kind::Whole => toml::Value::Integer(text.parse().map_err(|_| ConfigError::Wrong {
                place: variable(key),
                what: format!("`{text}` is no whole number"),
            })?),
        };
        let name = key.split_once('.').map_or(key, |(section, _)| section);
        let (section, key) = match key.split_once('.') {
            Some((section, key)) => {
                (table.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new())).as_table_mut(), key)
            }
            None => (Some(&mut *table), key),
        };
        let section = section.ok_or_else(|| ConfigError::Wrong {
            place: "saual.toml".into(),
            what: format!("`{name}` is a section: write `[{name}]`"),
        })?;
        section.insert(key.to_owned(), value);
    }
    unknown_variables(environment)
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
fn unknown_variables(environment: &Environment) -> Result<(), ConfigError> {
    let known: Vec<String> = KEYS.iter().map(|(key, _)| variable(key)).collect();
    let is_known = |name: &str| {
        known.iter().any(|known| name == known || name.strip_suffix("_FILE") == Some(known))
            || OTHER_VARIABLES.contains(&name)
            || name.starts_with("SAUAL_TEST_")
            || name.starts_with("SAUAL_BUILD_")
    };
    match environment.0.keys().find(|name| name.starts_with("SAUAL_") && !is_known(name)) {
        None => Ok(()),
        Some(name) => Err(ConfigError::Wrong {
            place: name.clone(),
            what: "no setting has this name; the settings are listed in README.md under «Settings»".into(),
        }),
    }
}
