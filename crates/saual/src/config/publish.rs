//! Where signed heads of the journal are published: `file:/mnt/other/heads.jsonl`, `mailto:auditor@example.kz`, `https://example.kz/heads`.

use std::path::PathBuf;

use super::source::ConfigError;

/// A place outside, by the name that people are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Without what an address may hold of secrets: who may ask there, and what with.
    pub name: String,
    /// What is done there.
    pub target: Target,
}

/// What is done with a head.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// It is appended to this file.
    File(PathBuf),
    /// It is sent to this mailbox.
    Mail(String),
    /// It is posted to this address.
    Webhook(String),
}

impl Place {
    /// As the log may say it: a mailbox is somebody's.
    #[must_use]
    pub fn for_the_log(&self) -> &str {
        match &self.target {
            Target::Mail(_) => "a mailbox",
            Target::File(_) | Target::Webhook(_) => &self.name,
        }
    }
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::File(_) => "File",
            Self::Mail(_) => "Mail",
            Self::Webhook(_) => "Webhook",
        })
    }
}

/// The key of these settings.
const KEY: &str = "journal.publish";

/// Places, separated by commas.
pub(super) fn places(list: &str) -> Result<Vec<Place>, ConfigError> {
    let mut places: Vec<Place> = Vec::new();
    for one in list.split(',').map(str::trim).filter(|one| !one.is_empty()) {
        let place = place(one).map_err(|why| ConfigError::of_key(KEY, why))?;
        if places.iter().any(|known| known.name == place.name) {
            return Err(ConfigError::of_key(KEY, format!("{} stands there twice", place.name)));
        }
        places.push(place);
    }
    Ok(places)
}

fn place(text: &str) -> Result<Place, String> {
    if let Some(path) = text.strip_prefix("file:") {
        let path = PathBuf::from(path);
        if !path.is_absolute() || path.file_name().is_none() {
            return Err(format!("`{text}` names no file by its whole path: file:/mnt/other/heads.jsonl"));
        }
        return Ok(Place { name: text.to_owned(), target: Target::File(path) });
    }
    if let Some(address) = text.strip_prefix("mailto:") {
        let parsed = dispatch::address::parse(address).map_err(|why| format!("`{text}` is no mailbox: {why}"))?;
        return Ok(Place { name: format!("mailto:{parsed}"), target: Target::Mail(parsed.to_string()) });
    }
    let (scheme, rest) = text.split_once("://").ok_or_else(|| unknown(text))?;
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let bare = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let is_here = matches!(bare, "127.0.0.1" | "[::1]" | "localhost");
    if bare.is_empty() || text.contains(['#', ' ']) || !(scheme == "https" || (scheme == "http" && is_here)) {
        return Err(unknown(text));
    }
    let path = rest.split('?').next().unwrap_or_default();
    let path = &path[path.find('/').unwrap_or(path.len())..];
    Ok(Place { name: format!("{scheme}://{host}{path}"), target: Target::Webhook(text.to_owned()) })
}

/// What stands behind a scheme may be a secret and is not repeated.
fn unknown(text: &str) -> String {
    let begins = text.split(['/', '?', '@']).next().unwrap_or_default();
    format!(
        "`{begins}…` is no place: file:/whole/path.jsonl, mailto:auditor@example.kz or https://example.kz/heads (http:// on this machine only)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_file_a_mailbox_or_an_address_and_is_named_without_its_secrets() {
        let list = "file:/mnt/worm/heads.jsonl, mailto:auditor@audit.example, https://user:s3cret@audit.example:8443/in/heads?token=s3cret, \
                    http://127.0.0.1:9000/heads,";
        let places = places(list).unwrap();
        let names: Vec<&str> = places.iter().map(|place| place.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "file:/mnt/worm/heads.jsonl",
                "mailto:auditor@audit.example",
                "https://audit.example:8443/in/heads",
                "http://127.0.0.1:9000/heads"
            ]
        );
        assert!(matches!(&places[2].target, Target::Webhook(address) if address.ends_with("token=s3cret")));
        assert!(!format!("{places:?}").contains("s3cret"), "a secret is never printed");
        assert!(super::places("").unwrap().is_empty());
    }

    #[test]
    fn what_is_no_place_is_refused_with_what_one_is() {
        for wrong in [
            "heads.jsonl",
            "file:heads.jsonl",
            "file:/",
            "mailto:auditor",
            "mailto:a b@c.kz",
            "http://audit.example/heads",
            "http://127.0.0.1.audit.example/",
            "http://127.0.0.1@audit.example/",
            "ftp://audit.example/",
            "https://",
            "https://audit.example/#x",
            "https://audit.example/s3cret path",
            "file:/a, file:/a",
        ] {
            let error = places(wrong).unwrap_err().to_string();
            assert!(error.contains("journal.publish (SAUAL_JOURNAL_PUBLISH)"), "{wrong}: {error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}
