//! Places that may be spoken to.

use std::fmt;
use std::str::FromStr;

/// A longer address is none.
const LONGEST: usize = 2_048;

/// An address over HTTP, with or without TLS: what authorities answer is signed, so the way need not be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address(String);

/// Why a text is no address that may be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an address begins with http:// or https://, names a host, and has no name, password, space or # in it")]
pub struct NotAnAddress;

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(NotAnAddress)?;
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#' && byte != b'\\');
        let is_host = !host.is_empty() && !host.starts_with(':') && !host.contains('@');
        if is_plain && is_host && text.len() <= LONGEST { Ok(Self(text.to_owned())) } else { Err(NotAnAddress) }
    }
}

impl Address {
    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A place beneath it.
    pub(crate) fn beneath(&self, path: &str) -> Self {
        Self(format!("{}/{path}", self.0.trim_end_matches('/')))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_over_http_are_addresses() {
        for good in
            ["http://ocsp.pki.gov.kz", "https://tsp.pki.gov.kz:80/", "http://[::1]:9/a?b=c", "http://127.0.0.1:14579"]
        {
            assert!(good.parse::<Address>().is_ok(), "{good}");
        }
        let long = format!("http://a/{}", "b".repeat(LONGEST));
        for bad in [
            "",
            "http://",
            "http:///x",
            "ldap://pki.gov.kz/cn=x",
            "file:///etc/passwd",
            "http://a@b/",
            "http://a b/",
            "http://a/#x",
            "http://a\\@b/",
            "HTTP://a",
            "http://:80/",
            &long,
        ] {
            assert_eq!(bad.parse::<Address>(), Err(NotAnAddress), "{bad}");
        }
        assert_eq!("http://a:1/".parse::<Address>().unwrap().beneath("cms/verify").as_str(), "http://a:1/cms/verify");
    }
}
