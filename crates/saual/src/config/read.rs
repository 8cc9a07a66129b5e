//! From variables and a file to a [`Config`]: one table of keys, two spellings.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use web::doors::limits::{Rate, Rates};
use web::doors::proxy::{Names, Network, Proxies};

use super::{Config, LogFormat, Mail, MailMode, MailTls, Oidc, Secret};

/// Sender of the demonstration, under a name that the standards reserve (RFC 2606).
pub(super) const DEMO_FROM: &str =
    "Үкімет Аппараты / Аппарат Правительства / Office of the Government <replies@saual.example>";
/// Before the story of the demonstration begins: 2023-01-01 in UTC.
pub(super) const DEMO_BEGINS: jiff::Timestamp = jiff::Timestamp::constant(1_672_531_200, 0);
/// Domain of the demonstration.
pub(super) const DEMO_DOMAIN: &str = "saual.example";

/// How many megabytes a letter may have to be attached, when nobody says otherwise: in base64 a third more, which most mail servers still
/// take.
pub(super) const ATTACH_UP_TO: u32 = 10;

/// How often the journal's head is signed when nobody says otherwise, in seconds: what somebody with the database in hand
/// could rewrite unseen is a minute's work.
const SIGN_EVERY: u32 = 60;

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

/// The keys as they stand in `saual.toml`; each is optional there and can be overruled by its variable.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    data: Option<PathBuf>,
    database_url: Option<String>,
    postgres_bin: Option<PathBuf>,
    listen: Option<SocketAddr>,
    public_url: Option<String>,
    link_keys: Option<String>,
    log: Option<String>,
    log_format: Option<LogFormat>,
    server_seal_stands_in: Option<bool>,
    mail: Option<MailKeys>,
    journal: Option<JournalKeys>,
    limits: Option<LimitKeys>,
    trusted_proxies: Option<String>,
    metrics_from: Option<String>,
    proxy_header: Option<ProxyHeader>,
    sign_in: Option<SignInKeys>,
    oidc: Option<OidcKeys>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitKeys {
    changes: Option<u32>,
    exports: Option<u32>,
    logins: Option<u32>,
    checks: Option<u32>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ProxyHeader {
    XForwardedFor,
    Forwarded,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignInKeys {
    key: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OidcKeys {
    issuer: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    name: Option<String>,
    acr: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct JournalKeys {
    sign_every: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MailKeys {
    mode: Option<MailMode>,
    relay: Option<String>,
    rate: Option<u32>,
    domain_rate: Option<u32>,
    dkim_selector: Option<String>,
    dkim_key_file: Option<PathBuf>,
    attach_up_to: Option<u32>,
    tls: Option<MailTls>,
    ca_file: Option<PathBuf>,
    user: Option<String>,
    password: Option<String>,
    from: Option<String>,
    reply_to: Option<String>,
    redirect_to: Option<String>,
    allowed: Option<String>,
    hello_name: Option<String>,
}

/// Every key with its kind, so that variables can be laid over the file before either is understood.
const KEYS: [(&str, Kind); 39] = [
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
enum Kind {
    Text,
    Bool,
    Whole,
}

/// Variables that begin with `SAUAL_` and yet are no keys.
const OTHER_VARIABLES: [&str; 2] = ["SAUAL_CONFIG", "SAUAL_PASSWORD"];

pub(super) fn read(environment: &Environment) -> Result<Config, ConfigError> {
    let (file, mut table) = file(environment)?;
    lay_over(environment, &mut table)?;
    let place = file.as_ref().map_or_else(|| "the environment".to_owned(), |file| file.display().to_string());
    let keys: Keys = serde_path_to_error::deserialize(table).map_err(|error| {
        let key = error.path().to_string();
        let what = error.inner().message().to_owned();
        // A wrong value is blamed on its key, in both its spellings; an unknown key names itself.
        match KEYS.iter().find(|(known, _)| *known == key) {
            Some(_) => ConfigError::Wrong { place: format!("{key} ({})", variable(&key)), what },
            None => ConfigError::Wrong { place, what },
        }
    })?;
    settle(keys, file, environment)
}

fn file(environment: &Environment) -> Result<(Option<PathBuf>, toml::Table), ConfigError> {
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
fn lay_over(environment: &Environment, table: &mut toml::Table) -> Result<(), ConfigError> {
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

fn variable(key: &str) -> String {
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

/// Links in letters and mails begin with it.
fn public_url(given: Option<String>, listen: SocketAddr) -> Result<String, ConfigError> {
    match given {
        None => Ok(format!("http://{listen}")),
        Some(url) if url.starts_with("https://") || url.starts_with("http://") => Ok(url),
        Some(url) => Err(ConfigError::Wrong {
            place: "public_url (SAUAL_PUBLIC_URL)".into(),
            what: format!("`{url}` is no address; it begins with https:// or http://"),
        }),
    }
}

fn settle(keys: Keys, file: Option<PathBuf>, environment: &Environment) -> Result<Config, ConfigError> {
    let listen = match keys.listen {
        Some(listen) => listen,
        None => SocketAddr::from(([127, 0, 0, 1], 8080)),
    };
    Ok(Config {
        data: keys.data.unwrap_or_else(|| PathBuf::from("var/saual")),
        database_url: keys.database_url.map(Secret::new),
        postgres_bin: keys.postgres_bin,
        search_path: environment.get("PATH").map(Into::into),
        listen,
        public_url: public_url(keys.public_url, listen)?,
        link_keys: keys.link_keys.map(Secret::new),
        log: keys.log.unwrap_or_else(|| "info,typst=error".to_owned()),
        log_format: keys.log_format.unwrap_or(LogFormat::Text),
        server_seal_stands_in: keys.server_seal_stands_in.unwrap_or(true),
        mail: mail(keys.mail)?,
        sign_in_key: keys.sign_in.and_then(|sign_in| sign_in.key).map(Secret::new),
        oidc: keys.oidc.map(oidc).transpose()?,
        sign_every: match keys.journal.and_then(|journal| journal.sign_every).unwrap_or(SIGN_EVERY) {
            0 => None,
            seconds => Some(Duration::from_secs(seconds.into())),
        },
        rates: rates(keys.limits),
        metrics_from: match &keys.metrics_from {
            Some(list) => networks("metrics_from", list)?,
            None => Network::this_machine(),
        },
        proxies: proxies(keys.trusted_proxies.as_deref(), keys.proxy_header)?,
        seal_valid_from: jiff::Timestamp::now(),
        file,
    })
}

/// Changes, logins and checks a minute, exports an hour; 0 is without limit.
fn rates(keys: Option<LimitKeys>) -> Rates {
    let Some(keys) = keys else { return Rates::USUAL };
    let most = |given: Option<u32>, usual: Rate| Rate { most: given.unwrap_or(usual.most), ..usual };
    Rates {
        changes: most(keys.changes, Rates::USUAL.changes),
        exports: most(keys.exports, Rates::USUAL.exports),
        logins: most(keys.logins, Rates::USUAL.logins),
        checks: most(keys.checks, Rates::USUAL.checks),
    }
}

fn proxies(trusted: Option<&str>, header: Option<ProxyHeader>) -> Result<Proxies, ConfigError> {
    let names = match header {
        None | Some(ProxyHeader::XForwardedFor) => Names::XForwardedFor,
        Some(ProxyHeader::Forwarded) => Names::Forwarded,
    };
    Ok(Proxies { trusted: trusted.map_or(Ok(Vec::new()), |list| networks("trusted_proxies", list))?, names })
}

/// Networks and addresses, separated by commas.
fn networks(key: &str, list: &str) -> Result<Vec<Network>, ConfigError> {
    let listed = list.split(',').map(str::trim).filter(|one| !one.is_empty());
    let read = |one: &str| {
        one.parse::<Network>().map_err(|error| ConfigError::Wrong {
            place: format!("{key} ({})", variable(key)),
            what: error.to_string(),
        })
    };
    listed.map(read).collect()
}

/// A provider is named whole or not at all: a button that leads nowhere helps nobody.
fn oidc(keys: OidcKeys) -> Result<Oidc, ConfigError> {
    let needs = |what: &str| ConfigError::Incomplete(format!("a provider is named by [oidc], so {what} must be set"));
    let issuer = keys.issuer.ok_or_else(|| needs("oidc.issuer (https://…)"))?;
    Ok(Oidc {
        name: keys.name.unwrap_or_else(|| issuer.trim_start_matches("https://").to_owned()),
        issuer,
        client_id: keys.client_id.ok_or_else(|| needs("oidc.client_id"))?,
        client_secret: keys.client_secret.map(Secret::new),
        acr: keys.acr,
    })
}

fn mail(keys: Option<MailKeys>) -> Result<Mail, ConfigError> {
    let keys = keys.unwrap_or(MailKeys {
        mode: None,
        relay: None,
        rate: None,
        domain_rate: None,
        dkim_selector: None,
        dkim_key_file: None,
        attach_up_to: None,
        tls: None,
        ca_file: None,
        user: None,
        password: None,
        from: None,
        reply_to: None,
        redirect_to: None,
        allowed: None,
        hello_name: None,
    });
    let mail = Mail {
        mode: keys.mode.unwrap_or(MailMode::File),
        relay: keys.relay,
        // As with the other limits, 0 is without limit.
        rate: keys.rate.and_then(NonZeroU32::new),
        domain_rate: keys.domain_rate.and_then(NonZeroU32::new),
        dkim: match (keys.dkim_selector, keys.dkim_key_file) {
            (Some(selector), Some(file)) => Some((selector, file)),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                let both = "mail.dkim_selector and mail.dkim_key_file are set together or not at all";
                return Err(ConfigError::Incomplete(both.to_owned()));
            }
        },
        attach_up_to: keys.attach_up_to.unwrap_or(ATTACH_UP_TO),
        tls: keys.tls.unwrap_or(MailTls::Starttls),
        ca_file: keys.ca_file,
        user: keys.user,
        password: keys.password.map(Secret::new),
        from: keys.from.unwrap_or_else(|| DEMO_FROM.to_owned()),
        reply_to: keys.reply_to,
        redirect_to: keys.redirect_to,
        allowed: keys
            .allowed
            .iter()
            .flat_map(|list| list.split(','))
            .map(|one| one.trim().to_owned())
            .filter(|one| !one.is_empty())
            .collect(),
        hello_name: keys.hello_name.unwrap_or_else(|| DEMO_DOMAIN.to_owned()),
    };
    complete(&mail)?;
    Ok(mail)
}

/// What a mode needs must be there before the first letter is dispatched, not after.
fn complete(mail: &Mail) -> Result<(), ConfigError> {
    let needs = |what: &str| Err(ConfigError::Incomplete(format!("mail.mode is not `file`, so {what} must be set")));
    match mail.mode {
        MailMode::File => Ok(()),
        MailMode::Smtp | MailMode::Redirect if mail.relay.is_none() => needs("mail.relay (host:port)"),
        MailMode::Smtp | MailMode::Redirect if mail.from == DEMO_FROM => needs("mail.from (the office's own mailbox)"),
        MailMode::Redirect if mail.redirect_to.is_none() => needs("mail.redirect_to (the test address)"),
        MailMode::Smtp | MailMode::Redirect if mail.user.is_some() != mail.password.is_some() => {
            needs("both or neither of mail.user and mail.password")
        }
        MailMode::Smtp | MailMode::Redirect => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_anything_mail_stays_on_the_machine() {
        let config = read(&Environment::of([])).unwrap();
        assert_eq!(config.mail.mode, MailMode::File);
        assert!(config.database_url.is_none());
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn a_misspelt_variable_is_named() {
        let error = read(&Environment::of([("SAUAL_MAIL_MOED", "smtp")])).unwrap_err();
        assert!(error.to_string().starts_with("SAUAL_MAIL_MOED: no setting"), "{error}");
    }

    #[test]
    fn smtp_without_a_relay_is_refused_before_any_mail() {
        let error = read(&Environment::of([("SAUAL_MAIL_MODE", "smtp")])).unwrap_err();
        assert!(error.to_string().contains("mail.relay"), "{error}");
    }

    #[test]
    fn variables_overrule_the_file_and_secrets_may_be_files() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("saual.toml");
        std::fs::write(
            &file,
            "listen = \"0.0.0.0:80\"\n[mail]\nmode = \"smtp\"\nrelay = \"a:25\"\nfrom = \"o@a.kz\"\nuser = \"u\"\n",
        )
        .unwrap();
        let secret = folder.path().join("password");
        std::fs::write(&secret, "s3cret\n").unwrap();
        let config = read(&Environment::of([
            ("SAUAL_CONFIG", file.to_str().unwrap()),
            ("SAUAL_MAIL_RELAY", "b:587"),
            ("SAUAL_MAIL_PASSWORD_FILE", secret.to_str().unwrap()),
        ]))
        .unwrap();
        assert_eq!(config.mail.relay.as_deref(), Some("b:587"));
        assert_eq!(config.listen.port(), 80);
        assert_eq!(config.mail.password.as_ref().map(Secret::reveal), Some("s3cret"));
        assert!(!format!("{config:?}").contains("s3cret"), "a secret is never printed");
    }

    #[test]
    fn heads_are_signed_every_minute_unless_somebody_says_otherwise() {
        let every = |variables: &Environment| read(variables).map(|config| config.sign_every);
        assert_eq!(every(&Environment::of([])).unwrap(), Some(Duration::from_secs(60)));
        assert_eq!(every(&Environment::of([("SAUAL_JOURNAL_SIGN_EVERY", "5")])).unwrap(), Some(Duration::from_secs(5)));
        assert_eq!(every(&Environment::of([("SAUAL_JOURNAL_SIGN_EVERY", "0")])).unwrap(), None);
        for wrong in ["-1", "1m", "4294967296"] {
            let error = every(&Environment::of([("SAUAL_JOURNAL_SIGN_EVERY", wrong)])).unwrap_err();
            assert!(error.to_string().contains("SAUAL_JOURNAL_SIGN_EVERY"), "{error}");
        }
    }

    #[test]
    fn limits_and_proxies_are_settings_and_a_wrong_one_is_named() {
        let config = read(&Environment::of([])).unwrap();
        assert_eq!((config.rates, config.proxies), (Rates::USUAL, Proxies::none()));
        let config = read(&Environment::of([
            ("SAUAL_LIMITS_EXPORTS", "5"),
            ("SAUAL_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"),
            ("SAUAL_PROXY_HEADER", "forwarded"),
        ]))
        .unwrap();
        assert_eq!(config.rates, Rates { exports: Rate::an_hour(5), ..Rates::USUAL });
        assert_eq!((config.proxies.trusted.len(), config.proxies.names), (2, Names::Forwarded));
        for (name, value) in [
            ("SAUAL_TRUSTED_PROXIES", "10.0.0.0/33"),
            ("SAUAL_METRICS_FROM", "here"),
            ("SAUAL_PROXY_HEADER", "via"),
            ("SAUAL_LIMITS_LOGINS", "-1"),
        ] {
            let error = read(&Environment::of([(name, value)])).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn a_provider_is_named_whole_and_its_secret_may_be_a_file() {
        assert!(read(&Environment::of([])).unwrap().oidc.is_none());
        let error = read(&Environment::of([("SAUAL_OIDC_ISSUER", "https://id.example")])).unwrap_err();
        assert!(error.to_string().contains("oidc.client_id"), "{error}");
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "s3cret\n").unwrap();
        let config = read(&Environment::of([
            ("SAUAL_OIDC_ISSUER", "https://id.example"),
            ("SAUAL_OIDC_CLIENT_ID", "saual"),
            ("SAUAL_OIDC_CLIENT_SECRET_FILE", secret.to_str().unwrap()),
        ]))
        .unwrap();
        assert!(!format!("{config:?}").contains("s3cret"), "a secret is never printed");
        let oidc = config.oidc.unwrap();
        assert_eq!((oidc.name.as_str(), oidc.client_secret.unwrap().reveal()), ("id.example", "s3cret"));
    }

    #[test]
    fn an_unknown_key_of_the_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("saual.toml");
        std::fs::write(&file, "lisen = \"0.0.0.0:80\"\n").unwrap();
        let error = read(&Environment::of([("SAUAL_CONFIG", file.to_str().unwrap())])).unwrap_err();
        assert!(error.to_string().contains("lisen"), "{error}");
    }
}
